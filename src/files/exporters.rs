use std::io::{self, Write};

use crate::record::{Checkpoint, RunHistory};
use crate::spec::ExperimentSpec;

use super::experiment::to_toml;
use super::history::write_history;
use super::pytorch::{ModelCard, pytorch_module};
use super::report::{Report, write_report};
use super::safetensors::write_safetensors;
use super::samples_csv::{SampleSource, write_samples};

/// Names an exporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportId {
    /// Trained weights.
    Weights,
    /// The network as Python.
    PyTorch,
    /// Curves.
    History,
    /// Results.
    Report,
    /// The experiment itself.
    Experiment,
    /// A list of samples with what a run says of them.
    Samples,
}

/// What an exporter draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// A network that has been checked against its data.
    Model,
    /// A network and its trained weights.
    Weights,
    /// At least one curve.
    Curves,
    /// Results of at least one run.
    Results,
    /// An experiment.
    Experiment,
    /// A list of samples.
    Samples,
}

impl Need {
    /// What is missing, as a sentence for the user.
    #[must_use]
    pub fn missing(self) -> &'static str {
        match self {
            Self::Model => "There is no network yet: load data that fit the layers.",
            Self::Weights => "There are no trained weights yet: train the run first.",
            Self::Curves => "There are no curves yet: train a run first.",
            Self::Results => "There are no results yet: train a run first.",
            Self::Experiment => "There is no experiment.",
            Self::Samples => "There is no list of samples yet: train a run and open the samples.",
        }
    }
}

/// Everything that exporters may draw from; what does not exist yet is absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExportSource<'a> {
    /// The experiment.
    pub experiment: Option<&'a ExperimentSpec>,
    /// The network of the run that is exported.
    pub model: Option<ModelCard<'a>>,
    /// Its weights.
    pub checkpoint: Option<&'a Checkpoint>,
    /// Names and curves of all runs.
    pub histories: &'a [(&'a str, &'a RunHistory)],
    /// Results of all runs.
    pub report: Option<&'a Report>,
    /// A list of samples.
    pub samples: Option<SampleSource<'a>>,
}

/// One row of the table of exporters.
pub struct Exporter {
    /// Its name.
    pub id: ExportId,
    /// Name shown to the user.
    pub label: &'static str,
    /// Usual ending of the file's name.
    pub extension: &'static str,
    /// What it draws from.
    pub need: Need,
    write: fn(&ExportSource<'_>, &mut dyn Write) -> io::Result<Written>,
}

/// Whether an exporter had what it needs, and a warning about what it wrote.
enum Written {
    Missing,
    Done(Option<String>),
}

/// All exporters, in the order they are offered.
pub const EXPORTERS: [Exporter; 6] = [
    Exporter {
        id: ExportId::Weights,
        label: "Weights (safetensors)",
        extension: "safetensors",
        need: Need::Weights,
        write: weights,
    },
    Exporter {
        id: ExportId::PyTorch,
        label: "PyTorch module (Python)",
        extension: "py",
        need: Need::Model,
        write: python,
    },
    Exporter {
        id: ExportId::History,
        label: "Curves (CSV)",
        extension: "csv",
        need: Need::Curves,
        write: curves,
    },
    Exporter {
        id: ExportId::Report,
        label: "Report (JSON)",
        extension: "json",
        need: Need::Results,
        write: results,
    },
    Exporter {
        id: ExportId::Experiment,
        label: "Experiment (TOML)",
        extension: "toml",
        need: Need::Experiment,
        write: experiment,
    },
    Exporter {
        id: ExportId::Samples,
        label: "List of samples (CSV)",
        extension: "csv",
        need: Need::Samples,
        write: samples,
    },
];

impl Exporter {
    /// The exporter of that name.
    #[must_use]
    pub fn of(id: ExportId) -> &'static Self {
        const TABLE: &[Exporter] = &EXPORTERS;
        &TABLE[id as usize]
    }

    /// Writes a file. Returns a warning about its content where there is one.
    ///
    /// # Errors
    /// When something it needs is missing ([`io::ErrorKind::InvalidInput`], with a sentence for
    /// the user), or when `out` fails.
    pub fn write(
        &self,
        source: &ExportSource<'_>,
        out: &mut dyn Write,
    ) -> io::Result<Option<String>> {
        match (self.write)(source, out)? {
            Written::Done(warning) => Ok(warning),
            Written::Missing => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, self.need.missing()))
            }
        }
    }
}

fn weights(source: &ExportSource<'_>, out: &mut dyn Write) -> io::Result<Written> {
    let (Some(model), Some(checkpoint)) = (source.model, source.checkpoint) else {
        return Ok(Written::Missing);
    };
    write_safetensors(checkpoint, &model.metadata(), out).map(Written::Done)
}

fn python(source: &ExportSource<'_>, out: &mut dyn Write) -> io::Result<Written> {
    let Some(model) = source.model else {
        return Ok(Written::Missing);
    };
    out.write_all(pytorch_module(&model).as_bytes())?;
    Ok(Written::Done(None))
}

fn curves(source: &ExportSource<'_>, out: &mut dyn Write) -> io::Result<Written> {
    if source.histories.is_empty() {
        return Ok(Written::Missing);
    }
    write_history(source.histories, out)?;
    Ok(Written::Done(None))
}

fn results(source: &ExportSource<'_>, out: &mut dyn Write) -> io::Result<Written> {
    let Some(report) = source.report else {
        return Ok(Written::Missing);
    };
    write_report(report, out)?;
    Ok(Written::Done(None))
}

fn experiment(source: &ExportSource<'_>, out: &mut dyn Write) -> io::Result<Written> {
    let Some(spec) = source.experiment else {
        return Ok(Written::Missing);
    };
    out.write_all(to_toml(spec, None).as_bytes())?;
    Ok(Written::Done(None))
}

fn samples(source: &ExportSource<'_>, out: &mut dyn Write) -> io::Result<Written> {
    let Some(list) = source.samples else {
        return Ok(Written::Missing);
    };
    write_samples(&list, out)?;
    Ok(Written::Done(None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::preset;

    #[test]
    fn every_row_is_found_by_its_name_and_differs_from_the_others() {
        for (index, exporter) in EXPORTERS.iter().enumerate() {
            assert_eq!(Exporter::of(exporter.id).label, exporter.label);
            for other in &EXPORTERS[..index] {
                assert_ne!(exporter.label, other.label);
            }
        }
    }

    #[test]
    fn what_is_missing_is_said_and_nothing_is_written() {
        for exporter in &EXPORTERS {
            let mut bytes = Vec::new();
            let error = exporter.write(&ExportSource::default(), &mut bytes).expect_err("missing");
            assert_eq!(error.to_string(), exporter.need.missing());
            assert!(bytes.is_empty());
        }
    }

    #[test]
    fn an_experiment_is_written_as_its_file() {
        let spec = preset("spiral-relu").expect("built in");
        let source = ExportSource { experiment: Some(&spec), ..ExportSource::default() };
        let mut bytes = Vec::new();
        let warning = Exporter::of(ExportId::Experiment).write(&source, &mut bytes);
        assert_eq!(warning.expect("written"), None);
        assert_eq!(bytes, to_toml(&spec, None).into_bytes());
    }
}
