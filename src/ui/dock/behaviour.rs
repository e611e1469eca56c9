use egui::{
    Align, Align2, Color32, Id, Layout, Popup, Rect, Response, Role, Sense, Stroke, Ui, UiBuilder,
    Visuals, WidgetInfo, WidgetText, vec2,
};
use egui_tiles::{
    Behavior, EditAction, ResizeState, SimplificationOptions, TabState, Tabs, TileId, Tiles,
    UiResponse,
};

use crate::ui::Cx;
use crate::ui::capture;
use crate::ui::panes::{self, Pane};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Icon, IconButton};

use super::plan::Side;

/// Height of the bar with titles.
pub const BAR: f32 = 34.0;
/// Between places.
pub const GAP: f32 = theme::GAP;
/// No place becomes narrower or lower than this by dragging its edge.
const LEAST: f32 = 132.0;
/// Between the edge of a card and what stands in it.
const MARGIN: f32 = 12.0;

/// What was asked of the panes while they were drawn; done afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// One pane fills the room, or no longer does.
    Full(Option<Pane>),
    /// A pane is closed.
    Close(Pane),
    /// A pane goes on a tab beside another one.
    Tab(Pane, Pane),
    /// A pane gets a place of its own on a side of another one.
    Split(Pane, Pane, Side),
}

/// Draws the panes of a tree, each place as a card with a bar of titles.
pub struct Desktop<'a, 'b> {
    /// What panels get.
    pub cx: &'a mut Cx<'b>,
    /// What was asked for.
    pub asked: Vec<Ask>,
    /// Whether an edge was dragged, and must be brought onto the grid.
    pub resized: bool,
    /// Whether a pane was dropped somewhere else.
    pub dropped: bool,
    /// The pane under the pointer.
    pub under: Option<Pane>,
    /// Whether the bar that is drawn has one title alone.
    alone: bool,
}

impl<'a, 'b> Desktop<'a, 'b> {
    /// Nothing was asked for so far.
    pub fn new(cx: &'a mut Cx<'b>) -> Self {
        Self { cx, asked: Vec::new(), resized: false, dropped: false, under: None, alone: false }
    }

    /// Draws one pane alone, as large as the room.
    pub fn alone(&mut self, ui: &mut Ui, pane: Pane) {
        let rect = ui.available_rect_before_wrap();
        ui.painter().add(card(self.cx.theme, rect));
        let (top, rest) = rect.split_top_bottom_at_y(rect.top() + BAR);
        let mut bar = ui.new_child(UiBuilder::new().max_rect(top.shrink2(vec2(MARGIN, 0.0))));
        bar.horizontal_centered(|ui| {
            let title = panes::title(pane, self.cx.state);
            let state = TabState { active: true, ..TabState::default() };
            let id = ui.scope_id().with(("title", pane));
            if tab(ui, self.cx.theme, id, title, &state, false, true).double_clicked() {
                self.asked.push(Ask::Full(None));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let leave = IconButton::new(Icon::Close, "Leave full screen")
                    .tip("Show the other panels again")
                    .shortcut("Esc");
                if leave.show(ui, self.cx.theme).clicked() {
                    self.asked.push(Ask::Full(None));
                }
            });
        });
        let mut child = content(ui, pane, rest);
        pane.show(&mut child, self.cx, self.cx.state.selected());
        ui.advance_cursor_after_rect(rect);
    }

    /// Everything that can be done with the pane in front.
    fn menu(&mut self, ui: &mut Ui, pane: Pane, mates: &[Pane]) {
        ui.set_min_width(180.0);
        if ui.button("Full screen").clicked() {
            self.ask(ui, Ask::Full(Some(pane)));
        }
        ui.separator();
        for (label, side) in [("Split right", Side::Right), ("Split below", Side::Below)] {
            ui.menu_button(label, |ui| {
                if mates.len() > 1 && ui.button("This panel").clicked() {
                    self.ask(ui, Ask::Split(pane, pane, side));
                }
                self.others(ui, mates, |other| Ask::Split(other, pane, side));
            });
        }
        ui.menu_button("Add a tab", |ui| self.others(ui, mates, |other| Ask::Tab(other, pane)));
        ui.separator();
        let state = self.cx.state;
        capture::offers(ui, Some(&pane.picture_name(state, state.selected())));
        ui.separator();
        let close = ui.button("Close");
        if close.on_hover_text("View, Panels opens it again").clicked() {
            self.ask(ui, Ask::Close(pane));
        }
    }

    /// An entry for every pane that does not stand here already.
    fn others(&mut self, ui: &mut Ui, mates: &[Pane], ask: impl Fn(Pane) -> Ask) {
        ui.set_min_width(160.0);
        for other in Pane::ALL.into_iter().filter(|other| !mates.contains(other)) {
            if ui.button(other.label()).on_hover_text(other.tip()).clicked() {
                self.ask(ui, ask(other));
            }
        }
    }

    fn ask(&mut self, ui: &Ui, ask: Ask) {
        self.asked.push(ask);
        ui.close();
    }

    fn title_of(&self, tiles: &Tiles<Pane>, tile: TileId) -> &'static str {
        tiles.get_pane(&tile).map_or("Panels", |pane| panes::title(*pane, self.cx.state))
    }
}

