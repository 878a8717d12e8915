//! A heat map: a line for each name, a column for each stretch of time, darker where there is more.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Chart;
use super::draw::labels_width;
use crate::config::Scope;
use crate::text;
use crate::tui::chart::{Across, Plot, nice_ticks, span_ticks};
use crate::tui::popups::float::first_seen;
use crate::tui::widgets::{Painter, line_of};

/// From nothing to the most.
const SHADES: [&str; 5] = [" ", "░", "▒", "▓", "█"];

pub(super) fn draw(paint: &mut Painter<'_>, body: Rect, chart: &Chart, plot: &Plot) {
    let labels = labels_width(body, plot, &chart.spec);
    let axis = u16::from(body.height >= 3);
    let inner = Rect { x: body.x + labels, width: body.width - labels, height: body.height - axis, ..body };
    let Some((first, width)) = chart.curves.bin.filter(|_| !inner.is_empty()) else { return };
    let rows = usize::from(inner.height);
    let at = chart.curves.curves.iter().position(|it| it.series == chart.chosen).unwrap_or(0);
    let top = first_seen(at, chart.curves.curves.len(), rows);
    let (from, to) = chart.curves.across;
    for (row, curve) in chart.curves.curves.iter().skip(top).take(rows).enumerate() {
        let line = line_of(inner, row as u16);
        let is_chosen = curve.series == chart.chosen && chart.cursor.is_some();
        let name_style = if is_chosen { paint.look.accent() } else { paint.look.dim() };
        if labels > 1 {
            if is_chosen {
                paint.text(Rect { x: body.x, width: 1, ..line }, body.x, "▸", name_style);
            }
            let name = Rect { x: body.x + 1, width: labels - 1, ..line };
            let safe = text::sanitize(&plot.series[curve.series].name);
            paint.text(name, name.x, &text::clip(&safe, usize::from(name.width)), name_style);
        }
        for x in 0..inner.width {
            let at = from + (to - from) * (f64::from(x) + 0.5) / f64::from(inner.width);
            let bin = ((at - first) / width).floor().max(0.0) as usize;
            let value = curve.bins.get(bin).copied().unwrap_or(0.0);
            let shade = shade(value, chart.curves.most);
            let is_here = chart.cursor.is_some_and(|it| ((it - first) / width).floor() as i64 == bin as i64);
            let style = match is_here {
                true if is_chosen => paint.look.accent(),
                true => paint.look.scope(Scope::GridRow).patch(paint.look.scope(Scope::Bar)),
                false => paint.look.scope(Scope::Bar),
            };
            // Where the cursor is something is seen on empty ground too.
            let glyph = if is_here && shade == 0 { "┆" } else { SHADES[shade] };
            paint.text(line, inner.x + x, glyph, style);
        }
    }
    if axis > 0 {
        let line = line_of(body, body.height - 1);
        draw_across(paint, line, inner, chart, plot);
        if let Some(at) = chart.cursor {
            let share = ((at + width / 2.0 - from) / (to - from)).clamp(0.0, 1.0);
            let x = inner.x + (share * f64::from(inner.width - 1)).round() as u16;
            paint.text(line, x, "▲", paint.look.accent());
        }
    }
}

/// Anything at all is seen; the rest by its share of the most.
fn shade(value: f64, most: f64) -> usize {
    if value <= 0.0 || most <= 0.0 { 0 } else { ((value / most * 4.0).ceil() as usize).clamp(1, 4) }
}

fn draw_across(paint: &mut Painter<'_>, line: Rect, inner: Rect, chart: &Chart, plot: &Plot) {
    let (from, to) = chart.curves.across;
    let at_most = usize::from((inner.width / 14).max(1));
    let ticks = match plot.across {
        Across::Time(origin) => chart.times.marks(origin, from, to, at_most),
        Across::Span => span_ticks(from, to, at_most),
        _ => nice_ticks(from, to, at_most),
    };
    let mut free = line.x;
    for tick in ticks {
        let share = ((tick.at - from) / (to - from)).clamp(0.0, 1.0);
        let x = inner.x + (share * f64::from(inner.width - 1)).round() as u16;
        // A label begins where its time does.
        if x < free || x + text::width(&tick.label) as u16 > line.right() {
            continue;
        }
        paint.text(line, x, &tick.label, Style::default().patch(paint.look.dim()));
        free = x + text::width(&tick.label) as u16 + 2;
    }
}
