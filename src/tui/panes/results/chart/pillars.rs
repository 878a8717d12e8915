//! Columns from below, one beside the other.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Chart;
use super::bars::sum_at;
use super::draw::{Parts, labels_width, letter, reading};
use crate::config::Scope;
use crate::text;
use crate::tui::chart::{Across, Plot, Stacking, nice_ticks, span_ticks};
use crate::tui::widgets::{Painter, line_of};

const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// What parts of a column are drawn with where there is no colour.
const FILLS: [&str; 4] = ["█", "▒", "▓", "░"];
const WIDEST: usize = 14;

/// How many names are seen at once.
pub(super) fn n_seen(area: Rect, plot: &Plot, chart: &Chart) -> usize {
    let body = Parts::of(area, plot, &chart.spec).body;
    let room = usize::from(body.width.saturating_sub(labels_width(body, plot, &chart.spec)));
    (room / each_width(room, plot, chart)).max(1)
}

fn seen_series(plot: &Plot, chart: &Chart) -> Vec<usize> {
    (0..plot.series.len()).filter(|it| !chart.hidden.get(*it).copied().unwrap_or(false)).collect()
}

/// Columns of the screen for a name, with the gap behind it.
fn each_width(room: usize, plot: &Plot, chart: &Chart) -> usize {
    let n_names = plot.stops.len().max(1);
    let beside = if chart.spec.stacking == Stacking::Beside { seen_series(plot, chart).len().max(1) } else { 1 };
    let least = beside + 1;
    (room / n_names).clamp(least.max(2), (WIDEST * beside).max(least)).min(room.max(2))
}

pub(super) fn draw(paint: &mut Painter<'_>, body: Rect, chart: &Chart, plot: &Plot) {
    let Across::Names(names) = &plot.across else { return };
    let labels = labels_width(body, plot, &chart.spec);
    let axis = u16::from(body.height >= 3);
    let inner = Rect { x: body.x + labels, width: body.width - labels, height: body.height - axis, ..body };
    if inner.is_empty() {
        return;
    }
    let (low, high) = heights(chart, plot);
    draw_heights(paint, inner, labels, plot, low, high);
    let each = each_width(usize::from(inner.width), plot, chart);
    let series = seen_series(plot, chart);
    for (place, at) in (chart.top..names.len()).take(chart.page).enumerate() {
        let x = inner.x + (place * each) as u16;
        let width = (each - 1).min(usize::from(inner.right().saturating_sub(x)));
        let slot = Rect { x, width: width as u16, ..inner };
        if chart.spec.stacking == Stacking::Beside {
            let one = (width / series.len().max(1)).max(1);
            for (idx, it) in series.iter().enumerate() {
                let part = Rect { x: slot.x + (idx * one) as u16, width: one as u16, ..slot }.intersection(slot);
                draw_column(paint, part, plot, *it, at, low, high);
            }
        } else {
            draw_stack(paint, slot, chart, plot, at, high);
        }
        if axis > 0 {
            let is_here = chart.cursor == Some(at as f64);
            let style = if is_here { paint.look.accent() } else { paint.look.dim() };
            let line = Rect { x, width: slot.width, ..line_of(body, body.height - 1) };
            let safe = text::sanitize(label(&names[at], names, width));
            let shown = text::clip(&safe, width).into_owned();
            // One letter and an ellipsis name nothing.
            let shown = if width < 3 && text::width(&safe) > width {
                if is_here { "▲".to_owned() } else { String::new() }
            } else {
                shown
            };
            paint.text(line, line.x, &shown, style);
        }
    }
}

/// Names that are times begin alike; where they do not fit, what they have in common is left out.
fn label<'a>(name: &'a str, names: &[String], width: usize) -> &'a str {
    let first = names.first().map_or("", String::as_str);
    let is_time = |it: &str| it.len() >= 16 && it.as_bytes().get(10) == Some(&b' ') && it.is_ascii();
    if text::width(name) <= width || !is_time(name) {
        return name;
    }
    let same_day = names.iter().all(|it| it.get(..10) == first.get(..10));
    if same_day || width < 11 { name.get(11..).unwrap_or(name) } else { name.get(5..).unwrap_or(name) }
}

fn heights(chart: &Chart, plot: &Plot) -> (f64, f64) {
    let (low, high) = match chart.spec.stacking {
        Stacking::Full => return (0.0, 100.0),
        Stacking::Stacked => (0.0, (0..plot.stops.len()).map(|it| sum_at(chart, plot, it)).fold(0.0, f64::max)),
        Stacking::Beside => {
            let series = seen_series(plot, chart);
            let values = series.iter().flat_map(|it| plot.series[*it].points.iter().map(|it| it.y));
            values.fold((0.0, 0.0), |it: (f64, f64), value| (it.0.min(value), it.1.max(value)))
        }
    };
    let (low, high) = (chart.spec.y_min.unwrap_or(low), chart.spec.y_max.unwrap_or(high));
    if high > low { (low, high) } else { (low, low + 1.0) }
}

