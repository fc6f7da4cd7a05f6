//! Client assertions signed with the key of a registered certificate (RFC 7523, Entra "certificate credentials").

use crate::Authority;
use crate::dialects::Dialect;
use behalf_model::fault::{
    CLIENT_ASSERTION_AUDIENCE, CLIENT_ASSERTION_INVALID, CLIENT_ASSERTION_REPLAYED,
    CLIENT_ASSERTION_SUBJECT, CLIENT_ASSERTION_TIME, CLIENT_ASSERTION_TWO_AUDIENCES,
    CLIENT_CERTIFICATE_EXPIRED,
};
use behalf_model::ports::{Change, StoreError};
use behalf_model::principal::{CertificateCredential, Principal};
use behalf_model::tenant::Tenant;
use behalf_model::{ClientId, Fault, UnixTime};
use behalf_wire::entra::claims::ClientProof;
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::{Certificate, Claims, JoseError, JwsAlg, Keyring, TimeCheck, VerifyingKey};

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far a client's clock may differ: SDKs round seconds up and machines drift.
const LEEWAY_S: i64 = 300;

const ALGS: &[JwsAlg] = &[JwsAlg::PS256, JwsAlg::RS256, JwsAlg::ES256];

/// Errors: `CLIENT_ASSERTION_…`, `CLIENT_CERTIFICATE_EXPIRED`.
pub async fn check(
    authority: &Authority,
    tenant: &Tenant,
    dialect: Dialect,
    client: &Principal,
    kind: Option<&str>,
    assertion: &str,
    now: UnixTime,
) -> Result<ClientProof, Fault> {
    if kind != Some(ASSERTION_TYPE) {
        return Err(CLIENT_ASSERTION_INVALID.with(format!(
            "The client_assertion_type must be '{ASSERTION_TYPE}'."
        )));
    }
    let claims = verify(client, assertion, now)?;
    let expires_at = decide(&authority.config.public_url, tenant, client, &claims, now)?;
    if let Some(jti) = claims.jti().filter(|_| counts_once(dialect)) {
        use_once(authority, client, jti, expires_at).await?;
    }
    Ok(ClientProof::Certificate)
}

/// RFC 7523 lets a server count each `jti` once, and the OAuth dialect does. Microsoft's libraries keep one assertion
/// for minutes and send it with every request (MSAL for Python: nine of ten), so in Entra's dialect its short life
/// is the protection, as at Entra.
fn counts_once(dialect: Dialect) -> bool {
    !dialect.is_entra()
}

/// The claims under a signature of one of the client's certificates that is valid now.
fn verify(client: &Principal, assertion: &str, now: UnixTime) -> Result<Claims, Fault> {
    let id = &client.client_id;
    let invalid = |error: &JoseError| {
        CLIENT_ASSERTION_INVALID.with(format!(
            "The client assertion of '{id}' is not acceptable: {error}."
        ))
    };
    let valid = |certificate: &&CertificateCredential| {
        certificate.starts_at <= now && now < certificate.expires_at
    };
    match keyring(client.certificates.iter().filter(valid)).verify_jwt(assertion, ALGS) {
        Ok((_, claims)) => Ok(claims),
        // Only the owner of an outdated key can learn that it is outdated.
        Err(error) => match keyring(client.certificates.iter()).verify_jwt(assertion, ALGS) {
            Ok(_) => Err(CLIENT_CERTIFICATE_EXPIRED.with(format!(
                "The certificate with which '{id}' signed is outside its validity."
            ))),
            Err(_) => Err(invalid(&error)),
        },
    }
}

fn keyring<'a>(certificates: impl Iterator<Item = &'a CertificateCredential>) -> Keyring {
    let parsed = certificates.filter_map(|known| Certificate::from_pem(&known.pem).ok());
    parsed
        .filter_map(|certificate| VerifyingKey::from_certificate(&certificate).ok())
        .collect()
}

/// Checks what the assertion says. Answer: until when it counts, leeway included.
fn decide(
    public_url: &str,
    tenant: &Tenant,
    client: &Principal,
    claims: &Claims,
    now: UnixTime,
) -> Result<UnixTime, Fault> {
    let id = &client.client_id;
    TimeCheck {
        leeway_s: LEEWAY_S,
        exp_required: true,
    }
    .check(claims, now.0)
    .map_err(|error| {
        let text = format!(
            "The client assertion of '{id}' is outside its valid time range: {error}. Now: {}.",
            now.rfc3339()
        );
        CLIENT_ASSERTION_TIME.with(text)
    })?;
    let is_client = |name: Option<&str>| {
        name.and_then(|name| name.parse::<ClientId>().ok())
            .is_some_and(|name| name == *id)
    };
    if !is_client(claims.iss()) || !is_client(claims.sub()) {
        return Err(CLIENT_ASSERTION_SUBJECT.with(format!(
            "'iss' and 'sub' of the client assertion must be '{id}'."
        )));
    }
    match claims.audiences()[..] {
        [audience] if is_ours(public_url, tenant, audience) => {}
        [] | [_] => return Err(CLIENT_ASSERTION_AUDIENCE.plain()),
        _ => return Err(CLIENT_ASSERTION_TWO_AUDIENCES.plain()),
    }
    let exp = claims.exp().ok().flatten().unwrap_or(now.0);
    Ok(UnixTime(exp).plus_s(LEEWAY_S))
}

/// Token endpoint or issuer of this tenant, named by GUID or by a domain; the host must be the one that is public.
fn is_ours(public_url: &str, tenant: &Tenant, audience: &str) -> bool {
    const PATHS: [&str; 7] = [
        "oauth2/v2.0/token",
        "oauth2/token",
        "oidc/token",
        "v2.0",
        "oidc",
        "",
        "oauth2/v2.0/token/",
    ];
    let Some(prefix) = audience.get(..public_url.len()) else {
        return false;
    };
    let rest = &audience[public_url.len()..];
    let Some((segment, path)) = rest
        .strip_prefix('/')
        .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
    else {
        return false;
    };
    let named = tenant.id.to_string().eq_ignore_ascii_case(segment)
        || tenant
            .domains
            .iter()
            .any(|domain| domain.eq_ignore_ascii_case(segment));
    prefix.eq_ignore_ascii_case(public_url) && named && PATHS.contains(&path)
}

/// Counts the `jti` once for all processes (RFC 7523 section 3).
async fn use_once(
    authority: &Authority,
    client: &Principal,
    jti: &str,
    expires_at: UnixTime,
) -> Result<(), Fault> {
    let hash = sha256(
        format!(
            "client-assertion\n{}\n{}\n{jti}",
            client.tenant, client.client_id
        )
        .as_bytes(),
    );
    match authority
        .store()
        .commit(vec![Change::UseOnce { hash, expires_at }])
        .await
    {
        Ok(_) => Ok(()),
        Err(StoreError::Conflict(_)) => Err(CLIENT_ASSERTION_REPLAYED.plain()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
