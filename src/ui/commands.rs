//! Everything that can be asked of the window, in one table that menus, shortcuts, the command
//! palette and the list of shortcuts read.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use crate::spec::{MAX_RUNS, PRESETS};
use crate::workbench::{Collection, DataState, ExportKind, State, StepUnit};

use super::capture::{self, Format, Wish};
use super::dock::{Dock, Layout};
use super::help::terms;
use super::panes::Pane;
use super::settings::{Settings, ThemeChoice};

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Opens a built-in experiment.
    NewFrom(&'static str),
    /// Lets the user choose an experiment file.
    Open,
    /// Lets the user type or paste the path of a file or folder.
    OpenPath,
    /// Lets the user choose a table.
    OpenCsv,
    /// Lets the user choose a folder of IDX files.
    OpenMnist,
    /// Lets the user choose a folder with one folder of pictures for each class.
    OpenImages,
    /// Takes the table that was copied elsewhere.
    PasteTable,
    /// Asks whether a published collection shall be fetched.
    Download(Collection),
    /// Shows the page about the data, or the panels again.
    Dataset,
    /// Writes the prepared data as CSV.
    ExportData,
    /// Writes the list of samples of the selected run, as it is filtered and sorted.
    ExportSamples,
    /// Saves or copies the picture that the pointer was on last.
    Picture(Wish),
    /// Whether pictures are in light colours whatever the window looks like.
    LightPictures,
    /// Asks how much may be loaded.
    Limits,
    /// Saves to the file the experiment came from.
    Save,
    /// Saves to another file.
    SaveAs,
    /// Writes a result of the selected run.
    Export(ExportKind),
    /// Closes the window.
    Quit,
    /// Takes back the last edit.
    Undo,
    /// Makes it again.
    Redo,
    /// Offers layers to put behind the last one of the selected run.
    AddLayer,
    /// Freezes all layers of the selected run but the output layer, or frees all of them.
    FreezeLayers(bool),
    /// Trains or pauses all runs.
    TogglePlay,
    /// Takes one step of every run.
    Step,
    /// Chooses what one step is.
    StepUnit(StepUnit),
    /// All runs begin again.
    Reset,
    /// All runs begin again from another seed.
    NewSeed,
    /// The selected run begins again.
    RestartRun,
    /// The selected run begins again with weights from a file: all of them, or those that fit.
    LoadWeights {
        /// Whether it is enough when some fit.
        partly: bool,
    },
    /// Copies the selected run.
    DuplicateRun,
    /// Renames the selected run.
    RenameRun,
    /// Removes the selected run.
    RemoveRun,
    /// Whether runs wait for each other.
    Lockstep,
    /// Whether learning rate, batch size and λ are set for all runs.
    AllRuns,
    /// Shows the page about a search, or the panels again.
    Sweep,
    /// Shows the search for a learning rate.
    Finder,
    /// Shows the past of the selected run.
    Past,
    /// Looks for graphics cards again.
    FindDevices,
    /// Chooses light or dark.
    Theme(ThemeChoice),
    /// Changes between the looks for a screen and for a projector.
    Projector,
    /// Shows a layout that is always there.
    Layout(Layout),
    /// Shows a layout that the user saved, by its place in their list.
    OwnLayout(usize),
    /// Asks for another name of a layout that the user saved.
    RenameLayout(usize),
    /// Forgets a layout that the user saved.
    ForgetLayout(usize),
    /// Puts the layout that is shown back to how it is by default.
    ResetLayout,
    /// Asks under which name the arrangement is kept.
    SaveLayout,
    /// Opens a panel, or closes it where it is seen.
    Pane(Pane),
    /// Lets one panel fill the window, or shows the others again.
    FullPane,
    /// Lets the window fill the screen, or no longer.
    FullWindow,
    /// Makes everything larger.
    ZoomIn,
    /// Makes everything smaller.
    ZoomOut,
    /// Back to the usual size.
    ZoomFit,
    /// Opens the command palette.
    Palette,
    /// Explains what the pointer is on, or stops.
    Explain,
    /// Opens the glossary, at an entry where one is named.
    Glossary(Option<&'static str>),
    /// Lists the shortcuts.
    Shortcuts,
    /// Says what this program is.
    About,
}

/// The menus at the top, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Experiments and files.
    File,
    /// Built-in experiments, within `File`.
    Preset,
    /// Ways that data come in, within `File`.
    Data,
    /// Results, within `File`.
    Export,
    /// Undo.
    Edit,
    /// Training and runs.
    Run,
    /// The look of the window.
    View,
    /// Where panels stand, within `View`.
    Layout,
    /// Panels, within `View`.
    Panes,
    /// About the program.
    Help,
    /// Entries of the glossary, which only the palette offers.
    Term,
}

