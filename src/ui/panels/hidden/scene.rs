//! Where everything stands on the way from one stop to another, as one mesh.

use std::fmt;
use std::sync::Arc;

use egui::epaint::{Mesh, PathShape};
use egui::{Rect, Shape, Ui};

use crate::base::Step;
use crate::data::Labelled;
use crate::record::{Hidden, HiddenRequest, Part, ProbeFrame};
use crate::ui::capture;
use crate::ui::parts::label_range;
use crate::ui::plane::{Place, PointStyle, Stamps, Window, add_points, radius};
use crate::ui::theme::{Theme, Variant};

use super::axes;
use super::calm::Calm;
use super::{LINES, POINTS};

/// All of the picture.
pub const UNIT: Window = Window { x: [0.0, 1.0], y: [0.0, 1.0] };

/// The newest picture after a stop, and the window that shows it.
#[derive(Debug)]
pub struct Placed {
    /// The frame it is part of.
    pub frame: Arc<ProbeFrame>,
    /// The points as they are shown.
    pub calm: Calm,
    window: Option<Window>,
    /// Whether the window was made to suit the points.
    suits: bool,
    /// How many pictures were taken over.
    version: u64,
}

impl Placed {
    /// Of a frame that has samples after a layer.
    pub fn new(frame: &Arc<ProbeFrame>) -> Self {
        let (frame, calm) = (Arc::clone(frame), Calm::default());
        Self { frame, calm, window: None, suits: false, version: 0 }
    }

    /// What it is.
    pub fn hidden(&self) -> Option<&Hidden> {
        self.frame.inside.hidden.as_ref()
    }

    /// Whether it is what is asked for.
    pub fn answers(&self, request: Option<&HiddenRequest>) -> bool {
        self.hidden().map(|hidden| &hidden.request) == request
    }

    /// The step it is of.
    pub fn step(&self) -> Step {
        self.frame.at.step
    }

    /// Takes over the next picture after the same stop; `beside` are rows and points that are
    /// shown of another one.
    pub fn take(
        &mut self,
        frame: &Arc<ProbeFrame>,
        rows: Option<&Labelled>,
        beside: Option<(&[usize], &[[f32; 2]])>,
    ) {
        let Some(hidden) = frame.inside.hidden.as_ref() else { return };
        if !self.answers(Some(&hidden.request)) {
            self.window = None;
        }
        self.calm.take(hidden, beside);
        if hidden.width < 2 {
            lanes(&mut self.calm.points, hidden, rows);
        }
        (self.frame, self.suits) = (Arc::clone(frame), false);
        self.version += 1;
    }

    /// The piece of the plane that shows it on an area of this shape (width by height); it stands
    /// still while points move a little.
    pub fn window(&mut self, aspect: f32, classes: usize) -> Window {
        let is_flat = self.hidden().is_some_and(|hidden| hidden.width < 2);
        if let Some(window) = self.window {
            let has_shape = is_flat || axes::has_aspect(window, aspect);
            if has_shape && (self.suits || axes::suits(window, &self.calm.points)) {
                self.suits = true;
                return window;
            }
        }
        let window = match is_flat {
            true => axes::of_lanes(&self.calm.points, classes),
            false => axes::around(&self.calm.points, aspect),
        };
        (self.window, self.suits) = (Some(window), true);
        window
    }
}

/// A single value runs to the right; each class has a line of its own.
fn lanes(points: &mut [[f32; 2]], hidden: &Hidden, rows: Option<&Labelled>) {
    for (point, &row) in points.iter_mut().zip(&hidden.rows) {
        let class = rows.and_then(|rows| rows.targets.class(row)).unwrap_or(0);
        point[1] = -(class as f32);
    }
}

/// One end of a way.
#[derive(Clone, Copy)]
pub struct End<'a> {
    /// The picture there.
    pub placed: &'a Placed,
    /// The window that shows it.
    pub window: Window,
}

impl End<'_> {
    fn key(&self) -> (u64, Window) {
        (self.placed.version, self.window)
    }
}

/// What the mesh depends on.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    ends: [(u64, Window); 2],
    /// The stops of both ends.
    stops: [usize; 2],
    share: f32,
    area: Rect,
    variant: Variant,
    pixels_per_point: f32,
    has_grid: bool,
}

/// Everything that moves. Its room is kept: while it moves nothing is asked of the memory.
#[derive(Default)]
pub struct Scene {
    key: Option<Key>,
    /// Where the samples stand, as shares of width and height from the lower left corner.
    pub places: Vec<Place>,
    grid: Vec<[f32; 2]>,
    mesh: Arc<Mesh>,
    pens: Option<(f32, Stamps)>,
    path: Option<PathShape>,
}

impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scene").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What is drawn, and where.
pub struct Setting<'a> {
    /// The theme in use.
    pub theme: &'a Theme,
    /// The part that is shown.
    pub part: Part,
    /// Its rows.
    pub rows: &'a Labelled,
    /// Where.
    pub area: Rect,
    /// Whether the bent grid is drawn.
    pub has_grid: bool,
}

