//! The plot, what stands under the pointer, and the areas of all classes.

use egui::{Align, Color32, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, vec2};

use crate::data::Dataset;
use crate::record::{Cut, Rates};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{Marker, UnitPlot, line_in};
use crate::ui::{Cx, capture, format, parts};

use super::curves::{Curves, OneClass};
use super::{Kind, chosen};

/// Largest side of the plot, and how much of the height it may take.
const MOST: f32 = 420.0;
const SHARE: f32 = 0.7;
/// Height of a line below it.
const LINE: f32 = 20.0;
/// Most classes whose curves are all drawn; of more, the mean and the chosen one.
const DRAWN: usize = 10;

/// Draws it.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, curves: &Curves, height: f32) {
    let count = parts::classes_of(data).unwrap_or(0);
    let names = parts::class_names(Some(data), count);
    let (kind, class) = (cx.view.roc.kind, chosen(&cx.view.roc, count));
    if curves.classes.iter().all(Option::is_none) {
        if !curves.classes.is_empty() {
            let text =
                "There is no curve: two classes must occur, and every score must be a number.";
            crate::ui::widgets::muted(ui, cx.theme, text);
        }
        return;
    }
    let side = UnitPlot::side(ui.available_width(), height * SHARE).min(MOST);
    let axes = match kind {
        Kind::Roc => ["false positive rate", "true positive rate"],
        Kind::PrecisionRecall => ["recall", "precision"],
    };
    let (plot, response) = UnitPlot::show(ui, cx.theme, side, axes);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken(curves, kind, class)));
    reference(ui, cx.theme, plot, curves, kind, class);
    let drawn = drawn(curves, class);
    for &(index, one) in &drawn {
        draw(ui, cx.theme, plot, one.line(kind), (index, drawn.len() > 1));
    }
    if class.is_none()
        && kind == Kind::Roc
        && let Some((line, _)) = &curves.mean
    {
        let points: Vec<Pos2> = line.iter().map(|&point| plot.at(point)).collect();
        ui.painter().add(Shape::line(points, cx.theme.stroke(2.5, cx.theme.text)));
    }
    let pointer = response.hover_pos();
    let under = under(plot, kind, &drawn, pointer);
    if let Some((index, cut, place)) = under {
        let ring = cx.theme.stroke(2.0, cx.theme.text);
        let is_marked = pointer.is_some() || drawn.len() == 1;
        if is_marked {
            ui.painter().circle(place, cx.theme.mark(4.5), cx.theme.class(index), ring);
        }
        let told = is_marked.then(|| drawn.iter().find(|(class, _)| *class == index)).flatten();
        // Without a point that is told of there is nothing to read in a picture.
        if told.is_some() || !capture::is_taking(ui.ctx()) {
            let told = told.map(|(class, one)| (*class, cut, one.cuts.rates(cut)));
            readout(ui, cx.theme, &names, told);
        }
    }
    areas(ui, cx, curves, kind, class, &names);
}

/// The curves that are drawn, with their classes.
fn drawn(curves: &Curves, class: Option<usize>) -> Vec<(usize, &OneClass)> {
    let all = curves.classes.iter().enumerate();
    let found = all.filter_map(|(index, one)| Some((index, one.as_ref()?)));
    match class {
        Some(class) => found.filter(|(index, _)| *index == class).collect(),
        None => found.take(DRAWN).collect(),
    }
}

/// What guessing comes to: the diagonal, or the share of the class.
fn reference(
    ui: &Ui,
    theme: &Theme,
    plot: UnitPlot,
    curves: &Curves,
    kind: Kind,
    class: Option<usize>,
) {
    let share = || {
        let one = curves.classes.get(class?)?.as_ref()?;
        let [positives, negatives] = one.cuts.totals().map(|count| count as f64);
        Some(positives / (positives + negatives))
    };
    let ends = match kind {
        Kind::Roc => Some([[0.0, 0.0], [1.0, 1.0]]),
        Kind::PrecisionRecall => share().map(|share| [[0.0, share], [1.0, share]]),
    };
    if let Some(ends) = ends {
        let stroke = theme.stroke(1.0, theme.text_muted);
        let (ends, dash) = (ends.map(|end| plot.at(end)), theme.dash(4.0));
        ui.painter().extend(Shape::dashed_line(&ends, stroke, dash, dash));
    }
}

