//! Weights on their way out and in: every layer exported to PyTorch gives the same outputs there,
//! and what was saved can be loaded into a run again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use descent::base::{Matrix, RunRng, Step, Stream};
use descent::data::{Dataset, Labelled, Targets};
use descent::files::{
    ExportId, ExportSource, Exporter, ModelCard, blank_network, read_safetensors, write_atomic,
};
use descent::record::{Checkpoint, NamedTensor};
use descent::spec::*;
use descent::train::testing::{Bare, Bench, Stack};
use descent::train::{BurnEngine, Compute, EngineState, HotParams};
use descent::workbench::{Action, Edit, ExportKind};
use serde_json::Value;

use crate::drive::Driver;
use crate::files::{python_with_torch, run_python};
use crate::golden_train::gradients::random_stack;

/// Random stacks that PyTorch has to agree with.
const STACKS: u64 = 60;
/// Samples whose outputs are compared.
const ROWS: usize = 7;

fn random_table(rng: &mut descent::base::Rng, rows: usize, cols: usize) -> Matrix {
    let values = (0..rows * cols).map(|_| rng.range(-2.0, 2.0) as f32).collect();
    Matrix::new(rows, cols, values).expect("fits")
}

/// A stack after a few updates, so that running statistics are no longer those of the start.
struct Trained {
    run: ValidRun,
    state: EngineState,
    x: Matrix,
    outputs: Vec<f64>,
}

fn trained(stack: u64) -> Trained {
    let mut rng = RunRng::new(stack).stream(Stream::Init, 9);
    let run = random_stack(&mut rng);
    let (inputs, outputs) = (run.facts().input.len(), run.outputs());
    let mut bench = Bench::new(&run, &Bare::mean(Loss::CROSS_ENTROPY), stack, Compute::cpu());
    let hot = (0..ROWS * outputs).map(|at| f32::from(at / outputs % outputs == at % outputs));
    let targets = Matrix::new(ROWS, outputs, hot.collect()).expect("fits");
    for _ in 0..3 {
        let x = random_table(&mut rng, ROWS, inputs);
        bench.step(&x, &targets, &HotParams::rate(0.05)).expect("steps");
    }
    let state = bench.state().expect("read");
    let x = random_table(&mut rng, ROWS, inputs);
    let outputs = measured(&run, &state, &x);
    Trained { run, state, x, outputs }
}

fn measured(run: &ValidRun, state: &EngineState, x: &Matrix) -> Vec<f64> {
    let mut stack = Stack::single(run, 0, Compute::cpu());
    for NamedTensor { name, tensor } in state.parameters.iter().chain(&state.buffers) {
        if !name.ends_with("num_batches_tracked") {
            let values: Vec<f64> = tensor.data().iter().map(|&value| value.into()).collect();
            stack.set(name, &values).expect("there");
        }
    }
    let x: Vec<f64> = x.data().iter().map(|&value| value.into()).collect();
    stack.measure(&x, ROWS).expect("measured")
}

/// Data of the right shape; what they hold does not matter for an export.
fn data_of(run: &ValidRun) -> Dataset {
    let DataFacts { input, task, .. } = run.facts().clone();
    let part = Labelled::new(Matrix::zeros(1, input.len()), Targets::Classes(vec![0]));
    Dataset::new("random", input, task, part.clone(), part)
}

fn export(trained: &Trained, folder: &Path) {
    std::fs::create_dir(folder).expect("made");
    let data = data_of(&trained.run);
    let model = ModelCard { experiment: "Random", run: &trained.run, data: &data };
    let EngineState { parameters, buffers, .. } = trained.state.clone();
    let checkpoint = Checkpoint { parameters, buffers, ..Checkpoint::default() };
    let source = ExportSource {
        model: Some(model),
        checkpoint: Some(&checkpoint),
        ..ExportSource::default()
    };
    for (id, name) in [(ExportId::Weights, "model.safetensors"), (ExportId::PyTorch, "model.py")] {
        let write = |out: &mut dyn std::io::Write| Exporter::of(id).write(&source, out).map(|_| ());
        write_atomic(&folder.join(name), write).expect("written");
    }
    let x = serde_json::to_string(trained.x.data()).expect("JSON");
    std::fs::write(folder.join("x.json"), x).expect("written");
}

