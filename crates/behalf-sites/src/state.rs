//! What every part of the room shares.

use behalf_model::facts::Facts;
use behalf_model::ports::{Store, TokenVerifier};
use behalf_model::{Env, TenantId};
use std::sync::Arc;

/// Settings of the room, from the host's configuration file.
#[derive(Clone, Debug)]
pub struct Config {
    /// Root of all content URLs (`https://sites.corp.lan`), without a trailing slash. Links and `nextLink` are built
    /// from it, never from the Host header.
    pub public_url: String,
    /// Names under which tokens are issued for this API (client id, application ID URIs); compared exactly. The
    /// first is shown to callers without a token.
    pub audiences: Vec<String>,
    /// The tenant whose content this is. Tokens of any other tenant are refused.
    pub tenant: TenantId,
    pub max_body_bytes: usize,
}

/// The room's state; shared by all requests.
pub struct Sites {
    pub config: Config,
    pub facts: Facts,
    pub env: Env,
    pub verifier: Arc<dyn TokenVerifier>,
}

impl Sites {
    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        self.facts.store()
    }

    /// Root of content URLs without a trailing slash, however it was configured.
    pub(crate) fn public_url(&self) -> &str {
        self.config.public_url.trim_end_matches('/')
    }
}
