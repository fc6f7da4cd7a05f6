//! Encryption at rest with the installation's keys, and keyed digests.
//!
//! A copy of the database without the key file tells no secret and cannot be searched for one.

mod key_file;
mod keys;

use behalf_model::ports::Digester;
use behalf_model::secret::{Sealed, Sealer};
use behalf_model::{Env, Secret};
use behalf_wire::jose::backend::{aead_open, aead_seal, constant_time_eq, hmac_sha256};
use behalf_wire::jose::base64url;
use key_file::KeyFile;
use keys::{Key, Keys};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const NONCE: usize = 12;

/// Seals with AES-256-GCM under random 96-bit nonces; good for 2³² texts per key (rotate long before).
///
/// Of several keys the first seals and all open. Digests and derived keys come from the *oldest*, so that they
/// outlive a rotation.
pub struct FileSealer {
    env: Env,
    /// `None`: the keys were given by configuration.
    file: Option<KeyFile>,
    keys: Mutex<Arc<Keys>>,
}

/// Why there is no usable key. Texts name files and lines, never key material.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the key file {path} cannot be used: {reason}")]
    File { path: PathBuf, reason: String },
    #[error(
        "others can read or change the key file {path} (mode {mode:04o}): run `chmod 600 {path}`"
    )]
    Exposed { path: PathBuf, mode: u32 },
    #[error("line {line} of the keys: {reason}; a line is `<key id> <32 bytes in base64url>`")]
    Line { line: usize, reason: &'static str },
    #[error(
        "there is no key: expected lines `<key id> <32 bytes in base64url>`, the current key first"
    )]
    NoKey,
    #[error("these keys were given by configuration: put the new key as first line there")]
    NotAFile,
    #[error("there is no key {0}")]
    UnknownKey(String),
    #[error("key {0} seals new texts: rotate before dropping it")]
    CurrentKey(String),
    #[error(
        "key {0} is the oldest: digests of client secrets and refresh tokens were made with it and would be lost"
    )]
    OldestKey(String),
}

impl FileSealer {
    /// Reads the keys from the file; makes a file (mode 0600) with one new key when there is none.
    ///
    /// Errors: `Exposed` when group or others have any right on the file.
    pub fn open(path: &Path, env: Env) -> Result<Self, SealError> {
        let file = KeyFile::new(path);
        let keys = file.load_or_create(|| Keys::new(&env))?;
        Ok(Self {
            env,
            file: Some(file),
            keys: Mutex::new(Arc::new(keys)),
        })
    }

    /// Keys out of configuration.
    ///
    /// Shape: lines `<key id> <32 bytes in base64url>`, the current key first, the oldest last; empty lines and
    /// lines starting with `#` do not count.
    pub fn from_key_text(text: &str, env: Env) -> Result<Self, SealError> {
        Ok(Self {
            env,
            file: None,
            keys: Mutex::new(Arc::new(Keys::parse(text)?)),
        })
    }

    /// Puts a new key in front and returns its id. Other processes notice it by the changed file.
    pub fn rotate(&self) -> Result<String, SealError> {
        let keys = self.change_file(|keys| Ok(keys.with_new(&self.env)))?;
        Ok(keys.current().id.clone())
    }

    /// Takes a key away; what is still sealed with it can never be opened again (see `SqliteStore::reseal_all`).
    /// The oldest key cannot go: digests cannot be made anew without the secrets.
    pub fn drop_key(&self, id: &str) -> Result<(), SealError> {
        self.change_file(|keys| keys.without(id)).map(|_| ())
    }

    /// Ids of the keys, the current one first.
    pub fn key_ids(&self) -> Vec<String> {
        self.fresh().iter().map(|key| key.id.clone()).collect()
    }

    /// The same content under the current key; `Ok(None)` when it is already there.
    pub fn reseal(&self, purpose: &str, sealed: &Sealed) -> Result<Option<Sealed>, Unreadable> {
        let keys = self.fresh();
        if split(&sealed.0).is_some_and(|(id, _)| id == keys.current().id) {
            return Ok(None);
        }
        let clear = open_with(&keys, purpose, sealed).ok_or(Unreadable)?;
        Ok(Some(self.seal_with(keys.current(), purpose, &clear)))
    }

