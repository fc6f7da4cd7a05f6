//! The app's pages behind a launch: sessions, the way back to SharePoint for a token, protection against loops.

mod context;
mod cookies;
mod error_page;
mod launch;
mod session;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use behalf_wire::oauth::form;
use bytes::Bytes;
use std::sync::Arc;

pub use context::SharePointContext;

use crate::{Error, ErrorKind, RemoteApp, context_token_in};
use cookies::{CookieNames, SameSite};
use launch::{Step, Visit};
use session::{Session, Sessions};

/// A launch form has ten short fields and one token.
const MOST_FORM_BYTES: usize = 256 * 1024;

type ErrorPage = dyn Fn(&Error) -> Response + Send + Sync;

/// Lets only those in who launched the app from SharePoint, as Microsoft's template does.
///
/// - A posted context token begins a session and answers with a redirect to the same address, so that the token
///   is in no history and a reload posts nothing twice. The address must therefore answer `GET`.
/// - The session is in an encrypted cookie and bound to the cookie `SPCacheKey`; there is no state on the server.
/// - Without a session a `GET` is sent to SharePoint's AppRedirect for a token, once. Who comes back with a token that
///   this server's clock finds expired gets an error about clocks, not another redirect.
///
/// ```no_run
/// use axum::{Router, routing::get};
/// use behalf_remote_web::{Error, RemoteApp, RemoteWeb, SharePointContext};
///
/// async fn home(context: SharePointContext) -> Result<String, String> {
///     let web = context.client().get("web?$select=Title").await.map_err(|error| error.to_string())?;
///     Ok(format!("Hello from {}", web.body["Title"]))
/// }
///
/// fn router(app: RemoteApp) -> Router {
///     RemoteWeb::new(app).protect(Router::new().route("/", get(home)))
/// }
/// ```
///
/// A context token proves who launched the app, not that this browser's user wanted to: somebody can post their own
/// token from another site and have a victim work in their session. Apps where that matters show whose session it is.
#[derive(Clone)]
pub struct RemoteWeb(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    app: RemoteApp,
    sessions: Sessions,
    same_site: SameSite,
    error_page: Arc<ErrorPage>,
}

impl RemoteWeb {
    pub fn new(app: RemoteApp) -> Self {
        Self(Arc::new(Inner {
            sessions: Sessions::of(app.settings()),
            app,
            same_site: SameSite::Lax,
            error_page: Arc::new(error_page::page),
        }))
    }

    /// For app parts, which SharePoint shows in a frame: cookies are sent there too. Every form of the app then needs
    /// [`SharePointContext::csrf_token`], because a browser sends them along with posts of other sites.
    pub fn embedded_in_frames(self) -> Self {
        let inner = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Inner {
            same_site: SameSite::NoneInFrames,
            ..inner
        }))
    }

    /// Another page for errors than the plain one.
    pub fn error_page(self, page: impl Fn(&Error) -> Response + Send + Sync + 'static) -> Self {
        let inner = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Inner {
            error_page: Arc::new(page),
            ..inner
        }))
    }

    /// Puts all routes of the router behind the launch; in their handlers [`SharePointContext`] can be extracted.
    pub fn protect<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        router.layer(from_fn_with_state(self, enter))
    }

    async fn step(&self, parts: &Parts, form: Option<&[u8]>) -> Step {
        let app = &self.0.app;
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |uri| &uri.0);
        let query = uri.query().unwrap_or("");
        let token = match context_token_in(form, query) {
            Ok(token) => token,
            Err(error) => return Step::Refuse(error),
        };
        let visit = Visit {
            may_be_sent_away: matches!(parts.method, Method::GET | Method::HEAD),
            path: uri.path(),
            query,
            form,
            session: self.session(&parts.headers),
        };
        let verified = token.map(|token| app.verify_context_token(&token));
        launch::step(app.settings(), &visit, verified)
    }

    fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let inner = &*self.0;
        let names = inner.cookie_names();
        let now_s = inner.app.env().now_s();
        let mut sessions = cookies::values(headers, names.session)
            .filter_map(|text| inner.sessions.opened(text))
            .filter(|session| now_s < session.expires_at_s);
        sessions.find(|session| {
            let bound_to = cookies::escaped(&session.cache_key);
            cookies::values(headers, names.cache_key).any(|value| value == bound_to)
        })
    }

    async fn begin(
        &self,
        token: &behalf_wire::acs::context_token::ContextToken,
        launch: launch::Launch,
    ) -> Result<Response, Error> {
        let inner = &*self.0;
        let context = inner.app.accept_verified(token, launch.web.clone()).await?;
        // With the tolerance the token was verified with, or a session could end before it begins.
        let skew_s = inner.app.settings().clock_skew_s();
        let expires_at_s = token.expires_at_s().saturating_add(skew_s);
        let session = Session::new(&context, &launch, expires_at_s, inner.app.env());
        let sealed = inner.sessions.sealed(&session, inner.app.env());
        let names = inner.cookie_names();
        let lifetime_s = session
            .expires_at_s
            .saturating_sub(inner.app.env().now_s())
            .max(0);
        let mut response = redirect(&launch.location);
        for (name, value) in [
            (names.session, sealed),
            (names.cache_key, cookies::escaped(&session.cache_key)),
        ] {
            let cookie = cookies::set(name, &value, lifetime_s, inner.same_site, names.secure);
            let value = HeaderValue::from_str(&cookie).map_err(|_| launch::unfit_for_cookie())?;
            response.headers_mut().append(SET_COOKIE, value);
        }
        Ok(response)
    }
}

impl Inner {
    fn cookie_names(&self) -> CookieNames {
        CookieNames::of(self.app.settings().own_origin(None).starts_with("https:"))
    }
}

async fn enter(State(web): State<RemoteWeb>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (form, body) = match posted_form(&parts, body).await {
        Ok(read) => read,
        Err(error) => return (web.0.error_page)(&error),
    };
    match web.step(&parts, form.as_deref()).await {
        Step::GoOn(session) => {
            let context = SharePointContext::new(&web.0.app, &web.0.sessions, *session);
            match context {
                Ok(context) => parts.extensions.insert(context),
                Err(error) => return (web.0.error_page)(&error),
            };
            next.run(Request::from_parts(parts, body)).await
        }
        Step::Begin(token, launch) => match web.begin(&token, *launch).await {
            Ok(response) => response,
            Err(error) => (web.0.error_page)(&error),
        },
        Step::GetToken(location) => redirect(&location),
        Step::Refuse(error) => (web.0.error_page)(&error),
    }
}

/// The body of a posted form, and the body again for the handler. A body that is announced as larger than any launch
/// is none and passes by unread.
async fn posted_form(parts: &Parts, body: Body) -> Result<(Option<Bytes>, Body), Error> {
    let text = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let is_form = parts.method == Method::POST && text(CONTENT_TYPE).is_some_and(form::is_form);
    let announced = text(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if !is_form || announced.is_some_and(|length| length > MOST_FORM_BYTES) {
        return Ok((None, body));
    }
    let bytes = to_bytes(body, MOST_FORM_BYTES).await.map_err(|_| {
        Error::new(
            ErrorKind::TokenMalformed,
            "The form was not read",
            format!("it broke off or is larger than {MOST_FORM_BYTES} bytes"),
            "announce larger forms with Content-Length, or send them as multipart",
        )
    })?;
    Ok((Some(bytes.clone()), Body::from(bytes)))
}

fn redirect(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

#[cfg(test)]
mod tests;
