//! The words for data. Those for models and training are in [`crate::spec::words`]. Each function is exhaustive, so that a new kind cannot be forgotten;
//! reading goes through the same functions, so that both directions agree.

use crate::spec::{
    Coding, ColumnKind, ColumnRole, Comment, Decimal, Delimiter, DrawnSet, Encoding, FaultRule,
    HeaderMode, MissingRule, PixelChoice, Quote, Scaling, TaskChoice, Thousands, ToyKind,
};

pub(super) const POINTS: &str = "points";
pub(super) const CSV: &str = "csv";
pub(super) const IDX: &str = "idx";
pub(super) const DRAWN: &str = "drawn";
pub(super) const IMAGES: &str = "images";
pub(super) const AUTO: &str = "auto";
pub(super) const LAST: &str = "last";

pub(super) const RESIZE: &str = "resize";
pub(super) const CENTRE_CROP: &str = "centre-crop";
pub(super) const GREYSCALE: &str = "greyscale";
pub(super) const NORMALISE: &str = "normalise";
pub(super) const MEAN: &str = "mean";
pub(super) const ROTATION: &str = "rotation";
pub(super) const RESIZED_CROP: &str = "resized-crop";
pub(super) const FLIP: &str = "flip";
pub(super) const SHIFT: &str = "shift";
pub(super) const NOISE: &str = "noise";
/// First keys of the transforms that need more than a word.
pub(super) const TRANSFORMS: [&str; 8] =
    [RESIZE, CENTRE_CROP, MEAN, ROTATION, RESIZED_CROP, FLIP, SHIFT, NOISE];
/// The transforms that a word is enough for.
pub(super) const TRANSFORM_WORDS: [&str; 2] = [GREYSCALE, NORMALISE];

pub(super) const HEADERS: [HeaderMode; 3] =
    [HeaderMode::Auto, HeaderMode::Present, HeaderMode::Absent];
pub(super) const TASKS: [TaskChoice; 3] =
    [TaskChoice::Auto, TaskChoice::Classification, TaskChoice::Regression];
pub(super) const SCALINGS: [Scaling; 4] = Scaling::ALL;
pub(super) const ENCODINGS: [Encoding; 5] =
    [Encoding::Auto, Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252];
pub(super) const DELIMITERS: [Delimiter; 6] = [
    Delimiter::Auto,
    Delimiter::Comma,
    Delimiter::Semicolon,
    Delimiter::Tab,
    Delimiter::Pipe,
    Delimiter::Spaces,
];
pub(super) const QUOTES: [Quote; 4] = [Quote::Auto, Quote::Double, Quote::Single, Quote::None];
pub(super) const DECIMALS: [Decimal; 3] = [Decimal::Auto, Decimal::Point, Decimal::Comma];
pub(super) const THOUSANDS: [Thousands; 6] = [
    Thousands::Auto,
    Thousands::None,
    Thousands::Comma,
    Thousands::Point,
    Thousands::Space,
    Thousands::Apostrophe,
];
pub(super) const COMMENTS: [Comment; 2] = [Comment::Auto, Comment::None];
pub(super) const ROLES: [ColumnRole; 4] =
    [ColumnRole::Feature, ColumnRole::Label, ColumnRole::Ignored, ColumnRole::Split];
pub(super) const KINDS: [ColumnKind; 7] = [
    ColumnKind::Number,
    ColumnKind::Category,
    ColumnKind::YesNo,
    ColumnKind::Text,
    ColumnKind::Date,
    ColumnKind::Constant,
    ColumnKind::Identifier,
];
pub(super) const MISSING_RULES: [MissingRule; 5] = [
    MissingRule::DropRow,
    MissingRule::Mean,
    MissingRule::Median,
    MissingRule::MostFrequent,
    MissingRule::Indicator,
];
pub(super) const CODINGS: [Coding; 2] = [Coding::OneHot, Coding::Ordinal];
pub(super) const FAULTS: [FaultRule; 2] = [FaultRule::SkipRow, FaultRule::Missing];

