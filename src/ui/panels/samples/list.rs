//! Which samples are shown, in which order.

use std::sync::{Arc, Weak};

use crate::data::{Dataset, Targets};
use crate::record::{Part, ProbeFrame, Ranking, Residual, Scores, Verdict, verdicts};
use crate::ui::parts;

use super::{Group, Order};

/// What is said of each sample, by its place among the scores.
#[derive(Debug)]
pub enum Said {
    /// Of classes.
    Classes(Vec<Verdict>),
    /// Of numbers.
    Numbers(Vec<Residual>),
}

impl Default for Said {
    fn default() -> Self {
        Self::Classes(Vec::new())
    }
}

/// The samples that are shown; worked out when there is a new picture or another wish.
#[derive(Debug, Default)]
pub struct List {
    of: Option<(Weak<ProbeFrame>, Part, Group, Order)>,
    rows: usize,
    /// What is said of every row that was looked at.
    pub said: Said,
    /// Places among the scores, in the order in which they are shown.
    pub order: Vec<usize>,
    /// Mistakes among all that were looked at.
    pub mistakes: usize,
}

impl List {
    /// Brings it up to date. While it is held the order stays and only what is said changes, so
    /// that nothing moves under the pointer.
    pub fn update(
        &mut self,
        frame: &Arc<ProbeFrame>,
        data: &Dataset,
        part: Part,
        (group, order): (Group, Order),
        is_held: bool,
    ) {
        let Some((scores, labelled)) =
            frame.inside.scores_of(part).zip(parts::labelled(data, part))
        else {
            return;
        };
        let before = self.of.as_ref();
        let same_wish = before.is_some_and(|(_, p, g, o)| (*p, *g, *o) == (part, group, order));
        let same_frame = before.is_some_and(|(kept, ..)| kept.as_ptr() == Arc::as_ptr(frame));
        if same_wish && same_frame {
            return;
        }
        if !same_frame || before.is_some_and(|(_, p, ..)| *p != part) {
            self.said = said(scores, &labelled.targets);
            self.mistakes = self.said.mistakes();
        }
        if !(same_wish && is_held && self.rows == scores.rows.len()) {
            self.order = self.said.ordered(group, order);
        }
        self.rows = scores.rows.len();
        self.of = Some((Arc::downgrade(frame), part, group, order));
    }

    /// What is said of the sample at a place among the scores, where classes are predicted.
    pub fn verdict(&self, scored: usize) -> Option<Verdict> {
        match &self.said {
            Said::Classes(verdicts) => verdicts.get(scored).copied(),
            Said::Numbers(_) => None,
        }
    }

    /// The same where numbers are predicted.
    pub fn residual(&self, scored: usize) -> Option<Residual> {
        match &self.said {
            Said::Numbers(residuals) => residuals.get(scored).copied(),
            Said::Classes(_) => None,
        }
    }
}

fn said(scores: &Scores, targets: &Targets) -> Said {
    let row = |place: usize| scores.rows.get(place).copied();
    match targets {
        Targets::Classes(_) => {
            Said::Classes(verdicts(&scores.outputs, |place| targets.class(row(place)?)))
        }
        Targets::Numbers(numbers) => {
            let residual = |place: usize| {
                let truth = *numbers.get(row(place)?)?;
                Some(Residual { place, truth, predicted: *scores.outputs.row(place).first()? })
            };
            Said::Numbers((0..scores.outputs.rows()).filter_map(residual).collect())
        }
    }
}

impl Said {
    fn mistakes(&self) -> usize {
        match self {
            Self::Classes(verdicts) => verdicts.iter().filter(|v| !v.is_right()).count(),
            Self::Numbers(_) => 0,
        }
    }

    fn ordered(&self, group: Group, order: Order) -> Vec<usize> {
        match self {
            Self::Classes(verdicts) => {
                let in_group = verdicts.iter().copied().filter(|verdict| group.has(verdict));
                let mut shown: Vec<Verdict> = in_group.collect();
                order.ranking().sort(&mut shown);
                shown.into_iter().map(|verdict| verdict.place).collect()
            }
            Self::Numbers(residuals) => {
                let mut shown = residuals.clone();
                Residual::sort(&mut shown);
                shown.into_iter().map(|residual| residual.place).collect()
            }
        }
    }
}

impl Group {
    fn has(self, verdict: &Verdict) -> bool {
        match self {
            Self::All => true,
            Self::Mistakes => !verdict.is_right(),
            Self::Correct => verdict.is_right(),
            Self::Cell { truth, predicted } => {
                verdict.truth == truth && verdict.predicted == predicted
            }
            Self::OfTrue(class) => verdict.truth == class,
            Self::OfPredicted(class) => verdict.predicted == class,
        }
    }
}

impl Order {
    fn ranking(self) -> Ranking {
        match self {
            Self::WorstFirst => Ranking::WorstFirst,
            Self::LeastCertain => Ranking::LeastCertain,
            Self::MostCertain => Ranking::MostCertain,
            Self::ByRow => Ranking::InOrder,
        }
    }
}
