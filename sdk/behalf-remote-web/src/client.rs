//! Calling `_api` of a web with a bearer token.

mod reply;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::sync::Arc;

pub use reply::Reply;

use crate::{AccessToken, Error, ErrorKind, Http, WebUrl};

/// Where a client's tokens come from.
#[async_trait]
pub(crate) trait Tokens: Send + Sync {
    async fn token(&self) -> Result<AccessToken, Error>;
    /// The content host did not accept this token, so it must not be offered again.
    async fn refused(&self, token: &AccessToken);
}

/// A small client for the REST interface of one web. It adds the bearer token, and once, when the content host does
/// not accept it, a new one. It asks for and sends JSON without metadata.
#[derive(Clone)]
pub struct SharePointClient {
    web: WebUrl,
    tokens: Arc<dyn Tokens>,
    http: Arc<dyn Http>,
}

/// Which version of an item a change is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch<'a> {
    /// The version with this ETag; if somebody changed the item meanwhile: [`ErrorKind::Changed`].
    Etag(&'a str),
    /// Whatever is there.
    Any,
}

const JSON: &str = "application/json;odata=nometadata";

/// What a URL may not have unescaped; `%` stays, for what the caller has escaped already.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A text as OData literal for a path or a filter: in quotes, inner quotes doubled, escaped for a URL. Without it,
/// a text with a quote could change what a filter means.
///
/// ```
/// use behalf_remote_web::odata_text;
///
/// assert_eq!(odata_text("O'Hara & Sons"), "'O%27%27Hara%20%26%20Sons'");
/// ```
pub fn odata_text(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    format!("'{}'", utf8_percent_encode(&doubled, NON_ALPHANUMERIC))
}

impl SharePointClient {
    pub(crate) fn new(web: WebUrl, tokens: Arc<dyn Tokens>, http: Arc<dyn Http>) -> Self {
        Self { web, tokens, http }
    }

    pub fn web(&self) -> &WebUrl {
        &self.web
    }

    /// The access token itself, for calls that this client does not offer. It may be sent to the web's host only.
    pub async fn token(&self) -> Result<AccessToken, Error> {
        self.tokens.token().await
    }

    /// `GET {web}/_api/{path}`, for example `web/lists/getbytitle('Orders')/items?$top=10`. Put texts of users into
    /// the path with [`odata_text`]. Errors: see [`call`](Self::call).
    pub async fn get(&self, path: &str) -> Result<Reply, Error> {
        self.call(Method::GET, path, None, &[]).await
    }

    /// The next page of a collection, by the link that a page carries (`odata.nextLink`).
    /// Errors: [`ErrorKind::HostNotAllowed`] for a link that leads out of this web's `_api`.
    pub async fn get_next(&self, link: &str) -> Result<Reply, Error> {
        let own = self.web.join("_api/");
        let is_own = link
            .get(..own.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(&own));
        if !is_own {
            return Err(Error::new(
                ErrorKind::HostNotAllowed,
                "The next page is not read",
                "its link leads out of the web that this client calls",
                "make a client for the web that the link names",
            ));
        }
        self.get(&link[own.len()..]).await
    }

    /// Creates what the body describes: `POST` on a collection.
    pub async fn create(&self, path: &str, body: &Value) -> Result<Reply, Error> {
        self.call(Method::POST, path, Some(body), &[]).await
    }

    /// Changes the named fields and leaves the others: `POST` with `X-HTTP-Method: MERGE`.
    /// Errors: [`ErrorKind::Changed`] when the version differs.
    pub async fn merge(
        &self,
        path: &str,
        body: &Value,
        version: IfMatch<'_>,
    ) -> Result<Reply, Error> {
        let headers = [method_override("MERGE"), version.header()?];
        self.call(Method::POST, path, Some(body), &headers).await
    }

    /// Deletes (to the recycle bin, if the content host has one): `POST` with `X-HTTP-Method: DELETE`.
    pub async fn delete(&self, path: &str, version: IfMatch<'_>) -> Result<Reply, Error> {
        let headers = [method_override("DELETE"), version.header()?];
        self.call(Method::POST, path, None, &headers).await
    }

    /// Any call of `{web}/_api/{path}`.
    ///
    /// Errors: those of getting a token; [`ErrorKind::AccessDenied`] (401, 403), [`ErrorKind::NotFound`],
    /// [`ErrorKind::Changed`] (412), [`ErrorKind::Api`] for other answers, [`ErrorKind::Unreachable`].
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(HeaderName, HeaderValue)],
    ) -> Result<Reply, Error> {
        let url = self.url(path)?;
        let token = self.tokens.token().await?;
        let mut response = self.send(&method, &url, body, headers, &token).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            // The grant or the token may have been revoked and given anew; a second refusal is final.
            self.tokens.refused(&token).await;
            let token = self.tokens.token().await?;
            response = self.send(&method, &url, body, headers, &token).await?;
            if response.status() == StatusCode::UNAUTHORIZED {
                self.tokens.refused(&token).await;
            }
        }
        reply::read(&self.web, &response)
    }

    async fn send(
        &self,
        method: &Method,
        url: &str,
        body: Option<&Value>,
        headers: &[(HeaderName, HeaderValue)],
        token: &AccessToken,
    ) -> Result<Response<Bytes>, Error> {
        let bearer = format!("Bearer {}", token.expose());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| malformed())?;
        bearer.set_sensitive(true);
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, HeaderValue::from_static(JSON));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let body = body.map(|body| Bytes::from(body.to_string()));
        if body.is_some() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(JSON));
        }
        let request = request
            .body(body.unwrap_or_default())
            .map_err(|_| malformed())?;
        self.http.send(request).await.map_err(|failure| {
            Error::new(
                ErrorKind::Unreachable,
                format!("{} gave no answer", self.web.host()),
                failure.0,
                "check name, port, certificate and network of the content host",
            )
        })
    }

    fn url(&self, path: &str) -> Result<String, Error> {
        let (route, _) = path.split_once('?').unwrap_or((path, ""));
        let leaves = route.split(['/', '\\']).any(|segment| {
            let plain = segment.to_ascii_lowercase().replace("%2e", ".");
            plain == "." || plain == ".."
        });
        if leaves || path.starts_with('/') {
            return Err(malformed());
        }
        let path = utf8_percent_encode(path, PATH);
        Ok(self.web.join(&format!("_api/{path}")))
    }
}

impl IfMatch<'_> {
    fn header(self) -> Result<(HeaderName, HeaderValue), Error> {
        let value = match self {
            Self::Any => HeaderValue::from_static("*"),
            Self::Etag(etag) => HeaderValue::from_str(etag).map_err(|_| malformed())?,
        };
        Ok((IF_MATCH, value))
    }
}

fn method_override(method: &'static str) -> (HeaderName, HeaderValue) {
    let name = HeaderName::from_static("x-http-method");
    (name, HeaderValue::from_static(method))
}

fn malformed() -> Error {
    Error::new(
        ErrorKind::Api,
        "The call was not made",
        "its path or a header is malformed",
        "write the path relative to _api, without a slash at its start and without '..' segments",
    )
}

#[cfg(test)]
mod tests;
