//! What a drawing of a network shows, from left to right: the columns and what leads around them.

use crate::data::Dataset;
use crate::spec::{Activation, DenseSpec, LayerInfo, LayerKind, LayerSpec, SampleShape, ValidRun};
use crate::ui::format;

/// Everything that stands in the drawing of a network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Anatomy {
    /// From the input to the output.
    pub columns: Vec<Column>,
    /// Skip connections: the column whose values are added, and the one that adds them.
    pub arcs: Vec<[usize; 2]>,
}

/// One column of the drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What stands in it.
    pub kind: Kind,
    /// Number of values that leave it, or of channels.
    pub width: usize,
    /// Whether they are one row of values rather than an image.
    pub is_flat: bool,
    /// What it is called, from the longest form to the shortest.
    pub titles: Vec<String>,
    /// What more there is to say, from the longest form to the shortest.
    pub notes: Vec<String>,
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// The features, one above the other.
    Features,
    /// An image `[channels, height, width]`.
    Image([usize; 3]),
    /// Neurons.
    Dense(Dense),
    /// Channels, each an image.
    Channels(Channels),
    /// A layer that is not drawn value by value, at its place in the stack.
    Block(usize),
}

/// A dense layer with the activation that follows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dense {
    /// Place of the layer in the stack; the number of hidden layers stands for the output layer.
    pub place: usize,
    /// Place of the layer whose values the neurons show, as in [`crate::record::UnitsOf`].
    pub shown: usize,
    /// Number of values that each neuron weighs.
    pub inputs: usize,
    /// Whether each neuron has a bias.
    pub bias: bool,
    /// What is applied to the weighted sums.
    pub activation: Activation,
    /// Number among the hidden dense layers from one; `None` for the output layer.
    pub hidden: Option<usize>,
    /// Of a single output that stands for two classes the score of the second is shown.
    pub is_score_of_second: bool,
}

/// Channels of a layer with the activation that follows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channels {
    /// Place of the layer in the stack.
    pub place: usize,
    /// Place of the layer whose values are shown.
    pub shown: usize,
    /// Channels, height and width of what is shown.
    pub shape: [usize; 3],
    /// Of a convolution: how many channels each of its kernels weighs, and how many groups of them
    /// there are.
    pub kernels: Option<[usize; 2]>,
}

impl Channels {
    /// Kernels are drawn beside their channel for so many incoming channels.
    const BESIDE: usize = 3;

    /// Whether the kernels of a channel are drawn beside it.
    #[must_use]
    pub fn has_kernels_beside(&self) -> bool {
        self.kernels.is_some_and(|[inputs, _]| inputs <= Self::BESIDE)
    }

    /// Which of the kernels of channel `to` weighs channel `from` of the layer before, if one does.
    #[must_use]
    pub fn kernel(&self, from: usize, to: usize) -> Option<usize> {
        let [inputs, groups] = self.kernels?;
        let group = to * groups / self.shape[0].max(1);
        from.checked_sub(group * inputs).filter(|from| *from < inputs)
    }

    /// The values of a channel among those of its layer.
    #[must_use]
    pub fn channel<'a>(&self, values: &'a [f32], channel: usize) -> &'a [f32] {
        let size = self.shape[1] * self.shape[2];
        values.get(channel * size..(channel + 1) * size).unwrap_or_default()
    }
}

impl Dense {
    /// Which of the values at [`Self::shown`] is that of a neuron.
    #[must_use]
    pub fn shown_unit(&self, unit: usize) -> usize {
        if self.is_score_of_second { 1 } else { unit }
    }
}

impl Anatomy {
    /// The drawing of a run on its data.
    #[must_use]
    pub fn of(run: &ValidRun, data: &Dataset) -> Self {
        let mut builder = Builder::new(run, data);
        let hidden = &run.spec().model.hidden;
        let mut place = usize::from(builder.takes_flatten(hidden));
        while place < hidden.len() {
            place += builder.push(place, hidden, &run.layers()[place]);
        }
        builder.push_output(run);
        builder.anatomy
    }

    /// The dense layer in a column.
    #[must_use]
    pub fn dense(&self, column: usize) -> Option<&Dense> {
        match &self.columns.get(column)?.kind {
            Kind::Dense(dense) => Some(dense),
            _ => None,
        }
    }

    /// The channels in a column.
    #[must_use]
    pub fn maps(&self, column: usize) -> Option<&Channels> {
        match &self.columns.get(column)?.kind {
            Kind::Channels(maps) => Some(maps),
            _ => None,
        }
    }

