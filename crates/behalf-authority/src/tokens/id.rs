//! ID tokens: who signed in, told to the client (OpenID Connect Core section 2).

use super::access::{self, TokenUser};
use super::subject;
use crate::Authority;
use crate::dialects::Dialect;
use crate::keys::TokenHeader;
use crate::rules::scope::Requested;
use behalf_model::principal::Principal;
use behalf_model::resource::SigningAlg;
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_model::{Fault, UnixTime};
use behalf_wire::entra::claims::{IdToken, to_json};
use behalf_wire::jose::base64url;

/// What an ID token is made of beside the user.
pub struct IdTokenDetails<'a> {
    pub tenant: &'a Tenant,
    pub client: &'a Principal,
    pub dialect: Dialect,
    pub requested: &'a Requested,
    pub nonce: Option<&'a str>,
    pub session: Option<i64>,
    pub issued_at: UnixTime,
}

/// The endpoint decides version and issuer, the scopes `profile` and `email` the personal claims. Always RS256, as
/// the discovery documents promise.
pub async fn mint(
    authority: &Authority,
    details: &IdTokenDetails<'_>,
    of: TokenUser<'_>,
) -> Result<String, Fault> {
    let tenant = details.tenant.id;
    let key = authority.signer(tenant, SigningAlg::RS256).await?;
    let [v1, v2, oidc] = authority.issuers(tenant);
    let is_v1 = details.dialect == Dialect::EntraV1;
    let (iss, ver) = match details.dialect {
        Dialect::EntraV1 => (&v1, "1.0"),
        Dialect::EntraV2 => (&v2, "2.0"),
        // ACS knows no ID tokens.
        Dialect::OAuth | Dialect::Acs => (&oidc, ""),
    };
    let profile = |of_user: fn(&User) -> &str| {
        if details.requested.profile || is_v1 {
            of_user(of.user)
        } else {
            ""
        }
    };
    let v1_only = |text| if is_v1 { text } else { "" };
    let sid = details
        .session
        .map(|session| subject::session(tenant, session));
    let claims = IdToken {
        aud: details.client.client_id.as_str(),
        iss,
        iat: details.issued_at.0,
        nbf: details.issued_at.0,
        exp: details
            .issued_at
            .plus_s(details.tenant.lifetimes.id_token_s)
            .0,
        auth_time: of.auth_time.map(|at| at.0),
        amr: of.amr,
        email: if details.requested.email {
            &of.user.email
        } else {
            ""
        },
        family_name: profile(|user| &user.family_name),
        given_name: profile(|user| &user.given_name),
        name: profile(|user| &user.name),
        nonce: details.nonce,
        oid: &of.user.id.to_string(),
        preferred_username: if is_v1 { "" } else { profile(|user| &user.upn) },
        sid: sid.as_deref(),
        sub: &subject::pairwise(tenant, of.user.id, &details.client.client_id),
        tid: &tenant.to_string(),
        unique_name: v1_only(&of.user.upn),
        upn: v1_only(&of.user.upn),
        uti: &base64url::encode(authority.env.random::<16>()),
        ver,
    };
    access::sign(&key, TokenHeader::Jwt, &to_json(&claims))
}
