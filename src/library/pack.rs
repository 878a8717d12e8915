//! Runs queries one after another, each when it fits the quota. It blocks, so it has a thread of its own; who watches can
//! pause it, resume it, take single queries out and stop it.

use std::collections::BTreeSet;
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::hunt::Hunt;
use super::matrix::{Verdict, of_rows};
use crate::kql::{self, Diagnostic, Severity};
use crate::result::{ResultSet, RunStats};
use crate::run::{
    CancelHandle, OpenConnection, QueryRequest, RunError, RunErrorKind, RunEvent, RunId, RunSummary, Runner,
    SchemaOrigin, SignInPrompt,
};

/// Rows of each query that are kept to be looked at.
const MAX_KEPT: usize = 1_000;
/// Even a service that asks for no pause gets one.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// Something that happened to a pack. `at` is the place of the query in its matrix.
#[derive(Debug, Clone)]
pub enum PackEvent {
    /// It does not fit the quota before then.
    Waiting {
        at: usize,
        until: SystemTime,
        why: String,
    },
    Started {
        at: usize,
    },
    /// A person has to act before the query is sent.
    SignIn(SignInPrompt),
    Ended {
        at: usize,
        outcome: Box<PackOutcome>,
    },
    /// Nothing more is sent: because it was asked for, or for this reason. The last event, as `Over` is.
    Paused(Option<String>),
    Over,
}

/// What came of one query.
#[derive(Debug, Clone, Default)]
pub struct PackOutcome {
    pub verdict: Verdict,
    pub elapsed: Option<Duration>,
    pub stats: RunStats,
    /// The first of the rows that it found.
    pub found: Option<Arc<ResultSet>>,
    pub truncated: bool,
}

