use std::collections::BTreeSet;

use egui::Id;
use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};

use crate::ui::panes::Pane;

/// Where the panes stand: what a layout is before it is drawn, and as it is remembered.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub enum Plan {
    /// Places beside each other, each with its share of the width.
    Row(Vec<(f32, Plan)>),
    /// Places below each other, each with its share of the height.
    Column(Vec<(f32, Plan)>),
    /// Panes on tabs in one place, and which of them is in front.
    Tabs(Vec<Pane>, usize),
}

/// On which side of a place a new one is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Right of it.
    Right,
    /// Below it.
    Below,
}

impl Plan {
    /// A place for one pane.
    #[must_use]
    pub fn pane(pane: Pane) -> Self {
        Self::Tabs(vec![pane], 0)
    }

    /// A place with several tabs, the first of which is in front.
    #[must_use]
    pub fn tabs(panes: &[Pane]) -> Self {
        Self::Tabs(panes.to_vec(), 0)
    }

    /// Every pane in it, in reading order.
    #[must_use]
    pub fn panes(&self) -> Vec<Pane> {
        match self {
            Self::Row(parts) | Self::Column(parts) => {
                parts.iter().flat_map(|(_, part)| part.panes()).collect()
            }
            Self::Tabs(panes, _) => panes.clone(),
        }
    }

    /// The panes in front of their places.
    #[must_use]
    pub fn fronts(&self) -> Vec<Pane> {
        match self {
            Self::Row(parts) | Self::Column(parts) => {
                parts.iter().flat_map(|(_, part)| part.fronts()).collect()
            }
            Self::Tabs(panes, front) => panes.get(*front).copied().into_iter().collect(),
        }
    }

