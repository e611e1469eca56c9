//! Knows: `base`, `spec`, and TOML. Experiment files that a person can read and write.
//! Never: paths, readers, writers: text in, a spec out, and back.
//!
//! ```toml
//! descent = 3                    # version of the format
//! name = "Spiral, ReLU network"
//! seed = 0                       # of weights and batch order
//!
//! [data]
//! source = "lecture-spiral"      # or another generated set, points, drawn, csv, idx, images
//! points-per-class = 100
//! classes = 3
//! noise = 0.2
//! turn = 4.0
//! scaling = "none"               # or standardise, min-max, robust
//! seed = 0
//!
//! [[runs]]                       # one to four
//! name = "ReLU 100"
//! layers = [{ dense = 100, init = "normal", std = 0.01, bias-init = "zeros" }, "relu"]
//! output = { init = "normal", std = 0.01, bias-init = "zeros" }
//! loss = "cross-entropy"
//! optimizer = "sgd"              # or { kind = "sgd", momentum = 0.9 }
//! learning-rate = 1.0
//! l2 = 0.001
//! batch = "full"                 # or a number
//! stop = { steps = 10000 }       # or { epochs = 5 }, or "never"
//! ```
//!
//! A layer is a word (`"relu"`, `"flatten"`, `"batch-norm"`), or a table whose first key says
//! what it is (`{ conv = 10, kernel = 5 }`, `{ max-pool = 2 }`, `{ dropout = 0.5 }`,
//! `{ skip = 2 }`), or one with a kind (`{ kind = "batch-norm", momentum = 0.2 }`). Each may have
//! a `name` and be `off`, `frozen`, or learn at a `rate` of its own. Losses, optimizers and
//! schedules are words or tables with a kind. Keys that are left out have their usual values.
//! Every key of a model and its training is shown by `tests/golden/experiment-v3.toml`, every
//! key of a table of data by `tests/golden/experiment-v2.toml`.
//!
//! Format 2 added sources, columns, parts and transforms. In a file of format 1 the label is the
//! last column unless another is named; since then it is guessed. Format 3 added layers, losses,
//! optimizers, schedules and stop rules; the loss `"mse-sum"` became a reduction, and `l2-biases`
//! is called `penalise-biases` now. Both can still be read.
//!
//! The types of `spec` are not read and written directly: they may change, the format may not.
//! Every key is read by name here, so that each complaint can say where it is and what would be
//! right. Reading checks the form alone; whether a network can be trained is said by
//! [`crate::spec::validate_run`], in one place for files and for the window.

mod constants;
mod fields;
mod read;
mod read_data;
mod read_model;
mod read_train;
mod start;
mod words;
mod write;
mod write_data;
mod write_model;
mod write_train;

use crate::data::DataHash;
use crate::spec::ExperimentSpec;

pub use read::from_toml;
pub use write::to_toml;

/// Version of the format that is written. Every version up to it can be read.
pub const FORMAT_VERSION: u64 = 3;

/// What an experiment file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The experiment.
    pub spec: ExperimentSpec,
    /// Hash that its data had when it was saved, where that was known. Other data give another
    /// one.
    pub data_hash: Option<DataHash>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the documentation shows is what the program reads.
    #[test]
    fn the_documented_example_opens() {
        let source = include_str!("mod.rs");
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        let block = lines.skip_while(|line| *line != " ```toml").skip(1);
        let text: Vec<&str> = block.take_while(|line| *line != " ```").map(str::trim).collect();
        let saved = from_toml(&text.join("\n")).expect("opens");
        assert_eq!(Some(saved.spec), crate::spec::preset("spiral-relu"));
    }
}
