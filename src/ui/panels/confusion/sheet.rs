//! The matrix as it is painted: worked out once for each picture of the run.

use std::sync::{Arc, Weak};

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Pos2, Rect, Shape, StrokeKind, Ui, Vec2, pos2, vec2};

use crate::record::{Confusion, Part, ProbeFrame};
use crate::ui::theme::{self, Theme, Variant, mix, text_on};
use crate::ui::widgets::{Picture, thousands};

use super::words;
use super::{Cells, Shading};

/// Most classes whose cells hold words; with more, colour and pointer must do.
pub const WORDED: usize = 20;
/// Smallest and largest side of a cell, and least and largest height of one with words.
const SIDES: [f32; 2] = [8.0, 64.0];
const HEIGHTS: [f32; 2] = [22.0, 40.0];
/// Height of a line of small text.
const LINE: f32 = 16.0;
/// Most room for the name of a class.
const NAME: f32 = 84.0;

/// What the picture depends on besides the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// What stands in each cell.
    pub cells: Cells,
    /// What the depth of colour stands for.
    pub shading: Shading,
    /// Whether predicted classes run down.
    pub transposed: bool,
    /// Which theme.
    pub variant: Variant,
}

/// A cell of the matrix, the head or sum of a row or column, or the corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which row; `None` for the head of a column.
    pub row: Option<usize>,
    /// Which column; `None` for the head of a row.
    pub col: Option<usize>,
}

impl Place {
    /// The true and the predicted class it stands for.
    pub fn classes(self, transposed: bool) -> [Option<usize>; 2] {
        if transposed { [self.col, self.row] } else { [self.row, self.col] }
    }

    /// So many rows down and columns to the right, heads before the first ones.
    pub fn moved(self, step: [i32; 2], classes: usize) -> Self {
        let along = |place: Option<usize>, step: i32| {
            let from = place.map_or(-1, |place| place as i32);
            usize::try_from((from + step).clamp(-1, classes as i32 - 1)).ok()
        };
        Self { row: along(self.row, step[0]), col: along(self.col, step[1]) }
    }
}

/// All that stands in the matrix.
#[derive(Default)]
pub struct Sheet {
    of: Weak<ProbeFrame>,
    part: Part,
    /// How it is drawn.
    pub style: Style,
    /// Names of the classes.
    pub names: Vec<String>,
    cells: Vec<Cell>,
    /// Sums of rows and columns as they stand, and of all.
    sums: [Vec<String>; 2],
    total: String,
    measures: Measures,
    picture: Picture,
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").field("part", &self.part).field("style", &self.style).finish()
    }
}

struct Cell {
    fill: Color32,
    ink: Color32,
    words: [Vec<String>; 2],
}

/// Widths of texts, the widest that can stand there.
#[derive(Clone, Copy, Default)]
struct Measures {
    /// Precise words in body and in small font, and brief ones in small font.
    words: [f32; 3],
    name: f32,
    sum: f32,
    classes: usize,
    lines: usize,
}

/// How much is written into the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    Large,
    Small,
    Brief,
    Nothing,
}

/// Where everything stands.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Room for all of it.
    pub size: Vec2,
    /// Whether it is larger than the room there is.
    pub overflows: bool,
    origin: Pos2,
    cell: Vec2,
    head: Vec2,
    sum: f32,
    classes: usize,
    writing: Writing,
}

impl Layout {
    /// The same with its corner at a place.
    pub fn at(&self, origin: Pos2) -> Self {
        Self { origin, ..self.clone() }
    }

    fn grid(&self) -> Rect {
        Rect::from_min_size(self.origin + self.head, self.cell * self.classes as f32)
    }

