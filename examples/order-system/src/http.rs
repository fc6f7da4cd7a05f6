//! The API: `/orders` and `/orders/{id}`, one scope for each kind of call.

use crate::orders::{NewOrder, Orders};
use crate::problem::Problem;
use crate::tokens::{Caller, Tokens};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

const READ: &str = "order.read";
const WRITE: &str = "order.write";
const DELETE: &str = "order.delete";

const MAX_BODY_BYTES: usize = 16 * 1024;
const PAGE: usize = 100;

pub struct App {
    pub tokens: Tokens,
    pub orders: Orders,
    /// Seconds since 1970.
    pub now_s: fn() -> i64,
}

pub fn router(app: App) -> Router {
    Router::new()
        .route("/orders", get(list).post(create))
        .route("/orders/{id}", get(read).delete(delete))
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "Not a method of this address.",
            )
        })
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "There is nothing at this address."))
        .with_state(Arc::new(app))
}

/// `POST /orders` with `{ "CustomerId": "…", "Order Reference": "…" }`: 201 and the order.
async fn create(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    // The caller first: nobody without a token makes us read a body.
    let caller = caller(&app, &headers, WRITE).await?;
    let order: NewOrder = parse(&headers, body).await?;
    if let Some(fault) = order.fault() {
        return Err(Problem::new(StatusCode::BAD_REQUEST, fault));
    }
    let order = app.orders.create(order, caller, (app.now_s)()).await?;
    let location = HeaderValue::from_str(&format!("/orders/{}", order.id)).ok();
    let mut response = json(StatusCode::CREATED, &order);
    response
        .headers_mut()
        .extend(location.map(|location| (header::LOCATION, location)));
    Ok(response)
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    after: i64,
}

/// `GET /orders`: `{"value":[…]}`, oldest first, with `next` when there are more.
async fn list(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Response, Problem> {
    caller(&app, &headers, READ).await?;
    let Query(page) = page
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "after must be the id of an order."))?;
    let mut orders = app.orders.list(page.after, PAGE + 1).await?;
    let more = orders.len() > PAGE;
    orders.truncate(PAGE);
    let next = orders
        .last()
        .filter(|_| more)
        .map(|last| format!("/orders?after={}", last.id));
    Ok(json(
        StatusCode::OK,
        &match next {
            Some(next) => json!({ "value": orders, "next": next }),
            None => json!({ "value": orders }),
        },
    ))
}

async fn read(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    caller(&app, &headers, READ).await?;
    let order = app.orders.get(order_id(id)?).await?.ok_or_else(no_order)?;
    Ok(json(StatusCode::OK, &order))
}

async fn delete(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    caller(&app, &headers, DELETE).await?;
    match app.orders.delete(order_id(id)?).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(no_order()),
    }
}

async fn caller(app: &App, headers: &HeaderMap, scope: &'static str) -> Result<Caller, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let header = values.next().and_then(|value| value.to_str().ok());
    // Of two tokens another server might have checked the other one.
    let header = header.filter(|_| values.next().is_none());
    Ok(app.tokens.check(header, scope, (app.now_s)()).await?)
}

async fn parse<T: for<'de> Deserialize<'de>>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Problem> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be application/json.",
        ));
    }
    let too_large = || {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body may have {MAX_BODY_BYTES} bytes."),
        )
    };
    let bytes = to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(|_| too_large())?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!("The body is not an order: {error}."),
        )
    })
}

/// What is no number, or no text at all, is the id of no order.
fn order_id(id: Result<Path<String>, PathRejection>) -> Result<i64, Problem> {
    let Path(text) = id.map_err(|_| no_order())?;
    text.parse().map_err(|_| no_order())
}

fn no_order() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "There is no such order.")
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (status, headers, body).into_response()
        }
        Err(_) => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The answer cannot be written.",
        )
        .into_response(),
    }
}

#[cfg(test)]
mod tests;
