//! Memory: one limit for all runs of an engine, and the peak of each run.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::Result;
use datafusion::execution::memory_pool::{FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};

/// The pool that all runs of an engine share.
pub(super) type EnginePool = FairSpillPool;

/// The engine's pool as one run sees it: passes everything on, and remembers what this run held at its peak.
#[derive(Debug)]
pub(super) struct RunPool {
    shared: Arc<EnginePool>,
    held: AtomicUsize,
    peak: AtomicUsize,
}

impl RunPool {
    pub(super) fn new(shared: Arc<EnginePool>) -> Self {
        Self { shared, held: AtomicUsize::new(0), peak: AtomicUsize::new(0) }
    }

    /// Bytes held at the peak so far.
    pub(super) fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    fn count(&self, additional: usize) {
        let held = self.held.fetch_add(additional, Ordering::Relaxed) + additional;
        self.peak.fetch_max(held, Ordering::Relaxed);
    }
}

impl MemoryPool for RunPool {
    fn name(&self) -> &'static str {
        "run"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.shared.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.shared.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.shared.grow(reservation, additional);
        self.count(additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.shared.shrink(reservation, shrink);
        self.held.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.shared.try_grow(reservation, additional)?;
        self.count(additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.shared.memory_limit()
    }
}

impl fmt::Display for RunPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run(held: {}, peak: {})", self.reserved(), self.peak())
    }
}
