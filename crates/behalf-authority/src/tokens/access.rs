//! Access tokens. The resource chooses the format: Entra v1.0, Entra v2.0 or RFC 9068.

use super::subject;
use crate::Authority;
use crate::keys::{TenantKey, TokenHeader};
use behalf_model::fault::INTERNAL;
use behalf_model::principal::Principal;
use behalf_model::resource::{Resource, SigningAlg, TokenFormat};
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_model::{ClientId, Fault, UnixTime};
use behalf_wire::entra::claims::{AccessTokenV1, AccessTokenV2, ClientProof, Groups, to_json};
use behalf_wire::jose::base64url;
use behalf_wire::oauth::access_token::{AccessTokenClaims, Actor};

/// Everything an access token says.
pub struct AccessToken<'a> {
    pub tenant: &'a Tenant,
    pub client: &'a Principal,
    pub proof: ClientProof,
    pub audience: Audience<'a>,
    /// `None`: the application itself.
    pub user: Option<TokenUser<'a>>,
    /// Values at the resource, without prefix; empty in app-only tokens.
    pub scopes: &'a [String],
    /// App roles; empty in tokens of users (OBO tokens never carry the app's roles).
    pub roles: &'a [String],
    pub actor: Option<&'a Actor>,
    pub issued_at: UnixTime,
    pub expires_at: UnixTime,
}

/// The user of a token and how he signed in.
#[derive(Clone, Copy)]
pub struct TokenUser<'a> {
    pub user: &'a User,
    pub auth_time: Option<UnixTime>,
    pub amr: &'a [String],
}

/// Whom the token is for.
#[derive(Clone, Copy)]
pub enum Audience<'a> {
    /// `prefix`: the resource as the client spelled it; a v1.0 token repeats it.
    Resource {
        resource: &'a Resource,
        prefix: &'a str,
    },
    /// Our own userinfo endpoint: only OIDC scopes were asked for. `entra`: which dialect asked.
    UserInfo { entra: bool },
}

impl Audience<'_> {
    fn format(&self) -> TokenFormat {
        match self {
            Self::Resource { resource, .. } => resource.token_format,
            Self::UserInfo { entra: true } => TokenFormat::EntraV2,
            Self::UserInfo { entra: false } => TokenFormat::Rfc9068,
        }
    }

    fn alg(&self) -> SigningAlg {
        match self {
            Self::Resource { resource, .. } => resource.signing_alg,
            Self::UserInfo { .. } => SigningAlg::default(),
        }
    }

    fn recipient<'b>(&'b self, client: &'b ClientId) -> &'b ClientId {
        match self {
            Self::Resource { resource, .. } => &resource.app_id,
            Self::UserInfo { .. } => client,
        }
    }

    /// The `aud` claim. RFC 9068 tokens name the API by its first application ID URI, Entra's v2.0 by its app id.
    fn claim<'b>(&'b self, issuer: &'b str) -> &'b str {
        let Self::Resource { resource, prefix } = self else {
            return issuer;
        };
        match resource.token_format {
            TokenFormat::EntraV1 if !prefix.is_empty() => prefix,
            TokenFormat::EntraV1 | TokenFormat::Rfc9068 => resource
                .app_id_uris
                .first()
                .map_or(resource.app_id.as_str(), String::as_str),
            TokenFormat::EntraV2 => resource.app_id.as_str(),
        }
    }
}

/// Signs the token. Nothing is stored: an access token lives by its signature.
pub async fn mint(authority: &Authority, token: &AccessToken<'_>) -> Result<String, Fault> {
    let key = authority
        .signer(token.tenant.id, token.audience.alg())
        .await?;
    let [v1, v2, oidc] = authority.issuers(token.tenant.id);
    let tid = token.tenant.id.to_string();
    let uti = base64url::encode(authority.env.random::<16>());
    let (oid, sub) = match &token.user {
        Some(of) => {
            let recipient = token.audience.recipient(&token.client.client_id);
            (
                of.user.id.to_string(),
                subject::pairwise(token.tenant.id, of.user.id, recipient),
            )
        }
        None => {
            let oid = subject::of_application(token.tenant.id, &token.client.client_id).to_string();
            (oid.clone(), oid)
        }
    };
    let scope = token.scopes.join(" ");
    let userinfo = format!("{oidc}/userinfo");
    let names = Names {
        tid: &tid,
        oid: &oid,
        sub: &sub,
        uti: &uti,
        scope: &scope,
        groups: Groups::of(
            token.user.map_or(&[], |token| &token.user.groups),
            &userinfo,
        ),
    };
    match token.audience.format() {
        TokenFormat::EntraV1 => sign(
            &key,
            TokenHeader::V1,
            &to_json(&entra_v1(token, &names, &v1)),
        ),
        TokenFormat::EntraV2 => sign(
            &key,
            TokenHeader::Jwt,
            &to_json(&entra_v2(token, &names, &v2)),
        ),
        TokenFormat::Rfc9068 => sign(
            &key,
            TokenHeader::AtJwt,
            &to_json(&rfc9068(token, &names, &oidc)),
        ),
    }
}

