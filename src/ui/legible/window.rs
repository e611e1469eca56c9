//! The window as a whole in each of the layouts, on a small screen and by a projector.

use egui::{Key, Modifiers};

use super::{Place, complain, controls, rooms, texts};
use crate::ui::tests::{self, Window};

fn faults(window: &Window, what: &str) -> Vec<String> {
    let (texts, controls) = (texts(&window.output().shapes), controls(window));
    let dock = window.state().dock();
    let mut faults = Vec::new();
    for (pane, rect) in dock.places() {
        let name = format!("{} in {what}", pane.label());
        let place = Place {
            name: &name,
            rect: rect.expand(1.0),
            sideways: false,
            may_shorten: &rooms::is_given,
        };
        faults.extend(place.faults(&texts));
        faults.extend(place.spills(&controls));
    }
    let whole = window.ctx.content_rect();
    let name = format!("The window in {what}");
    let place = Place { name: &name, rect: whole, sideways: true, may_shorten: &rooms::is_given };
    faults.extend(place.faults(&texts));
    faults
}

const KEYS: [Key; 5] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];

/// What is wrong in all layouts, in the plain looks and in those of a projector.
fn in_all_layouts(name: &str) -> Vec<String> {
    let mut window = tests::open(name);
    let mut found = Vec::new();
    for looks in ["plain looks", "projector looks"] {
        for key in KEYS {
            tests::press(&mut window, Modifiers::COMMAND, key);
            tests::rest(&mut window);
            let layout = window.state().dock().name().label().to_owned();
            found.extend(faults(&window, &format!("{layout}, {looks}, {name}")));
        }
        tests::press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    }
    found
}

#[test]
fn every_text_of_the_window_can_be_read() {
    complain(in_all_layouts("spiral-relu"));
}

#[test]
fn every_text_of_two_runs_can_be_read() {
    complain(in_all_layouts("linear-vs-relu"));
}
