//! The context token: what the content host posts to the remote web as `SPAppToken`.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

use super::jwt::{self, Lifetime};
use super::{ACS_PRINCIPAL, AppSecret, Host, NameError, PrincipalName, SHAREPOINT_PRINCIPAL};
use crate::jose::{Claims, JoseError, JwsAlg, Keyring, backend, base64url, json};

/// Where a remote web looks for the token: first in the form, then in the query, under these names in this order.
pub const PARAMETERS: [&str; 4] = ["AppContext", "AppContextToken", "AccessToken", "SPAppToken"];

/// 12 hours.
pub const LIFETIME_S: i64 = 43_200;

/// Six months, the life of the refresh token inside.
pub const REFRESH_TOKEN_LIFETIME_S: i64 = 180 * 86_400;

/// What a context token is made of.
#[derive(Debug, Clone, Copy)]
pub struct NewContextToken<'a> {
    pub client_id: &'a str,
    /// As registered, port included.
    pub app_host_domain: &'a Host,
    pub realm: &'a str,
    /// See [`cache_key`].
    pub cache_key: &'a str,
    /// `https://<sts>/tokens/OAuth/2`: the client takes the authentication server's address from here.
    pub security_token_service_uri: &'a str,
    /// Opaque to the app.
    pub refresh_token: &'a str,
    /// `false` for remote event receivers.
    pub is_browser_hosted_app: bool,
    pub not_before_s: i64,
    /// Claims that an app may read and no client needs; see [`HostWeb`].
    pub host_web: Option<HostWeb<'a>>,
}

/// Who launches the app and from where, readable by the app. Microsoft's tokens have none of it.
#[derive(Debug, Clone, Copy)]
pub struct HostWeb<'a> {
    /// Claim `nameid`.
    pub user: &'a str,
    /// Claim `hostweburl`.
    pub url: &'a str,
}

#[derive(Serialize)]
struct Written<'a> {
    aud: String,
    iss: String,
    nbf: i64,
    exp: i64,
    appctxsender: String,
    /// JSON text in a string: readers that flatten claims to strings would break an object.
    appctx: String,
    refreshtoken: &'a str,
    isbrowserhostedapp: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nameid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hostweburl: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenContext<'a> {
    cache_key: &'a str,
    security_token_service_uri: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReadContext {
    cache_key: String,
    security_token_service_uri: String,
}

impl NewContextToken<'_> {
    /// The signed token. Sign with the oldest secret that is still valid: an app that already knows the next one
    /// verifies both, an app that does not knows only this one. Errors: [`ContextTokenError::Name`].
    pub fn sign(&self, secret: &AppSecret) -> Result<String, ContextTokenError> {
        let context = WrittenContext {
            cache_key: self.cache_key,
            security_token_service_uri: self.security_token_service_uri,
        };
        #[expect(clippy::expect_used, reason = "texts into memory cannot fail")]
        let appctx = serde_json::to_string(&context).expect("a context serialises");
        let audience =
            PrincipalName::with_host(self.client_id, self.app_host_domain.clone(), self.realm)?;
        let claims = Written {
            aud: audience.to_string(),
            iss: PrincipalName::new(ACS_PRINCIPAL, self.realm)?.to_string(),
            nbf: self.not_before_s,
            exp: self.not_before_s + LIFETIME_S,
            appctxsender: PrincipalName::new(SHAREPOINT_PRINCIPAL, self.realm)?.to_string(),
            appctx,
            refreshtoken: self.refresh_token,
            isbrowserhostedapp: if self.is_browser_hosted_app {
                "true"
            } else {
                "false"
            },
            nameid: self.host_web.map(|host_web| host_web.user),
            hostweburl: self.host_web.map(|host_web| host_web.url),
        };
        Ok(jwt::signed(jwt::HS256, &claims, secret.key())?)
    }
}

