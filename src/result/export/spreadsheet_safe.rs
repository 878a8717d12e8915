//! Text that a spreadsheet would take for a formula, made text again.
//!
//! A cell of a log can hold `=cmd|…`, put there for the analyst who opens the export. An apostrophe before it keeps every
//! common spreadsheet from computing it. That changes the value, so it is counted and said; numbers are left alone.

use std::borrow::Cow;

use super::super::cell::Cell;

/// Characters that begin a formula, or that a spreadsheet drops before it looks for one.
const BEGINS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The text as a spreadsheet shows it, and whether that changed it.
pub(super) fn safe(text: &str) -> (Cow<'_, str>, bool) {
    let begins = text.trim_start_matches([' ', '\n', '\u{a0}', '\u{feff}']).starts_with(BEGINS);
    if !begins || text.parse::<f64>().is_ok_and(f64::is_finite) {
        return (Cow::Borrowed(text), false);
    }
    (Cow::Owned(format!("'{text}")), true)
}

/// The text of a cell that can begin with anything.
pub(super) fn free_text<'a>(cell: &Cell<'a>) -> Option<&'a str> {
    match cell {
        Cell::String(text) | Cell::Dynamic(text) | Cell::Guid(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for risky in
            ["=1+1", "+cmd|' /C calc'!A0", "-nop -w hidden", "@SUM(A1)", "\t=1", " =1", "＝1", "-", "\u{feff}=1"]
        {
            assert_eq!(safe(risky).0, format!("'{risky}"));
        }
        for harmless in ["", "-5", "+4.5e3", "a=b", "'=1", "C:\\x", "2-1"] {
            assert_eq!(safe(harmless).0, harmless);
        }
    }
}
