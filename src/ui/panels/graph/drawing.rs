//! What is kept of the drawing of one run from frame to frame.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

use egui::emath::TSTransform;
use egui::{Rect, Vec2, vec2};

use crate::data::Dataset;
use crate::record::{
    BoundaryRequest, Input, MapRequest, Maps, Part, ProbeFrame, ProbeRequest, TraceRequest, UnitsOf,
};
use crate::spec::ValidRun;
use crate::ui::plane::Window;

use super::anatomy::{Anatomy, Kind};
use super::detail::Detail;
use super::labels;
use super::layout::{Camera, Layout};
use super::nodes::Nodes;
use super::pictures::Pictures;
use super::wires::Wires;

/// The room that is assumed before the drawing was seen for the first time.
const ROOM: Vec2 = vec2(800.0, 440.0);
/// Cells along each side of a map of an opened neuron.
const FINE: usize = 72;
/// Places along a curve.
const PLACES: usize = 48;
/// Most neurons of a column whose maps are asked for whether they are seen or not.
const ALWAYS: usize = 32;

/// The drawing of one run.
#[derive(Debug, Default)]
pub struct Drawing {
    of: Option<(Arc<ValidRun>, Weak<Dataset>)>,
    /// What stands in it.
    pub anatomy: Arc<Anatomy>,
    layout: Option<(Vec2, Arc<Layout>)>,
    /// Columns that show every neuron.
    pub unfolded: BTreeSet<usize>,
    /// How it is moved and scaled.
    pub camera: Camera,
    /// The neuron that is opened, as column and unit.
    pub opened: Option<(usize, usize)>,
    /// Widths of the names of inputs and outputs.
    labels: [f32; 2],
    /// The piece of the plane that is looked at.
    plane: Option<Window>,
    seen: Option<(TSTransform, Rect)>,
    /// Pictures of the neurons.
    pub pictures: Pictures,
    /// Connections.
    pub wires: Wires,
    /// Everything else that is drawn.
    pub nodes: Nodes,
    /// The panel of the opened neuron.
    pub detail: Detail,
}

impl Drawing {
    /// Draws this run on these data from now on.
    pub fn prepare(&mut self, run: &Arc<ValidRun>, data: &Arc<Dataset>) {
        if let Some((known, on)) = &self.of
            && Arc::ptr_eq(known, run)
            && on.as_ptr() == Arc::as_ptr(data)
        {
            return;
        }
        let anatomy = Anatomy::of(run, data);
        let is_other_data = self.of.as_ref().is_none_or(|(_, on)| on.as_ptr() != Arc::as_ptr(data));
        if *self.anatomy != anatomy {
            self.unfolded.clear();
            (self.opened, self.layout) = (None, None);
            self.camera.fit();
            self.anatomy = Arc::new(anatomy);
            self.forget();
        }
        let labels = labels::widths(&self.anatomy, data);
        if self.labels != labels {
            (self.labels, self.layout) = (labels, None);
        }
        if is_other_data {
            self.plane = None;
            self.forget();
        }
        self.of = Some((Arc::clone(run), Arc::downgrade(data)));
    }

    fn forget(&mut self) {
        self.pictures.clear();
        self.wires.clear();
        self.nodes.clear();
    }

    /// Shows every neuron of a column, or a sample again.
    pub fn unfold(&mut self, column: usize) {
        if !self.unfolded.remove(&column) {
            self.unfolded.insert(column);
        }
        self.layout = None;
    }

    /// Where everything stands in a room of that size.
    pub fn layout(&mut self, room: Vec2) -> Arc<Layout> {
        if let Some((known, layout)) = &self.layout
            && (*known - room).length() < 0.5
        {
            return Arc::clone(layout);
        }
        let layout = Arc::new(Layout::of(&self.anatomy, room, &self.unfolded, self.labels));
        self.layout = Some((room, Arc::clone(&layout)));
        self.forget();
        layout
    }

