//! The data of the draft: reading them, and every way of choosing others.

use std::path::PathBuf;
use std::sync::Arc;

use crate::data::{DataError, Limits, TablePreview};
use crate::fetch::{Collection, FetchError};
use crate::files::Opened;
use crate::spec::{CsvSpec, DataSource, DataSpec, IdxSpec, SplitSpec, TestPart};

use super::action::Edit;
use super::effect::{Effect, LoadRequest, Loaded, Recognised};
use super::export::Payload;
use super::notice::Severity;
use super::reduce::file_name;
use super::state::{DataState, JobId, JobKind, State};

/// Longest text that can be pasted as a table: it becomes part of the experiment.
pub const MAX_PASTED_BYTES: usize = 4 << 20;

impl State {
    /// Reads the data of the draft in the background. A reading that is still going on is given
    /// up: the newest wins.
    pub(super) fn load(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(job) = self.data_job.take() {
            self.end_job(job);
            effects.push(Effect::Cancel(job));
        }
        effects.extend(self.load_preview());
        let spec = &self.draft.spec.data;
        let Some(title) = loading_title(&spec.source) else {
            self.data = DataState::Unset;
            (self.last, self.hash) = (None, None);
            self.recheck();
            return effects;
        };
        let request = LoadRequest { spec: spec.clone(), limits: self.limits };
        let job = self.begin_job(JobKind::Load, title);
        self.data_job = Some(job);
        self.data = DataState::Loading(self.visible_data().cloned());
        effects.push(Effect::Load(job, Box::new(request)));
        effects
    }

    /// Reads the first rows of the draft's table in the background. Those that are shown stay
    /// until then, unless they are of another table.
    fn load_preview(&mut self) -> Vec<Effect> {
        let before = self.preview_job.take().map(Effect::Cancel);
        let mut effects: Vec<Effect> = before.into_iter().collect();
        match &self.draft.spec.data.source {
            DataSource::Csv(csv) if !csv.is_unset() => {
                let csv = Box::new(csv.clone());
                let place = (csv.path.clone(), csv.text.clone());
                if self.previewed.as_ref() != Some(&place) {
                    self.preview = None;
                }
                self.previewed = Some(place);
                let job = JobId(self.fresh_id());
                self.preview_job = Some(job);
                effects.push(Effect::Preview(job, csv, self.limits));
            }
            _ => (self.preview, self.previewed) = (None, None),
        }
        effects
    }

    /// Takes in the first rows of the draft's table, or that they could not be read: why is said
    /// where the whole table is read.
    pub(super) fn take_preview(&mut self, job: JobId, preview: Option<Arc<TablePreview>>) {
        if self.preview_job == Some(job) {
            self.preview_job = None;
            self.preview = preview;
        }
    }

    pub(super) fn take_data(
        &mut self,
        job: JobId,
        result: Result<Loaded, DataError>,
    ) -> Vec<Effect> {
        if self.data_job != Some(job) {
            return Vec::new();
        }
        match result {
            Ok(Loaded { data, hash }) => {
                self.data_job = None;
                self.data = DataState::Ready(data);
                (self.last, self.hash) = (None, hash);
                self.compare_hashes();
                self.recheck();
            }
            Err(why) => {
                // Of points that are only being put, something is always missing at first; the
                // panel says what.
                if !matches!(self.draft.spec.data.source, DataSource::Points(_)) {
                    self.notify(Severity::Error, why.to_string());
                }
                self.fail_data(why.to_string());
            }
        }
        self.prepare()
    }

    /// The data could not be read. What was there before stays to be seen.
    pub(super) fn fail_data(&mut self, why: String) {
        self.data_job = None;
        self.last = self.visible_data().cloned();
        self.data = DataState::Failed(why);
        self.recheck();
    }

    /// Tells when the data are not what they were when the experiment was saved.
    pub(super) fn compare_hashes(&mut self) {
        let is_ready = matches!(self.data, DataState::Ready(_));
        if let (true, Some(expected), Some(hash)) = (is_ready, self.expected, self.hash)
            && expected != hash
        {
            self.notify(Severity::Warning, OTHER_DATA);
        }
    }

    /// Hash of the draft's data, as far as that is known.
    pub(super) fn known_hash(&self) -> Option<crate::data::DataHash> {
        match self.data {
            DataState::Ready(_) => self.hash,
            _ => self.expected,
        }
    }

    pub(super) fn set_limits(&mut self, limits: Limits) -> Vec<Effect> {
        if limits == self.limits {
            return Vec::new();
        }
        self.limits = limits;
        self.load()
    }

    pub(super) fn open_path(&mut self, path: PathBuf) -> Vec<Effect> {
        let job = self.begin_job(JobKind::Open, format!("Opening {}", file_name(&path)));
        vec![Effect::Recognise(job, path)]
    }

    pub(super) fn take_recognised(
        &mut self,
        path: PathBuf,
        result: Result<Recognised, String>,
    ) -> Vec<Effect> {
        match result {
            Ok(Recognised::Experiment(opened)) => self.open_saved(*opened, path),
            Ok(Recognised::Data(source)) => self.open_data(source),
            Err(why) => self.complain(why),
        }
    }

