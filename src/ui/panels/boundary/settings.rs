//! What the marks mean, and what is shown: one compact row below the picture, and another for
//! the slice where there is one.

use egui::{ComboBox, RichText, Ui};

use crate::data::Dataset;
use crate::data::Labelled;
use crate::record::{Part, Slice};
use crate::spec::Task;
use crate::ui::parts::{data_of, labelled};
use crate::ui::plane::{MAX_POINTS, Others, Sight, Through};
use crate::ui::widgets::{IntegerField, Marker, chevron, compact, keyed, thousands};
use crate::ui::{Cx, capture, format, theme};

use super::BoundaryView;
use super::hover::mark_sample;
use super::is_drawn;
use super::shade::Shading;

/// Width of the sign of a class.
const MARK: f32 = 12.0;

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run).filter(|data| is_drawn(data)).cloned() else {
        return;
    };
    let sight = cx.view.boundary.plane.sight(cx.state, run, &data);
    if sight.slice.is_some() {
        capture::controls(ui, |ui| slice_row(ui, cx, &data, &sight));
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if let Task::Classification { classes } = data.task {
            capture::controls(ui, |ui| shading(ui, cx, &data, classes));
            for class in 0..classes.min(Marker::ALL.len()) {
                let name = format::class_name(&data.class_names, class);
                keyed(ui, cx.theme, MARK, |ui| mark_sample(ui, cx, class), &name);
                ui.add_space(theme::TIGHT);
            }
        }
        capture::controls(ui, |ui| {
            toggles(ui, cx, &data, &sight);
            let view = &mut cx.view.boundary.plane;
            let fit = egui::Button::new(RichText::new("Fit").small());
            let fit = ui.add_enabled(!view.is_fitted(), fit);
            if fit.on_hover_text("Have all data in sight again, as a double click does").clicked() {
                view.fit();
            }
        });
    });
    capture::note(ui, || what_is_shown(&cx.view.boundary, &data));
    shown_share(ui, cx, &data);
}

/// What the colours say.
fn shading(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, classes: usize) {
    let view = &mut cx.view.boundary;
    let known = view.shading.class(data).map(Shading::OneClass);
    let current = match view.shading {
        Shading::OneClass(_) => known.unwrap_or_default(),
        other => other,
    };
    let words = |shading: Shading| match shading {
        Shading::Confidence => "Confidence".to_owned(),
        Shading::Discrete => "Discrete".to_owned(),
        Shading::OneClass(class) => format!("P({})", format::class_name(&data.class_names, class)),
    };
    let of_classes = (0..classes).map(Shading::OneClass);
    let all = [Shading::Confidence, Shading::Discrete].into_iter().chain(of_classes);
    if let Some(chosen) =
        menu(ui, "Colours", 92.0, (current, words(current)), all.map(|one| (one, words(one))))
    {
        view.shading = chosen;
    }
}

/// What the marks of a picture mean, where its switches are not seen.
fn what_is_shown(view: &BoundaryView, data: &Dataset) -> String {
    let is_class = data.task != Task::Regression;
    let all = [
        (view.train_points, "\u{25cf} training"),
        (view.validation_points && data.validation.is_some(), "\u{25c9} validation"),
        (view.test_points, "\u{25cb} test"),
        (view.errors && is_class, "\u{25ce} errors"),
    ];
    let shown = all.into_iter().filter(|(is_on, _)| *is_on).map(|(_, words)| words);
    shown.collect::<Vec<_>>().join(", ")
}

/// Which points and lines are shown.
fn toggles(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, sight: &Sight) {
    let view = &mut cx.view.boundary;
    toggle(ui, &mut view.train_points, "● training", "Points of the training part: filled");
    if data.validation.is_some() {
        let hint = "Points of the validation part: hollow with a dot";
        toggle(ui, &mut view.validation_points, "◉ validation", hint);
    }
    toggle(ui, &mut view.test_points, "○ test", "Points of the test part: hollow");
    if data.task == Task::Regression {
        let hint = match data.is_curve() {
            true => "Lines from each point to what is predicted of it",
            false => {
                "Triangles show how far a point is from the surface: up where its number is \
                 larger than predicted, down where it is smaller"
            }
        };
        toggle(ui, &mut view.residuals, "residuals", hint);
    } else {
        let hint = "A ring around each point that is taken for another class";
        toggle(ui, &mut view.errors, "◎ errors", hint);
        let hint = "The line on which the likeliest class changes, with two classes the 50 % \
                    line; of one class the lines at 10, 25, 50, 75 and 90 %";
        toggle(ui, &mut view.line, "border", hint);
    }
    if data.task == Task::Regression && !data.is_curve() {
        toggle(ui, &mut view.line, "contours", "Lines on which the predicted number is the same");
    }
    if sight.slice.is_some() {
        let hint = "Points are projected onto the slice; those that are far from it, for which the \
                    picture says little, are fainter";
        toggle(ui, &mut view.fades, "fade", hint);
    }
}

