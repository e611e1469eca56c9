use std::sync::Arc;

use crate::spec::{ExperimentSpec, LayerSpec, MAX_RUNS, RunSpec};

use super::action::Edit;
use super::skips;
use super::state::Draft;

/// The draft after an edit, or `None` when the edit names something that does not exist.
pub(super) fn edited(draft: &Draft, edit: &Edit) -> Option<Draft> {
    let mut spec = ExperimentSpec::clone(&draft.spec);
    let mut slots = draft.slots.clone();
    match edit {
        Edit::Name(name) => spec.name.clone_from(name),
        Edit::Data(data) => spec.data = data.clone(),
        Edit::Seed(seed) => spec.seed = *seed,
        Edit::DuplicateRun(run) => duplicate_run(&mut spec.runs, *run)?,
        Edit::RemoveRun(run) => {
            if spec.runs.len() < 2 || *run >= spec.runs.len() {
                return None;
            }
            spec.runs.remove(*run);
            slots.remove(*run);
        }
        Edit::RunName(run, name) => spec.runs.get_mut(*run)?.name.clone_from(name),
        Edit::SetRun(run, _)
        | Edit::Train(run, _)
        | Edit::Output(run, _)
        | Edit::AddLayer(run, ..)
        | Edit::RemoveLayer(run, ..)
        | Edit::DuplicateLayer(run, ..)
        | Edit::MoveLayer { run, .. }
        | Edit::SetLayer(run, ..) => {
            let run = spec.runs.get_mut(*run)?;
            *run = edited_run(run, edit)?;
        }
    }
    Some(Draft { spec: Arc::new(spec), slots })
}

/// A run after an edit of its network or of how it is trained; `None` of any other, and when the
/// edit names something that does not exist.
pub(super) fn edited_run(run: &RunSpec, edit: &Edit) -> Option<RunSpec> {
    let mut run = run.clone();
    match edit {
        Edit::SetRun(_, new) => run = new.clone(),
        Edit::Train(_, train) => run.train = train.clone(),
        Edit::Output(_, output) => run.model.output = output.clone(),
        layers => edit_layers(&mut run.model.hidden, layers)?,
    }
    Some(run)
}

fn edit_layers(layers: &mut Vec<LayerSpec>, edit: &Edit) -> Option<()> {
    match edit {
        Edit::AddLayer(_, at, layer) if *at <= layers.len() => {
            skips::insert(layers, *at, layer.clone());
        }
        Edit::RemoveLayer(_, at) if *at < layers.len() => skips::remove(layers, *at),
        Edit::DuplicateLayer(_, at) if *at < layers.len() => skips::duplicate(layers, *at),
        Edit::MoveLayer { from, to, .. } if *from < layers.len() && *to < layers.len() => {
            skips::move_to(layers, *from, *to);
        }
        Edit::SetLayer(_, at, layer) => *layers.get_mut(*at)? = layer.clone(),
        _ => return None,
    }
    Some(())
}

fn duplicate_run(runs: &mut Vec<RunSpec>, index: usize) -> Option<()> {
    let copy = runs.get(index)?.clone();
    add_copy(runs, copy)
}

/// The draft with a copy of a run behind the last one, under a name of its own; `None` when there
/// is no room.
pub(super) fn with_copy(draft: &Draft, copy: RunSpec) -> Option<Draft> {
    let mut spec = ExperimentSpec::clone(&draft.spec);
    add_copy(&mut spec.runs, copy)?;
    Some(Draft { spec: Arc::new(spec), slots: draft.slots.clone() })
}

fn add_copy(runs: &mut Vec<RunSpec>, mut copy: RunSpec) -> Option<()> {
    if runs.len() >= MAX_RUNS {
        return None;
    }
    copy.name = free_name(runs, &copy.name);
    runs.push(copy);
    Some(())
}

