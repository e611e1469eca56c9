use egui::{Button, Popup, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::data::toy;
use crate::spec::{DataSource, PRESETS, Preset, ToyKind, ToySpec};
use crate::ui::widgets::{self, Marker};
use crate::ui::{Cx, UiRequest, theme::Theme};
use crate::workbench::Action;

use super::edit;
use super::points::{Picture, Window};

/// Points of each class in a small picture of a set.
const THUMBNAIL_POINTS: usize = 60;
/// Space between small pictures.
const THUMBNAIL_GAP: f32 = 5.0;

/// The small picture of a generated set.
pub struct Thumbnail {
    kind: ToyKind,
    window: Window,
    points: Vec<([f32; 2], usize)>,
    picture: Picture,
}

impl Thumbnail {
    fn new(kind: ToyKind) -> Option<Self> {
        let spec = ToySpec { points_per_class: THUMBNAIL_POINTS, ..ToySpec::standard(kind) };
        let train = toy(&spec, 0).ok()?.train;
        let points = (0..train.rows()).map(|row| {
            let features = train.features.row(row);
            ([features[0], features[1]], train.targets.class(row).unwrap_or_default())
        });
        let points: Vec<_> = points.collect();
        let window = Window::around(points.iter().map(|(point, _)| *point));
        Some(Self { kind, window, points, picture: Picture::default() })
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

/// The generated sets as small pictures, and the buttons for data from files.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let mut thumbnails = std::mem::take(&mut cx.view.data.cache.thumbnails);
    if thumbnails.is_empty() {
        thumbnails = ToyKind::ALL.into_iter().filter_map(Thumbnail::new).collect();
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = THUMBNAIL_GAP;
        let count = thumbnails.len().max(1) as f32;
        let side = (ui.available_width() - THUMBNAIL_GAP * (count - 1.0)) / count;
        for thumbnail in &mut thumbnails {
            choose(ui, cx, thumbnail, side.clamp(24.0, 64.0));
        }
    });
    cx.view.data.cache.thumbnails = thumbnails;
    files(ui, cx);
}

fn choose(ui: &mut Ui, cx: &mut Cx<'_>, thumbnail: &mut Thumbnail, side: f32) {
    let theme = cx.theme;
    let kind = thumbnail.kind;
    let is_chosen =
        matches!(&cx.state.draft().data.source, DataSource::Toy(spec) if spec.kind == kind);
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, is_chosen, kind.label()));
    if ui.is_rect_visible(rect) {
        ui.painter().rect_filled(rect, 4.0, theme.inset);
        let points = std::mem::take(&mut thumbnail.points);
        let window = thumbnail.window;
        thumbnail.picture.paint(ui, rect, theme.dark, || shapes(&points, window, rect, theme));
        thumbnail.points = points;
        let is_lit = response.hovered() || response.has_focus();
        outline(ui, theme, rect, is_chosen, is_lit);
    }
    if response.on_hover_text(kind.label()).clicked() && !is_chosen {
        let source = DataSource::Toy(ToySpec::standard(kind));
        edit(cx, |data| *data = data.with_source(source));
    }
}

fn shapes(
    points: &[([f32; 2], usize)],
    window: Window,
    rect: Rect,
    theme: &Theme,
) -> Vec<egui::Shape> {
    let inside = rect.shrink(2.0);
    let shape = |&(point, class): &([f32; 2], usize)| {
        let at = window.place(inside, point);
        Marker::of_class(class).shape(at, 1.1, theme.class(class), Stroke::NONE)
    };
    points.iter().map(shape).collect()
}

fn outline(ui: &Ui, theme: &Theme, rect: Rect, is_chosen: bool, is_lit: bool) {
    let stroke = match (is_chosen, is_lit) {
        (true, _) => Stroke::new(2.0, theme.accent),
        (false, true) => Stroke::new(1.5, theme.text_muted),
        _ => Stroke::new(1.0, theme.line),
    };
    ui.painter().rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
}

fn files(ui: &mut Ui, cx: &mut Cx<'_>) {
    let is_csv = matches!(cx.state.draft().data.source, DataSource::Csv(_));
    let is_idx = matches!(cx.state.draft().data.source, DataSource::Idx(_));
    ui.horizontal(|ui| {
        let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
        let button = |label: &'static str, is_chosen| {
            Button::selectable(is_chosen, label)
                .frame_when_inactive(true)
                .min_size(vec2(width, 0.0))
        };
        let csv = ui.add(button("Open CSV…", is_csv));
        if csv.on_hover_text("A table: one row for each sample").clicked() {
            cx.request(UiRequest::OpenCsv);
        }
        let mnist = ui.add(button("Open MNIST…", is_idx));
        if mnist.on_hover_text("A folder with the four IDX files of MNIST").clicked() {
            cx.request(UiRequest::OpenMnist);
        }
    });
}
