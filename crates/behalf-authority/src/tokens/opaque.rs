//! Tokens that only we read: authorization codes, refresh tokens, session cookies.
//!
//! Shape: `<row id>.<base64url of 32 random bytes>`. The row is found by its id; the secret is compared by hash.

use behalf_model::Env;
use behalf_model::grant::SecretHash;
use behalf_wire::jose::backend::{constant_time_eq, sha256};

/// A new secret and the hash to store.
pub fn new_secret(env: &Env) -> (String, SecretHash) {
    let secret = encode(&env.random::<32>());
    let hash = sha256(secret.as_bytes());
    (secret, hash)
}

/// The next secret of a refresh token family: derived from the one it replaces, which nobody but the client has, so
/// that a repeated request gets the same successor although only hashes are stored.
pub fn successor(key: &[u8; 32], row: i64, generation: i64, secret: &str) -> (String, SecretHash) {
    let mut message = Vec::with_capacity(64);
    message.extend_from_slice(b"refresh-successor");
    message.extend_from_slice(&row.to_be_bytes());
    message.extend_from_slice(&generation.to_be_bytes());
    message.extend_from_slice(secret.as_bytes());
    let next = encode(&behalf_wire::jose::backend::hmac_sha256(key, &message));
    let hash = sha256(next.as_bytes());
    (next, hash)
}

pub fn join(row: i64, secret: &str) -> String {
    format!("{row}.{secret}")
}

/// Row id and secret; `None` when the text was never one of our tokens.
pub fn split(token: &str) -> Option<(i64, &str)> {
    let (row, secret) = token.split_once('.')?;
    let plausible = (1..=19).contains(&row.len())
        && row.bytes().all(|b| b.is_ascii_digit())
        && secret.len() == 43;
    Some((plausible.then_some(row)?.parse().ok()?, secret))
}

pub fn matches(secret: &str, hash: &SecretHash) -> bool {
    constant_time_eq(&sha256(secret.as_bytes()), hash)
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
