use egui::containers::menu::MenuButton;
use egui::{Button, Popup, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo, vec2};

use crate::data::Dataset;
use crate::spec::{DataSource, DrawnSet, PRESETS, Preset, ToyGroup, ToyKind};
use crate::ui::widgets;
use crate::ui::{Cx, UiRequest, theme::Theme};
use crate::workbench::{Action, Collection};

use super::thumbnail::{Subject, Thumbnail};
use super::{canvas, edit, extra};

/// Least side of a small picture.
const SIDE: f32 = 50.0;
/// Largest side of a small picture.
const MAX_SIDE: f32 = 64.0;
/// Space between small pictures.
const GAP: f32 = 5.0;
/// Small pictures that are made in one frame, so that no frame takes long.
const MADE_AT_ONCE: usize = 2;

/// What sets with a picture are offered under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Generated sets of one kind.
    Toys(ToyGroup),
    /// Digits that are drawn.
    Digits,
}

impl Group {
    const ALL: [Self; 4] = [
        Self::Toys(ToyGroup::Classes),
        Self::Toys(ToyGroup::Regression),
        Self::Toys(ToyGroup::Gates),
        Self::Digits,
    ];

    fn of(subject: Subject) -> Self {
        match subject {
            Subject::Toy(kind) => Self::Toys(kind.group()),
            Subject::Drawn(_) => Self::Digits,
        }
    }

    /// Names that fit side by side.
    fn label(self) -> &'static str {
        match self {
            Self::Toys(ToyGroup::Gates) => "Gates",
            Self::Toys(group) => group.label(),
            Self::Digits => "Digits",
        }
    }

    fn subjects(self) -> Vec<Subject> {
        let toys = ToyKind::ALL.into_iter().map(Subject::Toy);
        let digits = DrawnSet::ALL.into_iter().map(Subject::Drawn);
        toys.chain(digits).filter(|&subject| Self::of(subject) == self).collect()
    }
}

/// The group whose pictures are shown, for as long as the same set is in use.
#[derive(Default)]
pub struct Shelf {
    turned: Option<(Group, Option<Subject>)>,
    thumbnails: Vec<Thumbnail>,
}

impl Shelf {
    fn group(&self, now: Option<Subject>) -> Group {
        match self.turned {
            Some((group, before)) if before == now => group,
            _ => now.map_or(Group::Toys(ToyGroup::Classes), Group::of),
        }
    }

    /// Makes some of the pictures that are still missing. Tells whether more are.
    fn make(&mut self, subjects: &[Subject]) -> bool {
        let has = |subject: &Subject| self.thumbnails.iter().any(|made| made.subject == *subject);
        let missing: Vec<Subject> =
            subjects.iter().copied().filter(|subject| !has(subject)).collect();
        let now = missing.iter().take(MADE_AT_ONCE).copied();
        self.thumbnails.extend(now.map(Thumbnail::new));
        missing.len() > MADE_AT_ONCE
    }
}

/// The built-in experiments: the lecture's comparison at hand, the others in a list.
pub fn experiments(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some((first, others)) = PRESETS.split_first() else { return };
    widgets::caption(ui, cx.theme, "Built-in experiments");
    ui.horizontal(|ui| {
        let more = 64.0;
        let width = ui.available_width() - more - ui.spacing().item_spacing.x;
        let open = Button::new(first.title).min_size(vec2(width, 0.0));
        if ui.add(open).on_hover_text(first.summary).clicked() {
            cx.act(Action::OpenPreset(first.name.into()));
        }
        let button = ui.add(Button::new("More…").min_size(vec2(more, 0.0)));
        let button = button.on_hover_text("Built-in experiments");
        Popup::menu(&button).show(|ui| {
            for preset in others {
                offer(ui, cx, preset);
            }
        });
    });
}

fn offer(ui: &mut Ui, cx: &mut Cx<'_>, preset: &Preset) {
    if ui.button(preset.title).on_hover_text(preset.summary).clicked() {
        cx.act(Action::OpenPreset(preset.name.into()));
    }
}

/// The sets that need no file as small pictures, and the ways other data come in.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = Subject::of(&cx.state.draft().data.source);
    let mut shelf = std::mem::take(&mut cx.view.data.shelf);
    let mut group = shelf.group(now);
    let turned = ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = 6.0;
        widgets::segmented(ui, cx.theme, group, &Group::ALL, Group::label)
    });
    if let Some(other) = turned.inner {
        shelf.turned = Some((other, now));
        group = other;
    }
    let subjects = group.subjects();
    if shelf.make(&subjects) {
        ui.ctx().request_repaint();
    }
    grid(ui, cx, &mut shelf.thumbnails, &subjects, now);
    cx.view.data.shelf = shelf;
    ways(ui, cx);
}

