//! What every request passes before it reaches a room: its id, its room, its time limit, its line in the log.

mod answers;
mod rooms;
mod unread;

use answers::problem;
use axum::body::Body;
use axum::extract::ConnectInfo;
use behalf_model::Env;
use behalf_model::fault::{INTERNAL, MALFORMED, REQUEST_TIMEOUT};
use http::header::HOST;
use http::{HeaderName, HeaderValue, Request, Response, Version};
use hyper::body::Incoming;
use hyper::service::Service;
pub use rooms::{Room, Rooms};
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;
use tower::ServiceExt;

/// Carries the request's id to the room and back to the client.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the Entra dialect calls it.
const MS_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");

/// The edge of one listener.
pub struct Edge {
    pub rooms: Rooms,
    pub env: Env,
    pub access_log: bool,
    /// For the whole handling of a request, the reading of its body included.
    pub request_timeout: Duration,
}

/// The edge as seen from one connection.
pub struct Connection {
    pub edge: Arc<Edge>,
    pub peer: SocketAddr,
    /// Set by the first request.
    pub asked: Arc<AtomicBool>,
}

impl Service<Request<Incoming>> for Connection {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.asked.store(true, Ordering::Relaxed);
        let (edge, peer) = (self.edge.clone(), self.peer);
        let (request, unread) = unread::watch(request);
        Box::pin(async move {
            let mut response = edge.handle(request, peer).await;
            unread.settle(&mut response).await;
            Ok(response)
        })
    }
}

impl Edge {
    pub async fn handle(&self, mut request: Request<Body>, peer: SocketAddr) -> Response<Body> {
        let started = Instant::now();
        let id = self.env.uuid().hyphenated().to_string();
        // A UUID's characters are always allowed in a header.
        let id_header = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("-"));
        // Whatever the client sent under this name is replaced: a log must not be steered from outside.
        request.headers_mut().insert(REQUEST_ID, id_header.clone());
        request.extensions_mut().insert(ConnectInfo(peer));
        let (method, path) = (request.method().clone(), request.uri().clone());
        let room = self.rooms.claim(path.path());

        let answered =
            tokio::time::timeout(self.request_timeout, self.rooms.answer(room, request, &id));
        let mut response = match answered.await {
            Ok(response) => response,
            Err(_) => problem(&REQUEST_TIMEOUT.plain(), &id),
        };
        response
            .headers_mut()
            .entry(REQUEST_ID)
            .or_insert(id_header);
        if self.access_log {
            let status = response.status().as_u16();
            let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            // A room that told the client an id of its own is found by that one.
            let told = [MS_REQUEST_ID, REQUEST_ID]
                .iter()
                .find_map(|name| response.headers().get(name)?.to_str().ok());
            let id = told.unwrap_or(&id);
            // The path only: query strings carry codes, names and search texts.
            tracing::info!(target: "access", id, %peer, %method, path = path.path(), room = %room, status, took_us);
        }
        response
    }
}

impl Rooms {
    async fn answer(&self, room: Room, request: Request<Body>, id: &str) -> Response<Body> {
        // Attack: of two hosts a server in front may have believed the other one (RFC 9112 §3.2).
        let hosts = request.headers().get_all(HOST).iter().count();
        if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
            let detail = "A request of HTTP/1.1 has exactly one Host header.";
            return problem(&MALFORMED.with(detail), id);
        }
        let Some(router) = self.router(room) else {
            return answers::own(self, &request, id);
        };
        match unpanicked(router.clone().oneshot(request)).await {
            Some(Ok(response)) => response,
            Some(Err(never)) => match never {},
            None => problem(&INTERNAL.plain(), id),
        }
    }
}

/// `None` when the future panicked: that must cost its request only, and be answered like any other failure. The
/// panic's own message is in the log by way of the panic hook.
async fn unpanicked<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        },
    )
    .await
}

#[cfg(test)]
mod tests;
