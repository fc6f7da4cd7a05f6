//! What is wrong with a declaration, and where.

use std::fmt;

/// One thing to mend. Rendered `file:line: message` and, indented, the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// Counted from 1; 0 when the whole file is meant.
    pub line: usize,
    pub message: String,
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message)?,
            line => write!(f, "{}:{line}: {}", self.file, self.message)?,
        }
        if self.remedy.is_empty() {
            Ok(())
        } else {
            write!(f, "\n    {}", self.remedy)
        }
    }
}

/// Message and remedy before the place is known.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub message: String,
    pub remedy: String,
}

pub fn wrong(message: impl Into<String>, remedy: impl Into<String>) -> Wrong {
    Wrong {
        message: message.into(),
        remedy: remedy.into(),
    }
}

impl From<behalf_model::Fault> for Wrong {
    fn from(fault: behalf_model::Fault) -> Self {
        wrong(format!("{fault}"), fault.kind.remedy)
    }
}
