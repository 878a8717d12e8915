//! Rows put together by the values of columns, in as many levels as there are columns.

use std::collections::HashMap;

use super::super::cell::Cell;
use super::super::key::CellKey;
use super::super::set::ResultSet;
use super::{Figure, Measure, Rows, Stop};
use crate::kql::ScalarType;

/// What to put together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grouping {
    /// The columns, the outermost first.
    pub by: Vec<usize>,
    pub measure: Measure,
    /// Order by the value instead of by the figure.
    pub by_value: bool,
    /// The other way round: the least figure or the last value first.
    pub reversed: bool,
}

/// Rows with the same value. Rows are rows of the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The first of its rows: it has the value.
    pub row: usize,
    pub figure: Figure,
    /// Its rows in the order in which they were given.
    pub rows: Vec<u32>,
    /// The first and the last time in the first column of times, if there is one.
    pub times: Option<(i64, i64)>,
    /// The next level; empty in the last.
    pub groups: Vec<Group>,
}

/// Puts rows together; `None` when it was given up.
pub fn group(set: &ResultSet, rows: Rows<'_>, grouping: &Grouping, stop: Stop<'_>) -> Option<Vec<Group>> {
    let mut all = Vec::with_capacity(rows.len());
    stop.each(rows, |row| all.push(row as u32))?;
    level(set, all, &grouping.by, grouping, stop)
}

fn level(set: &ResultSet, rows: Vec<u32>, by: &[usize], how: &Grouping, stop: Stop<'_>) -> Option<Vec<Group>> {
    let Some((col, inner)) = by.split_first() else { return Some(Vec::new()) };
    let mut places: HashMap<CellKey<'_>, usize> = HashMap::new();
    let mut found: Vec<(CellKey<'_>, Vec<u32>)> = Vec::new();
    stop.each(Rows::Some(&rows), |row| {
        let key = CellKey::from(set.cell(row, *col));
        let place = *places.entry(key).or_insert_with(|| {
            found.push((key, Vec::new()));
            found.len() - 1
        });
        found[place].1.push(row as u32);
    })?;
    drop(rows);
    let time = set.columns().iter().position(|it| it.ty == ScalarType::Datetime);
    let mut groups = Vec::with_capacity(found.len());
    for (at, (key, rows)) in found.into_iter().enumerate() {
        if at % 512 == 0 && (stop.0)() {
            return None;
        }
        let figure = how.measure.of_rows(set, rows.iter().map(|it| *it as usize));
        let times = time.and_then(|col| span(set, &rows, col));
        let groups_in = if inner.is_empty() { Vec::new() } else { level(set, rows.clone(), inner, how, stop)? };
        groups.push((key, Group { row: rows[0] as usize, figure, rows, times, groups: groups_in }));
    }
    order(set, &mut groups, how);
    Some(groups.into_iter().map(|(_, it)| it).collect())
}

/// The greatest figure first, equals by their value.
fn order(set: &ResultSet, groups: &mut [(CellKey<'_>, Group)], how: &Grouping) {
    groups.sort_by(|a, b| {
        let figures = || compare(set, how.measure, b.1.figure, a.1.figure);
        let values = || a.0.cmp(&b.0);
        let order = if how.by_value { values() } else { figures() };
        (if how.reversed { order.reverse() } else { order }).then_with(values)
    });
}

/// The order of two figures of one measure; what is absent is less than all others.
pub(super) fn compare(set: &ResultSet, measure: Measure, a: Figure, b: Figure) -> std::cmp::Ordering {
    let key = |row| measure.column().map(|col| CellKey::from(set.cell(row, col)));
    match (a, b) {
        (Figure::Whole(a), Figure::Whole(b)) => a.cmp(&b),
        (Figure::Real(a), Figure::Real(b)) => a.total_cmp(&b),
        (Figure::Span(a), Figure::Span(b)) => a.cmp(&b),
        (Figure::Row(a), Figure::Row(b)) => key(a).cmp(&key(b)),
        (a, b) => (a != Figure::Absent).cmp(&(b != Figure::Absent)),
    }
}

fn span(set: &ResultSet, rows: &[u32], col: usize) -> Option<(i64, i64)> {
    let time = |row: &u32| if let Cell::Datetime(it) = set.cell(*row as usize, col) { Some(it) } else { None };
    let (first, last) = (rows.iter().filter_map(time).min()?, rows.iter().filter_map(time).max()?);
    Some((first, last))
}
