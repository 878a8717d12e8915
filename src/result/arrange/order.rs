//! Sorting by one or several columns, as KQL's `sort by` orders values: texts by their code points, nulls below all.
//!
//! Each column is turned into numbers that compare as its values do. A number of 64 bits cannot hold a whole text: two
//! texts whose first eight bytes are the same are compared whole.

use std::cmp::Ordering;

use arrow::array::AsArray;
use arrow::datatypes::Decimal256Type;

use super::super::cell::Cell;
use super::super::set::ResultSet;
use super::{ROWS_BETWEEN_LOOKS, arrays};
use crate::kql::ScalarType;

/// Fewer rows are sorted before a thread has begun.
const WORTH_THREADS: usize = 8_192;

/// A column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    pub col: usize,
    pub descending: bool,
}

/// The rows, all of them or these, in the order of the keys; rows that are equal in all of them stay in the order in
/// which they are given. `None` when it was stopped.
pub fn sorted_rows(
    set: &ResultSet,
    rows: Option<&[u32]>,
    keys: &[SortKey],
    stop: &dyn Fn() -> bool,
) -> Option<Vec<u32>> {
    let mut rows = rows.map_or_else(|| (0..set.n_rows() as u32).collect(), <[u32]>::to_vec);
    let mut columns = Vec::with_capacity(keys.len());
    for key in keys.iter().filter(|it| it.col < set.columns().len()) {
        columns.push((Ranks::of(set, key.col, stop)?, key.descending));
    }
    let Some(((first, descending), rest)) = columns.split_first() else { return Some(rows) };
    // The number of the first column lies beside the row, so that most comparisons look nowhere else.
    let mut order: Vec<(u64, u32)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let rank = first.ranks.get(*row as usize).copied().unwrap_or(0);
        order.push((if *descending { !rank } else { rank }, *row));
    }
    if stop() {
        return None;
    }
    let compare = |a: &(u64, u32), b: &(u64, u32)| {
        let first = a.0.cmp(&b.0).then_with(|| turned(first.compare_whole(a.1, b.1), *descending));
        rest.iter().fold(first, |known, (column, descending)| {
            known.then_with(|| turned(column.compare(a.1, b.1), *descending))
        })
    };
    sort_on_all_cores(&mut order, &compare);
    rows.clear();
    rows.extend(order.into_iter().map(|(_, row)| row));
    (!stop()).then_some(rows)
}

/// Each core sorts a part; putting sorted parts together is quick, since the sort of the standard library looks for them.
fn sort_on_all_cores(order: &mut [(u64, u32)], compare: &(impl Fn(&(u64, u32), &(u64, u32)) -> Ordering + Sync)) {
    let n_parts = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    if order.len() >= WORTH_THREADS && n_parts > 1 {
        let size = order.len().div_ceil(n_parts);
        std::thread::scope(|scope| {
            for part in order.chunks_mut(size) {
                // What no thread could be had for is sorted below.
                let _ = std::thread::Builder::new().spawn_scoped(scope, move || part.sort_by(compare));
            }
        });
    }
    order.sort_by(compare);
}

fn turned(ordering: Ordering, descending: bool) -> Ordering {
    if descending { ordering.reverse() } else { ordering }
}

/// The values of a column as numbers that compare as they do.
struct Ranks<'a> {
    ranks: Vec<u64>,
    /// Where equal numbers do not yet mean equal values: the texts themselves.
    texts: Vec<&'a str>,
}

impl<'a> Ranks<'a> {
    fn of(set: &'a ResultSet, col: usize, stop: &dyn Fn() -> bool) -> Option<Self> {
        let ty = set.columns()[col].ty;
        if ty == ScalarType::Decimal {
            return Some(Self::of_decimals(set, col));
        }
        let mut ranks = Vec::with_capacity(set.n_rows());
        let mut texts: Vec<&'a str> = Vec::new();
        // What all texts begin with says nothing of their order.
        let skipped = if ty == ScalarType::String { common_start(set, col) } else { 0 };
        // A number says all of a short text, but half of a dynamic one.
        let mut is_exact = ty != ScalarType::Dynamic;
        for (_, array) in arrays(set, col) {
            for row in 0..array.len() {
                if row % ROWS_BETWEEN_LOOKS == 0 && stop() {
                    return None;
                }
                let cell = Cell::of(array, ty, row);
                if let Some(text) = text_of(cell) {
                    texts.resize(ranks.len(), "");
                    texts.push(text);
                    is_exact &= text.len() - skipped <= 7 && !text.as_bytes()[skipped..].starts_with(b"\0");
                }
                ranks.push(match cell {
                    Cell::String(text) => of_bytes(&text.as_bytes()[skipped..]),
                    _ => rank(cell),
                });
            }
        }
        Some(Self { ranks, texts: if is_exact { Vec::new() } else { texts } })
    }

