/// Words longer than this are compared by their beginning, so that no input makes it slow.
const LONGEST: usize = 64;

/// The known words, those most like `word` first: for “did you mean” and lists of suggestions.
/// Capitals count for nothing, and words equally like it keep their order.
#[must_use]
pub fn by_likeness<'a>(word: &str, known: &[&'a str]) -> Vec<&'a str> {
    let mut sorted = known.to_vec();
    sorted.sort_by_cached_key(|candidate| distance(word, candidate));
    sorted
}

/// The known word that was probably meant by `word`: at most a third of its letters are wrong.
#[must_use]
pub fn similar<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = by_likeness(word, known).first().copied()?;
    let allowed = (best.chars().count().min(LONGEST) / 3).max(1);
    (distance(word, best) <= allowed).then_some(best)
}

/// Least number of letters to insert, remove, replace or swap with their neighbour to make one
/// word of the other (Damerau–Levenshtein distance, each letter touched once).
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (letters(a), letters(b));
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

fn letters(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("ReLU", "relu", 0),
            ("nmae", "name", 1),
        ] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
            assert_eq!(distance(b, a), edits, "{b} {a}");
        }
    }

    #[test]
    fn suggests_what_was_probably_meant() {
        let known = ["learning-rate", "loss", "l2"];
        assert_eq!(similar("lerning_rate", &known), Some("learning-rate"));
        assert_eq!(similar("los", &known), Some("loss"));
        assert_eq!(similar("momentum", &known), None);
        assert_eq!(similar("x", &[]), None);
        assert_eq!(by_likeness("l1", &known), ["l2", "loss", "learning-rate"]);
    }

    #[test]
    fn long_input_stays_cheap() {
        assert_eq!(similar(&"x".repeat(10_000_000), &["loss"]), None);
    }
}