    /// Where a cell stands, or the head of a row or column.
    pub fn rect(&self, place: Place) -> Rect {
        let grid = self.grid();
        let [x, width] = match place.col {
            Some(col) => [grid.left() + col as f32 * self.cell.x, self.cell.x],
            None => [self.origin.x + LINE, self.head.x - LINE],
        };
        let [y, height] = match place.row {
            Some(row) => [grid.top() + row as f32 * self.cell.y, self.cell.y],
            None => [self.origin.y + LINE, self.head.y - LINE],
        };
        Rect::from_min_size(pos2(x, y), vec2(width, height))
    }

    /// What stands at a point: heads and sums belong to their row or column.
    pub fn place(&self, at: Pos2) -> Option<Place> {
        let inside = (at - self.grid().min) / self.cell;
        let along = |value: f32| {
            let index = value.floor();
            (index >= 0.0 && index < self.classes as f32).then_some(index as usize)
        };
        let (row, col) = (along(inside.y), along(inside.x));
        (row.is_some() || col.is_some()).then_some(Place { row, col })
    }
}

impl Sheet {
    /// Whether it is still what is to be shown.
    pub fn is_of(&self, frame: &Arc<ProbeFrame>, part: Part, style: Style) -> bool {
        self.of.as_ptr() == Arc::as_ptr(frame) && self.part == part && self.style == style
    }

    /// Works it out.
    pub fn of(
        ui: &Ui,
        theme: &Theme,
        (frame, part): (&Arc<ProbeFrame>, Part),
        style: Style,
        table: &Confusion,
        names: Vec<String>,
    ) -> Self {
        let classes = table.classes();
        let most = (0..classes).flat_map(|row| table.row(row)).copied().max().unwrap_or(0);
        let columns: Vec<u64> = (0..classes).map(|c| words::column_total(table, c)).collect();
        let rows: Vec<u64> = (0..classes).map(|c| table.row_total(c)).collect();
        let cells = (0..classes * classes).map(|index| {
            let (row, col) = (index / classes, index % classes);
            let (truth, predicted) = if style.transposed { (col, row) } else { (row, col) };
            let count = table.count(truth, predicted);
            let all =
                if style.cells == Cells::OfPredicted { columns[predicted] } else { rows[truth] };
            let depth = depth(style.shading, count, all, most);
            let fill = theme.under_text(shade(theme, depth, truth == predicted));
            let ink = if count == 0 { theme.text_muted } else { text_on(fill) };
            let worded = classes <= WORDED;
            let words = if worded {
                words::in_cell(table, style.cells, truth, predicted)
            } else {
                Default::default()
            };
            Cell { fill, ink, words }
        });
        let texts = |sums: &[u64]| sums.iter().copied().map(thousands).collect::<Vec<_>>();
        let sums = match style.transposed {
            true => [texts(&columns), texts(&rows)],
            false => [texts(&rows), texts(&columns)],
        };
        Self {
            of: Arc::downgrade(frame),
            part,
            style,
            cells: cells.collect(),
            sums,
            total: thousands(table.total()),
            measures: Measures::of(ui, table, style.cells, &names),
            picture: Picture::default(),
            names,
        }
    }

    /// Where everything stands in a width.
    pub fn layout(&self, width: f32) -> Layout {
        let Measures { words, name, sum, classes, lines } = self.measures;
        let head = vec2(LINE + name + 6.0, 2.0 * LINE + 4.0);
        let room = ((width - head.x - sum) / classes as f32).floor();
        let fits = |words: f32| classes <= WORDED && room >= words + 4.0;
        let writing = match words {
            [large, ..] if fits(large) => Writing::Large,
            [_, small, _] if fits(small) => Writing::Small,
            [.., brief] if fits(brief) => Writing::Brief,
            _ => Writing::Nothing,
        };
        let side = room.clamp(SIDES[0], SIDES[1]);
        let [low, high] = HEIGHTS;
        let height = match writing {
            Writing::Nothing => side.min(high),
            _ if lines > 1 => side.clamp(36.0, high),
            _ => side.clamp(low, high),
        };
        let cell = vec2(side, height);
        let size = head + cell * classes as f32 + vec2(sum, LINE + 2.0);
        let overflows = size.x > width + 1.0 || size.y > 560.0;
        let origin = Pos2::ZERO;
        Layout { size, overflows, origin, cell, head, sum, classes, writing }
    }

