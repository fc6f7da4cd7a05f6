//! Items of lists.

use super::columns::{json, limit, time, to_json, uuid};
use super::failure::{Failure, Result};
use behalf_model::ports::ItemQuery;
use behalf_model::site::{Item, ItemChange, NewItem};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

fn row(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        list: uuid(row, 0)?,
        id: row.get(1)?,
        version: row.get(2)?,
        fields: json(row, 3)?,
        created_by: json(row, 4)?,
        created_at: time(row, 5)?,
        modified_by: json(row, 6)?,
        modified_at: time(row, 7)?,
    })
}

pub(super) fn by_id(sql: &Connection, list: Uuid, id: i64) -> Result<Option<Item>> {
    let mut statement = sql.prepare_cached(
        "select list, id, version, fields, created_by, created_at, modified_by, modified_at
         from item where list = $1 and id = $2",
    )?;
    Ok(statement
        .query_row(params![list.as_bytes(), id], row)
        .optional()?)
}

pub(super) fn page(sql: &Connection, query: &ItemQuery) -> Result<Vec<Item>> {
    let mut statement = sql.prepare_cached(
        "select list, id, version, fields, created_by, created_at, modified_by, modified_at
         from item where list = $1 and id > $2 order by id limit $3",
    )?;
    let items = statement.query_map(
        params![query.list.as_bytes(), query.after, limit(query.limit)],
        row,
    )?;
    Ok(items.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn insert(sql: &Connection, new: &NewItem) -> Result<i64> {
    let NewItem {
        list,
        fields,
        by,
        at,
    } = new;
    let id: i64 = sql
        .prepare_cached(
            "insert into item_counter (list, last_id) values ($1, 1)
             on conflict (list) do update set last_id = last_id + 1 returning last_id",
        )?
        .query_row([list.as_bytes()], |row| row.get(0))?;
    sql.prepare_cached(
        "insert into item (list, id, version, fields, created_by, created_at, modified_by, modified_at)
         values ($1, $2, 1, $3, $4, $5, $4, $5)",
    )?
    .execute(params![list.as_bytes(), id, to_json(fields), to_json(by), at.0])?;
    Ok(id)
}

pub(super) fn update(sql: &Connection, change: &ItemChange) -> Result<()> {
    let ItemChange {
        list,
        id,
        expected_version,
        fields,
        by,
        at,
    } = change;
    let mut statement = sql.prepare_cached(
        "update item set version = version + 1, fields = $1, modified_by = $2, modified_at = $3
         where list = $4 and id = $5 and ($6 is null or version = $6)",
    )?;
    let changed = statement.execute(params![
        to_json(fields),
        to_json(by),
        at.0,
        list.as_bytes(),
        id,
        expected_version
    ])?;
    expect_changed(changed, *id)
}

pub(super) fn delete(
    sql: &Connection,
    list: Uuid,
    id: i64,
    expected_version: Option<i64>,
) -> Result<()> {
    let mut statement = sql.prepare_cached(
        "delete from item where list = $1 and id = $2 and ($3 is null or version = $3)",
    )?;
    let changed = statement.execute(params![list.as_bytes(), id, expected_version])?;
    expect_changed(changed, id)
}

fn expect_changed(rows: usize, id: i64) -> Result<()> {
    match rows {
        0 => Err(Failure::Conflict(format!(
            "item {id} does not exist in the expected version"
        ))),
        _ => Ok(()),
    }
}
