//! CPU time of one run: what its own threads used, counted by the kernel, not estimated.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Adds up the threads of one run. Each thread reports once, just before it ends.
#[derive(Debug, Default)]
pub(super) struct CpuMeter {
    user_micros: AtomicU64,
    kernel_micros: AtomicU64,
}

impl CpuMeter {
    /// Adds everything the calling thread has used since it was born.
    pub(super) fn add_this_thread(&self) {
        if let Some((user, kernel)) = this_thread() {
            self.user_micros.fetch_add(user, Ordering::Relaxed);
            self.kernel_micros.fetch_add(kernel, Ordering::Relaxed);
        }
    }

    /// User and kernel time so far; `None` where the platform does not count per thread.
    pub(super) fn read(&self) -> Option<(Duration, Duration)> {
        this_thread()?;
        let read = |it: &AtomicU64| Duration::from_micros(it.load(Ordering::Relaxed));
        Some((read(&self.user_micros), read(&self.kernel_micros)))
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn this_thread() -> Option<(u64, u64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
    let micros = |it: nix::sys::time::TimeVal| u64::try_from(it.num_microseconds()).unwrap_or(0);
    Some((micros(usage.user_time()), micros(usage.system_time())))
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn this_thread() -> Option<(u64, u64)> {
    None
}
