//! How the text is cut into cells and what is made of it: one choice beside another, each with
//! what was found as its first entry.

use egui::{TextEdit, Ui, vec2};

use crate::base::Finite;
use crate::data::TablePreview;
use crate::spec::{
    Comment, CsvSpec, Decimal, Delimiter, Dialect, Encoding, FaultRule, HeaderMode, LabelColumn,
    PixelChoice, Quote, Task, TaskChoice, Thousands,
};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::theme;
use crate::ui::widgets;

use super::roles::Head;
use super::{csv, edit, edit_csv, lists};

/// Width of a choice of the first line; eight stand side by side in a window of 1280 points.
const WIDTH: f32 = 138.0;
/// Most lines before the table that are offered.
const MAX_SKIPPED: usize = 20;

/// A choice with its name above it.
fn named<R>(ui: &mut Ui, cx: &Cx<'_>, name: &str, help: &str, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        widgets::caption(ui, cx.theme, name).on_hover_text(help);
        ui.push_id(name, add).inner
    })
    .inner
}

/// A choice whose first option leaves it to Descent and says what that gives.
struct Pick<'a, T> {
    name: &'a str,
    help: &'a str,
    now: T,
    auto: T,
    /// What was found, in words; empty while nothing is known.
    found: &'a str,
    options: &'a [(T, &'a str)],
}

impl<T: Copy + PartialEq> Pick<'_, T> {
    fn show(&self, ui: &mut Ui, cx: &Cx<'_>) -> Option<T> {
        let auto = if self.found.is_empty() {
            "auto".to_owned()
        } else {
            format!("auto ({})", self.found)
        };
        let shown = self.options.iter().find(|(value, _)| *value == self.now);
        let shown = shown.map_or(auto.as_str(), |(_, word)| *word);
        named(ui, cx, self.name, self.help, |ui| {
            fields::list(ui, self.name, shown, WIDTH, |ui| {
                let mut chosen = None;
                let all = [(self.auto, auto.as_str())];
                for &(value, word) in all.iter().chain(self.options) {
                    if fields::entry(ui, value == self.now, word, None).clicked() {
                        chosen = Some(value);
                    }
                }
                chosen.filter(|value| *value != self.now)
            })
        })
    }
}

/// The word of a value among options.
fn word<'a, T: PartialEq>(options: &[(T, &'a str)], value: Option<T>) -> &'a str {
    let Some(value) = value else { return "" };
    options.iter().find(|(option, _)| *option == value).map_or("", |(_, word)| word)
}

const ENCODINGS: [(Encoding, &str); 4] = [
    (Encoding::Utf8, "UTF-8"),
    (Encoding::Utf16Le, "UTF-16 LE"),
    (Encoding::Utf16Be, "UTF-16 BE"),
    (Encoding::Windows1252, "Windows-1252"),
];
const DELIMITERS: [(Delimiter, &str); 5] = [
    (Delimiter::Comma, "comma"),
    (Delimiter::Semicolon, "semicolon"),
    (Delimiter::Tab, "tab"),
    (Delimiter::Pipe, "pipe"),
    (Delimiter::Spaces, "spaces"),
];
const QUOTES: [(Quote, &str); 3] =
    [(Quote::Double, "\"double\""), (Quote::Single, "'single'"), (Quote::None, "none")];
const DECIMALS: [(Decimal, &str); 2] = [(Decimal::Point, "3.5"), (Decimal::Comma, "3,5")];
const THOUSANDS: [(Thousands, &str); 5] = [
    (Thousands::None, "none"),
    (Thousands::Comma, "1,000"),
    (Thousands::Point, "1.000"),
    (Thousands::Space, "1 000"),
    (Thousands::Apostrophe, "1'000"),
];
const HEADERS: [(HeaderMode, &str); 2] =
    [(HeaderMode::Present, "first row"), (HeaderMode::Absent, "none")];
const COMMENTS: [(Comment, &str); 5] = [
    (Comment::None, "none"),
    (Comment::Of('#'), "#"),
    (Comment::Of('%'), "%"),
    (Comment::Of(';'), ";"),
    (Comment::Of('/'), "/"),
];

