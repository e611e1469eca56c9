//! Puts a path in the place of data that are no longer where an experiment says.

use std::path::Path;

use crate::data;
use crate::spec::{CsvSpec, DataSource, DataSpec, IdxPair, IdxSpec, TestPart};

use super::load::open;

/// The same data with `path` in the place of what is missing. Of several files that are missing,
/// those of the same name beside `path` are taken, too.
///
/// # Errors
/// When `path` is not what is missing: a folder in the place of a file, say.
pub(super) fn locate(mut spec: DataSpec, path: &Path) -> Result<DataSpec, String> {
    let text = path.to_str().ok_or_else(|| {
        format!("The path is no Unicode text, so no experiment can name it: {}", path.display())
    })?;
    match &mut spec.source {
        DataSource::Csv(csv) => {
            need_file(path)?;
            table(csv, &mut spec.split.test, path, text);
        }
        DataSource::Idx(idx) if path.is_dir() => *idx = IdxSpec::of_folder(text),
        DataSource::Idx(idx) => idx_file(idx, path, text)?,
        DataSource::Images(images) => {
            need_folder(path)?;
            images.folder = text.into();
        }
        DataSource::Toy(_) | DataSource::Points(_) | DataSource::Drawn(_) => {
            return Err("These data are made by Descent; no file belongs to them.".into());
        }
    }
    Ok(spec)
}

fn need_file(path: &Path) -> Result<(), String> {
    let place = path.display();
    if path.is_dir() {
        return Err(format!("A table is a file, but this is a folder. Choose the file: {place}"));
    }
    open(path).map(drop).map_err(|why| why.to_string())
}

fn need_folder(path: &Path) -> Result<(), String> {
    match path.is_dir() {
        true => Ok(()),
        false => Err(format!(
            "The pictures are in a folder, and this is none. Choose the folder: {}",
            path.display()
        )),
    }
}

/// The table itself, unless only the rows to test on are missing.
fn table(csv: &mut CsvSpec, test: &mut TestPart, path: &Path, text: &str) {
    let has_main = csv.text.is_some() || is_file(&csv.path);
    match test {
        TestPart::File(file) if has_main && !is_file(file) => *file = text.into(),
        test => {
            csv.path = text.into();
            csv.text = None;
            if let TestPart::File(file) = test {
                take_beside(file, path);
            }
        }
    }
}

/// Images or labels of a pair, whichever the header of the file says.
fn idx_file(idx: &mut IdxSpec, path: &Path, text: &str) -> Result<(), String> {
    let file = open(path).map_err(|why| why.to_string())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let header = data::peek_idx(file, &name);
    let header = header.map_err(|why| format!("{why} ({})", path.display()))?;
    let Some(IdxPair { images, labels }) = &mut idx.pair else {
        let place = path.display();
        return Err(format!("The images are in a folder. Choose the folder: {place}"));
    };
    let (this, other) = if header.dims.len() == 1 { (labels, images) } else { (images, labels) };
    *this = text.into();
    take_beside(other, path);
    Ok(())
}

/// A file that is not where it should be is taken from beside `path`, if it is there.
fn take_beside(file: &mut String, path: &Path) {
    let beside = Path::new(file.as_str()).file_name().map(|name| path.with_file_name(name));
    if let Some(beside) = beside.filter(|beside| !is_file(file) && beside.is_file())
        && let Some(text) = beside.to_str()
    {
        *file = text.into();
    }
}

fn is_file(path: &str) -> bool {
    Path::new(path).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{ImagesSpec, SplitSpec};
    use std::fs;
    use std::path::PathBuf;

    const IMAGES: &[u8] = b"\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x01\x07\x08";
    const LABELS: &[u8] = b"\0\0\x08\x01\0\0\0\x02\0\x01";

    struct Place(tempfile::TempDir);

    impl Place {
        fn with(files: &[(&str, &[u8])]) -> Self {
            let folder = tempfile::tempdir().expect("made");
            for (name, bytes) in files {
                fs::write(folder.path().join(name), bytes).expect("written");
            }
            Self(folder)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn text(&self, name: &str) -> String {
            self.path(name).to_str().expect("Unicode").to_owned()
        }
    }

    fn table_spec(main: &str, test: &str) -> DataSpec {
        let mut csv = CsvSpec::of_file(main);
        csv.missing = vec!["gone".into()];
        let split = SplitSpec { test: TestPart::File(test.into()), ..SplitSpec::default() };
        DataSpec { split, ..DataSpec::new(DataSource::Csv(csv)) }
    }

    #[test]
    fn a_table_is_replaced_and_everything_else_stays() {
        let here = Place::with(&[("a.csv", b"1"), ("t.csv", b"1"), ("b.csv", b"1")]);
        let found = locate(table_spec("/gone/a.csv", "/gone/t.csv"), &here.path("b.csv"));
        assert_eq!(found, Ok(table_spec(&here.text("b.csv"), &here.text("t.csv"))));
        let found = locate(table_spec(&here.text("a.csv"), "/gone/x.csv"), &here.path("b.csv"));
        assert_eq!(found, Ok(table_spec(&here.text("a.csv"), &here.text("b.csv"))));
    }

    #[test]
    fn one_file_of_a_pair_brings_the_other() {
        let here = Place::with(&[("i", IMAGES), ("l", LABELS), ("text", b"hello")]);
        let pair = |images: &str, labels: &str| {
            let pair = Some(IdxPair { images: images.into(), labels: labels.into() });
            DataSpec::new(DataSource::Idx(IdxSpec { folder: String::new(), pair }))
        };
        let both = pair(&here.text("i"), &here.text("l"));
        for name in ["i", "l"] {
            assert_eq!(locate(pair("/gone/i", "/gone/l"), &here.path(name)), Ok(both.clone()));
        }
        assert!(locate(both.clone(), &here.path("text")).is_err());
        let folder = DataSpec::new(DataSource::Idx(IdxSpec::of_folder("/gone")));
        assert!(locate(folder.clone(), &here.path("i")).is_err());
        let found = locate(folder, here.0.path()).expect("a folder");
        assert_eq!(
            found.source,
            DataSource::Idx(IdxSpec::of_folder(here.text("").trim_end_matches('/')))
        );
    }

    #[test]
    fn what_is_not_meant_is_refused() {
        let here = Place::with(&[("a.csv", b"1")]);
        let images = || DataSpec::new(DataSource::Images(ImagesSpec { folder: "/gone".into() }));
        assert!(locate(images(), &here.path("a.csv")).is_err());
        let found = locate(images(), here.0.path()).expect("a folder");
        assert!(matches!(found.source, DataSource::Images(images) if images.folder != "/gone"));
        for path in [here.0.path(), &here.path("gone.csv")] {
            assert!(locate(table_spec("/gone/a.csv", "x"), path).is_err());
        }
    }
}
