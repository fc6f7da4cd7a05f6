//! Published signing keys (RFC 7517 section 5).

use super::{names_several, public_get, public_json, segment};
use crate::Authority;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::INTERNAL;
use behalf_model::resource::SigningAlg;
use behalf_model::tenant::{DIRECTORY, Tenant};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Short enough that a next key is in every cache long before its turn.
const CACHE: &str = "public, max-age=3600";

/// Every key of the tenant: the one that signs, the next one, and those whose tokens are still about.
pub async fn of_tenant(
    State(authority): State<Arc<Authority>>,
    tenant: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let segment = segment(tenant);
    // The discovery documents of `common` and `organizations` lead here.
    if names_several(&segment) {
        return of_all(State(authority), request).await;
    }
    let work = async {
        let tenant = authority.tenant(&segment).await?;
        let keys = public_keys(&authority, &tenant).await?;
        Ok(public_json(json!({ "keys": keys }).to_string(), CACHE))
    };
    public_get(&authority, request, work).await
}

/// The keys of all tenants, each with the issuer that it signs for.
pub async fn of_all(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let work = async {
        let mut keys = Vec::new();
        for tenant in authority
            .facts
            .all::<Tenant>(DIRECTORY)
            .await?
            .iter()
            .filter(|tenant| tenant.enabled)
        {
            let [_, issuer, _] = authority.issuers(tenant.id);
            for mut key in public_keys(&authority, tenant).await? {
                key.insert("issuer".to_owned(), issuer.clone().into());
                keys.push(key);
            }
        }
        Ok(public_json(json!({ "keys": keys }).to_string(), CACHE))
    };
    public_get(&authority, request, work).await
}

async fn public_keys(
    authority: &Authority,
    tenant: &Tenant,
) -> Result<Vec<Map<String, Value>>, Fault> {
    // A tenant that has issued nothing yet shows the key with which it will.
    authority.signer(tenant.id, SigningAlg::RS256).await?;
    let set = authority.key_set(tenant.id).await?;
    let read =
        |text: &str| serde_json::from_str(text).map_err(|error| INTERNAL.plain().because(error));
    set.keys()
        .iter()
        .map(|key| read(&key.row.public_jwk))
        .collect()
}
