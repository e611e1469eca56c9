//! Keeps the layers of `ARCHITECTURE.md` apart: cargo cannot do it inside one package, so this test does.
//!
//! It reads every file under `src/` and reports each place that breaks a rule, with file, line and reason.
//! Rules about names follow `use`, aliases, `self` and `super`; comments and strings are never read as code.
//! The module `cases` shows for every rule one source that breaks it and one that does not.

mod cases;
mod source;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use source::{Name, Source};

/// The layers from the bottom up, and which others each may import: the table of `ARCHITECTURE.md`.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("spec", &["base"]),
    ("data", &["base", "spec"]),
    ("record", &["base", "spec"]),
    ("train", &["base", "spec", "data", "record"]),
    ("files", &["base", "spec", "data", "record"]),
    ("fetch", &[]),
    ("workbench", &["base", "spec", "data", "record", "train", "files", "fetch"]),
    ("ui", &["base", "spec", "data", "record", "workbench"]),
    ("headless", &["base", "spec", "data", "record", "workbench"]),
];

/// Arrows that the program cannot do without. Were one not seen, the reader would be blind.
const CERTAIN_ARROWS: &[(&str, &str)] = &[
    ("spec", "base"),
    ("train", "burn"),
    ("workbench", "train"),
    ("ui", "egui"),
    ("ui", "workbench"),
    ("headless", "workbench"),
];

/// The layers that hold values only: no files, no threads, no clock.
const PURE: &[&str] = &["base", "spec", "data", "record"];

/// The layers whose types are free to change, because no file format is derived from them.
const WITHOUT_SERDE: &[&str] = &["base", "spec", "record"];

/// The one file with colours in it.
const THEME: &str = "ui/theme.rs";

/// Where lines are as wide as they are said to be, beside the theme: a picture is drawn again as it
/// was painted.
const AS_PAINTED: &[&str] = &["ui/capture/"];

/// A function longer than this does more than one thing.
const MAX_FUNCTION_LINES: usize = 120;

/// The folder with one file for each panel.
const PANELS: &str = "ui/panels/";

/// Names that may be written in some places only.
struct Fence {
    rule: &'static str,
    /// Where the names are forbidden.
    within: fn(&Source, &Name) -> bool,
    /// Paths from their first part or, after `**::`, from any part on. `x*` stands for all that begins with x.
    names: &'static [&'static str],
    why: &'static str,
}

const FENCES: &[Fence] = &[
    Fence {
        rule: "window crates",
        within: |source, _| source.layer() != "ui",
        names: &["egui", "egui_*", "eframe", "emath", "epaint", "ecolor", "rfd"],
        why: "only `ui` knows of windows",
    },
    Fence {
        rule: "training crates",
        within: |source, name| {
            let reads_weights = source.path.starts_with("files/import");
            source.layer() != "train" && !(reads_weights && name.path[0] == "burn_store")
        },
        names: &["burn", "burn_*", "cubecl", "cubecl_*", "wgpu", "wgpu_*"],
        why: "only `train` computes with tensors; `files/import` may read weights by `burn_store`",
    },
    Fence {
        rule: "network",
        within: |source, _| source.layer() != "fetch",
        names: &["ureq"],
        why: "only `fetch` talks to other machines",
    },
    Fence {
        rule: "backend",
        within: |source, _| source.path != "train/device.rs",
        names: &[
            "burn_cpu",
            "burn_cuda",
            "burn_flex",
            "burn_ndarray",
            "burn_rocm",
            "burn_tch",
            "burn_wgpu",
            "**::backend::Cube",
            "**::backend::Flex",
            "**::backend::Wgpu",
            "**::Device::cpu",
            "**::Device::cuda",
            "**::Device::flex",
            "**::Device::libtorch",
            "**::Device::metal",
            "**::Device::ndarray",
            "**::Device::remote*",
            "**::Device::rocm",
            "**::Device::vulkan",
            "**::Device::webgpu",
            "**::Device::wgpu*",
            "**::wgpu_options",
        ],
        why: "one place chooses the device: `train/device.rs`",
    },
    Fence {
        rule: "pure layers",
        within: |source, name| PURE.contains(&source.layer()) && !name.in_test,
        names: &[
            "std::env",
            "std::fs",
            "std::net",
            "std::process",
            "std::sync::mpsc",
            "std::thread",
            "std::time::Instant",
            "std::time::SystemTime",
        ],
        why: "this layer touches neither files nor threads nor the clock",
    },
    Fence {
        rule: "window does no work",
        within: |source, name| source.layer() == "ui" && !name.in_test,
        names: &["std::fs", "std::thread", "std::sync::mpsc"],
        why: "`ui` returns actions; files, threads and channels belong to the workbench",
    },
    Fence {
        rule: "serde",
        within: |source, _| WITHOUT_SERDE.contains(&source.layer()),
        names: &["serde", "serde_json", "toml"],
        why: "file types live in `files`, so that a value can change without breaking old files",
    },
    Fence {
        // Calls as methods name no path; `clippy.toml`, which knows types, forbids those.
        rule: "process-wide randomness",
        within: |source, _| source.layer() == "train",
        names: &[
            "**::Device::seed",
            "**::Distribution",
            "**::Tensor::random*",
            "burn::nn::Dropout*",
            "burn::nn::GaussianNoise*",
        ],
        why: "the backend's generator is shared by all runs; draw from `RunRng` on the host",
    },
    Fence {
        rule: "unbounded channel",
        within: |_, _| true,
        names: &["std::sync::mpsc::channel", "**::mpsc::channel"],
        why: "use `sync_channel`: a full channel must push back instead of filling the memory",
    },
    Fence {
        rule: "colours",
        within: |source, _| source.path != THEME,
        names: &["**::Color32::*", "**::Rgba::from_*", "**::Hsva::new"],
        why: "colours are named in the theme, where light, dark and projector are designed together",
    },
    Fence {
        rule: "strokes",
        within: |source, name| has_lines_of_theme(source) && !name.in_test,
        names: &["**::Stroke::new", "**::Stroke::from", "**::PathStroke::new"],
        why: "lines come from the theme (`theme.stroke`), which thickens them for a projector",
    },
];

