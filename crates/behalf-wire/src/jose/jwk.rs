//! JSON Web Keys and sets (RFC 7517, RFC 7518 section 6, RFC 8037).

mod members;
mod set;

use std::fmt;

use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use members::{required, text, texts};
pub use set::JwkSet;

use super::backend::{self, RsaNumbers};
use super::{JoseError, JwsAlg, PublicKey, base64url, json};

/// What somebody wants to do with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Verify,
    Sign,
    Decrypt,
}

/// A key as it was read. Parsed for use it becomes a [`super::VerifyingKey`], a [`super::SigningKey`] or a
/// [`super::jwe::DecryptionKey`]. Private parts are wiped when it is dropped and shown by no `Debug`.
#[derive(Clone)]
pub struct Jwk {
    pub kid: Option<String>,
    pub alg: Option<String>,
    /// `use`: "sig" or "enc".
    pub usage: Option<String>,
    pub key_ops: Option<Vec<String>>,
    /// The certificate chain, standard base64 DER, leaf first. Carried, never trusted.
    pub x5c: Vec<String>,
    pub x5t: Option<String>,
    pub x5t_s256: Option<String>,
    pub(crate) material: Material,
}

#[derive(Clone)]
pub(crate) enum Material {
    Public(PublicKey),
    Private(PublicKey, Private),
    Symmetric(Zeroizing<Vec<u8>>),
}

#[derive(Clone)]
pub(crate) struct Private {
    d: Zeroizing<Vec<u8>>,
    /// p, q, dp, dq, qi of an RSA key; empty otherwise.
    crt: Vec<Zeroizing<Vec<u8>>>,
}

impl Jwk {
    /// Reads one key. Errors: [`JoseError::Json`] (also for duplicate members), [`JoseError::KeyInvalid`],
    /// [`JoseError::KeyWeak`], [`JoseError::KeyNotOffered`] for a kind or curve that is not offered.
    pub fn parse(text: &str) -> Result<Self, JoseError> {
        let members = json::parse_object(text.as_bytes()).map_err(|fault| JoseError::Json {
            part: "the key",
            fault,
        })?;
        Self::from_members(&members)
    }

    /// Reads one key from an object that was parsed strictly.
    pub fn from_members(members: &Map<String, Value>) -> Result<Self, JoseError> {
        let material = match text(members, "kty")? {
            Some("RSA") => members::rsa(members)?,
            Some("EC") => members::ec(members)?,
            Some("OKP") => members::okp(members)?,
            Some("oct") => Material::Symmetric(Zeroizing::new(required(members, "k")?)),
            Some(_) => return Err(JoseError::KeyNotOffered),
            None => return Err(JoseError::KeyInvalid("kty is missing")),
        };
        if let Material::Public(key) | Material::Private(key, _) = &material {
            key.check()?;
        }
        let owned = |name| text(members, name).map(|value| value.map(str::to_owned));
        let jwk = Self {
            kid: owned("kid")?,
            alg: owned("alg")?,
            usage: owned("use")?,
            key_ops: texts(members, "key_ops")?,
            x5c: texts(members, "x5c")?.unwrap_or_default(),
            x5t: owned("x5t")?,
            x5t_s256: owned("x5t#S256")?,
            material,
        };
        if let Some(operations) = &jwk.key_ops
            && operations
                .iter()
                .enumerate()
                .any(|(index, name)| operations[..index].contains(name))
        {
            return Err(JoseError::KeyInvalid("key_ops names an operation twice"));
        }
        Ok(jwk)
    }

    /// A key of numbers already checked, without any restriction on its use.
    pub fn from_public_key(key: PublicKey) -> Self {
        Self {
            kid: None,
            alg: None,
            usage: None,
            key_ops: None,
            x5c: Vec::new(),
            x5t: None,
            x5t_s256: None,
            material: Material::Public(key),
        }
    }

    /// The public half; `None` for a symmetric key.
    pub fn public_key(&self) -> Option<&PublicKey> {
        match &self.material {
            Material::Public(key) | Material::Private(key, _) => Some(key),
            Material::Symmetric(_) => None,
        }
    }

    pub fn has_private_parts(&self) -> bool {
        !matches!(self.material, Material::Public(_))
    }

    /// Refuses a use that the key's own `use` or `key_ops` does not name (RFC 7517 sections 4.2 and 4.3).
    pub fn permits(&self, purpose: Purpose) -> Result<(), JoseError> {
        let (usage, operations): (_, &[&str]) = match purpose {
            Purpose::Verify => ("sig", &["verify"]),
            Purpose::Sign => ("sig", &["sign"]),
            Purpose::Decrypt => ("enc", &["decrypt", "unwrapKey", "deriveKey", "deriveBits"]),
        };
        if self.usage.as_deref().is_some_and(|named| named != usage) {
            return Err(JoseError::KeyPurpose("its use says otherwise"));
        }
        if let Some(named) = &self.key_ops
            && !named.iter().any(|name| operations.contains(&name.as_str()))
        {
            return Err(JoseError::KeyPurpose(
                "its key_ops do not name the operation",
            ));
        }
        Ok(())
    }

