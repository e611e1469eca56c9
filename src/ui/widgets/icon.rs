use egui::{
    Color32, CornerRadius, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo, vec2,
};

use crate::ui::theme::{self, Theme};

/// Pictograms, drawn as lines so that they are crisp at every zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    /// A triangle to the right.
    Play,
    /// Two bars.
    Pause,
    /// A triangle to the right against a bar.
    Step,
    /// An open circle with an arrow head.
    Reset,
    /// A cross of two lines.
    Plus,
    /// A horizontal line.
    Minus,
    /// A bin.
    Trash,
    /// Two sheets.
    Duplicate,
    /// Six dots to hold on to.
    Handle,
    /// A diagonal cross.
    Close,
    /// An eye.
    Eye,
    /// A struck eye.
    EyeOff,
    /// A tick.
    Check,
    /// A triangle with an exclamation mark.
    Warning,
    /// A circle with an i.
    Info,
    /// A circle with a cross.
    Error,
    /// An angle downwards.
    Down,
    /// An angle upwards.
    Up,
    /// An angle to the right.
    Right,
    /// An angle to the left.
    Left,
    /// Three dots.
    More,
    /// A folder.
    Folder,
    /// A padlock, closed.
    Lock,
    /// A padlock, open.
    Unlock,
    /// A pencil.
    Edit,
    /// A frame with corners apart.
    Fit,
    /// A die that shows five.
    Dice,
    /// A window of three places.
    Layout,
    /// An arrow that turns back to the left.
    Undo,
    /// An arrow that turns on to the right.
    Redo,
}

impl Icon {
    /// Draws it into a square.
    pub fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let pen = Pen::new(painter, rect, color);
        match self {
            Self::Play => pen.fill(&[(0.26, 0.14), (0.86, 0.5), (0.26, 0.86)]),
            Self::Pause => {
                pen.bar(0.22, 0.16, 0.42, 0.84);
                pen.bar(0.58, 0.16, 0.78, 0.84);
            }
            Self::Step => {
                pen.fill(&[(0.16, 0.18), (0.66, 0.5), (0.16, 0.82)]);
                pen.bar(0.70, 0.18, 0.84, 0.82);
            }
            Self::Reset => {
                pen.arc((0.5, 0.53), 0.33, -60.0, 230.0);
                pen.fill(&[(0.44, 0.02), (0.44, 0.40), (0.72, 0.20)]);
            }
            Self::Plus => {
                pen.line(&[(0.5, 0.18), (0.5, 0.82)]);
                pen.line(&[(0.18, 0.5), (0.82, 0.5)]);
            }
            Self::Minus => pen.line(&[(0.18, 0.5), (0.82, 0.5)]),
            Self::Trash => pen.trash(),
            Self::Duplicate => {
                pen.closed(&[(0.36, 0.36), (0.86, 0.36), (0.86, 0.86), (0.36, 0.86)]);
                pen.line(&[(0.22, 0.64), (0.14, 0.64), (0.14, 0.14), (0.64, 0.14), (0.64, 0.22)]);
            }
            Self::Handle => pen.dots(&[0.36, 0.64], &[0.22, 0.5, 0.78]),
            Self::Close => {
                pen.line(&[(0.24, 0.24), (0.76, 0.76)]);
                pen.line(&[(0.76, 0.24), (0.24, 0.76)]);
            }
            Self::Eye => pen.eye(),
            Self::EyeOff => {
                pen.eye();
                pen.line(&[(0.18, 0.86), (0.82, 0.14)]);
            }
            Self::Check => pen.line(&[(0.18, 0.54), (0.42, 0.78), (0.84, 0.26)]),
            Self::Warning => {
                pen.closed(&[(0.5, 0.12), (0.92, 0.86), (0.08, 0.86)]);
                pen.exclamation(0.38, 0.62, 0.75);
            }
            Self::Info => {
                pen.circle((0.5, 0.5), 0.40);
                pen.exclamation(0.72, 0.46, 0.30);
            }
            Self::Error => {
                pen.circle((0.5, 0.5), 0.40);
                pen.line(&[(0.35, 0.35), (0.65, 0.65)]);
                pen.line(&[(0.65, 0.35), (0.35, 0.65)]);
            }
            Self::Down => pen.line(&[(0.22, 0.38), (0.5, 0.66), (0.78, 0.38)]),
            Self::Up => pen.line(&[(0.22, 0.62), (0.5, 0.34), (0.78, 0.62)]),
            Self::Right => pen.line(&[(0.38, 0.22), (0.66, 0.5), (0.38, 0.78)]),
            Self::Left => pen.line(&[(0.62, 0.22), (0.34, 0.5), (0.62, 0.78)]),
            Self::More => pen.dots(&[0.2, 0.5, 0.8], &[0.5]),
            Self::Folder => pen.closed(&[
                (0.1, 0.22),
                (0.4, 0.22),
                (0.5, 0.34),
                (0.9, 0.34),
                (0.9, 0.82),
                (0.1, 0.82),
            ]),
            Self::Lock => {
                pen.padlock();
                pen.line(&[(0.68, 0.46), (0.68, 0.34)]);
            }
            Self::Unlock => pen.padlock(),
            Self::Edit => {
                pen.closed(&[(0.14, 0.86), (0.2, 0.62), (0.7, 0.12), (0.88, 0.3), (0.38, 0.8)]);
            }
            Self::Undo => pen.turn(|x| x),
            Self::Redo => pen.turn(|x| 1.0 - x),
            Self::Dice => {
                pen.closed(&[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]);
                pen.dots(&[0.32, 0.68], &[0.32, 0.68]);
                pen.dots(&[0.5], &[0.5]);
            }
            Self::Layout => {
                pen.closed(&[(0.1, 0.14), (0.9, 0.14), (0.9, 0.86), (0.1, 0.86)]);
                pen.line(&[(0.42, 0.14), (0.42, 0.86)]);
                pen.line(&[(0.42, 0.5), (0.9, 0.5)]);
            }
            Self::Fit => {
                for (x, y) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)] {
                    let at = |u: f32, v: f32| (0.5 + (x - 0.5) * u, 0.5 + (y - 0.5) * v);
                    pen.line(&[at(0.3, 0.72), at(0.72, 0.72), at(0.72, 0.3)]);
                }
            }
        }
    }
}

