//! Cells written down for tests.

use crate::data::raw::Cells;

/// A column of texts.
pub(super) fn texts(cells: &[&str]) -> Cells {
    let mut texts: Vec<Box<str>> = Vec::new();
    let ids = cells
        .iter()
        .map(|&cell| {
            let known = texts.iter().position(|text| **text == *cell);
            known.unwrap_or_else(|| {
                texts.push(cell.into());
                texts.len() - 1
            }) as u32
        })
        .collect();
    Cells::Texts { ids, texts }
}

/// A column of numbers.
pub(super) fn numbers(cells: &[f64]) -> Cells {
    Cells::Numbers(cells.to_vec())
}
