//! Ways that data come in, as a user meets them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Event, HoveredFile};

use super::*;
use crate::data::Limits;
use crate::spec::{CsvSpec, DataSource};
use crate::workbench::JobKind;

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }
    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("not read here".into())
    }
}

fn drop_file(window: &mut Window, path: &Path) {
    window.input_mut().dropped_files.push(Arc::new(Dropped(path.to_owned())));
    rest(window);
}

/// A small table in a folder of its own.
fn table() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("flowers.csv");
    let mut text = String::from("width,length,kind\n");
    for row in 0..40 {
        let kind = if row % 2 == 0 { "rose" } else { "lily" };
        writeln!(text, "{}.5,{},{kind}", row % 7, row * 3 % 11).expect("a string");
    }
    std::fs::write(&path, text).expect("written");
    (folder, path)
}

fn csv(state: &State) -> Option<&CsvSpec> {
    match &state.draft().data.source {
        DataSource::Csv(csv) => Some(csv),
        _ => None,
    }
}

fn page_is_open(window: &Window) -> bool {
    window.state().view().dataset.open
}

#[test]
fn a_dropped_table_becomes_the_data_and_its_import_is_shown_once() {
    let (_folder, path) = table();
    let mut window = open("spiral-relu");
    drop_file(&mut window, &path);
    let name = path.to_string_lossy().into_owned();
    wait(&mut window, |state| csv(state).is_some_and(|csv| csv.path == name));
    rest(&mut window);
    assert!(page_is_open(&window));
    window.state_mut().view_mut().dataset.open = false;
    rest(&mut window);
    assert!(!page_is_open(&window), "only once");
}

#[test]
fn a_file_held_over_the_window_says_what_letting_go_does() {
    let mut window = open("spiral-relu");
    for held in [1, 3] {
        window.input_mut().hovered_files = vec![HoveredFile::default(); held];
        window.step();
        assert!(!window.output().shapes.is_empty());
    }
    assert_eq!(state(&window).draft().name, "Spiral, ReLU network");
}

#[test]
fn rows_that_are_pasted_become_a_table() {
    let mut window = open("spiral-relu");
    window.event(Event::Paste("x\ty\tkind\n1\t2\ta\n2\t3\tb\n3\t1\ta\n4\t1\tb\n".into()));
    rest(&mut window);
    wait(&mut window, |state| csv(state).is_some());
    rest(&mut window);
    assert!(page_is_open(&window));
}

#[test]
fn a_word_that_is_pasted_changes_nothing() {
    let mut window = open("spiral-relu");
    let before = state(&window).draft().clone();
    window.event(Event::Paste("hello".into()));
    rest(&mut window);
    assert_eq!(*state(&window).draft(), before);
}

#[test]
fn text_pasted_into_a_field_stays_there() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::F2);
    window.event(Event::Paste("a\tb".into()));
    rest(&mut window);
    assert!(csv(state(&window)).is_none());
}

#[test]
fn a_download_is_asked_about_before_it_begins() {
    let mut window = open("spiral-relu");
    click(&mut window, "File");
    click(&mut window, "Open data");
    click(&mut window, "Download MNIST…");
    window.get_by_label_contains("11 MB in 4 files");
    window.get_by_label_contains("ossci-datasets.s3.amazonaws.com");
    rest(&mut window);
    click(&mut window, "Cancel");
    assert!(window.query_by_label("Download MNIST?").is_none());
    assert!(state(&window).jobs().iter().all(|job| job.kind != JobKind::Download));
}

#[test]
fn limits_are_typed_and_come_back_at_the_next_start() {
    let mut window = open("spiral-relu");
    act_on_limits(&mut window, "Rows of a table", "1234");
    click(&mut window, "Apply");
    let wanted = Limits { rows: 1234, ..Limits::default() };
    assert_eq!(state(&window).limits(), wanted);
    assert_eq!(window.state().settings().limits(), wanted);
}

#[test]
fn limits_that_were_not_applied_are_forgotten() {
    let mut window = open("spiral-relu");
    act_on_limits(&mut window, "Rows of a table", "1234");
    click(&mut window, "Usual limits");
    click(&mut window, "Apply");
    assert_eq!(state(&window).limits(), Limits::default());
}

fn act_on_limits(window: &mut Window, name: &str, text: &str) {
    click(window, "File");
    click(window, "Limits…");
    window.get_by_role_and_label(Role::SpinButton, name).click();
    rest(window);
    press(window, Modifiers::COMMAND, Key::A);
    window.get_by_role_and_label(Role::TextInput, name).type_text(text);
    rest(window);
    press(window, Modifiers::NONE, Key::Enter);
}
