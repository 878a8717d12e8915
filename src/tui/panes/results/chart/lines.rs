//! Lines, areas and points between two axes.

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::symbols::Marker;
use ratatui::widgets::Widget as _;
use ratatui::widgets::canvas::{Canvas, Context, Line, Points};

use super::curves::{Curve, Stretch};
use super::draw::{labels_width, letter, marks};
use super::{Chart, Marks};
use crate::config::Scope;
use crate::text;
use crate::tui::chart::{Across, Kind, Plot, Tick, amount, nice_ticks, span_ticks};
use crate::tui::widgets::{Painter, line_of};

/// Columns between two marks of the horizontal axis.
const BETWEEN_MARKS: u16 = 14;
/// What the series are drawn with where there is nothing but ASCII.
const ASCII: [char; 8] = ['*', '+', 'o', 'x', '#', '@', '%', '='];

/// The dots of a drawing.
struct Dots {
    columns: usize,
    rows: usize,
    across: Stretch,
    height: Stretch,
}

impl Dots {
    fn x(&self, at: f64) -> f64 {
        (at - self.across.0) / (self.across.1 - self.across.0) * (self.columns.max(2) - 1) as f64
    }

    fn y(&self, at: f64) -> f64 {
        let share = (at - self.height.0) / (self.height.1 - self.height.0);
        // What lies far outside stays outside, but in numbers that can be drawn with.
        share.clamp(-2.0, 3.0) * (self.rows.max(2) - 1) as f64
    }
}

pub(super) fn draw(paint: &mut Painter<'_>, body: Rect, chart: &Chart, plot: &Plot) {
    let axis_height = u16::from(body.height >= 3);
    let labels = labels_width(body, plot, &chart.spec);
    let inner = Rect {
        x: body.x + labels,
        width: body.width.saturating_sub(labels),
        height: body.height.saturating_sub(axis_height),
        ..body
    };
    if inner.is_empty() {
        return;
    }
    let n_panels = chart.curves.heights.len() as u16;
    let each = (inner.height / n_panels.max(1)).max(1);
    for panel in 0..n_panels.min(inner.height) {
        let last = panel + 1 == n_panels;
        let height = if last { inner.height - each * panel } else { each };
        let place = Rect { y: inner.y + each * panel, height, ..inner };
        draw_panel(paint, place, labels, chart, plot, usize::from(panel));
    }
    draw_cursor(paint, inner, chart);
    if axis_height > 0 {
        draw_across(paint, line_of(body, body.height - 1), labels, chart, plot);
    }
}

fn draw_panel(paint: &mut Painter<'_>, place: Rect, labels: u16, chart: &Chart, plot: &Plot, panel: usize) {
    let height = chart.curves.heights[panel];
    draw_heights(paint, place, labels, chart, plot, panel);
    let marks = marks(paint, chart);
    let (per_column, per_row) = match marks {
        Marks::Braille => (2, 4),
        Marks::Blocks => (1, 2),
        Marks::Ascii => (1, 1),
    };
    let dots = Dots {
        columns: usize::from(place.width) * per_column,
        rows: usize::from(place.height) * per_row,
        across: chart.curves.across,
        height,
    };
    // What is chosen lies on top.
    let mut order: Vec<&Curve> = chart.curves.curves.iter().filter(|it| it.panel == panel).collect();
    order.sort_by_key(|it| it.series == chart.chosen);
    let colour = |series: usize| paint.look.series(series).fg.unwrap_or(Color::Reset);
    let patterned = paint.look.series(0).fg.is_none();
    let canvas = Canvas::default()
        .marker(if marks == Marks::Braille { Marker::Braille } else { Marker::HalfBlock })
        .background_color(paint.look.ground().bg.unwrap_or(Color::Reset))
        .x_bounds([0.0, (dots.columns.max(2) - 1) as f64])
        .y_bounds([0.0, (dots.rows.max(2) - 1) as f64])
        .paint(|context| {
            for curve in &order {
                if marks == Marks::Ascii {
                    context.marker(Marker::Custom(ASCII[curve.series % ASCII.len()]));
                }
                let pattern = if patterned && marks != Marks::Ascii { curve.series } else { 0 };
                draw_curve(context, &dots, chart.spec.kind, curve, colour(curve.series), pattern);
            }
        });
    canvas.render(place.intersection(paint.buf.area), paint.buf);
    draw_anomalies(paint, place, &dots, chart, plot, panel);
    draw_letters(paint, place, &dots, chart, plot, &order);
}

