//! Answers from recorded exchanges, through the same decoder that reads a service's.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio_util::sync::CancellationToken;

use super::facts::{self, Ending, FORMAT, Facts};
use crate::config::{Clock, Connection, ConnectionKind, Service, TimeRange};
use crate::kql;
use crate::remote::call::Call;
use crate::remote::error::{self, RemoteError};
use crate::remote::{
    Asked, DecodeError, Environment, RemoteErrorKind, RemoteEvent, RemoteRequest, RemoteSummary, Session, decode, http,
};

/// A recorded answer comes at the pace at which it came, but none takes longer than this: a demonstration should show
/// rows arriving and not make people wait.
const LONGEST_REPLAY: Duration = Duration::from_millis(1500);
/// How quickly a replay notices that it was stopped.
const STEP: Duration = Duration::from_millis(10);
const PIECE: usize = 64 * 1024;
/// Facts longer than this are none.
const MAX_FACTS: u64 = 16 * 1024 * 1024;
/// How much of an error's body is read.
const MAX_ERROR_BODY: u64 = 64 * 1024;
/// Recorded queries that an error names.
const MAX_NAMED: usize = 5;

/// A folder of recorded exchanges.
pub struct Recorded {
    folder: PathBuf,
    exchanges: RwLock<Vec<Exchange>>,
}

#[derive(Clone)]
struct Exchange {
    /// The path of its files without their endings.
    stem: PathBuf,
    facts: Facts,
    /// The query without comments and blanks.
    plain: String,
}

impl Recorded {
    /// Reads what is in the folder. Fails where it cannot be read or holds no exchange.
    pub fn open(folder: &Path) -> Result<Self, RemoteError> {
        let exchanges = read_folder(folder).map_err(|it| {
            RemoteError::connection(
                format!("the recordings in {} cannot be read: {it}", folder.display()),
                "Set folder of the connection to one that `record` of another connection has filled.",
            )
        })?;
        if exchanges.is_empty() {
            return Err(RemoteError::connection(
                format!("there is no recorded exchange in {}", folder.display()),
                "Set record of a connection to this folder and run queries there.",
            ));
        }
        Ok(Self { folder: folder.to_owned(), exchanges: RwLock::new(exchanges) })
    }

    /// The queries that have an answer, the newest first, each once.
    pub fn queries(&self) -> Vec<String> {
        let mut queries: Vec<(String, String)> = Vec::new();
        for exchange in self.exchanges.read().unwrap_or_else(PoisonError::into_inner).iter().rev() {
            if !queries.iter().any(|(plain, _)| *plain == exchange.plain) {
                queries.push((exchange.plain.clone(), exchange.facts.about.query.clone()));
            }
        }
        queries.into_iter().map(|it| it.1).collect()
    }

    /// Answers with the newest exchange of the same query: the same text, else the same but for blanks and comments.
    /// Errors come again as errors. Blocks as long as the replay takes.
    pub fn query(
        &self,
        request: &RemoteRequest<'_>,
        cancel: &CancellationToken,
        sink: &mut dyn FnMut(RemoteEvent),
    ) -> Result<RemoteSummary, RemoteError> {
        let Some(exchange) = self.find(request) else { return Err(self.unknown()) };
        let pace = Pace::of(&exchange.facts, cancel);
        let mut summary = replay(&exchange, &pace, cancel, sink)?;
        summary.notes.insert(0, told(&exchange.facts, request));
        Ok(summary)
    }

    fn find(&self, request: &RemoteRequest<'_>) -> Option<Exchange> {
        let plain = plain(request.text);
        let found = self.find_known(request, &plain);
        found.or_else(|| {
            // The folder may have got more since it was opened.
            let exchanges = read_folder(&self.folder).ok()?;
            *self.exchanges.write().unwrap_or_else(PoisonError::into_inner) = exchanges;
            self.find_known(request, &plain)
        })
    }

