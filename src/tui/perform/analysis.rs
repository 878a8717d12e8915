//! Looks for mistakes in the text, on a thread of its own.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Answers;
use super::fetched::{self, Shelf};
use crate::kql::{Context, Diagnostic, Severity, inspect, lint_inspection};
use crate::run::OpenConnection;
use crate::tui::app::Parameters;
use crate::tui::msg::Msg;

/// The rule that asks for a time: reading local data to its end costs nobody's quota.
const NO_TIME_FILTER: &str = "T001";

/// Analyses the newest text; what is still at work on an older one gives up.
pub(super) struct Analyst {
    sender: Answers,
    newest: Arc<AtomicU64>,
}

impl Analyst {
    pub(super) fn new(sender: Answers) -> Self {
        Self { sender, newest: Arc::new(AtomicU64::new(0)) }
    }

    pub(super) fn analyse(
        &self,
        revision: u64,
        text: String,
        blocks: Vec<Range<usize>>,
        given: Parameters,
        open: &Arc<OpenConnection>,
        shelf: Option<Shelf>,
    ) {
        self.newest.store(revision, Ordering::SeqCst);
        self.sender.expect_one();
        let (sender, newest, open) = (self.sender.clone(), Arc::clone(&self.newest), Arc::clone(open));
        let work = move || {
            let wanted = || newest.load(Ordering::SeqCst) == revision;
            let findings = findings(&text, &blocks, &given, &open, shelf.as_ref(), wanted);
            // One that was given up has not looked at everything.
            let blocks = if wanted() { blocks } else { Vec::new() };
            sender.answer(Msg::Analysed { revision, blocks, findings });
        };
        if std::thread::Builder::new().name("analysis".to_owned()).spawn(work).is_err() {
            // Without a thread there are no marks; the run itself still names every mistake.
            self.sender.answer(Msg::Analysed { revision, blocks: Vec::new(), findings: Vec::new() });
        }
    }
}

fn findings(
    text: &str,
    blocks: &[Range<usize>],
    given: &Parameters,
    open: &OpenConnection,
    shelf: Option<&Shelf>,
    wanted: impl Fn() -> bool,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for block in blocks {
        let Some(query) = text.get(block.clone()).filter(|_| wanted()) else { break };
        let over_fetched = fetched::connection(shelf, query);
        let open = over_fetched.as_deref().unwrap_or(open);
        let schema = open.schema();
        let context = open.context(&schema);
        let is_local = open.connection.kind.is_local();
        // A fault of ours in the analysis of one block must not take the marks of the others away.
        let look = || {
            let values = given.of(query);
            let context = Context { parameters: &values, ..context };
            let inspection = inspect(query, &context);
            let advice = lint_inspection(&inspection, &context).into_iter();
            let advice = advice.filter(|it| !(is_local && it.code == NO_TIME_FILTER));
            inspection.analysis.diagnostics.into_iter().chain(advice).collect::<Vec<_>>()
        };
        let Ok(diagnostics) = catch_unwind(AssertUnwindSafe(look)) else { continue };
        // What our own engine does not run is no fault on a service.
        let told = diagnostics.into_iter().filter(|it| is_local || it.severity != Severity::Refusal);
        found.extend(told.map(|mut it| {
            it.span = it.span.start + block.start..it.span.end + block.start;
            it
        }));
    }
    found
}
