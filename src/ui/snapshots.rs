//! Pictures of the panels as they are meant to look, in light and dark, and of some for a
//! projector: `tests/snapshots`.
//!
//! A picture that is meant to change is made anew by `UPDATE_SNAPSHOTS=1 cargo test snapshots`, and
//! looked at before it is committed. They are drawn by the software Vulkan driver, which gives the
//! same pixels on every machine; where there is none, they are not compared.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use egui::{Ui, Vec2, vec2};
use egui_kittest::{Harness, SnapshotResults};

use crate::workbench::{State, fixtures};

use super::panes::Pane;
use super::testing::{Bench, Panel, bench, in_looks, judged};
use super::theme::Theme;
use super::{help, output_tests};

/// Whether something draws here. Tests that need it may be demanded by `DESCENT_REQUIRE_GPU_TESTS`.
pub(super) fn can_draw() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let draw =
            || Harness::builder().with_size(vec2(8.0, 8.0)).build_ui(|_| {}).render().is_ok();
        let can = catch_unwind(AssertUnwindSafe(draw)).unwrap_or(false);
        let demanded = std::env::var_os("DESCENT_REQUIRE_GPU_TESTS").is_some();
        assert!(can || !demanded, "no driver draws pictures here");
        if !can {
            writeln!(std::io::stderr(), "SKIPPED snapshots: no driver draws pictures here")
                .expect("can be written to");
        }
        can
    })
}

/// Looks, and what the pictures in them are called.
type Looks = [(&'static Theme, &'static str); 2];

const PLAIN: Looks = [(&Theme::LIGHT, "light"), (&Theme::DARK, "dark")];
const PROJECTED: Looks =
    [(&Theme::PROJECTOR_LIGHT, "projector-light"), (&Theme::PROJECTOR_DARK, "projector-dark")];

/// Compares a panel with its pictures, as large as these looks have it.
fn compare(looks: Looks, name: &str, size: Vec2, state: fn() -> State, panel: Panel) {
    in_each(looks, name, size, || bench(state(), size, panel));
}

/// Compares a window of this size, made anew in light and dark, with its pictures.
pub(super) fn in_both(name: &str, size: Vec2, window: impl Fn() -> Harness<'static, Bench>) {
    in_each(PLAIN, name, size, window);
}

fn in_each(looks: Looks, name: &str, size: Vec2, window: impl Fn() -> Harness<'static, Bench>) {
    if !can_draw() {
        return;
    }
    let mut results = SnapshotResults::new();
    for (theme, suffix) in looks {
        let mut harness = in_looks(theme, &window);
        harness.set_pixels_per_point(theme.zoom).step();
        harness.set_size(size);
        harness.run_steps(6);
        results.add(harness.try_snapshot(format!("{name}-{suffix}")));
    }
}

fn waiting() -> State {
    fixtures::ready("spiral-relu")
}

fn table() -> State {
    judged(3, false)
}

fn images() -> State {
    judged(4, true)
}

macro_rules! snapshots {
    ($looks:expr; $($test:ident: $width:literal by $height:literal, $state:expr, $panel:expr;)*) => {$(
        #[test]
        fn $test() {
            let name = stringify!($test).replace('_', "-");
            compare($looks, &name, vec2($width, $height), $state, $panel);
        }
    )*};
}

snapshots! {
    PLAIN;
    layers_as_cards: 480.0 by 420.0, waiting, |ui, cx| Pane::Network.show(ui, cx, 0);
    training_settings: 520.0 by 300.0, waiting, |ui, cx| Pane::Training.show(ui, cx, 0);
    decision_boundary: 290.0 by 230.0, output_tests::one_run, |ui, cx| Pane::Picture.show(ui, cx, 0);
    fitted_curve: 340.0 by 290.0, output_tests::regression, |ui, cx| Pane::Picture.show(ui, cx, 0);
    key_numbers: 360.0 by 260.0, output_tests::one_run, |ui, cx| Pane::Numbers.show(ui, cx, 0);
    curves_of_a_run: 460.0 by 300.0, output_tests::one_run, |ui, cx| Pane::Curves.show(ui, cx, 0);
    confusion_matrix: 400.0 by 320.0, output_tests::one_run, |ui, cx| Pane::Confusion.show(ui, cx, 0);
    class_report: 420.0 by 240.0, output_tests::one_run, |ui, cx| Pane::Report.show(ui, cx, 0);
    all_metrics: 420.0 by 320.0, output_tests::one_run, |ui, cx| Pane::Metrics.show(ui, cx, 0);
    drawn_network: 560.0 by 320.0, waiting, |ui, cx| Pane::Graph.show(ui, cx, 0);
    samples_of_a_table: 460.0 by 320.0, table, |ui, cx| Pane::Samples.show(ui, cx, 0);
    samples_of_images: 460.0 by 320.0, images, |ui, cx| Pane::Samples.show(ui, cx, 0);
    calibration: 420.0 by 620.0, images, |ui, cx| Pane::Calibration.show(ui, cx, 0);
    two_runs_compared: 684.0 by 420.0, output_tests::two_runs, super::compare::show;
    roc_curve: 420.0 by 380.0, table, |ui, cx| Pane::Roc.show(ui, cx, 0);
    digit_to_draw: 560.0 by 360.0, waiting, |ui, cx| Pane::Draw.show(ui, cx, 0);
    glossary: 560.0 by 380.0, waiting, glossary_at;
}

fn glossary_at(ui: &mut Ui, cx: &mut super::Cx<'_>) {
    cx.view.help.open(Some("cross-entropy"));
    help::show(ui.ctx(), cx.theme, &mut cx.view.help);
}

mod on_a_projector {
    use super::*;

    snapshots! {
        PROJECTED;
        decision_boundary: 440.0 by 330.0, output_tests::one_run, |ui, cx| Pane::Picture.show(ui, cx, 0);
        curves_of_a_run: 460.0 by 300.0, output_tests::one_run, |ui, cx| Pane::Curves.show(ui, cx, 0);
        confusion_matrix: 400.0 by 320.0, output_tests::one_run, |ui, cx| Pane::Confusion.show(ui, cx, 0);
        drawn_network: 560.0 by 320.0, waiting, |ui, cx| Pane::Graph.show(ui, cx, 0);
    }
}
