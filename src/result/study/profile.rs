//! What one column holds: how full it is, how many different values, which are frequent, how they spread.

use std::collections::HashMap;

use super::super::cell::Cell;
use super::super::key::CellKey;
use super::super::set::ResultSet;
use super::time_step::{nice_real_step, nice_time_step};
use super::{Figure, Measure, Rows, Stop};
use crate::kql::ScalarType;

/// Intervals of a histogram at most.
const MAX_BARS: usize = 48;
/// Frequent values that are kept.
const MAX_TOP: usize = 1_000;
/// The shares at which values are told.
const SHARES: [u8; 7] = [1, 5, 25, 50, 75, 95, 99];

/// What a column holds. Rows are rows of the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub col: usize,
    pub n_rows: usize,
    pub n_null: usize,
    /// Empty texts; blank ones are not.
    pub n_empty: usize,
    /// Different values, nulls and empty texts left out.
    pub n_distinct: usize,
    /// Values that stand in one row only.
    pub n_unique: usize,
    /// The most frequent values, the most frequent first, equals by their value.
    pub top: Vec<TopValue>,
    pub summary: Option<Summary>,
    pub lengths: Option<Lengths>,
    pub histogram: Option<Histogram>,
}

/// A value, told by the first row that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopValue {
    pub row: usize,
    pub count: usize,
}

/// How ordered values spread: each told by a row that has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub least: usize,
    pub greatest: usize,
    /// Share in percent, and a row with the value that so many are not above (nearest rank).
    pub percentiles: Vec<(u8, usize)>,
    pub sum: Figure,
    pub average: Figure,
    /// Reals that are not numbers.
    pub n_nan: usize,
}

/// Characters of texts that are not empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lengths {
    pub least: usize,
    pub greatest: usize,
    pub average: f64,
}

/// Values counted in intervals of one width.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    pub start: Edge,
    pub step: Edge,
    pub counts: Vec<usize>,
}

/// A border of intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edge {
    Time(i64),
    Real(f64),
}

