//! Finding and verifying the posted context token.

use behalf_wire::acs::Host;
use behalf_wire::acs::context_token::{
    self, ContextToken, ContextTokenCheck, ContextTokenError, PARAMETERS,
};
use behalf_wire::oauth::form::Form;

use crate::{AppSettings, Error, ErrorKind, WebUrl};

/// The context token of a request: looked for in the form, then in the query, under the names `AppContext`,
/// `AppContextToken`, `AccessToken` and `SPAppToken`, in this order.
///
/// ```
/// use behalf_remote_web::context_token_in;
///
/// let token = context_token_in(Some(b"SPSiteUrl=x&SPAppToken=a.b.c"), "AppContext=d.e.f")?;
/// assert_eq!(token.as_deref().map(String::as_str), Some("a.b.c"));
/// # Ok::<(), behalf_remote_web::Error>(())
/// ```
///
/// Errors: [`ErrorKind::TokenMalformed`] for a form or query that cannot be read, or that has a name twice.
pub fn context_token_in(
    form: Option<&[u8]>,
    query: &str,
) -> Result<Option<zeroize::Zeroizing<String>>, Error> {
    for text in form.into_iter().chain([query.as_bytes()]) {
        let fields = Form::parse(text, &PARAMETERS).map_err(|error| {
            Error::new(
                ErrorKind::TokenMalformed,
                "The launch of the app cannot be read",
                error.to_string(),
                "launch the app again from SharePoint",
            )
        })?;
        if let Some(token) = PARAMETERS.iter().find_map(|name| fields.get(name)) {
            return Ok(Some(zeroize::Zeroizing::new(token.to_owned())));
        }
    }
    Ok(None)
}

pub(super) fn context_token(
    token: &str,
    settings: &AppSettings,
    now_s: i64,
) -> Result<ContextToken, Error> {
    let check = ContextTokenCheck {
        secrets: settings.secrets(),
        client_id: settings.client_id(),
        app_host_domains: settings.app_host_domains(),
        realm: settings.realm(),
        clock_skew_s: settings.clock_skew_s(),
    };
    let verified = context_token::verify(token, &check, now_s).map_err(refusal)?;
    crate::sts::address_of(verified.security_token_service_uri(), settings.allowed())?;
    Ok(verified)
}

/// The host web that the token names, if it does, must be on the host that the request names.
pub(super) fn same_host(web: &WebUrl, named: &str) -> Result<(), Error> {
    if Host::of_url(named).is_ok_and(|host| host == *web.host()) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::HostNotAllowed,
        "The launch of the app contradicts itself",
        "the context token was issued for a web on another host than SPHostUrl names",
        "launch the app again from the site it is installed on",
    ))
}

fn refusal(error: ContextTokenError) -> Error {
    let (kind, fix) = match &error {
        ContextTokenError::Malformed(_)
        | ContextTokenError::Claim(_)
        | ContextTokenError::Name(_) => (
            ErrorKind::TokenMalformed,
            "launch the app from SharePoint; when that posts an empty or broken token, the reason is in the field SPErrorInfo",
        ),
        ContextTokenError::Signature => (
            ErrorKind::SecretMismatch,
            "compare the client secret with the registered one: it may have expired or been replaced; during a change configure the new one and the old one as secondary",
        ),
        ContextTokenError::Expired { .. } => (
            ErrorKind::Expired,
            "launch the app again from SharePoint; if that does not help, set this server's clock",
        ),
        ContextTokenError::NotYetValid { .. } => (
            ErrorKind::Clock,
            "set this server's clock, or the authentication server's: they differ by more than the tolerance",
        ),
        ContextTokenError::Audience { .. } => (
            ErrorKind::Audience,
            "make client id, app host domain (with port) and realm of the settings equal to the registration",
        ),
    };
    Error::new(kind, "The context token is refused", error.to_string(), fix)
}