/// Whether the lines of a file are those of the theme.
fn has_lines_of_theme(source: &Source) -> bool {
    let is_copy = AS_PAINTED.iter().any(|folder| source.path.starts_with(folder));
    source.layer() == "ui" && source.path != THEME && !is_copy
}

/// One place that breaks a rule.
#[derive(Debug)]
struct Violation {
    rule: &'static str,
    path: String,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, path, line, what } = self;
        write!(f, "src/{path}:{line}: [{rule}] {what}")
    }
}

#[test]
fn every_arrow_is_one_that_the_architecture_allows() {
    let sources = read_tree();
    let layers: BTreeSet<&str> = sources.iter().map(Source::layer).collect();
    for (layer, _) in LAYERS {
        assert!(layers.contains(layer), "no source found for `{layer}`");
    }
    let arrows = arrows(&sources);
    for &(from, to) in CERTAIN_ARROWS {
        let seen = arrows.contains(&(from.to_owned(), to.to_owned()));
        assert!(seen, "the reader does not see that `{from}` uses `{to}`");
    }
    let violations: Vec<String> = check(&sources).iter().map(Violation::to_string).collect();
    assert!(
        violations.is_empty(),
        "places that break the architecture: {}\n{}",
        violations.len(),
        violations.join("\n")
    );
}

/// Reads every `.rs` file under `src/`, in the order of their paths.
fn read_tree() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = Vec::from([root.clone()]);
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("the source tree is readable");
        for entry in entries {
            let path = entry.expect("the source tree is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("sources are UTF-8 text");
                let relative = path.strip_prefix(&root).expect("found under the root");
                let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
                files.push((parts.join("/"), text));
            }
        }
    }
    files.sort();
    parse(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// Reads sources that belong together: whether a file is test code stands in its parent.
fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Source> {
    let mut sources: Vec<Source> =
        files.into_iter().map(|(path, text)| Source::new(path, text)).collect();
    let tests: Vec<Vec<String>> = sources.iter().flat_map(Source::test_modules).collect();
    for source in &mut sources {
        let module = source.module();
        if tests.iter().any(|test| module.starts_with(test)) {
            source.mark_as_test();
        }
    }
    sources
}

/// Which layer names which other layer or external crate.
fn arrows(sources: &[Source]) -> BTreeSet<(String, String)> {
    let mut arrows = BTreeSet::new();
    for source in sources {
        for name in &source.names {
            let at = usize::from(name.path[0] == "crate");
            if let Some(target) = name.path.get(at) {
                arrows.insert((source.layer().to_owned(), target.clone()));
            }
        }
    }
    arrows
}

/// Applies every rule to every source.
fn check(sources: &[Source]) -> Vec<Violation> {
    let panels: BTreeSet<String> = sources.iter().filter_map(panel_of).collect();
    let mut found = Vec::new();
    for source in sources {
        let mut report = |rule, line, what: String| {
            let path = source.path.clone();
            found.push(Violation { rule, path, line, what });
        };
        check_layers(source, &mut report);
        check_fences(source, &mut report);
        check_base(source, &mut report);
        check_panels(source, &panels, &mut report);
        check_attributes_and_macros(source, &mut report);
        check_strokes(source, &mut report);
        check_leftovers(source, &mut report);
        check_header(source, &mut report);
        check_function_lengths(source, &mut report);
    }
    found
}

/// Takes a rule, a line and a sentence.
type Report<'a> = dyn FnMut(&'static str, usize, String) + 'a;

