use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use crate::base::Finite;
use crate::record::{Part, Quantity};
use crate::spec::{Decimal, Delimiter, DeviceChoice, Encoding, HeaderMode, TaskChoice};
use crate::workbench::Collection;

/// Build a neural network, press play, watch it learn.
///
/// Without a command, opens the window.
#[derive(Debug, Parser)]
#[command(name = "descent", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// Experiment to open: a file, or the name of a built-in one
    pub(super) experiment: Option<String>,
    /// What draws the window
    #[arg(long, value_enum, default_value_t)]
    pub(super) renderer: Renderer,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What draws the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Renderer {
    /// Wgpu, or OpenGL where that does not work
    #[default]
    Auto,
    /// Vulkan, Metal or Direct3D
    Wgpu,
    /// OpenGL
    Glow,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the built-in experiments, or show one
    Presets {
        #[command(subcommand)]
        command: Option<PresetCommand>,
    },
    /// List the devices that training can run on
    Devices,
    /// Train without a window
    Train(TrainArgs),
    /// Look for a good learning rate of each run, with a copy of its network
    FindLr(FindRateArgs),
    /// Train a run many times, with other values of some fields, and say which did best
    Sweep(SweepArgs),
    /// Look at data without a window
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum DataCommand {
    /// Print what a table, a set of images or an experiment's data look like, and what a model
    /// would see
    Inspect(InspectArgs),
    /// Write an experiment's data as a model sees it, all parts, as CSV
    Export {
        /// Experiment file, or the name of a built-in experiment
        experiment: String,
        /// The file to write
        #[arg(value_name = "OUT.csv")]
        out: PathBuf,
    },
    /// Fetch a published collection of images
    Download {
        /// mnist or fashion-mnist
        #[arg(value_parser = collection)]
        collection: Collection,
        /// Where to put the files, instead of the user's cache
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// A table, a folder of IDX files or of pictures, an experiment file, or the name of a
    /// built-in experiment
    pub(super) source: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Column to be predicted, by its name or its number counted from one
    #[arg(long, value_name = "COLUMN")]
    pub(super) label: Option<String>,
    /// classification or regression
    #[arg(long, value_parser = task)]
    pub(super) task: Option<TaskChoice>,
    /// Whether the first row names the columns: yes or no
    #[arg(long, value_parser = header)]
    pub(super) header: Option<HeaderMode>,
    /// utf-8, utf-16le, utf-16be or windows-1252
    #[arg(long, value_parser = encoding)]
    pub(super) encoding: Option<Encoding>,
    /// comma, semicolon, tab, pipe or spaces
    #[arg(long, value_parser = delimiter)]
    pub(super) delimiter: Option<Delimiter>,
    /// point or comma
    #[arg(long, value_parser = decimal)]
    pub(super) decimal: Option<Decimal>,
    /// Share of the rows to hold out for testing, between 0 and 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(super) test_fraction: Option<Finite>,
    /// Seed of the split and of generated points
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
}

impl InspectArgs {
    /// Whether anything is said that only a table has.
    pub(super) fn is_about_tables(&self) -> bool {
        self.label.is_some()
            || self.task.is_some()
            || self.header.is_some()
            || self.encoding.is_some()
            || self.delimiter.is_some()
            || self.decimal.is_some()
    }
}

/// The thing that `text` means, by a table of words.
fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, thing)| *thing);
    found.ok_or_else(|| format!("choose among {}", known()))
}

fn collection(text: &str) -> Result<Collection, String> {
    word(text, &Collection::ALL.map(|collection| (collection.id(), collection)))
}

fn task(text: &str) -> Result<TaskChoice, String> {
    let words =
        [("classification", TaskChoice::Classification), ("regression", TaskChoice::Regression)];
    word(text, &words)
}

fn header(text: &str) -> Result<HeaderMode, String> {
    word(text, &[("yes", HeaderMode::Present), ("no", HeaderMode::Absent)])
}

fn encoding(text: &str) -> Result<Encoding, String> {
    let words = [
        ("utf-8", Encoding::Utf8),
        ("utf-16le", Encoding::Utf16Le),
        ("utf-16be", Encoding::Utf16Be),
        ("windows-1252", Encoding::Windows1252),
    ];
    word(text, &words)
}

