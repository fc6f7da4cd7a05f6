//! `GET /openapi.json`: OpenAPI 3.1, generated from the methods.
//!
//! It describes every method to whoever asks: names and types are documentation, not data. Which of them a caller may
//! call says `GET /api`.

mod operation;
mod schema;
#[cfg(test)]
mod tests;

use super::RequestId;
use crate::Gateway;
use crate::catalog::Catalog;
use crate::library::Loaded;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use behalf_model::method::Kind;
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(super) async fn document(
    State(gateway): State<Arc<Gateway>>,
    Extension(id): Extension<RequestId>,
) -> Response {
    match gateway.catalogue().await {
        Ok(loaded) => super::json(written(&gateway, &loaded)),
        Err(fault) => id.refuse(&gateway, &fault),
    }
}

fn written(gateway: &Gateway, loaded: &Loaded) -> bytes::Bytes {
    let write = || {
        describe(&loaded.catalog, &gateway.config.public_url)
            .to_string()
            .into()
    };
    loaded.openapi.get_or_init(write).clone()
}

/// The whole document.
fn describe(catalog: &Catalog, public_url: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut put = |path: String, verb: &str, operation: Value| {
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.entry(verb).or_insert(operation);
        }
    };
    for method in catalog.methods() {
        let object = &method.object_slug;
        put(
            format!("/api/{object}/{}", method.slug),
            "post",
            operation::of_call(method),
        );
        let only = |kind: Kind| {
            let of_kind = catalog.methods_of(object).filter(|m| m.kind == kind);
            of_kind.count() == 1
        };
        if !only(method.kind) {
            continue;
        }
        let has_key = super::rest::key(method).is_some();
        match method.kind {
            Kind::List => put(format!("/api/{object}"), "get", operation::of_list(method)),
            Kind::Create => put(
                format!("/api/{object}"),
                "post",
                operation::of_create(method),
            ),
            Kind::Get | Kind::Update | Kind::Delete if has_key => {
                let verbs: &[&str] = match method.kind {
                    Kind::Get => &["get"],
                    Kind::Delete => &["delete"],
                    _ => &["patch", "put"],
                };
                for verb in verbs {
                    put(
                        format!("/api/{object}/{{key}}"),
                        verb,
                        operation::of_item(method, verb),
                    );
                }
            }
            _ => {}
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Behalf gateway", "version": env!("CARGO_PKG_VERSION") },
        "servers": [{ "url": public_url }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "schemas": { "Problem": schema::problem() },
        },
    })
}
