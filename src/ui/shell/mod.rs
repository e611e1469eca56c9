//! Knows: the workbench, the commands, the theme and widgets: what surrounds the panels.
//! Never: what a panel shows.

mod banner;
mod dialogs;
mod drop;
mod incoming;
mod menus;
mod notices;
mod palette;
mod picker;
mod runs;
mod strip;

use crate::workbench::Action;

use super::commands::{Commands, What};
use super::dock::Dock;
use super::settings::Settings;

pub use banner::show as banner;
pub use dialogs::{Answer, Dialog, show as dialog};
pub use drop::hint as drop_hint;
pub use incoming::{Download, is_table, pasted};
pub use picker::{
    Picked, Picker, Purpose, actions as picked_actions, ended, moment, moment_words, picture_name,
};
pub use runs::show as run_bar;
pub use strip::show as strip;

/// What the surroundings of the panels remember while the window is open.
#[derive(Default)]
pub struct Memory {
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// The run that is being renamed, and its new name.
    pub renaming: Option<Renaming>,
    /// Whether the bar about a needed restart was shown in the last frame.
    pub banner: bool,
    /// Whether all notices are shown.
    pub notices: bool,
    /// The newest notice that was seen.
    pub newest: u64,
}

/// A run that is being renamed.
pub struct Renaming {
    /// Which one.
    pub run: usize,
    /// The name so far.
    pub text: String,
    /// Whether the field has got the focus.
    pub focused: bool,
}

/// What the surroundings get besides the workbench: settings to change, commands to offer, and
/// a place for those that were chosen.
pub struct Desk<'a> {
    /// The table of commands.
    pub commands: &'a Commands,
    /// What is remembered from one start to the next.
    pub settings: &'a mut Settings,
    /// Where the panels stand.
    pub dock: &'a mut Dock,
    /// What is remembered while the window is open.
    pub memory: &'a mut Memory,
    /// The commands that were chosen in this frame, performed after drawing.
    pub asked: &'a mut Vec<What>,
    /// Which renderer draws the window, and why.
    pub renderer: &'a str,
}

impl Desk<'_> {
    /// Asks for a command.
    pub fn ask(&mut self, what: What) {
        self.asked.push(what);
    }

    /// The keys of a command as text.
    #[must_use]
    pub fn keys(&self, what: What) -> &str {
        self.commands.get(what).map_or("", |(_, keys)| keys)
    }
}

/// Whether an action changes the draft or weights, so that it is settled when the user lets go.
#[must_use]
pub fn edits(action: &Action) -> bool {
    matches!(action, Action::Edit(_) | Action::AlterWeights(..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::WeightEdit;

    #[test]
    fn what_can_be_dragged_is_settled_when_the_user_lets_go() {
        assert!(edits(&Action::Edit(crate::workbench::Edit::Seed(7))));
        assert!(edits(&Action::AlterWeights(0, WeightEdit::Zero(0))));
        assert!(!edits(&Action::TogglePlay));
    }
}