impl Scene {
    /// Draws what stands a share of the way from one end to the other.
    pub fn paint(
        &mut self,
        ui: &Ui,
        ends: [End<'_>; 2],
        (stops, share): ([usize; 2], f32),
        setting: &Setting<'_>,
    ) {
        let Setting { theme, area, has_grid, .. } = *setting;
        let pixels_per_point = ui.pixels_per_point();
        let variant = theme.variant;
        let ends_key = ends.map(|end| end.key());
        let key = Key { ends: ends_key, stops, share, area, variant, pixels_per_point, has_grid };
        let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
        if capture::is_taking(ui.ctx()) {
            self.key = None;
            self.blend(ends, share);
            let mut stamps = Stamps::new(pixels_per_point, true);
            self.add(setting, &mut stamps);
            painter.add(stamps.finish());
            return;
        }
        if self.key.as_ref() != Some(&key) {
            self.blend(ends, share);
            self.draw(setting, pixels_per_point);
            self.key = Some(key);
        }
        painter.add(Shape::Mesh(Arc::clone(&self.mesh)));
    }

    /// Puts samples and grid in their places.
    fn blend(&mut self, [from, to]: [End<'_>; 2], share: f32) {
        let at = |end: &End<'_>, point: [f32; 2]| share_of(end.window, point);
        let between = |a: [f32; 2], b: [f32; 2]| [0, 1].map(|k| a[k] + (b[k] - a[k]) * share);
        let [a, b] = [&from.placed.calm, &to.placed.calm];
        let is_same = a.rows == b.rows;
        self.places.clear();
        self.places.extend(b.points.iter().zip(&b.rows).enumerate().map(
            |(place, (point, row))| {
                let there = at(&to, *point);
                let here = a.points.get(place).filter(|_| is_same);
                let at = here.map_or(there, |point| between(at(&from, *point), there));
                Place { row: *row, at, near: 1.0 }
            },
        ));
        let is_same = a.grid.len() == b.grid.len();
        self.grid.clear();
        self.grid.extend(b.grid.iter().enumerate().map(|(place, point)| {
            let there = at(&to, *point);
            let here = a.grid.get(place).filter(|_| is_same);
            here.map_or(there, |point| between(at(&from, *point), there))
        }));
    }

    fn draw(&mut self, setting: &Setting<'_>, pixels_per_point: f32) {
        // Whoever painted the last one has let it go by now.
        let mesh = match Arc::get_mut(&mut self.mesh) {
            Some(mesh) => std::mem::take(mesh),
            None => Mesh::default(),
        };
        let (_, mut stamps) = self
            .pens
            .take()
            .filter(|(pixels, _)| *pixels == pixels_per_point)
            .unwrap_or_else(|| (pixels_per_point, Stamps::new(pixels_per_point, false)));
        stamps.reuse(mesh);
        self.add(setting, &mut stamps);
        self.mesh = Arc::new(stamps.take_mesh());
        self.pens = Some((pixels_per_point, stamps));
    }

    fn add(&mut self, setting: &Setting<'_>, stamps: &mut Stamps) {
        if setting.has_grid && self.grid.len() == 2 * LINES * POINTS {
            self.draw_grid(setting, stamps);
        }
        self.draw_samples(setting, stamps);
    }

    /// Lines one after the other; the first and the last of each direction are the edge.
    fn draw_grid(&mut self, setting: &Setting<'_>, stamps: &mut Stamps) {
        let Setting { theme, area, .. } = *setting;
        let path = self.path.get_or_insert_with(|| PathShape::line(Vec::new(), theme.hairline()));
        for (place, line) in self.grid.chunks_exact(POINTS).enumerate() {
            let is_edge = place % LINES == 0 || place % LINES == LINES - 1;
            let stroke = match is_edge {
                true => theme.stroke(2.0, theme.text_muted),
                false => theme.stroke(1.0, theme.outline.gamma_multiply(0.55)),
            };
            path.stroke = stroke.into();
            for piece in line.split(|point| point.iter().any(|value| !value.is_finite())) {
                path.points.clear();
                path.points.extend(piece.iter().map(|[x, y]| UNIT.screen_at(area, *x, *y)));
                stamps.path(path);
            }
        }
    }

    fn draw_samples(&self, setting: &Setting<'_>, stamps: &mut Stamps) {
        let Setting { theme, rows, part, area, .. } = *setting;
        if self.places.iter().any(|place| place.row >= rows.rows()) {
            return;
        }
        let range = label_range(&rows.targets);
        let radius = radius(theme, area);
        let style = PointStyle { theme, range, is_curve: false, fades: false, radius };
        add_points(stamps, (part, rows, &self.places), (UNIT, area), &style);
    }
}

/// A point as shares of width and height of a window, from its lower left corner.
fn share_of(window: Window, [x, y]: [f32; 2]) -> [f32; 2] {
    let share = |value: f32, [low, high]: [f32; 2]| (value - low) / (high - low);
    [share(x, window.x), share(y, window.y)]
}
