//! What is wrong with a file, said so that it can be mended without a manual.

use super::nearest::nearest;
use behalf_model::fault::CONFIGURATION;
use std::fmt;
use std::ops::Range;

/// Rendered `file:line: message` and, indented, the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// Counted from 1; 0 when the whole file is meant.
    pub line: usize,
    pub message: String,
    pub remedy: String,
}

/// All problems of one file, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: ", self.file)?,
            line => write!(f, "{}:{line}: ", self.file)?,
        }
        write!(
            f,
            "{} {}\n    {}",
            CONFIGURATION.code, self.message, self.remedy
        )
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A file and its text: turns spans into lines.
pub struct Place<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Place<'_> {
    pub fn problem(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        let line = line_of(self.text, span.start);
        Problem {
            file: self.file.to_owned(),
            line,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// The words of the TOML reader, completed by key, table and the nearest key there is.
pub fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let place = Place { file, text };
    let said = error.message();
    let Some(span) = error.span() else {
        return Problem {
            file: file.to_owned(),
            line: 0,
            message: said.replace('`', "'"),
            remedy: MANUAL.to_owned(),
        };
    };
    let table = table_at(text, span.start);
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    if said.starts_with("unknown field") {
        let (key, known) = (
            quoted.first().copied().unwrap_or_default(),
            quoted.get(1..).unwrap_or_default(),
        );
        let remedy = match nearest(key, known) {
            Some(near) => format!("Did you mean '{near}'? {MANUAL}"),
            None => format!("Keys there: {}. {MANUAL}", known.join(", ")),
        };
        return place.problem(span, format!("unknown key '{key}' {table}"), remedy);
    }
    if said.starts_with("missing field") {
        let key = quoted.first().copied().unwrap_or_default();
        return place.problem(
            span,
            format!("the key '{key}' is missing {table}"),
            format!("Add it. {MANUAL}"),
        );
    }
    let message = match key_at(text, span.start) {
        Some(key) => format!(
            "the value of '{key}' {table} cannot be used: {}",
            said.replace('`', "'")
        ),
        None => said.replace('`', "'"),
    };
    place.problem(span, message, MANUAL)
}

const MANUAL: &str = "docs/configuration.md describes every key.";

/// The table header above an offset, in words.
fn table_at(text: &str, offset: usize) -> String {
    let end = text[offset..].find('\n').map_or(text.len(), |n| offset + n);
    let header = text[..end]
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| line.starts_with('['));
    header.map_or_else(
        || "at the top".to_owned(),
        |header| format!("in {}", header.split('#').next().unwrap_or(header).trim()),
    )
}

/// The key on the line of an offset.
fn key_at(text: &str, offset: usize) -> Option<&str> {
    let start = text[..offset].rfind('\n').map_or(0, |n| n + 1);
    let (key, _) = text[start..].lines().next()?.split_once('=')?;
    Some(key.trim())
}
