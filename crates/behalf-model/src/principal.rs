//! App principals (Entra: app registration; OAuth: client).

use crate::entity::Entity;
use crate::{ClientId, TenantId, UnixTime};
use serde::{Deserialize, Serialize};

/// An application that can ask for tokens. An exposed API of the same application is a `Resource`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Principal {
    pub tenant: TenantId,
    pub client_id: ClientId,
    pub title: String,
    /// A public client (native, single page) has no credential and must not send one.
    #[serde(default)]
    pub public: bool,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub secrets: Vec<SecretCredential>,
    #[serde(default)]
    pub certificates: Vec<CertificateCredential>,
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// API permissions (`requiredResourceAccess`): what `.default` and admin consent mean for this client.
    #[serde(default)]
    pub permissions: Vec<Permission>,
    /// Apps whose combined consent screen includes this app (`knownClientApplications`).
    #[serde(default)]
    pub known_client_applications: Vec<ClientId>,
}

fn yes() -> bool {
    true
}

/// One client secret. Only a keyed digest is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretCredential {
    /// Names the secret in listings; never the secret itself.
    pub id: String,
    /// See `ports::Digester`.
    pub digest: String,
    #[serde(default)]
    pub starts_at: Option<UnixTime>,
    #[serde(default)]
    pub expires_at: Option<UnixTime>,
}

impl SecretCredential {
    /// The purpose under which a client's secrets are digested.
    pub fn purpose(tenant: TenantId, client: &ClientId) -> String {
        format!("client-secret:{tenant}:{client}")
    }
}

/// A certificate whose key signs client assertions (RFC 7523 §2.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateCredential {
    /// base64url of SHA-1 of the DER (Entra's `x5t`).
    pub x5t: String,
    /// base64url of SHA-256 of the DER.
    pub x5t_s256: String,
    /// The certificate in PEM.
    pub pem: String,
    pub starts_at: UnixTime,
    pub expires_at: UnixTime,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectUri {
    pub uri: String,
    #[serde(default)]
    pub platform: Platform,
}

/// Entra's platform of a redirect URI; decides about credentials, `Origin` and loopback ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    #[default]
    Web,
    Spa,
    /// Installed app; a loopback redirect may use any port (RFC 8252 §7.3).
    Native,
}

/// Permissions on one resource that an administrator gave the client to ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// App id of the resource.
    pub resource: ClientId,
    #[serde(default)]
    pub delegated: Vec<String>,
    #[serde(default)]
    pub application: Vec<String>,
}

impl Entity for Principal {
    const KIND: &'static str = "principal";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.client_id.to_string()
    }
}
