//! A panic in a handler becomes an answer: the client is told in its own format, the connection lives on.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// What was panicked with, as far as it is text.
pub struct Panicked(pub String);

/// Runs a future to its end or to its panic. State that the future shares with others must survive a panic at any
/// await; ours does: it is read-mostly caches whose locks treat poison as a miss.
pub async fn catching<F: Future>(future: F) -> Result<F::Output, Panicked> {
    Catching(pin!(future)).await
}

struct Catching<'a, F>(Pin<&'a mut F>);

impl<F: Future> Future for Catching<'_, F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => {
                let text = payload
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned());
                let text = text
                    .or_else(|| payload.downcast_ref::<String>().cloned())
                    .unwrap_or_default();
                Poll::Ready(Err(Panicked(text)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
