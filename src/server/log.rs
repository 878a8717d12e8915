//! One line on standard error for each request: what was asked for, how it ended and what it cost. Never a token, and
//! the text of a query only when that was asked for.
//!
//! Lines are written by a thread of their own: a reader that stops reading must not stop the service. When it lags too
//! far behind, lines are dropped and the next one says how many.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::kql::{TICKS_PER_SECOND, UNIX_EPOCH_TICKS};
use crate::result::datetime_cell;

/// What is told of requests.
#[derive(Debug, Clone, Default)]
pub struct LogOptions {
    pub format: LogFormat,
    /// Also the text of each query: it can hold names of people and machines.
    pub queries: bool,
    /// Where lines go instead of standard error.
    pub to: Option<mpsc::Sender<String>>,
}

/// How a line is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Off,
    /// A JSON object.
    Json,
    /// `time=… method=POST …`, values quoted where needed.
    Logfmt,
}

/// Lines that wait to be written; more are dropped.
const BACKLOG: usize = 4096;
/// Characters of a path or a query that are kept.
const MAX_PATH: usize = 200;
const MAX_QUERY: usize = 4000;

/// Writes lines from any thread without waiting.
pub(super) struct Logger {
    format: LogFormat,
    pub(super) queries: bool,
    to: Sink,
    n_dropped: AtomicU64,
}

enum Sink {
    Nowhere,
    Channel(mpsc::Sender<String>),
    Writer(mpsc::SyncSender<String>),
}

impl Logger {
    pub(super) fn new(options: &LogOptions) -> Arc<Self> {
        let to = match (options.format, &options.to) {
            (LogFormat::Off, _) => Sink::Nowhere,
            (_, Some(to)) => Sink::Channel(to.clone()),
            (_, None) => writer().map_or(Sink::Nowhere, Sink::Writer),
        };
        Arc::new(Self { format: options.format, queries: options.queries, to, n_dropped: AtomicU64::new(0) })
    }

    pub(super) fn write(&self, line: &Line) {
        if !matches!(self.to, Sink::Nowhere) {
            self.send(line.members(self.queries));
        }
    }

    /// Something that is not a request.
    pub(super) fn event(&self, name: &str, facts: &[(&str, &str)]) {
        let mut members = Map::new();
        members.insert("time".to_owned(), now().into());
        members.insert("event".to_owned(), name.into());
        members.extend(facts.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))));
        self.send(members);
    }

    fn send(&self, mut members: Map<String, Value>) {
        let n_dropped = self.n_dropped.swap(0, Ordering::Relaxed);
        if n_dropped > 0 {
            members.insert("dropped_lines".to_owned(), n_dropped.into());
        }
        let text = match self.format {
            LogFormat::Logfmt => logfmt(&members),
            LogFormat::Json | LogFormat::Off => Value::Object(members).to_string(),
        };
        let text = harmless(&text);
        let lost = match &self.to {
            Sink::Nowhere => false,
            Sink::Channel(sender) => sender.send(text).is_err(),
            Sink::Writer(sender) => sender.try_send(text).is_err(),
        };
        if lost {
            self.n_dropped.fetch_add(n_dropped + 1, Ordering::Relaxed);
        }
    }
}

/// The thread that writes to standard error; it ends with the logger.
fn writer() -> Option<mpsc::SyncSender<String>> {
    let (sender, lines) = mpsc::sync_channel::<String>(BACKLOG);
    let thread = std::thread::Builder::new().name("log".to_owned());
    let born = thread.spawn(move || {
        for line in lines {
            // One write a line, so that lines of other writers do not land inside it. A closed reader is no fault.
            let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
        }
    });
    born.ok().map(|_| sender)
}

/// What one request was.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) method: String,
    /// Without what follows `?`, which can hold codes and queries.
    pub(super) path: String,
    pub(super) api: &'static str,
    /// `None` when the client went away before it was answered.
    pub(super) status: Option<u16>,
    pub(super) rows: Option<u64>,
    /// Bytes of the body as sent.
    pub(super) bytes: u64,
    pub(super) duration: Duration,
    pub(super) cpu: Option<Duration>,
    pub(super) client: SocketAddr,
    /// For example `3 of 45 calls a minute`.
    pub(super) quota: Option<String>,
    /// The client went away while the body was being sent.
    pub(super) cut: bool,
    pub(super) query: Option<String>,
}

impl Line {
    fn members(&self, with_query: bool) -> Map<String, Value> {
        let members = json!({
            "time": now(),
            "method": self.method,
            "path": clip(&self.path, MAX_PATH),
            "api": self.api,
            "status": self.status,
            "rows": self.rows,
            "bytes": self.bytes,
            "duration_ms": milliseconds(self.duration),
            "cpu_ms": self.cpu.map(milliseconds),
            "client": self.client.port(),
            "quota": self.quota,
        });
        let Value::Object(mut members) = members else { return Map::new() };
        if self.status.is_none() || self.cut {
            members.insert("gone".to_owned(), true.into());
        }
        if let Some(query) = self.query.as_deref().filter(|_| with_query) {
            members.insert("query".to_owned(), clip(query, MAX_QUERY).into());
        }
        members.retain(|_, value| !value.is_null());
        members
    }
}

fn clip(text: &str, n_chars: usize) -> String {
    match text.char_indices().nth(n_chars) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Milliseconds with three digits behind the point.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn logfmt(members: &Map<String, Value>) -> String {
    let words = members.iter().map(|(key, value)| match value {
        Value::String(text) if !text.is_empty() && text.chars().all(is_plain) => format!("{key}={text}"),
        other => format!("{key}={other}"),
    });
    words.collect::<Vec<String>>().join(" ")
}

fn is_plain(character: char) -> bool {
    character.is_ascii_graphic() && !matches!(character, '"' | '=' | '\\')
}

/// Writes what could steer a terminal, or turn its text around, as an escape of JSON. In a line it stands only in
/// strings.
fn harmless(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        if character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

/// UTC, to the millisecond.
fn now() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ticks = since_epoch.as_millis() as i64 * (TICKS_PER_SECOND / 1000);
    datetime_cell(UNIX_EPOCH_TICKS + ticks)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{clip, harmless, logfmt};

    #[test]
    fn logfmt_quotes_what_is_not_plain() {
        let members = json!({"a": "x/y", "b": "two words", "c": "q\"=\n", "d": 1.5, "e": ""});
        let line = logfmt(members.as_object().unwrap());
        assert_eq!(line, r#"a=x/y b="two words" c="q\"=\n" d=1.5 e="""#);
    }

    #[test]
    fn a_line_cannot_steer_a_terminal() {
        let line = json!({ "path": "/\u{1b}[2J\u{9b}31m\u{7f}\u{202e}" }).to_string();
        assert_eq!(harmless(&line), r#"{"path":"/\u001b[2J\u009b31m\u007f\u202e"}"#);
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß", 3), "äöü…");
    }
}
