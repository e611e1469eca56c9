use std::sync::Arc;

use egui::{Context, Event, Pos2, RawInput, Style, Theme as Side, ThemePreference, pos2};

use crate::ui::theme::{Theme, Variant};

const SIDES: [Side; 2] = [Side::Light, Side::Dark];
/// Where nothing is under the pointer.
const AWAY: Pos2 = pos2(-1e5, -1e5);

/// The pass in which a picture is taken: the first of its frame, which is thrown away, so that it
/// may look other than the window. Nothing is under the pointer, and colours may be those for
/// print. What the user did meanwhile waits for the second pass, so it is done once, and by what
/// is seen.
pub(super) struct Exposure {
    /// What happened since the last frame.
    events: Vec<Event>,
    /// Where the pointer is.
    pointer: Option<Pos2>,
    /// The looks of the window, where the picture has others.
    looks: Option<(ThemePreference, bool)>,
    /// The styles of the window, whose bars to scroll by are seen.
    styles: [Arc<Style>; 2],
    is_open: bool,
}

impl Exposure {
    /// Before a pass begins.
    pub(super) fn begin(ctx: &Context, input: &mut RawInput, is_light: bool) -> Self {
        let events = std::mem::take(&mut input.events);
        // Nothing that is dragged is torn away.
        let free = |pointer: &egui::PointerState| !pointer.any_down();
        let pointer =
            ctx.input(|input| input.pointer.latest_pos().filter(|_| free(&input.pointer)));
        if pointer.is_some() {
            input.events.push(Event::PointerMoved(AWAY));
        }
        let styles = SIDES.map(|side| ctx.style_of(side));
        let variant = Theme::of(ctx).variant;
        let is_projected = matches!(variant, Variant::ProjectorLight | Variant::ProjectorDark);
        let looks = (is_light && variant != Variant::Light).then(|| {
            let own = (ctx.options(|options| options.theme_preference), is_projected);
            ctx.set_theme(Side::Light);
            Theme::project(ctx, false);
            own
        });
        ctx.all_styles_mut(|style| {
            let bars = &mut style.spacing.scroll;
            (bars.dormant_background_opacity, bars.dormant_handle_opacity) = (0.0, 0.0);
        });
        Self { events, pointer, looks, styles, is_open: true }
    }

    /// Whether its pass lasts.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// At the end of its pass.
    pub(super) fn end(&mut self, ctx: &Context) {
        self.is_open = false;
        if let Some((preference, is_projected)) = self.looks.take() {
            ctx.set_theme(preference);
            Theme::project(ctx, is_projected);
        }
        for (side, style) in SIDES.into_iter().zip(self.styles.clone()) {
            ctx.set_style_of(side, style);
        }
        ctx.request_discard("a picture was taken");
    }

    /// Before the next pass begins.
    pub(super) fn give_back(self, input: &mut RawInput) {
        let back = self.pointer.map(Event::PointerMoved);
        input.events.splice(0..0, back.into_iter().chain(self.events));
    }
}
