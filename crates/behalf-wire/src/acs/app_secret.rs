//! The client secret that an app shares with the authentication server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

use crate::jose::{JoseError, JwsAlg, SigningKey};

/// A client secret. Shape: base64 text; the bytes are the HMAC key of context tokens, the text is what the token
/// endpoint receives. Units: at least 32 bytes, the length of the hash.
#[derive(Clone)]
pub struct AppSecret {
    text: Zeroizing<String>,
    key: SigningKey,
}

impl AppSecret {
    /// Errors: [`JoseError::KeyInvalid`] when the text is not base64, [`JoseError::KeyWeak`] below 32 bytes.
    pub fn parse(text: &str) -> Result<Self, JoseError> {
        let bytes = STANDARD
            .decode(text)
            .map(Zeroizing::new)
            .map_err(|_| JoseError::KeyInvalid("a client secret is base64 text with padding"))?;
        Ok(Self {
            text: Zeroizing::new(text.to_owned()),
            key: SigningKey::from_secret(JwsAlg::HS256, None, &bytes)?,
        })
    }

    /// The text of a new secret made of 32 random bytes, as the button "Generate" of AppRegNew shows it.
    pub fn text_of(bytes: &[u8; 32]) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(bytes))
    }

    /// The base64 text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The HS256 key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret(***)")
    }
}
