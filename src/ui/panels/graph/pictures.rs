//! What each neuron sees, painted into one texture: activations over the plane, a curve, weights
//! as an image or as bars, or how far it is excited by a sample.

use std::borrow::Cow;
use std::sync::Arc;

use egui::{Color32, ColorImage, Context, Pos2, Rect, TextureId, TextureOptions, pos2, vec2};

use crate::base::ends;
use crate::data::Dataset;
use crate::record::{BoundaryRequest, Input, ProbeFrame, Trace};
use crate::spec::Task;
use crate::ui::parts::label_range;
use crate::ui::textures::{OutputColours, Ramp, Texture, hatch};
use crate::ui::theme::{self, Theme, Variant};

use super::anatomy::{Anatomy, Dense, Kind};
use super::layout::Layout;
use super::values::{self, Weights};

/// Neurons beside each other on the texture.
const ACROSS: usize = 16;
/// Pixels along a side for what is drawn rather than computed cell by cell.
const DRAWN: usize = 48;
/// Most weights that are shown as bars.
const BARS: usize = 32;

/// What the neurons of a column show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Activations over the plane of the two features.
    Map,
    /// Activations along the only feature.
    Curve,
    /// Weights of an image `[channels, height, width]`.
    Weights([usize; 3]),
    /// Weights beside each other.
    Bars,
    /// How far a sample excites it.
    Level,
    /// A channel of what the sample becomes, `[height, width]`.
    Channel([usize; 2]),
    /// The sample.
    Sample([usize; 3]),
    /// Nothing.
    Nothing,
}

impl Show {
    /// What the neurons of a column show on such data.
    #[must_use]
    pub fn of(anatomy: &Anatomy, data: &Dataset, column: usize) -> Self {
        let kind = &anatomy.columns[column].kind;
        match (kind, anatomy.weights_image(column)) {
            (Kind::Block(_), _) => Self::Nothing,
            (Kind::Image(shape), _) => Self::Sample(*shape),
            (Kind::Channels(maps), _) => Self::Channel([maps.shape[1], maps.shape[2]]),
            _ if data.is_planar() => Self::Map,
            _ if data.is_curve() => Self::Curve,
            (_, Some(shape)) => Self::Weights(shape),
            (Kind::Dense(dense), _) if dense.hidden.is_some() && dense.inputs <= BARS => Self::Bars,
            _ => Self::Level,
        }
    }
}

/// Everything that the pictures depend on besides the frame.
pub struct Subject<'a> {
    pub anatomy: &'a Anatomy,
    pub layout: &'a Layout,
    pub data: &'a Arc<Dataset>,
    /// The piece of the plane that maps are computed over, and how fine.
    pub window: &'a BoundaryRequest,
    /// The sample that is followed where there is no plane.
    pub input: &'a Input,
    pub theme: &'a Theme,
}

/// The pictures of all neurons that are shown.
#[derive(Debug, Default)]
pub struct Pictures {
    texture: Texture,
    image: Option<ColorImage>,
    side: usize,
    /// The features over the window, in the order in which they are shown.
    features: Vec<Vec<f32>>,
    /// Where the pictures of each column begin.
    first: Vec<usize>,
    /// What each column shows.
    pub shows: Vec<Show>,
    /// The value that has the full colour, for each column.
    pub scales: Vec<f32>,
    shown: Option<(Option<Arc<ProbeFrame>>, Variant)>,
    /// The piece of the plane that they are over.
    window: Option<BoundaryRequest>,
}

impl Pictures {
    /// Forgets everything: the columns are others.
    pub fn clear(&mut self) {
        self.shown = None;
    }

    /// The texture, once it is painted.
    #[must_use]
    pub fn texture(&self) -> Option<TextureId> {
        self.texture.id()
    }

