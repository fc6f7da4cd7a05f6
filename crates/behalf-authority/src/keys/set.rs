//! The published keys of one tenant, parsed.

use behalf_model::UnixTime;
use behalf_model::key::SigningKey;
use behalf_model::resource::SigningAlg;
use behalf_model::secret::Sealer;
use behalf_wire::jose::jws::{EncodedHeader, HeaderExtras, sign_with_header};
use behalf_wire::jose::{self, JoseError, Jwk, Keyring, VerifyingKey, base64url};
use behalf_wire::oauth::access_token;
use std::sync::Arc;

/// A key of a tenant, parsed once and kept with the headers of everything it signs.
pub struct TenantKey {
    pub row: Arc<SigningKey>,
    verifying: Option<VerifyingKey>,
    /// Missing when the private part cannot be unsealed: then the key verifies only.
    signing: Option<Signing>,
}

struct Signing {
    key: jose::SigningKey,
    jwt: EncodedHeader,
    v1: EncodedHeader,
    at_jwt: EncodedHeader,
}

/// Which header a token gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenHeader {
    /// `typ: JWT`, `kid`.
    Jwt,
    /// Entra v1.0: `x5t` beside `kid`, with the same value.
    V1,
    /// RFC 9068: `typ: at+jwt`.
    AtJwt,
}

impl TenantKey {
    fn new(row: Arc<SigningKey>, sealer: &dyn Sealer) -> Self {
        let verifying = Jwk::parse(&row.public_jwk)
            .and_then(|jwk| VerifyingKey::from_jwk(&jwk))
            .ok();
        let signing = sealer
            .open(&SigningKey::purpose(row.tenant, &row.kid), &row.private)
            .and_then(|private| {
                let der = base64url::decode(private.expose(), "the private key").ok()?;
                let alg = super::jws_alg(row.alg);
                let key = jose::SigningKey::from_pkcs8(alg, Some(row.kid.clone()), &der).ok()?;
                let header = |typ, x5t| {
                    EncodedHeader::new(
                        &HeaderExtras {
                            typ: Some(typ),
                            x5t,
                            ..HeaderExtras::default()
                        },
                        &key,
                    )
                };
                Some(Signing {
                    jwt: header("JWT", None),
                    v1: header("JWT", Some(row.kid.as_str())),
                    at_jwt: header(access_token::TYPE, None),
                    key,
                })
            });
        if verifying.is_none() || signing.is_none() {
            tracing::error!(tenant = %row.tenant, kid = %row.kid, "a signing key cannot be read: was the sealing key lost?");
        }
        Self {
            row,
            verifying,
            signing,
        }
    }

    /// The compact token. Errors: `Backend`, also when the private part is not readable.
    pub fn sign(&self, header: TokenHeader, claims: &[u8]) -> Result<String, JoseError> {
        let signing = self.signing.as_ref().ok_or(JoseError::Backend)?;
        let encoded = match header {
            TokenHeader::Jwt => &signing.jwt,
            TokenHeader::V1 => &signing.v1,
            TokenHeader::AtJwt => &signing.at_jwt,
        };
        sign_with_header(encoded, claims, &signing.key)
    }

    /// For tokens whose header is of another shape. Errors: `Backend` when the private part is not readable.
    pub(crate) fn private(&self) -> Result<&jose::SigningKey, JoseError> {
        let signing = self.signing.as_ref().ok_or(JoseError::Backend)?;
        Ok(&signing.key)
    }

    /// The thumbprint of the certificate around an RSA key, which is its key id.
    pub(crate) fn x5t(&self) -> &str {
        &self.row.kid
    }

    fn is_published(&self, now: UnixTime) -> bool {
        self.row.retired_at.is_none_or(|at| at > now)
    }
}

/// What is published for a tenant, as of one version of the facts.
pub struct KeySet {
    version: u64,
    /// The next moment at which a key leaves the set.
    changes_at: Option<UnixTime>,
    keys: Vec<Arc<TenantKey>>,
    pub keyring: Arc<Keyring>,
}

impl KeySet {
    /// `known`: the set before it, whose parsed keys are taken over.
    pub(super) fn new(
        version: u64,
        now: UnixTime,
        rows: Vec<Arc<SigningKey>>,
        known: Option<&Self>,
        sealer: &dyn Sealer,
    ) -> Self {
        let parsed = |row: Arc<SigningKey>| {
            let same = known.and_then(|set| set.keys.iter().find(|key| *key.row == *row));
            same.cloned()
                .unwrap_or_else(|| Arc::new(TenantKey::new(row, sealer)))
        };
        let keys: Vec<_> = rows
            .into_iter()
            .map(parsed)
            .filter(|key| key.is_published(now))
            .collect();
        let keyring = keys
            .iter()
            .filter_map(|key| key.verifying.clone())
            .collect();
        let changes_at = keys.iter().filter_map(|key| key.row.retired_at).min();
        Self {
            version,
            changes_at,
            keys,
            keyring: Arc::new(keyring),
        }
    }

    pub(super) fn is_valid(&self, version: u64, now: UnixTime) -> bool {
        self.version == version && self.changes_at.is_none_or(|at| at > now)
    }

    pub fn keys(&self) -> &[Arc<TenantKey>] {
        &self.keys
    }

    pub fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.row.kid == kid)
    }

    /// The key of the algorithm whose turn it is; of two with the same turn the one published later. When none has
    /// had its turn yet (this machine's clock is behind the one that made the keys) it is the first one's.
    pub fn signer(&self, alg: SigningAlg, now: UnixTime) -> Option<Arc<TenantKey>> {
        let able = || {
            self.keys
                .iter()
                .filter(|key| key.row.alg == alg && key.signing.is_some())
        };
        let turn = |key: &&Arc<TenantKey>| {
            let row = &key.row;
            (row.retired_at.is_none(), row.active_from, row.published_at)
        };
        let current = able()
            .filter(|key| key.row.active_from <= now)
            .max_by_key(turn);
        current
            .or_else(|| able().min_by_key(|key| key.row.active_from))
            .cloned()
    }
}
