//! Encrypting what is kept in files or given to browsers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use behalf_wire::jose::backend::{aead_open, aead_seal, hkdf_sha256, hmac_sha256};
use std::fmt;
use std::io::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

use crate::{Env, Error, ErrorKind};

const NONCE_BYTES: usize = 12;

/// A key of 32 bytes for AES-256-GCM. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// From base64 text of 32 bytes, as an operator configures it. Errors: [`ErrorKind::Configuration`].
    ///
    /// ```
    /// use behalf_remote_web::SealingKey;
    ///
    /// assert!(SealingKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").is_ok());
    /// assert!(SealingKey::from_base64("too short").is_err());
    /// ```
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
        let key = bytes
            .ok()
            .and_then(|bytes| bytes.as_slice().try_into().ok());
        key.map(|key| Self(Zeroizing::new(key))).ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "The sealing key cannot be used",
                "it is not base64 text of exactly 32 bytes",
                "make one with: openssl rand -base64 32",
            )
        })
    }

    /// From a file, which is made with a new key (and mode 0600 on Unix) when there is none.
    /// Errors: [`ErrorKind::Store`], [`ErrorKind::Configuration`] for a file that holds something else.
    pub fn from_file(path: &Path, env: &dyn Env) -> Result<Self, Error> {
        match std::fs::read_to_string(path) {
            Ok(text) => return Self::from_base64(&Zeroizing::new(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(unusable_file(&error)),
        }
        let mut key = Zeroizing::new([0; 32]);
        env.fill(key.as_mut());
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| {
            file.write_all(Zeroizing::new(STANDARD.encode(key.as_slice())).as_bytes())?;
            file.sync_all()
        });
        written.map_err(|error| unusable_file(&error))?;
        Ok(Self(key))
    }

    /// A key that follows from the client secret, so that a session needs no setting of its own.
    #[cfg(feature = "axum")]
    pub(crate) fn of_secret(secret: &str, purpose: &str) -> Self {
        let secret = secret.as_bytes();
        Self(Zeroizing::new(hkdf_sha256(
            b"behalf-remote-web",
            secret,
            purpose.as_bytes(),
        )))
    }

    /// Nonce and ciphertext. `purpose` keeps what was sealed for one place from being used in another.
    pub(crate) fn seal(&self, env: &dyn Env, purpose: &[u8], clear: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        env.fill(&mut nonce);
        [nonce.as_slice(), &aead_seal(&self.0, nonce, purpose, clear)].concat()
    }

    /// `None` when key or purpose differ or the text was changed.
    pub(crate) fn open(&self, purpose: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        aead_open(&self.0, *nonce, purpose, sealed).map(Zeroizing::new)
    }

    /// A keyed fingerprint: it finds a row without telling what it is about.
    pub(crate) fn fingerprint(&self, data: &[u8]) -> [u8; 32] {
        let key: [u8; 32] = hkdf_sha256(b"behalf-remote-web", self.0.as_slice(), b"fingerprint");
        hmac_sha256(&key, data)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(***)")
    }
}

fn unusable_file(error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Store,
        "The file of the sealing key cannot be used",
        error.to_string(),
        "give the program's user read and write access to the file and its directory",
    )
}

#[cfg(test)]
mod tests;