    /// Which part of the texture shows the picture at a place of a column.
    #[must_use]
    pub fn uv(&self, column: usize, place: usize) -> Rect {
        let index = self.first.get(column).copied().unwrap_or_default() + place;
        let Some(image) = &self.image else { return Rect::ZERO };
        let size = vec2(image.size[0] as f32, image.size[1] as f32);
        let at = pos2((index % ACROSS) as f32, (index / ACROSS) as f32);
        // Half a pixel less on each side, so that neighbours do not bleed in.
        let rect = Rect::from_min_size(at, vec2(1.0, 1.0)).scale_from(self.side as f32).shrink(0.5);
        Rect::from_min_max(over(rect.min, size), over(rect.max, size))
    }

    /// Paints everything again if there is a new frame.
    pub fn update(
        &mut self,
        ctx: &Context,
        subject: &Subject<'_>,
        frame: Option<&Arc<ProbeFrame>>,
    ) {
        let look = subject.theme.variant;
        let is_shown = self.shown.as_ref().is_some_and(|(shown, was)| {
            let same = match (shown, frame) {
                (Some(shown), Some(frame)) => Arc::ptr_eq(shown, frame),
                (None, None) => true,
                _ => false,
            };
            same && *was == look
        });
        if self.window.as_ref() != Some(subject.window) {
            self.shown = None;
        } else if is_shown {
            return;
        }
        self.arrange(subject);
        let mut image = self.image.take().unwrap_or_default();
        self.paint(&mut image, subject, frame.map(AsRef::as_ref));
        self.texture.set(ctx, "neurons", image.clone(), TextureOptions::LINEAR);
        self.image = Some(image);
        self.shown = Some((frame.cloned(), look));
        self.window = Some(subject.window.clone());
    }

    /// Gives every neuron its place on the texture.
    fn arrange(&mut self, subject: &Subject<'_>) {
        let columns = 0..subject.anatomy.columns.len();
        self.shows = columns.map(|at| Show::of(subject.anatomy, subject.data, at)).collect();
        self.scales = vec![0.0; self.shows.len()];
        self.side = cell_side(&self.shows, subject.window.side);
        let mut next = 0;
        self.first.clear();
        for (spot, show) in subject.layout.spots.iter().zip(&self.shows) {
            self.first.push(next);
            next += match show {
                Show::Sample(_) => 1,
                Show::Nothing => 0,
                // Kernels stand behind all channels.
                Show::Channel(_) => 2 * spot.shown.len(),
                _ => spot.shown.len(),
            };
        }
        self.find_features(subject);
        let size = [ACROSS * self.side, next.div_ceil(ACROSS).max(1) * self.side];
        if self.image.as_ref().is_none_or(|image| image.size != size) {
            self.image = Some(ColorImage::filled(size, subject.theme.canvas));
        }
    }

    /// Features stay what they are while the network trains.
    fn find_features(&mut self, subject: &Subject<'_>) {
        if self.shown.is_some() {
            return;
        }
        let has_maps = matches!(self.shows.first(), Some(Show::Map | Show::Curve));
        let units = subject.layout.spots.first().filter(|_| has_maps);
        let units = units.map_or(&[][..], |spot| &spot.shown);
        let maps = units.iter().map(|&unit| feature_map(subject.data, subject.window, unit));
        self.features = maps.collect();
    }

    fn paint(&mut self, image: &mut ColorImage, subject: &Subject<'_>, frame: Option<&ProbeFrame>) {
        let trace = frame.and_then(|frame| frame.inside.trace_of(subject.input));
        let ramp = Ramp::signed(subject.theme);
        for column in 0..self.shows.len() {
            let source = Source { subject, frame, trace, column, features: &self.features };
            let show = self.shows[column];
            let scale = source.scale(show);
            self.scales[column] = scale;
            let count = match show {
                Show::Nothing => 0,
                Show::Sample(_) => 1,
                _ => subject.layout.spots[column].shown.len(),
            };
            for place in 0..count {
                let index = self.first[column] + place;
                let unit = source.units().get(place).copied().unwrap_or_default();
                let mut cell = Cell { image: &mut *image, side: self.side, index };
                source.paint_unit(&mut cell, show, unit, scale, &ramp);
                if matches!(show, Show::Channel(_)) {
                    let mut cell =
                        Cell { image: &mut *image, side: self.side, index: index + count };
                    source.paint_kernel(&mut cell, unit, &ramp);
                }
            }
        }
    }
}

