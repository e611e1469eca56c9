//! The course of training: one quantity of all given runs over one x axis.

mod axes;
mod points;
mod shown;

use std::collections::BTreeMap;

use egui::{Align2, Color32, RichText, Stroke, Ui, Vec2, pos2, vec2};
use egui_plot::{AxisHints, Line, LineStyle, Plot, PlotPoint, PlotPoints, PlotResponse, VLine};

use crate::base::RunId;
use crate::record::{Metric, Run, Series};
use crate::spec::Task;
use crate::ui::widgets::{Marker, chevron, choice, thousands};
use crate::ui::{Cx, theme};
use crate::workbench::State;

pub use points::XAxis;
use points::{Axes, Extent, nearest, place, thin};
pub use shown::Shown;
use shown::{Dash, Pen};

/// A curve of at most so many points is drawn anew whenever it grows; a longer one at most every
/// [`REDRAW_SECONDS`], with only its newest point added in between.
const EAGER_POINTS: usize = 2048;
const REDRAW_SECONDS: f64 = 0.1;
/// Most long curves that are placed anew in one frame, so that no frame takes long.
const PLACED_AT_ONCE: usize = 2;
/// How near the pointer must be to a marker, in points of the screen.
const MARKER_REACH: f32 = 5.0;

/// Width of the choosers of the axes, which stay together.
const AXIS_CHOOSERS: f32 = 230.0;
/// Width of the menu of further quantities, and most that its list is high.
const MORE: f32 = 104.0;
const MORE_HEIGHT: f32 = 420.0;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct CurvesView {
    /// What is drawn.
    pub quantity: Shown,
    /// Over what.
    pub x: XAxis,
    /// Whether x is drawn by its logarithm.
    pub log_x: bool,
    /// Whether y is drawn by its logarithm.
    pub log_y: bool,
    /// Whether the user chose a piece of the plot; otherwise all of it is shown.
    #[serde(skip)]
    zoomed: bool,
    #[serde(skip)]
    cache: BTreeMap<(usize, Metric), Curve>,
}

impl CurvesView {
    /// Shows all of every curve again.
    pub fn fit(&mut self) {
        self.zoomed = false;
    }

    fn choose(&mut self, quantity: Shown) {
        self.quantity = quantity;
        self.fit();
    }

    fn axes(&self, quantity: Shown) -> Axes {
        Axes {
            x: self.x,
            log_x: self.log_x,
            log_y: self.log_y && !quantity.is_percentage(),
            scale: if quantity.is_percentage() { 100.0 } else { 1.0 },
        }
    }
}

/// What is kept of a drawn curve until there is news.
#[derive(Debug)]
struct Curve {
    run: RunId,
    axes: Axes,
    revision: u64,
    drawn_at: f64,
    /// Whether points between the last drawing and the newest one are still missing.
    is_behind: bool,
    points: Vec<PlotPoint>,
    extent: Extent,
    seen: Vec<PlotPoint>,
    /// Whether `seen` goes up and down so often that its dashes are cut by column.
    is_rough: bool,
    /// Piece and columns that `seen` was made for.
    piece: Option<([f64; 2], usize)>,
}

impl Curve {
    fn new(run: RunId, axes: Axes) -> Self {
        Self {
            run,
            axes,
            revision: u64::MAX,
            drawn_at: f64::NEG_INFINITY,
            is_behind: false,
            points: Vec::new(),
            extent: Extent::NOTHING,
            seen: Vec::new(),
            is_rough: false,
            piece: None,
        }
    }

    /// Brings the points up to date. Tells whether they are only the newest point behind the
    /// series, and must be drawn again before long.
    ///
    /// A long curve takes a while to place; `spare` says how many more may be placed now.
    fn update(&mut self, series: &Series, now: f64, spare: &mut usize) -> bool {
        let has_news = self.revision != series.revision();
        if !has_news && !self.is_behind {
            return false;
        }
        self.revision = series.revision();
        let is_soon = (now - self.drawn_at).abs() < REDRAW_SECONDS;
        let is_long = self.points.len() > EAGER_POINTS;
        if is_long && (is_soon || *spare == 0) {
            if has_news {
                self.append_last(series);
                self.piece = None;
            }
            self.is_behind = true;
            return true;
        }
        if is_long {
            *spare -= 1;
        }
        place(series, self.axes, &mut self.points);
        self.extent = Extent::of(&self.points);
        self.piece = None;
        self.drawn_at = now;
        self.is_behind = false;
        false
    }

