//! What panels say that have nothing to show yet: one sentence about what to do next, and the
//! button that does it.

use egui::Ui;

use crate::spec::DataSource;
use crate::workbench::{Action, DataState, State};

use super::panes::Pane;
use super::{Cx, UiRequest, parts, widgets};

/// Before there are data. `then` says what is seen once there are some.
pub fn no_data(ui: &mut Ui, cx: &mut Cx<'_>, then: &str) {
    let (first, door) = missing_data(cx.state);
    let sentence = if then.is_empty() { first.to_owned() } else { format!("{first} {then}") };
    let is_wanted = widgets::empty(ui, cx.theme, &sentence, |ui| {
        door.is_some_and(|(label, _)| ui.button(label).clicked())
    });
    if let Some((_, request)) = door.filter(|_| is_wanted) {
        cx.request(request);
    }
}

/// Why there are no data, and the button that leads to some.
fn missing_data(state: &State) -> (&'static str, Option<(&'static str, UiRequest)>) {
    let show = ("Show the data", UiRequest::ShowPane(Pane::Data));
    match (&state.draft().data.source, state.data()) {
        (_, DataState::Loading(_)) => ("The data is being read.", None),
        (_, DataState::Failed(_)) => {
            ("The data could not be read; the data panel says why.", Some(show))
        }
        (DataSource::Csv(_), _) => {
            ("Choose a table to train on.", Some(("Open CSV…", UiRequest::OpenCsv)))
        }
        (DataSource::Idx(_), _) => {
            ("Choose the folder with MNIST.", Some(("Open MNIST folder…", UiRequest::OpenMnist)))
        }
        (DataSource::Images(_), _) => {
            ("Choose a folder of pictures.", Some(("Open image folder…", UiRequest::OpenImages)))
        }
        _ => ("There is no data yet.", Some(show)),
    }
}

/// Before a network has answered. `before` says what is seen once there is one, `coming` that the
/// answer is on its way.
pub fn no_answer(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, before: &str, coming: &str) {
    if parts::data_of(cx.state, run).is_none() {
        no_data(ui, cx, before);
        return;
    }
    let issue = match cx.state.check(run) {
        Some(Err(issues)) => issues.first().map(|issue| issue.message.clone()),
        _ => None,
    };
    if let (Some(issue), None) = (issue, cx.state.run(run)) {
        let sentence = format!("This network cannot be built. {issue}");
        elsewhere(ui, cx, &sentence, &[("Show the network", Pane::Network)]);
        return;
    }
    match cx.state.run(run) {
        Some(_) if cx.state.answers(run) => widgets::empty(ui, cx.theme, coming, |_| ()),
        Some(_) => {
            let text =
                "This run has ended and answers no more questions. Press Play to go on with it.";
            play(ui, cx, text);
        }
        None => play(ui, cx, before),
    }
}

fn play(ui: &mut Ui, cx: &mut Cx<'_>, sentence: &str) {
    let can_play = cx.state.can_play();
    let is_wanted = widgets::empty(ui, cx.theme, sentence, |ui| {
        let button = ui.add_enabled(can_play, egui::Button::new("Play now"));
        button.on_hover_text("Trains all runs, as Play in the strip above does").clicked()
    });
    if is_wanted {
        cx.act(Action::Play(None));
    }
}

/// Where the data are of another kind: a sentence, and the panels that show what there is.
pub fn elsewhere(ui: &mut Ui, cx: &mut Cx<'_>, sentence: &str, doors: &[(&str, Pane)]) {
    let chosen = widgets::empty(ui, cx.theme, sentence, |ui| {
        let clicked = |(label, pane): &(&str, Pane)| {
            ui.button(*label).on_hover_text(pane.tip()).clicked().then_some(*pane)
        };
        // All are drawn, whichever was clicked.
        doors.iter().filter_map(clicked).last()
    });
    if let Some(pane) = chosen {
        cx.request(UiRequest::ShowPane(pane));
    }
}

