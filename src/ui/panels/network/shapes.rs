use std::borrow::Cow;

use crate::base::LayerIdx;
use crate::spec::{
    DataFacts, Field, LayerInfo, RunSpec, SampleShape, SpecIssue, layer_infos, output_units,
};
use crate::workbench::State;

/// Shapes, parameters and problems of every layer, as far as they are known.
pub struct Shapes<'a> {
    known: Option<Known<'a>>,
    issues: &'a [SpecIssue],
    advice: &'a [SpecIssue],
}

struct Known<'a> {
    facts: Cow<'a, DataFacts>,
    layers: Cow<'a, [LayerInfo]>,
    output: Cow<'a, LayerInfo>,
}

impl<'a> Shapes<'a> {
    /// What the check of a run found; nothing but the layers while there is no data.
    pub fn of(state: &'a State, run: usize, spec: &RunSpec) -> Self {
        match state.check(run) {
            Some(Ok(valid)) => Self {
                known: Some(Known {
                    facts: Cow::Borrowed(valid.facts()),
                    layers: Cow::Borrowed(valid.layers()),
                    output: Cow::Borrowed(valid.output()),
                }),
                issues: &[],
                advice: valid.advice(),
            },
            Some(Err(issues)) => Self { known: inferred(state, spec), issues, advice: &[] },
            None => Self { known: None, issues: &[], advice: &[] },
        }
    }

    /// What is known of the data.
    pub fn facts(&self) -> Option<&DataFacts> {
        self.known.as_ref().map(|known| known.facts.as_ref())
    }

    /// Shapes and parameters of a layer.
    pub fn layer(&self, layer: usize) -> Option<&LayerInfo> {
        self.known.as_ref()?.layers.get(layer)
    }

    /// Shapes and parameters of the output layer.
    pub fn output(&self) -> Option<&LayerInfo> {
        self.known.as_ref().map(|known| known.output.as_ref())
    }

    /// Number of trainable values of the whole model.
    pub fn parameters(&self) -> Option<usize> {
        let known = self.known.as_ref()?;
        let layers = known.layers.iter().map(|layer| layer.parameters);
        Some(layers.fold(known.output.parameters, usize::saturating_add))
    }

    /// Shape of one sample before the layer that would stand at `at`.
    pub fn arriving(&self, at: usize) -> Option<&SampleShape> {
        let known = self.known.as_ref()?;
        let info = known.layers.get(at).unwrap_or(known.output.as_ref());
        Some(&info.input)
    }

    /// Multiplications and additions of the whole model for one sample.
    pub fn multiply_adds(&self) -> Option<u64> {
        let known = self.known.as_ref()?;
        let layers = known.layers.iter().map(|layer| layer.multiply_adds);
        Some(layers.fold(known.output.multiply_adds, u64::saturating_add))
    }

    /// What is wrong at a place.
    pub fn issues_at(&self, field: Field) -> impl Iterator<Item = &'a SpecIssue> + use<'a> {
        self.issues.iter().filter(move |issue| issue.field == field)
    }

    /// What could be better at a place.
    pub fn advice_at(&self, field: Field) -> impl Iterator<Item = &'a SpecIssue> + use<'a> {
        self.advice.iter().filter(move |advice| advice.field == field)
    }

    /// What is wrong with a layer.
    pub fn issues_of(&self, layer: usize) -> impl Iterator<Item = &'a SpecIssue> + use<'a> {
        self.issues_at(Field::Layer(LayerIdx(layer)))
    }
}

fn inferred<'a>(state: &State, spec: &RunSpec) -> Option<Known<'a>> {
    let facts = state.data().dataset()?.facts();
    let units = output_units(facts.task, spec.train.loss, &spec.model.output);
    let (layers, output) = layer_infos(&spec.model, &facts.input, units, &mut Vec::new());
    Some(Known { facts: Cow::Owned(facts), layers: Cow::Owned(layers), output: Cow::Owned(output) })
}
