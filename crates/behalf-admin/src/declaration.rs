//! The file format: TOML with arrays of tables, one per kind of thing.
//!
//! Tenants are named by GUID or domain, resources by App ID URI or client id, users by id or upn. Every kind is described
//! with an example in `docs/declarations.md`.

use crate::problem::Problem;
use behalf_model::principal::RedirectUri;
use behalf_model::resource::{AppRole, AuthorizedClient, Scope, SigningAlg, TokenFormat};
use behalf_model::site::{Column, SiteMember};
use behalf_model::tenant::{Lifetimes, Provider};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Spanned;

/// One declaration file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Content {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tenant: Vec<Spanned<Tenant>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secret: Vec<Spanned<Secret>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub person: Vec<Spanned<Person>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user: Vec<Spanned<User>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub app: Vec<Spanned<App>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant: Vec<Spanned<Grant>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub site: Vec<Spanned<Site>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<Spanned<List>>,
    /// Objects, profiles and methods of the gateway: the members of their own files, and `tenant`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub object: Vec<Spanned<toml::Table>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile: Vec<Spanned<toml::Table>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub method: Vec<Spanned<toml::Table>>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    pub id: String,
    #[serde(default)]
    pub domains: Vec<String>,
    pub display_name: String,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default = "yes")]
    pub user_consent: bool,
    /// Client id of the resource meant by scopes without a prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_resource: Option<String>,
    #[serde(default)]
    pub lifetimes: Lifetimes,
    #[serde(default)]
    pub providers: Vec<Provider>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    pub tenant: String,
    pub name: String,
    /// In clear; or `sealed`, as exported from the same installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub tenant: String,
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub tenant: String,
    /// GUID; a new one is made when the user is new and none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default = "password_provider")]
    pub provider: String,
    /// The provider's id of the user; for `password` always the upn in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub upn: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub given_name: String,
    #[serde(default)]
    pub family_name: String,
    #[serde(default)]
    pub email: String,
    #[serde(default = "yes")]
    pub active: bool,
    #[serde(default)]
    pub admin: bool,
    #[serde(default)]
    pub groups: Vec<String>,
    /// Id of the person that links this user with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// In clear; or `password_hash` (Argon2id, PHC string form). Only for the provider `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub tenant: String,
    pub client_id: String,
    pub title: String,
    #[serde(default)]
    pub public: bool,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// Absent: the stored secrets stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<Vec<ClientSecret>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Vec<Certificate>>,
    #[serde(default)]
    pub permissions: Vec<Permission>,
    #[serde(default)]
    pub known_client_applications: Vec<String>,
    /// SharePoint's app host domain: host and port (if not 443) of the remote web. With it the secrets are base64 of 32
    /// bytes and kept sealed, because context tokens are signed with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_host_domain: Option<String>,
    /// Id of the secret that signs context tokens; without it the oldest one that is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted_secret: Option<String>,
    /// "Expose an API".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSecret {
    /// Names the secret; `secret-1`, `secret-2` … by position when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// In clear; or `digest`, as exported from the same installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Beside `digest`: the secret itself, as exported from the same installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
    /// RFC 3339 or a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The certificate (public part only) in PEM.
    pub pem: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    pub resource: String,
    #[serde(default)]
    pub delegated: Vec<String>,
    #[serde(default)]
    pub application: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    #[serde(default)]
    pub app_id_uris: Vec<String>,
    #[serde(default)]
    pub scopes: Vec<Scope>,
    #[serde(default)]
    pub roles: Vec<AppRole>,
    #[serde(default)]
    pub authorized_clients: Vec<AuthorizedClient>,
    #[serde(default)]
    pub token_format: TokenFormat,
    #[serde(default)]
    pub signing_alg: SigningAlg,
    #[serde(default = "yes")]
    pub enabled: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub tenant: String,
    pub client: String,
    pub resource: String,
    /// Delegated scopes: for everyone (admin consent), or for `user`.
    #[serde(default)]
    pub scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Application permissions.
    #[serde(default)]
    pub roles: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub tenant: String,
    pub id: String,
    pub web_id: String,
    pub host: String,
    #[serde(default)]
    pub path: String,
    pub title: String,
    #[serde(default)]
    pub members: Vec<SiteMember>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    pub tenant: String,
    pub site: String,
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub columns: Vec<Column>,
    /// First items: written when the list is created, never again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Map<String, Value>>,
}

fn yes() -> bool {
    true
}

fn password_provider() -> String {
    "password".to_owned()
}

/// A declaration file that was read, with what is needed to say where something stands.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    text: String,
    pub content: Content,
}

/// Reads a file's text. Nothing is looked up yet.
pub fn read(name: &str, text: &str) -> Result<File, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match toml::from_str::<Content>(text) {
        Ok(content) => Ok(File {
            name: name.to_owned(),
            text: text.to_owned(),
            content,
        }),
        Err(error) => Err(Problem {
            file: name.to_owned(),
            line: error.span().map_or(0, |span| line_of(text, span.start)),
            message: error.message().to_owned(),
            remedy: "docs/declarations.md describes every kind with an example.".to_owned(),
        }),
    }
}

impl File {
    /// The line on which a declared thing begins.
    pub fn line<T>(&self, thing: &Spanned<T>) -> usize {
        line_of(&self.text, thing.span().start)
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests;
