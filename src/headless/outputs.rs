use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::workbench::ExportKind;

use super::args::TrainArgs;
use super::failure::Failure;

/// One file to write.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) kind: ExportKind,
    /// The run that it is about; of no meaning where it is about all.
    pub(super) run: usize,
    pub(super) path: PathBuf,
}

/// The files that are asked for. That they can be written is checked before anything is trained:
/// nobody likes to hear of a mistyped folder an hour later.
pub(super) fn outputs(args: &TrainArgs, runs: &[&str]) -> Result<Vec<Output>, Failure> {
    let mut all = Vec::new();
    let mut about_all = |kind, path: &Option<PathBuf>| {
        all.extend(path.iter().map(|path| Output { kind, run: 0, path: path.clone() }));
    };
    about_all(ExportKind::Report, &args.report);
    about_all(ExportKind::History, &args.history);
    if let Some(path) = &args.export {
        let paths = weight_paths(path, runs).into_iter().enumerate();
        all.extend(paths.map(|(run, path)| Output { kind: ExportKind::Weights, run, path }));
    }
    for (index, output) in all.iter().enumerate() {
        check(&output.path)?;
        if all[..index].iter().any(|other| other.path == output.path) {
            let path = output.path.display();
            return Err(Failure::input(format!("Two results would be written to {path}.")));
        }
    }
    Ok(all)
}

pub(super) fn check(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let problem = if path.file_name().is_none() || path.is_dir() {
        "This is a folder; a result needs the name of a file"
    } else if folder.is_some_and(|folder| !folder.is_dir()) {
        "The folder of this file does not exist"
    } else {
        return Ok(());
    };
    Err(Failure::input(format!("{problem}: {}", path.display())))
}

/// One file for each run: the given name, with the name of the run in it where there are several.
fn weight_paths(path: &Path, runs: &[&str]) -> Vec<PathBuf> {
    if runs.len() == 1 {
        return vec![path.to_path_buf()];
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    for run in runs {
        let name = file_part(run);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone())
            .chain(numbered)
            .map(|name| with_part(path, &name))
            .find(|path| !paths.contains(path));
        paths.extend(free);
    }
    paths
}

/// `out.safetensors` with a part: `out-part.safetensors`.
fn with_part(path: &Path, part: &str) -> PathBuf {
    let mut name = OsString::from(path.file_stem().unwrap_or_default());
    name.push("-");
    name.push(part);
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

/// A name of a run as part of a file's name: letters and digits of any language stay, all else
/// becomes a hyphen.
fn file_part(name: &str) -> String {
    const LONGEST: usize = 40;
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let part = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    match part.is_empty() {
        true => "run".into(),
        false => part.chars().take(LONGEST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, runs: &[&str]) -> Vec<String> {
        let paths = weight_paths(Path::new(path), runs);
        paths.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn a_single_run_gets_the_file_as_named() {
        assert_eq!(names("a/b.safetensors", &["x/y"]), ["a/b.safetensors"]);
    }

    #[test]
    fn several_runs_have_their_name_in_the_file() {
        let found = names("a/b.safetensors", &["ReLU 100", "../../etc", "Größe: 2", "***"]);
        let expected = ["b-ReLU-100", "b-etc", "b-Größe-2", "b-run"];
        assert_eq!(found, expected.map(|name| format!("a/{name}.safetensors")));
        assert_eq!(names("b", &["x", "x", "x y", "x-y"]), ["b-x", "b-x-2", "b-x-y", "b-x-y-2"]);
    }

    #[test]
    fn what_cannot_be_written_is_refused_beforehand() {
        assert!(check(Path::new("file.json")).is_ok());
        assert!(check(Path::new("no/such/folder/file.json")).is_err());
        assert!(check(&std::env::temp_dir()).is_err());
        assert!(check(Path::new("..")).is_err());
    }
}