fn draw_curve(context: &mut Context<'_>, dots: &Dots, kind: Kind, curve: &Curve, color: Color, pattern: usize) {
    let placed: Vec<(f64, f64)> = curve.points.iter().map(|it| (dots.x(it.0), dots.y(it.2))).collect();
    context.draw(&Points { coords: &placed, color });
    if kind == Kind::Scatter {
        return;
    }
    if kind == Kind::Area {
        let fill = fill(dots, curve, pattern);
        context.draw(&Points { coords: &fill, color });
    }
    for pair in placed.windows(2) {
        let [(x1, y1), (x2, y2)] = [pair[0], pair[1]];
        context.draw(&Line { x1, y1, x2, y2, color });
    }
}

/// The dots between the two edges of an area. Where there is no colour each series has a pattern of its own.
fn fill(dots: &Dots, curve: &Curve, pattern: usize) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let is_on = |x: usize, y: usize| match pattern % 4 {
        0 => true,
        1 => (x + y).is_multiple_of(2),
        2 => y.is_multiple_of(2),
        _ => x.is_multiple_of(2),
    };
    for pair in curve.points.windows(2) {
        let (x1, x2) = (dots.x(pair[0].0), dots.x(pair[1].0));
        let first = x1.max(0.0).ceil() as usize;
        let last = x2.min(dots.columns as f64 - 1.0);
        if last < 0.0 {
            continue;
        }
        for x in first..=last.floor() as usize {
            let share = if x2 > x1 { (x as f64 - x1) / (x2 - x1) } else { 0.0 };
            let between = |a: f64, b: f64| dots.y(a + (b - a) * share).clamp(0.0, dots.rows as f64 - 1.0);
            let low = if pair[0].1.is_finite() { between(pair[0].1, pair[1].1) } else { 0.0 };
            let high = between(pair[0].2, pair[1].2);
            let (low, high) = (low.min(high).round() as usize, low.max(high).round() as usize);
            out.extend((low..=high).filter(|y| is_on(x, *y)).map(|y| (x as f64, y as f64)));
        }
    }
    out
}

/// The column of the screen for a place, if it is seen.
fn column(place: Rect, dots: &Dots, at: f64) -> Option<u16> {
    let x = dots.x(at);
    let last = dots.columns as f64 - 1.0;
    let per_column = dots.columns as f64 / f64::from(place.width);
    (-0.5..=last + 0.5).contains(&x).then(|| place.x + ((x.max(0.0).round() / per_column) as u16).min(place.width - 1))
}

fn row(place: Rect, dots: &Dots, at: f64) -> u16 {
    let per_row = dots.rows as f64 / f64::from(place.height);
    let y = dots.y(at).clamp(0.0, dots.rows as f64 - 1.0).round();
    place.bottom() - 1 - ((y / per_row) as u16).min(place.height - 1)
}

/// At the last point of each series that is seen stands its letter, so that lines are told apart without colour. A point
/// that is alone is made large enough to be seen.
fn draw_letters(paint: &mut Painter<'_>, place: Rect, dots: &Dots, chart: &Chart, plot: &Plot, order: &[&Curve]) {
    let several = super::draw::has_names(plot, &chart.spec);
    for curve in order {
        let seen = curve.points.iter().rev().find(|it| (chart.curves.across.0..=chart.curves.across.1).contains(&it.0));
        let Some((at, low, high)) = seen else { continue };
        let is_stacked = chart.spec.kind == Kind::Area && low.is_finite() && *low > 0.0;
        let height = if is_stacked { f64::midpoint(*low, *high) } else { *high };
        let Some(x) = column(place, dots, *at) else { continue };
        let line = Rect { y: row(place, dots, height), height: 1, ..place };
        let style = paint.look.series(curve.series);
        if several {
            paint.text(line, x, &letter(curve.series).to_string(), style);
        } else if curve.points.len() == 1 {
            paint.text(line, x, "●", style);
        }
    }
}

fn draw_anomalies(paint: &mut Painter<'_>, place: Rect, dots: &Dots, chart: &Chart, plot: &Plot, panel: usize) {
    let style = paint.look.scope(Scope::Error);
    for series in plot.series.iter().filter(|it| chart.curves.heights.len() == 1 || it.panel == panel) {
        for point in &series.anomalies {
            let height = if chart.spec.log_y { point.y.log10() } else { point.y };
            if let Some(x) = column(place, dots, point.x).filter(|_| height.is_finite()) {
                paint.text(Rect { y: row(place, dots, height), height: 1, ..place }, x, "●", style);
            }
        }
    }
}

