//! The drawing of a network that really trains.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use egui_kittest::Harness;

use crate::record::{Boundary, BoundaryRequest, ProbeRequest};
use crate::spec::{
    Activation, DenseSpec, DeviceChoice, ExperimentSpec, LayerSpec, StopRule, preset,
};
use crate::ui::theme::Theme;
use crate::ui::{Cx, View};
use crate::workbench::{Action, Workbench};

use super::{request, show, values};

/// A window that shows nothing but the drawing of a run that trains.
pub(super) struct Live {
    workbench: Workbench,
    view: View,
    bell: Receiver<()>,
}

impl Live {
    fn open(spec: ExperimentSpec) -> Self {
        let (ring, bell) = sync_channel(1);
        // A full bell is ringing already.
        let waker = Arc::new(move || ring.try_send(()).unwrap_or_default());
        let mut live = Self { workbench: Workbench::new(spec, waker), view: View::default(), bell };
        live.workbench.apply(Action::SetDevice(DeviceChoice::Cpu));
        live.until(|live| live.workbench.state().can_play());
        live
    }

    /// Takes in what threads say until something is so.
    fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..600 {
            self.want();
            self.workbench.pump(Duration::from_millis(50));
            if is_so(self) {
                return;
            }
            let _ = self.bell.recv_timeout(Duration::from_millis(100));
        }
        panic!("waited in vain");
    }

    /// Wants what the drawing wants, and the boundary over the same piece of the plane.
    fn want(&mut self) {
        let mut wanted = ProbeRequest::default();
        let View { graph, boundary, .. } = &mut self.view;
        request(self.workbench.state(), graph, &mut boundary.plane, 0, &mut wanted);
        wanted.boundary = wanted.inside.maps.first().map(|maps| maps.window.clone());
        self.workbench.apply(Action::Want(0, wanted));
    }

    fn boundary(&self) -> Option<&Boundary> {
        self.workbench.state().run(0)?.frame.as_ref()?.boundary.as_ref()
    }
}

/// A small network on the lecture's spiral.
fn spiral(widths: &[usize], activation: Activation) -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    let layer = |&units: &usize| [LayerSpec::from(DenseSpec::new(units)), activation.into()];
    spec.runs[0].model.hidden = widths.iter().flat_map(layer).collect();
    spec.runs[0].train.stop = StopRule::Never;
    spec
}

#[test]
fn the_cells_of_an_output_are_those_of_the_boundary() {
    let mut live = Live::open(spiral(&[6, 4], Activation::Tanh));
    live.until(|live| live.boundary().is_some());
    let state = live.workbench.state();
    let frame = state.run(0).and_then(|run| run.frame.as_ref()).expect("a frame");
    let boundary = live.boundary().expect("was waited for");
    let window: &BoundaryRequest = &boundary.request;
    for class in 0..3 {
        let map = values::map(frame, window, 5, class).expect("was asked for");
        let own: Vec<f32> = boundary.outputs.col(class).collect();
        let off = map.iter().zip(&own).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(map.len() == own.len() && off < 1e-6, "class {class} is off by {off}");
    }
    // A neuron of the first layer by hand, from the weights in the same frame.
    let weight = frame.inside.parameter("0.weight").expect("is there").tensor.data();
    let bias = frame.inside.parameter("0.bias").expect("is there").tensor.data();
    let map = values::map(frame, window, 1, 2).expect("was asked for");
    let at = |[low, high]: [f32; 2], place: usize| {
        low + (high - low) * (place as f32 + 0.5) / window.side as f32
    };
    for (cell, value) in map.iter().enumerate() {
        let (x, y) = (at(window.x, cell % window.side), at(window.y, cell / window.side));
        let own = (weight[4] * x + weight[5] * y + bias[2]).tanh();
        assert!((own - value).abs() < 1e-5, "cell {cell} is {value}, not {own}");
    }
}

#[test]
fn of_a_single_feature_the_activations_along_it_come_back() {
    let mut spec = preset("sine-cubic").expect("built in");
    spec.runs.truncate(1);
    let layers = [LayerSpec::from(DenseSpec::new(3)), Activation::Tanh.into()];
    spec.runs[0].model.hidden = layers.to_vec();
    let mut live = Live::open(spec);
    let has_maps = |live: &Live| {
        let frame = live.workbench.state().run(0).and_then(|run| run.frame.clone());
        frame.is_some_and(|frame| !frame.inside.maps.is_empty())
    };
    live.until(has_maps);
    let frame = live.workbench.state().run(0).and_then(|run| run.frame.clone()).expect("a frame");
    let maps = &frame.inside.maps[0];
    let (side, values) = (maps.request.window.side, maps.layers[0].row(1));
    assert_eq!(values[..side], values[side..2 * side], "upwards nothing changes");
    assert_ne!(values[0], values[side - 1]);
}

/// Pictures for the eye, where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures_of_what_trains() {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    let mut sine = preset("sine-cubic").expect("built in");
    sine.runs.truncate(1);
    sine.runs[0].model.hidden = spiral(&[6, 6], Activation::Tanh).runs[0].model.hidden.clone();
    sine.runs[0].train.stop = StopRule::Never;
    let shots = [
        ("spiral", spiral(&[8; 6], Activation::Tanh), [1100.0, 700.0]),
        ("spiral-small", spiral(&[8; 6], Activation::Relu), [640.0, 480.0]),
        ("xor", preset("xor-gate").expect("built in"), [640.0, 480.0]),
        ("sine", sine, [760.0, 480.0]),
        ("digits", preset("drawn-digits").expect("built in"), [900.0, 600.0]),
        ("residual", preset("residual").expect("built in"), [1100.0, 600.0]),
    ];
    for (name, spec, size) in shots {
        for theme in [egui::Theme::Light, egui::Theme::Dark] {
            let mut live = Live::open(spec.clone());
            live.until(|live| live.workbench.state().run(0).is_some_and(|run| run.frame.is_some()));
            live.workbench.apply(Action::Play(Some(0)));
            let begun = std::time::Instant::now();
            live.until(|_| begun.elapsed() > Duration::from_secs(4));
            let mut harness = shown(live, size, theme);
            harness.run_steps(12);
            let image = harness.render().expect("a software renderer");
            let suffix = if theme == egui::Theme::Dark { "dark" } else { "light" };
            let file = format!("live-{name}-{suffix}.png");
            image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
        }
    }
}

fn shown(live: Live, size: [f32; 2], theme: egui::Theme) -> Harness<'static, Live> {
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(Theme::apply)
        .build_ui_state(
            |ui, live: &mut Live| {
                let theme = Theme::of(ui.ctx());
                live.want();
                live.workbench.pump(Duration::from_millis(20));
                let mut actions = Vec::new();
                let Live { workbench, view, .. } = live;
                let mut cx = Cx { state: workbench.state(), theme, view, actions: &mut actions };
                let surface = egui::Frame::new().fill(theme.surface).inner_margin(12);
                surface.show(ui, |ui| show(ui, &mut cx, 0));
                actions.into_iter().for_each(|action| workbench.apply(action));
            },
            live,
        )
}