    fn append_last(&mut self, series: &Series) {
        let Some(last) = series.last() else { return };
        let place = self.axes.x_of(last.at).zip(self.axes.y_of(last.value));
        if let Some((x, y)) = place {
            let point = PlotPoint::new(x, y);
            self.points.push(point);
            self.extent = self.extent.with(point);
        }
    }

    fn look_at(&mut self, range: [f64; 2], columns: usize, dash: Dash) {
        if self.piece != Some((range, columns)) {
            thin(&self.points, range, columns, &mut self.seen);
            self.is_rough = points::is_rough(&self.seen, columns);
            if let Some(pattern) = dash.columns().filter(|_| self.is_rough) {
                points::dash(&mut self.seen, range, columns, pattern);
            }
            self.piece = Some((range, columns));
        }
    }
}

/// One run as this panel sees it in this frame.
struct Course<'a> {
    index: usize,
    name: &'a str,
    colour: Color32,
    shape: Marker,
    run: &'a Run,
}

/// Draws the curves of the named runs over each other, with their legend and choosers.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, runs: &[usize]) {
    let height = (ui.available_width() * 0.6).clamp(150.0, 280.0);
    show_sized(ui, cx, runs, height);
}

/// The same with a plot of the given height, its axes included.
pub fn show_sized(ui: &mut Ui, cx: &mut Cx<'_>, runs: &[usize], height: f32) {
    let state = cx.state;
    let courses: Vec<Course<'_>> = runs.iter().filter_map(|&run| course(state, cx, run)).collect();
    let task = task(state, runs);
    let is_offered = |shown: &Shown| {
        let loss = |&run: &usize| state.run_spec(run).map(|spec| spec.train.loss);
        runs.iter().filter_map(loss).any(|loss| shown.applies(task, loss))
    };
    let chosen = cx.view.curves.quantity;
    let quantity = if is_offered(&chosen) { chosen } else { Shown::LOSS };
    choosers(ui, &mut cx.view.curves, is_offered, quantity);
    legend(ui, &courses, quantity);
    if courses.iter().all(|course| !has_points(course, quantity)) {
        empty(ui, cx, height);
        return;
    }
    let axes = cx.view.curves.axes(quantity);
    let mut cache = std::mem::take(&mut cx.view.curves.cache);
    let extent = refresh(ui, &mut cache, &courses, quantity, axes);
    let frame = Frame { courses: &courses, quantity, axes, extent, height };
    draw(ui, cx, &frame, &mut cache);
    cx.view.curves.cache = cache;
}

fn course<'a>(state: &'a State, cx: &Cx<'_>, index: usize) -> Option<Course<'a>> {
    let slot = state.slot(index)?;
    let name = state.run_spec(index).map_or("", |spec| spec.name.as_str());
    let (colour, shape) = (cx.theme.run(slot.tint), Marker::of_run(slot.tint));
    Some(Course { index, name, colour, shape, run: slot.run.as_ref()? })
}

fn task(state: &State, runs: &[usize]) -> Task {
    let started = runs.iter().find_map(|&run| state.slot(run)?.data.as_ref());
    let data = started.or_else(|| state.data().dataset());
    data.map_or(Task::Classification { classes: 2 }, |data| data.task)
}

fn has_points(course: &Course<'_>, quantity: Shown) -> bool {
    let mut series = quantity.metrics().filter_map(|metric| course.run.history.series(metric));
    series.any(|series| series.last().is_some() || series.non_finite().0 > 0)
}

/// The metrics of a quantity that are drawn: those of a validation part, and penalties, only where
/// a run has them.
fn drawn<'a>(
    courses: &'a [Course<'_>],
    quantity: Shown,
) -> impl DoubleEndedIterator<Item = Metric> + 'a {
    let has = |metric| courses.iter().any(|course| course.run.history.series(metric).is_some());
    let is_usual = move |metric: Metric| !metric.is_validation() && quantity != Shown::Penalties;
    quantity.metrics().filter(move |&metric| is_usual(metric) || has(metric))
}

