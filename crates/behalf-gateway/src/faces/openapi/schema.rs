//! JSON Schema (2020-12) of fields and problems.

use behalf_model::method::{Field, FieldType};
use serde_json::{Map, Value, json};

/// The object of a method's inputs. `without`: the field that stands in the path instead.
pub(super) fn inputs(fields: &[Field], without: Option<&str>) -> Value {
    let fields: Vec<&Field> = fields
        .iter()
        .filter(|f| Some(f.name.as_str()) != without)
        .collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.required && field.default.is_none())
        .map(|field| field.name.as_str())
        .collect();
    json!({
        "type": "object",
        "properties": properties(fields.iter().copied(), Side::Input),
        "required": required,
        "additionalProperties": false,
    })
}

/// `{"rows":[…]}`. Every member of a row is there; what the back-end did not give is null.
pub(super) fn rows(fields: &[Field]) -> Value {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    json!({
        "type": "object",
        "properties": {
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": properties(fields.iter(), Side::Output),
                    "required": names,
                },
            },
            "warnings": { "type": "array", "items": { "type": "string" } },
        },
        "required": ["rows"],
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

fn properties<'f>(fields: impl Iterator<Item = &'f Field>, side: Side) -> Map<String, Value> {
    fields
        .map(|field| (field.name.clone(), of_field(field, side)))
        .collect()
}

/// One field with all its limits.
pub(super) fn of_field(field: &Field, side: Side) -> Value {
    let mut schema = of_type(&field.field_type, field, side);
    let nullable = side == Side::Output || field.nullable;
    if let Value::Object(schema) = &mut schema {
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                schema.insert(name.to_owned(), value);
            }
        };
        put("title", field.label.clone().map(Value::from));
        put("description", field.description.clone().map(Value::from));
        if side == Side::Input {
            put("default", field.default.clone());
            put(
                "enum",
                (!field.values.is_empty()).then(|| field.values.clone().into()),
            );
            let numeric = matches!(
                field.field_type,
                FieldType::Integer | FieldType::Integer64 | FieldType::Number
            );
            put(
                "minimum",
                field.min.clone().filter(|v| numeric && v.is_number()),
            );
            put(
                "maximum",
                field.max.clone().filter(|v| numeric && v.is_number()),
            );
            let texts = matches!(field.field_type, FieldType::Text | FieldType::Link);
            put(
                "minLength",
                field.min_length.filter(|_| texts).map(Value::from),
            );
            put(
                "maxLength",
                field.max_length.filter(|_| texts).map(Value::from),
            );
            let anchored = |pattern: &String| format!("^(?:{pattern})$").into();
            put(
                "pattern",
                field.pattern.as_ref().filter(|_| texts).map(anchored),
            );
            put("writeOnly", field.sensitive.then(|| true.into()));
        }
    }
    if nullable { or_null(schema) } else { schema }
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// The JSON column of the type table (reference, 3.5).
fn of_type(field_type: &FieldType, field: &Field, side: Side) -> Value {
    match field_type {
        FieldType::Text => json!({ "type": "string" }),
        FieldType::Char => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        FieldType::Link => json!({ "type": "string", "format": "uri" }),
        FieldType::Integer => {
            json!({ "type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX })
        }
        FieldType::Integer64 => json!({
            "type": ["integer", "string"], "format": "int64", "pattern": "^[+-]?[0-9]{1,19}$",
        }),
        FieldType::Number => json!({ "type": "number", "format": "double" }),
        // Exact: text keeps every digit, a number is accepted too.
        FieldType::Currency => json!({
            "type": ["number", "string"], "format": "decimal",
            "pattern": "^[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$",
        }),
        FieldType::YesNo if side == Side::Input => json!({ "type": ["boolean", "string"] }),
        FieldType::YesNo => json!({ "type": "boolean" }),
        FieldType::DateTime => json!({ "type": "string", "format": "date-time" }),
        FieldType::Date => json!({ "type": "string", "format": "date" }),
        FieldType::Time => json!({ "type": "string", "format": "time" }),
        FieldType::Media => json!({ "type": "string", "contentEncoding": "base64" }),
        FieldType::Guid => json!({ "type": "string", "format": "uuid" }),
        FieldType::Json => json!({}),
        FieldType::List(item) => json!({ "type": "array", "items": of_type(item, field, side) }),
        FieldType::Row => {
            let members = properties(field.fields.iter(), side);
            json!({ "type": "object", "properties": members })
        }
    }
}

/// RFC 9457 with the members of the fault catalogue.
pub(super) fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "properties": {
            "type": { "type": "string", "format": "uri" },
            "title": text, "detail": text, "status": { "type": "integer" },
            "code": { "type": "string", "examples": ["obo.no_access_token"] },
            "fault": { "type": "string", "examples": ["BH3002"] },
            "party": { "enum": ["client", "user", "administrator", "upstream", "server"] },
            "cause": text, "remedy": text, "hint": text, "request_id": text,
        },
        "required": ["type", "title", "status", "detail", "code", "fault"],
    })
}
