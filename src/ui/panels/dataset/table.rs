//! The file as it stands: the first rows in cells, and above them how it was cut.

use std::collections::HashMap;

use egui::{Align, Color32, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::data::{Fault, PreviewColumn, TablePreview};
use crate::spec::{ColumnKind, ColumnRole, CsvSpec, DataSpec};
use crate::ui::Cx;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, CELL_PADDING, Cells, Grid, Icon, Tracks, line_in, menu_cell};

use super::roles::{self, Head};
use super::{columns, csv, dialect, faults};

/// Height of a row.
const ROW: f32 = 22.0;
/// Height of the head: name, role, kind.
const HEAD: f32 = 72.0;
/// Room for line numbers.
const GUTTER: f32 = 62.0;
/// Least and greatest width of a column; the least has room for the names of roles and kinds.
const WIDTHS: [f32; 2] = [100.0, 260.0];
/// Width of a letter, about.
const LETTER: f32 = 7.4;
/// Rows whose cells decide how wide a column is.
const MEASURED: usize = 40;
/// Room below the rows for what is said of them.
const BELOW: f32 = 30.0;
/// The same while the list of what did not fit is open.
const BELOW_OPEN: f32 = 214.0;

/// Sizes and places that follow from the preview alone.
#[derive(Default)]
pub struct Measures {
    tracks: Tracks,
    /// The faults of each line of the file.
    faults: HashMap<usize, Vec<usize>>,
}

impl Measures {
    /// Works them out.
    pub fn of(preview: &TablePreview) -> Self {
        let mut letters: Vec<usize> =
            preview.columns.iter().map(|column| column.name.chars().count() + 2).collect();
        for row in preview.rows.iter().take(MEASURED) {
            for (most, cell) in letters.iter_mut().zip(&row.cells) {
                *most = (*most).max(cell.chars().count());
            }
        }
        let [least, most] = WIDTHS;
        let width =
            |letters: usize| (letters as f32 * LETTER + 2.0 * CELL_PADDING).clamp(least, most);
        let mut faults: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, fault) in preview.faults.iter().enumerate() {
            faults.entry(fault.row).or_default().push(index);
        }
        Self { tracks: Tracks::new(letters.into_iter().map(width)), faults }
    }
}

/// Shows the tab.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(csv) = csv(cx.state) else { return };
    dialect::show(ui, cx, csv);
    ui.add_space(2.0);
    dialect::meaning(ui, cx, csv);
    ui.add_space(6.0);
    let Some(preview) = cx.state.preview() else {
        widgets::muted(ui, cx.theme, "The first rows are being read.");
        return;
    };
    let id = ui.scope_id().with("below");
    let below = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(BELOW).min(BELOW_OPEN);
    let height = (ui.available_height() - below - 4.0).max(120.0);
    let size = vec2(ui.available_width(), height);
    let changed = ui
        .allocate_ui(size, |ui| {
            ui.set_min_size(size);
            grid(ui, cx, csv, preview)
        })
        .inner;
    let said = ui.vertical(|ui| faults::show(ui, cx)).response.rect.height();
    ui.data_mut(|data| data.insert_temp(id, said.max(BELOW - 8.0) + 8.0));
    match changed {
        Some((column, Change::Role(role))) => columns::set_role(cx, column, role),
        Some((column, Change::Kind(kind))) => columns::set_kind(cx, column, kind),
        None => {}
    }
}

/// What was chosen in a head.
enum Change {
    Role(ColumnRole),
    Kind(Option<ColumnKind>),
}

fn grid(
    ui: &mut Ui,
    cx: &Cx<'_>,
    csv: &CsvSpec,
    preview: &TablePreview,
) -> Option<(usize, Change)> {
    let cache = &cx.view.dataset.cache;
    let grid = Grid {
        name: "first rows of the file",
        tracks: &cache.table.tracks,
        rows: preview.rows.len(),
        row_height: ROW,
        head: HEAD,
        gutter: GUTTER,
    };
    let mut cells = FirstRows {
        theme: cx.theme,
        data: &cx.state.draft().data,
        csv,
        preview,
        heads: &cache.heads,
        faults: &cache.table.faults,
        seen: Vec::new(),
        changed: None,
    };
    grid.show(ui, cx.theme, &mut cells);
    cells.changed
}

