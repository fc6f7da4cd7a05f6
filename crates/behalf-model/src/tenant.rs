//! A tenant: one directory of users, principals and resources, with its sign-in providers and policies.

use crate::entity::Entity;
use crate::{ClientId, TenantId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The owner of all `Tenant` entities.
pub const DIRECTORY: TenantId = TenantId(Uuid::nil());

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    pub id: TenantId,
    /// Domain names that stand for the tenant in URLs; compared without case, kept in lower case.
    #[serde(default)]
    pub domains: Vec<String>,
    pub display_name: String,
    #[serde(default)]
    pub providers: Vec<Provider>,
    /// Whether users may consent for themselves (R17). Off: only administrators and pre-authorization.
    #[serde(default = "yes")]
    pub user_consent: bool,
    /// The resource meant by scopes without a prefix (Entra: Microsoft Graph; R31).
    #[serde(default)]
    pub default_resource: Option<ClientId>,
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// When false, every endpoint of the tenant refuses: a disabled issuer issues nothing.
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn yes() -> bool {
    true
}

/// How long things live, in seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetimes {
    pub access_token_s: i64,
    pub id_token_s: i64,
    pub authorization_code_s: i64,
    pub refresh_token_s: i64,
    /// How long a rotated refresh token may be repeated by a client whose answer was cut off.
    pub refresh_grace_s: i64,
    pub session_s: i64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access_token_s: 3600,
            id_token_s: 3600,
            authorization_code_s: 300,
            refresh_token_s: 90 * 86_400,
            refresh_grace_s: 30,
            session_s: 12 * 3600,
        }
    }
}

/// A way to sign in. `name` is what users and profiles refer to (`password`, `microsoft`, …).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub name: String,
    pub kind: ProviderKind,
    /// Shown on the sign-in page; the name when empty.
    #[serde(default)]
    pub label: String,
    /// Settings of `oidc` and `microsoft`; absent for `password`.
    #[serde(default)]
    pub upstream: Option<Upstream>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    Password,
    Oidc,
    Microsoft,
}

/// The issuer that a provider of kind `oidc` or `microsoft` signs in at, with our registration there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// Issuer exactly as its discovery document and tokens spell it (`https://login…/<tid>/v2.0`).
    pub issuer: String,
    pub client_id: String,
    /// Reference `secret:<name>` to a sealed named secret.
    pub client_secret: String,
    /// Asked for at sign-in beside `openid profile email offline_access`. For `microsoft` this must name the
    /// gateway's own API, so that the stored token can serve as OBO assertion.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Audiences under which this issuer's tokens are accepted as callers of the gateway (R48).
    #[serde(default)]
    pub audiences: Vec<String>,
}

impl Tenant {
    /// Whether a text names the tenant: its GUID or one of its domain names, in any letter case.
    pub fn is_named(&self, name: &str) -> bool {
        name.parse() == Ok(self.id) || self.domains.iter().any(|d| d.eq_ignore_ascii_case(name))
    }

    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|p| p.name == name)
    }
}

impl Entity for Tenant {
    const KIND: &'static str = "tenant";

    fn tenant(&self) -> TenantId {
        DIRECTORY
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn aliases(&self) -> Vec<String> {
        self.domains
            .iter()
            .map(|d| d.to_ascii_lowercase())
            .collect()
    }
}
