//! Knows: the panes, the theme, widgets, and `egui_tiles`: where panes stand and how large.
//! Never: what is drawn in a pane; the workbench, but for what a pane asks of it.

mod behaviour;
mod layouts;
mod plan;

use std::collections::BTreeMap;

use egui::{Key, Ui, Vec2};
use egui_tiles::{Container, LinearDir, Tile, TileId, Tree};

use super::panes::Pane;
use super::{Cx, widgets};

use behaviour::{Ask, Desktop, GAP};
#[cfg(test)]
pub use behaviour::{BAR, content};
pub use layouts::Layout;
pub use plan::{Plan, Side};

/// Which layout is shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
pub enum Name {
    /// One that is always there.
    BuiltIn(Layout),
    /// One that the user saved, by its name.
    Own(String),
}

impl Name {
    /// Name shown to the user.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::BuiltIn(layout) => layout.label(),
            Self::Own(name) => name,
        }
    }
}

/// How a layout was left.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
struct Left {
    plan: Plan,
    /// Whether the user moved, resized, opened or closed panes. Else the places follow the size
    /// of the window, and only the tabs in front are remembered.
    is_moved: bool,
}

/// Where the panes stand, in each of the layouts.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
pub struct Dock {
    name: Name,
    /// Whether the user chose another layout than the one that suits the number of runs.
    by_hand: bool,
    left: Vec<(Name, Left)>,
    own: BTreeMap<String, Plan>,
    #[serde(skip)]
    shown: Option<Shown>,
    /// The pane that fills the room.
    #[serde(skip)]
    full: Option<Pane>,
    /// The pane under the pointer.
    #[serde(skip)]
    under: Option<Pane>,
}

/// The layout that is shown.
#[derive(Debug)]
struct Shown {
    tree: Tree<Pane>,
    size: Vec2,
    is_moved: bool,
}

/// A room to begin with, before the size of the window is known.
const USUAL: Vec2 = Vec2::new(1264.0, 704.0);
/// Edges that are dragged come to stand on this grid.
const GRID: f32 = 4.0;

impl Default for Dock {
    fn default() -> Self {
        Self {
            name: Name::BuiltIn(Layout::Train),
            by_hand: false,
            left: Vec::new(),
            own: BTreeMap::new(),
            shown: None,
            full: None,
            under: None,
        }
    }
}