/// How the text is cut.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, csv: &CsvSpec) {
    let preview = cx.state.preview().map(AsRef::as_ref);
    let found = preview.map(|preview| preview.dialect);
    let mut dialect = csv.dialect;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
        bytes(ui, cx, &mut dialect, found);
        numbers(ui, cx, &mut dialect, found);
        if let Some(header) = header(ui, cx, csv.header, preview) {
            edit_csv(cx, |csv| csv.header = header);
        }
        lines(ui, cx, &mut dialect, preview);
    });
    if dialect != csv.dialect {
        edit_csv(cx, |csv| csv.dialect = dialect);
    }
}

fn bytes(ui: &mut Ui, cx: &Cx<'_>, dialect: &mut Dialect, found: Option<Dialect>) {
    let encoding = Pick {
        name: "Encoding",
        help: "How the bytes of the file become characters",
        now: dialect.encoding,
        auto: Encoding::Auto,
        found: word(&ENCODINGS, found.map(|found| found.encoding)),
        options: &ENCODINGS,
    };
    dialect.encoding = encoding.show(ui, cx).unwrap_or(dialect.encoding);
    let delimiter = Pick {
        name: "Delimiter",
        help: "What stands between cells",
        now: dialect.delimiter,
        auto: Delimiter::Auto,
        found: word(&DELIMITERS, found.map(|found| found.delimiter)),
        options: &DELIMITERS,
    };
    dialect.delimiter = delimiter.show(ui, cx).unwrap_or(dialect.delimiter);
    let quote = Pick {
        name: "Quotes",
        help: "What stands around cells that contain the delimiter",
        now: dialect.quote,
        auto: Quote::Auto,
        found: word(&QUOTES, found.map(|found| found.quote)),
        options: &QUOTES,
    };
    dialect.quote = quote.show(ui, cx).unwrap_or(dialect.quote);
}

fn numbers(ui: &mut Ui, cx: &Cx<'_>, dialect: &mut Dialect, found: Option<Dialect>) {
    let decimal = Pick {
        name: "Decimal mark",
        help: "What stands between whole and fraction",
        now: dialect.decimal,
        auto: Decimal::Auto,
        found: word(&DECIMALS, found.map(|found| found.decimal)),
        options: &DECIMALS,
    };
    dialect.decimal = decimal.show(ui, cx).unwrap_or(dialect.decimal);
    let thousands = Pick {
        name: "Thousands",
        help: "What stands between groups of three digits",
        now: dialect.thousands,
        auto: Thousands::Auto,
        found: word(&THOUSANDS, found.map(|found| found.thousands)),
        options: &THOUSANDS,
    };
    dialect.thousands = thousands.show(ui, cx).unwrap_or(dialect.thousands);
}

fn header(
    ui: &mut Ui,
    cx: &Cx<'_>,
    now: HeaderMode,
    preview: Option<&TablePreview>,
) -> Option<HeaderMode> {
    let found = match preview.map(|preview| preview.layout.header) {
        Some(true) => "first row",
        Some(false) => "none",
        None => "",
    };
    let help = "Whether the first row holds the names of the columns";
    let auto = HeaderMode::Auto;
    Pick { name: "Header", help, now, auto, found, options: &HEADERS }.show(ui, cx)
}

fn lines(ui: &mut Ui, cx: &Cx<'_>, dialect: &mut Dialect, preview: Option<&TablePreview>) {
    let layout = preview.map(|preview| &preview.layout);
    if let Some(skip) = skip(ui, cx, dialect.skip, layout.map(|layout| layout.title_lines)) {
        dialect.skip = skip;
    }
    let found = layout.map_or_else(String::new, |layout| match layout.comment_lines {
        0 => "none".into(),
        count => fields::counted(count, "line", "lines"),
    });
    let comment = Pick {
        name: "Comments",
        help: "What lines that are no rows begin with",
        now: dialect.comment,
        auto: Comment::Auto,
        found: &found,
        options: &COMMENTS,
    };
    dialect.comment = comment.show(ui, cx).unwrap_or(dialect.comment);
}

fn skip(
    ui: &mut Ui,
    cx: &Cx<'_>,
    now: Option<usize>,
    found: Option<usize>,
) -> Option<Option<usize>> {
    let auto = found.map_or_else(|| "auto".to_owned(), |lines| format!("auto ({lines})"));
    let shown = now.map_or_else(|| auto.clone(), |lines| lines.to_string());
    let help = "Lines before the header or the first row that are no part of the table";
    named(ui, cx, "Lines to skip", help, |ui| {
        fields::list(ui, "Lines to skip", &shown, WIDTH, |ui| {
            let mut chosen = None;
            if fields::entry(ui, now.is_none(), &auto, None).clicked() {
                chosen = Some(None);
            }
            for lines in 0..=MAX_SKIPPED {
                if fields::entry(ui, now == Some(lines), &lines.to_string(), None).clicked() {
                    chosen = Some(Some(lines));
                }
            }
            chosen.filter(|chosen| *chosen != now)
        })
    })
}

