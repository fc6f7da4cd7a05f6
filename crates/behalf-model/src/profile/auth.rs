//! The choices a profile makes by name.

use serde::{Deserialize, Serialize};

/// The kind of back-end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Connector {
    #[default]
    #[serde(alias = "REST", alias = "Rest")]
    Rest,
    #[serde(alias = "OData")]
    Odata,
    #[serde(alias = "WebService")]
    Webservice,
}

/// The paging convention of a REST back-end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standard {
    #[default]
    #[serde(alias = "None")]
    None,
    #[serde(alias = "JSON:API")]
    Jsonapi,
    #[serde(alias = "OData")]
    Odata,
}

/// How requests authenticate; exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    #[default]
    None,
    Basic,
    ApiKey,
    Oauth,
    ClientCert,
    Negotiate,
}

/// Where an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiKeyPlace {
    #[default]
    Header,
    Query,
}

/// The grant used at the token endpoint, in the spelling of its specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grant {
    /// RFC 6749, section 4.4.
    #[serde(rename = "client_credentials")]
    ClientCredentials,
    /// RFC 7523, section 2.1; with `requested_token_use=on_behalf_of` the flow of Entra.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:jwt-bearer")]
    JwtBearer,
    /// RFC 8693.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
    /// RFC 6749, section 4.3. Understood, and refused by the check.
    #[serde(rename = "password")]
    Password,
}

impl Grant {
    /// The value of `grant_type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::Password => "password",
        }
    }

    /// Can it carry the user's token as its assertion?
    pub fn can_delegate(self) -> bool {
        matches!(self, Self::JwtBearer | Self::TokenExchange)
    }
}

/// Where the client credentials go in a token request (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthStyle {
    #[default]
    Post,
    Basic,
}

/// The oldest TLS version accepted from the back-end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TlsVersion {
    #[default]
    #[serde(rename = "1.2")]
    Tls12,
    #[serde(rename = "1.3")]
    Tls13,
}
