//! Metadata of an authorization server: OpenID Connect Discovery 1.0 section 3 and RFC 8414 section 2.

use serde::Serialize;

/// Both documents in one: RFC 8414 ignores the OIDC members.
#[derive(Clone, Debug, Serialize)]
pub struct ServerMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub end_session_endpoint: String,
    pub jwks_uri: String,
    pub scopes_supported: &'static [&'static str],
    pub response_types_supported: &'static [&'static str],
    pub response_modes_supported: &'static [&'static str],
    pub grant_types_supported: &'static [&'static str],
    pub subject_types_supported: &'static [&'static str],
    pub id_token_signing_alg_values_supported: &'static [&'static str],
    pub token_endpoint_auth_methods_supported: &'static [&'static str],
    pub token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    pub code_challenge_methods_supported: &'static [&'static str],
    pub claims_supported: &'static [&'static str],
    pub prompt_values_supported: &'static [&'static str],
    /// RFC 9207.
    pub authorization_response_iss_parameter_supported: bool,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
}

/// Where a document of an issuer with a path stands: RFC 8414 section 3.1 puts the well-known part between host and
/// path, OpenID Connect Discovery appends it.
pub fn well_known(public_url: &str, path: &str) -> [String; 2] {
    [
        format!("{public_url}/.well-known/oauth-authorization-server/{path}"),
        format!("{public_url}/{path}/.well-known/openid-configuration"),
    ]
}