/// The CacheKey: the same for all sites of one user, user issuer, app and realm, and telling nothing about them.
/// Letter case does not count. Shape: base64 of 32 bytes.
pub fn cache_key(user_name_id: &str, user_issuer: &str, client_id: &str, realm: &str) -> String {
    use base64::Engine as _;
    // The lengths keep "a,b" + "c" apart from "a" + "b,c".
    let plain: String = [user_name_id, user_issuer, client_id, realm]
        .iter()
        .map(|part| format!("{}:{},", part.len(), part.to_lowercase()))
        .collect();
    base64::engine::general_purpose::STANDARD.encode(backend::sha256(plain.as_bytes()))
}

/// What a remote web demands of a context token.
#[derive(Debug, Clone, Copy)]
pub struct ContextTokenCheck<'a> {
    /// Current and secondary; each is tried.
    pub secrets: &'a [AppSecret],
    pub client_id: &'a str,
    /// The hosts that the remote web is registered and reachable under, from its configuration.
    pub app_host_domains: &'a [Host],
    /// `None` accepts the realm that the token names, as apps of many tenants must.
    pub realm: Option<&'a str>,
    pub clock_skew_s: i64,
}

/// A verified context token.
#[derive(Clone)]
pub struct ContextToken {
    audience: PrincipalName,
    not_before_s: i64,
    expires_at_s: i64,
    cache_key: String,
    security_token_service_uri: String,
    refresh_token: Zeroizing<String>,
    is_browser_hosted_app: bool,
    user: Option<String>,
    host_web_url: Option<String>,
    secret_index: usize,
}