/// The surface of a place.
fn card(theme: &Theme, rect: Rect) -> egui::Shape {
    let frame = widgets::frame(theme);
    frame.paint(rect - frame.total_margin())
}

/// Where the contents of a pane are drawn: under names of their own, so that a panel keeps its
/// place in a list wherever it moves.
pub fn content(ui: &mut Ui, pane: Pane, rect: Rect) -> Ui {
    let mut inside = rect.shrink2(vec2(MARGIN, 0.0));
    inside.max.y -= MARGIN - 2.0;
    let builder = UiBuilder::new().max_rect(inside).scope_id(Id::unique(("pane", pane)));
    let mut child = ui.new_child(builder.layout(Layout::top_down(Align::LEFT)));
    child.shrink_clip_rect(rect.shrink(1.0));
    child
}

/// A title in a bar. The response is of the whole title.
fn tab(
    ui: &mut Ui,
    theme: &Theme,
    id: Id,
    title: &str,
    state: &TabState,
    draggable: bool,
    alone: bool,
) -> Response {
    let ink = if state.active { theme.text } else { theme.text_muted };
    let galley = ui.painter().layout_no_wrap(title.to_owned(), theme::body(), ink);
    let side = if alone { 0.0 } else { theme::GAP };
    let width = (galley.size().x + 2.0 * side).ceil();
    let (_, rect) = ui.allocate_space(vec2(width, ui.available_height()));
    let sense = if draggable { Sense::click_and_drag() } else { Sense::click() };
    let response = ui.interact(rect, id, sense);
    response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), state.active, title));
    if state.is_being_dragged || !ui.is_rect_visible(rect) {
        return response;
    }
    let color = if response.hovered() { theme.text } else { ink };
    let at = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect).min;
    ui.painter().galley_with_override_text_color(at, galley, color);
    if state.active && !alone {
        let line = rect.shrink2(vec2(side, 0.0)).x_range();
        ui.painter().hline(line, rect.bottom() - 4.0, theme.stroke(2.0, theme.accent));
    }
    if response.has_focus() {
        let round = f32::from(theme::FIELD_RADIUS);
        let ring = rect.shrink2(vec2(0.0, 4.0));
        ui.painter().rect_stroke(ring, round, theme.focus_ring(), egui::StrokeKind::Inside);
    }
    response
}

