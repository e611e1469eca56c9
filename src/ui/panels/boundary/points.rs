//! The points, and what is told of each: whether it is taken for another class, or how far its
//! number is from the predicted one.

use std::sync::{Arc, Weak};

use egui::{Pos2, Rect, Shape, Stroke, Ui};

use crate::data::{Dataset, Labelled, Targets};
use crate::record::{Part, ProbeFrame, Scores};
use crate::ui::parts::labelled;
use crate::ui::plane::{
    PointStyle, Scatter, Stamps, Window, add_points, radius, residual_mark, score_of,
};
use crate::ui::textures::likeliest;
use crate::ui::theme::{Theme, Variant};
use crate::ui::{Cx, capture};

use super::{BoundaryView, Plane};

/// Up to so many errors of a part are ringed at full strength.
const FEW_ERRORS: f32 = 40.0;

/// What is kept until there is news.
#[derive(Debug, Default)]
pub struct Kept {
    points: Option<(Key, Shape)>,
    marks: Option<(Key, Marked, Shape)>,
}

/// Everything but the frame that the shapes of points depend on.
#[derive(Clone, Debug)]
struct Key {
    data: Weak<Dataset>,
    scatter: Arc<Scatter>,
    area: Rect,
    window: Window,
    variant: Variant,
    pixels_per_point: f32,
    /// Whether a picture is taken.
    apart: bool,
    parts: [bool; 3],
    fades: bool,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.data.ptr_eq(&other.data)
            && Arc::ptr_eq(&self.scatter, &other.scatter)
            && (self.area, self.window) == (other.area, other.window)
            && (self.variant, self.fades, self.parts) == (other.variant, other.fades, other.parts)
            && (self.pixels_per_point, self.apart) == (other.pixels_per_point, other.apart)
    }
}

/// What is marked, and by which picture.
#[derive(Clone, Debug)]
struct Marked {
    frame: Option<Arc<ProbeFrame>>,
    errors: bool,
    residuals: bool,
    chosen: Option<(Part, usize)>,
}

impl PartialEq for Marked {
    fn eq(&self, other: &Self) -> bool {
        let same_frame = match (&self.frame, &other.frame) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        same_frame
            && (self.errors, self.residuals, self.chosen)
                == (other.errors, other.residuals, other.chosen)
    }
}

/// The parts from below upwards: the training part on top.
const ORDER: [Part; 3] = [Part::Test, Part::Validation, Part::Train];

/// Paints all points, then what is told of them.
pub fn paint(ui: &Ui, cx: &mut Cx<'_>, plane: &Plane<'_>) {
    let chosen = cx.view.chosen;
    let view = &mut cx.view.boundary;
    let key = Key {
        data: Arc::downgrade(plane.data),
        scatter: Arc::clone(&plane.sight.scatter),
        area: plane.area,
        window: plane.window(),
        variant: cx.theme.variant,
        pixels_per_point: ui.ctx().pixels_per_point(),
        apart: capture::is_taking(ui.ctx()),
        parts: Part::ALL.map(|part| view.shows(part)),
        fades: view.fades && plane.sight.slice.is_some(),
    };
    let marked = marked(view, plane, chosen);
    let kept = std::mem::take(&mut view.pictures.entry(plane.run).or_default().points);
    let painter = ui.painter().with_clip_rect(plane.area.intersect(ui.clip_rect()));
    let points = match kept.points {
        Some((made, shape)) if made == key => shape,
        _ => points_of(cx, plane, &key),
    };
    let marks = match kept.marks {
        Some((made, of, shape)) if made == key && of == marked => shape,
        _ => marks_of(cx, plane, &key, &marked),
    };
    painter.add(points.clone());
    painter.add(marks.clone());
    let kept = Kept { points: Some((key.clone(), points)), marks: Some((key, marked, marks)) };
    cx.view.boundary.pictures.entry(plane.run).or_default().points = kept;
}