struct FirstRows<'a> {
    theme: &'a Theme,
    data: &'a DataSpec,
    csv: &'a CsvSpec,
    preview: &'a TablePreview,
    heads: &'a [Head],
    faults: &'a HashMap<usize, Vec<usize>>,
    /// Role and kind of the columns in sight, so that each is looked up once a frame.
    seen: Vec<(usize, ColumnRole, ColumnKind)>,
    changed: Option<(usize, Change)>,
}

impl<'a> FirstRows<'a> {
    fn column(&self, column: usize) -> Option<(&'a Head, &'a PreviewColumn)> {
        Some((self.heads.get(column)?, self.preview.columns.get(column)?))
    }

    fn use_of(&mut self, column: usize) -> (ColumnRole, ColumnKind) {
        if let Some(&(_, role, kind)) = self.seen.iter().find(|(seen, ..)| *seen == column) {
            return (role, kind);
        }
        let usual = (ColumnRole::Feature, ColumnKind::Text);
        let (role, kind) = self.column(column).map_or(usual, |(head, found)| {
            let role = head.role(self.data, self.csv, self.heads.len(), found.role);
            (role, head.kind(self.csv, found.kind))
        });
        self.seen.push((column, role, kind));
        (role, kind)
    }

    /// What did not fit in a row: as a whole, or in one of its cells.
    fn faults_of(&self, row: usize, column: Option<usize>) -> impl Iterator<Item = &'a Fault> {
        let (faults, line) = (&self.preview.faults, self.preview.rows[row].line);
        let of_line = self.faults.get(&line).map_or(&[][..], Vec::as_slice);
        let of_line = of_line.iter().map(move |&index| &faults[index]);
        of_line.filter(move |fault| column.is_none() || fault.column == column)
    }

    fn ink(&self, role: ColumnRole) -> Color32 {
        if role == ColumnRole::Ignored { self.theme.text_muted } else { self.theme.text }
    }

    /// The label stands out, what is left out stands back.
    fn behind(&self, ui: &Ui, role: ColumnRole, rect: Rect) {
        let fill = match role {
            ColumnRole::Label => self.theme.accent_soft,
            ColumnRole::Ignored => self.theme.inset,
            ColumnRole::Feature | ColumnRole::Split => return,
        };
        ui.painter().rect_filled(rect, 0.0, fill);
    }

    fn name(&self, ui: &Ui, head: &Head, found: &PreviewColumn, role: ColumnRole, rect: Rect) {
        line_in(ui, rect, Align::Min, &head.name, theme::body(), self.ink(role));
        let response = ui.interact(rect, ui.scope_id().with(("name", head.index)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &head.name));
        response.on_hover_ui(|ui| {
            ui.strong(&head.name);
            ui.label(&found.reason);
        });
    }
}

