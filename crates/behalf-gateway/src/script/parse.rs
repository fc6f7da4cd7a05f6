//! Script text → actions. The lines only; what a key means is the connector's business.
//!
//! Grammar (reference, section 3.2): `key=value` lines split at the first `=`; `#` comments; lines that start with a
//! blank continue the value above; `key=<<TAG` … `TAG` for long bodies; a block value that opens with `{`, `[` or `<`
//! runs until its brackets or elements balance.

use super::balance::balance;
use super::error::CompileError;
use super::keys::{Key, KeyTable, Sub};
use super::position::{Located, Position};
use super::suggest::closest;

/// One `key=value` of a script.
#[derive(Debug)]
pub(crate) struct Action {
    pub key: &'static Key,
    /// What stands after the dot, in the author's spelling; empty without one.
    pub sub: String,
    pub at: Position,
    pub value: Located,
}

struct Lines<'s> {
    lines: Vec<&'s str>,
    next: usize,
}

impl<'s> Lines<'s> {
    fn peek(&self) -> Option<(&'s str, u32)> {
        let line = self.lines.get(self.next)?;
        Some((line, u32::try_from(self.next + 1).unwrap_or(u32::MAX)))
    }

    fn take(&mut self) -> Option<(&'s str, u32)> {
        let taken = self.peek()?;
        self.next += 1;
        Some(taken)
    }
}

/// Cuts a script into actions.
pub(crate) fn parse(script: &str, table: &KeyTable) -> Result<Vec<Action>, Vec<CompileError>> {
    let mut lines = Lines {
        lines: script
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .collect(),
        next: 0,
    };
    let mut actions: Vec<Action> = Vec::new();
    let mut errors = Vec::new();
    while let Some((line, number)) = lines.take() {
        let content = line.trim_start();
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        let at = position(line, line.len() - content.len(), number);
        let indented = content.len() < line.len();
        if indented {
            match actions.last_mut() {
                Some(action) => action.value.push_line(content.trim_end(), at),
                // The first line of a script may be indented like any text in a file.
                None => take_action(content, at, &mut lines, table, &mut actions, &mut errors),
            }
            continue;
        }
        take_action(content, at, &mut lines, table, &mut actions, &mut errors);
    }
    errors.extend(duplicates(&actions));
    if errors.is_empty() {
        Ok(actions)
    } else {
        Err(errors)
    }
}

fn take_action(
    content: &str,
    at: Position,
    lines: &mut Lines<'_>,
    table: &KeyTable,
    actions: &mut Vec<Action>,
    errors: &mut Vec<CompileError>,
) {
    match action(content, at, lines, table) {
        Ok(action) => actions.push(action),
        Err(error) => errors.push(error),
    }
}

fn action(
    content: &str,
    at: Position,
    lines: &mut Lines<'_>,
    table: &KeyTable,
) -> Result<Action, CompileError> {
    let Some((left, right)) = content.split_once('=') else {
        return Err(CompileError::new(at, "a line must be `Key=value`").help(
            "a value goes on over several lines when they start with a blank; comments start with #",
        ));
    };
    let value_at = Position {
        line: at.line,
        column: at.column + char_count(left) + 1,
    };
    // The value is taken off the lines first, so that a mistake in the key is one error and not many.
    let (name, sub) = left.split_once('.').unwrap_or((left, ""));
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let key = table.find(&name);
    let value = value(right, value_at, key.is_some_and(|k| k.block), lines)?;
    let Some(key) = key else {
        return Err(CompileError::new(
            at,
            format!("unknown key `{name}` in a {} script", table.connector),
        )
        .suggest(closest(&name, table.names())));
    };
    let sub = sub.trim();
    match key.sub {
        Sub::None if !sub.is_empty() => Err(CompileError::new(
            at,
            format!("`{}` takes no name after a dot", key.name),
        )),
        Sub::Required if sub.is_empty() => Err(CompileError::new(
            at,
            format!("`{}` needs a name: `{}.<name>=…`", key.name, key.name),
        )),
        _ => Ok(Action {
            key,
            sub: sub.to_owned(),
            at,
            value,
        }),
    }
}

fn value(
    first: &str,
    at: Position,
    block: bool,
    lines: &mut Lines<'_>,
) -> Result<Located, CompileError> {
    if let Some(tag) = heredoc_tag(first) {
        return heredoc(tag, at, lines);
    }
    let mut value = Located::default();
    value.push_line(first, at);
    if block && first.trim_start().starts_with(['{', '[', '<']) {
        while !balance(&value.text) {
            let Some((line, number)) = lines.take() else {
                let open = value.trimmed();
                return Err(CompileError::new(
                    open.at(0),
                    "this value opens a bracket or element that is never closed",
                ));
            };
            value.push_line(line, position(line, 0, number));
        }
    }
    Ok(value.trimmed())
}

/// `<<TAG`, and nothing else on the line.
fn heredoc_tag(first: &str) -> Option<&str> {
    let tag = first.trim().strip_prefix("<<")?;
    let fits = tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    fits.then_some(tag)
}

fn heredoc(tag: &str, at: Position, lines: &mut Lines<'_>) -> Result<Located, CompileError> {
    let mut value = Located::default();
    while let Some((line, number)) = lines.take() {
        if line.trim() == tag {
            return Ok(value);
        }
        value.push_line(line, position(line, 0, number));
    }
    Err(CompileError::new(
        at,
        format!("the text opened with `<<{tag}` is never closed"),
    )
    .help(format!("put `{tag}` alone on a line after it")))
}

/// Keys are single-valued, except that each name after a dot is a key of its own.
fn duplicates(actions: &[Action]) -> Vec<CompileError> {
    let mut errors = Vec::new();
    for (n, action) in actions.iter().enumerate() {
        // Query parameters may repeat: `tag=a&tag=b`.
        if action.key.sub == Sub::Required && action.key.name == "Query" {
            continue;
        }
        let earlier = actions[..n].iter().find(|other| {
            std::ptr::eq(other.key, action.key) && other.sub.eq_ignore_ascii_case(&action.sub)
        });
        if let Some(earlier) = earlier {
            errors.push(CompileError::new(
                action.at,
                format!(
                    "`{}` is already set in line {}",
                    action.key.name, earlier.at.line
                ),
            ));
        }
    }
    errors
}

fn position(line: &str, offset: usize, number: u32) -> Position {
    Position {
        line: number,
        column: 1 + char_count(&line[..offset]),
    }
}

fn char_count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
