//! What becomes of a visit: it goes on, begins a session, is sent to SharePoint for a token, or is refused.

use behalf_wire::acs::context_token::{ContextToken, PARAMETERS};
use behalf_wire::acs::launch_form::{APP_REDIRECT_PATH, HAS_REDIRECTED, field};
use behalf_wire::acs::standard_tokens::StandardTokens;
use behalf_wire::oauth::form::Form;

use super::session::Session;
use crate::error::foreign_text;
use crate::{AppSettings, Error, ErrorKind, WebUrl};

/// One request, as far as the decision needs it.
pub(super) struct Visit<'a> {
    /// `GET` and `HEAD`: a post is never sent away, its content would be lost.
    pub may_be_sent_away: bool,
    pub path: &'a str,
    pub query: &'a str,
    pub form: Option<&'a [u8]>,
    /// Opened, not expired, bound to the cookie `SPCacheKey`.
    pub session: Option<Session>,
}

/// A launch whose token is verified.
pub(super) struct Launch {
    pub web: WebUrl,
    pub tokens: StandardTokens,
    /// Where the browser goes on, without the token.
    pub location: String,
}

pub(super) enum Step {
    GoOn(Box<Session>),
    Begin(Box<ContextToken>, Box<Launch>),
    GetToken(String),
    Refuse(Error),
}

/// Query parameters that a launch brings and the next one brings again.
const BROUGHT: [&str; 6] = [
    "SPHostUrl",
    "SPAppWebUrl",
    "SPLanguage",
    "SPClientTag",
    "SPProductNumber",
    HAS_REDIRECTED,
];

/// Longer addresses would not fit into a cookie.
const LONGEST_URL: usize = 1_024;
const LONGEST_VALUE: usize = 64;

/// `token` is the verdict on the posted context token, if there is one.
pub(super) fn step(
    settings: &AppSettings,
    visit: &Visit<'_>,
    token: Option<Result<ContextToken, Error>>,
) -> Step {
    let query = match Form::parse(visit.query.as_bytes(), &BROUGHT) {
        Ok(query) => query,
        Err(error) => return Step::Refuse(unreadable(&error)),
    };
    let came_back = query.iter().any(|(name, _)| name == HAS_REDIRECTED);
    match token {
        Some(Ok(token)) => match launch(settings, visit, &query, &token) {
            Ok(launch) => Step::Begin(Box::new(token), Box::new(launch)),
            Err(error) => Step::Refuse(error),
        },
        Some(Err(error)) if error.kind() == ErrorKind::Expired && came_back => {
            Step::Refuse(clocks_differ(&error))
        }
        Some(Err(error)) if error.kind() == ErrorKind::Expired && visit.may_be_sent_away => {
            to_sharepoint(settings, visit, &query)
        }
        Some(Err(error)) => Step::Refuse(error),
        None if error_info(visit).is_some() => Step::Refuse(no_token(error_info(visit))),
        None => match fitting_session(visit, &query) {
            Some(session) => Step::GoOn(Box::new(session)),
            None if came_back => Step::Refuse(session_lost()),
            None if !visit.may_be_sent_away => Step::Refuse(no_context()),
            None => to_sharepoint(settings, visit, &query),
        },
    }
}

/// SharePoint posts its form even when it could make no token, and tells why in a field of it.
fn error_info(visit: &Visit<'_>) -> Option<String> {
    let form = Form::parse(visit.form?, &[]).ok()?;
    form.get(field::ERROR_INFO).map(foreign_text)
}

/// A session counts for the web that it began at. A link that names another web needs a launch from there.
fn fitting_session(visit: &Visit<'_>, query: &Form<'_>) -> Option<Session> {
    let session = visit.session.clone()?;
    let named = query.get("SPHostUrl").map(WebUrl::parse);
    match named {
        None => Some(session),
        Some(Ok(web)) if web.as_str().eq_ignore_ascii_case(&session.web) => Some(session),
        Some(_) => None,
    }
}

