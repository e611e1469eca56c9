use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rfd::{AsyncFileDialog, FileHandle};

use crate::record::{Position, Run};
use crate::spec::{CsvSpec, DataSource, DataSpec, IdxSpec, ImagesSpec, TestPart};
use crate::ui::capture::Format;
use crate::ui::panes::Pane;
use crate::ui::widgets::thousands;
use crate::workbench::{Action, Edit, ExportKind, State, SweepFile, WeightEdit};

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Whatever it turns out to be: an experiment, a table or a folder.
    Anything,
    /// A table to train on.
    Csv,
    /// A folder of IDX files.
    Mnist,
    /// A folder with one folder of pictures for each class.
    Images,
    /// The file or folder of the draft's data; all settings stay.
    LocateData,
    /// Where to write the prepared data as CSV.
    ExportData,
    /// Where to write the results of a search.
    ExportSweep(SweepFile),
    /// The file whose rows are the test part.
    TestFile,
    /// An experiment to open.
    Experiment,
    /// Where to save the experiment.
    Save,
    /// Where to save it before the window closes.
    SaveAndClose,
    /// Weights for a run.
    Weights {
        /// The run.
        run: usize,
        /// Whether it is enough when some fit.
        partly: bool,
    },
    /// Weights for one layer of a run.
    Layer {
        /// The run.
        run: usize,
        /// Place of the layer in the stack.
        layer: usize,
    },
    /// Where to write a result of a run.
    Export(ExportKind, usize),
    /// Where to write a list of samples.
    ExportSamples,
    /// Where to write a picture that was taken.
    Picture(Format),
}

impl Purpose {
    /// Heading of the dialog.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Anything => "Open path",
            Self::Csv => "Open table",
            Self::Mnist => "Open IDX folder",
            Self::Images => "Open image folder",
            Self::LocateData => "Where the data is now",
            Self::ExportData => "Export data",
            Self::ExportSweep(_) => "Export results of the search",
            Self::TestFile => "Choose test file",
            Self::Experiment => "Open experiment",
            Self::Save | Self::SaveAndClose => "Save experiment",
            Self::Weights { partly: false, .. } => "Load weights",
            Self::Weights { partly: true, .. } => "Load weights that fit",
            Self::Layer { .. } => "Load weights of a layer",
            Self::Export(ExportKind::Weights, _) => "Export weights",
            Self::Export(ExportKind::PyTorch, _) => "Export PyTorch module",
            Self::Export(ExportKind::History, _) => "Export curves",
            Self::Export(ExportKind::Report, _) => "Export report",
            Self::ExportSamples => "Export list of samples",
            Self::Picture(_) => "Save picture",
        }
    }

    /// A sentence about what is expected.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Anything => {
                "An experiment (.toml), a table, IDX files, or a folder of IDX files or pictures."
            }
            Self::Csv => "A table with one row for each sample.",
            Self::Mnist => "A folder of IDX files, as MNIST is published.",
            Self::Images => "A folder with one folder of pictures for each class.",
            Self::LocateData => "The file or folder that this experiment was made with.",
            Self::ExportData | Self::ExportSweep(_) | Self::ExportSamples | Self::Picture(_) => {
                "Where the file shall be written."
            }
            Self::TestFile => "A table of the same columns, whose rows are tested on.",
            Self::Experiment => "An experiment file (.toml).",
            Self::Weights { .. } | Self::Layer { .. } => {
                "A safetensors file, as Descent and PyTorch write them."
            }
            Self::Save | Self::SaveAndClose | Self::Export(..) => {
                "Where the file shall be written."
            }
        }
    }

    /// The word on the button.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Save | Self::SaveAndClose | Self::Picture(_) => "Save",
            Self::Export(..) | Self::ExportData | Self::ExportSweep(_) | Self::ExportSamples => {
                "Export"
            }
            _ => "Open",
        }
    }

    /// A name for a file that is written, from that of the experiment.
    #[must_use]
    pub fn file_name(self, state: &State) -> String {
        let name = &state.draft().name;
        match self {
            Self::Save | Self::SaveAndClose => format!("{}.toml", plain(name)),
            Self::ExportData => format!("{}_data.csv", plain(name)),
            Self::ExportSamples => format!("{}_samples.csv", plain(name)),
            Self::ExportSweep(kind) => format!("{}_search.{}", plain(name), kind.extension()),
            Self::Export(kind, run) => {
                let run = state.run_spec(run).map_or("run", |run| run.name.as_str());
                let weights = if kind == ExportKind::PyTorch { "_module" } else { "" };
                format!("{}_{}{weights}.{}", plain(name), plain(run), kind.extension())
            }
            _ => String::new(),
        }
    }

    fn is_writing(self) -> bool {
        matches!(
            self,
            Self::Save
                | Self::SaveAndClose
                | Self::Export(..)
                | Self::ExportData
                | Self::ExportSamples
                | Self::ExportSweep(_)
                | Self::Picture(_)
        )
    }

    fn filter(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self::Csv | Self::TestFile => Some(("Tables", &["csv", "tsv", "txt", "data", "gz"])),
            Self::ExportData | Self::ExportSamples | Self::ExportSweep(SweepFile::Csv) => {
                Some(("Tables", &["csv"]))
            }
            Self::ExportSweep(SweepFile::Json) => Some(("Reports", &["json"])),
            Self::Experiment | Self::Save | Self::SaveAndClose => Some(("Experiments", &["toml"])),
            Self::Export(ExportKind::Weights, _) | Self::Weights { .. } | Self::Layer { .. } => {
                Some(("Weights", &["safetensors"]))
            }
            Self::Export(ExportKind::PyTorch, _) => Some(("Python", &["py"])),
            Self::Export(ExportKind::History, _) => Some(("Tables", &["csv"])),
            Self::Export(ExportKind::Report, _) => Some(("Reports", &["json"])),
            Self::Picture(Format::Png) => Some(("Pictures", &["png"])),
            Self::Picture(Format::Svg) => Some(("Pictures", &["svg"])),
            Self::Anything | Self::Mnist | Self::Images | Self::LocateData => None,
        }
    }
}

