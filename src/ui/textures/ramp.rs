use egui::Color32;

use crate::ui::theme::Theme;

/// Steps from the middle of the colours to either end.
const HALF: usize = 128;

/// Colours of signed values, or of sizes, worked out once.
pub struct Ramp {
    colours: [Color32; 2 * HALF + 1],
    nan: Color32,
    signed: bool,
}

impl Ramp {
    /// From orange by the canvas to blue.
    #[must_use]
    pub fn signed(theme: &Theme) -> Self {
        let half = HALF as f32;
        let colours = std::array::from_fn(|place| theme.signed((place as f32 - half) / half));
        Self { colours, nan: theme.nan, signed: true }
    }

    /// From small to large along the sequential map.
    #[must_use]
    pub fn sizes(theme: &Theme) -> Self {
        let last = 2.0 * HALF as f32;
        let colours = std::array::from_fn(|place| theme.sequential(place as f32 / last));
        Self { colours, nan: theme.nan, signed: false }
    }

    /// The colour of a value where `most` is the strongest; without a strongest all have that of
    /// zero.
    #[must_use]
    pub fn of(&self, value: f32, most: f32) -> Color32 {
        if value.is_nan() {
            return self.nan;
        }
        let share = if most > 0.0 { (value / most).clamp(-1.0, 1.0) } else { 0.0 };
        let half = HALF as f32;
        let place = if self.signed { half + half * share } else { 2.0 * half * share.max(0.0) };
        self.colours[(place + 0.5) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_theme() {
        for theme in Theme::ALL {
            let ramp = Ramp::signed(theme);
            assert_eq!(ramp.of(-3.0, 2.0), theme.negative);
            assert_eq!(ramp.of(0.0, 2.0), theme.canvas);
            assert_eq!(ramp.of(1.0, 2.0), theme.signed(0.5));
            assert_eq!(ramp.of(1.0, 0.0), theme.canvas, "there is no scale");
            assert_eq!(ramp.of(f32::NAN, 2.0), theme.nan);
            assert_eq!(Ramp::sizes(theme).of(2.0, 2.0), theme.sequential(1.0));
            assert_eq!(Ramp::sizes(theme).of(-1.0, 2.0), theme.sequential(0.0));
        }
    }
}
