use egui::{Key, Modifiers, Ui, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;

const SIZE: Vec2 = vec2(900.0, 640.0);

fn window(add: impl Fn(&mut Ui) + 'static) -> Harness<'static, HelpView> {
    Harness::builder()
        .with_size(SIZE)
        .with_context_setup(|ctx| {
            Theme::apply(ctx);
            install(ctx);
        })
        .build_ui_state(
            move |ui, view: &mut HelpView| {
                add(ui);
                show(ui.ctx(), Theme::of(ui.ctx()), view);
            },
            HelpView::default(),
        )
}

fn panel(ui: &mut Ui) {
    let _ = ui.button("Momentum").on_hover_text("How much of the last step is kept");
    let _ = ui.button("Close");
    let (_, picture) = ui.allocate_exact_size(vec2(100.0, 100.0), egui::Sense::hover());
    explains(&picture, "decision boundary");
}

fn point(window: &mut Harness<'_, HelpView>, label: &str) {
    window.get_by_label(label).hover();
    window.run_steps(6);
}

#[test]
fn a_thing_is_explained_by_its_tooltip_and_the_glossary() {
    let mut window = window(panel);
    window.run_steps(2);
    assert!(window.query_by_label_contains("Point at anything").is_none());
    toggle(&window.ctx);
    window.run_steps(2);
    window.get_by_label_contains("Point at anything");
    point(&mut window, "Momentum");
    let found = explained(&window.ctx).expect("explained");
    assert_eq!(found.title, "Momentum");
    assert_eq!(found.tip, "How much of the last step is kept");
    assert_eq!(found.term.map(|term| term.name), Some("momentum"));
    point(&mut window, "Close");
    let found = explained(&window.ctx).expect("explained");
    assert_eq!((found.title.as_str(), found.tip.as_str(), found.term), ("Close", "", None));
}

#[test]
fn the_card_leads_to_the_glossary_and_stays_while_the_pointer_is_on_it() {
    let mut window = window(panel);
    toggle(&window.ctx);
    point(&mut window, "Momentum");
    point(&mut window, "Glossary: momentum");
    window.get_by_label("Glossary: momentum").click();
    window.run_steps(4);
    window.get_by_label_contains("Nesterov's form looks ahead");
    window.get_by_role_and_label(egui::Role::Link, "Stochastic gradient descent").click();
    window.run_steps(3);
    window.get_by_label("Back").click();
    window.run_steps(3);
    window.get_by_label_contains("Nesterov's form looks ahead");
}

#[test]
fn a_picture_says_itself_what_it_is_about() {
    let mut window = window(panel);
    toggle(&window.ctx);
    window.run_steps(2);
    window.hover_at(egui::pos2(50.0, 110.0));
    window.run_steps(6);
    let found = explained(&window.ctx).expect("explained");
    assert_eq!(found.term.map(|term| term.name), Some("decision boundary"));
}

#[test]
fn the_keyboard_focus_is_explained_too() {
    let mut window = window(panel);
    toggle(&window.ctx);
    point(&mut window, "Close");
    window.key_press(Key::Tab);
    window.run_steps(3);
    let found = explained(&window.ctx).expect("explained");
    assert_eq!(found.term.map(|term| term.name), Some("momentum"), "{found:?}");
}

#[test]
fn tooltips_come_back_when_help_ends() {
    let mut window = window(panel);
    toggle(&window.ctx);
    window.run_steps(2);
    toggle(&window.ctx);
    window.run_steps(2);
    assert!(!is_on(&window.ctx));
    assert!(window.ctx.global_style().interaction.tooltip_delay > 0.0);
    point(&mut window, "Momentum");
    window.get_by_label("How much of the last step is kept");
    assert_eq!(explained(&window.ctx), None);
}

#[test]
fn terms_are_found_by_typing() {
    let mut window = window(panel);
    window.state_mut().open(None);
    window.run_steps(3);
    window.get_by_label("Search terms").type_text("vanish");
    window.run_steps(3);
    assert!(window.query_by_label("Softmax").is_none());
    window.get_by_label("Vanishing gradients").click();
    window.run_steps(3);
    window.get_by_label_contains("the first layers hardly learn");
    window.key_press_modifiers(Modifiers::NONE, Key::Escape);
}
