//! What every part of the room shares.

use crate::content_hosts::{ContentHosts, ContentServer};
use crate::keys::TenantKeys;
use crate::providers::password::PasswordChecks;
use crate::providers::upstream::Upstreams;
use crate::tokens::verified::VerifiedTokens;
use crate::vault::Vault;
use behalf_model::facts::Facts;
use behalf_model::fault::{TENANT_DISABLED, TENANT_NOT_FOUND};
use behalf_model::ports::{Digester, Outbound, Store};
use behalf_model::secret::Sealer;
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::{Env, Fault};
use behalf_wire::jose::backend::sha256;
use std::sync::Arc;

/// Settings of the room, from the host's configuration file.
#[derive(Clone, Debug)]
pub struct Config {
    /// Root of all authority URLs (`https://login.corp.lan`), without a trailing slash and without a path. Metadata
    /// is built from it, never from the Host header.
    pub public_url: String,
    pub max_body_bytes: usize,
    /// Argon2 computations at the same time; each takes 19 MiB and 40 ms.
    pub password_hashes_at_once: usize,
    /// Whether upstream issuers may live at private addresses and, when configured so, speak plain HTTP.
    pub private_upstreams: bool,
    /// `None` when this process serves no content.
    pub content_server: Option<ContentServer>,
}

/// The room's state; shared by all requests.
pub struct Authority {
    pub config: Config,
    pub facts: Facts,
    pub env: Env,
    pub sealer: Arc<dyn Sealer>,
    pub digester: Arc<dyn Digester>,
    pub outbound: Arc<dyn Outbound>,
    /// Metadata and keys of the issuers that users sign in at.
    pub upstreams: Arc<Upstreams>,
    /// Provider tokens of users.
    pub vault: Vault,
    pub(crate) passwords: PasswordChecks,
    /// Signing keys of the tenants.
    pub keys: TenantKeys,
    pub(crate) content_hosts: ContentHosts,
    /// Tokens of our own whose signature was verified a moment ago.
    pub(crate) verified: VerifiedTokens,
    /// Derives successors of refresh tokens; the same in every process of the installation.
    pub(crate) refresh_key: [u8; 32],
}

impl Authority {
    pub fn new(
        config: Config,
        facts: Facts,
        env: Env,
        sealer: Arc<dyn Sealer>,
        digester: Arc<dyn Digester>,
        outbound: Arc<dyn Outbound>,
    ) -> Self {
        let refresh_key = sha256(digester.digest("refresh-token-successors", "v1").as_bytes());
        let upstreams = Arc::new(Upstreams::new(
            outbound.clone(),
            env.clone(),
            config.private_upstreams,
        ));
        Self {
            vault: Vault::new(facts.clone(), sealer.clone(), upstreams.clone()),
            passwords: PasswordChecks::new(config.password_hashes_at_once),
            upstreams,
            config,
            facts,
            env,
            sealer,
            digester,
            outbound,
            keys: TenantKeys::default(),
            content_hosts: ContentHosts::default(),
            verified: VerifiedTokens::default(),
            refresh_key,
        }
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        self.facts.store()
    }

    /// Whether browsers reach us by https; else by the development switch for loopback.
    pub fn is_https(&self) -> bool {
        self.config.public_url.starts_with("https://")
    }

    /// The tenant named by a URL segment: GUID or domain name, in any letter case.
    ///
    /// Errors: `TENANT_NOT_FOUND`, `TENANT_DISABLED`.
    pub async fn tenant(&self, segment: &str) -> Result<Arc<Tenant>, Fault> {
        let name = segment.to_ascii_lowercase();
        let found = match uuid::Uuid::try_parse(&name) {
            Ok(id) => self.facts.get::<Tenant>(DIRECTORY, &id.to_string()).await?,
            Err(_) => self.facts.by_alias::<Tenant>(DIRECTORY, &name).await?,
        };
        let tenant = found.ok_or_else(|| {
            let shown: String = name
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c))
                .take(64)
                .collect();
            TENANT_NOT_FOUND.with(format!(
                "Tenant '{shown}' not found. Check that the tenant name or id is right."
            ))
        })?;
        if tenant.enabled {
            Ok(tenant)
        } else {
            Err(TENANT_DISABLED.plain())
        }
    }
}
