//! Skip connections count the layers they lead around. When the stack is edited the count follows
//! the layers: a connection keeps leading around the same ones.

use std::ops::Range;

use crate::spec::{LayerKind, LayerSpec};

/// A layer in the course of an edit: where it stood before, if it was there.
type Origin = Option<usize>;

/// Puts a layer before the one at `at`. Inside a group the group grows.
pub(super) fn insert(layers: &mut Vec<LayerSpec>, at: usize, layer: LayerSpec) {
    let mut order = origins(layers.len());
    layers.insert(at, layer);
    order.insert(at, None);
    follow(layers, &order, None);
}

/// Takes a layer out. A group that loses its last layer is led around no more; the check says so.
pub(super) fn remove(layers: &mut Vec<LayerSpec>, at: usize) {
    let mut order = origins(layers.len());
    layers.remove(at);
    order.remove(at);
    follow(layers, &order, None);
}

/// Copies a layer to the place behind it. The copy of a connection leads around the same layers,
/// and around the first connection.
pub(super) fn duplicate(layers: &mut Vec<LayerSpec>, at: usize) {
    let copy = layers[at].clone();
    insert(layers, at + 1, copy);
    if let Some(over) = over(&mut layers[at + 1]) {
        *over = over.saturating_add(1);
    }
}

/// Moves a layer to where it stands at `to` once it is taken out.
pub(super) fn move_to(layers: &mut Vec<LayerSpec>, from: usize, to: usize) {
    if from == to {
        return;
    }
    let mut order = origins(layers.len());
    let (layer, origin) = (layers.remove(from), order.remove(from));
    layers.insert(to, layer);
    order.insert(to, origin);
    follow(layers, &order, Some(from));
}

fn origins(count: usize) -> Vec<Origin> {
    (0..count).map(Some).collect()
}

fn over(layer: &mut LayerSpec) -> Option<&mut usize> {
    match &mut layer.kind {
        LayerKind::Skip { over } => Some(over),
        _ => None,
    }
}

/// Sets the count of every connection that was there before, so that it leads around the layers it
/// led around then. `order` says where each layer of the new stack stood, `moved` which one was
/// moved.
fn follow(layers: &mut [LayerSpec], order: &[Origin], moved: Origin) {
    for place in 0..layers.len() {
        let Some(stood) = order[place] else { continue };
        let Some(old) = over(&mut layers[place]) else { continue };
        // A count that never fitted says nothing about layers.
        if let Some(first) = stood.checked_sub(*old) {
            *old = count(order, place, first..stood, moved);
        }
    }
}

/// How many layers lie between a connection at `place` and the first layer of its group, which
/// stood at `group`.
fn count(order: &[Origin], place: usize, group: Range<usize>, moved: Origin) -> usize {
    let ahead = &order[..place];
    let is_member = |origin: &Origin| origin.is_some_and(|stood| group.contains(&stood));
    let stayed = |origin: &&Origin| is_member(origin) && **origin != moved;
    let Some(first) = ahead.iter().position(|origin| stayed(&origin)) else {
        return alone(ahead, &group, moved);
    };
    // A member that was moved to the head of its group is still in it.
    let leads = first > 0 && moved.is_some() && ahead[first - 1] == moved && is_member(&moved);
    place - first + usize::from(leads)
}

