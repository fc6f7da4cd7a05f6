//! The successful answer of a token endpoint (RFC 6749 section 5.1), as issuers really write it.

use super::token_exchange::{ACCESS_TOKEN, JWT};
use super::token_request::Fresh;
use behalf_model::fault::TOKEN_ENDPOINT_GARBAGE;
use behalf_model::{Fault, Secret};
use http::HeaderValue;
use serde::Deserialize;

#[cfg(test)]
mod tests;

/// For issuers that leave `expires_in` out: short, because the real end is unknown.
const ASSUMED_LIFE_S: i64 = 300;
/// Nothing is kept longer, whatever the issuer says.
const LONGEST_LIFE_S: i64 = 86_400;

#[derive(Deserialize)]
struct Body {
    access_token: Secret,
    token_type: Option<String>,
    expires_in: Option<Seconds>,
    refresh_in: Option<Seconds>,
    issued_token_type: Option<String>,
}

/// Old Entra endpoints and ACS write numbers in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Whole(i64),
    Fraction(f64),
    Text(String),
}

impl Seconds {
    fn value(&self) -> Option<i64> {
        match self {
            Self::Whole(seconds) => Some(*seconds),
            Self::Fraction(seconds) if (0.0..1e9).contains(seconds) => Some(*seconds as i64),
            Self::Fraction(_) => None,
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

/// Errors: what is wrong with the answer, without any of its content.
pub(super) fn read(body: &[u8]) -> Result<Fresh, &'static str> {
    let body: Body = serde_json::from_slice(body)
        .map_err(|_| "it is not JSON with an access_token that is a string")?;
    if body
        .token_type
        .is_some_and(|kind| !kind.eq_ignore_ascii_case("Bearer"))
    {
        return Err("its token_type is not Bearer");
    }
    let other = |kind: &String| kind != ACCESS_TOKEN && kind != JWT;
    if body.issued_token_type.as_ref().is_some_and(other) {
        return Err("its issued_token_type is not an access token");
    }
    if authorization(&body.access_token).is_err() {
        return Err("its access_token contains characters that no token has");
    }
    let life_s = match &body.expires_in {
        Some(seconds) => seconds
            .value()
            .ok_or("its expires_in is not a number of seconds")?,
        None => ASSUMED_LIFE_S,
    };
    Ok(Fresh {
        access_token: body.access_token,
        expires_in_s: life_s.clamp(0, LONGEST_LIFE_S),
        refresh_in_s: body
            .refresh_in
            .as_ref()
            .and_then(Seconds::value)
            .filter(|s| *s > 0),
    })
}

/// `Bearer <token>`, marked sensitive. Errors: `TOKEN_ENDPOINT_GARBAGE` for a token that is not printable ASCII.
pub(super) fn authorization(token: &Secret) -> Result<HeaderValue, Fault> {
    let token = token.expose();
    let unfit = || TOKEN_ENDPOINT_GARBAGE.plain();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(unfit());
    }
    let mut text = Vec::with_capacity(7 + token.len());
    text.extend_from_slice(b"Bearer ");
    text.extend_from_slice(token.as_bytes());
    let mut value =
        HeaderValue::from_maybe_shared(bytes::Bytes::from(text)).map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok(value)
}
