//! What the window remembers from one start to the next, apart from the views of the panels.

use egui::{Vec2, vec2};

use crate::data::Limits;
use crate::spec::DeviceChoice;
use crate::workbench::StepUnit;

/// Light or dark, on a screen or by a projector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Dark text on light surfaces.
    Light,
    /// Light text on dark surfaces.
    Dark,
    /// Large and high in contrast, black on white.
    ProjectorLight,
    /// Large and high in contrast, white on black.
    ProjectorDark,
}

impl ThemeChoice {
    /// The same for egui.
    #[must_use]
    pub fn preference(self) -> egui::ThemePreference {
        match self {
            Self::System => egui::ThemePreference::System,
            Self::Light | Self::ProjectorLight => egui::ThemePreference::Light,
            Self::Dark | Self::ProjectorDark => egui::ThemePreference::Dark,
        }
    }

    /// Whether it is one of the looks for a projector.
    #[must_use]
    pub fn is_projector(self) -> bool {
        matches!(self, Self::ProjectorLight | Self::ProjectorDark)
    }

    /// The look for a projector from any other, and back to the plain one.
    #[must_use]
    pub fn toggled(self, is_dark: bool) -> Self {
        match self {
            Self::ProjectorLight => Self::Light,
            Self::ProjectorDark => Self::Dark,
            _ if is_dark => Self::ProjectorDark,
            _ => Self::ProjectorLight,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
enum Device {
    Auto,
    Cpu,
    Gpu(usize),
}

/// What the window remembers.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Size of everything; 1 is as designed.
    pub zoom: f32,
    /// Whether the user chose it. Else it follows the size of the window.
    is_zoom_chosen: bool,
    /// Whether learning rate, batch size and λ in the strip are set for all runs.
    pub all_runs: bool,
    /// Whether pictures are saved and copied in light colours whatever the window looks like.
    pub light_pictures: bool,
    step_unit: u8,
    device: Device,
    limits: Option<Limit>,
}

/// The size of everything that suits windows of some width and height, in points as designed.
struct Fit {
    zoom: f32,
    least: Vec2,
}

/// From the largest down. Each leaves more room than everything needs, on screens of 5120, 3840
/// and 2560 pixels across whose window is maximised but not full screen.
const FITS: [Fit; 3] = [
    Fit { zoom: 2.5, least: vec2(4800.0, 2500.0) },
    Fit { zoom: 2.0, least: vec2(3400.0, 1900.0) },
    Fit { zoom: 1.5, least: vec2(2500.0, 1300.0) },
];

impl Fit {
    /// Whether it suits a window. One `in_use` stays until the window is clearly smaller, so that
    /// nothing flaps while an edge is dragged to and fro.
    fn is_for(&self, window: Vec2, in_use: bool) -> bool {
        let least = self.least * if in_use { 0.94 } else { 1.0 };
        window.x >= least.x && window.y >= least.y
    }
}

/// How much may be loaded, as it is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
struct Limit {
    bytes: usize,
    rows: usize,
    columns: usize,
    pixels: usize,
    pictures: usize,
    cache_bytes: usize,
    idx_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            zoom: 1.0,
            is_zoom_chosen: false,
            all_runs: false,
            light_pictures: false,
            step_unit: 1,
            device: Device::Auto,
            limits: None,
        }
    }
}

