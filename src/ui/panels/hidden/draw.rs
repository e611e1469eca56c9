//! The picture: the bent grid, the lines of the output layer, and the samples.

use std::sync::Arc;

use egui::epaint::{Mesh, TessellationOptions, Tessellator, TextShape};
use egui::{
    Align2, Color32, Galley, Pos2, Rect, Response, Role, Sense, Shape, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::data::Targets;
use crate::record::{HiddenView as Projected, Part};
use crate::ui::parts::{label_range, labelled};
use crate::ui::textures::OutputColours;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{Marker, thousands};
use crate::ui::{Cx, format};

use super::axes::Window;
use super::lines::decision_lines;
use super::stops::stops;
use super::{LINES, POINTS, PictureKey, Sight};

/// Room for the marks and names of the axes.
const LEFT: f32 = 50.0;
const BELOW: f32 = 34.0;
/// Height of the legend.
const LEGEND: f32 = 26.0;
/// Least height of the picture, and the height below which it has no legend.
const LEAST: f32 = 80.0;
const LOW: f32 = 180.0;
/// How near to a sample the pointer must be.
const NEAR: f32 = 9.0;

/// Draws the samples after the layer into the room there is.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>) {
    let high = ui.available_height();
    let is_low = high < LOW;
    let legend_height = if is_low { 0.0 } else { LEGEND };
    let high = if high.is_finite() && high < 4000.0 { high - legend_height } else { 420.0 };
    let size = vec2(ui.available_width(), high.max(LEAST));
    let (outer, _) = ui.allocate_exact_size(size, Sense::hover());
    let area = Rect::from_min_max(outer.min + vec2(LEFT, 4.0), outer.max - vec2(6.0, BELOW));
    let id = ui.scope_id().with(("hidden space", sight.run));
    let response = ui.interact(area, id, Sense::click());
    ui.painter().rect_filled(area, 0.0, cx.theme.canvas);
    let window = update(cx, sight, area.width() / area.height());
    let mesh = picture(ui, cx, sight, window, area);
    let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
    painter.add(Shape::Mesh(mesh));
    borders(&painter, cx, sight, window, area);
    ring_chosen(&painter, cx, sight, window, area);
    let edge = cx.theme.stroke(1.0, cx.theme.outline);
    ui.painter().rect_stroke(area, 0.0, edge, StrokeKind::Outside);
    axes(ui, cx, sight, window, area);
    hover(ui, cx, sight, window, area, response);
    if !is_low {
        legend(ui, cx, sight);
    }
}

/// Takes over a new frame, and the window that shows it.
fn update(cx: &mut Cx<'_>, sight: &Sight<'_>, aspect: f32) -> Window {
    let kept = cx.view.hidden.kept.entry(sight.run).or_default();
    let hidden = sight.hidden;
    let is_new = kept.taken.as_ref().is_none_or(|taken| !Arc::ptr_eq(taken, sight.frame));
    if is_new {
        kept.calm.take(hidden);
        if hidden.width < 2 {
            lanes(&mut kept.calm.points, sight);
        }
        kept.taken = Some(Arc::clone(sight.frame));
    }
    let points = &kept.calm.points;
    let is_flat = hidden.width < 2;
    if let Some((request, window)) = &kept.window {
        let has_shape = is_flat || window.has_aspect(aspect);
        if *request == hidden.request && has_shape && (!is_new || window.suits(points)) {
            return *window;
        }
    }
    let window = match is_flat {
        true => of_lanes(points, sight.data.class_names.len()),
        false => Window::around(points, aspect),
    };
    kept.window = Some((hidden.request.clone(), window));
    window
}

/// A single value runs to the right; each class has a line of its own.
fn lanes(points: &mut [[f32; 2]], sight: &Sight<'_>) {
    let rows = labelled(sight.data, sight.hidden.request.part);
    for (point, &row) in points.iter_mut().zip(&sight.hidden.rows) {
        let class = rows.and_then(|rows| rows.targets.class(row)).unwrap_or(0);
        point[1] = -(class as f32);
    }
}

fn of_lanes(points: &[[f32; 2]], classes: usize) -> Window {
    let Window { x, .. } = Window::around(points, 1e6);
    Window { x, y: [0.5 - classes.max(1) as f32, 0.5] }
}

