use super::say;

/// Prints rows as columns of equal width, the first row as their heads. Trailing blanks are left
/// out, so that a last column may be empty.
pub(super) fn print(rows: &[Vec<String>]) {
    lines(rows).iter().for_each(|line| say(line));
}

fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    // Nothing stands behind the last column, so it needs no width.
    let widths: Vec<usize> =
        (0..columns).map(|column| if column + 1 < columns { width(column) } else { 0 }).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}  "));
        cells.collect::<String>().trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a", "long head", ""], ["12345", "x", "why"]];
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        assert_eq!(lines(&rows), ["a      long head", "12345  x          why"]);
    }
}
