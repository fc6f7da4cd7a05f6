//! What can go wrong with a script: while it is compiled, bound to a caller's inputs, or rendered.

use std::fmt;

use super::position::Position;

/// A mistake in a file or stored document, where it stands and how to mend it.
///
/// Units: lines and columns count from 1, columns in characters; 0 = the document as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub message: String,
    pub help: Option<String>,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
        }
        if self.line > 0 {
            write!(f, "{}:{}:", self.line, self.column)?;
        }
        if !self.file.is_empty() || self.line > 0 {
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CompileError {}

impl CompileError {
    pub(crate) fn new(at: Position, message: impl Into<String>) -> Self {
        Self {
            file: String::new(),
            line: at.line,
            column: at.column,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Help only where none has been given.
    pub(crate) fn or_help(self, help: impl FnOnce() -> String) -> Self {
        if self.help.is_some() {
            return self;
        }
        self.help(help())
    }

    /// "did you mean", where there is something close.
    pub(crate) fn suggest(self, close: Option<&str>) -> Self {
        match close {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// A caller's input that does not fit the method. Never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// The field as declared; for unknown inputs, the name the caller used.
    pub field: String,
    pub message: String,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.field, self.message)
    }
}

/// A value that cannot stand where the script puts it; nothing has been sent. Never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// The placeholder as written (`Site Id`, `@user.email`); empty when the whole request is meant.
    pub field: String,
    pub message: String,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "`{}` {}", self.field, self.message)
    }
}

impl std::error::Error for RenderError {}