fn choosers(
    ui: &mut Ui,
    view: &mut CurvesView,
    is_offered: impl Fn(&Shown) -> bool,
    quantity: Shown,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for shown in Shown::all().filter(|shown| shown.is_common() && is_offered(shown)) {
            let label = ui.selectable_label(shown == quantity, shown.label());
            if label.on_hover_text(shown.explanation()).clicked() {
                view.choose(shown);
            }
        }
        if let Some(shown) = more(ui, quantity, is_offered) {
            view.choose(shown);
        }
        if ui.available_size_before_wrap().x < AXIS_CHOOSERS {
            ui.end_row();
        }
        x_chooser(ui, view);
        let log_y = ui.add_enabled(
            !quantity.is_percentage(),
            egui::Button::selectable(view.log_y && !quantity.is_percentage(), "log y"),
        );
        if log_y.on_hover_text("Logarithmic y axis").clicked() {
            view.log_y = !view.log_y;
            view.fit();
        }
        let log_x = ui.add(egui::Button::selectable(view.log_x, "log x"));
        if log_x.on_hover_text("Logarithmic x axis").clicked() {
            view.log_x = !view.log_x;
            view.fit();
        }
        let fit = ui.add_enabled(view.zoomed, egui::Button::new("Fit"));
        let hint = "Show all of every curve (or double-click the plot). Drag to pan, Ctrl + wheel \
                    or right-drag to zoom.";
        if fit.on_hover_text(hint).on_disabled_hover_text(hint).clicked() {
            view.fit();
        }
    });
}

/// The quantities that have no button of their own, in a menu that shows which of them is drawn.
fn more(ui: &mut Ui, quantity: Shown, is_offered: impl Fn(&Shown) -> bool) -> Option<Shown> {
    let mut chosen = None;
    let is_inside = !quantity.is_common();
    let text = if is_inside { quantity.label() } else { "More" };
    let menu = egui::ComboBox::from_id_salt("more quantities")
        .selected_text(text)
        .width(MORE)
        .truncate()
        .height(MORE_HEIGHT)
        .icon(chevron);
    let shown = menu.show_ui(ui, |ui| {
        for other in Shown::all().filter(|other| !other.is_common() && is_offered(other)) {
            let label = ui.selectable_label(other == quantity, other.label());
            if label.on_hover_text(other.explanation()).clicked() {
                chosen = Some(other);
            }
        }
    });
    let shown = shown.response.on_hover_text(if is_inside {
        quantity.explanation()
    } else {
        "Every other quantity that can be drawn"
    });
    shown.accessible_name("More quantities");
    chosen
}

fn x_chooser(ui: &mut Ui, view: &mut CurvesView) {
    if let Some(x) = choice(ui, "x axis", view.x, &XAxis::ALL, 84.0, XAxis::over) {
        view.x = x;
        view.fit();
    }
}

/// Runs by colour, then what the strokes mean.
fn legend(ui: &mut Ui, courses: &[Course<'_>], quantity: Shown) {
    let muted = ui.visuals().weak_text_color();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if courses.len() > 1 {
            for course in courses {
                run_sample(ui, course);
                ui.label(RichText::new(course.name).small());
                ui.add_space(4.0);
            }
        }
        let colour = if let [only] = courses { only.colour } else { muted };
        for metric in drawn(courses, quantity).rev() {
            let galley = ui.painter().layout_no_wrap(
                metric.label(),
                theme::small(),
                ui.visuals().text_color(),
            );
            // A stroke and its name stay together.
            if ui.available_size_before_wrap().x < SAMPLE + 6.0 + galley.size().x {
                ui.end_row();
            }
            sample(ui, Pen::of(metric), colour);
            ui.label(RichText::new(metric.label()).small());
            ui.add_space(4.0);
        }
    });
}

/// Length of the piece of a stroke in the legend.
const SAMPLE: f32 = 20.0;

/// A short piece of a stroke.
fn sample(ui: &mut Ui, pen: Pen, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(SAMPLE, 12.0), egui::Sense::hover());
    let (from, to) = (rect.left_center(), rect.right_center());
    let stroke = pen.stroke(colour);
    let shapes = match pen.dash {
        Dash::Solid => vec![egui::Shape::line_segment([from, to], stroke)],
        Dash::Dashed => egui::Shape::dashed_line(&[from, to], stroke, 5.0, 3.0),
        Dash::Dotted => {
            egui::Shape::dotted_line(&[from, to], stroke.color, 4.5, stroke.width / 2.0)
        }
    };
    ui.painter().extend(shapes);
}

