use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use egui::{FontDefinitions, FontFamily};
use resvg::usvg::fontdb::{Database, ID};
use resvg::usvg::{FontResolver, Options};

use super::numbers::base64;

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

/// The fonts of these families within a document, so that it looks alike on every machine.
pub(super) fn style(fonts: &FontDefinitions, families: &BTreeSet<FontFamily>) -> String {
    let names: BTreeSet<&str> = families.iter().flat_map(|family| of(fonts, family)).collect();
    let mut style = String::from("<style>\n");
    for name in names {
        if let Some(data) = fonts.font_data.get(name) {
            let letters = base64((*data.font).as_ref());
            let _ = writeln!(
                style,
                "@font-face{{font-family:'{name}';src:url(data:font/ttf;base64,{letters})}}"
            );
        }
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
