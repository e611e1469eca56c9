use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use crate::data::{Dataset, HandInput, Sheet};
use crate::ui::textures::Texture;
use crate::ui::theme::Variant;

/// Most changes of a grid that can be taken back.
const LIMIT: usize = 100;
/// So many of the samples that were asked for last are known again when their answer comes.
const ASKED: usize = 32;

/// How broad strokes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum Brush {
    /// As with a ball pen.
    Fine,
    /// As in the digits of MNIST.
    #[default]
    Medium,
    /// As with chalk.
    Broad,
}

impl Brush {
    /// From thin to thick.
    pub const ALL: [Self; 3] = [Self::Fine, Self::Medium, Self::Broad];

    /// Name shown to the user.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fine => "Fine brush",
            Self::Medium => "Medium brush",
            Self::Broad => "Broad brush",
        }
    }

    /// As a share of the side of the sheet.
    pub fn radius(self) -> f32 {
        match self {
            Self::Fine => 0.025,
            Self::Medium => 0.042,
            Self::Broad => 0.065,
        }
    }
}

/// A line that was drawn without lifting the brush.
#[derive(Clone, Debug)]
struct Stroke {
    points: Vec<[f32; 2]>,
    radius: f32,
}

/// What was drawn, and the sample that becomes of it.
#[derive(Debug, Default)]
pub struct Board {
    data: Weak<Dataset>,
    input: Option<HandInput>,
    sheet: Sheet,
    strokes: Vec<Stroke>,
    /// Whether the last stroke still goes on.
    is_down: bool,
    /// The pixels of a small image, and what they were before each change.
    pixels: Vec<f32>,
    before: VecDeque<Vec<f32>>,
    /// What a pressed button puts on pixels.
    pen: Option<f32>,
    /// Where the pointer was that draws on pixels.
    pub held: Option<egui::Pos2>,
    features: Option<Arc<[f32]>>,
    asked: VecDeque<Arc<[f32]>>,
    /// Where the keys work, from the left and from the top: 0 to 1, or a column and a row.
    pub cursor: [f32; 2],
    /// Counts changes of what was drawn.
    version: u64,
    pub ink: Painted,
    pub seen: Painted,
}

/// A texture, and what it shows.
#[derive(Debug, Default)]
pub struct Painted {
    pub texture: Texture,
    pub of: Option<(u64, Variant)>,
}

impl Painted {
    /// Whether it has to be painted anew for this version and theme.
    pub fn is_stale(&mut self, version: u64, variant: Variant) -> bool {
        self.of.replace((version, variant)) != Some((version, variant))
    }
}

impl Board {
    /// Makes what is drawn fit the samples of `data`.
    pub fn prepare(&mut self, data: &Arc<Dataset>) {
        if self.data.as_ptr() == Arc::as_ptr(data) {
            return;
        }
        self.data = Arc::downgrade(data);
        let before = self.grid();
        self.input = HandInput::of(data);
        if self.grid() != before {
            self.before.clear();
            self.pixels =
                self.grid().map(|[rows, columns]| vec![0.0; rows * columns]).unwrap_or_default();
            self.cursor = if self.grid().is_some() { [0.0; 2] } else { [0.5; 2] };
        }
        self.asked.clear();
        self.refresh();
    }

    /// Whether a sample of the data can be drawn at all.
    pub fn can_draw(&self) -> bool {
        self.input.is_some()
    }

    /// Rows and columns of an image that is drawn pixel by pixel.
    pub fn grid(&self) -> Option<[usize; 2]> {
        self.input.as_ref().filter(|input| input.is_grid()).map(HandInput::size)
    }

    /// The sample as the model sees it; `None` where nothing was drawn.
    pub fn features(&self) -> Option<&Arc<[f32]>> {
        self.features.as_ref()
    }

    /// The place of a sample among those that were asked for, the newest first.
    pub fn age(&self, values: &[f32]) -> Option<usize> {
        self.asked.iter().position(|asked| **asked == *values)
    }

    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn is_down(&self) -> bool {
        self.is_down
    }

    /// Puts the brush down.
    pub fn begin(&mut self, at: [f32; 2], radius: f32) {
        self.is_down = true;
        self.strokes.push(Stroke { points: vec![at], radius });
        self.sheet.line(at, at, radius);
    }

    /// Draws on to a place. Tells whether that is another than the last.
    pub fn extend(&mut self, to: [f32; 2]) -> bool {
        let Some(stroke) = self.strokes.last_mut().filter(|_| self.is_down) else { return false };
        let from = stroke.points.last().copied().unwrap_or(to);
        if from == to {
            return false;
        }
        stroke.points.push(to);
        self.sheet.line(from, to, stroke.radius);
        true
    }

    /// Lifts the brush.
    pub fn lift(&mut self) {
        self.is_down = false;
    }

    pub fn pixel(&self, place: usize) -> f32 {
        self.pixels.get(place).copied().unwrap_or_default()
    }

    /// Draws on a pixel of a grid: the first that is touched turns over, the next become like it.
    pub fn touch(&mut self, place: usize) {
        let ink = match self.pen {
            Some(ink) => ink,
            None => {
                self.remember();
                let ink = if self.pixel(place) > 0.5 { 0.0 } else { 1.0 };
                *self.pen.insert(ink)
            }
        };
        self.set(place, ink);
    }

    /// The next pixel that is touched turns over.
    pub fn lift_pen(&mut self) {
        (self.pen, self.held) = (None, None);
    }

    /// Remembers the pixels as they are, before they change.
    fn remember(&mut self) {
        self.before.push_back(self.pixels.clone());
        if self.before.len() > LIMIT {
            self.before.pop_front();
        }
    }

    /// Puts ink on a pixel, or takes it away.
    fn set(&mut self, place: usize, ink: f32) {
        if let Some(pixel) = self.pixels.get_mut(place).filter(|pixel| **pixel != ink) {
            *pixel = ink;
            self.refresh();
        }
    }

    pub fn can_undo(&self) -> bool {
        if self.grid().is_some() { !self.before.is_empty() } else { !self.strokes.is_empty() }
    }

    /// Takes the last stroke back.
    pub fn undo(&mut self) {
        self.is_down = false;
        if self.grid().is_some() {
            self.pixels = self.before.pop_back().unwrap_or_else(|| self.pixels.clone());
        } else {
            self.strokes.pop();
            self.redraw();
        }
        self.refresh();
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        self.is_down = false;
        if self.grid().is_some() {
            self.remember();
            self.pixels.fill(0.0);
        } else {
            self.strokes.clear();
            self.redraw();
        }
        self.refresh();
    }

    fn redraw(&mut self) {
        self.sheet = Sheet::default();
        for Stroke { points, radius } in &self.strokes {
            let first = points.first().into_iter().map(|at| [*at; 2]);
            let pairs = points.windows(2).map(|pair| [pair[0], pair[1]]);
            first.chain(pairs).for_each(|[from, to]| self.sheet.line(from, to, *radius));
        }
    }

    /// Works out the sample anew.
    pub fn refresh(&mut self) {
        self.version += 1;
        self.features = self.input.as_ref().and_then(|input| {
            let [rows, columns] = input.size();
            let image = match input.is_grid() {
                true => {
                    Some(&self.pixels).filter(|pixels| pixels.iter().any(|&ink| ink > 0.0)).cloned()
                }
                false => self.sheet.fitted(rows, columns),
            };
            image.map(|image| input.features(&image).into())
        });
        if let Some(features) = &self.features
            && self.asked.front() != Some(features)
        {
            self.asked.push_front(Arc::clone(features));
            self.asked.truncate(ASKED);
        }
    }
}
