use super::*;

/// One of each kind, with settings that no default has.
fn odd_layers() -> Vec<LayerSpec> {
    let odd = Finite::lit(0.123_456_789);
    let (kernel, stride) = ([4, 2], [2, 3]);
    let pool = PoolSpec { kernel, stride, padding: [2, 1], ceil: true };
    let norm = NormSpec { epsilon: odd, affine: false };
    let start = Init::Normal { mean: odd, std: odd };
    let biases = BiasInit::Uniform { low: Finite::ZERO, high: odd };
    let conv = ConvSpec {
        channels: 6,
        kernel: [5, 4],
        stride: [1, 2],
        padding: Padding::Of([3, 1]),
        dilation: [2, 1],
        groups: 1,
        bias: true,
        init: start,
        bias_init: biases,
    };
    let kinds = [
        LayerKind::Conv2d(conv),
        LayerKind::MaxPool2d(pool),
        LayerKind::AvgPool2d { pool, count_padding: false },
        LayerKind::BatchNorm(BatchNormSpec { momentum: odd, epsilon: odd, affine: false }),
        LayerKind::GroupNorm { groups: 3, norm },
        LayerKind::LayerNorm(norm),
        LayerKind::Skip { over: 3 },
        LayerKind::Dropout { p: odd },
        LayerKind::GlobalAvgPool,
        LayerKind::Flatten,
        LayerKind::Activation(Activation::Elu { alpha: odd }),
        LayerKind::Dense(DenseSpec { units: 33_333, bias: false, init: start, bias_init: biases }),
    ];
    let layer = |kind| LayerSpec { name: "x".into(), rate: odd, ..LayerSpec::from(kind) };
    kinds.map(layer).into()
}

#[test]
fn showing_a_card_changes_nothing() {
    let count = odd_layers().len();
    let mut harness = network(stack(odd_layers(), 28));
    for index in 0..count {
        harness.state_mut().view.network.open = Some(Open::Layer(index));
        harness.run();
    }
    assert!(harness.state().log.is_empty(), "{:?}", harness.state().log);
    assert_eq!(harness.state().run().model.hidden, odd_layers());
    assert_eq!(harness.unnamed_widgets(), Vec::<String>::new());
}

/// A network of twelve layers, with a residual block.
fn deep() -> Vec<LayerSpec> {
    let same = ConvSpec { padding: Padding::Same, ..ConvSpec::new(16, 3) };
    let relu = || LayerSpec::from(Activation::Relu);
    let pool = || LayerSpec::from(LayerKind::MaxPool2d(PoolSpec::new(2)));
    let norm = || LayerSpec::from(LayerKind::BatchNorm(BatchNormSpec::default()));
    vec![
        LayerSpec {
            name: "stem".into(),
            frozen: true,
            ..LayerSpec::from(LayerKind::Conv2d(ConvSpec::new(16, 5)))
        },
        relu(),
        pool(),
        LayerSpec::from(LayerKind::Conv2d(same.clone())),
        norm(),
        relu(),
        LayerSpec::from(LayerKind::Conv2d(same)),
        LayerSpec::from(LayerKind::Skip { over: 4 }),
        pool(),
        LayerSpec::from(LayerKind::Flatten),
        LayerSpec { off: true, ..LayerSpec::from(LayerKind::Dropout { p: Finite::lit(0.5) }) },
        LayerSpec::from(DenseSpec::new(32)),
    ]
}

#[test]
fn nothing_of_a_deep_stack_is_clipped() {
    for width in [300.0, 518.0, 900.0] {
        let mut harness = bench(stack(deep(), 28), vec2(width, 4000.0), show);
        harness.run();
        harness.state_mut().view.network.open = Some(Open::Layer(0));
        harness.run();
        let fields =
            [Role::SpinButton, Role::ComboBox, Role::CheckBox, Role::TextInput, Role::Label];
        for role in fields {
            for field in harness.get_all_by_role(role) {
                let place = field.rect();
                assert!(
                    place.left() >= 0.0 && place.right() <= width,
                    "{role:?} {:?} at {place:?} in {width}",
                    field.accesskit_node().label(),
                );
            }
        }
    }
}

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
fn picture(name: &str, harness: &mut Harness<'static, Bench>) {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    harness.run_steps(4);
    let image = harness.render().expect("a software renderer");
    let file = format!("network-{name}.png");
    image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
}

#[test]
fn pictures() {
    if std::env::var("DESCENT_PICTURES").is_err() {
        return;
    }
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        for (size, name) in [(vec2(1280.0, 720.0), "small"), (vec2(1920.0, 1000.0), "large")] {
            let panel = |ui: &mut egui::Ui, cx: &mut crate::ui::Cx<'_>| {
                crate::ui::dock::show(ui, cx, &mut crate::ui::dock::Dock::default());
            };
            let mut harness = crate::ui::testing::themed(stack(deep(), 28), size, panel, theme);
            picture(&format!("window-{name}-{theme:?}"), &mut harness);
            click(&mut harness, "Add a layer at place 2");
            picture(&format!("menu-{name}-{theme:?}"), &mut harness);
        }
        for width in [320.0, 518.0, 900.0] {
            for (scene, layers) in [("deep", deep()), ("odd", odd_layers())] {
                let size = vec2(width, 1600.0);
                let mut harness = crate::ui::testing::themed(stack(layers, 28), size, show, theme);
                harness.state_mut().view.network.open = Some(Open::Layer(3));
                picture(&format!("{scene}-{width}-{theme:?}"), &mut harness);
            }
        }
    }
}

/// Frames of tests do not let a sign pass that no font has.
#[test]
fn every_sign_of_the_formulas_can_be_drawn() {
    let panel = |ui: &mut egui::Ui, _: &mut crate::ui::Cx<'_>| {
        for activation in Activation::ALL {
            ui.label(activation.formula());
        }
    };
    bench(fixtures::ready("spiral-relu"), SIZE, panel).run();
}