impl Menu {
    /// Those that stand in the strip.
    pub const BAR: [Self; 5] = [Self::File, Self::Edit, Self::Run, Self::View, Self::Help];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Preset => "New from preset",
            Self::Data => "Open data",
            Self::Export => "Export",
            Self::Edit => "Edit",
            Self::Run => "Run",
            Self::View => "View",
            Self::Layout => "Layout",
            Self::Panes => "Panels",
            Self::Help => "Help",
            Self::Term => "Glossary",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// What it does.
    pub what: What,
    /// Its name in menus and in the palette.
    pub label: &'static str,
    /// A sentence about it; empty where the name says all.
    pub tip: &'static str,
    /// The keys that do it, the first of which is shown.
    pub keys: &'static [KeyboardShortcut],
    /// The menu it stands in.
    pub menu: Menu,
    /// Commands of a menu with equal numbers stand together.
    pub group: u8,
}

impl Command {
    /// Whether it can be asked for at the moment.
    #[must_use]
    pub fn is_enabled(&self, state: &State) -> bool {
        match self.what {
            What::Undo => state.can_undo(),
            What::Redo => state.can_redo(),
            What::TogglePlay => state.is_active() || state.can_play(),
            What::Step
            | What::Reset
            | What::NewSeed
            | What::RestartRun
            | What::LoadWeights { .. } => state.can_play(),
            What::DuplicateRun => state.num_runs() < MAX_RUNS,
            What::RemoveRun => state.num_runs() > 1,
            What::Lockstep | What::AllRuns => state.num_runs() > 1,
            What::Export(_) | What::ExportSamples => state.run(state.selected()).is_some(),
            What::ExportData => matches!(state.data(), DataState::Ready(_)),
            _ => true,
        }
    }

    /// Whether it is on, for commands that are switches.
    #[must_use]
    pub fn is_on(&self, state: &State, settings: &Settings, dock: &Dock) -> Option<bool> {
        match self.what {
            What::StepUnit(unit) => Some(settings.step_unit() == unit),
            What::Lockstep => Some(state.lockstep()),
            What::AllRuns => Some(settings.all_runs),
            What::LightPictures => Some(settings.light_pictures),
            What::Theme(choice) => Some(settings.theme == choice),
            What::Projector => Some(settings.theme.is_projector()),
            What::ZoomFit => Some(settings.follows_window()),
            What::Layout(layout) => Some(dock.built_in() == Some(layout)),
            What::Pane(pane) => Some(dock.visible().contains(&pane)),
            What::FullPane => Some(dock.full().is_some()),
            _ => None,
        }
    }
}

/// A command about something that the user made, and is named after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it does.
    pub what: What,
    /// Its name in the palette.
    pub label: String,
    /// A sentence about it.
    pub tip: &'static str,
}

impl Named {
    /// What can be done with the layouts that the user saved: each is shown, renamed, removed.
    #[must_use]
    pub fn of_layouts(dock: &Dock) -> Vec<Self> {
        let of = |(place, name): (usize, &str)| {
            let all: [(What, String, &'static str); 3] = [
                (What::OwnLayout(place), format!("{name} layout"), "A layout that you saved"),
                (
                    What::RenameLayout(place),
                    format!("Rename layout {name}…"),
                    "Give the layout that you saved another name",
                ),
                (
                    What::ForgetLayout(place),
                    format!("Remove layout {name}"),
                    "Forget the layout that you saved; the panels are not touched",
                ),
            ];
            all.map(|(what, label, tip)| Self { what, label, tip })
        };
        dock.own().enumerate().flat_map(of).collect()
    }
}

/// What the palette found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A row of the table, by its place.
    Row(usize),
    /// One of the named ones, by its place among them.
    Named(usize),
}

