//! Every colour and size of the window, for light and dark surroundings and for projectors.

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

/// Seconds that the pointer rests before a tooltip comes.
pub const TOOLTIP_DELAY: f32 = 0.4;

/// How much larger everything is for a projector, so that the last row reads it.
const LARGER: f32 = 1.25;
/// How much thicker lines are for a projector.
const THICKER: f32 = 1.5;
/// How much larger markers are for a projector.
const BIGGER: f32 = 1.25;

/// No colour at all.
pub const CLEAR: Color32 = Color32::TRANSPARENT;
/// For pictures, which have their own colours.
pub const AS_IS: Color32 = Color32::WHITE;
/// For text whose colour is given when it is painted.
pub const INHERIT: Color32 = Color32::PLACEHOLDER;
/// The tint of a texture that is shown in its own colours.
pub const UNTINTED: Color32 = Color32::WHITE;

/// A colour from red, green and blue that are multiplied by their opacity, and the opacity.
#[must_use]
pub const fn premultiplied([r, g, b, a]: [u8; 4]) -> Color32 {
    Color32::from_rgba_premultiplied(r, g, b, a)
}

/// Which of the looks a theme is. What is kept from frame to frame depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Dark text on light surfaces.
    #[default]
    Light,
    /// Light text on dark surfaces.
    Dark,
    /// Black text on white, large and thick, for a bright room.
    ProjectorLight,
    /// White text on black, large and thick, for a dark room.
    ProjectorDark,
}

