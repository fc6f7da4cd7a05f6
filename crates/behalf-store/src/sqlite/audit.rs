//! The audit trail.

use super::columns::{json, limit, to_json};
use super::failure::Result;
use super::group::Group;
use crate::audit_chain::Link;
use behalf_model::audit::{AuditEvent, AuditQuery, AuditRow};
use rusqlite::{Connection, ToSql, params};

pub(super) fn insert(group: &mut Group<'_>, event: &AuditEvent) -> Result<()> {
    let text = to_json(event);
    let (id, chain) = group.next_audit_link(&text)?;
    group
        .sql()
        .prepare_cached(
            "insert into audit (id, tenant, user_id, client, event, chain) values ($1, $2, $3, $4, $5, $6)",
        )?
        .execute(params![
            id,
            event.tenant.as_ref().map(|tenant| tenant.0.as_bytes()),
            event.user,
            event.client,
            text,
            chain,
        ])?;
    Ok(())
}

/// Newest first.
pub(super) fn page(sql: &Connection, query: &AuditQuery) -> Result<Vec<AuditRow>> {
    let AuditQuery {
        tenant,
        user,
        client,
        before,
        limit: count,
    } = query;
    let tenant = tenant.map(|tenant| *tenant.0.as_bytes());
    // The first filter may use its index, the unary plus keeps the others from being chosen instead: a user has
    // fewer rows than an application, an application fewer than a tenant.
    let filters: [(&str, Option<&dyn ToSql>); 4] = [
        ("user_id =", user.as_ref().map(|user| user as _)),
        ("client =", client.as_ref().map(|client| client as _)),
        ("tenant =", tenant.as_ref().map(|tenant| tenant as _)),
        ("id <", before.as_ref().map(|before| before as _)),
    ];
    let mut text = "select id, event, chain from audit where true".to_owned();
    let mut values: Vec<&dyn ToSql> = Vec::new();
    for (condition, value) in filters {
        let Some(value) = value else { continue };
        let plus = if values.is_empty() || condition == "id <" {
            ""
        } else {
            "+"
        };
        values.push(value);
        text += &format!(" and {plus}{condition} ${}", values.len());
    }
    let count = limit(*count);
    values.push(&count);
    text += &format!(" order by id desc limit ${}", values.len());

    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map(&*values, |row| {
        Ok(AuditRow {
            id: row.get(0)?,
            event: json(row, 1)?,
            chain: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) type StoredLink = (i64, String, Link);

/// Ascending, as the chain is verified.
pub(super) fn links(sql: &Connection, after: i64, count: usize) -> Result<Vec<StoredLink>> {
    let mut statement = sql
        .prepare_cached("select id, event, chain from audit where id > $1 order by id limit $2")?;
    let rows = statement.query_map([after, limit(count)], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
