//! What two runs say of the rows that are listed.

use std::sync::Arc;

use crate::data::{Dataset, Targets};
use crate::record::{Part, Scores};
use crate::ui::plane::score_of;
use crate::ui::widgets::thousands;
use crate::ui::{format, standing};
use crate::workbench::State;

use super::apart::Apart;
use super::verdict::Verdict;
use super::{LISTED, name_of};

/// The rows of the test part that are listed.
pub enum Listed {
    /// Those on which the likeliest classes differ.
    Classes(Arc<Verdict>),
    /// All, those farthest apart first.
    Numbers(Arc<Apart>),
}

/// The rows that are listed, and what both runs say of them.
pub struct Said<'a> {
    pub data: &'a Arc<Dataset>,
    pub runs: [usize; 2],
    pub scores: [&'a Scores; 2],
    pub listed: Listed,
}

impl Said<'_> {
    /// Whether numbers are predicted.
    pub fn is_number(&self) -> bool {
        matches!(self.listed, Listed::Numbers(_))
    }

    /// How many rows are listed.
    pub fn len(&self) -> usize {
        let all = match &self.listed {
            Listed::Classes(found) => found.differing.len(),
            Listed::Numbers(found) => found.gaps.len(),
        };
        all.min(LISTED)
    }

    /// The row of the test part at a place of the list.
    pub fn row(&self, place: usize) -> usize {
        match &self.listed {
            Listed::Classes(found) => found.differing[place].0,
            Listed::Numbers(found) => found.gaps[place].row,
        }
    }

    /// The true class.
    pub fn truth(&self, place: usize) -> Option<usize> {
        self.data.test.targets.class(self.row(place))
    }

    /// The likeliest class of a run, and how likely it is.
    pub fn answer(&self, place: usize, which: usize) -> Option<(usize, f32)> {
        let Listed::Classes(found) = &self.listed else { return None };
        let (row, a, b) = *found.differing.get(place)?;
        let class = if which == 0 { a } else { b };
        Some((class, *score_of(self.scores[which], row)?.get(class)?))
    }

    /// The true number, what both predict, and the difference.
    pub fn numbers(&self, place: usize) -> Option<[f32; 4]> {
        let (Listed::Numbers(found), Targets::Numbers(truths)) =
            (&self.listed, &self.data.test.targets)
        else {
            return None;
        };
        let gap = found.gaps.get(place)?;
        Some([*truths.get(gap.row)?, gap.said[0], gap.said[1], gap.by()])
    }

    /// A row in a sentence.
    pub fn sentence(&self, state: &State, place: usize) -> String {
        let row = self.row(place);
        let stands = standing::words(self.data, Part::Test, row);
        let stands = stands.map_or_else(String::new, |words| format!(" ({words})"));
        let head = format!("Row {} of the test part{stands}", thousands(row as u64));
        let [a, b] = self.runs.map(|run| name_of(state, run));
        if let Some(values) = self.numbers(place) {
            let [truth, first, second, by] = values.map(|value| format::measured(value.into()));
            return format!("{head}, true {truth}: {a} {first}, {b} {second}, {by} apart");
        }
        let names = &self.data.class_names;
        let truth = self
            .truth(place)
            .map_or_else(String::new, |class| format!(", {}", format::class_phrase(names, class)));
        let said = |which: usize| {
            self.answer(place, which).map_or_else(String::new, |(class, p)| {
                format!("{} with {}", format::class_phrase(names, class), format::percent(p.into()))
            })
        };
        format!("{head}{truth}: {a} says {}, {b} says {}", said(0), said(1))
    }
}