/// The shape and colour that end the curves of a run.
fn run_sample(ui: &mut Ui, course: &Course<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), egui::Sense::hover());
    course.shape.paint(ui.painter(), rect.center(), 4.5, course.colour, Stroke::NONE);
}

fn empty(ui: &mut Ui, cx: &Cx<'_>, height: f32) {
    let size = vec2(ui.available_width(), height);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    ui.painter().rect_filled(rect, 4.0, cx.theme.canvas);
    let text = "Press Play: the course of training is drawn here, step by step.";
    let label = egui::Label::new(RichText::new(text).color(cx.theme.text_muted)).wrap();
    ui.put(rect.shrink(16.0), label.halign(egui::Align::Center));
}

/// Brings every curve up to date and returns the box around all of them.
fn refresh(
    ui: &Ui,
    cache: &mut BTreeMap<(usize, Metric), Curve>,
    courses: &[Course<'_>],
    quantity: Shown,
    axes: Axes,
) -> Extent {
    let now = ui.input(|input| input.time);
    let mut is_behind = false;
    let mut spare = PLACED_AT_ONCE;
    let mut extent = Extent::NOTHING;
    cache.retain(|(index, metric), _| {
        let is_shown = courses.iter().any(|course| course.index == *index);
        is_shown && quantity.metrics().any(|drawn| drawn == *metric)
    });
    for course in courses {
        for metric in quantity.metrics() {
            let Some(series) = course.run.history.series(metric) else { continue };
            let id = course.run.id;
            let curve = cache.entry((course.index, metric)).or_insert_with(|| Curve::new(id, axes));
            if curve.run != id || curve.axes != axes {
                *curve = Curve::new(id, axes);
            }
            is_behind |= curve.update(series, now, &mut spare);
            extent = extent.union(curve.extent);
        }
    }
    if is_behind {
        ui.ctx().request_repaint_after_secs(REDRAW_SECONDS as f32);
    }
    extent
}

/// All that drawing needs to know.
struct Frame<'a> {
    courses: &'a [Course<'a>],
    quantity: Shown,
    axes: Axes,
    extent: Extent,
    height: f32,
}

fn draw(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    frame: &Frame<'_>,
    cache: &mut BTreeMap<(usize, Metric), Curve>,
) {
    let zoomed = cx.view.curves.zoomed;
    let whole = axes::whole(frame.extent, frame.axes, frame.quantity.is_percentage());
    let id = ui.make_persistent_id("curves plot");
    let seen = if zoomed { seen_bounds(ui, id) } else { None };
    let range = seen.unwrap_or(whole.x);
    let columns = (ui.available_width().max(64.0) as usize).min(4096);
    for ((_, metric), curve) in cache.iter_mut() {
        curve.look_at(range, columns, Pen::of(*metric).dash);
    }
    let response = plot(id, frame, cx).show(ui, |plot_ui| {
        if !zoomed {
            plot_ui.set_plot_bounds_x(whole.x[0]..=whole.x[1]);
            plot_ui.set_plot_bounds_y(whole.y[0]..=whole.y[1]);
        }
        marker_lines(frame, plot_ui);
        for course in frame.courses {
            for metric in frame.quantity.metrics() {
                if let Some(curve) = cache.get(&(course.index, metric)) {
                    plot_ui.line(line(course, metric, curve));
                }
            }
        }
    });
    follow_zoom(&mut cx.view.curves, &response, whole);
    if frame.courses.len() > 1 {
        ends(ui, cx, frame, cache, &response);
    }
    notes(ui, cx, frame, &response);
    let label = format!("{} by {}", frame.quantity.axis_label(), frame.axes.x.label());
    response.response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Image, true, format!("Plot of {label}"))
    });
    crosshair(ui, cx, frame, cache, &response);
}

fn seen_bounds(ui: &Ui, id: egui::Id) -> Option<[f64; 2]> {
    let memory = egui_plot::PlotMemory::load(ui.ctx(), id)?;
    let bounds = *memory.bounds();
    let margin = bounds.width() * 0.05;
    Some([bounds.min()[0] - margin, bounds.max()[0] + margin])
}

