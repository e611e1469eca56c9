use egui::{
    Align2, ColorImage, Rect, Role, Sense, TextStyle, TextureHandle, TextureOptions, Ui,
    WidgetInfo, pos2, vec2,
};

use crate::data::{Dataset, Labelled};
use crate::spec::SampleShape;
use crate::ui::Cx;

/// Pictures in a row of the grid.
const COLUMNS: usize = 5;
/// Rows of the grid.
const ROWS: usize = 5;
/// Space between pictures.
const GAP: f32 = 5.0;
/// Height of the name below a picture.
const NAME: f32 = 14.0;

/// The first pictures of the training part, side by side in one texture.
pub struct Atlas {
    texture: TextureHandle,
    count: usize,
}

impl Atlas {
    fn new(ui: &Ui, data: &Dataset) -> Option<Self> {
        let [channels, height, width] = *data.shape.0.as_slice() else { return None };
        // Rows that are read when they are needed take their time.
        let lines = if data.train.features.table().is_some() { ROWS } else { 1 };
        let count = data.train.rows().min(COLUMNS * lines);
        let side_by_side = sheet(&data.train, count, [channels, height, width]);
        let image = ColorImage::from_rgb([width * COLUMNS, height * ROWS], &side_by_side);
        let texture = ui.ctx().load_texture("data samples", image, TextureOptions::NEAREST);
        Some(Self { texture, count })
    }
}

/// Pixels of a sheet of pictures, three bytes each, row by row.
fn sheet(part: &Labelled, count: usize, [channels, height, width]: [usize; 3]) -> Vec<u8> {
    let scale = Scale::of(part, count);
    let line = width * COLUMNS;
    let mut bytes = vec![0; line * height * ROWS * 3];
    for picture in 0..count {
        let values = part.features.row(picture);
        let (left, top) = (picture % COLUMNS * width, picture / COLUMNS * height);
        for y in 0..height {
            for x in 0..width {
                let at = ((top + y) * line + left + x) * 3;
                for colour in 0..3 {
                    let channel = colour.min(channels - 1);
                    let value = values[(channel * height + y) * width + x];
                    bytes[at + colour] = scale.byte(value);
                }
            }
        }
    }
    bytes
}

/// Which values are black and white: 0 and 1, or wider where features were scaled.
struct Scale {
    black: f32,
    white: f32,
}

impl Scale {
    fn of(part: &Labelled, count: usize) -> Self {
        let mut scale = Self { black: 0.0, white: 1.0 };
        for row in 0..count {
            for &value in part.features.row(row).iter() {
                scale.black = scale.black.min(value);
                scale.white = scale.white.max(value);
            }
        }
        scale
    }

    fn byte(&self, value: f32) -> u8 {
        let part = (value - self.black) / (self.white - self.black);
        (part.clamp(0.0, 1.0) * 255.0).round() as u8
    }
}

/// A grid of samples with the names of their classes.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    if cx.view.data.cache.images.is_none() {
        cx.view.data.cache.images = Atlas::new(ui, data);
    }
    let Some(atlas) = &cx.view.data.cache.images else { return };
    let width = ((ui.available_width() + GAP) / COLUMNS as f32 - GAP).clamp(16.0, 64.0);
    let tile = vec2(width, width * aspect(&data.shape));
    let rows = atlas.count.div_ceil(COLUMNS) as f32;
    let size = vec2((tile.x + GAP) * COLUMNS as f32 - GAP, (tile.y + NAME + GAP) * rows);
    let (grid, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Samples of the data"));
    if !ui.is_rect_visible(grid) {
        return;
    }
    for picture in 0..atlas.count {
        let (column, row) = ((picture % COLUMNS) as f32, (picture / COLUMNS) as f32);
        let corner = vec2(column * (tile.x + GAP), row * (tile.y + NAME + GAP));
        let place = Rect::from_min_size(grid.min + corner, tile);
        paint(ui, cx, atlas, picture, place);
        name(ui, cx, data, picture, place);
    }
}

fn aspect(shape: &SampleShape) -> f32 {
    match *shape.0.as_slice() {
        [_, height, width] if width > 0 => (height as f32 / width as f32).clamp(0.25, 4.0),
        _ => 1.0,
    }
}

fn paint(ui: &Ui, cx: &Cx<'_>, atlas: &Atlas, picture: usize, place: Rect) {
    let (column, row) = ((picture % COLUMNS) as f32, (picture / COLUMNS) as f32);
    let part = vec2(1.0 / COLUMNS as f32, 1.0 / ROWS as f32);
    let corner = pos2(column * part.x, row * part.y);
    let image = egui::Image::from_texture(&atlas.texture);
    image.uv(Rect::from_min_size(corner, part)).paint_at(ui, place);
    let edge = cx.theme.hairline();
    ui.painter().rect_stroke(place, 0.0, edge, egui::StrokeKind::Outside);
}

fn name(ui: &Ui, cx: &Cx<'_>, data: &Dataset, picture: usize, place: Rect) {
    let class = data.train.targets.class(picture);
    let Some(name) = class.and_then(|class| data.class_names.get(class)) else { return };
    let font = TextStyle::Small.resolve(ui.style());
    let at = place.center_bottom() + vec2(0.0, 1.0);
    ui.painter().text(at, Align2::CENTER_TOP, name, font, cx.theme.text_muted);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::data::Targets;

    #[test]
    fn pictures_stand_side_by_side() {
        let features = Matrix::new(2, 4, vec![0.0, 1.0, 0.5, 0.0, 1.0, 0.0, 0.0, 0.0]);
        let part = Labelled::new(features.expect("fits"), Targets::Classes(vec![0, 1]));
        let bytes = sheet(&part, 2, [1, 2, 2]);
        let line = COLUMNS * 2 * 3;
        assert_eq!(bytes.len(), line * ROWS * 2);
        assert_eq!(&bytes[..12], [0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0]);
        assert_eq!(&bytes[line..line + 6], [128, 128, 128, 0, 0, 0]);
    }

    #[test]
    fn colours_keep_their_channels() {
        let features = Matrix::new(1, 3, vec![1.0, 0.0, 0.5]).expect("fits");
        let part = Labelled::new(features, Targets::Classes(vec![0]));
        assert_eq!(&sheet(&part, 1, [3, 1, 1])[..3], [255, 0, 128]);
    }
}
