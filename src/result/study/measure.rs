//! What is told of a group of rows beside how many there are.

use std::collections::HashSet;

use super::super::cell::Cell;
use super::super::key::CellKey;
use super::super::set::ResultSet;
use crate::kql::ScalarType;

/// What is counted of the rows of a group. Columns are those of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Measure {
    #[default]
    Rows,
    /// Different values; nulls are none, as in `dcount()`.
    Distinct(usize),
    Sum(usize),
    Average(usize),
    Least(usize),
    Greatest(usize),
}

/// A figure of a group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Figure {
    /// There is nothing to tell it from.
    #[default]
    Absent,
    Whole(i128),
    Real(f64),
    /// Ticks of a timespan.
    Span(i64),
    /// The value of the measured column in this row of the result.
    Row(usize),
}

impl Measure {
    /// The column that is looked at.
    pub fn column(self) -> Option<usize> {
        match self {
            Self::Rows => None,
            Self::Distinct(col) | Self::Sum(col) | Self::Average(col) | Self::Least(col) | Self::Greatest(col) => {
                Some(col)
            }
        }
    }

    /// As the aggregate of KQL that it is.
    pub fn kql(self, set: &ResultSet) -> String {
        let name = |col: usize| set.columns().get(col).map_or_else(String::new, |it| crate::kql::quoted_name(&it.name));
        match self {
            Self::Rows => "count()".to_owned(),
            Self::Distinct(col) => format!("dcount({})", name(col)),
            Self::Sum(col) => format!("sum({})", name(col)),
            Self::Average(col) => format!("avg({})", name(col)),
            Self::Least(col) => format!("min({})", name(col)),
            Self::Greatest(col) => format!("max({})", name(col)),
        }
    }

    /// All that can be told of a column.
    pub fn of_column(ty: ScalarType, col: usize) -> Vec<Self> {
        let adds = ty.is_numeric() || ty == ScalarType::Timespan;
        let mut all = vec![Self::Distinct(col)];
        if adds {
            all.extend([Self::Sum(col), Self::Average(col)]);
        }
        if !matches!(ty, ScalarType::Dynamic | ScalarType::Unknown) {
            all.extend([Self::Least(col), Self::Greatest(col)]);
        }
        all
    }

    /// The figure of some rows.
    pub fn of_rows(self, set: &ResultSet, rows: impl Iterator<Item = usize>) -> Figure {
        match self {
            Self::Rows => Figure::Whole(rows.count() as i128),
            Self::Distinct(col) => {
                let values: HashSet<CellKey<'_>> = rows.map(|row| set.cell(row, col).into()).collect();
                Figure::Whole(values.iter().filter(|it| **it != CellKey::Null).count() as i128)
            }
            Self::Sum(col) => Total::of(set, rows, col).sum(set.columns()[col].ty),
            Self::Average(col) => Total::of(set, rows, col).average(set.columns()[col].ty),
            Self::Least(col) => extreme(set, rows, col, false),
            Self::Greatest(col) => extreme(set, rows, col, true),
        }
    }
}

fn extreme(set: &ResultSet, rows: impl Iterator<Item = usize>, col: usize, greatest: bool) -> Figure {
    let valued = rows.map(|row| (CellKey::from(set.cell(row, col)), row)).filter(|(key, _)| *key != CellKey::Null);
    // Of equals the first one.
    let found = valued.reduce(|best, it| {
        let better = if greatest { it.0 > best.0 } else { it.0 < best.0 };
        if better { it } else { best }
    });
    found.map_or(Figure::Absent, |(_, row)| Figure::Row(row))
}

/// Added up: whole numbers exactly, others as reals.
#[derive(Debug, Default)]
struct Total {
    whole: i128,
    real: f64,
    n: usize,
}

impl Total {
    fn of(set: &ResultSet, rows: impl Iterator<Item = usize>, col: usize) -> Self {
        let mut total = Self::default();
        for row in rows {
            match set.cell(row, col) {
                Cell::Int(it) => total.whole += i128::from(it),
                Cell::Long(it) | Cell::Timespan(it) => total.whole += i128::from(it),
                Cell::Real(it) => total.real += it,
                Cell::Decimal(it) => total.real += super::super::decimal_text(it).parse::<f64>().unwrap_or(f64::NAN),
                _ => continue,
            }
            total.n += 1;
        }
        total
    }

    fn sum(&self, ty: ScalarType) -> Figure {
        match ty {
            _ if self.n == 0 => Figure::Absent,
            ScalarType::Int | ScalarType::Long => Figure::Whole(self.whole),
            ScalarType::Timespan => i64::try_from(self.whole).map_or(Figure::Absent, Figure::Span),
            _ => Figure::Real(self.real),
        }
    }

    fn average(&self, ty: ScalarType) -> Figure {
        match ty {
            _ if self.n == 0 => Figure::Absent,
            ScalarType::Int | ScalarType::Long => Figure::Real(self.whole as f64 / self.n as f64),
            ScalarType::Timespan => Figure::Span((self.whole / self.n as i128) as i64),
            _ => Figure::Real(self.real / self.n as f64),
        }
    }
}
