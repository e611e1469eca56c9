use image::{ExtendedColorType, GrayAlphaImage, ImageBuffer, ImageEncoder, RgbImage, RgbaImage};
use proptest::prelude::*;

use super::*;

const FORMATS: [ImageFormat; 5] =
    [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::WebP];

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("writes to memory");
    bytes.into_inner()
}

fn read(bytes: &[u8]) -> Result<Decoded, Refusal> {
    decode(bytes, 10_000, &|| false)
}

fn pixel(picture: impl Into<DynamicImage>) -> (Vec<u8>, Changes) {
    let decoded = read(&file(picture, ImageFormat::Png)).expect("a picture");
    (decoded.picture.values, decoded.changes)
}

#[test]
fn every_kind_is_told_by_its_content() {
    let picture = RgbImage::from_pixel(4, 3, image::Rgb([255, 0, 0]));
    for format in FORMATS {
        let decoded = read(&file(picture.clone(), format)).expect("a picture").picture;
        assert_eq!((decoded.channels, decoded.height, decoded.width), (3, 3, 4), "{format:?}");
        let [red, green, blue] = [0, 12, 24].map(|at| decoded.values[at]);
        // JPEG may be off by a little.
        assert!(red >= 250 && green <= 5 && blue <= 5, "{format:?} {red} {green} {blue}");
    }
    assert_eq!(read(b"hello"), Err(Refusal::NoPicture));
    assert!(matches!(read(b"II*\0    "), Err(Refusal::Unreadable(why)) if why.contains("Tiff")));
}

#[test]
fn all_become_grey_or_colour_of_eight_bits() {
    let seen = |transparent, deep| Changes { transparent, deep, turned: false };
    let half = RgbaImage::from_pixel(1, 1, image::Rgba([200, 100, 0, 128]));
    assert_eq!(pixel(half), (vec![100, 50, 0], seen(true, false)));
    let opaque = RgbaImage::from_pixel(1, 1, image::Rgba([200, 100, 0, 255]));
    assert_eq!(pixel(opaque), (vec![200, 100, 0], seen(false, false)));
    let shade = GrayAlphaImage::from_pixel(1, 1, image::LumaA([200, 51]));
    assert_eq!(pixel(shade), (vec![40], seen(true, false)));
    let deep: ImageBuffer<image::Luma<u16>, Vec<u16>> =
        ImageBuffer::from_raw(3, 1, vec![0, 32_896, 65_535]).expect("fits");
    assert_eq!(pixel(deep), (vec![0, 128, 255], seen(false, true)));
}

#[test]
fn a_photograph_is_turned_as_its_exif_says() {
    // A TIFF header, big-endian, with one entry: orientation (0x112), short, one, 6.
    let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif.to_vec()).expect("JPEG has room for it");
    encoder.write_image(&[9; 3 * 5 * 2], 5, 2, ExtendedColorType::Rgb8).expect("to memory");
    let decoded = read(&bytes).expect("a picture");
    assert_eq!((decoded.picture.height, decoded.picture.width), (5, 2));
    assert!(decoded.changes.turned);
}

/// A header of PNG that declares a size and is followed by nothing.
fn lying_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = file(RgbImage::new(1, 1), ImageFormat::Png)[..33].to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    bytes.extend([0, 0, 0, 4, b'I', b'D', b'A', b'T']);
    bytes
}

#[test]
fn a_lying_header_is_refused_before_anything_is_decoded() {
    let refusal = |bytes: &[u8]| match decode(bytes, 100_000_000, &|| false) {
        Err(Refusal::Unreadable(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(refusal(&lying_png(65_000, 65_000)).contains("more than the limit of 100000000"));
    let why = refusal(&lying_png(9000, 9000));
    assert!(why.contains("declares 9000 × 9000 pixels, but the file has only 41 bytes"), "{why}");
    let mut bmp = file(RgbImage::new(2, 2), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&9000_i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&9000_i32.to_le_bytes());
    assert!(refusal(&bmp).contains("declares 9000 × 9000"));
}

#[test]
fn decoding_can_be_stopped() {
    let bytes = file(RgbImage::new(8, 8), ImageFormat::Png);
    assert!(decode(&bytes, 100, &|| true).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0_usize..6,
    ) {
        let heads: [&[u8]; 6] = [
            b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8L",
        ];
        let _ = read(&[heads[kind], &bytes].concat());
    }

    #[test]
    fn damaged_pictures_never_panic(
        format in 0_usize..5, at in any::<prop::sample::Index>(), value: u8, cut in 0.5_f64..1.5,
    ) {
        let picture = RgbImage::from_fn(13, 11, |x, y| image::Rgb([x as u8 * 9, y as u8 * 9, 7]));
        let mut bytes = file(picture, FORMATS[format]);
        let place = at.index(bytes.len());
        bytes[place] = value;
        let keep = (bytes.len() as f64 * cut) as usize;
        let _ = read(&bytes[..keep.min(bytes.len())]);
    }
}
