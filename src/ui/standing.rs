//! Where a sample stands in the user's file, and what stands there.

use egui::{Grid, Ui, vec2};

use crate::data::{Dataset, Field, FieldValue, Labelled, Place};
use crate::record::Part;

use super::format;
use super::theme::Theme;
use super::widgets::{caption, muted};

/// Most cells of a row that are listed.
const LISTED: usize = 16;

/// `line 12`, `line 12 of the test file`, `index 4021`, `cat/7.png`; nothing of samples that no
/// file holds. Numbers are not grouped, so that they can be typed and searched for as they are.
#[must_use]
pub fn words(data: &Dataset, part: Part, row: usize) -> Option<String> {
    let origin = data.part(part)?.origin.as_ref()?;
    let text = match origin.place(row)? {
        Place::Line(at) | Place::Index(at) => format!("{} {at}", origin.word()),
        Place::File(path) => path.to_owned(),
    };
    let is_apart = origin.is_test_file() && part != Part::Test;
    Some(if is_apart { format!("{text} of the test file") } else { text })
}

/// The same where a heading says what it is: `12`, or the name of the file without its folder.
#[must_use]
pub fn short(rows: &Labelled, row: usize) -> Option<String> {
    Some(match rows.origin.as_ref()?.place(row)? {
        Place::Line(at) | Place::Index(at) => at.to_string(),
        Place::File(path) => path.rsplit('/').next().unwrap_or(path).to_owned(),
    })
}

/// The same in few signs where nothing else says what it is: `line 12`, `7.png`.
#[must_use]
pub fn brief(rows: &Labelled, row: usize) -> Option<String> {
    let text = short(rows, row)?;
    Some(match rows.origin.as_ref()?.word() {
        "file" => text,
        word => format!("{word} {text}"),
    })
}

/// What stands in a cell, as a user reads it.
#[must_use]
pub fn cell(data: &Dataset, field: &Field, features: &[f32]) -> String {
    match field.read(data, features) {
        FieldValue::Number(value) => format::compact(value.into()),
        FieldValue::Category(text) => text.to_owned(),
        FieldValue::Missing => "missing".to_owned(),
    }
}

/// The cells of a row in the user's units, for a tooltip; nothing of images.
pub fn cells(ui: &mut Ui, theme: &Theme, data: &Dataset, (part, row): (Part, usize)) {
    let fields = data.fields();
    let Some(rows) = data.part(part).filter(|rows| row < rows.rows() && !fields.is_empty()) else {
        return;
    };
    let features = rows.features.row(row);
    Grid::new("cells").num_columns(2).spacing(vec2(12.0, 2.0)).show(ui, |ui| {
        for field in fields.iter().take(LISTED) {
            muted(ui, theme, &field.name);
            ui.label(cell(data, field, &features));
            ui.end_row();
        }
    });
    if fields.len() > LISTED {
        let rest = (fields.len() - LISTED) as u64;
        caption(
            ui,
            theme,
            &format!("and {}", format::counted(rest, "more column", "more columns")),
        );
    }
}

/// A line that says where a sample stands; the pointer on it shows its cells.
pub fn show(ui: &mut Ui, theme: &Theme, data: &Dataset, (part, row): (Part, usize)) {
    if let Some(text) = words(data, part, row) {
        muted(ui, theme, &text).on_hover_ui(|ui| {
            ui.label("Where this sample stands in your file");
            cells(ui, theme, data, (part, row));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Origin;
    use crate::workbench::fixtures;

    #[test]
    fn places_are_told_as_files_have_them() {
        let mut data = (*fixtures::dataset()).clone();
        assert_eq!(words(&data, Part::Test, 0), None);
        data.test.origin = Some(Origin::lines(vec![2, 1234, 7]).of_test_file());
        assert_eq!(words(&data, Part::Test, 1).as_deref(), Some("line 1234"));
        assert_eq!(words(&data, Part::Test, 3), None);
        data.train.origin = Some(Origin::indices(3).of_test_file());
        assert_eq!(words(&data, Part::Train, 2).as_deref(), Some("index 2 of the test file"));
        let paths = ["cat/1.png".into(), "dog/my dog.png".into()];
        data.test.origin = Some(Origin::files(paths.into(), &[1, 0, 1]));
        assert_eq!(words(&data, Part::Test, 0).as_deref(), Some("dog/my dog.png"));
        assert_eq!(short(&data.test, 0).as_deref(), Some("my dog.png"));
        assert_eq!(brief(&data.test, 0), short(&data.test, 0));
        assert_eq!(brief(&data.train, 2).as_deref(), Some("index 2"));
    }
}
