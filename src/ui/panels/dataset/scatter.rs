//! Any two features as a plot: training rows filled, held-out rows hollow.

use egui::{Align2, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::data::{Dataset, Labelled, Targets};
use crate::spec::{ColumnKind, Task};
use crate::ui::Cx;
use crate::ui::capture;
use crate::ui::fields;
use crate::ui::format::{class_name, compact, tick, ticks};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Icon, Marker, Picture, thousands};

use super::{columns, csv, edit, lists, roles};

/// Most points of a part that are drawn; more would be one blot.
const MAX_DRAWN: usize = 4000;
/// Radius of a mark.
const RADIUS: f32 = 3.2;
/// Room for the numbers of the axes.
const MARGIN: [f32; 2] = [56.0, 40.0];
/// Width of the legend.
const LEGEND: f32 = 200.0;
/// How near the pointer must be to a point to be told about it.
const NEAR: f32 = 9.0;
/// Most classes in the legend.
const MAX_CLASSES: usize = 24;

/// What is plotted.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ScatterView {
    /// Names of the two features; a name that the data do not have gives way to a likely one.
    axes: [String; 2],
    /// Values as they were before scaling.
    raw: bool,
}

impl Default for ScatterView {
    fn default() -> Self {
        Self { axes: Default::default(), raw: true }
    }
}

impl ScatterView {
    /// The features that are plotted.
    fn features(&self, data: &Dataset, usual: [usize; 2]) -> [usize; 2] {
        let named = |axis: usize| {
            let name = &self.axes[axis];
            data.feature_names.iter().position(|feature| feature == name)
        };
        [0, 1].map(|axis| named(axis).unwrap_or(usual[axis]))
    }
}

/// Fewer values than this look like lines of points.
const SPREAD: usize = 12;

/// The two numbers of the table that go most strongly with the label, those of many values before
/// those of few; else the first two features.
fn likely(data: &Dataset) -> [usize; 2] {
    let second = usize::from(data.shape.len() > 1);
    let Some(found) = &data.findings else { return [0, second] };
    let mut numbers = Vec::new();
    let mut place = 0;
    for column in &found.columns {
        if let (ColumnKind::Number, [_]) = (column.kind, column.inputs.as_slice()) {
            let strength = column.association.map_or(0.0, |association| association.value.abs());
            numbers.push((column.distinct >= SPREAD, strength, place));
        }
        place += column.inputs.len();
    }
    numbers.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    match numbers.as_slice() {
        [(_, _, x), (_, _, y), ..] if place <= data.shape.len() => [*x, *y],
        _ => [0, second],
    }
}

/// A row as a point.
struct Point {
    at: [f64; 2],
    part: usize,
    row: usize,
}

/// What is plotted, worked out once.
#[derive(Default)]
pub struct Plot {
    /// What is plotted until the user says otherwise.
    usual: Option<[usize; 2]>,
    key: Option<(usize, usize, bool)>,
    points: Vec<Point>,
    low: [f64; 2],
    high: [f64; 2],
    /// Whether some rows are not drawn.
    thinned: bool,
    /// The columns the two features come from, or why they cannot be used alone.
    alone: Option<Result<[usize; 2], &'static str>>,
    picture: Picture,
}

impl Plot {
    fn turn_to(&mut self, data: &Dataset, x: usize, y: usize, raw: bool) {
        if self.key == Some((x, y, raw)) {
            return;
        }
        *self = Self { usual: self.usual, key: Some((x, y, raw)), ..Self::default() };
        self.alone = Some(alone(data, [x, y]));
        let scaler = data.scaler.as_ref().filter(|_| raw);
        let value = |row: &[f32], feature: usize| {
            let value = f64::from(row[feature]);
            scaler.map_or(value, |scaler| scaler.unscaled(feature, value))
        };
        for (place, (_, part)) in data.parts().enumerate() {
            let step = part.rows().div_ceil(MAX_DRAWN).max(1);
            self.thinned |= step > 1;
            for row in (0..part.rows()).step_by(step) {
                let values = part.features.row(row);
                let at = [value(&values, x), value(&values, y)];
                if at.iter().all(|value| value.is_finite()) {
                    self.points.push(Point { at, part: place, row });
                }
            }
        }
        self.measure();
    }

    /// The piece of the plane around all points, with a margin.
    fn measure(&mut self) {
        for axis in 0..2 {
            let values = self.points.iter().map(|point| point.at[axis]);
            let low = values.clone().fold(f64::INFINITY, f64::min);
            let high = values.fold(f64::NEG_INFINITY, f64::max);
            let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
            let room = if high > low { (high - low) * 0.04 } else { 0.5 };
            (self.low[axis], self.high[axis]) = (low - room, high + room);
        }
    }