/// Grid and samples as one mesh, worked out anew only when something changed.
fn picture(ui: &Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, window: Window, area: Rect) -> Arc<Mesh> {
    let theme = cx.theme;
    let view = &mut cx.view.hidden;
    let key = PictureKey {
        frame: Arc::as_ptr(sight.frame) as usize,
        area,
        window,
        colours: [theme.canvas, theme.text, theme.class(0)],
        pixels_per_point: ui.pixels_per_point(),
        shown: [view.grid, view.lines],
    };
    let is_shown = view.grid;
    let kept = view.kept.entry(sight.run).or_default();
    if let Some((known, mesh)) = &kept.picture
        && *known == key
    {
        return Arc::clone(mesh);
    }
    let mut mesh = Mesh::default();
    let options = TessellationOptions { coarse_tessellation_culling: false, ..Default::default() };
    let mut pen = Tessellator::new(key.pixels_per_point, options, [1, 1], Vec::new());
    if is_shown && kept.calm.grid.len() == 2 * LINES * POINTS {
        let screen = |point: &[f32; 2]| window.screen(area, *point);
        grid(&kept.calm.grid, theme, &mut pen, &mut mesh, screen);
    }
    samples(&kept.calm.points, theme, sight, &mut pen, &mut mesh, |point| {
        window.screen(area, point)
    });
    let mesh = Arc::new(mesh);
    kept.picture = Some((key, Arc::clone(&mesh)));
    mesh
}

/// Lines one after the other; the first and the last of each direction are the edge.
fn grid(
    points: &[[f32; 2]],
    theme: &Theme,
    pen: &mut Tessellator,
    mesh: &mut Mesh,
    screen: impl Fn(&[f32; 2]) -> Pos2,
) {
    for (place, line) in points.chunks_exact(POINTS).enumerate() {
        let is_edge = place % LINES == 0 || place % LINES == LINES - 1;
        let (width, colour) = if is_edge { (2.0, theme.text_muted) } else { (1.0, theme.outline) };
        let colour = if is_edge { colour } else { colour.gamma_multiply(0.55) };
        let pieces = line.split(|point| point.iter().any(|value| !value.is_finite()));
        for piece in pieces.filter(|piece| piece.len() > 1) {
            let path = piece.iter().map(&screen).collect();
            pen.tessellate_shape(Shape::line(path, theme.stroke(width, colour)), mesh);
        }
    }
}

/// The colour and mark of each sample; copies of one mesh for each class.
fn samples(
    points: &[[f32; 2]],
    theme: &Theme,
    sight: &Sight<'_>,
    pen: &mut Tessellator,
    mesh: &mut Mesh,
    screen: impl Fn([f32; 2]) -> Pos2,
) {
    let part = sight.hidden.request.part;
    let Some(rows) = labelled(sight.data, part) else { return };
    let mut marks: Vec<Option<Mesh>> = Vec::new();
    let range = label_range(&rows.targets).unwrap_or([0.0, 1.0]);
    for (&point, &row) in points.iter().zip(&sight.hidden.rows) {
        let at = screen(point);
        if row >= rows.rows() || !at.is_finite() {
            continue;
        }
        match &rows.targets {
            Targets::Numbers(numbers) => {
                let colours = OutputColours { theme, range: Some(range) };
                let fill = colours.of_number(numbers[row], range).unwrap_or(theme.nan);
                let stroke = theme.stroke(0.75, theme.text);
                pen.tessellate_shape(Marker::Circle.shape(at, theme.mark(3.5), fill, stroke), mesh);
            }
            Targets::Classes(classes) => {
                let class = classes[row] as usize;
                marks.resize_with(marks.len().max(class + 1), || None);
                let mark = marks[class].get_or_insert_with(|| mark(class, part, theme, pen));
                stamp(mark, at, mesh);
            }
        }
    }
}

/// The mark of a class around the origin: filled for the training part, else hollow.
fn mark(class: usize, part: Part, theme: &Theme, pen: &mut Tessellator) -> Mesh {
    let colour = theme.class(class);
    let (fill, stroke) = match part {
        Part::Train => (colour, theme.stroke(0.75, theme.surface)),
        Part::Validation | Part::Test => (theme.surface, theme.stroke(1.5, colour)),
    };
    let mut mesh = Mesh::default();
    let shape = Marker::of_class(class).shape(Pos2::ZERO, theme.mark(3.5), fill, stroke);
    pen.tessellate_shape(shape, &mut mesh);
    mesh
}

fn stamp(mark: &Mesh, at: Pos2, mesh: &mut Mesh) {
    let first = mesh.vertices.len() as u32;
    mesh.indices.extend(mark.indices.iter().map(|index| first + index));
    mesh.vertices.extend(mark.vertices.iter().map(|vertex| {
        let pos = vertex.pos + at.to_vec2();
        egui::epaint::Vertex { pos, ..*vertex }
    }));
}

