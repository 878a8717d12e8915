//! Recordings: each exchange with a service kept in a folder, so that it can be shown and answered again without the
//! service.
//!
//! # The format
//!
//! An exchange is two files of one stem, `20261122T013000.123Z-graph-3f9a2b1c`. Both are for their owner alone.
//!
//! - `STEM.body`: the body of the answer as it arrived, decompressed; nothing else is changed but a token, which would
//!   stand there if a proxy had sent the request back, and is replaced by `[token]`.
//! - `STEM.json`: the facts, see [`Facts`]. It is written last and in one step, so a body without facts belongs to an
//!   exchange that is not over, or whose program was killed.
//!
//! Nothing is ever overwritten. The request's headers are not kept, the answer's only as far as [`KEPT_HEADERS`] names
//! them. A disk that takes nothing is said in a note and fails no query.

mod facts;
mod redact;
mod replay;
mod scrub;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use super::Asked;
use facts::{Answer, Ending, Facts, Request, Timings};
use redact::Redactor;

pub(super) use facts::About;
pub use replay::Recorded;
pub use scrub::{ScrubReport, scrub};

/// Headers of an answer that say something about it and nothing about who asked.
const KEPT_HEADERS: [&str; 9] = [
    "content-type",
    "date",
    "retry-after",
    "x-ms-retry-after-ms",
    "request-id",
    "client-request-id",
    "x-ms-client-request-id",
    "x-ms-activity-id",
    "x-ms-ags-diagnostic",
];

/// The folder that a connection keeps its exchanges in.
pub(super) struct Recorder {
    folder: PathBuf,
    connection: String,
    /// What went wrong and has not been told.
    notes: Mutex<Vec<String>>,
}

impl Recorder {
    pub(super) fn new(folder: &Path, connection: &str) -> Self {
        Self { folder: folder.to_owned(), connection: connection.to_owned(), notes: Mutex::default() }
    }

    /// What went wrong since it was last asked.
    pub(super) fn take_notes(&self) -> Vec<String> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, error: &io::Error) {
        let note = format!("The exchange could not be recorded in {}: {error}.", self.folder.display());
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}

/// An answer that is coming in, recorded on the way if the connection wants it.
pub(super) struct Incoming {
    response: Response,
    recording: Option<Recording>,
}

impl Incoming {
    /// `sent` is when the request went out, by both clocks.
    pub(super) fn new(asked: &Asked<'_>, response: Response, sent: (SystemTime, Instant)) -> Self {
        let recording = asked.session.recorder.as_ref().zip(asked.call.about.as_ref()).and_then(|(recorder, about)| {
            Recording::begin(recorder, about, asked, &response, sent).inspect_err(|it| recorder.note(it)).ok()
        });
        Self { response, recording }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn headers(&self) -> &reqwest::header::HeaderMap {
        self.response.headers()
    }

    /// The next piece of the body; `None` when it has ended.
    pub(super) async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        let piece = self.response.chunk().await;
        if let Some(recording) = &mut self.recording {
            match &piece {
                Ok(Some(bytes)) => recording.piece(bytes),
                Ok(None) => recording.facts.ending = Ending::Whole,
                Err(fault) => {
                    recording.facts.ending = Ending::Broken;
                    recording.facts.fault = Some(if fault.is_timeout() { "timed out" } else { "broke off" }.to_owned());
                }
            }
        }
        piece
    }
}

/// One exchange on its way to the disk. Whatever ends it, the facts are written when it is dropped.
struct Recording {
    recorder: Arc<Recorder>,
    stem: String,
    /// `None` once the disk has failed.
    body: Option<File>,
    facts: Facts,
    redactor: Redactor,
    sent: Instant,
}

impl Recording {
    fn begin(
        recorder: &Arc<Recorder>,
        about: &About,
        asked: &Asked<'_>,
        response: &Response,
        (time, sent): (SystemTime, Instant),
    ) -> io::Result<Self> {
        let redactor = Redactor::new(asked.token.map(SecretString::expose_secret));
        let call = asked.call;
        let headers = KEPT_HEADERS.iter().filter_map(|name| {
            let value = response.headers().get(*name)?.to_str().ok()?;
            Some(((*name).to_owned(), redactor.text(value)))
        });
        let (stem, body) = reserve(&recorder.folder, call.api.kind(), time)?;
        let facts = Facts {
            format: facts::FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            time: facts::time_text(time),
            connection: recorder.connection.clone(),
            api: facts::api_name(&call.api),
            base_url: asked.session.service().base_url.clone(),
            shape: facts::shape_name(call.shape).to_owned(),
            about: About {
                query: redactor.text(&about.query),
                time_range: about.time_range.clone(),
                parameters: about.parameters.clone(),
            },
            request: Request {
                method: call.method.to_string(),
                path: redactor.text(call.url.path()),
                body: facts::body_value(&redactor.text(call.body.as_deref().unwrap_or_default())),
            },
            answer: Answer { status: response.status().as_u16(), headers: headers.collect(), bytes: 0 },
            timings: Timings { head_ms: elapsed(sent), first_byte_ms: None, end_ms: 0 },
            ending: Ending::Stopped,
            fault: None,
        };
        Ok(Self { recorder: Arc::clone(recorder), stem, body: Some(body), facts, redactor, sent })
    }

    fn piece(&mut self, bytes: &[u8]) {
        self.facts.timings.first_byte_ms.get_or_insert_with(|| elapsed(self.sent));
        let clean = self.redactor.push(bytes);
        self.write(&clean);
    }

    fn write(&mut self, bytes: &[u8]) {
        let Some(file) = &mut self.body else { return };
        match file.write_all(bytes) {
            Ok(()) => self.facts.answer.bytes += bytes.len() as u64,
            Err(error) => {
                self.recorder.note(&error);
                self.body = None;
            }
        }
    }
}

/// An exchange whose body is not all there would be replayed as another answer, so it leaves nothing behind.
impl Drop for Recording {
    fn drop(&mut self) {
        let rest = self.redactor.finish();
        self.write(&rest);
        self.facts.timings.end_ms = elapsed(self.sent);
        let path = self.recorder.folder.join(&self.stem);
        let written = match self.body.take() {
            Some(_) => write_facts(&path, &self.facts).inspect_err(|it| self.recorder.note(it)).is_ok(),
            None => false,
        };
        if !written {
            let _ = fs::remove_file(path.with_added_extension("body"));
        }
    }
}

fn elapsed(since: Instant) -> u64 {
    since.elapsed().as_millis() as u64
}

/// A stem that nobody else has, and its body's file.
fn reserve(folder: &Path, kind: &str, time: SystemTime) -> io::Result<(String, File)> {
    private_folder(folder)?;
    let time: String = facts::time_text(time).chars().filter(|it| !matches!(it, '-' | ':')).collect();
    loop {
        let stem = format!("{time}-{kind}-{:08x}", fastrand::u32(..));
        match create_new(&folder.join(&stem).with_added_extension("body")) {
            Ok(file) => return Ok((stem, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// The facts under their own name only when they are whole.
fn write_facts(stem: &Path, facts: &Facts) -> io::Result<()> {
    let aside = stem.with_added_extension("part");
    let mut text = serde_json::to_vec_pretty(facts).map_err(io::Error::other)?;
    text.push(b'\n');
    let written = create_new(&aside).and_then(|mut file| file.write_all(&text));
    let written = written.and_then(|()| fs::rename(&aside, stem.with_added_extension("json")));
    written.inspect_err(|_| drop(fs::remove_file(&aside)))
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// A new file for its owner alone; one that is there already is an error.
fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}
