//! What waits for the writer. A channel would wake the writer for every row; here it sleeps while rows gather that
//! nobody waits for, and while the others come who are about to ask for the same sync.

use super::group::Job;
use super::writer::Answer;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

const MAX_GROUP: usize = 1_024;
/// How long rows that nobody waits for may gather before they cost a sync of their own.
const LINGER: Duration = Duration::from_millis(20);
/// So many of them are written without lingering: a long burst of writing would hold up requests on the same core.
const ENOUGH: usize = 64;
/// How long the first who waits is kept for the others, when the group before shows that there are others. A disk's
/// sync takes longer than this; a fast one would otherwise be asked for every second request.
const GATHER: Duration = Duration::from_millis(1);
const MANY: usize = 4;

pub(super) struct Request {
    pub(super) job: Job,
    /// `None`: nobody waits.
    pub(super) answer: Option<oneshot::Sender<Answer>>,
    pub(super) room: OwnedSemaphorePermit,
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    requests: Vec<Request>,
    /// How many of them somebody waits for.
    awaited: usize,
    awaited_before: usize,
    closed: bool,
}

/// The writer is gone; the request comes back.
pub(super) struct Closed;

impl Queue {
    pub(super) fn push(&self, request: Request) -> Result<(), Closed> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err(Closed);
        }
        let first = waiting.requests.is_empty();
        let first_awaited = request.answer.is_some() && waiting.awaited == 0;
        waiting.awaited += usize::from(request.answer.is_some());
        waiting.requests.push(request);
        if first || first_awaited || matches!(waiting.requests.len(), ENOUGH | MAX_GROUP) {
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Everything that waits, up to the size of a group, in its order; `None` when the queue is closed and empty.
    pub(super) fn next_group(&self) -> Option<Vec<Request>> {
        let mut waiting = self.lock();
        while waiting.requests.is_empty() {
            if waiting.closed {
                return None;
            }
            waiting = self
                .changed
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        waiting = self.sleep(waiting, LINGER, |w| {
            w.awaited > 0 || w.requests.len() >= ENOUGH
        });
        if waiting.awaited > 0 && waiting.awaited_before >= MANY {
            waiting = self.sleep(waiting, GATHER, |_| false);
        }
        let size = waiting.requests.len().min(MAX_GROUP);
        let group: Vec<Request> = waiting.requests.drain(..size).collect();
        let awaited = group.iter().filter(|r| r.answer.is_some()).count();
        waiting.awaited -= awaited;
        waiting.awaited_before = awaited;
        Some(group)
    }

    /// At most `how_long`, and no longer than until the group is full, `enough` holds or the queue is closed.
    fn sleep<'a>(
        &self,
        mut waiting: MutexGuard<'a, Waiting>,
        how_long: Duration,
        enough: impl Fn(&Waiting) -> bool,
    ) -> MutexGuard<'a, Waiting> {
        let deadline = Instant::now() + how_long;
        while !enough(&waiting) && !waiting.closed && waiting.requests.len() < MAX_GROUP {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            waiting = self
                .changed
                .wait_timeout(waiting, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        waiting
    }

    /// Nothing is taken any more; what waits is still written.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }

    /// For the writer's thread: when it ends, whatever the reason, nobody is left waiting.
    pub(super) fn close_when_dropped(&self) -> impl Drop + '_ {
        Closing(self)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Closing<'a>(&'a Queue);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.closed = true;
        // Dropping the senders tells those who wait.
        waiting.requests.clear();
    }
}
