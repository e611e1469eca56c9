use std::collections::{BTreeMap, BTreeSet};

/// What of a font stays as it is: how it is named and hinted, and what holds for all letters.
const KEPT: [&[u8; 4]; 6] = [b"OS/2", b"cvt ", b"fpgm", b"gasp", b"name", b"prep"];

/// A font of nothing but some letters, for a document that holds no others: a few kilobytes in
/// place of hundreds. `None` where it has none of them. A font that is not of the usual kind (that
/// of TrueType outlines) comes back whole.
pub(super) fn of(font: &[u8], letters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let Some(tables) = Tables::of(font) else { return Some(font.to_vec()) };
    let found: BTreeMap<u16, u16> = letters
        .iter()
        .filter_map(|&letter| u16::try_from(u32::from(letter)).ok())
        .filter_map(|letter| Some((letter, tables.glyph(letter).filter(|&glyph| glyph > 0)?)))
        .collect();
    if found.is_empty() {
        return None;
    }
    Some(tables.subset(&found).unwrap_or_else(|| font.to_vec()))
}

/// The tables of a font, as the OpenType specification describes them.
struct Tables<'a> {
    all: BTreeMap<[u8; 4], &'a [u8]>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl<'a> Tables<'a> {
    fn of(font: &'a [u8]) -> Option<Self> {
        if u32_at(font, 0)? != 0x0001_0000 {
            return None;
        }
        let mut all = BTreeMap::new();
        for table in 0..usize::from(u16_at(font, 4)?) {
            let record = 12 + 16 * table;
            let name = font.get(record..record + 4)?.try_into().ok()?;
            let begin = u32_at(font, record + 8)? as usize;
            let length = u32_at(font, record + 12)? as usize;
            all.insert(name, font.get(begin..begin.checked_add(length)?)?);
        }
        let found = Self { all };
        let needed = [b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"];
        needed.iter().all(|name| found.all.contains_key(*name)).then_some(found)
    }

    fn table(&self, name: &[u8; 4]) -> &'a [u8] {
        self.all.get(name).copied().unwrap_or_default()
    }

    /// The glyph of a letter: format 4 of the table `cmap`.
    fn glyph(&self, letter: u16) -> Option<u16> {
        let cmap = self.table(b"cmap");
        let records = 0..usize::from(u16_at(cmap, 2)?);
        let mut maps = records
            .filter_map(|record| cmap.get(u32_at(cmap, 4 + 8 * record + 4)? as usize..))
            .filter(|map| u16_at(map, 0) == Some(4));
        let map = maps.next()?;
        let double = usize::from(u16_at(map, 6)?);
        for at in (0..double).step_by(2) {
            if u16_at(map, 14 + at)? < letter {
                continue;
            }
            let first = u16_at(map, 16 + double + at)?;
            let delta = u16_at(map, 16 + 2 * double + at)?;
            let offset_at = 16 + 3 * double + at;
            let offset = usize::from(u16_at(map, offset_at)?);
            return match letter.checked_sub(first)? {
                step if offset == 0 => Some(first.wrapping_add(step).wrapping_add(delta)),
                step => match u16_at(map, offset_at + offset + 2 * usize::from(step))? {
                    0 => None,
                    glyph => Some(glyph.wrapping_add(delta)),
                },
            };
        }
        None
    }

    /// The outline of a glyph.
    fn outline(&self, glyph: u16) -> Option<&'a [u8]> {
        let (loca, glyph) = (self.table(b"loca"), usize::from(glyph));
        let place = |glyph: usize| match u16_at(self.table(b"head"), 50)? {
            0 => Some(2 * usize::from(u16_at(loca, 2 * glyph)?)),
            _ => Some(u32_at(loca, 4 * glyph)? as usize),
        };
        self.table(b"glyf").get(place(glyph)?..place(glyph + 1)?)
    }

    /// The glyphs that a glyph is put together from.
    fn parts(&self, glyph: u16) -> Option<Vec<u16>> {
        let outline = self.outline(glyph)?;
        let mut parts = Vec::new();
        if outline.is_empty() || u16_at(outline, 0)? < 0x8000 {
            return Some(parts);
        }
        let mut at = 10;
        loop {
            let flags = u16_at(outline, at)?;
            parts.push(u16_at(outline, at + 2)?);
            let arguments = if flags & 0x1 == 0 { 2 } else { 4 };
            let scale = match flags & 0xc8 {
                0x08 => 2,
                0x40 => 4,
                0x80 => 8,
                _ => 0,
            };
            at += 4 + arguments + scale;
            if flags & 0x20 == 0 {
                return Some(parts);
            }
        }
    }

    /// Glyphs and all that they are put together from; the first is for what is missing.
    fn closed(&self, glyphs: impl Iterator<Item = u16>) -> Option<BTreeSet<u16>> {
        let mut waiting: Vec<u16> = [0].into_iter().chain(glyphs).collect();
        let mut all = BTreeSet::new();
        while let Some(glyph) = waiting.pop() {
            if all.insert(glyph) {
                waiting.extend(self.parts(glyph)?);
            }
        }
        Some(all)
    }

    fn subset(&self, found: &BTreeMap<u16, u16>) -> Option<Vec<u8>> {
        let glyphs = self.closed(found.values().copied())?;
        let count = glyphs.last()? + 1;
        let (mut glyf, mut loca) = (Vec::new(), Vec::new());
        for glyph in 0..count {
            loca.extend((glyf.len() as u32).to_be_bytes());
            if glyphs.contains(&glyph) {
                glyf.extend(self.outline(glyph)?);
                glyf.resize(glyf.len().next_multiple_of(4), 0);
            }
        }
        loca.extend((glyf.len() as u32).to_be_bytes());
        let widths = u16_at(self.table(b"hhea"), 34)?.min(count);
        let metrics = 4 * usize::from(widths) + 2 * usize::from(count - widths);
        let mut tables: BTreeMap<[u8; 4], Vec<u8>> =
            KEPT.iter().filter_map(|&name| Some((*name, self.all.get(name)?.to_vec()))).collect();
        tables.insert(*b"cmap", cmap(found));
        tables.insert(*b"glyf", glyf);
        tables.insert(*b"head", patched(self.table(b"head"), 50, 1)?);
        tables.insert(*b"hhea", patched(self.table(b"hhea"), 34, widths)?);
        tables.insert(*b"hmtx", self.table(b"hmtx").get(..metrics)?.to_vec());
        tables.insert(*b"loca", loca);
        tables.insert(*b"maxp", patched(self.table(b"maxp"), 4, count)?);
        tables.insert(*b"post", post(self.table(b"post"))?);
        Some(written(&tables))
    }
}

