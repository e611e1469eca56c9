//! Whether steps fit the images, and what they say of themselves.

use crate::data::tell::{counted, invalid};
use crate::data::{DataError, Limits};
use crate::spec::{Normalise, Transform};

/// Most steps that are done to an image.
pub const MAX_TRANSFORMS: usize = 50;
/// Longest side of an image that a step makes, in pixels.
pub const MAX_SIDE: usize = 4096;
/// Least standard deviation that is divided by.
const LEAST_STD: f64 = 1e-6;

/// What is known of an image before or after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    /// `None` while pictures were not looked at.
    pub(super) channels: Option<usize>,
    /// Height and width; `None` while they may differ from picture to picture.
    pub(super) size: Option<(usize, usize)>,
}

/// Follows `steps` from the first to the last and answers with what comes out.
///
/// # Errors
/// When a step cannot be done; the sentence names its number, counted from one.
pub(super) fn check(
    steps: &[Transform],
    start: Outline,
    limits: &Limits,
) -> Result<Outline, DataError> {
    if steps.len() > MAX_TRANSFORMS {
        return invalid(format!(
            "{} transforms are too many; keep {MAX_TRANSFORMS} at most.",
            steps.len()
        ));
    }
    steps.iter().enumerate().try_fold(start, |outline, (place, step)| {
        let refused =
            |why| DataError::Invalid(format!("Step {} ({}) {why}", place + 1, step.label()));
        check_step(step, outline, limits).map_err(refused)
    })
}

fn check_step(step: &Transform, before: Outline, limits: &Limits) -> Result<Outline, String> {
    match step {
        Transform::Resize { width, height } | Transform::CentreCrop { width, height } => {
            check_size(*width, *height, limits)?;
            Ok(Outline { size: Some((*height, *width)), ..before })
        }
        Transform::ResizedCrop { width, height, least } => {
            check_size(*width, *height, limits)?;
            let least = least.get();
            within(
                least > 0.0 && least <= 1.0,
                "takes",
                least,
                "of the area",
                "above 0, at most 1",
            )?;
            Ok(Outline { size: Some((*height, *width)), ..before })
        }
        Transform::Greyscale => match before.channels {
            None | Some(1 | 3) => Ok(Outline { channels: Some(1), ..before }),
            Some(channels) => Err(format!(
                "needs images of 1 or 3 channels, but they have {channels}. Remove the step."
            )),
        },
        Transform::Normalise(normalise) => {
            check_normalise(normalise, before.channels).map(|()| before)
        }
        Transform::Rotation { degrees } => {
            let degrees = degrees.get();
            within((0.0..=180.0).contains(&degrees), "turns by", degrees, "degrees", "0 to 180")?;
            Ok(before)
        }
        Transform::Flip { probability } => {
            let share = probability.get();
            within((0.0..=1.0).contains(&share), "has the probability", share, "", "0 to 1")?;
            Ok(before)
        }
        Transform::Shift { fraction } => {
            let share = fraction.get();
            within((0.0..=1.0).contains(&share), "moves by", share, "of the side", "0 to 1")?;
            Ok(before)
        }
        Transform::Noise { std } => {
            let std = std.get();
            within(std >= 0.0, "has the standard deviation", std, "", "0 or more")?;
            Ok(before)
        }
    }
}

fn within(holds: bool, verb: &str, value: f64, unit: &str, bounds: &str) -> Result<(), String> {
    if holds {
        return Ok(());
    }
    let space = if unit.is_empty() { "" } else { " " };
    Err(format!("{verb} {value}{space}{unit}; choose {bounds}."))
}

fn check_size(width: usize, height: usize, limits: &Limits) -> Result<(), String> {
    if width == 0 || height == 0 {
        return Err(format!("leaves nothing: {width} × {height} pixels. Choose at least 1 × 1."));
    }
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(format!(
            "makes images of {width} × {height} pixels; a side has {MAX_SIDE} at most."
        ));
    }
    if width * height > limits.pixels {
        return Err(format!(
            "makes images of {width} × {height} pixels, more than the limit of {} pixels.",
            limits.pixels
        ));
    }
    Ok(())
}

