//! Long work on several processors, told about and stopped from the thread that waits for it.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::tell::report;
use super::{DataError, Progress};

/// Longest time between two looks at whether the user wants to stop.
const LOOK: Duration = Duration::from_millis(15);

/// The whole of a piece of work in the units it is counted in.
const WHOLE: f64 = (1_u64 << 40) as f64;

/// How far a piece of parallel work is, and whether it shall go on.
pub(super) struct Watch {
    done: AtomicU64,
    stop: AtomicBool,
    finished: Mutex<bool>,
    changed: Condvar,
}

impl Watch {
    /// Adds `share` of the whole (0 to 1) to what is done.
    ///
    /// # Errors
    /// [`DataError::Cancelled`] when the work shall not go on.
    pub(super) fn add(&self, share: f64) -> Result<(), DataError> {
        self.done.fetch_add((share * WHOLE) as u64, Ordering::Relaxed);
        self.go_on()
    }

    /// # Errors
    /// [`DataError::Cancelled`] when the work shall not go on.
    pub(super) fn go_on(&self) -> Result<(), DataError> {
        if self.is_stopped() { Err(DataError::Cancelled) } else { Ok(()) }
    }

    /// Whether the work shall not go on.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The progress of one part of the work, which is `weight` of the whole.
    pub(super) fn part(&self, weight: f64) -> impl FnMut(f32) -> ControlFlow<()> {
        let mut told = 0.0;
        move |share| {
            let more = f64::from(share) - told;
            told = f64::from(share);
            match self.add(more.max(0.0) * weight) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        }
    }

    fn share(&self) -> f32 {
        (self.done.load(Ordering::Relaxed) as f64 / WHOLE) as f32
    }

    /// Tells `progress` how far the work is until it is finished.
    fn follow(&self, progress: Progress<'_>) -> Result<(), DataError> {
        loop {
            let told = report(progress, self.share());
            if told.is_err() {
                self.stop.store(true, Ordering::Relaxed);
                return told;
            }
            if self.has_finished() {
                return Ok(());
            }
        }
    }

    /// Waits a moment. On a thread of the pool itself it works instead, because nobody else may
    /// be there to do it.
    fn has_finished(&self) -> bool {
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            return false;
        }
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.changed.wait_timeout_while(finished, LOOK, |finished| !*finished);
        *wait.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Says that the work is over, even if by a panic.
struct Finish<'a>(&'a Watch);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        *self.0.finished.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}

/// Does `work` on the threads of the pool, while this one tells `progress` how far it is.
///
/// # Errors
/// Those of `work`, and [`DataError::Cancelled`] when `progress` says stop.
pub(super) fn in_parallel<T: Send>(
    progress: Progress<'_>,
    work: impl FnOnce(&Watch) -> Result<T, DataError> + Send,
) -> Result<T, DataError> {
    let watch = Watch {
        done: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        finished: Mutex::new(false),
        changed: Condvar::new(),
    };
    let mut result = Err(DataError::Cancelled);
    rayon::in_place_scope(|scope| {
        let (watch, result) = (&watch, &mut result);
        scope.spawn(move |_| {
            let _finish = Finish(watch);
            *result = work(watch);
        });
        watch.follow(progress)
    })?;
    let result = result?;
    report(progress, 1.0)?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn progress_rises_to_one() {
        let mut seen = Vec::new();
        let sum = in_parallel(
            &mut |share| {
                seen.push(share);
                ControlFlow::Continue(())
            },
            |watch| {
                (0..1000_u64).into_par_iter().try_for_each(|_| watch.add(0.001))?;
                Ok(5)
            },
        );
        assert_eq!(sum, Ok(5));
        assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
    }

    #[test]
    fn work_that_never_ends_is_stopped() {
        let stopped = in_parallel(&mut |_| ControlFlow::Break(()), |watch| {
            while !watch.is_stopped() {
                std::hint::spin_loop();
            }
            watch.go_on()
        });
        assert_eq!(stopped, Err(DataError::Cancelled));
    }

    #[test]
    fn a_pool_of_one_thread_can_wait_for_itself() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
        let sum = pool.install(|| {
            in_parallel(&mut |_| ControlFlow::Continue(()), |_| {
                Ok((0..100_u64).into_par_iter().sum::<u64>())
            })
        });
        assert_eq!(sum, Ok(4950));
    }

    #[test]
    fn an_error_of_the_work_is_its_end() {
        let failed: Result<(), _> =
            in_parallel(&mut |_| ControlFlow::Continue(()), |_| Err(DataError::Io("x".into())));
        assert_eq!(failed, Err(DataError::Io("x".into())));
    }
}
