//! Looks into the rows that are here, on threads of its own: one for the open record, one for the view beside it. A new
//! question makes the old one of its kind give up.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Answers, colour};
use crate::result::{Difference, ResultSet, Rows, Stop, group, pivot, profile, propose_keys};
use crate::tui::app::App;
use crate::tui::msg::Msg;
use crate::tui::panes::record::{Colours, Facts};
use crate::tui::study::{Finding, Study};

pub(super) struct Scholar {
    sender: Answers,
    /// The newest question about a record, and about anything else.
    newest: [Arc<AtomicU64>; 2],
}

/// Everything that a question needs, held by the thread that works on it.
struct Desk {
    set: ResultSet,
    rows: Option<Arc<Vec<u32>>>,
    older: Option<Arc<ResultSet>>,
    now: Option<i64>,
}

impl Scholar {
    pub(super) fn new(sender: Answers) -> Self {
        Self { sender, newest: [Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0))] }
    }

    pub(super) fn study(&self, id: u64, what: Study, app: &App) {
        self.sender.expect_one();
        let newest = Arc::clone(&self.newest[usize::from(what.is_of_record())]);
        newest.store(id, Ordering::SeqCst);
        // Batches are shared, not copied.
        let desk = Desk {
            set: app.results.set.clone(),
            rows: app.results.view_rows(),
            older: app.results.compared_with().map(|it| Arc::clone(&it.set)),
            now: app.open_connection().map(|it| it.now()),
        };
        let (sender, failed) = (self.sender.clone(), self.sender.clone());
        let work = move || {
            let stop = || newest.load(Ordering::SeqCst) != id;
            let told = |found| sender.send(Msg::Studied { id, found });
            let found = catch_unwind(AssertUnwindSafe(|| desk.look(what, &told, Stop(&stop))));
            sender.answer(match found {
                Ok(found) => Msg::Studied { id, found: found.unwrap_or(Finding::Nothing) },
                Err(_) => Msg::Fault("looking into the rows stopped unexpectedly".to_owned()),
            });
        };
        if std::thread::Builder::new().name("study".to_owned()).spawn(work).is_err() {
            failed.answer(Msg::Studied { id, found: Finding::Nothing });
        }
    }
}

impl Desk {
    fn rows(&self) -> Rows<'_> {
        self.rows.as_ref().map_or(Rows::All(self.set.n_rows()), |it| Rows::Some(it))
    }

    /// `told` takes what is found before the rest is.
    fn look(&self, what: Study, told: &dyn Fn(Finding), stop: Stop<'_>) -> Option<Finding> {
        let (set, rows) = (&self.set, self.rows());
        Some(match what {
            Study::Record { row } => {
                let facts = Facts::of(set, row, self.now, stop.0)?;
                told(Finding::Record(Box::new(facts.clone())));
                let texts = facts.to_colour(set).take_while(|_| !(stop.0)());
                let fields = texts.map(|(col, hidden, text)| (col, hidden, colour::colour(text))).collect();
                Finding::Colours(Box::new(Colours::new(row, fields)))
            }
            Study::Profile { col } => Finding::Profile(Box::new(profile(set, rows, col, stop)?)),
            Study::Groups(how) => Finding::Groups(group(set, rows, &how, stop)?),
            Study::Pivot { down, across, measure } => {
                Finding::Pivot(Box::new(pivot(set, rows, down, across, measure, stop)?))
            }
            Study::Difference { keys } => {
                let older = self.older.as_ref()?;
                let keys = match keys {
                    Some(keys) => keys,
                    None => propose_keys(older, set, stop)?,
                };
                let found = Box::new(Difference::between(older, set, &keys, stop)?);
                Finding::Difference { keys, found }
            }
        })
    }
}