    /// The place of the layer in a column that has weights.
    #[must_use]
    pub fn weighed(&self, column: usize) -> Option<usize> {
        let maps = self.maps(column).filter(|maps| maps.kernels.is_some()).map(|maps| maps.place);
        self.dense(column).map(|dense| dense.place).or(maps)
    }

    /// The dense layers and the columns they stand in.
    pub fn layers(&self) -> impl Iterator<Item = (usize, &Dense)> {
        (0..self.columns.len()).filter_map(|column| Some((column, self.dense(column)?)))
    }

    /// Whether the neurons of a column weigh the values of an image one by one, so that their
    /// weights are one, too: its shape.
    #[must_use]
    pub fn weights_image(&self, column: usize) -> Option<[usize; 3]> {
        self.dense(column)?;
        match self.columns.get(column.checked_sub(1)?)?.kind {
            Kind::Image(shape) => Some(shape),
            _ => None,
        }
    }

    /// The column behind that holds the neurons to which the values of this one are led, if they
    /// are led there one by one.
    #[must_use]
    pub fn next_dense(&self, column: usize) -> Option<usize> {
        self.dense(column + 1).filter(|next| next.inputs == self.columns[column].width)?;
        Some(column + 1)
    }
}

struct Builder {
    anatomy: Anatomy,
    /// The column in which the values before each layer stand.
    before: Vec<usize>,
    hidden: usize,
    convolutions: usize,
}

impl Builder {
    fn new(run: &ValidRun, data: &Dataset) -> Self {
        let shape = &run.facts().input;
        let (kind, note) = match (shape.0.as_slice(), data.derived.len()) {
            (&[channels, height, width], _) => {
                (Kind::Image([channels, height, width]), shape.to_string())
            }
            (_, 0) => (Kind::Features, format::counted(shape.len() as u64, "feature", "features")),
            (_, derived) => {
                let base = shape.len().saturating_sub(derived);
                (Kind::Features, format!("{base} + {derived} computed"))
            }
        };
        let notes = vec![note, shape.len().to_string()];
        let input = column(kind, shape, vec!["Input".into(), "In".into()], notes);
        let anatomy = Anatomy { columns: vec![input], arcs: Vec::new() };
        Self { anatomy, before: Vec::new(), hidden: 0, convolutions: 0 }
    }

    /// An image that is only laid out as a row of values stays one column with it.
    fn takes_flatten(&mut self, hidden: &[LayerSpec]) -> bool {
        let is_image = matches!(self.anatomy.columns[0].kind, Kind::Image(_));
        let flattens = |layer: &LayerSpec| !layer.off && layer.kind == LayerKind::Flatten;
        let takes = is_image && hidden.first().is_some_and(flattens);
        if takes {
            self.anatomy.columns[0].is_flat = true;
            self.before.push(0);
        }
        takes
    }

    fn last(&self) -> usize {
        self.anatomy.columns.len() - 1
    }

    /// Adds the layer at a place. Returns how many layers its column holds.
    fn push(&mut self, place: usize, hidden: &[LayerSpec], info: &LayerInfo) -> usize {
        let layer = &hidden[place];
        self.before.push(self.last());
        match &layer.kind {
            _ if layer.off => 1,
            LayerKind::Dense(dense) => self.push_hidden(place, hidden, dense, info),
            LayerKind::Conv2d(conv) => {
                let groups = conv.groups.max(1);
                let inputs = info.input.0.first().map_or(1, |inputs| inputs / groups);
                self.push_maps(place, hidden, info, Some([inputs, groups]))
            }
            LayerKind::MaxPool2d(_) | LayerKind::AvgPool2d { .. } => {
                self.push_maps(place, hidden, info, None)
            }
            _ => {
                self.push_block(place, layer, info);
                1
            }
        }
    }

    /// Adds a dense layer with the activation that follows it, if only layers stand between them
    /// that are switched off.
    fn push_hidden(
        &mut self,
        place: usize,
        hidden: &[LayerSpec],
        dense: &DenseSpec,
        info: &LayerInfo,
    ) -> usize {
        let activation = activation_behind(place, hidden);
        let shown = activation.map_or(place, |(next, _)| next);
        self.hidden += 1;
        let dense = Dense {
            place,
            shown,
            inputs: info.input.len(),
            bias: dense.bias,
            activation: activation.map_or(Activation::Linear, |(_, activation)| activation),
            hidden: Some(self.hidden),
            is_score_of_second: false,
        };
        self.push_dense(dense, &info.output, titles_of(&hidden[place].name, self.hidden));
        let column = self.last();
        self.before.resize(shown + 1, column);
        1 + shown - place
    }

