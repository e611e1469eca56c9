//! For every rule, sources that break it and sources that do not.

use super::source::Source;
use super::{check, parse};

/// The rules that a single file breaks.
fn rules(path: &str, text: &str) -> Vec<&'static str> {
    check(&parse([(path, text)])).iter().map(|violation| violation.rule).collect()
}

#[track_caller]
fn breaks(rule: &str, path: &str, text: &str) {
    assert_eq!(rules(path, text), [rule], "{path}: {text}");
}

#[track_caller]
fn keeps(path: &str, text: &str) {
    assert!(rules(path, text).is_empty(), "{path}: {text}: {:?}", rules(path, text));
}

#[track_caller]
fn names(text: &str, expected: &[&str]) {
    let source = Source::new("spec/model.rs", text);
    let found: Vec<String> = source.names.iter().map(|name| name.path.join("::")).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn paths_are_read_from_imports() {
    names("use std::fs;", &["std::fs"]);
    names("pub use std::{fs, io::{self, Read}};", &["std::fs", "std::io", "std::io::Read"]);
    names("use std::fs as disk;", &["std::fs"]);
    names("use {crate::base, std::fmt::*};", &["crate::base", "std::fmt::*"]);
    names("use ::burn::nn;", &["burn::nn"]);
    names("extern crate burn;", &["burn"]);
    names("use self::a::B; use super::C;", &["crate::spec::model::a::B", "crate::spec::C"]);
    names(
        "mod tests { use super::*; use super::super::D; }",
        &["crate::spec::model::*", "crate::spec::D"],
    );
}

#[test]
fn paths_are_read_from_code() {
    names("fn f() { crate::train::spawn() }", &["crate::train::spawn"]);
    names("fn f(x: &::std::fs::File) {}", &["std::fs::File"]);
    names("fn f() -> ::std::fs::File {}", &["std::fs::File"]);
    names("static A: B = vec![c::d()];", &["c::d"]);
    names("fn f() { Tensor::<2>::random([1]) }", &["Tensor::random"]);
    names("fn f() { a.collect::<Vec<b::C>>() }", &["b::C"]);
    names("fn f() { return <Tensor<2> as T>::random([1]) }", &["Tensor::random"]);
    names("fn f() { if a < b::C && d > e::F {} }", &["b::C", "e::F"]);
    names("#[cfg_attr(x, derive(serde::Serialize))] struct A;", &["serde::Serialize"]);
}

#[test]
fn aliases_are_followed_where_they_are_visible() {
    names(
        "use std::time; fn f() { time::Instant::now() }",
        &["std::time", "std::time::Instant::now"],
    );
    names(
        "use std::sync; use sync::mpsc as m; type A = m::B;",
        &["std::sync", "std::sync::mpsc", "std::sync::mpsc::B"],
    );
    names("use crate as root; type A = root::ui::B;", &["crate", "crate::ui::B"]);
    names("fn f() { use std::fs; } fn g() { fs::h() }", &["std::fs", "fs::h"]);
    names("mod csv; type A = csv::B;", &["crate::spec::model::csv::B"]);
}

#[test]
fn comments_strings_and_characters_are_not_code() {
    names("// a::b\n/* c::d /* e::f */ g::h */", &[]);
    names("//! [`crate::ui::App`]\nconst A: &str = \"a::b \\\" c::d\";", &[]);
    names("const A: &str = r#\"a::b \" c::d\"#; const B: &[u8] = br\"e::f\\\";", &[]);
    names("const A: [char; 2] = ['\"', '\\'']; type B = c::D;", &["c::D"]);
    names("fn f<'a>(x: &'a str) -> a::B<'a> { b'\\'' }", &["a::B"]);
    names("const A: &str = \"\n\n\";", &[]);
}

#[test]
fn lines_are_counted_through_comments_and_strings() {
    let text = "/* a\n b */\nconst A: &str = \"\n\n\";\nconst B: &str = r\"\n\";\nuse c::D;";
    let source = Source::new("spec/model.rs", text);
    assert_eq!(source.names[0].line, 8);
}

#[test]
fn layers_import_downwards_only() {
    for text in [
        "use crate::train::X;",
        "use crate::{base, train::X};",
        "use super::super::train;",
        "fn f() { crate::train::x() }",
        "fn f() { super::super::train::x() }",
        "use crate as c; fn f() { c::train::x() }",
        "use crate::*;",
        "use crate::Reexported;",
        "type A = Vec<crate::train::X>;",
        "fn f() { vec![crate::train::x()] }",
        "#[cfg(test)] mod tests { use crate::train::X; }",
        "#[test] fn t() { descent::train::x() }",
    ] {
        breaks("layers", "spec/model.rs", text);
    }
    for text in [
        "use crate::base::X;",
        "use crate::{base::{A, B}, spec::C};",
        "use super::issue::Issue;",
        "fn f() { crate::base::x() }",
        "pub(crate) fn f() {} pub(in crate::spec) fn g() {}",
        "/// See [`crate::train::spawn`].\nfn f() {}",
        "const A: &str = \"crate::train::spawn\";",
        "use train::Train; mod train;",
    ] {
        keeps("spec/model.rs", text);
    }
}

#[test]
fn each_layer_has_its_own_row() {
    breaks("layers", "base/rng.rs", "use crate::spec::X;");
    breaks("layers", "data/csv.rs", "use crate::record::X;");
    breaks("layers", "record/run.rs", "use crate::data::X;");
    breaks("layers", "train/worker.rs", "use crate::workbench::X;");
    breaks("layers", "files/toml.rs", "use crate::train::X;");
    breaks("layers", "workbench/apply.rs", "use crate::ui::X;");
    breaks("layers", "workbench/apply.rs", "use crate::headless::X;");
    breaks("layers", "ui/shell.rs", "use crate::train::X;");
    breaks("layers", "ui/shell.rs", "use crate::files::X;");
    breaks("layers", "headless.rs", "use crate::train::X;");
    breaks("layers", "helpers.rs", "");
    keeps("workbench/apply.rs", "use crate::{base, data, files, record, spec, train};");
    keeps("ui/shell.rs", "use crate::{base, data, record, spec, workbench};");
    keeps("headless.rs", "use crate::{base, record, spec, workbench};");
    keeps("main.rs", "use descent::{headless, ui};");
    keeps("lib.rs", "pub mod base; pub mod train;");
}

#[test]
fn window_crates_stay_in_ui() {
    breaks("window crates", "workbench/apply.rs", "use egui::Context;");
    breaks("window crates", "workbench/apply.rs", "fn f() { rfd::FileDialog::new() }");
    breaks("window crates", "main.rs", "fn main() { eframe::run_native() }");
    breaks("window crates", "train/worker.rs", "fn f(x: egui_plot::Plot) {}");
    breaks("window crates", "record/run.rs", "#[cfg(test)] mod tests { use egui::vec2; }");
    keeps("ui/shell.rs", "use {egui_plot::Plot, rfd::FileDialog}; use eframe::wgpu::Device;");
}

#[test]
fn only_fetch_talks_to_other_machines() {
    breaks("network", "workbench/jobs.rs", "use ureq::Agent;");
    keeps("fetch/download.rs", "use ureq::Agent;");
}

#[test]
fn training_crates_stay_in_train() {
    breaks("training crates", "ui/shell.rs", "use burn::tensor::Tensor;");
    breaks("training crates", "workbench/apply.rs", "fn f(x: wgpu::Device) {}");
    breaks("training crates", "headless.rs", "use burn_nn::Linear;");
    breaks("training crates", "files/export.rs", "use burn_store::SafetensorsStore;");
    breaks("training crates", "files/import/pt.rs", "use burn::tensor::Tensor;");
    keeps("files/import/pt.rs", "use burn_store::SafetensorsStore;");
    keeps("train/network.rs", "use burn::nn::Linear; fn f(x: cubecl::X) {}");
}

#[test]
fn one_file_names_the_backend() {
    for text in [
        "fn f() { Device::flex() }",
        "fn f() { burn::tensor::Device::wgpu(kind) }",
        "fn f() { Device::wgpu_options() }",
        "use burn::tensor::Device as D; fn f() { D::flex() }",
        "use burn_wgpu::Wgpu;",
        "#[cfg(test)] mod tests { fn f() { Device::flex() } }",
    ] {
        breaks("backend", "train/network.rs", text);
        keeps("train/device.rs", text);
    }
    keeps("train/network.rs", "fn f(device: &Device) { Device::clone(device) }");
}

#[test]
fn pure_layers_touch_nothing() {
    for text in [
        "use std::fs::File;",
        "use std::{io, fs};",
        "fn f() { std::thread::spawn(g) }",
        "use std::time::Instant;",
        "use std::time::{Duration, SystemTime};",
        "use std::time::*;",
        "fn f() { std::env::var(\"X\") }",
    ] {
        breaks("pure layers", "data/csv.rs", text);
        let in_test = format!("#[cfg(test)]\n#[allow(x)]\nmod tests {{ {text} }}");
        keeps("data/csv.rs", &in_test);
        let behind_test = format!("#[cfg(test)] mod tests {{}} {text}");
        breaks("pure layers", "base/rng.rs", &behind_test);
        let in_maybe_test = format!("#[cfg(any(test, x))] mod tests {{ {text} }}");
        breaks("pure layers", "record/run.rs", &in_maybe_test);
        keeps("workbench/jobs.rs", text);
    }
    keeps("data/csv.rs", "use std::time::Duration; use std::io::Read;");
}

#[test]
fn neither_an_alias_nor_a_glob_hides_the_clock() {
    let found = rules("base/rng.rs", "use std::*;");
    assert_eq!(found, ["pure layers", "unbounded channel"]);
    let text = "use std::time; fn f() { time::Instant::now() }";
    breaks("pure layers", "base/rng.rs", text);
}

#[test]
fn test_modules_in_files_of_their_own_are_tests() {
    let test = ("data/csv/tests.rs", "use std::fs;");
    let found = check(&parse([("data/csv.rs", "#[cfg(test)] mod tests;"), test]));
    assert!(found.is_empty(), "{found:?}");
    let found = check(&parse([("data/csv.rs", "mod tests;"), test]));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn the_window_does_no_work() {
    breaks("window does no work", "ui/shell.rs", "use std::fs;");
    breaks("window does no work", "ui/shell.rs", "fn f() { std::thread::Builder::new() }");
    breaks("window does no work", "ui/shell.rs", "use std::sync::mpsc::Receiver;");
    breaks("window does no work", "ui/shell.rs", "use std::sync::{Arc, mpsc};");
    keeps("ui/shell.rs", "use std::sync::Arc; use std::time::Instant;");
}

#[test]
fn values_do_not_derive_serde() {
    breaks("serde", "spec/model.rs", "#[derive(Clone, Serialize)] struct A;");
    breaks("serde", "spec/model.rs", "#[cfg_attr(x, derive(Deserialize))] struct A;");
    breaks("serde", "record/run.rs", "use serde::Deserialize;");
    keeps("spec/model.rs", "#[derive(Clone, Debug)] struct Serialize;");
    keeps("files/model.rs", "use serde::Serialize; #[derive(Serialize)] struct A;");
}

#[test]
fn randomness_is_never_process_wide() {
    for text in [
        "fn f() { Device::seed(&device, 1) }",
        "fn f() { Tensor::random([1], d, &device) }",
        "fn f() { Tensor::<2>::random([1], d, &device) }",
        "use burn::tensor::Distribution;",
        "fn f() { Distribution::Default }",
        "use burn::nn::{Linear, DropoutConfig};",
    ] {
        breaks("process-wide randomness", "train/network.rs", text);
    }
    keeps(
        "train/network.rs",
        "fn f() { Tensor::from_data(x, &device); spec.seed; RunRng::new(seed) }",
    );
}

#[test]
fn channels_are_bounded() {
    for text in [
        "use std::sync::mpsc; fn f() { mpsc::channel() }",
        "use std::sync::mpsc::channel;",
        "fn f() { std::sync::mpsc::channel::<u8>() }",
        "use std::sync::mpsc::*;",
        "#[cfg(test)] mod tests { use std::sync::mpsc::channel; }",
    ] {
        breaks("unbounded channel", "train/worker.rs", text);
    }
    keeps("train/worker.rs", "use std::sync::mpsc; fn f() { mpsc::sync_channel(8) }");
}

#[test]
fn base_knows_only_std() {
    breaks("base", "base/rng.rs", "use thiserror::Error;");
    breaks("base", "base/rng.rs", "fn f() { rand::rng() }");
    keeps("base/rng.rs", "use rand_chacha::ChaCha8Rng; use std::fmt; use Kind::A;");
    keeps("base/rng.rs", "fn f() { f64::from(u8::MAX); Finite::new(1.0) } mod m; use m::A;");
    keeps("base/rng.rs", "#[cfg(test)] mod tests { use proptest::prelude::*; }");
    keeps("spec/model.rs", "use thiserror::Error;");
}

#[test]
fn panels_do_not_know_each_other() {
    let other = ("ui/panels/loss.rs", "");
    for text in [
        "use super::loss;",
        "use crate::ui::panels::loss::Loss;",
        "fn f() { super::loss::show() }",
        "use super::*;",
        "use super::{Panel, loss};",
    ] {
        let found = check(&parse([("ui/panels/data.rs", text), other]));
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].rule, "panels");
        let found = check(&parse([("ui/shell.rs", text), other]));
        assert!(found.is_empty(), "{text}: {found:?}");
    }
    for text in [
        "use super::Panel;",
        "use crate::ui::panels::data::table;",
        "use crate::ui::widgets::number;",
        "#[cfg(test)] mod tests { use super::*; }",
    ] {
        let found = check(&parse([("ui/panels/data.rs", text), other]));
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn every_folder_says_what_it_knows() {
    let said = "//! Knows: base.\n//! Never: windows.\n";
    keeps("spec/mod.rs", said);
    keeps("spec/model.rs", "");
    breaks("header", "spec/mod.rs", "//! Knows: base.\n\n//! Never: windows.\n");
    breaks("header", "spec/mod.rs", "//! Knows: base.\n//! Never: \n");
    assert_eq!(rules("ui/panels/mod.rs", "//! The panels.\n"), ["header", "header"]);
}

#[test]
fn nothing_is_left_over() {
    breaks("leftovers", "spec/model.rs", "// TODO: later");
    breaks("leftovers", "spec/model.rs", "/* a\n FIXME(b) */");
    breaks("leftovers", "headless.rs", "fn f() { dbg!(1) }");
    breaks("leftovers", "spec/model.rs", "fn f() { todo!() }");
    keeps(
        "spec/model.rs",
        "// mastodon TODOS\nconst A: &str = \"TODO\"; fn f() -> bool { dbg != 1 }",
    );
}

#[test]
fn only_the_command_line_prints() {
    breaks("printing", "train/worker.rs", "fn f() { println!(\"x\") }");
    breaks("printing", "ui/shell.rs", "fn f() { std::eprintln!(\"x\") }");
    keeps("headless.rs", "fn f() { println!(\"x\") }");
    keeps("main.rs", "fn main() { eprintln!(\"x\") }");
    keeps("train/worker.rs", "#[cfg(test)] mod tests { fn f() { println!(\"x\") } }");
    keeps("train/worker.rs", "fn f() { writeln!(out, \"x\") }");
}

#[test]
fn colours_stand_in_the_theme() {
    for text in [
        "fn f() { egui::Color32::from_rgb(1, 2, 3) }",
        "use egui::Color32; const A: Color32 = Color32::RED;",
        "use egui::Color32 as C; const A: C = C::RED;",
        "fn f() { egui::hex_color!(\"#112233\") }",
        "fn f() { egui::Rgba::from_rgb(0.0, 0.0, 0.0) }",
    ] {
        breaks("colours", "ui/widgets/number.rs", text);
        keeps("ui/theme.rs", text);
    }
    keeps(
        "ui/widgets/number.rs",
        "use egui::Color32; fn f(colour: Color32) -> Color32 { colour.gamma_multiply(0.5) }",
    );
}

#[test]
fn lines_are_as_thick_as_the_theme_says() {
    for text in [
        "fn f() { egui::Stroke::new(1.0, colour) }",
        "use egui::Stroke; fn f() { Stroke::from((1.0, colour)) }",
        "use egui::epaint::PathStroke; fn f() { PathStroke::new(1.0, colour) }",
        "use egui::Stroke; fn f() { Stroke { width: 2.0, color } }",
        "use egui_plot::{Line, Plot}; fn f(line: Line) { line.width(2.0) }",
        "fn f() { egui_plot::VLine::new(1.0).width(2.0) }",
    ] {
        breaks("strokes", "ui/widgets/number.rs", text);
        keeps("ui/theme.rs", text);
        keeps("ui/capture/shapes.rs", text);
    }
    for text in [
        "use egui::Stroke; fn f(edge: Stroke) -> Stroke { Stroke { color, ..edge } }",
        "use egui::Stroke; const NONE: Stroke = Stroke::NONE;",
        "use egui_plot::{Line, Plot}; fn f() { Plot::new(1).width(size.x) }",
        "fn f() { ComboBox::new(1).width(64.0) }",
        "#[cfg(test)] mod tests { fn f() { egui::Stroke::new(1.0, colour) } }",
    ] {
        keeps("ui/widgets/number.rs", text);
    }
}

#[test]
fn functions_stay_short() {
    let with_lines = |num_lines: usize| {
        let body = "        g();\n".repeat(num_lines - 3);
        format!("impl A {{\n    fn f(x: [u8; 4])\n    {{\n{body}    }}\n}}\n")
    };
    keeps("spec/model.rs", &with_lines(120));
    breaks("length", "spec/model.rs", &with_lines(121));
    keeps("spec/model.rs", "trait A { fn f(); const B: fn(u8) -> u8; }");
}