    /// Paints it.
    pub fn paint(&mut self, ui: &Ui, theme: &Theme, layout: &Layout) {
        let grid = layout.grid();
        let Self { picture, cells, .. } = self;
        picture.paint(ui, grid, || squares(theme, layout, cells));
        self.write(ui, layout);
        self.axes(ui, theme, layout);
        self.names(ui, theme, layout);
        self.sums(ui, theme, layout);
    }

    fn write(&self, ui: &Ui, layout: &Layout) {
        let (which, font) = match layout.writing {
            Writing::Nothing => return,
            Writing::Large => (0, theme::body()),
            Writing::Small => (0, theme::small()),
            Writing::Brief => (1, theme::small()),
        };
        for (index, cell) in self.cells.iter().enumerate() {
            let (row, col) = (index / layout.classes, index % layout.classes);
            let middle = layout.rect(Place { row: Some(row), col: Some(col) }).center();
            let line = |align, text: &String, font: &FontId| {
                ui.painter().text(middle, align, text, font.clone(), cell.ink);
            };
            match &cell.words[which][..] {
                [one] => line(Align2::CENTER_CENTER, one, &font),
                [first, second, ..] => {
                    line(Align2::CENTER_BOTTOM, first, &font);
                    line(Align2::CENTER_TOP, second, &theme::small());
                }
                [] => {}
            }
        }
    }

    /// The axes in words.
    fn axes(&self, ui: &Ui, theme: &Theme, layout: &Layout) {
        let (down, across) = match self.style.transposed {
            true => ("← predicted class", "true class →"),
            false => ("← true class", "predicted class →"),
        };
        let (painter, grid) = (ui.painter(), layout.grid());
        let ink = theme.text_muted;
        // Where the matrix is narrower than the words they begin at its left edge.
        let text = painter.layout_no_wrap(across.to_owned(), theme::small(), ink);
        let middle = grid.center().x - text.size().x / 2.0;
        // Of a matrix that is scrolled they stand where it begins, not out of sight.
        let left = if layout.overflows { grid.left() } else { middle.max(layout.origin.x) };
        painter.galley(pos2(left, layout.origin.y), text, ink);
        let text = painter.layout_no_wrap(down.to_owned(), theme::small(), ink);
        let length = text.size().x;
        let middle = grid.center().y + length / 2.0;
        let bottom = match layout.overflows {
            true => grid.top() + length,
            false => middle.max(layout.origin.y + length),
        };
        let shape = egui::epaint::TextShape::new(pos2(layout.origin.x, bottom), text, ink);
        painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
    }

    /// Names of classes along both axes. Of very many only every so many is written, which is
    /// enough to find one's way; the pointer tells all.
    fn names(&self, ui: &Ui, theme: &Theme, layout: &Layout) {
        let every = |room: f32, needed: f32| (needed / room).ceil().max(1.0) as usize;
        let few = layout.classes <= WORDED;
        let [across, down] = [
            if few { 1 } else { every(layout.cell.x, self.measures.name.min(40.0)) },
            every(layout.cell.y, LINE - 2.0),
        ];
        for (class, name) in self.names.iter().enumerate() {
            if class % down == 0 {
                let rect = layout.rect(Place { row: Some(class), col: None });
                named(
                    ui,
                    theme,
                    name,
                    rect.right_center() - vec2(6.0, 0.0),
                    self.measures.name,
                    1.0,
                );
            }
            if class % across == 0 {
                let rect = layout.rect(Place { row: None, col: Some(class) });
                let width = layout.cell.x * across as f32 - 2.0;
                let middle = rect.center_bottom() - vec2(0.0, LINE / 2.0 + 2.0);
                named(ui, theme, name, middle, width, 0.5);
            }
        }
    }

