//! Reading an answer's body within its limit.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use hyper::body::Incoming;

pub enum Unread {
    TooLarge,
    Broken(hyper::Error),
}

/// The whole body. An announced length over the limit is refused before a byte of it is read; one over the limit
/// that was not announced is refused when the limit is passed.
pub async fn read(mut body: Incoming, headers: &HeaderMap, limit: usize) -> Result<Bytes, Unread> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Unread::TooLarge);
    }
    let mut first = Bytes::new();
    let mut rest: Option<BytesMut> = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(Unread::Broken)?.into_data() else {
            continue;
        };
        let have = rest.as_ref().map_or(first.len(), BytesMut::len);
        if have + data.len() > limit {
            return Err(Unread::TooLarge);
        }
        match &mut rest {
            Some(buffer) => buffer.extend_from_slice(&data),
            // Most answers are one frame: it is handed on without copying.
            None if first.is_empty() => first = data,
            None => {
                let mut buffer = BytesMut::with_capacity((have + data.len()) * 2);
                buffer.extend_from_slice(&first);
                buffer.extend_from_slice(&data);
                rest = Some(buffer);
            }
        }
    }
    Ok(rest.map_or(first, BytesMut::freeze))
}