fn check_normalise(normalise: &Normalise, channels: Option<usize>) -> Result<(), String> {
    let Normalise::Given { mean, std } = normalise else { return Ok(()) };
    if mean.len() != std.len() {
        return Err(format!(
            "has {} and {}; give as many of both.",
            counted(mean.len(), "mean"),
            counted(std.len(), "standard deviation")
        ));
    }
    let fits = match channels {
        _ if mean.len() == 1 => true,
        Some(channels) => mean.len() == channels,
        None => mean.len() == 3,
    };
    if !fits {
        let wanted = match channels {
            Some(1) => "1, because the images have one channel".to_owned(),
            Some(channels) => format!("1 or {channels}, one for each channel"),
            None => "1 or 3".to_owned(),
        };
        return Err(format!("has {}; give {wanted}.", counted(mean.len(), "mean")));
    }
    match std.iter().find(|std| std.get() < LEAST_STD) {
        Some(std) => {
            Err(format!("divides by the standard deviation {std}; choose at least {LEAST_STD}."))
        }
        None => Ok(()),
    }
}

/// What a step does, one sentence. `place` is counted from zero; `computed` are the mean and the
/// standard deviation that were found for a step that computes them.
pub(super) fn told(place: usize, step: &Transform, computed: Option<(&[f32], &[f32])>) -> String {
    let what = match step {
        Transform::Resize { width, height } => {
            format!("resized to {width} × {height} pixels (bilinear, antialiased)")
        }
        Transform::CentreCrop { width, height } => {
            format!("the middle {width} × {height} pixels, black beyond the edges")
        }
        Transform::Greyscale => "made grey, 0.299 R + 0.587 G + 0.114 B".to_owned(),
        Transform::Normalise(normalise) => told_normalise(normalise, computed),
        Transform::Rotation { degrees } => {
            format!("turned at random by up to {degrees}° either way")
        }
        Transform::ResizedCrop { width, height, least } => format!(
            "a random part of at least {} % of the area, resized to {width} × {height} pixels",
            100.0 * least.get()
        ),
        Transform::Flip { probability } => {
            format!("left and right exchanged with probability {probability}")
        }
        Transform::Shift { fraction } => {
            format!("moved at random by up to {} % of each side", 100.0 * fraction.get())
        }
        Transform::Noise { std } => format!("normal noise of standard deviation {std} added"),
    };
    let number = place + 1;
    match (step.is_random(), step.steady()) {
        (false, _) => format!("Transform {number}: {what}."),
        (true, None) => format!("Transform {number}, in training only: {what}."),
        (true, Some(_)) => {
            format!("Transform {number}, in training only: {what}; elsewhere the whole image.")
        }
    }
}

fn told_normalise(normalise: &Normalise, computed: Option<(&[f32], &[f32])>) -> String {
    let list = |values: &mut dyn Iterator<Item = f64>| {
        values.map(significant).collect::<Vec<String>>().join(", ")
    };
    let (mean, std, from) = match (normalise, computed) {
        (Normalise::Given { mean, std }, _) => {
            let list = |values: &[crate::base::Finite]| list(&mut values.iter().map(|it| it.get()));
            (list(mean), list(std), "")
        }
        (Normalise::Computed, Some((mean, std))) => {
            let list = |values: &[f32]| list(&mut values.iter().copied().map(f64::from));
            (list(mean), list(std), " of the training part")
        }
        (Normalise::Computed, None) => return "normalised by the training part".to_owned(),
    };
    format!("normalised, (x − mean) / std with mean {mean} and std {std}{from}")
}

