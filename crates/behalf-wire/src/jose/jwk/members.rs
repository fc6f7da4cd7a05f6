//! The members of a JWK as bytes and texts (RFC 7518 section 6, RFC 8037 section 2).

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Material, Private};
use crate::jose::{Curve, JoseError, PublicKey, base64url};

pub(super) fn rsa(members: &Map<String, Value>) -> Result<Material, JoseError> {
    let key = PublicKey::Rsa {
        n: required(members, "n")?,
        e: required(members, "e")?,
    };
    if members.contains_key("oth") {
        return Err(JoseError::KeyNotOffered);
    }
    let Some(d) = optional(members, "d")? else {
        return Ok(Material::Public(key));
    };
    let crt = ["p", "q", "dp", "dq", "qi"]
        .into_iter()
        .filter_map(|name| optional(members, name).transpose());
    let crt = crt
        .map(|part| part.map(Zeroizing::new))
        .collect::<Result<_, _>>()?;
    Ok(Material::Private(
        key,
        Private {
            d: Zeroizing::new(d),
            crt,
        },
    ))
}

pub(super) fn ec(members: &Map<String, Value>) -> Result<Material, JoseError> {
    let name = text(members, "crv")?.ok_or(JoseError::KeyInvalid("crv is missing"))?;
    let curve = Curve::parse(name).ok_or(JoseError::KeyNotOffered)?;
    let key = PublicKey::Ec {
        curve,
        x: required(members, "x")?,
        y: required(members, "y")?,
    };
    with_private_number(members, key, curve.coordinate_bytes())
}

pub(super) fn okp(members: &Map<String, Value>) -> Result<Material, JoseError> {
    let x = required(members, "x")?;
    let key = match text(members, "crv")? {
        Some("Ed25519") => PublicKey::Ed25519 { x },
        Some("X25519") => PublicKey::X25519 { x },
        Some(_) => return Err(JoseError::KeyNotOffered),
        None => return Err(JoseError::KeyInvalid("crv is missing")),
    };
    with_private_number(members, key, 32)
}

fn with_private_number(
    members: &Map<String, Value>,
    key: PublicKey,
    length: usize,
) -> Result<Material, JoseError> {
    match optional(members, "d")? {
        None => Ok(Material::Public(key)),
        Some(d) if d.len() == length => Ok(Material::Private(
            key,
            Private {
                d: Zeroizing::new(d),
                crt: Vec::new(),
            },
        )),
        Some(_) => Err(JoseError::KeyInvalid("d does not have the curve's length")),
    }
}

pub(super) fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, JoseError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value)),
        Some(_) => Err(JoseError::KeyInvalid(
            "a member that must be a string is none",
        )),
    }
}

pub(super) fn texts(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<Vec<String>>, JoseError> {
    let wrong = JoseError::KeyInvalid("key_ops or x5c is not an array of strings");
    match members.get(name) {
        None => Ok(None),
        Some(Value::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().ok_or(wrong).map(Some)
        }
        Some(_) => Err(wrong),
    }
}

fn optional(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<Vec<u8>>, JoseError> {
    text(members, name)?
        .map(|value| base64url::decode(value, "a number of the key"))
        .transpose()
}

pub(super) fn required(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Vec<u8>, JoseError> {
    optional(members, name)?.ok_or(JoseError::KeyInvalid(
        "a member that its kty needs is missing",
    ))
}