/// Every colour and size of the window. Nothing else in the program names a colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Which of the looks this is.
    pub variant: Variant,
    /// Whether text is light on dark surfaces.
    pub dark: bool,
    /// How much larger than the plain looks everything is.
    pub zoom: f32,
    /// How much thicker than in the plain looks lines are, next to what [`Self::zoom`] does.
    pub thickness: f32,
    /// How much larger than in the plain looks markers are, next to what [`Self::zoom`] does.
    pub marks: f32,
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
    /// Classes, begun in the order of Okabe and Ito and moved apart until each can be told from
    /// every other by people who see no red or no green, too. A marker says the same.
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
        variant: Variant::Light,
        dark: false,
        zoom: 1.0,
        thickness: 1.0,
        marks: 1.0,
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
            0xed_52_13, 0x11_85_ff, 0x05_9a_65, 0x8a_4a_bb, 0x0c_26_a0, 0xa8_3f_0e, 0x79_85_b3,
            0x35_3b_55, 0x6d_2a_00, 0x36_6d_63,
        ]),
        runs: palette([0x35_5b_d6, 0xc2_25_5c, 0x0b_72_85, 0x7a_51_00]),
        positive: rgb(0x0a_62_b4),
        negative: rgb(0xd4_62_00),
        nan: rgb(0x9a_a1_ab),
    };

    /// Light text on dark surfaces.
    pub const DARK: Self = Self {
        variant: Variant::Dark,
        dark: true,
        zoom: 1.0,
        thickness: 1.0,
        marks: 1.0,
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
            0xff_93_17, 0x4c_b0_ff, 0x4d_c5_82, 0xf5_f6_35, 0x57_7e_ef, 0xe3_5f_12, 0xcc_81_bc,
            0xcd_d8_f9, 0x98_86_72, 0x9c_e9_95,
        ]),
        runs: palette([0x86_a2_ff, 0xff_78_aa, 0x42_c8_da, 0xdb_ab_62]),
        positive: rgb(0x5a_b0_ff),
        negative: rgb(0xff_9a_3c),
        nan: rgb(0x69_71_7d),
    };

    /// Black on white, for a bright room: text has 7:1 on every surface.
    pub const PROJECTOR_LIGHT: Self = Self {
        variant: Variant::ProjectorLight,
        zoom: LARGER,
        thickness: THICKER,
        marks: BIGGER,
        background: rgb(0xf2_f4_f7),
        inset: rgb(0xee_f1_f5),
        hover: rgb(0xe2_e7_ee),
        line: rgb(0xa8_b0_bb),
        outline: rgb(0x5b_64_70),
        text: rgb(0x00_00_00),
        text_muted: rgb(0x37_3f_4a),
        accent: rgb(0x33_2b_9c),
        accent_soft: rgb(0xe4_e2_fb),
        good: rgb(0x0a_4d_22),
        warning: rgb(0x5c_38_00),
        error: rgb(0x8c_12_12),
        canvas: rgb(0xff_ff_ff),
        grid: rgb(0xcd_d3_db),
        runs: palette([0x1f_3f_a8, 0x93_0f_3d, 0x06_4e_5b, 0x59_3a_00]),
        positive: rgb(0x00_4a_94),
        negative: rgb(0xa8_48_00),
        nan: rgb(0x76_7e_8a),
        ..Self::LIGHT
    };

    /// White on black, for a dark room: text has 7:1 on every surface.
    pub const PROJECTOR_DARK: Self = Self {
        variant: Variant::ProjectorDark,
        zoom: LARGER,
        thickness: THICKER,
        marks: BIGGER,
        background: rgb(0x00_00_00),
        surface: rgb(0x0b_0d_10),
        inset: rgb(0x1b_1f_25),
        hover: rgb(0x2a_30_39),
        line: rgb(0x56_5f_6b),
        outline: rgb(0x9a_a4_b2),
        text: rgb(0xff_ff_ff),
        text_muted: rgb(0xcf_d6_df),
        accent: rgb(0xb9_b3_ff),
        accent_soft: rgb(0x2a_27_4c),
        on_accent: rgb(0x0a_08_1c),
        good: rgb(0x7d_e3_a4),
        warning: rgb(0xff_cf_6e),
        error: rgb(0xff_b1_aa),
        canvas: rgb(0x00_00_00),
        grid: rgb(0x3a_41_4c),
        runs: palette([0xa6_ba_ff, 0xff_9e_c2, 0x6d_e0_f0, 0xf0_c5_80]),
        positive: rgb(0x7c_c2_ff),
        negative: rgb(0xff_b0_62),
        nan: rgb(0x8a_93_a0),
        ..Self::DARK
    };

    /// All of them.
    pub const ALL: [&'static Self; 4] =
        [&Self::LIGHT, &Self::DARK, &Self::PROJECTOR_LIGHT, &Self::PROJECTOR_DARK];

    /// The theme that is used at the moment: light or dark as egui has it, for the projector as
    /// [`Self::project`] was told last.
    #[must_use]
    pub fn of(ctx: &egui::Context) -> &'static Self {
        Self::from(ctx.theme(), is_projected(ctx))
    }

    const fn from(theme: egui::Theme, is_projected: bool) -> &'static Self {
        match (theme, is_projected) {
            (egui::Theme::Light, false) => &Self::LIGHT,
            (egui::Theme::Dark, false) => &Self::DARK,
            (egui::Theme::Light, true) => &Self::PROJECTOR_LIGHT,
            (egui::Theme::Dark, true) => &Self::PROJECTOR_DARK,
        }
    }

    /// Which of egui's two themes it stands on.
    #[must_use]
    pub fn kind(&self) -> egui::Theme {
        if self.dark { egui::Theme::Dark } else { egui::Theme::Light }
    }

    /// Whether it is one of the looks for a projector.
    #[must_use]
    pub fn is_projector(&self) -> bool {
        matches!(self.variant, Variant::ProjectorLight | Variant::ProjectorDark)
    }

    /// Gives egui fonts and both themes; which one is used follows `ctx.set_theme`.
    pub fn apply(ctx: &egui::Context) {
        ctx.set_fonts(fonts());
        Self::give_styles(ctx);
    }

    /// Chooses the looks for a projector, or the plain ones.
    pub fn project(ctx: &egui::Context, on: bool) {
        if is_projected(ctx) != on {
            ctx.data_mut(|data| data.insert_temp(projected(), on));
            Self::give_styles(ctx);
        }
    }

    fn give_styles(ctx: &egui::Context) {
        for variant in [egui::Theme::Light, egui::Theme::Dark] {
            let mut style = (*ctx.style_of(variant)).clone();
            Self::from(variant, is_projected(ctx)).style(&mut style);
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

    /// Least contrast of text: more where it is read from afar.
    #[must_use]
    pub fn least_contrast(&self) -> f32 {
        if self.is_projector() { 7.0 } else { 4.5 }
    }

    /// The fill, or the nearest one on which text can be read as these looks want it. No colour in
    /// the middle between black and white can carry either of them with high contrast.
    #[must_use]
    pub fn under_text(&self, fill: Color32) -> Color32 {
        const STEPS: u8 = 32;
        let ink = text_on(fill);
        let moved = |step: u8| mix(fill, text_on(ink), f32::from(step) / f32::from(STEPS));
        let carries = |fill: &Color32| contrast(ink, *fill) >= self.least_contrast();
        (0..=STEPS).map(moved).find(carries).unwrap_or(fill)
    }

    /// A line of a picture, as wide as the look has such lines; `width` is that of the plain
    /// looks.
    #[must_use]
    pub fn stroke(&self, width: f32, colour: Color32) -> Stroke {
        Stroke::new(width * self.thickness, colour)
    }

    /// The radius of a mark, as large as the look has such marks; `radius` is that of the plain
    /// looks.
    #[must_use]
    pub fn mark(&self, radius: f32) -> f32 {
        radius * self.marks
    }

    /// A length along a line, such as that of a dash and of the gap behind it, which grows as the
    /// line does: else thick dashes would run into each other.
    #[must_use]
    pub fn dash(&self, length: f32) -> f32 {
        length * self.thickness
    }

    /// A hairline between things.
    #[must_use]
    pub fn hairline(&self) -> Stroke {
        self.stroke(1.0, self.line)
    }

    /// The ring around what has the keyboard focus.
    #[must_use]
    pub fn focus_ring(&self) -> Stroke {
        self.stroke(2.0, self.accent)
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
        style.interaction.tooltip_delay = TOOLTIP_DELAY;
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
        let outline = self.stroke(1.0, self.outline);
        let focus = self.stroke(1.5, self.accent);
        widgets.noninteractive = widget(self.surface, line, self.text);
        widgets.inactive = widget(self.inset, none, self.text);
        widgets.hovered = widget(self.hover, outline, self.text);
        widgets.active = widget(self.hover, focus, self.text);
        widgets.open = widget(self.hover, outline, self.text);
    }
}

fn projected() -> egui::Id {
    egui::Id::unique("projector")
}

fn is_projected(ctx: &egui::Context) -> bool {
    ctx.data(|data| data.get_temp(projected())).unwrap_or(false)
}

/// How the line of a run is drawn.
#[must_use]
pub fn run_pattern(tint: usize) -> LinePattern {
    const PATTERNS: [LinePattern; 4] =
        [LinePattern::Solid, LinePattern::Dashed, LinePattern::Dense, LinePattern::Dotted];
    PATTERNS[tint % PATTERNS.len()]
}

/// A colour of the same brightness without a hue.
#[must_use]
pub fn grey(colour: Color32) -> Color32 {
    Color32::from_gray(colour.intensity().clamp(0.0, 1.0).mul_add(255.0, 0.5) as u8)
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

/// The colour of a pixel of a picture whose parts red, green and blue run from 0 to 1.
#[must_use]
pub fn pixel(parts: [f32; 3]) -> Color32 {
    let [red, green, blue] = parts.map(|part| (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
    Color32::from_rgb(red, green, blue)
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

/// How much light a channel gives, from 0 to 1.
fn linear(channel: u8) -> f32 {
    let c = f32::from(channel) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn luminance(color: Color32) -> f32 {
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(theme: &Theme) -> String {
        format!("{:?}", theme.variant)
    }

    fn surfaces(theme: &Theme) -> [Color32; 5] {
        [theme.background, theme.surface, theme.inset, theme.hover, theme.canvas]
    }

    #[test]
    fn text_can_be_read_on_every_surface() {
        for theme in Theme::ALL {
            let texts = [theme.text, theme.text_muted, theme.good, theme.warning, theme.error];
            for (i, text) in texts.into_iter().enumerate() {
                for (k, fill) in surfaces(theme).into_iter().enumerate() {
                    let found = contrast(text, fill);
                    assert!(
                        found >= theme.least_contrast(),
                        "{} text {i} on surface {k} {found:.2}",
                        name(theme)
                    );
                }
            }
        }
    }

    #[test]
    fn the_accent_can_be_read_and_read_on() {
        for theme in Theme::ALL {
            for (text, fill) in [
                (theme.on_accent, theme.accent),
                (theme.accent, theme.surface),
                (theme.text, theme.accent_soft),
                (theme.text_muted, theme.accent_soft),
                (theme.accent, theme.accent_soft),
                (theme.on_accent, mix(theme.accent, theme.text, 0.12)),
                (theme.text, mix(theme.inset, theme.accent, 0.3)),
            ] {
                let found = contrast(text, fill);
                assert!(
                    found >= theme.least_contrast(),
                    "{} {text:?} {fill:?} {found:.2}",
                    name(theme)
                );
            }
        }
    }

    #[test]
    fn names_of_runs_can_be_read_in_their_colour() {
        for theme in Theme::ALL {
            for (i, color) in theme.runs.into_iter().enumerate() {
                for fill in [theme.background, theme.surface, theme.canvas] {
                    let found = contrast(color, fill);
                    assert!(found >= theme.least_contrast(), "{} run {i} {found:.2}", name(theme));
                }
            }
        }
    }

    #[test]
    fn marks_of_classes_stand_out_from_canvas_and_surface() {
        for theme in Theme::ALL {
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
        for theme in Theme::ALL {
            assert!(contrast(theme.outline, theme.surface) >= 3.0, "{}", name(theme));
            assert!(contrast(theme.positive, theme.canvas) >= 3.0, "{}", name(theme));
            assert!(contrast(theme.negative, theme.canvas) >= 3.0, "{}", name(theme));
        }
    }

    #[test]
    fn text_on_any_class_or_scale_can_be_read() {
        for theme in Theme::ALL {
            let scale = (0..=20).map(|i| theme.sequential(i as f32 / 20.0));
            let signed = (-10..=10).map(|i| theme.signed(i as f32 / 10.0));
            for fill in theme.classes.into_iter().chain(scale).chain(signed) {
                let found = contrast(text_on(fill), fill);
                assert!(found >= 4.5, "{} {fill:?} {found:.2}", name(theme));
                let under = theme.under_text(fill);
                let found = contrast(text_on(under), under);
                assert!(found >= theme.least_contrast(), "{} {under:?} {found:.2}", name(theme));
                assert_eq!(text_on(under), text_on(fill), "dark stays dark");
                assert!(theme.is_projector() || under == fill, "plain looks stay as they are");
            }
        }
    }

    /// What people see who lack the receptors for red (protanopia) or green (deuteranopia), from
    /// and to linear red, green and blue: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes,
    /// "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
    /// Transactions on Visualization and Computer Graphics 15(6), 2009, table 1, severity 1.0.
    const SIGHT: [(&str, [[f32; 3]; 3]); 3] = [
        ("all colours", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deuteranopia",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
        ),
    ];

    fn times(matrix: &[[f32; 3]; 3], [a, b, c]: [f32; 3]) -> [f32; 3] {
        matrix.map(|row| row[0] * a + row[1] * b + row[2] * c)
    }

    /// Coordinates in Oklab (B. Ottosson, 2020), in which equal distances look about equal.
    fn oklab(linear: [f32; 3]) -> [f32; 3] {
        const TO_CONES: [[f32; 3]; 3] = [
            [0.412_221_47, 0.536_332_54, 0.051_445_995],
            [0.211_903_5, 0.680_699_5, 0.107_396_96],
            [0.088_302_46, 0.281_718_84, 0.629_978_7],
        ];
        const TO_LAB: [[f32; 3]; 3] = [
            [0.210_454_26, 0.793_617_8, -0.004_072_047],
            [1.977_998_5, -2.428_592_2, 0.450_593_7],
            [0.025_904_037, 0.782_771_77, -0.808_675_77],
        ];
        times(&TO_LAB, times(&TO_CONES, linear).map(f32::cbrt))
    }

    /// How different two colours look with such eyes; black and white are 1 apart.
    fn apart(sight: &[[f32; 3]; 3], a: Color32, b: Color32) -> f32 {
        let seen = |color: Color32| {
            let linear = [color.r(), color.g(), color.b()].map(linear);
            oklab(times(sight, linear).map(|value| value.clamp(0.0, 1.0)))
        };
        let (a, b) = (seen(a), seen(b));
        (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f32>().sqrt()
    }

    #[test]
    fn distances_of_colours_are_those_of_oklab() {
        let (black, white, red) = (rgb(0), rgb(0xff_ff_ff), rgb(0xff_00_00));
        let plain = &SIGHT[0].1;
        assert!((apart(plain, black, white) - 1.0).abs() < 1e-3);
        // From the published values of red: L 0.627955, a 0.224863, b 0.125846.
        let lab = oklab([red.r(), red.g(), red.b()].map(linear));
        for (found, known) in lab.into_iter().zip([0.627_955, 0.224_863, 0.125_846]) {
            assert!((found - known).abs() < 1e-3, "{lab:?}");
        }
    }

    /// Twice to four times the step that is just seen between two patches side by side (about
    /// 0.02): marks stand apart and are small.
    const LEAST_APART: f32 = 0.08;

    #[test]
    fn classes_differ_for_every_kind_of_sight() {
        for theme in Theme::ALL {
            for (kind, sight) in &SIGHT {
                for (i, &a) in theme.classes.iter().enumerate() {
                    for (k, &b) in theme.classes[..i].iter().enumerate() {
                        let found = apart(sight, a, b);
                        let what = format!("{} {kind} {i} {k} {found:.3}", name(theme));
                        assert!(found >= LEAST_APART, "{what}");
                    }
                }
            }
        }
    }

    #[test]
    fn runs_and_signs_differ_for_every_kind_of_sight() {
        for theme in Theme::ALL {
            for (kind, sight) in &SIGHT {
                let signs = apart(sight, theme.positive, theme.negative);
                assert!(signs >= 0.2, "{} {kind} signs {signs:.3}", name(theme));
                for (i, &a) in theme.runs.iter().enumerate() {
                    for &b in &theme.runs[..i] {
                        let found = apart(sight, a, b);
                        assert!(found >= 0.04, "{} {kind} {a:?} {b:?} {found:.3}", name(theme));
                    }
                }
            }
        }
    }

    #[test]
    fn scales_end_where_they_should() {
        for theme in Theme::ALL {
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
    fn egui_takes_every_look() {
        let ctx = egui::Context::default();
        Theme::apply(&ctx);
        for theme in Theme::ALL {
            Theme::project(&ctx, theme.is_projector());
            ctx.set_theme(theme.kind());
            assert_eq!(Theme::of(&ctx), theme);
            let visuals = &ctx.global_style().visuals;
            assert_eq!(visuals.panel_fill, theme.background);
            assert_eq!(visuals.widgets.hovered.bg_stroke, theme.stroke(1.0, theme.outline));
        }
    }

    #[test]
    fn a_projector_gets_larger_type_and_thicker_lines() {
        for theme in [&Theme::PROJECTOR_LIGHT, &Theme::PROJECTOR_DARK] {
            assert!(theme.zoom > 1.0 && theme.thickness > 1.0 && theme.marks > 1.0);
            assert!(theme.zoom * SMALL >= BODY, "the smallest text is as large as any was");
        }
    }
}
