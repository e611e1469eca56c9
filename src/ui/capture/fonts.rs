use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};
use resvg::usvg::fontdb::{Database, ID};
use resvg::usvg::{FontResolver, Options};

use super::numbers::base64;
use super::subset;
use super::svg::Letters;

/// The names of the fonts of a family, and what to take where they are unknown.
pub(super) fn css(fonts: &FontDefinitions, family: &FontFamily) -> String {
    let mut names = String::new();
    for name in of(fonts, family) {
        let _ = write!(names, "'{name}', ");
    }
    names.push_str(if *family == FontFamily::Monospace { "monospace" } else { "sans-serif" });
    names
}

/// The font with the letters of a family, and the one that has signs which it lacks. Others hold
/// pictograms, which the window paints as shapes.
fn of<'a>(fonts: &'a FontDefinitions, family: &FontFamily) -> impl Iterator<Item = &'a str> {
    let names = fonts.families.get(family).map_or(&[][..], Vec::as_slice);
    let first = names.first();
    let last = names.last().filter(|last| Some(*last) != first && last.as_str() == "Hack");
    first.into_iter().chain(last).map(String::as_str)
}

/// The fonts with nothing but these letters. They know no ligatures, so each letter stays where it
/// stands in the window.
pub(super) fn only(fonts: &FontDefinitions, letters: &Letters) -> FontDefinitions {
    let mut needed: BTreeMap<&str, BTreeSet<char>> = BTreeMap::new();
    for (family, letter) in letters {
        for name in of(fonts, family) {
            needed.entry(name).or_default().insert(*letter);
        }
    }
    let few = needed.into_iter().filter_map(|(name, letters)| {
        let data = fonts.font_data.get(name)?;
        let few = subset::of((*data.font).as_ref(), &letters)?;
        Some((name.to_owned(), Arc::new(FontData::from_owned(few))))
    });
    FontDefinitions { font_data: few.collect(), families: fonts.families.clone() }
}

/// The fonts of these letters within a document, so that it looks alike on every machine.
pub(super) fn style(fonts: &FontDefinitions, letters: &Letters) -> String {
    let mut style = String::from("<style>\n");
    for (name, data) in only(fonts, letters).font_data {
        let letters = base64((*data.font).as_ref());
        let _ = writeln!(
            style,
            "@font-face{{font-family:'{name}';src:url(data:font/ttf;base64,{letters})}}"
        );
    }
    style.push_str("</style>\n");
    style
}

/// What a document is read with: the fonts of the window and no others.
pub(super) fn options(fonts: &FontDefinitions) -> Options<'static> {
    let mut all = Database::new();
    let mut known: Vec<(String, ID)> = Vec::new();
    for (name, data) in &fonts.font_data {
        let before = all.len();
        all.load_font_data((*data.font).as_ref().to_vec());
        let added = all.faces().nth(before).map(|face| face.id);
        known.extend(added.map(|id| (name.clone(), id)));
    }
    let usual = FontResolver::default();
    let select = move |font: &resvg::usvg::Font, _: &mut Arc<Database>| {
        font.families().iter().find_map(|family| {
            let wanted = family.to_string();
            let wanted = wanted.trim_matches(['\'', '"']);
            known.iter().find(|(name, _)| name == wanted).map(|&(_, id)| id)
        })
    };
    Options {
        fontdb: Arc::new(all),
        font_resolver: FontResolver {
            select_font: Box::new(select),
            select_fallback: usual.select_fallback,
        },
        ..Options::default()
    }
}