/// The name of the file of a picture, from those of the experiment and the picture, and of when it
/// is.
#[must_use]
pub fn picture_name(state: &State, picture: &str, format: Format) -> String {
    let when = moment(state, picture).map_or_else(String::new, |at| {
        let epoch = at.epoch.floor() as u64;
        let step = if at.step.0 == epoch { String::new() } else { format!("_step_{}", at.step.0) };
        format!("_epoch_{epoch}{step}")
    });
    format!("{}_{}{when}.{}", plain(&state.draft().name), plain(picture), format.extension())
}

/// Where the run stands that a picture is of: the one it names last, or the selected one where it
/// is of several. Pictures of data alone are of no moment.
#[must_use]
pub fn moment(state: &State, picture: &str) -> Option<Position> {
    let names = |run: &usize| {
        state.run_spec(*run).is_some_and(|spec| picture.ends_with(&format!(", {}", spec.name)))
    };
    let of_many = |pane: &Pane| pane.shows_all_runs() && picture.starts_with(pane.label());
    let run = (0..state.num_runs())
        .find(names)
        .or_else(|| Pane::ALL.iter().any(of_many).then(|| state.selected()))?;
    state.run(run).map(Run::position)
}

/// `epoch 3, step 1 240`
#[must_use]
pub fn moment_words(at: &Position) -> String {
    let epoch = at.epoch.floor() as u64;
    let words = format!("epoch {}", thousands(epoch));
    match at.step.0 {
        step if step == epoch => words,
        step => format!("{words}, step {}", thousands(step)),
    }
}

/// A name without what file systems dislike.
fn plain(name: &str) -> String {
    let text: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let words: Vec<&str> = text.split('_').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "experiment".into() } else { words.join("_").to_lowercase() }
}