/// Steers a pack that runs on another thread.
#[derive(Debug, Clone, Default)]
pub struct PackControl(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    wishes: Mutex<Wishes>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Wishes {
    stopped: bool,
    dropped: BTreeSet<usize>,
    /// The query that waits is sent without waiting any longer.
    at_once: bool,
    /// What runs, and how it is stopped.
    running: Option<(usize, CancelHandle)>,
}

impl PackControl {
    /// Nothing more is sent, and what runs is stopped; it counts as not run.
    pub fn pause(&self) {
        let mut wishes = self.wishes();
        wishes.stopped = true;
        if let Some((_, cancel)) = &wishes.running {
            cancel.cancel();
        }
        self.0.changed.notify_all();
    }

    /// Takes a query out; one that runs is stopped.
    pub fn drop_query(&self, at: usize) {
        let mut wishes = self.wishes();
        wishes.dropped.insert(at);
        if let Some((_, cancel)) = wishes.running.as_ref().filter(|(running, _)| *running == at) {
            cancel.cancel();
        }
        self.0.changed.notify_all();
    }

    /// Sends the query that waits for its quota all the same.
    pub fn send_now(&self) {
        self.wishes().at_once = true;
        self.0.changed.notify_all();
    }

    fn wishes(&self) -> MutexGuard<'_, Wishes> {
        self.0.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.wishes().stopped
    }

    /// Sleeps until then, or until a wish concerns this query.
    fn sleep(&self, at: usize, until: SystemTime) {
        let deadline = Instant::now() + until.duration_since(SystemTime::now()).unwrap_or_default().max(SHORTEST_WAIT);
        let mut wishes = self.wishes();
        while !wishes.stopped && !wishes.at_once && !wishes.dropped.contains(&at) {
            let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|it| !it.is_zero()) else { break };
            wishes = self.0.changed.wait_timeout(wishes, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Everything that runs need.
pub struct PackRun<'a> {
    pub runner: &'a Runner,
    pub connection: &'a Arc<OpenConnection>,
    /// The ids of the runs count on from this one, by the places of the queries.
    pub first_id: u64,
    pub control: &'a PackControl,
    /// Wait for the quota; else a query is sent all the same.
    pub waits: bool,
}

impl PackRun<'_> {
    /// Runs these queries. The last event is `Paused` or `Over`; a connection that fails pauses the pack.
    pub fn run(&self, hunts: &[(usize, Arc<Hunt>)], sink: &dyn Fn(PackEvent)) {
        for (at, hunt) in hunts {
            if self.control.is_stopped() {
                return sink(PackEvent::Paused(None));
            }
            let outcome = match self.one(*at, hunt, sink) {
                Ok(outcome) => outcome,
                Err(Stop::Asked) if self.control.wishes().dropped.contains(at) => {
                    PackOutcome { verdict: Verdict::Dropped, ..PackOutcome::default() }
                }
                Err(Stop::Asked) => return sink(PackEvent::Paused(None)),
                Err(Stop::Connection(error)) => {
                    let advice = error.advice.as_ref().map_or_else(String::new, |it| format!(" {it}"));
                    return sink(PackEvent::Paused(Some(format!("{}{advice}", sentence(&error.message)))));
                }
            };
            sink(PackEvent::Ended { at: *at, outcome: Box::new(outcome) });
        }
        sink(PackEvent::Over);
    }

    fn one(&self, at: usize, hunt: &Hunt, sink: &dyn Fn(PackEvent)) -> Result<PackOutcome, Stop> {
        if self.control.wishes().dropped.contains(&at) {
            return Err(Stop::Asked);
        }
        if self.is_told()
            && let Some(table) = missing_table(&hunt.query, self.connection)
        {
            // The service itself has told that it has no such table: asking costs quota and brings nothing.
            return Ok(PackOutcome { verdict: Verdict::TableMissing(table), ..PackOutcome::default() });
        }
        self.control.wishes().at_once = false;
        loop {
            self.wait_for_quota(at, sink)?;
            self.control.wishes().at_once = false;
            sink(PackEvent::Started { at });
            let started = Instant::now();
            let ending = self.send(at, &hunt.query, sink);
            let elapsed = Some(started.elapsed());
            self.control.wishes().running = None;
            match ending {
                Some(Ok((found, n_rows, summary))) => {
                    let verdict = of_rows(n_rows, summary.truncation.as_ref());
                    let found = (n_rows > 0).then(|| Arc::new(found));
                    let elapsed = summary.stats.wall_time.or(elapsed);
                    let truncated = summary.truncation.is_some();
                    return Ok(PackOutcome { verdict, elapsed, stats: summary.stats, found, truncated });
                }
                Some(Err(error)) if error.kind == RunErrorKind::Quota && self.waits => {
                    let now = SystemTime::now();
                    let waiting = self.runner.waiting(self.connection, &error, now);
                    let (until, why) =
                        waiting.map_or((now + Duration::from_secs(30), error.message), |it| (it.until, it.why));
                    sink(PackEvent::Waiting { at, until, why });
                    self.control.sleep(at, until);
                }
                Some(Err(error)) if error.kind == RunErrorKind::Connection => return Err(Stop::Connection(error)),
                Some(Err(error)) => {
                    return Ok(PackOutcome {
                        verdict: of_error(&error, &hunt.query),
                        elapsed,
                        ..PackOutcome::default()
                    });
                }
                None => return Err(Stop::Asked),
            }
        }
    }

    /// The tables are known from the service itself.
    fn is_told(&self) -> bool {
        matches!(self.connection.schema_origin(), SchemaOrigin::Service { .. })
    }

    fn wait_for_quota(&self, at: usize, sink: &dyn Fn(PackEvent)) -> Result<(), Stop> {
        if !self.waits {
            return Ok(());
        }
        loop {
            let wishes = self.control.wishes();
            if wishes.stopped || wishes.dropped.contains(&at) {
                return Err(Stop::Asked);
            }
            if wishes.at_once {
                break;
            }
            drop(wishes);
            let forecast = self.runner.forecast(self.connection, SystemTime::now());
            let Some(until) = forecast.fits_at else { break };
            sink(PackEvent::Waiting { at, until, why: forecast.reason });
            self.control.sleep(at, until);
        }
        Ok(())
    }

    /// Runs to the end; `None` when it was stopped.
    fn send(&self, at: usize, text: &str, sink: &dyn Fn(PackEvent)) -> Option<Result<Answer, RunError>> {
        let (sender, receiver) = channel();
        let id = RunId(self.first_id + at as u64);
        let request = QueryRequest::new(id, text, Arc::clone(self.connection));
        let cancel = self.runner.start(request, move |event| drop(sender.send(event)));
        {
            let mut wishes = self.control.wishes();
            if wishes.stopped || wishes.dropped.contains(&at) {
                cancel.cancel();
            }
            wishes.running = Some((at, cancel));
        }
        let mut found = ResultSet::default();
        let mut n_rows = 0;
        for event in receiver {
            match event {
                RunEvent::Started | RunEvent::Progress(_) => {}
                RunEvent::SignIn(prompt) => sink(PackEvent::SignIn(prompt)),
                RunEvent::Columns(columns) => (found, n_rows) = (ResultSet::new(columns), 0),
                RunEvent::Batch(batch) => {
                    n_rows += batch.num_rows() as u64;
                    let room = MAX_KEPT.saturating_sub(found.n_rows()).min(batch.num_rows());
                    if room > 0 {
                        found.push(batch.slice(0, room));
                    }
                }
                RunEvent::Finished(summary) => return Some(Ok((found, n_rows, *summary))),
                RunEvent::Failed(error) => return Some(Err(error)),
                RunEvent::Cancelled { .. } => return None,
            }
        }
        None
    }
}

/// The first rows, how many there were, and the rest.
type Answer = (ResultSet, u64, RunSummary);

enum Stop {
    Asked,
    Connection(RunError),
}

/// A table that the query names and the connection is known not to have.
pub fn missing_table(query: &str, connection: &OpenConnection) -> Option<String> {
    let schema = connection.schema();
    let context = connection.context(&schema);
    if context.is_open {
        return None;
    }
    table_of(&kql::analyze(query, &context).diagnostics, query)
}

/// What analysis expects of a query here: nothing where it can be run.
pub fn expected(query: &str, connection: &OpenConnection) -> Option<Verdict> {
    let schema = connection.schema();
    let context = connection.context(&schema);
    let found = kql::analyze(query, &context).diagnostics;
    if !context.is_open
        && let Some(table) = table_of(&found, query)
    {
        return Some(Verdict::TableMissing(table));
    }
    let stops = |it: &&Diagnostic| matches!(it.severity, Severity::Error | Severity::Refusal);
    let first = found.iter().find(stops)?;
    Some(Verdict::Refused(with_line(first, query)))
}

fn table_of(found: &[Diagnostic], query: &str) -> Option<String> {
    let missing = found.iter().find(|it| {
        it.severity == Severity::Error
            && matches!(it.code, "SEM0100" | "KS204")
            && it.message.starts_with("there is no table named")
    })?;
    Some(query.get(missing.span.clone())?.to_owned())
}

/// What a failed run means for its query.
fn of_error(error: &RunError, query: &str) -> Verdict {
    if let Some(table) = table_of(&error.diagnostics, query).or_else(|| unresolved(&error.message)) {
        return Verdict::TableMissing(table);
    }
    let stops = |it: &&Diagnostic| matches!(it.severity, Severity::Error | Severity::Refusal);
    let message = match error.diagnostics.iter().find(stops) {
        Some(first) => with_line(first, query),
        None => sentence(&error.message),
    };
    match error.kind {
        RunErrorKind::Query => Verdict::Refused(message),
        RunErrorKind::Limit | RunErrorKind::Quota | RunErrorKind::Connection => Verdict::Failed(message),
    }
}

/// The table that a service says it does not know.
fn unresolved(message: &str) -> Option<String> {
    let (_, behind) = message.split_once("Failed to resolve table")?;
    let (_, named) = behind.split_once('\'')?;
    let (name, _) = named.split_once('\'')?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// `line 3: there is no column named 'Fle'`.
fn with_line(found: &Diagnostic, query: &str) -> String {
    let line = query.get(..found.span.start).unwrap_or_default().matches('\n').count() + 1;
    format!("line {line}: {}", found.message)
}

fn sentence(message: &str) -> String {
    if message.ends_with(['.', '!', '?']) { message.to_owned() } else { format!("{message}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_told_apart() {
        let query = "Nowhere | take 1";
        let missing = Diagnostic::error("KS204", 0..7, "there is no table named 'Nowhere'");
        let refusal = Diagnostic::refusal("scan", 10..14);
        let service = "The service refused the query (400): 'where' operator: Failed to resolve table or column expression named 'SigninLogs'";
        for (error, name) in [
            (RunError::of_analysis(vec![missing]), "table missing"),
            (RunError::of_analysis(vec![refusal]), "refused"),
            (RunError::new(RunErrorKind::Query, service), "table missing"),
            (RunError::new(RunErrorKind::Query, "Failed to resolve scalar expression named 'x'"), "refused"),
            (RunError::new(RunErrorKind::Limit, "it took too long"), "failed"),
        ] {
            let verdict = of_error(&error, query);
            assert_eq!(verdict.name(), name, "{verdict:?}");
        }
        assert_eq!(unresolved(service).as_deref(), Some("SigninLogs"));
    }
}