pub(super) fn sign(key: &TenantKey, header: TokenHeader, claims: &[u8]) -> Result<String, Fault> {
    key.sign(header, claims)
        .map_err(|error| INTERNAL.plain().because(error))
}

struct Names<'a> {
    tid: &'a str,
    oid: &'a str,
    sub: &'a str,
    uti: &'a str,
    scope: &'a str,
    groups: Groups<'a>,
}

fn entra_v1<'a>(token: &'a AccessToken<'_>, names: &Names<'a>, iss: &'a str) -> AccessTokenV1<'a> {
    let user = token.user.as_ref();
    let text = |of: fn(&User) -> &str| user.map_or("", |token| of(token.user));
    AccessTokenV1 {
        aud: token.audience.claim(iss),
        iss,
        iat: token.issued_at.0,
        nbf: token.issued_at.0,
        exp: token.expires_at.0,
        acr: user.map(|_| "1"),
        amr: user.map_or(&[], |token| token.amr),
        appid: token.client.client_id.as_str(),
        appidacr: token.proof,
        family_name: text(|user| &user.family_name),
        given_name: text(|user| &user.given_name),
        groups: names.groups.here,
        claim_names: names.groups.names,
        claim_sources: names.groups.sources,
        idtyp: app_only(token),
        name: text(|user| &user.name),
        oid: names.oid,
        roles: token.roles,
        scp: names.scope,
        sub: names.sub,
        tid: names.tid,
        unique_name: text(|user| &user.upn),
        upn: text(|user| &user.upn),
        uti: names.uti,
        ver: "1.0",
    }
}

fn entra_v2<'a>(token: &'a AccessToken<'_>, names: &Names<'a>, iss: &'a str) -> AccessTokenV2<'a> {
    let user = token.user.as_ref();
    AccessTokenV2 {
        aud: token.audience.claim(iss),
        iss,
        iat: token.issued_at.0,
        nbf: token.issued_at.0,
        exp: token.expires_at.0,
        azp: token.client.client_id.as_str(),
        azpacr: token.proof,
        groups: names.groups.here,
        claim_names: names.groups.names,
        claim_sources: names.groups.sources,
        idtyp: app_only(token),
        name: user.map_or("", |token| &token.user.name),
        oid: names.oid,
        preferred_username: user.map_or("", |token| &token.user.upn),
        roles: token.roles,
        scp: names.scope,
        sub: names.sub,
        tid: names.tid,
        uti: names.uti,
        ver: "2.0",
    }
}

fn rfc9068<'a>(
    token: &'a AccessToken<'_>,
    names: &Names<'a>,
    iss: &'a str,
) -> AccessTokenClaims<'a> {
    let user = token.user.as_ref();
    let client_id = token.client.client_id.as_str();
    AccessTokenClaims {
        iss,
        aud: token.audience.claim(iss),
        // Without a user the subject is the client (RFC 9068 section 2.2).
        sub: if user.is_some() { names.sub } else { client_id },
        client_id,
        iat: token.issued_at.0,
        nbf: token.issued_at.0,
        exp: token.expires_at.0,
        jti: names.uti,
        scope: names.scope,
        roles: token.roles,
        groups: names.groups.here,
        claim_names: names.groups.names,
        claim_sources: names.groups.sources,
        tid: names.tid,
        oid: Some(names.oid),
        preferred_username: user.map(|token| token.user.upn.as_str()),
        name: user.map(|token| token.user.name.as_str()),
        auth_time: user.and_then(|token| token.auth_time).map(|at| at.0),
        act: token.actor,
        idtyp: app_only(token),
    }
}

fn app_only(token: &AccessToken<'_>) -> Option<&'static str> {
    token.user.is_none().then_some("app")
}
