use super::*;

#[test]
fn every_kind_of_layer_is_added_by_name() {
    for kind in LayerKind::usual() {
        let is_dense = matches!(kind, LayerKind::Dense(_));
        let side = if is_dense { 0 } else { 8 };
        let before = vec![LayerSpec::from(Activation::Tanh); 2];
        let mut harness = network(stack(before, side));
        add(&mut harness, 3, kind.label());
        let hidden = &harness.state().run().model.hidden;
        assert_eq!(hidden.last().map(LayerSpec::label), Some(kind.label()));
        assert!(harness.state().state.check(0).is_some());
        let issues = harness.query_all_by_label_contains("needs").count();
        assert!(is_dense || issues <= 1, "{}: only the output wants a Flatten", kind.label());
    }
}

#[test]
fn every_activation_is_added_and_chosen_in_place() {
    let mut harness = alone(LayerKind::Activation(Activation::Relu), 0);
    for activation in Activation::ALL {
        if kind(&harness, 0) != LayerKind::Activation(activation) {
            choose(&mut harness, "Layer 1 activation", activation.label());
        }
        assert_eq!(kind(&harness, 0), LayerKind::Activation(activation));
    }
    add(&mut harness, 2, "Mish");
    assert_eq!(kind(&harness, 1), LayerKind::Activation(Activation::Mish));
    choose(&mut harness, "Layer 2 activation", "ELU");
    type_into(&mut harness, "Layer 2 alpha", "0.5");
    let alpha = Finite::lit(0.5);
    assert_eq!(kind(&harness, 1), LayerKind::Activation(Activation::Elu { alpha }));
}

#[test]
fn the_menu_is_used_by_keyboard() {
    let mut harness = relu();
    harness.get_by_label("Add a layer at place 1").focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Batch norm").focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(kinds(&harness), ["Batch norm", "Dense", "ReLU"]);
    assert_eq!(harness.query_all_by_label("Batch norm").count(), 1, "the menu is closed");
}

#[test]
fn what_cannot_stand_somewhere_cannot_be_added_there() {
    let mut harness = relu();
    click(&mut harness, "Add a layer at place 1");
    for (name, fits) in [
        ("Dense", true),
        ("Conv2d", false),
        ("Max pool", false),
        ("Average pool", false),
        ("Global average pool", false),
        ("Batch norm", true),
        ("Skip connection", false),
        ("Softmax", true),
    ] {
        let entry = harness.get_by_role_and_label(Role::Button, name);
        assert_eq!(entry.accesskit_node().is_disabled(), !fits, "{name}");
    }
    harness.get_by_role_and_label(Role::Button, "Conv2d").hover();
    harness.run_steps(40);
    harness.get_by_label_contains("needs an image");
}

#[test]
fn an_image_takes_no_dense_layer_and_no_softmax() {
    let mut harness = network(stack(vec![], 8));
    click(&mut harness, "Add a layer at place 1");
    for (name, fits) in [("Dense", false), ("Conv2d", true), ("Softmax", false), ("Flatten", true)]
    {
        let entry = harness.get_by_role_and_label(Role::Button, name);
        assert_eq!(entry.accesskit_node().is_disabled(), !fits, "{name}");
    }
}

#[test]
fn new_layers_follow_their_neighbours_and_fit_their_place() {
    let conv = ConvSpec { padding: Padding::Same, ..ConvSpec::new(12, 5) };
    let layers = vec![LayerSpec::from(LayerKind::Conv2d(conv.clone()))];
    let mut harness = network(stack(layers, 8));
    add(&mut harness, 2, "Conv2d");
    assert_eq!(kind(&harness, 1), LayerKind::Conv2d(conv));
    add(&mut harness, 3, "Group norm");
    let norm = NormSpec::default();
    assert_eq!(kind(&harness, 2), LayerKind::GroupNorm { groups: 2, norm });
    // The second convolution and the norm keep the shape; the first changes the channels.
    add(&mut harness, 4, "Skip connection");
    assert_eq!(kind(&harness, 3), LayerKind::Skip { over: 2 });
    harness.get_by_label("around layers 2–3");
    // On an image of 2 × 2, a kernel of 3 would not fit.
    let mut tiny = network(stack(vec![], 2));
    add(&mut tiny, 1, "Conv2d");
    assert_eq!(kind(&tiny, 0), LayerKind::Conv2d(ConvSpec::new(8, 2)));
}

#[test]
fn the_menu_opens_by_command() {
    let mut harness = relu();
    harness.state_mut().view.network.offer_layers();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Dropout").focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(kinds(&harness), ["Dense", "ReLU", "Dropout"]);
}

#[test]
fn hidden_layers_are_frozen_and_freed_together() {
    let mut state = fixtures::ready("spiral-relu");
    assert_eq!(frozen(&state, false), None, "nothing is frozen");
    let edit = frozen(&state, true).expect("a change");
    fixtures::act(&mut state, Action::Edit(edit));
    let model = &state.run_spec(0).expect("is there").model;
    let found: Vec<_> = model.hidden.iter().map(|layer| layer.frozen).collect();
    assert_eq!((found, model.output.frozen), (vec![true, false], false));
    assert!(frozen(&state, false).is_some() && frozen(&state, true).is_none());
}
