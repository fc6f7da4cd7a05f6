//! Group commit: one thread writes, everything that waits shares one sync of the disk.

use super::group::{Group, Job};
use super::version::FactsVersion;
use behalf_model::ports::StoreError;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Requests that may wait; more callers wait for room, so that a slow disk does not fill the memory.
const QUEUE: usize = 8_192;
const MAX_GROUP: usize = 1_024;
/// How long rows that nobody waits for may gather before they cost a sync of their own.
const LINGER: Duration = Duration::from_millis(5);

type Answer = Result<Vec<i64>, StoreError>;

struct Request {
    job: Job,
    /// `None`: nobody waits.
    answer: Option<oneshot::Sender<Answer>>,
    _room: OwnedSemaphorePermit,
}

/// Dropping it writes what is still waiting.
pub(super) struct Writer {
    queue: Option<Sender<Request>>,
    room: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        mut connection: Connection,
        version: Arc<FactsVersion>,
    ) -> Result<Self, StoreError> {
        let (queue, requests) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                while let Some(group) = next_group(&requests) {
                    write(&mut connection, group, &version);
                }
            })
            .map_err(|error| {
                StoreError::Unavailable(format!("no thread for the writer: {error}"))
            })?;
        Ok(Self {
            queue: Some(queue),
            room: Arc::new(Semaphore::new(QUEUE)),
            thread: Some(thread),
        })
    }

    /// Durable when it returns.
    pub(super) async fn run(&self, job: Job) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.enqueue(job, Some(answer)).await?;
        answered.await.map_err(|_| stopped())?
    }

    /// Returns when the job has its place in the queue.
    pub(super) async fn run_soon(&self, job: Job) -> Result<(), StoreError> {
        self.enqueue(job, None).await
    }

    async fn enqueue(
        &self,
        job: Job,
        answer: Option<oneshot::Sender<Answer>>,
    ) -> Result<(), StoreError> {
        let room = self
            .room
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| stopped())?;
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue
            .send(Request {
                job,
                answer,
                _room: room,
            })
            .map_err(|_| stopped())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("the store's writer thread had stopped by a panic");
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the writer has stopped".to_owned())
}

/// Everything that waits, up to the size of a group; `None` when all senders are gone.
fn next_group(requests: &Receiver<Request>) -> Option<Vec<Request>> {
    let first = requests.recv().ok()?;
    let mut awaited = first.answer.is_some();
    let mut group = vec![first];
    let deadline = Instant::now() + LINGER;
    while group.len() < MAX_GROUP {
        let patience = if awaited {
            Duration::ZERO
        } else {
            deadline.saturating_duration_since(Instant::now())
        };
        let next = match requests.recv_timeout(patience) {
            Ok(next) => next,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        };
        awaited |= next.answer.is_some();
        group.push(next);
    }
    Some(group)
}

fn write(connection: &mut Connection, requests: Vec<Request>, version: &FactsVersion) {
    let (jobs, waiting): (Vec<_>, Vec<_>) = requests
        .into_iter()
        .map(|request| (request.job, (request.answer, request._room)))
        .unzip();
    let results =
        commit(connection, &jobs, version).unwrap_or_else(|error| vec![Err(error); waiting.len()]);
    for ((answer, _room), result) in waiting.into_iter().zip(results) {
        match (answer, result) {
            // The caller may have gone away meanwhile; the commit stands.
            (Some(answer), result) => drop(answer.send(result)),
            (None, Err(error)) => {
                tracing::error!(%error, "changes that nobody waited for were not written")
            }
            (None, Ok(_)) => {}
        }
    }
}

/// One result per job, or the failure that all of them share.
fn commit(
    connection: &mut Connection,
    jobs: &[Job],
    version: &FactsVersion,
) -> Result<Vec<Answer>, StoreError> {
    let committed = match commit_if_none_fails(connection, jobs) {
        Err(StoreError::Conflict(_) | StoreError::Corrupt(_)) => {
            commit_each_apart(connection, jobs)
        }
        result => result,
    };
    let (results, new_version) = committed?;
    if let Some(new_version) = new_version {
        version.raise(new_version);
    }
    Ok(results)
}

type Done = (Vec<Answer>, Option<u64>);

/// The usual case: conflicts are rare, so that preparing for them in every job would be a waste.
fn commit_if_none_fails(connection: &mut Connection, jobs: &[Job]) -> Result<Done, StoreError> {
    let mut group = Group::begin(connection)?;
    let results = jobs
        .iter()
        .map(|job| group.run(job).map(Ok))
        .collect::<Result<_, _>>()?;
    Ok((results, group.commit()?))
}

fn commit_each_apart(connection: &mut Connection, jobs: &[Job]) -> Result<Done, StoreError> {
    let mut group = Group::begin(connection)?;
    let mut results = Vec::with_capacity(jobs.len());
    for job in jobs {
        match group.run_apart(job) {
            Err(StoreError::Unavailable(reason)) => return Err(StoreError::Unavailable(reason)),
            result => results.push(result),
        }
    }
    Ok((results, group.commit()?))
}
