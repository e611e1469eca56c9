//! Reads the bytes of a file within a limit, unpacks gzip, and refuses what is no text.

use std::io::{Chain, Cursor, Read};

use flate2::read::MultiGzDecoder;

use crate::data::tell::{CHUNK, invalid, read_chunk, report};
use crate::data::{DataError, Progress};

/// Bytes by which kinds of files are told apart.
const HEAD: usize = 512;

/// The bytes of a file, unpacked.
#[derive(Debug)]
pub(super) struct Bytes {
    pub(super) bytes: Vec<u8>,
    /// Whether they were packed by gzip. Places then are those in the unpacked text.
    pub(super) packed: bool,
    /// Whether they are all there is.
    pub(super) whole: bool,
}

/// Reads a whole file of up to `limit` bytes.
pub(super) fn read_all(
    reader: &mut dyn Read,
    limit: usize,
    progress: Progress<'_>,
) -> Result<Bytes, DataError> {
    let read = read_upto(reader, limit, progress)?;
    if read.whole {
        return Ok(read);
    }
    let unpacked = if read.packed { ", unpacked," } else { "" };
    invalid(format!(
        "The file{unpacked} is larger than {}, the most that is loaded. Keep fewer rows or \
         columns, or raise the limit for bytes in the settings.",
        size(limit)
    ))
}

/// Reads the first `limit` bytes of a file.
pub(super) fn read_upto(
    reader: &mut dyn Read,
    limit: usize,
    progress: Progress<'_>,
) -> Result<Bytes, DataError> {
    let (head, mut rest) = split_head(reader)?;
    let packed = head.starts_with(&[0x1f, 0x8b]);
    let (bytes, whole) = if packed {
        collect(&mut MultiGzDecoder::new(rest), limit, progress).map_err(damaged)?
    } else {
        collect(&mut rest, limit, progress)?
    };
    if let Some(refusal) = refusal(&bytes) {
        return invalid(refusal);
    }
    Ok(Bytes { bytes, packed, whole })
}

type Rest<'a> = Chain<Cursor<Vec<u8>>, &'a mut dyn Read>;

/// The first bytes, and all bytes with them.
fn split_head(reader: &mut dyn Read) -> Result<(Vec<u8>, Rest<'_>), DataError> {
    let (mut head, mut filled) = (vec![0; HEAD], 0);
    while filled < HEAD {
        match read_chunk(reader, &mut head[filled..]).map_err(failed)? {
            0 => break,
            count => filled += count,
        }
    }
    head.truncate(filled);
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// Up to `limit` bytes, and whether that was the end.
fn collect(
    reader: &mut dyn Read,
    limit: usize,
    progress: Progress<'_>,
) -> Result<(Vec<u8>, bool), DataError> {
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; CHUNK]);
    loop {
        // How much is to come is not known.
        report(progress, 0.0)?;
        let count = read_chunk(reader, &mut chunk).map_err(failed)?;
        let room = limit - bytes.len();
        bytes.extend_from_slice(&chunk[..count.min(room)]);
        if count == 0 || count > room {
            return Ok((bytes, count == 0));
        }
    }
}

fn failed(error: std::io::Error) -> DataError {
    DataError::Io(format!("Reading failed: {error}."))
}

/// What unpacking failed for is a fault of the bytes, not of the machine.
fn damaged(error: DataError) -> DataError {
    match error {
        DataError::Io(message) => DataError::Invalid(format!(
            "The file is packed by gzip and cannot be unpacked: it is damaged or cut off. {message}"
        )),
        other => other,
    }
}

