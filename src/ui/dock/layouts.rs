use egui::Vec2;

use crate::ui::panes::Pane;

use super::plan::Plan;

/// The layouts that are always there: what a lesson goes through.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Layout {
    /// Data and layers are put together.
    Build,
    /// A network is trained and watched.
    Train,
    /// What a network has learned is looked into.
    Inspect,
    /// Several runs are held against each other.
    Compare,
    /// What is shown to a class: pictures and large numbers, no settings.
    Lesson,
}

/// Least width and height of a place for panes in which more of them stand open.
const WIDE: f32 = 1600.0;
const HIGH: f32 = 860.0;

impl Layout {
    /// All of them, in the order of a lesson.
    pub const ALL: [Self; 5] =
        [Self::Build, Self::Train, Self::Inspect, Self::Compare, Self::Lesson];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Build => "Build",
            Self::Train => "Train",
            Self::Inspect => "Inspect",
            Self::Compare => "Compare",
            Self::Lesson => "Lesson",
        }
    }

    /// What it is for, in a sentence.
    #[must_use]
    pub fn tip(self) -> &'static str {
        match self {
            Self::Build => "Put data and layers together",
            Self::Train => "Train a network and watch it learn",
            Self::Inspect => "Look into the network and at its mistakes",
            Self::Compare => "Hold several runs against each other",
            Self::Lesson => "Pictures and large numbers for a class, no settings",
        }
    }

    /// Where its panes stand in a room of this size, in points.
    #[must_use]
    pub fn plan(self, size: Vec2) -> Plan {
        match self {
            Self::Build => build(size),
            Self::Train => train(size),
            Self::Inspect => inspect(size),
            Self::Compare => compare(size),
            Self::Lesson => lesson(size),
        }
    }
}

/// Width of the column with the data, as its contents need it.
fn data_width(size: Vec2) -> f32 {
    (size.x * 0.17).clamp(258.0, 340.0)
}

fn build(size: Vec2) -> Plan {
    let data = data_width(size);
    let right = (size.x * 0.26).clamp(330.0, 560.0);
    let network = match size.x >= WIDE {
        true => Plan::Row(vec![(0.46, Plan::pane(Pane::Network)), (0.54, Plan::pane(Pane::Graph))]),
        false => Plan::tabs(&[Pane::Network, Pane::Graph]),
    };
    let side = Plan::Column(vec![
        (0.52, Plan::pane(Pane::Training)),
        (0.48, Plan::tabs(&[Pane::Picture, Pane::Curves])),
    ]);
    Plan::Row(vec![
        (data, Plan::pane(Pane::Data)),
        ((size.x - data - right).max(300.0), network),
        (right, side),
    ])
}

fn train(size: Vec2) -> Plan {
    let data = data_width(size);
    let right = (size.x * 0.38).clamp(456.0, 860.0);
    let training = 262.0_f32.max(size.y * 0.3);
    let models = Plan::Column(vec![
        ((size.y - training).max(200.0), Plan::tabs(&[Pane::Network, Pane::Graph])),
        (training, Plan::pane(Pane::Training)),
    ]);
    let tables = [Pane::Confusion, Pane::Report, Pane::Metrics, Pane::Gradients];
    let outputs = if size.y >= HIGH {
        Plan::Column(vec![
            (0.4, Plan::pane(Pane::Picture)),
            (0.29, Plan::pane(Pane::Curves)),
            (0.31, Plan::tabs(&tables)),
        ])
    } else {
        let below: Vec<Pane> = [Pane::Curves].into_iter().chain(tables).collect();
        Plan::Column(vec![(0.51, Plan::pane(Pane::Picture)), (0.49, Plan::tabs(&below))])
    };
    Plan::Row(vec![
        (data, Plan::pane(Pane::Data)),
        ((size.x - data - right).max(300.0), models),
        (right, outputs),
    ])
}

fn inspect(size: Vec2) -> Plan {
    let mistakes = Plan::tabs(&[Pane::Samples, Pane::Confusion, Pane::Roc, Pane::Calibration]);
    let inside = Plan::tabs(&[Pane::Hidden, Pane::Layers, Pane::WhatIf, Pane::Draw]);
    if size.x >= WIDE {
        return Plan::Row(vec![
            (0.44, Plan::Column(vec![(0.64, Plan::pane(Pane::Graph)), (0.36, mistakes)])),
            (
                0.28,
                Plan::Column(vec![
                    (0.5, Plan::pane(Pane::Picture)),
                    (0.5, Plan::pane(Pane::Curves)),
                ]),
            ),
            (0.28, inside),
        ]);
    }
    Plan::Row(vec![
        (0.56, Plan::Column(vec![(0.6, Plan::pane(Pane::Graph)), (0.4, mistakes)])),
        (0.44, Plan::Column(vec![(0.5, Plan::pane(Pane::Picture)), (0.5, inside)])),
    ])
}

