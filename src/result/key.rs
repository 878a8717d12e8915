//! Cells as they are counted, ordered and matched: two cells with the same key have the same value.

use std::cmp::Ordering;

use arrow::datatypes::i256;

use super::cell::Cell;

/// The value of a cell for a map or a sort. Equal texts of a string and a dynamic are not the same value, and all that
/// is not a number is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellKey<'a> {
    Null,
    Bool(bool),
    Long(i64),
    Real(OrderedReal),
    Decimal(i256),
    /// Datetimes and timespans: a column has only one of them.
    Ticks(i64),
    Text(&'a str),
    Json(&'a str),
    Misstored,
}

/// A real with an order: all that is not a number is one value behind the others, and both zeros are one.
#[derive(Debug, Clone, Copy)]
pub struct OrderedReal(f64);

impl OrderedReal {
    fn normal(self) -> f64 {
        if self.0.is_nan() {
            f64::NAN
        } else if self.0 == 0.0 {
            0.0
        } else {
            self.0
        }
    }
}

impl PartialEq for OrderedReal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for OrderedReal {}

impl PartialOrd for OrderedReal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OrderedReal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.normal().total_cmp(&other.normal())
    }
}

impl std::hash::Hash for OrderedReal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.normal().to_bits().hash(state);
    }
}

impl<'a> From<Cell<'a>> for CellKey<'a> {
    fn from(cell: Cell<'a>) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Bool(it) => Self::Bool(it),
            Cell::Int(it) => Self::Long(i64::from(it)),
            Cell::Long(it) => Self::Long(it),
            Cell::Real(it) => Self::Real(OrderedReal(it)),
            Cell::Decimal(it) => Self::Decimal(it),
            Cell::Datetime(it) | Cell::Timespan(it) => Self::Ticks(it),
            Cell::Guid(it) | Cell::String(it) => Self::Text(it),
            Cell::Dynamic(it) => Self::Json(it),
            Cell::Misstored => Self::Misstored,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, CellKey};

    #[test]
    fn what_is_the_same_value_has_the_same_key() {
        let key = |value| CellKey::from(Cell::Real(value));
        assert_eq!(key(0.0), key(-0.0));
        assert_eq!(key(f64::NAN), key(-f64::NAN));
        assert!(key(f64::INFINITY) < key(f64::NAN) && key(-1.0) < key(0.5));
        assert_eq!(CellKey::from(Cell::Int(5)), CellKey::from(Cell::Long(5)));
        assert_ne!(CellKey::from(Cell::String("[]")), CellKey::from(Cell::Dynamic("[]")));
    }
}
