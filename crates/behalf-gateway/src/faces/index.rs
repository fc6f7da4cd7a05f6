//! `GET /api`: the objects and methods that the caller may call. What a policy hides from him is left out.

use super::RequestId;
use crate::catalog::CompiledMethod;
use crate::library::Loaded;
use crate::{Gateway, caller, invocation};
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use behalf_model::Fault;
use http::HeaderMap;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn list(
    State(gateway): State<Arc<Gateway>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    match visible(&gateway, &headers).await {
        Ok(objects) => super::json(json!({ "objects": objects }).to_string()),
        Err(fault) => id.refuse(&gateway, &fault),
    }
}

async fn visible(gateway: &Gateway, headers: &HeaderMap) -> Result<Vec<Value>, Fault> {
    let caller = caller::identify(gateway, headers, gateway.env.now()).await?;
    caller.in_good_standing()?;
    let loaded = gateway.catalogue().await?;
    let mut objects: Vec<Value> = Vec::new();
    let mut methods: Vec<Value> = Vec::new();
    let mut of: Option<&CompiledMethod> = None;
    for method in loaded.catalog.methods() {
        if let Some(previous) = of.filter(|previous| previous.object_slug != method.object_slug) {
            push(&mut objects, &loaded, previous, &mut methods);
        }
        of = Some(method);
        if invocation::permitted(&loaded, method, &caller).is_ok() {
            methods.push(one(gateway, method));
        }
    }
    if let Some(last) = of {
        push(&mut objects, &loaded, last, &mut methods);
    }
    Ok(objects)
}

fn push(objects: &mut Vec<Value>, loaded: &Loaded, of: &CompiledMethod, methods: &mut Vec<Value>) {
    let methods = std::mem::take(methods);
    if methods.is_empty() {
        return;
    }
    let description = loaded
        .catalog
        .object(&of.object_slug)
        .and_then(|o| o.description.clone());
    objects.push(json!({
        "name": of.method.object,
        "path": format!("/api/{}", of.object_slug),
        "description": description,
        "methods": methods,
    }));
}

fn one(gateway: &Gateway, method: &CompiledMethod) -> Value {
    let path = format!("/api/{}/{}", method.object_slug, method.slug);
    json!({
        "name": method.method.name,
        "kind": method.kind.to_string(),
        "description": method.method.description,
        "href": format!("{}{path}", gateway.config.public_url),
        "profiles": method.method.profiles,
    })
}
