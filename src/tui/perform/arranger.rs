//! Sorts, filters and searches the rows that have come, and writes what is copied, on a thread of its own. A newer
//! question of the same sort stops the one under way: while one types a filter, only the last text matters.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::Answers;
use crate::config::Zone;
use crate::result::{
    CopyFormat, Matcher, Pattern, ResultSet, SortKey, copy_text, found_rows, matching_rows, sorted_rows, those_of,
    uniform_columns,
};
use crate::run::{CancelHandle, rows_where};
use crate::tui::msg::Msg;
use crate::tui::panes::results::{Arranged, Arranging, FilterKind, Searching};

/// Something to do with the rows of an answer.
enum Task {
    Arrange(Arranging, ResultSet),
    Search(Searching, ResultSet),
    Copy { rows: Option<Arc<Vec<u32>>>, columns: Vec<usize>, format: CopyFormat, what: String, set: ResultSet },
    Zone,
}

pub(super) struct Arranger {
    sender: Answers,
    desk: Arc<Desk>,
    /// The thread is there.
    is_at_work: bool,
}

/// Where tasks wait, and what the newest questions are.
#[derive(Default)]
struct Desk {
    tasks: Mutex<VecDeque<Task>>,
    put: Condvar,
    arranging: AtomicU64,
    searching: AtomicU64,
    /// Stops a condition that the engine works on.
    condition: Mutex<CancelHandle>,
}

impl Arranger {
    pub(super) fn new(sender: Answers) -> Self {
        Self { sender, desk: Arc::default(), is_at_work: false }
    }

    pub(super) fn arrange(&mut self, question: Arranging, set: &ResultSet) {
        self.desk.arranging.store(question.revision, Ordering::SeqCst);
        self.desk.condition.lock().unwrap_or_else(PoisonError::into_inner).cancel();
        self.put(Task::Arrange(question, set.clone()), |it| matches!(it, Task::Arrange(..)));
    }

    pub(super) fn search(&mut self, question: Searching, set: &ResultSet) {
        self.desk.searching.store(question.revision, Ordering::SeqCst);
        self.put(Task::Search(question, set.clone()), |it| matches!(it, Task::Search(..)));
    }

    pub(super) fn copy(
        &mut self,
        rows: Option<Arc<Vec<u32>>>,
        columns: Vec<usize>,
        format: CopyFormat,
        what: String,
        set: &ResultSet,
    ) {
        self.put(Task::Copy { rows, columns, format, what, set: set.clone() }, |it| matches!(it, Task::Copy { .. }));
    }

    pub(super) fn read_zone(&mut self) {
        self.put(Task::Zone, |it| matches!(it, Task::Zone));
    }

    /// Puts a task in the place of one that nobody wants any more.
    fn put(&mut self, task: Task, is_older: impl Fn(&Task) -> bool) {
        if !self.is_at_work {
            let (sender, desk) = (self.sender.clone(), Arc::clone(&self.desk));
            let born = std::thread::Builder::new().name("rows".to_owned()).spawn(move || work(&sender, &desk));
            if let Err(error) = born {
                self.sender.send(Msg::Fault(format!("no thread for the rows: {error}")));
                return;
            }
            self.is_at_work = true;
        }
        let mut tasks = self.desk.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let before = tasks.len();
        tasks.retain(|it| !is_older(it));
        if tasks.len() == before {
            self.sender.expect_one();
        }
        tasks.push_back(task);
        self.desk.put.notify_one();
    }
}