/// Where the output layer changes its answer, where the neurons before it are what is shown.
fn borders(painter: &egui::Painter, cx: &Cx<'_>, sight: &Sight<'_>, window: Window, area: Rect) {
    let request = &sight.hidden.request;
    let all = stops(sight.spec);
    let is_last = all.len() >= 2 && all[all.len() - 2].layer == request.layer;
    let Projected::Units(units) = request.view else { return };
    if !(cx.view.hidden.lines && is_last && sight.hidden.width == 2) {
        return;
    }
    let model = &sight.spec.spec().model;
    let tensor = |kind: &str| {
        let found = sight.frame.inside.parameter(&format!("{}.{kind}", model.hidden.len()));
        found.map(|found| &found.tensor)
    };
    let Some(weight) = tensor("weight") else { return };
    let how = (sight.spec.readout().decision, model.output.activation);
    let stroke = cx.theme.stroke(2.0, cx.theme.text);
    for line in decision_lines(weight, tensor("bias"), units, how, &window) {
        painter.line_segment(line.map(|point| window.screen(area, point)), stroke);
    }
}

/// The sample that all panels look at.
fn ring_chosen(
    painter: &egui::Painter,
    cx: &Cx<'_>,
    sight: &Sight<'_>,
    window: Window,
    area: Rect,
) {
    let Some((part, row)) = cx.view.chosen else { return };
    let points = cx.view.hidden.kept.get(&sight.run).map(|kept| &kept.calm.points);
    let place = sight.hidden.rows.binary_search(&row).ok();
    let point = points.zip(place).and_then(|(points, place)| points.get(place));
    if let (true, Some(&point)) = (part == sight.hidden.request.part, point) {
        painter.circle_stroke(
            window.screen(area, point),
            cx.theme.mark(8.0),
            cx.theme.focus_ring(),
        );
    }
}

fn axes(ui: &Ui, cx: &Cx<'_>, sight: &Sight<'_>, window: Window, area: Rect) {
    let (painter, muted) = (ui.painter(), cx.theme.text_muted);
    let line = cx.theme.stroke(1.0, cx.theme.outline);
    let (marks, decimals) = format::ticks(window.x[0].into(), window.x[1].into(), 6);
    for value in marks {
        let at = pos2(window.screen(area, [value as f32, 0.0]).x, area.bottom());
        painter.vline(at.x, at.y..=at.y + 3.0, line);
        let text = format::tick(value, decimals);
        painter.text(at + vec2(0.0, 4.0), Align2::CENTER_TOP, text, theme::small(), muted);
    }
    let below = pos2(area.center().x, area.bottom() + BELOW);
    if let Some(name) = name(ui, sight, 0, area.width(), muted) {
        let rect = Align2::CENTER_BOTTOM.anchor_size(below, name.size());
        painter.galley(rect.min, name, muted);
    }
    if sight.hidden.width < 2 {
        return;
    }
    let (marks, decimals) = format::ticks(window.y[0].into(), window.y[1].into(), 5);
    for value in marks {
        let at = pos2(area.left(), window.screen(area, [0.0, value as f32]).y);
        painter.hline(at.x - 3.0..=at.x, at.y, line);
        let text = format::tick(value, decimals);
        painter.text(at - vec2(5.0, 0.0), Align2::RIGHT_CENTER, text, theme::small(), muted);
    }
    let Some(galley) = name(ui, sight, 1, area.height(), muted) else { return };
    let corner = pos2(area.left() - LEFT, area.center().y + galley.size().x / 2.0);
    painter.add(TextShape::new(corner, galley, muted).with_angle(-std::f32::consts::FRAC_PI_2));
}

/// What runs along an axis, as long as there is room beside it.
fn name(ui: &Ui, sight: &Sight<'_>, place: usize, room: f32, ink: Color32) -> Option<Arc<Galley>> {
    let brief = match sight.hidden.request.view {
        Projected::Principal => format!("PC {}", place + 1),
        Projected::Units(units) => units[place].to_string(),
    };
    let fits = |text| {
        let galley = ui.painter().layout_no_wrap(text, theme::small(), ink);
        (galley.size().x <= room).then_some(galley)
    };
    fits(axis(sight, place)).or_else(|| fits(brief))
}

