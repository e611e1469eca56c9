//! Every colour and size of the window, for light and dark surroundings.

use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle, Vec2};

/// Between things that belong together, such as a marker and its name.
pub const TIGHT: f32 = 4.0;
/// Between fields.
pub const GAP: f32 = 8.0;
/// Between groups of fields.
pub const GROUP: f32 = 16.0;
/// Least width and height of anything that is clicked.
pub const TARGET: f32 = 24.0;
/// Height of the transport strip.
pub const STRIP: f32 = 48.0;
/// Height of the bar of runs.
pub const BAR: f32 = 32.0;
/// Corner radius of cards.
pub const CARD_RADIUS: u8 = 8;
/// Corner radius of fields and buttons.
pub const FIELD_RADIUS: u8 = 5;

/// Numbers that are read from the back row.
pub const LARGE: f32 = 22.0;
/// Everything that is read.
pub const BODY: f32 = 14.0;
/// Units, captions, axis labels.
pub const SMALL: f32 = 12.0;

/// No colour at all.
pub const CLEAR: Color32 = Color32::TRANSPARENT;
/// For text whose colour is given when it is painted.
pub const INHERIT: Color32 = Color32::PLACEHOLDER;

/// Every colour and size of the window. Nothing else in the program names a colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Whether this is the dark variant.
    pub dark: bool,
    /// Behind everything.
    pub background: Color32,
    /// Panels and cards.
    pub surface: Color32,
    /// Fields and wells within a card.
    pub inset: Color32,
    /// A field or button under the pointer.
    pub hover: Color32,
    /// Lines between things.
    pub line: Color32,
    /// Outlines of things that are clicked, and of plots; 3:1 on `surface`.
    pub outline: Color32,
    /// Text.
    pub text: Color32,
    /// Text that stands back; still 4.5:1 on `surface`.
    pub text_muted: Color32,
    /// The one accent.
    pub accent: Color32,
    /// Behind what is selected.
    pub accent_soft: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Something went well.
    pub good: Color32,
    /// Something is other than was asked for.
    pub warning: Color32,
    /// Something did not work.
    pub error: Color32,
    /// Behind plots, boundaries and weight maps.
    pub canvas: Color32,
    /// Lines of a plot's grid.
    pub grid: Color32,
    /// Classes, colour-blind safe.
    pub classes: [Color32; 10],
    /// Runs, by their tint.
    pub runs: [Color32; 4],
    /// Far end of positive values: blue.
    pub positive: Color32,
    /// Far end of negative values: orange.
    pub negative: Color32,
    /// Where a value is not a number; also hatched, so that it is not taken for a value.
    pub nan: Color32,
}

/// How the line of a run is drawn, so that runs differ without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinePattern {
    /// An unbroken line.
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Short dashes, close together.
    Dense,
}

