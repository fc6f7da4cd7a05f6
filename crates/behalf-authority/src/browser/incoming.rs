//! A request of a browser, read and bounded, and the way back.

use super::{Browser, Params};
use crate::context::Context;
use crate::endpoints::caught;
use crate::{Authority, pages};
use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::Response;
use behalf_model::audit::AuditEvent;
use behalf_model::fault::{METHOD_NOT_ALLOWED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE};
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_model::{ClientId, Fault};
use behalf_wire::oauth::form::is_form;
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use std::sync::Arc;

/// A request to a page of a tenant.
pub struct Incoming {
    pub tenant: Arc<Tenant>,
    /// Third segment of the path (`/{tenant}/login/{name}`); empty when there is none.
    pub name: String,
    pub browser: Browser,
    pub headers: HeaderMap,
    /// The query of a GET, the form of a POST.
    pub params: Params,
    pub context: Context,
}

/// Methods of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Methods {
    Get,
    Post,
    GetAndPost,
}

impl Incoming {
    /// Errors: a finished error page.
    pub async fn read(
        authority: &Authority,
        request: Request,
        methods: Methods,
    ) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let context = Context::new(&authority.env, &parts.headers, parts.uri.query());
        let refuse = |fault: Fault| pages::error(&fault, &context);
        if !methods.allow(&parts.method) {
            let mut response = refuse(METHOD_NOT_ALLOWED.plain());
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static(methods.names()));
            return Err(response);
        }
        let tenant = authority
            .tenant(&segment(&parts.uri, 0))
            .await
            .map_err(refuse)?;
        let params = if parts.method == Method::POST {
            let content_type = parts
                .headers
                .get(header::CONTENT_TYPE)
                .and_then(|value| value.to_str().ok());
            if !content_type.is_some_and(is_form) {
                return Err(refuse(
                    UNSUPPORTED_MEDIA_TYPE.with("Send application/x-www-form-urlencoded."),
                ));
            }
            let body = to_bytes(body, authority.config.max_body_bytes).await;
            Params::parse(&body.map_err(|_| refuse(TOO_LARGE.plain()))?)
        } else {
            Params::parse(parts.uri.query().unwrap_or_default().as_bytes())
        };
        let params = params.map_err(refuse)?;
        let browser = Browser::of(authority, &parts.headers);
        let name = segment(&parts.uri, 2);
        Ok(Self {
            tenant,
            name,
            browser,
            headers: parts.headers,
            params,
            context,
        })
    }

    /// The response of `work`, or the page for its failure, with this browser's cookie.
    pub async fn answer(
        &self,
        authority: &Authority,
        work: impl Future<Output = Result<Response, Fault>>,
    ) -> Response {
        let mut response = caught(work)
            .await
            .unwrap_or_else(|fault| pages::error(&fault, &self.context));
        if let Some(cookie) = self.browser.set_cookie(authority) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The path of a page of this tenant, always with the tenant's GUID.
    pub fn path(&self, page: &str) -> String {
        format!("/{}/{page}", self.tenant.id)
    }

    pub fn audit(
        &self,
        action: &str,
        user: Option<&User>,
        client: Option<&ClientId>,
    ) -> AuditEvent {
        AuditEvent {
            at_ms: self.context.now_ms,
            tenant: Some(self.tenant.id),
            action: action.to_owned(),
            user: user.map(|user| user.id.to_string()),
            client: client.map(ToString::to_string),
            outcome: "ok".to_owned(),
            request_id: Some(self.context.request_id.to_string()),
            ..AuditEvent::default()
        }
    }
}

impl Methods {
    fn allow(self, method: &Method) -> bool {
        match *method {
            Method::GET | Method::HEAD => self != Self::Post,
            Method::POST => self != Self::Get,
            _ => false,
        }
    }

    fn names(self) -> &'static str {
        match self {
            Self::Get => "GET, HEAD",
            Self::Post => "POST",
            Self::GetAndPost => "GET, HEAD, POST",
        }
    }
}

fn segment(uri: &Uri, index: usize) -> String {
    let segment = uri.path().split('/').nth(index + 1).unwrap_or_default();
    percent_encoding::percent_decode_str(segment)
        .decode_utf8_lossy()
        .into_owned()
}