fn work(sender: &Answers, desk: &Desk) {
    let mut kept = Kept::default();
    loop {
        let mut tasks = desk.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let task = loop {
            match tasks.pop_front() {
                Some(task) => break task,
                None => tasks = desk.put.wait(tasks).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(tasks);
        let done = catch_unwind(AssertUnwindSafe(|| answer(task, desk, &mut kept)));
        sender.answer(done.unwrap_or_else(|_| Msg::Fault("sorting and filtering stopped unexpectedly".to_owned())));
    }
}

fn answer(task: Task, desk: &Desk, kept: &mut Kept) -> Msg {
    match task {
        Task::Arrange(question, set) => Msg::Arranged(arrange(&question, &set, desk, kept).map(Box::new)),
        Task::Search(question, set) => {
            let stop = || desk.searching.load(Ordering::SeqCst) != question.revision;
            let matcher = Matcher::new(&question.pattern).ok();
            let rows = matcher.and_then(|it| matching_rows(&set, None, &question.columns, &it, &stop));
            Msg::Searched { revision: question.revision, rows: rows.map(Arc::new) }
        }
        Task::Copy { rows, columns, format, what, set } => {
            let rows = rows.as_ref().map(|it| it.as_slice());
            let outcome = set.select(rows, &columns).map(|part| copy_text(&part, format));
            Msg::CopyWritten { what, outcome }
        }
        Task::Zone => Msg::ZoneRead(Zone::read(None).map(Arc::new)),
    }
}

/// The rows as they were sorted and filtered last: a filter that changes need not sort again, and one that goes on need
/// not look at rows that are out already.
#[derive(Default)]
struct Kept {
    sort: Vec<SortKey>,
    /// The answer that was sorted, and how many rows it had then.
    answer: (u64, usize),
    rows: Arc<Vec<u32>>,
    found: Option<Found>,
}

/// The rows in which something was found.
struct Found {
    answer: (u64, usize),
    columns: Vec<usize>,
    pattern: Pattern,
    marks: Vec<bool>,
}

fn arrange(question: &Arranging, set: &ResultSet, desk: &Desk, kept: &mut Kept) -> Option<Arranged> {
    let stop = || desk.arranging.load(Ordering::SeqCst) != question.revision;
    let uniform = if question.folding { Some(uniform_columns(set, &stop)?) } else { None };
    let mut rows = if question.sort.is_empty() { None } else { Some(sorted(question, set, &stop, kept)?) };
    if let Some(only) = &question.only {
        rows = Some(only_these(set.n_rows(), rows.as_deref(), only));
    }
    let mut fault = None;
    if !question.filter.is_empty() {
        match filtered(question, set, rows.as_deref(), desk, kept, &stop) {
            Ok(found) => rows = Some(Arc::new(found?)),
            Err(words) => fault = Some(words),
        }
    }
    Some(Arranged { revision: question.revision, n_rows: set.n_rows(), rows, uniform, fault })
}

fn sorted(
    question: &Arranging,
    set: &ResultSet,
    stop: &(dyn Fn() -> bool + Sync),
    kept: &mut Kept,
) -> Option<Arc<Vec<u32>>> {
    let answer = (question.answer, set.n_rows());
    if kept.sort != question.sort || kept.answer != answer {
        let rows = Arc::new(sorted_rows(set, None, &question.sort, stop)?);
        (kept.sort, kept.answer, kept.rows) = (question.sort.clone(), answer, rows);
    }
    Some(Arc::clone(&kept.rows))
}

/// Those of the rows that are among the wanted ones.
fn only_these(n_rows: usize, rows: Option<&Vec<u32>>, wanted: &[u32]) -> Arc<Vec<u32>> {
    let Some(rows) = rows else { return Arc::new(wanted.to_vec()) };
    let mut is_wanted = vec![false; n_rows];
    for row in wanted {
        if let Some(it) = is_wanted.get_mut(*row as usize) {
            *it = true;
        }
    }
    Arc::new(rows.iter().copied().filter(|row| is_wanted.get(*row as usize).copied().unwrap_or(false)).collect())
}

/// `Ok(None)` when it was stopped.
fn filtered(
    question: &Arranging,
    set: &ResultSet,
    rows: Option<&Vec<u32>>,
    desk: &Desk,
    kept: &mut Kept,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Vec<u32>>, String> {
    let text = question.filter.text.clone();
    let pattern = match question.filter.kind {
        FilterKind::Text => Pattern::Text(text),
        FilterKind::Regex => Pattern::Regex(text),
        FilterKind::Kql => {
            let cancel = CancelHandle::new();
            *desk.condition.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
            if stop() {
                return Ok(None);
            }
            let found = rows_where(set, &text, question.now, &cancel).map_err(|it| it.message)?;
            return Ok(found.map(|found| match rows {
                Some(rows) => only_these(set.n_rows(), Some(rows), &found).to_vec(),
                None => found,
            }));
        }
    };
    let matcher = Matcher::new(&pattern)?;
    let answer = (question.answer, set.n_rows());
    let is_wider = |it: &&Found| it.answer == answer && it.columns == question.columns && pattern.narrows(&it.pattern);
    let candidates = kept.found.as_ref().filter(is_wider).map(|it| it.marks.as_slice());
    let Some(marks) = found_rows(set, candidates, &question.columns, &matcher, stop) else { return Ok(None) };
    let those = those_of(set, rows.map(Vec::as_slice), &marks);
    kept.found = Some(Found { answer, columns: question.columns.clone(), pattern, marks });
    Ok(Some(those))
}