/// The same for a group without any layer that stayed where it was.
fn alone(ahead: &[Origin], group: &Range<usize>, moved: Origin) -> usize {
    if group.is_empty() {
        // What comes to stand before a connection around nothing is led around.
        let joins = ahead.last().is_some_and(|last| last.is_none() || *last == moved);
        return usize::from(joins && !ahead.is_empty());
    }
    let only = moved.filter(|stood| group.contains(stood));
    let found = only.and_then(|_| ahead.iter().position(|origin| *origin == moved));
    found.map_or(0, |first| ahead.len() - first)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::spec::{Activation, DenseSpec};

    /// Layers with names of their own, and the members of each connection by name.
    fn stack(kinds: &[Option<usize>]) -> Vec<LayerSpec> {
        let named = |(place, over): (usize, &Option<usize>)| {
            let kind = match over {
                Some(over) => LayerKind::Skip { over: *over },
                None => LayerKind::Activation(Activation::Tanh),
            };
            LayerSpec { name: format!("{place}"), ..LayerSpec::new(kind) }
        };
        kinds.iter().enumerate().map(named).collect()
    }

    fn members(layers: &[LayerSpec], skip: &str) -> Option<BTreeSet<String>> {
        let place = layers.iter().position(|layer| layer.name == skip)?;
        let LayerKind::Skip { over } = layers[place].kind else { return None };
        let first = place.checked_sub(over)?;
        Some(layers[first..place].iter().map(|layer| layer.name.clone()).collect())
    }

    fn overs(layers: &[LayerSpec]) -> Vec<Option<usize>> {
        let over = |layer: &LayerSpec| match layer.kind {
            LayerKind::Skip { over } => Some(over),
            _ => None,
        };
        layers.iter().map(over).collect()
    }

    fn new_layer() -> LayerSpec {
        LayerSpec { name: "new".into(), ..LayerSpec::from(DenseSpec::new(3)) }
    }

    /// Two layers, a connection around them, one more layer.
    const BLOCK: [Option<usize>; 5] = [None, None, None, Some(2), None];

    #[test]
    fn what_is_added_inside_joins_and_what_is_added_outside_does_not() {
        for (at, over) in [(0, 2), (1, 2), (2, 3), (3, 3), (4, 2), (5, 2)] {
            let mut layers = stack(&BLOCK);
            insert(&mut layers, at, new_layer());
            let found = overs(&layers).into_iter().flatten().next();
            assert_eq!(found, Some(over), "added at {at}");
        }
    }

    #[test]
    fn a_member_can_be_moved_out_and_back() {
        for (from, to, over) in [
            (1, 0, 1),
            (2, 4, 1),
            (0, 1, 3),
            (0, 2, 3),
            (4, 3, 3),
            (1, 2, 2),
            (2, 1, 2),
            (0, 4, 2),
            (4, 0, 2),
            // The connection itself: down it takes in what it passes, up it lets go.
            (3, 4, 3),
            (3, 2, 1),
            (3, 1, 0),
            (3, 0, 0),
        ] {
            let mut layers = stack(&BLOCK);
            move_to(&mut layers, from, to);
            let found = overs(&layers).into_iter().flatten().next();
            assert_eq!(found, Some(over), "moved from {from} to {to}");
        }
    }

    #[test]
    fn a_group_without_layers_takes_in_the_next_one() {
        let mut layers = stack(&[None, Some(1)]);
        remove(&mut layers, 0);
        assert_eq!(overs(&layers), [Some(0)]);
        insert(&mut layers, 0, new_layer());
        assert_eq!(overs(&layers), [None, Some(1)]);
    }

    #[test]
    fn a_copied_connection_leads_around_the_same_layers() {
        let mut layers = stack(&BLOCK);
        duplicate(&mut layers, 3);
        assert_eq!(overs(&layers), [None, None, None, Some(2), Some(3), None]);
        duplicate(&mut layers, 0);
        assert_eq!(overs(&layers), [None, None, None, None, Some(2), Some(3), None]);
        duplicate(&mut layers, 2);
        assert_eq!(overs(&layers), [None, None, None, None, None, Some(3), Some(4), None]);
    }

    #[test]
    fn a_count_that_never_fitted_is_left_alone() {
        let mut layers = stack(&[None, Some(5), None]);
        remove(&mut layers, 0);
        assert_eq!(overs(&layers), [Some(5), None]);
    }

    fn any_stack() -> impl Strategy<Value = Vec<LayerSpec>> {
        let kind = prop_oneof![3 => Just(None), 1 => (1_usize..5).prop_map(Some)];
        proptest::collection::vec(kind, 1..10).prop_map(|kinds| {
            let fits = |(place, over): (usize, Option<usize>)| over.filter(|over| *over <= place);
            stack(&kinds.into_iter().enumerate().map(fits).collect::<Vec<_>>())
        })
    }

    /// Names of all connections that lead around something.
    fn skips(layers: &[LayerSpec]) -> Vec<String> {
        let is_skip = |layer: &&LayerSpec| matches!(layer.kind, LayerKind::Skip { .. });
        layers.iter().filter(is_skip).map(|layer| layer.name.clone()).collect()
    }

    fn without(mut set: BTreeSet<String>, name: &str) -> BTreeSet<String> {
        set.remove(name);
        set
    }

    proptest! {
        #[test]
        fn adding_keeps_every_group(before in any_stack(), at in 0..10_usize) {
            let at = at.min(before.len());
            let mut after = before.clone();
            insert(&mut after, at, new_layer());
            for skip in skips(&before) {
                let old = members(&before, &skip).expect("fits");
                let new = members(&after, &skip).expect("still fits");
                let place = before.iter().position(|layer| layer.name == skip).expect("there");
                let is_inside = place - old.len() < at && at <= place;
                prop_assert_eq!(new.contains("new"), is_inside);
                prop_assert_eq!(without(new, "new"), old);
            }
        }

        #[test]
        fn removing_takes_the_layer_out_of_its_groups_alone(
            before in any_stack(),
            at in 0..10_usize,
        ) {
            let at = at.min(before.len() - 1);
            let mut after = before.clone();
            remove(&mut after, at);
            for skip in skips(&after) {
                let old = members(&before, &skip).expect("fits");
                let new = members(&after, &skip).expect("still fits");
                prop_assert_eq!(new, without(old, &before[at].name));
            }
        }

        #[test]
        fn moving_changes_no_other_member(
            before in any_stack(),
            from in 0..10_usize,
            to in 0..10_usize,
        ) {
            let (from, to) = (from.min(before.len() - 1), to.min(before.len() - 1));
            let moved = before[from].name.clone();
            let mut after = before.clone();
            move_to(&mut after, from, to);
            for skip in skips(&before).into_iter().filter(|skip| *skip != moved) {
                let old = without(members(&before, &skip).expect("fits"), &moved);
                let new = without(members(&after, &skip).expect("still fits"), &moved);
                // A group of nothing but the moved layer goes where that layer goes.
                if !old.is_empty() {
                    prop_assert_eq!(new, old, "{} of {}", skip, moved);
                }
            }
        }

        #[test]
        fn a_layer_moved_to_its_own_place_changes_nothing(
            before in any_stack(),
            from in 0..10_usize,
        ) {
            let from = from.min(before.len() - 1);
            let mut after = before.clone();
            move_to(&mut after, from, from);
            prop_assert_eq!(&after, &before);
        }

        #[test]
        fn copying_keeps_every_group(before in any_stack(), at in 0..10_usize) {
            let at = at.min(before.len() - 1);
            let mut after = before.clone();
            duplicate(&mut after, at);
            after[at + 1].name = "new".into();
            for skip in skips(&before) {
                let old = members(&before, &skip).expect("fits");
                let new = members(&after, &skip).expect("still fits");
                prop_assert_eq!(without(new, "new"), old);
            }
        }
    }
}
