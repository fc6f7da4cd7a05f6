//! Header lines of a script.

use behalf_model::profile::is_forbidden_header;
use http::{HeaderName, HeaderValue};

use super::error::{CompileError, RenderError};
use super::placeholder::pieces;
use super::position::{Located, Position};
use super::scope::Scope;
use super::slot::{Part, Place, Values, constant, only_slot};

/// One header, compiled.
#[derive(Debug, Clone)]
pub(crate) struct HeaderTemplate {
    pub name: HeaderName,
    value: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Constant(HeaderValue),
    Parts(Vec<Part>),
}

/// Compiles a header of the given name.
pub(crate) fn compile(
    name: &str,
    name_at: Position,
    value: &Located,
    scope: &Scope<'_>,
) -> Result<HeaderTemplate, CompileError> {
    let error = |message: String| CompileError::new(name_at, message);
    if name.contains("{$") {
        return Err(error(
            "the name of a header cannot be a placeholder".to_owned(),
        ));
    }
    let header =
        HeaderName::try_from(name).map_err(|_| error(format!("`{name}` is not a header name")))?;
    if is_forbidden_header(header.as_str()) {
        return Err(error(format!("a script cannot set the header `{name}`"))
            .help("credentials come from the profile, the connection belongs to the gateway"));
    }
    let own_key = match header.as_str() {
        "content-type" => Some("Content Type"),
        "accept" => Some("Accept"),
        "idempotency-key" => Some("Idempotency Key"),
        _ => None,
    };
    if let Some(key) = own_key {
        return Err(error(format!("the header `{name}` has a key of its own"))
            .help(format!("write {key}=…")));
    }
    template(header, value, scope)
}

/// Compiles a value for a header whose name is already decided.
pub(crate) fn template(
    name: HeaderName,
    value: &Located,
    scope: &Scope<'_>,
) -> Result<HeaderTemplate, CompileError> {
    let pieces = pieces(value, 0, value.text.len())?;
    let parts = scope.parts(value, pieces, Place::Header)?;
    for part in &parts {
        if let Part::Literal(text) = part
            && !is_header_text(text)
        {
            return Err(CompileError::new(
                value.at(0),
                "a header holds visible ASCII characters and blanks on one line",
            )
            .help("for other characters use a placeholder with the filter rfc8187"));
        }
    }
    let value = match constant(&parts).and_then(|text| HeaderValue::try_from(text).ok()) {
        Some(constant) => Content::Constant(constant),
        None => Content::Parts(parts),
    };
    Ok(HeaderTemplate { name, value })
}

impl HeaderTemplate {
    /// `None` when the value is only a missing optional field: the header is left out.
    pub fn render(&self, values: &Values<'_>) -> Result<Option<HeaderValue>, RenderError> {
        let parts = match &self.value {
            Content::Constant(value) => return Ok(Some(value.clone())),
            Content::Parts(parts) => parts,
        };
        let only = only_slot(parts).is_some();
        let mut text = String::new();
        let mut last = "";
        for part in parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Slot(slot) => match slot.text(values)? {
                    None if only => return Ok(None),
                    None => {}
                    // Attack: CR LF in a value would begin a header of the caller's. Refused, never stripped.
                    Some(value) if value.chars().any(char::is_control) => {
                        return Err(
                            slot.error("has control characters, which a header cannot carry")
                        );
                    }
                    Some(value) if !value.is_ascii() => {
                        return Err(slot.error(
                            "has characters outside ASCII, which a header cannot carry without the filter rfc8187",
                        ));
                    }
                    Some(value) => {
                        text.push_str(&value);
                        last = &slot.name;
                    }
                },
            }
        }
        let value = HeaderValue::try_from(text).map_err(|_| RenderError {
            field: last.to_owned(),
            message: "does not fit into a header".to_owned(),
        })?;
        Ok(Some(value))
    }
}

fn is_header_text(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\t'))
}
