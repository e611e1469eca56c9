use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use egui::epaint::{ClippedShape, ImageData};
use egui::{ColorImage, Context, FullOutput, Id, LayerId, Plugin, RawInput, Rect, TextureId, Ui};

use crate::workbench::Rendering;

use super::drawing::{Drawing, Kept};
use super::exposure::Exposure;

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Pixels, 300 to an inch.
    Png,
    /// Shapes, sharp in every size.
    Svg,
}

impl Format {
    /// Ending of the file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }
}

/// What becomes of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is written to a file.
    Save(Format),
    /// It is put on the clipboard.
    Copy,
}

impl Wish {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Save(Format::Png), Self::Save(Format::Svg), Self::Copy];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Save(Format::Png) => "Save picture as PNG\u{2026}",
            Self::Save(Format::Svg) => "Save picture as SVG\u{2026}",
            Self::Copy => "Copy picture",
        }
    }
}

/// A picture that was taken.
#[derive(Clone)]
pub struct Taken {
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub wish: Wish,
    drawing: Arc<Drawing>,
    clipboard: Clipboard,
}

impl Taken {
    /// The work of drawing it, to be done away from the window. A picture for the clipboard gets
    /// there in a later frame of `ctx`.
    #[must_use]
    pub fn rendering(&self, ctx: &Context) -> Rendering {
        let drawing = Arc::clone(&self.drawing);
        match self.wish {
            Wish::Save(Format::Svg) => {
                Rendering::new(move |out| out.write_all(drawing.svg().as_bytes()))
            }
            Wish::Save(Format::Png) => Rendering::new(move |out| out.write_all(&drawing.png()?)),
            Wish::Copy => {
                let (clipboard, ctx) = (Arc::clone(&self.clipboard), ctx.clone());
                Rendering::new(move |_| copy(&drawing, &clipboard, &ctx))
            }
        }
    }

    /// Says of when it is.
    pub fn say(&mut self, ctx: &Context, words: String) {
        if let Some(drawing) = Arc::get_mut(&mut self.drawing) {
            drawing.say(ctx, words);
        }
    }

    /// What was painted.
    #[must_use]
    pub fn drawing(&self) -> &Drawing {
        &self.drawing
    }
}

/// A picture on its way to the clipboard, which only a frame can reach.
type Clipboard = Arc<Mutex<Option<ColorImage>>>;

fn copy(drawing: &Drawing, clipboard: &Clipboard, ctx: &Context) -> io::Result<()> {
    let image = drawing.pixels()?;
    *clipboard.lock().unwrap_or_else(PoisonError::into_inner) = Some(image);
    ctx.request_repaint();
    Ok(())
}

/// Frames in which a picture is tried to be taken.
const PATIENCE: u8 = 4;

/// A picture that was seen in a frame.
struct Seen {
    id: Id,
    name: String,
    area: f32,
}

/// What is remembered to take pictures: those that are seen, the one that is wanted, and the
/// pixels of all textures, which the painter does not give back.
#[derive(Default)]
pub(super) struct Camera {
    now: Vec<Seen>,
    last: Vec<Seen>,
    /// The one that the pointer was on last; of pictures within pictures, the innermost.
    pointed: Option<Id>,
    /// Its area, while it is of this frame.
    pointed_area: f32,
    wanted: Option<(Id, Wish)>,
    /// Frames in which the wanted one may still be seen; a closed panel is not waited for.
    patience: u8,
    /// Whether pictures are in light colours whatever the window looks like.
    pub(super) is_light: bool,
    /// The pass in which a picture is taken, while it lasts.
    exposure: Option<Exposure>,
    /// What was painted for the wanted one in this pass; its textures are known when it ends.
    caught: Option<Taken>,
    /// The places of shapes that are no part of a picture, by layer.
    apart: Vec<(LayerId, Range<usize>)>,
    /// What controls say, and the place at which they do.
    notes: Vec<(LayerId, usize, String)>,
    taken: Option<Taken>,
    textures: BTreeMap<TextureId, Kept>,
    clipboard: Clipboard,
}

impl Camera {
    pub(super) fn is_taking(&self) -> bool {
        self.exposure.as_ref().is_some_and(Exposure::is_open)
    }

    /// The picture of this name; else the one that the pointer was on last; else the largest.
    pub(super) fn ask(&mut self, name: Option<&str>, wish: Wish) -> bool {
        // Within a frame, what was seen so far; between frames, what was seen in the last.
        let seen = || self.last.iter().chain(&self.now);
        let found = match name {
            Some(name) => seen().find(|seen| seen.name == name),
            None => seen()
                .find(|seen| Some(seen.id) == self.pointed)
                .or_else(|| seen().max_by(|a, b| a.area.total_cmp(&b.area))),
        };
        self.wanted = found.map(|seen| (seen.id, wish));
        self.patience = PATIENCE;
        self.wanted.is_some()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.last.iter().map(|seen| seen.name.clone()).collect()
    }

    pub(super) fn taken(&mut self) -> Option<Taken> {
        self.taken.take()
    }

    /// Leaves shapes out of the picture that is taken.
    pub(super) fn leave_out(&mut self, layer: LayerId, shapes: Range<usize>) {
        self.apart.push((layer, shapes));
    }