fn plot<'a>(id: egui::Id, frame: &Frame<'_>, cx: &Cx<'_>) -> Plot<'a> {
    let Frame { quantity, axes, .. } = *frame;
    let small = |text: &str| RichText::new(text).small().color(cx.theme.text_muted);
    let x_axis = AxisHints::new_x()
        .label(small(axes.x.label()))
        .tick_label_font(theme::small())
        .tick_label_color(cx.theme.text_muted)
        .label_spacing(40.0..=60.0)
        .formatter(move |mark, _| axes::x_tick(mark, axes.log_x, axes.x.is_whole()));
    let y_axis = AxisHints::new_y()
        .label(small(quantity.axis_label()))
        .tick_label_font(theme::small())
        .tick_label_color(cx.theme.text_muted)
        .min_thickness(46.0)
        .formatter(move |mark, _| axes::y_tick(mark, axes.log_y));
    Plot::new("curves")
        .id(id)
        .height(frame.height)
        .allow_scroll(false)
        .allow_double_click_reset(false)
        .show_x(false)
        .show_y(false)
        .show_crosshair(false)
        .grid_color(cx.theme.grid)
        .grid_fade(0.0)
        .x_grid_spacer(axes::spacer(axes.log_x, axes::ACROSS))
        .y_grid_spacer(axes::spacer(axes.log_y, axes::UP))
        .custom_x_axes(vec![x_axis])
        .custom_y_axes(vec![y_axis])
}

fn line<'a>(course: &Course<'_>, metric: Metric, curve: &'a Curve) -> Line<'a> {
    let pen = Pen::of(metric);
    let name = format!("{} {}", course.name, metric.label());
    Line::new(name, PlotPoints::Borrowed(&curve.seen))
        .id((course.index, metric.label()))
        .stroke(pen.stroke(course.colour))
        .style(if curve.is_rough { LineStyle::Solid } else { pen.dash.style() })
        .allow_hover(false)
}

fn marker_lines(frame: &Frame<'_>, plot_ui: &mut egui_plot::PlotUi<'_>) {
    for course in frame.courses {
        for (number, marker) in course.run.history.markers().iter().enumerate() {
            let Some(x) = frame.axes.x_of(marker.at) else { continue };
            let line = VLine::new(marker.text.as_str(), x)
                .id((course.index, "marker", number))
                .stroke(Stroke::new(1.0, course.colour.gamma_multiply(0.6)))
                .style(LineStyle::Dotted { spacing: 4.0 })
                .allow_hover(false);
            plot_ui.vline(line);
        }
    }
}

/// Any other piece than the whole was chosen by the user, and stays until it fits again.
fn follow_zoom(view: &mut CurvesView, response: &PlotResponse<()>, whole: Extent) {
    if response.response.double_clicked() {
        view.fit();
        return;
    }
    let bounds = response.transform.bounds();
    let differs = |a: f64, b: f64, span: f64| (a - b).abs() > 1e-6 * span;
    let moved = (0..2).any(|axis| {
        let [low, high] = if axis == 0 { whole.x } else { whole.y };
        let span = high - low;
        differs(bounds.min()[axis], low, span) || differs(bounds.max()[axis], high, span)
    });
    view.zoomed |= moved;
}

/// What the curves cannot show: values that are no numbers, or have no logarithm.
fn notes(ui: &mut Ui, cx: &Cx<'_>, frame: &Frame<'_>, response: &PlotResponse<()>) {
    let mut corner = response.transform.frame().right_top() + vec2(-8.0, 6.0);
    for course in frame.courses {
        let Some(note) = broken_note(course, frame.quantity, frame.courses.len() > 1) else {
            continue;
        };
        let font = egui::TextStyle::Small.resolve(ui.style());
        let galley = ui.painter().layout_no_wrap(note.clone(), font, cx.theme.error);
        let rect = Align2::RIGHT_TOP.anchor_size(corner, galley.size());
        ui.painter().rect_filled(rect.expand(3.0), 3.0, cx.theme.surface.gamma_multiply(0.9));
        ui.painter().galley(rect.min, galley, cx.theme.error);
        let id = response.response.id.with(("note", course.index));
        ui.interact(rect, id, egui::Sense::hover())
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, note.as_str()));
        corner.y = rect.bottom() + 6.0;
    }
}

