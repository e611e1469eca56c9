//! The data of the draft without files: what is asked of the driver, and what comes of its answers.

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::Finite;
use crate::data::{DataError, DataHash, Limits, TablePreview};
use crate::fetch::{Collection, FetchError};
use crate::files::{Opened, Saved};
use crate::spec::{
    CsvSpec, DataSource, DataSpec, Derived, ExperimentSpec, IdxSpec, PointsSpec, Scaling,
    SplitSpec, TestPart, preset,
};

use super::effect::{Effect, Outcome, Recognised};
use super::fixtures::{dataset, failed, give, id, loaded, loading, ready, train};
use super::{Action, DataState, Edit, JobId, JobKind, MAX_PASTED_BYTES, Severity, State};

/// States from which everything must work: nothing loaded, loading, loaded, trained, failed.
fn states() -> Vec<(&'static str, State)> {
    let mut trained = ready("spiral-relu");
    train(&mut trained, 0, 5);
    vec![
        ("unset", State::new(preset("mnist-mlp").expect("built in"))),
        ("loading", loading("spiral-relu")),
        ("ready", ready("spiral-relu")),
        ("trained", trained),
        ("failed", failed("spiral-relu", "broken")),
    ]
}

fn last_notice(state: &State) -> (Severity, &str) {
    let notice = state.notices().last().expect("something was said");
    (notice.severity, &notice.text)
}

/// The only job of a kind that an action asks for.
fn job_of(state: &State, kind: JobKind) -> JobId {
    let jobs: Vec<JobId> =
        state.jobs().iter().filter(|job| job.kind == kind).map(|job| job.id).collect();
    let [job] = jobs[..] else { panic!("{jobs:?} of {kind:?}") };
    job
}

fn loads(effects: &[Effect]) -> Vec<&DataSpec> {
    let loads = effects.iter().filter_map(|effect| match effect {
        Effect::Load(_, request) => Some(&request.spec),
        _ => None,
    });
    loads.collect()
}

fn table() -> DataSource {
    DataSource::Csv(CsvSpec::of_file("table.csv"))
}

fn table_state() -> State {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.data = DataSpec::new(table());
    State::new(spec)
}

#[test]
fn what_is_at_a_path_is_opened_from_every_state() {
    for (name, mut state) in states() {
        let effects = state.reduce(Action::OpenPath("x".into()));
        assert!(matches!(&effects[..], [Effect::Recognise(..)]), "{name}: {effects:?}");
        let job = job_of(&state, JobKind::Open);
        let found = Outcome::Recognised("x".into(), Ok(Recognised::Data(table())));
        let effects = state.take_outcome(job, found);
        assert_eq!(loads(&effects), [&state.draft().data], "{name}");
        assert_eq!(state.draft().data, DataSpec::new(table()), "{name}");
        state.reduce(Action::Undo);
        assert_ne!(state.draft().data.source, table(), "{name}");
    }
}

#[test]
fn what_cannot_be_recognised_is_said_and_changes_nothing() {
    for (name, mut state) in states() {
        let before = state.draft().clone();
        state.reduce(Action::OpenPath("x".into()));
        let job = job_of(&state, JobKind::Open);
        let effects = state.take_outcome(job, Outcome::Recognised("x".into(), Err("No.".into())));
        assert!(effects.is_empty(), "{name}: {effects:?}");
        assert_eq!((state.draft(), last_notice(&state)), (&before, (Severity::Error, "No.")));
    }
}

#[test]
fn another_table_does_not_inherit_what_was_said_of_the_former() {
    let mut state = table_state();
    let data = DataSpec {
        split: SplitSpec { test: TestPart::File("t.csv".into()), ..SplitSpec::default() },
        derived: vec![Derived::Sin { feature: 0 }],
        scaling: Scaling::Robust,
        ..state.draft().data.clone()
    };
    state.reduce(Action::Edit(Edit::Data(data)));
    state.reduce(Action::OpenPath("b.csv".into()));
    let job = job_of(&state, JobKind::Open);
    let other = DataSource::Csv(CsvSpec::of_file("b.csv"));
    state.take_outcome(job, Outcome::Recognised("b.csv".into(), Ok(Recognised::Data(other))));
    let data = &state.draft().data;
    assert_eq!((&data.split, data.derived.len()), (&SplitSpec::default(), 0));
    assert_eq!(data.scaling, Scaling::Robust, "the way of scaling stays");
}

