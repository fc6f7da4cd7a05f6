//! `behalf debug jose-verify`: one question per line, answered by the verifier the servers use.

use serde_json::{Map, Value, json};

use super::jwe::{self, DecryptionKey, KeyAlg};
use super::jws::{self, MAX_TOKEN_BYTES};
use super::{JoseError, Jwk, JwkSet, JwsAlg, Keyring, VerifyingKey, json};

const MAX_LINE_BYTES: usize = 4 * MAX_TOKEN_BYTES;

/// Question: `{"op":"jws"|"jwe","key":JWK or JWK set,"token":compact string or JSON object}`.
///
/// Answer: `{"ok":true,"payload":hex}`, `{"ok":false,"reason":text}`, or `{"ok":null}` when the token is well
/// formed and its algorithm is not offered at all.
pub fn answer(line: &str) -> String {
    let answer = match check(line) {
        Ok(payload) => json!({"ok": true, "payload": hex(&payload)}),
        Err(
            JoseError::AlgNotOffered | JoseError::EncNotOffered | JoseError::CompressionNotOffered,
        ) => json!({"ok": null}),
        Err(error) => json!({"ok": false, "reason": error.to_string()}),
    };
    answer.to_string()
}

fn check(line: &str) -> Result<Vec<u8>, JoseError> {
    let question =
        json::parse_object_within(line.trim().as_bytes(), MAX_LINE_BYTES).map_err(|fault| {
            JoseError::Json {
                part: "the line",
                fault,
            }
        })?;
    let token = question
        .get("token")
        .ok_or(JoseError::Malformed("the line has no token"))?;
    let Some(Value::Object(key)) = question.get("key") else {
        return Err(JoseError::Malformed("the line has no key"));
    };
    match question.get("op").and_then(Value::as_str) {
        Some("jws") => check_jws(token, key),
        Some("jwe") => check_jwe(token, key),
        _ => Err(JoseError::Malformed("op is neither jws nor jwe")),
    }
}

fn check_jws(token: &Value, key: &Map<String, Value>) -> Result<Vec<u8>, JoseError> {
    let (jwks, mut refusal) = jwks(key);
    let keys = Keyring::from_jwk_set(&jwks);
    // Of one key its own refusal is the answer; of a set, what can be used is used.
    if let [only] = jwks.keys.as_slice() {
        refusal = refusal.or(VerifyingKey::from_jwk(only).err());
    }
    let verified = match token {
        Value::String(text) => jws::verify_compact(text, &keys, JwsAlg::ALL),
        Value::Object(members) => jws::verify_json(members, &keys, JwsAlg::ALL),
        _ => Err(JoseError::Malformed(
            "the token is neither a string nor an object",
        )),
    };
    verified
        .map(jws::Verified::into_payload)
        .map_err(|error| explained(error, refusal, &jwks, |name| JwsAlg::parse(name).is_some()))
}

fn check_jwe(token: &Value, key: &Map<String, Value>) -> Result<Vec<u8>, JoseError> {
    let (jwks, mut refusal) = jwks(key);
    let mut keys = Vec::new();
    for parsed in jwks.keys.iter().map(DecryptionKey::from_jwk) {
        match parsed {
            Ok(key) => keys.push(key),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    let decrypted = match token {
        Value::String(text) => jwe::decrypt_compact(text, &keys),
        Value::Object(members) => jwe::decrypt_json(members, &keys),
        _ => Err(JoseError::Malformed(
            "the token is neither a string nor an object",
        )),
    };
    decrypted
        .map(jwe::Decrypted::into_plaintext)
        .map_err(|error| explained(error, refusal, &jwks, KeyAlg::is_offered))
}

/// The keys that can be used, and why one cannot.
fn jwks(key: &Map<String, Value>) -> (JwkSet, Option<JoseError>) {
    let set = if key.contains_key("keys") {
        JwkSet::from_members(key)
    } else {
        Jwk::from_members(key).map(|jwk| JwkSet {
            keys: vec![jwk],
            unusable: Vec::new(),
        })
    };
    match set {
        Ok(set) => {
            let reason = set.unusable.first().cloned();
            (set, reason)
        }
        Err(error) => (JwkSet::default(), Some(error)),
    }
}

/// Where no key was left to try, the reason why the given one was refused says more. And where the given keys name
/// an algorithm that is offered, a token of another algorithm is wrong for them, whether that is offered or not.
fn explained(
    error: JoseError,
    refusal: Option<JoseError>,
    jwks: &JwkSet,
    is_offered: fn(&str) -> bool,
) -> JoseError {
    let named: Option<Vec<&str>> = jwks.keys.iter().map(|jwk| jwk.alg.as_deref()).collect();
    let names_offered =
        named.is_some_and(|named| !named.is_empty() && named.into_iter().all(is_offered));
    match (error, refusal) {
        (JoseError::NoFittingKey | JoseError::KeyUnknown, Some(refusal)) => refusal,
        (JoseError::AlgNotOffered, _) if names_offered => {
            JoseError::KeyPurpose("its alg is another")
        }
        (error, _) => error,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests;
