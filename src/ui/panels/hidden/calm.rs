//! Keeps the orientation of principal directions from one picture to the next.

use crate::record::{Hidden, HiddenRequest};

/// How much better it must be to let both directions change places: where both shares of the
/// variance are about equal, they would do so all the time.
const BETTER: f32 = 1.1;

/// The points as they are shown: the same as those of the picture, perhaps mirrored, perhaps with
/// both axes exchanged.
#[derive(Debug)]
pub struct Calm {
    request: Option<HiddenRequest>,
    /// The rows that the points stand for.
    pub rows: Vec<usize>,
    /// One point for each row.
    pub points: Vec<[f32; 2]>,
    /// The grid, turned alike.
    pub grid: Vec<[f32; 2]>,
    /// How the directions are turned.
    pub turn: Turn,
}

impl Default for Calm {
    fn default() -> Self {
        let (rows, points, grid) = (Vec::new(), Vec::new(), Vec::new());
        Self { request: None, rows, points, grid, turn: Turn::NONE }
    }
}

/// Which direction runs along each axis, and whether it is mirrored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// Numbers of the directions, from zero.
    pub order: [usize; 2],
    /// 1, or −1 where it is mirrored.
    sign: [f32; 2],
}

impl Turn {
    /// As they are.
    pub const NONE: Self = Self { order: [0, 1], sign: [1.0; 2] };

    /// The turn of the first two principal directions that keeps points nearest to where they
    /// stood. A principal direction has no sign of its own, and two that explain about the same
    /// share may exchange places: neither is a change of the data.
    ///
    /// Of the eight ways to lay both directions along both axes it is the one with the largest sum
    /// of inner products with the points as they stood, which is the least sum of squared
    /// distances.
    fn towards(before: &[[f32; 2]], now: &[[f32; 2]]) -> Self {
        let middle = [centre(before), centre(now)];
        let product = |axis: usize, direction: usize| {
            let both = before.iter().zip(now);
            let finite = both.filter(|(a, b)| a.iter().chain(*b).all(|value| value.is_finite()));
            finite.fold(0.0, |sum: f32, (before, now)| {
                sum + (before[axis] - middle[0][axis]) * (now[direction] - middle[1][direction])
            })
        };
        let straight = [product(0, 0), product(1, 1)];
        let crossed = [product(0, 1), product(1, 0)];
        let size = |products: [f32; 2]| products[0].abs() + products[1].abs();
        let sign = |products: [f32; 2]| products.map(|one| if one < 0.0 { -1.0 } else { 1.0 });
        match size(crossed) > BETTER * size(straight) {
            true => Self { order: [1, 0], sign: sign(crossed) },
            false => Self { order: [0, 1], sign: sign(straight) },
        }
    }

    fn of(self, point: [f32; 2]) -> [f32; 2] {
        [0, 1].map(|axis| point[self.order[axis]] * self.sign[axis])
    }
}

fn centre(points: &[[f32; 2]]) -> [f32; 2] {
    let finite = || points.iter().filter(|point| point.iter().all(|value| value.is_finite()));
    let count = finite().count().max(1) as f32;
    [0, 1].map(|axis| finite().map(|point| point[axis]).sum::<f32>() / count)
}

