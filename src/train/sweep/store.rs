use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::data::Dataset;
use crate::spec::DataSpec;

use super::{Loader, SweepData, SweepJob};

/// The data of a sweep: read when first needed, shared by all jobs that name them, let go after
/// the last of these.
pub(super) struct Store {
    entries: Vec<Mutex<Entry>>,
    load: Loader,
}

struct Entry {
    spec: Arc<DataSpec>,
    loaded: Option<Result<Arc<Dataset>, String>>,
    /// Jobs that will still ask.
    left: usize,
}

impl Store {
    pub fn new(data: Vec<SweepData>, jobs: &[SweepJob], load: Loader) -> Self {
        let entry = |(place, data): (usize, SweepData)| {
            let left = jobs.iter().filter(|job| job.data == place).count();
            Mutex::new(Entry { spec: data.spec, loaded: data.loaded.map(Ok), left })
        };
        Self { entries: data.into_iter().enumerate().map(entry).collect(), load }
    }

    /// The data at a place, or why they could not be read. Whoever comes first reads them, others
    /// wait for that.
    pub fn take(&self, place: usize, cancel: &AtomicBool) -> Result<Arc<Dataset>, String> {
        let mut entry = self.lock(place)?;
        let entry = &mut *entry;
        let loaded = entry.loaded.get_or_insert_with(|| (self.load)(&entry.spec, cancel));
        loaded.clone()
    }

    /// Counts a job that needs the data at a place no longer.
    pub fn release(&self, place: usize) {
        if let Ok(mut entry) = self.lock(place) {
            entry.left = entry.left.saturating_sub(1);
            if entry.left == 0 {
                entry.loaded = None;
            }
        }
    }

    /// An entry is whole after every operation: one that broke while it was read is read again.
    fn lock(&self, place: usize) -> Result<MutexGuard<'_, Entry>, String> {
        let entry = self.entries.get(place).ok_or("The sweep names data that it has not.")?;
        Ok(entry.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
