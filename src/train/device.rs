//! The only file that names a backend of burn.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::backend::Flex;
use burn::tensor::{Device, ExecutionError};

use crate::spec::DeviceChoice;

use super::engine::EngineError;
use super::protocol::DeviceInfo;

/// The backend of the processor, for operations of our own on it.
pub(super) type Host = Flex;

/// A device that computes, and what is known of it.
#[derive(Clone, Debug)]
pub struct Compute {
    device: Device,
    is_host: bool,
    name: String,
}

impl Compute {
    /// The processor.
    #[must_use]
    pub fn cpu() -> Self {
        Self { device: Device::flex(), is_host: true, name: cpu_name() }
    }

    /// The graphics device with this place among the graphics devices of [`list_devices`].
    /// Never panics, whatever the driver does.
    ///
    /// # Errors
    /// Why it cannot be used, as a sentence.
    pub fn gpu(index: usize) -> Result<Self, String> {
        gpu::open(index)
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

    /// Its name, as shown to the user.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn cpu_name() -> String {
    "CPU (Flex)".into()
}

/// All devices that runs can compute on: the processor first, then real graphics cards, then
/// imitated ones. The machine is searched once; later calls give the same list.
#[must_use]
pub fn list_devices() -> Vec<DeviceInfo> {
    let cpu = DeviceInfo {
        choice: DeviceChoice::Cpu,
        name: cpu_name(),
        kind: "processor".into(),
        is_software: false,
    };
    let mut devices = vec![cpu];
    devices.extend(gpu::list());
    devices
}

/// What a failed read means for a run.
pub(super) fn execution_error(error: ExecutionError) -> EngineError {
    match error {
        ExecutionError::DevicePoisoned { reason } => EngineError::DeviceLost(reason),
        other => EngineError::Failed(other.to_string()),
    }
}

/// Does something with a graphics device. Drivers that fail make wgpu panic; a run must end with
/// a message instead.
pub(super) fn guarded<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|panic| panic_message(panic.as_ref()))
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("The graphics driver failed without saying why.").into()
}

#[cfg(not(feature = "gpu"))]
mod gpu {
    use super::{Compute, DeviceInfo};

    pub fn list() -> Vec<DeviceInfo> {
        Vec::new()
    }

    pub fn open(_index: usize) -> Result<Compute, String> {
        Err("This build of Descent computes on the processor alone.".into())
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use std::collections::HashMap;
    use std::sync::{Mutex, OnceLock, PoisonError};

    use burn::tensor::wgpu::wgpu::{self, AdapterInfo, Backend, DeviceType};
    use burn::tensor::wgpu::{WgpuBackend, WgpuInitError};
    use burn::tensor::{Device, DeviceKind, read_sync};

    use super::{Compute, guarded};
    use crate::spec::DeviceChoice;
    use crate::train::protocol::DeviceInfo;

    /// A graphics device and how burn finds it again.
    #[derive(Clone, Debug)]
    struct Adapter {
        name: String,
        device_type: DeviceType,
        kind: DeviceKind,
        api: WgpuBackend,
    }

    pub fn list() -> Vec<DeviceInfo> {
        adapters().iter().enumerate().map(|(index, adapter)| info(index, adapter)).collect()
    }

    fn info(index: usize, adapter: &Adapter) -> DeviceInfo {
        let kind = match adapter.device_type {
            DeviceType::DiscreteGpu => "discrete graphics",
            DeviceType::IntegratedGpu => "integrated graphics",
            DeviceType::VirtualGpu => "virtual graphics",
            DeviceType::Cpu => "software renderer",
            DeviceType::Other => "graphics",
        };
        DeviceInfo {
            choice: DeviceChoice::Gpu(index),
            name: adapter.name.clone(),
            kind: kind.into(),
            is_software: adapter.device_type == DeviceType::Cpu,
        }
    }

    /// A device is initialised once for the whole process; whoever comes later shares it.
    pub fn open(index: usize) -> Result<Compute, String> {
        static OPEN: Mutex<Option<HashMap<usize, Device>>> = Mutex::new(None);
        let adapter = adapters().get(index).ok_or("There is no such graphics device.")?;
        // The map is valid after every single operation, so a panic cannot have spoilt it.
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let open = open.get_or_insert_default();
        let device = match open.get(&index) {
            Some(device) => device.clone(),
            None => {
                let device = guarded(|| initialise(adapter))?.map_err(|error| error.to_string())?;
                open.insert(index, device.clone());
                device
            }
        };
        Ok(Compute { device, is_host: false, name: adapter.name.clone() })
    }

    fn initialise(adapter: &Adapter) -> Result<Device, WgpuInitError> {
        let kind = adapter.kind.clone();
        Device::wgpu_options().device_kind(kind).graphics_api(adapter.api).init()
    }

    /// The graphics devices of this machine. They are searched once and before any is opened:
    /// some Vulkan loaders crash when two threads search at the same time.
    fn adapters() -> &'static [Adapter] {
        static ADAPTERS: OnceLock<Vec<Adapter>> = OnceLock::new();
        ADAPTERS.get_or_init(|| guarded(search).unwrap_or_default())
    }

