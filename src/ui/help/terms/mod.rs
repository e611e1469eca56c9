//! Knows: the words of the field, and nothing else.
//! Never: egui. These are texts.

mod data;
mod inside;
mod measures;
mod network;
mod training;

/// A word of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The word itself, as other entries refer to it.
    pub name: &'static str,
    /// Other words for it, among them those that the window shows.
    pub also: &'static [&'static str],
    /// What it is, in one to three sentences; the first can stand alone.
    pub text: &'static str,
    /// A formula in plain text; empty where there is none.
    pub formula: &'static str,
    /// Names of entries to read next.
    pub related: &'static [&'static str],
}

impl Term {
    /// The first sentence.
    #[must_use]
    pub fn sentence(&self) -> &'static str {
        // A point before a space and a capital ends a sentence; `e.g. a` would not.
        let ends = self
            .text
            .match_indices(". ")
            .find(|(at, _)| self.text[at + 2..].chars().next().is_some_and(char::is_uppercase));
        ends.map_or(self.text, |(at, _)| &self.text[..=at])
    }

    /// All its names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.also.iter().copied())
    }
}

const fn term(
    name: &'static str,
    also: &'static [&'static str],
    text: &'static str,
    formula: &'static str,
    related: &'static [&'static str],
) -> Term {
    Term { name, also, text, formula, related }
}

/// All entries, by subject: data, network, training, measures, a look inside.
pub fn all() -> impl Iterator<Item = &'static Term> {
    [data::TERMS, network::TERMS, training::TERMS, measures::TERMS, inside::TERMS]
        .into_iter()
        .flatten()
}

/// The entry of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Term> {
    all().find(|term| term.names().any(|known| same(known, name)))
}

/// The entry that a label or a sentence speaks of: the one of this name, else the one with the
/// longest name within it, and of those the first.
#[must_use]
pub fn about(text: &str) -> Option<&'static Term> {
    let text = text.trim().to_lowercase();
    if let Some(term) = named(&text) {
        return Some(term);
    }
    let mut best: Option<(usize, usize, &'static Term)> = None;
    for term in all() {
        for name in term.names() {
            let name = name.to_lowercase();
            let Some(at) = word_at(&text, &name) else { continue };
            let is_better = best.is_none_or(|(length, first, _)| {
                name.len() > length || (name.len() == length && at < first)
            });
            if is_better {
                best = Some((name.len(), at, term));
            }
        }
    }
    best.map(|(.., term)| term)
}

fn same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

/// Where a word stands within a text, as a word of its own or in the plural.
fn word_at(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = text[..at].chars().next_back();
        let rest = &text[at + word.len()..];
        let mut after = rest.strip_prefix("es").or(rest.strip_prefix('s')).unwrap_or(rest).chars();
        let is_part =
            |letter: Option<char>| letter.is_some_and(|l| l.is_alphanumeric() || l == '-');
        !is_part(before) && !is_part(after.next())
    })
}