/// What runs along an axis.
pub fn axis(sight: &Sight<'_>, axis: usize) -> String {
    let request = &sight.hidden.request;
    match (request.view, sight.hidden.explained) {
        (Projected::Principal, Some(explained)) => {
            let share = format::percent(explained[axis].into());
            format!("principal direction {} ({share})", axis + 1)
        }
        (Projected::Principal, None) => format!("principal direction {}", axis + 1),
        (Projected::Units(units), _) => {
            let unit = units[axis];
            let feature = sight.data.feature_names.get(unit).filter(|name| !name.is_empty());
            let is_logit = request.layer == Some(sight.spec.spec().model.hidden.len());
            match (request.layer, feature) {
                (None, Some(name)) => name.clone(),
                (None, None) => format!("value {unit} of the input"),
                _ if is_logit && sight.hidden.width < 2 => "logit".into(),
                _ if is_logit => {
                    let class = format::class_phrase(&sight.data.class_names, unit);
                    format!("logit of {class}")
                }
                _ => format!("neuron {unit}"),
            }
        }
    }
}

/// The sample under the pointer: what it is, and a click that chooses it.
fn hover(
    ui: &Ui,
    cx: &mut Cx<'_>,
    sight: &Sight<'_>,
    window: Window,
    area: Rect,
    response: Response,
) {
    let stops = stops(sight.spec);
    let stop = stops.iter().find(|stop| stop.layer == sight.hidden.request.layer);
    let name = stop.map_or("layer", |stop| stop.name.as_str());
    let count = sight.hidden.points.len();
    let text = format!("Hidden space after {name}, {count} samples");
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
    let Some(at) = response.hover_pos() else { return };
    let points = cx.view.hidden.kept.get(&sight.run).map_or(&[][..], |kept| &kept.calm.points);
    let places = points.iter().map(|point| window.screen(area, *point));
    let near = places.enumerate().filter(|(_, place)| place.distance(at) < NEAR);
    let nearest = near.min_by(|a, b| a.1.distance(at).total_cmp(&b.1.distance(at)));
    let Some((place, on_screen)) = nearest else { return };
    let (part, row) = (sight.hidden.request.part, sight.hidden.rows[place]);
    let point = points[place];
    ui.painter().circle_stroke(on_screen, cx.theme.mark(7.0), cx.theme.stroke(1.5, cx.theme.text));
    if response.clicked() {
        cx.view.chosen = Some((part, row));
    }
    response.on_hover_ui_at_pointer(|ui| {
        ui.label(egui::RichText::new(who(sight, part, row)).strong());
        let [x, y] = point.map(|value| format::measured(value.into()));
        ui.label(format!("{}  {x}", axis(sight, 0)));
        if sight.hidden.width > 1 {
            ui.label(format!("{}  {y}", axis(sight, 1)));
        }
        ui.label("Click to follow this sample in the other panels.");
    });
}

/// `Row 12 of the test part, class 4`
fn who(sight: &Sight<'_>, part: Part, row: usize) -> String {
    let name = format!("Row {} of the {}", thousands(row as u64), part.label());
    match labelled(sight.data, part).map(|rows| &rows.targets) {
        Some(Targets::Classes(classes)) if row < classes.len() => {
            let class = format::class_phrase(&sight.data.class_names, classes[row] as usize);
            format!("{name}, {class}")
        }
        Some(Targets::Numbers(numbers)) if row < numbers.len() => {
            let number = format::measured(numbers[row].into());
            format!("{name}, {} {number}", sight.data.label_name)
        }
        _ => name,
    }
}

/// The marks of the classes.
fn legend(ui: &mut Ui, cx: &Cx<'_>, sight: &Sight<'_>) {
    let names = &sight.data.class_names;
    if names.is_empty() {
        crate::ui::widgets::caption(ui, cx.theme, "The colour is the label: yellow is the largest");
        return;
    }
    let part = sight.hidden.request.part;
    egui::ScrollArea::horizontal().id_salt("classes").show(ui, |ui| {
        ui.horizontal(|ui| {
            for class in 0..names.len().min(24) {
                let (rect, _) = ui.allocate_exact_size(vec2(10.0, 16.0), Sense::hover());
                let colour = cx.theme.class(class);
                let (fill, width) = match part {
                    Part::Train => (colour, 0.0),
                    _ => (cx.theme.surface, 1.5),
                };
                let stroke = cx.theme.stroke(width, colour);
                let (at, radius) = (rect.center(), cx.theme.mark(4.0));
                Marker::of_class(class).paint(ui.painter(), at, radius, fill, stroke);
                ui.spacing_mut().item_spacing.x = theme::TIGHT;
                let name = format::class_phrase(names, class);
                crate::ui::widgets::caption(ui, cx.theme, &name);
                ui.add_space(theme::TIGHT);
            }
        });
    });
}
