//! A panel alone on a bench: its actions are logged and done at once, without any thread.

use egui::{Frame, Ui, Vec2};
use egui_kittest::Harness;

use crate::spec::RunSpec;
use crate::workbench::{Action, Edit, State, fixtures};

use super::capture;
use super::theme::Theme;
use super::{Cx, View};

/// How a panel shows itself.
pub(crate) type Panel = fn(&mut Ui, &mut Cx<'_>);

/// A panel and all it needs.
pub(crate) struct Bench {
    pub(crate) state: State,
    pub(crate) view: View,
    /// Everything the panel asked for, in order.
    pub(crate) log: Vec<Action>,
    panel: Panel,
}

impl Bench {
    /// The edits among what the panel asked for.
    pub(crate) fn edits(&self) -> Vec<&Edit> {
        let mut edits = Vec::new();
        for action in &self.log {
            if let Action::Edit(edit) = action {
                edits.push(edit);
            }
        }
        edits
    }

    /// The run that is edited.
    pub(crate) fn run(&self) -> &RunSpec {
        self.state.run_spec(self.state.selected()).expect("there is a run")
    }

    fn frame(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui.ctx());
        let mut actions = Vec::new();
        let (state, view) = (&self.state, &mut self.view);
        let mut cx = Cx { state, theme, view, actions: &mut actions };
        let surface = Frame::new().fill(theme.surface).inner_margin(12);
        surface.show(ui, |ui| (self.panel)(ui, &mut cx));
        for action in actions {
            self.log.push(action.clone());
            fixtures::act(&mut self.state, action);
        }
    }
}

/// A window of a size that shows nothing but `panel`.
pub(crate) fn bench(state: State, size: Vec2, panel: Panel) -> Harness<'static, Bench> {
    themed(state, size, panel, egui::Theme::Light)
}

/// The same in one of the two themes.
pub(crate) fn themed(
    state: State,
    size: Vec2,
    panel: Panel,
    theme: egui::Theme,
) -> Harness<'static, Bench> {
    let bench = Bench { state, view: View::default(), log: Vec::new(), panel };
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_max_steps(20)
        .with_context_setup(|ctx| {
            Theme::apply(ctx);
            capture::install(ctx);
        })
        .build_ui_state(|ui, bench: &mut Bench| bench.frame(ui), bench)
}
