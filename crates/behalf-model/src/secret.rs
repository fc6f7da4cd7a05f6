//! Text that must never be shown.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// A password, client secret or token in clear. It has no `Display`, its `Debug` shows nothing, and its memory is
/// wiped when dropped. Serialising is deliberate and only happens inside sealed records.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The clear text, for the one place that must send or compare it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// Text encrypted with the installation's key (AEAD); only a `Sealer` makes and opens it.
///
/// Shape: `<key id>.<base64url nonce and ciphertext>`. The purpose given at sealing is bound as associated data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);

/// Encrypts what must be readable again later: provider tokens, named secrets, private keys, browser state.
pub trait Sealer: Send + Sync {
    /// `purpose` keeps a sealed text from being used in another place than the one it was made for.
    fn seal(&self, purpose: &str, clear: &str) -> Sealed;
    /// `None` when the key is unknown, the text was changed, or the purpose differs.
    fn open(&self, purpose: &str, sealed: &Sealed) -> Option<Secret>;
}

#[cfg(test)]
mod tests;
