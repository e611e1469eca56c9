//! Whether the window stands whole on its screen.

use egui::{Context, Vec2, ViewportCommand};

/// Points that a title bar and a task bar may take of the height of a screen.
const BARS: f32 = 40.0;

/// Looks at the place of the window once, when the system has told it: on the screen of a small
/// laptop, where not all of the window fits, it is maximised. Some window systems tell no places;
/// those keep windows on the screen by themselves.
#[derive(Debug, Default)]
pub struct Placement {
    is_known: bool,
}

impl Placement {
    /// Maximises a window that reaches over the edges of its screen.
    pub fn look(&mut self, ctx: &Context) {
        if self.is_known {
            return;
        }
        let told = ctx.input(|input| {
            let viewport = input.viewport();
            viewport.monitor_size.zip(viewport.outer_rect)
        });
        let Some((screen, window)) = told else { return };
        self.is_known = true;
        if !fits(window.size(), screen) {
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
    }
}

/// Whether a window of this size, in points, can be seen whole beside the bars of the system.
fn fits(window: Vec2, screen: Vec2) -> bool {
    window.x < screen.x && window.y + BARS <= screen.y
}

#[cfg(test)]
mod tests {
    use egui::{Pos2, RawInput, Rect, ViewportId, vec2};

    use super::*;

    /// Whether the window is to be maximised after one frame.
    fn maximises(placement: &mut Placement, window: Vec2, screen: Option<Vec2>) -> bool {
        let mut input = RawInput::default();
        let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
        viewport.monitor_size = screen;
        viewport.outer_rect = Some(Rect::from_min_size(Pos2::ZERO, window));
        let output = Context::default().run_ui(input, |ui| placement.look(ui.ctx()));
        output.viewport_output[&ViewportId::ROOT]
            .commands
            .contains(&ViewportCommand::Maximized(true))
    }

    #[test]
    fn a_window_that_is_larger_than_its_screen_is_maximised_once() {
        let (window, small) = (vec2(1280.0, 800.0), Some(vec2(1366.0, 768.0)));
        let mut placement = Placement::default();
        assert!(!maximises(&mut placement, window, None), "nothing is known yet");
        assert!(maximises(&mut placement, window, small));
        assert!(!maximises(&mut placement, window, small), "the user may make it smaller");
    }

    #[test]
    fn a_window_that_fits_stays_as_it_is() {
        let large = Some(vec2(1920.0, 1080.0));
        assert!(!maximises(&mut Placement::default(), vec2(1280.0, 800.0), large));
    }

    #[test]
    fn the_title_bar_is_thought_of() {
        let window = vec2(1280.0, 800.0);
        assert!(!fits(window, window) && !fits(window, vec2(1920.0, 820.0)));
        assert!(fits(window, vec2(1440.0, 900.0)));
    }
}