    /// Adds channels, with the activation that follows a convolution. Returns how many layers its
    /// column holds.
    fn push_maps(
        &mut self,
        place: usize,
        hidden: &[LayerSpec],
        info: &LayerInfo,
        kernels: Option<[usize; 2]>,
    ) -> usize {
        let &[channels, height, width] = info.output.0.as_slice() else {
            self.push_block(place, &hidden[place], info);
            return 1;
        };
        let activation = kernels.and_then(|_| activation_behind(place, hidden));
        let shown = activation.map_or(place, |(next, _)| next);
        let shape = [channels, height, width];
        let size = info.output.to_string();
        let mut notes = vec![size, channels.to_string()];
        if let Some((_, activation)) = activation {
            notes.insert(0, format!("{} · {}", notes[0], activation.label()));
        }
        let own = Some(hidden[place].name.clone()).filter(|name| !name.is_empty());
        let titles = match kernels {
            Some(_) => {
                self.convolutions += 1;
                let number = self.convolutions;
                vec![
                    format!("Convolution {number}"),
                    format!("Conv {number}"),
                    format!("C{number}"),
                ]
            }
            None => vec![hidden[place].label().to_owned(), "Pool".into()],
        };
        let titles = own.into_iter().chain(titles).collect();
        let kind = Kind::Channels(Channels { place, shown, shape, kernels });
        let drawn = Column { width: channels, ..column(kind, &info.output, titles, notes) };
        self.anatomy.columns.push(drawn);
        let column = self.last();
        self.before.resize(shown + 1, column);
        1 + shown - place
    }

    fn push_dense(&mut self, dense: Dense, shape: &SampleShape, titles: Vec<String>) {
        let units = shape.len();
        let notes = match dense.activation {
            Activation::Linear => {
                vec![format::counted(units as u64, "neuron", "neurons"), units.to_string()]
            }
            activation => vec![format!("{units} · {}", activation.label()), units.to_string()],
        };
        self.anatomy.columns.push(column(Kind::Dense(dense), shape, titles, notes));
    }

    fn push_block(&mut self, place: usize, layer: &LayerSpec, info: &LayerInfo) {
        let label = if layer.name.is_empty() { layer.label() } else { &layer.name };
        let shape = info.output.to_string();
        let titles = vec![label.to_owned()];
        self.anatomy.columns.push(column(Kind::Block(place), &info.output, titles, vec![shape]));
        if let LayerKind::Skip { over } = &layer.kind
            && let Some(&from) = place.checked_sub(*over).and_then(|from| self.before.get(from))
        {
            self.anatomy.arcs.push([from, self.last()]);
        }
    }

    fn push_output(&mut self, run: &ValidRun) {
        let (model, readout) = (&run.spec().model, run.readout());
        let place = model.hidden.len();
        let dense = Dense {
            place,
            shown: place + 1,
            inputs: run.output().input.len(),
            bias: model.output.bias,
            activation: model.output.activation,
            hidden: None,
            is_score_of_second: readout.outputs == 1 && readout.scores_per_row() == 2,
        };
        self.push_dense(dense, &run.output().output, vec!["Output".into(), "Out".into()]);
    }
}

/// The activation that follows a layer, if only layers stand between them that are switched off.
fn activation_behind(place: usize, hidden: &[LayerSpec]) -> Option<(usize, Activation)> {
    let next = (place + 1..hidden.len()).find(|&next| !hidden[next].off)?;
    Some((next, activation_of(&hidden[next])?))
}

fn activation_of(layer: &LayerSpec) -> Option<Activation> {
    match layer.kind {
        LayerKind::Activation(activation) => Some(activation),
        _ => None,
    }
}

fn titles_of(name: &str, number: usize) -> Vec<String> {
    let usual =
        [format!("Hidden layer {number}"), format!("Hidden {number}"), format!("H{number}")];
    let own = Some(name.to_owned()).filter(|name| !name.is_empty());
    own.into_iter().chain(usual).collect()
}

