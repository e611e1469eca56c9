//! Curves of all classes, worked out when there is a new picture: of very many rows and classes a
//! few classes in each frame of the window, so that it stays quick.

use std::sync::{Arc, Weak};

use crate::data::Dataset;
use crate::record::{CutCurve, Part, ProbeFrame, RocScores, macro_roc};
use crate::ui::parts;

use super::Kind;

/// Scores that are sorted in one frame of the window: about three milliseconds.
const AT_ONCE: usize = 100_000;
/// Points at which the mean of all curves is taken.
const MEAN: usize = 201;
/// Points of a curve closer than this to each other look like one.
const FINE: f64 = 1.0 / 400.0;

/// One class against the rest.
#[derive(Debug)]
pub struct OneClass {
    /// All cuts.
    pub cuts: CutCurve,
    /// Area under the ROC curve.
    pub area: f64,
    /// Average precision.
    pub precision: f64,
    /// Corners of both curves, in the order of [`Kind`], as finely as they can be seen.
    lines: [Vec<[f64; 2]>; 2],
}

impl OneClass {
    fn of(cuts: CutCurve) -> Self {
        let steps = stairs(&cuts.precision_recall());
        Self {
            area: cuts.area(),
            precision: cuts.average_precision(),
            lines: [thinned(cuts.roc()), thinned(steps)],
            cuts,
        }
    }

    /// The curve as it is drawn.
    pub fn line(&self, kind: Kind) -> &[[f64; 2]] {
        &self.lines[kind as usize]
    }

    /// The number that sums a curve up.
    pub fn summary(&self, kind: Kind) -> f64 {
        match kind {
            Kind::Roc => self.area,
            Kind::PrecisionRecall => self.precision,
        }
    }
}

/// Curves of all classes of one picture.
#[derive(Debug, Default)]
pub struct Curves {
    of: Option<(Weak<ProbeFrame>, Part)>,
    /// One for each class; `None` where a class or all others do not occur.
    pub classes: Vec<Option<OneClass>>,
    /// Mean of all ROC curves, and of their areas and precisions.
    pub mean: Option<(Vec<[f64; 2]>, [f64; 2])>,
    /// Counts the pictures, so that what is drawn knows when there is another one.
    pub version: u64,
    next: Option<Next>,
}

/// Curves that are being worked out.
#[derive(Debug)]
struct Next {
    frame: Arc<ProbeFrame>,
    part: Part,
    classes: Vec<Option<OneClass>>,
}

impl Curves {
    /// Goes on with the newest picture. Whether more is to be done in the next frame.
    pub fn advance(&mut self, frame: &Arc<ProbeFrame>, data: &Dataset, part: Part) -> bool {
        let same =
            |(of, p): &(Weak<ProbeFrame>, Part)| of.as_ptr() == Arc::as_ptr(frame) && *p == part;
        if self.next.as_ref().is_some_and(|next| next.part != part) {
            self.next = None;
        }
        if self.next.is_none() {
            if self.of.as_ref().is_some_and(same) {
                return false;
            }
            if self.of.as_ref().is_some_and(|(_, of)| *of != part) {
                *self = Self { version: self.version + 1, ..Self::default() };
            }
            self.next = Some(Next { frame: Arc::clone(frame), part, classes: Vec::new() });
        }
        let Some(next) = self.next.as_mut() else { return false };
        if next.work(data) {
            self.finish();
        }
        !self.of.as_ref().is_some_and(same)
    }

    fn finish(&mut self) {
        let Some(Next { frame, part, classes }) = self.next.take() else { return };
        self.of = Some((Arc::downgrade(&frame), part));
        self.version += 1;
        self.mean = mean(&classes);
        self.classes = classes;
    }
}

impl Next {
    /// Works out the curves of some more classes. Whether that was all.
    fn work(&mut self, data: &Dataset) -> bool {
        let scores = self.frame.inside.scores_of(self.part);
        let Some((scores, labelled)) = scores.zip(parts::labelled(data, self.part)) else {
            return true;
        };
        let (rows, classes) = (scores.rows.len(), scores.outputs.cols());
        let most = (AT_ONCE / rows.max(1)).max(1);
        for class in (self.classes.len()..classes).take(most) {
            let mut sorted = RocScores::with_capacity(rows);
            for (&row, score) in scores.rows.iter().zip(scores.outputs.col(class)) {
                sorted.push(score, labelled.targets.class(row) == Some(class));
            }
            self.classes.push(sorted.curve().map(OneClass::of));
        }
        self.classes.len() >= classes
    }
}

fn mean(classes: &[Option<OneClass>]) -> Option<(Vec<[f64; 2]>, [f64; 2])> {
    let found: Vec<&OneClass> = classes.iter().flatten().collect();
    if found.is_empty() {
        return None;
    }
    let of = |value: fn(&OneClass) -> f64| {
        found.iter().map(|one| value(one)).sum::<f64>() / found.len() as f64
    };
    let curves: Vec<&CutCurve> = found.iter().map(|one| &one.cuts).collect();
    Some((macro_roc(&curves, MEAN), [of(|one| one.area), of(|one| one.precision)]))
}

/// Precision stays as at the point to the right, until recall has got there.
fn stairs(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let first = points.first().copied();
    let steps = points.windows(2).flat_map(|pair| [[pair[0][0], pair[1][1]], pair[1]]);
    first.into_iter().chain(steps).collect()
}

/// The same without points that cannot be told from the last one.
fn thinned(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let count = points.len();
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for (index, point) in points.into_iter().enumerate() {
        let is_far = kept.last().is_none_or(|last| {
            (point[0] - last[0]).abs() >= FINE || (point[1] - last[1]).abs() >= FINE
        });
        if is_far || index + 1 == count {
            kept.push(point);
        }
    }
    kept
}
