//! Query and form pairs. The split into pairs is made when the script is compiled; a value can never add one.

use std::borrow::Cow;

use behalf_model::method::Value;

use super::encode;
use super::error::{CompileError, RenderError};
use super::filter;
use super::placeholder::{Piece, pieces};
use super::position::Located;
use super::scope::Scope;
use super::slot::{Part, Place, Slot, Values, only_slot};

/// One `name=value`, compiled: author's text already encoded.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    name: String,
    parts: Vec<Part>,
    /// `?flag` without `=`.
    bare: bool,
}

/// Compiles `Query.<name>=value`: name and author's text are plain, whatever they contain.
pub(crate) fn named(name: &str, value: &Located, scope: &Scope<'_>) -> Result<Pair, CompileError> {
    if name.contains("{$") {
        return Err(CompileError::new(
            value.at(0),
            "the name of a query parameter cannot be a placeholder",
        )
        .help("names are fixed; only values change"));
    }
    let mut encoded_name = String::new();
    encode::query_text(&mut encoded_name, name);
    let pieces = pieces(value, 0, value.text.len())?;
    let mut parts = scope.parts(value, pieces, Place::Query)?;
    for part in &mut parts {
        if let Part::Literal(text) = part {
            let mut encoded = String::new();
            encode::query_text(&mut encoded, text);
            *text = encoded;
        }
    }
    Ok(Pair {
        name: encoded_name,
        parts,
        bare: false,
    })
}

/// Compiles `a={$A}&b=c`, as it stands after the `?` of a path or in a form body.
pub(crate) fn authored(
    value: &Located,
    pieces: Vec<Piece<'_>>,
    scope: &Scope<'_>,
    place: Place,
) -> Result<Vec<Pair>, CompileError> {
    let mut pairs = Vec::new();
    for pieces in split_pairs(pieces) {
        if let Some(pair) = authored_pair(value, pieces, scope, place)? {
            pairs.push(pair);
        }
    }
    Ok(pairs)
}

fn split_pairs(pieces: Vec<Piece<'_>>) -> Vec<Vec<Piece<'_>>> {
    let mut pairs = vec![Vec::new()];
    for piece in pieces {
        let Piece::Literal(text, offset) = piece else {
            if let Some(pair) = pairs.last_mut() {
                pair.push(piece);
            }
            continue;
        };
        let mut at = offset;
        for (n, chunk) in text.split('&').enumerate() {
            if n > 0 {
                pairs.push(Vec::new());
            }
            if !chunk.is_empty()
                && let Some(pair) = pairs.last_mut()
            {
                pair.push(Piece::Literal(chunk.to_owned(), at));
            }
            at += chunk.len() + 1;
        }
    }
    pairs
}

fn authored_pair(
    value: &Located,
    mut pieces: Vec<Piece<'_>>,
    scope: &Scope<'_>,
    place: Place,
) -> Result<Option<Pair>, CompileError> {
    if pieces.is_empty() {
        return Ok(None);
    }
    let (text, offset) = match pieces.remove(0) {
        Piece::Literal(text, offset) => (text, offset),
        Piece::Placeholder(p) => {
            return Err(CompileError::new(
                value.at(p.offset),
                "the name of a parameter cannot be a placeholder",
            )
            .help("names are fixed; only values change: name={$Field}"));
        }
    };
    let at = value.at(offset);
    let bad_percent = || {
        CompileError::new(at, "a `%` in a query must be followed by two digits")
            .help("to send the character itself write %25")
    };
    let encode = |text: &str| encode::authored(text, encode::Part::Query).ok_or_else(bad_percent);
    let Some((name, rest)) = text.split_once('=') else {
        if !pieces.is_empty() {
            return Err(CompileError::new(
                at,
                "the name of a parameter cannot hold a placeholder",
            ));
        }
        let name = encode(&text)?;
        return Ok(Some(Pair {
            name,
            parts: Vec::new(),
            bare: true,
        }));
    };
    let name = encode(name)?;
    if !rest.is_empty() {
        let rest_at = offset + text.len() - rest.len();
        pieces.insert(0, Piece::Literal(rest.to_owned(), rest_at));
    }
    let mut parts = scope.parts(value, pieces, place)?;
    for part in &mut parts {
        if let Part::Literal(text) = part {
            *text = encode(text)?;
        }
    }
    Ok(Some(Pair {
        name,
        parts,
        bare: false,
    }))
}

impl Pair {
    /// Appends the pair; `separator` comes first. A pair whose value is only a missing optional field is left out.
    pub fn write(
        &self,
        out: &mut String,
        separator: &mut &'static str,
        values: &Values<'_>,
    ) -> Result<(), RenderError> {
        if let Some(slot) = only_slot(&self.parts) {
            return match slot.value(values)?.as_deref() {
                None | Some(Value::Null) => Ok(()),
                Some(Value::List(items)) => {
                    for item in items {
                        self.open(out, separator);
                        write_value(out, slot, item)?;
                    }
                    Ok(())
                }
                Some(value) => {
                    self.open(out, separator);
                    write_value(out, slot, value)
                }
            };
        }
        self.open(out, separator);
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Slot(slot) => {
                    let text = slot.text(values)?.unwrap_or(Cow::Borrowed(""));
                    write_text(out, slot, &text);
                }
            }
        }
        Ok(())
    }

    fn open(&self, out: &mut String, separator: &mut &'static str) {
        out.push_str(separator);
        *separator = "&";
        out.push_str(&self.name);
        if !self.bare {
            out.push('=');
        }
    }
}

fn write_value(out: &mut String, slot: &Slot, value: &Value) -> Result<(), RenderError> {
    let text = filter::text(value).map_err(|why| slot.error(why))?;
    write_text(out, slot, &text);
    Ok(())
}

/// `raw` exists in form bodies only (the compiler sees to it) and for fields an administrator listed.
fn write_text(out: &mut String, slot: &Slot, text: &str) {
    if slot.raw {
        out.push_str(text);
    } else {
        encode::data(out, text);
    }
}
