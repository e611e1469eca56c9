//! One row for each column of the table: what it is, what stands in it, how it goes with the
//! label, what becomes of it.

use egui::{Align, Color32, Frame, Margin, Panel, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use crate::data::{Association, ColumnFindings, Measure, Summary};
use crate::spec::{ColumnKind, ColumnRole, ColumnSpec, CsvSpec, DataSource, DataSpec, MissingRule};
use crate::ui::format::compact;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{
    self, CELL_PADDING, Cells, Grid, Tracks, bar, bars, line_in, menu_cell, text_cell,
};
use crate::ui::{Cx, fields};

use super::roles::{self, Head};
use super::{csv, edit, inspector, table};

/// Height of a row.
const ROW: f32 = 26.0;
/// Height of the head.
const HEAD: f32 = 26.0;
/// Least and greatest room for the names of columns.
const NAMES: [f32; 2] = [116.0, 260.0];
/// Room for the scroll bar.
const BAR: f32 = 10.0;
/// Width of what is said of the selected column.
const SIDE: f32 = 240.0;

/// What stands in a cell of this table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Role,
    Kind,
    Missing,
    Rule,
    Distinct,
    Min,
    Mean,
    Median,
    Max,
    Std,
    Distribution,
    WithLabel,
    Becomes,
}

impl What {
    const ALL: [Self; 13] = [
        Self::Role,
        Self::Kind,
        Self::Missing,
        Self::Rule,
        Self::Distinct,
        Self::Min,
        Self::Mean,
        Self::Median,
        Self::Max,
        Self::Std,
        Self::Distribution,
        Self::WithLabel,
        Self::Becomes,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Role => "Role",
            Self::Kind => "Kind",
            Self::Missing => "Missing",
            Self::Rule => "If missing",
            Self::Distinct => "Distinct",
            Self::Min => "Min",
            Self::Mean => "Mean",
            Self::Median => "Median",
            Self::Max => "Max",
            Self::Std => "σ",
            Self::Distribution => "Histogram",
            Self::WithLabel => "With label",
            Self::Becomes => "Becomes",
        }
    }

    fn tip(self) -> &'static str {
        match self {
            Self::Role => "What the column is used for",
            Self::Kind => "What its cells are",
            Self::Missing => "Cells without a value",
            Self::Rule => "What becomes of cells without a value",
            Self::Distinct => "Different values",
            Self::Min => "Smallest value",
            Self::Mean => "Arithmetic mean",
            Self::Median => "Half of the values are smaller",
            Self::Max => "Largest value",
            Self::Std => "Standard deviation (divisor n − 1)",
            Self::Distribution => "How often values fall into equal bins, or the commonest values",
            Self::WithLabel => {
                "How strongly the column goes with the label: Pearson's r, the correlation ratio \
                 η, or Cramér's V"
            }
            Self::Becomes => "The features that the network sees",
        }
    }

    fn width(self) -> f32 {
        match self {
            Self::Role => 80.0,
            Self::Kind => 96.0,
            Self::Missing => 58.0,
            Self::Rule => 116.0,
            Self::Distinct => 60.0,
            Self::Min | Self::Mean | Self::Median | Self::Max | Self::Std => 56.0,
            Self::Distribution => 72.0,
            Self::WithLabel => 100.0,
            Self::Becomes => 220.0,
        }
    }

    fn is_number(self) -> bool {
        !matches!(
            self,
            Self::Role
                | Self::Kind
                | Self::Rule
                | Self::Distribution
                | Self::WithLabel
                | Self::Becomes
        )
    }
}

