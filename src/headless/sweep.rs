use std::path::Path;

use crate::base::similar;
use crate::record::{Part, Quantity};
use crate::spec::{ExperimentSpec, RunSpec, Search, StopRule, SweepSpec, Task, parse_axes, words};
use crate::workbench::{Action, Score, Sweep, SweepFile, Trial, TrialStatus};

use super::args::SweepArgs;
use super::failure::Failure;
use super::session::Session;
use super::{choose, outputs, progress, say, table, title, train};

/// Most trials that are printed.
const MAX_PRINTED: usize = 50;

/// Trains one run of an experiment many times, with other values of some fields, and says which
/// did best. Results are written even when a trial breaks.
pub(super) fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let chosen = choose::experiment(&args.experiment)?;
    let origin = chosen.origin();
    let mut spec = chosen.spec;
    if let Some(path) = &args.data {
        train::set_data(&mut spec.data.source, path)?;
    }
    spec.runs = vec![the_run(&spec, args.run.as_deref())?];
    let mut plan = plan(&spec, args)?;
    let files = files(args)?;
    say(&format!("{}, {} ({origin})", title(&spec), spec.runs[0].name));
    let mut session = Session::begin(spec);
    session.wait_for_data()?;
    session.note_warnings();
    rank_by(&mut plan, &session, args.metric)?;
    let bar = progress::trials(args.quiet);
    let started = session.sweep(plan, |sweep| progress::show_trials(&bar, sweep));
    bar.finish_and_clear();
    started?;
    let outcome = session.state().sweep().map_or(Ok(()), |sweep| {
        print(sweep);
        judge(sweep)
    });
    write(&mut session, files, outcome)
}

/// The run that is varied: the one that is named, or the only one.
fn the_run(spec: &ExperimentSpec, name: Option<&str>) -> Result<RunSpec, Failure> {
    let chosen = match name {
        Some(name) => train::named_runs(&spec.runs, &[name.to_owned()])?,
        None => spec.runs.clone(),
    };
    match &chosen[..] {
        [run] => Ok(run.clone()),
        several => {
            let names: Vec<String> = several.iter().map(|run| format!("“{}”", run.name)).collect();
            let names = names.join(", ");
            Err(Failure::input(format!("Say with --run which run is varied: {names}.")))
        }
    }
}

/// What is asked for, but for what it is ranked by: that depends on the data.
fn plan(spec: &ExperimentSpec, args: &SweepArgs) -> Result<SweepSpec, Failure> {
    let text = args.grid.as_deref().or(args.space.as_deref());
    let option = if args.grid.is_some() { "--grid" } else { "--space" };
    let axes = match text {
        Some(text) => parse_axes(text, spec, 0)
            .map_err(|why| Failure::input(format!("{option} \"{text}\": {why}")))?,
        None => Vec::new(),
    };
    let mut plan = SweepSpec::grid(0, axes, Part::default(), Quantity::Loss);
    if let Some(trials) = args.random {
        plan.search = Search::Random { trials, seed: args.seed };
    }
    plan.folds = args.folds;
    plan.stop = args.epochs.map(StopRule::Epochs).or(args.steps.map(StopRule::Steps));
    plan.threads = args.threads;
    match plan.trials(spec) {
        Ok(_) => Ok(plan),
        // Only the command line knows how to say it.
        Err(why) if why.contains("for ever") => {
            Err(Failure::input(format!("{why} Give --epochs or --steps.")))
        }
        Err(why) => Err(Failure::input(why)),
    }
}

/// Ranks by what was asked for: else by the accuracy or the squared error of the validation part,
/// or of the test part where there is no other.
fn rank_by(
    plan: &mut SweepSpec,
    session: &Session,
    asked: Option<(Part, Quantity)>,
) -> Result<(), Failure> {
    let data = session.dataset()?;
    let part = match plan.folds.is_some() || data.validation.is_some() {
        true => Part::Validation,
        false => Part::Test,
    };
    let quantity = match data.task {
        Task::Classification { .. } => Quantity::Accuracy,
        Task::Regression => Quantity::Mse,
    };
    (plan.part, plan.quantity) = asked.unwrap_or((part, quantity));
    Ok(())
}

