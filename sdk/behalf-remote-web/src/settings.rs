//! What the author of an app configures.

use behalf_wire::acs::challenge::is_guid;
use behalf_wire::acs::{AppSecret, CLOCK_SKEW_S, Host};

use crate::hosts::AllowedHosts;
use crate::{Error, ErrorKind, WebUrl};

/// The settings of one app, checked.
///
/// ```
/// use behalf_remote_web::AppSettings;
///
/// let settings = AppSettings::builder(
///         "0bb64fb5-74a0-4c0c-9b20-2c2fd5d3a3b5",
///         "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
///     )
///     .app_host_domain("app.corp.lan:3333")
///     .sts("https://sts.corp.lan:8443")
///     .allow_content_host("sites.corp.lan")
///     .build()?;
/// assert_eq!(settings.client_id(), "0bb64fb5-74a0-4c0c-9b20-2c2fd5d3a3b5");
/// # Ok::<(), behalf_remote_web::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AppSettings {
    client_id: String,
    secrets: Vec<AppSecret>,
    app_host_domains: Vec<Host>,
    realm: Option<String>,
    sts: Option<WebUrl>,
    allowed: AllowedHosts,
    clock_skew_s: i64,
    renew_ahead_s: i64,
}

impl AppSettings {
    /// `client_secret` is the base64 text shown at registration.
    pub fn builder(client_id: &str, client_secret: &str) -> AppSettingsBuilder {
        AppSettingsBuilder {
            client_id: client_id.to_owned(),
            secrets: vec![("client secret", client_secret.to_owned().into())],
            app_host_domains: Vec::new(),
            realm: None,
            sts: None,
            sts_hosts: Vec::new(),
            content_hosts: Vec::new(),
            any_content_host: false,
            http_on_loopback: false,
            clock_skew_s: CLOCK_SKEW_S,
            renew_ahead_s: 300,
        }
    }

    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The first is the one sent to the token endpoint.
    pub(crate) fn secrets(&self) -> &[AppSecret] {
        &self.secrets
    }

    pub fn app_host_domains(&self) -> &[Host] {
        &self.app_host_domains
    }

    pub fn realm(&self) -> Option<&str> {
        self.realm.as_deref()
    }

    pub(crate) fn sts(&self) -> Option<&WebUrl> {
        self.sts.as_ref()
    }

    pub(crate) fn allowed(&self) -> &AllowedHosts {
        &self.allowed
    }

    pub fn clock_skew_s(&self) -> i64 {
        self.clock_skew_s
    }

    pub fn renew_ahead_s(&self) -> i64 {
        self.renew_ahead_s
    }

    /// The app's own address for a browser: of the domain `host` when it is registered, else of the first.
    #[cfg(feature = "axum")]
    pub(crate) fn own_origin(&self, host: Option<&Host>) -> String {
        let own = host.and_then(|host| self.app_host_domains.iter().find(|own| *own == host));
        let own = own.unwrap_or(&self.app_host_domains[0]);
        let scheme = if self.allowed.http_for(own) {
            "http"
        } else {
            "https"
        };
        format!("{scheme}://{own}")
    }
}

/// Collects settings; [`build`](Self::build) checks them.
#[derive(Clone)]
pub struct AppSettingsBuilder {
    client_id: String,
    secrets: Vec<(&'static str, zeroize::Zeroizing<String>)>,
    app_host_domains: Vec<String>,
    realm: Option<String>,
    sts: Option<String>,
    sts_hosts: Vec<String>,
    content_hosts: Vec<String>,
    any_content_host: bool,
    http_on_loopback: bool,
    clock_skew_s: i64,
    renew_ahead_s: i64,
}

impl AppSettingsBuilder {
    /// Another secret that context tokens may be signed with while secrets are rolled over. It is never sent.
    pub fn secondary_secret(mut self, client_secret: &str) -> Self {
        self.secrets
            .push(("secondary client secret", client_secret.to_owned().into()));
        self
    }

    /// The domain registered for the app: host name, with the port if it is not 443. Several can be given one by one
    /// or separated by `;`. The `Host` header of a request is never used instead, since anybody can write it.
    pub fn app_host_domain(mut self, domain: &str) -> Self {
        let domains = domain
            .split(';')
            .map(str::trim)
            .filter(|text| !text.is_empty());
        self.app_host_domains.extend(domains.map(str::to_owned));
        self
    }

    /// The realm (tenant) that the app serves. Without it tokens of every realm are accepted that the secret fits.
    pub fn realm(mut self, realm: &str) -> Self {
        self.realm = Some(realm.to_owned());
        self
    }

