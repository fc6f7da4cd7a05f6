use super::*;
use behalf_model::fault::UPSTREAM_UNREACHABLE;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

const NOW: UnixTime = UnixTime(1_000_000);

/// Counts readings; fails while `down`.
#[derive(Default)]
struct Source {
    kept: Kept<u32>,
    reads: AtomicU32,
    down: std::sync::atomic::AtomicBool,
}

impl Source {
    async fn get(&self, at_s: i64, max_age_s: i64) -> Result<u32, Fault> {
        let read = async {
            let count = self.reads.fetch_add(1, SeqCst) + 1;
            if self.down.load(SeqCst) {
                Err(UPSTREAM_UNREACHABLE.plain())
            } else {
                Ok(count)
            }
        };
        self.kept
            .get(NOW.plus_s(at_s), max_age_s, read)
            .await
            .map(|value| *value)
    }
}

#[tokio::test]
async fn it_is_read_once_per_hour_and_on_demand_every_ten_seconds() {
    let source = Source::default();
    assert_eq!(source.get(0, KEEP_S).await.unwrap(), 1);
    assert_eq!(source.get(3599, KEEP_S).await.unwrap(), 1);
    assert_eq!(source.get(3600, KEEP_S).await.unwrap(), 2);
    assert_eq!(source.get(3609, REREAD_S).await.unwrap(), 2);
    assert_eq!(source.get(3610, REREAD_S).await.unwrap(), 3);
}

#[tokio::test]
async fn what_was_read_serves_on_while_the_other_side_is_down_for_a_day_at_most() {
    let source = Source::default();
    source.down.store(true, SeqCst);
    assert!(
        source.get(0, KEEP_S).await.is_err(),
        "nothing to go on with"
    );
    source.down.store(false, SeqCst);
    assert_eq!(source.get(0, KEEP_S).await.unwrap(), 2);
    source.down.store(true, SeqCst);
    for at_s in [3600, 3601, 3609] {
        assert_eq!(source.get(at_s, KEEP_S).await.unwrap(), 2);
        assert_eq!(source.get(at_s, REREAD_S).await.unwrap(), 2);
    }
    assert_eq!(source.reads.load(SeqCst), 3, "tried once in ten seconds");
    assert_eq!(source.get(86_399, KEEP_S).await.unwrap(), 2);
    assert!(
        source.get(86_400, KEEP_S).await.is_err(),
        "keys may have been withdrawn long ago"
    );
}

#[tokio::test]
async fn a_slow_reading_holds_up_only_who_needs_it() {
    let source = Source::default();
    source.get(0, KEEP_S).await.unwrap();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let slow = async {
        wait.await.unwrap();
        Ok(7)
    };
    let slow = source.kept.get(NOW.plus_s(20), REREAD_S, slow);
    let quick = async {
        let value = source.get(3600, KEEP_S).await.unwrap();
        go.send(()).unwrap();
        value
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!((*slow.unwrap(), quick), (7, 1));
}
