use std::path::Path;

use crate::base::by_likeness;
use crate::spec::{DataSource, DeviceChoice, ExperimentSpec, IdxSpec, RunSpec, StopRule};
use crate::workbench::list_devices;

use super::args::TrainArgs;
use super::choose;
use super::failure::Failure;
use super::outputs::outputs;
use super::session::Session;
use super::{progress, say, summary, title};

/// Trains an experiment without a window: one run after another, so that their speeds can be
/// compared. Results are written even when a run breaks.
pub(super) fn train(args: &TrainArgs) -> Result<(), Failure> {
    let chosen = choose::experiment(&args.experiment)?;
    let origin = chosen.origin();
    let saved_seed = chosen.spec.data.seed;
    let spec = adjusted(chosen.spec, args)?;
    let names: Vec<&str> = spec.runs.iter().map(|run| run.name.as_str()).collect();
    let files = outputs(args, &names)?;
    check_device(args.device)?;
    say(&format!("{} ({origin})", title(&spec)));
    // Another seed is meant to give other data.
    let is_same = spec.data.seed == saved_seed;
    let mut session = Session::open(spec, args.device)?;
    session.compare_hash(chosen.hash.filter(|_| is_same));
    let mut outcome = train_all(&mut session, args);
    for file in files {
        match session.write(file) {
            Ok(remarks) => remarks.iter().for_each(|text| say(text)),
            Err(failure) => {
                // The first failure ends the program in the end, the others are told at once.
                if outcome.is_err() {
                    let _ = failure.report();
                } else {
                    outcome = Err(failure);
                }
            }
        }
    }
    outcome
}

fn train_all(session: &mut Session, args: &TrainArgs) -> Result<(), Failure> {
    let mut broken = Vec::new();
    let mut device = None;
    for index in 0..session.state().num_runs() {
        let bar = progress::bar(session.state(), index, args.quiet);
        let ended = session.train(index, |state| progress::show(&bar, state, index));
        bar.finish_and_clear();
        if let Some(run) = session.state().run(index) {
            if run.device.is_some() && run.device != device {
                device.clone_from(&run.device);
                summary::print_device(run);
            }
            summary::print(run);
            if args.classification_report {
                let data = session.state().slot(index).and_then(|slot| slot.data.as_ref());
                let names = data.map_or(&[][..], |data| &data.class_names);
                summary::print_class_reports(run, names);
            }
        }
        if let Err(why) = ended {
            broken.push(format!("“{}” did not finish. {why}", session.run_name(index)));
        }
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(Failure::result(broken.join("\n"))),
    }
}

/// The experiment with what the command line says otherwise.
fn adjusted(mut spec: ExperimentSpec, args: &TrainArgs) -> Result<ExperimentSpec, Failure> {
    if !args.runs.is_empty() {
        spec.runs = named_runs(&spec.runs, &args.runs)?;
    }
    let stop = args.epochs.map(StopRule::Epochs).or(args.steps.map(StopRule::Steps));
    for run in &mut spec.runs {
        run.train.stop = stop.unwrap_or(run.train.stop);
        // A target may never be reached; time passes, and patience runs out.
        let ends = run.train.seconds.is_some() || run.train.early.is_some();
        if run.train.stop == StopRule::Never && !ends {
            let name = &run.name;
            let message = format!("“{name}” may train for ever. Give --epochs or --steps.");
            return Err(Failure::input(message));
        }
    }
    if let Some(seed) = args.seed {
        (spec.seed, spec.data.seed) = (seed, seed);
    }
    if let Some(path) = &args.data {
        set_data(&mut spec.data.source, path)?;
    }
    Ok(spec)
}

/// The runs of these names, in the order of the experiment.
pub(super) fn named_runs(all: &[RunSpec], names: &[String]) -> Result<Vec<RunSpec>, Failure> {
    let known: Vec<&str> = all.iter().map(|run| run.name.as_str()).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let quoted: Vec<String> =
            by_likeness(name, &known).iter().map(|name| format!("“{name}”")).collect();
        let message = format!("There is no run “{name}”. There are: {}.", quoted.join(", "));
        return Err(Failure::input(message));
    }
    Ok(all.iter().filter(|run| names.contains(&run.name)).cloned().collect())
}

pub(super) fn set_data(source: &mut DataSource, path: &Path) -> Result<(), Failure> {
    let text = path.to_str().ok_or_else(|| {
        Failure::input(format!("The path of the data is no Unicode text: {}", path.display()))
    })?;
    match source {
        DataSource::Csv(csv) => (csv.path, csv.text) = (text.into(), None),
        DataSource::Idx(idx) => *idx = IdxSpec::of_folder(text),
        DataSource::Images(images) => images.folder = text.into(),
        DataSource::Toy(_) | DataSource::Points(_) | DataSource::Drawn(_) => {
            let message = "The data of this experiment is generated; leave --data out.";
            return Err(Failure::input(message));
        }
    }
    Ok(())
}

fn check_device(device: DeviceChoice) -> Result<(), Failure> {
    let DeviceChoice::Gpu(index) = device else { return Ok(()) };
    if list_devices().iter().any(|known| known.choice == device) {
        return Ok(());
    }
    Err(Failure::input(format!(
        "There is no graphics card {index}. `descent devices` lists what there is."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::preset;
    use clap::Parser;

    fn args(options: &[&str]) -> TrainArgs {
        let line = ["descent", "train", "x"].iter().chain(options);
        match super::super::Cli::try_parse_from(line).expect("valid").command {
            Some(super::super::Command::Train(args)) => args,
            other => panic!("not training: {other:?}"),
        }
    }

    fn adjust(name: &str, options: &[&str]) -> Result<ExperimentSpec, Failure> {
        adjusted(preset(name).expect("built in"), &args(options))
    }

    #[test]
    fn without_options_the_experiment_stays_as_it_is() {
        assert_eq!(adjust("linear-vs-relu", &[]), Ok(preset("linear-vs-relu").expect("built in")));
    }

    #[test]
    fn the_seed_is_that_of_the_data_too() {
        let spec = adjust("spiral-linear", &["--seed", "7"]).expect("valid");
        assert_eq!((spec.seed, spec.data.seed), (7, 7));
    }

    #[test]
    fn runs_are_chosen_by_name() {
        let spec = adjust("linear-vs-relu", &["--run", "ReLU 100", "--steps", "5"]).expect("valid");
        assert_eq!(spec.runs.len(), 1);
        assert_eq!(spec.runs[0].train.stop, StopRule::Steps(5));
        let failure = adjust("linear-vs-relu", &["--run", "relu"]).expect_err("unknown");
        assert!(format!("{failure:?}").contains("“relu”. There are: "), "{failure:?}");
    }

    #[test]
    fn data_is_named_for_files_only() {
        let spec = adjust("digits123", &["--data", "a.csv"]).expect("valid");
        assert!(matches!(spec.data.source, DataSource::Csv(csv) if csv.path == "a.csv"));
        assert!(adjust("spiral-linear", &["--data", "a.csv"]).is_err());
    }

    #[test]
    fn a_run_without_end_is_refused() {
        let mut spec = preset("spiral-linear").expect("built in");
        spec.runs[0].train.stop = StopRule::Never;
        assert!(adjusted(spec.clone(), &args(&[])).is_err());
        assert!(adjusted(spec, &args(&["--epochs", "1"])).is_ok());
    }
}
