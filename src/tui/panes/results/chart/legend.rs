//! The names of the series, each with its letter and what the cursor reads of it.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Chart;
use super::draw::{letter, reading, value};
use crate::text;
use crate::tui::chart::{Plot, short_amount};
use crate::tui::popups::float::first_seen;
use crate::tui::widgets::{Painter, line_of};

pub(super) fn draw(paint: &mut Painter<'_>, area: Rect, chart: &Chart, plot: &Plot) {
    if area.is_empty() {
        return;
    }
    let n_series = plot.series.len();
    let rows = usize::from(area.height);
    // The last line says how many do not fit.
    let fits = if n_series > rows { rows.saturating_sub(1).max(1) } else { n_series };
    let top = first_seen(chart.chosen, n_series, fits);
    for (row, idx) in (top..n_series).take(fits).enumerate() {
        draw_line(paint, line_of(area, row as u16), chart, plot, idx);
    }
    if n_series > fits && rows > 1 {
        let words = format!("  {} more", n_series - fits);
        paint.text(line_of(area, fits as u16), area.x + 1, &words, paint.look.dim());
    }
}

fn draw_line(paint: &mut Painter<'_>, line: Rect, chart: &Chart, plot: &Plot, idx: usize) {
    let is_chosen = idx == chart.chosen;
    let is_hidden = chart.hidden.get(idx).copied().unwrap_or(false);
    let style = if is_hidden { paint.look.dim() } else { paint.look.series(idx) };
    let mark = if is_chosen { "▸" } else { " " };
    let x = paint.text(line, line.x + 1, mark, paint.look.accent());
    let x = paint.text(line, x, &letter(idx).to_string(), style.add_modifier(Modifier::BOLD));
    let read = match chart.cursor.and_then(|at| value(chart, plot, idx, at)) {
        _ if is_hidden => "hidden".to_owned(),
        Some(value) if plot.spans => reading(plot, value),
        Some(value) => short_amount(value),
        None => String::new(),
    };
    let read_width = text::width(&read) as u16;
    let name = Rect { width: line.width.saturating_sub(read_width + 1), ..line };
    let style = if is_chosen { style.add_modifier(Modifier::BOLD) } else { style };
    paint.text(name, x + 1, &plot.series[idx].name, style);
    let value_style = if is_hidden { paint.look.dim() } else { paint.look.text() };
    paint.pieces_right(line, x + 1, &[(read, value_style)]);
}
