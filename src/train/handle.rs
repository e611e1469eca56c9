use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::base::RunId;
use crate::record::{DeviceNote, ProbeFrame, Timeline};

use super::choose::build_on;
use super::engine::{Engine, EngineError};
use super::protocol::{Command, Control, Event, RunRequest, SendError};
use super::worker::{Slots, Tempo, live};

/// Commands that wait for a worker.
const COMMANDS: usize = 64;
/// Events that wait for the window; more are merged by the worker.
const EVENTS: usize = 256;

/// The window's end of a run. Dropping it asks the run to stop, without waiting for that.
#[derive(Debug)]
pub struct RunHandle {
    run: RunId,
    commands: SyncSender<Command>,
    events: Receiver<Event>,
    slots: Arc<Slots>,
    /// Disconnected once the thread has nothing left to do.
    done: Receiver<()>,
    thread: thread::JoinHandle<()>,
}

impl RunHandle {
    /// Which run it is.
    #[must_use]
    pub fn run(&self) -> RunId {
        self.run
    }

    /// Asks something of the run, without waiting.
    ///
    /// # Errors
    /// When the queue is full or the run has ended.
    pub fn send(&self, command: Command) -> Result<(), SendError> {
        self.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => SendError::Full,
            TrySendError::Disconnected(_) => SendError::Closed,
        })
    }

    /// Sends the whole desired state.
    ///
    /// # Errors
    /// When the queue is full or the run has ended.
    pub fn set_control(&self, control: Control) -> Result<(), SendError> {
        self.send(Command::SetControl(Box::new(control)))
    }

    /// Takes out what the run has told so far, oldest first, without waiting.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.events.try_iter()
    }

    /// Waits for the next event. `None` when there was none for so long, or never will be.
    #[must_use]
    pub fn wait_event(&self, timeout: Duration) -> Option<Event> {
        self.events.recv_timeout(timeout).ok()
    }

    /// Takes the newest picture, if there is one that was not taken yet.
    #[must_use]
    pub fn take_frame(&self) -> Option<Arc<ProbeFrame>> {
        self.slots.probes.take()
    }

    /// Takes the checkpoints of the past that were put aside since the last call, if any were.
    /// Those that are not taken are thinned in the end, so that they never grow without bounds.
    #[must_use]
    pub fn take_marks(&self) -> Option<Timeline> {
        self.slots.marks.take()
    }

    /// Whether the thread of the run has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Asks the run to stop and waits for its thread to end, at most so long. Says whether it
    /// did. Events that were not read are lost.
    #[must_use]
    pub fn join(self, timeout: Duration) -> bool {
        let Self { commands, events, done, thread, .. } = self;
        drop((commands, events));
        let ended = done.recv_timeout(timeout) == Err(RecvTimeoutError::Disconnected);
        ended && thread.join().is_ok()
    }
}

/// Starts a run on the device it asks for. This is the only door to training.
///
/// # Errors
/// When the system has no thread left.
pub fn spawn(request: RunRequest) -> io::Result<RunHandle> {
    spawn_with(request, |run| build_on(run.device, &run.spec, &run.data, run.seed))
}

/// Starts a run on an engine that `build` makes. The engine is built, used and dropped on the
/// thread of the run alone.
///
/// # Errors
/// When the system has no thread left.
pub fn spawn_with<E: Engine>(
    request: RunRequest,
    build: impl FnOnce(&RunRequest) -> Result<(E, DeviceNote), EngineError> + Send + 'static,
) -> io::Result<RunHandle> {
    spawn_at(Tempo::default(), request, build)
}

pub(super) fn spawn_at<E: Engine>(
    tempo: Tempo,
    request: RunRequest,
    build: impl FnOnce(&RunRequest) -> Result<(E, DeviceNote), EngineError> + Send + 'static,
) -> io::Result<RunHandle> {
    let run = request.run;
    let (commands, inbox) = sync_channel(COMMANDS);
    let (sender, events) = sync_channel(EVENTS);
    let (ending, done) = sync_channel(0);
    let slots = Arc::new(Slots::default());
    let shared = Arc::clone(&slots);
    let thread =
        thread::Builder::new().name(format!("descent-run-{}", run.0)).spawn(move || {
            let _ending: SyncSender<()> = ending;
            live(&request, build, &inbox, sender, &shared, tempo);
        })?;
    Ok(RunHandle { run, commands, events, slots, done, thread })
}