fn grid(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    thumbnails: &mut [Thumbnail],
    subjects: &[Subject],
    now: Option<Subject>,
) {
    let columns = ((ui.available_width() + GAP) / (SIDE + GAP)).floor().max(1.0);
    let side = ((ui.available_width() + GAP) / columns - GAP).min(MAX_SIDE);
    ui.spacing_mut().item_spacing.y = GAP;
    for line in subjects.chunks(columns as usize) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for &subject in line {
                let made = thumbnails.iter_mut().find(|made| made.subject == subject);
                choose(ui, cx, subject, made, side, now == Some(subject));
            }
        });
    }
}

fn choose(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    subject: Subject,
    thumbnail: Option<&mut Thumbnail>,
    side: f32,
    is_chosen: bool,
) {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let (enabled, name) = (ui.is_enabled(), subject.label());
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, is_chosen, name));
    if ui.is_rect_visible(rect) {
        ui.painter().rect_filled(rect, 4.0, cx.theme.inset);
        if let Some(thumbnail) = thumbnail {
            thumbnail.paint(ui, rect, cx.theme);
        }
        let is_lit = response.hovered() || response.has_focus();
        outline(ui, cx.theme, rect, is_chosen, is_lit);
    }
    if response.on_hover_text(name).clicked() && !is_chosen {
        edit(cx, |data| {
            *data = data.with_source(subject.source());
            // Inputs computed from a second coordinate need one.
            if !extra::is_planar(&data.source) {
                data.derived.clear();
            }
        });
    }
}

fn outline(ui: &Ui, theme: &Theme, rect: Rect, is_chosen: bool, is_lit: bool) {
    let stroke = match (is_chosen, is_lit) {
        (true, _) => theme.stroke(2.0, theme.accent),
        (false, true) => theme.stroke(1.5, theme.text_muted),
        _ => theme.hairline(),
    };
    ui.painter().rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
}

/// Data from files and the web, and points put by hand.
fn ways(ui: &mut Ui, cx: &mut Cx<'_>) {
    let source = &cx.state.draft().data.source;
    let is_drawn = matches!(source, DataSource::Points(_));
    let is_file = matches!(source, DataSource::Csv(_) | DataSource::Idx(_) | DataSource::Images(_));
    ui.horizontal(|ui| {
        let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
        let button = |label: &'static str, is_chosen| {
            Button::selectable(is_chosen, label)
                .frame_when_inactive(true)
                .min_size(vec2(width, 0.0))
        };
        MenuButton::from_button(button("Open data…", is_file)).ui(ui, |ui| files(ui, cx));
        let draw = button("Draw points", is_drawn);
        match canvas::takes_from(cx) {
            Some(data) => drop(MenuButton::from_button(draw).ui(ui, |ui| start(ui, cx, data))),
            None => {
                let tip = "Put points of each class into the plane by hand";
                if ui.add(draw).on_hover_text(tip).clicked() && !is_drawn {
                    canvas::begin(cx, Vec::new());
                }
            }
        }
    });
}

/// What the plane holds to begin with.
fn start(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    if ui.button("Empty plane").clicked() {
        canvas::begin(cx, Vec::new());
        ui.close();
    }
    let button = ui.button("Start from the current set");
    let rows = data.train.rows();
    let button = if rows > canvas::MAX_TAKEN {
        let (most, rows) = (canvas::MAX_TAKEN as u64, rows as u64);
        let [most, rows] = [most, rows].map(widgets::thousands);
        button.on_hover_text(format!("At most {most} of its {rows} training points"))
    } else {
        button.on_hover_text("Its training points")
    };
    if button.clicked() {
        canvas::begin(cx, canvas::taken_from(data).unwrap_or_default());
        ui.close();
    }
}

/// What data can be brought from, with its name and a sentence about it.
const FILES: [(&str, &str, UiRequest); 4] = [
    (
        "Table…",
        "A text file with one row for each sample: CSV, TSV or columns of numbers",
        UiRequest::OpenCsv,
    ),
    ("IDX folder…", "A folder of IDX files, as MNIST is published", UiRequest::OpenMnist),
    ("Image folder…", "One folder of pictures for each class", UiRequest::OpenImages),
    ("Path…", "Type or paste the path of a file or a folder", UiRequest::OpenPath),
];

fn files(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.set_min_width(200.0);
    for (label, tip, request) in FILES {
        entry(ui, cx, label, tip, request);
    }
    ui.separator();
    let tip = "Take rows that were copied from a spreadsheet";
    entry(ui, cx, "Paste table", tip, UiRequest::PasteTable);
    ui.separator();
    for collection in Collection::ALL {
        let label = format!("Download {}…", collection.label());
        let tip = "Fetch it once; it is kept on this machine";
        entry(ui, cx, &label, tip, UiRequest::Download(collection));
    }
}

fn entry(ui: &mut Ui, cx: &mut Cx<'_>, label: &str, tip: &str, request: UiRequest) {
    if ui.button(label).on_hover_text(tip).clicked() {
        cx.request(request);
        ui.close();
    }
}
