//! Whether every sample knows the line of the file on which its row begins.

use std::ops::ControlFlow;

use proptest::prelude::*;

use super::{TableFiles, table};
use crate::base::Finite;
use crate::data::{Dataset, Labelled, Limits, Place};
use crate::spec::{
    CsvSpec, DataSource, DataSpec, LabelColumn, SplitSpec, TaskChoice, TestPart, ValidationPart,
};

/// Something that stands in the text.
#[derive(Clone, Debug)]
enum Piece {
    /// A row that is used, perhaps with a cell over several lines.
    Good {
        breaks: usize,
    },
    Comment,
    Blank,
    /// A row of another length, left out.
    Short,
    /// A row without a label, left out.
    Unlabelled,
    /// A number that is none, left out.
    Faulty,
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = prop_oneof![
        6 => (0_usize..3).prop_map(|breaks| Piece::Good { breaks }),
        1 => Just(Piece::Comment),
        1 => Just(Piece::Blank),
        1 => Just(Piece::Short),
        1 => Just(Piece::Unlabelled),
        1 => Just(Piece::Faulty),
    ];
    prop::collection::vec(piece, 20..60)
}

/// A table whose good rows say in their first column on which line they stand.
fn text(pieces: &[Piece], end: &str) -> String {
    let mut text = format!("stands,size,note,label{end}");
    let mut line = 2;
    for (place, piece) in pieces.iter().enumerate() {
        let label = if place.is_multiple_of(2) { "yes" } else { "no" };
        let (row, lines) = match piece {
            Piece::Good { breaks } => {
                let note = format!("\"a{},b\"", end.repeat(*breaks));
                (format!("{line},{place}.5,{note},{label}"), 1 + breaks)
            }
            Piece::Comment => ("# a comment, with 4, cells, here".to_owned(), 1),
            Piece::Blank => (String::new(), 1),
            Piece::Short => ("7,8".to_owned(), 1),
            Piece::Unlabelled => ("9,9,note,".to_owned(), 1),
            Piece::Faulty => (format!("{line},wrong{place},note,{label}"), 1),
        };
        text += &(row + end);
        line += lines;
    }
    text
}

fn load(text: &str, test: Option<&str>, split: SplitSpec, seed: u64) -> Dataset {
    let csv = CsvSpec {
        label: LabelColumn::Last,
        task: TaskChoice::Classification,
        columns: vec![number("stands"), number("size")],
        ..CsvSpec::default()
    };
    let spec = DataSpec { split, seed, ..DataSpec::new(DataSource::Csv(csv)) };
    let (mut main, mut test) = (text.as_bytes(), test.map(str::as_bytes));
    let test = test.as_mut().map(|test| test as &mut dyn std::io::Read);
    let go_on = &mut |_| ControlFlow::Continue(());
    let files = TableFiles { main: &mut main, test };
    table(files, &spec, "table", &Limits::default(), go_on).expect("a table")
}

fn number(name: &str) -> crate::spec::ColumnSpec {
    crate::spec::ColumnSpec {
        kind: Some(crate::spec::ColumnKind::Number),
        role: Some(crate::spec::ColumnRole::Feature),
        ..crate::spec::ColumnSpec::new(crate::spec::ColumnRef::Name(name.to_owned()))
    }
}

/// Each row stands on the line that it names itself.
fn is_right(data: &Dataset, part: &Labelled) -> Result<(), TestCaseError> {
    let column = data.feature_names.iter().position(|name| name == "stands").expect("kept");
    let origin = part.origin.as_ref().expect("from a file");
    for row in 0..part.rows() {
        let line = part.features.at(row, column) as u32;
        prop_assert_eq!(origin.place(row), Some(Place::Line(line)));
    }
    prop_assert_eq!(origin.place(part.rows()), None);
    Ok(())
}

proptest! {
    #[test]
    fn every_row_knows_its_line(
        pieces in pieces(),
        end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        shuffled in any::<bool>(),
        stratified in any::<bool>(),
        seed in 0_u64..1000,
    ) {
        let good = pieces.iter().filter(|piece| matches!(piece, Piece::Good { .. })).count();
        prop_assume!(good >= 10);
        let split = SplitSpec {
            validation: ValidationPart::Fraction(Finite::lit(0.2)),
            shuffled,
            stratified,
            ..SplitSpec::fraction(Finite::lit(0.3))
        };
        let data = load(&text(&pieces, end), None, split, seed);
        let rows: usize = data.parts().map(|(_, part)| part.rows()).sum();
        prop_assert_eq!(rows, good);
        for (_, part) in data.parts() {
            is_right(&data, part)?;
        }
    }
}

#[test]
fn rows_of_a_second_file_know_theirs() {
    let good = vec![Piece::Good { breaks: 1 }; 20];
    let main = text(&good, "\n");
    let test = text(&[&[Piece::Comment, Piece::Blank], &good[..]].concat(), "\r\n");
    let split = SplitSpec { test: TestPart::File("x".into()), ..SplitSpec::default() };
    let data = load(&main, Some(&test), split, 1);
    for (_, part) in data.parts() {
        is_right(&data, part).expect("its line");
    }
    let is_test = |part: &Labelled| part.origin.as_ref().expect("from a file").is_test_file();
    assert_eq!((is_test(&data.train), is_test(&data.test)), (false, true));
    assert_eq!(data.test.origin.as_ref().and_then(|it| it.place(0)), Some(Place::Line(4)));
}
