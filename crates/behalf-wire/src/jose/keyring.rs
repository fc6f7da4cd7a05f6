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

    /// A symmetric key beside public ones is left out: what is published is no secret, and what is secret does not
    /// stand in a published set.
    pub fn from_jwk_set(set: &JwkSet) -> Self {
        let has_public_keys = set.keys.iter().any(|jwk| jwk.public_key().is_some());
        let keys = set
            .keys
            .iter()
            .filter(|jwk| !has_public_keys || jwk.public_key().is_some());
        keys.filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok())
            .collect()
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

    /// The keys for `alg` that the header can mean: those it names, else those without a name of that sort. Without
    /// a name in the header, all. Errors: [`JoseError::KeyUnknown`] when it names a key and none can be meant,
    /// [`JoseError::KeyAmbiguous`] when two different keys share the name.
    pub(crate) fn candidates(
        &self,
        header: &Header,
        alg: JwsAlg,
    ) -> Result<Vec<&VerifyingKey>, JoseError> {
        if header.kid().is_none() && header.x5t().is_none() && header.x5t_s256().is_none() {
            return Ok(self.keys.iter().filter(|key| key.serves(alg)).collect());
        }
        let named: Vec<_> = self
            .keys
            .iter()
            .filter(|key| key.is_named_by(header))
            .collect();
        if named.is_empty() {
            let nameless = self.keys.iter().filter(|key| key.is_nameless_for(header));
            let mut nameless = nameless.peekable();
            nameless.peek().ok_or(JoseError::KeyUnknown)?;
            return Ok(nameless.filter(|key| key.serves(alg)).collect());
        }
        let mut serving = named.into_iter().filter(|key| key.serves(alg));
        let first = serving.next();
        match first {
            // Trying both would let whoever slips a key into the set choose an existing name for it.
            Some(first) if serving.any(|other| !other.is_same_key(first)) => {
                Err(JoseError::KeyAmbiguous)
            }
            _ => Ok(first.into_iter().collect()),
        }
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