/// Four significant digits, without zeros that say nothing.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (3 - value.abs().log10().floor() as i32).clamp(0, 8).unsigned_abs() as usize;
    let text = format!("{value:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;

    const RGB: Outline = Outline { channels: Some(3), size: Some((32, 48)) };

    fn given(mean: &[f64], std: &[f64]) -> Transform {
        let list = |values: &[f64]| values.iter().map(|&value| Finite::lit(value)).collect();
        Transform::Normalise(Normalise::Given { mean: list(mean), std: list(std) })
    }

    fn refusal(steps: &[Transform], start: Outline) -> String {
        check(steps, start, &Limits::default()).expect_err("does not fit").to_string()
    }

    #[test]
    fn shapes_are_followed_from_step_to_step() {
        let steps = [
            Transform::Resize { width: 20, height: 10 },
            Transform::Greyscale,
            given(&[0.5], &[0.5]),
            Transform::ResizedCrop { width: 7, height: 8, least: Finite::lit(1.0) },
        ];
        let after = |count| check(&steps[..count], RGB, &Limits::default()).expect("fits");
        assert_eq!(after(0), RGB);
        assert_eq!(after(1).size, Some((10, 20)));
        assert_eq!(after(3), Outline { channels: Some(1), size: Some((10, 20)) });
        assert_eq!(after(4).size, Some((8, 7)));
        let unknown = Outline { channels: None, size: None };
        assert_eq!(check(&[], unknown, &Limits::default()), Ok(unknown));
    }

    #[test]
    fn a_step_that_cannot_be_done_is_named_by_its_number() {
        let lit = Finite::lit;
        let cases = [
            (Transform::CentreCrop { width: 0, height: 5 }, "(Centre crop) leaves nothing: 0 × 5"),
            (Transform::Resize { width: 5000, height: 5 }, "(Resize) makes images of 5000 × 5"),
            (given(&[0.0; 3], &[1.0, 0.0, 1.0]), "standard deviation 0; choose at least 0.000001"),
            (given(&[0.0; 2], &[1.0; 2]), "has 2 means; give 1 or 3, one for each channel."),
            (given(&[0.0; 3], &[1.0]), "has 3 means and 1 standard deviation;"),
            (given(&[], &[]), "has 0 means; give 1 or 3"),
            (Transform::Rotation { degrees: lit(-1.0) }, "turns by -1 degrees; choose 0 to 180."),
            (Transform::Flip { probability: lit(1.5) }, "has the probability 1.5; choose 0 to 1."),
            (Transform::Shift { fraction: lit(2.0) }, "moves by 2 of the side;"),
            (Transform::Noise { std: lit(-0.1) }, "deviation -0.1; choose 0 or more."),
            (
                Transform::ResizedCrop { width: 5, height: 5, least: lit(0.0) },
                "takes 0 of the area; choose above 0, at most 1.",
            ),
        ];
        for (step, wanted) in cases {
            let message = refusal(&[Transform::Resize { width: 9, height: 9 }, step], RGB);
            assert!(message.starts_with("Step 2 (") && message.contains(wanted), "{message}");
        }
        let grey = Outline { channels: Some(1), ..RGB };
        assert!(refusal(&[given(&[0.0; 3], &[1.0; 3])], grey).contains("have one channel"));
        let message = refusal(&[Transform::Greyscale], Outline { channels: Some(4), ..RGB });
        assert!(message.starts_with("Step 1 (Greyscale) needs"), "{message}");
        let small = Limits { pixels: 80, ..Limits::default() };
        assert!(check(&[Transform::Resize { width: 9, height: 9 }], RGB, &small).is_err());
        assert!(refusal(&vec![Transform::Greyscale; 51], RGB).starts_with("51 transforms"));
    }

    #[test]
    fn steps_say_what_they_do() {
        let step = Transform::ResizedCrop { width: 7, height: 8, least: Finite::lit(0.25) };
        assert_eq!(
            told(1, &step, None),
            "Transform 2, in training only: a random part of at least 25 % of the area, resized \
             to 7 × 8 pixels; elsewhere the whole image."
        );
        let computed = Some((&[0.1307_f32][..], &[0.3081_f32][..]));
        assert_eq!(
            told(0, &Transform::Normalise(Normalise::Computed), computed),
            "Transform 1: normalised, (x − mean) / std with mean 0.1307 and std 0.3081 of the \
             training part."
        );
        assert!(told(0, &given(&[0.0], &[1.0]), None).contains("with mean 0 and std 1."));
    }
}