/// A table with another number in it.
fn patched(table: &[u8], at: usize, number: u16) -> Option<Vec<u8>> {
    let mut table = table.to_vec();
    table.get_mut(at..at + 2)?.copy_from_slice(&number.to_be_bytes());
    Some(table)
}

/// The table `post` without the names of glyphs: version 3.
fn post(table: &[u8]) -> Option<Vec<u8>> {
    let mut table = table.get(..32)?.to_vec();
    table[..4].copy_from_slice(&0x0003_0000_u32.to_be_bytes());
    Some(table)
}

/// A table `cmap` of format 4 with a segment for each letter, and the one that ends it.
fn cmap(found: &BTreeMap<u16, u16>) -> Vec<u8> {
    let count = found.len() as u16 + 1;
    let power = 1_u16 << count.ilog2();
    let last = [u16::MAX];
    let letters = || found.keys().chain(&last).copied();
    let deltas = found.iter().map(|(letter, glyph)| glyph.wrapping_sub(*letter)).chain([1]);
    let mut map = vec![4, 16 + 8 * count, 0, 2 * count, 2 * power];
    map.extend([power.ilog2() as u16, 2 * (count - power)]);
    map.extend(letters().chain([0]).chain(letters()).chain(deltas));
    map.resize(map.len() + usize::from(count), 0);
    // Version 0, one map: of Windows, for the letters of Unicode, right behind this.
    let head = [0, 1, 3, 1, 0, 12];
    head.into_iter().chain(map).flat_map(u16::to_be_bytes).collect()
}

/// The sum of a table's numbers, which the specification asks for.
fn check(table: &[u8]) -> u32 {
    let number = |four: &[u8]| {
        let mut bytes = [0; 4];
        bytes[..four.len()].copy_from_slice(four);
        u32::from_be_bytes(bytes)
    };
    table.chunks(4).fold(0, |sum: u32, four| sum.wrapping_add(number(four)))
}

/// The tables as a file.
fn written(tables: &BTreeMap<[u8; 4], Vec<u8>>) -> Vec<u8> {
    let count = tables.len() as u16;
    let power = 1_u16 << count.ilog2();
    let mut file = 0x0001_0000_u32.to_be_bytes().to_vec();
    let numbers = [count, 16 * power, power.ilog2() as u16, 16 * (count - power)];
    file.extend(numbers.into_iter().flat_map(u16::to_be_bytes));
    let mut begin = 12 + 16 * tables.len();
    for (name, table) in tables {
        file.extend(name);
        let record = [check(table), begin as u32, table.len() as u32];
        file.extend(record.into_iter().flat_map(u32::to_be_bytes));
        begin += table.len().next_multiple_of(4);
    }
    for table in tables.values() {
        file.extend(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}