    /// What is seen of the drawing.
    pub fn see(&mut self, transform: TSTransform, room: Rect) {
        self.seen = Some((transform, room));
    }

    /// Looks at this piece of the plane from now on.
    pub fn look(&mut self, plane: Window) {
        self.plane = Some(plane);
    }

    fn edges(&self) -> [[f32; 2]; 2] {
        self.plane.map_or([[0.0, 1.0]; 2], |Window { x, y }| [x, y])
    }

    /// The piece of the plane that the maps of a frame are over: the one that is looked at, or
    /// the last one until there are maps of that.
    #[must_use]
    pub fn shown_window(&self, data: &Dataset, frame: Option<&ProbeFrame>) -> BoundaryRequest {
        let wanted = self.window(data);
        let maps = frame.map_or(&[][..], |frame| &frame.inside.maps);
        let layers = self.anatomy.layers().count();
        let is_ours = |maps: &&Maps| {
            let window = &maps.request.window;
            let is_plain = window.slice.is_none() && window.side != FINE;
            is_plain && window.y[0] < window.y[1] && maps.request.layers.len() == layers
        };
        if maps.iter().any(|maps| maps.request.window == wanted) {
            return wanted;
        }
        maps.iter().find(is_ours).map_or(wanted, |maps| maps.request.window.clone())
    }

    /// The piece of the plane that maps are wanted over: the finer, the fewer neurons there are.
    #[must_use]
    pub fn window(&self, data: &Dataset) -> BoundaryRequest {
        let shown = |(_, layout): &(Vec2, Arc<Layout>)| {
            layout.spots.iter().map(|spot| spot.shown.len()).sum::<usize>()
        };
        let side = match self.layout.as_ref().map_or(0, shown) {
            _ if data.is_curve() => PLACES,
            0..=14 => 40,
            15..=90 => 24,
            _ => 16,
        };
        let [x, y] = self.edges();
        BoundaryRequest::plane(x, y, side)
    }

    /// The finer one of an opened neuron.
    #[must_use]
    pub fn fine_window(&self) -> BoundaryRequest {
        let [x, y] = self.edges();
        BoundaryRequest::plane(x, y, FINE)
    }

    /// Adds what is to be seen of the network.
    pub fn request(&mut self, data: &Dataset, row: usize, wanted: &mut ProbeRequest) {
        let room = self.layout.as_ref().map_or(ROOM, |(room, _)| *room);
        let layout = self.layout(room);
        wanted.inside.parameters = true;
        if !(data.is_planar() || data.is_curve()) {
            follow(data, row, wanted);
            return;
        }
        let layers = self.anatomy.layers().map(|(column, dense)| UnitsOf {
            layer: dense.shown,
            units: match dense.is_score_of_second {
                true => Arc::new([1]),
                false => self.visible(&layout, column),
            },
        });
        let maps = MapRequest { window: self.window(data), layers: layers.collect() };
        ask(wanted, maps);
        if let Some((column, unit)) = self.opened.filter(|_| data.is_planar())
            && let Some(dense) = self.anatomy.dense(column)
        {
            let units = Arc::new([dense.shown_unit(unit)]);
            let layers = vec![UnitsOf { layer: dense.shown, units }];
            ask(wanted, MapRequest { window: self.fine_window(), layers });
        }
    }

    /// The neurons of a column that can be seen; of narrow columns all.
    fn visible(&self, layout: &Layout, column: usize) -> Arc<[usize]> {
        let spot = &layout.spots[column];
        let Some((transform, room)) = self.seen.filter(|_| spot.shown.len() > ALWAYS) else {
            return spot.shown.iter().take(ALWAYS).copied().collect();
        };
        let is_seen = |place: &usize| (transform * spot.neuron(*place)).intersects(room);
        let places = (0..spot.shown.len()).filter(is_seen);
        places.map(|place| spot.shown[place]).collect()
    }

