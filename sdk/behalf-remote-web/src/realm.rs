//! Asking a content host for its realm.

use behalf_wire::acs::Host;
use behalf_wire::acs::challenge;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Request};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Error, ErrorKind, Http, WebUrl};

/// Realms by content host. A host keeps its realm for life, so they are kept for the life of the process.
#[derive(Default)]
pub(crate) struct Realms(Mutex<HashMap<Host, String>>);

/// More content hosts than one app serves.
const MOST_HOSTS: usize = 1_000;

impl Realms {
    /// Errors: [`ErrorKind::Unreachable`], [`ErrorKind::RealmUnknown`]. The caller has checked that the host is allowed.
    pub async fn of(&self, http: &dyn Http, web: &WebUrl) -> Result<String, Error> {
        let known = self.kept().get(web.host()).cloned();
        if let Some(realm) = known {
            return Ok(realm);
        }
        let realm = discover(http, web).await?;
        let mut kept = self.kept();
        if kept.len() < MOST_HOSTS {
            kept.insert(web.host().clone(), realm.clone());
        }
        Ok(realm)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Host, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An empty bearer token gets a 401 whose challenge names the realm; a success would not.
async fn discover(http: &dyn Http, web: &WebUrl) -> Result<String, Error> {
    let url = web.join(challenge::PATH);
    let request = Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(AUTHORIZATION, HeaderValue::from_static("Bearer "))
        .header(CONTENT_LENGTH, HeaderValue::from_static("0"))
        .body(Bytes::new())
        .map_err(|_| unknown(web, "its address cannot be asked"))?;
    let response = http.send(request).await.map_err(|failure| {
        Error::new(
            ErrorKind::Unreachable,
            format!("{} was not asked for its realm", web.host()),
            failure.0,
            "check name, port, certificate and network of the content host",
        )
    })?;
    if response.status().is_success() {
        return Err(unknown(web, "it accepts calls without a token"));
    }
    let headers = response.headers().get_all(WWW_AUTHENTICATE);
    let mut realms = headers
        .iter()
        .filter_map(|header| challenge::realm_of(header.to_str().ok()?));
    match realms.next() {
        Some(realm) => Ok(realm.to_ascii_lowercase()),
        None => Err(unknown(
            web,
            format!(
                "it answered {} without a challenge that names one",
                response.status()
            ),
        )),
    }
}

fn unknown(web: &WebUrl, why: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::RealmUnknown,
        format!("{} does not tell its realm", web.host()),
        why,
        "check that SPHostUrl is the address of a web, or set the realm in the app's settings",
    )
}
