//! The REST face: `POST /api/{object}/{method}` for every method, and natural verbs (reference, 3.7).
//!
//! Inputs come from the JSON body, from the query (texts), and for natural verbs from the key in the path. The answer is
//! `{"rows":[…]}`, with `"warnings"` when a value did not fit.

mod natural;

pub(super) use natural::key;

use super::{RequestId, json};
use crate::caller;
use crate::catalog::CompiledMethod;
use crate::invocation::{self, Invocation};
use crate::library::Loaded;
use crate::rows::Rows;
use crate::script::RawInput;
use crate::{Gateway, faces};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use behalf_model::Fault;
use behalf_model::fault::{
    CATALOGUE_BROKEN, INPUT_INVALID, MALFORMED, METHOD_NOT_FOUND, OBJECT_NOT_FOUND, TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
};
use behalf_model::method::slug;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

/// The query parameter that chooses among the profiles of the method.
const PROFILE: &str = "profile";

pub(super) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/api/{object}", get(collection).post(collection))
        .route(
            "/api/{object}/{name}",
            post(named).get(item).patch(item).put(item).delete(item),
        )
}

type Gate = State<Arc<Gateway>>;

async fn named(
    State(gateway): Gate,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let find = |loaded: &Loaded, _: &Parts| {
        let Path((object, name)) = path.map_err(|why| MALFORMED.plain().because(why))?;
        let object = natural::object(loaded, &object)?;
        let method = loaded.method(&object, &slug(&name)).cloned();
        let found = method.ok_or_else(|| METHOD_NOT_FOUND.plain().fact("method", printable(&name)));
        found.map(|method| Found { method, key: None })
    };
    answer(&gateway, request, find).await
}

async fn collection(
    State(gateway): Gate,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let find = |loaded: &Loaded, parts: &Parts| {
        let Path(object) = path.map_err(|why| MALFORMED.plain().because(why))?;
        let object = natural::object(loaded, &object)?;
        let method = natural::of_collection(loaded, &object, &parts.method)?;
        Ok(Found { method, key: None })
    };
    answer(&gateway, request, find).await
}

async fn item(
    State(gateway): Gate,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let find = |loaded: &Loaded, parts: &Parts| {
        let Path((object, key)) = path.map_err(|why| MALFORMED.plain().because(why))?;
        let object = natural::object(loaded, &object)?;
        let (method, field) = natural::of_item(loaded, &object, &parts.method)?;
        Ok(Found {
            method,
            key: Some((field, key)),
        })
    };
    answer(&gateway, request, find).await
}

/// The method that an address means, and the key in it.
struct Found {
    method: Arc<CompiledMethod>,
    key: Option<(String, String)>,
}

async fn answer(
    gateway: &Gateway,
    request: Request,
    find: impl FnOnce(&Loaded, &Parts) -> Result<Found, Fault>,
) -> Response {
    let (parts, body) = request.into_parts();
    let id = parts.extensions.get::<RequestId>().cloned();
    let id = id.unwrap_or_else(|| RequestId(Arc::default()));
    match call(gateway, &id, &parts, body, find).await {
        Ok(rows) => faces::json(write(&rows)),
        Err(fault) => id.refuse(gateway, &fault),
    }
}

async fn call(
    gateway: &Gateway,
    id: &RequestId,
    parts: &Parts,
    body: Body,
    find: impl FnOnce(&Loaded, &Parts) -> Result<Found, Fault>,
) -> Result<Rows, Fault> {
    let now = gateway.env.now();
    let caller = caller::identify(gateway, &parts.headers, now).await?;
    let loaded = gateway.catalogue().await?;
    let found = find(&loaded, parts).map_err(|fault| unless_broken(gateway, fault))?;
    let body = read_body(&parts.headers, body, gateway.config.max_body_bytes).await?;
    let (profile, query) = query_of(parts)?;
    let key = found.key.iter().map(|(field, key)| {
        (
            Cow::Borrowed(field.as_str()),
            RawInput::Text(Cow::Borrowed(key.as_str())),
        )
    });
    let query = query
        .into_iter()
        .map(|(name, text)| (name, RawInput::Text(text)));
    let members = json::members(&body)?.into_iter();
    let members = members.map(|(name, raw)| (name, RawInput::Json(raw)));
    let invocation = Invocation {
        loaded: &loaded,
        method: &found.method,
        profile: profile.as_deref(),
        request: invocation::Request {
            id: &id.0,
            ip: peer(parts),
            now,
            caller: &caller,
        },
    };
    invocation
        .run(gateway, key.chain(query).chain(members))
        .await
}

/// "No such method" would mislead while nothing at all could be loaded.
fn unless_broken(gateway: &Gateway, fault: Fault) -> Fault {
    let unknown = fault.is(&METHOD_NOT_FOUND) || fault.is(&OBJECT_NOT_FOUND);
    if unknown && gateway.library.is_broken() {
        CATALOGUE_BROKEN.plain()
    } else {
        fault
    }
}

async fn read_body(headers: &HeaderMap, body: Body, limit_bytes: usize) -> Result<Bytes, Fault> {
    let too_large = || {
        TOO_LARGE
            .plain()
            .fact("limit_bytes", limit_bytes.to_string())
    };
    let body = Limited::new(body, limit_bytes)
        .collect()
        .await
        .map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => too_large(),
            None => MALFORMED.with("The body broke off.").because(error),
        })?;
    let body = body.to_bytes();
    let content_type = headers.get(header::CONTENT_TYPE);
    let is_json = content_type.is_none_or(|value| {
        let essence = value
            .to_str()
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    });
    match is_json || body.is_empty() {
        true => Ok(body),
        false => Err(UNSUPPORTED_MEDIA_TYPE.with("Inputs are sent as application/json.")),
    }
}

type Query<'q> = Vec<(Cow<'q, str>, Cow<'q, str>)>;

/// The chosen profile, and the inputs in the query.
fn query_of(parts: &Parts) -> Result<(Option<String>, Query<'_>), Fault> {
    let query = parts.uri.query().unwrap_or_default();
    let (mut profile, mut inputs) = (None, Vec::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != PROFILE {
            inputs.push((name, value));
        } else if profile.replace(value.into_owned()).is_some() {
            return Err(INPUT_INVALID
                .with("`profile` is given twice.")
                .fact("fields", PROFILE));
        }
    }
    Ok((profile, inputs))
}

fn peer(parts: &Parts) -> Option<std::net::IpAddr> {
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip())
}

/// What a caller wrote, fit to be repeated in an answer.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(128).collect()
}

fn write(rows: &Rows) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + rows.len() * 128);
    out.extend_from_slice(b"{\"rows\":");
    rows.write_json(&mut out);
    if !rows.warnings.is_empty() {
        out.extend_from_slice(b",\"warnings\":");
        // Writing to a Vec cannot fail.
        let _ = serde_json::to_writer(&mut out, &rows.warnings);
    }
    out.push(b'}');
    out
}