fn launch(
    settings: &AppSettings,
    visit: &Visit<'_>,
    query: &Form<'_>,
    token: &ContextToken,
) -> Result<Launch, Error> {
    let form = visit.form.and_then(|form| Form::parse(form, &[]).ok());
    let posted = form.as_ref().and_then(|form| form.get(field::SITE_URL));
    let named = query.get("SPHostUrl").or(token.host_web_url()).or(posted);
    let web = WebUrl::parse(named.ok_or_else(no_context)?)?;
    settings.allowed().check_content(&web)?;
    if web.as_str().len() > LONGEST_URL {
        return Err(unfit_for_cookie());
    }
    let short = |name| query.get(name).filter(|value| value.len() <= LONGEST_VALUE);
    let app_web = query
        .get("SPAppWebUrl")
        .filter(|url| url.len() <= LONGEST_URL)
        .and_then(|url| WebUrl::parse(url).ok())
        .filter(|url| settings.allowed().check_content(url).is_ok());
    let tokens = StandardTokens {
        host_url: web.as_str().to_owned(),
        app_web_url: app_web.map(|url| url.as_str().to_owned()),
        language: short("SPLanguage").unwrap_or("en-US").to_owned(),
        client_tag: short("SPClientTag").unwrap_or("0").to_owned(),
        product_number: short("SPProductNumber").unwrap_or("").to_owned(),
    };
    let mut location = settings.own_origin(token.audience().host()) + visit.path;
    let kept = query_without(visit.query, &PARAMETERS);
    if !kept.is_empty() {
        location += &format!("?{kept}");
    }
    Ok(Launch {
        web,
        tokens,
        location,
    })
}

/// SharePoint's page that mints a token and posts it back here. Only to a host that the app allows: `SPHostUrl` in a
/// link could be anybody's.
fn to_sharepoint(settings: &AppSettings, visit: &Visit<'_>, query: &Form<'_>) -> Step {
    let Some(named) = query.get("SPHostUrl") else {
        return Step::Refuse(no_context());
    };
    let web = WebUrl::parse(named).and_then(|web| {
        settings.allowed().check_content(&web)?;
        Ok(web)
    });
    let web = match web {
        Ok(web) => web,
        Err(error) => return Step::Refuse(error),
    };
    let mut back = format!(
        "{}{}?{{StandardTokens}}&{HAS_REDIRECTED}=1",
        settings.own_origin(None),
        visit.path
    );
    let own = query_without(visit.query, &[&PARAMETERS[..], &BROUGHT[..]].concat());
    if !own.is_empty() {
        back += &format!("&{own}");
    }
    let parameters = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", settings.client_id())
        .append_pair("redirect_uri", &back)
        .finish();
    Step::GetToken(format!("{}/{APP_REDIRECT_PATH}?{parameters}", web.as_str()))
}

/// The query without these parameters, otherwise as it was spelled.
fn query_without(query: &str, names: &[&str]) -> String {
    let is_left_out = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or("");
        let name = behalf_wire::oauth::form::decode(name.as_bytes());
        name.is_ok_and(|name| names.contains(&&*name))
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .filter(|pair| !is_left_out(pair))
        .collect::<Vec<_>>()
        .join("&")
}

fn clocks_differ(error: &Error) -> Error {
    Error::new(
        ErrorKind::Clock,
        "SharePoint was asked for a new context token, and the new one is refused as well",
        format!(
            "{}; a token that was made a moment ago cannot be old, so a clock is wrong",
            error.why()
        ),
        "set this server's clock (by NTP) and that of the authentication server, then launch the app again",
    )
}

fn session_lost() -> Error {
    Error::new(
        ErrorKind::SessionLost,
        "The app has no session, although SharePoint was asked for one",
        "the browser did not send the app's cookies back",
        "allow cookies for the app; in a frame use RemoteWeb::embedded_in_frames over https",
    )
}

fn no_token(error_info: Option<String>) -> Error {
    Error::new(
        ErrorKind::NoContext,
        "SharePoint posted no context token",
        format!("it says: {}", error_info.unwrap_or_default()),
        "give this text to the administrator of the site: the app's registration or installation lacks something",
    )
}

fn no_context() -> Error {
    Error::new(
        ErrorKind::NoContext,
        "The app does not know for which site and user it shall work",
        "there is neither a context token nor a session, and the address does not name a site (SPHostUrl)",
        "open the app from Site Contents of the site it is installed on",
    )
}

pub(super) fn unfit_for_cookie() -> Error {
    Error::new(
        ErrorKind::TokenMalformed,
        "The session cannot be kept in a cookie",
        format!(
            "the site's address is longer than {LONGEST_URL} characters or has characters that no cookie may have"
        ),
        "use the site under a shorter address",
    )
}

fn unreadable(error: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::TokenMalformed,
        "The address cannot be read",
        error.to_string(),
        "open the app from Site Contents of the site it is installed on",
    )
}
