//! Where things stand in a file, so that a mistake can be shown to its author.

use behalf_model::method::fold;
use toml::de::{DeTable, DeValue};

use crate::script::{CompileError, Position};

/// A file, or a stored document that would have this name as a file.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub path: String,
    /// The TOML; `None` for a stored document.
    text: Option<String>,
}

/// A step down into a document.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'k> {
    Key(&'k str),
    Index(usize),
}

impl Document {
    pub fn file(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: Some(text.to_owned()),
        }
    }

    pub fn stored(path: String) -> Self {
        Self { path, text: None }
    }

    /// A mistake at the innermost of the given steps that the document has.
    pub fn error(&self, steps: &[At<'_>], message: impl Into<String>) -> CompileError {
        let at = self
            .span(steps)
            .map_or(Position { line: 0, column: 0 }, |(start, _)| {
                self.position(start)
            });
        let mut error = CompileError::new(at, message);
        error.file.clone_from(&self.path);
        error
    }

    /// A mistake at a byte offset of the file.
    pub fn error_at(&self, offset: usize, message: impl Into<String>) -> CompileError {
        let mut error = CompileError::new(self.position(offset), message);
        error.file.clone_from(&self.path);
        error
    }

    /// Moves a mistake found in the script to where the script stands in the file.
    pub fn in_script(&self, mut error: CompileError) -> CompileError {
        error.file.clone_from(&self.path);
        let Some((start, text)) = self.script_start() else {
            return error;
        };
        let first = self.position(start);
        let multi_line = text.starts_with("'''") || text.starts_with("\"\"\"");
        let opening = if multi_line { 3 } else { 1 };
        let content = &text[opening..];
        // TOML drops a line break right behind the opening quotes.
        if multi_line && (content.starts_with('\n') || content.starts_with("\r\n")) {
            error.line += first.line;
        } else {
            if error.line == 1 {
                error.column += first.column + opening as u32 - 1;
            }
            error.line += first.line - 1;
        }
        error
    }

    fn script_start(&self) -> Option<(usize, &str)> {
        let (start, end) = self.span(&[At::Key("script")])?;
        let text = self.text.as_ref()?.get(start..end)?;
        Some((start, text))
    }

    /// Byte range of the innermost of the steps that exists; the whole file when none does.
    fn span(&self, steps: &[At<'_>]) -> Option<(usize, usize)> {
        let text = self.text.as_ref()?;
        let mut span = (0, 0);
        let Ok(table) = DeTable::parse(text) else {
            return Some(span);
        };
        let Some((At::Key(key), rest)) = steps.split_first() else {
            return Some(span);
        };
        let find = |table: &DeTable<'_>, key: &str| {
            let same = |name: &str| same_key(name, key);
            table.keys().position(|name| same(name.get_ref()))
        };
        let Some(at) = find(table.get_ref(), key) else {
            return Some(span);
        };
        let mut value = table.get_ref().values().nth(at)?;
        span = (value.span().start, value.span().end);
        for step in rest {
            let next = match (step, value.get_ref()) {
                (At::Index(index), DeValue::Array(items)) => items.get(*index),
                (At::Key(key), DeValue::Table(table)) => {
                    find(table, key).and_then(|at| table.values().nth(at))
                }
                _ => None,
            };
            let Some(next) = next else { break };
            value = next;
            span = (value.span().start, value.span().end);
        }
        Some(span)
    }

    fn position(&self, offset: usize) -> Position {
        let text = self.text.as_deref().unwrap_or_default();
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position {
            line: count(before.matches('\n').count() + 1),
            column: count(before[line_start..].chars().count() + 1),
        }
    }
}

/// Labels of the seed's forms name the same key: `OAuth Url` is `oauth_url`.
fn same_key(name: &str, key: &str) -> bool {
    name == key || fold(name).replace(' ', "_") == key
}
