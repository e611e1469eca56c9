//! A list of samples that was exported reads back as the numbers that were shown.

use std::ops::ControlFlow;
use std::sync::Arc;

use descent::base::{Matrix, RunId, Step};
use descent::data::{Dataset, Labelled, Origin, Targets};
use descent::files::{ExportId, ExportSource, Exporter, SampleList, SampleSource, write_atomic};
use descent::record::{Insight, Position, ProbeFrame, Scores, ScoresRequest};
use descent::spec::{Part, SampleShape, Task};
use serde_json::Value;

use crate::files::{python_with_torch, run_python};

/// Samples with awkward names and numbers, as a run of three classes sees them.
fn awkward_samples() -> SampleList {
    let rows = 40;
    let value =
        |at: usize| ((at * 2_654_435_761) % 9_973) as f32 / 7.0 * 10_f32.powi(at as i32 % 9 - 4);
    let features = Matrix::new(rows, 2, (0..2 * rows).map(value).collect()).expect("fits");
    let classes = (0..rows).map(|row| (row % 3) as u32).collect();
    let part = Labelled {
        origin: Some(Origin::lines((0..rows).map(|row| 3 + 2 * row as u32).collect())),
        ..Labelled::new(features, Targets::Classes(classes))
    };
    let task = Task::Classification { classes: 3 };
    let data = Dataset {
        feature_names: vec!["width, in \"cm\"".into(), "line\nbreak".into()],
        class_names: vec!["a,b".into(), "\"c\"".into(), "d\ne".into()],
        ..Dataset::new("Awkward", SampleShape(vec![2]), task, part.clone(), part)
    };
    let odds = |at: usize| 1.0 + ((at * 48_271) % 101) as f32;
    let mut outputs: Vec<f32> = (0..3 * rows).map(odds).collect();
    for row in outputs.chunks_mut(3) {
        let sum: f32 = row.iter().sum();
        row.iter_mut().for_each(|p| *p /= sum);
    }
    let request = ScoresRequest { part: Part::Test, most: rows };
    let outputs = Matrix::new(rows, 3, outputs).expect("fits");
    let scores = vec![Scores { request, rows: (0..rows).collect(), outputs }];
    let at = Position { step: Step(1), epoch: 0.0, samples: 1, seconds: 0.0 };
    let frame = ProbeFrame {
        inside: Insight { scores, ..Insight::default() },
        ..ProbeFrame::empty(RunId(1), at)
    };
    let order = (0..rows).rev().filter(|row| row % 4 != 1).collect();
    SampleList { data: Arc::new(data), frame: Arc::new(frame), part: Part::Test, order }
}

#[test]
fn python_reads_the_same_numbers_from_a_list_of_samples() {
    let name = "python_reads_the_same_numbers_from_a_list_of_samples";
    let Some(python) = python_with_torch(name) else { return };
    let list = awkward_samples();
    let folder = tempfile::tempdir().expect("made");
    let source = SampleSource { list: &list, tell: &|_| ControlFlow::Continue(()) };
    let source = ExportSource { samples: Some(source), ..ExportSource::default() };
    let exporter = Exporter::of(ExportId::Samples);
    let write = |out: &mut dyn std::io::Write| exporter.write(&source, out).map(|_| ());
    write_atomic(&folder.path().join("samples.csv"), write).expect("written");
    let code = "import csv, json\n\
                rows = list(csv.reader(open('samples.csv', newline='')))\n\
                print(json.dumps([rows[0]] + [r[:5] + [repr(float(x)) for x in r[5:]] for r in rows[1:]]))";
    let read: Vec<Vec<Value>> =
        serde_json::from_str(&run_python(&python, folder.path(), code)).expect("a table");
    let names = &list.data.class_names;
    assert_eq!(read[0][5..8], *names.iter().map(|name| format!("p({name})")).collect::<Vec<_>>());
    assert_eq!(read[0][9..], *list.data.feature_names);
    assert_eq!(read.len(), 1 + list.order.len());
    let scores = &list.frame.inside.scores[0];
    for (cells, &row) in read[1..].iter().zip(&list.order) {
        let p = scores.outputs.row(row);
        let likeliest = (0..3).max_by(|&a, &b| p[a].total_cmp(&p[b])).expect("three");
        let told = ["test", &row.to_string(), &(3 + 2 * row).to_string(), &names[row % 3]];
        assert_eq!(cells[..4], told);
        assert_eq!(cells[4], *names[likeliest]);
        // As text, for a JSON number may be read an ulp off.
        let number = |cell: &Value| cell.as_str().and_then(|text| text.parse::<f64>().ok());
        let numbers: Vec<f64> = cells[5..].iter().filter_map(number).collect();
        assert_eq!(numbers.len(), 6);
        let exact = |cells: &[f64], values: &[f32]| {
            let read: Vec<f32> = cells.iter().map(|&cell| cell as f32).collect();
            assert_eq!(read, values);
        };
        exact(&numbers[..3], p);
        assert_eq!(numbers[3], -f64::from(p[row % 3]).ln());
        exact(&numbers[4..], &list.data.test.features.row(row));
    }
}
