//! One exchange that many wait for.

use super::Outcome;
use tokio::sync::OnceCell;

/// Runs the first exchange offered to it; everyone gets its outcome. When the one who runs it goes away, the next in
/// the queue runs his own.
#[derive(Default)]
pub(super) struct Flight(OnceCell<Outcome>);

impl Flight {
    pub async fn join<F>(&self, exchange: impl FnOnce() -> F) -> Outcome
    where
        F: Future<Output = Outcome>,
    {
        self.0.get_or_init(exchange).await.clone()
    }
}
