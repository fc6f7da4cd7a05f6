//! Metadata: Entra's documents, OpenID Connect Discovery, RFC 8414, instance discovery, user realm.
//!
//! Everything is built from the configured public URL: a Host header is the client's word.

use super::{public_get, public_json, segment};
use crate::Authority;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::{INSTANCE_INVALID, NOT_FOUND};
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_wire::entra::discovery::{Discovery, Version, instance, user_realm};
use behalf_wire::oauth::form::Form;
use behalf_wire::oauth::metadata::ServerMetadata;
use std::sync::Arc;

const CACHE: &str = "max-age=86400, private";

type Segment = Result<Path<String>, PathRejection>;

/// `/{tenant}/v2.0/.well-known/openid-configuration`
pub async fn entra_v2(
    State(authority): State<Arc<Authority>>,
    tenant: Segment,
    request: Request,
) -> Response {
    public_get(
        &authority,
        request,
        entra(&authority, Version::V2, segment(tenant)),
    )
    .await
}

/// `/{tenant}/.well-known/openid-configuration`
pub async fn entra_v1(
    State(authority): State<Arc<Authority>>,
    tenant: Segment,
    request: Request,
) -> Response {
    public_get(
        &authority,
        request,
        entra(&authority, Version::V1, segment(tenant)),
    )
    .await
}

/// Asked by name, the document speaks of the tenant's GUID; asked for several tenants, of `{tenantid}` literally.
async fn entra(
    authority: &Authority,
    version: Version,
    segment: String,
) -> Result<Response, Fault> {
    let public_url = &authority.config.public_url;
    let several = ["common", "organizations"]
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(&segment));
    let (tenant, issuer_tenant) = match several {
        Some(name) => (name.to_owned(), "{tenantid}".to_owned()),
        None => {
            let id = authority.tenant(&segment).await?.id.to_string();
            (id.clone(), id)
        }
    };
    json(&Discovery::new(
        version,
        public_url,
        host(public_url),
        &tenant,
        &issuer_tenant,
    ))
}

/// `/{tenant}/oidc/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server/{tenant}/oidc`
pub async fn oidc(
    State(authority): State<Arc<Authority>>,
    tenant: Segment,
    request: Request,
) -> Response {
    let work = async {
        let tenant = authority.tenant(&segment(tenant)).await?;
        json(&oidc_metadata(&authority, &tenant))
    };
    public_get(&authority, request, work).await
}

fn oidc_metadata(authority: &Authority, tenant: &Tenant) -> ServerMetadata {
    let [_, _, issuer] = authority.issuers(tenant.id);
    let at = |path: &str| format!("{issuer}/{path}");
    ServerMetadata {
        authorization_endpoint: at("authorize"),
        token_endpoint: at("token"),
        userinfo_endpoint: at("userinfo"),
        end_session_endpoint: at("logout"),
        jwks_uri: at("jwks"),
        scopes_supported: &["openid", "profile", "email", "offline_access"],
        response_types_supported: &["code"],
        response_modes_supported: &["query", "fragment", "form_post"],
        grant_types_supported: &[
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
        subject_types_supported: &["pairwise"],
        id_token_signing_alg_values_supported: &["RS256"],
        token_endpoint_auth_methods_supported: &[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ],
        token_endpoint_auth_signing_alg_values_supported: &["PS256", "RS256", "ES256"],
        code_challenge_methods_supported: &["S256"],
        claims_supported: &[
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "amr",
            "sid",
            "name",
            "given_name",
            "family_name",
            "preferred_username",
            "email",
            "oid",
            "tid",
        ],
        prompt_values_supported: &["none", "login", "consent", "select_account"],
        authorization_response_iss_parameter_supported: true,
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        issuer,
    }
}

/// `/common/discovery/instance?api-version=…&authorization_endpoint=…`: whether a host is one of ours. MSAL for
/// Python asks without the port, so the port is not compared.
pub async fn instances(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let work = async {
        let public_url = &authority.config.public_url;
        let form = Form::parse(query.as_bytes(), &[]).map_err(|_| INSTANCE_INVALID.plain())?;
        let endpoint = form
            .get("authorization_endpoint")
            .ok_or_else(|| INSTANCE_INVALID.plain())?;
        let endpoint = url::Url::parse(endpoint).map_err(|_| INSTANCE_INVALID.plain())?;
        let own = url::Url::parse(public_url).map_err(|error| NOT_FOUND.plain().because(error))?;
        if endpoint.host_str().is_none() || endpoint.host_str() != own.host_str() {
            return Err(INSTANCE_INVALID.plain());
        }
        let tenant = endpoint
            .path_segments()
            .and_then(|mut segments| segments.next())
            .unwrap_or("common");
        let tenant = match authority.tenant(tenant).await {
            Ok(tenant) => tenant.id.to_string(),
            Err(_) => "common".to_owned(),
        };
        let version = if form.get("api-version") == Some("1.0") {
            "1.0"
        } else {
            "1.1"
        };
        let (with_port, without) = (host(public_url), own.host_str().unwrap_or_default());
        let hosts: Vec<&str> = if with_port == without {
            vec![with_port]
        } else {
            vec![with_port, without]
        };
        Ok(public_json(
            instance(public_url, &tenant, version, &hosts).to_string(),
            CACHE,
        ))
    };
    public_get(&authority, request, work).await
}

/// `/common/userrealm/{user}`: every user signs in here, none at a federated directory.
pub async fn realm(
    State(authority): State<Arc<Authority>>,
    user: Segment,
    request: Request,
) -> Response {
    let work = async {
        let user = segment(user);
        let domain = user
            .rsplit_once('@')
            .map(|(_, domain)| domain.to_ascii_lowercase());
        let domain = domain.ok_or_else(|| NOT_FOUND.plain())?;
        // Only domains of our tenants have users here; whether the user exists is nobody's business.
        authority
            .facts
            .by_alias::<Tenant>(DIRECTORY, &domain)
            .await?
            .ok_or_else(|| NOT_FOUND.plain())?;
        Ok(public_json(
            user_realm(&user, &domain, host(&authority.config.public_url)).to_string(),
            "no-store",
        ))
    };
    public_get(&authority, request, work).await
}

/// Host and port of the public URL.
fn host(public_url: &str) -> &str {
    public_url
        .split_once("://")
        .map_or(public_url, |(_, host)| host)
}

fn json(document: &impl serde::Serialize) -> Result<Response, Fault> {
    let text = serde_json::to_string(document).map_err(|error| NOT_FOUND.plain().because(error))?;
    Ok(public_json(text, CACHE))
}