/// What has to be done with a path.
#[must_use]
pub fn actions(state: &State, purpose: Purpose, path: &Path) -> Option<Action> {
    let text = || path.to_string_lossy().into_owned();
    Some(match purpose {
        // The window itself holds the picture and the list.
        Purpose::Picture(_) | Purpose::ExportSamples => return None,
        Purpose::Anything => Action::OpenPath(path.to_owned()),
        Purpose::Csv => fresh(state, DataSource::Csv(CsvSpec::of_file(text()))),
        Purpose::Mnist => fresh(state, DataSource::Idx(IdxSpec::of_folder(text()))),
        Purpose::Images => {
            let folder = text();
            fresh(state, DataSource::Images(ImagesSpec { folder }))
        }
        Purpose::LocateData => Action::LocateData(path.to_owned()),
        Purpose::ExportData => Action::ExportData(ended(path, "csv")),
        Purpose::ExportSweep(kind) => Action::ExportSweep(kind, ended(path, kind.extension())),
        Purpose::TestFile => {
            let mut data = state.draft().data.clone();
            data.split.test = TestPart::File(text());
            Action::Edit(Edit::Data(data))
        }
        Purpose::Experiment => Action::Open(path.to_owned()),
        Purpose::Weights { run, partly } => {
            Action::LoadWeights { run, path: path.to_owned(), partly }
        }
        Purpose::Layer { run, layer } => {
            Action::AlterWeights(run, WeightEdit::Load(layer, path.to_owned()))
        }
        Purpose::Save | Purpose::SaveAndClose => Action::Save(ended(path, "toml")),
        Purpose::Export(kind, run) => Action::Export(kind, run, ended(path, kind.extension())),
    })
}

/// Other files have other columns, so nothing of the old preparation but its seed stays.
fn fresh(state: &State, source: DataSource) -> Action {
    let seed = state.draft().data.seed;
    Action::Edit(Edit::Data(DataSpec { seed, ..DataSpec::new(source) }))
}

/// Whether the data of the draft lie in a folder, not in a file.
fn is_in_folder(state: &State) -> bool {
    match &state.draft().data.source {
        DataSource::Idx(idx) => idx.pair.is_none(),
        DataSource::Images(_) => true,
        _ => false,
    }
}

/// A path with an ending, if it has none.
#[must_use]
pub fn ended(path: &Path, ending: &str) -> PathBuf {
    match path.extension() {
        Some(_) => path.to_owned(),
        None => path.with_extension(ending),
    }
}

/// What the user answered.
#[derive(Debug)]
pub enum Picked {
    /// This path.
    Path(Purpose, PathBuf),
    /// Nothing.
    Cancelled,
    /// Nothing, because the system has no such dialog.
    Unavailable(Purpose),
}

type Answer = Pin<Box<dyn Future<Output = Option<FileHandle>>>>;

/// The system's file dialog. It is asked in every frame whether it was answered, so the window
/// stays alive behind it.
#[derive(Default)]
pub struct Picker {
    open: Option<(Purpose, Answer, Instant)>,
}

/// A dialog that gives nothing back so soon was never seen by anybody.
const INVISIBLE: Duration = Duration::from_millis(350);

impl Picker {
    /// Opens the dialog, unless one is open. A file that is written is called `name` at first.
    pub fn open(&mut self, purpose: Purpose, name: &str, state: &State, frame: &eframe::Frame) {
        if self.open.is_some() {
            return;
        }
        let mut dialog = AsyncFileDialog::new().set_title(purpose.title()).set_parent(frame);
        if let Some((name, endings)) = purpose.filter() {
            dialog = dialog.add_filter(name, endings);
            if !purpose.is_writing() {
                dialog = dialog.add_filter("All files", &["*"]);
            }
        }
        if let Some(folder) = state.path().and_then(|path| path.parent()) {
            dialog = dialog.set_directory(folder);
        }
        let answer: Answer = match purpose {
            Purpose::Mnist | Purpose::Images => Box::pin(dialog.pick_folder()),
            Purpose::LocateData if is_in_folder(state) => Box::pin(dialog.pick_folder()),
            _ if purpose.is_writing() => Box::pin(dialog.set_file_name(name).save_file()),
            _ => Box::pin(dialog.pick_file()),
        };
        self.open = Some((purpose, answer, Instant::now()));
    }

