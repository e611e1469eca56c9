//! Which part of the data a panel looks at, and what it asks of a run about it.

use std::sync::Arc;

use egui::Ui;

use crate::base::ends;
use crate::data::{Dataset, Labelled, Targets};
use crate::record::{Part, ProbeFrame, ProbeRequest, Scores, ScoresRequest};
use crate::spec::Task;
use crate::workbench::State;

use super::format;
use super::panes::Pane;

/// Most rows whose scores are asked for, and most values of all of them together.
const MOST_ROWS: usize = 20_000;
const MOST_VALUES: usize = 2_000_000;

/// The part that the user wants to look at, which not all data have.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Counted {
    /// The test part.
    #[default]
    Test,
    /// The validation part.
    Validation,
    /// The training part.
    Training,
}

impl Counted {
    /// Those that data have, in the order they are offered.
    fn offered(data: Option<&Dataset>) -> &'static [Self] {
        match data.is_some_and(|data| data.validation.is_some()) {
            true => &[Self::Test, Self::Validation, Self::Training],
            false => &[Self::Test, Self::Training],
        }
    }

    /// Name on a button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Test => "Test",
            Self::Validation => "Validation",
            Self::Training => "Training",
        }
    }

    fn plain(self) -> Part {
        match self {
            Self::Test => Part::Test,
            Self::Validation => Part::Validation,
            Self::Training => Part::Train,
        }
    }

    /// The part of some data that is looked at: the test part where there is no such part.
    #[must_use]
    pub fn part(self, data: Option<&Dataset>) -> Part {
        if Self::offered(data).contains(&self) { self.plain() } else { Part::Test }
    }

    /// Buttons to choose the part by. Nothing moves while one is chosen.
    pub fn choose(&mut self, ui: &mut Ui, data: Option<&Dataset>) {
        let chosen = self.part(data);
        for &one in Self::offered(data) {
            let button = ui.selectable_label(one.plain() == chosen, one.label());
            if button.on_hover_text(format!("Look at the {}", one.plain().label())).clicked() {
                *self = one;
            }
        }
    }
}

impl From<Part> for Counted {
    fn from(part: Part) -> Self {
        match part {
            Part::Test => Self::Test,
            Part::Validation => Self::Validation,
            Part::Train => Self::Training,
        }
    }
}

/// The data that a run was started on, or would be.
#[must_use]
pub fn data_of(state: &State, run: usize) -> Option<&Arc<Dataset>> {
    let started = state.slot(run).and_then(|slot| slot.data.as_ref());
    started.or_else(|| state.data().dataset())
}

/// A part of some data.
#[must_use]
pub fn labelled(data: &Dataset, part: Part) -> Option<&Labelled> {
    data.part(part)
}

/// A part of some data that has rows.
#[must_use]
pub fn filled(data: &Dataset, part: Part) -> Option<&Labelled> {
    labelled(data, part).filter(|part| part.rows() > 0)
}

/// Where a sample can be looked at more closely: first what a click opens.
#[must_use]
pub fn doors(data: &Dataset) -> [Pane; 2] {
    if data.is_image() { [Pane::Layers, Pane::WhatIf] } else { [Pane::WhatIf, Pane::Layers] }
}

/// Number of classes; `None` of data with numbers to be predicted.
#[must_use]
pub fn classes_of(data: &Dataset) -> Option<usize> {
    match data.task {
        Task::Classification { classes } => Some(classes),
        Task::Regression => None,
    }
}

/// Rows of each class in a part; empty of data with numbers to be predicted.
#[must_use]
pub fn class_counts(part: &Labelled, task: Task) -> Vec<usize> {
    let (Task::Classification { classes }, Targets::Classes(targets)) = (task, &part.targets)
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

/// Smallest and largest number to be predicted, 0 and 1 where none is finite; `None` of classes.
#[must_use]
pub fn label_range(targets: &Targets) -> Option<[f32; 2]> {
    match targets {
        Targets::Numbers(numbers) => Some(ends(numbers.iter().copied()).unwrap_or([0.0, 1.0])),
        Targets::Classes(_) => None,
    }
}

/// Names of all classes, numbers where they have none.
#[must_use]
pub fn class_names(data: Option<&Dataset>, classes: usize) -> Vec<String> {
    let known = data.map_or(&[][..], |data| &data.class_names);
    (0..classes).map(|class| format::class_name(known, class)).collect()
}

/// Asks for what the network says about every row of a part; once, however many panels do.
pub fn request_scores(data: &Dataset, part: Part, wanted: &mut ProbeRequest) {
    let outputs = classes_of(data).unwrap_or(1);
    let most = MOST_ROWS.min(MOST_VALUES / outputs.max(1));
    let request = ScoresRequest { part, most };
    if !wanted.inside.scores.contains(&request) {
        wanted.inside.scores.push(request);
    }
}

/// The newest picture of a run that tells what the network says about every row of a part.
#[must_use]
pub fn scored(state: &State, run: usize, part: Part) -> Option<&Arc<ProbeFrame>> {
    let frame = state.run(run)?.frame.as_ref()?;
    frame.inside.scores_of(part).is_some().then_some(frame)
}

/// `2 000 of 60 000 rows, evenly spread` where not all rows were looked at.
#[must_use]
pub fn sample_words(scores: &Scores, data: &Dataset) -> Option<String> {
    let all = labelled(data, scores.request.part)?.rows();
    let rows = format::counted(all as u64, "row", "rows");
    let looked_at = super::widgets::thousands(scores.rows.len() as u64);
    (scores.rows.len() < all).then(|| format!("{looked_at} of {rows}, evenly spread"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::workbench::fixtures;

    #[test]
    fn a_part_that_is_not_there_is_the_test_part() {
        let data = fixtures::dataset();
        assert_eq!(Counted::Validation.part(Some(&data)), Part::Test);
        assert_eq!(Counted::Training.part(Some(&data)), Part::Train);
        let mut more = (*data).clone();
        more.validation = Some(more.test.clone());
        assert_eq!(Counted::Validation.part(Some(&more)), Part::Validation);
        for part in Part::ALL {
            assert_eq!(Counted::from(part).part(Some(&more)), part);
        }
    }

    #[test]
    fn scores_are_asked_for_once() {
        let data = fixtures::dataset();
        let mut wanted = ProbeRequest::default();
        request_scores(&data, Part::Test, &mut wanted);
        request_scores(&data, Part::Test, &mut wanted);
        request_scores(&data, Part::Train, &mut wanted);
        let parts: Vec<_> = wanted.inside.scores.iter().map(|request| request.part).collect();
        assert_eq!(parts, [Part::Test, Part::Train]);
    }

    #[test]
    fn a_sample_of_the_rows_is_told() {
        let data = fixtures::dataset();
        let request = ScoresRequest { part: Part::Test, most: 2 };
        let outputs = Matrix::zeros(2, 3);
        let scores = Scores { request, rows: vec![0, 2], outputs };
        assert_eq!(sample_words(&scores, &data).as_deref(), Some("2 of 3 rows, evenly spread"));
    }
}
