//! Context tokens and authorization codes for content hosts (port `ContextTokens`).
//!
//! The refresh token inside a context token is not rotated: remote webs keep the one they got, in several copies, for
//! months. It dies with its user, its app and `User::valid_from`, and every use of it stands in the audit trail.

use super::acs::IDENTITY_PROVIDER;
use super::{code, opaque, refresh};
use crate::{Authority, client_auth, rules};
use async_trait::async_trait;
use behalf_model::audit::AuditEvent;
use behalf_model::fault::{
    APP_HOST_DOMAIN_MISSING, APP_HOST_DOMAIN_OTHER, APP_SECRET_UNREADABLE, INTERNAL,
    REDIRECT_URI_MISMATCH,
};
use behalf_model::grant::{Authorization, CodeDetails};
use behalf_model::ports::{
    AppLaunch, Change, ContextTokens, IssuedCode, IssuedContextToken, NewRefresh,
};
use behalf_model::principal::{Principal, SecretCredential};
use behalf_model::{Fault, Secret, UnixTime};
use behalf_wire::acs::context_token::{
    HostWeb, LIFETIME_S, NewContextToken, REFRESH_TOKEN_LIFETIME_S, cache_key,
};
use behalf_wire::acs::{AppSecret, Host, token};
use std::sync::Arc;

/// Five minutes, as the protocol's documentation has it, whatever the tenant's other codes live.
pub const CODE_LIFETIME_S: i64 = 300;

#[async_trait]
impl ContextTokens for Authority {
    async fn context_token(
        &self,
        launch: &AppLaunch,
        target: &str,
        now: UnixTime,
    ) -> Result<IssuedContextToken, Fault> {
        let issued = context_token(self, launch, target, now).await;
        if let Err(fault) = &issued {
            let refused = audit(self, launch, "context_token.refused", fault.kind.code);
            self.store().commit_soon(vec![refused]).await;
        }
        issued
    }

    async fn authorization_code(
        &self,
        launch: &AppLaunch,
        redirect_uri: Option<&str>,
        now: UnixTime,
    ) -> Result<IssuedCode, Fault> {
        let client = permitted(self, launch).await?;
        let redirect_uri = redirect_uri_of(&client, redirect_uri)?;
        let details = CodeDetails {
            authorization: authorization(launch),
            redirect_uri: redirect_uri.clone(),
            nonce: None,
            pkce: None,
        };
        let code = code::issue(self, details, now.plus_s(CODE_LIFETIME_S)).await?;
        let issued = audit(self, launch, "authorization_code.issued", "ok");
        self.store().commit_soon(vec![issued]).await;
        Ok(IssuedCode {
            code: Secret::new(code),
            redirect_uri,
        })
    }
}

async fn context_token(
    authority: &Authority,
    launch: &AppLaunch,
    target: &str,
    now: UnixTime,
) -> Result<IssuedContextToken, Fault> {
    let client = permitted(authority, launch).await?;
    let app_host_domain = app_host_domain(&client, target)?;
    let app_secret = signing_secret(authority, &client, now)?;

    let (secret, secret_hash) = opaque::new_secret(&authority.env);
    let changes = vec![
        Change::InsertRefresh(NewRefresh {
            secret_hash,
            authorization: authorization(launch),
            code: None,
            created_at: now,
            expires_at: now.plus_s(REFRESH_TOKEN_LIFETIME_S),
        }),
        audit(authority, launch, "context_token.issued", "ok"),
    ];
    let committed = authority.store().commit(changes).await?;
    let row = committed.ids.first();
    let row = row.ok_or_else(|| INTERNAL.plain().because("no id for a refresh token"))?;

    let (realm, user) = (launch.tenant.to_string(), launch.user.to_string());
    let client_id = client.client_id.as_str();
    let cache_key = cache_key(&user, IDENTITY_PROVIDER, client_id, &realm);
    let refresh_token = Secret::new(refresh::write(authority, *row, &secret));
    let new = NewContextToken {
        client_id,
        app_host_domain: &app_host_domain,
        realm: &realm,
        cache_key: &cache_key,
        security_token_service_uri: &format!("{}/{}", authority.config.public_url, token::PATH),
        refresh_token: refresh_token.expose(),
        is_browser_hosted_app: launch.browser_hosted,
        not_before_s: now.0,
        host_web: Some(HostWeb {
            user: &user,
            url: &launch.host_web,
        }),
    };
    let token = new
        .sign(&app_secret)
        .map_err(|error| INTERNAL.plain().because(error))?;
    Ok(IssuedContextToken {
        token: Secret::new(token),
        cache_key,
        expires_at: now.plus_s(LIFETIME_S),
    })
}

