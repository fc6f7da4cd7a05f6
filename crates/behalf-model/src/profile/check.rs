//! What is wrong with a profile, found before a user does.

use std::fmt;

use super::{Auth, Grant, Profile, is_forbidden_header, scopes, variables};

/// Does it refuse the profile, or only deserve a look?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// One finding about a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// The member of the profile to change.
    pub field: &'static str,
    pub message: String,
    pub help: String,
}

impl Problem {
    pub(super) fn error(field: &'static str, message: impl Into<String>, help: &str) -> Self {
        Self {
            severity: Severity::Error,
            field,
            message: message.into(),
            help: help.to_owned(),
        }
    }

    pub(super) fn warning(field: &'static str, message: impl Into<String>, help: &str) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(field, message, help)
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}", self.field, self.message, self.help)
    }
}

const VERBS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Form fields the engine sets itself: an extra of that name would be a second, conflicting parameter.
const OWN_FORM_FIELDS: [&str; 12] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "assertion",
    "scope",
    "requested_token_use",
    "subject_token",
    "subject_token_type",
    "username",
    "password",
];

pub(super) fn check(profile: &Profile) -> Vec<Problem> {
    let mut problems = Vec::new();
    if profile.name.trim().is_empty() {
        problems.push(Problem::error(
            "name",
            "the profile has no name",
            "Give it one.",
        ));
    }
    references(profile, &mut problems);
    urls(profile, &mut problems);
    credentials(profile, &mut problems);
    if profile.auth() == Auth::Oauth {
        oauth(profile, &mut problems);
        let scopes: Vec<&str> = profile.scopes().collect();
        problems.extend(scopes::lint(&scopes));
    }
    on_behalf_of(profile, &mut problems);
    headers(profile, &mut problems);
    numbers(profile, &mut problems);
    problems.sort_by_key(|p| p.severity);
    problems
}

/// R30: no `{…}` may be left to be sent as it stands.
fn references(profile: &Profile, problems: &mut Vec<Problem>) {
    let mut texts: Vec<(&'static str, &str)> =
        vec![("url", &profile.url), ("oauth_scope", &profile.oauth_scope)];
    texts.extend(profile.oauth_url.iter().map(|t| ("oauth_url", t.as_str())));
    let client_id = profile.oauth_client_id.iter();
    texts.extend(client_id.map(|t| ("oauth_client_id", t.as_str())));
    texts.extend(profile.proxy.iter().map(|t| ("proxy", t.as_str())));
    texts.extend(profile.headers.values().map(|t| ("headers", t.as_str())));
    texts.extend(profile.query.values().map(|t| ("query", t.as_str())));
    let extra = profile.oauth_extra.values();
    texts.extend(extra.map(|t| ("oauth_extra", t.as_str())));
    for (field, text) in texts {
        for name in variables::unresolved(text, &profile.variables) {
            let is_bare_key = name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            let key = match is_bare_key {
                true => name.to_owned(),
                false => format!("\"{name}\""),
            };
            problems.push(Problem::error(
                field,
                format!("`{{{name}}}` is not resolved"),
                &format!("Set it: variables = {{ {key} = \"…\" }}."),
            ));
        }
    }
}

fn urls(profile: &Profile, problems: &mut Vec<Problem>) {
    let named = [
        ("url", Some(&profile.url)),
        ("oauth_url", profile.oauth_url.as_ref()),
    ];
    for (field, url) in named {
        let Some(url) = url else { continue };
        // With a variable missing there is no URL to judge.
        if problems.iter().any(|p| p.field == field) {
            continue;
        }
        let url = variables::substitute(url, &profile.variables);
        if url.contains('{') {
            problems.push(Problem::error(
                field,
                "a `{` is left in the URL",
                "Variables are written {Name} and set in `variables`.",
            ));
            continue;
        }
        if let Err(why) = absolute_url(&url, profile.allow_insecure) {
            problems.push(Problem::error(field, why, "Expected https://host/path."));
        }
    }
}

/// An absolute http(s) URL without user info, query, fragment or dot segments.
fn absolute_url(url: &str, allow_insecure: bool) -> Result<(), String> {
    if url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("the URL contains a space, control character or backslash".to_owned());
    }
    if url.contains(['?', '#']) {
        return Err("the URL must not have a query or fragment".to_owned());
    }
    let uri: http::Uri = url.parse().map_err(|_| "this is not a URL".to_owned())?;
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if allow_insecure => {}
        Some("http") => {
            return Err(
                "http:// would send tokens in clear; it needs `allow_insecure = true`, \
                        for development on loopback"
                    .to_owned(),
            );
        }
        _ => return Err("the URL must start with https://".to_owned()),
    }
    let authority = uri.authority().map_or("", |a| a.as_str());
    if authority.is_empty() || authority.starts_with(':') || authority.contains('@') {
        return Err("the URL must name a host, and no user".to_owned());
    }
    let has_port = uri.host().is_some_and(|host| host.len() < authority.len());
    if has_port && uri.port_u16().is_none() {
        return Err("the port must be a number up to 65535".to_owned());
    }
    let path = uri.path().strip_prefix('/').unwrap_or_default();
    let mut segments = path.strip_suffix('/').unwrap_or(path).split('/');
    if !path.is_empty() && segments.any(|s| s.is_empty() || is_dots(s)) {
        return Err("the path has an empty, `.` or `..` segment".to_owned());
    }
    Ok(())
}

