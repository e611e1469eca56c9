//! Pictures with their labels, as many as there is room for.

use std::time::{Duration, Instant};

use egui::{Align, Color32, ColorImage, Rect, Role, Sense, TextureOptions, Ui, WidgetInfo, vec2};

use crate::data::{Dataset, Labelled};
use crate::ui::Cx;
use crate::ui::fields;
use crate::ui::format::class_name;
use crate::ui::textures::{Atlas, Texture};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, line_in, thousands};

use super::lists;

/// Least and greatest side of a picture on the screen.
const SIDES: [f32; 2] = [56.0, 112.0];
/// Room between pictures, and for the label below each.
const GAP: f32 = 8.0;
const LABEL: f32 = 18.0;
/// Most pictures at once.
const MAX_SHOWN: usize = 400;
/// Time that unpacking pictures may take of a frame.
const BUDGET: Duration = Duration::from_millis(5);

/// Which pictures are shown.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ImagesView {
    part: usize,
    #[serde(skip)]
    class: Option<usize>,
    #[serde(skip)]
    page: usize,
}

/// What the pictures depend on besides the data.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    part: usize,
    class: Option<usize>,
    page: usize,
    shown: usize,
}

/// Pictures side by side on one texture; filled over a few frames.
#[derive(Default)]
pub struct Sheet {
    key: Option<Key>,
    /// Rows of the part, in order.
    rows: Vec<usize>,
    /// Rows that fit what is asked for.
    all: usize,
    done: usize,
    atlas: Option<Atlas>,
    image: ColorImage,
    texture: Texture,
}

impl Sheet {
    fn turn_to(&mut self, data: &Dataset, part: &Labelled, key: Key) {
        if self.key == Some(key) {
            return;
        }
        let fits = |row: &usize| key.class.is_none() || part.targets.class(*row) == key.class;
        self.all = match key.class {
            None => part.rows(),
            Some(_) => (0..part.rows()).filter(fits).count(),
        };
        let first = key.page * key.shown;
        self.rows = match key.class {
            None => (first..part.rows()).take(key.shown).collect(),
            Some(_) => (0..part.rows()).filter(fits).skip(first).take(key.shown).collect(),
        };
        self.key = Some(key);
        self.done = 0;
        self.atlas = Atlas::of(data, self.rows.len());
        let size = self.atlas.map_or([0, 0], |atlas| atlas.size());
        self.image = ColorImage::filled(size, theme::CLEAR);
    }

    /// Unpacks further pictures, as long as there is time.
    fn go_on(&mut self, ui: &Ui, data: &Dataset, part: &Labelled) {
        let Some(atlas) = self.atlas else { return };
        if self.done == self.rows.len() {
            return;
        }
        let begun = Instant::now();
        while self.done < self.rows.len() && begun.elapsed() < BUDGET {
            atlas.put(&mut self.image, data, &part.features.row(self.rows[self.done]), self.done);
            self.done += 1;
        }
        let options = TextureOptions::NEAREST;
        self.texture.set(ui.ctx(), "pictures of the data", self.image.clone(), options);
        if self.done < self.rows.len() {
            ui.ctx().request_repaint();
        }
    }
}

/// How pictures are laid out.
struct Layout {
    tile: egui::Vec2,
    cols: usize,
    shown: usize,
}

impl Layout {
    fn of(data: &Dataset, room: egui::Vec2) -> Self {
        let (height, width) = match data.shape.0.as_slice() {
            [_, height, width] => (*height as f32, (*width as f32).max(1.0)),
            _ => (1.0, 1.0),
        };
        let side = (2.0 * width).clamp(SIDES[0], SIDES[1]);
        let tile = vec2(side, side * (height / width).clamp(0.25, 4.0));
        let cols = ((room.x + GAP) / (tile.x + GAP)).floor().max(1.0) as usize;
        let rows = (room.y / (tile.y + LABEL + GAP)).floor().max(1.0) as usize;
        Self { tile, cols, shown: (cols * rows).min(MAX_SHOWN) }
    }

    fn place(&self, corner: egui::Pos2, place: usize) -> Rect {
        let (col, row) = ((place % self.cols) as f32, (place / self.cols) as f32);
        let step = vec2(self.tile.x + GAP, self.tile.y + LABEL + GAP);
        Rect::from_min_size(corner + vec2(col * step.x, row * step.y), self.tile)
    }
}

