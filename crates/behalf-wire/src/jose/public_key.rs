//! Public keys as numbers: what a JWK, a certificate and a private key have in common.

use x509_parser::asn1_rs::oid;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey as ParsedSpki;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{JoseError, JwsAlg, base64url, roca};

const MIN_RSA_BITS: usize = 2048;
/// Larger numbers are refused: verifying with them is a way to keep a server busy.
const MAX_RSA_BITS: usize = 8192;
const MIN_RSA_EXPONENT: u64 = 65_537;

/// The NIST curves (RFC 7518 section 6.2.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|curve| curve.name() == name)
    }

    /// Length of a coordinate and of a private number.
    pub(crate) const fn coordinate_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A public key, big-endian numbers without leading zeros (RSA) or of full length (curves).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    Ec {
        curve: Curve,
        x: Vec<u8>,
        y: Vec<u8>,
    },
    Ed25519 {
        x: Vec<u8>,
    },
    X25519 {
        x: Vec<u8>,
    },
}

impl PublicKey {
    /// From a DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). The key is checked as by [`PublicKey::check`].
    pub fn from_spki(der: &[u8]) -> Result<Self, JoseError> {
        let (rest, spki) = SubjectPublicKeyInfo::from_der(der)
            .map_err(|_| JoseError::KeyInvalid("not a SubjectPublicKeyInfo"))?;
        if !rest.is_empty() {
            return Err(JoseError::KeyInvalid(
                "text follows the SubjectPublicKeyInfo",
            ));
        }
        Self::from_parsed_spki(&spki)
    }

    pub(crate) fn from_parsed_spki(spki: &SubjectPublicKeyInfo<'_>) -> Result<Self, JoseError> {
        let bytes = &spki.subject_public_key.data;
        let key = match spki
            .parsed()
            .map_err(|_| JoseError::KeyInvalid("not a public key"))?
        {
            ParsedSpki::RSA(rsa) => Self::Rsa {
                n: without_leading_zeros(rsa.modulus),
                e: without_leading_zeros(rsa.exponent),
            },
            ParsedSpki::EC(point) => Self::from_point(point.data())?,
            _ if spki.algorithm.algorithm == oid!(1.3.101.112) => {
                Self::Ed25519 { x: bytes.to_vec() }
            }
            _ => return Err(JoseError::KeyNotOffered),
        };
        key.check()?;
        Ok(key)
    }

    fn from_point(point: &[u8]) -> Result<Self, JoseError> {
        let curve = match point.len() {
            65 => Curve::P256,
            97 => Curve::P384,
            133 => Curve::P521,
            _ => return Err(JoseError::KeyNotOffered),
        };
        let [4, coordinates @ ..] = point else {
            return Err(JoseError::KeyInvalid("the point is not uncompressed"));
        };
        let (x, y) = coordinates.split_at(curve.coordinate_bytes());
        Ok(Self::Ec {
            curve,
            x: x.to_vec(),
            y: y.to_vec(),
        })
    }

    /// Refuses what no honest party sends. Errors: [`JoseError::KeyInvalid`] for broken numbers,
    /// [`JoseError::KeyWeak`] for RSA below 2048 bits, a small exponent, or a modulus of the ROCA family.
    /// Whether a point lies on its curve is checked when the key is parsed for use.
    pub fn check(&self) -> Result<(), JoseError> {
        match self {
            Self::Rsa { n, e } => check_rsa(n, e),
            Self::Ec { curve, x, y } => {
                let length = curve.coordinate_bytes();
                if x.len() != length || y.len() != length {
                    return Err(JoseError::KeyInvalid(
                        "a coordinate does not have the curve's length",
                    ));
                }
                Ok(())
            }
            Self::Ed25519 { x } | Self::X25519 { x } => match x.len() {
                32 => Ok(()),
                _ => Err(JoseError::KeyInvalid(
                    "the public key does not have 32 bytes",
                )),
            },
        }
    }

    /// The signature algorithms a key of this kind can serve.
    pub(crate) const fn signature_algs(&self) -> &'static [JwsAlg] {
        match self {
            Self::Rsa { .. } => JwsAlg::RSA,
            Self::Ec {
                curve: Curve::P256, ..
            } => &[JwsAlg::ES256],
            Self::Ec {
                curve: Curve::P384, ..
            } => &[JwsAlg::ES384],
            Self::Ec {
                curve: Curve::P521, ..
            } => &[JwsAlg::ES512],
            Self::Ed25519 { .. } => &[JwsAlg::EdDSA],
            Self::X25519 { .. } => &[],
        }
    }

    /// The uncompressed point (SEC 1), or the 32 bytes of a Curve25519 key; empty for RSA.
    pub(crate) fn point(&self) -> Vec<u8> {
        match self {
            Self::Rsa { .. } => Vec::new(),
            Self::Ec { x, y, .. } => [&[4], x.as_slice(), y.as_slice()].concat(),
            Self::Ed25519 { x } | Self::X25519 { x } => x.clone(),
        }
    }

    /// The members of the public JWK that make its thumbprint, in lexicographic order and without white space
    /// (RFC 7638 section 3), as the JSON text that is hashed.
    pub fn thumbprint_text(&self) -> String {
        let b64 = |bytes: &Vec<u8>| base64url::encode(bytes);
        match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(e), b64(n)),
            Self::Ec { curve, x, y } => {
                format!(
                    r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#,
                    curve.name(),
                    b64(x),
                    b64(y)
                )
            }
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(x)),
            Self::X25519 { x } => format!(r#"{{"crv":"X25519","kty":"OKP","x":"{}"}}"#, b64(x)),
        }
    }

    /// base64url SHA-256 of [`PublicKey::thumbprint_text`] (RFC 7638).
    pub fn thumbprint(&self) -> String {
        base64url::encode(super::backend::sha256(self.thumbprint_text().as_bytes()))
    }
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), JoseError> {
    let (Some(first), Some(last)) = (n.first(), n.last()) else {
        return Err(JoseError::KeyInvalid("the modulus is empty"));
    };
    if *first == 0 || e.first().is_none_or(|byte| *byte == 0) {
        return Err(JoseError::KeyInvalid(
            "a number is empty or starts with a zero byte",
        ));
    }
    if last % 2 == 0 {
        return Err(JoseError::KeyInvalid("the modulus is even"));
    }
    let bits = n.len() * 8 - first.leading_zeros() as usize;
    if bits < MIN_RSA_BITS {
        return Err(JoseError::KeyWeak("RSA with less than 2048 bits"));
    }
    if bits > MAX_RSA_BITS {
        return Err(JoseError::KeyInvalid("RSA with more than 8192 bits"));
    }
    // An exponent beyond 32 bits buys nothing and makes verification slow.
    if e.len() > 4 {
        return Err(JoseError::KeyInvalid(
            "the public exponent has more than 32 bits",
        ));
    }
    let exponent = e
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if exponent % 2 == 0 {
        return Err(JoseError::KeyInvalid("the public exponent is even"));
    }
    if exponent < MIN_RSA_EXPONENT {
        return Err(JoseError::KeyWeak("a public exponent below 65537"));
    }
    if roca::is_suspect(n) {
        return Err(JoseError::KeyWeak(
            "a modulus of the ROCA family (CVE-2017-15361)",
        ));
    }
    Ok(())
}

fn without_leading_zeros(number: &[u8]) -> Vec<u8> {
    let start = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len());
    number[start..].to_vec()
}

#[cfg(test)]
mod tests;