    fn sums(&self, ui: &Ui, theme: &Theme, layout: &Layout) {
        if layout.writing == Writing::Nothing {
            return;
        }
        let grid = layout.grid();
        let [rows, cols] = &self.sums;
        let painter = ui.painter();
        let right = grid.right() + layout.sum;
        let below = grid.bottom() + LINE / 2.0 + 1.0;
        let text = |at: Pos2, align: Align2, text: &String| {
            painter.text(at, align, text, theme::small(), theme.text_muted);
        };
        for (class, (row, col)) in rows.iter().zip(cols).enumerate() {
            let cell = layout.rect(Place { row: Some(class), col: Some(class) });
            text(pos2(right, cell.center().y), Align2::RIGHT_CENTER, row);
            // A sum that is wider than its column would run into its neighbours.
            if self.measures.sum <= layout.cell.x + 6.0 {
                text(pos2(cell.center().x, below), Align2::CENTER_CENTER, col);
            }
        }
        text(pos2(right, below), Align2::RIGHT_CENTER, &self.total);
    }
}

/// A name that ends, or stands around, a place; cut short with an ellipsis where it is too long.
fn named(ui: &Ui, theme: &Theme, name: &str, at: Pos2, width: f32, before: f32) {
    let mut job = LayoutJob::simple_singleline(name.to_owned(), theme::small(), theme.text);
    job.wrap = TextWrapping::truncate_at_width(width);
    let galley = ui.painter().layout_job(job);
    let corner = at - galley.size() * vec2(before, 0.5);
    ui.painter().galley(corner, galley, theme.text);
}

fn squares(theme: &Theme, layout: &Layout, cells: &[Cell]) -> Vec<Shape> {
    let gap = if layout.cell.x < 14.0 { 0.0 } else { 0.5 };
    let round = if gap > 0.0 { 2.0 } else { 0.0 };
    let mut shapes = Vec::with_capacity(cells.len() + layout.classes);
    for (index, cell) in cells.iter().enumerate() {
        let (row, col) = (index / layout.classes, index % layout.classes);
        let rect = layout.rect(Place { row: Some(row), col: Some(col) }).shrink(gap);
        shapes.push(Shape::rect_filled(rect, round, cell.fill));
        if row == col && gap > 0.0 {
            let edge = theme.stroke(1.0, theme.text_muted);
            shapes.push(Shape::rect_stroke(rect, round, edge, StrokeKind::Inside));
        }
    }
    shapes
}

impl Measures {
    fn of(ui: &Ui, table: &Confusion, cells: Cells, names: &[String]) -> Self {
        let width = |text: &str, font: FontId| {
            ui.painter().layout_no_wrap(text.to_owned(), font, theme::INHERIT).size().x
        };
        let [precise, brief] = words::widest(table, cells);
        let longest = names.iter().map(|name| width(name, theme::small()));
        Self {
            words: [
                width(&precise, theme::body()),
                width(&precise, theme::small()),
                width(&brief, theme::small()),
            ],
            name: longest.fold(0.0, f32::max).min(NAME),
            sum: width(&thousands(table.total()), theme::small()) + 6.0,
            classes: table.classes(),
            lines: if cells == Cells::Both { 2 } else { 1 },
        }
    }
}

/// How full of colour a cell is, from 0 to 1: its share of all of its class, or its count.
pub fn depth(shading: Shading, count: u64, all: u64, most: u64) -> f32 {
    let depth = match shading {
        _ if count == 0 || all == 0 => 0.0,
        Shading::Share => count as f64 / all as f64,
        Shading::Count => (count as f64).ln_1p() / (most as f64).ln_1p(),
    };
    depth as f32
}

/// Right answers and mistakes in colours of their own.
fn shade(theme: &Theme, depth: f32, is_right: bool) -> Color32 {
    if depth <= 0.0 {
        return theme.inset;
    }
    // A single mistake among many still has a tint.
    let end = if is_right { theme.accent } else { theme.negative };
    mix(theme.inset, end, 0.14 + 0.86 * depth.min(1.0))
}