/// The picture of one value alone, larger: its pixels, what it shows, and the value that has the
/// full colour. `scale` is that of its column, where it is known.
#[must_use]
pub fn one(
    subject: &Subject<'_>,
    frame: Option<&ProbeFrame>,
    column: usize,
    unit: usize,
    scale: Option<f32>,
) -> (ColorImage, Show, f32) {
    let show = Show::of(subject.anatomy, subject.data, column);
    let side = match show {
        Show::Map => subject.window.side,
        Show::Weights([_, height, width])
        | Show::Sample([_, height, width])
        | Show::Channel([height, width]) => height.max(width),
        _ => 2 * DRAWN,
    };
    let trace = frame.and_then(|frame| frame.inside.trace_of(subject.input));
    let source = Source { subject, frame, trace, column, features: &[] };
    let scale = scale.unwrap_or_else(|| source.scale(show));
    let mut image = ColorImage::filled([side.max(1); 2], subject.theme.canvas);
    let mut cell = Cell { image: &mut image, side: side.max(1), index: 0 };
    source.paint_unit(&mut cell, show, unit, scale, &Ramp::signed(subject.theme));
    (image, show, scale)
}

fn over(at: Pos2, size: egui::Vec2) -> Pos2 {
    pos2(at.x / size.x, at.y / size.y)
}

trait ScaleFrom {
    fn scale_from(self, factor: f32) -> Self;
}

impl ScaleFrom for Rect {
    /// Scaled about the origin.
    fn scale_from(self, factor: f32) -> Self {
        Self::from_min_max(
            (self.min.to_vec2() * factor).to_pos2(),
            (self.max.to_vec2() * factor).to_pos2(),
        )
    }
}

/// Pixels along the side of a picture.
fn cell_side(shows: &[Show], window: usize) -> usize {
    let sides = shows.iter().filter_map(|show| match show {
        Show::Weights([_, height, width])
        | Show::Sample([_, height, width])
        | Show::Channel([height, width]) => Some((*height).max(*width).clamp(16, DRAWN)),
        _ => None,
    });
    let image = sides.max();
    match shows.contains(&Show::Map) {
        true => window.max(1),
        false => image.unwrap_or(DRAWN),
    }
}

/// What the pictures of one column are painted from.
struct Source<'a> {
    subject: &'a Subject<'a>,
    frame: Option<&'a ProbeFrame>,
    trace: Option<&'a Trace>,
    column: usize,
    /// The features over the window where they are known already.
    features: &'a [Vec<f32>],
}

