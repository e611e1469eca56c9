//! The command line as a user meets it: the real program, its exit codes and its files.

use std::path::Path;
use std::process::{Command, Output};

use descent::data::{Dataset, Features, Targets, toy};
use descent::files::{from_toml, read_safetensors, to_toml};
use descent::record::NamedTensor;
use descent::spec::{DataSource, PRESETS, StopRule, preset};
use serde_json::Value;
use tempfile::TempDir;

use crate::data::real_data;
use crate::files::{python_with_torch, run_python};

/// Runs the program in a folder, without a display.
fn descent_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_descent"))
        .args(args)
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .expect("starts")
}

fn descent(args: &[&str]) -> Output {
    descent_in(&std::env::temp_dir(), args)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What the program prints when all goes well.
fn succeeds(folder: &Path, args: &[&str]) -> String {
    let output = descent_in(folder, args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

/// What the program complains about when it refuses its input: one line on the standard error,
/// unless there is more to say, and exit code 2.
fn refuses(folder: &Path, args: &[&str]) -> String {
    let output = descent_in(folder, args);
    let complaint = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {complaint}");
    assert!(!complaint.contains("panicked"), "{complaint}");
    complaint
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("made")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("written")).expect("JSON")
}

/// Trains on the processor and returns the report.
fn report(folder: &Path, experiment: &str, options: &[&str]) -> Value {
    let fixed = ["train", experiment, "--quiet", "--device", "cpu", "--report", "report.json"];
    succeeds(folder, &[&fixed[..], options].concat());
    json(&folder.join("report.json"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("not a number: {value}"))
}

#[test]
fn presets_are_listed_and_shown_as_files() {
    let list = stdout(&descent(&["presets"]));
    assert_eq!(list.lines().count(), PRESETS.len());
    for preset in &PRESETS {
        assert!(list.contains(preset.name) && list.contains(preset.summary), "{list}");
        let text = stdout(&descent(&["presets", "show", preset.name]));
        assert_eq!(from_toml(&text).expect(preset.name).spec, preset.spec());
    }
    let complaint = refuses(&std::env::temp_dir(), &["presets", "show", "spiral-rleu"]);
    assert!(complaint.contains("Built in are: spiral-relu, "), "{complaint}");
}

#[test]
fn the_processor_is_always_among_the_devices() {
    let list = succeeds(&std::env::temp_dir(), &["devices"]);
    assert!(list.starts_with("cpu "), "{list}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_it_says_how_to_train() {
    for args in [&[][..], &["spiral-relu"], &["--renderer", "glow"]] {
        let complaint = refuses(&std::env::temp_dir(), args);
        assert!(complaint.contains("no display"), "{complaint}");
        assert!(complaint.contains("descent train"), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
}

#[test]
fn a_training_run_leaves_its_files() {
    let folder = folder();
    let files = ["--export", "net.safetensors", "--history", "curves.csv"];
    let report = report(folder.path(), "spiral-linear", &files);
    assert_eq!(report["descent"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["experiment"], "Spiral, linear classifier");
    assert!(report["device"].as_str().is_some_and(|device| !device.is_empty()), "{report}");
    let run = &report["runs"][0];
    assert_eq!(run["name"], "Linear");
    assert_eq!((&run["parameters"], &run["steps"]), (&9.into(), &200.into()));
    assert_eq!((number(&run["epochs"]), &run["stopped"]), (200.0, &"completed".into()));
    assert!(number(&run["seconds"]) > 0.0 && number(&run["steps_per_second"]) > 0.0);
    let confusion = &run["confusion"];
    assert_eq!(
        (&confusion["rows"], confusion["labels"].as_array().map(Vec::len)),
        (&"true".into(), Some(3))
    );
    let counts = confusion["counts"].as_array().expect("a table");
    let cells = || {
        counts.iter().enumerate().flat_map(|(truth, row)| {
            let row = row.as_array().expect("a row").iter().enumerate();
            row.map(move |(predicted, count)| (truth == predicted, number(count)))
        })
    };
    let total: f64 = cells().map(|(_, count)| count).sum();
    let right: f64 = cells().filter(|(hit, _)| *hit).map(|(_, count)| count).sum();
    assert_eq!(total, 300.0);
    assert!((right / total - number(&run["test"]["accuracy"])).abs() < 1e-9, "{run}");

    let weights = std::fs::read(folder.path().join("net.safetensors")).expect("written");
    let weights = read_safetensors(&weights).expect("reads");
    let shapes: Vec<_> =
        weights.tensors.iter().map(|t| (t.name.as_str(), t.tensor.shape())).collect();
    assert_eq!(shapes, [("0.weight", &[3, 2][..]), ("0.bias", &[3])]);
    let curves = std::fs::read_to_string(folder.path().join("curves.csv")).expect("written");
    assert!(curves.starts_with("run,metric,step,epoch,samples,seconds,value\n"));
    let losses = curves.lines().filter(|line| line.starts_with("Linear,batch_loss,")).count();
    assert_eq!(losses, 200);
    let measured = curves.lines().filter(|line| line.starts_with("Linear,test_accuracy,200,"));
    assert_eq!(measured.count(), 1);
}

#[test]
fn the_summary_says_what_became_of_each_run() {
    let folder = folder();
    let args = ["train", "linear-vs-relu", "--steps", "20", "--device", "cpu"];
    let files = ["--export", "net.safetensors", "--report", "report.json"];
    let text = succeeds(folder.path(), &[&args[..], &files].concat());
    for part in ["“Linear or ReLU?” (built in)", "Linear: 9 parameters, 20 steps", "ReLU 100: 603"]
    {
        assert!(text.contains(part), "{text} lacks {part}");
    }
    assert!(folder.path().join("net-Linear.safetensors").is_file());
    assert!(folder.path().join("net-ReLU-100.safetensors").is_file());
    assert_eq!(json(&folder.path().join("report.json"))["runs"].as_array().map(Vec::len), Some(2));
    let one = ["--run", "ReLU 100", "--report", "one.json"];
    succeeds(folder.path(), &[&args[..], &one].concat());
    assert_eq!(json(&folder.path().join("one.json"))["runs"][0]["name"], "ReLU 100");
}

#[test]
fn a_report_holds_every_metric_and_the_text_of_scikit_learn() {
    let folder = folder();
    let options = ["--steps", "50", "--classification-report"];
    let run = report(folder.path(), "spiral-linear", &options)["runs"][0].clone();
    let text = run["class_reports"]["test"]["text"].as_str().expect("a text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "              precision    recall  f1-score   support");
    assert!(lines[6].starts_with("    accuracy      ") && lines[8].starts_with("weighted avg  "));
    for part in ["train", "test"] {
        let share = |key: &str| number(&run[part][key]);
        let keys = ["accuracy", "top2_accuracy", "balanced_accuracy", "precision_macro"];
        let more = ["recall_macro", "f1_macro", "f1_weighted"];
        assert!(keys.iter().chain(&more).all(|key| (0.0..=1.0).contains(&share(key))), "{run}");
        assert!(share("top2_accuracy") >= share("accuracy"));
        let penalty = number(&run["penalties"]["l2"]);
        assert!(penalty > 0.0, "the lecture penalises weights");
        assert!((share("loss") + penalty - share("objective")).abs() < 1e-12);
    }
    let report = &run["class_reports"]["test"];
    assert_eq!(number(&report["accuracy"]), number(&run["test"]["accuracy"]));
    assert_eq!(number(&report["macro_average"]["f1"]), number(&run["test"]["f1_macro"]));
    let args = ["train", "spiral-linear", "--steps", "50", "--device", "cpu", "--quiet"];
    let told = succeeds(folder.path(), &[&args[..], &["--classification-report"]].concat());
    assert!(told.contains("Class report of the test part"), "{told}");
    assert!(told.contains(text.trim_end()), "{told}");
    assert!(!succeeds(folder.path(), &args).contains("weighted avg"));
}

#[test]
fn a_file_beside_it_is_taken_before_a_built_in_experiment() {
    let folder = folder();
    let mut spec = preset("spiral-linear").expect("built in");
    spec.name = "Mine".into();
    spec.runs[0].train.stop = StopRule::Steps(3);
    std::fs::write(folder.path().join("spiral-linear.toml"), to_toml(&spec, None))
        .expect("written");
    for name in ["spiral-linear", "spiral-linear.toml", "./spiral-linear"] {
        let text = succeeds(folder.path(), &["train", name, "--device", "cpu"]);
        assert!(text.contains("“Mine” (from ") && text.contains("3 steps"), "{text}");
    }
}

#[test]
fn equal_seeds_give_equal_results_and_others_differ() {
    let folder = folder();
    let loss = |seed: &str| {
        let report = report(folder.path(), "spiral-relu", &["--steps", "30", "--seed", seed]);
        number(&report["runs"][0]["test"]["loss"]).to_bits()
    };
    assert_eq!(loss("3"), loss("3"));
    assert_ne!(loss("3"), loss("4"));
}

#[test]
fn the_linear_classifier_lands_where_the_lecture_says() {
    let folder = folder();
    for seed in 0..10 {
        let report = report(folder.path(), "spiral-linear", &["--seed", &seed.to_string()]);
        let train = &report["runs"][0]["train"];
        let (objective, accuracy) = (number(&train["objective"]), number(&train["accuracy"]));
        assert!((0.72..=0.80).contains(&objective), "seed {seed}: objective {objective}");
        assert!((0.48..=0.58).contains(&accuracy), "seed {seed}: accuracy {accuracy}");
    }
}

#[test]
fn the_relu_network_lands_where_the_lecture_says() {
    let folder = folder();
    let report = report(folder.path(), "spiral-relu", &[]);
    let run = &report["runs"][0];
    assert_eq!(run["steps"], 10_000);
    let (objective, accuracy) =
        (number(&run["train"]["objective"]), number(&run["train"]["accuracy"]));
    assert!((0.236..=0.256).contains(&objective), "objective {objective}");
    assert!(accuracy >= 0.97, "accuracy {accuracy}");
}

#[test]
fn a_diverged_run_fails_and_is_still_reported() {
    let folder = folder();
    let mut spec = preset("spiral-relu").expect("built in");
    spec.runs[0].train.learning_rate = descent::base::Finite::lit(1e30);
    std::fs::write(folder.path().join("wild.toml"), to_toml(&spec, None)).expect("written");
    let files =
        ["--report", "report.json", "--history", "curves.csv", "--export", "net.safetensors"];
    let args = ["train", "wild.toml", "--device", "cpu"];
    let output = descent_in(folder.path(), &[&args[..], &files].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("“ReLU 100” did not finish"), "{}", stderr(&output));
    assert_eq!(json(&folder.path().join("report.json"))["runs"][0]["stopped"], "diverged");
    for file in files.iter().skip(1).step_by(2) {
        assert!(folder.path().join(file).is_file(), "{file} is missing");
    }
}

// ---- bad input ----

#[test]
fn bad_experiments_are_refused_with_a_sentence() {
    let folder = folder();
    let text = to_toml(&preset("spiral-relu").expect("built in"), None);
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write("typo.toml", &text.replace("learning-rate", "learnin-rate"));
    write("newer.toml", &text.replace("descent = 3", "descent = 9"));
    write("wide.toml", &text.replace("dense = 100", "dense = 0"));
    write("endless.toml", &text.replace("{ steps = 10000 }", "\"never\""));
    for (experiment, words) in [
        ("no-such", &["neither", "“no-such”", "spiral-"][..]),
        ("no/such.toml", &["no such file", "no/such.toml"]),
        ("typo.toml", &["Line 21, column 1", "did you mean “learning-rate”?", "typo.toml"]),
        ("newer.toml", &["newer Descent"]),
        ("wide.toml", &["“ReLU 100”", "Layer 1", "1 to 65536"]),
        ("endless.toml", &["--epochs or --steps"]),
        (".", &["folder"]),
    ] {
        let complaint = refuses(folder.path(), &["train", experiment]);
        for word in words {
            assert!(complaint.contains(word), "{complaint} lacks {word}");
        }
    }
}

#[test]
fn bad_options_are_refused_before_anything_is_trained() {
    let folder = folder();
    for (options, words) in [
        (&["--run", "relu"][..], &["“relu”", "“ReLU 100”"][..]),
        (&["--data", "x.csv"], &["generated"]),
        (&["--device", "tpu"], &["auto, cpu, gpu"]),
        (&["--device", "gpu:77"], &["graphics card 77", "descent devices"]),
        (&["--steps", "0"], &["--steps"]),
        (&["--steps", "1", "--epochs", "1"], &["--epochs"]),
        (&["--seed", "-1"], &["--seed"]),
        (&["--report", "no/such/folder/r.json"], &["folder", "r.json"]),
        (&["--report", "."], &["folder"]),
        (&["--report", "x", "--history", "x"], &["Two results"]),
        (&["--nonsense"], &["--nonsense"]),
    ] {
        let complaint = refuses(folder.path(), &[&["train", "spiral-relu"][..], options].concat());
        for word in words {
            assert!(complaint.contains(word), "{complaint} lacks {word}");
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("readable").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn bad_tables_are_refused_with_their_place() {
    let folder = folder();
    let rows = |bad: &str| {
        let good: String = (0..20).map(|row| format!("{row},0.5,{}\n", row % 2)).collect();
        std::fs::write(folder.path().join("table.csv"), format!("{good}{bad}")).expect("written");
    };
    let args = ["train", "digits123", "--data", "table.csv"];
    rows("7,1\n");
    let output = descent_in(folder.path(), &[&args[..], &["--steps", "1"]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("1 row left out"), "{}", stderr(&output));
    let found = succeeds(folder.path(), &["data", "inspect", "table.csv"]);
    assert!(found.contains("Faults: 1\n  Row 21, byte "), "{found}");
    std::fs::write(folder.path().join("table.csv"), "").expect("written");
    assert!(refuses(folder.path(), &args).contains("table.csv"));
    let complaint = refuses(folder.path(), &["train", "digits123", "--data", "missing.csv"]);
    assert!(complaint.contains("missing.csv"), "{complaint}");
    let complaint = refuses(folder.path(), &["train", "digits123"]);
    assert!(complaint.contains("--data"), "{complaint}");
}

#[test]
fn bad_idx_files_are_refused() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    };
    let args = ["train", "mnist-mlp", "--data", "."];
    assert!(refuses(folder.path(), &args).contains("no IDX files"));
    let images = |count: u8| {
        let mut bytes = vec![0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 2];
        bytes.extend(vec![7; 4 * usize::from(count)]);
        bytes
    };
    let labels = |count: u8| {
        let mut bytes = vec![0, 0, 8, 1, 0, 0, 0, count];
        bytes.extend((0..count).map(|row| row % 2));
        bytes
    };
    for part in ["train", "t10k"] {
        write(&format!("{part}-images-idx3-ubyte"), &images(4));
        write(&format!("{part}-labels-idx1-ubyte"), &labels(4));
    }
    succeeds(folder.path(), &[&args[..], &["--steps", "1", "--device", "cpu"]].concat());
    write("train-images-idx3-ubyte", &images(4)[..25]);
    let cut = refuses(folder.path(), &args);
    write("train-images-idx3-ubyte", &labels(4));
    let mislabelled = refuses(folder.path(), &args);
    write("train-images-idx3-ubyte", b"GIF89a and so on");
    let other = refuses(folder.path(), &args);
    for complaint in [cut, mislabelled, other] {
        assert!(complaint.starts_with("descent: ") && complaint.len() > 30, "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
}

// ---- real data ----

fn test_accuracy(report: &Value) -> f64 {
    number(&report["runs"][0]["test"]["accuracy"])
}

#[test]
fn the_digits_of_the_lab_are_learnt() {
    let Some(data) = real_data("the_digits_of_the_lab_are_learnt") else { return };
    let (folder, data) = (folder(), data.join("lab7/digit123.csv"));
    let report = report(folder.path(), "digits123", &["--data", &data.to_string_lossy()]);
    let accuracy = test_accuracy(&report);
    assert!(accuracy >= 0.85, "accuracy {accuracy}");
}

#[test]
fn mnist_is_learnt_in_five_epochs() {
    let Some(data) = real_data("mnist_is_learnt_in_five_epochs") else { return };
    let (folder, data) = (folder(), data.join("mnist"));
    let report = report(folder.path(), "mnist-mlp", &["--data", &data.to_string_lossy()]);
    assert_eq!(number(&report["runs"][0]["epochs"]), 5.0);
    let accuracy = test_accuracy(&report);
    assert!(accuracy >= 0.97, "accuracy {accuracy}");
}

// ---- exported weights ----

/// A trained spiral: its report, its weights, and the points it was trained on.
fn trained_spiral(folder: &Path) -> (Value, Vec<NamedTensor>, Dataset) {
    let report = report(folder, "spiral-relu", &["--steps", "300", "--export", "net.safetensors"]);
    let bytes = std::fs::read(folder.join("net.safetensors")).expect("written");
    let spec = preset("spiral-relu").expect("built in");
    let DataSource::Toy(source) = &spec.data.source else { panic!("not generated") };
    let data = toy(source, spec.data.seed).expect("drawn");
    (report, read_safetensors(&bytes).expect("reads").tensors, data)
}

/// `y = x Wᵀ + b` with a weight of `[out, in]`.
fn dense(weights: &[NamedTensor], index: usize, x: &[f32]) -> Vec<f32> {
    let find = |name: &str| {
        let name = format!("{index}.{name}");
        weights.iter().find(|tensor| tensor.name == name).expect("there").tensor.data()
    };
    let dot = |row: &[f32]| row.iter().zip(x).map(|(w, x)| w * x).sum::<f32>();
    find("weight").chunks(x.len()).zip(find("bias")).map(|(row, bias)| dot(row) + bias).collect()
}

fn logits(weights: &[NamedTensor], features: &Features) -> Vec<Vec<f32>> {
    let forward = |row: usize| {
        let hidden = dense(weights, 0, &features.row(row));
        let hidden: Vec<f32> = hidden.into_iter().map(|value| value.max(0.0)).collect();
        dense(weights, 2, &hidden)
    };
    (0..features.rows()).map(forward).collect()
}

/// Softmax and negative log-likelihood, averaged over the rows.
fn cross_entropy(logits: &[Vec<f32>], targets: &Targets) -> f64 {
    let loss = |(row, logits): (usize, &Vec<f32>)| {
        let truth = targets.class(row).expect("a class");
        let sum: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
        sum.ln() - f64::from(logits[truth])
    };
    logits.iter().enumerate().map(loss).sum::<f64>() / logits.len() as f64
}

/// The exported numbers are the trained network: computed by hand they give the reported loss.
#[test]
fn exported_weights_give_the_reported_loss() {
    let folder = folder();
    let (report, weights, data) = trained_spiral(folder.path());
    let run = &report["runs"][0];
    for (part, name) in [(&data.train, "train"), (&data.test, "test")] {
        let loss = cross_entropy(&logits(&weights, &part.features), &part.targets);
        let reported = number(&run[name]["loss"]);
        assert!((loss - reported).abs() < 1e-5, "{name}: {loss} is not {reported}");
    }
}

#[test]
fn pytorch_loads_exported_weights_strictly_and_agrees() {
    let Some(python) = python_with_torch("pytorch_loads_exported_weights_strictly_and_agrees")
    else {
        return;
    };
    let folder = folder();
    let (_, weights, data) = trained_spiral(folder.path());
    let points =
        serde_json::to_string(data.test.features.table().expect("in memory").data()).expect("JSON");
    std::fs::write(folder.path().join("points.json"), points).expect("written");
    // What the file says of its own layers is enough to build them.
    let code = "import json, torch\n\
        from torch import nn\n\
        from safetensors import safe_open\n\
        from safetensors.torch import load_file\n\
        with safe_open('net.safetensors', 'pt') as file:\n    about = file.metadata()\n\
        model = eval(about['layers'])\n\
        model.load_state_dict(load_file('net.safetensors'), strict=True)\n\
        x = torch.tensor(json.load(open('points.json'))).reshape(-1, 2)\n\
        print(model(x).flatten().tolist())";
    let found: Vec<f32> =
        serde_json::from_str(&run_python(&python, folder.path(), code)).expect("a list");
    let expected = logits(&weights, &data.test.features).concat();
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(&expected) {
        assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), "{a} is not {b}");
    }
}

// ---- data ----

const PETS: &str =
    "name;age;kind\nRex;3,5;dog\nTom;2;cat\nBo;;dog\nMia;4;cat\nKim;7;dog\nZoe;1;cat\n";

fn with_pets() -> TempDir {
    let folder = folder();
    std::fs::write(folder.path().join("pets.csv"), PETS).expect("written");
    folder
}

#[test]
fn a_table_is_inspected_as_text() {
    let folder = with_pets();
    let text = succeeds(folder.path(), &["data", "inspect", "pets.csv"]);
    for part in ["semicolon", "3,5", "age", "number", "1 missing", "6 rows read", "kind", "hash "] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_table_is_inspected_as_json_the_same_way_each_time() {
    let folder = with_pets();
    let inspect = |options: &[&str]| -> Value {
        let fixed = ["data", "inspect", "pets.csv", "--json"];
        let text = succeeds(folder.path(), &[&fixed[..], options].concat());
        serde_json::from_str(&text).expect("JSON")
    };
    let found = inspect(&[]);
    assert_eq!(found["task"], "classification");
    assert_eq!(found["table"]["columns"].as_array().map(Vec::len), Some(3));
    assert_eq!(found["table"]["rows"]["read"], 6);
    assert_eq!(inspect(&[])["hash"], found["hash"]);
    let other = inspect(&["--seed", "5", "--test-fraction", "0.5"]);
    assert_ne!(other["hash"], found["hash"]);
    let labelled = inspect(&["--label", "age", "--task", "regression"]);
    assert_eq!((&labelled["task"], &labelled["label"]), (&"regression".into(), &"age".into()));
}

#[test]
fn data_that_cannot_be_inspected_are_refused_in_a_sentence() {
    let folder = with_pets();
    std::fs::create_dir(folder.path().join("empty")).expect("made");
    for (args, words) in [
        (&["gone.csv"][..], "gone.csv"),
        (&["empty"], "neither IDX files nor pictures"),
        (&["pets.csv", "--label", "colour"], "colour"),
        (&["pets.csv", "--delimiter", "dot"], "semicolon"),
        (&["spiral-relu", "--header", "no"], "about tables"),
    ] {
        let complaint = refuses(folder.path(), &[&["data", "inspect"], args].concat());
        assert!(complaint.contains(words), "{args:?}: {complaint}");
    }
}

#[test]
fn data_that_changed_since_the_experiment_was_saved_are_noted() {
    let folder = folder();
    let spec = preset("spiral-relu").expect("built in");
    for (hash, is_noted) in [(1, true), (0, false)] {
        let hash = (hash > 0).then_some(descent::data::DataHash(hash));
        std::fs::write(folder.path().join("a.toml"), to_toml(&spec, hash)).expect("written");
        let output = descent_in(folder.path(), &["data", "inspect", "a.toml"]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(stderr(&output).contains("not what they were"), is_noted, "{hash:?}");
    }
}

#[test]
fn prepared_data_are_written_as_a_table_that_opens_again() {
    let folder = folder();
    let told = succeeds(folder.path(), &["data", "export", "spiral-relu", "spiral.csv"]);
    assert!(told.contains("spiral.csv"), "{told}");
    let text = std::fs::read_to_string(folder.path().join("spiral.csv")).expect("written");
    assert_eq!(text.lines().count(), 1 + 300 + 300, "{}", &text[..200]);
    assert!(text.starts_with("part,"), "{}", &text[..40]);
    let args = ["data", "inspect", "spiral.csv", "--json"];
    let found: Value = serde_json::from_str(&succeeds(folder.path(), &args)).expect("JSON");
    let roles: Vec<&Value> = found["table"]["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| &column["role"])
        .collect();
    assert!(roles.contains(&&"feature".into()), "{roles:?}");
    let nowhere = descent_in(folder.path(), &["data", "export", "spiral-relu", "no/such/out.csv"]);
    assert!(!nowhere.status.success());
}

#[test]
fn only_published_collections_are_fetched() {
    let complaint = refuses(folder().path(), &["data", "download", "imagenet"]);
    assert!(complaint.contains("mnist, fashion-mnist"), "{complaint}");
}