impl Cells for FirstRows<'_> {
    fn corner(&mut self, ui: &mut Ui, rect: Rect) {
        let line = rect.with_min_y(rect.bottom() - ROW);
        line_in(ui, line, Align::Max, "line", theme::small(), self.theme.text_muted);
    }

    fn head(&mut self, ui: &mut Ui, column: usize, rect: Rect) {
        let Some((head, found)) = self.column(column) else { return };
        let (role, kind) = self.use_of(column);
        self.behind(ui, role, rect);
        if role == ColumnRole::Label {
            let mark = rect.with_max_y(rect.top() + 3.0);
            ui.painter().rect_filled(mark, 0.0, self.theme.accent);
        }
        let third = (rect.height() - 4.0) / 3.0;
        let at = |place: f32| {
            let top = rect.top() + 4.0 + place * third;
            Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + third))
        };
        self.name(ui, head, found, role, at(0.0));
        if let Some(role) = role_menu(ui, self.theme, head, role, at(1.0)) {
            self.changed = Some((column, Change::Role(role)));
        }
        let said = head.said(self.csv).and_then(|said| said.kind);
        if let Some(kind) = kind_menu(ui, self.theme, head, (kind, said), at(2.0)) {
            self.changed = Some((column, Change::Kind(kind)));
        }
        ui.painter().vline(rect.right(), rect.y_range(), self.theme.hairline());
    }

    fn row(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        if self.faults_of(row, None).next().is_some() {
            let tint = theme::mix(self.theme.surface, self.theme.warning, 0.14);
            ui.painter().rect_filled(rect, 0.0, tint);
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), self.theme.hairline());
    }

    fn gutter(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        let number = widgets::thousands(self.preview.rows[row].line as u64);
        line_in(ui, rect, Align::Max, &number, theme::small(), self.theme.text_muted);
        let Some(first) = self.faults_of(row, None).next() else { return };
        let sign =
            Rect::from_center_size(pos2(rect.left() + 10.0, rect.center().y), vec2(14.0, 14.0));
        Icon::Warning.paint(ui.painter(), sign, self.theme.warning);
        let response = ui.interact(rect, ui.scope_id().with(("line", row)), Sense::hover());
        let words = format!("line {number}: {}", first.message);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        response.on_hover_ui(|ui| {
            for fault in self.faults_of(row, None) {
                ui.label(&fault.message);
            }
        });
    }

    fn cell(&mut self, ui: &mut Ui, row: usize, column: usize, rect: Rect) {
        let (role, kind) = self.use_of(column);
        if self.faults.is_empty() || !self.faults.contains_key(&self.preview.rows[row].line) {
            self.behind(ui, role, rect.with_max_y(rect.bottom() - 1.0));
        }
        let Some(text) = self.preview.rows[row].cells.get(column) else { return };
        let align = if kind == ColumnKind::Number { Align::Max } else { Align::Min };
        line_in(ui, rect, align, text, theme::body(), self.ink(role));
        let Some(fault) = self.faults_of(row, Some(column + 1)).next() else { return };
        let stroke = self.theme.stroke(1.5, self.theme.warning);
        ui.painter().rect_stroke(rect.shrink(1.0), 2.0, stroke, StrokeKind::Inside);
        let response = ui.interact(rect, ui.scope_id().with((row, column)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        response.on_hover_text(&fault.message);
    }
}

/// A menu of roles, for the head of a column or its row in a list.
pub fn role_menu(
    ui: &Ui,
    theme: &Theme,
    head: &Head,
    now: ColumnRole,
    rect: Rect,
) -> Option<ColumnRole> {
    let color = match now {
        ColumnRole::Label => theme.accent,
        ColumnRole::Ignored => theme.text_muted,
        ColumnRole::Feature | ColumnRole::Split => theme.text,
    };
    let name = format!("Role of {}", head.name);
    menu_cell(ui, theme, &name, rect, (roles::role_label(now), color), |ui| role_entries(ui, now))
}

/// The roles that a column can be given.
pub fn role_entries(ui: &mut Ui, now: ColumnRole) -> Option<ColumnRole> {
    let mut chosen = None;
    for role in roles::ROLES {
        let leaves =
            now == ColumnRole::Label && matches!(role, ColumnRole::Feature | ColumnRole::Ignored);
        let refused = leaves.then_some("Choose another column as the label first");
        let entry = crate::ui::fields::entry(ui, role == now, roles::role_label(role), refused);
        if entry.on_hover_text(roles::role_tip(role)).clicked() && role != now {
            chosen = Some(role);
        }
    }
    chosen
}

/// A menu of kinds. `said` is what the user chose; the first entry leaves it to Descent again.
pub fn kind_menu(
    ui: &Ui,
    theme: &Theme,
    head: &Head,
    (now, said): (ColumnKind, Option<ColumnKind>),
    rect: Rect,
) -> Option<Option<ColumnKind>> {
    let name = format!("Kind of {}", head.name);
    let text = (roles::kind_label(now), theme.text_muted);
    menu_cell(ui, theme, &name, rect, text, |ui| kind_entries(ui, said))
}

/// The kinds that a column can be taken for.
pub fn kind_entries(ui: &mut Ui, said: Option<ColumnKind>) -> Option<Option<ColumnKind>> {
    let mut chosen = None;
    if crate::ui::fields::entry(ui, said.is_none(), "auto", None).clicked() {
        chosen = Some(None);
    }
    for kind in roles::KINDS {
        let is_now = said == Some(kind);
        if crate::ui::fields::entry(ui, is_now, roles::kind_label(kind), None).clicked() {
            chosen = Some(Some(kind));
        }
    }
    chosen.filter(|chosen| *chosen != said)
}
