//! Where two runs say different things: on how many rows, which ones, and who is right.

use egui::{RichText, Ui};

use crate::base::argmax;
use crate::data::{Labelled, Targets};
use crate::record::{Part, ProbeRequest, Scores};
use crate::ui::parts::{data_of, labelled, request_scores, scored};
use crate::ui::widgets::{empty, thousands};
use crate::ui::{Cx, format};
use crate::workbench::{Edit, State};

/// Most rows that are listed.
const LISTED: usize = 200;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DisagreementView {
    /// The run that the selected one is compared with; another one where there is no such run.
    pub other: usize,
}

impl DisagreementView {
    /// The run that `run` is compared with.
    fn other(&self, state: &State, run: usize) -> Option<usize> {
        let runs = 0..state.num_runs();
        let is_another = |other: &usize| *other != run;
        runs.clone()
            .find(|other| *other == self.other && *other != run)
            .or(runs.clone().find(is_another))
    }
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, _view: &mut DisagreementView, run: usize, wanted: &mut ProbeRequest) {
    if let Some(data) = data_of(state, run).filter(|_| state.num_runs() > 1) {
        request_scores(data, Part::Test, wanted);
    }
}

/// How two runs answer on the same rows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Verdict {
    /// Rows that both have answered.
    rows: usize,
    /// Rows that both, only the first, only the second, and neither get right.
    right: [usize; 4],
    /// Rows on which the answers differ, and both answers.
    differing: Vec<(usize, usize, usize)>,
}

impl Verdict {
    fn of(rows: &Labelled, a: &Scores, b: &Scores) -> Self {
        let mut found = Self::default();
        let answers = a.rows.iter().zip(0..a.outputs.rows());
        for (&row, place) in answers {
            let Ok(other) = b.rows.binary_search(&row) else { continue };
            let Some(truth) = rows.targets.class(row).filter(|_| other < b.outputs.rows()) else {
                continue;
            };
            let (a, b) = (argmax(a.outputs.row(place)), argmax(b.outputs.row(other)));
            found.rows += 1;
            found.right[2 * usize::from(a != truth) + usize::from(b != truth)] += 1;
            if a != b {
                found.differing.push((row, a, b));
            }
        }
        found
    }
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(other) = cx.view.disagreement.other(cx.state, run) else {
        let says = "Two runs are needed to see where they differ.";
        if empty(ui, cx.theme, says, |ui| ui.button("Duplicate run").clicked()) {
            cx.edit(Edit::DuplicateRun(run));
        }
        return;
    };
    chooser(ui, cx, run, other);
    let both = scored(cx.state, run, Part::Test).zip(scored(cx.state, other, Part::Test));
    let scores = both.and_then(|(a, b)| {
        Some((a.inside.scores_of(Part::Test)?, b.inside.scores_of(Part::Test)?))
    });
    let data = data_of(cx.state, run);
    let rows = data.and_then(|data| labelled(data, Part::Test));
    let Some((rows, (a, b))) = rows.zip(scores) else {
        ui.label(
            RichText::new("Press Play in both runs to compare them.").color(cx.theme.text_muted),
        );
        return;
    };
    match &rows.targets {
        Targets::Classes(_) => classes(ui, cx, [run, other], &Verdict::of(rows, a, b)),
        Targets::Numbers(_) => numbers(ui, cx, a, b),
    }
}

fn name_of(state: &State, run: usize) -> &str {
    state.run_spec(run).map_or("", |spec| spec.name.as_str())
}

/// With which run the selected one is compared.
fn chooser(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, other: usize) {
    ui.horizontal_wrapped(|ui| {
        ui.strong(name_of(cx.state, run));
        ui.label("and");
        for one in (0..cx.state.num_runs()).filter(|one| *one != run) {
            let label = ui.selectable_label(one == other, name_of(cx.state, one));
            if label.on_hover_text("Compare with this run on the test part").clicked() {
                cx.view.disagreement.other = one;
            }
        }
    });
}

fn classes(ui: &mut Ui, cx: &mut Cx<'_>, [a, b]: [usize; 2], found: &Verdict) {
    let share = found.differing.len() as f64 / found.rows as f64;
    let count = thousands(found.differing.len() as u64);
    let all = format::counted(found.rows as u64, "test row", "test rows");
    ui.label(
        RichText::new(format!("They differ on {count} of {all} · {}", format::percent(share)))
            .strong(),
    );
    let [both, first, second, neither] = found.right.map(|count| thousands(count as u64));
    egui::Grid::new("verdict").spacing([16.0, 4.0]).show(ui, |ui| {
        let lines = [
            ("both right".to_owned(), both),
            (format!("only {} right", name_of(cx.state, a)), first),
            (format!("only {} right", name_of(cx.state, b)), second),
            ("both wrong".to_owned(), neither),
        ];
        for (words, count) in lines {
            ui.label(words);
            ui.label(RichText::new(count).monospace());
            ui.end_row();
        }
    });
    list(ui, cx, a, found);
}