    /// Whether it can be drawn: no pane twice, and shares that something is left of.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let panes = self.panes();
        let different: BTreeSet<Pane> = panes.iter().copied().collect();
        !panes.is_empty() && different.len() == panes.len() && self.is_shared_out()
    }

    fn is_shared_out(&self) -> bool {
        match self {
            Self::Row(parts) | Self::Column(parts) => {
                let is_share = |share: f32| share.is_finite() && share > 0.0;
                !parts.is_empty()
                    && parts.iter().all(|(share, part)| is_share(*share) && part.is_shared_out())
            }
            Self::Tabs(panes, front) => *front < panes.len(),
        }
    }

    /// The place that a pane stands in: all panes on its tabs.
    #[must_use]
    pub fn place_of(&self, pane: Pane) -> Option<&[Pane]> {
        match self {
            Self::Row(parts) | Self::Column(parts) => {
                parts.iter().find_map(|(_, part)| part.place_of(pane))
            }
            Self::Tabs(panes, _) => panes.contains(&pane).then_some(panes.as_slice()),
        }
    }

    /// The same with a pane in front of its place.
    #[must_use]
    pub fn with_front(self, pane: Pane) -> Self {
        self.with_place_of(pane, &|panes, _| {
            let front = panes.iter().position(|&other| other == pane).unwrap_or_default();
            Self::Tabs(panes, front)
        })
    }

    /// The same without a pane; `None` when nothing is left.
    #[must_use]
    pub fn without(self, pane: Pane) -> Option<Self> {
        match self {
            Self::Row(parts) => Self::joined(Self::Row, parts, pane),
            Self::Column(parts) => Self::joined(Self::Column, parts, pane),
            Self::Tabs(mut panes, front) => {
                let before = panes.iter().take(front).filter(|&&other| other == pane).count();
                panes.retain(|&other| other != pane);
                let front = (front - before).min(panes.len().saturating_sub(1));
                (!panes.is_empty()).then_some(Self::Tabs(panes, front))
            }
        }
    }

    fn joined(
        of: fn(Vec<(f32, Self)>) -> Self,
        parts: Vec<(f32, Self)>,
        pane: Pane,
    ) -> Option<Self> {
        let left = |(share, part): (f32, Self)| Some((share, part.without(pane)?));
        let mut parts: Vec<_> = parts.into_iter().filter_map(left).collect();
        match parts.len() {
            0 | 1 => parts.pop().map(|(_, part)| part),
            _ => Some(of(parts)),
        }
    }

    /// The same with a pane on a tab beside another one, in front. It leaves the place it had.
    #[must_use]
    pub fn with_tab(self, pane: Pane, beside: Pane) -> Self {
        if pane == beside {
            return self.with_front(pane);
        }
        let Some(rest) = self.without(pane) else { return Self::pane(pane) };
        rest.with_place_of(beside, &|mut panes, _| {
            let at = panes.iter().position(|&other| other == beside).map_or(0, |at| at + 1);
            panes.insert(at, pane);
            Self::Tabs(panes, at)
        })
    }

    /// The same with a pane in a place of its own, right of or below the place of another one (or
    /// of what stands on tabs with it, where both are the same). It leaves the place it had.
    #[must_use]
    pub fn with_split(self, pane: Pane, beside: Pane, side: Side) -> Self {
        let place = self.place_of(beside).unwrap_or_default();
        let Some(&anchor) = place.iter().find(|&&other| other != pane) else { return self };
        let anchor = if pane == beside { anchor } else { beside };
        let Some(rest) = self.without(pane) else { return Self::pane(pane) };
        rest.with_place_of(anchor, &|panes, front| {
            let parts = vec![(1.0, Self::Tabs(panes, front)), (1.0, Self::pane(pane))];
            match side {
                Side::Right => Self::Row(parts),
                Side::Below => Self::Column(parts),
            }
        })
    }

    /// Puts something else where a pane stands.
    fn with_place_of(self, pane: Pane, put: &dyn Fn(Vec<Pane>, usize) -> Self) -> Self {
        let each = |parts: Vec<(f32, Self)>| {
            parts.into_iter().map(|(share, part)| (share, part.with_place_of(pane, put))).collect()
        };
        match self {
            Self::Row(parts) => Self::Row(each(parts)),
            Self::Column(parts) => Self::Column(each(parts)),
            Self::Tabs(panes, front) if panes.contains(&pane) => put(panes, front),
            other @ Self::Tabs(..) => other,
        }
    }

    /// The tree that egui draws.
    #[must_use]
    pub fn tree(&self, name: &str) -> Tree<Pane> {
        let mut tiles = Tiles::default();
        let root = self.insert(&mut tiles);
        Tree::new(Id::unique(("dock", name)), root, tiles)
    }

    fn insert(&self, tiles: &mut Tiles<Pane>) -> TileId {
        let linear = |tiles: &mut Tiles<Pane>, dir, parts: &[(f32, Self)]| {
            let children = parts.iter().map(|(_, part)| part.insert(tiles)).collect();
            let mut linear = Linear::new(dir, children);
            for (child, (share, _)) in linear.children.clone().into_iter().zip(parts) {
                linear.shares.set_share(child, *share);
            }
            tiles.insert_container(linear)
        };
        match self {
            Self::Row(parts) => linear(tiles, LinearDir::Horizontal, parts),
            Self::Column(parts) => linear(tiles, LinearDir::Vertical, parts),
            Self::Tabs(panes, front) => {
                let children = panes.iter().map(|&pane| tiles.insert_pane(pane)).collect();
                let mut tabs = Tabs::new(children);
                tabs.active = tabs.children.get(*front).copied().or(tabs.active);
                tiles.insert_container(tabs)
            }
        }
    }

    /// How a tree stands at the moment; `None` when it is empty.
    #[must_use]
    pub fn of(tree: &Tree<Pane>) -> Option<Self> {
        Self::of_tile(tree, tree.root()?)
    }

    fn of_tile(tree: &Tree<Pane>, id: TileId) -> Option<Self> {
        let container = match tree.tiles.get(id)? {
            Tile::Pane(pane) => return Some(Self::pane(*pane)),
            Tile::Container(container) => container,
        };
        match container {
            Container::Linear(linear) => {
                let part = |&id: &TileId| Some((linear.shares[id], Self::of_tile(tree, id)?));
                let parts: Vec<_> = linear.children.iter().filter_map(part).collect();
                let of = if linear.dir == LinearDir::Horizontal { Self::Row } else { Self::Column };
                (!parts.is_empty()).then(|| of(parts))
            }
            Container::Tabs(tabs) => Self::of_tabs(tree, &tabs.children, tabs.active),
            Container::Grid(_) => {
                let children: Vec<TileId> = container.children().copied().collect();
                Self::of_tabs(tree, &children, None)
            }
        }
    }

    fn of_tabs(tree: &Tree<Pane>, children: &[TileId], active: Option<TileId>) -> Option<Self> {
        let panes = |&id: &TileId| Some((id, *tree.tiles.get_pane(&id)?));
        let found: Vec<(TileId, Pane)> = children.iter().filter_map(panes).collect();
        let front = found.iter().position(|(id, _)| Some(*id) == active).unwrap_or_default();
        let panes: Vec<Pane> = found.into_iter().map(|(_, pane)| pane).collect();
        (!panes.is_empty()).then_some(Self::Tabs(panes, front))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan::Row(vec![
            (1.0, Plan::pane(Pane::Data)),
            (
                3.0,
                Plan::Column(vec![
                    (2.0, Plan::Tabs(vec![Pane::Network, Pane::Graph], 1)),
                    (1.0, Plan::pane(Pane::Training)),
                ]),
            ),
        ])
    }

    #[test]
    fn a_plan_survives_being_drawn_and_written_down() {
        let tree = plan().tree("test");
        assert_eq!(Plan::of(&tree), Some(plan()));
        let text = serde_json::to_string(&plan()).expect("is written");
        assert_eq!(serde_json::from_str::<Plan>(&text).expect("is read"), plan());
    }

    #[test]
    fn a_pane_is_closed_and_its_place_goes_with_it() {
        let left = plan().without(Pane::Training).expect("something is left");
        let tabs = Plan::Tabs(vec![Pane::Network, Pane::Graph], 1);
        assert_eq!(left, Plan::Row(vec![(1.0, Plan::pane(Pane::Data)), (3.0, tabs)]));
        let left = left.without(Pane::Network).expect("something is left");
        assert_eq!(left.place_of(Pane::Graph), Some([Pane::Graph].as_slice()));
        let last = left.without(Pane::Data).and_then(|left| left.without(Pane::Graph));
        assert_eq!(last, None);
    }

    #[test]
    fn a_tab_comes_to_the_front_beside_another() {
        let with = plan().with_tab(Pane::Curves, Pane::Network);
        let place = with.place_of(Pane::Curves).expect("is there");
        assert_eq!(place, [Pane::Network, Pane::Curves, Pane::Graph]);
        assert!(with.is_sound());
        let moved = with.with_tab(Pane::Data, Pane::Training);
        assert_eq!(moved.place_of(Pane::Data), Some([Pane::Training, Pane::Data].as_slice()));
        assert!(moved.is_sound());
    }

    #[test]
    fn a_place_is_split_by_one_of_its_tabs_or_by_another_pane() {
        let own = plan().with_split(Pane::Graph, Pane::Graph, Side::Right);
        assert_eq!(own.place_of(Pane::Network), Some([Pane::Network].as_slice()));
        assert_eq!(own.place_of(Pane::Graph), Some([Pane::Graph].as_slice()));
        let other = plan().with_split(Pane::Roc, Pane::Data, Side::Below);
        assert_eq!(other.panes()[..2], [Pane::Data, Pane::Roc]);
        assert!(own.is_sound() && other.is_sound());
        let alone = plan().with_split(Pane::Data, Pane::Data, Side::Below);
        assert_eq!(alone, plan(), "one pane alone cannot be split from itself");
    }

    #[test]
    fn what_cannot_be_drawn_is_not_sound() {
        assert!(plan().is_sound());
        let twice = Plan::Row(vec![(1.0, plan()), (1.0, Plan::pane(Pane::Data))]);
        let nothing = Plan::Row(Vec::new());
        let no_room = Plan::Row(vec![(f32::NAN, Plan::pane(Pane::Data))]);
        let no_front = Plan::Tabs(vec![Pane::Data], 1);
        for plan in [twice, nothing, no_room, no_front] {
            assert!(!plan.is_sound(), "{plan:?}");
        }
    }
}