impl<'a> Source<'a> {
    fn dense(&self) -> Option<&'a Dense> {
        self.subject.anatomy.dense(self.column)
    }

    fn units(&self) -> &'a [usize] {
        &self.subject.layout.spots[self.column].shown
    }

    fn weights(&self) -> Option<Weights<'a>> {
        Weights::of(self.frame?, self.dense()?)
    }

    /// A feature over the window.
    fn feature(&self, unit: usize) -> Cow<'a, [f32]> {
        let known = self.units().binary_search(&unit).ok();
        match known.and_then(|place| self.features.get(place)) {
            Some(map) => Cow::Borrowed(map),
            None => Cow::Owned(feature_map(self.subject.data, self.subject.window, unit)),
        }
    }

    /// Activations of a value over the window.
    fn map(&self, unit: usize) -> Option<&'a [f32]> {
        let dense = self.dense()?;
        values::map(self.frame?, self.subject.window, dense.shown, dense.shown_unit(unit))
    }

    /// What the followed sample makes of the values of the column.
    fn levels(&self) -> Option<&'a [f32]> {
        let trace = self.trace?;
        let maps = self.subject.anatomy.maps(self.column).map(|maps| maps.shown);
        match self.dense().map(|dense| dense.shown).or(maps) {
            Some(shown) => {
                let layer = trace.layers.iter().find(|layer| layer.layer == shown)?;
                Some(&layer.values)
            }
            None => Some(&trace.input),
        }
    }

    /// The value that gets the full colour.
    fn scale(&self, show: Show) -> f32 {
        let bounded = self.dense().map(|dense| dense.activation.range());
        let bound = bounded.map(|[low, high]| low.abs().max(high.abs()) as f32);
        let known = bound.filter(|bound| bound.is_finite());
        match show {
            Show::Map | Show::Curve if self.dense().is_none() => 0.0,
            Show::Map | Show::Curve => known.unwrap_or_else(|| {
                let maps = self.units().iter().filter_map(|&unit| self.map(unit));
                maps.map(values::widest).fold(0.0, f32::max)
            }),
            Show::Bars => self.weights().map_or(0.0, Weights::widest),
            Show::Channel(_) => self.levels().map_or(0.0, values::widest),
            Show::Level => known.unwrap_or_else(|| self.levels().map_or(0.0, values::widest)),
            Show::Weights(_) | Show::Sample(_) | Show::Nothing => 0.0,
        }
    }

    fn paint_unit(&self, cell: &mut Cell<'_>, show: Show, unit: usize, scale: f32, ramp: &Ramp) {
        let theme = self.subject.theme;
        // Features are measured in units of their own.
        let is_feature = self.dense().is_none() && matches!(show, Show::Map | Show::Curve);
        let scale = if is_feature { values::widest(&self.feature(unit)) } else { scale };
        let done = match show {
            Show::Map => self.paint_map(cell, unit, scale, ramp),
            Show::Curve => self.curve(unit).map(|line| cell.curve(&line, scale, theme)),
            Show::Weights(shape) => self.weights().map(|weights| {
                let own = weights.incoming(unit);
                cell.plane(own, shape, values::widest(own), ramp, theme);
            }),
            Show::Bars => {
                self.weights().map(|weights| cell.bars(weights.incoming(unit), scale, theme))
            }
            Show::Level => self.paint_level(cell, unit, scale, theme),
            Show::Channel(shape) => self.paint_channel(cell, unit, shape, (scale, ramp)),
            Show::Sample(shape) => self.trace.map(|trace| cell.sample(&trace.input, shape)),
            Show::Nothing => None,
        };
        if done.is_none() {
            cell.fill(|_, _| theme.canvas);
        }
    }

    fn paint_channel(
        &self,
        cell: &mut Cell<'_>,
        unit: usize,
        [height, width]: [usize; 2],
        (scale, ramp): (f32, &Ramp),
    ) -> Option<()> {
        let values = self.subject.anatomy.maps(self.column)?.channel(self.levels()?, unit);
        cell.plane(values, [1, height, width], scale, ramp, self.subject.theme);
        Some(())
    }

    /// The kernels of a channel, where they are drawn beside it; of several their mean.
    fn paint_kernel(&self, cell: &mut Cell<'_>, unit: usize, ramp: &Ramp) {
        let maps = self.subject.anatomy.maps(self.column).filter(|maps| maps.has_kernels_beside());
        let kernels = maps.and_then(|maps| values::kernels(self.frame?, maps));
        if let Some(kernels) = kernels {
            let most = values::widest(kernels.all());
            let theme = self.subject.theme;
            cell.plane(kernels.of_channel(unit), kernels.shape, most, ramp, theme);
        }
    }

    fn paint_map(&self, cell: &mut Cell<'_>, unit: usize, scale: f32, ramp: &Ramp) -> Option<()> {
        let theme = self.subject.theme;
        let map = match self.dense() {
            Some(_) => Cow::Borrowed(self.map(unit)?),
            None => self.feature(unit),
        };
        let side = self.subject.window.side;
        let output = self.output_colours(unit);
        cell.fill(|x, y| {
            let value = map.get((side - 1 - y) * side + x).copied().unwrap_or(f32::NAN);
            match &output {
                _ if !value.is_finite() => hatch(theme, y, x),
                Some(output) => output.of(value),
                None => ramp.of(value, scale),
            }
        });
        Some(())
    }

    /// The colours of an output; `None` for other neurons.
    fn output_colours(&self, unit: usize) -> Option<OutputRamp> {
        self.dense().filter(|dense| dense.hidden.is_none())?;
        Some(OutputRamp::new(self.subject, self.dense()?, unit))
    }

    /// Activations along the only feature.
    fn curve(&self, unit: usize) -> Option<Cow<'a, [f32]>> {
        let side = self.subject.window.side;
        match self.dense() {
            Some(_) => self.map(unit)?.get(..side).map(Cow::Borrowed),
            None => Some(Cow::Owned(self.feature(unit)[..side].to_vec())),
        }
    }

    fn paint_level(
        &self,
        cell: &mut Cell<'_>,
        unit: usize,
        scale: f32,
        theme: &Theme,
    ) -> Option<()> {
        let levels = self.levels()?;
        let at = self.dense().map_or(unit, |dense| dense.shown_unit(unit));
        let value = levels.get(at).copied()?;
        let is_share = matches!(self.subject.data.task, Task::Classification { .. })
            && self.dense().is_some_and(|dense| dense.hidden.is_none());
        if is_share && value.is_finite() {
            let class = self.dense().map_or(unit, |dense| dense.shown_unit(unit));
            let side = cell.side;
            let high = (value.clamp(0.0, 1.0) * side as f32).round() as usize;
            let colour = theme.class(class);
            cell.fill(|_, y| if side - y <= high { colour } else { theme.canvas });
        } else {
            let colour = theme.signed(if scale > 0.0 { value / scale } else { value });
            cell.fill(|x, y| if value.is_finite() { colour } else { hatch(theme, y, x) });
        }
        Some(())
    }
}

