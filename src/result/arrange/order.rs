//! Sorting by one or several columns, as KQL's `sort by` orders values: texts by their code points, nulls below all.
//!
//! Each column is turned into numbers that compare as its values do, in as few bits as its values need, and the numbers of
//! all columns are put one behind the other into one: rows are then sorted as plain numbers. Only where that cannot hold
//! all (long texts, many columns) are the rows that are equal so far looked at again, by what comes next.

use std::collections::HashMap;

use arrow::array::AsArray;
use arrow::datatypes::Decimal256Type;

use super::super::cell::Cell;
use super::super::set::ResultSet;
use super::{ROWS_BETWEEN_LOOKS, arrays};
use crate::kql::ScalarType;

/// Fewer rows are sorted before a thread has begun.
const WORTH_THREADS: usize = 8_192;
/// Bits for values; the rest of 128 holds the place of the row, so that no two are equal.
const KEY_BITS: u32 = 96;
/// A column with more texts than this is not numbered through.
const MAX_DISTINCT: usize = 4_096;
/// Bytes of a text that stand in a number beside the bit that tells it from null.
const PREFIX: usize = 11;
/// Fewer rows are compared one by one.
const FEW: usize = 24;

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
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<u32>> {
    let rows = rows.map_or_else(|| (0..set.n_rows() as u32).collect(), <[u32]>::to_vec);
    let keys: Vec<SortKey> = keys.iter().copied().filter(|it| it.col < set.columns().len()).collect();
    let columns = all_numbers(set, &keys, stop)?;
    if columns.is_empty() {
        return Some(rows);
    }
    let (mut order, steps) = packed(&rows, &columns);
    if stop() {
        return None;
    }
    sort_on_all_cores(&mut order);
    each_run(&mut order, |run| refine(run, &Ties { rows: &rows, columns: &columns }, &steps, 0));
    let sorted = order.into_iter().map(|it| rows[place(it)]).collect();
    (!stop()).then_some(sorted)
}

/// The columns as numbers; several of them at once.
fn all_numbers<'a>(set: &'a ResultSet, keys: &[SortKey], stop: &(dyn Fn() -> bool + Sync)) -> Option<Vec<Numbers<'a>>> {
    if keys.len() < 2 || set.n_rows() < WORTH_THREADS {
        return keys.iter().map(|it| Numbers::of(set, *it, stop)).collect();
    }
    std::thread::scope(|scope| {
        let work = |key: SortKey| move || Numbers::of(set, key, stop);
        let started: Vec<_> =
            keys[1..].iter().map(|it| (it, std::thread::Builder::new().spawn_scoped(scope, work(*it)).ok())).collect();
        let first = work(keys[0])();
        // What no thread could be had for, or what ended one, is done here.
        let rest = started.into_iter().map(|(it, thread)| match thread.map(std::thread::ScopedJoinHandle::join) {
            Some(Ok(done)) => done,
            _ => work(*it)(),
        });
        std::iter::once(first).chain(rest).collect()
    })
}

/// A number for each row: the values of the columns as far as they fit, and its place. And what is still to be compared
/// where the values are equal.
fn packed(rows: &[u32], columns: &[Numbers<'_>]) -> (Vec<u128>, Vec<Step>) {
    let mut order: Vec<u128> = vec![0; rows.len()];
    let mut free = KEY_BITS;
    let mut steps = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let is_first_step = steps.is_empty();
        if is_first_step && free > 0 {
            let bits = column.bits.min(free);
            for (number, row) in order.iter_mut().zip(rows) {
                *number = (*number << bits) | (column.turned(*row) >> (column.bits - bits));
            }
            free -= bits;
            if bits < column.bits {
                steps.push(Step::Numbers(at));
            }
        } else {
            steps.push(Step::Numbers(at));
        }
        if !column.texts.is_empty() {
            steps.push(Step::Texts(at));
        }
    }
    for (at, number) in order.iter_mut().enumerate() {
        *number = (*number << (128 - KEY_BITS)) | at as u128;
    }
    (order, steps)
}

/// The place of the row in what was given.
fn place(number: u128) -> usize {
    number as u32 as usize
}

/// Each core sorts a part; putting sorted parts together is quick, since the sort of the standard library looks for them.
#[expect(clippy::stable_sort_primitive, reason = "the stable sort finds the sorted parts and only puts them together")]
fn sort_on_all_cores(order: &mut [u128]) {
    let n_parts = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    if order.len() < WORTH_THREADS || n_parts < 2 {
        return order.sort_unstable();
    }
    let size = order.len().div_ceil(n_parts);
    std::thread::scope(|scope| {
        for part in order.chunks_mut(size) {
            // What no thread could be had for is sorted below.
            let _ = std::thread::Builder::new().spawn_scoped(scope, move || part.sort_unstable());
        }
    });
    order.sort();
}

