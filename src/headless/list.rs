use crate::spec::{DeviceChoice, PRESETS, preset};
use crate::workbench::{DeviceInfo, list_devices, to_toml};

use super::choose;
use super::failure::Failure;
use super::say;

/// Lists the built-in experiments.
pub(super) fn presets() -> Result<(), Failure> {
    let width = PRESETS.iter().map(|preset| preset.name.len()).max().unwrap_or(0);
    for preset in &PRESETS {
        say(&format!("{:width$}  {}", preset.name, preset.summary));
    }
    Ok(())
}

/// Prints a built-in experiment as a file.
pub(super) fn show(name: &str) -> Result<(), Failure> {
    let spec = preset(name).ok_or_else(|| choose::unknown(name))?;
    say(to_toml(&spec, None).trim_end());
    Ok(())
}

/// Lists the devices.
pub(super) fn devices() -> Result<(), Failure> {
    for device in list_devices() {
        say(&format!("{:7} {} ({})", choice(&device), device.name, kind(&device)));
    }
    Ok(())
}

/// How a device is asked for.
fn choice(device: &DeviceInfo) -> String {
    match device.choice {
        DeviceChoice::Auto => "auto".into(),
        DeviceChoice::Cpu => "cpu".into(),
        DeviceChoice::Gpu(index) => format!("gpu:{index}"),
    }
}

fn kind(device: &DeviceInfo) -> String {
    match device.is_software && !device.kind.contains("software") {
        true => format!("{}, imitated by the processor", device.kind),
        false => device.kind.clone(),
    }
}
