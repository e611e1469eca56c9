//! What a network sees of a drawing, and what it takes it for.

use std::sync::Arc;

use egui::{
    Align2, ColorImage, Rect, Role, Sense, Stroke, StrokeKind, TextureOptions, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::base::{RunId, argmax};
use crate::data::Dataset;
use crate::record::{Input, ProbeFrame, Run, Trace};
use crate::spec::Task;
use crate::ui::textures::Atlas;
use crate::ui::widgets::{self, Marker};
use crate::ui::{Cx, format, theme};

use super::board::Board;
use super::strip::Strip;

/// Longest side of the picture of what the network sees.
const PICTURE: f32 = 112.0;
/// Height of a class: as much as there is room for.
const ROWS: [f32; 2] = [15.0, 20.0];
/// Room for the name of a class and for its probability.
const NAME: f32 = 92.0;
const SHARE: f32 = 58.0;

/// What a run said last of what was drawn. While somebody draws, that is of a moment ago.
#[derive(Debug, Default)]
pub struct Answer {
    run: Option<RunId>,
    frame: Option<Arc<ProbeFrame>>,
    /// The newest picture, whether it answered or not.
    looked_at: Option<Arc<ProbeFrame>>,
    place: usize,
    pub strip: Strip,
}

impl Answer {
    /// Takes in the newest picture of a run, if it answers to what was drawn lately.
    pub fn follow(&mut self, run: Option<&Run>, board: &Board) {
        let id = run.map(|run| run.id);
        if self.run != id || board.features().is_none() {
            (self.run, self.frame, self.looked_at) = (id, None, None);
        }
        let Some(frame) = run.and_then(|run| run.frame.as_ref()) else { return };
        if self.looked_at.as_ref().is_some_and(|last| Arc::ptr_eq(last, frame)) {
            return;
        }
        self.looked_at = Some(Arc::clone(frame));
        let traces = frame.inside.traces.iter().enumerate();
        let known = traces.filter_map(|(place, trace)| match &trace.request.input {
            Input::Values(values) => Some((board.age(values)?, place)),
            Input::Row(..) => None,
        });
        if let Some((_, place)) = known.min() {
            (self.frame, self.place) = (Some(Arc::clone(frame)), place);
        }
    }

    /// The drawing on its way through the layers.
    pub fn trace(&self) -> Option<&Trace> {
        self.frame.as_ref()?.inside.traces.get(self.place)
    }

    /// Tells apart what is shown.
    pub fn key(&self) -> Option<(*const ProbeFrame, usize)> {
        Some((Arc::as_ptr(self.frame.as_ref()?), self.place))
    }
}

/// The picture that the network really sees, at most so large.
pub fn seen(ui: &mut Ui, cx: &Cx<'_>, board: &mut Board, data: &Dataset, most: f32) {
    let shape = match (&data.shape.0[..], board.grid()) {
        (&[_, height, width], _) => [height, width],
        (_, Some(grid)) => grid,
        _ => return,
    };
    if board.seen.is_stale(board.version(), cx.theme.variant)
        && let Some(image) = picture(board, data, shape)
    {
        board.seen.texture.set(ui.ctx(), "seen", image, TextureOptions::NEAREST);
    }
    let [height, width] = shape;
    let scale = PICTURE.min(most) / height.max(width) as f32;
    let size = vec2(width as f32, height as f32) * scale;
    ui.horizontal(|ui| {
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        board.seen.texture.paint(ui, rect, rect, None);
        let line = cx.theme.stroke(1.0, cx.theme.outline);
        ui.painter().rect_stroke(rect, 0.0, line, StrokeKind::Outside);
        let name = format!("What the network sees: {width} by {height} pixels");
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        let tip = "Your drawing as the training images were made: cut out, scaled to fit 20 of 28 \
                   parts, its centre of mass in the middle, then prepared as the data are";
        response.on_hover_text(if board.grid().is_some() {
            "Your pixels, prepared as the data are"
        } else {
            tip
        });
        ui.vertical(|ui| {
            ui.label("What the network sees");
            widgets::caption(ui, cx.theme, &format!("{width} × {height} pixels"));
            if board.grid().is_none() {
                widgets::caption(ui, cx.theme, "cut out, scaled, centred by mass");
            }
        });
    });
}

fn picture(board: &Board, data: &Dataset, [height, width]: [usize; 2]) -> Option<ColorImage> {
    let values = board.features()?;
    if data.is_image() {
        let atlas = Atlas { cell: [width, height], cols: 1, rows: 1 };
        let mut image = ColorImage::from_gray([width, height], &vec![0; width * height]);
        atlas.put(&mut image, data, values, 0);
        return Some(image);
    }
    let bytes: Vec<u8> =
        (0..height * width).map(|place| (board.pixel(place) * 255.0) as u8).collect();
    Some(ColorImage::from_gray([width, height], &bytes))
}

/// A bar for each class in their fixed order, in so much room, or the predicted number.
pub fn probabilities(ui: &mut Ui, cx: &Cx<'_>, data: &Dataset, trace: &Trace, room: f32) {
    let outputs = match (data.task, &trace.outputs[..]) {
        (Task::Regression, outputs) => {
            let value = outputs.first().copied().unwrap_or(f32::NAN);
            let text = format::compact(f64::from(value));
            widgets::large_number(ui, cx.theme, "Predicted number", &text, 96.0);
            return;
        }
        (Task::Classification { .. }, &[one]) => vec![1.0 - one, one],
        (Task::Classification { .. }, outputs) => outputs.to_vec(),
    };
    if outputs.is_empty() {
        return;
    }
    let best = argmax(&outputs);
    let sure = format::percent(f64::from(outputs[best]));
    let verdict = format!("Taken for {}", format::class_phrase(&data.class_names, best));
    let headline = ui.label(egui::RichText::new(&verdict).strong());
    headline.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{verdict}, {sure}")));
    // The line above takes some of it.
    let room = (room - theme::TARGET).max(4.0 * ROWS[0]);
    let row = (room / outputs.len() as f32).clamp(ROWS[0], ROWS[1]);
    let rows = |ui: &mut Ui| {
        for (class, &share) in outputs.iter().enumerate() {
            class_row(ui, cx, data, (class, share), (class == best, row));
        }
    };
    if room.is_finite() {
        egui::ScrollArea::vertical().id_salt("classes").max_height(room).show(ui, rows);
    } else {
        ui.vertical(rows);
    }
}

fn class_row(
    ui: &mut Ui,
    cx: &Cx<'_>,
    data: &Dataset,
    (class, share): (usize, f32),
    (is_best, height): (bool, f32),
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let size = vec2(ui.available_width().min(360.0), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let name = format::class_name(&data.class_names, class);
    let percent = format::percent(f64::from(share));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} {percent}")));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let theme = cx.theme;
    let middle = rect.center().y;
    let mark = pos2(rect.left() + 7.0, middle);
    Marker::of_class(class).paint(
        ui.painter(),
        mark,
        theme.mark(4.5),
        theme.class(class),
        Stroke::NONE,
    );
    let words = Rect::from_min_max(
        pos2(rect.left() + 18.0, rect.top()),
        pos2(rect.left() + NAME, rect.bottom()),
    );
    let ink = if is_best { theme.text } else { theme.text_muted };
    bold(ui, words.left_center(), Align2::LEFT_CENTER, &name, ink, (is_best, words));
    bold(ui, rect.right_center(), Align2::RIGHT_CENTER, &percent, ink, (is_best, rect));
    let track = Rect::from_min_max(
        pos2(words.right() + 4.0, middle - 5.0),
        pos2(rect.right() - SHARE, middle + 5.0),
    );
    ui.painter().rect_filled(track, 1.0, theme.inset);
    widgets::bar(ui, track, share, theme.class(class));
}

/// Text that is a little heavier where it matters: painted twice, half a point apart.
fn bold(
    ui: &Ui,
    at: egui::Pos2,
    align: Align2,
    text: &str,
    ink: egui::Color32,
    (is_bold, clip): (bool, Rect),
) {
    let painter = ui.painter().with_clip_rect(clip.intersect(ui.clip_rect()));
    let font = if clip.height() < 18.0 { theme::small() } else { theme::body() };
    painter.text(at, align, text, font.clone(), ink);
    if is_bold {
        painter.text(at + vec2(0.5, 0.0), align, text, font, ink);
    }
}
