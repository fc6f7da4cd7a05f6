//! How Rust values stand in columns.

use behalf_model::{TenantId, UnixTime, UserId};
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub(super) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

pub(super) fn tenant(row: &Row<'_>, column: usize) -> rusqlite::Result<TenantId> {
    uuid(row, column).map(TenantId)
}

pub(super) fn user(row: &Row<'_>, column: usize) -> rusqlite::Result<UserId> {
    uuid(row, column).map(UserId)
}

pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<UnixTime> {
    row.get(column).map(UnixTime)
}

/// A column that holds a JSON document.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// A text column with a syntax of its own.
pub(super) fn parsed<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(|_| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            Type::Text,
            Box::new(FromSqlError::InvalidType),
        )
    })
}

#[expect(
    clippy::expect_used,
    reason = "plain data with string keys always serialises"
)]
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data serialises")
}

/// A count of rows as SQL wants it.
pub(super) fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