    /// The signature algorithms this key may be used with: the one its `alg` names, or all of its kind.
    pub(crate) fn signature_algs(&self) -> Result<Vec<JwsAlg>, JoseError> {
        let of_kind: &[JwsAlg] = match &self.material {
            Material::Symmetric(_) => JwsAlg::HMAC,
            Material::Public(key) | Material::Private(key, _) => key.signature_algs(),
        };
        match self.alg.as_deref() {
            None => Ok(of_kind.to_vec()),
            Some(name) => match JwsAlg::parse(name) {
                Some(alg) if of_kind.contains(&alg) => Ok(vec![alg]),
                Some(_) => Err(JoseError::KeyInvalid("its alg does not belong to its kty")),
                None => Err(JoseError::KeyPurpose(
                    "its alg is no signature algorithm offered here",
                )),
            },
        }
    }

    /// PKCS#8 DER of a private key. Errors: no private key, or parts that do not belong together.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, JoseError> {
        let Material::Private(key, private) = &self.material else {
            return Err(JoseError::KeyPurpose("it is no private key"));
        };
        match (key, private.crt.as_slice()) {
            (PublicKey::Rsa { n, e }, [p, q, dp, dq, qi]) => RsaNumbers {
                n,
                e,
                d: &private.d,
                p,
                q,
                dp,
                dq,
                qi,
            }
            .to_pkcs8(),
            (PublicKey::Rsa { .. }, _) => {
                Err(JoseError::KeyInvalid("p, q, dp, dq and qi are needed"))
            }
            (PublicKey::Ec { curve, .. }, _) => backend::ec_pkcs8(*curve, &private.d, &key.point()),
            (PublicKey::Ed25519 { x }, _) => backend::ed25519_pkcs8(&private.d, x),
            (PublicKey::X25519 { .. }, _) => Err(JoseError::KeyPurpose("X25519 does not sign")),
        }
    }

    /// The private number `d` of a curve key.
    pub(crate) fn private_number(&self) -> Option<&[u8]> {
        match &self.material {
            Material::Private(_, private) => Some(&private.d),
            Material::Public(_) | Material::Symmetric(_) => None,
        }
    }

    /// The public JWK as a JSON object; never a private part. `None` for a symmetric key.
    pub fn to_public_members(&self) -> Option<Map<String, Value>> {
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        match self.public_key()? {
            PublicKey::Rsa { n, e } => {
                put("kty", json!("RSA"));
                put("n", json!(base64url::encode(n)));
                put("e", json!(base64url::encode(e)));
            }
            PublicKey::Ec { curve, x, y } => {
                put("kty", json!("EC"));
                put("crv", json!(curve.name()));
                put("x", json!(base64url::encode(x)));
                put("y", json!(base64url::encode(y)));
            }
            key @ (PublicKey::Ed25519 { x } | PublicKey::X25519 { x }) => {
                put("kty", json!("OKP"));
                put(
                    "crv",
                    json!(if matches!(key, PublicKey::Ed25519 { .. }) {
                        "Ed25519"
                    } else {
                        "X25519"
                    }),
                );
                put("x", json!(base64url::encode(x)));
            }
        }
        let texts = [("kid", &self.kid), ("alg", &self.alg), ("use", &self.usage)];
        for (name, value) in texts
            .into_iter()
            .chain([("x5t", &self.x5t), ("x5t#S256", &self.x5t_s256)])
        {
            if let Some(value) = value {
                put(name, json!(value));
            }
        }
        if !self.x5c.is_empty() {
            put("x5c", json!(self.x5c));
        }
        Some(members)
    }

    /// The public JWK as JSON text; `None` for a symmetric key.
    pub fn to_public_json(&self) -> Option<String> {
        self.to_public_members()
            .map(|members| Value::Object(members).to_string())
    }

    /// base64url SHA-256 thumbprint (RFC 7638); `None` for a symmetric key, whose thumbprint would leak it.
    pub fn thumbprint(&self) -> Option<String> {
        self.public_key().map(PublicKey::thumbprint)
    }
}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.material {
            Material::Public(_) => "public",
            Material::Private(..) => "private",
            Material::Symmetric(_) => "symmetric",
        };
        f.debug_struct("Jwk")
            .field("kid", &self.kid)
            .field("alg", &self.alg)
            .field("kind", &kind)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
