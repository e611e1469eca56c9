use egui::{Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::data::{Dataset, Targets};
use crate::spec::Task;
use crate::ui::Cx;
use crate::ui::fields::{self, counted};
use crate::ui::widgets::thousands;

use super::points::Window;

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
    /// The piece of the plane the points lie in.
    pub window: Option<Window>,
}

impl Facts {
    /// What is said of `data`.
    pub fn of(data: &Dataset) -> Self {
        let classes = class_counts(data);
        Self {
            rows: format!(
                "{} training + {} test rows",
                thousands(data.train.rows() as u64),
                thousands(data.test.rows() as u64)
            ),
            shape: describe(data),
            balance: describe_balance(data, &classes),
            classes,
            window: data.is_planar().then(|| Window::around(both_parts(data))),
        }
    }
}

fn both_parts(data: &Dataset) -> impl Iterator<Item = [f32; 2]> + '_ {
    [&data.train, &data.test].into_iter().flat_map(|part| {
        (0..part.rows()).map(|row| [part.features.at(row, 0), part.features.at(row, 1)])
    })
}

fn class_counts(data: &Dataset) -> Vec<usize> {
    let (Task::Classification { classes }, Targets::Classes(targets)) =
        (data.task, &data.train.targets)
    else {
        return Vec::new();
    };
    let mut counts = vec![0; classes];
    for &class in targets {
        if let Some(count) = counts.get_mut(class as usize) {
            *count += 1;
        }
    }
    counts
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

/// Rows, features, classes and their balance.
pub fn show(ui: &mut Ui, cx: &Cx<'_>) {
    let facts = &cx.view.data.cache.facts;
    ui.label(&facts.rows);
    ui.label(RichText::new(&facts.shape).color(cx.theme.text_muted));
    balance(ui, cx, facts);
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
pub fn notes(ui: &mut Ui, cx: &Cx<'_>, data: &Dataset) {
    for note in data.notes.iter().filter(|note| note.warning) {
        fields::problem(ui, cx.theme, &note.message);
    }
    for note in data.notes.iter().filter(|note| !note.warning) {
        fields::remark(ui, cx.theme, &note.message);
    }
}
