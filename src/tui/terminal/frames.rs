//! What goes to the terminal: each frame gathered, written at once, counted and timed.

use std::io::{self, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::thrift::without_repeats;

/// Frames below this come in one packet anyway, and marking them would cost more than it saves.
const WORTH_MARKING: usize = 512;
/// A frame that the line takes so long for is slow; so many of them make a slow line.
const SLOW: Duration = Duration::from_millis(40);
const SLOW_FRAMES: u64 = 3;

/// Begin and end of a frame that the terminal is to show as a whole. Terminals that do not know it take no notice.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// What was written, for whoever wants to know.
#[derive(Debug, Default)]
pub struct Meter {
    n_bytes: AtomicU64,
    last_frame: AtomicU64,
    n_slow: AtomicU64,
    /// A frame is being drawn: nothing is written before it is whole.
    is_drawing: AtomicBool,
}

impl Meter {
    /// A frame begins: what is flushed from now on waits for its end.
    pub(in crate::tui) fn begin(&self) {
        self.is_drawing.store(true, Ordering::Relaxed);
    }

    /// The frame is whole: the next flush writes it.
    pub(in crate::tui) fn end(&self) {
        self.is_drawing.store(false, Ordering::Relaxed);
    }

    /// Bytes since the start.
    pub(in crate::tui) fn n_bytes(&self) -> u64 {
        self.n_bytes.load(Ordering::Relaxed)
    }

    /// Bytes of the last frame.
    pub(in crate::tui) fn last_frame(&self) -> u64 {
        self.last_frame.load(Ordering::Relaxed)
    }

    /// The line does not take frames as fast as they come.
    pub(in crate::tui) fn is_slow(&self) -> bool {
        self.n_slow.load(Ordering::Relaxed) >= SLOW_FRAMES
    }

    pub(super) fn wrote(&self, n_bytes: usize, took: Duration) {
        self.n_bytes.fetch_add(n_bytes as u64, Ordering::Relaxed);
        self.last_frame.store(n_bytes as u64, Ordering::Relaxed);
        if took >= SLOW {
            self.n_slow.fetch_add(1, Ordering::Relaxed);
        } else {
            // One bad moment is no slow line.
            let _ = self.n_slow.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| {
                (it < SLOW_FRAMES).then(|| it.saturating_sub(1))
            });
        }
    }
}

/// Gathers frames for a terminal.
pub(super) struct Frames<W: Write = Stdout> {
    out: W,
    gathered: Vec<u8>,
    meter: Arc<Meter>,
    /// Large frames are marked as such.
    synchronized: bool,
}

impl<W: Write> Frames<W> {
    pub(super) fn new(out: W, meter: Arc<Meter>, synchronized: bool) -> Self {
        Self { out, gathered: Vec::with_capacity(16 * 1024), meter, synchronized }
    }
}

impl<W: Write> Write for Frames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() || self.meter.is_drawing.load(Ordering::Relaxed) {
            return Ok(());
        }
        let thrifty = without_repeats(&self.gathered);
        let marked = self.synchronized && thrifty.len() >= WORTH_MARKING;
        let mut frame = Vec::with_capacity(thrifty.len() + BEGIN.len() + END.len());
        frame.extend_from_slice(if marked { BEGIN } else { b"" });
        with_squiggles(&thrifty, &mut frame);
        frame.extend_from_slice(if marked { END } else { b"" });
        self.gathered.clear();
        let started = Instant::now();
        self.out.write_all(&frame)?;
        self.out.flush()?;
        self.meter.wrote(frame.len(), started.elapsed());
        Ok(())
    }
}

/// Writes the wavy line for what stands for it (`look::SQUIGGLE`).
fn with_squiggles(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    let find = |rest: &[u8]| {
        memchr::memmem::find(rest, b"\x1b[6m").into_iter().chain(memchr::memmem::find(rest, b"\x1b[25m")).min()
    };
    while let Some(at) = find(rest) {
        out.extend_from_slice(&rest[..at]);
        let starts = rest[at..].starts_with(b"\x1b[6m");
        out.extend_from_slice(if starts { b"\x1b[4:3m" } else { b"\x1b[24m" });
        rest = &rest[at + if starts { 4 } else { 5 }..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_written_once_and_whole_and_a_large_one_is_marked() {
        let meter = Arc::new(Meter::default());
        let mut frames = Frames::new(Vec::new(), Arc::clone(&meter), true);
        meter.begin();
        frames.write_all(b"small").unwrap();
        frames.flush().unwrap();
        assert!(frames.out.is_empty(), "nothing is seen of half a frame");
        frames.write_all(b"\x1b[6mwavy\x1b[25m").unwrap();
        meter.end();
        frames.flush().unwrap();
        assert_eq!(frames.out, b"small\x1b[4:3mwavy\x1b[24m");
        assert_eq!((meter.n_bytes(), meter.last_frame()), (20, 20));
        frames.out.clear();
        frames.write_all(&[b'x'; 600]).unwrap();
        frames.flush().unwrap();
        assert!(frames.out.starts_with(BEGIN) && frames.out.ends_with(END));
        frames.out.clear();
        frames.flush().unwrap();
        assert!(frames.out.is_empty(), "what is empty is no frame");
    }

    #[test]
    fn a_line_is_slow_when_frames_are_slow_again_and_again() {
        let meter = Meter::default();
        for _ in 0..10 {
            meter.wrote(100, SLOW);
            meter.wrote(100, Duration::ZERO);
        }
        assert!(!meter.is_slow(), "a bad moment now and then");
        (0..3).for_each(|_| meter.wrote(100, SLOW));
        assert!(meter.is_slow());
    }
}
