use egui::{Align2, Color32, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};

use crate::ui::theme::{self, Theme};

use super::icon::Icon;

/// What something is doing. Shape first, then the word, then colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Badge {
    /// Nothing has happened yet.
    Idle,
    /// It is being made ready.
    Busy,
    /// It goes on.
    Running,
    /// It waits.
    Paused,
    /// It came to its end.
    Finished,
    /// It is other than was asked for.
    Warning,
    /// It broke.
    Failed,
}

impl Badge {
    /// Its colour.
    #[must_use]
    pub fn color(self, theme: &Theme) -> Color32 {
        match self {
            Self::Idle | Self::Busy | Self::Paused => theme.text_muted,
            Self::Running | Self::Finished => theme.good,
            Self::Warning => theme.warning,
            Self::Failed => theme.error,
        }
    }

    /// Draws its shape.
    pub fn paint(self, ui: &Ui, theme: &Theme, rect: Rect) {
        let painter = ui.painter();
        let color = self.color(theme);
        match self {
            Self::Idle => {
                let stroke = theme.stroke(1.4, color);
                painter.circle_stroke(rect.center(), rect.width() * 0.32, stroke);
            }
            Self::Busy => Icon::More.paint(painter, rect, color),
            Self::Running => Icon::Play.paint(painter, rect, color),
            Self::Paused => Icon::Pause.paint(painter, rect, color),
            Self::Finished => Icon::Check.paint(painter, rect, color),
            Self::Warning => Icon::Warning.paint(painter, rect, color),
            Self::Failed => Icon::Error.paint(painter, rect, color),
        }
    }
}

/// A shape and a word.
pub fn status(ui: &mut Ui, theme: &Theme, badge: Badge, word: &str) -> Response {
    let color = badge.color(theme);
    let galley = ui.painter().layout_no_wrap(word.to_owned(), theme::small(), color);
    let size = vec2(SHAPE + 4.0 + galley.size().x, galley.size().y.max(SHAPE));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let shape = Rect::from_center_size(
        egui::pos2(rect.left() + SHAPE / 2.0, rect.center().y),
        Vec2::splat(SHAPE),
    );
    badge.paint(ui, theme, shape);
    let place = egui::pos2(shape.right() + 4.0, rect.center().y);
    ui.painter().text(place, Align2::LEFT_CENTER, word, theme::small(), color);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    response
}

const SHAPE: f32 = 12.0;

/// A thin bar that fills from 0 to 1. Where that is not known it is dashed: nothing moves, so that
/// a waiting window stays still.
pub fn progress(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    fraction: Option<f32>,
    width: f32,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 12.0), Sense::hover());
    let track = Rect::from_center_size(rect.center(), vec2(width, 4.0));
    let painter = ui.painter();
    painter.rect_filled(track, 2.0, theme.line);
    match fraction {
        Some(part) => {
            let part = part.clamp(0.0, 1.0);
            let filled = Rect::from_min_size(track.min, vec2(width * part, track.height()));
            painter.rect_filled(filled, 2.0, theme.accent);
        }
        None => {
            let piece = width / (2.0 * f32::from(DASHES));
            for i in 0..DASHES {
                let at = track.min + vec2(2.0 * piece * f32::from(i), 0.0);
                let dash = Rect::from_min_size(at, vec2(piece, track.height()));
                painter.rect_filled(dash, 2.0, theme.accent);
            }
        }
    }
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
        info.value = fraction.map(f64::from);
        info
    });
    response
}

const DASHES: u8 = 6;