impl Settings {
    /// How much may be loaded.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        let Some(limit) = self.limits else { return usual };
        // Zero stands for one that was not known when the settings were written.
        let or = |set: usize, usual: usize| if set == 0 { usual } else { set };
        Limits {
            bytes: or(limit.bytes, usual.bytes),
            rows: or(limit.rows, usual.rows),
            columns: or(limit.columns, usual.columns),
            pixels: or(limit.pixels, usual.pixels),
            pictures: or(limit.pictures, usual.pictures),
            cache_bytes: or(limit.cache_bytes, usual.cache_bytes),
            idx_bytes: or(limit.idx_bytes, usual.idx_bytes),
        }
    }

    /// Remembers how much may be loaded. The usual limits are not written down, so that they can
    /// grow with the program.
    pub fn set_limits(&mut self, limits: Limits) {
        let Limits { bytes, rows, columns, pixels, pictures, cache_bytes, idx_bytes } = limits;
        let limit = Limit { bytes, rows, columns, pixels, pictures, cache_bytes, idx_bytes };
        self.limits = (limits != Limits::default()).then_some(limit);
    }

    /// What one step by hand is.
    #[must_use]
    pub fn step_unit(&self) -> StepUnit {
        StepUnit::ALL.get(usize::from(self.step_unit)).copied().unwrap_or_default()
    }

    /// Chooses what one step by hand is.
    pub fn set_step_unit(&mut self, unit: StepUnit) {
        let place = StepUnit::ALL.iter().position(|&other| other == unit);
        self.step_unit = place.and_then(|place| u8::try_from(place).ok()).unwrap_or_default();
    }

    /// Where runs compute.
    #[must_use]
    pub fn device(&self) -> DeviceChoice {
        match self.device {
            Device::Auto => DeviceChoice::Auto,
            Device::Cpu => DeviceChoice::Cpu,
            Device::Gpu(index) => DeviceChoice::Gpu(index),
        }
    }

    /// Remembers where runs compute.
    pub fn set_device(&mut self, device: DeviceChoice) {
        self.device = match device {
            DeviceChoice::Auto => Device::Auto,
            DeviceChoice::Cpu => Device::Cpu,
            DeviceChoice::Gpu(index) => Device::Gpu(index),
        };
    }

    /// One notch larger or smaller, within what can still be used.
    pub fn zoom_by(&mut self, notches: i32) {
        let zoom = (self.zoom * 10.0).round() as i32 + notches;
        self.zoom = zoom.clamp(6, 25) as f32 / 10.0;
        self.is_zoom_chosen = true;
    }

    /// Follows the size of the window again.
    pub fn follow_window(&mut self) {
        self.is_zoom_chosen = false;
    }

    /// Whether the size of everything follows that of the window.
    #[must_use]
    pub fn follows_window(&self) -> bool {
        !self.is_zoom_chosen
    }

    /// Makes everything larger in a window so large, in points as designed, that it would be too
    /// small to be read, unless the user chose a size. Tells whether something changed.
    pub fn fit_zoom(&mut self, window: Vec2) -> bool {
        let before = self.zoom;
        if self.follows_window() {
            let fits = |fit: &&Fit| fit.is_for(window, (before - fit.zoom).abs() < 1e-3);
            self.zoom = FITS.iter().find(fits).map_or(1.0, |fit| fit.zoom);
        }
        self.zoom.to_bits() != before.to_bits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_unit_and_device_is_remembered() {
        let mut settings = Settings::default();
        assert_eq!(settings.step_unit(), StepUnit::Batch);
        for unit in StepUnit::ALL {
            settings.set_step_unit(unit);
            assert_eq!(settings.step_unit(), unit);
        }
        for device in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Gpu(2)] {
            settings.set_device(device);
            assert_eq!(settings.device(), device);
        }
    }

    #[test]
    fn limits_are_remembered_and_the_usual_ones_are_not_written_down() {
        let mut settings = Settings::default();
        let limits = Limits { rows: 7, ..Limits::default() };
        settings.set_limits(limits);
        assert_eq!(settings.limits(), limits);
        settings.set_limits(Limits::default());
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn zoom_has_limits_and_comes_back() {
        let mut settings = Settings::default();
        settings.zoom_by(100);
        assert!((settings.zoom - 2.5).abs() < 1e-6);
        settings.zoom_by(-100);
        assert!((settings.zoom - 0.6).abs() < 1e-6);
    }

    /// The zooms of windows of these sizes, one after the other.
    fn zooms<const N: usize>(settings: &mut Settings, windows: [[f32; 2]; N]) -> [f32; N] {
        windows.map(|window| {
            settings.fit_zoom(window.into());
            settings.zoom
        })
    }

    #[test]
    fn everything_grows_and_shrinks_with_the_window() {
        let grown = [[1280.0, 800.0], [2560.0, 1370.0], [3840.0, 2090.0], [5120.0, 2800.0]];
        let mut settings = Settings::default();
        assert_eq!(zooms(&mut settings, grown), [1.0, 1.5, 2.0, 2.5]);
        assert_eq!(zooms(&mut settings, [[3840.0, 2160.0], [1920.0, 1080.0]]), [2.0, 1.0]);
        let flat = [[3440.0, 1440.0], [3840.0, 1080.0]];
        assert_eq!(zooms(&mut settings, flat), [1.5, 1.0], "both sides count");
    }

    #[test]
    fn a_border_that_is_dragged_to_and_fro_changes_nothing() {
        let mut settings = Settings::default();
        let to_and_fro = [2510.0, 2490.0, 2505.0, 2400.0, 2349.0, 2490.0, 2500.0];
        let found = zooms(&mut settings, to_and_fro.map(|width| [width, 1400.0]));
        assert_eq!(found, [1.5, 1.5, 1.5, 1.5, 1.0, 1.0, 1.5]);
    }

    #[test]
    fn a_size_that_was_chosen_stays_until_the_window_is_followed_again() {
        let mut settings = Settings::default();
        settings.zoom_by(1);
        assert!(!settings.fit_zoom(vec2(3840.0, 2160.0)));
        assert!((settings.zoom - 1.1).abs() < 1e-6 && !settings.follows_window());
        settings.follow_window();
        assert!(settings.fit_zoom(vec2(3840.0, 2160.0)));
        assert!((settings.zoom - 2.0).abs() < 1e-6);
    }
}
