//! The queue in front of the engine: clients take turns, so that one with thirty queries does not hold up another.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Hands out a number of places, in turn to the clients that wait. One client never holds all of them, so that another
/// always finds one soon.
pub(super) struct FairQueue {
    inner: Mutex<Inner>,
    /// Places that one client may hold.
    share: usize,
}

struct Inner {
    n_free: usize,
    /// Clients with someone waiting, next first; each once.
    turns: VecDeque<String>,
    waiting: HashMap<String, VecDeque<oneshot::Sender<Place>>>,
    running: HashMap<String, usize>,
    n_running: usize,
}

/// A place that one query holds; dropping it lets the next one in.
pub(super) struct Place {
    queue: Arc<FairQueue>,
    client: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.queue.release(&self.client);
    }
}

impl FairQueue {
    pub(super) fn new(n_places: usize) -> Arc<Self> {
        let n_places = n_places.max(1);
        let inner = Inner {
            n_free: n_places,
            turns: VecDeque::new(),
            waiting: HashMap::new(),
            running: HashMap::new(),
            n_running: 0,
        };
        Arc::new(Self { inner: Mutex::new(inner), share: (n_places * 3 / 4).max(1) })
    }

    /// Waits for this client's turn. Whoever stops waiting loses nothing for others.
    pub(super) async fn enter(self: &Arc<Self>, client: &str) -> Place {
        loop {
            let (sender, place) = oneshot::channel();
            {
                let mut inner = self.lock();
                inner.forget_who_left();
                let queue = inner.waiting.entry(client.to_owned()).or_default();
                queue.push_back(sender);
                if queue.len() == 1 {
                    inner.turns.push_back(client.to_owned());
                }
            }
            self.dispatch();
            // The sender is dropped only with the queue, and that lives as long as whoever waits for it.
            if let Ok(place) = place.await {
                return place;
            }
        }
    }

    /// Queries that run, and that wait.
    pub(super) fn counts(&self) -> (usize, usize) {
        let inner = self.lock();
        let n_waiting = inner.waiting.values().flatten().filter(|it| !it.is_closed()).count();
        (inner.n_running, n_waiting)
    }

    fn release(self: &Arc<Self>, client: &str) {
        self.lock().give_back(client);
        self.dispatch();
    }

    /// Lets in whoever may. A place that nobody took, because its client went away meanwhile, is offered again.
    fn dispatch(self: &Arc<Self>) {
        loop {
            let Some((client, sender)) = self.lock().next(self.share) else { return };
            let place = Place { queue: Arc::clone(self), client };
            // Whoever went away meanwhile drops the place, and dropping it lets the next one in.
            drop(sender.send(place));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The next one whose client does not yet hold its share, with a place taken for it.
    fn next(&mut self, share: usize) -> Option<(String, oneshot::Sender<Place>)> {
        if self.n_free == 0 {
            return None;
        }
        for _ in 0..self.turns.len() {
            let client = self.turns.pop_front()?;
            let n_running = self.running.get(&client).copied().unwrap_or(0);
            if n_running >= share {
                self.turns.push_back(client);
                continue;
            }
            let queue = self.waiting.get_mut(&client)?;
            let sender = queue.pop_front()?;
            if queue.is_empty() {
                self.waiting.remove(&client);
            } else {
                self.turns.push_back(client.clone());
            }
            if sender.is_closed() {
                return self.next(share);
            }
            self.n_free -= 1;
            self.n_running += 1;
            *self.running.entry(client.clone()).or_default() += 1;
            return Some((client, sender));
        }
        None
    }

    fn forget_who_left(&mut self) {
        self.waiting.retain(|_, queue| {
            queue.retain(|it| !it.is_closed());
            !queue.is_empty()
        });
        let waiting = &self.waiting;
        self.turns.retain(|client| waiting.contains_key(client));
    }

    fn give_back(&mut self, client: &str) {
        let Some(n_running) = self.running.get_mut(client) else { return };
        *n_running -= 1;
        if *n_running == 0 {
            self.running.remove(client);
        }
        self.n_running -= 1;
        self.n_free += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::FairQueue;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[test]
    fn clients_take_turns() {
        runtime().block_on(async {
            let queue = FairQueue::new(1);
            let first = queue.enter("greedy").await;
            let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
            let clients = ["greedy", "greedy", "greedy", "modest", "greedy", "other"];
            for client in clients {
                let (queue, done) = (Arc::clone(&queue), done.clone());
                tokio::spawn(async move {
                    let place = queue.enter(client).await;
                    done.send(client).unwrap();
                    drop(place);
                });
                tokio::task::yield_now().await;
            }
            assert_eq!(queue.counts(), (1, 6));
            drop(first);
            let mut seen = Vec::new();
            while seen.len() < clients.len() {
                seen.push(order.recv().await.unwrap());
            }
            assert_eq!(seen, ["greedy", "modest", "other", "greedy", "greedy", "greedy"]);
            tokio::task::yield_now().await;
            assert_eq!(queue.counts(), (0, 0));
        });
    }

    #[test]
    fn one_client_leaves_room() {
        runtime().block_on(async {
            let queue = FairQueue::new(4);
            let held = [queue.enter("greedy").await, queue.enter("greedy").await, queue.enter("greedy").await];
            let fourth = tokio::spawn({
                let queue = Arc::clone(&queue);
                async move { queue.enter("greedy").await }
            });
            tokio::task::yield_now().await;
            assert!(!fourth.is_finished(), "three of four is its share");
            let other = queue.enter("modest").await;
            drop(held);
            fourth.await.unwrap();
            drop(other);
            assert_eq!(queue.counts(), (0, 0));
        });
    }

    #[test]
    fn who_goes_away_leaves_its_place_to_the_next() {
        runtime().block_on(async {
            let queue = FairQueue::new(1);
            let first = queue.enter("a").await;
            let gone = tokio::spawn({
                let queue = Arc::clone(&queue);
                async move { queue.enter("b").await }
            });
            tokio::task::yield_now().await;
            let stays = tokio::spawn({
                let queue = Arc::clone(&queue);
                async move { queue.enter("c").await }
            });
            tokio::task::yield_now().await;
            gone.abort();
            tokio::task::yield_now().await;
            assert_eq!(queue.counts(), (1, 1));
            drop(first);
            drop(stays.await.unwrap());
            assert_eq!(queue.counts(), (0, 0));
        });
    }
}