/// The app, when this user may be named to it from this web: all of them exist and are in order.
async fn permitted(authority: &Authority, launch: &AppLaunch) -> Result<Arc<Principal>, Fault> {
    let tenant = authority.tenant(&launch.tenant.to_string()).await?;
    let client = client_auth::find(authority, &tenant, launch.client.as_str()).await?;
    rules::user::require(authority, &tenant, launch.user, launch.auth_time).await?;
    authority.content_host_of(&tenant, &launch.host_web).await?;
    Ok(client)
}

fn authorization(launch: &AppLaunch) -> Authorization {
    Authorization {
        tenant: launch.tenant,
        client: launch.client.clone(),
        user: launch.user,
        scopes: Vec::new(),
        auth_time: launch.auth_time,
        amr: Vec::new(),
        // Apps work on when their user has signed out: signing out everywhere ends it (`User::valid_from`).
        session: None,
        host_web: Some(launch.host_web.clone()),
    }
}

/// The registered app host domain, when the address to be launched is there: whoever can choose the address must not
/// get a token that names a user.
///
/// Errors: `APP_HOST_DOMAIN_MISSING`, `APP_HOST_DOMAIN_OTHER`.
fn app_host_domain(client: &Principal, target: &str) -> Result<Host, Fault> {
    let name = format!("i:0i.t|ms.sp.ext|{}@{}", client.client_id, client.tenant);
    let registered = client.app_host_domain.as_deref();
    let registered = registered.and_then(|domain| Host::parse(domain).ok());
    let registered = registered.ok_or_else(|| {
        APP_HOST_DOMAIN_MISSING.with(format!(
            "The app {name} does not have an endpoint or its endpoint is not valid: it has no app host domain."
        ))
    })?;
    let other = |why: String| {
        APP_HOST_DOMAIN_OTHER.with(format!(
            "The app {name} does not have an endpoint or its endpoint is not valid: {why}."
        ))
    };
    let host = Host::of_url(target)
        .map_err(|_| other("its address is no absolute http or https URL".to_owned()))?;
    if host != registered {
        return Err(other(format!(
            "its address is at '{host}', its app host domain is '{registered}'"
        )));
    }
    let https = target
        .get(..8)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    if !https && !host.is_loopback() {
        return Err(other("its address is not https".to_owned()));
    }
    Ok(registered)
}

/// Errors: `APP_SECRET_UNREADABLE`.
fn signing_secret(
    authority: &Authority,
    client: &Principal,
    now: UnixTime,
) -> Result<AppSecret, Fault> {
    let open = |secret: &SecretCredential| {
        let (tenant, id) = (client.tenant, &client.client_id);
        let purpose = SecretCredential::sealing_purpose(tenant, id, &secret.id);
        let clear = authority.sealer.open(&purpose, secret.sealed.as_ref()?)?;
        AppSecret::parse(clear.expose()).ok()
    };
    let mut usable = client.signing_secrets(now).into_iter();
    usable.find_map(open).ok_or_else(|| {
        APP_SECRET_UNREADABLE.with(format!(
            "No valid secret of the app '{}' ({}) can sign a context token.",
            client.title, client.client_id
        ))
    })
}

/// Errors: `REDIRECT_URI_MISMATCH`, also when none is named and several are registered.
fn redirect_uri_of(client: &Principal, asked: Option<&str>) -> Result<String, Fault> {
    match (asked, client.redirect_uris.as_slice()) {
        (Some(asked), _) => rules::redirect_uri::permitted(client, asked).map(|_| asked.to_owned()),
        (None, [only]) => Ok(only.uri.clone()),
        (None, all) => Err(REDIRECT_URI_MISMATCH.with(format!(
            "The request names no redirect URI, and the application '{}' has {} of them.",
            client.client_id,
            all.len()
        ))),
    }
}

fn audit(authority: &Authority, launch: &AppLaunch, action: &str, outcome: &str) -> Change {
    Change::Audit(AuditEvent {
        at_ms: authority.env.now_ms(),
        tenant: Some(launch.tenant),
        action: action.to_owned(),
        user: Some(launch.user.to_string()),
        client: Some(launch.client.to_string()),
        object: Some(launch.host_web.clone()),
        outcome: outcome.to_owned(),
        ..AuditEvent::default()
    })
}
