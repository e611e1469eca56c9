use crate::base::Finite;
use crate::spec::experiment::ExperimentSpec;
use crate::spec::paths::{Takes, canonical, field_takes, is_thinkable};

use super::{Axis, AxisValues, MAX_VALUES, Range, Value};

/// Reads axes: fields and their values, `train.lr=0.01,0.1,1;model.0.units=4,16,64`. A range of
/// numbers is `1e-4..1`, with `:log` where the logarithm is to be uniform. Values of fields that
/// the run has as it stands are checked; a field that it could have after another one was set
/// (`train.optimizer=adam,sgd;train.optimizer.momentum=0,0.9`) is taken as it comes.
///
/// # Errors
/// What is wrong, with its place: the number of the character, counted from one.
pub fn parse_axes(text: &str, spec: &ExperimentSpec, run: usize) -> Result<Vec<Axis>, String> {
    let mut axes: Vec<Axis> = Vec::new();
    for piece in pieces(text, ';', 0) {
        if piece.text.is_empty() {
            continue;
        }
        let axis = axis(&piece, spec, run)?;
        let same = |other: &Axis| canonical(&other.path) == canonical(&axis.path);
        if axes.iter().any(same) {
            return Err(piece.wrong(format!("“{}” stands twice.", axis.path)));
        }
        axes.push(axis);
    }
    match axes.is_empty() {
        true => Err("No field is named. Write a field and its values: train.lr=0.01,0.1,1".into()),
        false => Ok(axes),
    }
}

/// A part of a text without the blanks around it, and where it begins.
struct Piece<'t> {
    text: &'t str,
    /// Characters before it.
    start: usize,
}

impl Piece<'_> {
    fn wrong(&self, message: impl AsRef<str>) -> String {
        format!("Character {}: {}", self.start + 1, message.as_ref())
    }
}

fn pieces(text: &str, separator: char, start: usize) -> Vec<Piece<'_>> {
    let mut at = start;
    let parts = text.split(separator).map(|part| {
        let blanks = part.chars().take_while(|letter| letter.is_whitespace()).count();
        let piece = Piece { text: part.trim(), start: at + blanks };
        at += part.chars().count() + 1;
        piece
    });
    parts.collect()
}

fn axis(piece: &Piece<'_>, spec: &ExperimentSpec, run: usize) -> Result<Axis, String> {
    let Some((path, values)) = piece.text.split_once('=') else {
        let example = if piece.text.is_empty() { "train.lr" } else { piece.text };
        return Err(piece.wrong(format!("“{example}” has no values. Write {example}=…,…")));
    };
    let start = piece.start + path.chars().count() + 1;
    let path = path.trim();
    let takes = match field_takes(spec, run, path) {
        Ok(takes) => Some(takes),
        Err(_) if is_thinkable(path) => None,
        Err(why) => return Err(piece.wrong(why)),
    };
    let check = |value: &Value| takes.as_ref().map_or(Ok(()), |takes| takes.check(value));
    let whole = takes.as_ref().map(Takes::is_whole);
    let values = match range(&Piece { text: values, start }, whole)? {
        Some(range) => {
            for end in [range.low, range.high] {
                check(&Value::Number(end)).map_err(|why| piece.wrong(format!("“{path}” {why}")))?;
            }
            AxisValues::Range(range)
        }
        None => AxisValues::Listed(listed(path, values, start, check)?),
    };
    Ok(Axis { path: path.into(), values })
}

fn listed(
    path: &str,
    text: &str,
    start: usize,
    check: impl Fn(&Value) -> Result<(), String>,
) -> Result<Vec<Value>, String> {
    let mut values: Vec<Value> = Vec::new();
    for piece in pieces(text, ',', start) {
        if piece.text.is_empty() {
            return Err(piece.wrong(format!("a value of “{path}” is missing.")));
        }
        let value = Value::parse(piece.text);
        check(&value).map_err(|why| piece.wrong(format!("“{path}” {why}")))?;
        if values.contains(&value) {
            return Err(piece.wrong(format!("{value} stands twice among the values of “{path}”.")));
        }
        values.push(value);
    }
    match values.len() > MAX_VALUES {
        true => Err(format!("“{path}” has {} values; {MAX_VALUES} are the most.", values.len())),
        false => Ok(values),
    }
}

/// `low..high` or `low..high:log`. Where the field does not say whether its numbers are whole,
/// the ends do.
fn range(piece: &Piece<'_>, whole: Option<bool>) -> Result<Option<Range>, String> {
    let Some((low, rest)) = piece.text.split_once("..") else { return Ok(None) };
    let (high, scale) = rest.split_once(':').unwrap_or((rest, "linear"));
    let log = match scale.trim() {
        "linear" => false,
        "log" => true,
        other => {
            let message = format!("a range is linear or log, not “{other}”: 1e-4..1:log");
            return Err(piece.wrong(message));
        }
    };
    let end = |text: &str| text.parse::<Finite>().map_err(|why| piece.wrong(format!("{why}.")));
    let written_whole = [low, high].iter().all(|text| text.trim().parse::<i64>().is_ok());
    let (low, high) = (end(low)?, end(high)?);
    if low >= high {
        return Err(piece.wrong(format!("the range {low}..{high} is empty; its low end is first.")));
    }
    if log && low <= Finite::ZERO {
        return Err(piece.wrong(format!("a logarithmic range begins above 0, not at {low}.")));
    }
    Ok(Some(Range { low, high, log, whole: whole.unwrap_or(written_whole) }))
}