/// Shows the tab.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(csv) = csv(cx.state) else { return };
    if cx.view.dataset.cache.heads.is_empty() {
        widgets::muted(ui, cx.theme, "The columns are being read.");
        return;
    }
    let bare = Frame::new().inner_margin(Margin { left: 12, ..Margin::ZERO });
    let side = Panel::right("column").frame(bare).resizable(false).exact_size(SIDE);
    side.show_separator_line(true).show(ui, |ui| inspector::show(ui, cx, csv));
    let inside = egui::CentralPanel::no_frame();
    let (changed, selected) = inside.show(ui, |ui| list(ui, cx, csv)).inner;
    cx.view.dataset.column = selected;
    match changed {
        Some((column, Change::Role(role))) => set_role(cx, column, role),
        Some((column, Change::Kind(kind))) => set_kind(cx, column, kind),
        Some((column, Change::Missing(rule))) => say(cx, column, |said| said.missing = rule),
        None => {}
    }
}

/// What was found in a column, where the data are there and of this table.
pub fn found<'a>(cx: &Cx<'a>, head: &Head) -> Option<&'a ColumnFindings> {
    let data = cx.state.data().dataset()?;
    let found = data.findings.as_ref()?.columns.get(head.index)?;
    (found.name == head.name).then_some(found)
}

/// Role and kind as guessed: by the first rows, which are newer, or by the whole table.
pub fn guessed(cx: &Cx<'_>, head: &Head) -> (ColumnRole, ColumnKind) {
    let preview = cx.state.preview().and_then(|preview| preview.columns.get(head.index));
    match (found(cx, head), preview) {
        (Some(found), _) if super::is_current(cx.state) => (found.role, found.kind),
        (_, Some(column)) => (column.role, column.kind),
        (Some(found), None) => (found.role, found.kind),
        (None, None) => (ColumnRole::Feature, ColumnKind::Text),
    }
}

/// Widths of what fits. The features a column becomes are left to the side where they would be
/// cut, and take what is left where there is much room.
fn tracks(room: f32) -> Tracks {
    let all = What::ALL.map(What::width);
    let (last, others) = (all[all.len() - 1], &all[..all.len() - 1]);
    let left = room - others.iter().sum::<f32>() - NAMES[0] - BAR;
    let becomes = (left >= last / 2.0).then(|| left.clamp(last / 2.0, last));
    Tracks::new(others.iter().copied().chain(becomes))
}

enum Change {
    Role(ColumnRole),
    Kind(Option<ColumnKind>),
    Missing(Option<MissingRule>),
}

fn list(ui: &mut Ui, cx: &Cx<'_>, csv: &CsvSpec) -> (Option<(usize, Change)>, usize) {
    let room = ui.available_width();
    let tracks = tracks(room);
    let heads = &cx.view.dataset.cache.heads;
    let grid = Grid {
        name: "columns of the table",
        tracks: &tracks,
        rows: heads.len(),
        row_height: ROW,
        head: HEAD,
        gutter: (room - tracks.width() - BAR).clamp(NAMES[0], NAMES[1]),
    };
    let selected = cx.view.dataset.column.min(heads.len() - 1);
    let data = &cx.state.draft().data;
    let mut cells = List { cx, theme: cx.theme, data, csv, heads, selected, changed: None };
    grid.show(ui, cx.theme, &mut cells);
    (cells.changed, cells.selected)
}

struct List<'a, 'b> {
    cx: &'a Cx<'b>,
    theme: &'a Theme,
    data: &'a DataSpec,
    csv: &'a CsvSpec,
    heads: &'a [Head],
    selected: usize,
    changed: Option<(usize, Change)>,
}

impl List<'_, '_> {
    fn ink(&self, role: ColumnRole) -> Color32 {
        if role == ColumnRole::Ignored { self.theme.text_muted } else { self.theme.text }
    }

    fn role(&self, head: &Head) -> ColumnRole {
        head.role(self.data, self.csv, self.heads.len(), guessed(self.cx, head).0)
    }

