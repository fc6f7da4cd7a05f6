//! Refresh tokens: one row per family, changed in place at every rotation.
//!
//! Shape: `<row id>.<43 characters secret><22 characters proof>`. The proof shows that we made this secret for this
//! row. Without it anybody could revoke a family by presenting its (guessable) row id with a made-up secret; with it
//! only a secret that really was one of the family's counts as a replay.

use super::opaque;
use crate::Authority;
use behalf_model::grant::SecretHash;
use behalf_wire::jose::backend::{constant_time_eq, hmac_sha256};
use behalf_wire::jose::base64url;

const SECRET_CHARS: usize = 43;
const PROOF_CHARS: usize = 22;

/// A refresh token as it came, taken apart. Nothing is verified yet.
pub struct Presented<'a> {
    pub row: i64,
    pub secret: &'a str,
    proof: &'a str,
}

/// `None` when the text was never one of our refresh tokens.
pub fn read(token: &str) -> Option<Presented<'_>> {
    let cut = token
        .len()
        .checked_sub(PROOF_CHARS)
        .filter(|cut| token.is_char_boundary(*cut))?;
    let (row, secret) = opaque::split(&token[..cut])?;
    (secret.len() == SECRET_CHARS).then_some(Presented {
        row,
        secret,
        proof: &token[cut..],
    })
}

impl Presented<'_> {
    /// The secret once belonged to this row.
    pub fn is_genuine(&self, authority: &Authority) -> bool {
        constant_time_eq(
            proof(&authority.refresh_key, self.row, self.secret).as_bytes(),
            self.proof.as_bytes(),
        )
    }

    /// The secret that replaces this one, as token and as hash. Always the same one, so that a client whose answer
    /// was cut off gets it again.
    pub fn successor(&self, authority: &Authority, generation: i64) -> (String, SecretHash) {
        let (secret, hash) =
            opaque::successor(&authority.refresh_key, self.row, generation, self.secret);
        (write(authority, self.row, &secret), hash)
    }
}

/// The token that the client gets.
pub fn write(authority: &Authority, row: i64, secret: &str) -> String {
    let mut token = opaque::join(row, secret);
    token.push_str(&proof(&authority.refresh_key, row, secret));
    token
}

fn proof(key: &[u8; 32], row: i64, secret: &str) -> String {
    let message = format!("refresh-proof\n{row}\n{secret}");
    base64url::encode(&hmac_sha256(key, message.as_bytes())[..16])
}
