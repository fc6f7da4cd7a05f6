//! Proof key for code exchange (RFC 7636).

use crate::jose::backend::{constant_time_eq, sha256};
use crate::jose::base64url;

/// 43 to 128 unreserved characters: a verifier, or a `plain` challenge (section 4.1).
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

/// base64url of a SHA-256 without padding (section 4.2).
pub fn is_s256_challenge(text: &str) -> bool {
    text.len() == 43 && base64url::decode(text, "code_challenge").is_ok_and(|hash| hash.len() == 32)
}

/// The S256 challenge of a verifier.
pub fn s256(verifier: &str) -> String {
    base64url::encode(sha256(verifier.as_bytes()))
}

/// Whether the verifier belongs to an S256 challenge; in constant time.
pub fn matches_s256(challenge: &str, verifier: &str) -> bool {
    constant_time_eq(s256(verifier).as_bytes(), challenge.as_bytes())
}

/// Whether the verifier is the `plain` challenge; in constant time.
pub fn matches_plain(challenge: &str, verifier: &str) -> bool {
    constant_time_eq(verifier.as_bytes(), challenge.as_bytes())
}

#[cfg(test)]
mod tests;
