//! What the draft says of columns: who refers to which, what each is used for, and the edits
//! that change it.

use crate::data::{TableFindings, TablePreview};
use crate::spec::{
    ColumnKind, ColumnRef, ColumnRole, ColumnSpec, CsvSpec, DataSpec, LabelColumn, SplitSpec,
    TestPart,
};

/// A column of the draft's table, and how it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its place, counted from zero.
    pub index: usize,
    /// From the header, or `column 3`.
    pub name: String,
    /// Whether no column before it has the same name, so that the name means this one.
    first: bool,
    /// Whether the name stands in the file and means this column alone.
    named: bool,
}

/// The columns of a table with these names; `header` says whether they stand in the file.
pub fn heads<'a>(names: impl Iterator<Item = &'a str> + Clone, header: bool) -> Vec<Head> {
    let mut times = std::collections::HashMap::new();
    for name in names.clone() {
        *times.entry(name).or_insert(0_usize) += 1;
    }
    let mut seen = std::collections::HashSet::new();
    let head = |(index, name): (usize, &'a str)| Head {
        index,
        name: name.to_owned(),
        first: seen.insert(name),
        named: header && times.get(name) == Some(&1),
    };
    names.enumerate().map(head).collect()
}

/// The columns that the page shows: those of the preview, else those that were found.
pub fn all_heads(preview: Option<&TablePreview>, found: Option<&TableFindings>) -> Vec<Head> {
    match (preview, found) {
        (Some(preview), _) if !preview.columns.is_empty() => {
            heads(preview.columns.iter().map(|column| column.name.as_str()), preview.layout.header)
        }
        (_, Some(found)) => {
            heads(found.columns.iter().map(|column| column.name.as_str()), found.layout.header)
        }
        _ => Vec::new(),
    }
}

impl Head {
    /// How a spec names it.
    pub fn reference(&self) -> ColumnRef {
        if self.named { ColumnRef::Name(self.name.clone()) } else { ColumnRef::Index(self.index) }
    }

    /// Whether `reference` means this column.
    pub fn is(&self, reference: &ColumnRef) -> bool {
        match reference {
            ColumnRef::Index(index) => *index == self.index,
            ColumnRef::Name(name) => self.first && *name == self.name,
        }
    }

    /// How the label would be named if it were this one.
    pub fn as_label(&self) -> LabelColumn {
        match self.reference() {
            ColumnRef::Index(index) => LabelColumn::Index(index),
            ColumnRef::Name(name) => LabelColumn::Name(name),
        }
    }

    /// What the user says of it.
    pub fn said<'a>(&self, csv: &'a CsvSpec) -> Option<&'a ColumnSpec> {
        csv.columns.iter().find(|said| self.is(&said.column))
    }

    /// Changes what the user says of it; where nothing is left to say, the entry goes.
    pub fn say(&self, csv: &mut CsvSpec, change: impl FnOnce(&mut ColumnSpec)) {
        let at = csv.columns.iter().position(|said| self.is(&said.column));
        let mut said = match at {
            Some(at) => csv.columns[at].clone(),
            None => ColumnSpec::new(self.reference()),
        };
        change(&mut said);
        let is_empty = said == ColumnSpec::new(said.column.clone());
        match (at, is_empty) {
            (Some(at), true) => {
                csv.columns.remove(at);
            }
            (Some(at), false) => csv.columns[at] = said,
            (None, true) => {}
            (None, false) => csv.columns.push(said),
        }
    }

    /// Whether the draft says that this column, one of `count`, is the label. `guessed` decides
    /// where it says nothing.
    fn is_label(&self, csv: &CsvSpec, count: usize, guessed: ColumnRole) -> bool {
        match &csv.label {
            LabelColumn::Auto => guessed == ColumnRole::Label,
            LabelColumn::Last => self.index + 1 == count,
            LabelColumn::Index(index) => *index == self.index,
            LabelColumn::Name(name) => self.first && *name == self.name,
        }
    }

    /// What it is used for by the draft as it is, which may be ahead of what was `guessed`.
    pub fn role(
        &self,
        data: &DataSpec,
        csv: &CsvSpec,
        count: usize,
        guessed: ColumnRole,
    ) -> ColumnRole {
        if matches!(&data.split.test, TestPart::Column(column) if self.is(column)) {
            return ColumnRole::Split;
        }
        if self.is_label(csv, count, guessed) {
            return ColumnRole::Label;
        }
        match (self.said(csv).and_then(|said| said.role), guessed) {
            (Some(role), _) => role,
            (None, ColumnRole::Label | ColumnRole::Split) => ColumnRole::Feature,
            (None, role) => role,
        }
    }

    /// What its cells are by the draft as it is.
    pub fn kind(&self, csv: &CsvSpec, guessed: ColumnKind) -> ColumnKind {
        self.said(csv).and_then(|said| said.kind).unwrap_or(guessed)
    }
}