/// Loads each export strictly and prints what it computes, and how many values may learn.
const SCRIPT: &str = r#"
import json, pathlib, runpy, torch
torch.set_num_threads(1)
found = []
for folder in sorted(pathlib.Path(".").iterdir()):
    module = runpy.run_path(str(folder / "model.py"))
    model = module["load"](str(folder / "model.safetensors"))
    x = torch.tensor(json.loads((folder / "x.json").read_text()))
    with torch.no_grad():
        outputs = model(x.reshape(-1, *module["INPUT_SHAPE"]))
    found.append({
        "outputs": outputs.double().flatten().tolist(),
        "values": sum(value.numel() for value in model.parameters()),
        "frozen": any(not value.requires_grad for value in model.parameters()),
        "text": repr(model),
    })
print(json.dumps(found))
"#;

/// Every kind of layer, switched off or not, gives PyTorch's outputs within 1e-5.
#[test]
fn pytorch_agrees_on_random_stacks() {
    let Some(python) = python_with_torch("pytorch_agrees_on_random_stacks") else { return };
    let folder = tempfile::tempdir().expect("made");
    let stacks: Vec<Trained> = (0..STACKS).map(trained).collect();
    for (index, stack) in stacks.iter().enumerate() {
        export(stack, &folder.path().join(format!("{index:03}")));
    }
    let printed = run_python(&python, folder.path(), SCRIPT);
    let found: Vec<Value> = serde_json::from_str(&printed).expect("a list");
    assert_eq!(found.len(), stacks.len());
    let mut misses = Vec::new();
    for (stack, found) in stacks.iter().zip(&found) {
        let text = &found["text"];
        assert_eq!(found["values"], stack.run.parameters(), "{text}");
        let outputs = found["outputs"].as_array().expect("a list");
        assert_eq!(outputs.len(), stack.outputs.len(), "{text}");
        let theirs = outputs.iter().map(|value| value.as_f64().expect("a number"));
        let differs =
            |(theirs, ours): (f64, &f64)| (theirs - ours).abs() > 1e-5 * (1.0 + ours.abs());
        if theirs.zip(&stack.outputs).any(differs) {
            misses.push(format!("{:?} {outputs:?} {:?} {text}", stack.run.facts(), stack.outputs));
        }
        assert_eq!(found["frozen"] == true, has_frozen_values(&stack.run), "{text}");
    }
    assert!(misses.is_empty(), "{} differ: {}", misses.len(), misses.join("\n"));
    assert_every_kind_occurs(&stacks);
}

fn has_frozen_values(run: &ValidRun) -> bool {
    let layers = run.spec().model.hidden.iter().zip(run.layers());
    let mut layers = layers.filter(|(layer, info)| !layer.off && info.parameters > 0);
    layers.any(|(layer, _)| layer.frozen)
}

fn assert_every_kind_occurs(stacks: &[Trained]) {
    let on = |layer: &&LayerSpec| !layer.off;
    let kinds = stacks.iter().flat_map(|stack| stack.run.spec().model.hidden.iter().filter(on));
    let kinds: std::collections::BTreeSet<&str> = kinds.map(LayerSpec::label).collect();
    for kind in LayerKind::usual() {
        assert!(kinds.contains(kind.label()), "no {} among {kinds:?}", kind.label());
    }
}

/// The names and shapes by which files are judged are those that the trainer holds.
#[test]
fn names_and_shapes_are_known_without_building_a_network() {
    for stack in 0..STACKS {
        let mut rng = RunRng::new(stack).stream(Stream::Init, 9);
        let run = random_stack(&mut rng);
        let data = Arc::new(data_of(&run));
        let facts = DataFacts { train_rows: 1, ..run.facts().clone() };
        let Ok(run) = validate_run(run.spec(), &facts) else { continue };
        let Ok(mut engine) = BurnEngine::build(&run, &data, 0, Compute::cpu()) else {
            panic!("cannot be built: {:?}", run.spec())
        };
        let state = descent::train::Engine::checkpoint(&mut engine).expect("read");
        let blank = blank_network(&run);
        let shapes = |tensors: &[NamedTensor]| {
            let mut shapes: Vec<(String, Vec<usize>)> = tensors
                .iter()
                .map(|named| (named.name.clone(), named.tensor.shape().to_vec()))
                .collect();
            shapes.sort_unstable();
            shapes
        };
        assert_eq!(shapes(&blank.parameters), shapes(&state.parameters), "{:?}", run.spec());
        assert_eq!(shapes(&blank.buffers), shapes(&state.buffers), "{:?}", run.spec());
    }
}

