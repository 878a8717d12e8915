//! The connections that are open: how many, which of them idle, and how they are told to end.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

/// All open connections.
pub(super) struct Connections {
    open: Mutex<HashMap<u64, Arc<Link>>>,
    next_id: AtomicU64,
    limit: usize,
}

/// One connection.
pub(super) struct Link {
    id: u64,
    pub(super) peer: SocketAddr,
    opened: Instant,
    /// Requests that are not answered wholly.
    n_busy: AtomicU32,
    /// An answer is going out.
    sending: AtomicBool,
    /// Milliseconds after `opened` at which something last went on.
    touched: AtomicU64,
    /// Ends the connection at once.
    pub(super) end: CancellationToken,
}

impl Link {
    fn touch(&self) {
        self.touched.store(self.opened.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// True when an answer is going out and the peer has taken nothing of it for so long.
    pub(super) fn is_stuck(&self, limit: Duration) -> bool {
        self.sending.load(Ordering::Relaxed) && self.quiet_for() > limit
    }

    fn is_busy(&self) -> bool {
        self.n_busy.load(Ordering::Relaxed) > 0
    }

    /// How long nothing went on.
    fn quiet_for(&self) -> Duration {
        self.opened.elapsed().saturating_sub(Duration::from_millis(self.touched.load(Ordering::Relaxed)))
    }
}

/// Held as long as a request of the connection is under way.
pub(super) struct Busy(Arc<Link>);

impl Busy {
    pub(super) fn new(link: &Arc<Link>) -> Self {
        link.n_busy.fetch_add(1, Ordering::Relaxed);
        link.touch();
        Self(Arc::clone(link))
    }

    /// Says that bytes of the answer went out.
    pub(super) fn sending(&self) {
        self.0.sending.store(true, Ordering::Relaxed);
        self.0.touch();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.n_busy.fetch_sub(1, Ordering::Relaxed);
        self.0.sending.store(false, Ordering::Relaxed);
        self.0.touch();
    }
}

impl Connections {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), next_id: AtomicU64::new(0), limit: limit.max(1) })
    }

    /// Takes a connection in. When there are too many, the one that has idled longest makes room; `None` when all of
    /// them are busy.
    pub(super) fn add(&self, peer: SocketAddr) -> Option<Arc<Link>> {
        let mut open = self.lock();
        if open.len() >= self.limit {
            let idle = open.values().filter(|it| !it.is_busy()).max_by_key(|it| it.quiet_for())?;
            let id = idle.id;
            if let Some(link) = open.remove(&id) {
                link.end.cancel();
            }
        }
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let link = Arc::new(Link {
            id,
            peer,
            opened: Instant::now(),
            n_busy: AtomicU32::new(0),
            sending: AtomicBool::new(false),
            touched: AtomicU64::new(0),
            end: CancellationToken::new(),
        });
        open.insert(id, Arc::clone(&link));
        Some(link)
    }

    pub(super) fn remove(&self, link: &Link) {
        self.lock().remove(&link.id);
    }

    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Ends all of them at once, or only those on which nothing goes on.
    pub(super) fn end(&self, only_idle: bool) {
        for link in self.lock().values().filter(|it| !only_idle || !it.is_busy()) {
            link.end.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Link>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
