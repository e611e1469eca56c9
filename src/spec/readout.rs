use super::activation::Activation;
use super::data::Task;
use super::model::OutputSpec;
use super::train::Loss;

/// How the outputs of a network are read: what they should be, and what they say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readout {
    /// Number of outputs.
    pub outputs: usize,
    /// What they should be.
    pub coding: TargetCoding,
    /// How a class follows from them.
    pub decision: Decision,
    /// How probabilities follow from them; `None` where they are none.
    pub link: Option<Link>,
}

/// What the outputs of a network should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetCoding {
    /// One output a class: 1 for the true one, 0 for the others.
    OneHot,
    /// One output: 0 or 1.
    ZeroOne,
    /// One output: −1 or 1.
    PlusMinus,
    /// One output: the number.
    Number,
}

/// How a class follows from outputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// The largest output; of equals the first.
    Largest,
    /// Class 1 above this, else class 0.
    Above(f32),
    /// Class 1 from this on, else class 0: the perceptron's `w·x + b ≥ 0`.
    AtLeast(f32),
    /// There is no class.
    None,
}

/// How probabilities follow from outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// They are logits of the classes.
    Softmax,
    /// The output is the logit of class 1.
    Sigmoid,
    /// They are logarithms of probabilities.
    Exp,
    /// The output is the probability of class 1.
    Probability,
}

/// How the outputs are read that `task`, `loss` and the output layer ask for.
#[must_use]
pub fn readout(task: Task, loss: Loss, output: &OutputSpec) -> Readout {
    let Task::Classification { classes } = task else {
        return Readout {
            outputs: 1,
            coding: TargetCoding::Number,
            decision: Decision::None,
            link: None,
        };
    };
    let many = |link| Readout {
        outputs: classes,
        coding: TargetCoding::OneHot,
        decision: Decision::Largest,
        link,
    };
    let one = |coding, decision, link| Readout { outputs: 1, coding, decision, link };
    match loss {
        Loss::CrossEntropy { .. } => many(Some(Link::Softmax)),
        Loss::Nll => many(Some(Link::Exp)),
        Loss::BinaryCrossEntropy => {
            one(TargetCoding::ZeroOne, Decision::Above(0.0), Some(Link::Sigmoid))
        }
        Loss::BinaryFromProbability => {
            one(TargetCoding::ZeroOne, Decision::Above(0.5), Some(Link::Probability))
        }
        _ if classes != 2 => many(None),
        Loss::Perceptron => one(TargetCoding::PlusMinus, Decision::AtLeast(0.0), None),
        Loss::Hinge => one(TargetCoding::PlusMinus, Decision::Above(0.0), None),
        _ => by_distance(output.activation),
    }
}

/// Two classes as the two numbers that suit what the output activation can reach.
fn by_distance(activation: Activation) -> Readout {
    match activation {
        Activation::Tanh | Activation::HardTanh | Activation::Softsign | Activation::Sign => {
            Readout {
                outputs: 1,
                coding: TargetCoding::PlusMinus,
                decision: Decision::Above(0.0),
                link: None,
            }
        }
        Activation::Sigmoid => Readout {
            outputs: 1,
            coding: TargetCoding::ZeroOne,
            decision: Decision::Above(0.5),
            link: Some(Link::Probability),
        },
        _ => Readout {
            outputs: 1,
            coding: TargetCoding::ZeroOne,
            decision: Decision::Above(0.5),
            link: None,
        },
    }
}
