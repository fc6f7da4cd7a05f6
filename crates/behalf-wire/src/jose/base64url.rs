//! base64url without padding (RFC 7515 section 2), in its one canonical form.
//!
//! A second spelling of the same bytes (padding, line breaks, stray trailing bits) would let one signed token
//! exist under many texts, which defeats replay guards and caches keyed by the token's hash. So it is refused.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::JoseError;

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends the encoded bytes to `out`.
pub fn encode_into(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// Length in characters of `byte_count` encoded bytes.
pub const fn encoded_len(byte_count: usize) -> usize {
    (byte_count * 4).div_ceil(3)
}

/// Decodes the canonical form only. Errors: [`JoseError::Encoding`] naming `part`.
pub fn decode(text: &str, part: &'static str) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| JoseError::Encoding(part))
}

/// Decodes certificate thumbprints the way clients really write them: base64url or standard base64, with or
/// without padding (MSAL for Python pads, the Rust `azure_identity` uses the standard alphabet).
pub fn decode_lenient(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    if text.contains(['+', '/']) {
        STANDARD_NO_PAD.decode(text).ok()
    } else {
        URL_SAFE_NO_PAD.decode(text).ok()
    }
}

#[cfg(test)]
mod tests;
