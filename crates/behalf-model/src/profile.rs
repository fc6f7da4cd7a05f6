//! Profiles: where a method's request goes and as whom, chosen at run time.
//!
//! The labels of the seed's profile form ("OAuth Use On Behalf Of", "True" …) are read as aliases, so that a table can
//! be typed off the page. Secrets stand here only as references `secret:<name>`.

mod auth;
mod check;
mod headers;
mod lenient;
mod scopes;
mod secret_ref;
#[cfg(test)]
mod tests;
mod tuning;
mod variables;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use auth::{ApiKeyPlace, Auth, AuthStyle, Connector, Grant, Standard, TlsVersion};
pub use check::{Problem, Severity};
pub use headers::is_forbidden_header;
pub use scopes::{is_openid, resource_of};
pub use secret_ref::SecretRef;
pub use tuning::{Limits, Retry, Timeouts, TokenCache};
pub use variables::Variable;

/// The provider whose user and token an OBO profile needs unless it names another.
pub const DEFAULT_OBO_PROVIDER: &str = "microsoft";

/// Everything a connector needs to reach one back-end (reference, section 3.8).
///
/// Shape: `profiles/<slug>.toml`, or the same members as a JSON document. Member names or the seed's labels.
/// [`Profile::check`] says what is wrong with one; [`Profile::resolved`] gives the form that is executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    #[serde(alias = "Name")]
    pub name: String,
    #[serde(default, alias = "Connector")]
    pub connector: Connector,
    /// Base of every request; joined textually with the path of the script and never left.
    #[serde(alias = "Url", alias = "URL", alias = "Service Url")]
    pub url: String,
    /// Allows `http://` in `url` and `oauth_url`: for development on loopback.
    #[serde(default, deserialize_with = "lenient::yes_no")]
    pub allow_insecure: bool,
    /// `{Name}` in `url`, `oauth_url`, scopes, headers and query is replaced by these.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Variable>,
    #[serde(default, alias = "Headers", deserialize_with = "lenient::headers")]
    pub headers: BTreeMap<String, String>,
    /// Appended to every query.
    #[serde(
        default,
        alias = "Global Custom Query Options",
        deserialize_with = "lenient::query"
    )]
    pub query: BTreeMap<String, String>,
    #[serde(default, alias = "REST Standard")]
    pub standard: Standard,
    /// Absent: `oauth` when an OAuth url is set, `basic` when a username is, otherwise none. See [`Profile::auth`].
    #[serde(default, alias = "Auth", skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    #[serde(default, alias = "Username", skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, alias = "Password", skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<SecretRef>,
    /// The header or query parameter that carries the API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_name: Option<String>,
    #[serde(default)]
    pub api_key_in: ApiKeyPlace,
    /// The token endpoint.
    #[serde(
        default,
        alias = "OAuth Url",
        alias = "OAuth URL",
        alias = "OAuth Client Url",
        skip_serializing_if = "Option::is_none"
    )]
    pub oauth_url: Option<String>,
    #[serde(
        default,
        alias = "OAuth Grant Type",
        alias = "oauth_grant_type",
        skip_serializing_if = "Option::is_none"
    )]
    pub oauth_grant: Option<Grant>,
    /// Space-separated.
    #[serde(
        default,
        alias = "OAuth Scope",
        skip_serializing_if = "String::is_empty"
    )]
    pub oauth_scope: String,
    #[serde(
        default,
        alias = "OAuth Client ID",
        alias = "OAuth Client Id",
        skip_serializing_if = "Option::is_none"
    )]
    pub oauth_client_id: Option<String>,
    #[serde(
        default,
        alias = "OAuth Client Secret",
        skip_serializing_if = "Option::is_none"
    )]
    pub oauth_client_secret: Option<SecretRef>,
    /// Private key with certificate for `private_key_jwt`, instead of a client secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth_client_certificate: Option<SecretRef>,
    #[serde(
        default,
        alias = "OAuth Use On Behalf Of",
        deserialize_with = "lenient::yes_no"
    )]
    pub oauth_on_behalf_of: bool,
    #[serde(default = "default_obo_provider")]
    pub obo_provider: String,
    #[serde(default)]
    pub oauth_auth_style: AuthStyle,
    /// Further form fields of the token request (`audience`, `resource`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub oauth_extra: BTreeMap<String, String>,
    /// Form fields under other names: standard name → name the server wants.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub oauth_param_names: BTreeMap<String, String>,
    #[serde(default)]
    pub token_cache: TokenCache,
    #[serde(
        default,
        alias = "Enable CSRF Tokens",
        deserialize_with = "lenient::yes_no"
    )]
    pub csrf: bool,
    /// 0 = fetch one for each write.
    #[serde(default)]
    pub csrf_cache_s: u64,
    #[serde(default)]
    pub timeouts: Timeouts,
    #[serde(default)]
    pub retry: Retry,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Further trusted certificate authorities, PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// Client certificate with key for TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_cert: Option<SecretRef>,
    #[serde(default)]
    pub min_tls: TlsVersion,
    #[serde(default)]
    pub limits: Limits,
    /// Hosts or networks requests may reach besides the public address of `url` and `oauth_url`; private addresses
    /// are refused unless listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub egress: Vec<String>,
    /// Verbs scripts may use; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_methods: Vec<String>,
}

