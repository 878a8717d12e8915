//! How a cell is written in the grid: whole numbers in groups of three, datetimes with a blank and without the zone,
//! which the rule over the grid names once.

use std::borrow::Cow;

use super::times::{TimeShow, Times};
use crate::kql::TICKS_PER_SECOND;
use crate::result::{Cell, CellText, ResultSet, datetime_text};
use crate::text;

/// The text of a cell in at most so many columns.
pub(super) fn cell_text<'a>(set: &'a ResultSet, row: usize, col: usize, columns: usize, times: &Times) -> CellText<'a> {
    let own = match set.cell(row, col) {
        Cell::Int(value) => grouped(i64::from(value)),
        Cell::Long(value) => grouped(value),
        Cell::Datetime(ticks) if times.show == TimeShow::Relative => times.distance(ticks),
        Cell::Datetime(ticks) => datetime(times.shifted(ticks), columns),
        _ => return set.cell_preview(row, col, columns),
    };
    CellText::Text(Cow::Owned(text::clip(&own, columns).into_owned()))
}

/// Columns that a datetime takes without loss: with seven digits of the second's fraction, with three, or with none.
pub(super) fn datetime_width(ticks: i64) -> usize {
    match ticks.rem_euclid(TICKS_PER_SECOND) {
        0 => 19,
        fraction if fraction % (TICKS_PER_SECOND / 1000) == 0 => 23,
        _ => 27,
    }
}

/// As much of a datetime as fits, in steps at which it can still be read: its fraction goes first, then the year. The
/// record has it whole.
fn datetime(ticks: i64, columns: usize) -> String {
    let whole = datetime_text(ticks).replacen('T', " ", 1);
    let part = match columns {
        27.. => 0..27,
        23.. => 0..23,
        19.. => 0..19,
        18 => 5..23,
        14.. => 5..19,
        11.. => 5..16,
        _ => 0..10,
    };
    whole.get(part).unwrap_or(&whole).to_owned()
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
    use super::{datetime, datetime_width, grouped};
    use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_SECOND};

    #[test]
    fn a_datetime_loses_its_fraction_first() {
        let shown = |columns| datetime(MAX_DATETIME_TICKS, columns);
        assert_eq!(shown(40), "9999-12-31 23:59:59.9999999");
        assert_eq!(shown(26), "9999-12-31 23:59:59.999");
        assert_eq!(shown(22), "9999-12-31 23:59:59");
        assert_eq!(shown(18), "12-31 23:59:59.999");
        assert_eq!(shown(17), "12-31 23:59:59");
        assert_eq!(shown(13), "12-31 23:59");
        assert_eq!(shown(10), "9999-12-31");
        assert_eq!(datetime_width(MAX_DATETIME_TICKS), 27);
        assert_eq!(datetime_width(-5 * TICKS_PER_SECOND), 19);
        assert_eq!(datetime_width(TICKS_PER_SECOND / 2), 23);
    }

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
