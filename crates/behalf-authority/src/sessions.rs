//! Browser sessions: who is signed in at a tenant.

use crate::browser::{self, Incoming};
use crate::tokens::opaque;
use crate::{Authority, rules};
use behalf_model::audit::AuditEvent;
use behalf_model::ports::{Change, NewSession};
use behalf_model::session::Session;
use behalf_model::user::User;
use behalf_model::{Fault, TenantId, UnixTime};
use http::HeaderValue;
use std::sync::Arc;

/// A live session and its user, who exists and is active.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: Session,
    pub user: Arc<User>,
}

/// How and when the user proved who he is.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Authentication methods (RFC 8176).
    pub amr: Vec<String>,
    pub auth_time: UnixTime,
}

impl SignedIn {
    /// The session that the browser's cookie names. A session ends with its time, with its user (deleted, disabled)
    /// and with `User::valid_from`.
    pub async fn of(authority: &Authority, incoming: &Incoming) -> Result<Option<Self>, Fault> {
        let Some(session) = row(authority, incoming).await? else {
            return Ok(None);
        };
        let user = authority
            .facts
            .get::<User>(session.tenant, &session.user.to_string())
            .await?;
        let user = rules::user::decide(user, session.user, session.auth_time);
        Ok(user.ok().map(|user| Self { session, user }))
    }

    /// Starts a session, in place of the one the browser had: a session known before the sign-in never becomes one
    /// after it (session fixation). Answer: the session and its `Set-Cookie`.
    pub async fn start(
        authority: &Authority,
        incoming: &Incoming,
        user: Arc<User>,
        proof: Proof,
        audit: AuditEvent,
    ) -> Result<(Self, HeaderValue), Fault> {
        let (secret, secret_hash) = opaque::new_secret(&authority.env);
        let lifetime_s = incoming.tenant.lifetimes.session_s;
        let expires_at = authority.env.now().plus_s(lifetime_s);
        let Proof { amr, auth_time } = proof;
        let new = NewSession {
            secret_hash,
            tenant: user.tenant,
            user: user.id,
            auth_time,
            amr,
            expires_at,
        };
        let mut changes = vec![Change::InsertSession(new.clone()), Change::Audit(audit)];
        if let Some(before) = row(authority, incoming).await? {
            changes.push(Change::DeleteSession { id: before.id });
        }
        let committed = authority.store().commit(changes).await?;
        let id = committed.ids.first().copied().unwrap_or_default();
        let cookie = browser::set_cookie(
            authority,
            &name(user.tenant),
            &opaque::join(id, &secret),
            None,
        );
        let NewSession {
            secret_hash,
            tenant,
            user: user_id,
            auth_time,
            amr,
            expires_at,
        } = new;
        let session = Session {
            id,
            secret_hash,
            tenant,
            user: user_id,
            auth_time,
            amr,
            expires_at,
        };
        Ok((Self { session, user }, cookie))
    }

    /// Ends the session and everything that hangs on it: refresh tokens, and the provider tokens of the user.
    /// Answer: the `Set-Cookie` that removes the cookie.
    pub async fn end(self, authority: &Authority, audit: AuditEvent) -> Result<HeaderValue, Fault> {
        use behalf_model::ports::TokenVault;
        let Session {
            id, tenant, user, ..
        } = self.session;
        let changes = vec![
            Change::DeleteSession { id },
            Change::RevokeRefreshOfSession { session: id },
            Change::DeleteProviderTokens {
                tenant,
                user,
                provider: None,
            },
            Change::Audit(audit),
        ];
        authority.store().commit(changes).await?;
        authority.vault.forget(tenant, user).await;
        Ok(browser::set_cookie(authority, &name(tenant), "", Some(0)))
    }
}

async fn row(authority: &Authority, incoming: &Incoming) -> Result<Option<Session>, Fault> {
    let Some(cookie) = browser::cookie(authority, &incoming.headers, &name(incoming.tenant.id))
    else {
        return Ok(None);
    };
    let Some((id, secret)) = opaque::split(&cookie) else {
        return Ok(None);
    };
    let session = authority.store().session(id).await?;
    // The tenant is compared too: one tenant's cookie sent under another's name must not open anything.
    Ok(session.filter(|session| {
        session.tenant == incoming.tenant.id
            && session.expires_at > authority.env.now()
            && opaque::matches(secret, &session.secret_hash)
    }))
}

/// One cookie per tenant, so that two tenants of one host do not sign each other's users out.
fn name(tenant: TenantId) -> String {
    format!("behalf-session-{}", tenant.0.simple())
}
