//! What every part of the room shares.

use behalf_model::facts::Facts;
use behalf_model::fault::{TENANT_DISABLED, TENANT_NOT_FOUND};
use behalf_model::ports::{Digester, Outbound, Store};
use behalf_model::secret::Sealer;
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::{Env, Fault};
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
}

/// The room's state; shared by all requests.
pub struct Authority {
    pub config: Config,
    pub facts: Facts,
    pub env: Env,
    pub sealer: Arc<dyn Sealer>,
    pub digester: Arc<dyn Digester>,
    pub outbound: Arc<dyn Outbound>,
}

impl Authority {
    pub fn store(&self) -> &Arc<dyn Store> {
        self.facts.store()
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
            let shown: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c)).take(64).collect();
            TENANT_NOT_FOUND.with(format!("Tenant '{shown}' not found. Check that the tenant name or id is right."))
        })?;
        if tenant.enabled { Ok(tenant) } else { Err(TENANT_DISABLED.plain()) }
    }
}
