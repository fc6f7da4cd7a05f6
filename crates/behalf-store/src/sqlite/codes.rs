//! Authorization codes.

use super::columns::{json, time, to_json};
use super::failure::{Failure, Result};
use behalf_model::grant::Code;
use behalf_model::ports::NewCode;
use rusqlite::{Connection, OptionalExtension as _, params};

pub(super) fn by_id(sql: &Connection, id: i64) -> Result<Option<Code>> {
    let mut statement = sql.prepare_cached(
        "select id, secret_hash, details, expires_at, redeemed from code where id = $1",
    )?;
    let code = statement.query_row([id], |row| {
        Ok(Code {
            id: row.get(0)?,
            secret_hash: row.get(1)?,
            details: json(row, 2)?,
            expires_at: time(row, 3)?,
            redeemed: row.get(4)?,
        })
    });
    Ok(code.optional()?)
}

pub(super) fn insert(sql: &Connection, new: &NewCode) -> Result<i64> {
    let NewCode {
        secret_hash,
        details,
        expires_at,
    } = new;
    sql.prepare_cached(
        "insert into code (secret_hash, details, expires_at, redeemed) values ($1, $2, $3, false)",
    )?
    .execute(params![secret_hash, to_json(details), expires_at.0])?;
    Ok(sql.last_insert_rowid())
}

pub(super) fn redeem(sql: &Connection, id: i64) -> Result<()> {
    let mut statement =
        sql.prepare_cached("update code set redeemed = true where id = $1 and not redeemed")?;
    match statement.execute([id])? {
        0 => Err(Failure::Conflict(format!(
            "code {id} does not exist or was redeemed before"
        ))),
        _ => Ok(()),
    }
}