/// `test.accuracy`
pub(super) fn metric(text: &str) -> Result<(Part, Quantity), String> {
    let (part, quantity) =
        text.split_once('.').ok_or("write a part and a measure: test.accuracy")?;
    let parts = Part::ALL.map(words::part);
    let quantities = Quantity::ALL.map(words::quantity);
    let part = words::find(&Part::ALL, |&it| words::part(it), part)
        .ok_or_else(|| unknown("part", part, &parts))?;
    let quantity = words::find(&Quantity::ALL, |&it| words::quantity(it), quantity)
        .ok_or_else(|| unknown("measure", quantity, &quantities))?;
    Ok((part, quantity))
}

fn unknown(what: &str, text: &str, known: &[&str]) -> String {
    match similar(text, known) {
        Some(meant) => format!("there is no {what} “{text}”; did you mean “{meant}”?"),
        None => format!("there is no {what} “{text}”; choose among {}", known.join(", ")),
    }
}

/// The files that are asked for. That they can be written is checked before anything is trained.
fn files(args: &SweepArgs) -> Result<Vec<(SweepFile, &Path)>, Failure> {
    let report = args.report.as_deref().map(|path| (SweepFile::Json, path));
    let csv = args.csv.as_deref().map(|path| (SweepFile::Csv, path));
    let files: Vec<(SweepFile, &Path)> = report.into_iter().chain(csv).collect();
    for (_, path) in &files {
        outputs::check(path)?;
    }
    match &files[..] {
        [(_, a), (_, b)] if a == b => {
            Err(Failure::input(format!("Two results would be written to {}.", a.display())))
        }
        _ => Ok(files),
    }
}

fn write(
    session: &mut Session,
    files: Vec<(SweepFile, &Path)>,
    mut outcome: Result<(), Failure>,
) -> Result<(), Failure> {
    for (kind, path) in files {
        match session.write_by(Action::ExportSweep(kind, path.to_owned()), "The sweep") {
            Ok(remarks) => remarks.iter().for_each(|text| say(text)),
            // The first failure ends the program in the end, the others are told at once.
            Err(failure) if outcome.is_err() => {
                let _ = failure.report();
            }
            Err(failure) => outcome = Err(failure),
        }
    }
    outcome
}

/// A trial that diverged or cannot be is a result, too. One that broke is none.
fn judge(sweep: &Sweep) -> Result<(), Failure> {
    let statuses: Vec<TrialStatus> = sweep.trials().iter().map(Trial::status).collect();
    let failed = statuses.iter().filter(|status| matches!(status, TrialStatus::Failed(_)));
    let all = statuses.len();
    match (failed.count(), sweep.best()) {
        (0, Some(_)) => Ok(()),
        (0, None) => Err(Failure::result("No trial came to a result.")),
        (failed, _) => Err(Failure::result(format!("{failed} of {all} trials did not finish."))),
    }
}

/// The trials, best first; then those without a score, with the reason.
fn print(sweep: &Sweep) {
    let ranking = sweep.ranking();
    let rest = (0..sweep.trials().len()).filter(|trial| !ranking.contains(trial));
    let order: Vec<usize> = ranking.iter().copied().chain(rest).collect();
    let mut rows = vec![header(sweep)];
    rows.extend(order.iter().take(MAX_PRINTED).map(|&trial| row(sweep, trial)));
    table::print(&rows);
    if let Some(more) = order.len().checked_sub(MAX_PRINTED + 1) {
        say(&format!("… and {} more; --csv writes them all", more + 1));
    }
    if sweep.spec().part == Part::Test && sweep.trials().len() > 1 {
        say("Chosen by the test part, the best score is better than new data will give.");
    }
}

fn header(sweep: &Sweep) -> Vec<String> {
    let spec = sweep.spec();
    let ranked = format!("{} {}", spec.part.adjective(), spec.quantity.label());
    let mut header = vec!["trial".to_owned()];
    header.extend(spec.axes.iter().map(|axis| axis.path.clone()));
    header.push(ranked);
    let details: &[&str] =
        if spec.folds.is_some() { &["± (n−1)", "min", "max"] } else { &["best at step"] };
    header.extend(details.iter().chain(&["seconds", ""]).map(|head| (*head).to_owned()));
    header
}