/// What the table is used for, and what becomes of what does not fit.
pub fn meaning(ui: &mut Ui, cx: &mut Cx<'_>, spec: &CsvSpec) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
        if let Some(column) = label(ui, cx, spec) {
            edit(cx, |data| {
                if let crate::spec::DataSource::Csv(csv) = &mut data.source {
                    csv.label = column;
                }
                data.derived.clear();
            });
        }
        if let Some(task) = task(ui, cx, spec.task) {
            edit_csv(cx, |csv| csv.task = task);
        }
        if let Some(rule) = faults(ui, cx, spec.faults) {
            edit_csv(cx, |csv| csv.faults = rule);
        }
        if let Some(words) = missing(ui, cx, &spec.missing) {
            edit_csv(cx, |csv| csv.missing = words);
        }
        if let Some(rare) = rare(ui, cx, spec.rare) {
            edit_csv(cx, |csv| csv.rare = rare);
        }
        if let Some(pixels) = pixels(ui, cx, spec.pixels) {
            edit_csv(cx, |csv| csv.pixels = pixels);
        }
    });
}

fn label(ui: &mut Ui, cx: &Cx<'_>, spec: &CsvSpec) -> Option<LabelColumn> {
    let heads = &cx.view.dataset.cache.heads;
    let auto = match guessed_label(cx) {
        Some(head) => format!("auto ({})", head.name),
        None => "auto".to_owned(),
    };
    let shown = match &spec.label {
        LabelColumn::Auto => auto.clone(),
        LabelColumn::Last => "last column".into(),
        LabelColumn::Index(index) => {
            heads.get(*index).map_or_else(|| format!("column {}", index + 1), |h| h.name.clone())
        }
        LabelColumn::Name(name) => name.clone(),
    };
    named(ui, cx, "Label", "The column that is to be predicted", |ui| {
        fields::list(ui, "Label", &shown, WIDTH, |ui| labels(ui, heads, &auto, &spec.label))
    })
}

/// The column that is the label where the draft leaves it open.
fn guessed_label<'a>(cx: &'a Cx<'_>) -> Option<&'a Head> {
    let csv = csv(cx.state)?;
    let is_open = csv.label == LabelColumn::Auto;
    let columns = &cx.state.preview().filter(|_| is_open)?.columns;
    let at = columns.iter().position(|column| column.role == crate::spec::ColumnRole::Label)?;
    cx.view.dataset.cache.heads.get(at)
}

fn labels(ui: &mut Ui, heads: &[Head], auto: &str, now: &LabelColumn) -> Option<LabelColumn> {
    let said = |column: LabelColumn| if column == *now { None } else { Some(column) };
    let place = match now {
        LabelColumn::Auto => Some(0),
        LabelColumn::Last => Some(1),
        now => heads.iter().position(|head| head.as_label() == *now).map(|place| place + 2),
    };
    let chosen = lists::long(ui, heads.len() + 2, place, |place| match place {
        0 => auto,
        1 => "last column",
        _ => heads[place - 2].name.as_str(),
    });
    chosen.and_then(|place| match place {
        0 => said(LabelColumn::Auto),
        1 => said(LabelColumn::Last),
        _ => said(heads[place - 2].as_label()),
    })
}

fn task(ui: &mut Ui, cx: &Cx<'_>, now: TaskChoice) -> Option<TaskChoice> {
    let found = match cx.state.data().dataset().map(|data| data.task) {
        Some(Task::Classification { .. }) if now == TaskChoice::Auto => "classes",
        Some(Task::Regression) if now == TaskChoice::Auto => "number",
        _ => "",
    };
    let options =
        [(TaskChoice::Classification, "classification"), (TaskChoice::Regression, "regression")];
    let help = "Classification predicts a class, regression a number. Auto takes text and few \
                distinct whole numbers for classes.";
    let auto = TaskChoice::Auto;
    Pick { name: "Task", help, now, auto, found, options: &options }.show(ui, cx)
}

