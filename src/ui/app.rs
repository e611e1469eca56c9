//! The window as a whole: takes in what threads sent, draws, and does what was asked for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{CentralPanel, Context, Frame, Margin, Panel, Ui, ViewportCommand};

use crate::spec::{DataSource, ExperimentSpec, PRESETS, preset};
use crate::workbench::{
    Action, Collection, Edit, JobKind, Rendering, SampleList, Severity, Waker, Workbench,
};

use super::capture::{self, Wish};
use super::commands::{Commands, What};
use super::dock::{self, Dock, Name};
use super::panels::network;
use super::panes::{self, Pane};
use super::placement::Placement;
use super::settings::Settings;
use super::shell::{self, Answer, Desk, Dialog, Memory, Picked, Picker, Purpose};
use super::theme::{self, Theme};
use super::{Cx, UiRequest, View, help, panels, tools, widgets};

/// The experiment that is shown at the first start: pressing Play teaches at once.
const FIRST: &str = "spiral-relu";
/// Longest time that taking in messages may keep a frame waiting.
const PUMP: Duration = Duration::from_millis(6);
/// How long after news of a run its frame is drawn. Runs publish about every 16 ms, so this gives
/// about 60 frames a second, and the news of several runs share one.
const FRAME: Duration = Duration::from_millis(8);

/// The window.
pub struct App {
    workbench: Workbench,
    view: View,
    settings: Settings,
    dock: Dock,
    commands: Commands,
    memory: Memory,
    picker: Picker,
    renderer: String,
    system_dialogs: bool,
    actions: Vec<Action>,
    asked: Vec<What>,
    unsettled: bool,
    closing: Closing,
    title: String,
    opening: Option<Opening>,
    placement: Placement,
    /// Whether the user asked by the menu for what was copied.
    pasting: bool,
    /// The picture that waits for a path: its name, and how it is drawn.
    picture: Option<(String, Rendering)>,
    /// The list of samples that waits for a path.
    samples: Option<Arc<SampleList>>,
}

/// Something was opened whose kind is known when it was looked at.
struct Opening {
    /// The data as they were.
    before: DataSource,
    /// The experiment's file as it was.
    path: Option<PathBuf>,
}

/// How far closing the window has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Closing {
    /// Nobody wants to.
    #[default]
    No,
    /// As soon as the experiment is saved.
    Saving,
    /// Without another question.
    Now,
}

impl App {
    /// A window that shows `spec`, or the first experiment, with what was remembered in `storage`.
    #[must_use]
    pub fn new(
        ctx: &Context,
        storage: Option<&dyn eframe::Storage>,
        spec: Option<ExperimentSpec>,
    ) -> Self {
        Theme::apply(ctx);
        capture::install(ctx);
        help::install(ctx);
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let settings: Settings = stored(storage, SETTINGS);
        let view: View = stored(storage, VIEW);
        let spec = spec.or_else(|| preset(FIRST)).unwrap_or_else(|| PRESETS[0].spec());
        let mut workbench = Workbench::new(spec, waker(ctx.clone()));
        workbench.apply(Action::FindDevices);
        workbench.apply(Action::SetDevice(settings.device()));
        if settings.limits() != workbench.state().limits() {
            workbench.apply(Action::SetLimits(settings.limits()));
        }
        let mut app = Self {
            workbench,
            view,
            settings,
            dock: Dock::default(),
            commands: Commands::new(ctx),
            memory: Memory::default(),
            picker: Picker::default(),
            renderer: String::new(),
            system_dialogs: true,
            actions: Vec::new(),
            asked: Vec::new(),
            unsettled: false,
            closing: Closing::No,
            title: String::new(),
            opening: None,
            placement: Placement::default(),
            pasting: false,
            picture: None,
            samples: None,
        };
        capture::set_light(ctx, app.settings.light_pictures);
        app.find_layouts(storage);
        app.look(ctx);
        app
    }