/// `ReLU 100` becomes `ReLU 100 (2)`, and that `ReLU 100 (3)`.
fn free_name(runs: &[RunSpec], name: &str) -> String {
    let stem = match name.rsplit_once(" (") {
        Some((stem, tail)) if tail.strip_suffix(')').is_some_and(is_number) => stem,
        _ => name,
    };
    let candidates = (2..).map(|number| format!("{stem} ({number})"));
    let taken = |name: &String| runs.iter().any(|run| run.name == *name);
    candidates.into_iter().find(|name| !taken(name)).unwrap_or_else(|| name.to_owned())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Edits with the same key are one undo step until the user lets go.
pub(super) fn undo_key(edit: &Edit) -> String {
    match edit {
        Edit::Name(_) => "name".into(),
        Edit::Data(_) => "data".into(),
        Edit::Seed(_) => "seed".into(),
        Edit::RunName(run, _) => format!("name of {run}"),
        Edit::SetLayer(run, layer, _) => format!("layer {layer} of {run}"),
        Edit::Output(run, _) => format!("output of {run}"),
        Edit::Train(run, _) => format!("training of {run}"),
        // Each of the others is a step of its own, however fast they follow each other.
        structural => format!("{structural:?}"),
    }
}

/// Whether an edit is complete in itself, so that no letting go has to be waited for.
pub(super) fn is_structural(edit: &Edit) -> bool {
    !matches!(
        edit,
        Edit::Name(_)
            | Edit::Data(_)
            | Edit::Seed(_)
            | Edit::RunName(..)
            | Edit::SetLayer(..)
            | Edit::Output(..)
            | Edit::Train(..)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Activation, DenseSpec, LayerKind, preset};
    use crate::workbench::SlotId;

    fn draft() -> Draft {
        let spec = preset("spiral-relu").expect("built in");
        Draft { spec: Arc::new(spec), slots: vec![SlotId(1)] }
    }

    fn layers(draft: &Draft) -> Vec<&'static str> {
        draft.spec.runs[0].model.hidden.iter().map(LayerSpec::label).collect()
    }

    #[test]
    fn layers_are_added_moved_copied_and_removed() {
        let mut draft = draft();
        let mut apply = |edit: Edit, expected: &[&str]| {
            draft = edited(&draft, &edit).expect("possible");
            assert_eq!(layers(&draft), expected, "{edit:?}");
        };
        let tanh = LayerSpec::from(Activation::Tanh);
        apply(
            Edit::AddLayer(0, 0, LayerSpec::from(LayerKind::Flatten)),
            &["Flatten", "Dense", "ReLU"],
        );
        apply(Edit::SetLayer(0, 2, tanh), &["Flatten", "Dense", "Tanh"]);
        apply(Edit::MoveLayer { run: 0, from: 2, to: 0 }, &["Tanh", "Flatten", "Dense"]);
        apply(Edit::DuplicateLayer(0, 2), &["Tanh", "Flatten", "Dense", "Dense"]);
        apply(Edit::RemoveLayer(0, 1), &["Tanh", "Dense", "Dense"]);
    }

    #[test]
    fn what_does_not_exist_is_left_alone() {
        let dense = || LayerSpec::from(DenseSpec::new(3));
        for edit in [
            Edit::AddLayer(0, 9, dense()),
            Edit::AddLayer(1, 0, dense()),
            Edit::RemoveLayer(0, 2),
            Edit::DuplicateLayer(0, 2),
            Edit::MoveLayer { run: 0, from: 0, to: 2 },
            Edit::SetLayer(0, 2, dense()),
            Edit::RemoveRun(0),
            Edit::DuplicateRun(1),
        ] {
            assert_eq!(edited(&draft(), &edit), None, "{edit:?}");
        }
    }

    #[test]
    fn copies_of_runs_get_names_of_their_own_up_to_four() {
        let mut draft = draft();
        for _ in 0..3 {
            draft = edited(&draft, &Edit::DuplicateRun(draft.spec.runs.len() - 1)).expect("room");
        }
        let names: Vec<&str> = draft.spec.runs.iter().map(|run| run.name.as_str()).collect();
        assert_eq!(names, ["ReLU 100", "ReLU 100 (2)", "ReLU 100 (3)", "ReLU 100 (4)"]);
        assert_eq!(edited(&draft, &Edit::DuplicateRun(0)), None);
    }
}
