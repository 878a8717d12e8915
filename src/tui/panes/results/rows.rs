//! How a cell is written in the grid: whole numbers in groups of three, datetimes with a blank and without the zone,
//! which the rule over the grid names once.

use std::borrow::Cow;

use crate::result::{Cell, CellText, ResultSet, datetime_text};
use crate::text;

/// The text of a cell in at most so many columns.
pub(super) fn cell_text(set: &ResultSet, row: usize, col: usize, columns: usize) -> CellText<'_> {
    let own = match set.cell(row, col) {
        Cell::Int(value) => grouped(i64::from(value)),
        Cell::Long(value) => grouped(value),
        Cell::Datetime(ticks) => datetime(ticks),
        _ => return set.cell_preview(row, col, columns),
    };
    CellText::Text(Cow::Owned(text::clip(&own, columns).into_owned()))
}

fn datetime(ticks: i64) -> String {
    datetime_text(ticks).replacen('T', " ", 1).trim_end_matches('Z').to_owned()
}

/// A whole number with a comma between groups of three digits.
pub(in crate::tui) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    if value < 0 {
        out.push('-');
    }
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn whole_numbers_are_grouped_by_three() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1_234_567, "-1,234,567"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(grouped(value), text);
        }
    }
}
