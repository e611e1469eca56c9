use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::spec::DeviceChoice;

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
    /// Show no progress
    #[arg(long)]
    pub(super) quiet: bool,
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
