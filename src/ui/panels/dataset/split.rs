//! Which rows are held out for validating and testing.

use std::ops::RangeInclusive;

use egui::Ui;

use crate::base::Finite;
use crate::spec::{DataSource, SplitSpec, TestPart, ValidationPart};
use crate::ui::fields::{self, Real};
use crate::ui::widgets;
use crate::ui::{Cx, UiRequest};

use super::edit;
use super::roles::Head;

/// Share that a validation part begins with.
const VALIDATION: Finite = Finite::lit(0.2);
/// Parts of a cross-validation: how many can be chosen, and how many it begins with.
const FOLDS: RangeInclusive<usize> = 2..=20;
const USUAL_FOLDS: usize = 5;

/// Where the test part comes from.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Ratio,
    Column,
    File,
}

impl From {
    fn of(test: &TestPart) -> Self {
        match test {
            TestPart::Fraction(_) => Self::Ratio,
            TestPart::Column(_) => Self::Column,
            TestPart::File(_) => Self::File,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Ratio => "ratio",
            Self::Column => "column",
            Self::File => "second file",
        }
    }
}

/// How the validation part is chosen.
#[derive(Clone, Copy, PartialEq)]
enum Hold {
    None,
    Ratio,
    Fold,
}

impl Hold {
    fn of(part: ValidationPart) -> Self {
        match part {
            ValidationPart::None => Self::None,
            ValidationPart::Fraction(_) => Self::Ratio,
            ValidationPart::Fold { .. } => Self::Fold,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ratio => "ratio",
            Self::Fold => "k-fold",
        }
    }

    fn part(self) -> ValidationPart {
        match self {
            Self::None => ValidationPart::None,
            Self::Ratio => ValidationPart::Fraction(VALIDATION),
            Self::Fold => ValidationPart::Fold { folds: USUAL_FOLDS, fold: 0 },
        }
    }
}

/// Shows the settings.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let split = &cx.state.draft().data.split;
    sizes(ui, cx);
    test(ui, cx, split);
    ui.add_space(6.0);
    validation(ui, cx, split.validation);
    ui.add_space(6.0);
    order(ui, cx, split);
    seed(ui, cx);
}

/// How many rows each part has.
fn sizes(ui: &mut Ui, cx: &Cx<'_>) {
    let Some(data) = cx.state.data().dataset() else { return };
    let parts: Vec<String> = data
        .parts()
        .map(|(name, part)| format!("{} {name}", widgets::thousands(part.rows() as u64)))
        .collect();
    widgets::muted(ui, cx.theme, &parts.join(" + "));
}

fn test(ui: &mut Ui, cx: &mut Cx<'_>, split: &SplitSpec) {
    let source = &cx.state.draft().data.source;
    if matches!(source, DataSource::Toy(_)) {
        fields::remark(ui, cx.theme, "The test part is drawn anew, not split off.");
        return;
    }
    let from = From::of(&split.test);
    if matches!(source, DataSource::Csv(_)) {
        let all = [From::Ratio, From::Column, From::File];
        let help = "Where the test part comes from";
        let chosen = fields::row(ui, cx.theme, "Test part", help, |ui| {
            widgets::segmented(ui, cx.theme, from, &all, From::label)
        });
        if let Some(chosen) = chosen {
            begin(cx, chosen);
        }
    }
    match &split.test {
        TestPart::Fraction(share) => {
            let name = "Test part %";
            let help = "Share of the rows that are held out for testing, in percent";
            if let Some(share) = ratio(ui, cx, name, help, *share) {
                edit(cx, |data| data.split.test = TestPart::Fraction(share));
            }
        }
        TestPart::Column(_) => column(ui, cx, &split.test),
        TestPart::File(path) => file(ui, cx, path),
    }
    if matches!(source, DataSource::Idx(_) | DataSource::Images(_)) {
        let sentence = "A set that brings its own test part keeps it; the ratio is for one that \
                        does not.";
        fields::remark(ui, cx.theme, sentence);
    }
}

/// Another origin of the test part: what can be begun without a further question is begun.
fn begin(cx: &mut Cx<'_>, from: From) {
    match from {
        From::Ratio => edit(cx, |data| data.split.test = SplitSpec::default().test),
        From::File => cx.request(UiRequest::ChooseTestFile),
        From::Column => {
            let Some(head) = likely_column(cx) else { return };
            let reference = head.reference();
            edit(cx, |data| data.split.test = TestPart::Column(reference));
        }
    }
}

/// The column whose name says that it holds the split, else the last one.
fn likely_column<'a>(cx: &'a Cx<'_>) -> Option<&'a Head> {
    let heads = &cx.view.dataset.cache.heads;
    let says = |head: &&Head| {
        let name = head.name.to_lowercase();
        ["split", "part", "set", "fold", "usage"].iter().any(|word| name.contains(word))
    };
    heads.iter().find(says).or(heads.last())
}