impl Dock {
    /// Whether what was remembered can be drawn.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_known = |name: &Name| match name {
            Name::BuiltIn(_) => true,
            Name::Own(name) => self.own.contains_key(name),
        };
        is_known(&self.name)
            && self.left.iter().all(|(name, left)| is_known(name) && left.plan.is_sound())
            && self.own.values().all(Plan::is_sound)
    }

    /// Which layout is shown.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The built-in layout that is shown.
    #[must_use]
    pub fn built_in(&self) -> Option<Layout> {
        match self.name {
            Name::BuiltIn(layout) => Some(layout),
            Name::Own(_) => None,
        }
    }

    /// The names of the layouts that the user saved.
    pub fn own(&self) -> impl Iterator<Item = &str> {
        self.own.keys().map(String::as_str)
    }

    /// The panes that are seen: in front of their place, or alone.
    #[must_use]
    pub fn visible(&self) -> Vec<Pane> {
        if let Some(pane) = self.full {
            return vec![pane];
        }
        let Some(Shown { tree, .. }) = &self.shown else { return Vec::new() };
        let mut panes: Vec<Pane> =
            tree.active_tiles().iter().filter_map(|id| tree.tiles.get_pane(id).copied()).collect();
        panes.sort_unstable();
        panes
    }

    /// Where the panes that are seen stand, their bars left out.
    #[cfg(test)]
    pub fn places(&self) -> Vec<(Pane, egui::Rect)> {
        let Some(Shown { tree, .. }) = &self.shown else { return Vec::new() };
        let place = |id: TileId| Some((*tree.tiles.get_pane(&id)?, tree.tiles.rect(id)?));
        tree.active_tiles().into_iter().filter_map(place).collect()
    }

    /// Whether a pane stands anywhere in this layout, be it behind another one.
    #[must_use]
    pub fn is_open(&self, pane: Pane) -> bool {
        let mut tiles = self.shown.iter().flat_map(|shown| shown.tree.tiles.tiles());
        tiles.any(|tile| matches!(tile, Tile::Pane(other) if *other == pane))
    }

    /// The pane that fills the room.
    #[must_use]
    pub fn full(&self) -> Option<Pane> {
        self.full
    }

    /// Shows a layout as the user chose it. What suits the number of runs goes on following it.
    pub fn choose(&mut self, name: Name, runs: usize) {
        self.by_hand = name != Name::BuiltIn(suited(runs));
        self.turn_to(name);
    }

    /// Turns from training one run to comparing several and back, unless the user chose otherwise.
    pub fn follow(&mut self, runs: usize) {
        let suited = Name::BuiltIn(suited(runs));
        if !self.by_hand && self.name != suited {
            self.turn_to(suited);
        }
    }

    fn turn_to(&mut self, name: Name) {
        self.full = None;
        if self.name == name {
            return;
        }
        self.remember();
        let size = self.shown.take().map_or(USUAL, |shown| shown.size);
        self.name = name;
        self.fit(size);
    }

    /// Writes down how the shown layout stands, so that it is found like this again.
    pub fn remember(&mut self) {
        let Some(shown) = &self.shown else { return };
        let Some(plan) = Plan::of(&shown.tree) else { return };
        let left = Left { plan, is_moved: shown.is_moved };
        self.left.retain(|(name, _)| *name != self.name);
        self.left.push((self.name.clone(), left));
    }

    /// Puts the shown layout back to how it is by default.
    pub fn reset(&mut self) {
        self.left.retain(|(name, _)| *name != self.name);
        let size = self.shown.take().map_or(USUAL, |shown| shown.size);
        self.full = None;
        self.fit(size);
    }

    /// Keeps the arrangement that is shown under a name, and shows it by that name.
    pub fn save_as(&mut self, name: &str) {
        let Some(plan) = self.shown.as_ref().and_then(|shown| Plan::of(&shown.tree)) else {
            return;
        };
        self.remember();
        self.own.insert(name.to_owned(), plan);
        self.name = Name::Own(name.to_owned());
        self.left.retain(|(name, _)| *name != self.name);
        self.by_hand = true;
    }

    /// Calls a layout that the user saved otherwise; nothing happens where another has the name.
    pub fn rename(&mut self, from: &str, to: &str) {
        if self.own.contains_key(to) {
            return;
        }
        let Some(plan) = self.own.remove(from) else { return };
        self.own.insert(to.to_owned(), plan);
        let (old, new) = (Name::Own(from.to_owned()), Name::Own(to.to_owned()));
        let names = self.left.iter_mut().map(|(name, _)| name).chain([&mut self.name]);
        names.filter(|name| **name == old).for_each(|name| *name = new.clone());
    }

    /// Forgets a layout that the user saved.
    pub fn forget(&mut self, name: &str, runs: usize) {
        let own = Name::Own(name.to_owned());
        if self.name == own {
            self.choose(Name::BuiltIn(suited(runs)), runs);
        }
        self.own.remove(name);
        self.left.retain(|(name, _)| *name != own);
    }

    /// Brings a pane to the front; a closed one opens on a tab beside what it belongs to.
    pub fn open(&mut self, pane: Pane) {
        if self.full != Some(pane) {
            self.full = None;
        }
        self.ensure();
        let is_open = self.is_open(pane);
        let Some(shown) = &mut self.shown else { return };
        if is_open {
            shown.tree.make_active(|_, tile| matches!(tile, Tile::Pane(other) if *other == pane));
            return;
        }
        self.rearrange(|plan| {
            let mut beside = layouts::related(pane).iter().copied();
            let beside = beside.find(|&other| plan.place_of(other).is_some());
            match beside.or_else(|| plan.panes().last().copied()) {
                Some(beside) => Some(plan.with_tab(pane, beside)),
                None => Some(Plan::pane(pane)),
            }
        });
        if self.shown.as_ref().is_some_and(|shown| shown.tree.is_empty()) {
            self.put(Plan::pane(pane), true);
        }
    }

    /// Opens a pane, or closes it where it is seen.
    pub fn toggle(&mut self, pane: Pane) {
        if self.visible().contains(&pane) {
            self.perform(Ask::Close(pane));
        } else {
            self.open(pane);
        }
    }

    /// Lets the pane under the pointer fill the room, or shows the others again.
    pub fn toggle_full(&mut self) {
        self.full = match self.full {
            Some(_) => None,
            None => self.under.or_else(|| self.visible().first().copied()),
        };
    }

    fn perform(&mut self, ask: Ask) {
        match ask {
            Ask::Full(pane) => self.full = pane,
            Ask::Close(pane) => {
                self.full = None;
                self.rearrange(|plan| plan.without(pane));
            }
            Ask::Tab(pane, beside) => self.rearrange(|plan| Some(plan.with_tab(pane, beside))),
            Ask::Split(pane, beside, side) => {
                self.rearrange(|plan| Some(plan.with_split(pane, beside, side)));
            }
        }
    }

    fn rearrange(&mut self, how: impl FnOnce(Plan) -> Option<Plan>) {
        let Some(plan) = self.shown.as_ref().and_then(|shown| Plan::of(&shown.tree)) else {
            return;
        };
        match how(plan) {
            Some(plan) => self.put(plan, true),
            None => {
                if let Some(shown) = &mut self.shown {
                    shown.tree = Tree::empty(shown.tree.id());
                    shown.is_moved = true;
                }
            }
        }
    }

    fn put(&mut self, plan: Plan, is_moved: bool) {
        let size = self.shown.as_ref().map_or(USUAL, |shown| shown.size);
        let tree = plan.tree(self.name.label());
        self.shown = Some(Shown { tree, size, is_moved });
    }

    fn ensure(&mut self) {
        if self.shown.is_none() {
            self.fit(USUAL);
        }
    }

    /// Lays the shown layout out in a room of this size, unless the user arranged it himself.
    fn fit(&mut self, size: Vec2) {
        let fronts = match &mut self.shown {
            Some(shown) if shown.size == size => return,
            Some(shown) if shown.is_moved => {
                shown.size = size;
                return;
            }
            Some(_) => self.visible(),
            None => match self.left.iter().find(|(name, _)| *name == self.name) {
                Some((_, left)) if left.is_moved => {
                    let tree = left.plan.tree(self.name.label());
                    self.shown = Some(Shown { tree, size, is_moved: true });
                    return;
                }
                Some((_, left)) => left.plan.fronts(),
                None => Vec::new(),
            },
        };
        let plan = fronts.into_iter().fold(self.plan(size), Plan::with_front);
        let tree = plan.tree(self.name.label());
        self.shown = Some(Shown { tree, size, is_moved: false });
    }

    /// How the shown layout is by default.
    fn plan(&self, size: Vec2) -> Plan {
        match &self.name {
            Name::BuiltIn(layout) => layout.plan(size),
            Name::Own(name) => {
                self.own.get(name).cloned().unwrap_or_else(|| Layout::Train.plan(size))
            }
        }
    }
}