/// The vertical axis with its labels.
fn draw_heights(paint: &mut Painter<'_>, place: Rect, labels: u16, chart: &Chart, plot: &Plot, panel: usize) {
    if labels == 0 {
        return;
    }
    let (low, high) = chart.curves.heights[panel];
    let border = paint.look.scope(Scope::Border);
    for y in 0..place.height {
        paint.text(Rect { y: place.y + y, height: 1, x: place.x - 1, width: 1 }, place.x - 1, "│", border);
    }
    let rows = usize::from(place.height.max(2)) - 1;
    for tick in height_ticks(chart, plot, low, high, (rows / 2).clamp(1, 6)) {
        let share = (tick.at - low) / (high - low);
        if !(-1e-9..=1.0 + 1e-9).contains(&share) {
            continue;
        }
        let y = place.bottom() - 1 - (share * f64::from(place.height - 1)).round() as u16;
        let line = Rect { x: place.x - labels, width: labels - 1, y, height: 1 };
        let shown = text::clip(&tick.label, usize::from(labels.saturating_sub(2))).into_owned();
        paint.pieces_right(Rect { width: line.width - 1, ..line }, line.x, &[(shown, paint.look.dim())]);
        paint.text(Rect { x: place.x - 1, width: 1, ..line }, place.x - 1, "┤", border);
    }
    // The name of the axis stands in its own corner, where nothing is drawn below it that it would hide.
    let name = match (&chart.spec.y_title, chart.curves.heights.len()) {
        (Some(title), 1) => title.clone(),
        (_, 2..) => plot.series.iter().find(|it| it.panel == panel).map_or_else(String::new, |it| it.name.clone()),
        _ => return,
    };
    paint.text(Rect { height: 1, ..place }, place.x + 1, &name, paint.look.dim());
}

fn height_ticks(chart: &Chart, plot: &Plot, low: f64, high: f64, at_most: usize) -> Vec<Tick> {
    if chart.spec.log_y {
        let step = (((high - low) / at_most as f64).ceil() as usize).max(1);
        let powers = (low.ceil() as i32..=high.floor() as i32).step_by(step);
        return powers.map(|it| Tick { at: f64::from(it), label: amount(10f64.powi(it)) }).collect();
    }
    if plot.spans { span_ticks(low, high, at_most) } else { nice_ticks(low, high, at_most) }
}

/// The horizontal axis: its labels below their places. One that would run into the one before is left out.
fn draw_across(paint: &mut Painter<'_>, line: Rect, labels: u16, chart: &Chart, plot: &Plot) {
    let (from, to) = chart.curves.across;
    let inner = Rect { x: line.x + labels, width: line.width - labels, ..line };
    let at_most = usize::from((inner.width / BETWEEN_MARKS).max(1));
    let ticks = match plot.across {
        Across::Time(origin) => chart.times.marks(origin, from, to, at_most),
        Across::Span => span_ticks(from, to, at_most),
        _ => nice_ticks(from, to, at_most),
    };
    let mut free = line.x;
    for tick in ticks {
        let share = (tick.at - from) / (to - from);
        let x = inner.x + (share.clamp(0.0, 1.0) * f64::from(inner.width - 1)).round() as u16;
        let width = text::width(&tick.label) as u16;
        let start = x.saturating_sub(width / 2).max(line.x).min(line.right().saturating_sub(width));
        if start < free || start + width > line.right() {
            continue;
        }
        paint.text(line, start, &tick.label, paint.look.dim());
        free = start + width + 2;
    }
    if let Some(title) = &chart.spec.x_title {
        paint.pieces_right(line, free, &[(title.clone(), paint.look.dim())]);
    }
}

/// A line down where the cursor is, and one where the mark is, on what is empty.
pub(super) fn draw_cursor(paint: &mut Painter<'_>, inner: Rect, chart: &Chart) {
    let (from, to) = chart.curves.across;
    let half_bin = chart.curves.bin.map_or(0.0, |(_, width)| width / 2.0);
    let places = [(chart.mark, Style::default()), (chart.cursor, paint.look.accent())];
    for (at, style) in places.into_iter().filter_map(|(at, style)| at.map(|it| (it + half_bin, style))) {
        let share = (at - from) / (to - from);
        if !(0.0..=1.0).contains(&share) {
            continue;
        }
        let x = inner.x + (share * f64::from(inner.width - 1)).round() as u16;
        for y in inner.y..inner.bottom() {
            let Some(cell) = paint.buf.cell_mut((x, y)) else { continue };
            if cell.symbol() == " " || cell.symbol() == "\u{2800}" {
                paint.text(Rect { x, y, width: 1, height: 1 }, x, "┆", style);
            } else {
                cell.set_style(style);
            }
        }
    }
}