fn default_obo_provider() -> String {
    DEFAULT_OBO_PROVIDER.to_owned()
}

impl Profile {
    /// A profile without credentials and with every default.
    pub fn new(name: &str, url: &str) -> Self {
        Self {
            name: name.to_owned(),
            connector: Connector::Rest,
            url: url.to_owned(),
            allow_insecure: false,
            variables: BTreeMap::new(),
            headers: BTreeMap::new(),
            query: BTreeMap::new(),
            standard: Standard::None,
            auth: None,
            username: None,
            password: None,
            api_key: None,
            api_key_name: None,
            api_key_in: ApiKeyPlace::Header,
            oauth_url: None,
            oauth_grant: None,
            oauth_scope: String::new(),
            oauth_client_id: None,
            oauth_client_secret: None,
            oauth_client_certificate: None,
            oauth_on_behalf_of: false,
            obo_provider: default_obo_provider(),
            oauth_auth_style: AuthStyle::Post,
            oauth_extra: BTreeMap::new(),
            oauth_param_names: BTreeMap::new(),
            token_cache: TokenCache::default(),
            csrf: false,
            csrf_cache_s: 0,
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            proxy: None,
            ca: None,
            client_cert: None,
            min_tls: TlsVersion::default(),
            limits: Limits::default(),
            egress: Vec::new(),
            allowed_methods: Vec::new(),
        }
    }

    /// The spelling in file names and URLs.
    pub fn slug(&self) -> String {
        crate::method::slug(&self.name)
    }

    /// How requests authenticate, said or implied.
    pub fn auth(&self) -> Auth {
        match self.auth {
            Some(auth) => auth,
            None if self.oauth_url.is_some() => Auth::Oauth,
            None if self.username.is_some() => Auth::Basic,
            None => Auth::None,
        }
    }

    /// The requested scopes, one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.oauth_scope.split_whitespace()
    }

    /// Everything wrong or doubtful, worst first. Errors refuse the profile; warnings are shown.
    pub fn check(&self) -> Vec<Problem> {
        check::check(self)
    }

    /// The profile with its variables put in place: the form that is executed.
    ///
    /// # Errors
    /// The errors of [`Profile::check`]; an executable profile has none.
    pub fn resolved(&self) -> Result<Self, Vec<Problem>> {
        let mut problems = self.check();
        problems.retain(|p| p.severity == Severity::Error);
        if problems.is_empty() {
            Ok(variables::substituted(self))
        } else {
            Err(problems)
        }
    }
}
