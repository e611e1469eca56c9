//! Every panel alone, in places that are narrow or low.

use egui::{Rect, Ui, pos2, vec2};
use egui_kittest::Harness;

use crate::ui::dock::{self, BAR};
use crate::ui::panes::Pane;
use crate::ui::theme::Theme;
use crate::ui::{Cx, View, capture};
use crate::workbench::Workbench;

use super::rooms::{self, Kind};
use super::{Place, complain, controls, texts};

/// A panel in a place, over a real experiment.
struct Room {
    bench: Workbench,
    view: View,
    pane: Pane,
    rect: Rect,
}

impl Room {
    fn frame(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui.ctx());
        self.view.visible = vec![self.pane];
        let mut actions = Vec::new();
        let (state, view) = (self.bench.state(), &mut self.view);
        let mut cx = Cx { state, theme, view, actions: &mut actions };
        let mut inside = dock::content(ui, self.pane, self.rect.with_min_y(self.rect.top() + BAR));
        self.pane.show(&mut inside, &mut cx, state.selected());
    }
}

fn open(kind: Kind) -> Harness<'static, Room> {
    let (bench, view) = kind.furnish();
    let room = Room { bench, view, pane: Pane::Data, rect: Rect::NOTHING };
    Harness::builder()
        .with_size(vec2(600.0, 400.0))
        .with_context_setup(|ctx| {
            Theme::apply(ctx);
            capture::install(ctx);
        })
        .build_ui_state(|ui, room: &mut Room| room.frame(ui), room)
}

const WIDTHS: [f32; 4] = [240.0, 280.0, 320.0, 560.0];
const HEIGHTS: [f32; 2] = [160.0, 320.0];

/// Panels with tables that are wider than any place and are scrolled sideways.
fn is_scrolled_sideways(pane: Pane) -> bool {
    matches!(pane, Pane::Samples | Pane::Confusion | Pane::Draw | Pane::Hidden | Pane::Data)
}

fn put(window: &mut Harness<'static, Room>, pane: Pane, size: [f32; 2]) {
    let room = window.state_mut();
    (room.pane, room.rect) = (pane, Rect::from_min_size(pos2(8.0, 8.0), size.into()));
    window.run_steps(3);
}

fn faults(kind: Kind) -> Vec<String> {
    let mut window = open(kind);
    for pane in Pane::ALL {
        put(&mut window, pane, [560.0, 320.0]);
    }
    if !matches!(kind, Kind::Fresh | Kind::Nothing) {
        let Room { bench, view, .. } = window.state_mut();
        rooms::answer(bench, view);
    }
    let mut faults = Vec::new();
    for pane in Pane::ALL {
        for [width, height] in WIDTHS.into_iter().flat_map(|w| HEIGHTS.map(|h| [w, h])) {
            put(&mut window, pane, [width, height]);
            let name = format!("{} over {kind:?} at {width}×{height}", pane.label());
            let place = Place {
                name: &name,
                rect: window.state().rect.with_min_y(window.state().rect.top() + BAR),
                sideways: is_scrolled_sideways(pane),
                may_shorten: &rooms::is_given,
            };
            faults.extend(place.faults(&texts(&window.output().shapes)));
            faults.extend(place.spills(&controls(&window)));
        }
    }
    faults
}

macro_rules! rooms {
    ($($name:ident: $kind:ident,)*) => {$(
        #[test]
        fn $name() {
            complain(faults(Kind::$kind));
        }
    )*};
}

rooms! {
    over_points: Spiral,
    over_two_runs: TwoRuns,
    over_a_curve: Curve,
    over_pictures: Images,
    over_a_table: Table,
    over_numbers: Number,
    before_training: Fresh,
    without_data: Nothing,
}
