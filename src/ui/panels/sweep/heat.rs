use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::{self, text_on};
use crate::ui::{Cx, capture, widgets};
use crate::workbench::Sweep;

use super::table::value_text;
use super::{score_text, share_of};

/// Room for the values at the left and above.
const MARGIN: [f32; 2] = [120.0, 28.0];
/// Most that a cell is wide and high.
const CELL: [f32; 2] = [140.0, 64.0];

/// Scores by the values of two fields; where more fields vary, each cell is the best of its trials.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sweep: &Sweep) {
    let listed: Vec<usize> =
        (0..sweep.spec().axes.len()).filter(|&axis| sweep.axis_values(axis).len() > 1).collect();
    let (Some(&first), Some(&second)) = (listed.first(), listed.get(1)) else {
        widgets::muted(ui, cx.theme, "A heat map needs two fields with listed values.");
        return;
    };
    let [x, y] = cx.view.sweep.axes;
    let valid = listed.contains(&x) && listed.contains(&y) && x != y;
    let [mut x, mut y] = if valid { [x, y] } else { [second, first] };
    if listed.len() > 2 {
        choosers(ui, sweep, &listed, &mut x, &mut y);
        widgets::muted(ui, cx.theme, "Each cell is the best of the trials with these values.");
    }
    cx.view.sweep.axes = [x, y];
    cells(ui, cx, sweep, [x, y]);
}

fn choosers(ui: &mut Ui, sweep: &Sweep, listed: &[usize], x: &mut usize, y: &mut usize) {
    let path = |axis: usize| sweep.spec().axes[axis].path.as_str();
    ui.horizontal(|ui| {
        for (name, mine, other) in [("across", true, *y), ("down", false, *x)] {
            ui.label(name);
            let now = if mine { *x } else { *y };
            let list = egui::ComboBox::from_id_salt(name).selected_text(path(now));
            let list = list.show_ui(ui, |ui| {
                for &axis in listed.iter().filter(|&&axis| axis != other) {
                    if ui.selectable_label(axis == now, path(axis)).clicked() {
                        if mine {
                            *x = axis;
                        } else {
                            *y = axis;
                        }
                    }
                }
            });
            list.response.accessible_name(format!("Field {name}"));
        }
    });
}

fn cells(ui: &mut Ui, cx: &mut Cx<'_>, sweep: &Sweep, [x, y]: [usize; 2]) {
    let theme = cx.theme;
    let (columns, rows) = (sweep.axis_values(x), sweep.axis_values(y));
    let room = ui.available_size() - vec2(MARGIN[0], MARGIN[1] + 24.0);
    let width = (room.x / columns.len() as f32).clamp(44.0, CELL[0]);
    let height = (room.y / rows.len() as f32).clamp(24.0, CELL[1]);
    let size = vec2(
        MARGIN[0] + width * columns.len() as f32,
        MARGIN[1] + height * rows.len() as f32 + 20.0,
    );
    let show = |ui: &mut Ui| {
        let (area, _) = ui.allocate_exact_size(size, Sense::hover());
        let origin = area.min + vec2(MARGIN[0], MARGIN[1]);
        let painter = ui.painter();
        let text = |at, align, text: &str| {
            painter.text(at, align, text, theme::small(), theme.text_muted);
        };
        text(area.min, Align2::LEFT_TOP, &sweep.spec().axes[y].path);
        let below = pos2(origin.x, area.bottom());
        text(below, Align2::LEFT_BOTTOM, &sweep.spec().axes[x].path);
        for (column, value) in columns.iter().enumerate() {
            let at = origin + vec2((column as f32 + 0.5) * width, -6.0);
            text(at, Align2::CENTER_BOTTOM, &value_text(value));
        }
        for (row, value) in rows.iter().enumerate() {
            let at = origin + vec2(-8.0, (row as f32 + 0.5) * height);
            text(at, Align2::RIGHT_CENTER, &value_text(value));
        }
        let ranking = sweep.ranking();
        for (row, line) in sweep.cells(x, y).into_iter().enumerate() {
            for (column, cell) in line.into_iter().enumerate() {
                let corner = origin + vec2(column as f32 * width, row as f32 * height);
                let rect = Rect::from_min_size(corner, vec2(width, height)).shrink(1.0);
                let names = [&rows[row], &columns[column]].map(value_text);
                one(ui, cx, sweep, &ranking, rect, cell, &names);
            }
        }
    };
    egui::ScrollArea::both()
        .id_salt("heat")
        .auto_shrink(false)
        .show(ui, |ui| capture::picture(ui, "Heat map of the search", show));
}

fn one(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    sweep: &Sweep,
    ranking: &[usize],
    rect: Rect,
    cell: Option<crate::workbench::Cell>,
    names: &[String; 2],
) {
    let theme = cx.theme;
    let Some(cell) = cell else {
        ui.painter().rect_filled(rect, 2.0, theme.inset);
        return;
    };
    let share = share_of(sweep, ranking, cell.score.mean);
    let fill = theme.under_text(theme.sequential(share));
    let score = score_text(sweep.spec().quantity, cell.score.mean);
    let response = ui.interact(rect, ui.scope_id().with(("cell", cell.trial)), Sense::click());
    let is_chosen = cx.view.sweep.chosen == Some(cell.trial);
    ui.painter().rect_filled(rect, 2.0, fill);
    if is_chosen || response.hovered() {
        let stroke = theme.stroke(2.0, if is_chosen { theme.accent } else { theme.text });
        ui.painter().rect_stroke(rect, 2.0, stroke, egui::StrokeKind::Inside);
    }
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, &score, theme::small(), text_on(fill));
    let label = format!("{}, {}: {score}", names[0], names[1]);
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_chosen, &label));
    if response.clicked() {
        cx.view.sweep.chosen = Some(cell.trial);
    }
}
