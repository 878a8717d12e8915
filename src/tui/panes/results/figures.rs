//! Values, figures and shares as the views over a result write them, and lists that are scrolled.

use crate::kql::TICKS_PER_SECOND;
use crate::result::{Cell, CellText, Figure, Measure, ResultSet, datetime_text, real_text, timespan_text};
use crate::text;
use crate::tui::action::Action;
use crate::tui::panes::results::grouped;

/// A value in so many columns: null and the empty text are told apart from all others by words.
pub(super) fn value(set: &ResultSet, row: usize, col: usize, columns: usize) -> String {
    let own = match set.cell(row, col) {
        Cell::Null => "(null)".to_owned(),
        Cell::String("") => "(empty)".to_owned(),
        Cell::Int(it) => grouped(i64::from(it)),
        Cell::Long(it) => grouped(it),
        Cell::Datetime(ticks) => time(ticks),
        _ => match set.cell_preview(row, col, columns) {
            CellText::Null => String::new(),
            CellText::Text(it) => return it.into_owned(),
        },
    };
    text::clip(&own, columns).into_owned()
}

/// A time with as much of the second as it has.
pub(super) fn time(ticks: i64) -> String {
    let whole = datetime_text(ticks).replacen('T', " ", 1);
    let whole = whole.trim_end_matches('Z');
    if ticks % TICKS_PER_SECOND == 0 { whole.split('.').next().unwrap_or(whole).to_owned() } else { whole.to_owned() }
}

/// A figure of a measure.
pub(super) fn figure(set: &ResultSet, measure: Measure, figure: Figure, columns: usize) -> String {
    let own = match figure {
        Figure::Absent => "–".to_owned(),
        Figure::Whole(it) => i64::try_from(it).map_or_else(|_| it.to_string(), grouped),
        Figure::Real(it) => real(it),
        Figure::Span(it) => timespan_text(it),
        Figure::Row(row) => return measure.column().map_or_else(String::new, |col| value(set, row, col, columns)),
    };
    text::clip(&own, columns).into_owned()
}

/// A real of a calculation: three digits behind the point are enough for reading.
pub(super) fn real(value: f64) -> String {
    if !value.is_finite() || value.abs() >= 1e15 || value != 0.0 && value.abs() < 1e-3 {
        return real_text(value);
    }
    let rounded = format!("{value:.3}");
    let (whole, fraction) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let negative = if whole == "-0" { "-" } else { "" };
    let whole = grouped(whole.parse().unwrap_or(0));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole } else { format!("{negative}{whole}.{fraction}") }
}

/// `12.3 %`; what is there at all is never written as nothing, and what is not all never as all.
pub(super) fn percent(part: usize, whole: usize) -> String {
    let share = part as f64 * 100.0 / whole.max(1) as f64;
    match share {
        it if part > 0 && it < 0.05 => "<0.1 %".to_owned(),
        it if part < whole && it >= 99.95 => ">99.9 %".to_owned(),
        it => format!("{it:.1} %"),
    }
}

/// Where one is in a list, and what of it is seen.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Scroll {
    pub(super) at: usize,
    pub(super) top: usize,
    page: usize,
}

impl Scroll {
    /// Takes an action that moves in a list of so many. True when it was one.
    pub(super) fn act(&mut self, action: Action, n: usize) -> bool {
        let page = self.page.max(2) - 1;
        self.at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => self.at + 1,
            Action::PageUp => self.at.saturating_sub(page),
            Action::PageDown => self.at + page,
            Action::First => 0,
            Action::Last => usize::MAX,
            _ => return false,
        };
        self.at = self.at.min(n.saturating_sub(1));
        true
    }

    /// Brings the cursor into view of so many lines.
    pub(super) fn arrange(&mut self, n: usize, page: usize) {
        self.page = page.max(1);
        self.at = self.at.min(n.saturating_sub(1));
        self.top =
            self.top.min(self.at).max((self.at + 1).saturating_sub(self.page)).min(n.saturating_sub(self.page.min(n)));
    }
}

#[cfg(test)]
mod tests {
    use super::{percent, real};

    #[test]
    fn shares_and_reals_are_readable_and_honest() {
        assert_eq!((percent(1, 1_000_000), percent(999_999, 1_000_000)), ("<0.1 %".into(), ">99.9 %".into()));
        assert_eq!((percent(1, 3), percent(0, 0)), ("33.3 %".into(), "0.0 %".into()));
        for (value, text) in
            [(1_234.5, "1,234.5"), (-0.25, "-0.25"), (3.0, "3"), (0.0, "0"), (-1_000.125, "-1,000.125")]
        {
            assert_eq!(real(value), text);
        }
        assert_eq!(real(1e300), "1e+300");
    }
}
