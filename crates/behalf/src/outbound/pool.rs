//! Open connections waiting for their next request.

use super::Message;
use super::target::Key;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, HOST};
use http::{Method, Response, Uri, Version};
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::client::conn::{http1, http2};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Kept this long at most. Servers close idle connections after 5 (node) to 75 (nginx) seconds; a closed one is
/// noticed when it is taken, so this only bounds how many useless ones lie about.
const IDLE: Duration = Duration::from_secs(60);
/// Idle HTTP/1.1 connections kept per key.
const MAX_IDLE: usize = 512;
/// More keys than this and those without a live connection are forgotten.
const MAX_KEYS: usize = 256;

/// A server may answer before it has read the whole request; such a connection is not waited for.
const SETTLE: Duration = Duration::from_millis(50);

#[derive(Default)]
pub struct Pool {
    idle: Mutex<HashMap<Key, Idle>>,
}

#[derive(Default)]
struct Idle {
    /// Newest last, so that the warmest is used and the others age away.
    http1: Vec<(Instant, http1::SendRequest<Full<Bytes>>)>,
    /// One connection carries all requests.
    http2: Option<http2::SendRequest<Full<Bytes>>>,
}

pub enum Connection {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Pool {
    /// A connection that is ready for a request, if one is kept.
    pub async fn take(&self, key: &Key) -> Option<Connection> {
        loop {
            let mut found = self.pop(key)?;
            let ready = tokio::time::timeout(SETTLE, async {
                match &mut found {
                    Connection::Http1(sender) => sender.ready().await,
                    Connection::Http2(sender) => sender.ready().await,
                }
            });
            if matches!(ready.await, Ok(Ok(()))) {
                return Some(found);
            }
            if let Connection::Http2(_) = found {
                self.forget_http2(key);
            }
        }
    }

    /// Keeps a connection whose answer was read to its end.
    pub fn put(&self, key: &Key, connection: Connection) {
        let Ok(mut idle) = self.idle.lock() else {
            return;
        };
        let entry = match idle.get_mut(key) {
            Some(entry) => entry,
            None => {
                if idle.len() >= MAX_KEYS {
                    idle.retain(|_, entry| entry.is_alive());
                }
                idle.entry(key.clone()).or_default()
            }
        };
        match connection {
            Connection::Http1(sender) if !sender.is_closed() && entry.http1.len() < MAX_IDLE => {
                entry.http1.push((Instant::now(), sender));
            }
            Connection::Http2(sender) if entry.http2.is_none() && !sender.is_closed() => {
                entry.http2 = Some(sender)
            }
            _ => {}
        }
    }

    fn pop(&self, key: &Key) -> Option<Connection> {
        let mut idle = self.idle.lock().ok()?;
        let entry = idle.get_mut(key)?;
        if let Some(sender) = &entry.http2 {
            return Some(Connection::Http2(sender.clone()));
        }
        let (since, sender) = entry.http1.pop()?;
        if since.elapsed() > IDLE {
            entry.http1.clear();
            return None;
        }
        Some(Connection::Http1(sender))
    }

    fn forget_http2(&self, key: &Key) {
        if let Ok(mut idle) = self.idle.lock()
            && let Some(entry) = idle.get_mut(key)
        {
            entry.http2 = None;
        }
    }
}

impl Idle {
    fn is_alive(&self) -> bool {
        self.http2.as_ref().is_some_and(|s| !s.is_closed())
            || self.http1.iter().any(|(_, s)| !s.is_closed())
    }
}

impl Connection {
    /// The answer's head, or the error and, when nothing of it was sent, the message.
    pub async fn send(
        &mut self,
        message: Message,
    ) -> Result<Response<Incoming>, (Option<Message>, hyper::Error)> {
        let sent = match self {
            Self::Http1(sender) => sender.try_send_request(http1_form(message)).await,
            Self::Http2(sender) => sender.try_send_request(http2_form(message)).await,
        };
        sent.map_err(|mut error| (error.take_message().map(absolute_form), error.into_error()))
    }
}

/// The absolute URL is kept beside the request line's path, for a second attempt over another kind of connection.
#[derive(Clone)]
struct Absolute(Uri);

/// Path and query in the request line, the host in its header (RFC 9112 §3.2.1).
fn http1_form(mut message: Message) -> Message {
    let absolute = message.uri().clone();
    if let Some(host) = absolute
        .authority()
        .and_then(|a| HeaderValue::from_str(a.as_str()).ok())
    {
        message.headers_mut().insert(HOST, host);
    }
    // Without it servers answer 411, or wait for a body that never comes.
    if message.body().is_end_stream()
        && matches!(
            *message.method(),
            Method::POST | Method::PUT | Method::PATCH
        )
    {
        message
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let path = absolute
        .path_and_query()
        .cloned()
        .map_or_else(|| Uri::from_static("/"), Uri::from);
    *message.uri_mut() = path;
    message.extensions_mut().insert(Absolute(absolute));
    message
}

fn http2_form(mut message: Message) -> Message {
    message.headers_mut().remove(HOST);
    *message.version_mut() = Version::HTTP_2;
    message
}

fn absolute_form(mut message: Message) -> Message {
    if let Some(Absolute(uri)) = message.extensions_mut().remove() {
        *message.uri_mut() = uri;
    }
    *message.version_mut() = Version::HTTP_11;
    message
}
