//! The matrix of a pack: what came of each of its queries, while it runs and afterwards.

mod draw;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ratatui::layout::Rect;

use super::side::{Place, without_foot};
use crate::library::{Hunt, Matrix, MatrixRow, PackEvent, PackState, Tally, Verdict};
use crate::run::RunId;
use crate::tui::action::Action;

pub(in crate::tui) use draw::draw;

/// A pack that was opened, and how far it is.
#[derive(Debug)]
pub(in crate::tui) struct Pack {
    /// Tells packs apart: an answer of another one is dropped.
    pub(in crate::tui) id: u64,
    pub(in crate::tui) matrix: Matrix,
    /// What analysis expects of each query; empty until it has looked.
    expected: Vec<Option<Verdict>>,
    /// The id of the first query's run.
    pub(in crate::tui) first_run: u64,
    /// Runs that are written down and have no ending yet.
    noted: BTreeSet<usize>,
    /// A query waits until then.
    until: Option<Instant>,
    place: Place,
}

impl Pack {
    pub(in crate::tui) fn new(id: u64, title: &str, connection: &str, hunts: Vec<Arc<Hunt>>) -> Self {
        Self {
            id,
            matrix: Matrix::new(title, connection, hunts),
            expected: Vec::new(),
            first_run: 0,
            noted: BTreeSet::new(),
            until: None,
            place: Place::default(),
        }
    }

    /// One that was kept since the workbench was last left.
    pub(in crate::tui) fn restored(id: u64, matrix: Matrix) -> Self {
        Self { matrix, ..Self::new(id, "", "", Vec::new()) }
    }

    /// What of it is kept when the workbench is left: as long as this is the same, nothing has changed.
    pub(in crate::tui) fn shape(&self) -> (u64, Tally, bool, bool) {
        (self.id, self.matrix.tally(), self.matrix.started.is_some(), self.matrix.state == PackState::Over)
    }

    pub(in crate::tui) fn expect(&mut self, expected: Vec<Option<Verdict>>) {
        self.expected = expected;
    }

    pub(in crate::tui) fn is_running(&self) -> bool {
        self.matrix.state == PackState::Running
    }

    pub(in crate::tui) fn run_id(&self, at: usize) -> RunId {
        RunId(self.first_run + at as u64)
    }

    /// Takes what happened. True for a query that is sent for the first time.
    pub(in crate::tui) fn take(&mut self, event: &PackEvent, now: Instant) -> bool {
        self.matrix.take(event);
        self.until = None;
        match event {
            PackEvent::Waiting { until, .. } => {
                let left = until.duration_since(SystemTime::now()).unwrap_or_default();
                self.until = now.checked_add(left);
                false
            }
            PackEvent::Started { at } => self.noted.insert(*at),
            PackEvent::Ended { .. } | PackEvent::SignIn(_) | PackEvent::Paused(_) | PackEvent::Over => false,
        }
    }

    /// True when this query's run was written down and has no ending; it has one now.
    pub(in crate::tui) fn end(&mut self, at: usize) -> bool {
        self.noted.remove(&at)
    }

    /// All runs without an ending: they have one now.
    pub(in crate::tui) fn end_all(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.noted).into_iter().collect()
    }

    /// When the countdown changes.
    pub(in crate::tui) fn next_tick(&self, now: Instant) -> Option<Instant> {
        let until = self.until.filter(|it| *it > now)?;
        let left = until.saturating_duration_since(now);
        Some(now + Duration::from_nanos(u64::from(left.subsec_nanos()).max(1_000_000)))
    }

    pub(in crate::tui) fn chosen(&self) -> usize {
        self.place.chosen
    }

    pub(in crate::tui) fn chosen_row(&self) -> Option<&MatrixRow> {
        self.matrix.rows.get(self.place.chosen)
    }

    /// Moves; anything else is not its own doing.
    pub(in crate::tui) fn act(&mut self, action: Action) {
        self.place.act(action, self.matrix.rows.len());
    }

    /// What is expected of a query that has not run.
    fn expected(&self, at: usize) -> Option<&Verdict> {
        let planned = self.matrix.rows.get(at).is_some_and(|it| it.verdict == Verdict::Planned);
        self.expected.get(at)?.as_ref().filter(|_| planned)
    }

    /// What is to be said of the chosen query.
    fn said(&self) -> Vec<String> {
        let Some(row) = self.chosen_row() else { return Vec::new() };
        let mut lines = Vec::new();
        if !row.verdict.why().is_empty() {
            lines.push(format!("{}: {}", row.verdict.name(), row.verdict.why()));
        } else if let Some(expected) = self.expected(self.place.chosen) {
            lines.push(format!("expected: {}: {}", expected.name(), expected.why()));
        }
        let hunt = &row.hunt;
        if !hunt.description.is_empty() {
            lines.push(hunt.description.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        lines.push(format!("{}:{}", hunt.below.display(), hunt.line));
        lines
    }

    /// Brings the chosen query into view; the first line of the area holds the headings.
    pub(in crate::tui) fn arrange(&mut self, area: Rect) {
        let list = Rect { height: area.height.saturating_sub(1), ..area };
        let page = without_foot(list, &self.said());
        self.place.arrange(page, self.matrix.rows.len());
    }
}