    /// What a click with the right button on the name of a column offers.
    fn menu(&mut self, response: &egui::Response, row: usize) {
        let head = &self.heads[row];
        let mut changed = None;
        response.context_menu(|ui| {
            ui.menu_button("Role", |ui| {
                let chosen = table::role_entries(ui, self.role(head));
                changed = chosen.map(Change::Role);
            });
            ui.menu_button("Kind", |ui| {
                let said = head.said(self.csv).and_then(|said| said.kind);
                changed = table::kind_entries(ui, said).map(Change::Kind).or(changed.take());
            });
            if ui.button("Copy name").clicked() {
                ui.copy_text(head.name.clone());
                ui.close();
            }
        });
        if let Some(change) = changed {
            self.changed = Some((head.index, change));
            self.selected = row;
        }
    }

    fn menus(&mut self, ui: &Ui, what: What, head: &Head, rect: Rect) {
        let theme = self.theme;
        match what {
            What::Role => {
                let chosen = table::role_menu(ui, theme, head, self.role(head), rect);
                self.changed =
                    chosen.map(|role| (head.index, Change::Role(role))).or(self.changed.take());
            }
            What::Kind => {
                let now = head.kind(self.csv, guessed(self.cx, head).1);
                let said = head.said(self.csv).and_then(|said| said.kind);
                let chosen = table::kind_menu(ui, theme, head, (now, said), rect);
                self.changed =
                    chosen.map(|kind| (head.index, Change::Kind(kind))).or(self.changed.take());
            }
            _ => self.rule(ui, head, rect),
        }
    }

    /// What becomes of missing values; nothing where none is missing and nothing was said.
    fn rule(&mut self, ui: &Ui, head: &Head, rect: Rect) {
        let said = head.said(self.csv).and_then(|said| said.missing);
        let found = found(self.cx, head);
        let is_asked = said.is_some() || found.is_some_and(|found| found.missing > 0);
        let is_used = self.role(head) == ColumnRole::Feature;
        let Some(now) = said.or(found.map(|found| found.missing_rule)) else { return };
        if !is_asked || !is_used {
            return;
        }
        let kind = head.kind(self.csv, guessed(self.cx, head).1);
        let name = format!("Missing values of {}", head.name);
        let text = (rule_label(now), self.theme.text);
        let chosen = menu_cell(ui, self.theme, &name, rect, text, |ui| rules(ui, said, kind));
        if let Some(rule) = chosen {
            self.changed = Some((head.index, Change::Missing(rule)));
        }
    }

    fn picture(&self, ui: &Ui, found: &ColumnFindings, rect: Rect) {
        let rect = rect.shrink2(egui::vec2(CELL_PADDING, 4.0));
        let color = self.theme.outline;
        if let Some(histogram) = &found.histogram {
            bars(ui, rect, &histogram.counts, color);
        } else if !matches!(found.kind, ColumnKind::Identifier | ColumnKind::Text) {
            // Of texts and identifiers every value would be as frequent as any other.
            let counts: Vec<usize> = found.top.iter().map(|(_, count)| *count).collect();
            bars(ui, rect, &counts, color);
        }
    }

    fn texts(&self, ui: &Ui, what: What, found: &ColumnFindings, (row, rect): (usize, Rect)) {
        let number = |of: fn(&Summary) -> f64| {
            found.summary.as_ref().map_or_else(String::new, |summary| compact(of(summary)))
        };
        let text = match what {
            What::Missing => widgets::thousands(found.missing as u64),
            What::Distinct => widgets::thousands(found.distinct as u64),
            What::Min => number(|summary| summary.min),
            What::Mean => number(|summary| summary.mean),
            What::Median => number(|summary| summary.median),
            What::Max => number(|summary| summary.max),
            What::Std => number(|summary| summary.std),
            _ => becomes(found),
        };
        let color = match what {
            What::Missing if found.missing == 0 => self.theme.text_muted,
            _ => self.ink(found.role),
        };
        let align = if what.is_number() { Align::Max } else { Align::Min };
        let id = ui.scope_id().with((row, what.label()));
        let response = text_cell(ui, rect, id, align, &text, color);
        if what == What::Becomes && !text.is_empty() {
            response.on_hover_text(text);
        }
    }
}