impl Behavior<Pane> for Desktop<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _: TileId, pane: &mut Pane) -> UiResponse {
        let rect = ui.max_rect();
        if ui.rect_contains_pointer(rect) {
            self.under = Some(*pane);
        }
        let mut child = content(ui, *pane, rect);
        pane.show(&mut child, self.cx, self.cx.state.selected());
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        panes::title(*pane, self.cx.state).into()
    }

    fn tab_ui(
        &mut self,
        tiles: &mut Tiles<Pane>,
        ui: &mut Ui,
        id: Id,
        tile_id: TileId,
        state: &TabState,
    ) -> Response {
        let title = self.title_of(tiles, tile_id);
        let pane = tiles.get_pane(&tile_id).copied();
        let response = tab(ui, self.cx.theme, id, title, state, true, self.alone);
        if response.double_clicked() {
            self.asked.push(Ask::Full(pane));
        }
        let tip = pane.map_or("", Pane::tip);
        response.on_hover_ui(|ui| {
            ui.label(tip);
            ui.weak("Drag to move, double-click for full screen");
        })
    }

    fn top_bar_right_ui(
        &mut self,
        tiles: &Tiles<Pane>,
        ui: &mut Ui,
        tile_id: TileId,
        tabs: &Tabs,
        _scroll_offset: &mut f32,
    ) {
        // The bar is drawn before everything else of its place, so the card goes first.
        if let Some(rect) = tiles.rect(tile_id) {
            ui.painter().add(card(self.cx.theme, rect));
        }
        let mates: Vec<Pane> =
            tabs.children.iter().filter_map(|id| tiles.get_pane(id).copied()).collect();
        self.alone = mates.len() < 2;
        let front = tabs.active.and_then(|id| tiles.get_pane(&id).copied());
        let Some(pane) = front else { return };
        let theme = self.cx.theme;
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(theme::TIGHT);
        let title = panes::title(pane, self.cx.state);
        let name = format!("Menu of {title}");
        let more = IconButton::new(Icon::More, &name)
            .tip("Split, add a tab, or close this panel")
            .tint(theme.text_muted)
            .show(ui, theme);
        Popup::menu(&more).show(|ui| self.menu(ui, pane, &mates));
        let name = format!("{title} full screen");
        let full = IconButton::new(Icon::Fit, &name)
            .tip("Let this panel fill the window")
            .shortcut("F11")
            .tint(theme.text_muted);
        if full.show(ui, theme).clicked() {
            self.asked.push(Ask::Full(Some(pane)));
        }
    }

    fn tab_bar_left_ui(&mut self, _: &Tiles<Pane>, ui: &mut Ui, _: TileId, _: &Tabs) {
        // The first letter of a title stands above what is in the card.
        ui.add_space(if self.alone { MARGIN } else { MARGIN - theme::GAP });
    }

    fn tab_bar_height(&self, _: &egui::Style) -> f32 {
        BAR
    }

    fn gap_width(&self, _: &egui::Style) -> f32 {
        GAP
    }

    fn min_size(&self) -> f32 {
        LEAST
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: true, ..SimplificationOptions::default() }
    }

    fn resize_stroke(&self, _: &egui::Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => self.cx.theme.stroke(2.0, self.cx.theme.outline),
            ResizeState::Dragging => self.cx.theme.stroke(2.0, self.cx.theme.accent),
        }
    }

    fn tab_bar_color(&self, _: &Visuals) -> Color32 {
        theme::CLEAR
    }

    fn dragged_overlay_color(&self, _: &Visuals) -> Color32 {
        self.cx.theme.background.gamma_multiply(0.5)
    }

    fn drag_preview_stroke(&self, _: &Visuals) -> Stroke {
        self.cx.theme.focus_ring()
    }

    fn drag_preview_color(&self, _: &Visuals) -> Color32 {
        self.cx.theme.accent.gamma_multiply(0.16)
    }

    fn drag_ui(&mut self, tiles: &Tiles<Pane>, ui: &mut Ui, tile_id: TileId) {
        let title = self.title_of(tiles, tile_id);
        egui::Frame::popup(ui.style()).show(ui, |ui| ui.label(title));
    }

    fn on_edit(&mut self, action: EditAction) {
        match action {
            EditAction::TileResized => self.resized = true,
            EditAction::TileDropped => self.dropped = true,
            EditAction::TileDragged | EditAction::TabSelected => {}
        }
    }
}
