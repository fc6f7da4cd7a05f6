//! The vault's rows: sealed tokens of providers, one per provider user.

use super::columns::{limit, tenant, time, user};
use super::failure::Result;
use behalf_model::secret::Sealed;
use behalf_model::session::ProviderTokenRow;
use behalf_model::{TenantId, UserId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

fn row(row: &Row<'_>) -> rusqlite::Result<ProviderTokenRow> {
    Ok(ProviderTokenRow {
        tenant: tenant(row, 0)?,
        user: user(row, 1)?,
        provider: row.get(2)?,
        access_token: Sealed(row.get(3)?),
        refresh_token: row.get::<_, Option<String>>(4)?.map(Sealed),
        expires_at: time(row, 5)?,
        obtained_at: time(row, 6)?,
    })
}

pub(super) fn of_user(
    sql: &Connection,
    tenant: TenantId,
    user: UserId,
    provider: &str,
) -> Result<Option<ProviderTokenRow>> {
    let mut statement = sql.prepare_cached(
        "select tenant, user_id, provider, access_token, refresh_token, expires_at, obtained_at
         from provider_token where tenant = $1 and user_id = $2 and provider = $3",
    )?;
    Ok(statement
        .query_row(
            params![tenant.0.as_bytes(), user.0.as_bytes(), provider],
            row,
        )
        .optional()?)
}

pub(super) fn put(sql: &Connection, new: &ProviderTokenRow) -> Result<()> {
    let ProviderTokenRow {
        tenant,
        user,
        provider,
        access_token,
        refresh_token,
        expires_at,
        obtained_at,
    } = new;
    sql.prepare_cached(
        "insert into provider_token (tenant, user_id, provider, access_token, refresh_token, expires_at, obtained_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant, user_id, provider) do update
         set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
             expires_at = excluded.expires_at, obtained_at = excluded.obtained_at",
    )?
    .execute(params![
        tenant.0.as_bytes(),
        user.0.as_bytes(),
        provider,
        access_token.0,
        refresh_token.as_ref().map(|sealed| &sealed.0),
        expires_at.0,
        obtained_at.0,
    ])?;
    Ok(())
}

pub(super) fn delete(
    sql: &Connection,
    tenant: TenantId,
    user: UserId,
    provider: Option<&str>,
) -> Result<()> {
    sql.prepare_cached(
        "delete from provider_token where tenant = $1 and user_id = $2 and ($3 is null or provider = $3)",
    )?
    .execute(params![tenant.0.as_bytes(), user.0.as_bytes(), provider])?;
    Ok(())
}

/// With row ids, in their order.
pub(super) fn page(
    sql: &Connection,
    after: i64,
    count: usize,
) -> Result<Vec<(i64, ProviderTokenRow)>> {
    let mut statement = sql.prepare_cached(
        "select tenant, user_id, provider, access_token, refresh_token, expires_at, obtained_at, id
         from provider_token where id > $1 order by id limit $2",
    )?;
    let rows = statement.query_map([after, limit(count)], |found| {
        Ok((found.get(7)?, row(found)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts the sealed texts of `new` in place of those of `old`, unless the row has others by now.
pub(super) fn swap_sealed(
    sql: &Connection,
    id: i64,
    old: &ProviderTokenRow,
    new: &ProviderTokenRow,
) -> Result<()> {
    sql.prepare_cached(
        "update provider_token set access_token = $1, refresh_token = $2
         where id = $3 and access_token = $4 and refresh_token is $5",
    )?
    .execute(params![
        new.access_token.0,
        new.refresh_token.as_ref().map(|sealed| &sealed.0),
        id,
        old.access_token.0,
        old.refresh_token.as_ref().map(|sealed| &sealed.0),
    ])?;
    Ok(())
}
