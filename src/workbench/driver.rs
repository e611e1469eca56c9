use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::base::{RunId, Step};
use crate::record::{EndReason, RunState};
use crate::spec::DataSpec;
use crate::train::{
    self, Command, Control, Event, Loader, RunHandle, RunRequest, SendError, SweepHandle,
    SweepRequest, Waker,
};

use super::effect::{Effect, Outcome, Start, SweepStart};
use super::jobs::{self, Report};
use super::load;
use super::locate::locate;
use super::recognise::recognise;
use super::rendering::render;
use super::state::{JobId, State};
use super::weights::read_weights;

/// Messages of background work that may wait; work that has more to say waits itself.
const JOB_QUEUE: usize = 64;
/// Time over which the shown speed is measured.
const SPEED_WINDOW: Duration = Duration::from_millis(500);

/// What background work tells.
#[allow(clippy::large_enum_variant, reason = "few, and each moved once through a queue")]
enum JobMessage {
    Progress(JobId, f32),
    Done(JobId, Outcome),
}

/// The threads that work for the application: runs and background jobs.
pub(super) struct Driver {
    handles: BTreeMap<RunId, RunHandle>,
    /// Desired states that did not fit into a worker's queue yet; the newest is enough.
    unsent: BTreeMap<RunId, Box<Control>>,
    /// Single commands that did not fit yet.
    commands: VecDeque<(RunId, Command)>,
    /// Set when a job shall give up.
    cancels: BTreeMap<JobId, Arc<AtomicBool>>,
    sender: SyncSender<JobMessage>,
    messages: Receiver<JobMessage>,
    waker: Waker,
    /// When each run was at which step, to measure its speed by the clock on the wall.
    marks: BTreeMap<RunId, (Instant, Step)>,
    sweep: Option<SweepHandle>,
}

impl Driver {
    pub(super) fn new(waker: Waker) -> Self {
        let (sender, messages) = sync_channel(JOB_QUEUE);
        Self {
            handles: BTreeMap::new(),
            unsent: BTreeMap::new(),
            commands: VecDeque::new(),
            cancels: BTreeMap::new(),
            sender,
            messages,
            waker,
            marks: BTreeMap::new(),
            sweep: None,
        }
    }

