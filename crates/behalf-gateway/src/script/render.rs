//! Compiled script + bound values + proven context → the request, byte for byte.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};

use super::bind::Bound;
use super::context::ProvenContext;
use super::error::RenderError;
use super::rest::RestScript;
use super::slot::Values;
use super::target::Target;

/// A request ready to be sent once the credentials are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedRequest {
    pub verb: Method,
    /// Absolute; begins with the url of the profile.
    pub url: String,
    /// Where in `url` the path of the script begins.
    pub path_at: usize,
    /// Content-Type and Accept included; each name once.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
    pub timeout_ms: u64,
}

impl RenderedRequest {
    /// What the script itself contributed to the url.
    pub fn path_and_query(&self) -> &str {
        &self.url[self.path_at..]
    }

    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        let found = self.headers.iter().find(|(n, _)| n.as_str() == name);
        found.map(|(_, value)| value)
    }
}

/// Renders a request. Values are inserted as data where the compiler put their slots; nothing is parsed again.
///
/// # Errors
/// A value that cannot stand where the script puts it. Nothing has been sent then.
pub fn render(
    script: &RestScript,
    bound: &Bound,
    context: &ProvenContext<'_>,
    target: &Target,
) -> Result<RenderedRequest, RenderError> {
    let values = Values {
        bound,
        context,
        variables: &target.variables,
    };
    let mut body = Vec::with_capacity(256);
    script.body.write(&mut body, &values, script.missing)?;
    Ok(RenderedRequest {
        verb: script.verb.clone(),
        url: url(script, &values, target)?,
        path_at: target.prefix.len(),
        headers: headers(script, &values, target, !body.is_empty())?,
        body: Bytes::from(body),
        timeout_ms: script.timeout_ms.map_or(target.total_timeout_ms, |ms| {
            ms.min(target.total_timeout_ms)
        }),
    })
}

fn url(script: &RestScript, values: &Values<'_>, target: &Target) -> Result<String, RenderError> {
    let mut url = String::with_capacity(target.prefix.len() + 128);
    url.push_str(&target.prefix);
    script.path.write(&mut url, values)?;
    let mut separator = "?";
    for pair in &script.query {
        pair.write(&mut url, &mut separator, values)?;
    }
    if !target.query.is_empty() {
        url.push_str(separator);
        url.push_str(&target.query);
    }
    // The last word on the finished text: nothing below may have moved the request off the profile's address. The
    // template already guarantees it; this costs nothing and would stop a mistake there.
    match &url.as_bytes()[target.prefix.len()..] {
        [] | [b'/' | b'?', ..] if url.bytes().all(is_url_byte) => Ok(url),
        _ => Err(RenderError {
            field: String::new(),
            message: "the finished url is not below the url of the profile".to_owned(),
        }),
    }
}

/// Visible ASCII without what a URL library would reinterpret: fragments, backslashes, quotes, blanks.
fn is_url_byte(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b'#' | b'\\' | b'"' | b'<' | b'>')
}

fn headers(
    script: &RestScript,
    values: &Values<'_>,
    target: &Target,
    has_body: bool,
) -> Result<Vec<(HeaderName, HeaderValue)>, RenderError> {
    let mut headers = Vec::with_capacity(script.headers.len() + target.headers.len() + 2);
    for template in &script.headers {
        if let Some(value) = template.render(values)? {
            headers.push((template.name.clone(), value));
        }
    }
    if let Some(content_type) = script.content_type.as_ref().filter(|_| has_body) {
        headers.push((CONTENT_TYPE, content_type.clone()));
    }
    if let Some(accept) = &script.accept {
        headers.push((ACCEPT, accept.clone()));
    }
    for (name, value) in &target.headers {
        if !headers.iter().any(|(known, _)| known == name) {
            headers.push((name.clone(), value.clone()));
        }
    }
    if !headers.iter().any(|(name, _)| *name == ACCEPT) {
        headers.push((ACCEPT, HeaderValue::from_static("application/json")));
    }
    Ok(headers)
}
