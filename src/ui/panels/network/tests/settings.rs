use super::*;

#[test]
fn a_convolution_says_its_arithmetic_and_costs() {
    let harness = alone(LayerKind::Conv2d(ConvSpec::new(10, 5)), 28);
    for text in [
        "1 × 28 × 28 → 10 × 24 × 24",
        "(28 − 5 + 2·0)/1 + 1 = 24",
        "260 params",
        "144.0\u{2009}k mult-adds",
    ] {
        harness.get_by_label(text);
    }
}

#[test]
fn every_setting_of_a_convolution_is_set() {
    let mut harness = alone(LayerKind::Conv2d(ConvSpec::new(4, 3)), 28);
    for (field, text) in [("channels", "6"), ("kernel", "2×3"), ("stride", "2x1")] {
        type_into(&mut harness, &format!("Layer 1 {field}"), text);
    }
    choose(&mut harness, "Layer 1 padding", "same");
    choose(&mut harness, "Layer 1 padding", "zeros");
    type_into(&mut harness, "Layer 1 zeros", "0×2");
    choose(&mut harness, "Layer 1 weights", "Uniform");
    type_into(&mut harness, "Layer 1 low", "-0.1");
    type_into(&mut harness, "Layer 1 high", "0.2");
    choose(&mut harness, "Layer 1 biases", "Normal");
    type_into(&mut harness, "Layer 1 bias mean", "1");
    type_into(&mut harness, "Layer 1 bias std", "0.5");
    click(&mut harness, "More of layer 1");
    type_into(&mut harness, "Layer 1 dilation", "2");
    type_into(&mut harness, "Layer 1 groups", "1");
    let expected = ConvSpec {
        channels: 6,
        kernel: [2, 3],
        stride: [2, 1],
        padding: Padding::Of([0, 2]),
        dilation: [2, 2],
        groups: 1,
        bias: true,
        init: Init::Uniform { low: Finite::lit(-0.1), high: Finite::lit(0.2) },
        bias_init: BiasInit::Normal { mean: Finite::ONE, std: Finite::lit(0.5) },
    };
    assert_eq!(kind(&harness, 0), LayerKind::Conv2d(expected));
    harness.get_by_label("dilation 2");
}

#[test]
fn every_setting_of_pools_is_set() {
    let pool = |kernel, stride, padding, ceil| PoolSpec { kernel, stride, padding, ceil };
    let mut harness = alone(LayerKind::MaxPool2d(PoolSpec::new(2)), 28);
    type_into(&mut harness, "Layer 1 size", "3");
    let wide = pool([3, 3], [3, 3], [0, 0], false);
    assert_eq!(kind(&harness, 0), LayerKind::MaxPool2d(wide), "the stride goes with the size");
    type_into(&mut harness, "Layer 1 stride", "2");
    type_into(&mut harness, "Layer 1 size", "4×2");
    click(&mut harness, "More of layer 1");
    type_into(&mut harness, "Layer 1 padding", "1");
    click(&mut harness, "Layer 1 round up");
    let odd = pool([4, 2], [2, 2], [1, 1], true);
    assert_eq!(kind(&harness, 0), LayerKind::MaxPool2d(odd));
    let average = LayerKind::AvgPool2d { pool: PoolSpec::new(2), count_padding: true };
    let mut harness = alone(average, 28);
    click(&mut harness, "More of layer 1");
    click(&mut harness, "Layer 1 count padding");
    let pool = PoolSpec::new(2);
    assert_eq!(kind(&harness, 0), LayerKind::AvgPool2d { pool, count_padding: false });
    harness.get_by_label("padding does not count");
}

