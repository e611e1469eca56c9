use egui::{Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::data::{Dataset, Targets};
use crate::spec::{DataSource, Task};
use crate::ui::fields::{self, counted};
use crate::ui::widgets::thousands;
use crate::ui::{Cx, UiRequest, format, parts};

use super::scatter::Scatter;

/// Warnings, and as many remarks, that are shown here; the page about the data shows all.
const SHOWN: usize = 3;
/// Classes that are named in a line; the tooltip names all.
const LISTED: usize = 8;
/// Height of the bar of classes.
const BAR: f32 = 10.0;

/// What is said of a dataset, worked out once.
#[derive(Default)]
pub struct Facts {
    /// How many rows each part has.
    rows: String,
    /// Features and classes, or features and the range of the label.
    shape: String,
    /// Rows of each class in the training part.
    classes: Vec<usize>,
    /// Each class with its rows, for the tooltip.
    balance: String,
    /// The first classes with their rows, in a line.
    list: String,
    /// How the samples are shown as points, where they have few features.
    pub scatter: Option<Scatter>,
}

impl Facts {
    /// What is said of `data`.
    pub fn of(data: &Dataset) -> Self {
        let classes = parts::class_counts(&data.train, data.task);
        Self {
            rows: rows(data),
            shape: describe(data),
            balance: describe_balance(data, &classes),
            list: list(data, &classes),
            classes,
            scatter: Scatter::of(data),
        }
    }
}

/// `240 training + 60 test rows`, with those that are held out for validation between them.
fn rows(data: &Dataset) -> String {
    let parts =
        data.parts().map(|(name, part)| format!("{} {name}", thousands(part.rows() as u64)));
    format!("{} rows", parts.collect::<Vec<_>>().join(" + "))
}

fn describe(data: &Dataset) -> String {
    let features = if data.is_image() {
        format!("images {}", data.shape)
    } else {
        counted(data.shape.len(), "feature", "features")
    };
    match (data.task, &data.train.targets) {
        (Task::Classification { classes }, _) => {
            format!("{features}, {}", counted(classes, "class", "classes"))
        }
        (Task::Regression, Targets::Numbers(numbers)) => {
            let low = numbers.iter().copied().fold(f32::INFINITY, f32::min);
            let high = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let [low, high] = [low, high].map(|end| format::measured(f64::from(end)));
            format!("{features}, {} from {low} to {high}", data.label_name)
        }
        (Task::Regression, Targets::Classes(_)) => features,
    }
}

fn describe_balance(data: &Dataset, classes: &[usize]) -> String {
    let lines = classes.iter().enumerate().map(|(class, count)| {
        let name = data.class_names.get(class).map_or("?", String::as_str);
        format!("{name}  {}", thousands(*count as u64))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `cat 120 · dog 118 · 3 more`.
fn list(data: &Dataset, classes: &[usize]) -> String {
    let entries = classes.iter().enumerate().take(LISTED).map(|(class, &count)| {
        let name = format::class_name(&data.class_names, class);
        format!("{name} {}", thousands(count as u64))
    });
    let hidden = classes.len().saturating_sub(LISTED);
    let more = (hidden > 0).then(|| format!("{hidden} more"));
    entries.chain(more).collect::<Vec<_>>().join(" · ")
}

/// Rows, features, classes and their balance.
pub fn show(ui: &mut Ui, cx: &Cx<'_>) {
    let facts = &cx.view.data.cache.facts;
    ui.label(&facts.rows);
    ui.label(RichText::new(&facts.shape).color(cx.theme.text_muted));
    balance(ui, cx, facts);
    if matches!(cx.state.draft().data.source, DataSource::Images(_)) {
        fields::remark(ui, cx.theme, &facts.list).on_hover_text(&facts.balance);
    }
}

/// One bar, parted by the classes of the training part.
fn balance(ui: &mut Ui, cx: &Cx<'_>, facts: &Facts) {
    let total: usize = facts.classes.iter().sum();
    if total == 0 {
        return;
    }
    let size = vec2(ui.available_width(), BAR);
    let (bar, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, true, format!("Class balance\n{}", facts.balance))
    });
    let mut before = 0;
    for (class, count) in facts.classes.iter().enumerate() {
        let at = |rows: usize| bar.left() + bar.width() * rows as f32 / total as f32;
        let (left, right) = (at(before), at(before + count));
        let part = Rect::from_min_max(pos2(left, bar.top()), pos2(right - 1.0, bar.bottom()));
        ui.painter().rect_filled(part, 1.0, cx.theme.class(class));
        before += count;
    }
    response.on_hover_text(&facts.balance);
}

/// What the user should know about how the data was made, warnings first.
pub fn notes(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let (warnings, remarks): (Vec<_>, Vec<_>) = data.notes.iter().partition(|note| note.warning);
    for note in warnings.iter().take(SHOWN) {
        fields::problem(ui, cx.theme, &note.message);
    }
    for note in remarks.iter().take(SHOWN) {
        fields::remark(ui, cx.theme, &note.message);
    }
    let hidden = warnings.len().saturating_sub(SHOWN) + remarks.len().saturating_sub(SHOWN);
    if hidden > 0 {
        let more = counted(hidden, "more note…", "more notes…");
        if ui.link(more).on_hover_text("On the page about the data").clicked() {
            cx.request(UiRequest::ShowDataset(true));
        }
    }
}