    /// What was answered since the last frame.
    pub fn poll(&mut self, ctx: &egui::Context) -> Option<Picked> {
        let (purpose, answer, since) = self.open.as_mut()?;
        let waker = Waker::from(Arc::new(Repaint(ctx.clone())));
        let Poll::Ready(answer) = answer.as_mut().poll(&mut TaskContext::from_waker(&waker)) else {
            return None;
        };
        let picked = match answer {
            Some(file) => Picked::Path(*purpose, file.path().to_owned()),
            None if since.elapsed() < INVISIBLE => Picked::Unavailable(*purpose),
            None => Picked::Cancelled,
        };
        self.open = None;
        Some(picked)
    }
}

/// Wakes the window when the dialog was answered.
struct Repaint(egui::Context);

impl Wake for Repaint {
    fn wake(self: Arc<Self>) {
        self.0.request_repaint();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ProbeFrame;
    use crate::spec::preset;
    use crate::workbench::fixtures;

    fn state() -> State {
        State::new(preset("spiral-relu").expect("built in"))
    }

    #[test]
    fn other_data_begin_with_the_usual_preparation_and_the_same_seed() {
        let mut spec = preset("digits123").expect("built in");
        spec.data.seed = 7;
        spec.data.split.stratified = false;
        let state = State::new(spec);
        let open = |purpose| match actions(&state, purpose, Path::new("a/b")) {
            Some(Action::Edit(Edit::Data(data))) => data,
            other => panic!("{other:?}"),
        };
        let csv = open(Purpose::Csv);
        assert_eq!(csv.source, DataSource::Csv(CsvSpec::of_file("a/b")));
        assert_eq!((csv.seed, csv.split.stratified), (7, true));
        assert_eq!(open(Purpose::Mnist).source, DataSource::Idx(IdxSpec::of_folder("a/b")));
        let folder = "a/b".to_owned();
        assert_eq!(open(Purpose::Images).source, DataSource::Images(ImagesSpec { folder }));
    }

    #[test]
    fn a_missing_ending_is_added_and_another_is_kept() {
        let state = state();
        let save = |path: &str| actions(&state, Purpose::Save, Path::new(path));
        assert_eq!(save("x"), Some(Action::Save("x.toml".into())));
        assert_eq!(save("x.txt"), Some(Action::Save("x.txt".into())));
    }

    #[test]
    fn pictures_are_named_after_what_they_show_and_when() {
        let mut state = fixtures::ready("spiral-relu");
        let name = |state: &State, picture: &str| picture_name(state, picture, Format::Png);
        assert_eq!(
            name(&state, "ROC curve, ReLU 100"),
            "spiral_relu_network_roc_curve_relu_100_epoch_0.png"
        );
        let frame = ProbeFrame::empty(fixtures::id(&state, 0), fixtures::at(10));
        fixtures::show(&mut state, 0, frame);
        let at = moment(&state, "Curves").expect("of the selected run");
        assert_eq!(at, fixtures::at(10));
        let found = name(&state, "ROC curve, ReLU 100");
        let epoch = at.epoch.floor() as u64;
        assert!(found.contains(&format!("_epoch_{epoch}")), "{found}");
        assert_eq!(epoch != 10, found.contains("_step_10"), "{found}");
        assert_eq!(
            name(&state, "Points of the data"),
            "spiral_relu_network_points_of_the_data.png"
        );
    }

    #[test]
    fn files_are_named_after_the_experiment() {
        let state = state();
        assert_eq!(Purpose::Save.file_name(&state), "spiral_relu_network.toml");
        let weights = Purpose::Export(ExportKind::Weights, 0).file_name(&state);
        assert_eq!(weights, "spiral_relu_network_relu_100.safetensors");
        assert_eq!(plain("../..//"), "experiment");
    }
}
