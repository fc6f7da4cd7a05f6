//! Why a command ends without having done its work: what happened, and how to mend it.

use crate::config::Problems;
use behalf_model::fault::COMMAND_REFUSED;
use behalf_model::ports::StoreError;
use behalf_model::{Fault, Kind};
use std::fmt;
use std::process::ExitCode;

#[derive(Debug)]
pub struct Failure {
    /// 1: the operation failed. 2: usage or configuration.
    code: u8,
    text: String,
}

impl Failure {
    /// The command line or the configuration is wrong.
    pub fn usage(what: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self {
            code: 2,
            text: refused(what, remedy),
        }
    }

    /// Everything was said right, and it did not work.
    pub fn operation(what: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self {
            code: 1,
            text: refused(what, remedy),
        }
    }

    /// A finished text under the code of a kind.
    pub fn of(kind: &'static Kind, text: impl fmt::Display) -> Self {
        Self {
            code: 1,
            text: format!("{} {text}", kind.code),
        }
    }

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

fn refused(what: impl fmt::Display, remedy: impl fmt::Display) -> String {
    format!("{} {what}\n    {remedy}", COMMAND_REFUSED.code)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self {
            code: 2,
            text: problems.to_string(),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        // Whoever runs a command is the operator: the private cause is for him.
        let cause = fault.source.as_deref().unwrap_or(fault.kind.cause);
        Self {
            code: 1,
            text: format!("{fault}\n    {cause}\n    {}", fault.kind.remedy),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Fault::from(error).into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::operation(error, "Check that standard input and output can be used.")
    }
}