#[test]
fn an_experiment_at_a_path_is_opened_with_its_remarks() {
    let mut state = ready("spiral-relu");
    state.reduce(Action::OpenPath("a.toml".into()));
    let job = job_of(&state, JobKind::Open);
    let saved = Saved { spec: preset("linear-vs-relu").expect("built in"), data_hash: None };
    let opened = Opened { saved, remarks: vec!["Found elsewhere.".into()] };
    let found = Recognised::Experiment(Box::new(opened));
    state.take_outcome(job, Outcome::Recognised("a.toml".into(), Ok(found)));
    assert_eq!(state.path(), Some(&PathBuf::from("a.toml")));
    assert_eq!((state.num_runs(), state.is_modified()), (2, false));
    assert_eq!(last_notice(&state), (Severity::Info, "Found elsewhere."));
}

#[test]
fn a_pasted_table_becomes_part_of_the_experiment() {
    for (name, mut state) in states() {
        let effects = state.reduce(Action::PasteTable("a\tb\n1\t2\n".into()));
        let DataSource::Csv(csv) = &state.draft().data.source else { panic!("{name}") };
        assert_eq!(csv.text.as_deref(), Some("a\tb\n1\t2\n"), "{name}");
        assert_eq!(loads(&effects).len(), 1, "{name}");
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Preview(..))), "{name}");
        state.reduce(Action::Undo);
        assert!(!matches!(&state.draft().data.source, DataSource::Csv(_)), "{name}");
    }
}

#[test]
fn a_paste_that_is_empty_or_too_long_is_refused() {
    let mut state = ready("spiral-relu");
    for (text, word) in
        [(" \n".to_owned(), "nothing to paste"), ("x".repeat(MAX_PASTED_BYTES + 1), "4194304")]
    {
        assert!(state.reduce(Action::PasteTable(text)).is_empty());
        let (severity, told) = last_notice(&state);
        assert!(severity == Severity::Error && told.contains(word), "{told}");
    }
    assert!(!state.can_undo());
}