    /// Whether a neuron can be opened.
    #[must_use]
    pub fn can_open(&self, column: usize) -> bool {
        matches!(
            self.anatomy.columns[column].kind,
            Kind::Dense(_) | Kind::Channels(_) | Kind::Features
        )
    }
}

/// The sample that is followed where there is no plane.
#[must_use]
pub fn sample(data: &Dataset, row: usize) -> Input {
    match data.test.rows() {
        0 => Input::Row(Part::Train, row.min(data.train.rows().saturating_sub(1))),
        rows => Input::Row(Part::Test, row.min(rows - 1)),
    }
}

fn follow(data: &Dataset, row: usize, wanted: &mut ProbeRequest) {
    let input = sample(data, row);
    if data.train.rows() + data.test.rows() == 0 {
        return;
    }
    if wanted.inside.traces.iter().all(|trace| trace.input != input) {
        wanted.inside.traces.push(TraceRequest { input, saliency: None });
    }
}

fn ask(wanted: &mut ProbeRequest, maps: MapRequest) {
    if !wanted.inside.maps.contains(&maps) {
        wanted.inside.maps.push(maps);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Activation, DenseSpec};
    use crate::ui::panels::graph::tests::{curve, pictures, planar, valid};

    fn asked(
        data: &Arc<Dataset>,
        widths: &[usize],
        opened: Option<(usize, usize)>,
    ) -> ProbeRequest {
        let hidden = widths.iter().flat_map(|&units| {
            [DenseSpec::new(units).into(), crate::spec::LayerSpec::from(Activation::Relu)]
        });
        let run = Arc::new(valid(hidden.collect(), data));
        let mut drawing = Drawing::default();
        drawing.prepare(&run, data);
        drawing.look(Window::around(data));
        drawing.opened = opened;
        let mut wanted = ProbeRequest::default();
        drawing.request(data, 3, &mut wanted);
        wanted
    }

    #[test]
    fn every_shown_neuron_of_a_plane_is_asked_for_after_its_activation() {
        let wanted = asked(&planar(3), &[8, 40], None);
        assert!(wanted.inside.parameters);
        let [maps] = &wanted.inside.maps[..] else { panic!("one request") };
        let found: Vec<_> = maps.layers.iter().map(|of| (of.layer, of.units.len())).collect();
        assert_eq!(found, [(1, 8), (3, 12), (5, 3)], "the scores of the classes are the last");
        assert_eq!((maps.window.x, maps.window.y), ([-0.1, 1.1], [-0.1, 1.1]));
        assert_eq!(maps.window.slice, None);
        assert!(wanted.inside.traces.is_empty());
    }

    #[test]
    fn an_opened_neuron_is_asked_for_once_more_and_finer() {
        let wanted = asked(&planar(3), &[8], Some((1, 5)));
        let [_, fine] = &wanted.inside.maps[..] else { panic!("two requests") };
        assert_eq!(fine.window.side, FINE);
        assert_eq!(fine.layers, [UnitsOf { layer: 1, units: Arc::new([5]) }]);
    }

    #[test]
    fn a_single_output_for_two_classes_shows_the_second() {
        let wanted = asked(&planar(2), &[], None);
        assert_eq!(wanted.inside.maps[0].layers, [UnitsOf { layer: 1, units: Arc::new([1]) }]);
    }

    #[test]
    fn of_images_a_sample_is_followed_and_of_curves_the_line() {
        let wanted = asked(&curve(), &[4], None);
        assert_eq!(wanted.inside.maps[0].window.side, PLACES);
        let data = pictures();
        let run = crate::spec::preset("drawn-digits").expect("built in").runs[0].clone();
        let run = Arc::new(valid(run.model.hidden, &data));
        let mut drawing = Drawing::default();
        drawing.prepare(&run, &data);
        let mut wanted = ProbeRequest::default();
        drawing.request(&data, 1, &mut wanted);
        assert!(wanted.inside.maps.is_empty());
        assert_eq!(wanted.inside.traces[0].input, Input::Row(Part::Test, 1));
    }
}
