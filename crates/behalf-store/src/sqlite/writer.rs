//! Group commit: one thread writes, everything that waits shares one sync of the disk.

use super::group::{Group, Job};
use super::queue::{Queue, Request};
use super::version::FactsVersion;
use behalf_model::ports::StoreError;
use rusqlite::Connection;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::{Semaphore, oneshot};

/// Requests that may wait; more callers wait for room, so that a slow disk does not fill the memory.
const ROOM: usize = 8_192;

pub(super) type Answer = Result<Vec<i64>, StoreError>;

/// Dropping it writes what is still waiting.
pub(super) struct Writer {
    queue: Arc<Queue>,
    room: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        mut connection: Connection,
        version: Arc<FactsVersion>,
    ) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::default());
        let requests = queue.clone();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                // Also when a panic ends the thread: whoever comes afterwards must not wait for ever.
                let _closing = requests.close_when_dropped();
                while let Some(group) = requests.next_group() {
                    write(&mut connection, group, &version);
                }
            })
            .map_err(|error| {
                StoreError::Unavailable(format!("no thread for the writer: {error}"))
            })?;
        Ok(Self {
            queue,
            room: Arc::new(Semaphore::new(ROOM)),
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
        let room = self.room.clone().acquire_owned().await;
        let request = Request {
            job,
            answer,
            room: room.map_err(|_| stopped())?,
        };
        self.queue.push(request).map_err(|_| stopped())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
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

fn write(connection: &mut Connection, requests: Vec<Request>, version: &FactsVersion) {
    let (jobs, waiting): (Vec<_>, Vec<_>) = requests
        .into_iter()
        .map(|request| (request.job, (request.answer, request.room)))
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