#[test]
fn data_are_located_and_everything_else_stays() {
    let mut state = failed("digits123", "gone");
    let effects = state.reduce(Action::LocateData("/new/d.csv".into()));
    let [Effect::Locate(job, spec, path)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((&**spec, path), (&state.draft().data, &PathBuf::from("/new/d.csv")));
    let mut moved = spec.clone();
    if let DataSource::Csv(csv) = &mut moved.source {
        csv.path = "/new/d.csv".into();
    }
    state.expected = Some(DataHash(1));
    let effects = state.take_outcome(*job, Outcome::Located(Ok(moved.clone())));
    assert_eq!(loads(&effects), [&*moved]);
    assert_eq!(state.expected_hash(), Some(DataHash(1)), "they shall still be the same");
    let mut generated = ready("spiral-relu");
    assert!(generated.reduce(Action::LocateData("x".into())).is_empty());
    assert_eq!(last_notice(&generated).0, Severity::Error);
}

#[test]
fn a_collection_is_fetched_and_opened_or_the_way_by_hand_is_said() {
    for (name, mut state) in states() {
        let effects = state.reduce(Action::Download(Collection::Mnist));
        assert!(matches!(&effects[..], [Effect::Download(_, Collection::Mnist)]), "{name}");
        let job = job_of(&state, JobKind::Download);
        let failed = FetchError::Failed("Put the files here by hand: /cache".into());
        state.take_outcome(job, Outcome::Fetched(Err(failed)));
        assert_eq!(last_notice(&state).1, "Put the files here by hand: /cache", "{name}");
        state.reduce(Action::Download(Collection::Mnist));
        let job = job_of(&state, JobKind::Download);
        let effects = state.take_outcome(job, Outcome::Fetched(Ok("/cache/mnist".into())));
        assert_eq!(loads(&effects).len(), 1, "{name}");
        let wanted = DataSource::Idx(IdxSpec::of_folder("/cache/mnist"));
        assert_eq!(state.draft().data.source, wanted, "{name}");
    }
}

#[test]
fn a_fetch_that_was_cancelled_changes_nothing_when_it_ends() {
    let mut state = ready("spiral-relu");
    state.reduce(Action::Download(Collection::FashionMnist));
    let job = job_of(&state, JobKind::Download);
    let effects = state.reduce(Action::Cancel(job));
    assert!(matches!(&effects[..], [Effect::Cancel(cancelled)] if *cancelled == job));
    let notices = state.notices().len();
    assert!(state.take_outcome(job, Outcome::Fetched(Err(FetchError::Cancelled))).is_empty());
    assert_eq!((state.notices().len(), state.jobs().len()), (notices, 0));
}

#[test]
fn data_are_exported_when_they_are_there() {
    for (name, mut state) in states() {
        let effects = state.reduce(Action::ExportData("d.csv".into()));
        let is_ready = matches!(state.data(), DataState::Ready(_));
        assert_eq!(matches!(&effects[..], [Effect::Write(..)]), is_ready, "{name}");
        assert_eq!(state.is_writing(), is_ready, "{name}");
        if !is_ready {
            assert_eq!(last_notice(&state).0, Severity::Error, "{name}");
        }
    }
}

#[test]
fn other_limits_read_the_data_again() {
    let mut state = ready("spiral-relu");
    assert!(state.reduce(Action::SetLimits(Limits::default())).is_empty());
    let limits = Limits { rows: 10, ..Limits::default() };
    let effects = state.reduce(Action::SetLimits(limits));
    assert!(matches!(&effects[..], [Effect::Load(_, request)] if request.limits == limits));
    assert_eq!(state.limits(), limits);
    assert!(matches!(state.data(), DataState::Loading(Some(_))), "the old ones stay visible");
}

#[test]
fn the_preview_follows_the_table_and_the_newest_wins() {
    let mut state = table_state();
    let previews = |effects: &[Effect]| -> Vec<JobId> {
        let previews = effects.iter().filter_map(|effect| match effect {
            Effect::Preview(job, ..) => Some(*job),
            _ => None,
        });
        previews.collect()
    };
    let shown = |rows: usize| {
        let preview = TablePreview { more: rows > 0, ..TablePreview::default() };
        Outcome::Previewed(Ok(Arc::new(preview)))
    };
    let first = previews(&state.reduce(Action::ReloadData))[0];
    let mut data = state.draft().data.clone();
    if let DataSource::Csv(csv) = &mut data.source {
        csv.rare = Finite::ONE;
    }
    let effects = state.reduce(Action::Edit(Edit::Data(data.clone())));
    let second = previews(&effects)[0];
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Cancel(job) if *job == first)));
    state.take_outcome(first, shown(0));
    assert!(state.preview().is_none(), "it is of an older table");
    state.take_outcome(second, shown(1));
    assert!(state.preview().is_some_and(|preview| preview.more));
    assert_eq!(state.jobs().len(), 1, "only loading is shown as a job");
    if let DataSource::Csv(csv) = &mut data.source {
        csv.rare = Finite::ZERO;
    }
    state.reduce(Action::Edit(Edit::Data(data.clone())));
    assert!(state.preview().is_some(), "the same table: it stays until the new one is there");
    let other = data.with_source(DataSource::Csv(CsvSpec::of_file("other.csv")));
    let third = previews(&state.reduce(Action::Edit(Edit::Data(other))))[0];
    assert!(state.preview().is_none(), "another table");
    state.job_failed(third);
    assert!(state.preview().is_none());
    state.reduce(Action::Edit(Edit::Data(preset("spiral-relu").expect("built in").data)));
    assert!(state.preview().is_none());
}

