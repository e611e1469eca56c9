//! What several benchmarks need.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use descent::data::{IdxValues, read_idx};

/// MNIST's training part as a table: the label, then 784 pixels.
pub fn write_table(idx: &Path, to: &Path) -> PathBuf {
    let read = |name: &str| {
        let file = File::open(idx.join(name)).expect("MNIST is there");
        let mut go_on = |_| ControlFlow::Continue(());
        match read_idx(file, name, 1 << 30, &mut go_on).expect("it is whole").values {
            IdxValues::U8(bytes) => bytes,
            _ => panic!("MNIST holds bytes"),
        }
    };
    let images = read("train-images-idx3-ubyte.gz");
    let labels = read("train-labels-idx1-ubyte.gz");
    let mut out = BufWriter::new(File::create(to).expect("can be made"));
    let mut line = String::from("label");
    (0..784).for_each(|pixel| write!(line, ",pixel{pixel}").expect("writes to memory"));
    writeln!(out, "{line}").expect("written");
    for (label, pixels) in labels.iter().zip(images.chunks(784)) {
        line.clear();
        write!(line, "{label}").expect("writes to memory");
        pixels.iter().for_each(|pixel| write!(line, ",{pixel}").expect("writes to memory"));
        writeln!(out, "{line}").expect("written");
    }
    out.flush().expect("written");
    to.to_owned()
}
