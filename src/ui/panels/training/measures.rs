//! Which measurements can be chosen to end training by.

use egui::Ui;

use crate::spec::{DataFacts, Loss, Part, Quantity};
use crate::ui::fields;

/// The quantities that can be measured on the data; all of them while there is none.
pub fn quantities(facts: Option<&DataFacts>, loss: Loss) -> impl Iterator<Item = Quantity> {
    let task = facts.map(|facts| facts.task);
    let applies = move |quantity: &Quantity| task.is_none_or(|task| quantity.applies(task, loss));
    Quantity::ALL.into_iter().filter(applies)
}

/// Whether a part has any rows; every part may while there is no data.
pub fn has_rows(facts: Option<&DataFacts>, part: Part) -> bool {
    facts.is_none_or(|facts| match part {
        Part::Train => facts.train_rows > 0,
        Part::Validation => facts.validation_rows > 0,
        Part::Test => facts.test_rows > 0,
    })
}

/// A list of the parts that there are.
pub fn part(
    ui: &mut Ui,
    name: &str,
    now: Part,
    facts: Option<&DataFacts>,
    width: f32,
) -> Option<Part> {
    fields::list(ui, name, now.label(), width, |ui| {
        let mut chosen = None;
        for part in Part::ALL {
            let missing = (!has_rows(facts, part)).then_some("The data have no such part");
            let entry = fields::entry(ui, part == now, part.label(), missing);
            if entry.clicked() && part != now {
                chosen = Some(part);
            }
        }
        chosen
    })
}

/// A list of the quantities that fit.
pub fn quantity(
    ui: &mut Ui,
    name: &str,
    now: Quantity,
    (facts, loss): (Option<&DataFacts>, Loss),
    width: f32,
) -> Option<Quantity> {
    fields::list(ui, name, now.label(), width, |ui| {
        let mut chosen = None;
        for quantity in quantities(facts, loss) {
            let entry = ui.selectable_label(quantity == now, quantity.label());
            if entry.clicked() && quantity != now {
                chosen = Some(quantity);
            }
        }
        chosen
    })
}

/// Measured as the interface says: parts that are large are not measured as a whole.
pub fn remark(part: Part) -> &'static str {
    match part {
        Part::Train => "Measured in evaluation mode, on a fixed sample of the training part.",
        Part::Validation | Part::Test => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{SampleShape, Task};

    fn facts(task: Task) -> DataFacts {
        DataFacts {
            input: SampleShape(vec![2]),
            task,
            train_rows: 10,
            validation_rows: 0,
            test_rows: 10,
        }
    }

    #[test]
    fn quantities_fit_the_task() {
        let of = |task| quantities(Some(&facts(task)), Loss::Mse).collect::<Vec<_>>();
        let ten = of(Task::Classification { classes: 10 });
        assert!(ten.contains(&Quantity::Top5) && !ten.contains(&Quantity::R2));
        assert!(!of(Task::Regression).contains(&Quantity::Accuracy));
        assert_eq!(quantities(None, Loss::Mse).count(), Quantity::ALL.len());
    }

    #[test]
    fn a_part_without_rows_is_not_there() {
        let facts = facts(Task::Regression);
        assert!(!has_rows(Some(&facts), Part::Validation));
        assert!(has_rows(Some(&facts), Part::Test) && has_rows(None, Part::Validation));
    }
}