/// `training loss not a finite number from step 13`
fn broken_note(course: &Course<'_>, quantity: Shown, is_named: bool) -> Option<String> {
    let broken = |metric: Metric| {
        let (_, first) = course.run.history.series(metric)?.non_finite();
        Some((metric, first?))
    };
    let (metric, at) = quantity.metrics().filter_map(broken).min_by_key(|b| b.1.step)?;
    let step = thousands(at.step.0);
    let name = if is_named { format!("{}, ", course.name) } else { String::new() };
    Some(format!("{name}{} not a finite number from step {step}", metric.label()))
}

/// The shape of each run at the newest point of its foremost curve, so that runs are told apart
/// without colour.
fn ends(
    ui: &Ui,
    cx: &Cx<'_>,
    frame: &Frame<'_>,
    cache: &BTreeMap<(usize, Metric), Curve>,
    response: &PlotResponse<()>,
) {
    let Some(metric) = drawn(frame.courses, frame.quantity).next_back() else { return };
    let painter = ui.painter().with_clip_rect(response.transform.frame().expand(5.0));
    for course in frame.courses {
        let curve = cache.get(&(course.index, metric));
        let Some(last) = curve.and_then(|curve| curve.points.last()) else { continue };
        let at = response.transform.position_from_point(last);
        if response.transform.frame().expand(1.0).contains(at) {
            let edge = Stroke::new(1.0, cx.theme.surface);
            course.shape.paint(&painter, at, 4.5, course.colour, edge);
        }
    }
}

/// A line at the pointer, and the values of every curve there.
fn crosshair(
    ui: &Ui,
    cx: &Cx<'_>,
    frame: &Frame<'_>,
    cache: &BTreeMap<(usize, Metric), Curve>,
    response: &PlotResponse<()>,
) {
    let Some(pointer) = response.response.hover_pos() else { return };
    if response.response.dragged() {
        return;
    }
    let all = cache.values().filter_map(|curve| {
        nearest(&curve.points, response.transform.value_from_position(pointer).x)
    });
    let wanted = response.transform.value_from_position(pointer).x;
    let snapped = all.min_by(|a, b| (a.x - wanted).abs().total_cmp(&(b.x - wanted).abs()));
    let Some(snapped) = snapped else { return };
    let area = *response.transform.frame();
    let x = response.transform.position_from_point_x(snapped.x);
    if !area.x_range().contains(x) {
        return;
    }
    let painter = ui.painter().with_clip_rect(area);
    painter.vline(x, area.y_range(), Stroke::new(1.0, cx.theme.text_muted));
    for course in frame.courses {
        for metric in frame.quantity.metrics() {
            let curve = cache.get(&(course.index, metric));
            let Some(point) = curve.and_then(|curve| nearest(&curve.points, snapped.x)) else {
                continue;
            };
            let y = response.transform.position_from_point_y(point.y);
            let near = response.transform.position_from_point_x(point.x);
            painter.circle(
                pos2(near, y),
                if Pen::of(metric) == Pen::BATCH { 2.0 } else { 3.0 },
                course.colour,
                Stroke::new(1.0, cx.theme.surface),
            );
        }
    }
    let layer = ui.layer_id();
    let id = response.response.id.with("readout");
    let anchor = egui::PopupAnchor::Pointer;
    egui::Tooltip::always_open(ui.ctx().clone(), layer, id, anchor).gap(14.0).show(|ui| {
        readout(ui, frame, cache, snapped.x);
        near_markers(ui, frame, response, pointer.x);
    });
}

/// Every run's values at one place of the x axis.
fn readout(ui: &mut Ui, frame: &Frame<'_>, cache: &BTreeMap<(usize, Metric), Curve>, x: f64) {
    ui.label(RichText::new(x_words(frame.axes, x)).strong());
    let metrics = || drawn(frame.courses, frame.quantity).rev();
    egui::Grid::new("curves readout").spacing(Vec2::new(10.0, 2.0)).show(ui, |ui| {
        ui.label("");
        for metric in metrics() {
            ui.label(RichText::new(Pen::of(metric).word).small());
        }
        ui.end_row();
        for course in frame.courses {
            ui.horizontal(|ui| {
                run_sample(ui, course);
                ui.label(course.name);
            });
            for metric in metrics() {
                let curve = cache.get(&(course.index, metric));
                let value = curve.and_then(|curve| nearest(&curve.points, x));
                let text = value
                    .map_or("–".into(), |point| frame.quantity.value(frame.axes.value(point.y)));
                ui.label(RichText::new(text).monospace());
            }
            ui.end_row();
        }
    });
}

