//! Knows: egui and the theme.
//! Never: the workbench; a widget shows values and returns responses.

mod badge;
mod card;
mod choice;
mod grid;
mod icon;
mod marker;
mod number;
mod pair;
mod picture;
mod signed;
mod text;
mod unit;

pub use badge::{Badge, progress, status};
pub use card::{card, card_with, empty, field_row, frame, header, section, surface};
pub use choice::{choice, compact, controls, folded, segmented, toggle};
pub use grid::{CELL_PADDING, Cells, Grid, Tracks, bar, bars, line_in, menu_cell, text_cell};
pub use icon::{Icon, IconButton, chevron, icon_button};
pub use marker::{Marker, paint_hatch};
pub use number::{IntegerField, NumberField, Scale};
pub use pair::PairField;
pub use picture::Picture;
pub use signed::signed_bar;
pub use text::{caption, fixed_number, keyed, large_number, muted, on_its_own, percent, thousands};
pub use unit::UnitPlot;