fn draw(ui: &Ui, theme: &Theme, plot: UnitPlot, line: &[[f64; 2]], (class, many): (usize, bool)) {
    let colour = theme.class(class);
    let points: Vec<Pos2> = line.iter().map(|&point| plot.at(point)).collect();
    let width = if many { 1.5 } else { 2.5 };
    if many && !points.is_empty() {
        // Each class has its marker at another place, so that equal curves do not hide them.
        let place = along(&points, (class % DRAWN + 1) as f32 / (DRAWN + 1) as f32);
        ui.painter().add(Shape::line(points, theme.stroke(width, colour)));
        let edge = theme.stroke(1.0, theme.canvas);
        Marker::of_class(class).paint(ui.painter(), place, theme.mark(4.5), colour, edge);
    } else {
        ui.painter().add(Shape::line(points, theme.stroke(width, colour)));
    }
}

/// The place of a line at a share of its length.
fn along(points: &[Pos2], share: f32) -> Pos2 {
    let length = |pair: &[Pos2]| (pair[1] - pair[0]).abs().dot(vec2(1.0, 1.0));
    let mut left = share * points.windows(2).map(length).sum::<f32>();
    for pair in points.windows(2) {
        let step = length(pair);
        if step >= left && step > 0.0 {
            return pair[0].lerp(pair[1], left / step);
        }
        left -= step;
    }
    points[points.len() - 1]
}

/// The cut of a curve that is next to the pointer; without a pointer that of a probability of
/// one half.
fn under(
    plot: UnitPlot,
    kind: Kind,
    drawn: &[(usize, &OneClass)],
    pointer: Option<Pos2>,
) -> Option<(usize, Cut, Pos2)> {
    let place = |one: &OneClass, cut: Cut| {
        let Rates { found, alarms, precision } = one.cuts.rates(cut);
        plot.at(match kind {
            Kind::Roc => [alarms, found],
            Kind::PrecisionRecall => [found, precision],
        })
    };
    let Some(pointer) = pointer else {
        let &(class, one) = drawn.first()?;
        let cut = one.cuts.at(0.5);
        return Some((class, cut, place(one, cut)));
    };
    let mut nearest: Option<(f32, usize, Cut, Pos2)> = None;
    for &(class, one) in drawn {
        // Of very many cuts only every so many is looked at: they lie closer than a pixel.
        let cuts = one.cuts.cuts();
        for cut in cuts.iter().step_by(cuts.len().div_ceil(2000)) {
            let at = place(one, *cut);
            let far = at.distance_sq(pointer);
            if nearest.is_none_or(|(least, ..)| far < least) {
                nearest = Some((far, class, *cut, at));
            }
        }
    }
    nearest.map(|(_, class, cut, at)| (class, cut, at))
}

/// Threshold and rates in places of their own, so that nothing moves.
fn readout(ui: &mut Ui, theme: &Theme, names: &[String], told: Option<(usize, Cut, Rates)>) {
    let share = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.3}"));
    let rates = told.map(|(_, _, rates)| rates);
    let threshold = told.map(|(_, cut, _)| match cut.threshold {
        threshold if threshold.is_infinite() => "above all".into(),
        threshold => format!("{threshold:.4}"),
    });
    let class = told.map_or("Point at a curve".into(), |(class, ..)| {
        format!("{} against the rest", format::class_phrase(names, class))
    });
    let lines = [
        (class.as_str(), String::new(), "The curve under the pointer"),
        (
            "threshold",
            threshold.unwrap_or("–".into()),
            "From this probability on, a sample is taken for the class; without the pointer 0.5, \
             or the next probability above it",
        ),
        (
            "true positive rate, recall",
            share(rates.map(|rates| rates.found)),
            "Share of the class that is found",
        ),
        (
            "false positive rate",
            share(rates.map(|rates| rates.alarms)),
            "Share of the others that are taken for the class",
        ),
        (
            "precision",
            share(rates.map(|rates| rates.precision)),
            "Share of the class among what is taken for it",
        ),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    for (index, (name, value, hint)) in lines.into_iter().enumerate() {
        let ink = if index == 0 { theme.text } else { theme.text_muted };
        row(ui, theme, (name, ink), &value, 0.0).1.on_hover_text(hint);
    }
}