/// The fonts of egui, with arrows and dots for text, too: the font of text has none.
fn fonts() -> egui::FontDefinitions {
    let mut fonts = egui::FontDefinitions::default();
    if let Some(text) = fonts.families.get_mut(&FontFamily::Proportional) {
        text.push("Hack".to_owned());
    }
    fonts
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const fn palette<const N: usize>(hex: [u32; N]) -> [Color32; N] {
    let mut colors = [Color32::BLACK; N];
    let mut i = 0;
    while i < N {
        colors[i] = rgb(hex[i]);
        i += 1;
    }
    colors
}

/// Anchors of the viridis map at equal distances.
const VIRIDIS: [Color32; 9] = palette([
    0x44_01_54, 0x48_28_78, 0x3e_49_89, 0x31_68_8e, 0x26_82_8e, 0x1f_9e_89, 0x35_b7_79, 0x6e_ce_58,
    0xfd_e7_25,
]);

impl Theme {
    /// Dark text on light surfaces.
    pub const LIGHT: Self = Self {
        dark: false,
        background: rgb(0xee_f0_f3),
        surface: rgb(0xff_ff_ff),
        inset: rgb(0xf1_f3_f6),
        hover: rgb(0xe4_e8_ee),
        line: rgb(0xdb_df_e5),
        outline: rgb(0x86_8f_9c),
        text: rgb(0x1a_1f_27),
        text_muted: rgb(0x55_5f_6d),
        accent: rgb(0x4f_46_c8),
        accent_soft: rgb(0xe7_e5_fa),
        on_accent: rgb(0xff_ff_ff),
        good: rgb(0x1a_75_3a),
        warning: rgb(0x8a_56_00),
        error: rgb(0xbf_2a_2a),
        canvas: rgb(0xfb_fc_fd),
        grid: rgb(0xe3_e6_eb),
        classes: palette([
            0xd5_7c_00, 0x2a_8b_c9, 0x00_8a_62, 0xa1_86_00, 0x0b_4f_9e, 0xc4_3d_12, 0xb5_4f_8e,
            0x3d_45_4f, 0x7a_4c_26, 0x5c_86_00,
        ]),
        runs: palette([0x35_5b_d6, 0xc2_25_5c, 0x0b_72_85, 0x7a_51_00]),
        positive: rgb(0x0a_62_b4),
        negative: rgb(0xd4_62_00),
        nan: rgb(0x9a_a1_ab),
    };

    /// Light text on dark surfaces.
    pub const DARK: Self = Self {
        dark: true,
        background: rgb(0x11_13_17),
        surface: rgb(0x1a_1d_23),
        inset: rgb(0x24_28_30),
        hover: rgb(0x2f_35_3f),
        line: rgb(0x30_36_40),
        outline: rgb(0x72_7c_8a),
        text: rgb(0xe8_eb_ef),
        text_muted: rgb(0xa3_ac_b8),
        accent: rgb(0xa0_98_ff),
        accent_soft: rgb(0x33_30_57),
        on_accent: rgb(0x14_12_2b),
        good: rgb(0x58_c9_84),
        warning: rgb(0xe9_b6_4d),
        error: rgb(0xff_83_7a),
        canvas: rgb(0x14_17_1c),
        grid: rgb(0x2a_2f_38),
        classes: palette([
            0xf2_a0_1e, 0x5a_b8_ec, 0x1c_b8_8a, 0xf0_e4_42, 0x6c_8e_f5, 0xf2_6f_3c, 0xe0_91_c1,
            0xcf_d4_db, 0xbd_90_6a, 0xa9_d0_40,
        ]),
        runs: palette([0x86_a2_ff, 0xff_78_aa, 0x42_c8_da, 0xdb_ab_62]),
        positive: rgb(0x5a_b0_ff),
        negative: rgb(0xff_9a_3c),
        nan: rgb(0x69_71_7d),
    };

    /// The theme that egui uses at the moment.
    #[must_use]
    pub fn of(ctx: &egui::Context) -> &'static Self {
        match ctx.theme() {
            egui::Theme::Dark => &Self::DARK,
            egui::Theme::Light => &Self::LIGHT,
        }
    }

    /// Gives egui both themes; which one is used follows `ctx.set_theme`.
    pub fn apply(ctx: &egui::Context) {
        ctx.set_fonts(fonts());
        for (variant, theme) in
            [(egui::Theme::Light, &Self::LIGHT), (egui::Theme::Dark, &Self::DARK)]
        {
            let mut style = (*ctx.style_of(variant)).clone();
            theme.style(&mut style);
            ctx.set_style_of(variant, style);
        }
    }

    /// Colour of a class; colours repeat beyond ten.
    #[must_use]
    pub fn class(&self, class: usize) -> Color32 {
        self.classes[class % self.classes.len()]
    }

    /// Colour of a run.
    #[must_use]
    pub fn run(&self, tint: usize) -> Color32 {
        self.runs[tint % self.runs.len()]
    }

    /// Colour of a place that is predicted to be of `class`. At `confidence` 0 it is the canvas;
    /// even at 1 the points, in the full colour of their class, stand out on it.
    #[must_use]
    pub fn confidence(&self, class: usize, confidence: f32) -> Color32 {
        let most = if self.dark { 0.46 } else { 0.52 };
        mix(self.canvas, self.class(class), most * confidence)
    }

    /// Colour of a signed value from −1 (orange) by 0 (the canvas) to 1 (blue). A value beyond
    /// is drawn as the nearest end, NaN in grey.
    #[must_use]
    pub fn signed(&self, value: f32) -> Color32 {
        if value.is_nan() {
            return self.nan;
        }
        let end = if value < 0.0 { self.negative } else { self.positive };
        mix(self.canvas, end, value.abs())
    }

    /// Colour of a value from 0 to 1 on a perceptually even scale (viridis). NaN is grey.
    #[must_use]
    pub fn sequential(&self, value: f32) -> Color32 {
        if value.is_nan() {
            return self.nan;
        }
        let place = value.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f32;
        let left = (place as usize).min(VIRIDIS.len() - 2);
        mix(VIRIDIS[left], VIRIDIS[left + 1], place - left as f32)
    }

    /// A hairline between things.
    #[must_use]
    pub fn hairline(&self) -> Stroke {
        Stroke::new(1.0, self.line)
    }

    /// The ring around what has the keyboard focus.
    #[must_use]
    pub fn focus_ring(&self) -> Stroke {
        Stroke::new(2.0, self.accent)
    }

    fn style(&self, style: &mut egui::Style) {
        style.text_styles = [
            (TextStyle::Heading, FontId::new(LARGE, FontFamily::Proportional)),
            (TextStyle::Body, FontId::new(BODY, FontFamily::Proportional)),
            (TextStyle::Button, FontId::new(BODY, FontFamily::Proportional)),
            (TextStyle::Monospace, FontId::new(SMALL, FontFamily::Monospace)),
            (TextStyle::Small, FontId::new(SMALL, FontFamily::Proportional)),
        ]
        .into();
        style.drag_value_text_style = TextStyle::Body;
        style.animation_time = 0.0;
        style.explanation_tooltips = false;
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.4;
        spacing(&mut style.spacing);
        self.visuals(&mut style.visuals);
    }

    fn visuals(&self, visuals: &mut egui::Visuals) {
        *visuals = if self.dark { egui::Visuals::dark() } else { egui::Visuals::light() };
        visuals.weak_text_color = Some(self.text_muted);
        visuals.hyperlink_color = self.accent;
        visuals.faint_bg_color = self.inset;
        visuals.extreme_bg_color = self.canvas;
        visuals.text_edit_bg_color = Some(self.inset);
        visuals.code_bg_color = self.inset;
        visuals.warn_fg_color = self.warning;
        visuals.error_fg_color = self.error;
        visuals.window_corner_radius = CornerRadius::same(CARD_RADIUS);
        visuals.menu_corner_radius = CornerRadius::same(CARD_RADIUS);
        visuals.window_fill = self.surface;
        visuals.window_stroke = self.hairline();
        visuals.panel_fill = self.background;
        visuals.window_highlight_topmost = false;
        visuals.window_shadow = self.shadow(24);
        visuals.popup_shadow = self.shadow(12);
        visuals.slider_trailing_fill = true;
        visuals.handle_shape = egui::style::HandleShape::Rect { aspect_ratio: 0.5 };
        visuals.selection.bg_fill = self.accent_soft;
        visuals.selection.stroke = Stroke::new(1.5, self.accent);
        visuals.text_cursor.blink = false;
        visuals.text_cursor.stroke = Stroke::new(2.0, self.accent);
        self.widgets(&mut visuals.widgets);
    }

    fn shadow(&self, blur: u8) -> Shadow {
        let strength = if self.dark { 110 } else { 36 };
        Shadow { offset: [0, 4], blur, spread: 0, color: Color32::from_black_alpha(strength) }
    }

    fn widgets(&self, widgets: &mut egui::style::Widgets) {
        let none = Stroke::NONE;
        let line = self.hairline();
        let outline = Stroke::new(1.0, self.outline);
        let focus = Stroke::new(1.5, self.accent);
        widgets.noninteractive = widget(self.surface, line, self.text);
        widgets.inactive = widget(self.inset, none, self.text);
        widgets.hovered = widget(self.hover, outline, self.text);
        widgets.active = widget(self.hover, focus, self.text);
        widgets.open = widget(self.hover, outline, self.text);
    }
}