/// All roles, in the order they are offered.
pub const ROLES: [ColumnRole; 4] =
    [ColumnRole::Feature, ColumnRole::Label, ColumnRole::Ignored, ColumnRole::Split];

/// Name shown to the user.
pub fn role_label(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Feature => "feature",
        ColumnRole::Label => "label",
        ColumnRole::Ignored => "ignored",
        ColumnRole::Split => "split",
    }
}

/// What a role means.
pub fn role_tip(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Feature => "The network sees it",
        ColumnRole::Label => "It is to be predicted",
        ColumnRole::Ignored => "It is left out",
        ColumnRole::Split => "Its words train, test and validation say which part a row belongs to",
    }
}

/// All kinds, in the order they are offered.
pub const KINDS: [ColumnKind; 7] = [
    ColumnKind::Number,
    ColumnKind::Category,
    ColumnKind::YesNo,
    ColumnKind::Text,
    ColumnKind::Date,
    ColumnKind::Constant,
    ColumnKind::Identifier,
];

/// Name shown to the user.
pub fn kind_label(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => "number",
        ColumnKind::Category => "category",
        ColumnKind::YesNo => "yes/no",
        ColumnKind::Text => "text",
        ColumnKind::Date => "date",
        ColumnKind::Constant => "constant",
        ColumnKind::Identifier => "identifier",
    }
}

/// Gives a column another role.
pub fn set_role(data: &mut DataSpec, head: &Head, role: ColumnRole) {
    let was_split = matches!(&data.split.test, TestPart::Column(column) if head.is(column));
    if role == ColumnRole::Split {
        data.split.test = TestPart::Column(head.reference());
    } else if was_split {
        data.split.test = SplitSpec::default().test;
    }
    let crate::spec::DataSource::Csv(csv) = &mut data.source else { return };
    if role == ColumnRole::Label {
        csv.label = head.as_label();
    } else if role == ColumnRole::Split && names(&csv.label, head) {
        csv.label = LabelColumn::Auto;
    }
    let said = matches!(role, ColumnRole::Feature | ColumnRole::Ignored).then_some(role);
    head.say(csv, |column| column.role = said);
    data.derived.clear();
}

fn names(label: &LabelColumn, head: &Head) -> bool {
    match label {
        LabelColumn::Index(index) => *index == head.index,
        LabelColumn::Name(name) => head.first && *name == head.name,
        LabelColumn::Auto | LabelColumn::Last => false,
    }
}

/// Leaves out every column but the features at two places, label and split.
pub fn use_only(data: &mut DataSpec, heads: &[Head], roles: &[ColumnRole], keep: [usize; 2]) {
    let crate::spec::DataSource::Csv(csv) = &mut data.source else { return };
    for (head, role) in heads.iter().zip(roles) {
        if matches!(role, ColumnRole::Label | ColumnRole::Split) {
            continue;
        }
        let is_kept = keep.contains(&head.index);
        let wanted = if is_kept { ColumnRole::Feature } else { ColumnRole::Ignored };
        if wanted != *role {
            head.say(csv, |column| column.role = Some(wanted));
        }
    }
    data.derived.clear();
}

