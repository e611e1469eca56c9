use std::path::{Path, PathBuf};

use crate::base::by_likeness;
use crate::spec::{ExperimentSpec, PRESETS, preset};
use crate::workbench::open_experiment;

use super::failure::Failure;

/// An experiment that was named on the command line.
#[derive(Debug)]
pub struct Chosen {
    /// The experiment.
    pub spec: ExperimentSpec,
    /// The file it was read from; `None` for a built-in one.
    pub path: Option<PathBuf>,
}

impl Chosen {
    /// Which of the two it is, in words.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.path {
            Some(path) => format!("from {}", path.display()),
            None => "built in".into(),
        }
    }
}

/// The experiment that is meant by `name`: a built-in one, unless a file of that name lies at
/// hand, or a file, whose ending may be left out.
pub(super) fn experiment(name: &str) -> Result<Chosen, Failure> {
    let with_ending = PathBuf::from(format!("{name}.toml"));
    if with_ending.is_file() {
        return open(with_ending);
    }
    if let Some(spec) = preset(name) {
        return Ok(Chosen { spec, path: None });
    }
    let path = PathBuf::from(name);
    if path.exists() || looks_like_a_path(&path) { open(path) } else { Err(unknown(name)) }
}

fn open(path: PathBuf) -> Result<Chosen, Failure> {
    let spec = open_experiment(&path).map_err(|error| Failure::input(error.to_string()))?;
    Ok(Chosen { spec, path: Some(path) })
}

fn looks_like_a_path(path: &Path) -> bool {
    path.components().count() > 1 || path.extension().is_some_and(|ending| ending == "toml")
}

/// The error of a name that means nothing.
pub(super) fn unknown(name: &str) -> Failure {
    let known = PRESETS.each_ref().map(|preset| preset.name);
    let known = by_likeness(name, &known).join(", ");
    Failure::input(format!(
        "There is neither a built-in experiment nor a file “{name}”. Built in are: {known}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_built_in_experiment_is_found_by_its_name() {
        let chosen = experiment("spiral-relu").expect("built in");
        assert_eq!((chosen.spec.runs.len(), chosen.path), (1, None));
    }

    #[test]
    fn a_name_that_means_nothing_gets_the_nearest_ones_first() {
        let failure = experiment("spiral-rleu").expect_err("unknown");
        let text = format!("{failure:?}");
        assert!(text.contains("Built in are: spiral-relu, "), "{text}");
    }

    #[test]
    fn what_looks_like_a_path_is_not_searched_among_names() {
        for path in ["no/such", "nothing.toml"] {
            let failure = experiment(path).expect_err("unknown");
            assert!(format!("{failure:?}").contains("no such file"), "{failure:?}");
        }
    }
}
