//! Browser sessions.

use super::columns::{json, tenant, time, to_json, user};
use super::failure::Result;
use behalf_model::ports::NewSession;
use behalf_model::session::Session;
use behalf_model::{TenantId, UserId};
use rusqlite::{Connection, OptionalExtension as _, params};

pub(super) fn by_id(sql: &Connection, id: i64) -> Result<Option<Session>> {
    let mut statement = sql.prepare_cached(
        "select id, secret_hash, tenant, user_id, auth_time, amr, expires_at from session where id = $1",
    )?;
    let session = statement.query_row([id], |row| {
        Ok(Session {
            id: row.get(0)?,
            secret_hash: row.get(1)?,
            tenant: tenant(row, 2)?,
            user: user(row, 3)?,
            auth_time: time(row, 4)?,
            amr: json(row, 5)?,
            expires_at: time(row, 6)?,
        })
    });
    Ok(session.optional()?)
}

pub(super) fn insert(sql: &Connection, new: &NewSession) -> Result<i64> {
    let NewSession {
        secret_hash,
        tenant,
        user,
        auth_time,
        amr,
        expires_at,
    } = new;
    sql.prepare_cached(
        "insert into session (secret_hash, tenant, user_id, auth_time, amr, expires_at) values ($1, $2, $3, $4, $5, $6)",
    )?
    .execute(params![secret_hash, tenant.0.as_bytes(), user.0.as_bytes(), auth_time.0, to_json(amr), expires_at.0])?;
    Ok(sql.last_insert_rowid())
}

pub(super) fn delete(sql: &Connection, id: i64) -> Result<()> {
    sql.prepare_cached("delete from session where id = $1")?
        .execute([id])?;
    Ok(())
}

pub(super) fn delete_of_user(sql: &Connection, tenant: TenantId, user: UserId) -> Result<()> {
    sql.prepare_cached("delete from session where user_id = $1 and tenant = $2")?
        .execute(params![user.0.as_bytes(), tenant.0.as_bytes()])?;
    Ok(())
}
