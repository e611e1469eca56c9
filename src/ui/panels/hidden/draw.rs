//! The picture: the bent grid, the lines of the output layer, and the samples.

use std::sync::Arc;

use egui::epaint::TextShape;
use egui::{
    Align2, Color32, Galley, Rect, Response, Role, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::data::Targets;
use crate::record::{HiddenView as Projected, Part};
use crate::ui::parts::labelled;
use crate::ui::plane::Window;
use crate::ui::theme;
use crate::ui::widgets::{Marker, thousands};
use crate::ui::{Cx, format};

use super::Sight;
use super::calm::Turn;
use super::lines::decision_lines;
use super::scene::{End, Scene, Setting, UNIT};
use super::walk::eased;

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

/// All that is drawn, and where.
pub struct Drawn<'a> {
    /// The network, its data, and what is seen of them.
    pub sight: &'a Sight<'a>,
    /// The pictures at both ends of the way; the same where one stands at a stop.
    pub ends: [End<'a>; 2],
    /// Which stops they are of, and how far it is from one to the other.
    pub stops: [usize; 2],
    /// How far, from 0 to 1.
    pub share: f32,
    /// The plane is shown here.
    pub area: Rect,
    /// Whether a legend stands below.
    pub has_legend: bool,
}

impl Drawn<'_> {
    fn window(&self) -> Window {
        self.ends[1].window
    }

    /// Which directions run along the axes.
    fn turn(&self) -> Turn {
        self.ends[1].placed.calm.turn
    }

    fn is_on_the_way(&self) -> bool {
        self.stops[0] != self.stops[1]
    }
}

/// Takes the room there is. Returns where the plane is shown, and whether there is a legend below.
pub fn room(ui: &mut Ui) -> (Rect, bool) {
    let high = ui.available_height();
    let is_low = high < LOW;
    let legend_height = if is_low { 0.0 } else { LEGEND };
    let high = if high.is_finite() && high < 4000.0 { high - legend_height } else { 420.0 };
    let size = vec2(ui.available_width(), high.max(LEAST));
    let (outer, _) = ui.allocate_exact_size(size, Sense::hover());
    (Rect::from_min_max(outer.min + vec2(LEFT, 4.0), outer.max - vec2(6.0, BELOW)), !is_low)
}

/// Draws the samples where they stand.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, scene: &mut Scene, drawn: &Drawn<'_>) {
    let (area, sight) = (drawn.area, drawn.sight);
    let id = ui.scope_id().with(("hidden space", sight.run));
    let response = ui.interact(area, id, Sense::click());
    ui.painter().rect_filled(area, 0.0, cx.theme.canvas);
    let part = sight.hidden.request.part;
    if let Some(rows) = labelled(sight.data, part) {
        let (theme, has_grid) = (cx.theme, cx.view.hidden.grid);
        let setting = Setting { theme, part, rows, area, has_grid };
        scene.paint(ui, drawn.ends, (drawn.stops, eased(drawn.share)), &setting);
    }
    let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
    if !drawn.is_on_the_way() {
        borders(&painter, cx, drawn);
    }
    ring_chosen(&painter, cx, scene, drawn);
    let edge = cx.theme.stroke(1.0, cx.theme.outline);
    ui.painter().rect_stroke(area, 0.0, edge, StrokeKind::Outside);
    if !drawn.is_on_the_way() {
        axes(ui, cx, drawn);
    }
    hover(ui, cx, scene, drawn, response);
    if drawn.has_legend {
        legend(ui, cx, sight);
    }
}

/// Where the output layer changes its answer, where the neurons before it are what is shown.
fn borders(painter: &egui::Painter, cx: &Cx<'_>, drawn: &Drawn<'_>) {
    let (sight, window, area) = (drawn.sight, drawn.window(), drawn.area);
    let request = &sight.hidden.request;
    let all = sight.stops;
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
        painter.line_segment(line.map(|[x, y]| window.screen_at(area, x, y)), stroke);
    }
}

/// The sample that all panels look at.
fn ring_chosen(painter: &egui::Painter, cx: &Cx<'_>, scene: &Scene, drawn: &Drawn<'_>) {
    let Some((part, row)) = cx.view.chosen else { return };
    let place = scene.places.binary_search_by_key(&row, |place| place.row).ok();
    let place = place.filter(|_| part == drawn.sight.hidden.request.part);
    if let Some([x, y]) = place.map(|place| scene.places[place].at) {
        let at = UNIT.screen_at(drawn.area, x, y);
        painter.circle_stroke(at, cx.theme.mark(8.0), cx.theme.focus_ring());
    }
}

