use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::write_atomic;

use super::effect::{Effect, Outcome};
use super::reduce::file_name;
use super::state::{JobKind, State};

/// Draws a picture and writes it down.
type Draw = dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync;

/// A picture that is yet to be drawn, away from the window: whoever holds what is to be seen says
/// how it is drawn, a job does it.
#[derive(Clone)]
pub struct Rendering {
    draw: Arc<Draw>,
}

impl Rendering {
    /// A picture that `draw` draws and writes, whole or not at all.
    pub fn new(draw: impl Fn(&mut dyn Write) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { draw: Arc::new(draw) }
    }

    /// Draws it.
    ///
    /// # Errors
    /// When it cannot be drawn, or when `out` takes no more.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        (self.draw)(out)
    }
}

impl fmt::Debug for Rendering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rendering")
    }
}

impl PartialEq for Rendering {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.draw, &other.draw)
    }
}

impl State {
    /// Begins to draw a picture, and to write it where a file is named.
    pub(super) fn render(&mut self, rendering: Rendering, path: Option<PathBuf>) -> Vec<Effect> {
        let (kind, title) = match &path {
            Some(path) => (JobKind::Write, format!("Writing {}", file_name(path))),
            None => (JobKind::Draw, "Drawing the picture".into()),
        };
        let job = self.begin_job(kind, title);
        vec![Effect::Render(job, rendering, path)]
    }

    /// Takes in that a picture was drawn for the clipboard, or not.
    pub(super) fn take_drawn(&mut self, result: Result<(), String>) -> Vec<Effect> {
        match result {
            Ok(()) => Vec::new(),
            Err(why) => self.complain(format!("The picture could not be copied: {why}")),
        }
    }
}

/// Draws a picture, and writes it where a file is named.
pub(super) fn render(rendering: &Rendering, path: Option<PathBuf>) -> Outcome {
    match path {
        Some(path) => {
            let written = written(rendering, &path).map(|()| None);
            Outcome::Written(path, None, written)
        }
        None => Outcome::Drawn(rendering.write(&mut io::sink()).map_err(|why| why.to_string())),
    }
}

fn written(rendering: &Rendering, path: &Path) -> Result<(), String> {
    write_atomic(path, |out| rendering.write(out)).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::{Action, Severity, fixtures};

    fn drawing(bytes: &'static [u8]) -> Rendering {
        Rendering::new(move |out| out.write_all(bytes))
    }

    fn broken() -> Rendering {
        Rendering::new(|_| Err(io::Error::other("no ink")))
    }

    #[test]
    fn a_picture_is_written_whole_and_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.png");
        let mut state = fixtures::ready("spiral-relu");
        let effects = state.reduce(Action::Render(drawing(b"ink"), Some(path.clone())));
        let Some(Effect::Render(job, rendering, Some(to))) = effects.into_iter().next() else {
            panic!("a picture to draw");
        };
        assert!(state.is_writing());
        state.take_outcome(job, render(&rendering, Some(to)));
        assert_eq!(std::fs::read(&path).expect("written"), b"ink");
        assert!(!state.is_writing());
        assert!(state.notices().iter().any(|notice| notice.text.starts_with("Written to")));
    }

    #[test]
    fn a_picture_that_cannot_be_drawn_leaves_the_old_file_and_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.png");
        std::fs::write(&path, "old").expect("written");
        for target in [Some(path.clone()), None] {
            let mut state = fixtures::ready("spiral-relu");
            let effects = state.reduce(Action::Render(broken(), target));
            let Some(Effect::Render(job, rendering, to)) = effects.into_iter().next() else {
                panic!("a picture to draw");
            };
            state.take_outcome(job, render(&rendering, to));
            let last = state.notices().last().expect("told");
            assert_eq!(last.severity, Severity::Error);
            assert!(last.text.contains("no ink"), "{}", last.text);
        }
        assert_eq!(std::fs::read_to_string(&path).expect("there"), "old");
    }
}
