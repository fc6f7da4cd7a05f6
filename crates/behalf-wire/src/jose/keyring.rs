//! The keys somebody trusts, parsed once.

use super::jws::{self, Verified};
use super::{Claims, Header, JoseError, JwkSet, JwsAlg, VerifyingKey};

/// Parsed verifying keys, chosen by `kid` or certificate thumbprint. Cloning shares the parsed keys.
#[derive(Debug, Clone, Default)]
pub struct Keyring {
    keys: Vec<VerifyingKey>,
}

impl Keyring {
    pub fn new(keys: Vec<VerifyingKey>) -> Self {
        Self { keys }
    }

    /// From the JSON text of a JWK set, as fetched from an issuer. A key that cannot be used here (another kind,
    /// for encryption, too weak) is left out and does not spoil the others.
    /// Errors: only when the text is no JWK set at all.
    pub fn from_jwks(text: &str) -> Result<Self, JoseError> {
        Ok(Self::from_jwk_set(&JwkSet::parse(text)?))
    }

    pub fn from_jwk_set(set: &JwkSet) -> Self {
        Self {
            keys: set
                .keys
                .iter()
                .filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok())
                .collect(),
        }
    }

    pub fn add(&mut self, key: VerifyingKey) {
        self.keys.push(key);
    }

    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Verifies a compact JWS; see [`jws::verify_compact`].
    /// [`JoseError::KeyUnknown`] is the sign to fetch the issuer's keys anew.
    pub fn verify(&self, token: &str, allowed: &[JwsAlg]) -> Result<Verified, JoseError> {
        jws::verify_compact(token, self, allowed)
    }

    /// Verifies a JWT and reads its claims. Time, issuer and audience are the caller's to check.
    pub fn verify_jwt(
        &self,
        token: &str,
        allowed: &[JwsAlg],
    ) -> Result<(Header, Claims), JoseError> {
        let verified = self.verify(token, allowed)?;
        let claims = Claims::of(&verified)?;
        Ok((verified.into_header(), claims))
    }

    /// The keys that the header can mean: those it names, else those without a name. Without a name in the header,
    /// all. Errors: [`JoseError::KeyUnknown`] when it names a key and none can be meant.
    pub(crate) fn candidates<'a>(
        &'a self,
        header: &'a Header,
    ) -> Result<impl Iterator<Item = &'a VerifyingKey>, JoseError> {
        let names_a_key =
            header.kid().is_some() || header.x5t().is_some() || header.x5t_s256().is_some();
        let by_name = names_a_key && self.keys.iter().any(|key| key.is_named_by(header));
        if names_a_key && !by_name && !self.keys.iter().any(|key| key.is_nameless_for(header)) {
            return Err(JoseError::KeyUnknown);
        }
        Ok(self
            .keys
            .iter()
            .filter(move |key| match (names_a_key, by_name) {
                (true, true) => key.is_named_by(header),
                (true, false) => key.is_nameless_for(header),
                (false, _) => true,
            }))
    }
}

impl FromIterator<VerifyingKey> for Keyring {
    fn from_iter<I: IntoIterator<Item = VerifyingKey>>(keys: I) -> Self {
        Self {
            keys: keys.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests;
