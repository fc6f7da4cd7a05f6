//! Time and randomness, the crate's only doors to both.

/// Tells the time and gives unpredictable bytes. Tests give their own, so that tokens of fixed dates can be used.
pub trait Env: Send + Sync {
    /// Seconds since 1970-01-01T00:00:00Z.
    fn now_s(&self) -> i64;
    /// Fills `bytes` from a source fit for keys.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's clock and random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEnv;

impl Env for SystemEnv {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place of this crate that reads the clock"
    )]
    fn now_s(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
    }

    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing that is made here would be safe"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
