//! Signing compact JWS (RFC 7515 section 5.1).

use serde_json::{Map, Value};

use crate::jose::{JoseError, JwsAlg, SigningKey, base64url};

/// Header parameters beside `alg` and `kid`, which come from the key.
#[derive(Debug, Clone, Copy, Default)]
pub struct HeaderExtras<'a> {
    pub typ: Option<&'a str>,
    pub cty: Option<&'a str>,
    /// base64url SHA-1 certificate thumbprint.
    pub x5t: Option<&'a str>,
    /// base64url SHA-256 certificate thumbprint.
    pub x5t_s256: Option<&'a str>,
}

/// A protected header written once for a key and reused for every token it signs.
#[derive(Debug, Clone)]
pub struct EncodedHeader {
    alg: JwsAlg,
    text: String,
}

impl EncodedHeader {
    pub fn new(extras: &HeaderExtras<'_>, key: &SigningKey) -> Self {
        let mut members = Map::new();
        let alg = key.alg().name();
        let texts = [
            ("typ", extras.typ),
            ("alg", Some(alg)),
            ("kid", key.kid()),
            ("cty", extras.cty),
        ];
        for (name, value) in texts
            .into_iter()
            .chain([("x5t", extras.x5t), ("x5t#S256", extras.x5t_s256)])
        {
            if let Some(value) = value {
                members.insert(name.to_owned(), value.into());
            }
        }
        Self {
            alg: key.alg(),
            text: base64url::encode(Value::Object(members).to_string()),
        }
    }
}

/// Signs a payload as compact JWS. Errors: [`JoseError::Backend`].
pub fn sign_compact(
    extras: &HeaderExtras<'_>,
    payload: &[u8],
    key: &SigningKey,
) -> Result<String, JoseError> {
    sign_with_header(&EncodedHeader::new(extras, key), payload, key)
}

/// Signs under a header made by [`EncodedHeader::new`] for this key: the fast path of the token endpoint.
/// Errors: [`JoseError::KeyPurpose`] when the header is of another algorithm, [`JoseError::Backend`].
pub fn sign_with_header(
    header: &EncodedHeader,
    payload: &[u8],
    key: &SigningKey,
) -> Result<String, JoseError> {
    if header.alg != key.alg() {
        return Err(JoseError::KeyPurpose(
            "the header was written for another algorithm",
        ));
    }
    const LONGEST_USUAL_SIGNATURE: usize = base64url::encoded_len(512);
    let length =
        header.text.len() + base64url::encoded_len(payload.len()) + LONGEST_USUAL_SIGNATURE + 2;
    let mut token = String::with_capacity(length);
    token.push_str(&header.text);
    token.push('.');
    base64url::encode_into(payload, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    base64url::encode_into(&signature, &mut token);
    Ok(token)
}
