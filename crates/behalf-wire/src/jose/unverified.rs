//! Reading a token without trusting it: to choose issuer and keys, and to tell a caller what is wrong with it.

use std::ops::Deref;

use super::jws::CompactParts;
use super::jwt::ClaimSet;
use super::{Header, JoseError, base64url};

/// A token that was read and not verified.
#[derive(Debug, Clone)]
pub struct Unverified {
    pub header: Header,
    pub claims: UnverifiedClaims,
}

/// Claims nobody has vouched for. The same accessors as [`super::Claims`], another type.
#[derive(Debug, Clone)]
pub struct UnverifiedClaims(ClaimSet);

impl Unverified {
    /// Reads a compact JWT. Errors: [`JoseError::Encrypted`] for five parts, [`JoseError::Malformed`] for an opaque
    /// token, [`JoseError::Encoding`], [`JoseError::Json`].
    pub fn peek(token: &str) -> Result<Self, JoseError> {
        let parts = CompactParts::split(token)?;
        let header = Header::decode(parts.header)?;
        let claims = ClaimSet::parse(&base64url::decode(parts.payload, "the payload")?)?;
        Ok(Self {
            header,
            claims: UnverifiedClaims(claims),
        })
    }
}

impl Deref for UnverifiedClaims {
    type Target = ClaimSet;

    fn deref(&self) -> &ClaimSet {
        &self.0
    }
}

#[cfg(test)]
mod tests;