/// Draws in a unit square.
struct Pen<'a> {
    painter: &'a Painter,
    rect: Rect,
    stroke: Stroke,
}

impl<'a> Pen<'a> {
    fn new(painter: &'a Painter, rect: Rect, color: Color32) -> Self {
        let width = (rect.width() / 9.0).clamp(1.3, 2.4);
        Self { painter, rect, stroke: Theme::of(painter.ctx()).stroke(width, color) }
    }

    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        self.rect.min + vec2(x * self.rect.width(), y * self.rect.height())
    }

    fn points(&self, points: &[(f32, f32)]) -> Vec<Pos2> {
        points.iter().map(|&point| self.at(point)).collect()
    }

    fn line(&self, points: &[(f32, f32)]) {
        self.painter.add(Shape::line(self.points(points), self.stroke));
    }

    fn closed(&self, points: &[(f32, f32)]) {
        self.painter.add(Shape::closed_line(self.points(points), self.stroke));
    }

    fn fill(&self, points: &[(f32, f32)]) {
        let shape = Shape::convex_polygon(self.points(points), self.stroke.color, Stroke::NONE);
        self.painter.add(shape);
    }

    fn bar(&self, left: f32, top: f32, right: f32, bottom: f32) {
        let rect = Rect::from_min_max(self.at((left, top)), self.at((right, bottom)));
        self.painter.rect_filled(rect, 1.0, self.stroke.color);
    }

    fn circle(&self, center: (f32, f32), radius: f32) {
        self.painter.circle_stroke(self.at(center), radius * self.rect.width(), self.stroke);
    }

    /// From one angle to another, in degrees clockwise from the right.
    fn arc(&self, (x, y): (f32, f32), radius: f32, from: f32, to: f32) {
        const PIECES: u8 = 24;
        let points = (0..=PIECES).map(|i| {
            let t = (from + (to - from) * f32::from(i) / f32::from(PIECES)).to_radians();
            self.at((x + radius * t.cos(), y + radius * t.sin()))
        });
        self.painter.add(Shape::line(points.collect(), self.stroke));
    }

    fn dots(&self, xs: &[f32], ys: &[f32]) {
        let radius = (self.rect.width() / 14.0).max(1.1);
        for &x in xs {
            for &y in ys {
                self.painter.circle_filled(self.at((x, y)), radius, self.stroke.color);
            }
        }
    }

    fn exclamation(&self, from: f32, to: f32, dot: f32) {
        self.line(&[(0.5, from), (0.5, to)]);
        self.painter.circle_filled(self.at((0.5, dot)), self.stroke.width * 0.7, self.stroke.color);
    }

    fn eye(&self) {
        let lid = |sign: f32| -> Vec<(f32, f32)> {
            (0..=12_u8)
                .map(|i| {
                    let t = f32::from(i) / 12.0;
                    (0.08 + 0.84 * t, 0.5 + sign * 0.3 * (t * std::f32::consts::PI).sin())
                })
                .collect()
        };
        self.line(&lid(1.0));
        self.line(&lid(-1.0));
        let radius = self.rect.width() * 0.13;
        self.painter.circle_filled(self.at((0.5, 0.5)), radius, self.stroke.color);
    }

    /// An arrow that turns to the left; `side` mirrors it.
    fn turn(&self, side: impl Fn(f32) -> f32) {
        let points = |points: &[(f32, f32)]| -> Vec<(f32, f32)> {
            points.iter().map(|&(x, y)| (side(x), y)).collect()
        };
        self.line(&points(&[(0.36, 0.14), (0.14, 0.36), (0.36, 0.58)]));
        let bow = (0..=12_u8).map(|i| {
            let t = std::f32::consts::PI * (f32::from(i) / 12.0 - 0.5);
            (0.6 + 0.26 * t.cos(), 0.6 + 0.24 * t.sin())
        });
        let around: Vec<_> = [(0.14, 0.36)].into_iter().chain(bow).chain([(0.3, 0.84)]).collect();
        self.line(&points(&around));
    }

    fn trash(&self) {
        self.line(&[(0.14, 0.26), (0.86, 0.26)]);
        self.line(&[(0.38, 0.26), (0.38, 0.12), (0.62, 0.12), (0.62, 0.26)]);
        self.line(&[(0.24, 0.26), (0.3, 0.88), (0.7, 0.88), (0.76, 0.26)]);
        self.line(&[(0.42, 0.42), (0.44, 0.74)]);
        self.line(&[(0.58, 0.42), (0.56, 0.74)]);
    }

    fn padlock(&self) {
        self.closed(&[(0.2, 0.46), (0.8, 0.46), (0.8, 0.88), (0.2, 0.88)]);
        self.arc((0.5, 0.34), 0.18, 180.0, 360.0);
        self.line(&[(0.32, 0.46), (0.32, 0.34)]);
    }
}