    /// Takes the layouts as they were left. Those that cannot be read are as they were at first.
    fn find_layouts(&mut self, storage: Option<&dyn eframe::Storage>) {
        let is_there = storage.is_some_and(|storage| storage.get_string(DOCK).is_some());
        let found: Option<Dock> = storage.and_then(|storage| eframe::get_value(storage, DOCK));
        match found.filter(Dock::is_sound) {
            Some(dock) => self.dock = dock,
            None if is_there => {
                let text = "The layouts of the last time could not be read. The panels stand as \
                            they did at first.";
                self.workbench.apply(Action::Tell(Severity::Info, text.into()));
            }
            None => {}
        }
    }

    /// Says which renderer draws the window, and why.
    #[must_use]
    pub fn with_renderer(mut self, note: String) -> Self {
        self.renderer = note;
        self
    }

    /// Asks for paths in the window itself rather than by dialogs of the system.
    #[must_use]
    pub fn without_system_dialogs(mut self) -> Self {
        self.system_dialogs = false;
        self
    }

    /// Opens an experiment, a table or a folder.
    pub fn open(&mut self, path: &Path) {
        self.picked(Purpose::Anything, path);
    }

    /// The application without pixels.
    #[must_use]
    pub fn workbench(&self) -> &Workbench {
        &self.workbench
    }

    #[cfg(test)]
    pub(super) fn view(&self) -> &View {
        &self.view
    }

    /// The picture that waits for a path, which is asked for no more.
    #[cfg(test)]
    pub(super) fn waiting_picture(&mut self) -> Option<(String, Rendering)> {
        self.memory.dialog = None;
        self.picture.take()
    }

    #[cfg(test)]
    pub(super) fn dock(&self) -> &Dock {
        &self.dock
    }

    #[cfg(test)]
    pub(super) fn view_mut(&mut self) -> &mut View {
        &mut self.view
    }

    #[cfg(test)]
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    #[cfg(test)]
    pub(super) fn workbench_mut(&mut self) -> &mut Workbench {
        &mut self.workbench
    }

    /// Theme and zoom as they are chosen.
    fn look(&self, ctx: &Context) {
        ctx.set_theme(self.settings.theme.preference());
        Theme::project(ctx, self.settings.theme.is_projector());
        ctx.set_zoom_factor(self.settings.zoom * Theme::of(ctx).zoom);
    }

    /// Makes everything larger while the window is very large.
    fn fit(&mut self, ctx: &Context) {
        if self.settings.fit_zoom(ctx.content_rect().size() * ctx.zoom_factor()) {
            self.look(ctx);
        }
    }

    /// Draws everything. What is asked for is done afterwards, so that one frame shows one state.
    fn draw(&mut self, ui: &mut Ui) -> Option<Answer> {
        let theme = Theme::of(ui.ctx());
        let runs = self.workbench.state().num_runs();
        self.dock.follow(runs);
        let Self {
            workbench,
            view,
            actions,
            commands,
            settings,
            dock,
            memory,
            asked,
            renderer,
            ..
        } = self;
        let mut cx = Cx { state: workbench.state(), theme, view, actions };
        let mut desk = Desk { commands, settings, dock, memory, asked, renderer };
        let strip = Frame::new().fill(theme.surface).inner_margin(Margin::symmetric(8, 0));
        Panel::top("strip").exact_size(theme::STRIP).resizable(false).frame(strip).show(ui, |ui| {
            shell::strip(ui, &mut cx, &mut desk);
        });
        shell::banner(ui, &mut cx, &mut desk);
        Panel::bottom("runs").exact_size(theme::BAR).resizable(false).frame(strip).show(ui, |ui| {
            shell::run_bar(ui, &mut cx, &mut desk);
        });
        let rest = Frame::new().fill(theme.background).inner_margin(Margin::same(8));
        CentralPanel::default().frame(rest).show(ui, |ui| match page(cx.view) {
            Some((name, page)) => widgets::surface(ui, theme, |ui| {
                let rect = ui.max_rect();
                capture::picture_in(ui, name, rect, |ui| page(ui, &mut cx));
            }),
            None => dock::show(ui, &mut cx, desk.dock),
        });
        tools::show(ui.ctx(), &mut cx);
        shell::drop_hint(ui, theme);
        shell::dialog(ui.ctx(), &cx, &mut desk)
    }