/// Calls with each run of rows whose values are equal as far as they were looked at.
fn each_run(order: &mut [u128], mut work: impl FnMut(&mut [u128])) {
    order
        .chunk_by_mut(|a, b| a >> (128 - KEY_BITS) == b >> (128 - KEY_BITS))
        .filter(|it| it.len() > 1)
        .for_each(&mut work);
}

/// What is compared next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The numbers of this column.
    Numbers(usize),
    /// The texts that its numbers say the begin of.
    Texts(usize),
}

struct Ties<'a> {
    rows: &'a [u32],
    columns: &'a [Numbers<'a>],
}

/// Sorts rows that are equal so far by the next step; of texts, by what stands behind the first `skipped` bytes.
fn refine(run: &mut [u128], ties: &Ties<'_>, steps: &[Step], skipped: usize) {
    let Some((step, next)) = steps.split_first() else { return };
    if run.len() <= FEW {
        return run.sort_by(|a, b| {
            let (a_row, b_row) = (ties.rows[place(*a)], ties.rows[place(*b)]);
            let compared = steps.iter().map(|step| match step {
                Step::Numbers(at) => ties.columns[*at].turned(a_row).cmp(&ties.columns[*at].turned(b_row)),
                Step::Texts(at) => ties.columns[*at].compare_texts(a_row, b_row),
            });
            compared.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then_with(|| place(*a).cmp(&place(*b)))
        });
    }
    let renumber = |run: &mut [u128], number: &dyn Fn(u32) -> u128| {
        for it in run.iter_mut() {
            *it = (number(ties.rows[place(*it)]) << (128 - KEY_BITS)) | place(*it) as u128;
        }
        run.sort_unstable();
    };
    match step {
        Step::Numbers(at) => {
            renumber(run, &|row| ties.columns[*at].turned(row));
            each_run(run, |run| refine(run, ties, next, 0));
        }
        Step::Texts(at) => {
            let column = &ties.columns[*at];
            let text = |row: u32| &column.texts[row as usize].as_bytes()[skipped..];
            let first = text(ties.rows[place(run[0])]);
            let same = run.iter().fold(first.len(), |same, it| same_start(&first[..same], text(ties.rows[place(*it)])));
            let is_end = |run: &[u128]| text(ties.rows[place(run[0])]).len() <= same + PREFIX;
            renumber(run, &|row| turned(of_bytes(&text(row)[same..]), KEY_BITS, column.descending));
            each_run(run, |run| match is_end(run) {
                true => refine(run, ties, next, 0),
                false => refine(run, ties, steps, skipped + same + PREFIX),
            });
        }
    }
}

/// The values of a column as numbers that compare as they do.
struct Numbers<'a> {
    numbers: Vec<u128>,
    /// So many bits hold each of them.
    bits: u32,
    descending: bool,
    /// Where equal numbers do not yet mean equal values: the texts themselves.
    texts: Vec<&'a str>,
}

impl<'a> Numbers<'a> {
    fn of(set: &'a ResultSet, key: SortKey, stop: &dyn Fn() -> bool) -> Option<Self> {
        let ty = set.columns()[key.col].ty;
        let (numbers, texts) = match ty {
            ScalarType::Decimal => (of_decimals(set, key.col), Vec::new()),
            ScalarType::String | ScalarType::Guid => of_texts(set, key.col, stop)?,
            _ => of_cells(set, key.col, stop)?,
        };
        let least = numbers.iter().copied().min().unwrap_or(0);
        let most = numbers.iter().copied().max().unwrap_or(0);
        let numbers = if least == 0 { numbers } else { numbers.into_iter().map(|it| it - least).collect() };
        let bits = 128 - (most - least).leading_zeros();
        Some(Self { numbers, bits, descending: key.descending, texts })
    }

    fn turned(&self, row: u32) -> u128 {
        turned(self.numbers.get(row as usize).copied().unwrap_or(0), self.bits, self.descending)
    }

    fn compare_texts(&self, a: u32, b: u32) -> std::cmp::Ordering {
        let ordering = self.texts[a as usize].cmp(self.texts[b as usize]);
        if self.descending { ordering.reverse() } else { ordering }
    }
}

fn turned(number: u128, bits: u32, descending: bool) -> u128 {
    if descending { ((1 << bits) - 1) ^ number } else { number }
}

