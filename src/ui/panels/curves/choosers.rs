//! What is drawn, over what and how: the row above the curves; and what the strokes mean.

use egui::{Color32, RichText, Slider, Stroke, Ui, vec2};

use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{chevron, choice, thousands};
use crate::ui::{Cx, UiRequest};
use crate::workbench::ExportKind;

use super::points::XAxis;
use super::shown::{Dash, Pen, Shown};
use super::{Cache, Course, CurvesView, MOST_CHARTS, drawn};

/// Width of the choosers of the axes, which stay together.
const AXIS_CHOOSERS: f32 = 230.0;
/// Width of the menu of further quantities, and most that its list is high.
const MORE: f32 = 104.0;
const MORE_HEIGHT: f32 = 420.0;
/// Length of the piece of a stroke in the legend.
const SAMPLE: f32 = 20.0;
/// Strongest smoothing: beyond it nothing moves any more.
const MOST_SMOOTHING: f64 = 0.99;

/// The row above the curves.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, is_offered: impl Fn(&Shown) -> bool, charts: &[Shown]) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        quantities(ui, &mut cx.view.curves, &is_offered, charts);
        if ui.available_size_before_wrap().x < AXIS_CHOOSERS {
            ui.end_row();
        }
        let view = &mut cx.view.curves;
        x_chooser(ui, view);
        logarithms(ui, view, charts.iter().all(|chart| chart.is_percentage()));
        fit(ui, view);
        looks(ui, cx, |_, _| ());
    });
}

/// The same in one row, for a low place: what is rarely changed is in the menu.
pub fn show_low(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    is_offered: impl Fn(&Shown) -> bool,
    charts: &[Shown],
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let mut chosen = None;
        let menu = egui::ComboBox::from_id_salt("quantity").selected_text(charts[0].label());
        let shown =
            menu.width(MORE).truncate().height(MORE_HEIGHT).icon(chevron).show_ui(ui, |ui| {
                for one in Shown::all().filter(&is_offered) {
                    let label = ui.selectable_label(charts.contains(&one), one.label());
                    if label.on_hover_text(one.explanation()).clicked() {
                        chosen = Some(one);
                    }
                }
            });
        shown.response.on_hover_text(charts[0].explanation()).accessible_name("Quantity");
        if let Some(chosen) = chosen {
            pick(ui, &mut cx.view.curves, chosen, charts);
        }
        x_chooser(ui, &mut cx.view.curves);
        let is_percentage = charts.iter().all(|chart| chart.is_percentage());
        looks(ui, cx, |ui, view| {
            ui.horizontal(|ui| {
                logarithms(ui, view, is_percentage);
                fit(ui, view);
            });
            ui.separator();
        });
    });
}

fn fit(ui: &mut Ui, view: &mut CurvesView) {
    let fit = ui.add_enabled(view.zoomed, egui::Button::new("Fit"));
    let hint = "Show all of every curve (or double-click the plot). Drag to pan, Ctrl + wheel or \
                right-drag to zoom.";
    if fit.on_hover_text(hint).on_disabled_hover_text(hint).clicked() {
        view.fit();
    }
}

/// The quantities with buttons of their own, and the others in a menu.
fn quantities(
    ui: &mut Ui,
    view: &mut CurvesView,
    is_offered: impl Fn(&Shown) -> bool,
    charts: &[Shown],
) {
    for shown in Shown::all().filter(|shown| shown.is_common() && is_offered(shown)) {
        let label = ui.selectable_label(charts.contains(&shown), shown.label());
        let tip = format!("{}. Shift + click draws it beside what is drawn.", shown.explanation());
        if label.on_hover_text(tip).clicked() {
            pick(ui, view, shown, charts);
        }
    }
    if let Some(shown) = more(ui, charts, is_offered) {
        pick(ui, view, shown, charts);
    }
}

/// Draws a quantity alone or, with Shift, beside the others or no longer.
fn pick(ui: &Ui, view: &mut CurvesView, shown: Shown, charts: &[Shown]) {
    if !ui.input(|input| input.modifiers.shift) {
        view.choose(shown);
        return;
    }
    let mut charts = charts.to_vec();
    match charts.iter().position(|&chart| chart == shown) {
        Some(place) if charts.len() > 1 => drop(charts.remove(place)),
        Some(_) => {}
        None => {
            charts.truncate(MOST_CHARTS - 1);
            charts.push(shown);
        }
    }
    view.quantity = charts[0];
    view.beside = charts.split_off(1);
    view.fit();
}

/// The quantities that have no button of their own, in a menu that shows which of them is drawn.
fn more(ui: &mut Ui, charts: &[Shown], is_offered: impl Fn(&Shown) -> bool) -> Option<Shown> {
    let mut chosen = None;
    let inside = charts.iter().find(|chart| !chart.is_common());
    let menu = egui::ComboBox::from_id_salt("more quantities")
        .selected_text(inside.map_or("More", |shown| shown.label()))
        .width(MORE)
        .truncate()
        .height(MORE_HEIGHT)
        .icon(chevron);
    let shown = menu.show_ui(ui, |ui| {
        for other in Shown::all().filter(|other| !other.is_common() && is_offered(other)) {
            let label = ui.selectable_label(charts.contains(&other), other.label());
            if label.on_hover_text(other.explanation()).clicked() {
                chosen = Some(other);
            }
        }
    });
    let tip = inside.map_or("Every other quantity that can be drawn", |shown| shown.explanation());
    shown.response.on_hover_text(tip).accessible_name("More quantities");
    chosen
}

