use std::ops::Range;

/// One axis of an image under a window that slides along it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Values of the image.
    pub input: usize,
    /// Places where the window stops.
    pub output: usize,
    /// Values that the window takes in.
    pub kernel: usize,
    /// From one place to the next.
    pub stride: usize,
    /// Values of padding before the image.
    pub before: usize,
    /// From one value of the window to the next.
    pub dilation: usize,
}

/// What one value of the window meets on its way along the image; elsewhere it lies on the padding.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    /// The places of the window at which it lies on the image.
    pub outputs: Range<usize>,
    /// What it meets at the first of them, or 0. From one to the next it moves by the stride.
    pub first: usize,
}

impl Axis {
    /// How far value `tap` of the window reaches.
    pub fn reach(&self, tap: usize) -> Reach {
        let offset = tap * self.dilation;
        let until = |place: usize| place.saturating_sub(offset).div_ceil(self.stride);
        let end = until(self.input + self.before).min(self.output);
        let start = until(self.before).min(end);
        let first = (start * self.stride + offset).saturating_sub(self.before);
        Reach { outputs: start..end, first: if start == end { 0 } else { first } }
    }

    /// How far each value of the window reaches.
    pub fn reaches(&self) -> Vec<Reach> {
        (0..self.kernel).map(|tap| self.reach(tap)).collect()
    }

    /// The values of the image under a window without gaps at place `output`.
    pub fn window(&self, output: usize) -> Range<usize> {
        let start = output * self.stride;
        start.saturating_sub(self.before)..(start + self.kernel - self.before).min(self.input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every axis with few values.
    fn axes() -> impl Iterator<Item = Axis> {
        let sides = (1..6).flat_map(|input| (1..4).map(move |kernel| (input, kernel)));
        let steps = sides.flat_map(|sides| (1..4).map(move |stride| (sides, stride)));
        let spread = steps.flat_map(|steps| (0..3).map(move |before| (steps, before)));
        let all = spread.flat_map(|spread| (1..3).map(move |dilation| (spread, dilation)));
        all.map(|((((input, kernel), stride), before), dilation)| {
            let output = (input + before) / stride + 1;
            Axis { input, output, kernel, stride, before, dilation }
        })
    }

    #[test]
    fn a_reach_holds_what_meets_the_image_and_nothing_else() {
        for axis in axes() {
            for tap in 0..axis.kernel {
                let met: Vec<(usize, usize)> = (0..axis.output)
                    .filter_map(|output| {
                        let place = output * axis.stride + tap * axis.dilation;
                        let place = place.checked_sub(axis.before)?;
                        (place < axis.input).then_some((output, place))
                    })
                    .collect();
                let Reach { outputs, first } = axis.reach(tap);
                let start = outputs.start;
                let found = outputs.map(|output| (output, first + (output - start) * axis.stride));
                assert_eq!(found.collect::<Vec<_>>(), met, "{axis:?}, {tap}");
            }
        }
    }

    #[test]
    fn a_window_is_what_its_values_reach() {
        for axis in axes().filter(|axis| axis.dilation == 1 && axis.before < axis.kernel) {
            for output in 0..axis.output {
                let met = (0..axis.kernel).filter_map(|tap| {
                    let reach = axis.reach(tap);
                    let on = reach.outputs.contains(&output);
                    on.then(|| reach.first + (output - reach.outputs.start) * axis.stride)
                });
                let window = axis.window(output);
                assert!(window.eq(met), "{axis:?}, {output}");
            }
        }
    }
}
