//! Refresh tokens: one row per family, changed in place by each rotation.

use super::columns::{json, parsed, tenant, time, to_json, user};
use super::failure::{Failure, Result};
use behalf_model::grant::{Authorization, RefreshGrant, SecretHash};
use behalf_model::ports::NewRefresh;
use behalf_model::{TenantId, UnixTime, UserId};
use rusqlite::{Connection, OptionalExtension as _, params};

pub(super) fn by_id(sql: &Connection, id: i64) -> Result<Option<RefreshGrant>> {
    let mut statement = sql.prepare_cached(
        "select id, secret_hash, previous_hash, generation, rotated_at, expires_at, revoked,
                tenant, client, user_id, session, auth_time, scopes, amr, host_web
         from refresh where id = $1",
    )?;
    let grant = statement.query_row([id], |row| {
        Ok(RefreshGrant {
            id: row.get(0)?,
            secret_hash: row.get(1)?,
            previous_hash: row.get(2)?,
            generation: row.get(3)?,
            rotated_at: time(row, 4)?,
            expires_at: time(row, 5)?,
            revoked: row.get(6)?,
            authorization: Authorization {
                tenant: tenant(row, 7)?,
                client: parsed(row, 8)?,
                user: user(row, 9)?,
                session: row.get(10)?,
                auth_time: time(row, 11)?,
                scopes: json(row, 12)?,
                amr: json(row, 13)?,
                host_web: row.get(14)?,
            },
        })
    });
    Ok(grant.optional()?)
}

pub(super) fn insert(sql: &Connection, new: &NewRefresh) -> Result<i64> {
    let NewRefresh {
        secret_hash,
        authorization,
        code,
        created_at,
        expires_at,
    } = new;
    let Authorization {
        tenant,
        client,
        user,
        scopes,
        auth_time,
        amr,
        session,
        host_web,
    } = authorization;
    sql.prepare_cached(
        "insert into refresh (secret_hash, generation, rotated_at, created_at, expires_at, revoked, code,
                              tenant, client, user_id, session, auth_time, scopes, amr,
                              host_web)
         values ($1, 0, $2, $2, $3, false, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )?
    .execute(params![
        secret_hash,
        created_at.0,
        expires_at.0,
        code,
        tenant.0.as_bytes(),
        client.as_str(),
        user.0.as_bytes(),
        session,
        auth_time.0,
        to_json(scopes),
        to_json(amr),
        host_web,
    ])?;
    Ok(sql.last_insert_rowid())
}

pub(super) fn rotate(
    sql: &Connection,
    id: i64,
    generation: i64,
    (secret_hash, previous_hash): (&SecretHash, &SecretHash),
    at: UnixTime,
) -> Result<()> {
    let mut statement = sql.prepare_cached(
        "update refresh set secret_hash = $1, previous_hash = $2, generation = generation + 1, rotated_at = $3
         where id = $4 and generation = $5 and not revoked",
    )?;
    match statement.execute(params![secret_hash, previous_hash, at.0, id, generation])? {
        0 => Err(Failure::Conflict(format!(
            "refresh token {id} is not at generation {generation} or was revoked"
        ))),
        _ => Ok(()),
    }
}

pub(super) fn revoke(sql: &Connection, id: i64) -> Result<()> {
    sql.prepare_cached("update refresh set revoked = true where id = $1")?
        .execute([id])?;
    Ok(())
}

pub(super) fn revoke_of_code(sql: &Connection, code: i64) -> Result<()> {
    sql.prepare_cached("update refresh set revoked = true where code = $1")?
        .execute([code])?;
    Ok(())
}

pub(super) fn revoke_of_session(sql: &Connection, session: i64) -> Result<()> {
    sql.prepare_cached("update refresh set revoked = true where session = $1")?
        .execute([session])?;
    Ok(())
}

pub(super) fn revoke_of_user(sql: &Connection, tenant: TenantId, user: UserId) -> Result<()> {
    sql.prepare_cached(
        "update refresh set revoked = true where user_id = $1 and tenant = $2 and not revoked",
    )?
    .execute(params![user.0.as_bytes(), tenant.0.as_bytes()])?;
    Ok(())
}

pub(super) fn revoke_of_client(sql: &Connection, tenant: TenantId, client: &str) -> Result<()> {
    sql.prepare_cached(
        "update refresh set revoked = true where client = $1 and tenant = $2 and not revoked",
    )?
    .execute(params![client, tenant.0.as_bytes()])?;
    Ok(())
}
