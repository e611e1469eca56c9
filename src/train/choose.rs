use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::data::Dataset;
use crate::record::DeviceNote;
use crate::spec::{BatchSize, DeviceChoice, ValidRun};

use super::burn_engine::BurnEngine;
use super::device::{Compute, guarded, list_devices};
use super::engine::{Batch, Engine, EngineError, HotParams};
use super::protocol::DeviceInfo;

/// How long each device is measured.
const MEASURE: Duration = Duration::from_millis(200);
/// How long a graphics card may take to be found, opened and measured.
const GPU_PATIENCE: Duration = Duration::from_millis(2000);
/// How long measuring the processor may take.
const CPU_PATIENCE: Duration = Duration::from_millis(800);

/// An engine for `run` on the device that `choice` asks for, and a note on where it computes and
/// why. A graphics card that cannot be used is replaced by the processor. To be called on the
/// thread of the run: graphics cards order their work by thread.
///
/// # Errors
/// When the data does not fit the run.
pub fn build_on(
    choice: DeviceChoice,
    run: &ValidRun,
    data: &Arc<Dataset>,
    seed: u64,
) -> Result<(BurnEngine, DeviceNote), EngineError> {
    let (index, reason) = match choice {
        DeviceChoice::Cpu => (None, String::new()),
        DeviceChoice::Gpu(index) => (Some(index), String::new()),
        DeviceChoice::Auto => choose(run, data, seed),
    };
    if let Some(index) = index {
        match build_on_gpu(index, run, data, seed) {
            Ok((engine, name)) => return Ok((engine, DeviceNote { name, reason })),
            Err(why) => return build_on_cpu(run, data, seed, refusal(index, &why)),
        }
    }
    build_on_cpu(run, data, seed, reason)
}

fn build_on_cpu(
    run: &ValidRun,
    data: &Arc<Dataset>,
    seed: u64,
    reason: String,
) -> Result<(BurnEngine, DeviceNote), EngineError> {
    let compute = Compute::cpu();
    let name = compute.name().to_owned();
    Ok((BurnEngine::build(run, data, seed, compute)?, DeviceNote { name, reason }))
}

fn build_on_gpu(
    index: usize,
    run: &ValidRun,
    data: &Arc<Dataset>,
    seed: u64,
) -> Result<(BurnEngine, String), String> {
    let compute = Compute::gpu(index)?;
    let name = compute.name().to_owned();
    let engine = guarded(|| BurnEngine::build(run, data, seed, compute))?;
    Ok((engine.map_err(|error| error.to_string())?, name))
}

fn refusal(index: usize, why: &str) -> String {
    let devices = list_devices();
    let found = devices.iter().find(|device| device.choice == DeviceChoice::Gpu(index));
    let name = found.map_or("the graphics card", |device| &device.name);
    format!("{name} cannot be used: {why}")
}

/// The place of the graphics card to take, or none for the processor, and why.
fn choose(run: &ValidRun, data: &Arc<Dataset>, seed: u64) -> (Option<usize>, String) {
    let work = (run.clone(), Arc::clone(data));
    let (on_gpu, on_cpu) = (work.clone(), work);
    let measured = within(GPU_PATIENCE, move || {
        let card = real_card(&list_devices());
        let rate = |index| steps_per_second(Compute::gpu(index)?, &on_gpu.0, &on_gpu.1, seed);
        Ok(card.map(|(index, name)| (index, name, rate(index))))
    });
    match measured {
        Ok(Some((index, card, gpu))) => {
            let cpu = within(CPU_PATIENCE, move || {
                steps_per_second(Compute::cpu(), &on_cpu.0, &on_cpu.1, seed)
            });
            decide(cpu, gpu, index, &card)
        }
        Ok(None) => (None, "no graphics card found".into()),
        Err(why) => (None, format!("the graphics card cannot be used: {why}")),
    }
}

/// The first graphics card that is none of the processor's imitations.
fn real_card(devices: &[DeviceInfo]) -> Option<(usize, String)> {
    devices.iter().find_map(|device| match device.choice {
        DeviceChoice::Gpu(index) if !device.is_software => Some((index, device.name.clone())),
        _ => None,
    })
}

/// The faster of both. A processor that is too slow to be measured in time is no choice.
fn decide(
    cpu: Result<f64, String>,
    gpu: Result<f64, String>,
    index: usize,
    card: &str,
) -> (Option<usize>, String) {
    match (cpu, gpu) {
        (_, Err(why)) => (None, format!("{card} cannot be used: {why}")),
        (Err(_), Ok(gpu)) => {
            (Some(index), format!("CPU too slow to measure, {card} {} steps/s", grouped(gpu)))
        }
        (Ok(cpu), Ok(gpu)) => {
            let (cpu_rate, gpu_rate) = (grouped(cpu), grouped(gpu));
            let reason = format!("CPU {cpu_rate} steps/s, {card} {gpu_rate} steps/s");
            ((gpu > cpu).then_some(index), reason)
        }
    }
}

