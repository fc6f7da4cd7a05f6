//! The only door to time and randomness. Everything else receives them as arguments (clippy bans the rest).

use crate::UnixTime;
use std::cell::RefCell;
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroize;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;
}

/// Gives unpredictable bytes.
pub trait Entropy: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// Time and randomness for one program or one test. Cheap to clone.
#[derive(Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Env {
    /// The operating system's clock and random source.
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }

    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy }
    }

    /// Read once per request, at the edge, so that one request has one time.
    pub fn now(&self) -> UnixTime {
        UnixTime(self.clock.now_ms().div_euclid(1000))
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A random (version 4) UUID.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random()).into_uuid()
    }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's randomness, fetched a few hundred bytes at a time: a request needs some six small pieces, and
/// a system call for each was two per cent of its time. Every byte is given out once and wiped here at once.
struct SystemEntropy;

const FETCHED: usize = 512;

thread_local! {
    static POOL: RefCell<([u8; FETCHED], usize)> = const { RefCell::new(([0; FETCHED], 0)) };
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() > FETCHED / 4 {
            return from_system(bytes);
        }
        POOL.with_borrow_mut(|(pool, left)| {
            if *left < bytes.len() {
                from_system(pool);
                *left = FETCHED;
            }
            let taken = &mut pool[*left - bytes.len()..*left];
            bytes.copy_from_slice(taken);
            taken.zeroize();
            *left -= bytes.len();
        });
    }
}

fn from_system(bytes: &mut [u8]) {
    // Without randomness every token would be guessable: stopping is the only safe answer.
    #[expect(
        clippy::expect_used,
        reason = "no safe way to go on without randomness"
    )]
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

/// A clock that stands still until told otherwise, and counting bytes as randomness, so that golden files are
/// stable. For tests only: its "randomness" is predictable.
pub mod fixed {
    use super::{Clock, Entropy, Env};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::SeqCst};

    /// 2026-01-01T00:00:00Z.
    pub const START_S: i64 = 1_767_225_600;

    pub struct FixedClock(AtomicI64);

    impl FixedClock {
        pub fn advance_s(&self, seconds: i64) {
            self.0.fetch_add(seconds * 1000, SeqCst);
        }
    }

    impl Clock for FixedClock {
        fn now_ms(&self) -> i64 {
            self.0.load(SeqCst)
        }
    }

    struct Counting(AtomicU64);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for chunk in bytes.chunks_mut(8) {
                let n = self
                    .0
                    .fetch_add(1, SeqCst)
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15);
                chunk.copy_from_slice(&n.to_be_bytes()[..chunk.len()]);
            }
        }
    }

    /// An `Env` at `START_S` and the handle that moves its clock.
    pub fn env() -> (Env, Arc<FixedClock>) {
        let clock = Arc::new(FixedClock(AtomicI64::new(START_S * 1000)));
        (
            Env::new(clock.clone(), Arc::new(Counting(AtomicU64::new(1)))),
            clock,
        )
    }
}

#[cfg(test)]
mod tests;