/// A name at the left and a number at the right.
fn row(
    ui: &mut Ui,
    theme: &Theme,
    (name, ink): (&str, Color32),
    value: &str,
    indent: f32,
) -> (Rect, egui::Response) {
    let width = ui.available_width().min(MOST);
    let (rect, response) = ui.allocate_exact_size(vec2(width, LINE), Sense::click());
    let words = rect.with_min_x(rect.left() + indent).with_max_x(rect.right() - 76.0);
    line_in(ui, words, Align::Min, name, theme::body(), ink);
    line_in(ui, rect, Align::Max, value, theme::body(), theme.text);
    response.widget_info(|| {
        let label = if value.is_empty() { name.to_owned() } else { format!("{name} {value}") };
        WidgetInfo::labeled(Role::Label, true, label)
    });
    (rect, response)
}

/// The areas of all classes; a click tells one class from the rest.
fn areas(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    curves: &Curves,
    kind: Kind,
    class: Option<usize>,
    names: &[String],
) {
    let theme = cx.theme;
    let (short, long) = match kind {
        Kind::Roc => (
            "AUC",
            "Area under the ROC curve: the chance that a sample of the class has a \
                              higher score than one of the others",
        ),
        Kind::PrecisionRecall => (
            "average precision",
            "Mean of the precisions at all thresholds, \
                                   weighted by what is newly found at each",
        ),
    };
    ui.add_space(theme::TIGHT);
    ui.separator();
    let value = |value: f64| format!("{value:.4}");
    if let Some((_, means)) = &curves.mean
        && curves.classes.len() > 2
    {
        let name = format!("{short}, macro average");
        row(ui, theme, (&name, theme.text), &value(means[kind as usize]), 0.0)
            .1
            .on_hover_text(long);
    }
    let list = egui::ScrollArea::vertical().id_salt("areas").max_height(12.0 * LINE);
    let mut picked = None;
    list.auto_shrink([false, true]).show_rows(ui, LINE, curves.classes.len(), |ui, rows| {
        for index in rows {
            let of = curves.classes[index].as_ref().map(|one| one.summary(kind));
            let name = format!("{short}, {}", format::class_phrase(names, index));
            let ink = if class == Some(index) { theme.text } else { theme.text_muted };
            let words = of.map_or("–".into(), value);
            let (rect, response) = row(ui, theme, (&name, ink), &words, 18.0);
            let at = rect.left_center() + vec2(9.0, 0.0);
            let fill = theme.class(index);
            Marker::of_class(index).paint(ui.painter(), at, theme.mark(4.5), fill, Stroke::NONE);
            if response.on_hover_text(long).clicked() {
                picked = Some(index);
            }
        }
    });
    if let Some(index) = picked {
        cx.view.roc.class = if class == Some(index) { None } else { Some(index) };
    }
}

/// `ROC curve of class 1: AUC 0.9400`
fn spoken(curves: &Curves, kind: Kind, class: Option<usize>) -> String {
    let of_class = class.and_then(|class| curves.classes.get(class)?.as_ref());
    let of_all = curves.mean.as_ref().map(|(_, means)| means[kind as usize]);
    let value = of_class.map(|one| one.summary(kind)).or(of_all).unwrap_or(f64::NAN);
    match kind {
        Kind::Roc => format!("ROC curve, AUC {value:.4}"),
        Kind::PrecisionRecall => format!("Precision–recall curve, average precision {value:.4}"),
    }
}