/// What is to be marked.
fn marked(view: &BoundaryView, plane: &Plane<'_>, chosen: Option<(Part, usize)>) -> Marked {
    let is_number = plane.sight.labels.is_some();
    let (errors, residuals) = (view.errors && !is_number, view.residuals && is_number);
    let frame = plane.frame.as_ref().filter(|_| errors || residuals).map(Arc::clone);
    Marked { frame, errors, residuals, chosen }
}

fn points_of(cx: &Cx<'_>, plane: &Plane<'_>, key: &Key) -> Shape {
    let style = PointStyle {
        theme: cx.theme,
        range: plane.range,
        is_curve: plane.data.is_curve(),
        fades: key.fades,
        radius: radius(cx.theme, plane.area),
    };
    let mut stamps = Stamps::new(key.pixels_per_point, key.apart);
    for part in ORDER.into_iter().filter(|part| cx.view.boundary.shows(*part)) {
        if let Some(rows) = labelled(plane.data, part) {
            let of = (part, rows, plane.sight.scatter.part(part));
            add_points(&mut stamps, of, (key.window, key.area), &style);
        }
    }
    stamps.finish()
}

/// The ring around an error. Of many, as before training, it is faint: else rings would hide the
/// points that they are about. Larger and thicker rings do so the sooner.
fn error_ring(theme: &Theme, errors: usize) -> Stroke {
    let few = FEW_ERRORS / (theme.marks * theme.thickness);
    let strength = (few / errors.max(1) as f32).clamp(0.2, 1.0);
    theme.stroke(1.0 + 0.5 * strength, theme.text.gamma_multiply(strength))
}

fn marks_of(cx: &Cx<'_>, plane: &Plane<'_>, key: &Key, marked: &Marked) -> Shape {
    let mut stamps = Stamps::new(key.pixels_per_point, key.apart);
    let size = radius(cx.theme, key.area);
    for part in ORDER.into_iter().filter(|part| cx.view.boundary.shows(*part)) {
        let scores = marked.frame.as_ref().and_then(|frame| frame.inside.scores_of(part));
        let (Some(scores), Some(rows)) = (scores, labelled(plane.data, part)) else { continue };
        let told = Told { plane, rows, scores, part };
        if marked.errors {
            let wrong: Vec<_> =
                told.places().filter(|(row, _)| is_wrong(scores, rows, *row)).collect();
            let ring = error_ring(cx.theme, wrong.len());
            wrong.iter().for_each(|(_, at)| stamps.ring(*at, 2.0 * size, ring));
        } else if marked.residuals {
            told.residuals(cx, &mut stamps);
        }
    }
    if let Some((part, row)) = marked.chosen {
        let place = plane.sight.scatter.part(part).iter().find(|place| place.row == row);
        if let Some(place) = place.filter(|_| cx.view.boundary.shows(part)) {
            let at = key.window.screen_at(key.area, place.at[0], place.at[1]);
            let halo = cx.theme.stroke(5.0, cx.theme.surface);
            stamps.ring(at, 2.0 * size + 2.0, halo);
            stamps.ring(at, 2.0 * size + 2.0, cx.theme.stroke(2.5, cx.theme.accent));
        }
    }
    stamps.finish()
}

/// Whether a row is taken for another class than its own.
#[must_use]
pub fn is_wrong(scores: &Scores, rows: &Labelled, row: usize) -> bool {
    let predicted = score_of(scores, row).and_then(likeliest);
    predicted.is_some_and(|(class, _)| rows.targets.class(row) != Some(class))
}

/// The label of a row less the predicted number.
#[must_use]
pub fn residual(scores: &Scores, rows: &Labelled, row: usize) -> Option<f32> {
    let Targets::Numbers(numbers) = &rows.targets else { return None };
    let difference = numbers.get(row)? - score_of(scores, row)?.first()?;
    difference.is_finite().then_some(difference)
}

/// The points of a part, and what the network says about them.
struct Told<'a> {
    plane: &'a Plane<'a>,
    rows: &'a Labelled,
    scores: &'a Scores,
    part: Part,
}

