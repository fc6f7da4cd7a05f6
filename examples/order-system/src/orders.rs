//! Orders, kept in SQLite; acknowledged means on disk.

use crate::tokens::Caller;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// An order as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    pub id: String,
    #[serde(rename = "CustomerId")]
    pub customer_id: String,
    #[serde(rename = "Order Reference")]
    pub reference: String,
    #[serde(rename = "createdBy")]
    pub created_by: Creator,
    /// RFC 3339, UTC.
    #[serde(rename = "createdAt")]
    pub created_at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Creator {
    pub id: String,
    pub name: String,
    /// The application through which the user made the order.
    pub via: String,
}

/// What a caller sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    #[serde(rename = "CustomerId")]
    pub customer_id: String,
    #[serde(rename = "Order Reference")]
    pub reference: String,
}

impl NewOrder {
    /// What is wrong with it, if anything.
    pub fn fault(&self) -> Option<&'static str> {
        let fits = |text: &str| {
            (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        match (fits(&self.customer_id), fits(&self.reference)) {
            (false, _) => {
                Some("CustomerId must have 1 to 64 characters, without control characters.")
            }
            (_, false) => {
                Some("Order Reference must have 1 to 64 characters, without control characters.")
            }
            _ => None,
        }
    }
}

/// Cheap to clone. Its calls block on the disk and run on threads made for that.
#[derive(Clone)]
pub struct Orders(Arc<Mutex<Connection>>);

const COLUMNS: &str = "id, customer_id, reference, user_id, user_name, via, \
     strftime('%Y-%m-%dT%H:%M:%SZ', created_at_s, 'unixepoch')";

impl Orders {
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        Self::prepare(Connection::open(path)?)
    }

    #[cfg(test)]
    pub fn in_memory() -> rusqlite::Result<Self> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(sql: Connection) -> rusqlite::Result<Self> {
        sql.busy_timeout(std::time::Duration::from_secs(5))?;
        sql.execute_batch(
            "pragma journal_mode = wal;
             pragma synchronous = full;
             create table if not exists orders (
                 id integer primary key autoincrement,
                 customer_id text not null,
                 reference text not null,
                 user_id text not null,
                 user_name text not null,
                 via text not null,
                 created_at_s integer not null
             ) strict;",
        )?;
        Ok(Self(Arc::new(Mutex::new(sql))))
    }

    pub async fn create(&self, order: NewOrder, by: Caller, now_s: i64) -> rusqlite::Result<Order> {
        self.run(move |sql| {
            let insert = format!(
                "insert into orders (customer_id, reference, user_id, user_name, via, created_at_s)
                 values (?1, ?2, ?3, ?4, ?5, ?6) returning {COLUMNS}"
            );
            let values = params![
                order.customer_id,
                order.reference,
                by.id,
                by.name,
                by.via,
                now_s
            ];
            sql.prepare_cached(&insert)?.query_row(values, read)
        })
        .await
    }

    pub async fn get(&self, id: i64) -> rusqlite::Result<Option<Order>> {
        self.run(move |sql| {
            let select = format!("select {COLUMNS} from orders where id = ?1");
            sql.prepare_cached(&select)?
                .query_row([id], read)
                .optional()
        })
        .await
    }

    /// Orders with a higher id than `after`, oldest first.
    pub async fn list(&self, after: i64, limit: usize) -> rusqlite::Result<Vec<Order>> {
        self.run(move |sql| {
            let select = format!("select {COLUMNS} from orders where id > ?1 order by id limit ?2");
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            sql.prepare_cached(&select)?
                .query_map([after, limit], read)?
                .collect()
        })
        .await
    }

    /// Whether there was one.
    pub async fn delete(&self, id: i64) -> rusqlite::Result<bool> {
        self.run(move |sql| Ok(sql.execute("delete from orders where id = ?1", [id])? == 1))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> rusqlite::Result<T> {
        let sql = self.0.clone();
        let work = tokio::task::spawn_blocking(move || {
            // Every call is one statement: a panic leaves nothing half done behind the lock.
            work(&sql.lock().unwrap_or_else(PoisonError::into_inner))
        });
        work.await.unwrap_or(Err(rusqlite::Error::UnwindingPanic))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: row.get::<_, i64>(0)?.to_string(),
        customer_id: row.get(1)?,
        reference: row.get(2)?,
        created_by: Creator {
            id: row.get(3)?,
            name: row.get(4)?,
            via: row.get(5)?,
        },
        created_at: row.get(6)?,
    })
}
