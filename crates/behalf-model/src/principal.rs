//! App principals (Entra: app registration; OAuth: client).

use crate::entity::Entity;
use crate::secret::{Sealed, Sealer};
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
    /// SharePoint's app host domain: host and port (if not 443) of the remote web. Context tokens are for it, so with
    /// it the secrets are kept sealed beside their digests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_host_domain: Option<String>,
    /// Id of the secret that signs context tokens; without it the oldest one that is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted_secret: Option<String>,
}

fn yes() -> bool {
    true
}

/// One client secret. A keyed digest is kept, and the secret itself only where context tokens are signed with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretCredential {
    /// Names the secret in listings; never the secret itself.
    pub id: String,
    /// See `ports::Digester`.
    pub digest: String,
    /// The secret itself, for principals with an app host domain. See [`SecretCredential::sealing_purpose`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
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

    /// The purpose under which the secret itself is sealed.
    pub fn sealing_purpose(tenant: TenantId, client: &ClientId, id: &str) -> String {
        format!("app-secret:{tenant}:{client}:{id}")
    }

    /// Whether the secret counts at a moment: from its start up to, and without, its end.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        self.starts_at.is_none_or(|start| start <= now)
            && self.expires_at.is_none_or(|end| end > now)
    }
}

impl Principal {
    /// The secrets that are readable and valid now, the one to sign context tokens with first: the promoted one, else
    /// the oldest. An app that holds the next secret already holds the present one too; the other way round it is not so.
    pub fn signing_secrets(&self, now: UnixTime) -> Vec<&SecretCredential> {
        let usable =
            |secret: &&SecretCredential| secret.sealed.is_some() && secret.is_valid_at(now);
        let mut all: Vec<&SecretCredential> = self.secrets.iter().filter(usable).collect();
        // Stable: of two that began at the same time the one added first is older.
        all.sort_by_key(|secret| (!self.is_promoted(secret), secret.starts_at));
        all
    }

    fn is_promoted(&self, secret: &SecretCredential) -> bool {
        self.promoted_secret.as_ref() == Some(&secret.id)
    }

    /// The sealed form of a secret of this principal, when secrets are to be kept readable.
    pub fn seal_secret(&self, sealer: &dyn Sealer, id: &str, clear: &str) -> Option<Sealed> {
        let purpose = SecretCredential::sealing_purpose(self.tenant, &self.client_id, id);
        self.app_host_domain
            .is_some()
            .then(|| sealer.seal(&purpose, clear))
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

#[cfg(test)]
mod tests;