    /// Does what the state asks for, and whatever follows from that.
    pub(super) fn perform(&mut self, state: &mut State, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Start(start) => self.start(state, *start),
                Effect::Control(run, control) => self.control(run, control),
                Effect::Send(run, command) => self.commands.push_back((run, command)),
                Effect::Drop(run) => self.forget(run),
                Effect::Cancel(job) => self.cancel(job),
                Effect::StartSweep(start) => self.start_sweep(state, *start),
                // Dropping the handle gives the sweep up, without waiting for it.
                Effect::StopSweep => self.sweep = None,
                work => self.work(work),
            }
        }
        self.flush();
    }

    /// Begins what is done in the background.
    fn work(&mut self, effect: Effect) {
        match effect {
            Effect::Load(job, request) => self.job(job, "load", move |report| {
                Outcome::Loaded(load::load(&request.spec, &request.limits, report))
            }),
            Effect::Preview(job, csv, limits) => self.job(job, "preview", move |_| {
                Outcome::Previewed(load::preview(&csv, &limits).map(Arc::new))
            }),
            Effect::Open(job, path) => self.job(job, "open", move |_| {
                let opened = jobs::open_experiment(&path).map(Box::new);
                Outcome::Opened(path, opened)
            }),
            Effect::ReadWeights(job, request) => self.job(job, "weights", move |_| {
                let read = read_weights(request.path());
                Outcome::Weights(request, read)
            }),
            Effect::Recognise(job, path) => self.job(job, "open", move |_| {
                let found = recognise(&path);
                Outcome::Recognised(path, found)
            }),
            Effect::Locate(job, spec, path) => self
                .job(job, "locate", move |_| Outcome::Located(locate(*spec, &path).map(Box::new))),
            Effect::Download(job, collection) => self.job(job, "download", move |report| {
                Outcome::Fetched(jobs::fetch(collection, report))
            }),
            Effect::Write(job, path, payload) => self.job(job, "write", move |report| {
                let result = payload.write(&path, report);
                Outcome::Written(path, payload.experiment(), result)
            }),
            Effect::Render(job, rendering, path) => {
                self.job(job, "render", move |_| render(&rendering, path));
            }
            Effect::FindRate(job, request) => self.job(job, "find-rate", move |report| {
                let found = train::find_rate(&request, &mut report.sink());
                Outcome::Rates(found.map(Box::new).map_err(|why| why.to_string()))
            }),
            Effect::LoadTrial(job, request, opening) => self.job(job, "load", move |report| {
                Outcome::TrialLoaded(opening, load::load(&request.spec, &request.limits, report))
            }),
            Effect::FindDevices(job) => {
                self.job(job, "devices", |_| Outcome::Devices(train::list_devices()));
            }
            // Not in the background: see `perform`.
            Effect::Start(_)
            | Effect::Control(..)
            | Effect::Send(..)
            | Effect::Drop(_)
            | Effect::Cancel(_)
            | Effect::StartSweep(_)
            | Effect::StopSweep => {}
        }
    }

    fn start(&mut self, state: &mut State, start: Start) {
        let run = start.run;
        let request = RunRequest {
            run,
            spec: start.spec,
            data: start.data,
            seed: start.seed,
            device: start.device,
            control: start.control,
            resume: start.resume,
            lockstep: Some(start.lockstep),
            waker: Arc::clone(&self.waker),
        };
        match train::spawn(request) {
            Ok(handle) => {
                self.handles.insert(run, handle);
            }
            Err(why) => {
                let text = format!("No thread could be started for it: {why}");
                let ended = RunState::Ended(EndReason::Failed(text));
                let _ = state.take_event(run, Event::State(ended));
            }
        }
    }

    fn control(&mut self, run: RunId, control: Box<Control>) {
        if self.handles.contains_key(&run) {
            self.unsent.insert(run, control);
        }
    }

    /// Dropping the handle asks the worker to end, without waiting for it.
    fn forget(&mut self, run: RunId) {
        self.handles.remove(&run);
        self.unsent.remove(&run);
        self.marks.remove(&run);
        self.commands.retain(|(other, _)| *other != run);
    }

    fn cancel(&mut self, job: JobId) {
        if let Some(flag) = self.cancels.remove(&job) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// Sends what is waiting to be sent. Desired states go before single commands, so that a
    /// step never overtakes the pause that was asked for before it.
    fn flush(&mut self) {
        let handles = &self.handles;
        self.unsent.retain(|run, control| {
            handles.get(run).is_some_and(|handle| {
                let sent = handle.send(Command::SetControl(control.clone()));
                sent == Err(SendError::Full)
            })
        });
        let unsent = &self.unsent;
        self.commands.retain(|(run, command)| {
            handles.get(run).is_some_and(|handle| {
                unsent.contains_key(run) || handle.send(command.clone()) == Err(SendError::Full)
            })
        });
    }

    /// Runs `work` on a thread of its own. A panic in it is an outcome like any other.
    fn job(
        &mut self,
        id: JobId,
        name: &str,
        work: impl FnOnce(Report<'_>) -> Outcome + Send + 'static,
    ) {
        let cancel = Arc::new(AtomicBool::new(false));
        self.cancels.insert(id, Arc::clone(&cancel));
        let (sender, waker) = (self.sender.clone(), Arc::clone(&self.waker));
        let body = move || {
            let progress = |done: f32| {
                // Lossy on purpose: a full queue means that a newer value is about to be shown.
                if sender.try_send(JobMessage::Progress(id, done)).is_ok() {
                    waker();
                }
            };
            let report = Report::new(&cancel, &progress);
            if let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| work(report))) {
                let _ = sender.send(JobMessage::Done(id, outcome));
            } else {
                let _ = sender.send(JobMessage::Progress(id, f32::NAN));
            }
            waker();
        };
        let spawned = thread::Builder::new().name(format!("descent-{name}-{}", id.0)).spawn(body);
        if spawned.is_err() {
            // The queue belongs to this very thread, so it is not waited for.
            let _ = self.sender.try_send(JobMessage::Progress(id, f32::NAN));
        }
    }

    /// Takes in what threads have sent, for at most `budget`. Tells whether anything was new.
    pub(super) fn pump(&mut self, state: &mut State, budget: Duration) -> bool {
        let deadline = Instant::now() + budget;
        let mut news = self.pump_jobs(state);
        news |= self.pump_sweep(state, deadline);
        let runs: Vec<RunId> = self.handles.keys().copied().collect();
        for run in runs {
            news |= self.pump_run(state, run, deadline);
        }
        self.flush();
        news
    }

    fn pump_jobs(&mut self, state: &mut State) -> bool {
        let mut news = false;
        while let Ok(message) = self.messages.try_recv() {
            news = true;
            match message {
                // What a job that panicked or never began sends.
                JobMessage::Progress(job, done) if done.is_nan() => state.job_failed(job),
                JobMessage::Progress(job, done) => state.take_progress(job, done),
                JobMessage::Done(job, outcome) => {
                    self.cancels.remove(&job);
                    let effects = state.take_outcome(job, outcome);
                    self.perform(state, effects);
                }
            }
        }
        news
    }

    fn start_sweep(&mut self, state: &mut State, start: SweepStart) {
        let limits = start.limits;
        let load: Loader = Arc::new(move |spec: &DataSpec, cancel: &AtomicBool| {
            let report = Report::new(cancel, &|_| {});
            let loaded = load::load(spec, &limits, report).map_err(|why| why.to_string())?;
            Ok(loaded.data)
        });
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let request = SweepRequest {
            jobs: start.jobs,
            data: start.data,
            load,
            threads: start.threads.unwrap_or(cores),
            waker: Arc::clone(&self.waker),
        };
        match train::spawn_sweep(request) {
            Ok(handle) => self.sweep = Some(handle),
            Err(why) => state.sweep_failed(&format!("No thread could be started: {why}")),
        }
    }

    fn pump_sweep(&mut self, state: &mut State, deadline: Instant) -> bool {
        let mut news = false;
        while let Some(handle) = &self.sweep {
            if Instant::now() >= deadline {
                break;
            }
            match handle.try_event() {
                Ok(Some(event)) => state.take_sweep_event(event),
                Ok(None) => break,
                Err(train::SweepOver) => {
                    state.sweep_over();
                    self.sweep = None;
                }
            }
            news = true;
        }
        news
    }

    fn pump_run(&mut self, state: &mut State, run: RunId, deadline: Instant) -> bool {
        let mut news = false;
        let mut ended = false;
        let mut effects = Vec::new();
        let Some(handle) = self.handles.get(&run) else { return false };
        let mut events = handle.events();
        while Instant::now() < deadline {
            let Some(event) = events.next() else { break };
            news = true;
            ended |= matches!(event, Event::State(RunState::Ended(_)));
            effects.extend(state.take_event(run, event));
        }
        drop(events);
        if let Some(frame) = handle.take_frame() {
            news = true;
            state.take_frame(run, frame);
        }
        if let Some(marks) = handle.take_marks() {
            news = true;
            state.take_marks(run, marks);
        }
        self.measure_speed(state, run);
        if ended {
            self.forget(run);
        }
        self.perform(state, effects);
        news
    }

    /// Steps each second as the user sees them go by, waiting and measuring included.
    fn measure_speed(&mut self, state: &mut State, run: RunId) {
        let Some(step) = state.step_of_run(run) else { return };
        let now = Instant::now();
        let (since, from) = *self.marks.entry(run).or_insert((now, step));
        let elapsed = now - since;
        if elapsed >= SPEED_WINDOW {
            let steps = step.0.saturating_sub(from.0) as f64;
            state.set_speed_of_run(run, steps / elapsed.as_secs_f64());
            self.marks.insert(run, (now, step));
        }
    }
}
