//! From a `Change` to the statements that make it.

use super::failure::{Failure, Result};
use super::group::Group;
use super::{audit, codes, entities, items, provider_tokens, refresh, sessions};
use behalf_model::UnixTime;
use behalf_model::grant::SecretHash;
use behalf_model::ports::Change;
use rusqlite::{Connection, params};

/// Ids of the inserted rows.
pub(super) fn apply_all(group: &mut Group<'_>, changes: &[Change]) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    for change in changes {
        ids.extend(apply(group, change)?);
    }
    Ok(ids)
}

fn apply(group: &mut Group<'_>, change: &Change) -> Result<Option<i64>> {
    match change {
        Change::InsertCode(new) => return codes::insert(group.sql(), new).map(Some),
        Change::InsertRefresh(new) => return refresh::insert(group.sql(), new).map(Some),
        Change::InsertSession(new) => return sessions::insert(group.sql(), new).map(Some),
        Change::InsertItem(new) => return items::insert(group.sql(), new).map(Some),

        Change::PutEntity { row, expect } => entities::put(group, row, expect)?,
        Change::DeleteEntity { kind, tenant, key } => entities::delete(group, kind, *tenant, key)?,

        Change::RedeemCode { id } => codes::redeem(group.sql(), *id)?,

        Change::RotateRefresh {
            id,
            generation,
            secret_hash,
            previous_hash,
            at,
        } => {
            refresh::rotate(
                group.sql(),
                *id,
                *generation,
                (secret_hash, previous_hash),
                *at,
            )?;
        }
        Change::RevokeRefresh { id } => refresh::revoke(group.sql(), *id)?,
        Change::RevokeRefreshOfCode { code } => refresh::revoke_of_code(group.sql(), *code)?,
        Change::RevokeRefreshOfUser { tenant, user } => {
            refresh::revoke_of_user(group.sql(), *tenant, *user)?
        }
        Change::RevokeRefreshOfSession { session } => {
            refresh::revoke_of_session(group.sql(), *session)?
        }
        Change::RevokeRefreshOfClient { tenant, client } => {
            refresh::revoke_of_client(group.sql(), *tenant, client)?;
        }

        Change::DeleteSession { id } => sessions::delete(group.sql(), *id)?,
        Change::DeleteSessionsOfUser { tenant, user } => {
            sessions::delete_of_user(group.sql(), *tenant, *user)?
        }

        Change::PutProviderToken(row) => provider_tokens::put(group.sql(), row)?,
        Change::DeleteProviderTokens {
            tenant,
            user,
            provider,
        } => {
            provider_tokens::delete(group.sql(), *tenant, *user, provider.as_deref())?;
        }

        Change::UseOnce { hash, expires_at } => use_once(group.sql(), hash, *expires_at)?,

        Change::UpdateItem(change) => items::update(group.sql(), change)?,
        Change::DeleteItem {
            list,
            id,
            expected_version,
        } => {
            items::delete(group.sql(), *list, *id, *expected_version)?;
        }

        Change::Audit(event) => audit::insert(group, event)?,
    }
    Ok(None)
}

/// The store has no clock: an entry counts until `sweep` has taken it away, which is never too early.
fn use_once(sql: &Connection, hash: &SecretHash, expires_at: UnixTime) -> Result<()> {
    let mut statement = sql.prepare_cached(
        "insert into used_once (hash, expires_at) values ($1, $2) on conflict do nothing",
    )?;
    match statement.execute(params![hash, expires_at.0])? {
        0 => Err(Failure::Conflict("used before".to_owned())),
        _ => Ok(()),
    }
}
