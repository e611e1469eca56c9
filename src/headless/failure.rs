use std::process::ExitCode;

use super::remark;

/// Why a command did not do what was asked, and how the program ends therefore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// What was asked for cannot be done: exit code 2, as for a wrong option.
    pub(super) fn input(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }

    /// It was tried and did not work: exit code 1.
    pub(super) fn result(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }

    /// Tells the user, and gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        remark(&format!("descent: {}", self.message));
        ExitCode::from(self.code)
    }
}
