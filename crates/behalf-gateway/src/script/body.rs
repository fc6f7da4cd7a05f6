//! The body of a request: its kind decides how values are escaped.

use http::HeaderValue;

use super::error::{CompileError, RenderError};
use super::json::JsonTemplate;
use super::json_template;
use super::placeholder::pieces;
use super::position::{Located, Position};
use super::query::{self, Pair};
use super::rest::Missing;
use super::scope::Scope;
use super::slot::{Part, Place, Values};
use super::xml::{self, XmlTemplate};

/// A body, compiled.
#[derive(Debug, Clone)]
pub(crate) enum BodyTemplate {
    None,
    Json(JsonTemplate),
    Form(Vec<Pair>),
    Xml(XmlTemplate),
    Text(Vec<Part>),
}

/// What the media type of a body makes of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    Json,
    Form,
    Xml,
    Text,
}

impl BodyKind {
    /// The kind of a media type; `None` for types whose escaping is not known.
    pub fn of_media_type(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" | "text/json" => Some(Self::Json),
            "application/x-www-form-urlencoded" => Some(Self::Form),
            "application/xml" | "text/xml" => Some(Self::Xml),
            other if other.ends_with("+json") => Some(Self::Json),
            other if other.ends_with("+xml") => Some(Self::Xml),
            other if other.starts_with("text/") => Some(Self::Text),
            _ => None,
        }
    }

    /// Guesses by how the text begins. Plain text is never guessed: it escapes nothing.
    fn of_text(text: &str) -> Option<Self> {
        let text = text.trim_start();
        if text.starts_with(['{', '[', '"']) {
            return Some(Self::Json);
        }
        if text.starts_with('<') {
            return Some(Self::Xml);
        }
        let name = text.split_once('=')?.0;
        let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '{');
        is_name.then_some(Self::Form)
    }

    pub fn default_content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "application/xml; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        })
    }
}

/// Compiles `Body=`, whose kind comes from `Content Type` or else from how it begins.
pub(crate) fn compile(
    value: &Located,
    declared: Option<BodyKind>,
    scope: &Scope<'_>,
) -> Result<(BodyTemplate, BodyKind), CompileError> {
    let Some(kind) = declared.or_else(|| BodyKind::of_text(&value.text)) else {
        return Err(CompileError::new(
            value.at(0),
            "this body is neither JSON, XML nor a form (`a=b&c=d`)",
        )
        .help("plain text needs `Content Type=text/plain`; files of the server cannot be sent"));
    };
    let body = match kind {
        BodyKind::Json => BodyTemplate::Json(json_template::compile(value, scope)?),
        BodyKind::Xml => BodyTemplate::Xml(xml::compile(value, scope)?),
        BodyKind::Form => {
            let pieces = pieces(value, 0, value.text.len())?;
            BodyTemplate::Form(query::authored(value, pieces, scope, Place::Form)?)
        }
        BodyKind::Text => {
            let pieces = pieces(value, 0, value.text.len())?;
            BodyTemplate::Text(scope.parts(value, pieces, Place::Text)?)
        }
    };
    Ok((body, kind))
}

/// The body Ometa sends when none is written: the inputs as one object under their external names. Those the script
/// uses elsewhere are left out, unless `Body=*` asks for all.
pub(crate) fn of_inputs(scope: &Scope<'_>, all: bool) -> Option<BodyTemplate> {
    let fields: Vec<_> = if all {
        scope.fields().iter().enumerate().collect()
    } else {
        scope.unused().collect()
    };
    if fields.is_empty() && !all {
        return None;
    }
    let members = fields
        .into_iter()
        .map(|(index, field)| (field.external(), scope.field_slot(index)));
    Some(BodyTemplate::Json(JsonTemplate::of_fields(members)))
}

impl BodyTemplate {
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        values: &Values<'_>,
        missing: Missing,
    ) -> Result<(), RenderError> {
        match self {
            Self::None => Ok(()),
            Self::Json(json) => json.write(out, values, missing),
            Self::Xml(xml) => xml.write(out, values, missing),
            Self::Form(pairs) => {
                let mut text = String::new();
                let mut separator = "";
                for pair in pairs {
                    pair.write(&mut text, &mut separator, values)?;
                }
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Self::Text(parts) => {
                for part in parts {
                    match part {
                        Part::Literal(text) => out.extend_from_slice(text.as_bytes()),
                        Part::Slot(slot) => match slot.text(values)? {
                            None if missing == Missing::Error => {
                                return Err(slot.error("is missing"));
                            }
                            None => {}
                            Some(text) => out.extend_from_slice(text.as_bytes()),
                        },
                    }
                }
                Ok(())
            }
        }
    }
}

/// Reads `Content Type=`.
pub(crate) fn content_type(
    value: &Located,
) -> Result<(HeaderValue, Option<BodyKind>), CompileError> {
    let at: Position = value.at(0);
    let header = HeaderValue::try_from(value.text.as_str())
        .ok()
        .filter(|_| value.text.contains('/') && !value.text.contains("{$"));
    match header {
        Some(header) => Ok((header, BodyKind::of_media_type(&value.text))),
        None => Err(CompileError::new(at, "this is not a media type")
            .help("as in application/json; it cannot hold placeholders")),
    }
}