fn toggle(ui: &mut Ui, value: &mut bool, label: &str, hint: &str) {
    let button = egui::Button::selectable(*value, RichText::new(label).small());
    if ui.add(button).on_hover_text(hint).clicked() {
        *value = !*value;
    }
}

/// Through what the space of the features is cut.
fn slice_row(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, sight: &Sight) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let cut = &mut cx.view.boundary.plane.cut;
        let words = |through: Through| match through {
            Through::Features => "Two features".to_owned(),
            Through::Principal => "PCA".to_owned(),
        };
        let both = [Through::Features, Through::Principal].map(|one| (one, words(one)));
        if let Some(chosen) =
            menu(ui, "Slice through", 92.0, (cut.through, words(cut.through)), both)
        {
            cut.through = chosen;
        }
        if let Some(Slice::Features { pair, .. }) = &sight.slice {
            features(ui, cx, data, *pair);
            others(ui, cx, data);
        }
    });
}

/// The two features that vary. Choosing the other one for an axis swaps them.
fn features(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, pair: [usize; 2]) {
    let names: Vec<&String> = data.feature_names.iter().take(data.base_features()).collect();
    let Some([x, y]) =
        names.get(pair[0]).copied().zip(names.get(pair[1]).copied()).map(|(x, y)| [x, y])
    else {
        return;
    };
    let all = || names.iter().map(|&name| (name, name.clone()));
    let cut = &mut cx.view.boundary.plane.cut;
    if let Some(chosen) = menu(ui, "Across", 96.0, (x, x.clone()), all()) {
        cut.pair = Some([chosen.clone(), if chosen == y { x } else { y }.clone()]);
    }
    ui.label("×");
    if let Some(chosen) = menu(ui, "Up", 96.0, (y, y.clone()), all()) {
        cut.pair = Some([if chosen == x { y } else { x }.clone(), chosen.clone()]);
    }
}

/// What the other features are.
fn others(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let theme = cx.theme;
    let cut = &mut cx.view.boundary.plane.cut;
    let words = |others: Others| match others {
        Others::Mean => "others at their mean".to_owned(),
        Others::Row => "others as in row".to_owned(),
    };
    let both = [Others::Mean, Others::Row].map(|one| (one, words(one)));
    let current = (cut.others, words(cut.others));
    if let Some(chosen) = menu(ui, "Other features", 136.0, current, both) {
        cut.others = chosen;
    }
    if cut.others == Others::Mean {
        return;
    }
    let (part, row) = cut.row(data);
    let parts = Part::ALL.into_iter().filter_map(|part| {
        let rows = labelled(data, part)?.rows();
        (rows > 0).then(|| (part, part.adjective().to_owned()))
    });
    if let Some(part) =
        menu(ui, "Part of the row", 76.0, (part, part.adjective().to_owned()), parts)
    {
        cut.row = (part, 0);
    }
    let rows = labelled(data, part).map_or(1, Labelled::rows).max(1) as u64;
    let field = IntegerField::new("Row", row as u64 + 1).range(1..=rows).width(64.0);
    if let Some(row) =
        field.tip("The row whose features stay; a click on a point takes its row").show(ui, theme)
    {
        cut.row = (part, row as usize - 1);
    }
}

/// A menu of values with names of their own. Returns the one that was chosen in this frame.
fn menu<T: PartialEq>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    (current, shown): (T, String),
    all: impl IntoIterator<Item = (T, String)>,
) -> Option<T> {
    let mut chosen = None;
    let combo = ComboBox::from_id_salt(name)
        .selected_text(RichText::new(shown).small())
        .width(width)
        .truncate()
        .icon(chevron);
    let shown = compact(ui, |ui| {
        combo.show_ui(ui, |ui| {
            for (one, words) in all {
                if ui.selectable_label(one == current, words).clicked() {
                    chosen = Some(one);
                }
            }
        })
    });
    shown.response.accessible_name(name);
    chosen
}

/// Says that not all points are shown.
fn shown_share(ui: &mut Ui, cx: &Cx<'_>, data: &Dataset) {
    let most = data.parts().map(|(_, part)| part.rows()).max().unwrap_or_default();
    if most > MAX_POINTS {
        let (shown, all) = (thousands(MAX_POINTS as u64), thousands(most as u64));
        let text = format!("At most {shown} of {all} points of a part are shown.");
        ui.label(RichText::new(text).small().color(cx.theme.text_muted));
    }
}