    fn find_known(&self, request: &RemoteRequest<'_>, plain: &str) -> Option<Exchange> {
        let exchanges = self.exchanges.read().unwrap_or_else(PoisonError::into_inner);
        let range = request.time_range.map(TimeRange::text);
        let same = |it: &&Exchange| it.plain == plain && it.facts.about.parameters == request.parameters;
        // The later ones of equals are the newer ones.
        let best = exchanges
            .iter()
            .filter(same)
            .max_by_key(|it| (it.facts.about.time_range.as_deref() == range, it.facts.about.query == request.text));
        best.cloned()
    }

    fn unknown(&self) -> RemoteError {
        let queries = self.queries();
        let named: Vec<String> = queries.iter().take(MAX_NAMED).map(|it| format!("'{}'", first_line(it))).collect();
        let more = if queries.len() > MAX_NAMED { " and more" } else { "" };
        RemoteError::new(
            RemoteErrorKind::Query,
            format!("no answer to this query is recorded in {}", self.folder.display()),
            format!("There are {} recorded queries: {}{more}.", queries.len(), named.join(", ")),
        )
    }
}

/// The first line that says something, cut.
fn first_line(query: &str) -> String {
    let line = query.lines().map(str::trim).find(|it| !it.is_empty() && !it.starts_with("//")).unwrap_or_default();
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Where the answer is from, and whether it was asked about another time.
fn told(facts: &Facts, request: &RemoteRequest<'_>) -> String {
    let asked = request.time_range.map(TimeRange::text);
    let recorded = facts.about.time_range.as_deref();
    let range = match (recorded, asked) {
        _ if recorded == asked => String::new(),
        (Some(range), _) => format!(" It was asked about the time {range}."),
        (None, _) => " It was asked about no time range.".to_owned(),
    };
    format!("This answer of {} was recorded at {}; nothing was sent.{range}", facts.connection, facts.time)
}

/// The query as its tokens, without comments and blanks.
fn plain(query: &str) -> String {
    let tree = kql::parse(query);
    let tokens: Vec<&str> = tree.leaves().filter(|it| !it.kind().is_trivia()).map(kql::Node::text).collect();
    tokens.join(" ").trim().to_owned()
}

/// The exchanges of the folder, the oldest first. What is no exchange is passed over; one that nobody waited for has no
/// answer.
fn read_folder(folder: &Path) -> io::Result<Vec<Exchange>> {
    let mut exchanges = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "json")
            && let Some(facts) = read_facts(&path)
            && facts.ending != Ending::Stopped
        {
            let plain = plain(&facts.about.query);
            exchanges.push(Exchange { stem: path.with_extension(""), facts, plain });
        }
    }
    exchanges.sort_by(|a, b| (&a.facts.time, &a.stem).cmp(&(&b.facts.time, &b.stem)));
    Ok(exchanges)
}

pub(super) fn read_facts(path: &Path) -> Option<Facts> {
    let mut text = Vec::new();
    File::open(path).ok()?.take(MAX_FACTS).read_to_end(&mut text).ok()?;
    serde_json::from_slice::<Facts>(&text).ok().filter(|it| it.format == FORMAT)
}

/// When the pieces of a body come.
struct Pace<'a> {
    started: Instant,
    /// Times of the recording are multiplied by this.
    scale: f64,
    cancel: &'a CancellationToken,
}

impl<'a> Pace<'a> {
    fn of(facts: &Facts, cancel: &'a CancellationToken) -> Self {
        let took = facts.timings.end_ms.max(1) as f64;
        let scale = (LONGEST_REPLAY.as_millis() as f64 / took).min(1.0);
        Self { started: Instant::now(), scale, cancel }
    }

    /// Waits until so many milliseconds of the recording have passed. False when the replay was stopped.
    fn wait(&self, at_ms: f64) -> bool {
        let due = self.started + Duration::from_secs_f64((at_ms * self.scale / 1000.0).clamp(0.0, 3600.0));
        loop {
            if self.cancel.is_cancelled() {
                return false;
            }
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(STEP));
        }
    }
}

