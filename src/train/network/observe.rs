use burn::tensor::Tensor;

use super::super::activate::activate;
use super::super::params::Any;
use super::Network;
use super::flow::Flow;
use super::ops::{Mode, Walk};

impl Network {
    /// The place of the values before the output activation; those after it are the next. Hidden
    /// layers have the places before, counted from zero.
    pub fn logits_place(&self) -> usize {
        self.ends.len()
    }

    /// What comes out at each of `places` when `x` `[rows, values of a sample]` goes through in
    /// evaluation mode: `[rows, values of the layer]`, images in reading order. No more is
    /// computed than the last of them takes. Where `x` belongs to a gradient graph, so do they;
    /// parameters take no gradient.
    pub fn observe(&self, x: Tensor<2>, places: &[usize]) -> Vec<Tensor<2>> {
        let constants: Vec<Any> = match x.is_autodiff() {
            true => self.params.iter().map(|param| param.value.untracked()).collect(),
            false => self.params.iter().map(|param| param.value.clone()).collect(),
        };
        let values: Vec<&Any> = constants.iter().collect();
        let walk = Walk { values: &values, mode: Mode::Evaluate(&self.running), kept: Vec::new() };
        self.watch(walk, x, places)
    }

    fn watch(&self, mut walk: Walk<'_>, x: Tensor<2>, places: &[usize]) -> Vec<Tensor<2>> {
        let ends: Vec<usize> = places.iter().map(|&place| self.end(place)).collect();
        let last = ends.iter().copied().max().unwrap_or_default();
        let mut found = vec![None; places.len()];
        let mut x = Flow::Flat(x);
        for done in 0..=last {
            for (found, _) in found.iter_mut().zip(&ends).filter(|(_, end)| **end == done) {
                *found = Some(x.clone().into_flat());
            }
            if let Some(op) = self.ops[..last].get(done) {
                x = walk.step(op, x);
            }
        }
        let found = found.into_iter().flatten().zip(places);
        found.map(|(values, &place)| self.after_output(values, place)).collect()
    }

    /// How many operations are done at a place.
    fn end(&self, place: usize) -> usize {
        self.ends.get(place).copied().unwrap_or(self.ops.len())
    }

    fn after_output(&self, values: Tensor<2>, place: usize) -> Tensor<2> {
        if place <= self.logits_place() { values } else { activate(self.output, values) }
    }
}
