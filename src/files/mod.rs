//! Knows: `base`, `spec`, `data`, `record`. Host data in, bytes out, and back.
//! Never: tensors, widgets, threads; paths only where files are opened and replaced.

mod atomic;
mod data_csv;
mod error;
mod experiment;
mod exporters;
mod history;
mod inspect;
mod modules;
mod open;
mod pytorch;
mod rates;
mod report;
mod safetensors;
mod samples_csv;
mod sweep_report;
mod weights;

pub use atomic::write_atomic;
pub use data_csv::write_data_csv;
pub use error::{FileError, Place};
pub use experiment::{FORMAT_VERSION, Saved, from_toml, to_toml};
pub use exporters::{EXPORTERS, ExportId, ExportSource, Exporter, Need};
pub use history::write_history;
pub use inspect::{class_counts, kind_word, role_word, value_range, write_inspection};
pub use open::{MAX_EXPERIMENT_BYTES, Opened, open_experiment, read_limited, save_experiment};
pub use pytorch::{ModelCard, pytorch_module};
pub use rates::write_rates;
pub use report::{ConfusionReport, Ending, Report, RunReport, write_report};
pub use safetensors::{MAX_WEIGHT_BYTES, SafetensorsFile, read_safetensors, write_safetensors};
pub use samples_csv::{SampleList, SampleSource, write_samples};
pub use sweep_report::{
    ScoreReport, SweepReport, TrainingReport, TrialReport, write_sweep_csv, write_sweep_report,
};
pub use weights::{WeightFit, blank_network, fit_weights};

/// Version of Descent that is written into files.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
