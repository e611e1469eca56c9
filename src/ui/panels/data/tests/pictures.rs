//! Images: what is done to them, and what becomes of them.

use super::*;
use crate::base::RunRng;
use crate::data::{Augment, Original};
use crate::spec::{IdxSpec, ImagesSpec, Normalise, Transform};

fn with_steps(steps: Vec<Transform>) -> Harness<'static, Bench> {
    let mut spec = preset("mnist-mlp").expect("built in");
    spec.data.source = DataSource::Idx(IdxSpec::of_folder("/home/me/mnist"));
    spec.data.transforms = steps;
    panel(fixtures::of(spec, images(30)))
}

/// The images of an edit; afterwards the bench shows its three points.
fn steps(harness: &Harness<'_, Bench>) -> Vec<Transform> {
    data(harness).transforms.clone()
}

#[test]
fn steps_are_added_from_a_list_that_says_which_are_for_training_only() {
    let mut harness = with_steps(Vec::new());
    for name in ["Centre crop", "Random shift"] {
        harness.get_by_label("Add transform…").click();
        harness.run();
        harness.get_by_label("In training only");
        harness.get_by_role_and_label(Role::Button, name).click();
        harness.run();
    }
    let labels: Vec<&str> = steps(&harness).iter().map(Transform::label).collect();
    assert_eq!(labels, ["Centre crop", "Random shift"]);
    assert_eq!(steps(&harness)[0], Transform::CentreCrop { width: 28, height: 28 });
    harness.get_by_label("in training only");
}

#[test]
fn steps_are_moved_and_removed() {
    let flip = Transform::Flip { probability: Finite::lit(0.5) };
    let mut harness = with_steps(vec![Transform::Greyscale, flip.clone()]);
    harness.get_by_label("Move step 2 up").click();
    harness.run();
    assert_eq!(steps(&harness), [flip.clone(), Transform::Greyscale]);
    harness.get_by_label("Move step 1 down").click();
    harness.run();
    harness.get_by_label("Remove step 1").click();
    harness.run();
    assert_eq!(steps(&harness), [flip]);
}

#[test]
fn numbers_of_steps_are_typed() {
    let resize = Transform::Resize { width: 64, height: 64 };
    let turn = Transform::Rotation { degrees: Finite::lit(10.0) };
    let mut harness = with_steps(vec![resize, turn]);
    type_number(&mut harness, "Step 1 height", "32");
    type_number(&mut harness, "Step 2 degrees", "25");
    let wanted = [
        Transform::Resize { width: 64, height: 32 },
        Transform::Rotation { degrees: Finite::lit(25.0) },
    ];
    assert_eq!(steps(&harness), wanted);
}

#[test]
fn normalising_is_computed_or_typed() {
    let mut harness = with_steps(vec![Transform::Normalise(Normalise::Computed)]);
    harness.get_by_label("given").click();
    harness.run();
    type_number(&mut harness, "Step 1 mean 1", "0.1307");
    type_number(&mut harness, "Step 1 std 1", "0.3081");
    let given =
        Normalise::Given { mean: vec![Finite::lit(0.1307)], std: vec![Finite::lit(0.3081)] };
    assert_eq!(steps(&harness), [Transform::Normalise(given)]);
    harness.get_by_label("computed").click();
    harness.run();
    assert_eq!(steps(&harness), [Transform::Normalise(Normalise::Computed)]);
}

#[test]
fn tables_and_toys_have_no_transforms() {
    for harness in [spiral(), panel(with_table(table(20, 4)))] {
        assert!(harness.query_by_label("Add transform…").is_none());
    }
}

/// Paints a sample in the shade of its epoch; the second row is gone.
#[derive(Debug)]
struct Shade;

impl Augment for Shade {
    fn fill(&self, _: RunRng, epoch: u64, row: usize, out: &mut [f32]) -> Result<(), DataError> {
        if row == 1 {
            return Err(DataError::Io("gone".into()));
        }
        out.fill((epoch as f32 / 4.0).min(1.0));
        Ok(())
    }
}

fn transformed(rows: usize) -> Arc<Dataset> {
    let original = |row| Original { row, width: 4, height: 6, channels: 3, pixels: vec![99; 72] };
    Arc::new(Dataset {
        originals: Some((0..rows).map(original).collect()),
        augment: Some(Arc::new(Shade)),
        ..Dataset::clone(&images(rows))
    })
}

#[test]
fn originals_stand_beside_what_the_model_sees() {
    let mut harness = panel(fixtures::with_data("mnist-mlp", transformed(9)));
    harness.get_by_label("original");
    for form in ["original", "as the model sees it", "as one epoch sees it"] {
        harness.get_by_label(&format!("2, {form}"));
    }
    harness.get_by_label("Roll again").click();
    harness.run();
    harness.get_by_label("4, as one epoch sees it");
}

#[test]
fn few_images_and_images_that_are_gone_do_not_disturb_the_panel() {
    for rows in [0, 1, 2] {
        panel(fixtures::with_data("mnist-mlp", transformed(rows)));
    }
}

#[test]
fn a_folder_of_pictures_tells_how_many_each_class_has() {
    let mut spec = preset("mnist-mlp").expect("built in");
    spec.data.source = DataSource::Images(ImagesSpec { folder: "/home/me/pets".into() });
    let harness = panel(fixtures::of(spec, images(30)));
    harness.get_by_label("pets");
    harness.get_by_label_contains("· 2 more");
}
