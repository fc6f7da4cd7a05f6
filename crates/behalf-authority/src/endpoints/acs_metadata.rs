//! The metadata document of the ACS dialect: which keys sign, where the token endpoint is.

use super::{public_get_in, public_json, segment};
use crate::Authority;
use crate::dialects::Dialect;
use crate::dialects::entra::missing;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::{INTERNAL, MALFORMED};
use behalf_model::resource::SigningAlg;
use behalf_wire::acs::metadata::Metadata;
use behalf_wire::jose::{Certificate, Jwk};
use behalf_wire::oauth::form::Form;
use std::sync::Arc;

/// Short enough that a next key is in every cache long before its turn.
const CACHE: &str = "public, max-age=3600";

/// `/metadata/json/1?realm=R`
pub async fn of_query(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let work = async {
        let form = Form::parse(query.as_bytes(), &["realm"])
            .map_err(|error| MALFORMED.with(format!("The query is not acceptable: {error}.")))?;
        let realm = form.get("realm").ok_or_else(|| missing("realm"))?;
        document(&authority, realm).await
    };
    public_get_in(&authority, Dialect::Acs, request, work).await
}

/// `/{realm}/metadata/json/1`
pub async fn of_realm(
    State(authority): State<Arc<Authority>>,
    realm: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let work = async { document(&authority, &segment(realm)).await };
    public_get_in(&authority, Dialect::Acs, request, work).await
}

/// The realm may be asked for by a domain name; the document names it by its GUID. Next keys are in it long before they
/// sign, and former ones as long as tokens of theirs are about.
async fn document(authority: &Authority, realm: &str) -> Result<Response, Fault> {
    let tenant = authority.tenant(realm).await?;
    // A tenant that has issued nothing yet shows the key with which it will.
    authority.signer(tenant.id, SigningAlg::RS256).await?;
    let set = authority.key_set(tenant.id).await?;
    let certificates: Vec<Certificate> = set
        .keys()
        .iter()
        .filter(|key| key.row.alg == SigningAlg::RS256)
        .filter_map(|key| certificate(&key.row.public_jwk))
        .collect();
    let public_url = &authority.config.public_url;
    let metadata = Metadata::of_sts(&tenant.id.to_string(), public_url, &certificates)
        .map_err(|error| INTERNAL.plain().because(error))?;
    Ok(public_json(metadata.to_json(), CACHE))
}

fn certificate(public_jwk: &str) -> Option<Certificate> {
    use base64::Engine as _;
    let jwk = Jwk::parse(public_jwk).ok()?;
    let der = base64::engine::general_purpose::STANDARD.decode(jwk.x5c.first()?);
    Certificate::from_der(&der.ok()?).ok()
}
