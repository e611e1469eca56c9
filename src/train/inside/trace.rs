//! One sample on its way through all layers, and what its decision depends on.

use burn::tensor::Tensor;

use crate::base::argmax;
use crate::record::{Input, LayerValues, Saliency, Trace, TraceRequest};
use crate::spec::{Decision, Task};
use crate::train::device::execution_error;
use crate::train::engine::EngineError;
use crate::train::network::back_propagate;
use crate::train::params::values;
use crate::train::predict;

use super::{Look, MOST_VALUES, failed, lifted};

impl Look<'_> {
    /// Follows a sample through all layers.
    ///
    /// # Errors
    /// When the device fails, there is no such row or class, the values are too few or too many,
    /// or what the layers make of them is more than [`MOST_VALUES`].
    pub fn trace(&self, request: &TraceRequest) -> Result<Trace, EngineError> {
        let places: Vec<usize> = (0..=self.logits() + 1).collect();
        if places.iter().map(|&layer| self.width(layer)).sum::<usize>() > MOST_VALUES {
            return failed("The layers hold too many values to be followed.");
        }
        let input = self.input(&request.input)?;
        let x = predict::to_device(input.clone(), input.len(), self.device);
        let (found, saliency) = match request.saliency {
            None => (self.read(self.observe(x, &places), &places)?, None),
            Some(of) => self.explained(x, &places, of)?,
        };
        let outputs = found.last().cloned().unwrap_or_default();
        let layer = |(layer, values)| LayerValues { layer, shape: self.shape(layer), values };
        let layers = places.into_iter().zip(found).map(layer).collect();
        Ok(Trace { request: request.clone(), input, layers, outputs, saliency })
    }

    /// The sample as it enters the first layer.
    fn input(&self, input: &Input) -> Result<Vec<f32>, EngineError> {
        match input {
            Input::Row(part, row) => self.row(*part, *row),
            Input::Values(values) => lifted(self.data, values),
        }
    }

    /// The values at all places, and the gradient that was asked for: forward once, and back.
    #[expect(clippy::type_complexity, reason = "values, and a saliency as a trace has it")]
    fn explained(
        &self,
        x: Tensor<2>,
        places: &[usize],
        of: Saliency,
    ) -> Result<(Vec<Vec<f32>>, Option<(usize, Vec<f32>)>), EngineError> {
        let x = x.autodiff().require_grad();
        let tracked = self.observe(x.clone(), places);
        let [.., logits, outputs] = &tracked[..] else { return Ok(Default::default()) };
        let decides = match self.run.facts().task {
            Task::Classification { .. } => logits.clone(),
            Task::Regression => outputs.clone(),
        };
        let found = self.read(tracked.into_iter().map(Tensor::inner).collect(), places)?;
        let class = explained_class(of, found.last().map_or(&[], Vec::as_slice))?;
        let gradient = self.gradient(&x, decides, class)?;
        Ok((found, Some((class, gradient))))
    }

    /// The gradient of the output of `class` at the input `x`. A single output that speaks for
    /// class 1 speaks against class 0. Where nothing depends on the input it is zero.
    fn gradient(
        &self,
        x: &Tensor<2>,
        decides: Tensor<2>,
        class: usize,
    ) -> Result<Vec<f32>, EngineError> {
        let outputs = self.run.outputs();
        let mut seed = vec![0.0; outputs];
        match self.run.readout().decision {
            Decision::Above(_) | Decision::AtLeast(_) if class == 0 => seed[0] = -1.0,
            Decision::Above(_) | Decision::AtLeast(_) => seed[0] = 1.0,
            Decision::Largest | Decision::None => seed[class] = 1.0,
        }
        if !decides.is_tracked() {
            return Ok(vec![0.0; self.data.shape.len()]);
        }
        let seed = predict::to_device(seed, outputs, self.device);
        match x.grad_remove(&mut back_propagate(decides, seed)) {
            None => Ok(vec![0.0; self.data.shape.len()]),
            Some(gradient) => {
                let gradient = gradient.try_into_data().map_err(execution_error)?;
                Ok(values(&gradient)?.to_vec())
            }
        }
    }
}

/// Which output is explained: 0 of a predicted number.
fn explained_class(of: Saliency, scores: &[f32]) -> Result<usize, EngineError> {
    match of {
        Saliency::Predicted => Ok(argmax(scores)),
        Saliency::Class(class) if class < scores.len() => Ok(class),
        Saliency::Class(class) => failed(format!("There is no class {class}.")),
    }
}