/// The rows on which the answers differ; a click chooses one for all panels.
fn list(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, found: &Verdict) {
    let Some(data) = data_of(cx.state, run).cloned() else { return };
    let shown = found.differing.len().min(LISTED);
    let height = ui.spacing().interact_size.y;
    egui::ScrollArea::vertical().id_salt("differing").show_rows(ui, height, shown, |ui, range| {
        for &(row, a, b) in &found.differing[range] {
            let class = |class| format::class_name(&data.class_names, class);
            let truth = data.test.targets.class(row).map_or_else(String::new, class);
            let words = format!("row {} · {truth} · said {} and {}", row + 1, class(a), class(b));
            let is_chosen = cx.view.chosen == Some((Part::Test, row));
            let label = ui.selectable_label(is_chosen, words);
            if label.on_hover_text("Look at this row in the other panels").clicked() {
                cx.view.chosen = Some((Part::Test, row));
            }
        }
    });
}

/// How far predicted numbers are apart: the mean and the largest of their differences.
fn apart(a: &Scores, b: &Scores) -> Option<(f64, f64)> {
    if a.rows != b.rows || a.rows.is_empty() {
        return None;
    }
    let pairs = a.outputs.data().iter().zip(b.outputs.data());
    let (sum, most) = pairs.fold((0.0, 0.0_f64), |(sum, most), (a, b)| {
        let apart = f64::from((a - b).abs());
        (sum + apart, most.max(apart))
    });
    Some((sum / a.rows.len() as f64, most))
}

fn numbers(ui: &mut Ui, cx: &Cx<'_>, a: &Scores, b: &Scores) {
    let words = apart(a, b).map_or_else(
        || "Both runs must have answered the same rows.".to_owned(),
        |(mean, most)| {
            let [mean, most] = [mean, most].map(format::measured);
            format!(
                "Their predictions of the test part are {mean} apart on average, {most} at most"
            )
        },
    );
    ui.label(RichText::new(words).color(cx.theme.text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::record::{ProbeFrame, ScoresRequest};
    use crate::ui::testing::bench;
    use crate::workbench::{Action, fixtures};
    use egui_kittest::kittest::Queryable as _;

    fn scores(answers: &[usize]) -> Scores {
        let row = |&class: &usize| [0, 1, 2].map(|other| f32::from(u8::from(other == class)));
        Scores {
            request: ScoresRequest { part: Part::Test, most: 20_000 },
            rows: (0..answers.len()).collect(),
            outputs: Matrix::new(answers.len(), 3, answers.iter().flat_map(row).collect())
                .expect("fits"),
        }
    }

    #[test]
    fn rows_are_counted_by_who_is_right() {
        let truth = Targets::Classes(vec![0, 1, 2, 0, 1, 2]);
        let rows = Labelled::new(Matrix::zeros(6, 2), truth);
        let found = Verdict::of(&rows, &scores(&[0, 1, 2, 0, 0, 0]), &scores(&[0, 1, 0, 1, 1, 1]));
        assert_eq!(found.rows, 6);
        assert_eq!(found.right, [2, 2, 1, 1]);
        assert_eq!(found.differing, [(2, 2, 0), (3, 0, 1), (4, 0, 1), (5, 0, 1)]);
    }

    #[test]
    fn numbers_are_apart_by_the_size_of_their_difference() {
        let of = |values: Vec<f32>| Scores {
            request: ScoresRequest { part: Part::Test, most: 20_000 },
            rows: (0..values.len()).collect(),
            outputs: Matrix::new(values.len(), 1, values).expect("fits"),
        };
        assert_eq!(apart(&of(vec![1.0, 2.0]), &of(vec![1.5, -1.0])), Some((1.75, 3.0)));
        assert_eq!(apart(&of(vec![1.0]), &of(vec![1.0, 2.0])), None);
    }

    #[test]
    fn one_run_alone_is_duplicated_by_a_button() {
        let mut bench =
            bench(fixtures::ready("spiral-relu"), egui::vec2(400.0, 300.0), |ui, cx| {
                show(ui, cx, 0);
            });
        bench.run_steps(2);
        bench.get_by_label("Duplicate run").click();
        bench.run_steps(2);
        assert_eq!(bench.state().log, [Action::Edit(Edit::DuplicateRun(0))]);
    }

    #[test]
    fn two_runs_say_on_how_many_rows_they_differ() {
        let mut state = fixtures::ready("linear-vs-relu");
        for (run, answers) in [[0, 1, 2], [0, 2, 2]].into_iter().enumerate() {
            let mut frame = ProbeFrame::empty(fixtures::id(&state, run), fixtures::at(1));
            frame.inside.scores = vec![scores(&answers)];
            fixtures::show(&mut state, run, frame);
        }
        let mut bench = bench(state, egui::vec2(500.0, 300.0), |ui, cx| show(ui, cx, 0));
        bench.run_steps(2);
        assert!(bench.query_by_label_contains("They differ on 1 of 3 test rows").is_some());
        bench.get_by_label("row 2 · b · said b and c").click();
        bench.run_steps(2);
        assert_eq!(bench.state().view.chosen, Some((Part::Test, 1)));
    }
}
