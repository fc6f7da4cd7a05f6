//! Text and JSON into typed values.

use std::borrow::Cow;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Decimal, Field, FieldType, Value};

/// What serde_json and most other parsers accept.
const MAX_JSON_DEPTH: usize = 120;

/// Why a text or JSON value does not fit a type. Says what was expected, never repeats the value: it may be sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch(pub Cow<'static, str>);

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How closely JSON must match the declared type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A caller's input: the JSON type of the table, so that a generated schema tells the truth.
    Strict,
    /// A back-end's answer: numbers in quotes, ids without them, and the like are understood.
    Liberal,
}

/// Reads the text form of a value: a query parameter, a path key, an XML text, a command-line argument.
///
/// # Errors
/// [`Mismatch`] naming what the type expects.
pub fn from_text(field_type: &FieldType, text: &str) -> Result<Value, Mismatch> {
    match field_type {
        FieldType::Text => Ok(Value::Text(text.to_owned())),
        FieldType::Char => match text.chars().count() {
            1 => Ok(Value::Text(text.to_owned())),
            _ => expected("exactly one character is expected"),
        },
        FieldType::Link => link(text),
        FieldType::Integer => match text.parse::<i32>() {
            Ok(number) => Ok(Value::Integer(i64::from(number))),
            Err(_) => expected("a whole number of 32 bits is expected"),
        },
        FieldType::Integer64 => match text.parse::<i64>() {
            Ok(number) => Ok(Value::Integer(number)),
            Err(_) => expected("a whole number of 64 bits is expected"),
        },
        FieldType::Number => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Number(number)),
            _ => expected("a number is expected"),
        },
        FieldType::Currency => match Decimal::from_str(text) {
            Ok(decimal) => Ok(Value::Currency(decimal)),
            Err(()) => expected("an exact decimal such as 12.50 is expected"),
        },
        FieldType::YesNo => yes_no(text),
        FieldType::DateTime => match text.parse::<Timestamp>() {
            Ok(at) => Ok(Value::DateTime(at)),
            Err(_) => expected("a date and time with offset is expected, as 2026-03-01T08:30:00Z"),
        },
        FieldType::Date => match text.parse::<Date>() {
            Ok(date) if text.len() <= 10 => Ok(Value::Date(date)),
            _ => expected("a date is expected, as 2026-03-01"),
        },
        FieldType::Time => match text.parse::<Time>() {
            Ok(time) if !text.contains(['T', 't', '-']) => Ok(Value::Time(time)),
            _ => expected("a time is expected, as 08:30:00"),
        },
        FieldType::Media => base64(text),
        FieldType::Guid => match Uuid::try_parse(text) {
            Ok(guid) => Ok(Value::Guid(guid)),
            Err(_) => expected("a GUID is expected"),
        },
        FieldType::Json => json(text),
        FieldType::List(item) => Ok(Value::List(vec![from_text(item, text)?])),
        FieldType::Row => expected("an object is expected; it has no text form"),
    }
}

/// Reads a JSON value other than null (what null means is the caller's business).
///
/// `fields` are the members of a Row; none = any object.
///
/// # Errors
/// [`Mismatch`] naming what the type expects.
pub fn from_json(
    field_type: &FieldType,
    fields: &[Field],
    raw: &RawValue,
    reading: Reading,
) -> Result<Value, Mismatch> {
    let text = raw.get();
    let first = text.as_bytes().first().copied().unwrap_or(b' ');
    let is_string = first == b'"';
    match field_type {
        FieldType::Json => from_text(field_type, text),
        FieldType::List(item) => list(item, fields, raw, reading),
        FieldType::Row => row(fields, raw, reading),
        _ if matches!(first, b'{' | b'[') => {
            expected("a single value is expected, not an object or a list")
        }
        FieldType::Integer | FieldType::Integer64 if !is_string => {
            from_text(field_type, whole(text))
        }
        FieldType::Currency | FieldType::Number if !is_string => from_text(field_type, text),
        FieldType::YesNo if !is_string => match (first, reading) {
            (b't' | b'f', _) | (_, Reading::Liberal) => yes_no(text),
            _ => expected("true or false is expected"),
        },
        FieldType::Integer | FieldType::Number if reading == Reading::Strict => {
            expected("a JSON number is expected, without quotes")
        }
        _ if is_string => from_text(field_type, &unquote(text)?),
        _ if reading == Reading::Liberal => from_text(field_type, text),
        _ => expected("a JSON string is expected"),
    }
}

