//! From a plan to the changes that must be durable first, and then to tokens.

use crate::Authority;
use crate::dialects::TokenAnswer;
use crate::grants::{Asking, Plan, Refresh, Subject};
use crate::tokens::access::{self, AccessToken, Audience, TokenUser};
use crate::tokens::id::{self, IdTokenDetails};
use crate::tokens::{acs, opaque, refresh};
use behalf_model::fault::INTERNAL;
use behalf_model::ports::{Change, Committed, NewRefresh};
use behalf_model::{Fault, UnixTime};
use behalf_wire::entra::claims::client_info;

/// A plan on its way, with the secret of the refresh token that it makes.
pub struct Issuing {
    pub plan: Plan,
    new_secret: Option<String>,
}

/// The changes that a plan needs. The new refresh token's row is the only one whose id will be asked for.
pub fn prepare(authority: &Authority, mut plan: Plan) -> (Issuing, Vec<Change>) {
    let mut changes = std::mem::take(&mut plan.changes);
    let mut new_secret = None;
    if let Refresh::New {
        authorization,
        code,
        expires_at,
    } = &plan.refresh
    {
        let (secret, secret_hash) = opaque::new_secret(&authority.env);
        changes.push(Change::InsertRefresh(NewRefresh {
            secret_hash,
            authorization: (**authorization).clone(),
            code: *code,
            created_at: authority.env.now(),
            expires_at: *expires_at,
        }));
        new_secret = Some(secret);
    }
    (Issuing { plan, new_secret }, changes)
}

/// Mints what was committed.
pub async fn issue(
    asking: &Asking<'_>,
    issuing: Issuing,
    committed: &Committed,
    wants_client_info: bool,
) -> Result<TokenAnswer, Fault> {
    let Issuing { plan, new_secret } = issuing;
    let (authority, tenant) = (asking.authority, asking.tenant);
    let issued_at = asking.context.now;
    let lifetime_s = match plan.requested.content_host {
        Some(_) => acs::LIFETIME_S,
        None => tenant.lifetimes.access_token_s,
    };
    let expires_at = issued_at.plus_s(lifetime_s);
    let subject = plan.subject.as_ref();
    let access_token = access_token(asking, &plan, issued_at, expires_at).await?;
    let id_token = match subject.filter(|_| plan.id_token) {
        Some(subject) => Some(id_token(asking, &plan, subject).await?),
        None => None,
    };
    let refresh_token = match (plan.refresh, new_secret) {
        (Refresh::Rotated(token), _) => Some(token),
        (Refresh::New { .. }, Some(secret)) => {
            let row = committed
                .ids
                .first()
                .ok_or_else(|| INTERNAL.plain().because("no id for a refresh token"))?;
            Some(refresh::write(authority, *row, &secret))
        }
        _ => None,
    };
    let info = subject.filter(|_| wants_client_info);
    Ok(TokenAnswer {
        access_token,
        issued_at,
        expires_at,
        scope: plan.requested.answer(&plan.scopes),
        short_scope: plan.scopes.join(" "),
        resource: plan.requested.prefix,
        app_only: subject.is_none(),
        refresh_token,
        id_token,
        client_info: info
            .map(|subject| client_info(&subject.user.id.to_string(), &tenant.id.to_string())),
    })
}

async fn access_token(
    asking: &Asking<'_>,
    plan: &Plan,
    issued_at: UnixTime,
    expires_at: UnixTime,
) -> Result<String, Fault> {
    let (authority, tenant, client) = (asking.authority, asking.tenant, &*asking.client.principal);
    let subject = plan.subject.as_ref();
    if let Some(host) = &plan.requested.content_host {
        let token = acs::AcsAccessToken {
            tenant,
            client,
            host,
            user: subject.map(|subject| subject.user.id),
            issued_at,
            expires_at,
        };
        return acs::mint(authority, &token).await;
    }
    let oidc = plan.requested.oidc();
    let (audience, scopes) = match &plan.requested.resource {
        Some(resource) => (
            Audience::Resource {
                resource,
                prefix: &plan.requested.prefix,
            },
            &plan.scopes,
        ),
        None => (
            Audience::UserInfo {
                entra: asking.dialect.is_entra(),
            },
            &oidc,
        ),
    };
    let token = AccessToken {
        tenant,
        client,
        proof: asking.client.proof,
        audience,
        user: subject.map(token_user),
        scopes,
        roles: &plan.roles,
        actor: plan.actor.as_ref(),
        issued_at,
        expires_at,
    };
    access::mint(authority, &token).await
}

fn token_user(subject: &Subject) -> TokenUser<'_> {
    TokenUser {
        user: &subject.user,
        auth_time: subject.auth_time,
        amr: &subject.amr,
    }
}

async fn id_token(asking: &Asking<'_>, plan: &Plan, subject: &Subject) -> Result<String, Fault> {
    let details = IdTokenDetails {
        tenant: asking.tenant,
        client: &asking.client.principal,
        dialect: asking.dialect,
        requested: &plan.requested,
        nonce: subject.nonce.as_deref(),
        session: subject.session,
        issued_at: asking.context.now,
    };
    id::mint(asking.authority, &details, token_user(subject)).await
}
