//! What is new, gone and changed between two results, row by row, told apart by key columns.

use std::collections::HashMap;

use super::super::cell::Cell;
use super::super::key::CellKey;
use super::super::set::ResultSet;
use super::{Rows, Stop};

/// Names of columns that tell rows apart in the tables of hunting services, the surest first.
const KEY_NAMES: [&str; 10] = [
    "ReportId",
    "AlertId",
    "IncidentId",
    "NetworkMessageId",
    "DeviceId",
    "AccountObjectId",
    "SHA256",
    "RecordId",
    "Id",
    "DeviceName",
];
/// Columns that a proposed key has at most.
const MAX_KEYS: usize = 4;

/// Two results beside each other. Rows are rows of the result that they are said of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// The key columns, in the old and in the new result.
    pub keys: Vec<(usize, usize)>,
    /// The columns that were compared beside them.
    pub compared: Vec<(usize, usize)>,
    /// Columns that only one of the results has: they cannot be compared.
    pub only_old: Vec<usize>,
    pub only_new: Vec<usize>,
    pub added: Vec<usize>,
    pub removed: Vec<usize>,
    pub changed: Vec<Change>,
    pub n_same: usize,
    /// Rows whose key another row of the same result has as well: they were matched in their order.
    pub n_repeated: usize,
}

/// A row that both have, with other values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub old: usize,
    pub new: usize,
    /// Places in [`Difference::compared`].
    pub cells: Vec<usize>,
}

/// The columns of two results that have the same name, in the order of the new one. A name that stands twice is
/// matched in order.
fn shared(old: &ResultSet, new: &ResultSet) -> Vec<(usize, usize)> {
    let mut taken = vec![false; old.columns().len()];
    let mut pairs = Vec::new();
    for (at, column) in new.columns().iter().enumerate() {
        let found = old.columns().iter().enumerate().find(|(idx, it)| !taken[*idx] && it.name == column.name);
        if let Some((idx, _)) = found {
            taken[idx] = true;
            pairs.push((idx, at));
        }
    }
    pairs
}

/// A cell of a key or to be compared: of columns of different types only the texts can be the same.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Part<'a> {
    Key(CellKey<'a>),
    Text(String),
}

