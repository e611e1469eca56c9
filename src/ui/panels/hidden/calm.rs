//! Keeps the orientation of principal directions from one picture to the next.

use crate::record::{Hidden, HiddenRequest};

/// The points as they are shown: the same as those of the picture, perhaps mirrored.
#[derive(Debug, Default)]
pub struct Calm {
    request: Option<HiddenRequest>,
    rows: Vec<usize>,
    /// One point for each row.
    pub points: Vec<[f32; 2]>,
    /// The grid, mirrored alike.
    pub grid: Vec<[f32; 2]>,
    /// Which axes are mirrored.
    pub mirrored: [bool; 2],
}

impl Calm {
    /// Takes over the next picture. A principal direction has no sign of its own: an axis is
    /// mirrored when most points would have moved to its other side.
    pub fn take(&mut self, hidden: &Hidden) {
        let is_next = self.request.as_ref() == Some(&hidden.request) && self.rows == hidden.rows;
        self.mirrored = match (is_next, hidden.explained) {
            (true, Some(_)) => [0, 1].map(|axis| flips(&self.points, &hidden.points, axis)),
            _ => [false; 2],
        };
        let sign = self.mirrored.map(|is_mirrored| if is_mirrored { -1.0 } else { 1.0 });
        let turned = |points: &[[f32; 2]], into: &mut Vec<[f32; 2]>| {
            into.clear();
            into.extend(points.iter().map(|[x, y]| [x * sign[0], y * sign[1]]));
        };
        turned(&hidden.points, &mut self.points);
        turned(&hidden.grid, &mut self.grid);
        self.rows.clone_from(&hidden.rows);
        self.request = Some(hidden.request.clone());
    }
}

/// Whether most of the points stand on the other side of an axis.
fn flips(before: &[[f32; 2]], now: &[[f32; 2]], axis: usize) -> bool {
    let moved = before.iter().zip(now).map(|(before, now)| before[axis] * now[axis]);
    let (mut same, mut other) = (0_usize, 0_usize);
    for product in moved {
        same += usize::from(product > 0.0);
        other += usize::from(product < 0.0);
    }
    other > same
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_mirrored_direction_is_turned_back_with_the_grid() {
        let points = [[1.0, 2.0], [-1.0, 3.0], [2.0, -5.0]];
        let mirrored = points.map(|[x, y]| [-x, y]);
        let mut calm = Calm::default();
        calm.take(&seen(&points, HiddenView::Principal));
        calm.take(&seen(&mirrored, HiddenView::Principal));
        assert_eq!((calm.points.as_slice(), calm.mirrored), (&points[..], [true, false]));
        assert_eq!(calm.grid, [points[0]]);
        calm.take(&seen(&points, HiddenView::Principal));
        assert_eq!((calm.points.as_slice(), calm.mirrored), (&points[..], [false, false]));
    }

    #[test]
    fn neurons_have_signs_of_their_own() {
        let points = [[1.0, 2.0], [2.0, 3.0]];
        let mirrored = points.map(|[x, y]| [-x, y]);
        let mut calm = Calm::default();
        calm.take(&seen(&points, HiddenView::Units([0, 1])));
        calm.take(&seen(&mirrored, HiddenView::Units([0, 1])));
        assert_eq!(calm.points, mirrored);
        calm.take(&seen(&points, HiddenView::Principal));
        assert_eq!(calm.points, points, "another view begins anew");
    }
}
