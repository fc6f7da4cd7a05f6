//! The keys of an installation and their text form.

use super::SealError;
use behalf_model::Env;
use behalf_wire::jose::backend::hkdf_sha256;
use behalf_wire::jose::base64url;
use std::fmt::Write as _;
use zeroize::Zeroizing;

type Bytes = Zeroizing<[u8; 32]>;

/// One key; each use has its own key derived from it, so that no use weakens another.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    secret: Bytes,
    sealing: Bytes,
    digesting: Bytes,
}

impl Key {
    fn new(id: String, secret: Bytes) -> Self {
        let sealing = Zeroizing::new(hkdf_sha256(b"behalf", &*secret, b"seal"));
        let digesting = Zeroizing::new(hkdf_sha256(b"behalf", &*secret, b"digest"));
        Self {
            id,
            secret,
            sealing,
            digesting,
        }
    }

    fn random(env: &Env) -> Self {
        Self::new(
            format!("{:08x}", u32::from_be_bytes(env.random())),
            Zeroizing::new(env.random()),
        )
    }

    pub(super) fn sealing(&self) -> &[u8; 32] {
        &self.sealing
    }

    pub(super) fn digesting(&self) -> &[u8; 32] {
        &self.digesting
    }

    pub(super) fn derive(&self, label: &str) -> [u8; 32] {
        hkdf_sha256(
            b"behalf",
            &*self.secret,
            format!("derive {label}").as_bytes(),
        )
    }
}

/// At least one key; the current one first, the oldest last.
pub(super) struct Keys(Vec<Key>);

impl Keys {
    /// One new key.
    pub(super) fn new(env: &Env) -> Self {
        Self(vec![Key::random(env)])
    }

    pub(super) fn parse(text: &str) -> Result<Self, SealError> {
        let mut keys: Vec<Key> = Vec::new();
        for (line, content) in (1..).zip(text.lines()) {
            let content = content.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let wrong = |reason| SealError::Line { line, reason };
            let (id, encoded) = content
                .split_once(' ')
                .ok_or(wrong("there is no space after the key id"))?;
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if id.is_empty() || id.len() > 32 || !id.chars().all(fits) {
                return Err(wrong(
                    "the key id is not 1-32 characters out of A-Z a-z 0-9 - _",
                ));
            }
            if keys.iter().any(|key| key.id == id) {
                return Err(wrong("the key id occurs twice"));
            }
            let bytes = base64url::decode(encoded.trim(), "key")
                .map_err(|_| wrong("the key is not base64url"))?;
            let bytes = Zeroizing::new(bytes);
            let secret = bytes
                .as_slice()
                .try_into()
                .map_err(|_| wrong("the key does not have 32 bytes"))?;
            keys.push(Key::new(id.to_owned(), Zeroizing::new(secret)));
        }
        if keys.is_empty() {
            Err(SealError::NoKey)
        } else {
            Ok(Self(keys))
        }
    }

    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(
            "# Keys of this installation. Whoever has them and the database has every secret in it.\n\
             # The first one seals new secrets, all of them open, the last one makes digests.\n"
                .to_owned(),
        );
        // Room for all lines at once: growing would leave copies of keys in freed memory.
        text.reserve(self.0.len() * 80);
        for key in &self.0 {
            let _ = writeln!(
                *text,
                "{} {}",
                key.id,
                *Zeroizing::new(base64url::encode(*key.secret))
            );
        }
        text
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }

    pub(super) fn current(&self) -> &Key {
        &self.0[0]
    }

    pub(super) fn oldest(&self) -> &Key {
        &self.0[self.0.len() - 1]
    }

    /// With a new current key.
    pub(super) fn with_new(&self, env: &Env) -> Self {
        let mut key = Key::random(env);
        while self.get(&key.id).is_some() {
            key = Key::random(env);
        }
        Self(std::iter::once(key).chain(self.0.iter().cloned()).collect())
    }

    pub(super) fn without(&self, id: &str) -> Result<Self, SealError> {
        match id {
            _ if self.get(id).is_none() => Err(SealError::UnknownKey(id.to_owned())),
            _ if self.current().id == id => Err(SealError::CurrentKey(id.to_owned())),
            _ if self.oldest().id == id => Err(SealError::OldestKey(id.to_owned())),
            _ => Ok(Self(
                self.0.iter().filter(|key| key.id != id).cloned().collect(),
            )),
        }
    }
}
