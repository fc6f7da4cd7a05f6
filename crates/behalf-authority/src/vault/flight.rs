//! One refresh in flight per key; everybody who asks meanwhile gets the same answer.

use super::Key;
use behalf_model::ports::{ProviderToken, VaultMiss};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

type Answer = Result<ProviderToken, VaultMiss>;
type Waiting = watch::Receiver<Option<Answer>>;
type Board = HashMap<Key, (Arc<Flight>, Waiting)>;

/// Tells a running refresh that its user was signed out meanwhile.
#[derive(Default)]
pub(super) struct Flight(AtomicBool);

impl Flight {
    pub(super) fn is_cancelled(&self) -> bool {
        self.0.load(SeqCst)
    }
}

#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<Board>>);

impl Flights {
    /// Joins the refresh in flight for the key, or starts `refresh` on a task of its own.
    pub(super) async fn join<F, Work>(&self, key: Key, refresh: F) -> Answer
    where
        F: FnOnce(Key, Arc<Flight>) -> Work,
        Work: Future<Output = Answer> + Send + 'static,
    {
        let mut waiting = self.enter(key, refresh);
        match waiting.wait_for(Option::is_some).await {
            Ok(answer) => answer.clone().unwrap_or_else(|| Err(broken())),
            Err(_) => Err(broken()),
        }
    }

    pub(super) fn cancel(&self, of: impl Fn(&Key) -> bool) {
        self.all()
            .iter()
            .filter(|(key, _)| of(key))
            .for_each(|(_, (flight, _))| flight.0.store(true, SeqCst));
    }

    fn enter<F, Work>(&self, key: Key, refresh: F) -> Waiting
    where
        F: FnOnce(Key, Arc<Flight>) -> Work,
        Work: Future<Output = Answer> + Send + 'static,
    {
        let mut all = self.all();
        if let Some((_, waiting)) = all.get(&key) {
            return waiting.clone();
        }
        let (announce, waiting) = watch::channel(None);
        let flight = Arc::new(Flight::default());
        all.insert(key.clone(), (flight.clone(), waiting.clone()));
        let landing = Landing {
            flights: self.clone(),
            key: key.clone(),
        };
        let work = refresh(key, flight);
        tokio::spawn(async move {
            let answer = work.await;
            drop(landing);
            announce.send_replace(Some(answer));
        });
        waiting
    }

    fn all(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the flight off the board, also when the refresh panics.
struct Landing {
    flights: Flights,
    key: Key,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.flights.all().remove(&self.key);
    }
}

fn broken() -> VaultMiss {
    VaultMiss::Unavailable("the refresh broke off".to_owned())
}