fn axes(ui: &Ui, cx: &Cx<'_>, drawn: &Drawn<'_>) {
    let (sight, window, area) = (drawn.sight, drawn.window(), drawn.area);
    let (painter, muted) = (ui.painter(), cx.theme.text_muted);
    let line = cx.theme.stroke(1.0, cx.theme.outline);
    let (marks, decimals) = format::ticks(window.x[0].into(), window.x[1].into(), 6);
    for value in marks {
        let at = pos2(window.screen_at(area, value as f32, 0.0).x, area.bottom());
        painter.vline(at.x, at.y..=at.y + 3.0, line);
        let text = format::tick(value, decimals);
        painter.text(at + vec2(0.0, 4.0), Align2::CENTER_TOP, text, theme::small(), muted);
    }
    let below = pos2(area.center().x, area.bottom() + BELOW);
    if let Some(name) = name(ui, drawn, 0, area.width(), muted) {
        let rect = Align2::CENTER_BOTTOM.anchor_size(below, name.size());
        painter.galley(rect.min, name, muted);
    }
    if sight.hidden.width < 2 {
        return;
    }
    let (marks, decimals) = format::ticks(window.y[0].into(), window.y[1].into(), 5);
    for value in marks {
        let at = pos2(area.left(), window.screen_at(area, 0.0, value as f32).y);
        painter.hline(at.x - 3.0..=at.x, at.y, line);
        let text = format::tick(value, decimals);
        painter.text(at - vec2(5.0, 0.0), Align2::RIGHT_CENTER, text, theme::small(), muted);
    }
    let Some(galley) = name(ui, drawn, 1, area.height(), muted) else { return };
    let corner = pos2(area.left() - LEFT, area.center().y + galley.size().x / 2.0);
    painter.add(TextShape::new(corner, galley, muted).with_angle(-std::f32::consts::FRAC_PI_2));
}

/// What runs along an axis, as long as there is room beside it.
fn name(ui: &Ui, drawn: &Drawn<'_>, place: usize, room: f32, ink: Color32) -> Option<Arc<Galley>> {
    let (sight, turn) = (drawn.sight, drawn.turn());
    let brief = match sight.hidden.request.view {
        Projected::Principal => format!("PC {}", turn.order[place] + 1),
        Projected::Units(units) => (units[place] + 1).to_string(),
    };
    let fits = |text| {
        let galley = ui.painter().layout_no_wrap(text, theme::small(), ink);
        (galley.size().x <= room).then_some(galley)
    };
    fits(axis(sight, turn, place)).or_else(|| fits(brief))
}

/// What runs along an axis.
fn axis(sight: &Sight<'_>, turn: Turn, axis: usize) -> String {
    let request = &sight.hidden.request;
    match (request.view, sight.hidden.explained) {
        (Projected::Principal, Some(explained)) => {
            let direction = turn.order[axis];
            let share = format::percent(explained[direction].into());
            format!("principal direction {} ({share})", direction + 1)
        }
        (Projected::Principal, None) => format!("principal direction {}", turn.order[axis] + 1),
        (Projected::Units(units), _) => {
            let unit = units[axis];
            let feature = sight.data.feature_names.get(unit).filter(|name| !name.is_empty());
            let is_logit = request.layer == Some(sight.spec.spec().model.hidden.len());
            match (request.layer, feature) {
                (None, Some(name)) => name.clone(),
                (None, None) => format!("value {} of the input", unit + 1),
                _ if is_logit && sight.hidden.width < 2 => "logit".into(),
                _ if is_logit => {
                    let class = format::class_phrase(&sight.data.class_names, unit);
                    format!("logit of {class}")
                }
                _ => format!("neuron {}", unit + 1),
            }
        }
    }
}

/// The sample under the pointer: what it is, and a click that chooses it.
fn hover(ui: &Ui, cx: &mut Cx<'_>, scene: &Scene, drawn: &Drawn<'_>, response: Response) {
    let sight = drawn.sight;
    let name = |stop: usize| sight.stops.get(stop).map_or("layer", |stop| stop.name.as_str());
    let count = scene.places.len();
    let [from, to] = drawn.stops;
    response.widget_info(|| {
        let text = match from == to {
            true => format!("Hidden space after {}, {count} samples", name(to)),
            false => format!("Hidden space on the way from {} to {}", name(from), name(to)),
        };
        WidgetInfo::labeled(Role::Image, true, &text)
    });
    let Some(at) = response.hover_pos() else { return };
    let places = scene.places.iter().map(|one| UNIT.screen_at(drawn.area, one.at[0], one.at[1]));
    let near = places.enumerate().filter(|(_, place)| place.distance(at) < NEAR);
    let nearest = near.min_by(|a, b| a.1.distance(at).total_cmp(&b.1.distance(at)));
    let Some((place, on_screen)) = nearest else { return };
    let (part, row) = (sight.hidden.request.part, scene.places[place].row);
    let ring = cx.theme.stroke(1.5, cx.theme.text);
    ui.painter().circle_stroke(on_screen, cx.theme.mark(7.0), ring);
    if response.clicked() {
        cx.view.chosen = Some((part, row));
    }
    let point = drawn.ends[1].placed.calm.points.get(place).filter(|_| from == to);
    response.on_hover_ui_at_pointer(|ui| {
        ui.label(egui::RichText::new(who(sight, part, row)).strong());
        if let Some([x, y]) = point.map(|point| point.map(|value| format::measured(value.into()))) {
            ui.label(format!("{}  {x}", axis(sight, drawn.turn(), 0)));
            if sight.hidden.width > 1 {
                ui.label(format!("{}  {y}", axis(sight, drawn.turn(), 1)));
            }
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
                let (rect, _) =
                    ui.allocate_exact_size(vec2(cx.theme.mark(12.0), 16.0), Sense::hover());
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