const fn keys(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;
const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn row(menu: Menu, group: u8, what: What, label: &'static str, tip: &'static str) -> Command {
    Command { what, label, tip, keys: &[], menu, group }
}

const fn keyed(mut command: Command, keys: &'static [KeyboardShortcut]) -> Command {
    command.keys = keys;
    command
}

#[rustfmt::skip]
const FIXED: &[Command] = &[
    keyed(row(Menu::File, 1, What::Open, "Open experiment…", ""), &[keys(CTRL, Key::O)]),
    row(Menu::File, 1, What::OpenPath, "Open path…", "Type or paste the path of an experiment, a table or a folder"),
    row(Menu::Data, 0, What::OpenCsv, "Open table…", "Train on a text file with one row for each sample"),
    row(Menu::Data, 0, What::OpenMnist, "Open IDX folder…", "Train on IDX files, as MNIST is published"),
    row(Menu::Data, 0, What::OpenImages, "Open image folder…", "Train on one folder of pictures for each class"),
    row(Menu::Data, 1, What::PasteTable, "Paste table", "Train on rows that were copied from a spreadsheet; Ctrl+V does the same"),
    row(Menu::Data, 2, What::Download(Collection::Mnist), "Download MNIST…", "Fetch handwritten digits once; they are kept on this machine"),
    row(Menu::Data, 2, What::Download(Collection::FashionMnist), "Download Fashion-MNIST…", "Fetch pictures of clothing once; they are kept on this machine"),
    keyed(row(Menu::File, 2, What::Save, "Save", ""), &[keys(CTRL, Key::S)]),
    keyed(row(Menu::File, 2, What::SaveAs, "Save as…", ""), &[keys(CTRL_SHIFT, Key::S)]),
    row(Menu::File, 3, What::ExportData, "Save data as CSV…", "Write the prepared data, all parts, to a table"),
    row(Menu::File, 3, What::ExportSamples, "Export list of samples…", "Write the samples as the panel lists them, with what the selected run says of them, to a table"),
    row(Menu::File, 3, What::Picture(Wish::Save(Format::Png)), "Save picture as PNG…", "The picture that the pointer was on last, 300 pixels to an inch"),
    row(Menu::File, 3, What::Picture(Wish::Save(Format::Svg)), "Save picture as SVG…", "The picture that the pointer was on last, sharp in every size"),
    keyed(row(Menu::Edit, 2, What::Picture(Wish::Copy), "Copy picture", "Put the picture that the pointer was on last on the clipboard"), &[keys(CTRL_SHIFT, Key::C)]),
    row(Menu::File, 3, What::LightPictures, capture::LIGHT[0], capture::LIGHT[1]),
    row(Menu::File, 4, What::Limits, "Limits…", "How much may be loaded"),
    keyed(row(Menu::File, 5, What::Quit, "Quit", ""), &[keys(CTRL, Key::Q)]),

    keyed(row(Menu::Edit, 0, What::Undo, "Undo", "Take back the last edit"), &[keys(CTRL, Key::Z)]),
    keyed(row(Menu::Edit, 0, What::Redo, "Redo", "Make it again"), &[keys(CTRL_SHIFT, Key::Z), keys(CTRL, Key::Y)]),
    keyed(row(Menu::Edit, 1, What::AddLayer, "Add layer…", "Put a layer behind the last one of the selected run"), &[keys(CTRL_SHIFT, Key::L)]),
    row(Menu::Edit, 1, What::FreezeLayers(true), "Freeze hidden layers", "Only the output layer of the selected run learns on: transfer learning"),
    row(Menu::Edit, 1, What::FreezeLayers(false), "Unfreeze all layers", "All layers of the selected run learn"),

    keyed(row(Menu::Run, 0, What::TogglePlay, "Play or pause", "Train all runs, or pause them"), &[keys(NONE, Key::Space)]),
    keyed(row(Menu::Run, 0, What::Step, "Step", "Train on one sample, batch or epoch, then pause"), &[keys(NONE, Key::ArrowRight)]),
    keyed(row(Menu::Run, 0, What::Reset, "Reset", "All runs begin again from the same initial weights"), &[keys(NONE, Key::R)]),
    keyed(row(Menu::Run, 0, What::NewSeed, "Reset with a new seed", "All runs begin again from other initial weights"), &[keys(SHIFT, Key::R)]),
    row(Menu::Run, 1, What::StepUnit(StepUnit::Sample), "Step by sample", "One step is an update on the next single sample"),
    row(Menu::Run, 1, What::StepUnit(StepUnit::Batch), "Step by batch", "One step is an update on the next batch"),
    row(Menu::Run, 1, What::StepUnit(StepUnit::Epoch), "Step by epoch", "One step is a pass over the training part"),
    keyed(row(Menu::Run, 2, What::DuplicateRun, "Duplicate run", "Compare the selected run with a copy that you change"), &[keys(CTRL, Key::D)]),
    keyed(row(Menu::Run, 2, What::RenameRun, "Rename run", ""), &[keys(NONE, Key::F2)]),
    row(Menu::Run, 2, What::RestartRun, "Restart run", "The selected run begins again, with its settings as they are now"),
    row(Menu::Run, 2, What::LoadWeights { partly: false }, "Load weights…", "The selected run begins again with the weights of a safetensors file of the same layers"),
    row(Menu::Run, 2, What::LoadWeights { partly: true }, "Load weights that fit…", "The same with those whose name and shape fit; the others begin afresh"),
    row(Menu::Run, 2, What::RemoveRun, "Remove run", "The selected run leaves the experiment"),
    row(Menu::Run, 3, What::Lockstep, "Runs wait for each other", "All runs stand at the same step"),
    row(Menu::Run, 3, What::AllRuns, "Edit all runs together", "Learning rate, batch size and λ in the strip are set for every run"),
    keyed(row(Menu::Run, 4, What::Sweep, "Grid and random search…", "Train the selected run with many values of its settings, and compare the results"), &[keys(CTRL, Key::G)]),
    keyed(row(Menu::Run, 4, What::Finder, "Find a learning rate…", "Train a copy of the selected run with a growing rate, and see which rates are good"), &[keys(CTRL, Key::L)]),
    keyed(row(Menu::Run, 4, What::Past, "Past of the run…", "Go back to an earlier epoch of the selected run, or branch off from it"), &[keys(CTRL, Key::H)]),
    row(Menu::Run, 5, What::FindDevices, "Look for graphics cards", ""),

    row(Menu::View, 0, What::Theme(ThemeChoice::System), "Theme of the system", ""),
    row(Menu::View, 0, What::Theme(ThemeChoice::Light), "Light theme", ""),
    row(Menu::View, 0, What::Theme(ThemeChoice::Dark), "Dark theme", ""),
    row(Menu::View, 0, What::Theme(ThemeChoice::ProjectorLight), "Projector, light", "Large type, thick lines and high contrast, black on white: for a bright room"),
    row(Menu::View, 0, What::Theme(ThemeChoice::ProjectorDark), "Projector, dark", "Large type, thick lines and high contrast, white on black: for a dark room"),
    keyed(row(Menu::View, 0, What::Projector, "Projector mode", "Large type, thick lines and high contrast, or back to what was before"), &[keys(CTRL_SHIFT, Key::P)]),
    keyed(row(Menu::View, 1, What::ZoomIn, "Zoom in", ""), &[keys(CTRL, Key::Plus), keys(CTRL, Key::Equals)]),
    keyed(row(Menu::View, 1, What::ZoomOut, "Zoom out", ""), &[keys(CTRL, Key::Minus)]),
    keyed(row(Menu::View, 1, What::ZoomFit, "Fit zoom to window", "Everything is larger in a large window, until it is zoomed by hand"), &[keys(CTRL, Key::Num0)]),
    keyed(row(Menu::View, 2, What::FullPane, "Full screen panel", "The panel under the pointer fills the window; Escape shows the others again"), &[keys(NONE, Key::F11)]),
    keyed(row(Menu::View, 2, What::FullWindow, "Full screen window", "The window fills the screen, or no longer"), &[keys(SHIFT, Key::F11), keys(ALT, Key::Enter)]),
    keyed(row(Menu::View, 3, What::Dataset, "Dataset page", "How the data is read and prepared, and what it holds"), &[keys(CTRL, Key::I)]),

    keyed(row(Menu::Layout, 0, What::Layout(Layout::Build), "Build layout", "Put data and layers together"), &[keys(CTRL, Key::Num1)]),
    keyed(row(Menu::Layout, 0, What::Layout(Layout::Train), "Train layout", "Train a network and watch it learn"), &[keys(CTRL, Key::Num2)]),
    keyed(row(Menu::Layout, 0, What::Layout(Layout::Inspect), "Inspect layout", "Look into the network and at its mistakes"), &[keys(CTRL, Key::Num3)]),
    keyed(row(Menu::Layout, 0, What::Layout(Layout::Compare), "Compare layout", "Hold several runs against each other"), &[keys(CTRL, Key::Num4)]),
    keyed(row(Menu::Layout, 0, What::Layout(Layout::Lesson), "Lesson layout", "Pictures and large numbers for a class, no settings"), &[keys(CTRL, Key::Num5)]),
    row(Menu::Layout, 2, What::SaveLayout, "Save layout as…", "Keep where the panels stand under a name"),
    row(Menu::Layout, 2, What::ResetLayout, "Reset this layout", "All panels stand as they did at first"),

    keyed(row(Menu::Help, 0, What::Palette, "Command palette…", "Find any command by its name"), &[keys(CTRL, Key::K)]),
    keyed(row(Menu::Help, 0, What::Explain, "Explain what the pointer is on", "A card says what anything is, and leads to the glossary"), &[keys(NONE, Key::F1)]),
    keyed(row(Menu::Help, 0, What::Glossary(None), "Glossary…", "The words of the field, with formulas; Shift+F1 opens it at what is explained"), &[keys(CTRL_SHIFT, Key::G), keys(SHIFT, Key::F1)]),
    keyed(row(Menu::Help, 0, What::Shortcuts, "Keyboard shortcuts…", ""), &[keys(CTRL, Key::Slash)]),
    row(Menu::Help, 1, What::About, "About Descent…", ""),
];

/// The whole table.
pub struct Commands {
    list: Vec<Command>,
    /// The keys of each row as text.
    texts: Vec<String>,
}

impl Commands {
    /// The table, with keys written as this system writes them.
    #[must_use]
    pub fn new(ctx: &Context) -> Self {
        let presets = PRESETS.iter().map(|preset| {
            row(Menu::Preset, 0, What::NewFrom(preset.name), preset.title, preset.summary)
        });
        let exports = ExportKind::ALL.into_iter().map(|kind| {
            row(Menu::Export, 0, What::Export(kind), export_label(kind), "Of the selected run")
        });
        let terms = terms::all().map(|term| {
            row(Menu::Term, 0, What::Glossary(Some(term.name)), term.name, term.sentence())
        });
        let panes = Pane::ALL
            .into_iter()
            .map(|pane| row(Menu::Panes, 0, What::Pane(pane), pane.command(), pane.tip()));
        let fixed = FIXED.iter().copied();
        let list = fixed.chain(presets).chain(exports).chain(panes).chain(terms);
        let list: Vec<Command> = list.collect();
        let text = |keys: &KeyboardShortcut| match keys.logical_key {
            Key::ArrowRight => "\u{2192}".to_owned(),
            Key::Plus => ctx.format_shortcut(keys).replace("Plus", "+"),
            Key::Minus => ctx.format_shortcut(keys).replace("Minus", "\u{2212}"),
            Key::Slash => ctx.format_shortcut(keys).replace("Slash", "/"),
            _ => ctx.format_shortcut(keys),
        };
        let first = |command: &Command| match (command.menu, command.keys.first()) {
            (_, Some(keys)) => text(keys),
            (Menu::Term, None) => menu_of_terms(),
            (_, None) => String::new(),
        };
        let texts = list.iter().map(first).collect();
        Self { list, texts }
    }

    /// All rows with their keys as text.
    pub fn rows(&self) -> impl Iterator<Item = (&Command, &str)> {
        self.list.iter().zip(self.texts.iter().map(String::as_str))
    }

    /// The rows of one menu.
    pub fn of(&self, menu: Menu) -> impl Iterator<Item = (&Command, &str)> {
        self.rows().filter(move |(command, _)| command.menu == menu)
    }

    /// The row that does `what`.
    #[must_use]
    pub fn get(&self, what: What) -> Option<(&Command, &str)> {
        self.rows().find(|(command, _)| command.what == what)
    }

    /// The commands whose keys were pressed and that can be asked for. A plain key belongs to
    /// whatever has the focus, and all keys belong to a dialog while it is open.
    pub fn pressed(&self, ctx: &Context, state: &State) -> Vec<What> {
        let focused = ctx.memory(|memory| memory.focused().is_some());
        let typing = ctx.text_edit_focused();
        if ctx.memory(|memory| memory.top_modal_layer().is_some()) {
            return Vec::new();
        }
        let busy = focused || ctx.any_popup_open();
        let mut pressed = Vec::new();
        ctx.input_mut(|input| {
            input.events.retain(|event| {
                let Some((command, keys)) = self.matching(event) else { return true };
                let is_plain = !keys.modifiers.command && !is_function(keys.logical_key);
                let edits_text = matches!(command.what, What::Undo | What::Redo);
                if (is_plain && busy) || (edits_text && typing) {
                    return true;
                }
                let repeated = matches!(event, Event::Key { repeat: true, .. });
                let repeats = matches!(command.what, What::Step | What::Undo | What::Redo);
                if command.is_enabled(state) && (repeats || !repeated) {
                    pressed.push(command.what);
                }
                false
            });
        });
        pressed
    }

    fn matching(&self, event: &Event) -> Option<(&Command, KeyboardShortcut)> {
        let Event::Key { key, pressed: true, modifiers, .. } = *event else { return None };
        self.list.iter().find_map(|command| {
            let fits = |keys: &&KeyboardShortcut| {
                // On many keyboards plus is typed with shift.
                let exact = keys.logical_key != Key::Plus;
                keys.logical_key == key
                    && match exact {
                        true => modifiers.matches_exact(keys.modifiers),
                        false => modifiers.matches_logically(keys.modifiers),
                    }
            };
            command.keys.iter().find(fits).map(|keys| (command, *keys))
        })
    }

    /// The rows, and the `named` commands, whose name fits what was typed, the best first; of
    /// equals what the user made comes before the table, unless nothing was typed.
    #[must_use]
    pub fn search(&self, typed: &str, named: &[Named]) -> Vec<Found> {
        let rows = self.list.iter().map(|command| command.label).enumerate();
        let rows = rows.map(|(place, label)| (label, Found::Row(place)));
        let more = named.iter().map(|one| one.label.as_str()).enumerate();
        let more = more.map(|(place, label)| (label, Found::Named(place)));
        let all: Vec<(&str, Found)> = match typed.trim().is_empty() {
            true => rows.chain(more).collect(),
            false => more.chain(rows).collect(),
        };
        let mut found: Vec<(i32, Found)> =
            all.into_iter().filter_map(|(label, one)| Some((fit(label, typed)?, one))).collect();
        found.sort_by_key(|&(score, _)| -score);
        found.into_iter().map(|(_, one)| one).collect()
    }

    /// A row by its place in the table.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<(&Command, &str)> {
        Some((self.list.get(index)?, self.texts.get(index)?.as_str()))
    }
}

