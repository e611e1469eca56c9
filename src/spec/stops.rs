use super::data::DataFacts;
use super::metric::Quantity;
use super::train::{BatchSize, TrainSpec};
use super::validate::{Field, SpecIssue};

/// Checks when a run ends by itself, and that its epochs are not empty.
pub(super) fn check_stops(train: &TrainSpec, facts: &DataFacts, issues: &mut Vec<SpecIssue>) {
    let mut refuse = |field, message: String| issues.push(SpecIssue { field, message });
    if let BatchSize::Of(size) = train.batch
        && train.drop_last
        && facts.train_rows > 0
        && size > facts.train_rows
    {
        let rows = facts.train_rows;
        let message = format!(
            "A batch of {size} is never full: the training part has {rows} rows. Take smaller \
             batches, or keep the last batch of an epoch."
        );
        refuse(Field::DropLast, message);
    }
    if train.seconds.is_some_and(|seconds| seconds.get() <= 0.0) {
        refuse(Field::Seconds, "Training ends after more than 0 seconds.".into());
    }
    let is_measured = |quantity: Quantity| quantity.applies(facts.task, train.loss);
    if let Some(target) = train.target
        && !is_measured(target.quantity)
    {
        refuse(Field::Target, not_measured(target.quantity));
    }
    let Some(early) = train.early else { return };
    if !is_measured(early.quantity) {
        refuse(Field::Early, not_measured(early.quantity));
    }
    if early.patience == 0 {
        refuse(Field::Early, "Early stopping waits for at least one epoch.".into());
    }
    if early.min_change.get() < 0.0 {
        let message = format!("What must be gained cannot be negative ({}).", early.min_change);
        refuse(Field::Early, message);
    }
}

fn not_measured(quantity: Quantity) -> String {
    let label = quantity.label();
    format!("The {label} is not measured with this label and loss. Watch the loss instead.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;
    use crate::spec::{
        EarlyStopping, Part, SampleShape, StopRule, Target, Task, preset, validate_run,
    };

    fn fields(change: impl Fn(&mut TrainSpec)) -> Vec<Field> {
        let facts = DataFacts {
            input: SampleShape(vec![2]),
            task: Task::Classification { classes: 3 },
            train_rows: 30,
            validation_rows: 0,
            test_rows: 30,
        };
        let mut run = preset("spiral-relu").expect("built in").runs[0].clone();
        change(&mut run.train);
        let issues = validate_run(&run, &facts).err().unwrap_or_default();
        issues.into_iter().map(|issue| issue.field).collect()
    }

    #[test]
    fn an_epoch_without_any_batch_is_refused() {
        let batches = |size, drop_last| {
            fields(|train| (train.batch, train.drop_last) = (BatchSize::Of(size), drop_last))
        };
        assert_eq!(batches(31, true), [Field::DropLast]);
        assert!(batches(31, false).is_empty());
        assert!(batches(30, true).is_empty());
        assert!(fields(|train| train.drop_last = true).is_empty(), "a full batch is never partial");
    }

    #[test]
    fn what_is_never_measured_cannot_end_a_run() {
        let (part, value) = (Part::Test, Finite::ONE);
        let target = |quantity| fields(|t| t.target = Some(Target { part, quantity, value }));
        assert_eq!(target(Quantity::R2), [Field::Target]);
        assert!(target(Quantity::Accuracy).is_empty());
        let early = |early: EarlyStopping| fields(|train| train.early = Some(early));
        let usual = EarlyStopping::default();
        assert!(early(usual).is_empty());
        assert_eq!(early(EarlyStopping { quantity: Quantity::RocAuc, ..usual }), [Field::Early]);
        assert_eq!(early(EarlyStopping { patience: 0, ..usual }), [Field::Early]);
        let min_change = Finite::lit(-0.1);
        assert_eq!(early(EarlyStopping { min_change, ..usual }), [Field::Early]);
        assert_eq!(fields(|train| train.seconds = Some(Finite::ZERO)), [Field::Seconds]);
        assert!(fields(|train| train.stop = StopRule::Never).is_empty());
    }
}
