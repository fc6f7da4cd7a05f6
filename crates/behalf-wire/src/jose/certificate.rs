//! X.509 certificates as holders of a public key (RFC 5280): thumbprints, validity, key.

use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;

use super::{JoseError, PublicKey, backend, base64url};

/// A certificate somebody registered for an app. Its chain is not judged: registration is the trust.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Vec<u8>,
    subject: String,
    not_before: i64,
    not_after: i64,
    public_key: PublicKey,
}

impl Certificate {
    /// Errors: [`JoseError::Certificate`], or the key's own refusal (weak, not offered).
    pub fn from_der(der: &[u8]) -> Result<Self, JoseError> {
        let (rest, parsed) = X509Certificate::from_der(der)
            .map_err(|_| JoseError::Certificate("not an X.509 certificate"))?;
        if !rest.is_empty() {
            return Err(JoseError::Certificate("text follows the certificate"));
        }
        Ok(Self {
            der: der.to_vec(),
            subject: parsed.subject().to_string(),
            not_before: parsed.validity().not_before.timestamp(),
            not_after: parsed.validity().not_after.timestamp(),
            public_key: PublicKey::from_parsed_spki(parsed.public_key())?,
        })
    }

    /// The first block "CERTIFICATE" of a PEM text; other blocks, such as a private key, are passed over.
    pub fn from_pem(text: &str) -> Result<Self, JoseError> {
        let block = Pem::iter_from_buffer(text.as_bytes())
            .filter_map(Result::ok)
            .find(|block| block.label == "CERTIFICATE")
            .ok_or(JoseError::Certificate(
                "there is no block CERTIFICATE in the PEM text",
            ))?;
        Self::from_der(&block.contents)
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Start of validity, Unix seconds.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// End of validity, Unix seconds; valid up to and including it.
    pub fn not_after(&self) -> i64 {
        self.not_after
    }

    pub fn is_valid_at(&self, now: i64) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    pub(crate) fn sha1(&self) -> [u8; 20] {
        backend::sha1(&self.der)
    }

    pub(crate) fn sha256(&self) -> [u8; 32] {
        backend::sha256(&self.der)
    }

    /// `x5t`: base64url SHA-1 of the DER (RFC 7515 section 4.1.7).
    pub fn x5t(&self) -> String {
        base64url::encode(self.sha1())
    }

    /// `x5t#S256`: base64url SHA-256 of the DER.
    pub fn x5t_s256(&self) -> String {
        base64url::encode(self.sha256())
    }
}

#[cfg(test)]
mod tests;
