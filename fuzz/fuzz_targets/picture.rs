//! A folder with two classes, one of which holds the bytes as a picture.

#![no_main]

use std::ops::ControlFlow;
use std::sync::Arc;

use descent_fuzz::data::{Limits, PictureEntry, pictures};
use descent_fuzz::spec::{DataSource, DataSpec, ImagesSpec, Transform};
use libfuzzer_sys::fuzz_target;

/// A picture that is in order: 1 × 1, BMP.
const GOOD: &[u8] = &[
    b'B', b'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24,
    0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 99, 200, 0,
];

fuzz_target!(|bytes: &[u8]| {
    let names = ["bad/1", "good/1", "good/2", "good/3"];
    let entries = names.map(|name| PictureEntry { name: name.to_owned(), bytes: 64 });
    let bytes = bytes.to_vec();
    let read = move |place: usize| Ok(if place == 0 { bytes.clone() } else { GOOD.to_vec() });
    let spec = DataSpec {
        transforms: vec![Transform::Resize { width: 4, height: 4 }],
        ..DataSpec::new(DataSource::Images(ImagesSpec { folder: "fuzz".to_owned() }))
    };
    let limits = Limits { pixels: 1 << 16, ..Limits::default() };
    let mut go_on = |_| ControlFlow::Continue(());
    let _ = pictures(entries.into(), Arc::new(read), &spec, "fuzz", &limits, &mut go_on);
});
