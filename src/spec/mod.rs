//! Knows: `base`.
//! Never: tensors, files, threads, clocks, widgets, serde (file formats live in `files`).

mod data;
mod data_diff;
mod diff;
mod experiment;
mod model;
mod presets;
mod train;
mod validate;

pub use data::{
    Coding, ColumnKind, ColumnRef, ColumnRole, ColumnSpec, Comment, CsvSpec, DataFacts, DataSource,
    DataSpec, Decimal, Delimiter, Derived, Dialect, DrawnSet, DrawnSpec, Encoding, FaultRule,
    HeaderMode, IdxPair, IdxSpec, ImagesSpec, LabelColumn, MissingRule, Normalise, PixelChoice,
    PointSpec, PointsSpec, Quote, SampleShape, Scaling, SplitSpec, Task, TaskChoice, TestPart,
    Thousands, ToyGroup, ToyKind, ToySpec, Transform, ValidationPart,
};
pub use data_diff::data_changes;
pub use diff::{Effect, FieldChange, run_changes};
pub use experiment::{DeviceChoice, ExperimentSpec, MAX_RUNS, RunSpec};
pub use model::{
    Activation, BiasInit, DenseSpec, Init, LayerInfo, LayerSpec, ModelSpec, OutputSpec,
};
pub use presets::{PRESETS, Preset, preset};
pub use train::{BatchSize, Loss, Optimizer, Reduction, StopRule, TrainSpec};
pub use validate::{Field, SpecIssue, ValidRun, layer_infos, output_units, validate_run};
