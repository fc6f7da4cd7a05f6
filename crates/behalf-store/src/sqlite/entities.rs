//! Catalogue entities, their aliases and tags.

use super::columns::{json, limit, tenant, to_json};
use super::failure::{Failure, Result};
use super::group::Group;
use behalf_model::TenantId;
use behalf_model::entity::EntityRow;
use behalf_model::ports::Expect;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};
use std::collections::BTreeSet;

/// A query that yields whole rows; `$tail` starts after the last column.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "select e.kind, e.tenant, e.key, e.body, e.aliases, e.tags from ",
            $tail
        )
    };
}

fn row(row: &Row<'_>) -> rusqlite::Result<EntityRow> {
    Ok(EntityRow {
        kind: row.get(0)?,
        tenant: tenant(row, 1)?,
        key: row.get(2)?,
        body: row.get(3)?,
        aliases: json(row, 4)?,
        tags: json(row, 5)?,
    })
}

fn one(sql: &Connection, query: &str, params: impl Params) -> Result<Option<EntityRow>> {
    Ok(sql
        .prepare_cached(query)?
        .query_row(params, row)
        .optional()?)
}

fn many(sql: &Connection, query: &str, params: impl Params) -> Result<Vec<EntityRow>> {
    Ok(sql
        .prepare_cached(query)?
        .query_map(params, row)?
        .collect::<rusqlite::Result<_>>()?)
}

pub(super) fn by_key(
    sql: &Connection,
    kind: &str,
    tenant: TenantId,
    key: &str,
) -> Result<Option<EntityRow>> {
    let query = select!("entity e where e.kind = $1 and e.tenant = $2 and e.key = $3");
    one(sql, query, params![kind, tenant.0.as_bytes(), key])
}

pub(super) fn by_alias(
    sql: &Connection,
    kind: &str,
    tenant: TenantId,
    alias: &str,
) -> Result<Option<EntityRow>> {
    let query = select!(
        "entity_alias a join entity e on e.id = a.entity where a.kind = $1 and a.tenant = $2 and a.alias = $3"
    );
    one(sql, query, params![kind, tenant.0.as_bytes(), alias])
}

pub(super) fn by_tag(
    sql: &Connection,
    kind: &str,
    tenant: TenantId,
    tag: &str,
) -> Result<Vec<EntityRow>> {
    let query = select!(
        "entity_tag t join entity e on e.id = t.entity where t.kind = $1 and t.tenant = $2 and t.tag = $3 order by t.key"
    );
    many(sql, query, params![kind, tenant.0.as_bytes(), tag])
}

pub(super) fn page(
    sql: &Connection,
    kind: &str,
    tenant: TenantId,
    after: Option<&str>,
    count: usize,
) -> Result<Vec<EntityRow>> {
    match after {
        None => many(
            sql,
            select!("entity e where e.kind = $1 and e.tenant = $2 order by e.key limit $3"),
            params![kind, tenant.0.as_bytes(), limit(count)],
        ),
        Some(after) => many(
            sql,
            select!(
                "entity e where e.kind = $1 and e.tenant = $2 and e.key > $3 order by e.key limit $4"
            ),
            params![kind, tenant.0.as_bytes(), after, limit(count)],
        ),
    }
}

/// All rows of a kind in all tenants, by row id.
pub(super) fn of_kind(sql: &Connection, kind: &str) -> Result<Vec<EntityRow>> {
    many(
        sql,
        select!("entity e where e.kind = $1 order by e.id"),
        [kind],
    )
}

pub(super) fn put(group: &mut Group<'_>, row: &EntityRow, expect: &Expect) -> Result<()> {
    let id = write(group.sql(), row, expect)?.ok_or_else(|| {
        Failure::Conflict(format!(
            "the {} {} is not in the expected state",
            row.kind, row.key
        ))
    })?;
    replace_aliases(group.sql(), id, row)?;
    replace_tags(group.sql(), id, row)?;
    group.entities_changed();
    Ok(())
}

/// The row's id; `None` when the condition does not hold.
fn write(sql: &Connection, row: &EntityRow, expect: &Expect) -> Result<Option<i64>> {
    let tenant = row.tenant.0.as_bytes();
    let (aliases, tags) = (to_json(&row.aliases), to_json(&row.tags));
    let id = |found: &Row<'_>| found.get::<_, i64>(0);
    let found = match expect {
        Expect::Any => sql
            .prepare_cached(
                "insert into entity (kind, tenant, key, body, aliases, tags) values ($1, $2, $3, $4, $5, $6)
                 on conflict (kind, tenant, key) do update
                 set body = excluded.body, aliases = excluded.aliases, tags = excluded.tags returning id",
            )?
            .query_row(params![row.kind, tenant, row.key, row.body, aliases, tags], id),
        Expect::Absent => sql
            .prepare_cached(
                "insert into entity (kind, tenant, key, body, aliases, tags) values ($1, $2, $3, $4, $5, $6)
                 on conflict (kind, tenant, key) do nothing returning id",
            )?
            .query_row(params![row.kind, tenant, row.key, row.body, aliases, tags], id),
        Expect::Body(body) => sql
            .prepare_cached(
                "update entity set body = $1, aliases = $2, tags = $3
                 where kind = $4 and tenant = $5 and key = $6 and body = $7 returning id",
            )?
            .query_row(params![row.body, aliases, tags, row.kind, tenant, row.key, body], id),
    };
    Ok(found.optional()?)
}

fn replace_aliases(sql: &Connection, id: i64, row: &EntityRow) -> Result<()> {
    sql.prepare_cached("delete from entity_alias where entity = $1")?
        .execute([id])?;
    let mut insert = sql.prepare_cached(
        "insert into entity_alias (kind, tenant, alias, entity) values ($1, $2, $3, $4) on conflict do nothing",
    )?;
    for alias in row.aliases.iter().collect::<BTreeSet<_>>() {
        if insert.execute(params![row.kind, row.tenant.0.as_bytes(), alias, id])? == 0 {
            return Err(Failure::Conflict(format!(
                "the name {alias} belongs to another {}",
                row.kind
            )));
        }
    }
    Ok(())
}

fn replace_tags(sql: &Connection, id: i64, row: &EntityRow) -> Result<()> {
    sql.prepare_cached("delete from entity_tag where entity = $1")?
        .execute([id])?;
    let mut insert = sql.prepare_cached(
        "insert into entity_tag (kind, tenant, tag, key, entity) values ($1, $2, $3, $4, $5)",
    )?;
    for tag in row.tags.iter().collect::<BTreeSet<_>>() {
        insert.execute(params![row.kind, row.tenant.0.as_bytes(), tag, row.key, id])?;
    }
    Ok(())
}

pub(super) fn delete(group: &mut Group<'_>, kind: &str, tenant: TenantId, key: &str) -> Result<()> {
    let query = "delete from entity where kind = $1 and tenant = $2 and key = $3";
    if group
        .sql()
        .prepare_cached(query)?
        .execute(params![kind, tenant.0.as_bytes(), key])?
        > 0
    {
        group.entities_changed();
    }
    Ok(())
}
