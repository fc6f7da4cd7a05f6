//! Protected resource metadata (RFC 9728): where a client gets a token for the gateway.

use crate::Gateway;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

pub(super) async fn document(State(gateway): State<Arc<Gateway>>) -> Response {
    let config = &gateway.config;
    let document = json!({
        "resource": config.public_url,
        "authorization_servers": config.authorization_servers,
        "bearer_methods_supported": ["header"],
        "resource_name": "Behalf gateway",
    });
    super::json(document.to_string())
}
