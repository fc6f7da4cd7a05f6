//! The path of a request: each placeholder is data inside one segment.
//!
//! Attack: `..` consists of unreserved characters, so encoding alone cannot stop a value from walking up, and URL
//! libraries collapse `%2e%2e` as well. Therefore the finished path is checked once more, segment by segment.

use super::encode;
use super::error::{CompileError, RenderError};
use super::placeholder::{Piece, pieces};
use super::position::Located;
use super::query::{self, Pair};
use super::scope::Scope;
use super::slot::{Part, Place, Slot, Values};

/// The path of a script, compiled: author's text already encoded.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathTemplate {
    parts: Vec<Part>,
}

/// Compiles `Path=`: the path itself, and the pairs after its `?`.
pub(crate) fn compile(
    value: &Located,
    scope: &Scope<'_>,
) -> Result<(PathTemplate, Vec<Pair>), CompileError> {
    let mut path: Vec<Piece<'_>> = Vec::new();
    let mut query: Vec<Piece<'_>> = Vec::new();
    let mut in_query = false;
    for piece in pieces(value, 0, value.text.len())? {
        match piece {
            Piece::Literal(text, offset) if !in_query && text.contains('?') => {
                let (before, after) = text.split_once('?').unwrap_or((&text, ""));
                path.push(Piece::Literal(before.to_owned(), offset));
                query.push(Piece::Literal(after.to_owned(), offset + before.len() + 1));
                in_query = true;
            }
            piece if in_query => query.push(piece),
            piece => path.push(piece),
        }
    }
    for piece in path.iter().chain(&query) {
        if let Piece::Literal(text, offset) = piece {
            author_text(value, text, *offset, scope)?;
        }
    }
    let parts = encoded(value, scope.parts(value, path, Place::Path)?)?;
    shape(value, &parts)?;
    let pairs = query::authored(value, query, scope, Place::Query)?;
    Ok((PathTemplate { parts }, pairs))
}

/// What an author can get wrong in plain text.
fn author_text(
    value: &Located,
    text: &str,
    offset: usize,
    scope: &Scope<'_>,
) -> Result<(), CompileError> {
    let error = |at: usize, message: &str| CompileError::new(value.at(offset + at), message);
    if let Some(at) = text.find('#') {
        return Err(error(at, "a path cannot have a fragment (`#`)")
            .help("to send the character itself write %23"));
    }
    if let Some(at) = text.find('\\') {
        return Err(error(at, "a path cannot have a backslash").help("segments are separated by /"));
    }
    if let Some(at) = text.find(char::is_control) {
        return Err(
            error(at, "a path stands on one line, without control characters")
                .help("a line that starts with a blank continues the value above"),
        );
    }
    // `{Site Id}` is plain text, but next to a field of that name it is a slip.
    if let Some((before, rest)) = text.split_once('{')
        && let Some((name, _)) = rest.split_once('}')
        && scope.has_field(name)
    {
        return Err(error(before.len(), "this is not a placeholder")
            .help(format!("did you mean `{{${}}}`?", name.trim())));
    }
    Ok(())
}

fn encoded(value: &Located, parts: Vec<Part>) -> Result<Vec<Part>, CompileError> {
    let encode = |part| match part {
        Part::Literal(text) => encode::authored(&text, encode::Part::Path)
            .map(Part::Literal)
            .ok_or_else(|| {
                CompileError::new(
                    value.at(0),
                    "a `%` in a path must be followed by two digits",
                )
                .help("to send the character itself write %25")
            }),
        slot => Ok(slot),
    };
    parts.into_iter().map(encode).collect()
}

/// Checks what can be known before any value: the path starts at the profile's url and stays below it.
fn shape(value: &Located, parts: &[Part]) -> Result<(), CompileError> {
    let Some(first) = parts.first() else {
        return Ok(());
    };
    let error = |message: &str| Err(CompileError::new(value.at(0), message));
    if !matches!(first, Part::Literal(text) if text.starts_with('/')) {
        return Err(
            CompileError::new(value.at(0), "a path must start with `/`").help(
                "it is appended to the url of the profile; scheme, host and port cannot be set",
            ),
        );
    }
    // A stand-in for values, which are never empty and never dots.
    let outline: String = parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Slot(_) => "x",
        })
        .collect();
    if check(&outline).is_err() {
        return error("the path has an empty, `.` or `..` segment");
    }
    Ok(())
}

impl PathTemplate {
    /// Appends the path; what was in `out` before is not looked at.
    pub fn write(&self, out: &mut String, values: &Values<'_>) -> Result<(), RenderError> {
        let start = out.len();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Slot(slot) => write_slot(out, slot, values)?,
            }
        }
        check(&out[start..]).map_err(|message| RenderError {
            field: String::new(),
            message: message.to_owned(),
        })
    }

    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Literal(_) => None,
        })
    }

    /// Author's text of the last segments, for lints.
    pub fn outline(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.as_str(),
                Part::Slot(_) => "{}",
            })
            .collect()
    }
}

fn write_slot(out: &mut String, slot: &Slot, values: &Values<'_>) -> Result<(), RenderError> {
    let Some(text) = slot.text(values)? else {
        return Err(slot.error("is missing, and the path needs it"));
    };
    if text.chars().any(char::is_control) {
        return Err(slot.error("has control characters, which a path cannot carry"));
    }
    if !slot.path {
        return write_segment(out, slot, &text);
    }
    for (n, segment) in text.split('/').enumerate() {
        if n > 0 {
            out.push('/');
        }
        write_segment(out, slot, segment)?;
    }
    Ok(())
}

fn write_segment(out: &mut String, slot: &Slot, text: &str) -> Result<(), RenderError> {
    match text {
        "" => Err(slot.error("is empty, and the path needs it")),
        "." | ".." => Err(slot.error("is `.` or `..`, which would leave the path of the method")),
        _ => {
            encode::segment(out, text);
            Ok(())
        }
    }
}

/// No segment may be empty or walk, however its dots are spelled; a slash at the end is the author's.
fn check(path: &str) -> Result<(), &'static str> {
    let Some(segments) = path.strip_prefix('/') else {
        return match path {
            "" => Ok(()),
            _ => Err("the path does not start with `/`"),
        };
    };
    if segments.is_empty() {
        return Ok(());
    }
    let segments = segments.strip_suffix('/').unwrap_or(segments);
    for segment in segments.split('/') {
        if segment.is_empty() {
            return Err("the path has an empty segment");
        }
        if is_dots(segment.as_bytes()) {
            return Err("the path has a `.` or `..` segment");
        }
    }
    Ok(())
}

/// `.` or `..`, each dot plain or as `%2e`.
fn is_dots(segment: &[u8]) -> bool {
    let mut rest = segment;
    let mut dots = 0;
    while !rest.is_empty() {
        rest = match rest {
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => rest,
            _ => return false,
        };
        dots += 1;
    }
    dots <= 2
}