/// A feature over the window, or one that is computed from others.
#[must_use]
pub fn feature_map(data: &Dataset, window: &BoundaryRequest, feature: usize) -> Vec<f32> {
    let side = window.side;
    let at = |[low, high]: [f32; 2], place: usize| {
        low + (high - low) * (place as f32 + 0.5) / side as f32
    };
    let mut row = Vec::with_capacity(data.shape.len());
    let cells = (0..side * side).map(|cell| {
        let point = [at(window.x, cell % side), at(window.y, cell / side)];
        row.clear();
        data.lift(&point[..data.base_features().min(2)], &mut row);
        row.get(feature).copied().unwrap_or(f32::NAN)
    });
    cells.collect()
}

/// Colours of an output, worked out once.
struct OutputRamp {
    colours: Vec<Color32>,
    low: f32,
    high: f32,
}

impl OutputRamp {
    fn new(subject: &Subject<'_>, dense: &Dense, unit: usize) -> Self {
        const STEPS: usize = 128;
        let theme = subject.theme;
        let range = label_range(&subject.data.train.targets);
        let [low, high] = range.unwrap_or([0.0, 1.0]);
        let output = OutputColours { theme, range };
        let colour = |step: usize| {
            let value = low + (high - low) * step as f32 / STEPS as f32;
            match (range, dense.is_score_of_second) {
                (None, false) => theme.confidence(unit, value),
                _ => output.of(&[value]).unwrap_or(theme.nan),
            }
        };
        Self { colours: (0..=STEPS).map(colour).collect(), low, high }
    }

    fn of(&self, value: f32) -> Color32 {
        let share = (value - self.low) / (self.high - self.low).max(f32::MIN_POSITIVE);
        let last = self.colours.len() - 1;
        self.colours[((share.clamp(0.0, 1.0) * last as f32 + 0.5) as usize).min(last)]
    }
}

/// The place of one picture on the texture.
struct Cell<'a> {
    image: &'a mut ColorImage,
    side: usize,
    index: usize,
}