/// How the line of a run is drawn.
#[must_use]
pub fn run_pattern(tint: usize) -> LinePattern {
    const PATTERNS: [LinePattern; 4] =
        [LinePattern::Solid, LinePattern::Dashed, LinePattern::Dense, LinePattern::Dotted];
    PATTERNS[tint % PATTERNS.len()]
}

/// Text that can be read on any fill.
#[must_use]
pub fn text_on(fill: Color32) -> Color32 {
    let (black, white) = (Color32::BLACK, Color32::WHITE);
    if contrast(black, fill) >= contrast(white, fill) { black } else { white }
}

/// Font of numbers that are read from the back row.
#[must_use]
pub fn large() -> FontId {
    FontId::proportional(LARGE)
}

/// Font of everything that is read.
#[must_use]
pub fn body() -> FontId {
    FontId::proportional(BODY)
}

/// Font of units, captions and axis labels.
#[must_use]
pub fn small() -> FontId {
    FontId::proportional(SMALL)
}

fn spacing(spacing: &mut egui::style::Spacing) {
    spacing.item_spacing = Vec2::new(GAP, TIGHT);
    spacing.button_padding = Vec2::new(GAP, TIGHT);
    spacing.interact_size = Vec2::new(40.0, TARGET);
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = 6.0;
    spacing.indent = GROUP;
    spacing.slider_width = 120.0;
    spacing.slider_rail_height = 4.0;
    spacing.combo_width = 80.0;
    spacing.combo_height = 320.0;
    spacing.text_edit_width = 120.0;
    spacing.tooltip_width = 320.0;
    spacing.menu_width = 240.0;
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(16);
    spacing.scroll = egui::style::ScrollStyle::thin();
}