    /// A key for another use, the same after every rotation (HKDF-SHA-256 of the oldest key).
    pub fn derive(&self, label: &str) -> [u8; 32] {
        self.snapshot().oldest().derive(label)
    }

    fn seal_with(&self, key: &Key, purpose: &str, clear: &Secret) -> Sealed {
        let nonce: [u8; NONCE] = self.env.random();
        let mut bytes = nonce.to_vec();
        bytes.extend(aead_seal(
            key.sealing(),
            nonce,
            purpose.as_bytes(),
            clear.expose().as_bytes(),
        ));
        Sealed(format!("{}.{}", key.id, base64url::encode(bytes)))
    }

    fn change_file(
        &self,
        change: impl FnOnce(&Keys) -> Result<Keys, SealError>,
    ) -> Result<Arc<Keys>, SealError> {
        let changed = Arc::new(
            self.file
                .as_ref()
                .ok_or(SealError::NotAFile)?
                .change(change)?,
        );
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = changed.clone();
        Ok(changed)
    }

    fn snapshot(&self) -> Arc<Keys> {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The keys after looking whether another process changed the file.
    fn fresh(&self) -> Arc<Keys> {
        if let Some(file) = &self.file {
            match file.reload_if_changed() {
                Ok(None) => {}
                Ok(Some(keys)) => {
                    *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys)
                }
                Err(error) => {
                    tracing::error!(%error, "the changed key file is not used, the keys read before are")
                }
            }
        }
        self.snapshot()
    }
}

/// A sealed text that none of the keys opens for this purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no key opens the sealed text for its purpose")]
pub struct Unreadable;

impl Sealer for FileSealer {
    fn seal(&self, purpose: &str, clear: &str) -> Sealed {
        self.seal_with(self.fresh().current(), purpose, &Secret::new(clear))
    }

    fn open(&self, purpose: &str, sealed: &Sealed) -> Option<Secret> {
        open_with(&self.keys_with(split(&sealed.0)?.0), purpose, sealed)
    }
}

impl Digester for FileSealer {
    fn digest(&self, purpose: &str, secret: &str) -> String {
        let keys = self.snapshot();
        let key = keys.oldest();
        format!(
            "{}.{}",
            key.id,
            base64url::encode(mac(key, purpose, secret))
        )
    }

    fn matches(&self, purpose: &str, secret: &str, digest: &str) -> bool {
        let Some((id, encoded)) = split(digest) else {
            return false;
        };
        let Ok(expected) = base64url::decode(encoded, "digest") else {
            return false;
        };
        self.keys_with(id)
            .get(id)
            .is_some_and(|key| constant_time_eq(&mac(key, purpose, secret), &expected))
    }
}

impl FileSealer {
    /// Keys that include `id` when there is such a key: another process may have added it since.
    fn keys_with(&self, id: &str) -> Arc<Keys> {
        let keys = self.snapshot();
        if keys.get(id).is_some() {
            keys
        } else {
            self.fresh()
        }
    }
}

fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once('.')
}

fn open_with(keys: &Keys, purpose: &str, sealed: &Sealed) -> Option<Secret> {
    let (id, encoded) = split(&sealed.0)?;
    let bytes = base64url::decode(encoded, "sealed text").ok()?;
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>()?;
    let clear = aead_open(
        keys.get(id)?.sealing(),
        *nonce,
        purpose.as_bytes(),
        ciphertext,
    )?;
    String::from_utf8(clear).ok().map(Secret::new)
}

/// The length in front keeps (`ab`, `c`) and (`a`, `bc`) apart.
fn mac(key: &Key, purpose: &str, secret: &str) -> [u8; 32] {
    let mut message = (purpose.len() as u64).to_be_bytes().to_vec();
    message.extend_from_slice(purpose.as_bytes());
    message.extend_from_slice(secret.as_bytes());
    let message = zeroize::Zeroizing::new(message);
    hmac_sha256(key.digesting(), &message)
}

#[cfg(test)]
mod tests;
