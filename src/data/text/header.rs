//! Tells a header from data, and names the columns.

use super::number::Style;
use crate::data::raw::is_missing_word;

/// A row of the sample: its cells, trimmed.
pub(super) type Cells = Vec<String>;

/// A header has a text above a column of numbers. Where there is no column of numbers at all, it
/// is a row of different texts that do not occur in their columns.
pub(super) fn looks_like_header(first: &[String], below: &[Cells], style: Style) -> bool {
    let is_number = |cell: &str| style.parse(cell.as_bytes()).is_some();
    let above_numbers = (0..first.len()).any(|column| {
        let cells = present(below, column);
        let (all, numbers) = (cells.clone().count(), cells.filter(|cell| is_number(cell)).count());
        2 * numbers > all && !is_number(&first[column]) && !is_missing_word(&first[column])
    });
    let all_text = || {
        first.iter().all(|cell| !is_number(cell))
            && below.iter().flatten().all(|cell| !is_number(cell))
    };
    above_numbers || all_text() && says_something_new(first, below)
}

/// Whether the texts of a row differ from each other and from all below them.
fn says_something_new(first: &[String], below: &[Cells]) -> bool {
    let mut sorted: Vec<&String> = first.iter().filter(|cell| !cell.is_empty()).collect();
    let count = sorted.len();
    sorted.sort_unstable();
    sorted.dedup();
    count > 0
        && sorted.len() == count
        && (0..first.len()).all(|column| present(below, column).all(|cell| cell != first[column]))
}

fn present(rows: &[Cells], column: usize) -> impl Iterator<Item = &str> + Clone {
    rows.iter()
        .filter_map(move |row| row.get(column))
        .map(String::as_str)
        .filter(|cell| !is_missing_word(cell))
}

/// The most usual number of cells; of equally usual ones the largest.
pub(super) fn usual_length(rows: &[Cells]) -> Option<(usize, usize)> {
    let mut lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    lengths.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).max()
}

/// How many columns a table has, their names where there are any, and what is odd about that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) names: Vec<String>,
    /// Column at which the header does not fit the rows, and a sentence about it.
    pub(super) oddity: Option<(usize, String)>,
}

impl Names {
    /// Of a table without a header.
    pub(super) fn by_number(width: usize) -> Self {
        Self { names: (0..width).map(number_name).collect(), oddity: None }
    }

    /// Of a table whose header is `header`. `rows` are the first ones below it.
    pub(super) fn of(header: &[String], rows: &[Cells]) -> Self {
        let (_, usual) = usual_length(rows).unwrap_or((0, header.len()));
        let filled = header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        if usual < header.len() && filled <= usual {
            return Self::without_surplus(header, usual);
        }
        let filled_beyond = rows
            .iter()
            .any(|row| row[header.len().min(row.len())..].iter().any(|cell| !cell.is_empty()));
        if usual == header.len() + 1 && filled_beyond && rows.iter().all(|row| row.len() == usual) {
            return Self::with_unnamed_first(header);
        }
        Self { names: header.iter().enumerate().map(name).collect(), oddity: None }
    }

    /// The header ends in delimiters with no names between them.
    fn without_surplus(header: &[String], width: usize) -> Self {
        let names = header[..width].iter().enumerate().map(name).collect();
        let oddity = format!(
            "The header has {} names, the last of them empty, and the rows have {width} cells, so \
             empty names at the end were left out.",
            header.len()
        );
        Self { names, oddity: Some((width, oddity)) }
    }

    /// The header has no name for the names of the rows.
    fn with_unnamed_first(header: &[String]) -> Self {
        let named = header.iter().enumerate().map(|(column, text)| name((column + 1, text)));
        let oddity = format!(
            "The header has {} names and the rows have {} cells, so the first column was taken \
             for names of rows.",
            header.len(),
            header.len() + 1
        );
        let names = [number_name(0)].into_iter().chain(named).collect();
        Self { names, oddity: Some((0, oddity)) }
    }
}

fn name((column, text): (usize, &String)) -> String {
    if text.is_empty() { number_name(column) } else { text.clone() }
}

/// `column 3` for column 2, counted from zero.
fn number_name(column: usize) -> String {
    format!("column {}", column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Cells> {
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    fn check(text: &str, wanted: bool) {
        let rows = rows(text);
        assert_eq!(looks_like_header(&rows[0], &rows[1..], Style::PLAIN), wanted, "{text}");
    }

    #[test]
    fn a_header_is_told_from_data() {
        check("a,b\n1,2", true);
        check("5.1,setosa\n4.9,setosa", false);
        check("label,0,1\n3,7,8", true);
        check("1,2\n3,4", false);
        check("x,species\n1,setosa", true);
        check("colour,size\nred,big\nblue,small", true);
        check("red,big\nred,small", false);
        check("a,a\nb,c", false);
        check("?,1\n2,3\n4,5", false);
        check("a,b", true);
        check("1,b", false);
        check("a,b\nNA,x\n3,y\n4,z", true);
        check("name,\nx,\ny,", true);
        check(",\nx,y", false);
    }

    fn names(text: &str, wanted: &[&str], odd: bool) {
        let rows = rows(text);
        let found = Names::of(&rows[0], &rows[1..]);
        assert_eq!(found.names, wanted, "{text}");
        assert_eq!(found.oddity.is_some(), odd, "{text}");
    }

    #[test]
    fn columns_get_their_names_or_numbers() {
        names("a,,c\n1,2,3", &["a", "column 2", "c"], false);
        names("a,a\n1,2", &["a", "a"], false);
        names("a,b,\n1,2\n3,4", &["a", "b"], true);
        names("a,b,,\n1,2\n3,4", &["a", "b"], true);
        names("a,b,\n1,2,3", &["a", "b", "column 3"], false);
        names("a,b\nx,1,2\ny,3,4", &["column 1", "a", "b"], true);
        names("a,b\n1,2,\n3,4,", &["a", "b"], false);
        names("a,b\n1,2,3\n3,4", &["a", "b"], false);
        names("a,b,c\n1,2\n3,4", &["a", "b", "c"], false);
        names("a,b", &["a", "b"], false);
        assert_eq!(Names::by_number(2).names, ["column 1", "column 2"]);
    }
}
