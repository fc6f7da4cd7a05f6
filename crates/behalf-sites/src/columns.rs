//! What a list lets its items hold. Pure.

use behalf_model::fault::{COLUMN_REQUIRED, COLUMN_TYPE, COLUMN_UNKNOWN};
use behalf_model::site::{Column, ColumnKind, List};
use behalf_model::{Fault, UnixTime};
use serde_json::{Map, Number, Value};

/// The fields of a new item. A member that is missing and one that is `null` are the same.
///
/// Errors: `COLUMN_UNKNOWN`, `COLUMN_TYPE`, `COLUMN_REQUIRED`.
pub(crate) fn create(list: &List, sent: Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    let fields = change(list, &Map::new(), sent)?;
    match list
        .columns
        .iter()
        .find(|column| column.required && !fields.contains_key(&column.name))
    {
        Some(column) => Err(required(column)),
        None => Ok(fields),
    }
}

/// The fields of an item after a change: what was sent replaces, `null` clears, the rest stays. An item older than
/// a requirement can still be changed in its other columns.
///
/// Errors: `COLUMN_UNKNOWN`, `COLUMN_TYPE`, `COLUMN_REQUIRED` when a required column is cleared.
pub(crate) fn change(
    list: &List,
    current: &Map<String, Value>,
    sent: Map<String, Value>,
) -> Result<Map<String, Value>, Fault> {
    let mut fields = current.clone();
    for (name, value) in sent {
        let column = find(list, &name)?;
        match stored(column, value)? {
            Some(value) => fields.insert(name, value),
            None if column.required => return Err(required(column)),
            None => fields.remove(&name),
        };
    }
    Ok(fields)
}

/// The column of exactly this name.
///
/// Errors: `COLUMN_UNKNOWN`.
pub(crate) fn find<'l>(list: &'l List, name: &str) -> Result<&'l Column, Fault> {
    list.columns
        .iter()
        .find(|column| column.name == name)
        .ok_or_else(|| unknown(list, name))
}

fn required(column: &Column) -> Fault {
    COLUMN_REQUIRED.with(format!("The column '{}' needs a value.", column.name))
}

/// The value as it is kept; `None` clears the column. An empty text does not fill a required column.
fn stored(column: &Column, value: Value) -> Result<Option<Value>, Fault> {
    let value = match (column.kind, value) {
        (_, Value::Null) => return Ok(None),
        (ColumnKind::Text, Value::String(text)) if text.is_empty() && column.required => {
            return Ok(None);
        }
        (ColumnKind::Text, value @ Value::String(_)) => Some(value),
        (ColumnKind::Number, value @ Value::Number(_)) => Some(value),
        (ColumnKind::Number, Value::String(text)) => number(&text).map(Value::Number),
        (ColumnKind::Boolean, value @ Value::Bool(_)) => Some(value),
        (ColumnKind::DateTime, Value::String(text)) => {
            UnixTime::parse(&text).map(|at| at.rfc3339().into())
        }
        _ => None,
    };
    value.map(Some).ok_or_else(|| {
        let wanted = match column.kind {
            ColumnKind::Text => "a text",
            ColumnKind::Number => "a number",
            ColumnKind::Boolean => "true or false",
            ColumnKind::DateTime => "a date and time such as 2026-01-01T00:00:00Z",
        };
        COLUMN_TYPE.with(format!("The column '{}' takes {wanted}.", column.name))
    })
}

/// A number written as text, as scripts with quoted placeholders send it; by the grammar of JSON, so that `nan`,
/// `1,5` and hexadecimal are none.
fn number(text: &str) -> Option<Number> {
    let starts_well = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let ends_well = text.ends_with(|c: char| c.is_ascii_digit());
    (starts_well && ends_well)
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

fn unknown(list: &List, name: &str) -> Fault {
    let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
    COLUMN_UNKNOWN.with(format!(
        "The list '{}' has no column '{shown}'.",
        list.title
    ))
}

#[cfg(test)]
mod tests;
