use std::path::{Path, PathBuf};

use crate::base::by_likeness;
use crate::data::DataHash;
use crate::spec::{ExperimentSpec, PRESETS, preset};
use crate::workbench::open_experiment;

use super::failure::Failure;
use super::remark;

/// An experiment that was named on the command line.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) spec: ExperimentSpec,
    /// Hash that its data had when it was saved, where that is known.
    pub(super) hash: Option<DataHash>,
    /// The file it was read from; `None` for a built-in one.
    pub(super) path: Option<PathBuf>,
}

/// What a window shows at first.
#[derive(Debug)]
pub enum Show {
    /// Whatever it likes.
    Anything,
    /// A built-in experiment.
    Experiment(Box<ExperimentSpec>),
    /// An experiment, a table or a folder of data.
    File(PathBuf),
}

impl Chosen {
    /// Which of the two it is, in words.
    pub(super) fn origin(&self) -> String {
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
        return Ok(Chosen { spec, hash: None, path: None });
    }
    let path = PathBuf::from(name);
    if path.exists() || looks_like_a_path(&path) { open(path) } else { Err(unknown(name)) }
}

/// What a window shows when `name` is named. An experiment is read here, too, so that one that is
/// damaged is refused where it was named.
pub(super) fn to_show(name: Option<&str>) -> Result<Show, Failure> {
    let Some(name) = name else { return Ok(Show::Anything) };
    let path = Path::new(name);
    let is_data = path.is_dir() || (path.is_file() && !has_toml_ending(path));
    if is_data && preset(name).is_none() {
        return Ok(Show::File(path.to_path_buf()));
    }
    experiment(name).map(|chosen| match chosen.path {
        Some(path) => Show::File(path),
        None => Show::Experiment(Box::new(chosen.spec)),
    })
}

fn open(path: PathBuf) -> Result<Chosen, Failure> {
    let opened = open_experiment(&path).map_err(|error| Failure::input(error.to_string()))?;
    for text in &opened.remarks {
        remark(&format!("Note: {text}"));
    }
    Ok(Chosen { spec: opened.saved.spec, hash: opened.saved.data_hash, path: Some(path) })
}

fn looks_like_a_path(path: &Path) -> bool {
    path.components().count() > 1 || has_toml_ending(path)
}

fn has_toml_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
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
        assert_eq!((chosen.spec.runs.len(), chosen.path, chosen.hash), (1, None, None));
    }

    #[test]
    fn a_name_that_means_nothing_gets_the_nearest_ones_first() {
        let failure = experiment("spiral-rleu").expect_err("unknown");
        let text = format!("{failure:?}");
        assert!(text.contains("Built in are: spiral-relu, "), "{text}");
    }

    #[test]
    fn a_window_shows_experiments_and_data() {
        assert!(matches!(to_show(None), Ok(Show::Anything)));
        assert!(matches!(to_show(Some("mnist-mlp")), Ok(Show::Experiment(_))));
        let folder = tempfile::tempdir().expect("made");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            path.to_str().expect("Unicode").to_owned()
        };
        let table = file("table.csv", "1,2\n");
        assert!(matches!(to_show(Some(&table)), Ok(Show::File(path)) if path.is_file()));
        assert!(matches!(to_show(folder.path().to_str()), Ok(Show::File(path)) if path.is_dir()));
        assert!(to_show(Some(&file("a.toml", "no experiment"))).is_err());
        let good =
            file("b.toml", &crate::workbench::to_toml(&preset("mnist-mlp").expect("is"), None));
        assert!(matches!(to_show(Some(&good)), Ok(Show::File(_))));
    }

    #[test]
    fn what_looks_like_a_path_is_not_searched_among_names() {
        for path in ["no/such", "nothing.toml"] {
            let failure = experiment(path).expect_err("unknown");
            assert!(format!("{failure:?}").contains("no such file"), "{failure:?}");
        }
    }
}
