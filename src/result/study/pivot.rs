//! One column down, one across, and a figure where they meet.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::key::CellKey;
use super::super::set::ResultSet;
use super::{Figure, Measure, Rows, Stop};

/// Values across that have a column of their own; the others share one.
const MAX_ACROSS: usize = 60;

/// How many values there are, and how many are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PivotCount {
    pub all: usize,
    pub shown: usize,
}

/// A pivot. Values are told by a row of the result that has them.
#[derive(Debug, Clone, PartialEq)]
pub struct Pivot {
    pub down: usize,
    pub across: usize,
    pub measure: Measure,
    /// Each with its total, the one of most rows first.
    pub rows: Vec<(usize, Figure)>,
    pub columns: Vec<(usize, Figure)>,
    pub n_across: PivotCount,
    /// The values without a column of their own share the last figure of each row and of the totals.
    pub others: Vec<Figure>,
    pub total: Figure,
    /// For each row its figures, one for each column.
    figures: HashMap<(u32, u32), Figure>,
}

impl Pivot {
    /// The figure where a row and a column meet: absent where no row has both values.
    pub fn figure(&self, row: usize, column: usize) -> Figure {
        self.figures.get(&(row as u32, column as u32)).copied().unwrap_or_default()
    }
}

/// The different values of a column, the most frequent first: for each row of `rows` its place among them.
struct Values {
    /// A row that has it.
    rows: Vec<usize>,
    /// For each row looked at, in order.
    places: Vec<u32>,
}

fn values(set: &ResultSet, rows: Rows<'_>, col: usize, stop: Stop<'_>) -> Option<Values> {
    let mut known: HashMap<CellKey<'_>, u32> = HashMap::new();
    let mut found: Vec<(CellKey<'_>, usize, usize)> = Vec::new();
    let mut places = Vec::with_capacity(rows.len());
    stop.each(rows, |row| {
        let key = CellKey::from(set.cell(row, col));
        let place = *known.entry(key).or_insert_with(|| {
            found.push((key, row, 0));
            found.len() as u32 - 1
        });
        found[place as usize].2 += 1;
        places.push(place);
    })?;
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|at| (Reverse(found[*at].2), found[*at].0));
    let mut rank = vec![0; found.len()];
    order.iter().enumerate().for_each(|(to, from)| rank[*from] = to as u32);
    places.iter_mut().for_each(|it| *it = rank[*it as usize]);
    Some(Values { rows: order.iter().map(|at| found[*at].1).collect(), places })
}

/// Makes a pivot; `None` when it was given up.
pub fn pivot(
    set: &ResultSet,
    rows: Rows<'_>,
    down: usize,
    across: usize,
    measure: Measure,
    stop: Stop<'_>,
) -> Option<Pivot> {
    let (left, top) = (values(set, rows, down, stop)?, values(set, rows, across, stop)?);
    let n_across = PivotCount { all: top.rows.len(), shown: top.rows.len().min(MAX_ACROSS) };
    let mut cells: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
    let mut at = 0;
    stop.each(rows, |row| {
        let column = top.places[at].min(n_across.shown as u32);
        cells.entry((left.places[at], column)).or_default().push(row);
        at += 1;
    })?;
    // All rows of a value down or across, for the totals: those of different values cannot be added up from parts.
    let mut in_row: Vec<Vec<usize>> = vec![Vec::new(); left.rows.len()];
    let mut in_column: Vec<Vec<usize>> = vec![Vec::new(); n_across.shown + 1];
    for at in 0..rows.len() {
        let row = rows.row(at);
        in_row[left.places[at] as usize].push(row);
        in_column[(top.places[at] as usize).min(n_across.shown)].push(row);
    }
    if (stop.0)() {
        return None;
    }
    let of = |rows: &[usize]| measure.of_rows(set, rows.iter().copied());
    let figures: HashMap<(u32, u32), Figure> = cells.iter().map(|(place, rows)| (*place, of(rows))).collect();
    let has_others = n_across.all > n_across.shown;
    let mut others: Vec<Figure> = Vec::new();
    if has_others {
        let beyond = n_across.shown as u32;
        others =
            (0..left.rows.len() as u32).map(|it| figures.get(&(it, beyond)).copied().unwrap_or_default()).collect();
        others.push(of(&in_column[n_across.shown]));
    }
    Some(Pivot {
        down,
        across,
        measure,
        rows: left.rows.iter().zip(&in_row).map(|(row, rows)| (*row, of(rows))).collect(),
        columns: top.rows.iter().take(n_across.shown).zip(&in_column).map(|(row, rows)| (*row, of(rows))).collect(),
        n_across,
        others,
        total: measure.of_rows(set, (0..rows.len()).map(|it| rows.row(it))),
        figures,
    })
}