fn row(sweep: &Sweep, place: usize) -> Vec<String> {
    let (spec, trial) = (sweep.spec(), &sweep.trials()[place]);
    let number =
        |value: Option<f64>| value.map_or_else(|| "–".into(), |it| shown(spec.quantity, it));
    let score = sweep.score(place);
    let of = |part: fn(&Score) -> f64| number(score.as_ref().map(part));
    let mut row = vec![(place + 1).to_string()];
    row.extend(trial.values.iter().map(ToString::to_string));
    row.push(of(|score| score.mean));
    if spec.folds.is_some() {
        row.push(number(score.and_then(|score| score.std)));
        row.push(of(|score| score.min));
        row.push(of(|score| score.max));
    }
    if let [part] = &trial.parts[..] {
        let best = part.outcome.as_ref().and_then(|outcome| outcome.best);
        row.push(best.map_or_else(String::new, |best| {
            format!("{} at {}", shown(spec.quantity, best.value), best.at.step)
        }));
    }
    row.push(format!("{:.2}", trial.seconds()));
    row.push(remark(&trial.status()));
    row
}

fn remark(status: &TrialStatus) -> String {
    match (status, status.reason()) {
        (TrialStatus::Done, _) => String::new(),
        (_, Some(reason)) => format!("{}: {reason}", status.word()),
        (_, None) => status.word().to_owned(),
    }
}

/// A score as people read it.
pub(super) fn shown(quantity: Quantity, value: f64) -> String {
    match quantity.is_accuracy() {
        true => format!("{:.2} %", value * 100.0),
        false => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::preset;
    use clap::Parser;

    fn args(options: &[&str]) -> SweepArgs {
        let line = ["descent", "sweep", "x"].iter().chain(options);
        match super::super::Cli::try_parse_from(line).expect("valid").command {
            Some(super::super::Command::Sweep(args)) => args,
            other => panic!("no sweep: {other:?}"),
        }
    }

    fn planned(options: &[&str]) -> Result<SweepSpec, Failure> {
        plan(&preset("spiral-relu").expect("built in"), &args(options))
    }

    #[test]
    fn measures_are_named_by_part_and_word() {
        assert_eq!(metric("test.accuracy"), Ok((Part::Test, Quantity::Accuracy)));
        assert_eq!(metric("validation.r2"), Ok((Part::Validation, Quantity::R2)));
        assert!(metric("accuracy").is_err_and(|why| why.contains("test.accuracy")));
        assert!(metric("test.acuracy").is_err_and(|why| why.contains("“accuracy”?")));
        assert!(metric("tset.loss").is_err_and(|why| why.contains("“test”?")));
    }

    #[test]
    fn options_say_how_is_searched() {
        let random = planned(&["--random", "7", "--space", "train.lr=1e-3..1:log", "--seed", "3"]);
        let search = Search::Random { trials: 7, seed: 3 };
        assert_eq!(random.map(|plan| plan.search), Ok(search));
        let folds = planned(&["--folds", "5", "--epochs", "2"]).expect("cross-validation");
        assert_eq!((folds.folds, folds.stop), (Some(5), Some(StopRule::Epochs(2))));
        assert!(planned(&["--grid", "train.lr=1e-3..1"]).is_err(), "a grid needs a list");
        assert!(planned(&["--grid", "train.lr=1,x"]).is_err());
    }

    #[test]
    fn a_run_of_several_has_to_be_named() {
        let spec = preset("linear-vs-relu").expect("built in");
        assert!(the_run(&spec, None).is_err());
        assert_eq!(the_run(&spec, Some("Linear")).map(|run| run.name), Ok("Linear".into()));
    }

    #[test]
    fn accuracies_are_percents() {
        assert_eq!(shown(Quantity::Accuracy, 0.98333), "98.33 %");
        assert_eq!(shown(Quantity::Loss, 0.98333), "0.9833");
    }
}