/// What stands beside entries of the glossary in the palette, in the place of keys.
fn menu_of_terms() -> String {
    Menu::Term.label().to_owned()
}

fn is_function(key: Key) -> bool {
    matches!(key, Key::F1 | Key::F2 | Key::F11)
}

fn export_label(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Weights => "Export weights…",
        ExportKind::PyTorch => "Export PyTorch module…",
        ExportKind::History => "Export curves…",
        ExportKind::Report => "Export report…",
    }
}

/// How well a name fits what was typed: all its letters occur in order; runs of letters and
/// beginnings of words count more. `None` when it does not fit.
fn fit(name: &str, typed: &str) -> Option<i32> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let (mut score, mut from, mut last) = (0, 0, None);
    for letter in typed.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        let at = from + name.get(from..)?.iter().position(|&c| c == letter)?;
        let starts_word = at == 0 || name.get(at - 1).is_some_and(|c| !c.is_alphanumeric());
        let follows = at > 0 && last == Some(at - 1);
        score += 1 + 3 * i32::from(starts_word) + 4 * i32::from(follows);
        (from, last) = (at + 1, Some(at));
    }
    Some(score)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Commands {
        Commands::new(&Context::default())
    }

    #[test]
    fn no_two_commands_share_keys_a_name_or_a_meaning() {
        let table = table();
        for (i, a) in table.list.iter().enumerate() {
            for b in &table.list[..i] {
                assert_ne!(a.what, b.what);
                assert_ne!(a.label, b.label);
                assert!(
                    a.keys.iter().all(|keys| !b.keys.contains(keys)),
                    "{} {}",
                    a.label,
                    b.label
                );
            }
        }
    }

    #[test]
    fn every_frequent_command_has_keys() {
        let table = table();
        for what in [What::TogglePlay, What::Step, What::Reset, What::Undo, What::Save, What::Open]
        {
            assert!(
                table.get(what).is_some_and(|(command, _)| !command.keys.is_empty()),
                "{what:?}"
            );
        }
    }

    #[test]
    fn the_palette_finds_by_letters_in_order() {
        let table = table();
        let first = |typed: &str| match table.search(typed, &[])[0] {
            Found::Row(place) => table.at(place).map(|(command, _)| command.what),
            Found::Named(_) => None,
        };
        assert_eq!(first("dup"), Some(What::DuplicateRun));
        assert_eq!(first("darkth"), Some(What::Theme(ThemeChoice::Dark)));
        assert_eq!(first("relu?"), Some(What::NewFrom("linear-vs-relu")));
        assert!(table.search("zzzz", &[]).is_empty());
        assert_eq!(table.search("", &[]).len(), table.list.len());
    }
}
