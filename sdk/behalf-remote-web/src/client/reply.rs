//! Reading what the content host answers.

use behalf_wire::acs::diagnostics;
use bytes::Bytes;
use http::header::ETAG;
use http::{Response, StatusCode};
use serde_json::Value;

use crate::error::foreign_text;
use crate::{Error, ErrorKind, WebUrl};

/// A successful answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: StatusCode,
    /// `Value::Null` when there is no body.
    pub body: Value,
    /// Version of the item, for the next change.
    pub etag: Option<String>,
}

impl Reply {
    /// The entries of a collection; empty for anything else.
    pub fn entries(&self) -> &[Value] {
        let entries = self.body.get("value").and_then(Value::as_array);
        entries.map_or(&[], Vec::as_slice)
    }

    /// Link to the next page of a collection.
    pub fn next_link(&self) -> Option<&str> {
        let names = ["odata.nextLink", "@odata.nextLink"];
        names.iter().find_map(|name| self.body.get(name)?.as_str())
    }
}

pub(super) fn read(web: &WebUrl, response: &Response<Bytes>) -> Result<Reply, Error> {
    let status = response.status();
    if !status.is_success() {
        return Err(refusal(web, response));
    }
    let body = match response.body().as_ref() {
        [] => Value::Null,
        bytes => serde_json::from_slice(bytes).map_err(|_| {
            Error::new(
                ErrorKind::Api,
                format!("The answer of {} cannot be read", web.host()),
                format!("it is {status} with a body that is not JSON"),
                "check that SPHostUrl is the address of a web and that no proxy answers in its place",
            )
        })?,
    };
    Ok(Reply {
        status,
        body,
        etag: header(response, ETAG.as_str()).map(str::to_owned),
    })
}

fn refusal(web: &WebUrl, response: &Response<Bytes>) -> Error {
    let status = response.status();
    let (kind, fix) = match status.as_u16() {
        401 => (
            ErrorKind::AccessDenied,
            "the token is not accepted: check realm, the name and port of the content host, and that the app was not removed from the site",
        ),
        403 => (
            ErrorKind::AccessDenied,
            "user and app must both have the permission: ask the site's owner which of them lacks it",
        ),
        404 => (
            ErrorKind::NotFound,
            "check the path, and that user and app may see it",
        ),
        412 => (
            ErrorKind::Changed,
            "read the item again and repeat the change",
        ),
        429 | 503 => (
            ErrorKind::Unreachable,
            "wait as long as Retry-After says and try again",
        ),
        _ => (
            ErrorKind::Api,
            "look the request up in the content host's log",
        ),
    };
    let mut why = format!("{} answered {status}", web.host());
    if let Some(text) = message(response) {
        why += &format!(": {}", foreign_text(&text));
    }
    if let Some((reason, _)) = header(response, diagnostics::HEADER).and_then(diagnostics::read) {
        why += &format!(" ({})", foreign_text(reason));
    }
    if let Some(id) = header(response, "sprequestguid").or(header(response, "request-id")) {
        why += &format!(" [request {}]", foreign_text(id));
    }
    Error::new(kind, "The call was refused", why, fix)
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// The text of an error in any of the shapes that content hosts use.
fn message(response: &Response<Bytes>) -> Option<String> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    let error = body.get("odata.error").or_else(|| body.get("error"));
    let text = error.and_then(|error| match error.get("message") {
        Some(Value::String(text)) => Some(text.as_str()),
        Some(message) => message.get("value")?.as_str(),
        None => error.as_str(),
    });
    let text = text.or_else(|| body.get("error_description")?.as_str())?;
    Some(text.to_owned())
}