/// A button with a pictogram and, if there is room, a word.
pub struct IconButton<'a> {
    icon: Icon,
    name: &'a str,
    text: Option<&'a str>,
    tip: Option<&'a str>,
    shortcut: Option<&'a str>,
    filled: bool,
    selected: bool,
    tint: Option<Color32>,
    size: f32,
    min_width: f32,
}

impl<'a> IconButton<'a> {
    /// A button without a word; `name` is its tooltip and its accessible name.
    #[must_use]
    pub fn new(icon: Icon, name: &'a str) -> Self {
        Self {
            icon,
            name,
            text: None,
            tip: None,
            shortcut: None,
            filled: false,
            selected: false,
            tint: None,
            size: theme::TARGET,
            min_width: 0.0,
        }
    }

    /// Shows a word beside the pictogram.
    #[must_use]
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = Some(text);
        self
    }

    /// A sentence for the tooltip, instead of the name.
    #[must_use]
    pub fn tip(mut self, tip: &'a str) -> Self {
        self.tip = Some(tip);
        self
    }

    /// The keys that do the same, for the tooltip.
    #[must_use]
    pub fn shortcut(mut self, shortcut: &'a str) -> Self {
        self.shortcut = Some(shortcut).filter(|keys| !keys.is_empty());
        self
    }

    /// Fills it with the accent: only for the one primary action of the window.
    #[must_use]
    pub fn filled(mut self) -> Self {
        self.filled = true;
        self
    }

    /// Marks it as chosen.
    #[must_use]
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Another colour for the pictogram.
    #[must_use]
    pub fn tint(mut self, color: Color32) -> Self {
        self.tint = Some(color);
        self
    }

    /// Height, and least width.
    #[must_use]
    pub fn size(mut self, size: f32) -> Self {
        self.size = size;
        self
    }

    /// Least width, so that a changing word moves nothing.
    #[must_use]
    pub fn min_width(mut self, width: f32) -> Self {
        self.min_width = width;
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui, theme: &Theme) -> Response {
        let icon = (self.size * 0.58).min(20.0).round();
        let galley = self.text.map(|text| {
            ui.painter().layout_no_wrap(text.to_owned(), theme::body(), theme::INHERIT)
        });
        let content = icon + galley.as_ref().map_or(0.0, |text| 6.0 + text.size().x);
        let padding = if galley.is_some() { 2.0 * 10.0 } else { self.size - icon };
        let width = (content + padding).max(self.size).max(self.min_width);
        let (rect, response) = ui.allocate_exact_size(vec2(width, self.size), Sense::click());
        if ui.is_rect_visible(rect) {
            let color = self.background(ui, theme, &response, rect);
            let left = rect.center().x - content / 2.0;
            let square = Rect::from_center_size(
                Pos2::new(left + icon / 2.0, rect.center().y),
                Vec2::splat(icon),
            );
            self.icon.paint(ui.painter(), square, self.tint.unwrap_or(color));
            if let Some(galley) = galley {
                let at = Pos2::new(square.right() + 6.0, rect.center().y - galley.size().y / 2.0);
                ui.painter().galley(at, galley, color);
            }
        }
        let enabled = ui.is_enabled();
        response
            .widget_info(|| WidgetInfo::selected(Role::Button, enabled, self.selected, self.name));
        self.with_tip(response)
    }

    /// Paints what lies behind, and tells the colour of what lies on it.
    fn background(&self, ui: &Ui, theme: &Theme, response: &Response, rect: Rect) -> Color32 {
        let hot = response.hovered() || response.is_pointer_button_down_on();
        let (mut fill, mut ink) = match (self.filled, self.selected, hot) {
            (true, _, false) => (theme.accent, theme.on_accent),
            (true, _, true) => (theme::mix(theme.accent, theme.text, 0.12), theme.on_accent),
            (false, true, _) => (theme.accent_soft, theme.text),
            (false, false, true) => (theme.hover, theme.text),
            (false, false, false) => (theme::CLEAR, theme.text),
        };
        if !ui.is_enabled() {
            ink = theme.text_muted;
            fill = if self.filled { theme.inset } else { theme::CLEAR };
        }
        ui.painter().rect_filled(rect, CornerRadius::same(theme::FIELD_RADIUS), fill);
        if response.has_focus() {
            let ring = rect.expand(1.0);
            ui.painter().rect_stroke(
                ring,
                CornerRadius::same(theme::FIELD_RADIUS),
                theme.focus_ring(),
                StrokeKind::Outside,
            );
        }
        ink
    }

    fn with_tip(&self, response: Response) -> Response {
        let tip = self.tip.unwrap_or(self.name);
        if self.text == Some(tip) && self.shortcut.is_none() {
            return response;
        }
        let show = |ui: &mut Ui| {
            ui.label(tip);
            if let Some(keys) = self.shortcut {
                ui.weak(keys);
            }
        };
        response.on_hover_ui(show).on_disabled_hover_ui(show)
    }
}

/// The sign of a menu of values, for `ComboBox::icon`.
pub fn chevron(ui: &Ui, rect: Rect, visuals: &egui::style::WidgetVisuals, _is_open: bool) {
    let square = Rect::from_center_size(rect.center(), Vec2::splat(CHEVRON));
    Icon::Down.paint(ui.painter(), square, visuals.fg_stroke.color);
}

const CHEVRON: f32 = 12.0;

/// A small button with a pictogram; `name` is its tooltip and its accessible name.
pub fn icon_button(ui: &mut Ui, theme: &Theme, icon: Icon, name: &str) -> Response {
    IconButton::new(icon, name).show(ui, theme)
}