impl Told<'_> {
    fn places(&self) -> impl Iterator<Item = (usize, Pos2)> + '_ {
        let (window, area) = (self.plane.window(), self.plane.area);
        let places = self.plane.sight.scatter.part(self.part).iter();
        places
            .map(move |place| (place.row, window.screen_at(area, place.at[0], place.at[1])))
            .filter(move |(_, at)| area.expand(12.0).contains(*at))
    }

    /// Along a curve a line from each point to what is predicted of it; over a surface a triangle
    /// that points up where the label is larger, the larger the farther.
    fn residuals(&self, cx: &Cx<'_>, stamps: &mut Stamps) {
        let [low, high] = self.plane.sight.labels.unwrap_or([0.0, 1.0]);
        let (window, area) = (self.plane.window(), self.plane.area);
        for (row, at) in self.places() {
            let Some(residual) = residual(self.scores, self.rows, row) else { continue };
            if self.plane.data.is_curve() {
                let Targets::Numbers(numbers) = &self.rows.targets else { continue };
                let end = window.screen_at(area, 0.0, numbers[row] - residual).y;
                let colour = if residual > 0.0 { cx.theme.positive } else { cx.theme.negative };
                let line = [at, Pos2::new(at.x, end)];
                stamps.shape(Shape::line_segment(line, cx.theme.stroke(1.5, colour)));
            } else {
                // A quarter of the range of the labels is a large error.
                let share = 4.0 * residual / (high - low).max(f32::MIN_POSITIVE);
                residual_mark(stamps, cx.theme, at, share);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::record::{Confusion, ScoresRequest};
    use proptest::prelude::*;

    fn scores(rows: Vec<usize>, outputs: Vec<f32>, cols: usize) -> Scores {
        let outputs = Matrix::new(rows.len(), cols, outputs).expect("fits");
        Scores { request: ScoresRequest { part: Part::Test, most: 2000 }, rows, outputs }
    }

    fn labelled(targets: Targets) -> Labelled {
        Labelled::new(Matrix::zeros(targets.len(), 2), targets)
    }

    proptest! {
        #[test]
        fn as_many_are_ringed_as_stand_beside_the_diagonal(
            rows in prop::collection::vec((0_u32..3, prop::array::uniform3(0.0_f32..1.0)), 0..60)
        ) {
            let truth = rows.iter().map(|row| row.0).collect();
            let outputs = rows.iter().flat_map(|row| row.1).collect();
            let (part, scores) =
                (labelled(Targets::Classes(truth)), scores((0..rows.len()).collect(), outputs, 3));
            let pairs = rows.iter().map(|row| (row.0 as usize, crate::base::argmax(&row.1)));
            let table = Confusion::from_pairs(3, pairs);
            let beside: u64 = (0..3)
                .flat_map(|truth| (0..3).map(move |class| (truth, class)))
                .filter(|(truth, class)| truth != class)
                .map(|(truth, class)| table.count(truth, class))
                .sum();
            let ringed = (0..rows.len()).filter(|&row| is_wrong(&scores, &part, row)).count();
            prop_assert_eq!(ringed as u64, beside);
        }
    }

    #[test]
    fn only_rows_that_were_scored_can_be_wrong() {
        let part = labelled(Targets::Classes(vec![0, 1, 0, 1]));
        let scores = scores(vec![0, 3], vec![0.2, 0.8, 0.9, 0.1], 2);
        let wrong: Vec<usize> = (0..4).filter(|&row| is_wrong(&scores, &part, row)).collect();
        assert_eq!(wrong, [0, 3]);
    }

    #[test]
    fn a_residual_is_the_label_less_the_prediction() {
        let part = labelled(Targets::Numbers(vec![3.0, 1.0, f32::NAN]));
        let scores = scores(vec![0, 1, 2], vec![2.5, 4.0, 0.0], 1);
        let found: Vec<_> = (0..4).map(|row| residual(&scores, &part, row)).collect();
        assert_eq!(found, [Some(0.5), Some(-3.0), None, None]);
    }
}
