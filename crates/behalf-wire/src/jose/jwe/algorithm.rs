//! The encryption algorithms that are offered (RFC 7518 sections 4.1 and 5.1).

use crate::jose::backend::OaepHash;
use crate::jose::{Header, JoseError};

/// How the content key reaches the recipient (`alg`). Lengths are those of the AES wrapping key, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyAlg {
    Direct,
    AesKeyWrap(usize),
    AesGcmKeyWrap(usize),
    RsaOaep(OaepHash),
    Ecdh,
    EcdhKeyWrap(usize),
}

const KEY_ALGS: [(&str, KeyAlg); 15] = [
    ("dir", KeyAlg::Direct),
    ("A128KW", KeyAlg::AesKeyWrap(16)),
    ("A192KW", KeyAlg::AesKeyWrap(24)),
    ("A256KW", KeyAlg::AesKeyWrap(32)),
    ("A128GCMKW", KeyAlg::AesGcmKeyWrap(16)),
    ("A192GCMKW", KeyAlg::AesGcmKeyWrap(24)),
    ("A256GCMKW", KeyAlg::AesGcmKeyWrap(32)),
    ("RSA-OAEP", KeyAlg::RsaOaep(OaepHash::Sha1)),
    ("RSA-OAEP-256", KeyAlg::RsaOaep(OaepHash::Sha256)),
    ("RSA-OAEP-384", KeyAlg::RsaOaep(OaepHash::Sha384)),
    ("RSA-OAEP-512", KeyAlg::RsaOaep(OaepHash::Sha512)),
    ("ECDH-ES", KeyAlg::Ecdh),
    ("ECDH-ES+A128KW", KeyAlg::EcdhKeyWrap(16)),
    ("ECDH-ES+A192KW", KeyAlg::EcdhKeyWrap(24)),
    ("ECDH-ES+A256KW", KeyAlg::EcdhKeyWrap(32)),
];

impl KeyAlg {
    /// Errors: [`JoseError::AlgMissing`], [`JoseError::AlgNone`], [`JoseError::AlgNotOffered`].
    pub(crate) fn of(header: &Header) -> Result<Self, JoseError> {
        let name = header.alg().ok_or(JoseError::AlgMissing)?;
        if name.eq_ignore_ascii_case("none") {
            return Err(JoseError::AlgNone);
        }
        find(&KEY_ALGS, name)?.ok_or(JoseError::AlgNotOffered)
    }

    pub(crate) fn is_offered(name: &str) -> bool {
        KEY_ALGS.iter().any(|(known, _)| *known == name)
    }

    pub(crate) fn name(self) -> &'static str {
        KEY_ALGS
            .iter()
            .find(|(_, alg)| *alg == self)
            .map_or("", |(name, _)| name)
    }

    /// Whether the shared key is the content key, so that no encrypted key travels.
    pub(crate) const fn is_direct(self) -> bool {
        matches!(self, Self::Direct | Self::Ecdh)
    }

    /// The `key_ops` of which a key that names any must name one (RFC 7517 section 4.3).
    pub(crate) const fn key_operations(self) -> &'static [&'static str] {
        match self {
            Self::Direct => &["decrypt"],
            Self::AesKeyWrap(_) | Self::AesGcmKeyWrap(_) | Self::RsaOaep(_) => {
                &["unwrapKey", "decrypt"]
            }
            Self::Ecdh | Self::EcdhKeyWrap(_) => &["deriveKey", "deriveBits"],
        }
    }
}

/// How the content is encrypted (`enc`). Lengths are those of the content key, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentAlg {
    AesGcm(usize),
    AesCbcHmac(usize),
}

const CONTENT_ALGS: [(&str, ContentAlg); 6] = [
    ("A128GCM", ContentAlg::AesGcm(16)),
    ("A192GCM", ContentAlg::AesGcm(24)),
    ("A256GCM", ContentAlg::AesGcm(32)),
    ("A128CBC-HS256", ContentAlg::AesCbcHmac(32)),
    ("A192CBC-HS384", ContentAlg::AesCbcHmac(48)),
    ("A256CBC-HS512", ContentAlg::AesCbcHmac(64)),
];

impl ContentAlg {
    /// Errors: [`JoseError::EncMissing`], [`JoseError::EncNotOffered`].
    pub(crate) fn of(header: &Header) -> Result<Self, JoseError> {
        let name = header.text("enc").ok_or(JoseError::EncMissing)?;
        find(&CONTENT_ALGS, name)?.ok_or(JoseError::EncNotOffered)
    }

    pub(crate) fn name(self) -> &'static str {
        CONTENT_ALGS
            .iter()
            .find(|(_, alg)| *alg == self)
            .map_or("", |(name, _)| name)
    }

    pub(crate) const fn key_bytes(self) -> usize {
        match self {
            Self::AesGcm(length) | Self::AesCbcHmac(length) => length,
        }
    }
}

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Result<Option<T>, JoseError> {
    match table
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        Some((known, alg)) if *known == name => Ok(Some(*alg)),
        // Another spelling of an offered name is a broken token, not an algorithm we lack.
        Some(_) => Err(JoseError::Malformed(
            "alg or enc is spelled in another letter case",
        )),
        None => Ok(None),
    }
}