fn x_chooser(ui: &mut Ui, view: &mut CurvesView) {
    if let Some(x) = choice(ui, "x axis", view.x, &XAxis::ALL, 84.0, XAxis::over) {
        view.x = x;
        view.fit();
    }
}

fn logarithms(ui: &mut Ui, view: &mut CurvesView, is_percentage: bool) {
    let button = egui::Button::selectable(view.log_y && !is_percentage, "log y");
    let log_y = ui.add_enabled(!is_percentage, button);
    if log_y.on_hover_text("Logarithmic y axis").clicked() {
        view.log_y = !view.log_y;
        view.fit();
    }
    let log_x = ui.add(egui::Button::selectable(view.log_x, "log x"));
    if log_x.on_hover_text("Logarithmic x axis").clicked() {
        view.log_x = !view.log_x;
        view.fit();
    }
}

/// What is rarely changed, in a menu, behind what else there is no room for.
fn looks(ui: &mut Ui, cx: &mut Cx<'_>, first: impl FnOnce(&mut Ui, &mut CurvesView)) {
    let is_smooth = cx.view.curves.smoothing > 0.0;
    let text = if is_smooth { "Smoothed" } else { "Options" };
    let button = egui::containers::menu::MenuButton::new(text).config(
        egui::containers::menu::MenuConfig::new()
            .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside),
    );
    let (button, _) = button.ui(ui, |ui| {
        ui.set_width(260.0);
        first(ui, &mut cx.view.curves);
        options(ui, &mut cx.view.curves);
        ui.separator();
        if ui
            .button("Save curves as CSV…")
            .on_hover_text("Every curve of the selected run, with step, epoch, samples and seconds")
            .clicked()
        {
            let run = cx.state.selected();
            cx.request(UiRequest::Export(ExportKind::History, run));
            ui.close();
        }
    });
    button
        .on_hover_text("Smoothing, best value, learning rate, saving")
        .accessible_name("Curve options");
}

fn options(ui: &mut Ui, view: &mut CurvesView) {
    ui.horizontal(|ui| {
        let label = ui.label("Smoothing");
        let slider = Slider::new(&mut view.smoothing, 0.0..=MOST_SMOOTHING).fixed_decimals(2);
        ui.add(slider).labelled_by(label.id).on_hover_text(
            "Weight of the past in a moving average, as in TensorBoard; what was measured stays \
             behind it, faintly",
        );
    });
    ui.checkbox(&mut view.best, "Mark the best value").on_hover_text(
        "The smallest loss or the largest accuracy of the test curve, or of the validation curve \
         where there is no other",
    );
    ui.checkbox(&mut view.rate, "Learning rate behind the curves").on_hover_text(
        "The learning rate of each update, from zero at the bottom to its largest value at the top",
    );
}

/// Runs by colour, then what the strokes mean, then the best values.
pub fn legend(
    ui: &mut Ui,
    view: &CurvesView,
    cache: &Cache,
    courses: &[Course<'_>],
    (quantity, is_low): (Shown, bool),
) {
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
            together(ui, &metric.label(), SAMPLE);
            sample(ui, Pen::of(metric), colour);
            ui.label(RichText::new(metric.label()).small());
            ui.add_space(4.0);
        }
        if let [only] = courses
            && view.best
            && !is_low
        {
            best(ui, cache, only, quantity);
        }
    });
}

/// Begins a new row where a sample and the words behind it would be parted.
fn together(ui: &mut Ui, words: &str, before: f32) {
    let colour = ui.visuals().text_color();
    let galley = ui.painter().layout_no_wrap(words.to_owned(), theme::small(), colour);
    if ui.available_size_before_wrap().x < before + 6.0 + galley.size().x {
        ui.end_row();
    }
}

/// `best 0.251 at step 1 240`
fn best(ui: &mut Ui, cache: &Cache, course: &Course<'_>, quantity: Shown) {
    let Some(metric) = drawn(std::slice::from_ref(course), quantity).next_back() else { return };
    let best = cache.get(&(course.index, metric)).and_then(|curve| curve.best);
    let Some((at, value)) = best else { return };
    let scale = if quantity.is_percentage() { 100.0 } else { 1.0 };
    let value = quantity.value(value * scale);
    let words = format!("best {value} at step {}", thousands(at.step.0));
    together(ui, &words, 0.0);
    ui.label(RichText::new(words).small().color(ui.visuals().weak_text_color()))
        .on_hover_text(format!("Of {}, among all measurements", metric.label()));
}

/// A short piece of a stroke.
fn sample(ui: &mut Ui, pen: Pen, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(SAMPLE, 12.0), egui::Sense::hover());
    let (from, to) = (rect.left_center(), rect.right_center());
    let theme = Theme::of(ui.ctx());
    let stroke = pen.stroke(theme, colour);
    let shapes = match pen.dash {
        Dash::Solid => vec![egui::Shape::line_segment([from, to], stroke)],
        Dash::Dashed => {
            egui::Shape::dashed_line(&[from, to], stroke, theme.dash(5.0), theme.dash(3.0))
        }
        Dash::Dotted => {
            let radius = stroke.width / 2.0;
            egui::Shape::dotted_line(&[from, to], stroke.color, theme.dash(4.5), radius)
        }
    };
    ui.painter().extend(shapes);
}

/// The shape and colour that end the curves of a run.
pub fn run_sample(ui: &mut Ui, course: &Course<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), egui::Sense::hover());
    let radius = Theme::of(ui.ctx()).mark(4.5);
    course.shape.paint(ui.painter(), rect.center(), radius, course.colour, Stroke::NONE);
}
