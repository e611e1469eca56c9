use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// An `f64` that is never NaN nor infinite, so that values holding it have a total order and are
/// `Eq`. Minus zero is stored as zero: equal values always hash alike.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finite(f64);

impl Finite {
    /// Zero.
    pub const ZERO: Self = Self(0.0);
    /// One.
    pub const ONE: Self = Self(1.0);

    /// Wraps `value`, or returns `None` when it is NaN or infinite.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value + 0.0))
    }

    /// Wraps a literal.
    ///
    /// # Panics
    /// When `value` is NaN or infinite; as a `const` this is an error of the build.
    #[must_use]
    pub const fn lit(value: f64) -> Self {
        assert!(value.is_finite(), "not a finite number");
        Self(value + 0.0)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Finite {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Finite {}

impl PartialOrd for Finite {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Finite {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Finite {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// Small and large magnitudes are written with an exponent (`1e-3`), as the field writes learning
/// rates; everything else as a plain decimal.
impl fmt::Display for Finite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.abs();
        if magnitude != 0.0 && !(0.01..1e6).contains(&magnitude) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

impl FromStr for Finite {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: f64 =
            text.trim().parse().map_err(|_| format!("\u{201c}{text}\u{201d} is not a number"))?;
        Self::new(number).ok_or_else(|| format!("\u{201c}{text}\u{201d} is not a finite number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_a_number() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Finite::new(bad), None);
        }
        assert!("nan".parse::<Finite>().is_err());
        assert!("inf".parse::<Finite>().is_err());
        assert!("1,5".parse::<Finite>().is_err());
    }

    #[test]
    fn minus_zero_is_zero() {
        let minus = Finite::new(-0.0).expect("finite");
        assert_eq!(minus.get().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn is_written_as_the_field_writes_it() {
        for (value, text) in
            [(1e-3, "1e-3"), (0.03, "0.03"), (1.0, "1"), (1e6, "1e6"), (0.0, "0"), (-5e-4, "-5e-4")]
        {
            assert_eq!(Finite::lit(value).to_string(), text);
            assert_eq!(text.parse::<Finite>(), Ok(Finite::lit(value)));
        }
    }
}