/// Looks at a column; `None` when it was given up, or there is no such column.
pub fn profile(set: &ResultSet, rows: Rows<'_>, col: usize, stop: Stop<'_>) -> Option<Profile> {
    let ty = set.columns().get(col)?.ty;
    let mut seen: HashMap<CellKey<'_>, TopValue> = HashMap::new();
    let mut valued: Vec<usize> = Vec::with_capacity(rows.len());
    let (mut n_null, mut n_empty) = (0, 0);
    let mut lengths = LengthCount::default();
    stop.each(rows, |row| match set.cell(row, col) {
        Cell::Null => n_null += 1,
        Cell::String("") => n_empty += 1,
        cell => {
            seen.entry(cell.into()).or_insert(TopValue { row, count: 0 }).count += 1;
            valued.push(row);
            if let Cell::String(text) = cell {
                lengths.add(text);
            }
        }
    })?;
    let n_distinct = seen.len();
    let n_unique = seen.values().filter(|it| it.count == 1).count();
    let mut top: Vec<(CellKey<'_>, TopValue)> = seen.into_iter().collect();
    let by = |a: &(CellKey<'_>, TopValue), b: &(CellKey<'_>, TopValue)| b.1.count.cmp(&a.1.count).then(a.0.cmp(&b.0));
    if top.len() > MAX_TOP {
        top.select_nth_unstable_by(MAX_TOP, by);
        top.truncate(MAX_TOP);
    }
    top.sort_unstable_by(by);
    if (stop.0)() {
        return None;
    }
    Some(Profile {
        col,
        n_rows: rows.len(),
        n_null,
        n_empty,
        n_distinct,
        n_unique,
        top: top.into_iter().map(|(_, it)| it).collect(),
        histogram: histogram(set, &valued, col, ty),
        summary: summary(set, valued, col, ty),
        lengths: lengths.told(),
    })
}

#[derive(Debug, Default)]
struct LengthCount {
    least: usize,
    greatest: usize,
    total: usize,
    n: usize,
}

impl LengthCount {
    fn add(&mut self, text: &str) {
        let length = text.chars().count();
        self.least = if self.n == 0 { length } else { self.least.min(length) };
        self.greatest = self.greatest.max(length);
        self.total += length;
        self.n += 1;
    }

    fn told(&self) -> Option<Lengths> {
        let (least, greatest) = (self.least, self.greatest);
        (self.n > 0).then(|| Lengths { least, greatest, average: self.total as f64 / self.n as f64 })
    }
}

/// Of types with an order that means something.
fn summary(set: &ResultSet, valued: Vec<usize>, col: usize, ty: ScalarType) -> Option<Summary> {
    let ordered = ty.is_numeric()
        || matches!(ty, ScalarType::Datetime | ScalarType::Timespan | ScalarType::String | ScalarType::Bool);
    if !ordered {
        return None;
    }
    let adds = ty.is_numeric() || ty == ScalarType::Timespan;
    let n_valued = valued.len();
    let is_number = |row: &usize| !matches!(set.cell(*row, col), Cell::Real(it) if it.is_nan());
    let mut sorted: Vec<(CellKey<'_>, usize)> =
        valued.into_iter().filter(is_number).map(|row| (set.cell(row, col).into(), row)).collect();
    let n_nan = n_valued - sorted.len();
    sorted.sort_unstable();
    let (first, last) = (sorted.first()?.1, sorted.last()?.1);
    let at = |share: u8| sorted[(sorted.len() * usize::from(share)).div_ceil(100).max(1) - 1].1;
    let percentiles = if matches!(ty, ScalarType::String | ScalarType::Bool) {
        Vec::new()
    } else {
        SHARES.into_iter().map(|share| (share, at(share))).collect()
    };
    let rows = || sorted.iter().map(|it| it.1);
    Some(Summary {
        least: first,
        greatest: last,
        percentiles,
        sum: if adds { Measure::Sum(col).of_rows(set, rows()) } else { Figure::Absent },
        average: if adds { Measure::Average(col).of_rows(set, rows()) } else { Figure::Absent },
        n_nan,
    })
}

fn histogram(set: &ResultSet, valued: &[usize], col: usize, ty: ScalarType) -> Option<Histogram> {
    if ty == ScalarType::Datetime {
        let ticks = || {
            valued.iter().filter_map(|row| if let Cell::Datetime(it) = set.cell(*row, col) { Some(it) } else { None })
        };
        let (least, greatest) = (ticks().min()?, ticks().max()?);
        let mut step = nice_time_step(greatest.saturating_sub(least), MAX_BARS);
        let mut start = least.saturating_sub(least.rem_euclid(step));
        if (greatest.saturating_sub(start)) / step >= MAX_BARS as i64 {
            // Beginning at a round time can take one interval more.
            step = nice_time_step(greatest.saturating_sub(least), MAX_BARS - 1);
            start = least.saturating_sub(least.rem_euclid(step));
        }
        let mut counts = vec![0; ((greatest.saturating_sub(start)) / step) as usize + 1];
        ticks().for_each(|it| counts[(it.saturating_sub(start) / step) as usize] += 1);
        return Some(Histogram { start: Edge::Time(start), step: Edge::Time(step), counts });
    }
    if !ty.is_numeric() {
        return None;
    }
    let reals = || valued.iter().filter_map(|row| real(set.cell(*row, col))).filter(|it| it.is_finite());
    let (least, greatest) = (reals().reduce(f64::min)?, reals().reduce(f64::max)?);
    let whole = matches!(ty, ScalarType::Int | ScalarType::Long);
    let step = nice_real_step(greatest - least, MAX_BARS - 1).max(if whole { 1.0 } else { 0.0 });
    let start = (least / step).floor() * step;
    let bar = |it: f64| ((it - start) / step).floor().max(0.0) as usize;
    let n_bars = bar(greatest) + 1;
    if n_bars > MAX_BARS * 2 || !start.is_finite() {
        // The values lie too far apart, or too close, for reals to tell intervals of one width.
        return None;
    }
    let mut counts = vec![0; n_bars];
    reals().for_each(|it| counts[bar(it).min(n_bars - 1)] += 1);
    Some(Histogram { start: Edge::Real(start), step: Edge::Real(step), counts })
}

fn real(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Int(it) => Some(f64::from(it)),
        Cell::Long(it) => Some(it as f64),
        Cell::Real(it) => Some(it),
        Cell::Decimal(it) => super::super::decimal_text(it).parse().ok(),
        _ => None,
    }
}