/// Why a context token is refused. No variant holds any part of the token but names and dates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextTokenError {
    #[error("unsupported security token: {0}")]
    Malformed(JoseError),
    #[error("no client secret of this app fits the signature (\"Invalid issuer or signature\")")]
    Signature,
    #[error("the token expired at {at_s}; this clock says {now_s}")]
    Expired { at_s: i64, now_s: i64 },
    #[error("the token is not valid before {from_s}; this clock says {now_s}")]
    NotYetValid { from_s: i64, now_s: i64 },
    #[error("\"{found}\" is not the intended audience \"{expected}\"")]
    Audience { found: String, expected: String },
    #[error("the claim {0} is missing or has the wrong shape")]
    Claim(&'static str),
    #[error(transparent)]
    Name(#[from] NameError),
}

impl From<JoseError> for ContextTokenError {
    fn from(error: JoseError) -> Self {
        match error {
            JoseError::ClaimType(name) => Self::Claim(name),
            JoseError::SignatureInvalid | JoseError::NoFittingKey | JoseError::KeyUnknown => {
                Self::Signature
            }
            other => Self::Malformed(other),
        }
    }
}

/// Verifies signature, time and audience. `iss` must be there but its value is not compared: the key is the trust.
/// Errors: [`ContextTokenError`]. HS256 is the only algorithm: `none` and RS256 are refused here.
pub fn verify(
    token: &str,
    check: &ContextTokenCheck<'_>,
    now_s: i64,
) -> Result<ContextToken, ContextTokenError> {
    let (secret_index, claims) = verified_claims(token, check.secrets)?;
    let lifetime = match Lifetime::check(&claims, now_s, check.clock_skew_s) {
        Err(JoseError::Expired { at }) => {
            return Err(ContextTokenError::Expired { at_s: at, now_s });
        }
        Err(JoseError::NotYetValid { from }) => {
            return Err(ContextTokenError::NotYetValid {
                from_s: from,
                now_s,
            });
        }
        checked => checked?,
    };
    claims.required_text("iss")?;
    let audience = intended_audience(claims.required_text("aud")?, check)?;
    let context = claims.required_text("appctx")?;
    // Strict first: of two members with one name, a lenient reader takes whichever it likes.
    let context = json::parse_object(context.as_bytes())
        .ok()
        .and_then(|members| serde_json::from_value::<ReadContext>(members.into()).ok())
        .filter(|context| !context.cache_key.is_empty())
        .ok_or(ContextTokenError::Claim("appctx"))?;
    let refresh_token = claims.required_text("refreshtoken")?;
    Ok(ContextToken {
        audience,
        not_before_s: lifetime.not_before_s,
        expires_at_s: lifetime.expires_at_s,
        cache_key: context.cache_key,
        security_token_service_uri: context.security_token_service_uri,
        refresh_token: Zeroizing::new(refresh_token.to_owned()),
        is_browser_hosted_app: claims
            .text("isbrowserhostedapp")
            .is_some_and(|flag| flag.eq_ignore_ascii_case("true")),
        user: claims.text("nameid").map(str::to_owned),
        host_web_url: claims.text("hostweburl").map(str::to_owned),
        secret_index,
    })
}

fn verified_claims(
    token: &str,
    secrets: &[AppSecret],
) -> Result<(usize, Claims), ContextTokenError> {
    let mut refusal = ContextTokenError::Signature;
    for (index, secret) in secrets.iter().enumerate() {
        let ring = Keyring::new(vec![secret.key().verifying_key()]);
        match ring.verify_jwt(token, &[JwsAlg::HS256]) {
            Ok((_, claims)) => return Ok((index, claims)),
            Err(error) => refusal = error.into(),
        }
    }
    Err(refusal)
}

fn intended_audience(
    found: &str,
    check: &ContextTokenCheck<'_>,
) -> Result<PrincipalName, ContextTokenError> {
    let audience = PrincipalName::parse(found).map_err(|_| ContextTokenError::Claim("aud"))?;
    let realm = check.realm.unwrap_or(audience.realm());
    let mut expected = Vec::new();
    for host in check.app_host_domains {
        let name = PrincipalName::with_host(check.client_id, host.clone(), realm)?;
        if name == audience {
            return Ok(audience);
        }
        expected.push(name.to_string());
    }
    Err(ContextTokenError::Audience {
        found: audience.to_string(),
        expected: expected.join(";"),
    })
}

impl ContextToken {
    /// `<client id>/<app host domain>@<realm>`.
    pub fn audience(&self) -> &PrincipalName {
        &self.audience
    }

    pub fn realm(&self) -> &str {
        self.audience.realm()
    }

    /// Unix seconds.
    pub fn not_before_s(&self) -> i64 {
        self.not_before_s
    }

    /// Unix seconds.
    pub fn expires_at_s(&self) -> i64 {
        self.expires_at_s
    }

    /// Opaque name of user, user issuer, app and realm together.
    pub fn cache_key(&self) -> &str {
        &self.cache_key
    }

    /// Where the token says the authentication server is. Whether the app goes there is for its configuration.
    pub fn security_token_service_uri(&self) -> &str {
        &self.security_token_service_uri
    }

    /// The refresh token, for the one place that stores or sends it.
    pub fn expose_refresh_token(&self) -> &str {
        &self.refresh_token
    }

    pub fn is_browser_hosted_app(&self) -> bool {
        self.is_browser_hosted_app
    }

    /// Claim `nameid`, when the server adds it.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Claim `hostweburl`, when the server adds it.
    pub fn host_web_url(&self) -> Option<&str> {
        self.host_web_url.as_deref()
    }

    /// Which of the secrets fitted: other than 0 means that the server still signs with an older one.
    pub fn secret_index(&self) -> usize {
        self.secret_index
    }
}

impl fmt::Debug for ContextToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextToken")
            .field("audience", &self.audience.to_string())
            .field("expires_at_s", &self.expires_at_s)
            .finish_non_exhaustive()
    }
}

/// The shape that readers demand before they look inside: three base64url parts, the last may be empty.
pub fn has_token_shape(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let is_part = |part: &str| base64url::decode(part, "a part").is_ok();
    matches!(parts.as_slice(), [header, payload, signature]
        if !header.is_empty() && !payload.is_empty() && [header, payload, signature].iter().all(|part| is_part(part)))
}

#[cfg(test)]
mod tests;