fn widget(fill: Color32, border: Stroke, text: Color32) -> egui::style::WidgetVisuals {
    egui::style::WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: border,
        corner_radius: CornerRadius::same(FIELD_RADIUS),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    }
}

/// A colour between two others: `a` at 0, `b` at 1.
#[must_use]
pub fn mix(a: Color32, b: Color32, t: f32) -> Color32 {
    let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
    let channel = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * t + 0.5) as u8;
    Color32::from_rgb(channel(a.r(), b.r()), channel(a.g(), b.g()), channel(a.b(), b.b()))
}

/// Contrast of two opaque colours by the Web Content Accessibility Guidelines: 1 for equal
/// colours, 21 for black on white.
#[must_use]
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: Color32) -> f32 {
    let linear = |channel: u8| {
        let c = f32::from(channel) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [&Theme; 2] = [&Theme::LIGHT, &Theme::DARK];

    fn name(theme: &Theme) -> &'static str {
        if theme.dark { "dark" } else { "light" }
    }

    fn surfaces(theme: &Theme) -> [Color32; 5] {
        [theme.background, theme.surface, theme.inset, theme.hover, theme.canvas]
    }

    #[test]
    fn text_can_be_read_on_every_surface() {
        for theme in BOTH {
            let texts = [theme.text, theme.text_muted, theme.good, theme.warning, theme.error];
            for (i, text) in texts.into_iter().enumerate() {
                for (k, fill) in surfaces(theme).into_iter().enumerate() {
                    let found = contrast(text, fill);
                    assert!(found >= 4.5, "{} text {i} on surface {k} {found:.2}", name(theme));
                }
            }
        }
    }

    #[test]
    fn the_accent_can_be_read_and_read_on() {
        for theme in BOTH {
            assert!(contrast(theme.on_accent, theme.accent) >= 4.5);
            assert!(contrast(theme.accent, theme.surface) >= 4.5);
            assert!(contrast(theme.text, theme.accent_soft) >= 4.5);
            assert!(contrast(theme.accent, theme.accent_soft) >= 4.5);
        }
    }

    #[test]
    fn names_of_runs_can_be_read_in_their_colour() {
        for theme in BOTH {
            for (i, color) in theme.runs.into_iter().enumerate() {
                for fill in [theme.background, theme.surface, theme.canvas] {
                    let found = contrast(color, fill);
                    assert!(found >= 4.5, "{} run {i} {found:.2}", name(theme));
                }
            }
        }
    }

    #[test]
    fn marks_of_classes_stand_out_from_canvas_and_surface() {
        for theme in BOTH {
            for (i, color) in theme.classes.into_iter().enumerate() {
                for fill in [theme.surface, theme.canvas] {
                    let found = contrast(color, fill);
                    assert!(found >= 3.0, "{} class {i} {found:.2}", name(theme));
                }
            }
        }
    }

    #[test]
    fn outlines_stand_out() {
        for theme in BOTH {
            assert!(contrast(theme.outline, theme.surface) >= 3.0, "{}", name(theme));
            assert!(contrast(theme.positive, theme.canvas) >= 3.0, "{}", name(theme));
            assert!(contrast(theme.negative, theme.canvas) >= 3.0, "{}", name(theme));
        }
    }

    #[test]
    fn text_on_any_class_or_scale_can_be_read() {
        for theme in BOTH {
            let scale = (0..=20).map(|i| theme.sequential(i as f32 / 20.0));
            let signed = (-10..=10).map(|i| theme.signed(i as f32 / 10.0));
            for fill in theme.classes.into_iter().chain(scale).chain(signed) {
                let found = contrast(text_on(fill), fill);
                assert!(found >= 4.5, "{} {fill:?} {found:.2}", name(theme));
            }
        }
    }

    #[test]
    fn no_two_classes_or_runs_look_alike() {
        let apart = |a: Color32, b: Color32| {
            let d = |x: u8, y: u8| (f32::from(x) - f32::from(y)).powi(2);
            (d(a.r(), b.r()) + d(a.g(), b.g()) + d(a.b(), b.b())).sqrt()
        };
        for theme in BOTH {
            for list in [&theme.classes[..], &theme.runs[..]] {
                for (i, &a) in list.iter().enumerate() {
                    for &b in &list[..i] {
                        assert!(apart(a, b) > 40.0, "{} {a:?} {b:?}", name(theme));
                    }
                }
            }
        }
    }

    #[test]
    fn scales_end_where_they_should() {
        for theme in BOTH {
            assert_eq!(theme.signed(0.0), theme.canvas);
            assert_eq!(theme.signed(1.0), theme.positive);
            assert_eq!(theme.signed(-7.0), theme.negative);
            assert_eq!(theme.signed(f32::NAN), theme.nan);
            assert_eq!(theme.confidence(3, 0.0), theme.canvas);
            assert_eq!(theme.sequential(-1.0), VIRIDIS[0]);
            assert_eq!(theme.sequential(2.0), VIRIDIS[8]);
            assert_eq!(theme.sequential(0.5), VIRIDIS[4]);
        }
    }

    #[test]
    fn the_sequential_scale_grows_lighter_throughout() {
        let lights: Vec<f32> =
            (0..=100).map(|i| luminance(Theme::LIGHT.sequential(i as f32 / 100.0))).collect();
        assert!(lights.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn egui_takes_both_themes() {
        let ctx = egui::Context::default();
        Theme::apply(&ctx);
        ctx.set_theme(egui::Theme::Dark);
        assert_eq!(Theme::of(&ctx), &Theme::DARK);
        assert_eq!(ctx.global_style().visuals.panel_fill, Theme::DARK.background);
        ctx.set_theme(egui::Theme::Light);
        assert_eq!(ctx.global_style().visuals.panel_fill, Theme::LIGHT.background);
    }
}