fn faults(ui: &mut Ui, cx: &Cx<'_>, now: FaultRule) -> Option<FaultRule> {
    let help = "What becomes of rows with too many or too few cells, and of cells that are no \
                number where one is needed. All are counted and listed below.";
    let rules = [FaultRule::SkipRow, FaultRule::Missing];
    named(ui, cx, "What does not fit", help, |ui| {
        widgets::choice(ui, "What does not fit", now, &rules, WIDTH, |rule| match rule {
            FaultRule::SkipRow => "skip the row",
            FaultRule::Missing => "count as missing",
        })
    })
}

fn missing(ui: &mut Ui, cx: &Cx<'_>, now: &[String]) -> Option<Vec<String>> {
    let help = "Further words that stand for a missing value in any column, with commas between \
                them. Empty cells, NA, ?, NaN, null and - always do.";
    named(ui, cx, "Missing words", help, |ui| {
        let typed = words(ui, "Missing words", &now.join(", "), "NA ? null -", WIDTH)?;
        let split = typed.split(',').map(str::trim).filter(|word| !word.is_empty());
        Some(split.map(str::to_owned).collect()).filter(|words: &Vec<String>| words != now)
    })
}

/// A field for text. Answers with what was typed once the user is done with it.
pub fn words(ui: &mut Ui, name: &str, now: &str, hint: &str, width: f32) -> Option<String> {
    let id = ui.scope_id().with(name);
    let mut text =
        ui.data_mut(|data| data.get_temp::<String>(id)).unwrap_or_else(|| now.to_owned());
    let field = TextEdit::singleline(&mut text).id(id).hint_text(hint).desired_width(width);
    let response = ui.add(field.margin(vec2(6.0, 3.0)).min_size(vec2(width, theme::TARGET)));
    let response = response.accessible_name(name);
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        let is_given_up = ui.input(|input| input.key_pressed(egui::Key::Escape));
        return (!is_given_up && text != now).then_some(text);
    }
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
    }
    None
}

fn rare(ui: &mut Ui, cx: &Cx<'_>, now: Finite) -> Option<Finite> {
    let help = "Categories that fewer rows than this have, in percent, are put together as \
                \u{201c}other\u{201d}. 0 leaves all of them apart.";
    let percent = Finite::new((now.get() * 1e4).round() / 1e2).unwrap_or(now);
    let typed = named(ui, cx, "Rare below %", help, |ui| {
        let how = Real::linear(0.0..=50.0, 0.5);
        fields::real(ui, cx.theme, "Rare below %", percent, &how)
    });
    typed.and_then(|typed| Finite::new(typed.get() / 100.0))
}

fn pixels(ui: &mut Ui, cx: &Cx<'_>, now: PixelChoice) -> Option<PixelChoice> {
    let features = cx.view.dataset.cache.heads.len().saturating_sub(1);
    let mut options = vec![(PixelChoice::No, "plain features".to_owned())];
    let mut offer = |choice, word: String| {
        if options.iter().all(|(option, _)| *option != choice) {
            options.push((choice, word));
        }
    };
    if let Some(side) = square(features) {
        offer(PixelChoice::Grey(side, side), format!("grey {side} × {side}"));
    }
    if let Some(side) = square(features / 3).filter(|_| features.is_multiple_of(3)) {
        offer(PixelChoice::Rgb(side, side), format!("colour {side} × {side}"));
    }
    match now {
        PixelChoice::Grey(height, width) => offer(now, format!("grey {height} × {width}")),
        PixelChoice::Rgb(height, width) => offer(now, format!("colour {height} × {width}")),
        PixelChoice::Auto | PixelChoice::No => {}
    }
    let found = match cx.state.data().dataset() {
        Some(data) if data.is_image() => "picture",
        Some(_) => "features",
        None => "",
    };
    let found = if now == PixelChoice::Auto { found } else { "" };
    let options: Vec<(PixelChoice, &str)> =
        options.iter().map(|(choice, word)| (*choice, word.as_str())).collect();
    let help = "Whether a row holds the pixels of a picture, so that convolutions can be used";
    let auto = PixelChoice::Auto;
    Pick { name: "Pixels", help, now, auto, found, options: &options }.show(ui, cx)
}

/// The side of a square of so many pixels, from 4 × 4 on.
fn square(pixels: usize) -> Option<usize> {
    let side = pixels.isqrt();
    (side >= 4 && side * side == pixels).then_some(side)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_of_pixels_are_known() {
        assert_eq!(square(784), Some(28));
        assert_eq!(square(36), Some(6));
        assert_eq!(square(9), None);
        assert_eq!(square(785), None);
    }
}