/// Does something on a thread of its own and waits for it no longer than `limit`. A driver that
/// hangs keeps that thread, but not the run.
fn within<T: Send + 'static>(
    limit: Duration,
    act: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (sender, receiver) = sync_channel(1);
    let thread = thread::Builder::new().name("descent-measure".into());
    thread
        .spawn(move || {
            // Nobody may be waiting any more.
            let _ = sender.try_send(guarded(act).and_then(|done| done));
        })
        .map_err(|error| error.to_string())?;
    receiver.recv_timeout(limit).unwrap_or_else(|error| match error {
        RecvTimeoutError::Timeout => {
            Err(format!("it did not answer within {} s", limit.as_secs_f32()))
        }
        RecvTimeoutError::Disconnected => Err("measuring it failed".into()),
    })
}

/// Trains a copy for a moment. The first step, in which kernels are compiled, does not count.
fn steps_per_second(
    compute: Compute,
    run: &ValidRun,
    data: &Arc<Dataset>,
    seed: u64,
) -> Result<f64, String> {
    let measure = || {
        let mut engine = BurnEngine::build(run, data, seed, compute)?;
        round(&mut engine, run, 1)?;
        let start = Instant::now();
        let (mut steps, mut count) = (0, 1);
        while start.elapsed() < MEASURE {
            round(&mut engine, run, count)?;
            steps += count;
            // Longer and longer, so that a slow device is not asked for too much at once.
            count = (2 * count).min(engine.losses_every());
        }
        Ok(steps as f64 / start.elapsed().as_secs_f64())
    };
    measure().map_err(|error: EngineError| error.to_string())
}

/// Some steps on the first batch, until their losses are read.
fn round(engine: &mut BurnEngine, run: &ValidRun, steps: u64) -> Result<(), EngineError> {
    let train = &run.spec().train;
    let hot = HotParams::of(train, train.learning_rate.get());
    let rows: Vec<usize> = (0..train.batch.rows(run.facts().train_rows)).collect();
    let batch = match train.batch {
        BatchSize::Full => Batch::All,
        BatchSize::Of(_) => Batch::Rows(&rows),
    };
    for _ in 0..steps {
        engine.step(batch, 0, &hot)?;
    }
    engine.losses().map(drop)
}

/// `7 400`: two leading digits say enough, and spaces separate thousands.
fn grouped(rate: f64) -> String {
    let magnitude = 10_f64.powf((rate.max(1.0).log10().floor() - 1.0).max(0.0));
    let digits = ((rate / magnitude).round() * magnitude).to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|g| str::from_utf8(g).ok()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(choice: DeviceChoice, is_software: bool) -> DeviceInfo {
        DeviceInfo { choice, name: format!("{choice:?}"), kind: String::new(), is_software }
    }

    #[test]
    fn imitated_cards_are_not_taken_by_themselves() {
        let cpu = device(DeviceChoice::Cpu, false);
        let imitated = device(DeviceChoice::Gpu(1), true);
        assert_eq!(real_card(&[cpu.clone(), imitated.clone()]), None);
        let real = device(DeviceChoice::Gpu(0), false);
        assert_eq!(real_card(&[cpu, real, imitated]).map(|(index, _)| index), Some(0));
    }

    #[test]
    fn the_faster_device_is_taken_and_the_note_says_why() {
        let (index, reason) = decide(Ok(7437.0), Ok(3149.0), 0, "RTX");
        assert_eq!((index, reason.as_str()), (None, "CPU 7 400 steps/s, RTX 3 100 steps/s"));
        assert_eq!(decide(Ok(100.0), Ok(200.0), 2, "RTX").0, Some(2));
        let (index, reason) = decide(Ok(100.0), Err("it hung".into()), 0, "RTX");
        assert_eq!((index, reason.as_str()), (None, "RTX cannot be used: it hung"));
        assert_eq!(decide(Err("late".into()), Ok(1.0), 0, "RTX").0, Some(0));
    }

    #[test]
    fn a_driver_that_hangs_or_panics_is_not_waited_for() {
        let (sender, receiver) = sync_channel::<()>(0);
        let hung = within(Duration::from_millis(1), move || {
            receiver.recv().map_err(|_| String::from("released"))
        });
        assert!(hung.expect_err("hangs").contains("did not answer"));
        drop(sender);
        let patience = Duration::from_secs(60);
        let panicked: Result<(), _> = within(patience, || panic!("no Vulkan"));
        assert_eq!(panicked, Err("no Vulkan".into()));
        assert_eq!(within(patience, || Ok(5)), Ok(5));
    }

    #[test]
    fn a_device_is_measured_on_the_run_at_hand() {
        let (run, data) = crate::train::testing::tiny();
        let rate = steps_per_second(Compute::cpu(), &run, &data, 0).expect("measures");
        assert!(rate > 1.0 && rate.is_finite(), "{rate}");
    }

    #[test]
    fn rates_are_written_for_people() {
        for (rate, text) in
            [(0.4, "0"), (7.0, "7"), (74.4, "74"), (743.0, "740"), (1_234_567.0, "1 200 000")]
        {
            assert_eq!(grouped(rate), text);
        }
    }
}
