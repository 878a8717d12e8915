//! All runs in memory as far as a search needs them: each text once, in lower case, and the figures of each run.

use std::collections::HashMap;

use memchr::memmem::Finder as Needle;

use super::query::{Condition, Figure, Quality, Query};
use super::vocabulary::Vocabulary;
use crate::history::entry::Outcome;

/// What a search needs of a run.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) started: i64,
    pub(super) owner: u32,
    pub(super) connection: u32,
    pub(super) outcome: Outcome,
    pub(super) n_rows: i64,
    pub(super) elapsed: Option<i64>,
    pub(super) cpu: Option<i64>,
    pub(super) memory: Option<i64>,
    pub(super) scanned_rows: Option<i64>,
    pub(super) scanned_bytes: Option<i64>,
    pub(super) text: u32,
    pub(super) tables: u32,
    pub(super) kept: bool,
    pub(super) pinned: bool,
    pub(super) truncated: bool,
    pub(super) deleted: bool,
    /// Few runs have one.
    pub(super) words: Option<Box<Words>>,
}

/// What people and services wrote to a run, in lower case.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) label: Option<String>,
    pub(super) note: Option<String>,
    pub(super) error: Option<String>,
}

/// The runs in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Row>,
    /// Texts, lists of tables, owners and connections, each once.
    pub(super) texts: Interned,
    pub(super) tables: Interned,
    pub(super) owners: Interned,
    pub(super) connections: Interned,
    vocabulary: Vocabulary,
}

/// Texts that are kept once, in lower case or not.
#[derive(Debug, Default)]
pub(super) struct Interned {
    numbers: HashMap<Box<str>, u32>,
    all: Vec<Box<str>>,
}

impl Interned {
    /// The number of a text, and whether it is new.
    pub(super) fn number(&mut self, text: &str) -> (u32, bool) {
        if let Some(number) = self.numbers.get(text) {
            return (*number, false);
        }
        let number = self.all.len() as u32;
        self.numbers.insert(text.into(), number);
        self.all.push(text.into());
        (number, true)
    }

    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }
}

/// Which runs of all a search is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Within {
    All,
    Connection(u32),
    Owner(u32),
    Nothing,
}

/// For each text how it meets a word: not at all, as written, or with letters left out and how well.
struct Match {
    texts: Vec<u16>,
    tables: Option<Vec<bool>>,
    connections: Option<Vec<bool>>,
    needle: Option<Needle<'static>>,
}

impl Match {
    /// True when the name of a connection has the word.
    fn is_of_a_connection(&self) -> bool {
        self.connections.as_ref().is_some_and(|it| it.contains(&true))
    }
}

/// As written.
const EXACT: u16 = u16::MAX;

impl Index {
    pub(super) fn text_number(&mut self, text: &str) -> u32 {
        let (number, is_new) = self.texts.number(&text.to_lowercase());
        if is_new {
            self.vocabulary.add(number, text);
        }
        number
    }

    /// Puts a run in its place, or in the place of what was known of it.
    pub(super) fn put(&mut self, row: Row) {
        match self.rows.last() {
            Some(last) if last.id >= row.id => match self.rows.binary_search_by_key(&row.id, |it| it.id) {
                Ok(at) => self.rows[at] = row,
                Err(at) => self.rows.insert(at, row),
            },
            _ => self.rows.push(row),
        }
    }