/// `1 GiB`, `512 KiB`.
fn size(bytes: usize) -> String {
    match bytes {
        _ if bytes >= 1 << 30 && bytes.is_multiple_of(1 << 30) => format!("{} GiB", bytes >> 30),
        _ if bytes >= 1 << 20 => format!("{} MiB", bytes >> 20),
        _ if bytes >= 1 << 10 => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

/// First bytes of files that are no text, what they are, and what to do.
const KINDS: [(&[u8], &str, &str); 18] = [
    (b"PK\x03\x04", "a workbook (.xlsx, .ods) or another zip archive", SAVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook (.xls)", SAVE),
    (b"\x89PNG\r\n", "a PNG picture", PICTURE),
    (b"\xff\xd8\xff", "a JPEG picture", PICTURE),
    (b"GIF8", "a GIF picture", PICTURE),
    (b"%PDF-", "a PDF document", "Copy the table out of it, or save it as CSV, and load that."),
    (b"\x1f\x8b", "packed by gzip twice", "Unpack it once and load that."),
    (b"BZh", "packed by bzip2", UNPACK),
    (b"\xfd7zXZ\0", "packed by xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"PAR1", "a Parquet file", SAVE),
    (b"\x89HDF\r\n", "an HDF5 file", SAVE),
    (b"\x93NUMPY", "a NumPy array", SAVE),
    (b"SQLite format 3\0", "an SQLite database", SAVE),
    (b"\xff\xfe\0\0", "UTF-32 text", "Save it as UTF-8 and load that."),
    (b"\0\0\xfe\xff", "UTF-32 text", "Save it as UTF-8 and load that."),
];
const SAVE: &str = "Save the table as CSV and load that.";
const PICTURE: &str = "Pictures are opened as a folder with one folder for each class.";
const UNPACK: &str = "Unpack it and load the text in it.";

/// Why bytes are no text, where the first ones say so.
fn refusal(bytes: &[u8]) -> Option<String> {
    let known = KINDS.iter().find(|(magic, ..)| bytes.starts_with(magic));
    if let Some((_, what, advice)) = known {
        return Some(format!("The file is {what}, not a table of text. {advice}"));
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(format!("The file is a tar archive, not a table of text. {UNPACK}"));
    }
    // Zero, zero, one of the types of values, one to eight axes.
    matches!(bytes, [0, 0, 8..=14, 1..=8, ..]).then(|| {
        "The file is an IDX file, not a table of text. Open it as images and labels instead."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::ops::ControlFlow;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn read(bytes: &[u8], limit: usize) -> Result<Bytes, DataError> {
        read_all(&mut &*bytes, limit, &mut |_| ControlFlow::Continue(()))
    }

    fn refused(bytes: &[u8], limit: usize) -> String {
        read(bytes, limit).expect_err("no text within the limit").to_string()
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("writes to memory");
        encoder.finish().expect("writes to memory")
    }

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let text = "1,2\n".repeat(1000);
        assert_eq!(read(text.as_bytes(), 4000).expect("fits").bytes, text.as_bytes());
        let told = refused(text.as_bytes(), 3999);
        assert!(told.starts_with("The file is larger than 3 KiB, the most"), "{told}");
        assert!(told.contains("raise the limit for bytes in the settings"), "{told}");
        let endless =
            read_all(&mut std::io::repeat(b'1'), 3 << 20, &mut |_| ControlFlow::Continue(()));
        assert!(endless.expect_err("endless").to_string().contains("larger than 3 MiB"));
    }

    #[test]
    fn what_gzip_packed_is_unpacked_under_the_same_limit() {
        let text = b"1,2\n".repeat(1000);
        let unpacked = read(&packed(&text), 4000).expect("fits");
        assert_eq!((unpacked.bytes, unpacked.packed), (text.clone(), true));
        let two_members = [packed(b"1,2\n"), packed(b"3,4\n")].concat();
        assert_eq!(read(&two_members, 4000).expect("fits").bytes, b"1,2\n3,4\n");
        let bomb = packed(&vec![b'1'; 1 << 20]);
        assert!(refused(&bomb, 4000).starts_with("The file, unpacked, is larger than 3 KiB"));
        let cut_off = &packed(&text)[..30];
        assert!(refused(cut_off, 4000).contains("damaged or cut off"));
        assert!(refused(&packed(&packed(&text)), 4000).contains("packed by gzip twice"));
    }

    #[test]
    fn what_is_no_text_is_named() {
        for (bytes, wanted) in [
            (&b"PK\x03\x04\x14\0"[..], "a workbook (.xlsx, .ods) or another zip archive"),
            (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
            (b"%PDF-1.7", "a PDF document"),
            (b"\0\0\x08\x03\0\0\xea\x60", "an IDX file"),
        ] {
            let told = refused(bytes, 4000);
            assert!(told.contains(wanted) && told.ends_with('.'), "{told}");
        }
    }

    #[test]
    fn a_failing_reader_is_no_fault_of_the_bytes() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the disk is gone"))
            }
        }
        let mut reader = b"1,2\n".chain(Broken);
        let told = read_all(&mut reader, 9, &mut |_| ControlFlow::Continue(()));
        assert_eq!(
            told.expect_err("broken"),
            DataError::Io("Reading failed: the disk is gone.".to_owned())
        );
    }
}
