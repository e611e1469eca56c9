//! Which class and which part each file of a folder belongs to, by its path alone.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

use super::PictureEntry;

/// Which part of the data a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Train,
    Validation,
    Test,
}

/// A file that has a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its place among the entries.
    pub(super) entry: usize,
    /// Its path in the folder.
    pub(super) name: String,
    /// Name of the folder of its class.
    pub(super) class: String,
    pub(super) bytes: u64,
    pub(super) part: Part,
}

/// A folder of pictures as its paths show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Folder {
    /// All files that have a class, in natural order of their paths.
    pub(super) items: Vec<Item>,
    /// Whether the parts have folders of their own.
    pub(super) has_parts: bool,
    /// Hidden files.
    pub(super) hidden: usize,
    /// Files beside the folders of the classes.
    pub(super) classless: usize,
    /// Files in folders beside those of the parts.
    pub(super) elsewhere: usize,
    /// The only folder in the one that was chosen, where the classes lie in that.
    pub(super) inside: String,
}

impl Folder {
    /// Sorts out `entries`: one folder for each class, or such folders in `train` and `test` or
    /// `val`. Where there is nothing but one folder with folders in it, that is taken.
    pub(super) fn arrange(entries: &[PictureEntry]) -> Self {
        let mut folder = Self::default();
        let mut paths: Vec<(usize, Vec<&str>)> = Vec::with_capacity(entries.len());
        for (entry, file) in entries.iter().enumerate() {
            let path: Vec<&str> = file.name.split('/').filter(|name| !name.is_empty()).collect();
            match path.iter().any(|name| name.starts_with('.') || *name == "__MACOSX") {
                true => folder.hidden += 1,
                false => paths.push((entry, path)),
            }
        }
        paths.sort_by(|(_, a), (_, b)| by_path(a, b));
        let inside = only_folder(&paths);
        folder.inside = paths.first().map_or(String::new(), |_| inside.join("/"));
        folder.classless = paths.iter().filter(|(_, path)| path.len() <= inside.len() + 1).count();
        paths.retain(|(_, path)| path.len() > inside.len() + 1);
        let depth = inside.len();
        folder.has_parts = has_parts(&paths, depth);
        for (entry, path) in paths {
            let file = &entries[entry];
            match (folder.has_parts, part(path[depth]), path.len() - depth) {
                (false, _, _) => folder.add(entry, file, path[depth], Part::Train),
                (true, Some(part), 3..) => folder.add(entry, file, path[depth + 1], part),
                (true, Some(_), _) => folder.classless += 1,
                (true, None, _) => folder.elsewhere += 1,
            }
        }
        folder
    }

    fn add(&mut self, entry: usize, file: &PictureEntry, class: &str, part: Part) {
        let (name, bytes, class) = (file.name.clone(), file.bytes, class.to_owned());
        self.items.push(Item { entry, name, class, bytes, part });
    }
}

/// The folders that all files below the first level have in common, as long as there are folders
/// in them.
fn only_folder<'a>(paths: &[(usize, Vec<&'a str>)]) -> Vec<&'a str> {
    let mut common: Vec<&str> = Vec::new();
    loop {
        let depth = common.len();
        let mut deeper = paths.iter().map(|(_, path)| path).filter(|path| path.len() > depth + 1);
        let Some(first) = deeper.next().map(|path| path[depth]) else { return common };
        let is_only = deeper.all(|path| path[depth] == first);
        let has_folders = paths.iter().any(|(_, path)| path.len() > depth + 2);
        if !(is_only && has_folders) {
            return common;
        }
        common.push(first);
    }
}

fn part(name: &str) -> Option<Part> {
    match name.to_lowercase().as_str() {
        "train" | "training" => Some(Part::Train),
        "val" | "valid" | "validation" => Some(Part::Validation),
        "test" | "testing" => Some(Part::Test),
        _ => None,
    }
}