    fn answer(&mut self, ctx: &Context, frame: &eframe::Frame, answer: Answer) {
        match answer {
            Answer::Cancel => {}
            Answer::Do(what) => self.perform(ctx, frame, what),
            Answer::Act(action) => self.apply(action),
            Answer::Path(purpose, text) => self.picked(purpose, Path::new(&text)),
            Answer::SaveLayout(name) => self.dock.save_as(&name),
            Answer::RenameLayout { from, to } => self.dock.rename(&from, &to),
            Answer::Discard => {
                self.closing = Closing::Now;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            Answer::SaveAndClose => match self.workbench.state().path().cloned() {
                Some(path) => self.picked(Purpose::SaveAndClose, &path),
                None => self.pick(Purpose::SaveAndClose, frame),
            },
        }
    }

    /// Does what a path was asked for.
    fn picked(&mut self, purpose: Purpose, path: &Path) {
        if let Purpose::Picture(format) = purpose
            && let Some((_, rendering)) = self.picture.take()
        {
            let path = shell::ended(path, format.extension());
            self.apply(Action::Render(rendering, Some(path)));
        }
        if purpose == Purpose::ExportSamples
            && let Some(list) = self.samples.take()
        {
            self.apply(Action::ExportSamples(list, shell::ended(path, "csv")));
        }
        let action = shell::picked_actions(self.workbench.state(), purpose, path);
        if let Some(action) = action {
            if matches!(purpose, Purpose::Anything | Purpose::Csv) {
                self.expect_table();
            }
            self.apply(action);
        }
        if purpose == Purpose::SaveAndClose {
            self.closing = Closing::Saving;
        }
    }

    /// Asks for a path.
    fn pick(&mut self, purpose: Purpose, frame: &eframe::Frame) {
        if self.system_dialogs && purpose != Purpose::Anything {
            let name = self.file_name(purpose);
            self.picker.open(purpose, &name, self.workbench.state(), frame);
        } else {
            self.ask_path(purpose);
        }
    }

    /// A name for a file that is written.
    fn file_name(&self, purpose: Purpose) -> String {
        let state = self.workbench.state();
        match (purpose, &self.picture) {
            (Purpose::Picture(format), Some((name, _))) => shell::picture_name(state, name, format),
            _ => purpose.file_name(state),
        }
    }

    fn ask_path(&mut self, purpose: Purpose) {
        let state = self.workbench.state();
        let name = self.file_name(purpose);
        let folder = state.path().and_then(|path| path.parent());
        let text = match folder {
            Some(folder) if !name.is_empty() => folder.join(name).to_string_lossy().into_owned(),
            _ => name,
        };
        self.memory.dialog = Some(Dialog::path(purpose, text));
    }

    fn apply(&mut self, action: Action) {
        match &action {
            Action::SetDevice(device) => self.settings.set_device(*device),
            Action::SetLimits(limits) => self.settings.set_limits(*limits),
            Action::PasteTable(_) => self.expect_table(),
            _ => {}
        }
        self.unsettled |= shell::edits(&action);
        self.workbench.apply(action);
    }

    fn perform(&mut self, ctx: &Context, frame: &eframe::Frame, what: What) {
        let selected = self.workbench.state().selected();
        match what {
            What::NewFrom(name) => self.apply(Action::OpenPreset(name.into())),
            What::Open => self.pick(Purpose::Experiment, frame),
            What::OpenPath => self.pick(Purpose::Anything, frame),
            What::OpenCsv => self.pick(Purpose::Csv, frame),
            What::OpenMnist => self.pick(Purpose::Mnist, frame),
            What::OpenImages => self.pick(Purpose::Images, frame),
            What::PasteTable => self.paste(ctx),
            What::Download(collection) => self.offer(collection),
            What::Dataset => {
                self.view.dataset.open = !self.view.dataset.open;
                self.view.sweep.open = false;
            }
            What::ExportData => self.pick(Purpose::ExportData, frame),
            What::ExportSamples => self.export_samples(selected, frame),
            What::Picture(wish) => {
                capture::ask(ctx, None, wish);
            }
            What::LightPictures => capture::set_light(ctx, !capture::is_light(ctx)),
            What::Limits => {
                self.memory.dialog = Some(Dialog::Limits(self.workbench.state().limits()));
            }
            What::Save => match self.workbench.state().path().cloned() {
                Some(path) => self.picked(Purpose::Save, &path),
                None => self.pick(Purpose::Save, frame),
            },
            What::SaveAs => self.pick(Purpose::Save, frame),
            What::Export(kind) => self.pick(Purpose::Export(kind, selected), frame),
            What::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            What::Undo => self.apply(Action::Undo),
            What::Redo => self.apply(Action::Redo),
            What::AddLayer => self.offer_layers(),
            What::FreezeLayers(frozen) => {
                let edit = network::frozen(self.workbench.state(), frozen);
                edit.into_iter().for_each(|edit| self.apply(Action::Edit(edit)));
            }
            What::TogglePlay => self.apply(Action::TogglePlay),
            What::Step => self.apply(Action::Step(self.settings.step_unit())),
            What::StepUnit(unit) => self.settings.set_step_unit(unit),
            What::Reset => self.apply(Action::Reset),
            What::NewSeed => self.apply(Action::NewSeed),
            What::RestartRun => self.apply(Action::Restart(selected)),
            What::LoadWeights { partly } => {
                self.pick(Purpose::Weights { run: selected, partly }, frame);
            }
            What::DuplicateRun => self.apply(Action::Edit(Edit::DuplicateRun(selected))),
            What::RemoveRun => self.apply(Action::Edit(Edit::RemoveRun(selected))),
            What::RenameRun => self.rename(selected),
            What::Lockstep => {
                let on = !self.workbench.state().lockstep();
                self.apply(Action::SetLockstep(on));
            }
            What::AllRuns => self.settings.all_runs = !self.settings.all_runs,
            What::Sweep => {
                self.view.sweep.open = !self.view.sweep.open;
                self.view.dataset.open = false;
            }
            What::Finder => self.view.finder.open = !self.view.finder.open,
            What::Past => self.view.past.open = !self.view.past.open,
            What::FindDevices => self.apply(Action::FindDevices),
            What::Theme(choice) => self.settings.theme = choice,
            What::Projector => {
                self.settings.theme = self.settings.theme.toggled(Theme::of(ctx).dark);
            }
            What::Layout(_)
            | What::OwnLayout(_)
            | What::RenameLayout(_)
            | What::ForgetLayout(_)
            | What::ResetLayout
            | What::SaveLayout
            | What::Pane(_)
            | What::FullPane => self.arrange(what),
            What::FullWindow => {
                let is_full = ctx.input(|input| input.viewport().fullscreen.unwrap_or(false));
                ctx.send_viewport_cmd(ViewportCommand::Fullscreen(!is_full));
            }
            What::ZoomIn => self.settings.zoom_by(1),
            What::ZoomOut => self.settings.zoom_by(-1),
            What::ZoomFit => self.settings.follow_window(),
            What::Palette => self.memory.dialog = Some(Dialog::palette()),
            What::Explain => help::toggle(ctx),
            What::Glossary(Some(name)) => self.view.help.open(Some(name)),
            What::Glossary(None) => self.view.help.open_explained(ctx),
            What::Shortcuts => self.memory.dialog = Some(Dialog::Shortcuts),
            What::About => self.memory.dialog = Some(Dialog::About),
        }
        self.look(ctx);
    }

    /// Asks where the list of samples of a run is to be written. A run that was not asked about
    /// its samples yet is asked by showing them.
    fn export_samples(&mut self, run: usize, frame: &eframe::Frame) {
        let list = panels::samples::listed_now(self.workbench.state(), &self.view.samples, run);
        if let Some(list) = list {
            self.samples = Some(Arc::new(list));
            self.pick(Purpose::ExportSamples, frame);
            return;
        }
        self.show_pane(Pane::Samples);
        let text = "The list of samples is shown once the run has answered; then it can be \
                    exported.";
        self.apply(Action::Tell(Severity::Info, text.into()));
    }

    /// Draws the picture that was taken, once it is known where to.
    fn develop(&mut self, ctx: &Context, frame: &eframe::Frame) {
        self.settings.light_pictures = capture::is_light(ctx);
        let Some(mut taken) = capture::taken(ctx) else { return };
        let moment = shell::moment(self.workbench.state(), &taken.name);
        if let Some(moment) = &moment {
            taken.say(ctx, shell::moment_words(moment));
        }
        let rendering = taken.rendering(ctx);
        match taken.wish {
            Wish::Copy => self.apply(Action::Render(rendering, None)),
            Wish::Save(format) => {
                self.picture = Some((taken.name, rendering));
                self.pick(Purpose::Picture(format), frame);
            }
        }
    }

    /// Moves panels about.
    fn arrange(&mut self, what: What) {
        let runs = self.workbench.state().num_runs();
        let own = |dock: &Dock, place| dock.own().nth(place).map(str::to_owned);
        // Pages about the data and about a search would hide what is asked for.
        if !matches!(what, What::RenameLayout(_) | What::ForgetLayout(_) | What::SaveLayout) {
            self.leave_page();
        }
        match what {
            What::Layout(layout) => self.dock.choose(Name::BuiltIn(layout), runs),
            What::OwnLayout(place) => {
                if let Some(name) = own(&self.dock, place) {
                    self.dock.choose(Name::Own(name), runs);
                }
            }
            What::RenameLayout(place) => {
                if let Some(from) = own(&self.dock, place) {
                    let text = from.clone();
                    self.memory.dialog = Some(Dialog::RenameLayout { from, text, focused: false });
                }
            }
            What::ForgetLayout(place) => {
                if let Some(name) = own(&self.dock, place) {
                    self.dock.forget(&name, runs);
                }
            }
            What::ResetLayout => self.dock.reset(),
            What::SaveLayout => {
                let text = self.dock.name().label().to_owned();
                let text = if self.dock.built_in().is_some() { String::new() } else { text };
                self.memory.dialog = Some(Dialog::SaveLayout { text, focused: false });
            }
            What::Pane(pane) => self.dock.toggle(pane),
            What::FullPane => self.dock.toggle_full(),
            _ => {}
        }
    }

    /// Shows the panels again in place of a page.
    fn leave_page(&mut self) {
        self.view.dataset.open = false;
        self.view.sweep.open = false;
    }

    /// Brings a panel to the front, whatever hides it.
    fn show_pane(&mut self, pane: Pane) {
        self.leave_page();
        self.dock.open(pane);
    }

    /// Opens the menu of layers, and whatever it needs to be seen.
    fn offer_layers(&mut self) {
        self.show_pane(Pane::Network);
        self.view.network.offer_layers();
    }

    fn rename(&mut self, run: usize) {
        if let Some(spec) = self.workbench.state().run_spec(run) {
            let text = spec.name.clone();
            self.memory.renaming = Some(shell::Renaming { run, text, focused: false });
        }
    }

    /// What panels asked of the window.
    fn requests(&mut self, ctx: &Context, frame: &eframe::Frame) {
        for request in std::mem::take(&mut self.view.requests) {
            let purpose = match request {
                UiRequest::OpenCsv => Purpose::Csv,
                UiRequest::OpenMnist => Purpose::Mnist,
                UiRequest::OpenImages => Purpose::Images,
                UiRequest::OpenPath => Purpose::Anything,
                UiRequest::LocateData => Purpose::LocateData,
                UiRequest::ExportData => Purpose::ExportData,
                UiRequest::ExportSweep(kind) => Purpose::ExportSweep(kind),
                UiRequest::ChooseTestFile => Purpose::TestFile,
                UiRequest::OpenExperiment => Purpose::Experiment,
                UiRequest::SaveExperiment => Purpose::Save,
                UiRequest::Export(kind, run) => Purpose::Export(kind, run),
                UiRequest::LoadLayer { run, layer } => Purpose::Layer { run, layer },
                UiRequest::ExportSamples(run) => {
                    self.export_samples(run, frame);
                    continue;
                }
                UiRequest::PasteTable => {
                    self.paste(ctx);
                    continue;
                }
                UiRequest::Download(collection) => {
                    self.offer(collection);
                    continue;
                }
                UiRequest::ShowSweep => {
                    self.view.sweep.open = true;
                    continue;
                }
                UiRequest::ShowFinder => {
                    self.view.finder.open = true;
                    continue;
                }
                UiRequest::ShowPast => {
                    self.view.past.open = true;
                    continue;
                }
                UiRequest::ShowPane(pane) => {
                    self.show_pane(pane);
                    continue;
                }
                UiRequest::ResetLayout => {
                    self.dock.reset();
                    continue;
                }
                UiRequest::ShowDataset(shown) => {
                    self.view.dataset.open = shown;
                    continue;
                }
            };
            self.pick(purpose, frame);
        }
    }

    /// Says what a download is and asks whether it shall begin.
    fn offer(&mut self, collection: Collection) {
        self.memory.dialog = Some(Dialog::Download(shell::Download::of(collection)));
    }

    /// Asks the system for what was copied; it comes as if by the keyboard.
    fn paste(&mut self, ctx: &Context) {
        self.pasting = true;
        ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
    }

    /// Takes a table that was pasted anywhere but into a text field.
    fn take_pasted(&mut self, ctx: &Context) {
        let Some(text) = shell::pasted(ctx) else { return };
        let asked = std::mem::take(&mut self.pasting);
        if asked || shell::is_table(&text) {
            self.apply(Action::PasteTable(text));
        }
    }

    /// Files dropped onto the window: the first of them is opened.
    fn dropped(&mut self, ctx: &Context) {
        let first = ctx.input(|input| input.raw.dropped_files.first().cloned());
        if let Some(file) = first {
            self.picked(Purpose::Anything, file.path());
        }
    }

    /// Remembers how things stand before something is opened that may be a table.
    fn expect_table(&mut self) {
        let state = self.workbench.state();
        let before = state.draft().data.source.clone();
        self.opening = Some(Opening { before, path: state.path().cloned() });
    }

    /// Shows the page about the data once a table was opened, so that its import can be checked.
    fn show_opened(&mut self) {
        let state = self.workbench.state();
        let Some(opening) = &self.opening else { return };
        let now = &state.draft().data.source;
        if *now == opening.before {
            return;
        }
        let is_table = matches!(now, DataSource::Csv(_)) && state.path() == opening.path.as_ref();
        self.view.dataset.open |= is_table;
        self.opening = None;
    }

    /// Ends the undo step when the user has let go of everything.
    fn settle(&mut self, ctx: &Context) {
        let held = ctx.input(|input| input.pointer.any_down()) || ctx.text_edit_focused();
        if self.unsettled && !held {
            self.unsettled = false;
            self.workbench.apply(Action::Settle);
            ctx.request_repaint();
        }
    }

    /// Tells runs which pictures are visible.
    fn want(&mut self) {
        let is_hidden = page(&self.view).is_some();
        let visible = if is_hidden { Vec::new() } else { self.dock.visible() };
        for run in 0..self.workbench.state().num_runs() {
            let state = self.workbench.state();
            let wanted = panes::wanted(state, &mut self.view, &visible, run);
            if state.slot(run).is_some_and(|slot| slot.wanted != wanted) {
                self.workbench.apply(Action::Want(run, wanted));
            }
        }
    }

    /// Asks before unsaved edits are lost, and closes once they are saved.
    fn close(&mut self, ctx: &Context) {
        let state = self.workbench.state();
        let writing = state.jobs().iter().any(|job| job.kind == JobKind::Write);
        if self.closing == Closing::Saving && !writing {
            let saved = !state.is_modified();
            self.closing = if saved { Closing::Now } else { Closing::No };
            if saved {
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
        let wanted = ctx.input(|input| input.viewport().close_requested());
        if wanted && self.closing != Closing::Now && self.workbench.state().is_modified() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            if self.closing == Closing::No {
                self.memory.dialog = Some(Dialog::Close);
            }
        }
    }

    fn retitle(&mut self, ctx: &Context) {
        let state = self.workbench.state();
        let sign = if state.is_modified() { "\u{2022} " } else { "" };
        let title = format!("{sign}{} \u{2013} Descent", state.draft().name);
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

/// Draws a page that takes the place of all panels.
type Page = fn(&mut Ui, &mut Cx<'_>);

/// The page that is open, and what its picture is called.
fn page(view: &View) -> Option<(&'static str, Page)> {
    match (view.dataset.open, view.sweep.open) {
        (true, _) => Some(("Dataset page", panels::dataset::show)),
        (_, true) => Some(("Search", panels::sweep::show)),
        _ => None,
    }
}

const SETTINGS: &str = "settings";
const VIEW: &str = "view";
const DOCK: &str = "layouts";

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        let begun = Instant::now();
        self.workbench.pump(PUMP);
        if begun.elapsed() >= PUMP {
            ctx.request_repaint();
        }
        self.close(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        self.placement.look(&ctx);
        self.fit(&ctx);
        self.take_pasted(&ctx);
        let pressed = self.commands.pressed(&ctx, self.workbench.state());
        self.asked.extend(pressed);
        let answer = self.draw(ui);
        let before = self.asked.len() + self.actions.len() + usize::from(answer.is_some());
        if let Some(answer) = answer {
            self.answer(&ctx, frame, answer);
        }
        for action in std::mem::take(&mut self.actions) {
            self.apply(action);
        }
        for what in std::mem::take(&mut self.asked) {
            self.perform(&ctx, frame, what);
        }
        self.requests(&ctx, frame);
        self.develop(&ctx, frame);
        self.dropped(&ctx);
        match self.picker.poll(&ctx) {
            Some(Picked::Path(purpose, path)) => self.picked(purpose, &path),
            Some(Picked::Unavailable(purpose)) => self.ask_path(purpose),
            Some(Picked::Cancelled) | None => {}
        }
        self.show_opened();
        self.settle(&ctx);
        self.want();
        self.retitle(&ctx);
        if before > 0 {
            ctx.request_repaint();
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, SETTINGS, &self.settings);
        eframe::set_value(storage, VIEW, &self.view);
        self.dock.remember();
        eframe::set_value(storage, DOCK, &self.dock);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

/// What was remembered, or the usual when there is nothing or it cannot be read.
fn stored<T: Default + serde::de::DeserializeOwned>(
    storage: Option<&dyn eframe::Storage>,
    key: &str,
) -> T {
    storage.and_then(|storage| eframe::get_value(storage, key)).unwrap_or_default()
}

/// Wakes the window some time after a worker published something, so that training gets the
/// processor between two frames. The hand is answered at once all the same.
fn waker(ctx: Context) -> Waker {
    Arc::new(move || ctx.request_repaint_after(FRAME))
}
