//! Which piece of the input a place in a layer can see.

use crate::spec::{ConvSpec, LayerKind, LayerSpec, PoolSpec};

/// Rows and columns of an image, each from the first to the one after the last.
pub type Piece = [std::ops::Range<usize>; 2];

/// The piece of the input, `[height, width]`, that reaches the value at `[row, column]` after
/// `layers`: its receptive field, without what lies in the padding. All of it behind a layer that
/// joins all places.
#[must_use]
pub fn reach(layers: &[LayerSpec], at: [usize; 2], input: [usize; 2]) -> Piece {
    [0, 1].map(|axis| {
        let mut piece = [at[axis] as i64; 2];
        for layer in layers.iter().rev().filter(|layer| !layer.off) {
            match before(&layer.kind, axis, piece) {
                Some(earlier) => piece = earlier,
                None => return 0..input[axis],
            }
        }
        let [first, last] = piece;
        let side = input[axis] as i64;
        first.clamp(0, side) as usize..(last + 1).clamp(0, side) as usize
    })
}

/// First and last place that go into those of `piece`; `None` where all do.
fn before(kind: &LayerKind, axis: usize, piece: [i64; 2]) -> Option<[i64; 2]> {
    let window = match kind {
        LayerKind::Conv2d(conv) => of_conv(conv, axis),
        LayerKind::MaxPool2d(pool) | LayerKind::AvgPool2d { pool, .. } => of_pool(*pool, axis),
        LayerKind::GlobalAvgPool | LayerKind::Dense(_) | LayerKind::Flatten => return None,
        _ => return Some(piece),
    };
    let [stride, padding, more] = window;
    let [first, last] = piece.map(|place| place.saturating_mul(stride) - padding);
    Some([first, last.saturating_add(more)])
}

/// Stride, padding before the first value, and how far the last value of a window lies behind its
/// first.
fn of_conv(conv: &ConvSpec, axis: usize) -> [i64; 3] {
    let more = conv.kernel[axis].saturating_sub(1).saturating_mul(conv.dilation[axis]);
    [conv.stride[axis], conv.pads(axis)[0], more].map(|length| length as i64)
}

fn of_pool(pool: PoolSpec, axis: usize) -> [i64; 3] {
    let more = pool.kernel[axis].saturating_sub(1);
    [pool.stride[axis], pool.padding[axis], more].map(|length| length as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Activation, Padding, preset};

    fn conv(channels: usize, kernel: usize, padding: Padding) -> LayerSpec {
        LayerKind::Conv2d(ConvSpec { padding, ..ConvSpec::new(channels, kernel) }).into()
    }

    #[test]
    fn a_convolution_sees_its_window() {
        let layers = [conv(1, 5, Padding::Valid), Activation::Relu.into()];
        assert_eq!(reach(&layers, [0, 3], [28, 28]), [0..5, 3..8]);
        let same = [conv(1, 3, Padding::Same)];
        assert_eq!(reach(&same, [0, 27], [28, 28]), [0..2, 26..28], "the padding is left out");
    }

    #[test]
    fn windows_grow_from_layer_to_layer() {
        // 5×5, pooled by 2, 5×5, pooled by 2: 1 → 2 → 6 → 12 → 16 pixels, 4 apart.
        let cnn = preset("drawn-digits-cnn").expect("built in").runs[0].model.hidden.clone();
        assert_eq!(reach(&cnn[..6], [0, 0], [28, 28]), [0..16, 0..16]);
        assert_eq!(reach(&cnn[..6], [3, 1], [28, 28]), [12..28, 4..20]);
        assert_eq!(reach(&cnn[..3], [0, 1], [28, 28]), [0..6, 2..8]);
        assert_eq!(reach(&cnn, [0, 0], [28, 28]), [0..28, 0..28], "flattened");
        assert_eq!(reach(&[], [4, 5], [28, 28]), [4..5, 5..6]);
    }

    #[test]
    fn dilation_and_stride_spread_the_window_and_what_is_off_does_not() {
        let spread = ConvSpec { dilation: [2, 3], stride: [2, 1], ..ConvSpec::new(1, 3) };
        let mut layers = vec![LayerSpec::new(LayerKind::Conv2d(spread))];
        assert_eq!(reach(&layers, [3, 3], [20, 20]), [6..11, 3..10]);
        layers.push(LayerSpec { off: true, ..LayerSpec::new(LayerKind::GlobalAvgPool) });
        assert_eq!(reach(&layers, [3, 3], [20, 20]), [6..11, 3..10]);
        layers[1].off = false;
        assert_eq!(reach(&layers, [0, 0], [20, 20]), [0..20, 0..20]);
    }
}
