use super::SqliteStore;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keeps_the_contract() {
    crate::conformance::run(|| Arc::new(SqliteStore::open_temporary().unwrap())).await;
}
