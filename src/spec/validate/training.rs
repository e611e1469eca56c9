//! Whether clipping, schedule and the parts that are watched make sense.

use crate::spec::data::DataFacts;
use crate::spec::metric::Part;
use crate::spec::schedule::Schedule;
use crate::spec::train::{Clip, TrainSpec};

use super::{Field, SpecIssue};

/// Reports what makes no sense.
pub(super) fn check(train: &TrainSpec, facts: &DataFacts, issues: &mut Vec<SpecIssue>) {
    let mut refuse = |field, message: Option<String>| {
        issues.extend(message.map(|message| SpecIssue { field, message }));
    };
    refuse(Field::Clip, against_clip(train.clip));
    refuse(Field::Schedule, against_length(train.schedule));
    refuse(Field::Schedule, against_constant(train.schedule));
    let target = train.target.map(|target| watched(target.part, facts));
    refuse(Field::Target, target.and_then(|part| against_part(part, facts)));
    let early = train.early.map(|early| watched(early.part, facts));
    refuse(Field::Early, early.and_then(|part| against_part(part, facts)));
}

fn against_clip(clip: Clip) -> Option<String> {
    match clip {
        Clip::Norm { max } | Clip::Value { max } if max.get() <= 0.0 => Some(format!(
            "Gradients are kept below a value greater than 0, not {max}: otherwise nothing would \
             be learnt. Choose none to leave them as they are."
        )),
        _ => None,
    }
}

fn against_length(schedule: Schedule) -> Option<String> {
    let epochs = match schedule {
        Schedule::Constant | Schedule::Exponential { .. } | Schedule::Plateau { .. } => 1,
        Schedule::Step { every: epochs, .. }
        | Schedule::Cosine { epochs, .. }
        | Schedule::Restarts { epochs, .. }
        | Schedule::Polynomial { epochs, .. }
        | Schedule::OneCycle { epochs, .. } => epochs,
    };
    (epochs == 0).then(|| "The schedule takes at least one epoch.".into())
}

fn against_constant(schedule: Schedule) -> Option<String> {
    match schedule {
        Schedule::Step { gamma, .. } | Schedule::Exponential { gamma } if gamma.get() <= 0.0 => {
            Some(format!("The factor γ of the schedule is greater than 0, not {gamma}."))
        }
        Schedule::Cosine { floor, .. } | Schedule::Restarts { floor, .. }
            if !(0.0..=1.0).contains(&floor.get()) =>
        {
            Some(format!("The least share of the learning rate lies in 0 to 1, not at {floor}."))
        }
        Schedule::Polynomial { power, .. } if power.get() <= 0.0 => {
            Some(format!("The power of the schedule is greater than 0, not {power}."))
        }
        Schedule::Plateau { factor, .. } if !(factor.get() > 0.0 && factor.get() < 1.0) => {
            Some(format!(
                "On a plateau the learning rate shrinks by a factor between 0 and 1, not {factor}."
            ))
        }
        Schedule::OneCycle { rise, .. } if !(rise.get() > 0.0 && rise.get() < 1.0) => {
            Some(format!("The share of the cycle that rises lies between 0 and 1, not at {rise}."))
        }
        _ => None,
    }
}

/// Data without a validation part are watched on the test part.
pub(super) fn watched(part: Part, facts: &DataFacts) -> Part {
    match part {
        Part::Validation if facts.validation_rows == 0 => Part::Test,
        part => part,
    }
}

/// Nothing can be watched on a part without rows. An empty training part is reported by itself.
fn against_part(part: Part, facts: &DataFacts) -> Option<String> {
    let rows = match part {
        Part::Train => return None,
        Part::Validation => facts.validation_rows,
        Part::Test => facts.test_rows,
    };
    (rows == 0).then(|| {
        format!(
            "The data have no {}, so nothing is measured there. Hold out rows for it, or choose \
             another part.",
            part.label()
        )
    })
}
