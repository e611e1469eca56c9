//! The fields of the data. What files hold is not among them.

use crate::base::Finite;
use crate::spec::data::{
    DataSource, DataSpec, DrawnSpec, Scaling, SplitSpec, TestPart, ToySpec, ValidationPart,
};
use crate::spec::sweep::Value;

use super::slot::{Slot, Takes};

/// Most points or digits of a class that are accepted here; fewer may be possible.
const MAX_SAMPLES: usize = 1_000_000;
/// Most classes.
const MAX_CLASSES: usize = 100;

/// Everything that any data have; which of them they have depends on where they come from.
pub(super) const FIELDS: &[&str] = &[
    "samples",
    "noise",
    "classes",
    "turn",
    "test-samples",
    "distortion",
    "scaling",
    "test-fraction",
    "validation-fraction",
    "stratified",
    "shuffled",
    "seed",
];

pub(super) fn slot<'a>(data: &'a mut DataSpec, path: &str) -> Option<Slot<'a>> {
    match path {
        "seed" => Some(Slot::large(&mut data.seed)),
        "scaling" => Some(Slot::word(&mut data.scaling, &Scaling::ALL, |&it| scaling(it))),
        "test-fraction" | "validation-fraction" | "stratified" | "shuffled" => {
            split(&mut data.split, path)
        }
        _ => match &mut data.source {
            DataSource::Toy(toy) => generated(toy, path),
            DataSource::Drawn(drawn) => digits(drawn, path),
            DataSource::Points(_)
            | DataSource::Csv(_)
            | DataSource::Idx(_)
            | DataSource::Images(_) => None,
        },
    }
}

/// The words of experiment files.
fn scaling(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::None => "none",
        Scaling::Standardise => "standardise",
        Scaling::MinMax => "min-max",
        Scaling::Robust => "robust",
    }
}

fn generated<'a>(toy: &'a mut ToySpec, path: &str) -> Option<Slot<'a>> {
    let kind = toy.kind;
    Some(match path {
        "samples" if kind.takes_points() => Slot::count(&mut toy.points_per_class, 1, MAX_SAMPLES),
        "noise" if kind.takes_points() => Slot::number(&mut toy.noise),
        "classes" if kind.takes_classes() => Slot::count(&mut toy.classes, 2, MAX_CLASSES),
        "turn" if kind.takes_turn() => Slot::number(&mut toy.turn),
        _ => return None,
    })
}

fn digits<'a>(drawn: &'a mut DrawnSpec, path: &str) -> Option<Slot<'a>> {
    Some(match path {
        "samples" => Slot::count(&mut drawn.per_class, 1, MAX_SAMPLES),
        "test-samples" => Slot::count(&mut drawn.test_per_class, 1, MAX_SAMPLES),
        "distortion" => Slot::number(&mut drawn.distortion),
        _ => return None,
    })
}

fn split<'a>(split: &'a mut SplitSpec, path: &str) -> Option<Slot<'a>> {
    Some(match path {
        "stratified" => Slot::flag(&mut split.stratified),
        "shuffled" => Slot::flag(&mut split.shuffled),
        "test-fraction" => match &mut split.test {
            TestPart::Fraction(share) => Slot::number(share),
            TestPart::File(_) | TestPart::Column(_) => return None,
        },
        "validation-fraction" => validation(&mut split.validation),
        _ => return None,
    })
}

/// The share that is validated on; 0 for no validation part.
fn validation(part: &mut ValidationPart) -> Slot<'_> {
    let now = match *part {
        ValidationPart::None => Some(Value::Number(Finite::ZERO)),
        ValidationPart::Fraction(share) => Some(Value::Number(share)),
        ValidationPart::Fold { .. } => None,
    };
    Slot::new(Takes::Number, now, |value| {
        *part = match value.number() {
            Some(share) if share != Finite::ZERO => ValidationPart::Fraction(share),
            _ => ValidationPart::None,
        };
    })
}
