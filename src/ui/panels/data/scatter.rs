use egui::{Align2, Rect, Role, Sense, Shape, Stroke, TextStyle, Ui, WidgetInfo, vec2};

use crate::data::{Dataset, Labelled, Targets};
use crate::ui::widgets::Marker;
use crate::ui::{Cx, capture, fields, format, theme::Theme};

use super::points::Window;

/// Most points of a part that are drawn; more would be one blot.
const MAX_DRAWN: usize = 2000;
/// Radius of a mark.
const RADIUS: f32 = 2.6;
/// Largest side of the picture.
const MAX_SIDE: f32 = 320.0;
/// Height of the picture of one feature and a number, as a share of its width.
const FLAT: f32 = 0.7;

/// Which picture samples with few features have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two features; colour says class or number.
    Plane,
    /// One feature to the right, the number upwards.
    Line,
    /// One feature to the right, each class at a height of its own.
    Strips,
}

/// A picture of samples with few features: what lies where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scatter {
    kind: Kind,
    window: Window,
    /// Smallest and largest number that is coloured.
    range: [f32; 2],
}

impl Scatter {
    /// How `data` is shown as points, if it can be.
    pub fn of(data: &Dataset) -> Option<Self> {
        let kind = match (&data.train.targets, data.base_features()) {
            _ if data.is_planar() => Kind::Plane,
            (Targets::Numbers(_), 1) if data.shape.is_flat() => Kind::Line,
            (Targets::Classes(_), 1) if data.shape.is_flat() => Kind::Strips,
            _ => return None,
        };
        let places = parts(data).flat_map(|part| (0..part.rows()).map(move |row| (part, row)));
        let places = places.map(|(part, row)| place(kind, part, row));
        let window = match kind {
            Kind::Plane => Window::around(places),
            Kind::Line => Window::stretched(places),
            Kind::Strips => {
                let top = data.class_names.len() as f32 - 0.5;
                let first = place(kind, &data.train, 0).map(|value| value.min(0.0));
                Window::stretched(places.chain([[first[0], -0.5], [first[0], top]]))
            }
        };
        Some(Self { kind, window, range: range(data) })
    }

    fn size(&self, width: f32) -> egui::Vec2 {
        let side = width.min(MAX_SIDE);
        if self.kind == Kind::Plane { vec2(side, side) } else { vec2(side, side * FLAT) }
    }

    fn shape(&self, part: &Labelled, row: usize, look: Look<'_>) -> Option<Shape> {
        let at = self.window.place(look.rect, place(self.kind, part, row));
        if !at.x.is_finite() || !at.y.is_finite() {
            return None;
        }
        let class = part.targets.class(row);
        let colour = match (class, self.kind, &part.targets) {
            (Some(class), ..) => look.theme.class(class),
            (None, Kind::Plane, Targets::Numbers(numbers)) => {
                let [low, high] = self.range;
                let share = (numbers[row] - low) / (high - low).max(f32::MIN_POSITIVE);
                look.theme.sequential(share.clamp(0.0, 1.0))
            }
            _ => look.theme.accent,
        };
        let (fill, edge) = match look.is_train {
            true => (colour, Stroke::NONE),
            false => (look.theme.inset, look.theme.stroke(1.0, colour)),
        };
        Some(Marker::of_class(class.unwrap_or(0)).shape(at, look.theme.mark(RADIUS), fill, edge))
    }
}

/// Where and how points are drawn.
#[derive(Clone, Copy)]
struct Look<'a> {
    rect: Rect,
    theme: &'a Theme,
    is_train: bool,
}

fn parts(data: &Dataset) -> impl Iterator<Item = &Labelled> {
    data.parts().map(|(_, part)| part)
}

/// Where a sample stands in the picture, in units of the data.
fn place(kind: Kind, part: &Labelled, row: usize) -> [f32; 2] {
    if row >= part.rows() {
        return [0.0; 2];
    }
    let features = part.features.row(row);
    let up = match (kind, &part.targets) {
        (Kind::Plane, _) => features[1],
        (_, Targets::Numbers(numbers)) => numbers[row],
        (_, Targets::Classes(classes)) => classes[row] as f32,
    };
    [features[0], up]
}

