use super::{SqliteStore, entity, in_directory, put, sql};
use crate::sqlite::connection;
use behalf_model::ports::{Store as _, StoreError};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn files_are_for_their_owner_alone() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    store.commit(vec![put("a")]).await.unwrap();
    let directory = path.parent().unwrap();
    assert_eq!(mode(directory), 0o700);
    let names: Vec<_> = directory
        .read_dir()
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for name in names {
        assert_eq!(mode(&name), 0o600, "{name:?}");
    }
}

#[test]
fn writers_wait_for_the_disk_and_readers_cannot_write() {
    let (_directory, path) = in_directory();
    drop(SqliteStore::open(&path).unwrap());
    let setting = |connection: &rusqlite::Connection, name| -> String {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| match value {
                rusqlite::types::Value::Text(text) => text,
                rusqlite::types::Value::Integer(number) => number.to_string(),
                other => format!("{other:?}"),
            })
            .unwrap()
    };
    let writer = connection::writer(&path, connection::Durability::Full).unwrap();
    assert_eq!(setting(&writer, "journal_mode"), "wal");
    assert_eq!(setting(&writer, "synchronous"), "2");
    assert_eq!(setting(&writer, "foreign_keys"), "1");
    let reader = connection::reader(&path).unwrap();
    assert!(reader.execute_batch("delete from entity").is_err());
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let (_directory, path) = in_directory();
    SqliteStore::open(&path)
        .unwrap()
        .commit(vec![put("a")])
        .await
        .unwrap();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(
        store.entity("kind", super::TENANT, "a").await.unwrap(),
        Some(entity("a", "{}"))
    );
}

#[test]
fn a_file_of_a_newer_program_is_refused() {
    let (_directory, path) = in_directory();
    drop(SqliteStore::open(&path).unwrap());
    sql(&path, "insert into schema_version (version) values (7)");
    let error = SqliteStore::open(&path).err();
    let text = "the database has schema version 7, this program knows versions up to 2: start the newer program";
    assert_eq!(error, Some(StoreError::Unavailable(text.to_owned())));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_kept() {
    let (_directory, path) = in_directory();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = "these are somebody's notes and not a database, whatever the name says".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = SqliteStore::open(&path).err();
    assert!(matches!(error, Some(StoreError::Corrupt(_))), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let (directory, _) = in_directory();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = SqliteStore::open(&file.join("behalf.db"))
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("file/behalf.db"), "{error}");
}

/// Both create the file, switch it to WAL and bring the schema up to date.
#[test]
fn processes_may_open_a_new_file_at_once() {
    for _ in 0..5 {
        let (_directory, path) = in_directory();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| SqliteStore::open(&path).unwrap().facts_version());
            }
        });
    }
}
