//! JSON Web Signature (RFC 7515): compact and JSON serialisation, verify and sign.

mod sign;

use serde_json::{Map, Value};

pub use sign::{EncodedHeader, HeaderExtras, sign_compact, sign_with_header};

use super::{Header, JoseError, JwsAlg, Keyring, VerifyingKey, base64url, json};

/// Longest token that is looked at, in bytes.
pub const MAX_TOKEN_BYTES: usize = 256 * 1024;

/// What a verified signature covers. Only this module makes one.
#[derive(Debug)]
pub struct Verified {
    header: Header,
    alg: JwsAlg,
    key: VerifyingKey,
    payload: Vec<u8>,
}

impl Verified {
    pub fn header(&self) -> &Header {
        &self.header
    }

    pub fn alg(&self) -> JwsAlg {
        self.alg
    }

    /// The key that verified it.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub fn into_header(self) -> Header {
        self.header
    }

    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }
}

/// Verifies a compact JWS with a key of the ring and one of the allowed algorithms.
///
/// Keys are chosen by `kid` or certificate thumbprint when the header has one; a name that no key bears is refused.
/// Otherwise every key fitting the algorithm is tried. Keys inside the token are never used.
/// Errors: [`JoseError`], each with its precise cause. Spec: RFC 7515 section 5.2, RFC 8725.
pub fn verify_compact(
    token: &str,
    keys: &Keyring,
    allowed: &[JwsAlg],
) -> Result<Verified, JoseError> {
    let parts = CompactParts::split(token)?;
    let header = Header::decode(parts.header)?;
    let signature = base64url::decode(parts.signature, "the signature")?;
    let payload = base64url::decode(parts.payload, "the payload")?;
    let alg = acceptable_alg(&header, allowed)?;
    let key = verifying_key(
        &header,
        alg,
        keys,
        parts.signing_input.as_bytes(),
        &signature,
    )?;
    Ok(Verified {
        header,
        alg,
        key,
        payload,
    })
}

/// Verifies the JSON serialisation, flattened or general (RFC 7515 section 7.2). It is valid when one signature is,
/// with a key of the ring; a signature that is malformed or uses an algorithm not allowed is no such one.
pub fn verify_json(
    token: &Map<String, Value>,
    keys: &Keyring,
    allowed: &[JwsAlg],
) -> Result<Verified, JoseError> {
    let payload_text =
        member_text(token, "payload")?.ok_or(JoseError::Malformed("payload is missing"))?;
    let payload = base64url::decode(payload_text, "the payload")?;
    let verify_one = |signature: &Map<String, Value>| {
        let protected_text = member_text(signature, "protected")?.unwrap_or("");
        let (header, bytes) = json_signature(signature, protected_text)?;
        let alg = acceptable_alg(&header, allowed)?;
        let signing_input = [protected_text, ".", payload_text].concat();
        let key = verifying_key(&header, alg, keys, signing_input.as_bytes(), &bytes)?;
        Ok((header, alg, key))
    };
    let (header, alg, key) = match token.get("signatures") {
        None => verify_one(token)?,
        Some(_)
            if ["signature", "protected", "header"]
                .iter()
                .any(|name| token.contains_key(*name)) =>
        {
            return Err(JoseError::Malformed(
                "both the flattened and the general form",
            ));
        }
        Some(Value::Array(items)) => {
            let mut refusal = JoseError::Malformed("there is no signature");
            let verified = items.iter().find_map(|item| {
                let result = item
                    .as_object()
                    .ok_or(JoseError::Malformed("a signature is no object"))
                    .and_then(verify_one);
                result.map_err(|error| refusal = error).ok()
            });
            verified.ok_or(refusal)?
        }
        Some(_) => return Err(JoseError::Malformed("signatures is no array")),
    };
    Ok(Verified {
        header,
        alg,
        key,
        payload,
    })
}

fn json_signature(
    signature: &Map<String, Value>,
    protected_text: &str,
) -> Result<(Header, Vec<u8>), JoseError> {
    let protected = if protected_text.is_empty() {
        None
    } else {
        Some(Header::decode(protected_text)?)
    };
    let unprotected = match signature.get("header") {
        None => None,
        Some(Value::Object(members)) => Some(members),
        Some(_) => return Err(JoseError::Malformed("header is no object")),
    };
    let header = Header::joined(protected, unprotected.as_slice())?;
    let text =
        member_text(signature, "signature")?.ok_or(JoseError::Malformed("signature is missing"))?;
    Ok((header, base64url::decode(text, "the signature")?))
}

fn member_text<'a>(
    members: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a str>, JoseError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JoseError::Malformed(
            "a member that must be a string is none",
        )),
    }
}

fn acceptable_alg(header: &Header, allowed: &[JwsAlg]) -> Result<JwsAlg, JoseError> {
    let alg = header.jws_alg()?;
    header.check_extensions()?;
    if !allowed.contains(&alg) {
        return Err(JoseError::AlgNotAllowed(alg));
    }
    Ok(alg)
}

fn verifying_key(
    header: &Header,
    alg: JwsAlg,
    keys: &Keyring,
    signing_input: &[u8],
    signature: &[u8],
) -> Result<VerifyingKey, JoseError> {
    let mut refusal = JoseError::NoFittingKey;
    for key in keys.candidates(header, alg)? {
        match key.verify(alg, signing_input, signature) {
            Ok(()) => return Ok(key.clone()),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

/// The three parts of a compact JWS, still encoded.
pub(crate) struct CompactParts<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
    pub(crate) signing_input: &'a str,
}

impl<'a> CompactParts<'a> {
    pub(crate) fn split(token: &'a str) -> Result<Self, JoseError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(JoseError::TooLarge {
                part: "the token",
                limit_bytes: MAX_TOKEN_BYTES,
            });
        }
        let not_three = JoseError::Malformed("not three parts separated by dots");
        let (signing_input, signature) = token.rsplit_once('.').ok_or(not_three.clone())?;
        let (header, payload) = signing_input.split_once('.').ok_or(not_three.clone())?;
        match payload.matches('.').count() {
            0 => Ok(Self {
                header,
                payload,
                signature,
                signing_input,
            }),
            2 => Err(JoseError::Encrypted),
            _ => Err(not_three),
        }
    }
}

/// Parses a JSON serialisation strictly, for [`verify_json`].
pub fn parse_json(text: &str) -> Result<Map<String, Value>, JoseError> {
    json::parse_object_within(text.as_bytes(), MAX_TOKEN_BYTES).map_err(|fault| JoseError::Json {
        part: "the token",
        fault,
    })
}

#[cfg(test)]
mod tests;
