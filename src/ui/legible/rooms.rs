//! Experiments with everything in them that a panel may have to find room for, really trained.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::spec::{CsvSpec, DataSource, DataSpec, ExperimentSpec, Loss, StopRule, preset};
use crate::ui::View;
use crate::ui::panes::{self, Pane};
use crate::workbench::{Action, DataState, State, StepUnit, Workbench};

/// Longest time anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Columns of the tables.
const FEATURES: usize = 24;

/// A name as long as a school's export gives columns.
fn long(kind: &str, place: usize) -> String {
    format!("{kind} with a long name {place:02}, cm")
}

/// Whether a text may be shortened: a name that users gave, or what is set in a folded group, all
/// of which is in the tooltip.
pub(super) fn is_given(words: &str) -> bool {
    words.contains("with a long") || words.contains(" · ")
}

/// A table of many features, and of ten classes or of a number to predict.
fn table(is_number: bool) -> String {
    let mut text = String::new();
    for place in 0..FEATURES {
        write!(text, "{};", long("feature", place)).expect("to memory");
    }
    text.push_str("what is predicted with a long name\n");
    for row in 0..120_usize {
        for place in 0..FEATURES {
            let value = ((row * 37 + place * 101) % 997) as f64 / 7.0 - 60.0;
            write!(text, "{value:.3};").expect("to memory");
        }
        match is_number {
            true => writeln!(text, "{:.2}", (row * 53 % 211) as f64 * 1234.5),
            false => writeln!(text, "{}", long("class", row % 10)),
        }
        .expect("to memory");
    }
    text
}

fn of_table(is_number: bool) -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    let text = Some(table(is_number).into());
    spec.data = DataSpec::new(DataSource::Csv(CsvSpec { text, ..CsvSpec::default() }));
    if is_number {
        spec.runs[0].train.loss = Loss::Mse;
    }
    spec.runs[0].train.learning_rate = crate::base::Finite::lit(0.001);
    spec
}

/// What stands in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The three arms of the lecture.
    Spiral,
    /// Two runs on them.
    TwoRuns,
    /// Pictures of ten digits.
    Images,
    /// A table with many columns and ten classes.
    Table,
    /// A table with a number to predict.
    Number,
    /// A curve through points.
    Curve,
    /// Data, but no run that was trained.
    Fresh,
    /// Not even data.
    Nothing,
}

impl Kind {
    fn spec(self) -> ExperimentSpec {
        let built_in = |name| preset(name).expect("built in");
        match self {
            Self::Spiral | Self::Fresh => built_in("spiral-relu"),
            Self::TwoRuns => built_in("linear-vs-relu"),
            Self::Images => built_in("drawn-digits"),
            Self::Table => of_table(false),
            Self::Number => of_table(true),
            Self::Curve => built_in("sine-cubic"),
            Self::Nothing => built_in("mnist-mlp"),
        }
    }

    /// The experiment, as far as it goes: trained for some steps, with an answer to everything
    /// that the panels ask.
    pub(super) fn furnish(self) -> (Workbench, View) {
        let mut spec = self.spec();
        spec.runs.iter_mut().for_each(|run| run.train.stop = StopRule::Never);
        let mut bench = Workbench::new(spec, Arc::new(|| {}));
        let mut view = View::default();
        if self == Self::Nothing {
            return (bench, view);
        }
        wait(&mut bench, "data", |bench| {
            matches!(bench.state().data(), DataState::Ready(_)) && bench.state().can_play()
        });
        if self != Self::Fresh {
            for step in 1..4 {
                bench.apply(Action::Step(StepUnit::Epoch));
                wait(&mut bench, "steps", |bench| {
                    let state = bench.state();
                    (0..state.num_runs()).all(|run| {
                        state.run(run).is_some_and(|run| run.position().epoch >= f64::from(step))
                    })
                });
            }
            answer(&mut bench, &mut view);
        }
        (bench, view)
    }
}

/// Lets the runs answer everything that panels want to know.
pub(super) fn answer(bench: &mut Workbench, view: &mut View) {
    for run in 0..bench.state().num_runs() {
        let wanted = panes::wanted(bench.state(), view, &Pane::ALL, run);
        bench.apply(Action::Want(run, wanted));
    }
    wait(bench, "answers", |bench| {
        (0..bench.state().num_runs()).all(|run| is_told(bench.state(), run))
    });
}

/// Whether the newest picture of a run holds all that is wanted of it.
fn is_told(state: &State, run: usize) -> bool {
    let (Some(slot), Some(record)) = (state.slot(run), state.run(run)) else { return false };
    let (wanted, Some(frame)) = (&slot.wanted, &record.frame) else { return false };
    let (asked, found) = (&wanted.inside, &frame.inside);
    frame.boundary.is_some() == wanted.boundary.is_some()
        && frame.fit.is_some() == wanted.fit.is_some()
        && frame.confusion.len() == wanted.confusion.len()
        && frame.predictions.is_some() == wanted.predictions.is_some()
        && found.hidden.is_some() == asked.hidden.is_some()
        && found.scores.len() == asked.scores.len()
        && found.traces.is_empty() == asked.traces.is_empty()
        && found.maps.is_empty() == asked.maps.is_empty()
}

fn wait(bench: &mut Workbench, what: &str, until: impl Fn(&Workbench) -> bool) {
    let end = Instant::now() + PATIENCE;
    while !until(bench) {
        assert!(Instant::now() < end, "waited in vain for {what}");
        bench.pump(Duration::from_millis(5));
        std::thread::yield_now();
    }
}