fn delimiter(text: &str) -> Result<Delimiter, String> {
    let words = [
        ("comma", Delimiter::Comma),
        ("semicolon", Delimiter::Semicolon),
        ("tab", Delimiter::Tab),
        ("pipe", Delimiter::Pipe),
        ("spaces", Delimiter::Spaces),
    ];
    word(text, &words)
}

fn decimal(text: &str) -> Result<Decimal, String> {
    word(text, &[("point", Decimal::Point), ("comma", Decimal::Comma)])
}

fn share(text: &str) -> Result<Finite, String> {
    let share = text.parse().ok().and_then(Finite::new);
    let share = share.filter(|share| *share > Finite::ZERO && *share < Finite::ONE);
    share.ok_or_else(|| "a share lies between 0 and 1, both excluded".into())
}

#[derive(Debug, Subcommand)]
pub(super) enum PresetCommand {
    /// Print a built-in experiment as a file to start from
    Show {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    /// Experiment file, or the name of a built-in experiment
    pub(super) experiment: String,
    /// Train this run only; may be given several times
    #[arg(long = "run", value_name = "NAME")]
    pub(super) runs: Vec<String>,
    /// Stop after so many passes over the training part
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) epochs: Option<u64>,
    /// Stop after so many updates
    #[arg(long, value_name = "N", conflicts_with = "epochs",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) steps: Option<u64>,
    /// Seed of the weights, the batch order and the data
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// Where to compute: auto, cpu, gpu or gpu:INDEX
    #[arg(long, default_value = "auto", value_parser = device)]
    pub(super) device: DeviceChoice,
    /// The CSV file, or the folder of the IDX files, to train on
    #[arg(long, value_name = "PATH")]
    pub(super) data: Option<PathBuf>,
    /// Write the results as JSON
    #[arg(long, value_name = "OUT.json")]
    pub(super) report: Option<PathBuf>,
    /// Write the weights; several runs get a file each, with their name in it
    #[arg(long, value_name = "OUT.safetensors")]
    pub(super) export: Option<PathBuf>,
    /// Write the curves of all runs
    #[arg(long, value_name = "OUT.csv")]
    pub(super) history: Option<PathBuf>,
    /// Print precision, recall and F1 of every class, as scikit-learn does
    #[arg(long)]
    pub(super) classification_report: bool,
    /// Show no progress
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct FindRateArgs {
    /// Experiment file, or the name of a built-in experiment
    pub(super) experiment: String,
    /// Look at this run only; may be given several times
    #[arg(long = "run", value_name = "NAME")]
    pub(super) runs: Vec<String>,
    /// Seed of the weights, the batch order and the data
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// Where to compute: auto, cpu, gpu or gpu:INDEX
    #[arg(long, default_value = "cpu", value_parser = device)]
    pub(super) device: DeviceChoice,
    /// Print JSON, with all points of the curve
    #[arg(long)]
    pub(super) json: bool,
}

/// What stands below the options of a sweep.
const SWEEP_FIELDS: &str = "\
Fields are named in dots, with the words of experiment files; layers are counted from 0:
  seed, data.noise, data.samples, data.seed, train.lr, train.batch, train.optimizer,
  train.optimizer.momentum, train.l2, train.weight-decay, train.loss, train.schedule,
  model.0.units, model.1.activation, model.units, model.activation, model.layers, ...";

#[derive(Debug, Args)]
#[command(after_help = SWEEP_FIELDS, group = ArgGroup::new("what").required(true).multiple(true)
          .args(["grid", "random", "folds"]))]
