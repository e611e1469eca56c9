//! Sizes, parameters and refusals of layers, against what PyTorch says of the same settings.

use descent::spec::{
    BatchNormSpec, ConvSpec, DenseSpec, LayerInfo, LayerKind, LayerSpec, ModelSpec, NormSpec,
    OutputSpec, Padding, PoolSpec, SampleShape, SpecIssue, layer_infos,
};
use proptest::prelude::*;
use serde_json::Value;

fn number(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

fn numbers(value: &Value) -> Vec<usize> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn pair(value: &Value) -> [usize; 2] {
    numbers(value).try_into().expect("two numbers")
}

fn padding(value: &Value) -> Padding {
    match value.as_str() {
        Some("valid") => Padding::Valid,
        Some("same") => Padding::Same,
        _ => Padding::Of(pair(value)),
    }
}

fn kind(case: &Value) -> LayerKind {
    let pool = || PoolSpec {
        kernel: pair(&case["kernel"]),
        stride: pair(&case["stride"]),
        padding: pair(&case["padding"]),
        ceil: case["ceil"] == true,
    };
    match case["layer"].as_str() {
        Some("conv") => LayerKind::Conv2d(ConvSpec {
            kernel: pair(&case["kernel"]),
            stride: pair(&case["stride"]),
            padding: padding(&case["padding"]),
            dilation: pair(&case["dilation"]),
            groups: number(&case["groups"]),
            bias: case["bias"] == true,
            ..ConvSpec::new(number(&case["channels"]), 1)
        }),
        Some("max-pool") => LayerKind::MaxPool2d(pool()),
        _ => LayerKind::AvgPool2d { pool: pool(), count_padding: true },
    }
}

/// What is said of one layer, with issues of its own alone.
fn info(kind: LayerKind, input: &[usize]) -> (LayerInfo, Vec<SpecIssue>) {
    let mut issues = Vec::new();
    let flatten = LayerSpec::from(LayerKind::Flatten);
    let hidden = vec![LayerSpec::new(kind), flatten];
    let model = ModelSpec { hidden, output: OutputSpec::default() };
    let (mut layers, _) = layer_infos(&model, &SampleShape(input.to_vec()), 3, &mut issues);
    (layers.remove(0), issues)
}

/// The value of `⌊(32 − 5 + 2·0)/2⌋ + 1 = 14`, calculated from the text itself.
fn calculated(text: &str) -> (i64, i64) {
    let digits = |part: &str| part.trim_matches(|letter: char| !letter.is_ascii_digit()).to_owned();
    let value = |part: &str| digits(part).parse::<i64>().expect("a number");
    let (formula, result) = text.split_once(" = ").expect("an equation");
    let (inner, stride) = formula.split_once(")/").expect("a quotient");
    let mut terms = inner.split([' ', '(']).filter(|term| term.contains(|c: char| c.is_numeric()));
    let mut next = || terms.next().expect("one more term").to_owned();
    let (side, reach, pads) = (next(), next(), next());
    let pads = match pads.split_once('·') {
        Some((two, each)) => value(two) * value(each),
        None => value(&pads),
    };
    let stride = value(stride.split_once(" + 1").expect("plus one").0);
    let free = value(&side) - value(&reach) + pads;
    let quotient = match text.chars().next() {
        Some('⌈') => -(-free).div_euclid(stride),
        _ => free.div_euclid(stride),
    };
    (quotient + 1, value(result))
}

#[test]
fn sizes_and_parameters_are_those_of_pytorch() {
    let text = include_str!("../golden/shapes.json");
    let file: Value = serde_json::from_str(text).expect("JSON");
    let cases = file["cases"].as_array().expect("a list");
    let mut refused = 0;
    for case in cases {
        let (info, issues) = info(kind(case), &numbers(&case["input"]));
        if case["output"].is_null() {
            refused += 1;
            assert!(!issues.is_empty(), "PyTorch refuses this, and we give {info:?}: {case}");
            continue;
        }
        assert!(issues.is_empty(), "{issues:?}: {case}");
        assert_eq!(info.output.0, numbers(&case["output"]), "{case}");
        assert_eq!(info.parameters, number(&case["parameters"]), "{case}");
        for axis in info.arithmetic.split(", ") {
            let (calculated, written) = calculated(axis);
            assert_eq!(calculated, written, "{axis}: {case}");
        }
    }
    assert!(refused > 20 && cases.len() - refused > 250, "{refused} of {}", cases.len());
}

#[test]
fn the_lecture_counts_alike() {
    let conv = |channels, kernel| LayerKind::Conv2d(ConvSpec::new(channels, kernel));
    let (first, _) = info(conv(6, 5), &[3, 32, 32]);
    assert_eq!(first.arithmetic, "(32 − 5 + 2·0)/1 + 1 = 28");
    assert_eq!(first.parameters, 6 * (3 * 5 * 5 + 1));
    assert_eq!(first.multiply_adds, 6 * 28 * 28 * 75);
    let (pool, _) = info(LayerKind::MaxPool2d(PoolSpec::new(2)), &[1, 5, 4]);
    assert_eq!(pool.arithmetic, "⌊(5 − 2 + 2·0)/2⌋ + 1 = 2, (4 − 2 + 2·0)/2 + 1 = 2");
    let same = ConvSpec { padding: Padding::Same, ..ConvSpec::new(1, 4) };
    let (same, _) = info(LayerKind::Conv2d(same), &[1, 7, 7]);
    assert_eq!(same.arithmetic, "(7 − 4 + 3)/1 + 1 = 7");
    let ceil = PoolSpec { ceil: true, ..PoolSpec::new(2) };
    let (ceil, _) = info(LayerKind::MaxPool2d(ceil), &[1, 5, 5]);
    assert_eq!(ceil.arithmetic, "⌈(5 − 2 + 2·0)/2⌉ + 1 = 3");
}

#[test]
fn normalisations_have_two_values_for_each_channel_or_value() {
    let batch = LayerKind::BatchNorm(BatchNormSpec::default());
    assert_eq!(info(batch.clone(), &[4, 3, 2]).0.parameters, 8);
    assert_eq!(info(batch, &[24]).0.parameters, 48);
    let layer = LayerKind::LayerNorm(NormSpec::default());
    assert_eq!(info(layer, &[4, 3, 2]).0.parameters, 48);
    let group = |affine| LayerKind::GroupNorm {
        groups: 2,
        norm: NormSpec { affine, ..NormSpec::default() },
    };
    assert_eq!(info(group(true), &[4, 3, 2]).0.parameters, 8);
    assert_eq!(info(group(false), &[4, 3, 2]).0.parameters, 0);
}

fn absurd() -> impl Strategy<Value = usize> {
    prop_oneof![0..4_usize, Just(usize::MAX), Just(usize::MAX / 2), any::<usize>()]
}

fn absurd_pair() -> impl Strategy<Value = [usize; 2]> {
    [absurd(), absurd()]
}

prop_compose! {
    fn absurd_conv()(
        channels in absurd(),
        kernel in absurd_pair(),
        stride in absurd_pair(),
        padding in prop_oneof![
            Just(Padding::Valid), Just(Padding::Same), absurd_pair().prop_map(Padding::Of)
        ],
        dilation in absurd_pair(),
        groups in absurd(),
    ) -> ConvSpec {
        ConvSpec { channels, kernel, stride, padding, dilation, groups, ..ConvSpec::new(1, 1) }
    }
}

fn absurd_layer() -> impl Strategy<Value = LayerKind> {
    let pool = (absurd_pair(), absurd_pair(), absurd_pair(), any::<bool>());
    prop_oneof![
        absurd().prop_map(|units| LayerKind::Dense(DenseSpec::new(units))),
        absurd_conv().prop_map(LayerKind::Conv2d),
        pool.prop_map(|(kernel, stride, padding, ceil)| {
            LayerKind::MaxPool2d(PoolSpec { kernel, stride, padding, ceil })
        }),
        absurd().prop_map(|groups| LayerKind::GroupNorm { groups, norm: NormSpec::default() }),
        Just(LayerKind::BatchNorm(BatchNormSpec::default())),
        Just(LayerKind::LayerNorm(NormSpec::default())),
        Just(LayerKind::GlobalAvgPool),
        Just(LayerKind::Flatten),
        absurd().prop_map(|over| LayerKind::Skip { over }),
    ]
}

proptest! {
    #[test]
    fn no_number_is_too_large_to_be_answered(
        kinds in proptest::collection::vec(absurd_layer(), 1..5),
        input in prop_oneof![
            Just(vec![1, 28, 28]), [absurd(), absurd(), absurd()].prop_map(Vec::from)
        ],
    ) {
        let hidden = kinds.into_iter().map(LayerSpec::new).collect();
        let model = ModelSpec { hidden, output: OutputSpec::default() };
        let mut issues = Vec::new();
        let (layers, _) = layer_infos(&model, &SampleShape(input), 3, &mut issues);
        for info in &layers {
            prop_assert!(info.output.len() < usize::MAX || !issues.is_empty());
        }
    }
}
