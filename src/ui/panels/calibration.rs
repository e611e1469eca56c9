//! Whether probabilities mean what they say.

mod diagram;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use egui::Ui;

use crate::data::Dataset;
use crate::record::{
    Binning, Part, ProbeFrame, ProbeRequest, Reliability, Scores, brier_score, verdicts,
};
use crate::ui::panes::Pane;
use crate::ui::parts::{self, Counted};
use crate::ui::widgets::{chevron, choice, compact, muted};
use crate::ui::{Cx, capture, empty, format};
use crate::workbench::State;

/// Bins of the diagram, and of the histogram below it.
const BINS: usize = 10;
const FINE_BINS: usize = 20;

/// How probabilities are sorted into bins.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Bins {
    /// Ten bins of equal width.
    #[default]
    Width,
    /// Ten bins with equally many samples.
    Count,
}

impl Bins {
    const ALL: [Self; 2] = [Self::Width, Self::Count];

    fn label(self) -> &'static str {
        match self {
            Self::Width => "equal widths",
            Self::Count => "equal counts",
        }
    }

    fn binning(self) -> Binning {
        match self {
            Self::Width => Binning::Width,
            Self::Count => Binning::Count,
        }
    }
}

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct CalibrationView {
    /// The part that the user wants to see, which not all data have.
    pub counted: Counted,
    /// How probabilities are sorted into bins.
    pub bins: Bins,
    /// The class whose probability is judged; `None` for that of the predicted class.
    pub class: Option<usize>,
    #[serde(skip)]
    kept: BTreeMap<usize, Judged>,
}

/// What is kept until there is another picture or another wish.
#[derive(Debug, Default)]
struct Judged {
    of: Option<(Weak<ProbeFrame>, Part, Bins, Option<usize>)>,
    diagram: Option<Reliability>,
    histogram: Vec<usize>,
    /// Expected and maximum calibration error of equally wide bins.
    errors: Option<[f64; 2]>,
    brier: Option<f64>,
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut CalibrationView, run: usize, wanted: &mut ProbeRequest) {
    let data = parts::data_of(state, run).filter(|data| parts::classes_of(data).is_some());
    if let Some(data) = data {
        parts::request_scores(data, view.counted.part(Some(data)), wanted);
    }
}

/// Draws it for a run. What has no room is scrolled to.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let height = ui.available_height();
    let area = egui::ScrollArea::vertical().id_salt("calibration").auto_shrink([false, true]);
    area.show(ui, |ui| whole(ui, cx, run, height));
}

/// All of it, for a place of this height.
fn whole(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, height: f32) {
    let Some(data) = parts::data_of(cx.state, run).cloned() else {
        empty::no_data(ui, cx, "Here you see whether probabilities mean what they say.");
        return;
    };
    let Some(classes) = parts::classes_of(&data) else {
        let text = "Only probabilities can be calibrated; these data have numbers to predict.";
        empty::elsewhere(ui, cx, text, &[("Show all metrics", Pane::Metrics)]);
        return;
    };
    let names = parts::class_names(Some(&data), classes);
    capture::controls(ui, |ui| choosers(ui, cx, &data, &names));
    let part = cx.view.calibration.counted.part(Some(&data));
    capture::note(ui, || part.label().into());
    let Some(frame) = parts::scored(cx.state, run, part).cloned() else {
        let before = "Press Play: the diagram compares how sure the network is with how often it \
                      is right.";
        let coming = "The diagram appears with the next picture of the run.";
        empty::no_answer(ui, cx, run, before, coming);
        return;
    };
    let Some(scores) = frame.inside.scores_of(part) else { return };
    let view = &mut cx.view.calibration;
    let wish = (view.bins, view.class.filter(|class| *class < classes));
    let kept = view.kept.entry(run).or_default();
    if !kept.is_of(&frame, part, wish) {
        *kept = Judged::of(&frame, scores, &data, wish);
    }
    diagram::show(ui, cx.theme, (kept, &names), height);
    if let Some(sample) = parts::sample_words(scores, &data) {
        muted(ui, cx.theme, &format!("Of {sample}."));
    }
}

impl Judged {
    fn is_of(&self, frame: &Arc<ProbeFrame>, part: Part, wish: (Bins, Option<usize>)) -> bool {
        self.of.as_ref().is_some_and(|(of, p, bins, class)| {
            of.as_ptr() == Arc::as_ptr(frame) && *p == part && (*bins, *class) == wish
        })
    }

    fn of(
        frame: &Arc<ProbeFrame>,
        scores: &Scores,
        data: &Dataset,
        (bins, class): (Bins, Option<usize>),
    ) -> Self {
        let part = scores.request.part;
        let truth = |place: usize| {
            let row = *scores.rows.get(place)?;
            parts::labelled(data, part)?.targets.class(row)
        };
        let samples: Vec<(f32, bool)> = match class {
            Some(class) => {
                let of_class = scores.outputs.col(class).enumerate();
                of_class.map(|(place, p)| (p, truth(place) == Some(class))).collect()
            }
            None => verdicts(&scores.outputs, truth)
                .into_iter()
                .map(|verdict| (verdict.confidence, verdict.is_right()))
                .collect(),
        };
        let of = |bins, binning| Reliability::of(&samples, bins, binning);
        let fine = of(FINE_BINS, Binning::Width).map_or(Vec::new(), |fine| fine.bins);
        let classes: Option<Vec<usize>> = (0..scores.outputs.rows()).map(truth).collect();
        Self {
            of: Some((Arc::downgrade(frame), part, bins, class)),
            diagram: of(BINS, bins.binning()),
            histogram: fine.iter().map(|bin| bin.count as usize).collect(),
            errors: of(BINS, Binning::Width)
                .map(|found| [found.expected_error(), found.largest_error()]),
            brier: classes.and_then(|classes| brier_score(&scores.outputs, &classes)),
        }
    }

    /// Whether it is of the predicted class.
    fn class(&self) -> Option<usize> {
        self.of.as_ref().and_then(|(.., class)| *class)
    }
}

fn choosers(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, names: &[String]) {
    let view = &mut cx.view.calibration;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        view.counted.choose(ui, Some(data));
        let now = view.class.filter(|class| *class < names.len());
        let text = |class: Option<usize>| match class {
            Some(class) => format::class_phrase(names, class),
            None => "predicted class".into(),
        };
        let menu = egui::ComboBox::from_id_salt("judged class");
        let menu = menu.selected_text(text(now)).width(120.0).truncate().icon(chevron);
        let shown = compact(ui, |ui| {
            menu.height(360.0).show_ui(ui, |ui| {
                for one in [None].into_iter().chain((0..names.len()).map(Some)) {
                    if ui.selectable_label(one == now, text(one)).clicked() {
                        view.class = one;
                    }
                }
            })
        });
        let hint = "Whose probability is compared with how often it is true";
        shown.response.on_hover_text(hint).accessible_name("judged class");
        view.bins =
            choice(ui, "bins", view.bins, &Bins::ALL, 104.0, Bins::label).unwrap_or(view.bins);
    });
}