    fn place(&self, rect: Rect, at: [f64; 2]) -> Pos2 {
        let share =
            |axis: usize| ((at[axis] - self.low[axis]) / (self.high[axis] - self.low[axis])) as f32;
        pos2(rect.left() + share(0) * rect.width(), rect.bottom() - share(1) * rect.height())
    }
}

/// The columns of the table that two features are, each by itself.
fn alone(data: &Dataset, features: [usize; 2]) -> Result<[usize; 2], &'static str> {
    let found = data.findings.as_ref().ok_or("Only columns of a table can be left out")?;
    if data.base_features() <= 2 {
        return Err("There are no other features");
    }
    let column = |feature: usize| {
        let mut before = 0;
        for (place, column) in found.columns.iter().enumerate() {
            before += column.inputs.len();
            if feature < before {
                return Some((place, column.inputs.len()));
            }
        }
        None
    };
    match features.map(column) {
        [Some((x, _)), Some((y, _))] if x == y => {
            Err("Both come from one column; choose features of two columns")
        }
        [Some((x, 1)), Some((y, 1))] => Ok([x, y]),
        [Some(_), Some(_)] => {
            Err("A column of categories becomes several features; choose columns of numbers")
        }
        _ => Err("Computed inputs are no columns; choose columns of numbers"),
    }
}

/// Shows the tab.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let features = data.shape.len();
    if features == 0 {
        widgets::muted(ui, cx.theme, "There are no features to plot.");
        return;
    }
    let mut plot = std::mem::take(&mut cx.view.dataset.cache.scatter);
    let usual = *plot.usual.get_or_insert_with(|| likely(data));
    let view = &cx.view.dataset.scatter;
    let [x, y] = view.features(data, usual);
    let raw = view.raw && data.scaler.is_some();
    plot.turn_to(data, x, y, raw);
    controls(ui, cx, data, &plot);
    ui.add_space(4.0);
    let size = ui.available_size();
    capture::picture(ui, "Scatter plot of the data", |ui| {
        ui.horizontal_top(|ui| {
            let room = vec2(size.x - LEGEND - 16.0, size.y - 4.0);
            draw(ui, cx.theme, data, &mut plot, room);
            ui.add_space(8.0);
            ui.vertical(|ui| legend(ui, cx.theme, data, plot.thinned));
        });
    });
    cx.view.dataset.cache.scatter = plot;
}

fn controls(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, plot: &Plot) {
    let theme = cx.theme;
    ui.horizontal(|ui| {
        let Some((x, y, _)) = plot.key else { return };
        let view = &mut cx.view.dataset.scatter;
        for (axis, name, now) in [(0, "Across", x), (1, "Up", y)] {
            widgets::muted(ui, theme, name);
            let shown = feature_name(data, now);
            let chosen = fields::list(ui, name, &shown, 190.0, |ui| {
                lists::long(ui, data.shape.len(), Some(now), |place| {
                    data.feature_names.get(place).map_or("?", String::as_str)
                })
            });
            if let Some(chosen) = chosen {
                view.axes = [feature_name(data, x), feature_name(data, y)];
                view.axes[axis] = feature_name(data, chosen);
            }
        }
        if ui.button("Swap").on_hover_text("Exchange the axes").clicked() {
            view.axes = [feature_name(data, y), feature_name(data, x)];
        }
        if data.scaler.is_some() {
            let help = "Values as they were before scaling";
            view.raw =
                fields::switch(ui, theme, view.raw, "Before scaling", help).unwrap_or(view.raw);
        }
        use_only(ui, cx, plot);
    });
}

/// The button that leaves out all other features.
fn use_only(ui: &mut Ui, cx: &mut Cx<'_>, plot: &Plot) {
    let (Some(csv), Some(alone)) = (csv(cx.state), plot.alone) else { return };
    let refused = match alone {
        Err(why) => Some(why),
        Ok(_) if !super::is_current(cx.state) => Some("The data are being read"),
        Ok(_) => None,
    };
    let button = egui::Button::new("Use only these two as features");
    let response = ui.add_enabled(refused.is_none(), button);
    let help = "All other columns are left out, so that the decision boundary can be drawn. Undo \
                brings them back.";
    let response = response.on_hover_text(help).on_disabled_hover_text(refused.unwrap_or_default());
    if let (true, Ok(keep)) = (response.clicked(), alone) {
        let heads = cx.view.dataset.cache.heads.clone();
        let data = &cx.state.draft().data;
        let role =
            |head: &roles::Head| head.role(data, csv, heads.len(), columns::guessed(cx, head).0);
        let now: Vec<_> = heads.iter().map(role).collect();
        edit(cx, |data| roles::use_only(data, &heads, &now, keep));
    }
}

