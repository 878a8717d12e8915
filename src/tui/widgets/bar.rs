//! Bars of eighths of a cell.

use super::Painter;
use crate::config::Scope;
use ratatui::layout::Rect;

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A share as a bar of so many columns, filled from the left; the rest is blanks.
pub(in crate::tui) fn bar(share: f64, columns: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * columns as f64 * 8.0).round() as usize;
    let mut out = "█".repeat(eighths / 8);
    out.push_str(EIGHTHS[eighths % 8]);
    let used = eighths / 8 + usize::from(!eighths.is_multiple_of(8));
    out.push_str(&" ".repeat(columns.saturating_sub(used)));
    out
}

/// A progress bar with its share in words: `████▌      43 %`.
pub(in crate::tui) fn progress(paint: &mut Painter<'_>, area: Rect, share: f32) {
    let columns = usize::from(area.width.saturating_sub(8).min(40));
    let x = paint.text(area, area.x, &bar(f64::from(share), columns), paint.look.scope(Scope::Bar));
    paint.text(area, x, &format!(" {:3.0} %", share.clamp(0.0, 1.0) * 100.0), paint.look.text());
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_always_has_its_width() {
        for columns in 0..30 {
            for share in [-1.0, 0.0, 0.01, 0.5, 0.994, 1.0, 2.0] {
                assert_eq!(bar(share, columns).chars().count(), columns, "{share} of {columns}");
            }
        }
        assert_eq!(bar(0.5, 4), "██  ");
        assert_eq!(bar(0.53, 4), "██▏ ");
    }
}
