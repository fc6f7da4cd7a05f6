//! Reading and writing cookies (RFC 6265).

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// When a browser sends the cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SameSite {
    /// With the app's own requests and with links to it.
    Lax,
    /// Inside frames of other sites too, kept apart for each of them.
    NoneInFrames,
}

pub(super) struct CookieNames {
    pub session: &'static str,
    /// Name and value are those of Microsoft's template.
    pub cache_key: &'static str,
    pub secure: bool,
}

impl CookieNames {
    /// The prefix `__Host-` keeps a neighbouring domain from setting the cookie; browsers demand https for it.
    pub fn of(https: bool) -> Self {
        Self {
            session: if https {
                "__Host-SPContext"
            } else {
                "SPContext"
            },
            cache_key: "SPCacheKey",
            secure: https,
        }
    }
}

/// All that no cookie value may have, and `%` so that escaping is unambiguous.
const VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%');

pub(super) fn escaped(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// Every value sent under the name: a browser may send several, and which is first is not for the app to say.
pub(super) fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(found, _)| *found == name)
        .map(|(_, value)| value)
}

pub(super) fn set(
    name: &str,
    value: &str,
    lifetime_s: i64,
    same_site: SameSite,
    secure: bool,
) -> String {
    let reach = match (same_site, secure) {
        // Browsers refuse SameSite=None without Secure.
        (SameSite::NoneInFrames, true) => "None; Partitioned",
        _ => "Lax",
    };
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={lifetime_s}; HttpOnly{secure}; SameSite={reach}")
}