fn feature_name(data: &Dataset, feature: usize) -> String {
    data.feature_names.get(feature).cloned().unwrap_or_else(|| format!("feature {}", feature + 1))
}

fn draw(ui: &mut Ui, theme: &Theme, data: &Dataset, plot: &mut Plot, room: egui::Vec2) {
    let (outer, response) = ui.allocate_exact_size(room.max(vec2(120.0, 120.0)), Sense::hover());
    let rect =
        Rect::from_min_max(outer.min + vec2(MARGIN[0], 4.0), outer.max - vec2(8.0, MARGIN[1]));
    let Some((x, y, _)) = plot.key else { return };
    let names = [feature_name(data, x), feature_name(data, y)];
    response.widget_info(|| {
        let words = format!("{} against {}", names[1], names[0]);
        WidgetInfo::labeled(Role::Image, true, words)
    });
    ui.painter().rect_filled(rect, 4.0, theme.canvas);
    axes(ui, theme, plot, outer, rect, &names);
    let mut picture = std::mem::take(&mut plot.picture);
    picture.paint(ui, rect, || shapes(data, plot, rect, theme));
    plot.picture = picture;
    if let Some(point) = response.hover_pos().and_then(|at| nearest(plot, rect, at)) {
        let words = describe(data, point, &names);
        let ring = theme.stroke(1.5, theme.text);
        ui.painter().circle_stroke(plot.place(rect, point.at), theme.mark(RADIUS + 2.5), ring);
        response.on_hover_text_at_pointer(words);
    }
}

fn axes(ui: &Ui, theme: &Theme, plot: &Plot, outer: Rect, rect: Rect, names: &[String; 2]) {
    let painter = ui.painter();
    let (font, ink) = (theme::small(), theme.text_muted);
    let (marks, decimals) = ticks(plot.low[0], plot.high[0], (rect.width() / 110.0) as usize);
    for mark in marks {
        let at = plot.place(rect, [mark, plot.low[1]]);
        painter.vline(at.x, rect.y_range(), theme.stroke(1.0, theme.grid));
        let below = pos2(at.x, rect.bottom() + 3.0);
        painter.text(below, Align2::CENTER_TOP, tick(mark, decimals), font.clone(), ink);
    }
    let (marks, decimals) = ticks(plot.low[1], plot.high[1], (rect.height() / 70.0) as usize);
    for mark in marks {
        let at = plot.place(rect, [plot.low[0], mark]);
        painter.hline(rect.x_range(), at.y, theme.stroke(1.0, theme.grid));
        let beside = pos2(rect.left() - 5.0, at.y);
        painter.text(beside, Align2::RIGHT_CENTER, tick(mark, decimals), font.clone(), ink);
    }
    let below = pos2(rect.center().x, outer.bottom() - 2.0);
    painter.text(below, Align2::CENTER_BOTTOM, &names[0], theme::body(), theme.text);
    let galley = painter.layout_no_wrap(names[1].clone(), theme::body(), theme.text);
    let corner = pos2(outer.left(), rect.center().y + galley.size().x / 2.0);
    let upright = egui::epaint::TextShape::new(corner, galley, theme.text);
    painter.add(upright.with_angle(-std::f32::consts::FRAC_PI_2));
}

/// Held-out rows hollow and below, training rows filled.
fn shapes(data: &Dataset, plot: &Plot, rect: Rect, theme: &Theme) -> Vec<Shape> {
    let parts: Vec<&Labelled> = data.parts().map(|(_, part)| part).collect();
    let range = label_range(data);
    let (held_out, training): (Vec<&Point>, Vec<&Point>) =
        plot.points.iter().partition(|point| point.part > 0);
    let shape = |point: &Point| {
        let at = plot.place(rect, point.at);
        let (marker, color) = look(theme, &parts[point.part].targets, point.row, range);
        let (fill, edge) = if point.part == 0 {
            (color, Stroke::NONE)
        } else {
            (theme.canvas, theme.stroke(1.2, color))
        };
        marker.shape(at, theme.mark(RADIUS), fill, edge)
    };
    held_out.into_iter().chain(training).map(shape).collect()
}

