use super::frame::View;
use super::ops::{Bench, Op};

/// What is done to the images of some data before a model sees them, random steps left out, so
/// that an image from elsewhere can be prepared alike.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelSteps {
    shape: [usize; 3],
    ops: Vec<Op>,
}

impl PixelSteps {
    pub(super) fn new(shape: [usize; 3], ops: &[Op]) -> Self {
        Self { shape, ops: ops.to_vec() }
    }

    /// For images whose size before the first step is not known: the steps that leave the size
    /// as it is, on images of the size after the last.
    pub(super) fn of_any_size(shape: [usize; 3], ops: &[Op]) -> Self {
        let keeps_size = |op: &&Op| matches!(op, Op::Normalise { .. });
        Self { shape, ops: ops.iter().filter(keeps_size).cloned().collect() }
    }

    /// Channels, height and width of an image before the first step.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// What becomes of an image, `[channels, height, width]`, 0 to 1.
    ///
    /// # Panics
    /// When `image` has not as many values as its shape says.
    #[must_use]
    pub fn apply(&self, image: &[f32]) -> Vec<f32> {
        assert_eq!(image.len(), self.shape.iter().product::<usize>(), "as the shape says");
        Bench::default().run(&View::new(self.shape, image), &self.ops, None).values.clone()
    }
}
