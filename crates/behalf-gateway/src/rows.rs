//! The answer of a back-end → typed rows (reference, section 3.6).
//!
//! The JSON is walked as text and only the parts an output asks for are converted, straight from their digits: a
//! Currency never becomes a float, and members nobody asked for cost nothing.

mod outputs;
mod path;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use behalf_model::method::Value;

pub use outputs::{Answer, Outputs};
pub use path::ResultPath;
pub use read::error_message;

/// One output field, as faces need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As declared: `Item Id`.
    pub name: String,
    /// As OData and SOAP spell it: `Item_Id`.
    pub identifier: String,
}

/// Rows under the output fields of the method.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    pub columns: Arc<[Column]>,
    /// Each with one value for each column; Null = the back-end gave none.
    pub rows: Vec<Vec<Value>>,
    /// Values that did not fit and became null (`lenient = true`).
    pub warnings: Vec<String>,
}

impl Rows {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Appends `[{"Item Id":"7",…},…]`.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for n in 0..self.rows.len() {
            if n > 0 {
                out.push(b',');
            }
            self.write_row_json(n, out);
        }
        out.push(b']');
    }

    /// Appends one row as `{"Item Id":"7",…}`; nothing when there is no such row.
    pub fn write_row_json(&self, index: usize, out: &mut Vec<u8>) {
        let Some(row) = self.rows.get(index) else {
            return;
        };
        out.push(b'{');
        for (n, (column, value)) in self.columns.iter().zip(row).enumerate() {
            if n > 0 {
                out.push(b',');
            }
            // Writing to a Vec cannot fail.
            let _ = serde_json::to_writer(&mut *out, &column.name);
            out.push(b':');
            value.write_json(out);
        }
        out.push(b'}');
    }
}

/// An answer that does not fit the outputs of the method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Counted from 1; `None` when no row is concerned.
    pub row: Option<usize>,
    pub field: Option<String>,
    pub message: String,
    /// The beginning of the value found, `***` for a sensitive field.
    pub found: Option<String>,
}

impl RowError {
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self {
            row: None,
            field: None,
            message: message.into(),
            found: None,
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}")?;
        }
        if let Some(field) = &self.field {
            let comma = if self.row.is_some() { ", " } else { "" };
            write!(f, "{comma}field `{field}`")?;
        }
        if self.row.is_some() || self.field.is_some() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        match &self.found {
            Some(found) => write!(f, ", found {found}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RowError {}