    /// Decimals by their place among all decimals of the column: their 256 bits fit no rank.
    fn of_decimals(set: &ResultSet, col: usize) -> Self {
        let mut values = Vec::with_capacity(set.n_rows());
        for (_, array) in arrays(set, col) {
            let array = array.as_primitive_opt::<Decimal256Type>();
            let Some(array) = array else { continue };
            values.extend(array.iter());
        }
        let mut sorted = values.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let ranks = values.iter().map(|it| sorted.partition_point(|other| other < it) as u64).collect();
        Self { ranks, texts: Vec::new() }
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        self.rank(a).cmp(&self.rank(b)).then_with(|| self.compare_whole(a, b))
    }

    fn rank(&self, row: u32) -> u64 {
        self.ranks.get(row as usize).copied().unwrap_or(0)
    }

    fn compare_whole(&self, a: u32, b: u32) -> Ordering {
        let text = |row: u32| self.texts.get(row as usize).copied().unwrap_or_default();
        text(a).cmp(text(b))
    }
}

/// What is compared as text. The numbers in a dynamic column are compared as numbers, so they have none.
fn text_of(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::String(text) | Cell::Guid(text) => Some(text),
        Cell::Dynamic(json) if number(json).is_none() => Some(json),
        _ => None,
    }
}

fn number(json: &str) -> Option<f64> {
    let starts_as_one = json.as_bytes().first().is_some_and(|it| it.is_ascii_digit() || *it == b'-');
    if starts_as_one { json.parse().ok() } else { None }
}

/// Null is 0 and everything else more. Half of the range of texts lies above all numbers, which only matters in a
/// dynamic column: there nulls come first, then booleans and numbers, then texts, arrays and bags.
fn rank(cell: Cell<'_>) -> u64 {
    match cell {
        Cell::Null | Cell::Misstored => 0,
        Cell::Bool(value) => 1 + u64::from(value),
        Cell::Int(value) => of_integer(i64::from(value)),
        Cell::Long(value) | Cell::Datetime(value) | Cell::Timespan(value) => of_integer(value),
        Cell::Real(value) => of_real(value),
        Cell::Decimal(_) => 1,
        Cell::String(text) | Cell::Guid(text) => of_text(text),
        Cell::Dynamic(json) => match number(json) {
            Some(number) => of_real(number) / 2,
            None => match json {
                "null" => 0,
                "false" => 1,
                "true" => 2,
                _ => (1 << 63) | (of_text(json) >> 1),
            },
        },
    }
}

/// All integers keep their order; the two least ones share a number, which leaves 0 for null.
fn of_integer(value: i64) -> u64 {
    ((value as u64) ^ (1 << 63)).max(1)
}

/// Kusto puts NaN between null and all numbers.
fn of_real(value: f64) -> u64 {
    if value.is_nan() {
        return 1;
    }
    let bits = (value + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    ordered.max(2)
}

/// How many bytes all texts of a column begin with.
fn common_start(set: &ResultSet, col: usize) -> usize {
    let Cell::String(first) = set.cell(0, col) else { return 0 };
    let mut common = first.as_bytes();
    for (_, array) in arrays(set, col) {
        for row in 0..array.len() {
            let Cell::String(text) = Cell::of(array, ScalarType::String, row) else { return 0 };
            let same = common.iter().zip(text.as_bytes()).take_while(|(a, b)| a == b).count();
            common = &common[..same];
            if same == 0 {
                return 0;
            }
        }
    }
    common.len()
}

fn of_text(text: &str) -> u64 {
    of_bytes(text.as_bytes())
}

/// The first bytes, the number of bytes where there are fewer: `a` before `a\0`.
fn of_bytes(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    let n_bytes = bytes.len().min(7);
    first[..n_bytes].copy_from_slice(&bytes[..n_bytes]);
    first[7] = bytes.len().min(8) as u8;
    // The empty text is not null.
    u64::from_be_bytes(first).max(1)
}
