//! Filters of placeholders: `|lower`, `|date:%Y-%m-%d`, `|odata` …

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use behalf_model::method::{FieldType, Value};

use super::encode;

/// The names, for "did you mean".
pub(super) const NAMES: [&str; 11] = [
    "path", "date", "lower", "upper", "trim", "base64", "json", "odata", "default", "rfc8187",
    "raw",
];

/// A filter that turns a value into text. `path` and `raw` change the context instead and are flags of the slot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    Date(String),
    Lower,
    Upper,
    Trim,
    Base64,
    Json,
    Odata,
    /// Takes the place of a missing value, already of the field's type.
    Default(Value),
    Rfc8187,
}

impl Filter {
    /// Applies the filter; the error says what the value cannot do, never what it is.
    pub fn apply<'v>(&self, value: Cow<'v, Value>) -> Result<Cow<'v, Value>, &'static str> {
        let out = match self {
            // A value is there: the default has no say.
            Self::Default(_) => return Ok(value),
            Self::Json => value.to_json(),
            Self::Odata => odata_literal(&value)?,
            Self::Date(format) => formatted(&value, format)?,
            Self::Lower => text(&value)?.to_lowercase(),
            Self::Upper => text(&value)?.to_uppercase(),
            Self::Trim => text(&value)?.trim().to_owned(),
            Self::Base64 => match &*value {
                // A Media is base64 already.
                Value::Media(_) => return Ok(value),
                other => STANDARD.encode(text(other)?.as_bytes()),
            },
            Self::Rfc8187 => encode::rfc8187(&text(&value)?),
        };
        Ok(Cow::Owned(Value::Text(out)))
    }

    /// The type a field of `input` type has after the filter.
    pub fn output(&self, input: FieldType) -> FieldType {
        match self {
            Self::Default(_) => input,
            _ => FieldType::Text,
        }
    }
}

pub(crate) fn text(value: &Value) -> Result<Cow<'_, str>, &'static str> {
    value
        .to_text()
        .ok_or("is a list or an object, which has no text form; use the filter json")
}

/// Is it a format `date:` can write? Tried once when the script is compiled.
pub(super) fn is_date_format(format: &str) -> bool {
    jiff::fmt::strtime::format(
        format,
        &jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC),
    )
    .is_ok()
}

fn formatted(value: &Value, format: &str) -> Result<String, &'static str> {
    let utc = jiff::tz::TimeZone::UTC;
    let zoned = match value {
        Value::DateTime(at) => Some(at.to_zoned(utc)),
        Value::Date(date) => date.to_zoned(utc).ok(),
        Value::Time(time) => jiff::civil::date(1970, 1, 1)
            .to_datetime(*time)
            .to_zoned(utc)
            .ok(),
        _ => None,
    };
    zoned
        .and_then(|zoned| jiff::fmt::strtime::format(format, &zoned).ok())
        .ok_or("is not a date or time that can be formatted so")
}

/// The value as a literal of an OData URL (OData 4.01 ABNF, section 7): texts quoted with quotes doubled, the rest bare.
fn odata_literal(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::Null => Ok("null".to_owned()),
        Value::Text(text) => Ok(format!("'{}'", text.replace('\'', "''"))),
        Value::Media(text) => Ok(format!("binary'{text}'")),
        Value::Json(_) | Value::Row(_) => Err("is an object, which has no OData literal"),
        Value::List(items) => {
            let literals: Result<Vec<String>, _> = items.iter().map(odata_literal).collect();
            Ok(format!("({})", literals?.join(",")))
        }
        other => Ok(text(other)?.into_owned()),
    }
}