fn draw_heights(paint: &mut Painter<'_>, inner: Rect, labels: u16, plot: &Plot, low: f64, high: f64) {
    if labels == 0 {
        return;
    }
    let border = paint.look.scope(Scope::Border);
    let at_most = usize::from(inner.height / 3).clamp(1, 6);
    for y in inner.y..inner.bottom() {
        paint.text(Rect { x: inner.x - 1, y, width: 1, height: 1 }, inner.x - 1, "│", border);
    }
    let ticks = if plot.spans { span_ticks(low, high, at_most) } else { nice_ticks(low, high, at_most) };
    for tick in ticks {
        let share = ((tick.at - low) / (high - low)).clamp(0.0, 1.0);
        let y = inner.bottom() - 1 - (share * f64::from(inner.height - 1)).round() as u16;
        let line = Rect { x: inner.x - labels, y, width: labels.saturating_sub(2), height: 1 };
        let shown = text::clip(&tick.label, usize::from(line.width)).into_owned();
        paint.pieces_right(line, line.x, &[(shown, paint.look.dim())]);
        paint.text(Rect { x: inner.x - 1, y, width: 1, height: 1 }, inner.x - 1, "┤", border);
    }
}

fn draw_column(paint: &mut Painter<'_>, part: Rect, plot: &Plot, series: usize, at: usize, low: f64, high: f64) {
    let points = &plot.series[series].points;
    let Ok(found) = points.binary_search_by(|it| it.x.total_cmp(&(at as f64))) else { return };
    let value = points[found].y;
    let eighths = |it: f64| {
        let share = ((it - low) / (high - low)).clamp(0.0, 1.0);
        (share * f64::from(part.height) * 8.0).round() as usize
    };
    let (zero, end) = (eighths(0.0), eighths(value));
    let (from, mut to) = (zero.min(end), zero.max(end));
    if to == from && value != 0.0 {
        to = from + 1;
    }
    let style = paint.look.series(series);
    for row in 0..part.height {
        let bottom = usize::from(part.height - 1 - row) * 8;
        if to <= bottom || from >= bottom + 8 {
            continue;
        }
        // Only the upper end can be drawn in eighths; below zero whole rows have to do.
        let filled = if from > bottom { 8 } else { (to - bottom).min(8) };
        let line = line_of(part, row);
        // Where there is no colour each series has a fill of its own, in whole rows.
        let has_own_fill = style.fg.is_none() && !series.is_multiple_of(FILLS.len());
        let glyph = if has_own_fill { FILLS[series % FILLS.len()] } else { EIGHTHS[filled] };
        paint.text(line, line.x, &glyph.repeat(usize::from(part.width)), style);
    }
    if part.width as usize > text::width(&reading(plot, value)) {
        let above = (part.height as usize).saturating_sub(to.div_ceil(8) + 1) as u16;
        let line = line_of(part, above);
        if (to.div_ceil(8)) < usize::from(part.height) {
            paint.text(line, line.x, &reading(plot, value), paint.look.text());
        }
    }
}

fn draw_stack(paint: &mut Painter<'_>, slot: Rect, chart: &Chart, plot: &Plot, at: usize, high: f64) {
    let sum = sum_at(chart, plot, at);
    let whole = if chart.spec.stacking == Stacking::Full { sum } else { high };
    if whole <= 0.0 {
        return;
    }
    let (mut so_far, mut from) = (0.0, 0);
    for series in seen_series(plot, chart) {
        let points = &plot.series[series].points;
        let Ok(found) = points.binary_search_by(|it| it.x.total_cmp(&(at as f64))) else { continue };
        so_far += points[found].y.max(0.0);
        let to = (so_far / whole * f64::from(slot.height)).round() as u16;
        let style = paint.look.series(series);
        let fill = if style.fg.is_some() { FILLS[0] } else { FILLS[series % FILLS.len()] };
        for row in from..to.min(slot.height) {
            let line = line_of(slot, slot.height - 1 - row);
            paint.text(line, line.x, &fill.repeat(usize::from(slot.width)), style);
        }
        if to > from && slot.width >= 3 {
            let line = line_of(slot, slot.height - 1 - u16::midpoint(from, to - 1));
            let style = style.add_modifier(Modifier::REVERSED);
            paint.text(line, line.x + slot.width / 2, &letter(series).to_string(), style);
        }
        from = to;
    }
}
