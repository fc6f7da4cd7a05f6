//! Bodies that carry field values.

use axum::body::Body;
use behalf_model::Fault;
use behalf_model::fault::{MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE};
use behalf_wire::jose::JsonFault;
use behalf_wire::jose::json::parse_object_within;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};

/// The field values of a body in either form: `{"fields":{…}}` or the bare columns `{ "Color": … }`. Annotations
/// (`@odata.type`, `Color@odata.type`) are dropped.
///
/// Errors: `UNSUPPORTED_MEDIA_TYPE`, `TOO_LARGE`, `MALFORMED` also for duplicate members and deep nesting.
pub(super) async fn fields(
    headers: &HeaderMap,
    body: Body,
    limit_bytes: usize,
) -> Result<Map<String, Value>, Fault> {
    if !is_json(headers) {
        return Err(UNSUPPORTED_MEDIA_TYPE.with("The body must be application/json."));
    }
    let too_large = || TOO_LARGE.with(format!("The body may have {limit_bytes} bytes."));
    // A body that announces too much is refused before a byte of it is read.
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > limit_bytes) {
        return Err(too_large());
    }
    let bytes = match Limited::new(body, limit_bytes).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_large()),
        Err(_) => return Err(MALFORMED.with("The body broke off.")),
    };
    values(&bytes, limit_bytes)
}

fn values(bytes: &[u8], limit_bytes: usize) -> Result<Map<String, Value>, Fault> {
    let mut members = parse_object_within(bytes, limit_bytes).map_err(|fault| match fault {
        JsonFault::TooLarge => TOO_LARGE.plain(),
        other => MALFORMED.with(format!("The body is not acceptable JSON: {other}.")),
    })?;
    drop_annotations(&mut members);
    // A column never holds an object, so this is no column that happens to bear the name.
    if !members.get("fields").is_some_and(Value::is_object) {
        return Ok(members);
    }
    match (members.remove("fields"), members.keys().next()) {
        (Some(Value::Object(mut fields)), None) => {
            drop_annotations(&mut fields);
            Ok(fields)
        }
        _ => Err(MALFORMED.with("Send either the member fields alone, or the bare columns.")),
    }
}

fn drop_annotations(members: &mut Map<String, Value>) {
    members.retain(|name, _| !name.contains("@odata."));
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests;
