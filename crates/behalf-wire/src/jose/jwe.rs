//! JSON Web Encryption (RFC 7516), the receiving side: compact and JSON serialisation.
//!
//! Not offered: RSA1_5 (a padding oracle by design), PBES2 (lets a sender choose how long the server works) and
//! `zip` (a small token could unpack to gigabytes).

mod algorithm;
mod content;
mod key;
mod key_management;

use serde_json::{Map, Value};

pub(crate) use algorithm::{ContentAlg, KeyAlg};
pub use key::DecryptionKey;

use super::jws::MAX_TOKEN_BYTES;
use super::{Header, JoseError, base64url};

/// What was decrypted. JWE proves who can read, not who wrote: with a public key anybody can make one.
#[derive(Debug)]
pub struct Decrypted {
    header: Header,
    plaintext: Vec<u8>,
}

impl Decrypted {
    pub fn header(&self) -> &Header {
        &self.header
    }

    pub fn plaintext(&self) -> &[u8] {
        &self.plaintext
    }

    pub fn into_plaintext(self) -> Vec<u8> {
        self.plaintext
    }
}

/// The encrypted content, which all recipients share.
struct Content {
    aad: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

/// Decrypts the compact serialisation. Keys are chosen by `kid` when the header has one.
/// Errors: precise for what the sender can see (encoding, algorithm), [`JoseError::DecryptionFailed`] for the rest.
pub fn decrypt_compact(token: &str, keys: &[DecryptionKey]) -> Result<Decrypted, JoseError> {
    let (header_text, [encrypted_key, iv, ciphertext, tag]) = split(token)?;
    let header = Header::decode(header_text)?;
    let encrypted_key = base64url::decode(encrypted_key, "the encrypted key")?;
    let content = Content {
        aad: header_text.as_bytes().to_vec(),
        iv: base64url::decode(iv, "the initialization vector")?,
        ciphertext: base64url::decode(ciphertext, "the ciphertext")?,
        tag: base64url::decode(tag, "the authentication tag")?,
    };
    let plaintext = decrypt_for(&header, &encrypted_key, &content, keys)?;
    Ok(Decrypted { header, plaintext })
}

fn split(token: &str) -> Result<(&str, [&str; 4]), JoseError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(JoseError::TooLarge {
            part: "the token",
            limit_bytes: MAX_TOKEN_BYTES,
        });
    }
    let parts: Vec<&str> = token.splitn(6, '.').collect();
    match parts[..] {
        [header, encrypted_key, iv, ciphertext, tag] => {
            Ok((header, [encrypted_key, iv, ciphertext, tag]))
        }
        _ => Err(JoseError::Malformed("not five parts separated by dots")),
    }
}

/// Decrypts the JSON serialisation, flattened or general (RFC 7516 section 7.2), when one recipient's key is given.
pub fn decrypt_json(
    token: &Map<String, Value>,
    keys: &[DecryptionKey],
) -> Result<Decrypted, JoseError> {
    let protected_text = text(token, "protected")?.unwrap_or("");
    let mut aad = protected_text.as_bytes().to_vec();
    if let Some(additional) = text(token, "aad")? {
        base64url::decode(additional, "the additional data")?;
        aad.push(b'.');
        aad.extend_from_slice(additional.as_bytes());
    }
    let content = Content {
        aad,
        iv: bytes(token, "iv", "the initialization vector")?,
        ciphertext: bytes(token, "ciphertext", "the ciphertext")?,
        tag: bytes(token, "tag", "the authentication tag")?,
    };
    let shared = object(token, "unprotected")?;
    let decrypt_one = |recipient: &Map<String, Value>, is_only: bool| {
        let protected = if protected_text.is_empty() {
            None
        } else {
            Some(Header::decode(protected_text)?)
        };
        let own = object(recipient, "header")?;
        let unprotected: Vec<_> = shared.into_iter().chain(own).collect();
        let header = Header::joined(protected, &unprotected)?;
        // A directly used key encrypts the content for one recipient only (RFC 7516 section 5.1 step 3).
        if !is_only && KeyAlg::of(&header)?.is_direct() {
            return Err(JoseError::Malformed(
                "direct encryption for several recipients",
            ));
        }
        let encrypted_key = bytes(recipient, "encrypted_key", "the encrypted key")?;
        let plaintext = decrypt_for(&header, &encrypted_key, &content, keys)?;
        Ok(Decrypted { header, plaintext })
    };
    match token.get("recipients") {
        None => decrypt_one(token, true),
        Some(_)
            if ["header", "encrypted_key"]
                .iter()
                .any(|name| token.contains_key(*name)) =>
        {
            Err(JoseError::Malformed(
                "both the flattened and the general form",
            ))
        }
        Some(Value::Array(recipients)) => {
            let mut refusal = JoseError::Malformed("there is no recipient");
            let decrypted = recipients.iter().find_map(|recipient| {
                let recipient = recipient
                    .as_object()
                    .ok_or(JoseError::Malformed("a recipient is no object"));
                let result =
                    recipient.and_then(|recipient| decrypt_one(recipient, recipients.len() == 1));
                result.map_err(|error| refusal = error).ok()
            });
            decrypted.ok_or(refusal)
        }
        Some(_) => Err(JoseError::Malformed("recipients is no array")),
    }
}

fn decrypt_for(
    header: &Header,
    encrypted_key: &[u8],
    content: &Content,
    keys: &[DecryptionKey],
) -> Result<Vec<u8>, JoseError> {
    let alg = KeyAlg::of(header)?;
    let enc = ContentAlg::of(header)?;
    header.check_extensions()?;
    if header.get("zip").is_some() {
        return Err(JoseError::CompressionNotOffered);
    }
    let mut refusal = JoseError::NoFittingKey;
    for key in key::candidates(header, keys)? {
        let attempt = key.permits(alg, enc).and_then(|()| {
            let content_key = key_management::content_key(header, alg, enc, encrypted_key, key)?;
            content::decrypt(enc, &content_key, content).ok_or(JoseError::DecryptionFailed)
        });
        match attempt {
            Ok(plaintext) => return Ok(plaintext),
            // A key that was tried says more than one that never fitted.
            Err(error) if refusal != JoseError::DecryptionFailed => refusal = error,
            Err(_) => {}
        }
    }
    Err(refusal)
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, JoseError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JoseError::Malformed(
            "a member that must be a string is none",
        )),
    }
}

fn bytes(
    members: &Map<String, Value>,
    name: &str,
    part: &'static str,
) -> Result<Vec<u8>, JoseError> {
    base64url::decode(text(members, name)?.unwrap_or(""), part)
}

fn object<'a>(
    members: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a Map<String, Value>>, JoseError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(JoseError::Malformed("a header is no object")),
    }
}

#[cfg(test)]
mod tests;
