//! The metadata document: `GET {sts}/metadata/json/1?realm=R`, and a content host's own at `_layouts/15/metadata/json/1`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{ACS_PRINCIPAL, Host, NameError, PrincipalName, SHAREPOINT_PRINCIPAL};
use crate::jose::{Certificate, JoseError, Keyring, VerifyingKey, json};

/// Path below the authentication server's address; the query is `realm=<realm>`.
pub const PATH: &str = "metadata/json/1";

/// Path of the document that a content host publishes about itself, below a web's address.
pub const CONTENT_HOST_PATH: &str = "_layouts/15/metadata/json/1";

/// Longest document that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// Shape: `{"version","name","realm","issuer","allowedAudiences":[…],"keys":[…],"endpoints":[…]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub name: String,
    /// Content hosts only: the principal's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    #[serde(default)]
    pub realm: String,
    #[serde(default)]
    pub issuer: String,
    #[serde(default)]
    pub allowed_audiences: Vec<String>,
    #[serde(default)]
    pub keys: Vec<Key>,
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    pub usage: String,
    pub key_value: KeyValue,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyValue {
    pub r#type: String,
    /// base64 of the certificate's DER.
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_info: Option<KeyInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    /// base64url SHA-1 of the certificate.
    pub x5t: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    #[serde(default)]
    pub usage: String,
    pub protocol: String,
    /// Absolute URL that the client can reach.
    pub location: String,
}

/// Why a document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    #[error("the metadata document is not JSON of the expected shape")]
    Shape,
    #[error("the metadata document is larger than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("the metadata document has {0} endpoints with protocol OAuth2; exactly one is needed")]
    Endpoints(usize),
    #[error("the metadata document has no signing certificate that can be used")]
    NoKey,
}

impl Metadata {
    /// The authentication server's document. `public_url` comes from configuration, never from a request; without
    /// a slash at its end. There is exactly one OAuth2 endpoint: clients that pick "the single one" throw on two.
    pub fn of_sts(
        realm: &str,
        public_url: &str,
        certificates: &[Certificate],
    ) -> Result<Self, NameError> {
        let host = Host::of_url(public_url)?;
        let issuance = |protocol: &str, path: String| Endpoint {
            usage: "issuance".into(),
            protocol: protocol.into(),
            location: format!("{public_url}/{path}"),
        };
        Ok(Self {
            version: "1.0".into(),
            name: "ACS".into(),
            service_name: None,
            realm: realm.to_owned(),
            issuer: PrincipalName::new(ACS_PRINCIPAL, realm)?.to_string(),
            allowed_audiences: vec![
                PrincipalName::with_host(ACS_PRINCIPAL, host, realm)?.to_string(),
            ],
            keys: certificates.iter().map(signing).collect(),
            endpoints: vec![
                issuance("OAuth2", format!("{realm}/tokens/OAuth/2")),
                issuance("DelegationIssuance1.0", "tokens/delegation/1".into()),
                Endpoint {
                    usage: "management".into(),
                    protocol: "DelegationManagement1.0".into(),
                    location: format!("{public_url}/mgmt/delegation/1"),
                },
            ],
        })
    }

    /// A content host's document: the authentication server trusts the host by its certificates.
    pub fn of_content_host(
        realm: &str,
        host: Host,
        certificates: &[Certificate],
    ) -> Result<Self, NameError> {
        let name = PrincipalName::with_host(SHAREPOINT_PRINCIPAL, host, realm)?;
        Ok(Self {
            version: "1.0".into(),
            name: "SharePoint".into(),
            service_name: Some(SHAREPOINT_PRINCIPAL.into()),
            realm: realm.to_owned(),
            issuer: PrincipalName::new(SHAREPOINT_PRINCIPAL, realm)?.to_string(),
            allowed_audiences: vec![name.to_string()],
            keys: certificates.iter().map(signing).collect(),
            endpoints: Vec::new(),
        })
    }

    /// Errors: [`MetadataError::TooLarge`], [`MetadataError::Shape`]. Members nobody knows are passed over.
    pub fn parse(text: &[u8]) -> Result<Self, MetadataError> {
        if text.len() > MAX_BYTES {
            return Err(MetadataError::TooLarge);
        }
        let members =
            json::parse_object_within(text, MAX_BYTES).map_err(|_| MetadataError::Shape)?;
        serde_json::from_value(members.into()).map_err(|_| MetadataError::Shape)
    }

    pub fn to_json(&self) -> Vec<u8> {
        #[expect(clippy::expect_used, reason = "texts into memory cannot fail")]
        serde_json::to_vec(self).expect("metadata serialises")
    }

    /// The token endpoint. Errors: [`MetadataError::Endpoints`].
    pub fn token_endpoint(&self) -> Result<&str, MetadataError> {
        let is_oauth = |endpoint: &&Endpoint| endpoint.protocol == "OAuth2";
        let mut found = self.endpoints.iter().filter(is_oauth);
        match (found.next(), found.count()) {
            (Some(endpoint), 0) => Ok(&endpoint.location),
            (first, others) => Err(MetadataError::Endpoints(
                usize::from(first.is_some()) + others,
            )),
        }
    }

    /// The signing certificates that can be read; another kind of key does not spoil the others.
    pub fn certificates(&self) -> Vec<Certificate> {
        let signing = |key: &&Key| {
            key.usage.eq_ignore_ascii_case("Signing")
                && key.key_value.r#type.eq_ignore_ascii_case("x509Certificate")
        };
        let der = |key: &Key| STANDARD.decode(&key.key_value.value).ok();
        self.keys
            .iter()
            .filter(signing)
            .filter_map(|key| Certificate::from_der(&der(key)?).ok())
            .collect()
    }

    /// The keys of the certificates that are valid at `now_s`. Errors: [`MetadataError::NoKey`].
    pub fn keyring(&self, now_s: i64) -> Result<Keyring, MetadataError> {
        let keys: Result<Keyring, JoseError> = self
            .certificates()
            .iter()
            .filter(|certificate| certificate.is_valid_at(now_s))
            .map(VerifyingKey::from_certificate)
            .collect();
        keys.ok()
            .filter(|keys| !keys.is_empty())
            .ok_or(MetadataError::NoKey)
    }
}

fn signing(certificate: &Certificate) -> Key {
    Key {
        usage: "Signing".into(),
        key_value: KeyValue {
            r#type: "x509Certificate".into(),
            value: STANDARD.encode(certificate.der()),
            key_info: Some(KeyInfo {
                x5t: certificate.x5t(),
            }),
        },
    }
}

#[cfg(test)]
mod tests;