impl Cell<'_> {
    /// Paints every pixel; x runs to the right, y downwards.
    fn fill(&mut self, mut colour: impl FnMut(usize, usize) -> Color32) {
        let (left, top) = (self.index % ACROSS * self.side, self.index / ACROSS * self.side);
        let line = self.image.size[0];
        for y in 0..self.side {
            let start = (top + y) * line + left;
            for (x, pixel) in self.image.pixels[start..start + self.side].iter_mut().enumerate() {
                *pixel = colour(x, y);
            }
        }
    }

    /// Signed values of an image; of several channels their mean.
    fn plane(
        &mut self,
        values: &[f32],
        [channels, height, width]: [usize; 3],
        scale: f32,
        ramp: &Ramp,
        theme: &Theme,
    ) {
        let side = self.side;
        self.fill(|x, y| {
            let at = (y * height / side) * width + x * width / side;
            let all = (0..channels).map(|channel| {
                values.get(channel * height * width + at).copied().unwrap_or(f32::NAN)
            });
            let mean = all.sum::<f32>() / channels.max(1) as f32;
            if mean.is_finite() { ramp.of(mean, scale) } else { hatch(theme, y, x) }
        });
    }

    /// An image in greys, or in colour, stretched to its own range.
    fn sample(&mut self, values: &[f32], [channels, height, width]: [usize; 3]) {
        let [low, high] = ends(values.iter().copied()).unwrap_or([0.0, 1.0]);
        let side = self.side;
        let share = |channel: usize, at: usize| {
            let value = values.get(channel * height * width + at).copied().unwrap_or(low);
            ((value - low) / (high - low).max(f32::MIN_POSITIVE)).clamp(0.0, 1.0)
        };
        self.fill(|x, y| {
            let at = (y * height / side) * width + x * width / side;
            match channels {
                3 => theme::pixel([0, 1, 2].map(|channel| share(channel, at))),
                _ => theme::pixel([share(0, at); 3]),
            }
        });
    }

    /// A line over the zero line, filled in between.
    fn curve(&mut self, line: &[f32], scale: f32, theme: &Theme) {
        let side = self.side;
        let zero = 0.5 * side as f32;
        let height = |x: usize| {
            let place = (x as f32 + 0.5) / side as f32 * line.len() as f32 - 0.5;
            let left = (place.max(0.0) as usize).min(line.len().saturating_sub(1));
            let right = (left + 1).min(line.len().saturating_sub(1));
            let value =
                line[left] + (line[right] - line[left]) * (place - left as f32).clamp(0.0, 1.0);
            zero - value / scale.max(f32::MIN_POSITIVE) * 0.44 * side as f32
        };
        let heights: Vec<f32> = (0..side).map(height).collect();
        self.fill(|x, y| {
            let (at, row) = (heights[x], y as f32 + 0.5);
            if !at.is_finite() {
                return hatch(theme, y, x);
            }
            let next = heights[(x + 1).min(side - 1)];
            let (top, bottom) = (at.min(next), at.max(next));
            let away = (top - row).max(row - bottom).max(0.0);
            let strong = if at < zero { theme.positive } else { theme.negative };
            let is_between = (row - zero) * (row - at) < 0.0;
            let ground = match (is_between, (row - zero).abs() < 0.6) {
                (true, _) => theme::mix(theme.canvas, strong, 0.3),
                (false, true) => theme.line,
                (false, false) => theme.canvas,
            };
            theme::mix(ground, strong, (1.9 - away).clamp(0.0, 1.0))
        });
    }

    /// A bar for each weight, up from the middle or down.
    fn bars(&mut self, weights: &[f32], scale: f32, theme: &Theme) {
        let (side, count) = (self.side, weights.len().max(1));
        let zero = 0.5 * side as f32;
        let has_gaps = side / count >= 3;
        self.fill(|x, y| {
            let bar = (x * count / side).min(count - 1);
            let is_gap = has_gaps && x + 1 < side && (x + 1) * count / side != bar;
            let weight = weights.get(bar).copied().unwrap_or(0.0);
            if !weight.is_finite() {
                return hatch(theme, y, x);
            }
            let tip = zero - weight / scale.max(f32::MIN_POSITIVE) * 0.46 * side as f32;
            let row = y as f32 + 0.5;
            match (row - zero) * (row - tip) < 0.0 && !is_gap {
                true if weight > 0.0 => theme.positive,
                true => theme.negative,
                false if (row - zero).abs() < 0.6 => theme.line,
                false => theme.canvas,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Matrix, RunId};
    use crate::record::{MapRequest, Maps, Position, UnitsOf};
    use crate::spec::{Activation, DenseSpec};
    use crate::ui::panels::graph::tests::{planar, valid};
    use crate::ui::textures::output_pixels;

    /// Pixels of one value of a network of three ReLU neurons and two classes, whose maps over
    /// the plane are `map`.
    fn painted(column: usize, map: &[f32], side: usize) -> ColorImage {
        let data = planar(2);
        let hidden = vec![DenseSpec::new(3).into(), Activation::Relu.into()];
        let anatomy = Anatomy::of(&valid(hidden, &data), &data);
        let none = std::collections::BTreeSet::new();
        let layout = Layout::of(&anatomy, vec2(400.0, 300.0), &none, [0.0; 2]);
        let window = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], side);
        let dense = anatomy.dense(column).expect("dense");
        let units = UnitsOf { layer: dense.shown, units: Arc::new([dense.shown_unit(0)]) };
        let request = MapRequest { window: window.clone(), layers: vec![units] };
        let values = Matrix::new(1, side * side, map.to_vec()).expect("fits");
        let mut frame = ProbeFrame::empty(RunId(1), Position::default());
        frame.inside.maps = vec![Maps { request, plane: None, layers: vec![values] }];
        let input = super::super::drawing::sample(&data, 0);
        let theme = &Theme::LIGHT;
        let subject = Subject {
            anatomy: &anatomy,
            layout: &layout,
            data: &data,
            window: &window,
            input: &input,
            theme,
        };
        one(&subject, Some(&frame), column, 0, None).0
    }

    #[test]
    fn cells_stand_where_those_of_the_boundary_do() {
        let shares = [0.1, 0.3, 0.9, 0.6, 0.75, 0.2, 1.0, 0.0, 0.45];
        let outputs: Vec<f32> = shares.iter().flat_map(|share| [1.0 - share, *share]).collect();
        let outputs = Matrix::new(9, 2, outputs).expect("fits");
        let colours = OutputColours { theme: &Theme::LIGHT, range: None };
        let boundary = output_pixels(&outputs, 3, &colours);
        let found = painted(2, &shares, 3);
        for (own, other) in found.pixels.iter().zip(&boundary.pixels) {
            let off = own.to_array().into_iter().zip(other.to_array());
            let off = off.map(|(a, b)| a.abs_diff(b)).max();
            assert!(off <= Some(2), "{own:?} is not {other:?}: off by more than a step of colour");
        }
    }

    #[test]
    fn a_dead_layer_is_blank_and_what_is_no_number_is_hatched() {
        let theme = &Theme::LIGHT;
        assert!(painted(1, &[0.0; 16], 4).pixels.iter().all(|pixel| *pixel == theme.canvas));
        let hatched = painted(1, &[f32::NAN; 16], 4);
        assert!(hatched.pixels.contains(&theme.nan) && hatched.pixels.contains(&theme.canvas));
    }

    #[test]
    fn the_largest_activation_has_the_full_colour() {
        let theme = &Theme::LIGHT;
        let image = painted(1, &[2.0, -2.0, 0.0, 1.0], 2);
        // The first row of cells is the lower one.
        let [upper_left, upper_right, lower_left, lower_right] = image.pixels[..] else {
            panic!("four cells")
        };
        assert_eq!((lower_left, lower_right), (theme.positive, theme.negative));
        assert_eq!((upper_left, upper_right), (theme.canvas, theme.signed(0.5)));
    }
}