fn is_root(source: &Source) -> bool {
    matches!(source.path.as_str(), "lib.rs" | "main.rs")
}

fn check_layers(source: &Source, report: &mut Report<'_>) {
    // The roots only put the layers together.
    if is_root(source) {
        return;
    }
    let own = source.layer();
    let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == own) else {
        let what = format!("`{own}` is no layer: give it a row in ARCHITECTURE.md and in LAYERS");
        report("layers", 1, what);
        return;
    };
    for name in source.names.iter().filter(|name| name.path[0] == "crate") {
        let Some(target) = name.path.get(1) else {
            continue;
        };
        let is_layer = LAYERS.iter().any(|(layer, _)| layer == target);
        if target == "*" {
            let what = "a glob over the crate hides which layers are used".to_owned();
            report("layers", name.line, what);
        } else if !is_layer {
            let what = format!("`crate::{target}` is no layer: name the layer that it comes from");
            report("layers", name.line, what);
        } else if target != own && !allowed.contains(&target.as_str()) {
            let what = format!("`{own}` may not use `{target}` (`{}`)", shown(name));
            report("layers", name.line, what);
        }
    }
}

fn check_fences(source: &Source, report: &mut Report<'_>) {
    for fence in FENCES {
        let forbidden = |name: &&Name| (fence.within)(source, name);
        for name in source.names.iter().filter(forbidden) {
            if fence.names.iter().any(|pattern| reaches(name, pattern)) {
                let what = format!("`{}`: {}", shown(name), fence.why);
                report(fence.rule, name.line, what);
            }
        }
    }
}

/// Whether a path names what the pattern stands for, something inside it, or a glob that brings it in.
fn reaches(name: &Name, pattern: &str) -> bool {
    let anywhere = pattern.strip_prefix("**::");
    let parts: Vec<&str> = anywhere.unwrap_or(pattern).split("::").collect();
    let fits = |path: &[String]| {
        path.len() >= parts.len() && parts.iter().zip(path).all(|(part, word)| is_like(word, part))
    };
    if anywhere.is_some() {
        return (0..name.path.len()).any(|from| fits(&name.path[from..]));
    }
    match name.path.split_last() {
        Some((last, opened)) if last == "*" && opened.len() < parts.len() => {
            opened.iter().zip(&parts).all(|(word, part)| is_like(word, part))
        }
        _ => fits(&name.path),
    }
}

/// Whether a word is the pattern's part, or begins like it where the part ends in `*`.
fn is_like(word: &str, part: &str) -> bool {
    part.strip_suffix('*').map_or(word == part, |start| word.starts_with(start))
}

/// `base` is built on the standard library and one generator of random numbers.
fn check_base(source: &Source, report: &mut Report<'_>) {
    const CRATES: &[&str] = &["crate", "std", "core", "alloc", "rand_chacha"];
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    if source.layer() != "base" {
        return;
    }
    for name in source.names.iter().filter(|name| !name.in_test) {
        let first = name.path[0].as_str();
        // Types and their variants begin with a capital letter, crates do not.
        let is_crate = first.starts_with(char::is_lowercase) && !PRIMITIVES.contains(&first);
        if is_crate && !CRATES.contains(&first) {
            let what = format!("`{}`: `base` knows only std and rand_chacha", shown(name));
            report("base", name.line, what);
        }
    }
}

/// The panel that a file belongs to: `data` of `ui/panels/data.rs` and of `ui/panels/data/table.rs`.
fn panel_of(source: &Source) -> Option<String> {
    let inside = source.path.strip_prefix(PANELS)?;
    let first = inside.split('/').next()?;
    let panel = first.strip_suffix(".rs").unwrap_or(first);
    (panel != "mod").then(|| panel.to_owned())
}