fn compare(size: Vec2) -> Plan {
    let side = (size.x * 0.22).clamp(332.0, 420.0);
    let settings = Plan::tabs(&[Pane::Network, Pane::Training, Pane::Data]);
    let curves = Plan::tabs(&[Pane::Curves, Pane::Disagreement, Pane::Graph]);
    let runs = Plan::Column(vec![(0.56, Plan::pane(Pane::Compare)), (0.44, curves)]);
    Plan::Row(vec![(side, settings), ((size.x - side).max(400.0), runs)])
}

fn lesson(_: Vec2) -> Plan {
    Plan::Row(vec![
        (
            0.5,
            Plan::Column(vec![
                (0.82, Plan::pane(Pane::Picture)),
                (0.18, Plan::pane(Pane::Numbers)),
            ]),
        ),
        (
            0.5,
            Plan::Column(vec![(0.56, Plan::pane(Pane::Graph)), (0.44, Plan::pane(Pane::Curves))]),
        ),
    ])
}

/// The panes beside which a closed one opens, the best first.
#[must_use]
pub fn related(pane: Pane) -> &'static [Pane] {
    use Pane::{
        Calibration, Compare, Confusion, Curves, Data, Disagreement, Draw, Gradients, Graph,
        Hidden, Layers, Metrics, Network, Numbers, Picture, Report, Roc, Samples, Training, WhatIf,
    };
    match pane {
        Data => &[Network, Training, Graph],
        Network => &[Graph, Training, Data],
        Graph => &[Network, Layers, Hidden, Picture],
        Training => &[Network, Data, Graph, Curves],
        Picture => &[Compare, Numbers, Curves, Graph],
        Numbers => &[Metrics, Confusion, Curves, Picture],
        Curves => &[Confusion, Metrics, Picture, Compare],
        Confusion | Report | Metrics | Gradients => {
            &[Confusion, Report, Metrics, Samples, Curves, Gradients, Picture]
        }
        Samples | Roc | Calibration => &[Samples, Roc, Confusion, Report, Curves, Picture],
        Hidden | Layers | Draw | WhatIf => &[Hidden, Layers, WhatIf, Draw, Graph, Network],
        Compare => &[Picture, Disagreement, Graph, Network],
        Disagreement => &[Curves, Compare, Picture],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    const SIZES: [Vec2; 4] =
        [vec2(1264.0, 704.0), vec2(1904.0, 984.0), vec2(3824.0, 2064.0), vec2(1008.0, 544.0)];

    #[test]
    fn every_layout_can_be_drawn_at_every_size() {
        for layout in Layout::ALL {
            for size in SIZES {
                let plan = layout.plan(size);
                assert!(plan.is_sound(), "{layout:?} {size}");
                assert_eq!(Plan::of(&plan.tree("test")), Some(plan));
            }
        }
    }

    #[test]
    fn a_layout_shows_the_same_panes_at_every_size() {
        for layout in [Layout::Build, Layout::Train, Layout::Compare, Layout::Lesson] {
            let panes = |size| {
                let mut panes = layout.plan(size).panes();
                panes.sort_unstable();
                panes
            };
            assert!(SIZES.map(panes).windows(2).all(|pair| pair[0] == pair[1]), "{layout:?}");
        }
    }

    #[test]
    fn a_lesson_shows_no_settings() {
        let panes = Layout::Lesson.plan(SIZES[0]).panes();
        for pane in [Pane::Data, Pane::Network, Pane::Training] {
            assert!(!panes.contains(&pane));
        }
    }

    #[test]
    fn every_pane_opens_beside_something_in_every_layout() {
        for layout in Layout::ALL {
            for pane in Pane::ALL {
                let plan = layout.plan(SIZES[0]);
                let beside = related(pane).iter().any(|&other| plan.place_of(other).is_some());
                assert!(beside || plan.place_of(pane).is_some(), "{pane:?} in {layout:?}");
            }
        }
    }
}
