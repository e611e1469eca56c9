/// Names a notice for the life of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeId(pub u64);

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something is other than was asked for.
    Warning,
    /// Something did not work.
    Error,
}

/// A sentence for the user that stays until it is dismissed or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its name.
    pub id: NoticeId,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, where, and what to do.
    pub text: String,
}
