/// How much may be loaded. A matter of the machine, so not part of the experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a text file.
    pub bytes: usize,
    /// Most rows of a table.
    pub rows: usize,
    /// Most columns of a table.
    pub columns: usize,
    /// Most pixels of one picture as its file has them.
    pub pixels: usize,
    /// Most pictures of a folder.
    pub pictures: usize,
    /// Most bytes of decoded pictures that are kept in memory; further ones are read anew each
    /// time they are needed.
    pub cache_bytes: usize,
    /// Most bytes of values of one IDX file when it is unpacked.
    pub idx_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 1 << 30,
            rows: 5_000_000,
            columns: 10_000,
            pixels: 100_000_000,
            pictures: 1_000_000,
            cache_bytes: 1 << 30,
            idx_bytes: 1 << 30,
        }
    }
}