pub(super) struct SweepArgs {
    /// Experiment file, or the name of a built-in experiment
    pub(super) experiment: String,
    /// The run to vary, where there are several
    #[arg(long, value_name = "NAME")]
    pub(super) run: Option<String>,
    /// Try all combinations of these values: "train.lr=0.01,0.1,1;model.0.units=4,16,64"
    #[arg(long, value_name = "AXES", conflicts_with = "random")]
    pub(super) grid: Option<String>,
    /// Try so many combinations, drawn from --space
    #[arg(long, value_name = "N", requires = "space")]
    pub(super) random: Option<usize>,
    /// What to draw from: values, or ranges like "train.lr=1e-4..1:log;model.0.units=4..64"
    #[arg(long, value_name = "AXES", requires = "random")]
    pub(super) space: Option<String>,
    /// Seed of the draw; the seeds of weights and data are fields like any other
    #[arg(long, value_name = "S", default_value_t = 0, requires = "random")]
    pub(super) seed: u64,
    /// Train each combination on so many folds and average the scores; alone, cross-validate
    /// the run as it is
    #[arg(long, value_name = "K")]
    pub(super) folds: Option<usize>,
    /// What to rank by, a part and a measure: test.accuracy, validation.loss, test.r2
    #[arg(long, value_name = "METRIC", value_parser = super::sweep::metric)]
    pub(super) metric: Option<(Part, Quantity)>,
    /// Stop each training after so many passes over the training part
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) epochs: Option<u64>,
    /// Stop each training after so many updates
    #[arg(long, value_name = "N", conflicts_with = "epochs",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) steps: Option<u64>,
    /// How many trials to train at the same time, instead of one on each core
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(super) threads: Option<usize>,
    /// The CSV file, or the folder of the IDX files, to train on
    #[arg(long, value_name = "PATH")]
    pub(super) data: Option<PathBuf>,
    /// Write the results of all trials as JSON
    #[arg(long, value_name = "OUT.json")]
    pub(super) report: Option<PathBuf>,
    /// Write the results as a table, a row for each trial
    #[arg(long, value_name = "OUT.csv")]
    pub(super) csv: Option<PathBuf>,
    /// Show no progress
    #[arg(long)]
    pub(super) quiet: bool,
}

/// More threads than any machine has cores would only take memory.
fn threads(text: &str) -> Result<usize, String> {
    const MOST: usize = 256;
    let threads = text.parse().ok().filter(|threads| (1..=MOST).contains(threads));
    threads.ok_or_else(|| format!("choose a whole number from 1 to {MOST}"))
}

fn device(text: &str) -> Result<DeviceChoice, String> {
    match text.split_once(':') {
        None if text == "auto" => Ok(DeviceChoice::Auto),
        None if text == "cpu" => Ok(DeviceChoice::Cpu),
        None if text == "gpu" => Ok(DeviceChoice::Gpu(0)),
        Some(("gpu", index)) => index
            .parse()
            .map(DeviceChoice::Gpu)
            .map_err(|_| format!("“{index}” is no number of a graphics card")),
        _ => Err("a device is auto, cpu, gpu or gpu:INDEX".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn devices_are_named_as_they_are_listed() {
        for (text, choice) in [
            ("auto", DeviceChoice::Auto),
            ("cpu", DeviceChoice::Cpu),
            ("gpu", DeviceChoice::Gpu(0)),
            ("gpu:3", DeviceChoice::Gpu(3)),
        ] {
            assert_eq!(device(text), Ok(choice));
        }
        for text in ["", "GPU", "gpu:", "gpu:-1", "gpu:x", "cpu:0", "tpu"] {
            assert!(device(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_of_data_commands_mean_what_they_say() {
        assert_eq!(delimiter("tab"), Ok(Delimiter::Tab));
        assert_eq!(collection("mnist"), Ok(Collection::Mnist));
        assert_eq!(share("0.25"), Ok(Finite::lit(0.25)));
        for wrong in ["0", "1", "-0.1", "nan", "x"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
        let complaint = encoding("latin").expect_err("not a word");
        assert!(complaint.contains("windows-1252"), "{complaint}");
    }

    #[test]
    fn a_first_word_is_a_command_or_an_experiment() {
        let parse = |args: &[&str]| Cli::try_parse_from(["descent"].iter().chain(args));
        assert!(parse(&[]).is_ok_and(|cli| cli.experiment.is_none() && cli.command.is_none()));
        assert!(parse(&["a.toml"]).is_ok_and(|cli| cli.experiment.as_deref() == Some("a.toml")));
        assert!(parse(&["devices"]).is_ok_and(|cli| cli.command.is_some()));
        assert!(parse(&["train", "x", "--steps", "0"]).is_err());
        assert!(parse(&["train", "x", "--steps", "1", "--epochs", "1"]).is_err());
        assert!(parse(&["train"]).is_err());
    }
}
