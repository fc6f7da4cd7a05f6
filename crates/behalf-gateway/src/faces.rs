//! Faces: how callers reach methods. One file each; all run [`crate::invocation`] and render faults in one place.

mod index;
mod json;
mod openapi;
mod problem;
mod resource_metadata;
mod rest;

use crate::Gateway;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use behalf_model::Fault;
use behalf_model::fault::{INTERNAL, METHOD_NOT_ALLOWED, NOT_FOUND};
use http::{HeaderValue, header};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// Given to every request of this room and answered in `x-request-id`.
#[derive(Clone)]
struct RequestId(Arc<str>);

pub(crate) fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .merge(rest::routes())
        .route("/api", get(index::list))
        .route("/openapi.json", get(openapi::document))
        .route(
            "/.well-known/oauth-protected-resource",
            get(resource_metadata::document),
        )
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(gateway.clone(), name))
        .with_state(gateway)
}

/// Names the request, so that the answer, the audit row, the log and the back-end speak of the same one.
async fn name(State(gateway): State<Arc<Gateway>>, mut request: Request, next: Next) -> Response {
    let id: Arc<str> = gateway.env.uuid().to_string().into();
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = match unwound(next.run(request)).await {
        Some(response) => response,
        None => {
            tracing::error!(request_id = &*id, "a request ended in a panic");
            RequestId(id.clone()).refuse(&gateway, &INTERNAL.plain())
        }
    };
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// `None` when the future panics: a defect must still be answered in the format of this face, with the request id that
/// leads to its log line.
async fn unwound<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    })
    .await
}

impl RequestId {
    fn refuse(&self, gateway: &Gateway, fault: &Fault) -> Response {
        problem::response(fault, &self.0, &gateway.metadata_url())
    }
}

async fn not_found(
    State(gateway): State<Arc<Gateway>>,
    axum::Extension(id): axum::Extension<RequestId>,
) -> Response {
    id.refuse(&gateway, &NOT_FOUND.plain())
}

async fn method_not_allowed(
    State(gateway): State<Arc<Gateway>>,
    axum::Extension(id): axum::Extension<RequestId>,
) -> Response {
    id.refuse(&gateway, &METHOD_NOT_ALLOWED.plain())
}

/// JSON of one caller: never in a shared cache.
fn json(body: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}