fn is_dots(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

/// Exactly one way to authenticate.
fn credentials(profile: &Profile, problems: &mut Vec<Problem>) {
    let auth = profile.auth();
    let has_basic = profile.username.is_some() || profile.password.is_some();
    if profile.oauth_url.is_some() && has_basic {
        problems.push(Problem::error(
            "username",
            "username and password must be empty when an OAuth Url is set",
            "Setting the OAuth Url switches OAuth on; remove one of the two.",
        ));
    }
    let sets = [
        (Auth::Basic, "username", has_basic),
        (Auth::ApiKey, "api_key", profile.api_key.is_some()),
        (Auth::Oauth, "oauth_url", profile.oauth_url.is_some()),
    ];
    for (belongs_to, field, present) in sets {
        let already = problems.iter().any(|p| p.field == field);
        if present && belongs_to != auth && !already {
            problems.push(Problem::error(
                field,
                "this credential belongs to another `auth` than the profile's",
                "A profile authenticates in exactly one way; remove the others.",
            ));
        }
    }
    let missing = match auth {
        Auth::Basic if profile.username.is_none() => Some("username"),
        Auth::Basic if profile.password.is_none() => Some("password"),
        Auth::ApiKey if profile.api_key.is_none() => Some("api_key"),
        Auth::ApiKey if profile.api_key_name.is_none() => Some("api_key_name"),
        Auth::ClientCert if profile.client_cert.is_none() => Some("client_cert"),
        _ => None,
    };
    if let Some(field) = missing {
        problems.push(Problem::error(
            field,
            "the chosen `auth` needs this value",
            "Set it, or choose another `auth`.",
        ));
    }
}

fn oauth(profile: &Profile, problems: &mut Vec<Problem>) {
    if profile.oauth_url.is_none() {
        problems.push(Problem::error(
            "oauth_url",
            "auth = \"oauth\" needs the token endpoint",
            "Set the OAuth Url.",
        ));
    }
    if profile
        .oauth_client_id
        .as_deref()
        .is_none_or(|id| id.trim().is_empty())
    {
        problems.push(Problem::error(
            "oauth_client_id",
            "OAuth needs a client id",
            "Enter the client id of the gateway's own app registration.",
        ));
    }
    match profile.oauth_grant {
        None => problems.push(Problem::error(
            "oauth_grant",
            "OAuth needs a grant type",
            "`client_credentials`, or for on-behalf-of `urn:ietf:params:oauth:grant-type:jwt-bearer`.",
        )),
        Some(Grant::Password) => problems.push(Problem::error(
            "oauth_grant",
            "the password grant is switched off: it hands the user's password to the gateway",
            "Use on-behalf-of, or `client_credentials`.",
        )),
        Some(grant) if grant.can_delegate() && !profile.oauth_on_behalf_of => {
            problems.push(Problem::error(
                "oauth_on_behalf_of",
                "this grant type needs the user's token, but the profile does not act on behalf of the user",
                "Set OAuth Use On Behalf Of to True, or use `client_credentials`.",
            ));
        }
        Some(Grant::ClientCredentials) if !is_confidential(profile) => {
            problems.push(Problem::error(
                "oauth_client_secret",
                "client_credentials needs a client secret or certificate",
                "Set oauth_client_secret = \"secret:<name>\".",
            ));
        }
        Some(_) => {}
    }
    for name in profile.oauth_extra.keys() {
        if OWN_FORM_FIELDS.contains(&name.as_str()) {
            problems.push(Problem::error(
                "oauth_extra",
                format!("`{name}` is set by the gateway itself"),
                "Remove it here; to rename it use oauth_param_names.",
            ));
        }
    }
}

fn is_confidential(profile: &Profile) -> bool {
    profile.oauth_client_secret.is_some() || profile.oauth_client_certificate.is_some()
}

/// R34: acting for a user takes a confidential client, a delegating grant and a provider.
fn on_behalf_of(profile: &Profile, problems: &mut Vec<Problem>) {
    if !profile.oauth_on_behalf_of {
        return;
    }
    if profile.auth() != Auth::Oauth {
        problems.push(Problem::error(
            "oauth_on_behalf_of",
            "on-behalf-of works with auth = \"oauth\" only",
            "Set the OAuth fields, or switch OAuth Use On Behalf Of off.",
        ));
        return;
    }
    if !is_confidential(profile) {
        problems.push(Problem::error(
            "oauth_client_secret",
            "on-behalf-of needs a client that identifies itself with an id and a secret or certificate",
            "Create a secret on the app registration and set oauth_client_secret = \"secret:<name>\".",
        ));
    }
    if profile.oauth_grant.is_some_and(|g| !g.can_delegate()) {
        problems.push(Problem::error(
            "oauth_grant",
            "this grant type cannot act on behalf of a user",
            "Use `urn:ietf:params:oauth:grant-type:jwt-bearer` (Entra) or \
             `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693).",
        ));
    }
    if profile.obo_provider.trim().is_empty() {
        problems.push(Problem::error(
            "obo_provider",
            "on-behalf-of needs the provider whose user it acts for",
            "The default is `microsoft`.",
        ));
    }
    if profile.oauth_grant == Some(Grant::JwtBearer) && profile.scopes().next().is_none() {
        problems.push(Problem::error(
            "oauth_scope",
            "an on-behalf-of request needs at least one scope",
            "Name the delegated API permissions the back-end expects.",
        ));
    }
    let authority = profile.oauth_url.as_deref().unwrap_or_default();
    if authority.contains("/common/") || authority.contains("/organizations/") {
        problems.push(Problem::warning(
            "oauth_url",
            "`common` and `organizations` leave open in which tenant the user is",
            "Write the tenant: …/{TenantId}/oauth2/v2.0/token.",
        ));
    }
}

fn headers(profile: &Profile, problems: &mut Vec<Problem>) {
    for (name, value) in &profile.headers {
        if is_forbidden_header(name) {
            problems.push(Problem::error(
                "headers",
                format!("the header `{name}` cannot be set"),
                "Credentials have fields of their own; the connection belongs to the gateway.",
            ));
        } else if http::HeaderName::try_from(name.as_str()).is_err()
            || http::HeaderValue::try_from(value.as_str()).is_err()
        {
            problems.push(Problem::error(
                "headers",
                format!("`{name}` is not a header a request can carry"),
                "Names are tokens; values are visible ASCII characters on one line.",
            ));
        }
    }
}

fn numbers(profile: &Profile, problems: &mut Vec<Problem>) {
    if profile.timeouts.total_ms == 0 || profile.timeouts.connect_ms == 0 {
        problems.push(Problem::error(
            "timeouts",
            "a timeout of 0 never answers",
            "Use milliseconds.",
        ));
    }
    if profile.limits.max_response_bytes == 0 {
        problems.push(Problem::error(
            "limits",
            "max_response_bytes is 0",
            "Use bytes.",
        ));
    }
    for verb in &profile.allowed_methods {
        if !VERBS.contains(&verb.to_ascii_uppercase().as_str()) {
            problems.push(Problem::error(
                "allowed_methods",
                format!("`{verb}` is not offered"),
                &format!("Expected: {}.", VERBS.join(", ")),
            ));
        }
    }
}
