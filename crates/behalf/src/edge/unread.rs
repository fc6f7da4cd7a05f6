//! Request bodies that a room answered without reading to their end.
//!
//! HTTP/1.1 has one way to say where the next request begins: behind the body of this one. A client that is refused
//! while its body is still on its way would otherwise find the connection closed under its next request, and for a POST
//! it may not simply try again.

use axum::body::Body;
use http::header::{CONNECTION, EXPECT};
use http::{HeaderValue, Request, Response, Version};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// What is read behind an answer, in time and bytes. Of a longer body the client is told that the connection ends.
const PATIENCE: Duration = Duration::from_millis(100);
const MOST_BYTES: usize = 64 * 1024;

/// Where the rest of a body is left.
#[derive(Clone, Default)]
struct Place(Arc<Mutex<Option<Incoming>>>);

/// The body as the room gets it.
struct Watched {
    body: Option<Incoming>,
    place: Place,
}

/// The body of one request, seen from behind.
pub struct Unread {
    place: Option<Place>,
    /// The client sends nothing before it is told to, and is not told to for the sake of an answer it already has.
    waits: bool,
}

/// The request as the room gets it, and what it will leave of its body.
pub fn watch(request: Request<Incoming>) -> (Request<Body>, Unread) {
    let waits = request.headers().contains_key(EXPECT);
    // HTTP/2 ends a stream without ending the connection.
    if request.version() >= Version::HTTP_2 || request.body().is_end_stream() {
        let unread = Unread { place: None, waits };
        return (request.map(Body::new), unread);
    }
    let place = Place::default();
    let watched = |body| Watched {
        body: Some(body),
        place: place.clone(),
    };
    let request = request.map(|body| Body::new(watched(body)));
    let place = Some(place);
    (request, Unread { place, waits })
}

impl Unread {
    /// Reads what little is left, or says in the answer that the connection ends.
    pub async fn settle(self, response: &mut Response<Body>) {
        let left = self.place.and_then(|place| place.take());
        let Some(left) = left else { return };
        if self.waits || !ends_soon(left).await {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
    }
}

async fn ends_soon(mut body: Incoming) -> bool {
    let read = async {
        let mut bytes = 0;
        while let Some(Ok(frame)) = body.frame().await {
            bytes += frame.data_ref().map_or(0, Bytes::len);
            if bytes > MOST_BYTES {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap_or(false)
}

impl Place {
    fn put(&self, body: Incoming) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
    }

    fn take(&self) -> Option<Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Incoming::size_hint)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(left) = self.body.take().filter(|body| !body.is_end_stream()) {
            self.place.put(left);
        }
    }
}
