//! Lookup of one refresh token among few and among many.

use crate::report::Report;
use behalf_model::ports::Store;
use behalf_store::SqliteStore;
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const FEW: i64 = 10_000;
const LOOKUPS: usize = 20_000;

/// `many` is 10 million for the full figure; it takes two minutes and 4 GB of disk.
pub async fn lookups(many: i64, report: &mut Report) -> Result<(), Failure> {
    let few_us = median_us(FEW).await?;
    let many_us = median_us(many).await?;
    let what = format!("lookup among {many} refresh tokens ÷ among {FEW}");
    report.at_most(
        &what,
        many_us / few_us,
        "times",
        format!("{few_us:.1} → {many_us:.1} µs"),
        2.0,
    );
    Ok(())
}

async fn median_us(rows: i64) -> Result<f64, Failure> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("behalf.db");
    let template = {
        let store = SqliteStore::open(&path)?;
        crate::world::one_refresh(&store).await?
    };
    multiply(&path, template, rows)?;
    let store = SqliteStore::open(&path)?;
    let mut took = Vec::with_capacity(LOOKUPS);
    // A fixed stride through the whole table: every lookup lands on another page.
    let stride = 7_368_787_i64;
    for n in 0..LOOKUPS as i64 {
        let id = (n * stride).rem_euclid(rows) + 1;
        let start = Instant::now();
        let found = store.refresh(id).await?;
        took.push(start.elapsed().as_nanos() as f64 / 1000.0);
        if found.is_none() {
            return Err(format!("refresh token {id} is missing").into());
        }
    }
    took.sort_by(f64::total_cmp);
    Ok(took[took.len() / 2])
}

/// Copies row `template` until there are `rows`: what matters is their number.
fn multiply(path: &Path, template: i64, rows: i64) -> Result<(), Failure> {
    let db = Connection::open(path)?;
    db.execute_batch("pragma synchronous=off; pragma journal_mode=wal;")?;
    let columns: Vec<String> = db
        .prepare("select name from pragma_table_info('refresh') where name <> 'id'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let columns = columns.join(", ");
    db.execute(
        &format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1)
             insert into refresh (id, {columns}) select n.i, {columns} from n, refresh r where r.id = $2 and n.i <> $2"
        ),
        (rows, template),
    )?;
    db.execute_batch("pragma wal_checkpoint(truncate);")?;
    Ok(())
}
