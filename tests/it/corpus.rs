//! Every file of the fuzzers' corpus is read or refused with a sentence: what once was found stays
//! found, on every machine, without a fuzzer. `fuzz/` says how to look for more.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use descent::data::{
    DataError, Dataset, IdxFile, IdxFiles, IdxPart, Limits, PictureEntry, TableFiles, idx,
    pictures, preview, table,
};
use descent::spec::{CsvSpec, DataSource, DataSpec, IdxSpec, ImagesSpec, Transform};

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Names and contents of the seeds of one fuzzer.
fn seeds(fuzzer: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(fuzzer);
    let files = fs::read_dir(folder).expect("the corpus is there");
    files
        .map(|file| {
            let path = file.expect("the corpus can be read").path();
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, fs::read(path).expect("the seed can be read"))
        })
        .collect()
}

/// Checks that a seed was read or refused with a sentence, and tells which.
fn is_read(name: &str, outcome: Result<Dataset, DataError>) -> bool {
    match outcome {
        Ok(data) => {
            assert!(data.train.rows() > 0, "{name}");
            true
        }
        Err(why) => {
            let why = why.to_string();
            assert!(why.contains(' ') && why.ends_with(['.', '?', ')']), "{name}: {why}");
            false
        }
    }
}

/// The names of the seeds of `fuzzer` that `read` refuses, in order.
fn refused(fuzzer: &str, read: impl Fn(&[u8]) -> Result<Dataset, DataError>) -> Vec<String> {
    let mut refused: Vec<String> = seeds(fuzzer)
        .into_iter()
        .filter(|(name, bytes)| !is_read(name, read(bytes)))
        .map(|(name, _)| name)
        .collect();
    refused.sort();
    refused
}

#[test]
fn tables_of_the_corpus_are_read_or_refused() {
    let spec = DataSpec::new(DataSource::Csv(CsvSpec::default()));
    let read = |bytes: &[u8]| {
        let limits = Limits::default();
        let _ = preview(&mut &bytes[..], &CsvSpec::default(), &limits);
        let files = TableFiles { main: &mut &bytes[..], test: None };
        table(files, &spec, "seed", &limits, &mut go_on)
    };
    // Besides what is no text: tables whose only other column is no feature unless one says so.
    let wanted = ["dates", "empty", "latin1", "nul", "quoted", "unbalanced_quote"];
    assert_eq!(refused("table", read), wanted);
}

#[test]
fn idx_files_of_the_corpus_are_read_or_refused() {
    let spec = DataSpec::new(DataSource::Idx(IdxSpec::default()));
    let read = |bytes: &[u8]| {
        let (&cut, bytes) = bytes.split_first().expect("seeds are not empty");
        let (images, labels) = bytes.split_at(bytes.len() * usize::from(cut) / 256);
        let file = |name: &str, reader| IdxFile { name: name.to_owned(), reader };
        let train = IdxPart { images: file("images", images), labels: file("labels", labels) };
        let files = IdxFiles { train, test: None };
        idx(files, &spec, "seed", &Limits::default(), &mut go_on)
    };
    assert_eq!(refused("idx", read), ["cut_off", "lying", "swapped"]);
}

#[test]
fn pictures_of_the_corpus_are_read_or_refused() {
    let spec = DataSpec {
        transforms: vec![Transform::Resize { width: 4, height: 4 }],
        ..DataSpec::new(DataSource::Images(ImagesSpec { folder: "seeds".to_owned() }))
    };
    let read = |bytes: &[u8]| {
        let names = ["a/1", "a/2", "b/1", "b/2"].map(str::to_owned);
        let entries = names.map(|name| PictureEntry { name, bytes: bytes.len() as u64 });
        let bytes = bytes.to_vec();
        let reader = Arc::new(move |_: usize| Ok(bytes.clone()));
        pictures(entries.into(), reader, &spec, "seeds", &Limits::default(), &mut go_on)
    };
    assert_eq!(refused("picture", read), ["cut_off", "lying_png", "text"]);
}
