//! Exposed APIs ("Expose an API"): what tokens can be asked for.

use crate::entity::Entity;
use crate::{ClientId, TenantId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub tenant: TenantId,
    /// Client id of the principal that exposes the API.
    pub app_id: ClientId,
    pub title: String,
    /// Application ID URIs (`api://ometa.order.system`), in lower case; each prefixes the API's scopes.
    #[serde(default)]
    pub app_id_uris: Vec<String>,
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// Application permissions (app roles) that `client_credentials` can be given.
    #[serde(default)]
    pub roles: Vec<AppRole>,
    /// Clients that need no consent for the listed scopes (`preAuthorizedApplications`).
    #[serde(default)]
    pub authorized_clients: Vec<AuthorizedClient>,
    #[serde(default)]
    pub token_format: TokenFormat,
    #[serde(default)]
    pub signing_alg: SigningAlg,
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    pub value: String,
    #[serde(default)]
    pub consent: WhoCanConsent,
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default = "yes")]
    pub enabled: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoCanConsent {
    AdminsOnly,
    #[default]
    AdminsAndUsers,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRole {
    pub value: String,
    #[serde(default)]
    pub description: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorizedClient {
    pub client_id: ClientId,
    pub scopes: Vec<String>,
}

/// The shape of access tokens for a resource: chosen by the resource, never by the endpoint asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// Entra v1.0 (`appid`, issuer `…/<tid>/`).
    EntraV1,
    /// Entra v2.0 (`azp`, issuer `…/<tid>/v2.0`, audience always the API's client id).
    #[default]
    EntraV2,
    /// RFC 9068 (`typ: at+jwt`, `client_id`, `scope`).
    Rfc9068,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SigningAlg {
    #[default]
    RS256,
    ES256,
    EdDSA,
}

impl Resource {
    /// Lower case, without a trailing slash: how App ID URIs are registered and looked up.
    pub fn uri_alias(uri: &str) -> String {
        format!("uri:{}", uri.trim_end_matches('/').to_lowercase())
    }
}

impl Entity for Resource {
    const KIND: &'static str = "resource";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.app_id.to_string()
    }

    fn aliases(&self) -> Vec<String> {
        self.app_id_uris
            .iter()
            .map(|uri| Self::uri_alias(uri))
            .collect()
    }
}
