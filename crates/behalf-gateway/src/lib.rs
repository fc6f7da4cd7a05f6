//! Room: the gateway. Scripted methods called on behalf of the user.
//!
//! Owns callers, catalogue of methods and profiles, script rendering, credentials (OBO among them), the token cache,
//! connectors and faces. Must never contain: SQL, token issuing, another room's code, or a fall-back from a user's
//! token to the application's credentials.

mod caller;
pub mod catalog;
mod connectors;
mod credentials;
pub mod explain;
mod faces;
pub mod files;
mod invocation;
mod library;
mod masked;
mod obo;
mod policy;
mod preflight;
mod profiles;
pub mod rows;
pub mod script;
#[cfg(test)]
mod testing;
mod token_cache;

pub use library::{CatalogueState, SourceText, compile};

use behalf_model::facts::Facts;
use behalf_model::ports::{Outbound, TokenVault, TokenVerifier};
use behalf_model::secret::Sealer;
use behalf_model::{Env, Fault, TenantId, UserId};
use library::{Library, Loaded};
use std::sync::Arc;
use token_cache::TokenCache;

/// Settings of the gateway.
#[derive(Clone, Debug)]
pub struct Config {
    /// `https://gateway.example` without a slash at its end: what metadata and challenges name.
    pub public_url: String,
    /// The tenant whose users, methods and profiles the gateway serves.
    pub home_tenant: TenantId,
    /// Names under which the gateway accepts tokens; compared exactly.
    pub audiences: Vec<String>,
    /// Issuers to be named in the protected resource metadata (RFC 9728).
    pub authorization_servers: Vec<String>,
    /// Where a user signs in through a provider; `{provider}` is replaced. Sent with error 7; empty = not sent.
    pub sign_in_url: String,
    /// A longer request body is refused.
    pub max_body_bytes: usize,
}

impl Config {
    /// A megabyte per request, and nothing else decided.
    pub fn new(public_url: &str, home_tenant: TenantId) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            home_tenant,
            audiences: Vec::new(),
            authorization_servers: Vec::new(),
            sign_in_url: String::new(),
            max_body_bytes: 1024 * 1024,
        }
    }
}

/// The doors of the gateway to the world and to other rooms.
#[derive(Clone)]
pub struct Ports {
    pub facts: Facts,
    pub env: Env,
    pub verifier: Arc<dyn TokenVerifier>,
    pub vault: Arc<dyn TokenVault>,
    pub outbound: Arc<dyn Outbound>,
    pub sealer: Arc<dyn Sealer>,
}

/// The gateway of one tenant.
pub struct Gateway {
    config: Config,
    facts: Facts,
    env: Env,
    verifier: Arc<dyn TokenVerifier>,
    vault: Arc<dyn TokenVault>,
    outbound: Arc<dyn Outbound>,
    sealer: Arc<dyn Sealer>,
    library: Library,
    tokens: TokenCache,
}

impl Gateway {
    pub fn new(config: Config, ports: Ports) -> Self {
        let Ports {
            facts,
            env,
            verifier,
            vault,
            outbound,
            sealer,
        } = ports;
        Self {
            config,
            facts,
            env,
            verifier,
            vault,
            outbound,
            sealer,
            library: Library::default(),
            tokens: TokenCache::default(),
        }
    }

    /// Sources beside those in the store, from [`files::read`]; compiled with them at the next call or
    /// [`Gateway::load`].
    pub fn set_files(&self, files: Vec<SourceText>) {
        self.library.set_files(files);
    }

    /// Compiles now what the next call would compile, and says what was found.
    ///
    /// Errors: store faults.
    pub async fn load(&self) -> Result<CatalogueState, Fault> {
        self.catalogue().await?;
        Ok(self.library.state())
    }

    /// Drops every back-end token got in the user's name: he was disabled, deleted or signed out.
    pub fn forget(&self, user: UserId) {
        self.tokens.forget(user);
    }

    async fn catalogue(&self) -> Result<Arc<Loaded>, Fault> {
        self.library
            .current(&self.facts, self.config.home_tenant)
            .await
    }

    /// The document of RFC 9728, named in every challenge.
    fn metadata_url(&self) -> String {
        format!(
            "{}/.well-known/oauth-protected-resource",
            self.config.public_url
        )
    }
}

/// The REST face with its OpenAPI document and the protected resource metadata.
///
/// Paths: `GET /api`, `POST /api/{object}/{method}`, `GET|POST /api/{object}`,
/// `GET|PATCH|PUT|DELETE /api/{object}/{key}`, `GET /openapi.json`, `GET /.well-known/oauth-protected-resource`.
pub fn router(gateway: Arc<Gateway>) -> axum::Router {
    faces::router(gateway)
}