/// The layout for so many runs.
fn suited(runs: usize) -> Layout {
    if runs > 1 { Layout::Compare } else { Layout::Train }
}

/// Draws the panes into all the room there is.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, dock: &mut Dock) {
    dock.fit(ui.available_size().round());
    leave_by_key(ui, dock);
    cx.view.visible = dock.visible();
    let Some(mut shown) = dock.shown.take() else { return };
    let mut desktop = Desktop::new(cx);
    if let Some(pane) = dock.full {
        desktop.alone(ui, pane);
    } else if shown.tree.is_empty() {
        nothing(ui, &mut desktop);
    } else {
        shown.tree.ui(&mut desktop, ui);
    }
    let Desktop { asked, resized, dropped, under, .. } = desktop;
    if resized {
        snap(&mut shown.tree);
    }
    shown.is_moved |= resized || dropped;
    dock.shown = Some(shown);
    dock.under = under;
    for ask in asked {
        dock.perform(ask);
        ui.ctx().request_repaint();
    }
}

/// What stands here when every panel was closed.
fn nothing(ui: &mut Ui, desktop: &mut Desktop<'_, '_>) {
    let theme = desktop.cx.theme;
    let sentence = "Every panel of this layout is closed.";
    let is_wanted =
        widgets::empty(ui, theme, sentence, |ui| ui.button("Reset this layout").clicked());
    if is_wanted {
        desktop.cx.request(super::UiRequest::ResetLayout);
    }
}

/// Escape shows the other panes again, unless it has something else to close.
fn leave_by_key(ui: &Ui, dock: &mut Dock) {
    let ctx = ui.ctx();
    let is_taken = ctx.any_popup_open()
        || ctx.memory(|memory| memory.top_modal_layer().is_some())
        || ctx.text_edit_focused();
    if dock.full.is_some() && !is_taken && ctx.input(|input| input.key_pressed(Key::Escape)) {
        dock.full = None;
    }
}

/// Brings the edges between places onto the grid.
fn snap(tree: &mut Tree<Pane>) {
    let ids: Vec<TileId> = tree.tiles.tile_ids().collect();
    for id in ids {
        let Some(rect) = tree.tiles.rect(id) else { continue };
        let Some(Tile::Container(Container::Linear(linear))) = tree.tiles.get_mut(id) else {
            continue;
        };
        let gaps = GAP * linear.children.len().saturating_sub(1) as f32;
        let length = match linear.dir {
            LinearDir::Horizontal => rect.width(),
            LinearDir::Vertical => rect.height(),
        };
        let lengths = linear.shares.split(&linear.children, length - gaps);
        for (child, length) in linear.children.iter().zip(lengths) {
            linear.shares.set_share(*child, (length / GRID).round().max(1.0) * GRID);
        }
    }
}