fn replay(
    exchange: &Exchange,
    pace: &Pace<'_>,
    cancel: &CancellationToken,
    sink: &mut dyn FnMut(RemoteEvent),
) -> Result<RemoteSummary, RemoteError> {
    let (session, call) = asked_with(&exchange.facts)?;
    let asked = Asked { session: &session, call: &call, token: None, timeout: Duration::ZERO };
    let facts = &exchange.facts;
    let body = File::open(exchange.stem.with_added_extension("body")).map_err(|it| {
        RemoteError::connection(
            format!("the body of the recorded answer {} cannot be read: {it}", exchange.stem.display()),
            "Record the query again.",
        )
    })?;
    if !pace.wait(facts.timings.head_ms as f64) {
        return Err(RemoteError::cancelled());
    }
    let status = StatusCode::from_u16(facts.answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status != StatusCode::OK {
        let mut text = Vec::new();
        let _ = body.take(MAX_ERROR_BODY).read_to_end(&mut text);
        return Err(error::of_status(&asked, status, &headers(facts), &text));
    }
    let mut pieces = Pieces { body, facts, pace, n_read: 0 };
    let decoded = decode(&mut pieces, call.shape, &mut |event| {
        sink(event);
        !cancel.is_cancelled()
    });
    if cancel.is_cancelled() {
        return Err(RemoteError::cancelled());
    }
    match decoded {
        Ok(decoded) => {
            let wall_time = Duration::from_millis(facts.timings.end_ms);
            Ok(http::summary(&call, decoded, wall_time, Vec::new()))
        }
        Err(DecodeError::Cut { .. }) if facts.ending == Ending::Broken => Err(RemoteError::connection(
            format!("the recorded answer {}", facts.fault.as_deref().unwrap_or("broke off")),
            "Rows that had arrived are not the whole answer.",
        )),
        Err(fault) => Err(error::of_decoding(&asked, &fault)),
    }
}

/// What errors and the decoder need to know of the service. Nothing is ever sent with it.
fn asked_with(facts: &Facts) -> Result<(Session, Call), RemoteError> {
    let unknown = |what: &str| {
        RemoteError::connection(
            format!("the recorded exchange is of {what}, which this version does not know"),
            "Read it with the version of Tallyho that recorded it.",
        )
    };
    let api = facts::api_of(&facts.api).ok_or_else(|| unknown(&format!("the API '{}'", facts.api)))?;
    let shape = facts::shape_of(&facts.shape).ok_or_else(|| unknown(&format!("the shape '{}'", facts.shape)))?;
    let url = http::address(&facts.base_url, &[])?;
    let service = Service::at(api.clone(), facts.base_url.clone());
    let kind = ConnectionKind::Service(Box::new(service));
    let connection = Connection::new(facts.connection.clone(), kind, Clock::System);
    let session = Session::open(&connection, &Environment::of_process())?;
    Ok((session, Call::post(&api, url, &serde_json::Value::Null, shape)))
}

fn headers(facts: &Facts) -> HeaderMap {
    let pairs = facts.answer.headers.iter().filter_map(|(name, value)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
    });
    pairs.collect()
}

/// The body in pieces, each when it is due; one that broke off breaks off again.
struct Pieces<'a> {
    body: File,
    facts: &'a Facts,
    pace: &'a Pace<'a>,
    n_read: u64,
}

impl Iterator for Pieces<'_> {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        let timings = self.facts.timings;
        let first = timings.first_byte_ms.unwrap_or(timings.head_ms) as f64;
        let share = self.n_read as f64 / self.facts.answer.bytes.max(1) as f64;
        if !self.pace.wait(first + share.min(1.0) * (timings.end_ms as f64 - first)) {
            return Some(Err(io::Error::other("stopped")));
        }
        let mut piece = vec![0; PIECE];
        match self.body.read(&mut piece) {
            Ok(0) if self.facts.ending == Ending::Broken => Some(Err(io::Error::other("broken off"))),
            Ok(0) => None,
            Ok(n_bytes) => {
                piece.truncate(n_bytes);
                self.n_read += n_bytes as u64;
                Some(Ok(Bytes::from(piece)))
            }
            Err(error) => Some(Err(error)),
        }
    }
}
