use crate::data::Features;

/// An image with one plane for each channel, `[channels, height, width]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Frame<T> {
    pub(super) channels: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) values: Vec<T>,
}

/// Pixels as a file has them: 0 to 255.
pub(super) type Picture = Frame<u8>;

/// Pixels as a model sees them; as a picture has them, 0 to 1.
pub(super) type Image = Frame<f32>;

impl<T: Copy + Default> Frame<T> {
    /// Takes another size. What the values are then is not said.
    pub(super) fn reshape(&mut self, channels: usize, height: usize, width: usize) {
        (self.channels, self.height, self.width) = (channels, height, width);
        self.values.resize(channels * height * width, T::default());
    }

    /// The same to be read from.
    pub(super) fn view(&self) -> View<'_, T> {
        let size = (self.height, self.width);
        View { channels: self.channels, size, spread: false, values: &self.values }
    }
}

impl Image {
    /// Values of one plane.
    pub(super) fn plane_mut(&mut self, channel: usize) -> &mut [f32] {
        let area = self.height * self.width;
        &mut self.values[channel * area..(channel + 1) * area]
    }

    /// The same in bytes: 1 becomes 255.
    pub(super) fn to_picture(&self) -> Picture {
        let bytes = self.values.iter().map(|value| (value * 255.0).round().clamp(0.0, 255.0) as u8);
        Frame {
            channels: self.channels,
            height: self.height,
            width: self.width,
            values: bytes.collect(),
        }
    }
}

/// Something whose rows of pixels can be read as `f32`.
pub(super) trait Planes {
    /// Number of channels.
    fn channels(&self) -> usize;

    /// Height and width.
    fn size(&self) -> (usize, usize);

    /// One row of one channel; `room` may be used to write it to.
    fn row<'a>(&'a self, channel: usize, y: usize, room: &'a mut Vec<f32>) -> &'a [f32];
}

/// An image that lies elsewhere. A single plane may stand for several equal channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a, T> {
    channels: usize,
    size: (usize, usize),
    spread: bool,
    values: &'a [T],
}

impl<'a, T> View<'a, T> {
    /// `values` as `[channels, height, width]`.
    pub(super) fn new(shape: [usize; 3], values: &'a [T]) -> Self {
        Self { channels: shape[0], size: (shape[1], shape[2]), spread: false, values }
    }

    /// The same with its only channel standing for all of `channels`; as it is where it has more.
    pub(super) fn spread_to(self, channels: usize) -> Self {
        if self.channels == 1 { Self { channels, spread: true, ..self } } else { self }
    }

    fn stored(&self, channel: usize, y: usize) -> &'a [T] {
        let (height, width) = self.size;
        let channel = if self.spread { 0 } else { channel };
        &self.values[(channel * height + y) * width..][..width]
    }
}

impl Planes for View<'_, f32> {
    fn channels(&self) -> usize {
        self.channels
    }

    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn row<'a>(&'a self, channel: usize, y: usize, _: &'a mut Vec<f32>) -> &'a [f32] {
        self.stored(channel, y)
    }
}

impl Planes for View<'_, u8> {
    fn channels(&self) -> usize {
        self.channels
    }

    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn row<'a>(&'a self, channel: usize, y: usize, room: &'a mut Vec<f32>) -> &'a [f32] {
        room.clear();
        room.extend(self.stored(channel, y).iter().map(|&byte| from_byte(byte)));
        room
    }
}

/// A rectangle of another image, wholly inside it.
pub(super) struct Window<'p, P> {
    pub(super) of: &'p P,
    pub(super) top: usize,
    pub(super) left: usize,
    pub(super) size: (usize, usize),
}

impl<P: Planes> Planes for Window<'_, P> {
    fn channels(&self) -> usize {
        self.of.channels()
    }

    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn row<'a>(&'a self, channel: usize, y: usize, room: &'a mut Vec<f32>) -> &'a [f32] {
        &self.of.row(channel, self.top + y, room)[self.left..self.left + self.size.1]
    }
}

/// A pixel of a file as a model sees it.
pub(super) fn from_byte(byte: u8) -> f32 {
    f32::from(byte) / 255.0
}

/// The bytes that `features` were made from by dividing by 255, where they were all made so.
pub(super) fn as_bytes(features: &Features) -> Option<Vec<u8>> {
    use rayon::prelude::*;
    let values = features.table()?.data();
    let byte = |&value: &f32| {
        let byte = (value * 255.0).round() as u8;
        (from_byte(byte).to_bits() == value.to_bits()).then_some(byte)
    };
    values.par_iter().with_min_len(1 << 16).map(byte).collect()
}
