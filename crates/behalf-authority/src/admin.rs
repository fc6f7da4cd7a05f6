//! What an administrator does to users, as changes to commit: pure, for the admin room and the command line.
//!
//! After committing, tell `TokenVault::forget` as well, so that a refresh in flight does not bring tokens back.

use behalf_model::UnixTime;
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::ports::{Change, Expect};
use behalf_model::user::{DeletedUser, User};

/// Switches a user off: he keeps his data and can do nothing (E3). His sessions and refresh tokens end; access tokens
/// already issued are refused by whoever asks for the user. His provider tokens stay sealed and unused, because enabling
/// him again must make the same access token work, on behalf of him too.
pub fn disable_user(user: &User) -> Vec<Change> {
    let mut changes = vec![put(&User {
        active: false,
        ..user.clone()
    })];
    changes.extend(end_sign_ins(user));
    changes
}

/// Switches a user on again. Access tokens that have not expired work again (seed 000, error 3); sessions and refresh
/// tokens stay ended.
pub fn enable_user(user: &User) -> Vec<Change> {
    vec![put(&User {
        active: true,
        ..user.clone()
    })]
}

/// Removes a user (R10). A tombstone remembers that tokens of his provider from before `now` mean nobody; the account
/// of the provider stays, and its next sign-in makes a new user with a new id.
pub fn delete_user(user: &User, now: UnixTime) -> Vec<Change> {
    let tombstone = DeletedUser {
        tenant: user.tenant,
        provider: user.provider.clone(),
        subject: user.subject.clone(),
        deleted_at: now,
    };
    let kind = User::KIND.to_owned();
    let mut changes = vec![
        Change::DeleteEntity {
            kind,
            tenant: user.tenant,
            key: user.key(),
        },
        Change::PutEntity {
            row: EntityRow::of(&tombstone),
            expect: Expect::Any,
        },
    ];
    changes.extend(end_everything(user));
    changes
}

/// Signs a user out everywhere: also tokens that others hold and that name an earlier sign-in are dead afterwards.
pub fn sign_out_user(user: &User, now: UnixTime) -> Vec<Change> {
    let mut changes = vec![put(&User {
        valid_from: Some(now),
        ..user.clone()
    })];
    changes.extend(end_everything(user));
    changes
}

fn put(user: &User) -> Change {
    Change::PutEntity {
        row: EntityRow::of(user),
        expect: Expect::Any,
    }
}

fn end_sign_ins(user: &User) -> [Change; 2] {
    let (tenant, user) = (user.tenant, user.id);
    [
        Change::RevokeRefreshOfUser { tenant, user },
        Change::DeleteSessionsOfUser { tenant, user },
    ]
}

fn end_everything(user: &User) -> Vec<Change> {
    let mut changes = Vec::from(end_sign_ins(user));
    changes.push(Change::DeleteProviderTokens {
        tenant: user.tenant,
        user: user.id,
        provider: None,
    });
    changes
}
