//! The log file: what was said, a line each, for its owner alone. It is no place that anything depends on: when it
//! cannot be written the workbench goes on, and says so in `tallyho health`.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::config::Scope;
use crate::history::private;
use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::datetime_text;
use crate::text;
use crate::tui::app::LogLine;

/// A file of more bytes than this is put aside, and the one before it goes.
const LARGEST: u64 = 1 << 20;

/// Hands lines to the thread that writes.
pub(super) struct LogFile {
    path: PathBuf,
    lines: Option<Sender<Vec<LogLine>>>,
}

impl LogFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, lines: None }
    }

    /// Writes lines soon. The thread is born with the first ones.
    pub(super) fn write(&mut self, lines: Vec<LogLine>) {
        if self.lines.is_none() {
            let (sender, received) = channel();
            let path = self.path.clone();
            let born = std::thread::Builder::new().name("log".to_owned()).spawn(move || work(&path, &received));
            self.lines = born.is_ok().then_some(sender);
        }
        if let Some(sender) = &self.lines {
            let _ = sender.send(lines);
        }
    }
}

fn work(path: &Path, received: &Receiver<Vec<LogLine>>) {
    while let Ok(lines) = received.recv() {
        // The next lines are tried again: a disk that was full may have room by then.
        let _ = append(path, &lines);
    }
}

fn append(path: &Path, lines: &[LogLine]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::metadata(path).is_ok_and(|it| it.len() > LARGEST) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    let mut file = private(&mut OpenOptions::new()).append(true).create(true).open(path)?;
    let written: String = lines.iter().map(line).collect();
    file.write_all(written.as_bytes())
}

/// `2026-11-22T08:15:02.1234567Z error the words`.
fn line(line: &LogLine) -> String {
    let ticks = i64::try_from(line.at.as_micros()).unwrap_or(0).saturating_mul(10).saturating_add(UNIX_EPOCH_TICKS);
    let level = match line.scope {
        Scope::Error => "error",
        Scope::Warning => "warning",
        _ => "info",
    };
    format!("{} {level} {}\n", datetime_text(ticks), text::sanitize(&line.text))
}
