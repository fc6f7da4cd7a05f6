//! The user behind a token that a provider issued itself (R48), made at his first call as a sign-in would.

use super::Standing;
use crate::Gateway;
use behalf_model::audit::AuditEvent;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, StoreError};
use behalf_model::token::{TokenSubject, VerifiedToken};
use behalf_model::user::{DeletedUser, User, is_upn_of_another};
use behalf_model::{Fault, UnixTime, UserId};
use std::sync::Arc;

/// Errors: store faults.
pub(super) async fn standing(
    gateway: &Gateway,
    token: &VerifiedToken,
    provider: &str,
    now: UnixTime,
) -> Result<Standing, Fault> {
    let TokenSubject::User { subject, .. } = &token.subject else {
        return Ok(Standing::Gone);
    };
    let home = gateway.config.home_tenant;
    let alias = User::subject_alias(provider, subject);
    // Asked before the user: once he signed in again there is a new user under the same subject, and a token from
    // before the deletion must not speak for that one (R10).
    let tombstone: Option<Arc<DeletedUser>> = gateway.facts.get(home, &alias).await?;
    if tombstone.is_some_and(|t| token.issued_at <= t.deleted_at) {
        return Ok(Standing::Gone);
    }
    if let Some(user) = gateway.facts.by_alias::<User>(home, &alias).await? {
        return Ok(Standing::Known(user));
    }
    create(gateway, token, provider, subject, now)
        .await
        .map(Standing::Known)
}

async fn create(
    gateway: &Gateway,
    token: &VerifiedToken,
    provider: &str,
    subject: &str,
    now: UnixTime,
) -> Result<Arc<User>, Fault> {
    let mut user = new_user(gateway, token, provider, subject, now);
    if is_upn_of_another(&gateway.facts, user.tenant, (provider, None), &user.upn).await? {
        user.upn = format!("{subject}@{provider}");
    }
    for _ in 0..2 {
        match insert(gateway, &user, token, now).await {
            Ok(()) => return Ok(Arc::new(user)),
            Err(StoreError::Conflict(_)) => {
                let alias = User::subject_alias(provider, subject);
                if let Some(other) = gateway.facts.by_alias::<User>(user.tenant, &alias).await? {
                    return Ok(other);
                }
                // Another user of the provider carries this name; the subject is what counts.
                user.upn = format!("{subject}@{provider}");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Conflict(format!("user {subject} of {provider}")).into())
}

fn new_user(
    gateway: &Gateway,
    token: &VerifiedToken,
    provider: &str,
    subject: &str,
    now: UnixTime,
) -> User {
    let claim = |name: &str| {
        token
            .claims
            .get(name)
            .and_then(|v| v.as_str())
            .unwrap_or_default()
    };
    let (upn, name) = match &token.subject {
        TokenSubject::User { upn, name, .. } => (upn.as_deref(), name.as_deref()),
        TokenSubject::Application => (None, None),
    };
    let upn = upn.unwrap_or(subject);
    User {
        tenant: gateway.config.home_tenant,
        id: UserId(gateway.env.uuid()),
        provider: provider.to_owned(),
        subject: subject.to_owned(),
        upn: upn.to_owned(),
        name: name.unwrap_or(upn).to_owned(),
        given_name: claim("given_name").to_owned(),
        family_name: claim("family_name").to_owned(),
        email: claim("email").to_owned(),
        active: true,
        admin: false,
        person: None,
        groups: Vec::new(),
        created_at: now,
        valid_from: None,
    }
}

async fn insert(
    gateway: &Gateway,
    user: &User,
    token: &VerifiedToken,
    now: UnixTime,
) -> Result<(), StoreError> {
    let event = AuditEvent {
        at_ms: now.0.saturating_mul(1000),
        tenant: Some(user.tenant),
        action: "user.created".to_owned(),
        user: Some(user.id.to_string()),
        client: token.client.clone(),
        object: Some(User::subject_alias(&user.provider, &user.subject)),
        outcome: "ok".to_owned(),
        ..AuditEvent::default()
    };
    let row = EntityRow::of(user);
    let changes = vec![
        Change::PutEntity {
            row,
            expect: Expect::Absent,
        },
        Change::Audit(event),
    ];
    gateway.facts.store().commit(changes).await.map(drop)
}
