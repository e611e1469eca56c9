/// Most samples that are kept as they were before any transform.
pub const MAX_ORIGINALS: usize = 24;
/// Longest side of such a sample in pixels; larger ones are made smaller.
pub const THUMBNAIL_SIDE: usize = 160;

/// A training sample as it was before any transform, to be shown beside what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its row of the training part.
    pub row: usize,
    /// Width in pixels, [`THUMBNAIL_SIDE`] at most.
    pub width: usize,
    /// Height in pixels, [`THUMBNAIL_SIDE`] at most.
    pub height: usize,
    /// 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// Row by row from the top, the channels of a pixel side by side: `[height, width, channels]`.
    pub pixels: Vec<u8>,
}
