//! The images in sight on one texture, whatever the length of the list.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use egui::{ColorImage, Rect, TextureOptions, Ui};

use super::{Atlas, Texture};
use crate::data::{Dataset, Labelled};
use crate::record::Part;

/// Fewest places on the texture.
const LEAST: usize = 64;
/// Most images that are read in one frame where each is read from a file of its own.
const MOST_READ: usize = 4;

/// Images by their row. Those that go out of sight leave their place to others.
#[derive(Debug, Default)]
pub struct Sheet {
    of: Option<(Weak<Dataset>, Part)>,
    atlas: Option<Atlas>,
    image: ColorImage,
    texture: Texture,
    slots: Vec<Option<usize>>,
    places: HashMap<usize, usize>,
}

impl Sheet {
    /// Sees to it that these rows of a part are on the texture.
    pub fn bring(&mut self, ui: &Ui, data: &Arc<Dataset>, part: (Part, &Labelled), rows: &[usize]) {
        let same = self.of.as_ref();
        let same = same.is_some_and(|(of, p)| of.as_ptr() == Arc::as_ptr(data) && *p == part.0);
        if !same || rows.len() > self.slots.len() {
            self.clear(data, part.0, rows.len());
        }
        let Some(atlas) = self.atlas else { return };
        if rows.iter().all(|row| self.places.contains_key(row)) {
            return;
        }
        self.free(rows);
        let mut free = (0..self.slots.len()).filter(|slot| self.slots[*slot].is_none());
        let mut taken = Vec::new();
        let is_read = part.1.features.table().is_none();
        let most = if is_read { MOST_READ } else { usize::MAX };
        for &row in rows.iter().filter(|row| !self.places.contains_key(row)).take(most) {
            let Some(slot) = free.next() else { break };
            taken.push((row, slot));
        }
        if is_read {
            ui.ctx().request_repaint();
        }
        for (row, slot) in taken {
            self.slots[slot] = Some(row);
            self.places.insert(row, slot);
            if row < part.1.rows() {
                atlas.put(&mut self.image, data, &part.1.features.row(row), slot);
            }
        }
        self.texture.set(ui.ctx(), "samples", self.image.clone(), TextureOptions::NEAREST);
    }

    fn clear(&mut self, data: &Arc<Dataset>, part: Part, rows: usize) {
        let count = rows.next_power_of_two().max(LEAST);
        self.of = Some((Arc::downgrade(data), part));
        self.atlas = Atlas::of(data, count);
        let size = self.atlas.map_or([1, 1], |atlas| atlas.size());
        self.image = ColorImage::filled(size, crate::ui::theme::CLEAR);
        self.slots = vec![None; count];
        self.places.clear();
    }

    /// Frees the places of rows that are out of sight.
    fn free(&mut self, rows: &[usize]) {
        let wanted: std::collections::HashSet<usize> = rows.iter().copied().collect();
        for slot in &mut self.slots {
            if let Some(row) = *slot
                && !wanted.contains(&row)
            {
                self.places.remove(&row);
                *slot = None;
            }
        }
    }

    /// Paints a row's image.
    pub fn paint(&self, ui: &Ui, rect: Rect, row: usize) {
        if let Some((atlas, slot)) = self.atlas.zip(self.places.get(&row)) {
            self.texture.paint(ui, rect, rect, Some(atlas.uv(*slot)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::data::Targets;
    use crate::spec::{SampleShape, Task};

    #[test]
    fn what_goes_out_of_sight_makes_room() {
        let rows = 500;
        let part = Labelled::new(Matrix::zeros(rows, 4), Targets::Classes(vec![0; rows]));
        let task = Task::Classification { classes: 2 };
        let data = Arc::new(Dataset::new(
            "dark",
            SampleShape(vec![1, 2, 2]),
            task,
            part.clone(),
            part.clone(),
        ));
        let mut sheet = Sheet::default();
        let ctx = egui::Context::default();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for first in [0, 10, 300, 440] {
                let wanted: Vec<usize> = (first..first + 60).collect();
                sheet.bring(ui, &data, (Part::Test, &part), &wanted);
                assert!(wanted.iter().all(|row| sheet.places.contains_key(row)), "{first}");
                assert_eq!(sheet.slots.len(), LEAST, "the texture does not grow");
                let taken = sheet.slots.iter().flatten().count();
                assert_eq!(taken, sheet.places.len());
            }
            sheet.bring(ui, &data, (Part::Test, &part), &(0..100).collect::<Vec<_>>());
            assert_eq!(sheet.slots.len(), 128);
        });
        output.drop_without_applying_deltas();
    }
}
