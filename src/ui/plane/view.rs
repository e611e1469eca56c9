use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use crate::data::Dataset;
use crate::record::{BoundaryRequest, ProbeFrame, RunState, Slice, SlicePlane};
use crate::ui::parts::label_range;
use crate::workbench::State;

use super::cut::{Cut, best_pair, is_cut, plane_of};
use super::scatter::Scatter;
use super::window::Window;

/// Cells along each side of the picture: enough for smooth borders, few enough to be computed
/// many times a second.
const SIDE: usize = 80;
/// Cells along each side when the run rests and there is time.
const FINE: usize = 160;
/// With more features than this, a picture that moves is coarser.
const WIDE: usize = 64;
/// Cells along each side until it is known where the data lie.
const FIRST: usize = 4;

/// Which piece of the plane, or of which slice, is looked at: the same for all runs and panels.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct PlaneView {
    /// How a space of more than two features is cut.
    pub cut: Cut,
    /// Where the user looks; absent while all data are in sight.
    #[serde(skip)]
    zoom: Option<(Weak<Dataset>, Option<Slice>, Window)>,
    /// What is known of the data of each run.
    #[serde(skip)]
    known: BTreeMap<usize, Known>,
}

/// What was worked out of data, and need not be again.
#[derive(Debug)]
struct Known {
    data: Weak<Dataset>,
    suggested: [usize; 2],
    slice: Option<Slice>,
    plane: Option<Arc<SlicePlane>>,
    scatter: Arc<Scatter>,
    whole: Window,
    labels: Option<[f32; 2]>,
}

/// All that is to be known of where one looks.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The piece that is looked at.
    pub window: Window,
    /// The piece that holds all data.
    pub whole: Window,
    /// Through which slice; `None` for points in the plane.
    pub slice: Option<Slice>,
    /// Where the slice lies, as soon as it is known.
    pub plane: Option<Arc<SlicePlane>>,
    /// The points.
    pub scatter: Arc<Scatter>,
    /// Smallest and largest label of a regression.
    pub labels: Option<[f32; 2]>,
    /// The two features that vary where the user named none.
    pub suggested: [usize; 2],
}

impl Sight {
    /// Whether it is known where the data lie.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.slice.is_none() || self.plane.is_some()
    }
}

impl PlaneView {
    /// Where one looks at the data of a run.
    pub fn sight(&mut self, state: &State, run: usize, data: &Arc<Dataset>) -> Sight {
        let frame = state.run(run).and_then(|run| run.frame.as_ref());
        let found = frame.and_then(|frame| principal_of(frame));
        self.learn(run, data, found);
        let known = &self.known[&run];
        let window = match &self.zoom {
            Some((of, slice, window)) if is_same(of, data) && *slice == known.slice => *window,
            _ => known.whole,
        };
        Sight {
            window,
            whole: known.whole,
            slice: known.slice.clone(),
            plane: known.plane.clone(),
            scatter: Arc::clone(&known.scatter),
            labels: known.labels,
            suggested: known.suggested,
        }
    }

    /// The picture that is wanted of a run: finer while it rests.
    pub fn request(&mut self, state: &State, run: usize, data: &Arc<Dataset>) -> BoundaryRequest {
        let sight = self.sight(state, run, data);
        let is_running = state.run(run).is_some_and(|run| run.state == RunState::Running);
        let side = match (sight.is_known(), is_running, data.shape.len() > WIDE) {
            (false, ..) => FIRST,
            (true, true, true) => SIDE / 2,
            (true, true, false) | (true, false, true) => SIDE,
            (true, false, false) => FINE,
        };
        let Window { x, y } = sight.window;
        BoundaryRequest { x, y, side, slice: sight.slice }
    }

    /// Looks elsewhere.
    pub fn look(&mut self, data: &Arc<Dataset>, sight: &Sight, window: Window) {
        self.zoom = Some((Arc::downgrade(data), sight.slice.clone(), window));
    }

    /// Has all data in sight again.
    pub fn fit(&mut self) {
        self.zoom = None;
    }

    /// Whether all data are in sight.
    #[must_use]
    pub fn is_fitted(&self) -> bool {
        self.zoom.is_none()
    }