/// A column of texts: their places among all of them where there are few, else how they begin.
fn of_texts<'a>(set: &'a ResultSet, col: usize, stop: &dyn Fn() -> bool) -> Option<(Vec<u128>, Vec<&'a str>)> {
    let ty = set.columns()[col].ty;
    let mut texts: Vec<Option<&'a str>> = Vec::with_capacity(set.n_rows());
    for (_, array) in arrays(set, col) {
        for row in 0..array.len() {
            if row % ROWS_BETWEEN_LOOKS == 0 && stop() {
                return None;
            }
            texts.push(match Cell::of(array, ty, row) {
                Cell::String(text) | Cell::Guid(text) => Some(text),
                _ => None,
            });
        }
    }
    if let Some(numbers) = numbered_through(&texts) {
        return Some((numbers, Vec::new()));
    }
    // What all texts begin with says nothing of their order.
    let first = texts.iter().flatten().next().map_or(&b""[..], |it| it.as_bytes());
    let same = texts.iter().flatten().fold(first.len(), |same, it| same_start(&first[..same], it.as_bytes()));
    // The bit above tells all of them from null.
    let number =
        |text: Option<&str>| text.map_or(0, |it| (1 << (8 * PREFIX)) | (of_bytes(&it.as_bytes()[same..]) >> 8));
    let numbers = texts.iter().copied().map(number).collect();
    Some((numbers, texts.into_iter().map(Option::unwrap_or_default).collect()))
}

/// The place of each text among those that differ, if these are few.
fn numbered_through(texts: &[Option<&str>]) -> Option<Vec<u128>> {
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut ids = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(text) = text else {
            ids.push(u32::MAX);
            continue;
        };
        let next = places.len() as u32;
        ids.push(*places.entry(text).or_insert(next));
        if places.len() > MAX_DISTINCT {
            return None;
        }
    }
    let mut sorted: Vec<(&str, u32)> = places.into_iter().collect();
    sorted.sort_unstable();
    let mut ranks = vec![0_u128; sorted.len()];
    for (rank, (_, id)) in sorted.iter().enumerate() {
        ranks[*id as usize] = rank as u128 + 1;
    }
    Some(ids.into_iter().map(|id| ranks.get(id as usize).copied().unwrap_or(0)).collect())
}

/// Any other column. In a dynamic one equal numbers may stand for texts that differ.
fn of_cells<'a>(set: &'a ResultSet, col: usize, stop: &dyn Fn() -> bool) -> Option<(Vec<u128>, Vec<&'a str>)> {
    let ty = set.columns()[col].ty;
    let mut numbers = Vec::with_capacity(set.n_rows());
    let mut texts: Vec<&'a str> = Vec::new();
    for (_, array) in arrays(set, col) {
        for row in 0..array.len() {
            if row % ROWS_BETWEEN_LOOKS == 0 && stop() {
                return None;
            }
            let cell = Cell::of(array, ty, row);
            if let Cell::Dynamic(json) = cell {
                texts.resize(numbers.len(), "");
                // Numbers are compared as numbers, so they have no text.
                texts.push(if number(json).is_none() { json } else { "" });
            }
            numbers.push(u128::from(rank(cell)));
        }
    }
    if !texts.is_empty() {
        texts.resize(numbers.len(), "");
    }
    Some((numbers, texts))
}

/// Decimals by their place among all decimals of the column: their 256 bits fit no number.
fn of_decimals(set: &ResultSet, col: usize) -> Vec<u128> {
    let mut values = Vec::with_capacity(set.n_rows());
    for (_, array) in arrays(set, col) {
        match array.as_primitive_opt::<Decimal256Type>() {
            Some(array) => values.extend(array.iter()),
            None => values.resize(values.len() + array.len(), None),
        }
    }
    let mut sorted = values.clone();
    sorted.sort_unstable();
    sorted.dedup();
    values.iter().map(|it| sorted.partition_point(|other| other < it) as u128).collect()
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
        // Columns of these have ways of their own.
        Cell::Decimal(_) | Cell::String(_) | Cell::Guid(_) => 1,
        Cell::Dynamic(json) => match number(json) {
            Some(number) => of_real(number) / 2,
            None => match json {
                "null" => 0,
                "false" => 1,
                "true" => 2,
                _ => (1 << 63) | (of_bytes(json.as_bytes()) >> 33) as u64,
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

/// How many bytes two texts begin with alike.
fn same_start(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The first bytes, and behind them how many there are, or that there are more: `a` before `a\0`.
fn of_bytes(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    let n_bytes = bytes.len().min(PREFIX);
    first[4..4 + n_bytes].copy_from_slice(&bytes[..n_bytes]);
    first[15] = bytes.len().min(PREFIX + 1) as u8;
    u128::from_be_bytes(first)
}