#[test]
fn every_setting_of_norms_dropout_and_skips_is_set() {
    let mut harness = alone(LayerKind::BatchNorm(BatchNormSpec::default()), 0);
    assert!(harness.query_by_label("Layer 1 momentum").is_none(), "not asked for");
    click(&mut harness, "More of layer 1");
    type_into(&mut harness, "Layer 1 momentum", "0.5");
    type_into(&mut harness, "Layer 1 epsilon", "1e-3");
    click(&mut harness, "Layer 1 affine");
    let (momentum, epsilon) = (Finite::lit(0.5), Finite::lit(1e-3));
    let norm = BatchNormSpec { momentum, epsilon, affine: false };
    assert_eq!(kind(&harness, 0), LayerKind::BatchNorm(norm));
    let group = LayerKind::GroupNorm { groups: 1, norm: NormSpec::default() };
    for (layer, expected) in [
        (
            LayerKind::LayerNorm(NormSpec::default()),
            LayerKind::LayerNorm(NormSpec { epsilon, affine: false }),
        ),
        (group, LayerKind::GroupNorm { groups: 1, norm: NormSpec { epsilon, affine: false } }),
    ] {
        let mut harness = alone(layer, 0);
        click(&mut harness, "More of layer 1");
        type_into(&mut harness, "Layer 1 epsilon", "1e-3");
        click(&mut harness, "Layer 1 affine");
        assert_eq!(kind(&harness, 0), expected);
    }
    let mut harness = alone(LayerKind::Dropout { p: Finite::lit(0.5) }, 0);
    type_into(&mut harness, "Layer 1 p", "0.2");
    assert_eq!(kind(&harness, 0), LayerKind::Dropout { p: Finite::lit(0.2) });
    let relu = || LayerSpec::from(Activation::Relu);
    let skip = LayerSpec::from(LayerKind::Skip { over: 1 });
    let mut harness = network(stack(vec![relu(), relu(), skip], 0));
    harness.get_by_label("around layer 2");
    type_into(&mut harness, "Layer 3 over", "2");
    assert_eq!(kind(&harness, 2), LayerKind::Skip { over: 2 });
    harness.get_by_label("around layers 1–2");
}

#[test]
fn every_start_is_chosen_with_its_constants() {
    let mut harness = relu();
    let weights = |harness: &Harness<'_, Bench>| match kind(harness, 0) {
        LayerKind::Dense(dense) => (dense.init, dense.bias_init),
        other => panic!("{other:?}"),
    };
    for init in Init::ALL {
        let same = std::mem::discriminant(&weights(&harness).0) == std::mem::discriminant(&init);
        if !same {
            choose(&mut harness, "Layer 1 weights", init.label());
            assert_eq!(weights(&harness).0, init);
        }
    }
    choose(&mut harness, "Layer 1 weights", "Normal");
    type_into(&mut harness, "Layer 1 mean", "0.5");
    let (mean, std) = (Finite::lit(0.5), Finite::lit(0.01));
    assert_eq!(weights(&harness).0, Init::Normal { mean, std });
    choose(&mut harness, "Layer 1 weights", "Constant");
    type_into(&mut harness, "Layer 1 value", "0.25");
    assert_eq!(weights(&harness).0, Init::Constant { value: Finite::lit(0.25) });
    choose(&mut harness, "Layer 1 biases", "Uniform");
    type_into(&mut harness, "Layer 1 bias low", "-2");
    type_into(&mut harness, "Layer 1 bias high", "2");
    let (low, high) = (Finite::lit(-2.0), Finite::lit(2.0));
    assert_eq!(weights(&harness).1, BiasInit::Uniform { low, high });
    choose(&mut harness, "Layer 1 biases", "Constant");
    type_into(&mut harness, "Layer 1 bias value", "3");
    assert_eq!(weights(&harness).1, BiasInit::Constant { value: Finite::lit(3.0) });
}