/// A trained spiral network of two hidden layers with batch normalisation.
fn driver() -> Driver {
    let mut spec = preset("spiral-relu").expect("built in");
    let norm = LayerKind::BatchNorm(BatchNormSpec::default());
    spec.runs[0].model.hidden = vec![
        DenseSpec::new(8).into(),
        norm.into(),
        Activation::Relu.into(),
        DenseSpec::new(8).into(),
        Activation::Relu.into(),
    ];
    let mut driver = Driver::open(spec);
    driver.stop_after(20);
    driver.play_to_the_end();
    driver
}

fn export_weights(driver: &mut Driver, path: &Path) -> Vec<NamedTensor> {
    driver.act(Action::Export(ExportKind::Weights, 0, path.to_owned()));
    let end = format!("{}", path.display());
    driver.until("the weights are written", |state| {
        state.notices().iter().any(|notice| notice.text.ends_with(&end))
    });
    read_safetensors(&std::fs::read(path).expect("there")).expect("reads").tensors
}

fn load(driver: &mut Driver, path: PathBuf, partly: bool) {
    let told = driver.state().notices().len();
    driver.act(Action::LoadWeights { run: 0, path, partly });
    driver.until("it is told what came of it", |state| state.notices().len() > told);
}

#[test]
fn weights_come_back_into_a_run_of_the_same_layers() {
    let folder = tempfile::tempdir().expect("made");
    let path = folder.path().join("trained.safetensors");
    let mut driver = driver();
    let trained = export_weights(&mut driver, &path);
    load(&mut driver, path, false);
    assert!(driver.notices().iter().any(|text| text.contains("11 of 11 arrays")));
    let run = driver.run(0);
    assert_eq!(run.position().step, Step(0));
    assert_eq!(run.history.markers()[0].text, "weights from trained.safetensors");
    let again = export_weights(&mut driver, &folder.path().join("again.safetensors"));
    assert_eq!(again, trained);
    driver.play_to_the_end();
    assert_eq!(driver.run(0).position().step, Step(20));
}

#[test]
fn what_does_not_fit_leaves_the_run_alone_or_begins_afresh_on_request() {
    let folder = tempfile::tempdir().expect("made");
    let path = folder.path().join("trained.safetensors");
    let mut driver = driver();
    let trained = export_weights(&mut driver, &path);
    driver.act(Action::Edit(Edit::SetLayer(0, 3, DenseSpec::new(5).into())));
    driver.act(Action::Settle);
    load(&mut driver, path.clone(), false);
    let told = driver.notices().concat();
    assert!(told.contains("3.weight is [8, 8] in the file and [5, 8] here"), "{told}");
    assert!(told.contains("load only what fits"), "{told}");
    assert_eq!(driver.run(0).position().step, Step(20));
    load(&mut driver, path, true);
    assert!(driver.notices().iter().any(|text| text.contains("8 of 11 arrays")));
    let mixed = export_weights(&mut driver, &folder.path().join("mixed.safetensors"));
    let first = |tensors: &[NamedTensor]| {
        tensors.iter().find(|named| named.name == "0.weight").cloned().expect("there")
    };
    assert_eq!(first(&mixed), first(&trained));
    let widened = mixed.iter().find(|named| named.name == "3.weight").expect("there");
    assert_eq!(widened.tensor.shape(), [5, 8]);
}

#[test]
fn a_file_that_is_no_weights_is_refused_with_its_path() {
    let folder = tempfile::tempdir().expect("made");
    let path = folder.path().join("torn.safetensors");
    std::fs::write(&path, b"no weights").expect("written");
    let mut driver = driver();
    load(&mut driver, path, true);
    let told = driver.notices().concat();
    assert!(told.contains("torn.safetensors"), "{told}");
    assert_eq!(driver.run(0).position().step, Step(20));
}
