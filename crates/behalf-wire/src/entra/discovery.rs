//! Entra's discovery document, instance discovery and user realm.

use serde::Serialize;
use serde_json::{Value, json};

/// Which of Entra's two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    V1,
    V2,
}

/// The discovery document of a tenant, with the fields of the real one.
#[derive(Clone, Debug, Serialize)]
pub struct Discovery {
    pub token_endpoint: String,
    pub token_endpoint_auth_methods_supported: &'static [&'static str],
    pub jwks_uri: String,
    pub response_modes_supported: &'static [&'static str],
    pub subject_types_supported: &'static [&'static str],
    pub id_token_signing_alg_values_supported: &'static [&'static str],
    pub response_types_supported: &'static [&'static str],
    pub scopes_supported: &'static [&'static str],
    pub issuer: String,
    pub request_uri_parameter_supported: bool,
    pub userinfo_endpoint: String,
    pub authorization_endpoint: String,
    pub http_logout_supported: bool,
    pub frontchannel_logout_supported: bool,
    pub end_session_endpoint: String,
    pub claims_supported: &'static [&'static str],
    pub code_challenge_methods_supported: &'static [&'static str],
    pub grant_types_supported: &'static [&'static str],
    pub tenant_region_scope: Option<&'static str>,
    pub cloud_instance_name: String,
    pub cloud_graph_host_name: String,
    pub msgraph_host: String,
}

impl Discovery {
    /// `tenant` is the segment of the endpoint URLs, `issuer_tenant` that of the issuer: both the tenant's GUID, or
    /// `common` and the literal `{tenantid}`. `host` is host and port of `public_url`.
    pub fn new(
        version: Version,
        public_url: &str,
        host: &str,
        tenant: &str,
        issuer_tenant: &str,
    ) -> Self {
        let base = format!("{public_url}/{tenant}");
        let (oauth2, keys, issuer) = match version {
            Version::V2 => (
                "oauth2/v2.0",
                "discovery/v2.0/keys",
                format!("{public_url}/{issuer_tenant}/v2.0"),
            ),
            Version::V1 => (
                "oauth2",
                "discovery/keys",
                format!("{public_url}/{issuer_tenant}/"),
            ),
        };
        Self {
            token_endpoint: format!("{base}/{oauth2}/token"),
            token_endpoint_auth_methods_supported: &[
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            jwks_uri: format!("{base}/{keys}"),
            response_modes_supported: &["query", "fragment", "form_post"],
            subject_types_supported: &["pairwise"],
            id_token_signing_alg_values_supported: &["RS256"],
            response_types_supported: &["code"],
            scopes_supported: &["openid", "profile", "email", "offline_access"],
            issuer,
            request_uri_parameter_supported: false,
            userinfo_endpoint: format!("{base}/openid/userinfo"),
            authorization_endpoint: format!("{base}/{oauth2}/authorize"),
            http_logout_supported: true,
            frontchannel_logout_supported: false,
            end_session_endpoint: format!("{base}/{oauth2}/logout"),
            claims_supported: &[
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "auth_time",
                "nonce",
                "preferred_username",
                "name",
                "given_name",
                "family_name",
                "tid",
                "oid",
                "ver",
                "email",
                "sid",
            ],
            code_challenge_methods_supported: &["S256", "plain"],
            grant_types_supported: &[
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ],
            tenant_region_scope: None,
            cloud_instance_name: host.to_owned(),
            cloud_graph_host_name: host.to_owned(),
            msgraph_host: host.to_owned(),
        }
    }
}

/// The answer to `GET /common/discovery/instance`. `hosts`: the names of this installation, preferred first.
pub fn instance(public_url: &str, tenant: &str, api_version: &str, hosts: &[&str]) -> Value {
    let preferred = hosts.first().copied().unwrap_or_default();
    json!({
        "tenant_discovery_endpoint": format!("{public_url}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": api_version,
        "metadata": [{ "preferred_network": preferred, "preferred_cache": preferred, "aliases": hosts }],
    })
}

/// The answer to `GET /common/userrealm/<user>`: every user is managed here.
pub fn user_realm(user: &str, domain: &str, cloud: &str) -> Value {
    json!({
        "ver": "1.0",
        "account_type": "Managed",
        "domain_name": domain,
        "cloud_instance_name": cloud,
        "login": user,
    })
}