/// What is told when an edit took the inputs with it that were computed from features: they name
/// features by their place, which is another one now.
pub fn lost_inputs(before: &DataSpec, after: &DataSpec) -> Option<String> {
    let is_same_source = before.source == after.source;
    if is_same_source || before.derived.is_empty() || !after.derived.is_empty() {
        return None;
    }
    let count = before.derived.len();
    let inputs = if count == 1 { "1 computed input was" } else { "All computed inputs were" };
    Some(format!("{inputs} removed, because the features changed. Undo brings everything back."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::DataSource;

    fn four() -> Vec<Head> {
        heads(["a", "b", "b", "species"].into_iter(), true)
    }

    fn table() -> DataSpec {
        DataSpec::new(DataSource::Csv(CsvSpec::of_file("flowers.csv")))
    }

    fn csv(data: &DataSpec) -> &CsvSpec {
        match &data.source {
            DataSource::Csv(csv) => csv,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_name_that_two_columns_share_names_neither() {
        let heads = four();
        assert_eq!(heads[0].reference(), ColumnRef::Name("a".into()));
        assert_eq!(heads[1].reference(), ColumnRef::Index(1));
        assert!(heads[1].is(&ColumnRef::Name("b".into())));
        assert!(!heads[2].is(&ColumnRef::Name("b".into())));
        assert_eq!(
            self::heads(["column 1"].into_iter(), false)[0].reference(),
            ColumnRef::Index(0)
        );
    }

    #[test]
    fn the_draft_is_ahead_of_what_was_guessed() {
        let (heads, mut data) = (four(), table());
        let role = |data: &DataSpec, column: usize, guessed| {
            heads[column].role(data, csv(data), heads.len(), guessed)
        };
        assert_eq!(role(&data, 3, ColumnRole::Label), ColumnRole::Label);
        set_role(&mut data, &heads[0], ColumnRole::Label);
        assert_eq!(role(&data, 0, ColumnRole::Feature), ColumnRole::Label);
        assert_eq!(role(&data, 3, ColumnRole::Label), ColumnRole::Feature);
        set_role(&mut data, &heads[2], ColumnRole::Ignored);
        assert_eq!(role(&data, 2, ColumnRole::Feature), ColumnRole::Ignored);
        set_role(&mut data, &heads[0], ColumnRole::Split);
        assert_eq!(role(&data, 0, ColumnRole::Feature), ColumnRole::Split);
        assert_eq!(csv(&data).label, LabelColumn::Auto);
        set_role(&mut data, &heads[0], ColumnRole::Feature);
        assert_eq!(data.split.test, SplitSpec::default().test);
    }

    #[test]
    fn nothing_is_kept_of_a_column_about_which_nothing_is_said() {
        let (heads, mut data) = (four(), table());
        set_role(&mut data, &heads[1], ColumnRole::Ignored);
        assert_eq!(csv(&data).columns.len(), 1);
        set_role(&mut data, &heads[1], ColumnRole::Label);
        assert!(csv(&data).columns.is_empty());
    }

    #[test]
    fn only_two_columns_stay() {
        let (heads, mut data) = (four(), table());
        let roles =
            [ColumnRole::Feature, ColumnRole::Feature, ColumnRole::Ignored, ColumnRole::Label];
        use_only(&mut data, &heads, &roles, [0, 2]);
        let said: Vec<_> =
            heads.iter().map(|head| head.said(csv(&data)).and_then(|s| s.role)).collect();
        let (feature, ignored) = (Some(ColumnRole::Feature), Some(ColumnRole::Ignored));
        assert_eq!(said, [None, ignored, feature, None]);
    }
}
