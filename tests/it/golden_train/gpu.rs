//! The same numbers on a graphics device, a software renderer included.

#![allow(clippy::print_stderr, reason = "a skipped test must be seen")]

use descent::spec::DeviceChoice;
use descent::train::{build_on, list_devices};

use super::*;

/// The first graphics device; tells loudly when there is none.
fn graphics() -> Option<Compute> {
    let is_required = std::env::var("DESCENT_REQUIRE_GPU_TESTS").is_ok_and(|value| value == "1");
    let found = list_devices().into_iter().find_map(|device| match device.choice {
        DeviceChoice::Gpu(index) => Some(Compute::gpu(index)),
        _ => None,
    });
    match found {
        Some(Ok(compute)) => {
            eprintln!("testing on {}", compute.name());
            Some(compute)
        }
        other => {
            assert!(!is_required, "no graphics device to test on: {other:?}");
            eprintln!("SKIPPED: NO GRAPHICS DEVICE TO TEST ON: {other:?}");
            None
        }
    }
}

#[test]
fn a_graphics_device_computes_pytorchs_numbers() {
    let Some(compute) = graphics() else { return };
    activations::check_activations(&compute);
    losses::check_losses(&compute);
    optimizers::check_optimizers(&compute);
    optimizers::check_trajectories("net_losses.json", 11, &compute);
    optimizers::check_trajectories("net_activations.json", 15, &compute);
}

#[test]
fn layers_on_a_graphics_device_are_pytorchs() {
    let Some(compute) = graphics() else { return };
    layers::check_layers(&compute, layers::GRAPHICS);
    cnn::check_lecture(&compute);
}

#[test]
fn a_graphics_device_trains_like_the_processor() {
    let Some(compute) = graphics() else { return };
    let file = golden("experiments.json");
    let data = spiral(&file);
    let run = run(hidden(16, Activation::Relu), train(Loss::CROSS_ENTROPY, Optimizer::ADAM), &data);
    let hot = HotParams { learning_rate: 0.01, ..LECTURE };
    let mut engines = [compute, Compute::cpu()]
        .map(|compute| BurnEngine::build(&run, &data, 0, compute).expect("builds"));
    assert!(engines[0].losses_every() > 1);
    let rows: Vec<usize> = (0..300).step_by(3).collect();
    let mut losses = engines.each_mut().map(|engine| {
        for _ in 0..10 {
            engine.step(Batch::Rows(&rows), 0, &hot).expect("steps");
            engine.step(Batch::All, 0, &hot).expect("steps");
        }
        let losses = engine.losses().expect("reads");
        losses.iter().map(|loss| loss.objective as f32).collect::<Vec<_>>()
    });
    let [gpu, cpu] = &mut losses;
    assert_close("losses", gpu, cpu, 1e-5);
    let [gpu, cpu] = engines.each_mut().map(|engine| engine.checkpoint().expect("reads"));
    for (a, b) in gpu.parameters.iter().zip(&cpu.parameters) {
        assert_eq!(a.name, b.name);
        assert_close(&a.name, a.tensor.data(), b.tensor.data(), 1e-5);
    }
    let evaluated = engines.each_mut().map(|engine| engine.evaluate(&hot, true).expect("measures"));
    let [gpu, cpu] = evaluated.map(|evaluation| evaluation.test.loss as f32);
    assert_close("test loss", &[gpu], &[cpu], 1e-5);
}

#[test]
fn a_graphics_device_is_looked_into_like_the_processor() {
    let Some(compute) = graphics() else { return };
    inside::check_device(&compute);
}

#[test]
fn asking_for_a_card_that_is_not_there_gives_the_processor_and_says_so() {
    let data = shape_only(2, 2);
    let run = run(Vec::new(), train(Loss::CROSS_ENTROPY, Optimizer::SGD), &data);
    let (_, note) = build_on(DeviceChoice::Gpu(1000), &run, &data, 0).expect("builds");
    assert!(note.name.starts_with("CPU"), "{note:?}");
    assert!(note.reason.contains("cannot be used"), "{note:?}");
}