fn range(data: &Dataset) -> [f32; 2] {
    let mut range = [f32::INFINITY, f32::NEG_INFINITY];
    for part in parts(data) {
        if let Targets::Numbers(numbers) = &part.targets {
            for &number in numbers {
                range = [range[0].min(number), range[1].max(number)];
            }
        }
    }
    range
}

/// The picture, and what its marks mean.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let Some(scatter) = cx.view.data.cache.facts.scatter else { return };
    let theme = cx.theme;
    let (rect, response) =
        ui.allocate_exact_size(scatter.size(ui.available_width()), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Points of the data"));
    if ui.is_rect_visible(rect) {
        capture::picture_in(ui, "Points of the data", rect, |ui| {
            points(ui, cx, data, &scatter, rect);
        });
    }
    if scatter.kind == Kind::Plane && scatter.range[0] <= scatter.range[1] {
        legend(ui, theme, data, scatter.range);
    }
    let shown = data.train.rows().max(data.test.rows());
    let all = if shown > MAX_DRAWN { " A part of the points is drawn." } else { "" };
    let text = format!("Filled: training part. Hollow: test part.{all}");
    fields::remark(ui, theme, &text);
}

/// The points and the names of the axes.
fn points(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, scatter: &Scatter, rect: Rect) {
    let theme = cx.theme;
    ui.painter().rect_filled(rect, 4.0, theme.inset);
    let make = || shapes(data, scatter, rect.shrink(4.0), theme);
    cx.view.data.cache.scatter.paint(ui, rect, make);
    axes(ui, theme, data, scatter, rect);
}

/// Parts that are held out hollow and below, training points filled.
fn shapes(data: &Dataset, scatter: &Scatter, rect: Rect, theme: &Theme) -> Vec<Shape> {
    let held = data.validation.as_ref();
    let parts =
        [Some((&data.test, false)), held.map(|part| (part, false)), Some((&data.train, true))];
    let mut shapes = Vec::new();
    for (part, is_train) in parts.into_iter().flatten() {
        let look = Look { rect, theme, is_train };
        shapes.extend(thinned(part).filter_map(|row| scatter.shape(part, row, look)));
    }
    shapes
}

/// Rows of a part, evenly thinned to what is drawn.
fn thinned(part: &Labelled) -> impl Iterator<Item = usize> + use<> {
    let rows = part.rows();
    (0..rows).step_by(rows.div_ceil(MAX_DRAWN).max(1))
}

/// Names of what runs to the right and upwards.
fn axes(ui: &Ui, theme: &Theme, data: &Dataset, scatter: &Scatter, rect: Rect) {
    if scatter.kind == Kind::Plane {
        return;
    }
    let font = TextStyle::Small.resolve(ui.style());
    let right = data.feature_names.first().map_or("", String::as_str);
    let painter = ui.painter_at(rect);
    let inside = rect.shrink(5.0);
    let (low, high) = (Align2::RIGHT_BOTTOM, Align2::LEFT_TOP);
    painter.text(inside.right_bottom(), low, right, font.clone(), theme.text_muted);
    painter.text(inside.left_top(), high, &data.label_name, font, theme.text_muted);
}

/// Which colour stands for which number.
fn legend(ui: &mut Ui, theme: &Theme, data: &Dataset, [low, high]: [f32; 2]) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let small = |text: String| egui::RichText::new(text).small().color(theme.text_muted);
        ui.label(small(format!("{} {}", data.label_name, format::measured(f64::from(low)))));
        let (bar, _) = ui.allocate_exact_size(vec2(72.0, 8.0), Sense::hover());
        let steps = 24;
        for step in 0..steps {
            let share = step as f32 / steps as f32;
            let at = |share: f32| bar.left() + bar.width() * share;
            let field = Rect::from_x_y_ranges(
                at(share)..=at(share + 1.0 / steps as f32) + 0.5,
                bar.y_range(),
            );
            ui.painter().rect_filled(field, 0.0, theme.sequential(share));
        }
        ui.label(small(format::measured(f64::from(high))));
    });
}