impl Cells for List<'_, '_> {
    fn corner(&mut self, ui: &mut Ui, rect: Rect) {
        line_in(ui, rect, Align::Min, "Column", theme::small(), self.theme.text_muted);
    }

    fn head(&mut self, ui: &mut Ui, column: usize, rect: Rect) {
        let what = What::ALL[column];
        let align = if what.is_number() { Align::Max } else { Align::Min };
        line_in(ui, rect, align, what.label(), theme::small(), self.theme.text_muted);
        ui.interact(rect, ui.scope_id().with(column), Sense::hover()).on_hover_text(what.tip());
    }

    fn row(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        // The name, which can be reached by the keyboard, stands for the whole row.
        let response = ui.interact(rect, ui.scope_id().with(("row", row)), Sense::CLICK);
        if response.clicked() {
            self.selected = row;
        }
        let fill = match (row == self.selected, response.hovered()) {
            (true, _) => self.theme.accent_soft,
            (false, true) => self.theme.inset,
            (false, false) => theme::CLEAR,
        };
        ui.painter().rect_filled(rect, 0.0, fill);
        ui.painter().hline(rect.x_range(), rect.bottom(), self.theme.hairline());
    }

    fn gutter(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        let head = &self.heads[row];
        let role = self.role(head);
        if role == ColumnRole::Label {
            let mark = rect.with_max_x(rect.left() + 3.0);
            ui.painter().rect_filled(mark, 0.0, self.theme.accent);
        }
        line_in(ui, rect, Align::Min, &head.name, theme::body(), self.ink(role));
        let response = ui.interact(rect, ui.scope_id().with(("name", row)), Sense::click());
        let is_selected = row == self.selected;
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, &head.name));
        if response.clicked() || response.gained_focus() {
            self.selected = row;
        }
        self.menu(&response, row);
        if response.has_focus() {
            let (ring, inside) = (self.theme.focus_ring(), egui::StrokeKind::Inside);
            ui.painter().rect_stroke(rect, theme::FIELD_RADIUS, ring, inside);
        }
    }

    fn cell(&mut self, ui: &mut Ui, row: usize, column: usize, rect: Rect) {
        let (what, head) = (What::ALL[column], &self.heads[row]);
        if matches!(what, What::Role | What::Kind | What::Rule) {
            self.menus(ui, what, head, rect);
            return;
        }
        let Some(found) = found(self.cx, head) else { return };
        match what {
            What::Distribution => self.picture(ui, found, rect),
            What::WithLabel => {
                if let Some(association) = found.association {
                    show_association(ui, self.theme, association, rect);
                }
            }
            _ => self.texts(ui, what, found, (row, rect)),
        }
    }
}

/// The features a column becomes.
pub fn becomes(found: &ColumnFindings) -> String {
    match found.inputs.len() {
        0 => String::new(),
        1..=4 => found.inputs.join(", "),
        many => format!("{many} features: {}, …", found.inputs[..2].join(", ")),
    }
}

/// `r −0.54`, and a bar: from the middle to both sides for r, from the left for the others.
pub fn show_association(ui: &Ui, theme: &Theme, association: Association, rect: Rect) {
    let value = association.value;
    let text = format!("{} {}", association.measure.symbol(), signed(value));
    let words = rect.with_max_x(rect.left() + 58.0);
    line_in(ui, words, Align::Min, &text, theme::body(), theme.text);
    let place = Rect::from_min_max(
        pos2(words.right(), rect.center().y - 4.0),
        pos2(rect.right() - CELL_PADDING, rect.center().y + 4.0),
    );
    ui.painter().rect_filled(place, 1.0, theme.inset);
    if association.measure == Measure::Pearson {
        let middle = place.center().x;
        let reach = place.width() / 2.0 * (value.abs().min(1.0) as f32);
        let (left, right) =
            if value < 0.0 { (middle - reach, middle) } else { (middle, middle + reach) };
        let color = if value < 0.0 { theme.negative } else { theme.positive };
        ui.painter().rect_filled(place.with_min_x(left).with_max_x(right), 1.0, color);
        ui.painter().vline(middle, place.y_range(), theme.hairline());
    } else {
        bar(ui, place, value as f32, theme.positive);
    }
    let id = ui.scope_id().with(("association", rect.top().to_bits()));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    response.on_hover_text(measure_tip(association.measure));
}

