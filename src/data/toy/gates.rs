use super::{Labelled, Targets, part};
use crate::spec::ToyKind;

/// The inputs of a gate of two inputs, in the order of truth tables.
const PAIRS: [[bool; 2]; 4] = [[false, false], [false, true], [true, false], [true, true]];

/// The truth table of a logic gate.
pub(super) fn rows(kind: ToyKind) -> Labelled {
    let gate: fn(bool, bool) -> bool = match kind {
        ToyKind::And => |a, b| a && b,
        ToyKind::Or => |a, b| a || b,
        ToyKind::XorGate => |a, b| a != b,
        _ => return part(1, vec![0.0, 1.0], Targets::Classes(vec![1, 0])),
    };
    let values = PAIRS.as_flattened().iter().map(|&input| f32::from(u8::from(input))).collect();
    let classes = PAIRS.iter().map(|&[a, b]| u32::from(gate(a, b))).collect();
    part(2, values, Targets::Classes(classes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_their_truth_tables() {
        for (kind, wanted) in [
            (ToyKind::And, [0, 0, 0, 1]),
            (ToyKind::Or, [0, 1, 1, 1]),
            (ToyKind::XorGate, [0, 1, 1, 0]),
        ] {
            let part = rows(kind);
            assert_eq!(part.targets, Targets::Classes(wanted.into()), "{kind:?}");
            let inputs = part.features.table().expect("in memory").data();
            assert_eq!(inputs, [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
        }
        let not = rows(ToyKind::Not);
        assert_eq!(not.targets, Targets::Classes(vec![1, 0]));
        assert_eq!(not.features.table().expect("in memory").data(), [0.0, 1.0]);
    }
}
