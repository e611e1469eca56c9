//! Which measurements can be chosen to end training by.

use egui::Ui;

use crate::spec::{DataFacts, Part, Quantity, Task};
use crate::ui::fields;

/// Whether a quantity says anything about a task.
fn fits(quantity: Quantity, task: Task) -> bool {
    match (quantity, task) {
        (Quantity::Loss | Quantity::Objective, _) => true,
        (Quantity::Mse | Quantity::Rmse | Quantity::Mae | Quantity::R2, task) => {
            task == Task::Regression
        }
        (_, Task::Regression) => false,
        // Of few classes the true one is always among the best few.
        (Quantity::Top2, Task::Classification { classes }) => classes > 2,
        (Quantity::Top3, Task::Classification { classes }) => classes > 3,
        (Quantity::Top5, Task::Classification { classes }) => classes > 5,
        (Quantity::RocAuc, Task::Classification { classes }) => classes == 2,
        (_, Task::Classification { .. }) => true,
    }
}

/// The quantities that fit the data; all of them while there is none.
pub fn quantities(facts: Option<&DataFacts>) -> impl Iterator<Item = Quantity> {
    let task = facts.map(|facts| facts.task);
    let fits = move |quantity: &Quantity| task.is_none_or(|task| fits(*quantity, task));
    Quantity::ALL.into_iter().filter(fits)
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
    facts: Option<&DataFacts>,
    width: f32,
) -> Option<Quantity> {
    fields::list(ui, name, now.label(), width, |ui| {
        let mut chosen = None;
        for quantity in quantities(facts) {
            let entry = ui.selectable_label(quantity == now, quantity.label());
            if entry.clicked() && quantity != now {
                chosen = Some(quantity);
            }
        }
        chosen
    })
}

/// Measured as the interface says: parts that are large are not measured as a whole.
pub fn remark(part: Part, facts: Option<&DataFacts>) -> &'static str {
    match part {
        Part::Train => "Measured in evaluation mode, on a fixed sample of the training part.",
        Part::Validation if !has_rows(facts, Part::Validation) => {
            "There is no validation part; the test part takes its place."
        }
        Part::Validation | Part::Test => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::SampleShape;

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
        let of = |task| quantities(Some(&facts(task))).collect::<Vec<_>>();
        let two = of(Task::Classification { classes: 2 });
        assert!(two.contains(&Quantity::RocAuc) && !two.contains(&Quantity::Top2));
        let ten = of(Task::Classification { classes: 10 });
        assert!(ten.contains(&Quantity::Top5) && !ten.contains(&Quantity::RocAuc));
        assert!(!ten.contains(&Quantity::R2));
        let numbers = of(Task::Regression);
        assert!(numbers.contains(&Quantity::R2) && !numbers.contains(&Quantity::Accuracy));
        assert_eq!(quantities(None).count(), Quantity::ALL.len());
    }

    #[test]
    fn a_part_without_rows_is_not_there() {
        let facts = facts(Task::Regression);
        assert!(!has_rows(Some(&facts), Part::Validation));
        assert!(has_rows(Some(&facts), Part::Test) && has_rows(None, Part::Validation));
        assert!(remark(Part::Validation, Some(&facts)).contains("test part"));
    }
}