    /// Shows an experiment that was read from a file, and says where its data were found.
    pub(super) fn open_saved(&mut self, opened: Opened, path: PathBuf) -> Vec<Effect> {
        let effects = self.open(opened.saved, Some(path));
        for remark in opened.remarks {
            self.notify(Severity::Info, remark);
        }
        effects
    }

    /// Other data, as one step that can be taken back. What the user said of the columns, parts
    /// and inputs of the former ones does not concern them.
    fn open_data(&mut self, source: DataSource) -> Vec<Effect> {
        let mut data = self.draft.spec.data.with_source(source);
        data.derived.clear();
        if !matches!(data.split.test, TestPart::Fraction(_)) {
            data.split = SplitSpec { validation: data.split.validation, ..SplitSpec::default() };
        }
        self.replace_data(data)
    }

    fn replace_data(&mut self, data: DataSpec) -> Vec<Effect> {
        if data == self.draft.spec.data {
            return self.load();
        }
        self.undo.settle(&self.draft);
        let mut effects = self.edit(&Edit::Data(data));
        effects.extend(self.settle());
        effects
    }

    pub(super) fn paste_table(&mut self, text: String) -> Vec<Effect> {
        if text.trim().is_empty() {
            return self.complain(
                "There is nothing to paste. Copy the cells of a table, with their names in the \
                 first row, and paste again.",
            );
        }
        if text.len() > MAX_PASTED_BYTES {
            return self.complain(format!(
                "The pasted table has {} bytes; the most is {MAX_PASTED_BYTES}. Save it as a CSV \
                 file and open that.",
                text.len()
            ));
        }
        let csv = CsvSpec { text: Some(text.into()), ..CsvSpec::default() };
        let seed = self.draft.spec.data.seed;
        self.replace_data(DataSpec { seed, ..DataSpec::new(DataSource::Csv(csv)) })
    }

    pub(super) fn locate_data(&mut self, path: PathBuf) -> Vec<Effect> {
        let spec = self.draft.spec.data.clone();
        if matches!(spec.source, DataSource::Toy(_) | DataSource::Points(_) | DataSource::Drawn(_))
        {
            return self.complain("These data are made by Descent; no file belongs to them.");
        }
        let job = self.begin_job(JobKind::Open, format!("Looking at {}", file_name(&path)));
        vec![Effect::Locate(job, Box::new(spec), path)]
    }

    /// The same data elsewhere: what they were when the experiment was saved is still expected.
    pub(super) fn take_located(&mut self, result: Result<Box<DataSpec>, String>) -> Vec<Effect> {
        match result {
            Ok(data) => {
                let expected = self.expected;
                let effects = self.replace_data(*data);
                self.expected = expected;
                effects
            }
            Err(why) => self.complain(why),
        }
    }

    pub(super) fn download(&mut self, collection: Collection) -> Vec<Effect> {
        let job = self.begin_job(JobKind::Download, format!("Fetching {}", collection.label()));
        vec![Effect::Download(job, collection)]
    }

    pub(super) fn take_fetched(&mut self, result: Result<PathBuf, FetchError>) -> Vec<Effect> {
        match result {
            Ok(folder) => match folder.into_os_string().into_string() {
                Ok(folder) => self.open_data(DataSource::Idx(IdxSpec::of_folder(folder))),
                Err(folder) => self.complain(format!(
                    "The files are there, but the path of their folder is no Unicode text: {}",
                    folder.display()
                )),
            },
            Err(why) => self.complain(why.to_string()),
        }
    }

    pub(super) fn export_data(&mut self, path: PathBuf) -> Vec<Effect> {
        let DataState::Ready(data) = &self.data else {
            return self.complain("There are no data to write yet; wait until they are read.");
        };
        let payload = Payload::Data(Arc::clone(data));
        let job = self.begin_job(JobKind::Write, format!("Writing {}", file_name(&path)));
        vec![Effect::Write(job, path, payload)]
    }
}

const OTHER_DATA: &str = "The data are not what they were when this experiment was saved, so \
                          results will differ. Check that this is the right file; if it is, save \
                          the experiment to go on with it as it is now.";

/// What reading the data is called, or `None` when no file was named yet.
fn loading_title(source: &DataSource) -> Option<String> {
    let reading = |path: &str| format!("Reading {}", file_name(path.as_ref()));
    match source {
        source if source.is_unset() => None,
        DataSource::Toy(toy) => Some(format!("Drawing points of {}", toy.kind.label())),
        DataSource::Points(_) => Some("Placing points".into()),
        DataSource::Drawn(drawn) => Some(format!("Drawing {}", drawn.set.label())),
        DataSource::Csv(csv) if csv.text.is_some() => Some("Reading the pasted table".into()),
        DataSource::Csv(csv) => Some(reading(&csv.path)),
        DataSource::Images(images) => Some(reading(&images.folder)),
        DataSource::Idx(idx) => {
            Some(reading(idx.pair.as_ref().map_or(&idx.folder, |pair| &pair.images)))
        }
    }
}
