use super::frame::{Planes, View};
use super::ops::{Bench, Op};
use crate::data::{Labelled, Targets};

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

impl Original {
    /// A small picture of `source`. Of an image with neither one nor three channels the first is
    /// shown.
    pub(super) fn new(row: usize, source: &impl Planes) -> Self {
        let (height, width) = source.size();
        let longest = height.max(width);
        let side = |side: usize| (side * THUMBNAIL_SIDE).div_ceil(longest.max(1)).max(1);
        let small = Op::Resize { width: side(width), height: side(height) };
        let ops = if longest > THUMBNAIL_SIDE { &[small][..] } else { &[] };
        let mut bench = Bench::default();
        let picture = bench.run(source, ops, None).to_picture();
        let channels = if picture.channels == 3 { 3 } else { 1 };
        let area = picture.height * picture.width;
        let pixel = |pixel: usize| (0..channels).map(move |channel| channel * area + pixel);
        let places = (0..area).flat_map(pixel);
        let pixels = places.map(|place| picture.values[place]).collect();
        Self { row, width: picture.width, height: picture.height, channels, pixels }
    }
}

/// Which rows are shown: the first of each class, then the second of each, and so on; class by
/// class. Of more classes than are shown, some spread over all.
pub(super) fn chosen(targets: &Targets) -> Vec<usize> {
    let Targets::Classes(classes) = targets else {
        return (0..targets.len().min(MAX_ORIGINALS)).collect();
    };
    let count = classes.iter().max().map_or(0, |&most| most as usize + 1);
    let mut members = vec![Vec::new(); count];
    for (row, &class) in classes.iter().enumerate() {
        if members[class as usize].len() < MAX_ORIGINALS {
            members[class as usize].push(row);
        }
    }
    members.retain(|rows| !rows.is_empty());
    if members.len() > MAX_ORIGINALS {
        let all = members.len();
        members =
            (0..MAX_ORIGINALS).map(|place| members[place * all / MAX_ORIGINALS].clone()).collect();
    }
    let each = MAX_ORIGINALS / members.len().max(1);
    let more = MAX_ORIGINALS % members.len().max(1);
    let taken = |(place, rows): (usize, Vec<usize>)| {
        rows.into_iter().take(each + usize::from(place < more))
    };
    members.into_iter().enumerate().flat_map(taken).collect()
}

/// Small pictures of some samples of `part`, whose rows are `[channels, height, width]`. Values
/// that are not all in 0 to 1 are spread from the smallest to the largest of each sample.
pub(super) fn of_features(part: &Labelled, shape: [usize; 3]) -> Vec<Original> {
    let rows = chosen(&part.targets).into_iter();
    rows.map(|row| {
        let mut values = part.features.row(row).into_owned();
        spread(&mut values);
        Original::new(row, &View::new(shape, &values))
    })
    .collect()
}

fn spread(values: &mut [f32]) {
    let low = values.iter().copied().fold(0.0_f32, f32::min);
    let high = values.iter().copied().fold(0.0_f32, f32::max);
    if low < 0.0 || high > 1.0 {
        values.iter_mut().for_each(|value| *value = (*value - low) / (high - low));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_spread_over_the_classes() {
        let classes = |rows: usize, count: u32| {
            Targets::Classes((0..rows as u32).map(|row| row % count).collect())
        };
        let ten = chosen(&classes(1000, 10));
        assert_eq!((ten.len(), &ten[..4]), (24, &[0, 10, 20, 1][..]));
        let many = chosen(&classes(1000, 100));
        assert_eq!((many.len(), many[0], many[23]), (24, 0, 95));
        assert_eq!(chosen(&classes(3, 2)), [0, 2, 1]);
        assert!(chosen(&Targets::Classes(Vec::new())).is_empty());
    }

    #[test]
    fn a_large_image_becomes_a_thumbnail_with_its_channels_side_by_side() {
        let plane = |value: f32| vec![value; 320 * 100];
        let values = [plane(1.0), plane(0.0), plane(0.2)].concat();
        let small = Original::new(7, &View::new([3, 320, 100], &values));
        assert_eq!((small.row, small.height, small.width, small.channels), (7, 160, 50, 3));
        assert_eq!(
            (small.pixels.len(), &small.pixels[..4]),
            (160 * 50 * 3, &[255, 0, 51, 255][..])
        );
    }
}