pub(super) fn toy(kind: ToyKind) -> &'static str {
    match kind {
        ToyKind::LectureSpiral => "lecture-spiral",
        ToyKind::Circle => "circle",
        ToyKind::Xor => "xor",
        ToyKind::Gauss => "gauss",
        ToyKind::Spiral => "spiral",
        ToyKind::Moons => "moons",
        ToyKind::Blobs => "blobs",
        ToyKind::Checkerboard => "checkerboard",
        ToyKind::Plane => "plane",
        ToyKind::Hills => "hills",
        ToyKind::Sine => "sine",
        ToyKind::Cubic => "cubic",
        ToyKind::Line => "line",
        ToyKind::Step => "step",
        ToyKind::And => "and",
        ToyKind::Or => "or",
        ToyKind::Not => "not",
        ToyKind::XorGate => "xor-gate",
    }
}

pub(super) fn header(mode: HeaderMode) -> &'static str {
    match mode {
        HeaderMode::Auto => "auto",
        HeaderMode::Present => "present",
        HeaderMode::Absent => "absent",
    }
}

pub(super) fn task(choice: TaskChoice) -> &'static str {
    match choice {
        TaskChoice::Auto => "auto",
        TaskChoice::Classification => "classification",
        TaskChoice::Regression => "regression",
    }
}

pub(super) fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Auto => "auto",
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
        Encoding::Windows1252 => "windows-1252",
    }
}

pub(super) fn delimiter(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Auto => "auto",
        Delimiter::Comma => "comma",
        Delimiter::Semicolon => "semicolon",
        Delimiter::Tab => "tab",
        Delimiter::Pipe => "pipe",
        Delimiter::Spaces => "spaces",
    }
}

pub(super) fn quote(quote: Quote) -> &'static str {
    match quote {
        Quote::Auto => "auto",
        Quote::Double => "double",
        Quote::Single => "single",
        Quote::None => "none",
    }
}

pub(super) fn decimal(decimal: Decimal) -> &'static str {
    match decimal {
        Decimal::Auto => "auto",
        Decimal::Point => "point",
        Decimal::Comma => "comma",
    }
}

pub(super) fn thousands(thousands: Thousands) -> &'static str {
    match thousands {
        Thousands::Auto => "auto",
        Thousands::None => "none",
        Thousands::Comma => "comma",
        Thousands::Point => "point",
        Thousands::Space => "space",
        Thousands::Apostrophe => "apostrophe",
    }
}

/// A character to be told stands for itself.
pub(super) fn comment(comment: Comment) -> &'static str {
    match comment {
        Comment::Auto | Comment::Of(_) => AUTO,
        Comment::None => "none",
    }
}

pub(super) fn role(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Feature => "feature",
        ColumnRole::Label => "label",
        ColumnRole::Ignored => "ignored",
        ColumnRole::Split => "split",
    }
}

pub(super) fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => "number",
        ColumnKind::Category => "category",
        ColumnKind::YesNo => "yes-no",
        ColumnKind::Text => "text",
        ColumnKind::Date => "date",
        ColumnKind::Constant => "constant",
        ColumnKind::Identifier => "identifier",
    }
}

pub(super) fn missing(rule: MissingRule) -> &'static str {
    match rule {
        MissingRule::DropRow => "drop-row",
        MissingRule::Mean => "mean",
        MissingRule::Median => "median",
        MissingRule::MostFrequent => "most-frequent",
        MissingRule::Indicator => "indicator",
    }
}

pub(super) fn coding(coding: Coding) -> &'static str {
    match coding {
        Coding::OneHot => "one-hot",
        Coding::Ordinal => "ordinal",
    }
}

pub(super) fn faults(rule: FaultRule) -> &'static str {
    match rule {
        FaultRule::SkipRow => "skip-row",
        FaultRule::Missing => "missing",
    }
}

/// Grey and coloured pixels have their sides, too.
pub(super) fn pixels(choice: PixelChoice) -> &'static str {
    match choice {
        PixelChoice::Auto => AUTO,
        PixelChoice::No => "no",
        PixelChoice::Grey(..) => "grey",
        PixelChoice::Rgb(..) => "rgb",
    }
}

pub(super) fn drawn_set(set: DrawnSet) -> &'static str {
    match set {
        DrawnSet::Digits28 => "digits-28",
        DrawnSet::Digits123 => "digits-123",
        DrawnSet::Digits01 => "digits-01",
    }
}

pub(super) fn scaling(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::None => "none",
        Scaling::Standardise => "standardise",
        Scaling::MinMax => "min-max",
        Scaling::Robust => "robust",
    }
}
