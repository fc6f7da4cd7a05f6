//! Reading an answer.

use behalf_model::method::{FieldType, Mismatch, Reading, Value, from_json, from_text};
use serde_json::value::RawValue;

use crate::masked::masked;

use super::outputs::{Answer, Node, Origin, Output, Outputs};
use super::path::{ResultPath, items, members};
use super::{RowError, Rows};

const SNIPPET_MAX_CHARS: usize = 60;
const MESSAGE_MAX_CHARS: usize = 500;

impl Outputs {
    /// Turns a successful answer into typed rows. An empty body is no rows.
    ///
    /// # Errors
    /// A body that is not JSON, a row path that leads nowhere, a value that does not fit its output type, or a
    /// required output that is missing.
    pub fn read(&self, answer: &Answer<'_>) -> Result<Rows, RowError> {
        let mut rows = Rows {
            columns: self.columns.clone(),
            ..Rows::default()
        };
        let body = answer
            .body
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(answer.body);
        let needs_body = self.passthrough.is_some()
            || self
                .fields
                .iter()
                .any(|output| matches!(output.origin, Origin::Row));
        if !needs_body && !self.fields.is_empty() {
            let row = self.row(answer, None, 1, &mut rows.warnings)?;
            rows.rows.push(row);
            return Ok(rows);
        }
        if body.trim_ascii().is_empty() || self.fields.is_empty() {
            return Ok(rows);
        }
        let Ok(root) = serde_json::from_slice::<&RawValue>(body) else {
            return Err(not_json(answer));
        };
        let found = match self.passthrough {
            Some(_) => vec![root],
            None => self.row_values(root)?,
        };
        rows.rows.reserve(found.len());
        for (n, raw) in found.into_iter().enumerate() {
            let row = self.row(answer, Some(raw), n + 1, &mut rows.warnings)?;
            rows.rows.push(row);
        }
        Ok(rows)
    }

    /// The JSON values that are rows.
    fn row_values<'j>(&self, root: &'j RawValue) -> Result<Vec<&'j RawValue>, RowError> {
        let Some(path) = &self.result else {
            return match root.get().as_bytes().first() {
                Some(b'[') => Ok(items(root)),
                Some(b'{') => Ok(vec![root]),
                _ if root.get() == "null" => Ok(Vec::new()),
                _ => Err(RowError::whole(
                    "the answer is neither a JSON object nor an array",
                )),
            };
        };
        let found = path.select(root);
        match found.as_slice() {
            [] if path.is_singular() => Err(RowError::whole(format!(
                "the answer has nothing at `{path}`, where Result= expects the rows"
            ))),
            [one] if path.is_singular() && one.get().starts_with('[') => Ok(items(one)),
            [one] if path.is_singular() && one.get() == "null" => Ok(Vec::new()),
            _ => Ok(found),
        }
    }

    fn row<'j>(
        &self,
        answer: &Answer<'_>,
        raw: Option<&'j RawValue>,
        number: usize,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<Value>, RowError> {
        let mut places: Vec<Option<&'j RawValue>> = vec![None; self.fields.len()];
        match (raw, self.passthrough) {
            (Some(raw), Some(index)) => places[index] = Some(raw),
            (Some(raw), None) => collect(&self.tree, raw, &mut places),
            (None, _) => {}
        }
        let mut row = Vec::with_capacity(self.fields.len());
        for (output, place) in self.fields.iter().zip(places) {
            let value = match value(output, place, answer) {
                Ok(value) => value,
                Err(Mismatch(why)) => {
                    let error = RowError {
                        row: Some(number),
                        field: Some(output.field.name.clone()),
                        message: why.into_owned(),
                        found: found(output, place),
                    };
                    if !self.lenient {
                        return Err(error);
                    }
                    warnings.push(error.to_string());
                    Value::Null
                }
            };
            if value == Value::Null && output.field.required {
                return Err(RowError {
                    row: Some(number),
                    field: Some(output.field.name.clone()),
                    message: "a required output is missing in the answer".to_owned(),
                    found: None,
                });
            }
            row.push(value);
        }
        Ok(row)
    }
}

/// One walk down the tree of wanted places.
fn collect<'j>(node: &Node, raw: &'j RawValue, places: &mut [Option<&'j RawValue>]) {
    for field in &node.fields {
        places[*field] = Some(raw);
    }
    if !node.members.is_empty() && raw.get().starts_with('{') {
        let find = |key: &str| node.members.iter().find(|(name, _)| name == key);
        members(
            raw,
            |key| find(key).is_some(),
            |key, value| {
                if let Some((_, child)) = find(key) {
                    collect(child, value, places);
                }
            },
        );
    }
    if !node.items.is_empty() {
        let values = items(raw);
        for (index, child) in &node.items {
            if let Some(value) = values.get(*index) {
                collect(child, value, places);
            }
        }
    }
}

fn value(
    output: &Output,
    place: Option<&RawValue>,
    answer: &Answer<'_>,
) -> Result<Value, Mismatch> {
    let field = &output.field;
    match &output.origin {
        Origin::Status => from_text(&field.field_type, &answer.status.to_string()),
        Origin::Header(name) => match answer.headers.get(name).map(|value| value.to_str()) {
            None => Ok(Value::Null),
            Some(Ok(text)) => from_text(&field.field_type, text),
            Some(Err(_)) => Err(Mismatch("the header is not readable text".into())),
        },
        Origin::Row => match place {
            None => Ok(Value::Null),
            Some(raw) if raw.get() == "null" && field.field_type != FieldType::Json => {
                Ok(Value::Null)
            }
            Some(raw) => from_json(&field.field_type, &field.fields, raw, Reading::Liberal),
        },
    }
}

fn found(output: &Output, place: Option<&RawValue>) -> Option<String> {
    let raw = place?;
    if output.field.sensitive {
        return Some("***".to_owned());
    }
    Some(shortened(raw.get(), SNIPPET_MAX_CHARS))
}

fn not_json(answer: &Answer<'_>) -> RowError {
    let content_type = answer
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    RowError::whole(match content_type {
        Some(content_type) => {
            let content_type = shortened(content_type, SNIPPET_MAX_CHARS);
            format!("the answer is not JSON, although it succeeded; its type is `{content_type}`")
        }
        None => "the answer is not JSON, although it succeeded".to_owned(),
    })
}

/// What `Error Message=` finds in the body of a refusal, as one short line without the credentials that were `sent`.
pub fn error_message(path: &ResultPath, body: &[u8], sent: &[&str]) -> Option<String> {
    let root = serde_json::from_slice::<&RawValue>(body).ok()?;
    let found = path.select(root);
    let first = found.first()?;
    let text = match serde_json::from_str::<String>(first.get()) {
        Ok(text) => text,
        Err(_) if first.get() == "null" => return None,
        Err(_) => first.get().to_owned(),
    };
    // Masked before it is cut: half a token could no longer be recognized.
    Some(shortened(&masked(&text, sent), MESSAGE_MAX_CHARS))
}

/// The beginning, without anything that could break a line of a log or a page.
fn shortened(text: &str, max_chars: usize) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = line.clone().take(max_chars).collect();
    if line.count() > max_chars {
        out.push('…');
    }
    out
}
