use std::ops::ControlFlow;
use std::path::Path;

use crate::spec::{CsvSpec, DataSource, DataSpec, ExperimentSpec, LabelColumn, PRESETS, TestPart};
use crate::workbench::{Action, Collection, Edit, Fetched, cache_folder, fetch};

use super::args::{DataCommand, InspectArgs};
use super::choose;
use super::failure::Failure;
use super::session::Session;
use super::{inspect, progress, say};

/// Does what a data command asks for.
pub(super) fn run(command: &DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Inspect(args) => inspect_data(args),
        DataCommand::Export { experiment, out } => export(experiment, out),
        DataCommand::Download { collection, to } => download(*collection, to.as_deref()),
    }
}

/// Reads data as the window would and prints what was found.
fn inspect_data(args: &InspectArgs) -> Result<(), Failure> {
    let mut session = open(&args.source)?;
    let spec = adjusted(&session.state().draft().data, args)?;
    if spec != session.state().draft().data {
        session.apply(Action::Edit(Edit::Data(spec)));
        session.wait_for_data()?;
    }
    let data = session.dataset()?;
    let hash = session.state().data_hash();
    if args.json {
        say(inspect::json(&data, hash).trim_end());
    } else {
        inspect::lines(&data, hash).iter().for_each(|line| say(line));
    }
    Ok(())
}

/// Writes the prepared data of an experiment.
fn export(experiment: &str, out: &Path) -> Result<(), Failure> {
    let mut session = open(Path::new(experiment))?;
    session.write_data(out.to_owned())?.iter().for_each(|text| say(text));
    Ok(())
}

/// A session whose data is there: an experiment's, or what lies at a path.
fn open(source: &Path) -> Result<Session, Failure> {
    let name = source.to_string_lossy();
    let is_data = source.is_dir()
        || source.is_file() && source.extension().is_none_or(|ending| ending != "toml");
    if !is_data {
        let chosen = choose::experiment(&name)?;
        let mut session = Session::begin(chosen.spec);
        session.wait_for_data()?;
        session.compare_hash(chosen.hash);
        return Ok(session);
    }
    let mut session = Session::begin(nothing());
    session.apply(Action::OpenPath(source.to_owned()));
    session.wait_for_data()?;
    Ok(session)
}

/// An experiment that names no data yet.
fn nothing() -> ExperimentSpec {
    let data = DataSpec::new(DataSource::Csv(CsvSpec::default()));
    ExperimentSpec { data, ..PRESETS[0].spec() }
}

/// The data with what the command line says otherwise.
fn adjusted(data: &DataSpec, args: &InspectArgs) -> Result<DataSpec, Failure> {
    let mut data = data.clone();
    if let DataSource::Csv(csv) = &mut data.source {
        csv.dialect.encoding = args.encoding.unwrap_or(csv.dialect.encoding);
        csv.dialect.delimiter = args.delimiter.unwrap_or(csv.dialect.delimiter);
        csv.dialect.decimal = args.decimal.unwrap_or(csv.dialect.decimal);
        csv.header = args.header.unwrap_or(csv.header);
        csv.task = args.task.unwrap_or(csv.task);
        if let Some(label) = &args.label {
            csv.label = label_column(label);
        }
    } else if args.is_about_tables() {
        return Err(Failure::input(
            "--label, --task, --header, --encoding, --delimiter and --decimal are about tables; \
             these data are none.",
        ));
    }
    if let Some(share) = args.test_fraction {
        data.split.test = TestPart::Fraction(share);
    }
    data.seed = args.seed.unwrap_or(data.seed);
    Ok(data)
}

/// A column by its name, or by its number counted from one where `label` is a number.
fn label_column(label: &str) -> LabelColumn {
    match label.parse::<usize>() {
        Ok(number) if number > 0 => LabelColumn::Index(number - 1),
        _ => LabelColumn::Name(label.to_owned()),
    }
}

fn download(collection: Collection, to: Option<&Path>) -> Result<(), Failure> {
    let folder = match to {
        Some(folder) => folder.to_owned(),
        None => cache_folder(collection).ok_or_else(|| {
            Failure::input("No folder is known to keep files in. Name one with --to FOLDER.")
        })?,
    };
    bring(collection, &folder)?;
    say(&format!("{} is in {}", collection.label(), folder.display()));
    Ok(())
}

fn bring(collection: Collection, folder: &Path) -> Result<(), Failure> {
    let bar = progress::bytes(collection.bytes());
    let mut show = |done: Fetched| {
        bar.set_position(done.bytes);
        ControlFlow::Continue(())
    };
    let outcome = fetch(collection, folder, &mut show);
    bar.finish_and_clear();
    outcome.map_err(|why| Failure::result(why.to_string()))
}
