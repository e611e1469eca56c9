//! Weights of a layer as small pictures, one for each channel that leads to another.

use egui::{Mesh, Rect, Role, Sense, Shape, StrokeKind, Ui, WidgetInfo, vec2};

use crate::base::HostTensor;

use super::textures::Ramp;
use super::theme::Theme;

/// What leads to each channel of a layer: one small picture for each channel that comes in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernels<'a> {
    /// Channels that come in, height and width of each picture.
    pub shape: [usize; 3],
    values: &'a [f32],
}

impl<'a> Kernels<'a> {
    /// From the weight of a convolution, `[out, in, height, width]`, or of a dense layer,
    /// `[out, in]`, whose inputs were an image of shape `source`. `None` where they were none.
    #[must_use]
    pub fn of(weight: &'a HostTensor, source: [usize; 3]) -> Option<Self> {
        let shape = match *weight.shape() {
            [_, channels, height, width] => [channels, height, width],
            [_, inputs] if inputs == source.iter().product::<usize>() && inputs > source[0] => {
                source
            }
            _ => return None,
        };
        Some(Self { shape, values: weight.data() })
    }

    /// Weights from channel `from` to channel `to`, in reading order.
    #[must_use]
    pub fn one(self, to: usize, from: usize) -> &'a [f32] {
        let [_, height, width] = self.shape;
        let size = height * width;
        self.of_channel(to).get(from * size..(from + 1) * size).unwrap_or_default()
    }

    /// All weights that lead to a channel.
    #[must_use]
    pub fn of_channel(self, to: usize) -> &'a [f32] {
        let size: usize = self.shape.iter().product();
        self.values.get(to * size..(to + 1) * size).unwrap_or_default()
    }

    /// All weights.
    #[must_use]
    pub fn all(self) -> &'a [f32] {
        self.values
    }

    /// How strongly channel `from` feeds channel `to`: the Euclidean norm of the weights between
    /// them.
    #[must_use]
    pub fn norm(self, to: usize, from: usize) -> f32 {
        self.one(to, from).iter().map(|weight| weight * weight).sum::<f32>().sqrt()
    }
}

/// Draws one such picture, `side` points along its longer side; `most` has the full colour.
pub fn paint_kernel(
    ui: &mut Ui,
    theme: &Theme,
    (weights, [high, wide]): (&[f32], [usize; 2]),
    most: f32,
    (side, name): (f32, &str),
) {
    let cell = side / high.max(wide).max(1) as f32;
    let size = vec2(cell * wide as f32, cell * high as f32);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let (ramp, mut mesh) = (Ramp::signed(theme), Mesh::default());
    for (place, &weight) in weights.iter().enumerate() {
        let at = vec2((place % wide.max(1)) as f32, (place / wide.max(1)) as f32);
        let square = Rect::from_min_size(rect.min + cell * at, vec2(cell, cell));
        mesh.add_colored_rect(square, ramp.of(weight, most));
    }
    ui.painter().add(Shape::mesh(mesh));
    ui.painter().rect_stroke(rect, 0.0, theme.hairline(), StrokeKind::Outside);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    response.on_hover_text(name);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(shape: &[usize]) -> HostTensor {
        let count: usize = shape.iter().product();
        let values = (0..count).map(|value| value as f32).collect();
        HostTensor::new(shape.to_vec(), values).expect("fits")
    }

    #[test]
    fn kernels_are_those_of_pytorch() {
        // torch.arange(36.).view(2, 3, 2, 3)[1, 2] is [[30, 31, 32], [33, 34, 35]].
        let weight = weight(&[2, 3, 2, 3]);
        let kernels = Kernels::of(&weight, [0; 3]).expect("a convolution");
        assert_eq!(kernels.shape, [3, 2, 3]);
        assert_eq!(kernels.one(1, 2), [30., 31., 32., 33., 34., 35.]);
        assert_eq!(kernels.of_channel(1)[0], 18.0);
        assert_eq!(kernels.one(1, 3), [0.0_f32; 0]);
        // torch.arange(36.).view(2, 3, 2, 3)[1, 2].norm()
        assert!((kernels.norm(1, 2) - 79.718_25).abs() < 1e-3);
    }

    #[test]
    fn weights_of_a_dense_layer_are_images_where_its_inputs_were() {
        let weight = weight(&[2, 12]);
        let kernels = Kernels::of(&weight, [3, 2, 2]).expect("an image comes in");
        assert_eq!(kernels.one(1, 2), [20., 21., 22., 23.]);
        assert_eq!(Kernels::of(&weight, [12, 1, 1]), None, "a row of values comes in");
        assert_eq!(Kernels::of(&weight, [3, 2, 3]), None);
    }
}