/// `step 1 240`
fn x_words(axes: Axes, x: f64) -> String {
    let value = if axes.log_x { 10_f64.powf(x) } else { x };
    match axes.x {
        XAxis::Step => format!("step {}", thousands(value.round() as u64)),
        XAxis::Epoch => format!("epoch {value:.2}"),
        XAxis::Samples => format!("{} samples seen", thousands(value.round() as u64)),
        XAxis::Seconds => format!("{value:.1} s of training"),
    }
}

/// What changed near the pointer.
fn near_markers(ui: &mut Ui, frame: &Frame<'_>, response: &PlotResponse<()>, pointer: f32) {
    for course in frame.courses {
        for marker in course.run.history.markers() {
            let Some(x) = frame.axes.x_of(marker.at) else { continue };
            let place = response.transform.position_from_point_x(x);
            if (place - pointer).abs() <= MARKER_REACH {
                let step = thousands(marker.at.step.0);
                ui.label(format!("{} at step {step}", marker.text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Step;
    use crate::record::Position;

    const AXES: Axes = Axes { x: XAxis::Step, log_x: false, log_y: false, scale: 1.0 };

    fn push(series: &mut Series, step: u64, value: f64) {
        series.push(Position { step: Step(step), ..Position::default() }, value);
    }

    #[test]
    fn a_kept_curve_equals_its_series() {
        let mut series = Series::default();
        let mut curve = Curve::new(RunId(1), AXES);
        for step in 0..50 {
            push(&mut series, step, 1.0 / (step + 1) as f64);
            curve.update(&series, step as f64 * 0.01, &mut 1);
            let expected: Vec<_> =
                series.samples().map(|s| (s.at.step.0 as f64, s.value)).collect();
            let kept: Vec<_> = curve.points.iter().map(|p| (p.x, p.y)).collect();
            assert_eq!(kept, expected);
        }
    }

    #[test]
    fn a_long_curve_is_placed_anew_only_now_and_then_but_shows_its_newest_point() {
        let mut series = Series::default();
        (0..10_000).for_each(|step| push(&mut series, step, (step as f64).sin()));
        let mut curve = Curve::new(RunId(1), AXES);
        assert!(!curve.update(&series, 1.0, &mut 1));
        let before = curve.points.len();
        push(&mut series, 10_000, 7.0);
        assert!(curve.update(&series, 1.01, &mut 1), "more is to come");
        assert_eq!(curve.points.len(), before + 1);
        assert_eq!(curve.extent.y[1], 7.0);
        assert!(curve.update(&series, 1.02, &mut 1), "even when nothing is new");
        assert!(curve.update(&series, 1.2, &mut 0), "others come first");
        assert!(!curve.update(&series, 1.2, &mut 1));
        assert_eq!(curve.points.len(), series.samples().count());
    }

    #[test]
    fn zooming_in_brings_back_every_point() {
        let mut series = Series::default();
        (0..4000).for_each(|step| push(&mut series, step, step as f64));
        let mut curve = Curve::new(RunId(1), AXES);
        curve.update(&series, 0.0, &mut 1);
        curve.look_at([0.0, 4000.0], 100, Dash::Solid);
        assert!(curve.seen.len() <= 204);
        curve.look_at([1000.0, 1010.0], 100, Dash::Solid);
        assert_eq!(curve.seen.len(), 13);
    }

    #[test]
    fn places_are_said_in_words() {
        assert_eq!(x_words(AXES, 1240.0), "step 1\u{2009}240");
        assert_eq!(x_words(Axes { log_x: true, ..AXES }, 3.0), "step 1\u{2009}000");
        assert_eq!(x_words(Axes { x: XAxis::Epoch, ..AXES }, 2.5), "epoch 2.50");
    }
}
