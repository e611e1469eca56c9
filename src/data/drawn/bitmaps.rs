//! Digits of so few pixels that each is drawn by hand; `#` is ink.

use crate::base::Rng;

/// Digits as bitmaps of zeros and ones.
pub struct Bitmaps {
    rows: usize,
    columns: usize,
    /// The ways to draw each digit; rows from the top, one after another.
    styles: &'static [&'static [&'static str]],
    /// Whether there is room to move a digit by a column.
    moves: bool,
}

/// Chance that a pixel is flipped, at full distortion.
const FLIPPED: f64 = 0.03;
/// Chance that a digit is moved by a column, at full distortion.
const MOVED: f64 = 0.4;

/// 1, 2 and 3 in 6 rows of 6 columns.
pub const DIGITS_123: Bitmaps = Bitmaps {
    rows: 6,
    columns: 6,
    moves: true,
    styles: &[
        &[
            "..#.....#.....#.....#.....#.....#...",
            "..#....##.....#.....#.....#.....#...",
            "..#....##.....#.....#.....#....###..",
            "..#...###.....#.....#.....#...#####.",
            "..##....##....##....##....##....##..",
            "...#....#.....#....#.....#.....#....",
        ],
        &[
            "..##...#..#.....#....#....#....####.",
            ".###......#.....#...##...#.....####.",
            "..##...#..#.....#...##...#......####",
            ".####.....#....##...#....#.....#####",
            "..##...#..#....##...#....##...#####.",
            ".###..#...#....#....#....#.....####.",
        ],
        &[
            "..##...#..#....##.....#..#..#...##..",
            ".####.....#...##......#.....#..###..",
            "..##...#..#.....#...##......#..###..",
            ".###......#...##......#..#..#...##..",
            ".####....#....###.....#..#..#..###..",
            "..###.....#....##.....#..#..#...##..",
        ],
    ],
};

/// 0 and 1 in 4 rows of 3 columns.
pub const DIGITS_01: Bitmaps = Bitmaps {
    rows: 4,
    columns: 3,
    moves: false,
    styles: &[
        &[
            "####.##.####",
            ".#.#.##.#.#.",
            "####.####...",
            "...####.####",
            "##.#.##.#.##",
            ".###.##.###.",
        ],
        &[
            ".#..#..#..#.",
            "##..#..#..#.",
            "##..#..#.###",
            ".#.##..#..#.",
            "..#..#..#..#",
            "#..#..#..#..",
        ],
    ],
};

impl Bitmaps {
    /// Number of pixels of a digit.
    pub const fn pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// `r1c1`, `r1c2`, … row by row.
    pub fn feature_names(&self) -> Vec<String> {
        let name = |pixel| format!("r{}c{}", pixel / self.columns + 1, pixel % self.columns + 1);
        (0..self.pixels()).map(name).collect()
    }

    /// Draws a digit of a class, moved and with flipped pixels by chance.
    pub fn draw(&self, class: usize, distortion: f64, rng: &mut Rng, image: &mut [f32]) {
        let styles = self.styles[class];
        let style = styles[rng.below(styles.len())].as_bytes();
        let shift = self.shift(distortion, rng);
        for (pixel, value) in image.iter_mut().enumerate() {
            let column = (pixel % self.columns).checked_add_signed(-shift);
            let column = column.filter(|&column| column < self.columns);
            let is_ink = column
                .is_some_and(|column| style[pixel / self.columns * self.columns + column] == b'#');
            let is_flipped = rng.uniform() < FLIPPED * distortion;
            *value = f32::from(u8::from(is_ink != is_flipped));
        }
    }

    /// Columns to the right.
    fn shift(&self, distortion: f64, rng: &mut Rng) -> isize {
        let is_moved = rng.uniform() < MOVED * distortion;
        match (self.moves && is_moved, rng.below(2)) {
            (false, _) => 0,
            (true, 0) => -1,
            (true, _) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitmaps_of_the_book_are_complete_and_differ() {
        for bitmaps in [DIGITS_123, DIGITS_01] {
            let mut seen = std::collections::HashSet::new();
            for style in bitmaps.styles.iter().copied().flatten() {
                assert_eq!(style.len(), bitmaps.pixels(), "{style}");
                assert!(style.bytes().all(|pixel| b".#".contains(&pixel)), "{style}");
                assert!(seen.insert(style), "{style} is there twice");
            }
        }
    }
}
