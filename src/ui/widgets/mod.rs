//! Knows: egui and the theme.
//! Never: the workbench; a widget shows values and returns responses.
