//! Knows: `base`.
//! Never: tensors, files, threads, clocks, widgets, serde (file formats live in `files`).

mod data;
mod diff;
mod experiment;
mod model;
mod presets;
mod train;
mod validate;

pub use data::{
    CsvSpec, DataFacts, DataSource, DataSpec, HeaderMode, IdxSpec, LabelColumn, SampleShape,
    Scaling, SplitSpec, Task, TaskChoice, ToyKind, ToySpec,
};
pub use diff::{Effect, FieldChange, data_changes, run_changes};
pub use experiment::{DeviceChoice, ExperimentSpec, MAX_RUNS, RunSpec};
pub use model::{
    Activation, BiasInit, DenseSpec, Init, LayerInfo, LayerSpec, ModelSpec, OutputSpec,
};
pub use presets::{PRESETS, Preset, preset};
pub use train::{BatchSize, Loss, Optimizer, Reduction, StopRule, TrainSpec};
pub use validate::{Field, SpecIssue, ValidRun, layer_infos, output_units, validate_run};
