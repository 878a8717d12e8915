//! Which columns say the same in every row, so that a grid can fold them.

use super::super::cell::Cell;
use super::super::set::ResultSet;
use super::{ROWS_BETWEEN_LOOKS, arrays};

/// A column that has one value only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniform {
    /// Null or the empty text in every row.
    Empty,
    /// The same value in every row.
    Constant,
}

/// For each column whether it has one value only. `None` when it was stopped. A result of one row has no such columns:
/// there is nothing that could differ.
pub fn uniform_columns(set: &ResultSet, stop: &dyn Fn() -> bool) -> Option<Vec<Option<Uniform>>> {
    if set.n_rows() < 2 {
        return Some(vec![None; set.columns().len()]);
    }
    (0..set.columns().len()).map(|col| uniform(set, col, stop)).collect()
}

fn uniform(set: &ResultSet, col: usize, stop: &dyn Fn() -> bool) -> Option<Option<Uniform>> {
    let ty = set.columns()[col].ty;
    let first = set.cell(0, col);
    for (_, array) in arrays(set, col) {
        for row in 0..array.len() {
            if row % ROWS_BETWEEN_LOOKS == 0 && stop() {
                return None;
            }
            let cell = Cell::of(array, ty, row);
            let same = cell == first || is_empty(cell) && is_empty(first);
            if !same {
                return Some(None);
            }
        }
    }
    Some(Some(if is_empty(first) { Uniform::Empty } else { Uniform::Constant }))
}

fn is_empty(cell: Cell<'_>) -> bool {
    matches!(cell, Cell::Null | Cell::String(""))
}
