//! A compiled placeholder: where its value comes from and what is done to it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use behalf_model::method::{FieldType, Value};

use super::bind::Bound;
use super::context::{ContextName, ProvenContext};
use super::error::RenderError;
use super::filter::{self, Filter};

/// The place a value is inserted into; decides how it is escaped and which types and filters fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    JsonString,
    JsonValue,
    Form,
    Xml,
    Text,
}

impl Place {
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "a path",
            Self::Query => "a query",
            Self::Header => "a header",
            Self::JsonString => "a JSON string",
            Self::JsonValue => "a JSON value",
            Self::Form => "a form body",
            Self::Xml => "an XML body",
            Self::Text => "a text body",
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// Index of the input field.
    Field(usize),
    Context(ContextName),
}

/// A placeholder, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(super) source: Source,
    /// As written, for messages.
    pub name: String,
    /// After all filters.
    pub field_type: FieldType,
    pub(super) filters: Vec<Filter>,
    /// `|path`: the value may be several segments.
    pub path: bool,
    /// `|raw`: the value is not escaped.
    pub raw: bool,
}

/// A template compiled for one place.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Literal(String),
    Slot(Slot),
}

/// The values of one rendering.
#[derive(Clone, Copy)]
pub(crate) struct Values<'r> {
    pub bound: &'r Bound,
    pub context: &'r ProvenContext<'r>,
    pub variables: &'r BTreeMap<String, String>,
}

impl Slot {
    /// The value after its filters; `None` when the caller left an optional field out (or gave null).
    pub fn value<'r>(&self, values: &Values<'r>) -> Result<Option<Cow<'r, Value>>, RenderError> {
        let given = match &self.source {
            Source::Field(index) => values.bound.get(*index).map(Cow::Borrowed),
            Source::Context(name) => name.read(values.context, values.variables),
        };
        let default = self.filters.iter().find_map(|filter| match filter {
            Filter::Default(value) => Some(value),
            _ => None,
        });
        let present = given.filter(|value| default.is_none() || **value != Value::Null);
        let mut value = match (present, default) {
            (Some(value), _) => value,
            (None, Some(default)) => Cow::Owned(default.clone()),
            // Dropping a missing identity could widen a request (`?owner=` gone = everybody's): refuse instead.
            (None, None) if matches!(self.source, Source::Context(_)) => {
                return Err(self.error("is not known for this call"));
            }
            (None, None) => return Ok(None),
        };
        if *value != Value::Null {
            for filter in &self.filters {
                value = filter.apply(value).map_err(|why| self.error(why))?;
            }
        }
        Ok(Some(value))
    }

    /// The value as text; `None` when there is none, or it is null.
    pub fn text<'r>(&self, values: &Values<'r>) -> Result<Option<Cow<'r, str>>, RenderError> {
        match self.value(values)? {
            None => Ok(None),
            Some(value) if *value == Value::Null => Ok(None),
            Some(Cow::Borrowed(value)) => filter::text(value).map(Some),
            Some(Cow::Owned(value)) => {
                filter::text(&value).map(|t| Some(Cow::Owned(t.into_owned())))
            }
        }
        .map_err(|why| self.error(why))
    }

    pub fn error(&self, message: impl Into<String>) -> RenderError {
        RenderError {
            field: self.name.clone(),
            message: message.into(),
        }
    }

    /// The input field this slot reads.
    pub fn field(&self) -> Option<usize> {
        match self.source {
            Source::Field(index) => Some(index),
            Source::Context(_) => None,
        }
    }
}

/// Text of parts without any slot.
pub(crate) fn constant(parts: &[Part]) -> Option<String> {
    let literal = |part: &Part| match part {
        Part::Literal(text) => Some(text.clone()),
        Part::Slot(_) => None,
    };
    parts.iter().map(literal).collect()
}

/// The slot, when it is all there is.
pub(crate) fn only_slot(parts: &[Part]) -> Option<&Slot> {
    match parts {
        [Part::Slot(slot)] => Some(slot),
        _ => None,
    }
}
