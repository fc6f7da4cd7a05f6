//! JSON Web Token claims (RFC 7519).

use std::fmt;
use std::ops::Deref;

use serde_json::{Map, Value};

use super::jws::Verified;
use super::{JoseError, json};

/// Claims by name, with the registered types. Whether they may be trusted is said by the type around it:
/// [`Claims`] or [`super::UnverifiedClaims`].
#[derive(Clone, PartialEq)]
pub struct ClaimSet(Map<String, Value>);

impl ClaimSet {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, JoseError> {
        json::parse_object(payload)
            .map(Self)
            .map_err(|fault| JoseError::Json {
                part: "the claims set",
                fault,
            })
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim that is a string; `None` when it is missing or something else.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A claim that must be a string. Errors: [`JoseError::ClaimType`].
    pub fn required_text(&self, name: &'static str) -> Result<&str, JoseError> {
        self.text(name).ok_or(JoseError::ClaimType(name))
    }

    pub fn iss(&self) -> Option<&str> {
        self.text("iss")
    }

    pub fn sub(&self) -> Option<&str> {
        self.text("sub")
    }

    pub fn jti(&self) -> Option<&str> {
        self.text("jti")
    }

    pub fn tid(&self) -> Option<&str> {
        self.text("tid")
    }

    pub fn oid(&self) -> Option<&str> {
        self.text("oid")
    }

    pub fn idtyp(&self) -> Option<&str> {
        self.text("idtyp")
    }

    pub fn nonce(&self) -> Option<&str> {
        self.text("nonce")
    }

    pub fn at_hash(&self) -> Option<&str> {
        self.text("at_hash")
    }

    pub fn ver(&self) -> Option<&str> {
        self.text("ver")
    }

    /// The client: `azp` (v2.0), `appid` (v1.0) or `client_id` (RFC 9068).
    pub fn client(&self) -> Option<&str> {
        ["azp", "appid", "client_id"]
            .into_iter()
            .find_map(|name| self.text(name))
    }

    /// The audiences: `aud` is one string or an array of strings. Anything else is no audience.
    pub fn audiences(&self) -> Vec<&str> {
        texts(self.get("aud"))
    }

    /// Whether `audience` is among the audiences, letter by letter.
    pub fn has_audience(&self, audience: &str) -> bool {
        self.audiences().contains(&audience)
    }

    /// The delegated scopes: `scp` (a string with blanks, or an array) or else `scope`.
    pub fn scopes(&self) -> Vec<&str> {
        let scopes = self.get("scp").or_else(|| self.get("scope"));
        texts(scopes)
            .into_iter()
            .flat_map(str::split_ascii_whitespace)
            .collect()
    }

    /// Roles or other claims that are an array of strings, or one string.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        texts(self.get(name))
    }

    /// Unix seconds. A fraction is cut off downwards. Errors: [`JoseError::ClaimType`] when it is no number.
    pub fn date(&self, name: &'static str) -> Result<Option<i64>, JoseError> {
        self.seconds(name, f64::floor)
    }

    /// `exp` in Unix seconds. A fraction counts: with whole seconds as `now`, "before 100.7" means "before 101".
    pub fn exp(&self) -> Result<Option<i64>, JoseError> {
        self.seconds("exp", f64::ceil)
    }

    fn seconds(&self, name: &'static str, whole: fn(f64) -> f64) -> Result<Option<i64>, JoseError> {
        /// Beyond this a double no longer holds every whole number; such a date is an attack or a mistake.
        const FARTHEST: f64 = 9_007_199_254_740_992.0;
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        if let Some(whole) = value
            .as_i64()
            .filter(|whole| whole.unsigned_abs() < FARTHEST as u64)
        {
            return Ok(Some(whole));
        }
        match value.as_f64() {
            Some(seconds) if seconds.abs() < FARTHEST => Ok(Some(whole(seconds) as i64)),
            _ => Err(JoseError::ClaimType(name)),
        }
    }
}

/// Names only: claims are personal data.
impl fmt::Debug for ClaimSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => {
            // One item of another type makes the whole claim unreadable, rather than shorter than it was signed.
            items
                .iter()
                .map(Value::as_str)
                .collect::<Option<_>>()
                .unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Claims under a verified signature. Made from a [`Verified`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(ClaimSet);

impl Claims {
    /// Errors: [`JoseError::Json`] when the payload is no JSON object of at most 64 KiB with unique members.
    pub fn of(verified: &Verified) -> Result<Self, JoseError> {
        ClaimSet::parse(verified.payload()).map(Self)
    }
}

impl Deref for Claims {
    type Target = ClaimSet;

    fn deref(&self) -> &ClaimSet {
        &self.0
    }
}

/// How times are checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct TimeCheck {
    /// How far clocks may differ. `exp` gets no leeway when it is zero, as at Entra.
    pub leeway_s: i64,
    /// Whether a token without `exp` is refused.
    pub exp_required: bool,
}

impl TimeCheck {
    /// Checks `exp`, `nbf` and `iat` against `now` in Unix seconds.
    /// Errors: [`JoseError::Expired`], [`JoseError::NotYetValid`], [`JoseError::ClaimType`].
    pub fn check(&self, claims: &ClaimSet, now: i64) -> Result<(), JoseError> {
        match claims.exp()? {
            Some(at) if now >= at.saturating_add(self.leeway_s) => {
                return Err(JoseError::Expired { at });
            }
            None if self.exp_required => return Err(JoseError::ClaimType("exp")),
            _ => {}
        }
        for name in ["nbf", "iat"] {
            if let Some(from) = claims
                .date(name)?
                .filter(|from| *from > now.saturating_add(self.leeway_s))
            {
                return Err(JoseError::NotYetValid { from });
            }
        }
        Ok(())
    }
}

/// Checks the times of a token that must expire. Leeway in seconds applies to both ends.
pub fn validate_times(claims: &ClaimSet, now: i64, leeway_s: i64) -> Result<(), JoseError> {
    TimeCheck {
        leeway_s,
        exp_required: true,
    }
    .check(claims, now)
}

#[cfg(test)]
mod tests;