/// Shape and colour of a row: by its class, or by its number on the sequential scale.
fn look(
    theme: &Theme,
    targets: &Targets,
    row: usize,
    [low, high]: [f32; 2],
) -> (Marker, egui::Color32) {
    match targets {
        Targets::Numbers(numbers) => {
            let number = numbers.get(row).copied().unwrap_or(f32::NAN);
            let share = if high > low { (number - low) / (high - low) } else { 0.5 };
            (Marker::Circle, theme.sequential(share))
        }
        classes => {
            let class = classes.class(row).unwrap_or(0);
            (Marker::of_class(class), theme.class(class))
        }
    }
}

fn label_range(data: &Dataset) -> [f32; 2] {
    let mut range = [f32::INFINITY, f32::NEG_INFINITY];
    for (_, part) in data.parts() {
        if let Targets::Numbers(numbers) = &part.targets {
            for &number in numbers {
                range = [range[0].min(number), range[1].max(number)];
            }
        }
    }
    range
}

fn nearest(plot: &Plot, rect: Rect, at: Pos2) -> Option<&Point> {
    let distance = |point: &Point| plot.place(rect, point.at).distance_sq(at);
    let nearest = plot.points.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    (distance(nearest) <= NEAR * NEAR).then_some(nearest)
}

fn describe(data: &Dataset, point: &Point, names: &[String; 2]) -> String {
    let (part_name, part) = data.parts().nth(point.part).unwrap_or(("training", &data.train));
    let label = match &part.targets {
        Targets::Numbers(numbers) => {
            compact(f64::from(numbers.get(point.row).copied().unwrap_or(f32::NAN)))
        }
        targets => class_name(&data.class_names, targets.class(point.row).unwrap_or(0)),
    };
    format!(
        "{} {}\n{} {}\n{} {label}\n{part_name} row {}",
        names[0],
        compact(point.at[0]),
        names[1],
        compact(point.at[1]),
        data.label_name,
        thousands(point.row as u64)
    )
}

fn legend(ui: &mut Ui, theme: &Theme, data: &Dataset, thinned: bool) {
    ui.set_width(LEGEND);
    widgets::muted(ui, theme, &data.label_name);
    match data.task {
        Task::Classification { classes } => {
            for class in 0..classes.min(MAX_CLASSES) {
                let name = class_name(&data.class_names, class);
                entry(ui, theme, Marker::of_class(class), (theme.class(class), true), &name);
            }
            if classes > MAX_CLASSES {
                let more = classes - MAX_CLASSES;
                widgets::caption(ui, theme, &format!("and {more} further classes"));
            }
        }
        Task::Regression => scale(ui, theme, label_range(data)),
    }
    ui.add_space(8.0);
    entry(ui, theme, Marker::Circle, (theme.text_muted, true), "training");
    entry(ui, theme, Marker::Circle, (theme.text_muted, false), "held out");
    if thinned {
        ui.add_space(4.0);
        let most = thousands(MAX_DRAWN as u64);
        let text = format!("At most {most} rows of each part are drawn, evenly spread.");
        fields::told(ui, Icon::Info, theme.text_muted, &text);
    }
}

fn entry(
    ui: &mut Ui,
    theme: &Theme,
    marker: Marker,
    (color, filled): (egui::Color32, bool),
    name: &str,
) {
    ui.horizontal(|ui| {
        let (place, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
        let (fill, edge) =
            if filled { (color, Stroke::NONE) } else { (theme.canvas, theme.stroke(1.2, color)) };
        marker.paint(ui.painter(), place.center(), theme.mark(4.5), fill, edge);
        ui.add(egui::Label::new(name).truncate());
    });
}

/// The sequential scale with its ends.
fn scale(ui: &mut Ui, theme: &Theme, [low, high]: [f32; 2]) {
    const STEPS: u8 = 48;
    let (rect, _) = ui.allocate_exact_size(vec2(140.0, 12.0), Sense::hover());
    let width = rect.width() / f32::from(STEPS);
    for step in 0..STEPS {
        let left = rect.left() + f32::from(step) * width;
        let piece = rect.with_min_x(left).with_max_x(left + width + 0.5);
        let color = theme.sequential(f32::from(step) / f32::from(STEPS - 1));
        ui.painter().rect_filled(piece, 0.0, color);
    }
    widgets::caption(ui, theme, &format!("{} to {}", compact(low.into()), compact(high.into())));
}