    /// The ids of runs that meet the query, those with all words as written first, each part newest first; and how many
    /// of them meet it only with letters left out.
    pub(super) fn search(&self, query: &Query, within: Within) -> (Vec<i64>, usize) {
        // Texts that can still be of a run that meets all words so far; the others need not be looked at again.
        let mut alive = vec![true; self.texts.all.len()];
        let mut matches: Vec<Match> = Vec::with_capacity(query.terms.len());
        for term in &query.terms {
            let found = self.prepare(&term.condition, &alive);
            if !term.not && matches!(term.condition, Condition::Word { .. }) && !found.is_of_a_connection() {
                alive.iter_mut().zip(&found.texts).for_each(|(alive, how)| *alive &= *how > 0);
                // A run with words of its own may have the word there.
                let worded = self.rows.iter().filter(|it| it.words.is_some());
                worded.for_each(|it| alive[it.text as usize] = true);
            }
            matches.push(found);
        }
        let (mut exact, mut alike) = (Vec::new(), Vec::new());
        'rows: for row in self.rows.iter().rev().filter(|it| !it.deleted && is_within(it, within)) {
            let mut worth = 0_u32;
            for (term, found) in query.terms.iter().zip(&matches) {
                let how = meets(row, &term.condition, found);
                if (how > 0) == term.not {
                    continue 'rows;
                }
                if how != EXACT && !term.not {
                    worth += u32::from(how);
                }
            }
            if worth == 0 { exact.push(row.id) } else { alike.push((worth, row.id)) }
        }
        alike.sort_by_key(|(worth, id)| std::cmp::Reverse((*worth, *id)));
        let n_alike = alike.len();
        exact.extend(alike.into_iter().map(|(_, id)| id));
        (exact, n_alike)
    }

    /// Looks at each text once, however many runs have it.
    fn prepare(&self, condition: &Condition, alive: &[bool]) -> Match {
        let mut found = Match { texts: Vec::new(), tables: None, connections: None, needle: None };
        match condition {
            Condition::Word { text, exact } => {
                let needle = Needle::new(text).into_owned();
                let texts = self.texts.all.iter().zip(alive);
                found.texts = texts.map(|(it, alive)| if *alive && has(&needle, it) { EXACT } else { 0 }).collect();
                if !exact && alive.contains(&true) {
                    self.vocabulary.like(text, |at, score| {
                        let how = &mut found.texts[at as usize];
                        *how = (*how).max(if alive[at as usize] { score.min(EXACT - 1) } else { 0 });
                    });
                }
                found.connections = Some(self.connections.all.iter().map(|it| has_lower(&needle, it)).collect());
                found.needle = Some(needle);
            }
            Condition::Table(name) => found.tables = Some(self.having_table(name)),
            Condition::Connection(name) => {
                let needle = Needle::new(name).into_owned();
                found.connections = Some(self.connections.all.iter().map(|it| has_lower(&needle, it)).collect());
            }
            Condition::Label(text) | Condition::Note(text) | Condition::Error(text) => {
                found.needle = Some(Needle::new(text).into_owned());
            }
            _ => {}
        }
        found
    }

    /// For each list of tables whether it has one of that name: wholly, else, where no run reads such a table, in part.
    fn having_table(&self, name: &str) -> Vec<bool> {
        let any = |is: &dyn Fn(&str) -> bool| -> Vec<bool> {
            self.tables.all.iter().map(|list| list.lines().any(|it| is(&it.to_lowercase()))).collect()
        };
        let whole = any(&|it| it == name);
        if whole.contains(&true) { whole } else { any(&|it| it.contains(name)) }
    }
}

fn has(needle: &Needle<'_>, text: &str) -> bool {
    needle.find(text.as_bytes()).is_some()
}

fn has_lower(needle: &Needle<'_>, text: &str) -> bool {
    has(needle, &text.to_lowercase())
}

fn is_within(row: &Row, within: Within) -> bool {
    match within {
        Within::All => true,
        Within::Connection(it) => row.connection == it,
        Within::Owner(it) => row.owner == it,
        Within::Nothing => false,
    }
}

/// How a run meets a condition: 0 not at all, [`EXACT`], or how well.
fn meets(row: &Row, condition: &Condition, found: &Match) -> u16 {
    let at = |list: &Option<Vec<bool>>, number: u32| list.as_ref().is_some_and(|it| it[number as usize]);
    let in_words = |field: fn(&Words) -> &Option<String>| {
        let text = row.words.as_deref().and_then(|it| field(it).as_deref());
        text.is_some_and(|text| found.needle.as_ref().is_some_and(|it| has(it, text)))
    };
    let is = match condition {
        Condition::Word { .. } => {
            let how = found.texts[row.text as usize];
            if how == EXACT {
                return EXACT;
            }
            let elsewhere = at(&found.connections, row.connection)
                || (row.words.is_some()
                    && (in_words(|it| &it.label) || in_words(|it| &it.note) || in_words(|it| &it.error)));
            return if elsewhere { EXACT } else { how };
        }
        Condition::Table(_) => at(&found.tables, row.tables),
        Condition::Connection(_) => at(&found.connections, row.connection),
        Condition::Label(_) => in_words(|it| &it.label),
        Condition::Note(_) => in_words(|it| &it.note),
        Condition::Error(_) => in_words(|it| &it.error),
        Condition::Id(id) => row.id == *id,
        // What nobody counted is neither more nor less than anything.
        Condition::Figure(figure, comparison, wanted) => {
            figure_of(row, *figure).is_some_and(|it| comparison.holds(it as f64, *wanted))
        }
        Condition::Started(from, to) => (*from..*to).contains(&row.started),
        Condition::Ended(outcome) => row.outcome == *outcome,
        Condition::Is(quality) => has_quality(row, *quality),
    };
    if is { EXACT } else { 0 }
}

fn figure_of(row: &Row, figure: Figure) -> Option<i64> {
    match figure {
        Figure::Cost => row.cpu.or(row.elapsed),
        Figure::Time => row.elapsed,
        Figure::Cpu => row.cpu,
        Figure::Rows => (row.outcome != Outcome::Running).then_some(row.n_rows),
        Figure::Scanned => row.scanned_rows,
        Figure::Memory => row.memory,
        Figure::Bytes => row.scanned_bytes,
    }
}

fn has_quality(row: &Row, quality: Quality) -> bool {
    let words = row.words.as_deref();
    match quality {
        Quality::Pinned => row.pinned,
        Quality::Kept => row.kept,
        Quality::Labelled => words.is_some_and(|it| it.label.is_some()),
        Quality::Noted => words.is_some_and(|it| it.note.is_some()),
        Quality::Partial => row.truncated,
    }
}
