//! The Graph accent: `/v1.0/sites/…` with the shapes of Microsoft Graph, for clients written against it.

mod address;
mod body;
mod calls;
mod error;
mod precondition;
mod query;
mod render;

use crate::Sites;
use crate::caller::Caller;
use crate::occasion::Occasion;
use crate::permissions::may;
use crate::{items, sites};
use address::{Address, What};
use axum::extract::{Request, State};
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::{METHOD_NOT_ALLOWED, NOT_FOUND};
use behalf_model::site::SiteRight;
use calls::{Call, Shape};
use http::{HeaderValue, Method, header};
use std::sync::Arc;

/// Answers any request, with an error in Graph's format where there is nothing.
pub(super) async fn handle(State(room): State<Arc<Sites>>, request: Request) -> Response {
    let occasion = Occasion::of(request.headers(), &room.env);
    let mut response = match answer(&room, request, &occasion).await {
        Ok(response) => response,
        Err(fault) => error::response(&fault, &occasion, &room),
    };
    let headers = response.headers_mut();
    for (name, id) in [
        ("request-id", &occasion.request_id),
        ("client-request-id", &occasion.client_request_id),
    ] {
        if let Ok(value) = HeaderValue::from_str(id) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// Address → caller → site → permission → the call. The body is read last: nobody without a right makes us read one.
async fn answer(room: &Sites, request: Request, occasion: &Occasion) -> Result<Response, Fault> {
    let (parts, body) = request.into_parts();
    let address = Address::parse(parts.uri.path()).ok_or_else(|| NOT_FOUND.plain())?;
    let verb = Verb::of(&parts.method).filter(|verb| address.what.verbs().contains(verb));
    let verb = verb.ok_or_else(|| {
        METHOD_NOT_ALLOWED
            .plain()
            .fact("allow", allow(&address.what))
    })?;
    let caller = Caller::of(super::bearer(&parts.headers)?, occasion.now(), room).await?;
    let site = sites::find(&address.site, room).await?;
    let permit = match may(&caller, verb.right(), &site) {
        Ok(permit) => permit,
        Err(missing) => {
            let fault = missing.fault(&caller, &site);
            if verb != Verb::Get {
                items::refused(caller.author(), &site, &fault, occasion, room).await;
            }
            return Err(fault);
        }
    };
    let call = Call {
        room,
        occasion,
        site: &site,
        permit: &permit,
        headers: &parts.headers,
        uri: &parts.uri,
    };
    match (address.what, verb) {
        (What::Site, _) => call.site(),
        (What::Lists, _) => call.lists().await,
        (What::List(list), _) => call.list(&list).await,
        (What::Items(list), Verb::Post) => call.create(&list, body).await,
        (What::Items(list), _) => call.items(&list).await,
        (What::Item(list, id), Verb::Delete) => call.delete(&list, id).await,
        (What::Item(list, id), Verb::Patch) => call.update(&list, id, body, Shape::Item).await,
        (What::Item(list, id), _) => call.item(&list, id, Shape::Item).await,
        (What::Fields(list, id), Verb::Patch) => call.update(&list, id, body, Shape::Fields).await,
        (What::Fields(list, id), _) => call.item(&list, id, Shape::Fields).await,
    }
}

/// The HTTP methods that content answers to. HEAD is a GET whose body the server leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

impl Verb {
    fn of(method: &Method) -> Option<Self> {
        match *method {
            Method::GET | Method::HEAD => Some(Self::Get),
            Method::POST => Some(Self::Post),
            Method::PATCH => Some(Self::Patch),
            Method::DELETE => Some(Self::Delete),
            _ => None,
        }
    }

    fn right(self) -> SiteRight {
        match self {
            Self::Get => SiteRight::Read,
            Self::Post | Self::Patch | Self::Delete => SiteRight::Write,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET, HEAD",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl What {
    fn verbs(&self) -> &'static [Verb] {
        match self {
            Self::Site | Self::Lists | Self::List(_) => &[Verb::Get],
            Self::Items(_) => &[Verb::Get, Verb::Post],
            Self::Item(..) => &[Verb::Get, Verb::Patch, Verb::Delete],
            Self::Fields(..) => &[Verb::Get, Verb::Patch],
        }
    }
}

fn allow(what: &What) -> String {
    what.verbs()
        .iter()
        .map(|verb| verb.name())
        .collect::<Vec<_>>()
        .join(", ")
}