fn column(kind: Kind, shape: &SampleShape, titles: Vec<String>, notes: Vec<String>) -> Column {
    Column { kind, width: shape.len(), is_flat: shape.is_flat(), titles, notes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;
    use crate::spec::{ConvSpec, PoolSpec, preset};
    use crate::ui::panels::graph::tests::{planar, valid};

    fn dense(units: usize) -> LayerSpec {
        DenseSpec::new(units).into()
    }

    fn anatomy(hidden: Vec<LayerSpec>) -> Anatomy {
        let data = planar(3);
        Anatomy::of(&valid(hidden, &data), &data)
    }

    #[test]
    fn an_activation_belongs_to_the_layer_before_it() {
        let drawn = anatomy(vec![dense(8), Activation::Tanh.into(), dense(4)]);
        let found: Vec<_> =
            drawn.layers().map(|(at, d)| (at, d.place, d.shown, d.inputs, d.hidden)).collect();
        assert_eq!(
            found,
            [(1, 0, 1, 2, Some(1)), (2, 2, 2, 8, Some(2)), (3, 3, 4, 4, None)],
            "column, place, what is shown, inputs, number"
        );
        assert_eq!(drawn.columns[1].notes[0], "8 · Tanh");
        assert_eq!(drawn.columns[2].notes[0], "4 neurons");
        assert_eq!(drawn.columns[0].notes[0], "2 features");
    }

    #[test]
    fn other_layers_are_blocks_and_what_is_off_is_not_there() {
        let mut off = dense(9);
        off.off = true;
        let dropout = LayerKind::Dropout { p: Finite::lit(0.5) };
        let drawn = anatomy(vec![
            dense(4),
            dropout.into(),
            dense(5),
            off,
            Activation::Relu.into(),
            Activation::Tanh.into(),
        ]);
        let titles: Vec<_> = drawn.columns.iter().map(|column| column.titles[0].as_str()).collect();
        assert_eq!(
            titles,
            ["Input", "Hidden layer 1", "Dropout", "Hidden layer 2", "Tanh", "Output"]
        );
        let second = drawn.dense(3).expect("dense");
        assert_eq!((second.place, second.shown, second.activation), (2, 4, Activation::Relu));
    }

    #[test]
    fn convolutions_and_pools_show_their_channels() {
        let data = crate::ui::panels::graph::tests::pictures();
        let mut conv = ConvSpec::new(4, 3);
        conv.bias = false;
        let grouped = ConvSpec { groups: 2, ..ConvSpec::new(6, 2) };
        let hidden = vec![
            LayerKind::Conv2d(conv).into(),
            Activation::Relu.into(),
            LayerKind::MaxPool2d(PoolSpec::new(2)).into(),
            LayerKind::Conv2d(grouped).into(),
            LayerKind::Flatten.into(),
        ];
        let drawn = Anatomy::of(&valid(hidden, &data), &data);
        let titles: Vec<_> = drawn.columns.iter().map(|column| column.titles[0].as_str()).collect();
        assert_eq!(
            titles,
            ["Input", "Convolution 1", "Max pool", "Convolution 2", "Flatten", "Output"]
        );
        let first = drawn.maps(1).expect("channels");
        assert_eq!((first.place, first.shown, first.shape), (0, 1, [4, 4, 4]));
        assert!(first.has_kernels_beside());
        assert_eq!(drawn.columns[1].width, 4);
        let second = drawn.maps(3).expect("channels");
        assert_eq!(second.kernels, Some([2, 2]));
        let leads: Vec<_> = (0..4).map(|from| second.kernel(from, 3)).collect();
        assert_eq!(leads, [None, None, Some(0), Some(1)], "the second group sees the second half");
        assert_eq!(
            (drawn.weighed(2), drawn.weighed(3), drawn.weighed(5)),
            (None, Some(3), Some(5))
        );
    }

    #[test]
    fn a_skip_connection_comes_from_what_went_into_the_first_layer_around_which_it_leads() {
        let drawn = anatomy(vec![
            dense(4),
            Activation::Relu.into(),
            dense(4),
            Activation::Relu.into(),
            LayerKind::Skip { over: 2 }.into(),
        ]);
        assert_eq!(drawn.arcs, [[1, 3]], "from the first hidden layer to the sum");
    }

    #[test]
    fn an_image_that_is_flattened_first_is_one_column() {
        let spec = preset("drawn-digits").expect("built in");
        let data = crate::ui::panels::graph::tests::pictures();
        let drawn = Anatomy::of(&valid(spec.runs[0].model.hidden.clone(), &data), &data);
        assert_eq!(drawn.columns[0].kind, Kind::Image([1, 6, 6]));
        assert_eq!(drawn.weights_image(1), Some([1, 6, 6]));
        assert_eq!(drawn.weights_image(2), None);
        assert_eq!(drawn.dense(1).expect("dense").place, 1, "the places of the stack stay");
    }
}
