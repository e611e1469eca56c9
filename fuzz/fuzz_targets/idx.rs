//! A pair of IDX files: the first byte says where one ends and the other begins.

#![no_main]

use std::ops::ControlFlow;

use descent_fuzz::data::{IdxFile, IdxFiles, IdxPart, Limits, idx};
use descent_fuzz::spec::{DataSource, DataSpec, IdxSpec};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&cut, bytes)) = bytes.split_first() else { return };
    let (images, labels) = bytes.split_at(bytes.len() * usize::from(cut) / 256);
    let file = |name: &str, reader| IdxFile { name: name.to_owned(), reader };
    let train = IdxPart { images: file("images", images), labels: file("labels", labels) };
    let spec = DataSpec::new(DataSource::Idx(IdxSpec::default()));
    let limits = Limits { idx_bytes: 1 << 16, ..Limits::default() };
    let mut go_on = |_| ControlFlow::Continue(());
    let _ = idx(IdxFiles { train, test: None }, &spec, "fuzz", &limits, &mut go_on);
});
