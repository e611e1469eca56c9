use egui::{Label, RichText, ScrollArea, Ui};
use egui_extras::{Column, TableBuilder};

use crate::data::{Dataset, Targets};
use crate::ui::Cx;
use crate::ui::fields;

/// Rows that are shown; the list is a look at the data, not a way through all of it.
const MAX_ROWS: usize = 50;
/// Features that are shown.
const MAX_FEATURES: usize = 20;
/// Height of a row.
const ROW: f32 = 20.0;
/// Height of the table.
const HEIGHT: f32 = 220.0;

/// The first rows of the training part as the model sees them.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let features = data.train.features.cols().min(MAX_FEATURES);
    ScrollArea::horizontal().id_salt("first rows").auto_shrink([false, true]).show(ui, |ui| {
        TableBuilder::new(ui)
            .id_salt("first rows")
            .striped(true)
            .auto_shrink([false, true])
            .min_scrolled_height(HEIGHT)
            .max_scroll_height(HEIGHT)
            .column(Column::initial(72.0).at_least(48.0).clip(true))
            .columns(Column::initial(64.0).at_least(40.0).clip(true), features)
            .header(ROW, |mut header| {
                header.col(|ui| heading(ui, &data.label_name));
                for feature in 0..features {
                    let name = data.feature_names.get(feature).map_or("", String::as_str);
                    header.col(|ui| heading(ui, name));
                }
            })
            .body(|body| {
                body.rows(ROW, data.train.rows().min(MAX_ROWS), |mut row| {
                    let index = row.index();
                    row.col(|ui| cell(ui, &target(data, index)));
                    for feature in 0..features {
                        let value = data.train.features.at(index, feature);
                        row.col(|ui| cell(ui, &number(value)));
                    }
                });
            });
    });
    let hidden = data.train.features.cols() - features;
    if hidden > 0 {
        let more = fields::counted(hidden, "more feature", "more features");
        fields::remark(ui, cx.theme, &format!("{more} not shown"));
    }
}

fn heading(ui: &mut Ui, name: &str) {
    ui.add(Label::new(RichText::new(name).small().strong()).truncate());
}

fn cell(ui: &mut Ui, text: &str) {
    ui.add(Label::new(text).truncate());
}

fn target(data: &Dataset, row: usize) -> String {
    match &data.train.targets {
        Targets::Numbers(numbers) => numbers.get(row).map_or_else(String::new, |n| number(*n)),
        targets => {
            let name = targets.class(row).and_then(|class| data.class_names.get(class));
            name.cloned().unwrap_or_default()
        }
    }
}

/// Four significant digits, so that columns stay narrow.
fn number(value: f32) -> String {
    let rounded: f32 = format!("{value:.3e}").parse().unwrap_or(value);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(0.123_456), "0.1235");
        assert_eq!(number(5.0), "5");
        assert_eq!(number(-12_345.6), "-12350");
        assert_eq!(number(f32::NAN), "NaN");
    }
}