    /// The adapters of the first graphics interface that has a real one, or of the first that
    /// has any; the real ones first.
    fn search() -> Vec<Adapter> {
        let mut imitated = Vec::new();
        for (backend, api) in interfaces() {
            let found = on_interface(backend, api);
            if found.iter().any(|adapter| adapter.device_type != DeviceType::Cpu) {
                return found;
            }
            if imitated.is_empty() {
                imitated = found;
            }
        }
        imitated
    }

    fn interfaces() -> Vec<(Backend, WgpuBackend)> {
        if cfg!(target_os = "macos") {
            return vec![(Backend::Metal, WgpuBackend::Metal)];
        }
        vec![
            (Backend::Vulkan, WgpuBackend::Vulkan),
            (Backend::Dx12, WgpuBackend::Dx12),
            (Backend::Gl, WgpuBackend::Gl),
        ]
    }

    fn on_interface(backend: Backend, api: WgpuBackend) -> Vec<Adapter> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends: backend.into(),
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let found = read_sync(instance.enumerate_adapters(backend.into()));
        named(found.iter().map(wgpu::Adapter::get_info).collect(), api)
    }

    /// Burn counts each kind of adapter from zero. It takes the first imitated one alone, and
    /// has no name for adapters of unknown kind.
    fn named(found: Vec<AdapterInfo>, api: WgpuBackend) -> Vec<Adapter> {
        let mut counts = [0_usize; 4];
        let mut adapters: Vec<Adapter> = found
            .into_iter()
            .filter_map(|info| {
                let (order, kind): (usize, fn(usize) -> DeviceKind) = match info.device_type {
                    DeviceType::DiscreteGpu => (0, DeviceKind::DiscreteGpu),
                    DeviceType::IntegratedGpu => (1, DeviceKind::IntegratedGpu),
                    DeviceType::VirtualGpu => (2, DeviceKind::VirtualGpu),
                    DeviceType::Cpu => (3, |_| DeviceKind::Cpu),
                    DeviceType::Other => return None,
                };
                let index = counts[order];
                counts[order] += 1;
                let known = order < 3 || index == 0;
                let (name, device_type) = (info.name, info.device_type);
                known.then(|| Adapter { name, device_type, kind: kind(index), api })
            })
            .collect();
        adapters.sort_by_key(|adapter| match adapter.kind {
            DeviceKind::DiscreteGpu(_) => 0,
            DeviceKind::IntegratedGpu(_) => 1,
            DeviceKind::VirtualGpu(_) => 2,
            _ => 3,
        });
        adapters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_comes_first_and_choices_are_unique() {
        let devices = list_devices();
        assert_eq!(devices[0].choice, DeviceChoice::Cpu);
        for (place, device) in devices.iter().enumerate().skip(1) {
            assert_eq!(device.choice, DeviceChoice::Gpu(place - 1));
            assert!(!device.name.is_empty());
        }
    }

    #[test]
    fn a_graphics_device_that_is_not_there_is_an_error() {
        assert!(Compute::gpu(usize::MAX).is_err());
    }

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(guarded(|| 3), Ok(3));
        assert_eq!(guarded(|| -> () { panic!("lost {}", 7) }), Err("lost 7".into()));
    }
}
