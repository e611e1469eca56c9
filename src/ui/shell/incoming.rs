//! Dialogs about data that come in, and what is pasted.

use egui::{Context, Event, Grid, Label, RichText, Ui};

use crate::data::Limits;
use crate::ui::Cx;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::IntegerField;
use crate::workbench::{Action, Collection, cache_folder};

use super::dialogs::{Answer, buttons, title};

/// A download that is to be agreed to, in words.
pub struct Download {
    collection: Collection,
    sentence: String,
    from: String,
    folder: String,
}

impl Download {
    /// What fetching `collection` means.
    #[must_use]
    pub fn of(collection: Collection) -> Self {
        let contents = match collection {
            Collection::Mnist => "70 000 handwritten digits",
            Collection::FashionMnist => "70 000 pictures of clothing",
        };
        let size = collection.bytes() / 1_000_000;
        let count = collection.files().len();
        let first = collection.mirrors().first().copied().unwrap_or_default();
        let folder = cache_folder(collection).map(|folder| folder.display().to_string());
        Self {
            collection,
            sentence: format!("{contents}, 28 × 28 grey pixels: {size} MB in {count} files."),
            from: first.trim_start_matches("https://").to_owned(),
            folder: folder.unwrap_or_else(|| "No folder for such files was found.".to_owned()),
        }
    }
}

/// Says what is fetched, from where and to where, and asks whether to.
pub(super) fn download(ui: &mut Ui, theme: &Theme, download: &Download) -> Option<Answer> {
    ui.set_width(520.0);
    title(ui, &format!("Download {}?", download.collection.label()));
    ui.label(&download.sentence);
    ui.add_space(theme::GAP);
    Grid::new("download").num_columns(2).spacing([theme::GROUP, 6.0]).show(ui, |ui| {
        for (name, value) in [("From", &download.from), ("To", &download.folder)] {
            ui.label(RichText::new(name).color(theme.text_muted));
            ui.add(Label::new(value).wrap());
            ui.end_row();
        }
    });
    ui.add_space(theme::GAP);
    let text = "Files that are there already are kept, and it can be cancelled at any time.";
    ui.label(RichText::new(text).color(theme.text_muted));
    match buttons(ui, &[("Download", true), ("Cancel", false)])? {
        0 => Some(Answer::Act(Action::Download(download.collection))),
        _ => Some(Answer::Cancel),
    }
}

/// Bytes in a mebibyte.
const MIB: usize = 1 << 20;

/// Asks how much may be loaded.
pub(super) fn limits(ui: &mut Ui, cx: &Cx<'_>, limits: &mut Limits) -> Option<Answer> {
    let theme = cx.theme;
    ui.set_width(440.0);
    title(ui, "Limits");
    let text = "What is larger is refused with a sentence that names the limit.";
    ui.label(RichText::new(text).color(theme.text_muted));
    ui.add_space(theme::GAP);
    Grid::new("limits").num_columns(2).spacing([theme::GROUP, 6.0]).show(ui, |ui| {
        let mut line = |name: &str, value: &mut usize, unit: usize| {
            ui.label(name);
            let now = (*value / unit).max(1) as u64;
            let most = (usize::MAX / 2 / unit) as u64;
            let field = IntegerField::new(name, now).range(1..=most).logarithmic().width(120.0);
            if let Some(edited) = field.show(ui, theme) {
                *value = usize::try_from(edited).map_or(usize::MAX, |n| n.saturating_mul(unit));
            }
            ui.end_row();
        };
        line("Text file, MiB", &mut limits.bytes, MIB);
        line("Rows of a table", &mut limits.rows, 1);
        line("Columns of a table", &mut limits.columns, 1);
        line("Values of an IDX file, MiB", &mut limits.idx_bytes, MIB);
        line("Pixels of a picture", &mut limits.pixels, 1);
        line("Pictures of a folder", &mut limits.pictures, 1);
        line("Pictures kept in memory, MiB", &mut limits.cache_bytes, MIB);
    });
    let all = [("Apply", true), ("Usual limits", false), ("Cancel", false)];
    match buttons(ui, &all)? {
        0 if *limits == cx.state.limits() => Some(Answer::Cancel),
        0 => Some(Answer::Act(Action::SetLimits(*limits))),
        1 => {
            *limits = Limits::default();
            None
        }
        _ => Some(Answer::Cancel),
    }
}

/// Whether text looks like rows copied from a spreadsheet.
#[must_use]
pub fn is_table(text: &str) -> bool {
    text.contains('\t') || text.lines().filter(|line| !line.trim().is_empty()).count() > 1
}

/// What was pasted in this frame, unless a text field or a dialog is to have it.
#[must_use]
pub fn pasted(ctx: &Context) -> Option<String> {
    let elsewhere = ctx.memory(|memory| memory.top_modal_layer().is_some());
    if elsewhere || ctx.text_edit_focused() {
        return None;
    }
    ctx.input_mut(|input| {
        let is_paste = |event: &Event| matches!(event, Event::Paste(_));
        let place = input.events.iter().position(is_paste)?;
        match input.events.remove(place) {
            Event::Paste(text) => Some(text),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_cells_are_a_table_and_a_word_is_not() {
        assert!(is_table("a\tb"));
        assert!(is_table("1,2\n3,4\n"));
        assert!(!is_table("a single line\n\n"));
        assert!(!is_table(""));
    }

    #[test]
    fn a_download_says_how_large_it_is_and_where_it_goes() {
        for (collection, size) in
            [(Collection::Mnist, "11 MB"), (Collection::FashionMnist, "30 MB")]
        {
            let download = Download::of(collection);
            assert!(download.sentence.contains(size), "{}", download.sentence);
            assert!(!download.from.is_empty() && !download.from.contains("://"));
        }
    }
}