#[cfg(test)]
mod tests {
    use egui::vec2;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::record::{EndReason, RunState};
    use crate::spec::{ConvSpec, LayerKind};
    use crate::ui::output_tests;
    use crate::ui::testing::{Bench, bench};
    use crate::workbench::{Edit, fixtures};

    /// A panel alone over a state.
    fn alone(state: State, pane: Pane) -> Harness<'static, Bench> {
        let mut bench = bench(state, vec2(420.0, 360.0), |ui, cx| {
            if let Some(pane) = cx.view.visible.first().copied() {
                pane.show(ui, cx, 0);
            }
        });
        bench.state_mut().view.visible = vec![pane];
        bench
    }

    /// What a panel's button asks for.
    fn asked(state: State, pane: Pane, label: &str) -> (Vec<UiRequest>, Vec<Action>) {
        let mut bench = alone(state, pane);
        bench.run_steps(2);
        let button = bench.query_by_label(label);
        button.unwrap_or_else(|| panic!("{pane:?} has the button {label}")).click();
        bench.run_steps(2);
        let Bench { view, log, .. } = bench.state_mut();
        (std::mem::take(&mut view.requests), std::mem::take(log))
    }

    /// Panels that show what a network makes of data.
    const ANSWERS: [Pane; 9] = [
        Pane::Confusion,
        Pane::Report,
        Pane::Gradients,
        Pane::Hidden,
        Pane::Layers,
        Pane::Samples,
        Pane::Roc,
        Pane::Calibration,
        Pane::WhatIf,
    ];

    #[test]
    fn where_data_cannot_be_read_a_button_shows_why() {
        for pane in ANSWERS.into_iter().chain([Pane::Picture, Pane::Metrics]) {
            let state = fixtures::failed("spiral-relu", "No such file.");
            let (requests, _) = asked(state, pane, "Show the data");
            assert_eq!(requests, [UiRequest::ShowPane(Pane::Data)], "{pane:?}");
        }
    }

    #[test]
    fn data_that_are_still_to_be_chosen_are_chosen_by_a_button() {
        for pane in ANSWERS.into_iter().chain([Pane::Picture, Pane::Metrics]) {
            let state = fixtures::loading("mnist-mlp");
            let (requests, _) = asked(state, pane, "Open MNIST folder…");
            assert_eq!(requests, [UiRequest::OpenMnist], "{pane:?}");
        }
    }

    #[test]
    fn a_network_that_rests_is_played_on() {
        for pane in ANSWERS {
            let mut state = fixtures::ready("spiral-relu");
            let why = EndReason::Failed("No memory.".into());
            fixtures::enter(&mut state, 0, RunState::Ended(why));
            let (_, actions) = asked(state, pane, "Play now");
            assert_eq!(actions, [Action::Play(None)], "{pane:?}");
        }
    }

    #[test]
    fn a_network_that_cannot_be_built_is_shown() {
        for pane in ANSWERS.into_iter().chain([Pane::Graph, Pane::Metrics]) {
            let mut state = fixtures::loading("spiral-relu");
            let mut run = state.run_spec(0).expect("a run").clone();
            run.model.hidden.insert(0, LayerKind::Conv2d(ConvSpec::new(2, 3)).into());
            fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, run)));
            fixtures::give(&mut state, Ok(fixtures::dataset()));
            let (requests, _) = asked(state, pane, "Show the network");
            assert_eq!(requests, [UiRequest::ShowPane(Pane::Network)], "{pane:?}");
        }
    }

    #[test]
    fn numbers_have_no_classes_but_metrics() {
        for pane in [Pane::Confusion, Pane::Report, Pane::Roc, Pane::Calibration] {
            let (requests, _) = asked(output_tests::regression(), pane, "Show all metrics");
            assert_eq!(requests, [UiRequest::ShowPane(Pane::Metrics)], "{pane:?}");
        }
    }
}