fn opened(spec: &ExperimentSpec, hash: Option<DataHash>) -> State {
    let mut state = ready("digits123");
    state.reduce(Action::Open("a.toml".into()));
    let job = job_of(&state, JobKind::Open);
    let saved = Saved { spec: spec.clone(), data_hash: hash };
    let opened = Box::new(Opened { saved, remarks: Vec::new() });
    state.take_outcome(job, Outcome::Opened("a.toml".into(), Ok(opened)));
    state
}

#[test]
fn other_data_than_were_saved_are_told() {
    let spec = preset("spiral-relu").expect("built in");
    let true_hash = DataHash::of(&dataset()).expect("in memory");
    for (hash, is_told) in [(None, false), (Some(true_hash), false), (Some(DataHash(1)), true)] {
        let mut state = opened(&spec, hash);
        give(&mut state, Ok(dataset()));
        let told = state.notices().iter().any(|n| n.text.starts_with("The data are not what"));
        assert_eq!(told, is_told, "{hash:?}");
        assert_eq!((state.data_hash(), state.expected_hash()), (Some(true_hash), hash));
        let mut data = spec.data.clone();
        data.seed += 1;
        state.reduce(Action::Edit(Edit::Data(data)));
        assert_eq!(state.expected_hash(), None, "they are meant to be other ones now");
    }
}

#[test]
fn the_hash_is_saved_with_the_experiment() {
    let saved_hash = |state: &mut State| {
        let effects = state.reduce(Action::Save("a.toml".into()));
        match &effects[..] {
            [Effect::Write(_, _, payload)] => {
                payload.experiment().expect("an experiment").data_hash
            }
            other => panic!("{other:?}"),
        }
    };
    let mut state = ready("spiral-relu");
    assert_eq!(saved_hash(&mut state), DataHash::of(&dataset()).ok());
    let mut state = loading("spiral-relu");
    assert_eq!(saved_hash(&mut state), None, "that of other data would be wrong");
    let mut state = opened(&preset("spiral-relu").expect("built in"), Some(DataHash(7)));
    give(&mut state, Err(DataError::Io("gone".into())));
    assert_eq!(saved_hash(&mut state), Some(DataHash(7)), "missing data are still expected");
}

#[test]
fn the_last_data_stay_to_be_seen_when_others_cannot_be_read() {
    let mut state = ready("spiral-relu");
    let run = id(&state, 0);
    state.reduce(Action::ReloadData);
    give(&mut state, Err(DataError::Io("gone".into())));
    assert!(matches!(state.data(), DataState::Failed(why) if why == "gone"));
    assert_eq!(state.visible_data(), Some(&dataset()));
    assert_eq!(id(&state, 0), run);
    state.reduce(Action::ReloadData);
    assert!(matches!(state.data(), DataState::Loading(Some(_))));
    let job = job_of(&state, JobKind::Load);
    state.reduce(Action::Cancel(job));
    assert!(matches!(state.data(), DataState::Failed(_)));
    assert_eq!(state.visible_data(), Some(&dataset()));
    state.take_outcome(job, Outcome::Loaded(Ok(loaded(dataset()))));
    assert!(matches!(state.data(), DataState::Failed(_)), "it was cancelled");
}

#[test]
fn points_that_are_only_being_put_raise_no_alarm() {
    let mut state = ready("spiral-relu");
    let one = PointsSpec {
        points: vec![crate::spec::PointSpec { x: Finite::ONE, y: Finite::ONE, class: 0 }],
    };
    let data = DataSpec::new(DataSource::Points(one));
    state.reduce(Action::Edit(Edit::Data(data)));
    let notices = state.notices().len();
    give(&mut state, Err(DataError::Invalid("One point is too few.".into())));
    assert_eq!(state.notices().len(), notices);
    assert!(matches!(state.data(), DataState::Failed(_)));
}