/// Whether there are folders in a folder of the training part and in one of another part. (A class
/// may be called "train", but then pictures lie right in it.)
fn has_parts(paths: &[(usize, Vec<&str>)], depth: usize) -> bool {
    let has = |wanted: &[Part]| {
        paths.iter().any(|(_, path)| {
            path.len() > depth + 2 && part(path[depth]).is_some_and(|part| wanted.contains(&part))
        })
    };
    has(&[Part::Train]) && has(&[Part::Validation, Part::Test])
}

fn by_path(a: &[&str], b: &[&str]) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(a, b)| natural(a, b))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Order of names as people expect it: `image9` before `image10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return a.cmp(b),
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y) = (number(&mut left), number(&mut right));
                x.len().cmp(&y.len()).then_with(|| x.cmp(&y))
            }
            _ => left.next().cmp(&right.next()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The digits that come next, without zeros in front.
fn number(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if digit != '0' || !digits.is_empty() {
            digits.push(digit);
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arrange(names: &[&str]) -> Folder {
        let entry = |name: &&str| PictureEntry { name: (*name).to_owned(), bytes: 1 };
        Folder::arrange(&names.iter().map(entry).collect::<Vec<_>>())
    }

    fn classes(folder: &Folder) -> Vec<(&str, &str, Part)> {
        folder.items.iter().map(|item| (&*item.name, &*item.class, item.part)).collect()
    }

    #[test]
    fn one_folder_for_each_class() {
        let folder =
            arrange(&["b/10.png", "b/9.png", "a/deep/x.png", "read.me", ".git/a/b", "a/.x"]);
        let wanted = [
            ("a/deep/x.png", "a", Part::Train),
            ("b/9.png", "b", Part::Train),
            ("b/10.png", "b", Part::Train),
        ];
        assert_eq!(classes(&folder), wanted);
        assert_eq!((folder.hidden, folder.classless, folder.has_parts), (2, 1, false));
    }

    #[test]
    fn parts_have_folders_of_their_own() {
        let folder = arrange(&[
            "Train/a/1.png",
            "Train/b/1.png",
            "test/a/2.png",
            "val/a/3.png",
            "test/x.txt",
            "z/a/b",
        ]);
        let parts: Vec<Part> = folder.items.iter().map(|item| item.part).collect();
        assert_eq!(parts, [Part::Train, Part::Train, Part::Test, Part::Validation]);
        assert!(folder.has_parts && folder.items[1].class == "b");
        assert_eq!((folder.classless, folder.elsewhere), (1, 1));
        // A class called “train” is no part.
        let folder = arrange(&["train/1.png", "bus/1.png"]);
        assert_eq!(classes(&folder)[1], ("train/1.png", "train", Part::Train));
    }

    #[test]
    fn a_folder_round_all_others_is_looked_into() {
        let folder = arrange(&["set/pics/a/1.png", "set/pics/b/1.png", "readme"]);
        assert_eq!((folder.inside.as_str(), folder.classless), ("set/pics", 1));
        assert_eq!(classes(&folder)[1].1, "b");
        assert_eq!(arrange(&["a/1.png", "a/2.png"]).inside, "");
        let folder = arrange(&["x/train/a/1.png", "x/test/a/1.png"]);
        assert!(folder.has_parts && folder.inside == "x");
        assert_eq!(arrange(&[]), Folder::default());
    }

    #[test]
    fn names_are_sorted_as_people_expect() {
        let mut names = ["b", "a10", "a9", "a09", "a", "a9b", "A"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["A", "a", "a09", "a9", "a9b", "a10", "b"]);
    }

    proptest! {
        #[test]
        fn any_listing_is_sorted_out(
            names in prop::collection::vec("(train/|test/|val/|a/|b/|/|\\.|\\PC){0,6}", 0..20),
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let folder = arrange(&names);
            let counted = folder.items.len() + folder.hidden + folder.classless + folder.elsewhere;
            prop_assert_eq!(counted, names.len());
        }

        #[test]
        fn the_order_of_names_is_total(a in "[a0-9]{0,6}", b in "[a0-9]{0,6}", c in "[a0-9]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
