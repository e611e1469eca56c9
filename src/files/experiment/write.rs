use std::fmt::Write;

use crate::base::Finite;
use crate::data::DataHash;
use crate::spec::{ExperimentSpec, RunSpec};

use super::FORMAT_VERSION;
use super::write_data::write_data;
use super::write_model::{layers, output};
use super::write_train::write_train;

/// Widest line before a list is broken into one element a line.
pub(super) const WIDTH: usize = 100;

/// Writes an experiment, with the hash of its data where it is known, so that
/// [`super::from_toml`] gives equal ones back. What matters most for the result is always written;
/// what has its usual value is left out.
#[must_use]
pub fn to_toml(spec: &ExperimentSpec, data_hash: Option<DataHash>) -> String {
    let mut file = Lines(String::from("# An experiment of Descent.\n"));
    file.pair("descent", &FORMAT_VERSION.to_string());
    file.pair("name", &quoted(&spec.name));
    file.pair("seed", &spec.seed.to_string());
    if let Some(hash) = data_hash {
        file.text("data-hash", &hash.to_string());
    }
    file.heading("[data]");
    write_data(&mut file, &spec.data);
    for run in &spec.runs {
        file.heading("[[runs]]");
        write_run(&mut file, run);
    }
    file.0
}

/// A file in the making.
pub(super) struct Lines(String);

impl Lines {
    fn heading(&mut self, text: &str) {
        self.0 += "\n";
        self.0 += text;
        self.0 += "\n";
    }

    pub(super) fn pair(&mut self, key: &str, value: &str) {
        self.0 += &format!("{key} = {value}\n");
    }

    pub(super) fn text(&mut self, key: &str, word: &str) {
        self.pair(key, &quoted(word));
    }

    pub(super) fn number(&mut self, key: &str, value: Finite) {
        self.pair(key, &number(value));
    }
}

fn write_run(file: &mut Lines, run: &RunSpec) {
    file.text("name", &run.name);
    file.pair("layers", &layers(&run.model.hidden));
    file.pair("output", &output(&run.model.output));
    write_train(file, &run.train);
}

/// In one line, or one element a line.
pub(super) fn list(items: Vec<String>) -> String {
    let line = format!("[{}]", items.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    let lines = items.iter().map(|item| format!("    {item},\n"));
    format!("[\n{}]", lines.collect::<String>())
}

pub(super) fn inline(entries: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> =
        entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// Shortest decimal that reads back as the same number, with a point or an exponent as TOML
/// wants it.
pub(super) fn number(value: Finite) -> String {
    format!("{:?}", value.get())
}

/// Text in quotes. Backslashes of Windows paths stay readable in single quotes.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = !text.contains('\'') && !text.chars().any(char::is_control);
    if is_plain && text.contains('\\') {
        return format!("'{text}'");
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            control if control.is_control() => {
                // Writing into a string cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
