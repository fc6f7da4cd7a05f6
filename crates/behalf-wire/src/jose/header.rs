//! JOSE headers (RFC 7515 section 4, RFC 7516 section 4).

use serde_json::{Map, Value};

use super::{JoseError, JsonFault, JwsAlg, base64url, json};

/// A header with unique members and the types of the registered parameters checked. Reading it trusts nothing:
/// `jwk`, `jku`, `x5u` and `x5c` are carried and never used to verify the token they came with.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    members: Map<String, Value>,
}

/// Registered parameters that must be strings when present.
const TEXTS: [&str; 9] = [
    "alg", "enc", "kid", "typ", "cty", "x5t", "x5t#S256", "jku", "x5u",
];

/// What an unprotected header may say (RFC 7515 section 4.1, RFC 7516 section 4.1, RFC 7518 section 4).
const UNPROTECTED: [&str; 15] = [
    "alg", "enc", "kid", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "cty", "epk", "apu", "apv",
    "iv", "tag",
];

impl Header {
    /// Decodes a base64url header. Errors: [`JoseError::Encoding`], [`JoseError::Json`], [`JoseError::HeaderType`].
    pub(crate) fn decode(part: &str) -> Result<Self, JoseError> {
        let fault = |fault| JoseError::Json {
            part: "the header",
            fault,
        };
        if part.len() > base64url::encoded_len(json::MAX_BYTES) {
            return Err(fault(JsonFault::TooLarge));
        }
        Self::new(json::parse_object(&base64url::decode(part, "the header")?).map_err(fault)?)
    }

    pub(crate) fn new(members: Map<String, Value>) -> Result<Self, JoseError> {
        for name in TEXTS {
            if members.get(name).is_some_and(|value| !value.is_string()) {
                return Err(JoseError::HeaderType(name));
            }
        }
        Ok(Self { members })
    }

    /// The union of the headers of one JSON serialisation; a name in two of them is refused (RFC 7515 section 7.2.1).
    ///
    /// Anybody on the way can write an unprotected header, so only parameters that cannot change what the token
    /// means are accepted there: how to find the key and how to decrypt. `crit`, `b64`, `zip` and private
    /// parameters would reach a reader who takes them for signed.
    pub(crate) fn joined(
        protected: Option<Self>,
        unprotected: &[&Map<String, Value>],
    ) -> Result<Self, JoseError> {
        let mut members = protected.map(|header| header.members).unwrap_or_default();
        for (name, value) in unprotected.iter().flat_map(|map| map.iter()) {
            if !UNPROTECTED.contains(&name.as_str()) {
                return Err(JoseError::UnprotectedHeader);
            }
            if members.insert(name.clone(), value.clone()).is_some() {
                return Err(JoseError::DuplicateHeader);
            }
        }
        Self::new(members)
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// A parameter that is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    pub fn alg(&self) -> Option<&str> {
        self.text("alg")
    }

    pub fn kid(&self) -> Option<&str> {
        self.text("kid")
    }

    pub fn typ(&self) -> Option<&str> {
        self.text("typ")
    }

    /// SHA-1 certificate thumbprint as written: base64url by the standard, padded or standard base64 in practice.
    pub fn x5t(&self) -> Option<&str> {
        self.text("x5t")
    }

    /// SHA-256 certificate thumbprint as written.
    pub fn x5t_s256(&self) -> Option<&str> {
        self.text("x5t#S256")
    }

    /// Present in tokens for Microsoft Graph, which only Graph can verify.
    pub fn nonce(&self) -> Option<&str> {
        self.text("nonce")
    }

    /// `typ` without the optional "application/" prefix, compared without letter case (RFC 7515 section 4.1.9).
    pub fn is_type(&self, expected: &str) -> bool {
        self.typ().is_some_and(|typ| {
            let short = typ
                .get(..12)
                .filter(|prefix| prefix.eq_ignore_ascii_case("application/"))
                .map_or(typ, |_| &typ[12..]);
            short.eq_ignore_ascii_case(expected)
        })
    }

    /// The signature algorithm. Errors: [`JoseError::AlgMissing`], [`JoseError::AlgNone`] in any letter case,
    /// [`JoseError::AlgNotOffered`].
    pub fn jws_alg(&self) -> Result<JwsAlg, JoseError> {
        let name = self.alg().ok_or(JoseError::AlgMissing)?;
        if name.eq_ignore_ascii_case("none") {
            return Err(JoseError::AlgNone);
        }
        if let Some(alg) = JwsAlg::parse(name) {
            return Ok(alg);
        }
        // Another spelling of an offered name is a broken token, not an algorithm we lack.
        if JwsAlg::ALL
            .iter()
            .any(|alg| alg.name().eq_ignore_ascii_case(name))
        {
            return Err(JoseError::Malformed(
                "alg is spelled in another letter case",
            ));
        }
        Err(JoseError::AlgNotOffered)
    }

    /// No extension is implemented, so any `crit` names something not understood (RFC 7515 section 4.1.11), and
    /// `b64: false` (RFC 7797) would change what is signed.
    pub(crate) fn check_extensions(&self) -> Result<(), JoseError> {
        if self
            .get("b64")
            .is_some_and(|value| *value != Value::Bool(true))
        {
            return Err(JoseError::UnencodedPayload);
        }
        if self.get("crit").is_some() {
            return Err(JoseError::CriticalExtension);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
