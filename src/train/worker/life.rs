use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use crate::record::{DeviceNote, EndReason, RunState};
use crate::train::engine::{Engine, EngineError};
use crate::train::protocol::{Command, Event, RunRequest};

use super::{Desk, Halt, Outbox, Seat, Slots, Tempo, Worker};

/// The whole life of a run, on its own thread: builds the engine, trains, drops the engine, and
/// sends exactly one `Ended` last of all, whatever breaks in between.
pub(in crate::train) fn live<E: Engine>(
    request: &RunRequest,
    build: impl FnOnce(&RunRequest) -> Result<(E, DeviceNote), EngineError>,
    inbox: &Receiver<Command>,
    events: SyncSender<Event>,
    slots: &Slots,
    tempo: Tempo,
) {
    let mut outbox = Outbox::new(request.run, events, Arc::clone(&request.waker));
    outbox.post(Event::State(RunState::Starting));
    let reason = work(request, build, inbox, &mut outbox, slots, tempo);
    outbox.finish(reason);
}

/// Building, training and dropping are caught one by one: an engine that panics a second time
/// while it is dropped by the first panic would abort the whole process.
fn work<E: Engine>(
    request: &RunRequest,
    build: impl FnOnce(&RunRequest) -> Result<(E, DeviceNote), EngineError>,
    inbox: &Receiver<Command>,
    outbox: &mut Outbox,
    slots: &Slots,
    tempo: Tempo,
) -> EndReason {
    let seat = Seat::take(request);
    let mut engine = match guarded(|| build(request)) {
        Ok(Ok((engine, note))) => {
            outbox.post(Event::Device(note));
            engine
        }
        Ok(Err(error)) => return end_by(error),
        Err(panic) => return panic,
    };
    let reason = guarded(|| {
        let desk = Desk { inbox, outbox, slots, seat: &seat };
        match Worker::new(request, &mut engine, desk, tempo) {
            Ok(mut worker) => end_of(worker.run()),
            Err(error) => end_by(error),
        }
    });
    let dropped = guarded(|| drop(engine));
    match (reason, dropped) {
        (Ok(EndReason::Completed(_) | EndReason::Stopped), Err(panic)) | (Err(panic), _) => panic,
        (Ok(reason), _) => reason,
    }
}

fn end_of(halt: Halt) -> EndReason {
    match halt {
        Halt::Completed(cause) => EndReason::Completed(cause),
        Halt::Stopped | Halt::Abandoned => EndReason::Stopped,
        Halt::Engine(error) => end_by(error),
        Halt::Diverged(_) => EndReason::Failed("The run could not be mended.".into()),
    }
}

fn end_by(error: EngineError) -> EndReason {
    match error {
        EngineError::DeviceLost(why) => EndReason::DeviceLost(why),
        EngineError::Failed(why) => EndReason::Failed(why),
    }
}

/// Runs `act`; a panic becomes the end of the run. What `act` changed is either not used again
/// (the engine, the worker) or whole after every operation (the outbox, the slot, the seat).
fn guarded<T>(act: impl FnOnce() -> T) -> Result<T, EndReason> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|panic| {
        EndReason::Failed(format!(
            "The run broke because of an error in Descent: {}",
            said(&*panic)
        ))
    })
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
