//! What all tokens here share: headers written letter by letter, dates that are whole numbers.

use serde::Serialize;

use crate::jose::jwt::ClaimSet;
use crate::jose::{JoseError, SigningKey, TimeCheck, base64url};

/// Readers of these tokens compare the header as text, so it is not left to a map's order.
pub(super) const HS256: &str = r#"{"typ":"JWT","alg":"HS256"}"#;
pub(super) const NONE: &str = r#"{"typ":"JWT","alg":"none"}"#;

pub(super) fn rs256(x5t: &str) -> String {
    format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{x5t}"}}"#)
}

pub(super) fn signed(
    header: &str,
    claims: &impl Serialize,
    key: &SigningKey,
) -> Result<String, JoseError> {
    let mut token = unsigned(header, claims);
    token.pop();
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    base64url::encode_into(&signature, &mut token);
    Ok(token)
}

/// Ends with a dot: the signature is empty.
pub(super) fn unsigned(header: &str, claims: &impl Serialize) -> String {
    #[expect(
        clippy::expect_used,
        reason = "texts and numbers into memory cannot fail"
    )]
    let payload = serde_json::to_vec(claims).expect("claims serialise");
    format!(
        "{}.{}.",
        base64url::encode(header),
        base64url::encode(payload)
    )
}

/// When a token is valid, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub not_before_s: i64,
    pub expires_at_s: i64,
}

impl Lifetime {
    /// `nbf` and `exp` must be there and be whole JSON numbers: other readers refuse dates that are strings.
    /// Errors: [`JoseError::ClaimType`], [`JoseError::Expired`], [`JoseError::NotYetValid`].
    pub(super) fn check(
        claims: &ClaimSet,
        now_s: i64,
        clock_skew_s: i64,
    ) -> Result<Self, JoseError> {
        let whole = |name| {
            let number = claims.get(name).and_then(serde_json::Value::as_i64);
            number.ok_or(JoseError::ClaimType(name))
        };
        let lifetime = Self {
            not_before_s: whole("nbf")?,
            expires_at_s: whole("exp")?,
        };
        let times = TimeCheck {
            leeway_s: clock_skew_s,
            exp_required: true,
        };
        times.check(claims, now_s)?;
        Ok(lifetime)
    }
}