/// Shows the tab.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let names: Vec<&'static str> = data.parts().map(|(name, _)| name).collect();
    let view = &mut cx.view.dataset.images;
    view.part = view.part.min(names.len() - 1);
    let layout = Layout::of(data, ui.available_size() - vec2(0.0, 40.0));
    let pages = cx.view.dataset.cache.images.all.div_ceil(layout.shown).max(1);
    controls(ui, cx, data, &names, pages);
    ui.add_space(4.0);
    let view = &cx.view.dataset.images;
    let Some((_, part)) = data.parts().nth(view.part) else { return };
    let key = Key { part: view.part, class: view.class, page: view.page, shown: layout.shown };
    let sheet = &mut cx.view.dataset.cache.images;
    sheet.turn_to(data, part, key);
    sheet.go_on(ui, data, part);
    paint(ui, cx.theme, data, part, (&cx.view.dataset.cache.images, &layout));
}

fn controls(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, names: &[&'static str], pages: usize) {
    let theme = cx.theme;
    ui.horizontal(|ui| {
        let view = &mut cx.view.dataset.images;
        let all: Vec<usize> = (0..names.len()).collect();
        if let Some(part) = widgets::segmented(ui, theme, view.part, &all, |part| names[part]) {
            (view.part, view.page) = (part, 0);
        }
        if !data.class_names.is_empty() {
            let shown = view.class.map_or_else(
                || "all classes".to_owned(),
                |class| class_name(&data.class_names, class),
            );
            let count = data.class_names.len() + 1;
            let now = view.class.map_or(0, |class| class + 1);
            let chosen = fields::list(ui, "Class", &shown, 150.0, |ui| {
                lists::long(ui, count, Some(now), |place| match place.checked_sub(1) {
                    None => "all classes",
                    Some(class) => data.class_names[class].as_str(),
                })
            });
            if let Some(place) = chosen {
                (view.class, view.page) = (place.checked_sub(1), 0);
            }
        }
        view.page = view.page.min(pages - 1);
        let back = egui::Button::new("Previous");
        if ui.add_enabled(view.page > 0, back).clicked() {
            view.page -= 1;
        }
        let next = egui::Button::new("Next");
        if ui.add_enabled(view.page + 1 < pages, next).clicked() {
            view.page += 1;
        }
        let page = thousands(view.page as u64 + 1);
        widgets::muted(ui, theme, &format!("page {page} of {}", thousands(pages as u64)));
    });
}

fn paint(
    ui: &mut Ui,
    theme: &Theme,
    data: &Dataset,
    part: &Labelled,
    (sheet, layout): (&Sheet, &Layout),
) {
    let (area, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let Some(atlas) = sheet.atlas else {
        line_in(
            ui,
            area.with_max_y(area.top() + 24.0),
            Align::Min,
            "No pictures here.",
            theme::body(),
            theme.text_muted,
        );
        return;
    };
    for (place, &row) in sheet.rows.iter().enumerate() {
        let tile = layout.place(area.min, place);
        if place < sheet.done {
            sheet.texture.paint(ui, area, tile, Some(atlas.uv(place)));
        } else {
            ui.painter().rect_filled(tile, 2.0, theme.inset);
        }
        let edge = theme.hairline();
        ui.painter().rect_stroke(tile, 0.0, edge, egui::StrokeKind::Outside);
        name(ui, theme, data, part, (row, tile));
    }
}

/// The label below a picture.
fn name(ui: &Ui, theme: &Theme, data: &Dataset, part: &Labelled, (row, tile): (usize, Rect)) {
    let name = match part.targets.class(row) {
        Some(class) => class_name(&data.class_names, class),
        None => String::new(),
    };
    let below = Rect::from_min_size(tile.left_bottom(), vec2(tile.width(), LABEL));
    let ink: Color32 = theme.text_muted;
    line_in(ui, below.expand2(vec2(GAP / 2.0, 0.0)), Align::Center, &name, theme::small(), ink);
    let response = ui.interact(tile, ui.scope_id().with(("picture", row)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("row {row}: {name}")));
    response.on_hover_text(format!("{name}\nrow {}", thousands(row as u64)));
}
