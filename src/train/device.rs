use std::sync::Arc;

use burn::tensor::{Device, ExecutionError};

use crate::data::Dataset;
use crate::record::DeviceNote;
use crate::spec::{DeviceChoice, ValidRun};

use super::burn_engine::BurnEngine;
use super::engine::EngineError;
use super::protocol::DeviceInfo;

/// A device that computes, and what is known of it.
#[derive(Clone, Debug)]
pub struct Compute {
    device: Device,
    is_host: bool,
}

impl Compute {
    /// The processor.
    #[must_use]
    pub fn cpu() -> Self {
        Self { device: Device::flex(), is_host: true }
    }

    /// Burn's handle.
    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    /// Whether tensors live in the memory of the host, so that reading them is free.
    #[must_use]
    pub fn is_host(&self) -> bool {
        self.is_host
    }
}

/// What a failed read means for a run.
pub(super) fn execution_error(error: ExecutionError) -> EngineError {
    match error {
        ExecutionError::DevicePoisoned { reason } => EngineError::DeviceLost(reason),
        other => EngineError::Failed(other.to_string()),
    }
}

/// All devices that runs can compute on, the processor first.
#[must_use]
pub fn list_devices() -> Vec<DeviceInfo> {
    vec![DeviceInfo {
        choice: DeviceChoice::Cpu,
        name: CPU.into(),
        kind: "processor".into(),
        is_software: false,
    }]
}

/// Name of the processor as a device.
const CPU: &str = "CPU (Flex)";

/// An engine for `run` on the device that `choice` asks for, and a note on where it computes.
///
/// # Errors
/// When the engine cannot be built on any device.
pub fn build_on(
    _choice: DeviceChoice,
    run: &ValidRun,
    data: &Arc<Dataset>,
    seed: u64,
) -> Result<(BurnEngine, DeviceNote), EngineError> {
    let engine = BurnEngine::build(run, data, seed, Compute::cpu())?;
    Ok((engine, DeviceNote { name: CPU.into(), reason: String::new() }))
}