fn part(cell: Cell<'_>, same_type: bool) -> Part<'_> {
    if same_type { Part::Key(cell.into()) } else { Part::Text(cell.text().into_owned()) }
}

/// The columns of the new result that tell its rows apart, and those of the old one: known names first, then the first
/// columns. Empty when no few columns do: then rows are only the same or not.
pub fn propose_keys(old: &ResultSet, new: &ResultSet, stop: Stop<'_>) -> Option<Vec<usize>> {
    let pairs = shared(old, new);
    let rank = |pair: &(usize, usize)| {
        let name = &new.columns()[pair.1].name;
        KEY_NAMES.iter().position(|it| it.eq_ignore_ascii_case(name)).unwrap_or(KEY_NAMES.len())
    };
    let mut candidates: Vec<(usize, usize)> = pairs;
    candidates.sort_by_key(rank);
    for pair in &candidates {
        if tells_apart(old, new, &[*pair], stop)? {
            return Some(vec![pair.1]);
        }
    }
    let mut chosen: Vec<(usize, usize)> = Vec::new();
    for pair in candidates.into_iter().take(MAX_KEYS) {
        chosen.push(pair);
        if chosen.len() > 1 && tells_apart(old, new, &chosen, stop)? {
            return Some(chosen.into_iter().map(|it| it.1).collect());
        }
    }
    Some(Vec::new())
}

fn tells_apart(old: &ResultSet, new: &ResultSet, keys: &[(usize, usize)], stop: Stop<'_>) -> Option<bool> {
    let unique = |set: &ResultSet, columns: Vec<usize>| {
        let mut seen = std::collections::HashSet::new();
        let mut unique = true;
        let stopped_or_repeated = || (stop.0)();
        for row in 0..set.n_rows() {
            if row % 4096 == 0 && stopped_or_repeated() {
                return None;
            }
            let key: Vec<CellKey<'_>> = columns.iter().map(|col| set.cell(row, *col).into()).collect();
            if !seen.insert(key) {
                unique = false;
                break;
            }
        }
        Some(unique)
    };
    Some(unique(new, keys.iter().map(|it| it.1).collect())? && unique(old, keys.iter().map(|it| it.0).collect())?)
}

impl Difference {
    /// True when no column of one has the name of one of the other: then rows are neither the same nor not.
    pub fn has_nothing_in_common(&self) -> bool {
        self.keys.is_empty() && self.compared.is_empty()
    }

    /// Columns of the new result whose type in the old one is another: only their texts were compared.
    pub fn other_types(&self, old: &ResultSet, new: &ResultSet) -> Vec<usize> {
        let pairs = self.keys.iter().chain(&self.compared);
        pairs.filter(|it| old.columns()[it.0].ty != new.columns()[it.1].ty).map(|it| it.1).collect()
    }

    /// Compares two results; `keys` are columns of the new one. Without any, rows are the same when all their cells
    /// are. `None` when it was given up.
    pub fn between(old: &ResultSet, new: &ResultSet, keys: &[usize], stop: Stop<'_>) -> Option<Self> {
        let pairs = shared(old, new);
        // A key that only one of them has tells nothing apart.
        let has_key = pairs.iter().any(|it| keys.contains(&it.1));
        let is_key = |pair: &&(usize, usize)| !has_key || keys.contains(&pair.1);
        let key_pairs: Vec<_> = pairs.iter().filter(is_key).copied().collect();
        let compared: Vec<_> = pairs.iter().filter(|it| !is_key(it)).copied().collect();
        let only =
            |set: &ResultSet, has: &dyn Fn(usize) -> bool| (0..set.columns().len()).filter(|it| !has(*it)).collect();
        let mut told = Self {
            only_old: only(old, &|col| pairs.iter().any(|it| it.0 == col)),
            only_new: only(new, &|col| pairs.iter().any(|it| it.1 == col)),
            keys: key_pairs,
            compared,
            ..Self::default()
        };
        if told.has_nothing_in_common() {
            return Some(told);
        }
        let same_type = |pair: &(usize, usize)| old.columns()[pair.0].ty == new.columns()[pair.1].ty;
        let mut waiting: HashMap<Vec<Part<'_>>, Vec<usize>> = HashMap::new();
        stop.each(Rows::All(old.n_rows()), |row| {
            let key = told.keys.iter().map(|it| part(old.cell(row, it.0), same_type(it))).collect();
            let rows = waiting.entry(key).or_default();
            told.n_repeated += usize::from(!rows.is_empty());
            rows.push(row);
        })?;
        // The first of equal rows is taken first.
        waiting.values_mut().for_each(|it| it.reverse());
        let (mut added, mut changed, mut n_same) = (Vec::new(), Vec::new(), 0);
        stop.each(Rows::All(new.n_rows()), |row| {
            let key: Vec<_> = told.keys.iter().map(|it| part(new.cell(row, it.1), same_type(it))).collect();
            let Some(before) = waiting.get_mut(&key).and_then(Vec::pop) else { return added.push(row) };
            let differs = |pair: &(usize, usize)| {
                let same = same_type(pair);
                part(old.cell(before, pair.0), same) != part(new.cell(row, pair.1), same)
            };
            let cells: Vec<usize> =
                told.compared.iter().enumerate().filter(|(_, pair)| differs(pair)).map(|(at, _)| at).collect();
            if cells.is_empty() { n_same += 1 } else { changed.push(Change { old: before, new: row, cells }) }
        })?;
        (told.added, told.changed, told.n_same) = (added, changed, n_same);
        told.removed = waiting.into_values().flatten().collect();
        told.removed.sort_unstable();
        Some(told)
    }
}
