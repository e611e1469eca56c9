use egui::Color32;

/// Every colour and size of the window. Nothing else in the program names a colour.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Whether this is the dark variant.
    pub dark: bool,
    /// Behind everything.
    pub background: Color32,
    /// Panels and cards.
    pub surface: Color32,
    /// Fields and wells within a card.
    pub inset: Color32,
    /// Lines between things.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Text that stands back; still 4.5:1 on `surface`.
    pub text_muted: Color32,
    /// The one accent.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Something went well.
    pub good: Color32,
    /// Something is other than was asked for.
    pub warning: Color32,
    /// Something did not work.
    pub error: Color32,
    /// Classes, colour-blind safe.
    pub classes: [Color32; 10],
    /// Runs, by their tint.
    pub runs: [Color32; 4],
}

impl Theme {
    /// Colour of a class; colours repeat beyond ten.
    #[must_use]
    pub fn class(&self, class: usize) -> Color32 {
        self.classes[class % self.classes.len()]
    }

    /// Colour of a run.
    #[must_use]
    pub fn run(&self, tint: usize) -> Color32 {
        self.runs[tint % self.runs.len()]
    }
}
