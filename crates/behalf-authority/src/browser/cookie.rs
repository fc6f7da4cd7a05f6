//! Cookies, and the random value by which a browser is known before anybody signs in.

use crate::Authority;
use crate::tokens::opaque;
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::base64url;
use http::{HeaderMap, HeaderValue, header};

const BROWSER: &str = "behalf-browser";

/// One browser. Forms and sign-ins that were started here can be completed only here.
#[derive(Debug)]
pub struct Browser {
    id: String,
    /// Made for this answer: the cookie has to be set.
    new: bool,
}

impl Browser {
    pub fn of(authority: &Authority, headers: &HeaderMap) -> Self {
        match cookie(authority, headers, BROWSER).filter(|id| id.len() == 43) {
            Some(id) => Self { id, new: false },
            None => Self {
                id: opaque::new_secret(&authority.env).0,
                new: true,
            },
        }
    }

    /// What sealed forms remember of the browser: enough to recognise it, too little to be it.
    pub fn fingerprint(&self) -> String {
        base64url::encode(sha256(self.id.as_bytes()))
    }

    /// The `Set-Cookie` for a browser without one. No expiry: it ends with the browser.
    pub fn set_cookie(&self, authority: &Authority) -> Option<HeaderValue> {
        self.new
            .then(|| set_cookie(authority, BROWSER, &self.id, None))
    }
}

/// The value of a cookie of ours.
pub fn cookie(authority: &Authority, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = full_name(authority, name);
    // HTTP/2 clients may split the header into several (RFC 9113 §8.2.3).
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// `Max-Age` in seconds; 0 deletes. `value` consists of characters that cookies may contain.
pub fn set_cookie(
    authority: &Authority,
    name: &str,
    value: &str,
    max_age_s: Option<i64>,
) -> HeaderValue {
    let name = full_name(authority, name);
    let secure = if authority.is_https() { "; Secure" } else { "" };
    let max_age = max_age_s
        .map(|s| format!("; Max-Age={s}"))
        .unwrap_or_default();
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{max_age}");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// With `__Host-` no other host of the domain can plant the cookie (RFC 6265bis §4.1.3.2). Without https (a
/// development switch) browsers would refuse the prefix.
fn full_name(authority: &Authority, name: &str) -> String {
    if authority.is_https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}