    fn learn(&mut self, run: usize, data: &Arc<Dataset>, found: Option<&Arc<SlicePlane>>) {
        let old = self.known.get(&run).filter(|known| is_same(&known.data, data));
        let suggested = match old {
            Some(known) => known.suggested,
            None if is_cut(data) => best_pair(data),
            None => [0, 1],
        };
        let slice = is_cut(data).then(|| self.cut.slice(data, suggested));
        let found = found.filter(|_| slice == Some(Slice::Principal));
        let is_known =
            |known: &&Known| known.slice == slice && (known.plane.is_some() || found.is_none());
        if old.filter(is_known).is_some() {
            return;
        }
        let plane = match &slice {
            Some(Slice::Principal) => found.cloned(),
            Some(slice) => plane_of(data, slice).map(Arc::new),
            None => None,
        };
        let scatter = match (&slice, &plane) {
            (Some(_), Some(plane)) => Scatter::of_slice(data, plane),
            (Some(_), None) => Scatter::default(),
            (None, _) => Scatter::of_plane(data),
        };
        let whole = match &slice {
            Some(Slice::Features { pair, .. }) => Window::of_pair(data, *pair),
            Some(Slice::Principal) => Window::of_points(scatter.all()),
            None => Window::around(data),
        };
        let labels = label_range(&data.train.targets);
        let (data, scatter) = (Arc::downgrade(data), Arc::new(scatter));
        self.known.insert(run, Known { data, suggested, slice, plane, scatter, whole, labels });
    }
}

fn is_same(known: &Weak<Dataset>, data: &Arc<Dataset>) -> bool {
    known.as_ptr() == Arc::as_ptr(data)
}

/// The principal plane, where a picture shows it.
fn principal_of(frame: &Arc<ProbeFrame>) -> Option<&Arc<SlicePlane>> {
    let boundary = frame.boundary.as_ref()?;
    boundary.plane.as_ref().filter(|_| boundary.request.slice == Some(Slice::Principal))
}

#[cfg(test)]
mod tests {
    use super::super::cut::{Through, tests::table};
    use super::*;
    use crate::base::Matrix;
    use crate::record::Boundary;
    use crate::workbench::fixtures;

    #[test]
    fn a_run_that_rests_is_pictured_finer() {
        let mut state = fixtures::ready("spiral-relu");
        let data = fixtures::dataset();
        let mut view = PlaneView::default();
        assert_eq!(view.request(&state, 0, &data).side, FINE);
        fixtures::enter(&mut state, 0, RunState::Running);
        assert_eq!(view.request(&state, 0, &data).side, SIDE);
    }

    #[test]
    fn the_principal_plane_is_looked_at_once_it_is_known() {
        let data = Arc::new(table());
        let mut state = fixtures::with_data("spiral-relu", Arc::clone(&data));
        let mut view = PlaneView::default();
        view.cut.through = Through::Principal;
        let request = view.request(&state, 0, &data);
        assert_eq!((request.side, &request.slice), (FIRST, &Some(Slice::Principal)));
        let plane = SlicePlane {
            origin: vec![1.0, 2.0, 3.5, 0.5],
            across: vec![0.0, 0.0, 1.0, 0.0],
            up: vec![0.0, 1.0, 0.0, 0.0],
            explained: Some([0.7, 0.2]),
        };
        let outputs = Matrix::zeros(FIRST * FIRST, 2);
        let mut frame = ProbeFrame::empty(fixtures::id(&state, 0), fixtures::at(1));
        frame.boundary = Some(Boundary { request, outputs, plane: Some(Arc::new(plane)) });
        fixtures::show(&mut state, 0, frame);
        let request = view.request(&state, 0, &data);
        assert_eq!(request.side, FINE);
        assert_eq!((request.x, request.y), ([-3.0, 3.0], [-2.4, 2.4]));
    }

    #[test]
    fn other_data_are_seen_whole() {
        let state = fixtures::ready("spiral-relu");
        let data = fixtures::dataset();
        let mut view = PlaneView::default();
        let sight = view.sight(&state, 0, &data);
        view.look(&data, &sight, sight.window.moved([0.5, 0.0]));
        assert_eq!(view.sight(&state, 0, &data).window, sight.window.moved([0.5, 0.0]));
        let other = Arc::new(table());
        let sight = view.sight(&state, 0, &other);
        assert_eq!(sight.window, sight.whole);
        view.fit();
        let sight = view.sight(&state, 0, &data);
        assert_eq!(sight.window, sight.whole);
    }
}
