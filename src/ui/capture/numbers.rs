use std::fmt::{self, Display};

use egui::{Color32, Pos2};

/// A coordinate with at most two decimals: a hundredth of a point is far below what print shows.
pub(super) struct N(pub(super) f32);

impl Display for N {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (f64::from(self.0) * 100.0).round();
        let hundredths = if hundredths == 0.0 { 0.0 } else { hundredths };
        write!(f, "{}", hundredths / 100.0)
    }
}

/// A place: `x y`.
pub(super) struct P(pub(super) Pos2);

impl Display for P {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", N(self.0.x), N(self.0.y))
    }
}

/// Colour and opacity of an attribute such as `fill`. egui's colours are multiplied by their
/// opacity; those of SVG are not.
pub(super) struct Paint(pub(super) &'static str, pub(super) Color32);

impl Display for Paint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(attribute, colour) = self;
        let [r, g, b, a] = colour.to_srgba_unmultiplied();
        if a == 0 {
            return write!(f, " {attribute}=\"none\"");
        }
        write!(f, " {attribute}=\"#{r:02x}{g:02x}{b:02x}\"")?;
        if a < 255 {
            write!(f, " {attribute}-opacity=\"{:.3}\"", f32::from(a) / 255.0)?;
        }
        Ok(())
    }
}

/// Bytes as text, in the alphabet of RFC 4648.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

/// Text as it stands in a document.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Not allowed in a document at all.
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_the_letters_of_the_standard() {
        // The examples of RFC 4648, section 10.
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [(1.0, "1"), (-0.001, "0"), (0.125, "0.13"), (-2.5, "-2.5")] {
            assert_eq!(N(number).to_string(), text);
        }
    }

    #[test]
    fn letters_that_mean_something_are_escaped() {
        assert_eq!(escaped("a<b & \"c\"\n"), "a&lt;b &amp; &quot;c&quot; ");
    }
}