fn check_panels(source: &Source, panels: &BTreeSet<String>, report: &mut Report<'_>) {
    let Some(own) = panel_of(source) else {
        return;
    };
    for name in &source.names {
        let [root, ui, folder, target, ..] = name.path.as_slice() else {
            continue;
        };
        let is_in_panels = root == "crate" && ui == "ui" && folder == "panels";
        let is_other = panels.contains(target) && *target != own;
        if is_in_panels && (is_other || target == "*") {
            let what = format!("panel `{own}` may not use `{}`", shown(name));
            report("panels", name.line, what);
        }
    }
}

fn check_attributes_and_macros(source: &Source, report: &mut Report<'_>) {
    if WITHOUT_SERDE.contains(&source.layer()) {
        for at in source.derives() {
            let word = source.word(at);
            if matches!(word, "Serialize" | "Deserialize") {
                let line = source.tokens[at].line;
                let what = format!("`derive({word})`: file types live in `files`");
                report("serde", line, what);
            }
        }
    }
    let speaks = matches!(source.layer(), "headless" | "main");
    for at in source.macros() {
        let name = source.word(at);
        let line = source.tokens[at].line;
        match name {
            "dbg" | "todo" | "unimplemented" => {
                let what = format!("`{name}!` is for unfinished work");
                report("leftovers", line, what);
            }
            "print" | "println" | "eprint" | "eprintln" if !speaks && !source.is_test(at) => {
                let what = format!("`{name}!`: only the command line prints; return a notice");
                report("printing", line, what);
            }
            "hex_color" if source.path != THEME => {
                let what = "`hex_color!`: colours are named in the theme".to_owned();
                report("colours", line, what);
            }
            _ => {}
        }
    }
}

/// Strokes that no path names: written out field by field, or as the width of a line of a plot.
fn check_strokes(source: &Source, report: &mut Report<'_>) {
    const LINES: &[&str] = &["Line", "HLine", "VLine", "Polygon", "Arrows", "Stems"];
    if !has_lines_of_theme(source) {
        return;
    }
    let is_line =
        |name: &Name| name.path[0] == "egui_plot" && LINES.contains(&name.path[1].as_str());
    let plots = source.names.iter().any(|name| name.path.len() > 1 && is_line(name));
    for at in (0..source.tokens.len()).filter(|at| !source.is_test(*at)) {
        let is_stroke = source.word(at).ends_with("Stroke") && source.mark(at + 1) == "{";
        let is_written = is_stroke && source.word(at + 2) == "width" && source.mark(at + 3) == ":";
        let is_width = source.mark(at) == "." && source.word(at + 1) == "width";
        let is_fixed = is_width && source.is_literal(at + 3);
        if is_written || (plots && is_fixed) {
            let what = "a width of a line: take it from the theme (`theme.stroke`)".to_owned();
            report("strokes", source.tokens[at].line, what);
        }
    }
}

fn check_leftovers(source: &Source, report: &mut Report<'_>) {
    for (comment, line) in &source.comments {
        let mut words = comment.split(|c: char| !c.is_alphanumeric());
        if let Some(word) = words.find(|word| matches!(*word, "TODO" | "FIXME" | "XXX")) {
            let what = format!("`{word}`: finish it or say it where work is planned");
            report("leftovers", *line, what);
        }
    }
}

fn check_header(source: &Source, report: &mut Report<'_>) {
    if !source.path.ends_with("mod.rs") {
        return;
    }
    let mut lines = source.text.lines();
    for (line, start) in [(1, "//! Knows: "), (2, "//! Never: ")] {
        let rest = lines.next().and_then(|text| text.strip_prefix(start));
        if rest.is_none_or(|rest| rest.trim().is_empty()) {
            let what = format!("this line must begin with `{start}` and say what");
            report("header", line, what);
        }
    }
}

fn check_function_lengths(source: &Source, report: &mut Report<'_>) {
    for function in source.functions() {
        let num_lines = function.num_lines;
        if num_lines > MAX_FUNCTION_LINES {
            let name = function.name;
            let what = format!("`{name}` has {num_lines} lines; {MAX_FUNCTION_LINES} is the limit");
            report("length", function.line, what);
        }
    }
}

fn shown(name: &Name) -> String {
    name.path.join("::")
}