fn signed(value: f64) -> String {
    format!("{value:.2}").replace('-', "−")
}

fn measure_tip(measure: Measure) -> &'static str {
    match measure {
        Measure::Pearson => "Pearson's r with the label: −1 to 1, 0 where there is no line",
        Measure::Eta => "Correlation ratio η: the share of spread that the classes explain, 0 to 1",
        Measure::CramersV => "Cramér's V of two sets of categories, 0 to 1",
    }
}

/// All ways to treat missing values, in the order they are offered.
const RULES: [MissingRule; 5] = [
    MissingRule::DropRow,
    MissingRule::Mean,
    MissingRule::Median,
    MissingRule::MostFrequent,
    MissingRule::Indicator,
];

/// Name shown to the user.
pub fn rule_label(rule: MissingRule) -> &'static str {
    match rule {
        MissingRule::DropRow => "drop the row",
        MissingRule::Mean => "mean",
        MissingRule::Median => "median",
        MissingRule::MostFrequent => "most frequent",
        MissingRule::Indicator => "mark missing",
    }
}

fn rule_tip(rule: MissingRule) -> &'static str {
    match rule {
        MissingRule::DropRow => "Rows without a value here are left out",
        MissingRule::Mean => "The mean of the training part is put in",
        MissingRule::Median => "The median of the training part is put in",
        MissingRule::MostFrequent => "The most frequent value of the training part is put in",
        MissingRule::Indicator => {
            "A further column, or a category, says that the value is missing; numbers become \
             their mean"
        }
    }
}

/// The entries of a menu of rules.
pub fn rules(
    ui: &mut Ui,
    said: Option<MissingRule>,
    kind: ColumnKind,
) -> Option<Option<MissingRule>> {
    let mut chosen = None;
    if fields::entry(ui, said.is_none(), "auto", None).clicked() {
        chosen = Some(None);
    }
    for rule in RULES {
        let is_average = matches!(rule, MissingRule::Mean | MissingRule::Median);
        let refused = (is_average && kind != ColumnKind::Number)
            .then_some("Only numbers have a mean or a median");
        let entry = fields::entry(ui, said == Some(rule), rule_label(rule), refused);
        if entry.on_hover_text(rule_tip(rule)).clicked() {
            chosen = Some(Some(rule));
        }
    }
    chosen.filter(|chosen| *chosen != said)
}

/// Gives a column another role.
pub fn set_role(cx: &mut Cx<'_>, column: usize, role: ColumnRole) {
    let Some(head) = cx.view.dataset.cache.heads.get(column).cloned() else { return };
    edit(cx, |data| roles::set_role(data, &head, role));
}

/// Takes a column's cells for something else.
pub fn set_kind(cx: &mut Cx<'_>, column: usize, kind: Option<ColumnKind>) {
    say(cx, column, |said| said.kind = kind);
}

/// Says something of a column. Its features may be others then, so inputs computed from features
/// go.
pub fn say(cx: &mut Cx<'_>, column: usize, change: impl FnOnce(&mut ColumnSpec)) {
    let Some(head) = cx.view.dataset.cache.heads.get(column).cloned() else { return };
    edit(cx, |data| {
        if let DataSource::Csv(csv) = &mut data.source {
            head.say(csv, change);
            data.derived.clear();
        }
    });
}