/// The entries whose name or text fits what was typed: those whose name begins with it first,
/// then those whose name holds it, then those that speak of it; each by the alphabet.
#[must_use]
pub fn search(typed: &str) -> Vec<&'static Term> {
    let typed = typed.trim().to_lowercase();
    let rank = |term: &Term| {
        let names: Vec<String> = term.names().map(str::to_lowercase).collect();
        let words = || names.iter().flat_map(|name| name.split([' ', '-', '(']));
        if names.iter().any(|name| name.starts_with(&typed)) {
            Some(0)
        } else if words().any(|word| word.starts_with(&typed)) {
            Some(1)
        } else if names.iter().any(|name| name.contains(&typed)) {
            Some(2)
        } else {
            term.text.to_lowercase().contains(&typed).then_some(3)
        }
    };
    let mut found: Vec<_> = all().filter_map(|term| Some((rank(term)?, term))).collect();
    found.sort_by_key(|(rank, term)| (*rank, term.name.to_lowercase()));
    found.into_iter().map(|(_, term)| term).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::record::Metric;
    use crate::spec::{Activation, Init, Loss, Optimizer, Quantity, Schedule};

    #[test]
    fn there_are_enough_and_each_says_something() {
        assert!(all().count() >= 120, "{}", all().count());
        for term in all() {
            let sentences = term.text.matches(". ").count() + 1;
            assert!((1..=5).contains(&sentences), "{}", term.name);
            assert!(term.text.ends_with('.') && term.text.len() > 40, "{}", term.name);
            assert!(term.sentence().len() <= 240, "{}: {}", term.name, term.sentence());
            assert!(!term.related.is_empty(), "{} leads nowhere", term.name);
        }
    }

    #[test]
    fn every_name_stands_for_one_entry() {
        let mut seen = BTreeMap::new();
        for term in all() {
            for name in term.names() {
                let before = seen.insert(name.to_lowercase(), term.name);
                assert_eq!(before, None, "{name} of {}", term.name);
            }
        }
    }

    #[test]
    fn every_link_resolves_to_another_entry() {
        for term in all() {
            for link in term.related {
                let target = all().find(|other| other.name == *link);
                assert!(target.is_some_and(|t| t.name != term.name), "{} → {link}", term.name);
            }
        }
    }

    #[test]
    fn every_entry_can_be_reached_from_loss() {
        let mut known = vec!["loss"];
        let mut next = 0;
        while let Some(name) = known.get(next) {
            next += 1;
            let term = named(name).expect("resolves");
            let back = all().filter(|other| other.related.contains(&term.name));
            for other in term.related.iter().copied().chain(back.map(|other| other.name)) {
                if !known.contains(&other) {
                    known.push(other);
                }
            }
        }
        let lost: Vec<_> = all().filter(|term| !known.contains(&term.name)).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn every_measure_that_is_shown_has_an_entry() {
        for quantity in Quantity::ALL {
            assert!(about(quantity.label()).is_some(), "{}", quantity.label());
        }
        for metric in Metric::all() {
            assert!(about(&metric.label()).is_some(), "{}", metric.label());
        }
    }

    #[test]
    fn every_choice_of_a_training_has_an_entry() {
        let mut labels: Vec<&str> = Vec::new();
        labels.extend(Activation::ALL.iter().map(|it| it.label()));
        labels.extend(Init::ALL.iter().map(|it| it.label()));
        labels.extend(Loss::ALL.iter().map(|it| it.label()));
        labels.extend(Optimizer::ALL.iter().map(|it| it.label()));
        labels.extend(Schedule::ALL.iter().map(|it| it.label()));
        labels.extend([
            "Dense",
            "Conv2d",
            "Max pool",
            "Average pool",
            "Global average pool",
            "Batch norm",
            "Layer norm",
            "Group norm",
            "Dropout",
            "Flatten",
            "Skip connection",
        ]);
        let lost: Vec<_> = labels.into_iter().filter(|label| about(label).is_none()).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn a_sentence_leads_to_the_term_it_is_about() {
        for (text, name) in [
            ("L2 penalty λ", "L2 penalty"),
            ("Confusion matrix, ReLU 100", "confusion matrix"),
            ("Learning rate", "learning rate"),
            ("test accuracy", "accuracy"),
            ("Batch size", "batch size"),
            ("Epoch 1 240", "epoch"),
            ("Weights of neuron 3", "weight"),
        ] {
            assert_eq!(about(text).map(|term| term.name), Some(name), "{text}");
        }
        assert_eq!(about("Close"), None);
    }

    #[test]
    fn typing_finds_the_nearest_name_first() {
        assert_eq!(search("mom")[0].name, "momentum");
        assert_eq!(search("matrix")[0].name, "confusion matrix");
        assert_eq!(search("").len(), all().count());
        assert!(search("zzzz").is_empty());
    }
}