    /// The authentication server's address, for calls without a context token (app-only). Its host is allowed too.
    pub fn sts(mut self, url: &str) -> Self {
        self.sts = Some(url.to_owned());
        self
    }

    /// A host that a context token may name as its authentication server (`SecurityTokenServiceUri`). The client
    /// secret goes there, so a token's word alone is not enough.
    pub fn allow_sts_host(mut self, host: &str) -> Self {
        self.sts_hosts.push(host.to_owned());
        self
    }

    /// A content host that the app may call. `SPHostUrl` comes from the browser and is signed by nobody.
    pub fn allow_content_host(mut self, host: &str) -> Self {
        self.content_hosts.push(host.to_owned());
        self
    }

    /// For apps whose customers' hosts are not known beforehand. Tokens still go only to the host that the
    /// authentication server issued them for; realm discovery asks any host that a browser names.
    pub fn allow_any_content_host(mut self) -> Self {
        self.any_content_host = true;
        self
    }

    /// Accepts `http://` for hosts that are this machine. For development only.
    pub fn allow_http_on_loopback(mut self) -> Self {
        self.http_on_loopback = true;
        self
    }

    /// How far clocks may differ. 300 unless set.
    pub fn clock_skew_s(mut self, seconds: i64) -> Self {
        self.clock_skew_s = seconds;
        self
    }

    /// How long before their end access tokens are renewed. 300 unless set.
    pub fn renew_ahead_s(mut self, seconds: i64) -> Self {
        self.renew_ahead_s = seconds;
        self
    }

    /// Errors: [`ErrorKind::Configuration`], naming the setting.
    pub fn build(self) -> Result<AppSettings, Error> {
        if self.client_id.is_empty() || self.client_id.contains(['@', '/']) {
            return Err(wrong(
                "the client id is empty or a formatted name",
                "set the GUID shown at registration, without '@' and realm",
            ));
        }
        let secret = |(name, text): &(&str, zeroize::Zeroizing<String>)| {
            AppSecret::parse(text).map_err(|error| {
                wrong(
                    format!("the {name} is not usable: {error}"),
                    "copy it as shown at registration: base64 text of 32 bytes, 44 characters",
                )
            })
        };
        let secrets = self.secrets.iter().map(secret).collect::<Result<_, _>>()?;
        if self.app_host_domains.is_empty() {
            return Err(wrong(
                "there is no app host domain",
                "set app_host_domain to the domain registered for the app, with its port if that is not 443",
            ));
        }
        if self.realm.as_deref().is_some_and(|realm| !is_guid(realm)) {
            return Err(wrong(
                "the realm is no GUID",
                "set the tenant's GUID, or no realm",
            ));
        }
        if self.clock_skew_s < 0 || self.renew_ahead_s < 0 {
            return Err(wrong(
                "a time is negative",
                "set clock_skew_s and renew_ahead_s to 0 or more",
            ));
        }
        let sts = self.sts.as_deref().map(WebUrl::parse).transpose()?;
        let mut sts_hosts = hosts("allow_sts_host", &self.sts_hosts)?;
        sts_hosts.extend(sts.iter().map(|sts| sts.host().clone()));
        let content_hosts = hosts("allow_content_host", &self.content_hosts)?;
        if content_hosts.is_empty() && !self.any_content_host {
            return Err(wrong(
                "there is no content host",
                "name each with allow_content_host, or call allow_any_content_host",
            ));
        }
        let allowed = AllowedHosts {
            sts: sts_hosts,
            content: (!self.any_content_host).then_some(content_hosts),
            http_on_loopback: self.http_on_loopback,
        };
        if let Some(sts) = &sts {
            allowed.check_sts(sts)?;
        }
        Ok(AppSettings {
            client_id: self.client_id.to_ascii_lowercase(),
            secrets,
            app_host_domains: hosts("app_host_domain", &self.app_host_domains)?,
            realm: self.realm,
            sts,
            allowed,
            clock_skew_s: self.clock_skew_s,
            renew_ahead_s: self.renew_ahead_s,
        })
    }
}

fn hosts(setting: &str, texts: &[String]) -> Result<Vec<Host>, Error> {
    let host = |text: &String| {
        Host::parse(text).map_err(|_| {
            wrong(
                format!("{setting} \"{text}\" is no host"),
                "write a host name, with the port if it is not 443, without scheme and slash",
            )
        })
    };
    texts.iter().map(host).collect()
}

fn wrong(why: impl Into<String>, fix: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Configuration,
        "The app's settings cannot be used",
        why,
        fix,
    )
}

#[cfg(test)]
mod tests;