impl Calm {
    /// Takes over the next picture. Principal directions are aligned with those that were shown
    /// last of the same layer, or else with `beside`, what is shown of another one.
    pub fn take(&mut self, hidden: &Hidden, beside: Option<(&[usize], &[[f32; 2]])>) {
        let is_next = self.request.as_ref() == Some(&hidden.request) && self.rows == hidden.rows;
        let beside = beside.filter(|(rows, _)| *rows == hidden.rows).map(|(_, points)| points);
        let before = if is_next { Some(self.points.as_slice()) } else { beside };
        self.turn = match (before, hidden.explained) {
            (Some(before), Some(_)) => Turn::towards(before, &hidden.points),
            _ => Turn::NONE,
        };
        let turn = self.turn;
        let turned = |points: &[[f32; 2]], into: &mut Vec<[f32; 2]>| {
            into.clear();
            into.extend(points.iter().map(|point| turn.of(*point)));
        };
        turned(&hidden.points, &mut self.points);
        turned(&hidden.grid, &mut self.grid);
        self.rows.clone_from(&hidden.rows);
        if !is_next {
            self.request = Some(hidden.request.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{HiddenView, Part};

    fn seen(points: &[[f32; 2]], view: HiddenView) -> Hidden {
        let request = HiddenRequest { layer: Some(1), view, part: Part::Test, most: 9, grid: None };
        Hidden {
            request,
            width: 5,
            rows: (0..points.len()).collect(),
            points: points.to_vec(),
            grid: vec![points[0]],
            explained: (view == HiddenView::Principal).then_some([0.6, 0.3]),
        }
    }

    fn shown(calm: &Calm) -> (&[[f32; 2]], [usize; 2], [bool; 2]) {
        (&calm.points, calm.turn.order, calm.turn.sign.map(|sign| sign < 0.0))
    }

    #[test]
    fn a_mirrored_direction_is_turned_back_with_the_grid() {
        let points = [[1.0, 2.0], [-1.0, 3.0], [2.0, -5.0]];
        let mirrored = points.map(|[x, y]| [-x, y]);
        let mut calm = Calm::default();
        calm.take(&seen(&points, HiddenView::Principal), None);
        calm.take(&seen(&mirrored, HiddenView::Principal), None);
        assert_eq!(shown(&calm), (&points[..], [0, 1], [true, false]));
        assert_eq!(calm.grid, [points[0]]);
        calm.take(&seen(&points, HiddenView::Principal), None);
        assert_eq!(shown(&calm), (&points[..], [0, 1], [false, false]));
    }

    #[test]
    fn directions_that_changed_places_are_told_by_their_number() {
        let points = [[1.0, 2.0], [-1.0, 3.0], [2.0, -5.0]];
        let crossed = points.map(|[x, y]| [-y, x]);
        let mut calm = Calm::default();
        calm.take(&seen(&points, HiddenView::Principal), None);
        calm.take(&seen(&crossed, HiddenView::Principal), None);
        assert_eq!(shown(&calm), (&points[..], [1, 0], [false, true]));
    }

    #[test]
    fn a_layer_that_was_never_shown_is_aligned_with_the_one_beside_it() {
        let points = [[1.0, 2.0], [-1.0, 3.0], [2.0, -5.0]];
        let here = seen(&points.map(|[x, y]| [1.1 * x, -0.8 * y]), HiddenView::Principal);
        let mut calm = Calm::default();
        calm.take(&here, Some((&[0, 1, 2], &points)));
        assert_eq!(calm.turn, Turn { order: [0, 1], sign: [1.0, -1.0] });
        calm = Calm::default();
        calm.take(&here, Some((&[0, 1, 7], &points)));
        assert_eq!(calm.turn, Turn::NONE, "they are other rows");
    }

    #[test]
    fn neurons_have_signs_of_their_own() {
        let points = [[1.0, 2.0], [2.0, 3.0]];
        let mirrored = points.map(|[x, y]| [-x, y]);
        let mut calm = Calm::default();
        calm.take(&seen(&points, HiddenView::Units([0, 1])), None);
        calm.take(&seen(&mirrored, HiddenView::Units([0, 1])), Some((&[0, 1], &points)));
        assert_eq!(calm.points, mirrored);
        calm.take(&seen(&points, HiddenView::Principal), None);
        assert_eq!(calm.points, points, "another view begins anew");
    }

    proptest! {
        /// Whatever signs an eigenvector solver gives from frame to frame, the picture only drifts
        /// with the data.
        #[test]
        fn signs_never_show(
            points in prop::collection::vec([-3.0_f32..3.0, -1.0_f32..1.0], 12..40),
            signs in prop::collection::vec([prop::bool::ANY, prop::bool::ANY], 1..20),
            drift in 0.0_f32..0.02,
        ) {
            let mut calm = Calm::default();
            calm.take(&seen(&points, HiddenView::Principal), None);
            let mut true_points = points;
            for flips in signs {
                let last = calm.points.clone();
                for (row, point) in true_points.iter_mut().enumerate() {
                    *point = [point[0] + drift * (row as f32).sin(), point[1] * (1.0 + drift)];
                }
                let sign = flips.map(|is_flipped| if is_flipped { -1.0 } else { 1.0 });
                let given: Vec<_> = true_points.iter().map(|[x, y]| [x * sign[0], y * sign[1]]).collect();
                calm.take(&seen(&given, HiddenView::Principal), None);
                for (before, now) in last.iter().zip(&calm.points) {
                    prop_assert!((before[0] - now[0]).abs() <= 0.03 && (before[1] - now[1]).abs() <= 0.06);
                }
            }
        }
    }
}
