//! One operation of the document.

use super::schema::{self, Side};
use crate::catalog::CompiledMethod;
use behalf_model::method::{Field, FieldType};
use serde_json::{Map, Value, json};

/// `POST /api/{object}/{method}`.
pub(super) fn of_call(method: &CompiledMethod) -> Value {
    operation(method, "", vec![profile(method)], Some(None))
}

/// `POST /api/{object}`.
pub(super) fn of_create(method: &CompiledMethod) -> Value {
    operation(method, "-create", vec![profile(method)], Some(None))
}

/// `GET /api/{object}`: inputs in the query.
pub(super) fn of_list(method: &CompiledMethod) -> Value {
    let mut parameters = vec![profile(method)];
    parameters.extend(queries(method, None));
    operation(method, "-list", parameters, None)
}

/// `/api/{object}/{key}`.
pub(super) fn of_item(method: &CompiledMethod, verb: &str) -> Value {
    let key = super::super::rest::key(method);
    let field = method
        .method
        .input
        .iter()
        .find(|field| Some(field.name.as_str()) == key);
    let mut parameters = vec![json!({
        "name": "key", "in": "path", "required": true,
        "description": key,
        "schema": field.map(|field| schema::of_field(field, Side::Input)),
    })];
    parameters.push(profile(method));
    let with_body = matches!(verb, "patch" | "put");
    if !with_body {
        parameters.extend(queries(method, key));
    }
    operation(
        method,
        &format!("-{verb}"),
        parameters,
        with_body.then_some(key),
    )
}

/// `body`: `None` = none, `Some(field)` = the inputs without that field.
fn operation(
    method: &CompiledMethod,
    suffix: &str,
    parameters: Vec<Value>,
    body: Option<Option<&str>>,
) -> Value {
    let declared = &method.method;
    let mut operation = json!({
        "operationId": format!("{}.{}{suffix}", method.object_slug, method.slug),
        "summary": declared.label.as_ref().unwrap_or(&declared.name),
        "tags": [declared.object],
        "parameters": parameters,
        "responses": responses(method),
    });
    if let Value::Object(members) = &mut operation {
        if let Some(description) = &declared.description {
            members.insert("description".to_owned(), description.as_str().into());
        }
        let bearer = json!({ "bearer": [] });
        let security = if declared.policy.anonymous {
            json!([bearer, {}])
        } else {
            json!([bearer])
        };
        members.insert("security".to_owned(), security);
        if let Some(without) = body {
            members.insert(
                "requestBody".to_owned(),
                request_body(&declared.input, without),
            );
        }
    }
    operation
}

fn request_body(fields: &[Field], without: Option<&str>) -> Value {
    let sent = || {
        fields
            .iter()
            .filter(move |field| Some(field.name.as_str()) != without)
    };
    let example: Map<String, Value> = sent()
        .map(|field| (field.name.clone(), example(field)))
        .collect();
    let required = sent().any(|field| field.required && field.default.is_none());
    json!({
        "required": required,
        "content": { "application/json": { "schema": schema::inputs(fields, without), "example": example } },
    })
}

fn responses(method: &CompiledMethod) -> Value {
    let row: Map<String, Value> = method
        .method
        .output
        .iter()
        .map(|field| (field.name.clone(), example(field)))
        .collect();
    let problem = |description: &str| {
        json!({
            "description": description,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    json!({
        "200": {
            "description": "The rows.",
            "content": { "application/json": {
                "schema": schema::rows(&method.method.output),
                "example": { "rows": [row] },
            } },
        },
        "400": problem("An input is missing, unknown or has the wrong form."),
        "401": problem("A valid access token is required, or the user has to sign in."),
        "403": problem("The policy, the provider or the back-end forbids it."),
        "404": problem("There is no such method or profile, or the back-end knows no such thing."),
        "409": problem("The back-end refused because the thing changed or exists already."),
        "413": problem("The request body is too large."),
        "415": problem("The request body is not JSON."),
        "422": problem("The back-end rejected the data."),
        "default": problem("The gateway, the provider or the back-end failed."),
    })
}

fn profile(method: &CompiledMethod) -> Value {
    json!({
        "name": "profile", "in": "query", "required": false,
        "description": "The profile to run on; the first is the default.",
        "schema": { "type": "string", "enum": method.method.profiles },
    })
}

/// The inputs that a query can carry. An input called `profile` cannot be: the name is taken.
fn queries(method: &CompiledMethod, without: Option<&str>) -> Vec<Value> {
    let fields = method.method.input.iter().filter(|field| {
        Some(field.name.as_str()) != without
            && field.field_type.item().is_scalar()
            && field.name != "profile"
    });
    let parameter = |field: &Field| {
        json!({
            "name": field.name, "in": "query",
            "required": field.required && field.default.is_none(),
            "description": field.description.as_ref().unwrap_or(&field.name),
            "schema": schema::of_field(field, Side::Input),
        })
    };
    fields.map(parameter).collect()
}

/// A value that fits the field: its default, one of its values, or a typical one.
fn example(field: &Field) -> Value {
    let given = field.default.as_ref().or_else(|| field.values.first());
    given
        .cloned()
        .unwrap_or_else(|| typical(&field.field_type, field))
}

fn typical(field_type: &FieldType, field: &Field) -> Value {
    match field_type {
        FieldType::Text => json!("text"),
        FieldType::Char => json!("x"),
        FieldType::Link => json!("https://example.com/"),
        FieldType::Integer | FieldType::Integer64 => field.min.clone().unwrap_or(json!(1)),
        FieldType::Number => field.min.clone().unwrap_or(json!(1.5)),
        FieldType::Currency => json!("12.50"),
        FieldType::YesNo => json!(true),
        FieldType::DateTime => json!("2026-03-01T08:30:00Z"),
        FieldType::Date => json!("2026-03-01"),
        FieldType::Time => json!("08:30:00"),
        FieldType::Media => json!("AAEC"),
        FieldType::Guid => json!("7d1c5f0e-2a3b-4c5d-8e9f-0123456789ab"),
        FieldType::Json => json!({}),
        FieldType::List(item) => json!([typical(item, field)]),
        FieldType::Row => {
            let members = field.fields.iter().map(|f| (f.name.clone(), example(f)));
            Value::Object(members.collect())
        }
    }
}
