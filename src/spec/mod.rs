//! Knows: `base`.
//! Never: tensors, files, threads, clocks, widgets, serde (file formats live in `files`).

mod activation;
mod data;
mod data_diff;
mod diff;
mod experiment;
mod init;
mod metric;
mod model;
mod optimizer;
mod paths;
mod presets;
mod readout;
mod schedule;
mod shape;
mod stops;
mod sweep;
mod train;
mod validate;
pub mod words;

pub use activation::Activation;
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
pub use init::{BiasInit, Init};
pub use metric::{Part, Quantity};
pub use model::{
    BatchNormSpec, ConvSpec, DenseSpec, LayerInfo, LayerKind, LayerSpec, ModelSpec, NormSpec,
    OutputSpec, Padding, PoolSpec, bias_name, weight_name,
};
pub use optimizer::{AdamSpec, Optimizer};
pub use paths::{Takes, field_paths, field_takes, field_value, set_field};
pub use presets::{PRESETS, Preset, preset};
pub use readout::{Decision, Link, Readout, TargetCoding, readout};
pub use schedule::{Moment, Plateau, Schedule};
pub use sweep::{
    Axis, AxisValues, MAX_FOLDS, MAX_TRIALS, MAX_VALUES, Range, Search, SweepSpec, TrialSetup,
    TrialSpec, Value, parse_axes,
};
pub use train::{
    BatchSize, ClassWeights, Clip, EarlyStopping, L2Form, Loss, Reduction, StopRule, Target,
    TrainSpec,
};
pub use validate::{
    Field, MAX_UNITS, SpecIssue, ValidRun, layer_infos, output_units, validate_run,
};