fn column(ui: &mut Ui, cx: &mut Cx<'_>, test: &TestPart) {
    let heads = &cx.view.dataset.cache.heads;
    let is_now = |head: &Head| matches!(test, TestPart::Column(column) if head.is(column));
    let now = heads.iter().find(|head| is_now(head));
    let shown = now.map_or("choose a column", |head| head.name.as_str());
    let help = "Its words say which part a row belongs to: train, test, and validation, val or dev";
    let chosen = fields::row(ui, cx.theme, "Split column", help, |ui| {
        let width = ui.available_width();
        fields::list(ui, "Split column", shown, width, |ui| {
            super::lists::long(ui, heads.len(), now.map(|head| head.index), |place| {
                heads[place].name.as_str()
            })
        })
    });
    if let Some(reference) = chosen.and_then(|place| heads.get(place)).map(Head::reference) {
        edit(cx, |data| data.split.test = TestPart::Column(reference));
    }
}

fn file(ui: &mut Ui, cx: &mut Cx<'_>, path: &str) {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let help = "All its rows are the test part; its columns are those of the first file";
    let clicked = fields::row(ui, cx.theme, "Test file", help, |ui| {
        let clicked = ui.button("Choose…").clicked();
        ui.add(egui::Label::new(name).truncate()).on_hover_text(path);
        clicked
    });
    if clicked {
        cx.request(UiRequest::ChooseTestFile);
    }
}

fn ratio(ui: &mut Ui, cx: &Cx<'_>, name: &str, help: &str, share: Finite) -> Option<Finite> {
    let percent = Finite::new((share.get() * 1e4).round() / 1e2).unwrap_or(share);
    let edited = fields::row(ui, cx.theme, name, help, |ui| {
        let how = Real::linear(1.0..=99.0, 1.0).reach(5.0..=50.0);
        fields::real_slider(ui, cx.theme, name, percent, &how)
    });
    edited.and_then(|percent| Finite::new(percent.get() / 100.0))
}

fn validation(ui: &mut Ui, cx: &mut Cx<'_>, now: ValidationPart) {
    let all = [Hold::None, Hold::Ratio, Hold::Fold];
    let help = "Rows to choose settings by, so that the test part is looked at once, at the end";
    let chosen = fields::row(ui, cx.theme, "Validation", help, |ui| {
        widgets::segmented(ui, cx.theme, Hold::of(now), &all, Hold::label)
    });
    let edited = match now {
        ValidationPart::None => None,
        ValidationPart::Fraction(share) => {
            let help = "Share of all rows, in percent";
            ratio(ui, cx, "Validation %", help, share).map(ValidationPart::Fraction)
        }
        ValidationPart::Fold { folds, fold } => folding(ui, cx, folds, fold),
    };
    if let Some(part) = chosen.map(Hold::part).or(edited) {
        edit(cx, |data| data.split.validation = part);
    }
}

/// `fold 2 of 5`, both to be changed.
fn folding(ui: &mut Ui, cx: &Cx<'_>, folds: usize, fold: usize) -> Option<ValidationPart> {
    let theme = cx.theme;
    let help = "What is not tested on is cut into so many equal parts";
    let many =
        fields::row(ui, theme, "Folds", help, |ui| fields::whole(ui, theme, "Folds", folds, FOLDS));
    let help = "Which of the parts is validated on; the others are trained on";
    let which = fields::row(ui, theme, "This fold", help, |ui| {
        let typed = fields::whole(ui, theme, "This fold", fold + 1, 1..=folds);
        widgets::muted(ui, theme, &format!("of {folds}"));
        let next = ui.button("Next").on_hover_text("Validate on the next part");
        if next.clicked() { Some((fold + 1) % folds + 1) } else { typed }
    });
    if let Some(folds) = many {
        return Some(ValidationPart::Fold { folds, fold: fold.min(folds.saturating_sub(1)) });
    }
    which.map(|which| ValidationPart::Fold { folds, fold: which.saturating_sub(1) })
}

fn order(ui: &mut Ui, cx: &mut Cx<'_>, split: &SplitSpec) {
    if matches!(cx.state.draft().data.source, DataSource::Toy(_)) {
        return;
    }
    let help = "Split each class in the same ratio";
    if let Some(on) = fields::switch(ui, cx.theme, split.stratified, "Stratified", help) {
        edit(cx, |data| data.split.stratified = on);
    }
    let help = "Hold out rows at random; if not, the last ones";
    if let Some(on) = fields::switch(ui, cx.theme, split.shuffled, "Shuffled", help) {
        edit(cx, |data| data.split.shuffled = on);
    }
}

fn seed(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.draft().data.seed;
    let help = "The same seed draws the same points and the same split";
    let next = match cx.state.draft().data.source {
        DataSource::Toy(_) | DataSource::Drawn(_) => "Draw others",
        _ => "Hold out other rows",
    };
    let edited = fields::row(ui, cx.theme, "Data seed", help, |ui| {
        fields::seed(ui, cx.theme, "Data seed", now, next)
    });
    if let Some(seed) = edited {
        edit(cx, |data| data.seed = seed);
    }
}