    /// Adds a line below the title of the picture that is taken.
    pub(super) fn note(&mut self, layer: LayerId, place: usize, words: String) {
        if !words.is_empty() {
            self.notes.push((layer, place, words));
        }
    }

    /// What is left out of a picture that begins at a place of a layer, and what is said of it.
    fn set_up(&mut self, layer: LayerId, first: usize) -> (Vec<Range<usize>>, Vec<String>) {
        let apart = self.apart.iter().filter(|(of, _)| *of == layer);
        let notes = self.notes.iter().filter(|(of, at, _)| *of == layer && *at >= first);
        (
            apart.map(|(_, range)| range.clone()).collect(),
            notes.map(|(_, _, words)| words.clone()).collect(),
        )
    }

    /// Notes what became of textures in this frame.
    fn follow(&mut self, output: &FullOutput) {
        let delta = &output.textures_delta;
        #[allow(clippy::iter_over_hash_type, reason = "each texture is kept by itself")]
        for (&id, changes) in &delta.set {
            for change in changes {
                let ImageData::Color(image) = &change.image;
                match change.pos {
                    None => {
                        let kept = Kept { image: Arc::clone(image), options: change.options };
                        self.textures.insert(id, kept);
                    }
                    Some(at) => {
                        if let Some(kept) = self.textures.get_mut(&id) {
                            patch(Arc::make_mut(&mut kept.image), image, at);
                        }
                    }
                }
            }
        }
        self.textures.retain(|id, _| !delta.free.contains(id));
    }
}

impl Plugin for Camera {
    fn debug_name(&self) -> &'static str {
        "pictures"
    }

    /// A picture is taken in a pass of its own, which is not shown.
    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        if let Some(exposure) = self.exposure.take() {
            exposure.give_back(input);
        } else if self.wanted.is_some() && ctx.current_pass_index() == 0 {
            self.exposure = Some(Exposure::begin(ctx, input, self.is_light));
        }
    }

    fn on_begin_pass(&mut self, ui: &mut Ui) {
        let waiting = self.clipboard.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(image) = waiting {
            ui.ctx().copy_image(image);
        }
        self.last = std::mem::take(&mut self.now);
        self.apart.clear();
        self.notes.clear();
        self.pointed_area = f32::INFINITY;
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let Some(exposure) = &mut self.exposure else { return };
        exposure.end(ui.ctx());
        self.patience = self.patience.saturating_sub(1);
        if self.patience == 0 {
            self.wanted = None;
        }
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        self.follow(output);
        if let Some(mut caught) = self.caught.take() {
            if let Some(drawing) = Arc::get_mut(&mut caught.drawing) {
                drawing.textures = self.textures.clone();
            }
            self.taken = Some(caught);
            ctx.request_repaint();
        }
    }
}

/// Puts new pixels into a part of a picture.
fn patch(whole: &mut ColorImage, part: &ColorImage, [left, top]: [usize; 2]) {
    let ([width, height], [columns, rows]) = (whole.size, part.size);
    if left + columns > width || top + rows > height || columns == 0 {
        return;
    }
    for (row, line) in part.pixels.chunks_exact(columns).enumerate() {
        let start = (top + row) * width + left;
        whole.pixels[start..start + columns].copy_from_slice(line);
    }
}

/// Notes that a picture is seen, and takes it when it is the one that is wanted. `first` is the
/// place among the shapes of its layer at which it begins.
pub(super) fn see(ui: &Ui, name: &str, rect: Rect, first: usize) {
    let ctx = ui.ctx();
    let id = ui.scope_id().with(("picture", name));
    let (is_pointed, is_dropped) = (ui.rect_contains_pointer(rect), ctx.will_discard());
    let wish = ctx.with_plugin(|camera: &mut Camera| {
        camera.now.push(Seen { id, name: name.to_owned(), area: rect.area() });
        if is_pointed && rect.area() < camera.pointed_area {
            (camera.pointed, camera.pointed_area) = (Some(id), rect.area());
        }
        // Where another pass was asked for before, the rest of this one is not painted.
        if !camera.is_taking() || is_dropped {
            return None;
        }
        camera.wanted.take_if(|(wanted, _)| *wanted == id).map(|(_, wish)| wish)
    });
    let Some(wish) = wish.flatten() else { return };
    let layer = ui.layer_id();
    let (apart, notes) =
        ctx.with_plugin(|camera: &mut Camera| camera.set_up(layer, first)).unwrap_or_default();
    let is_shown = |place: &usize| !apart.iter().any(|range| range.contains(place));
    let shapes: Vec<ClippedShape> = ctx
        .graphics(|all| {
            let all = all.get(layer)?.all_entries().enumerate().skip(first);
            Some(all.filter(|(place, _)| is_shown(place)).map(|(_, shape)| shape.clone()).collect())
        })
        .unwrap_or_default();
    let drawing = Arc::new(Drawing::of(ctx, name, notes, (rect, shapes)));
    ctx.with_plugin(|camera: &mut Camera| {
        let clipboard = Arc::clone(&camera.clipboard);
        camera.caught = Some(Taken { name: name.to_owned(), wish, drawing, clipboard });
    });
}
