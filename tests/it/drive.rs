//! Drives the whole application as a user would, without a window.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use descent::record::{EndReason, Run, RunState};
use descent::spec::{DeviceChoice, ExperimentSpec, StopRule};
use descent::workbench::{Action, Edit, State, Workbench};

/// Longer than anything here takes, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(300);

/// The application, and the bell that its threads ring.
pub struct Driver {
    pub workbench: Workbench,
    bell: Receiver<()>,
}

impl Driver {
    /// Opens an experiment and waits until every run waits at step 0.
    pub fn open(spec: ExperimentSpec) -> Self {
        let (ring, bell) = sync_channel(1);
        // A full bell is ringing already.
        let waker = Arc::new(move || ring.try_send(()).unwrap_or_default());
        let mut driver = Self { workbench: Workbench::new(spec, waker), bell };
        driver.act(Action::SetDevice(DeviceChoice::Cpu));
        driver.until("the runs wait", |state| {
            let waits = |run: &Run| matches!(run.state, RunState::Paused(_));
            state.can_play() && (0..state.num_runs()).all(|i| state.run(i).is_some_and(waits))
        });
        driver
    }

    pub fn state(&self) -> &State {
        self.workbench.state()
    }

    pub fn run(&self, index: usize) -> &Run {
        self.state().run(index).expect("has a run")
    }

    pub fn act(&mut self, action: Action) {
        self.workbench.apply(action);
    }

    /// Sets after how many steps every run ends.
    pub fn stop_after(&mut self, steps: u64) {
        for index in 0..self.state().num_runs() {
            let mut train = self.state().draft().runs[index].train.clone();
            train.stop = StopRule::Steps(steps);
            self.act(Action::Edit(Edit::Train(index, train)));
        }
        self.act(Action::Settle);
    }

    /// Takes in what threads say until something is so.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.workbench.pump(Duration::from_millis(50));
            if is_so(self.workbench.state()) {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain until {what}: {:?}", self.notices());
            let _ = self.bell.recv_timeout(left.min(Duration::from_millis(100)));
        }
    }

    /// Plays until every run has met its stop rule.
    pub fn play_to_the_end(&mut self) {
        self.act(Action::Play(None));
        self.until("all runs are complete", |state| {
            let done = |run: &Run| matches!(run.state, RunState::Ended(EndReason::Completed(_)));
            (0..state.num_runs()).all(|i| state.run(i).is_some_and(done))
        });
    }

    pub fn notices(&self) -> Vec<&str> {
        self.state().notices().iter().map(|notice| notice.text.as_str()).collect()
    }
}