/// Reads `default`, `min`, `max` and `enum` items of a field: the file's own numbers and booleans, or text.
///
/// # Errors
/// [`Mismatch`] naming what the type expects.
pub fn from_setting(field: &Field, setting: &serde_json::Value) -> Result<Value, Mismatch> {
    if setting.is_null() {
        return Ok(Value::Null);
    }
    let Ok(raw) = serde_json::value::to_raw_value(setting) else {
        return expected("a plain value is expected");
    };
    from_json(&field.field_type, &field.fields, &raw, Reading::Liberal)
}

fn list(
    item: &FieldType,
    fields: &[Field],
    raw: &RawValue,
    reading: Reading,
) -> Result<Value, Mismatch> {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) else {
        return expected("a JSON array is expected");
    };
    let read = |(n, raw): (usize, &&RawValue)| {
        from_json(item, fields, raw, reading)
            .map_err(|Mismatch(why)| Mismatch(format!("item {}: {why}", n + 1).into()))
    };
    let values: Result<Vec<Value>, Mismatch> = items.iter().enumerate().map(read).collect();
    values.map(Value::List)
}

/// A Row travels inward under the back-end's names and outward under ours.
fn row(fields: &[Field], raw: &RawValue, reading: Reading) -> Result<Value, Mismatch> {
    if !raw.get().starts_with('{') {
        return expected("a JSON object is expected");
    }
    if fields.is_empty() {
        return from_text(&FieldType::Json, raw.get());
    }
    let Ok(mut members) =
        serde_json::from_str::<std::collections::BTreeMap<String, &RawValue>>(raw.get())
    else {
        return expected("a JSON object is expected");
    };
    let mut out = Vec::with_capacity(fields.len());
    for field in fields {
        let (read_as, write_as) = match reading {
            Reading::Strict => (field.name.as_str(), field.external()),
            Reading::Liberal => (field.external(), field.name.as_str()),
        };
        let value = match members.remove(read_as) {
            None if field.required => return expected(format!("member `{read_as}` is missing")),
            None => continue,
            Some(raw) if raw.get() == "null" => Value::Null,
            Some(raw) => from_json(&field.field_type, &field.fields, raw, reading)
                .map_err(|Mismatch(why)| Mismatch(format!("member `{read_as}`: {why}").into()))?,
        };
        out.push((write_as.to_owned(), value));
    }
    if reading == Reading::Strict && !members.is_empty() {
        return expected("the object has members that are not declared");
    }
    Ok(Value::Row(out))
}

/// `7.0` is a whole number in JSON Schema.
fn whole(text: &str) -> &str {
    match text.split_once('.') {
        Some((integer, fraction)) if fraction.bytes().all(|b| b == b'0') => integer,
        _ => text,
    }
}

/// Well-formed and of a depth every parser on the way can follow.
fn json(text: &str) -> Result<Value, Mismatch> {
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else {
        return expected("JSON is expected");
    };
    if depth(raw.get()) > MAX_JSON_DEPTH {
        return expected("the JSON is nested too deeply");
    }
    Ok(Value::Json(raw.get().to_owned()))
}

fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn unquote(text: &str) -> Result<String, Mismatch> {
    serde_json::from_str(text).or_else(|_| expected("the text is not valid Unicode"))
}

fn yes_no(text: &str) -> Result<Value, Mismatch> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "1"]) {
        Ok(Value::YesNo(true))
    } else if is(["false", "no", "0"]) {
        Ok(Value::YesNo(false))
    } else {
        expected("true or false (yes, no, 1, 0) is expected")
    }
}

/// A Link may end up in a page: schemes that run code there are refused.
fn link(text: &str) -> Result<Value, Mismatch> {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let well_formed = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
    let runs_code = ["javascript", "vbscript", "data"]
        .iter()
        .any(|bad| scheme.eq_ignore_ascii_case(bad));
    if !well_formed || runs_code || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return expected("a URL with a scheme is expected, as https://example.com/");
    }
    Ok(Value::Text(text.to_owned()))
}

/// Checks the alphabet and the padding; the bytes themselves are nobody's business here.
fn base64(text: &str) -> Result<Value, Mismatch> {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    let alphabet = body
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
    if !alphabet || !text.len().is_multiple_of(4) || padding > 2 {
        return expected("base64 with padding is expected");
    }
    Ok(Value::Media(text.to_owned()))
}

fn expected<T>(what: impl Into<Cow<'static, str>>) -> Result<T, Mismatch> {
    Err(Mismatch(what.into()))
}