#[test]
fn a_layer_is_named_frozen_switched_off_and_slowed_down() {
    let mut harness = relu();
    click(&mut harness, "More of layer 1");
    click(&mut harness, "Layer 1 frozen");
    click(&mut harness, "Layer 1 off");
    type_into(&mut harness, "Layer 1 learning rate factor", "0.1");
    harness.get_by_label("Layer 1 name").click();
    harness.run();
    harness.get_by_label("Layer 1 name").type_text("stem");
    harness.run();
    let layer = &harness.state().run().model.hidden[0];
    assert_eq!(layer.name, "stem");
    assert!(layer.frozen && layer.off);
    assert_eq!(layer.rate, Finite::lit(0.1));
    // Folded away again, all of it is still told.
    click(&mut harness, "More of layer 1");
    assert!(harness.query_by_label("Layer 1 name").is_none());
    for told in ["“stem”", "learning rate × 0.1", "Layer 1 is frozen", "Layer 1 is off"] {
        harness.get_by_label(told);
    }
}

#[test]
fn an_activation_has_nothing_to_freeze() {
    let mut harness = relu();
    click(&mut harness, "More of layer 2");
    harness.get_by_label("Layer 2 off");
    assert!(harness.query_by_label("Layer 2 frozen").is_none());
}

#[test]
fn the_menu_of_a_card_freezes_and_switches_off() {
    let mut harness = relu();
    harness.get_by_label("Move layer 1 (Dense)").click_secondary();
    harness.run();
    click(&mut harness, "Freeze");
    assert!(harness.state().run().model.hidden[0].frozen);
    harness.get_by_label("Move layer 1 (Dense)").click_secondary();
    harness.run();
    click(&mut harness, "Switch off");
    assert!(harness.state().run().model.hidden[0].off);
}

#[test]
fn what_is_open_stays_with_its_layer() {
    let mut harness = relu();
    click(&mut harness, "More of layer 2");
    click(&mut harness, "Duplicate layer 1");
    assert_eq!(harness.state().view.network.open, Some(Open::Layer(2)));
    harness.get_by_label("Layer 3 name");
    click(&mut harness, "Remove layer 3");
    assert_eq!(harness.state().view.network.open, None);
}

#[test]
fn the_output_layer_has_all_its_settings() {
    let mut harness = relu();
    choose(&mut harness, "Output activation", "Leaky ReLU");
    type_into(&mut harness, "Output slope", "0.3");
    click(&mut harness, "Output bias");
    click(&mut harness, "More of the output layer");
    click(&mut harness, "Output frozen");
    type_into(&mut harness, "Output learning rate factor", "2");
    let output = &harness.state().run().model.output;
    assert_eq!(output.activation, Activation::LeakyRelu { slope: Finite::lit(0.3) });
    assert!(output.frozen && !output.bias);
    assert_eq!(output.rate, Finite::lit(2.0));
    harness.get_by_label("Output is frozen");
    harness.get_by_label("learning rate × 2");
    assert_eq!(harness.query_all_by_label("300 params").count(), 2, "without biases");
}

#[test]
fn the_output_layer_says_what_it_is_read_as() {
    use crate::spec::Loss;
    for (loss, text) in [
        (Loss::CROSS_ENTROPY, "3 classes · softmax"),
        (Loss::Nll, "3 classes · log-probabilities"),
        (Loss::Hinge, "3 classes · largest"),
        (Loss::Mse, "3 classes · largest"),
    ] {
        let mut state = fixtures::ready("spiral-relu");
        let mut run = state.run_spec(0).expect("is there").clone();
        run.train.loss = loss;
        fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, run)));
        network(state).get_by_label(text);
    }
}

#[test]
fn a_softmax_that_the_loss_applies_already_is_advised_against_where_it_stands() {
    let mut state = fixtures::ready("spiral-relu");
    let mut run = state.run_spec(0).expect("is there").clone();
    run.model.output.activation = Activation::Softmax;
    fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, run)));
    assert!(state.can_play(), "advice forbids nothing");
    let harness = network(state);
    harness.get_by_label_contains("applies a softmax itself");
}
