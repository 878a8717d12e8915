//! Bars from left to right, one below the other; those of a pie have their shares.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Chart;
use super::draw::{letter, reading};
use crate::config::Scope;
use crate::text;
use crate::tui::chart::{Across, Kind, Plot, Stacking, amount};
use crate::tui::widgets::{Painter, bar, line_of};

/// What parts of a stacked bar are drawn with where there is no colour, beside their letters.
const FILLS: [&str; 4] = ["█", "▒", "▓", "░"];

/// Lines that a name takes.
fn lines_each(chart: &Chart, plot: &Plot) -> usize {
    if chart.spec.stacking != Stacking::Beside {
        return 1;
    }
    (0..plot.series.len()).filter(|it| !chart.hidden.get(*it).copied().unwrap_or(false)).count().max(1)
}

/// Names that are seen at once.
pub(super) fn n_seen(area: Rect, plot: &Plot, chart: &Chart) -> usize {
    let body = super::draw::Parts::of(area, plot, &chart.spec).body;
    (usize::from(body.height) / lines_each(chart, plot)).max(1)
}

pub(super) fn draw(paint: &mut Painter<'_>, body: Rect, chart: &Chart, plot: &Plot) {
    let Across::Names(names) = &plot.across else { return };
    let width = usize::from(body.width);
    let widest = names.iter().skip(chart.top).take(chart.page.max(1)).map(|it| text::width(&text::sanitize(it))).max();
    let name_width = widest.unwrap_or(0).clamp(1, (width / 3).max(4));
    let each = lines_each(chart, plot);
    let scale = Scale::of(chart, plot);
    let values = width.saturating_sub(name_width + 3).min(scale.value_width);
    let room = width.saturating_sub(name_width + 4 + values);
    for (row, at) in (chart.top..names.len()).take(chart.page.max(1)).enumerate() {
        let first = line_of(body, (row * each) as u16);
        if first.is_empty() {
            break;
        }
        let is_here = chart.cursor == Some(at as f64);
        if is_here {
            let height = (each as u16).min(body.bottom() - first.y);
            paint.style(Rect { height, ..first }, paint.look.scope(Scope::GridRow));
        }
        let style = if is_here { paint.look.accent() } else { paint.look.text() };
        let name = Rect { x: first.x + 1, width: name_width as u16, ..first }.intersection(first);
        let safe = text::sanitize(&names[at]);
        paint.text(name, name.x, &text::clip(&safe, name_width), style);
        let bars = Rect { x: first.x + name_width as u16 + 2, width: (room + values + 2) as u16, ..first };
        let bars = bars.intersection(first);
        if chart.spec.stacking == Stacking::Beside {
            let seen = (0..plot.series.len()).filter(|it| !chart.hidden.get(*it).copied().unwrap_or(false));
            for (below, series) in seen.enumerate() {
                let line = Rect { y: bars.y + below as u16, ..bars }.intersection(body);
                draw_one(paint, line, chart, plot, &scale, series, at, room);
            }
        } else {
            draw_stack(paint, bars, chart, plot, &scale, at, room);
        }
    }
}

/// What the longest bar stands for.
struct Scale {
    low: f64,
    high: f64,
    /// The sum of what is seen, for shares.
    sum: f64,
    value_width: usize,
}

impl Scale {
    fn of(chart: &Chart, plot: &Plot) -> Self {
        let seen = plot.series.iter().enumerate().filter(|it| !chart.hidden.get(it.0).copied().unwrap_or(false));
        let points: Vec<_> = seen.flat_map(|it| &it.1.points).collect();
        let sum: f64 = points.iter().map(|it| it.y.max(0.0)).sum();
        let (low, high) = match chart.spec.stacking {
            Stacking::Full => (0.0, 100.0),
            Stacking::Stacked => (0.0, (0..plot.stops.len()).map(|it| sum_at(chart, plot, it)).fold(0.0, f64::max)),
            Stacking::Beside => {
                let low = points.iter().map(|it| it.y).fold(0.0, f64::min);
                (low, points.iter().map(|it| it.y).fold(0.0, f64::max))
            }
        };
        let extreme = |it: f64| text::width(&reading(plot, it));
        let fractions = points.iter().take(200).map(|it| extreme(it.y)).max().unwrap_or(1);
        let share = if chart.spec.kind == Kind::Pie { 9 } else { 0 };
        let value_width = extreme(high).max(extreme(low)).max(fractions).min(26) + share;
        Self { low: chart.spec.y_min.unwrap_or(low), high: chart.spec.y_max.unwrap_or(high), sum, value_width }
    }

    /// How far from the left a value ends, of one.
    fn share(&self, value: f64) -> f64 {
        if self.high > self.low { ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) } else { 0.0 }
    }
}

fn value_at(plot: &Plot, series: usize, at: usize) -> Option<f64> {
    let points = &plot.series[series].points;
    points.binary_search_by(|it| it.x.total_cmp(&(at as f64))).ok().map(|it| points[it].y)
}

/// The sum of what is seen of a name.
pub(super) fn sum_at(chart: &Chart, plot: &Plot, at: usize) -> f64 {
    let seen = (0..plot.series.len()).filter(|it| !chart.hidden.get(*it).copied().unwrap_or(false));
    seen.filter_map(|it| value_at(plot, it, at)).map(|it| it.max(0.0)).sum()
}

#[expect(clippy::too_many_arguments, reason = "a bar is told by its chart, its scale, its place in both and its room")]
fn draw_one(
    paint: &mut Painter<'_>,
    line: Rect,
    chart: &Chart,
    plot: &Plot,
    scale: &Scale,
    series: usize,
    at: usize,
    room: usize,
) {
    if line.is_empty() {
        return;
    }
    let style = paint.look.series(series);
    let Some(value) = value_at(plot, series, at) else {
        paint.text(line, line.x, "–", paint.look.dim());
        return;
    };
    // Bars begin at zero, which is not at the left end when there are values below it.
    let (zero, end) = (scale.share(0.0), scale.share(value));
    let x = if scale.low < 0.0 {
        let (from, to) = (zero.min(end) * room as f64, zero.max(end) * room as f64);
        let start = line.x + from.round() as u16;
        let length = (to.round() - from.round()).max(0.0) as usize;
        paint.text(line, start, &"█".repeat(length), style);
        line.x + room as u16
    } else {
        let drawn = bar(end, room);
        let drawn = drawn.trim_end();
        // What is there and too small to see is seen all the same.
        let drawn = if drawn.is_empty() && value > 0.0 { "▏" } else { drawn };
        paint.text(line, line.x, drawn, style) + 1
    };
    let mut words = reading(plot, value);
    if chart.spec.kind == Kind::Pie {
        let share = if scale.sum > 0.0 { value.max(0.0) * 100.0 / scale.sum } else { 0.0 };
        words = format!("{words}  {share:>5.1} %");
    }
    let is_chosen = plot.series.len() > 1 && series == chart.chosen;
    let said = if is_chosen { paint.look.text().add_modifier(Modifier::BOLD) } else { paint.look.text() };
    if super::draw::has_names(plot, &chart.spec) {
        words = format!("{} {words}", letter(series));
    }
    paint.text(line, x, &words, said);
}

fn draw_stack(paint: &mut Painter<'_>, line: Rect, chart: &Chart, plot: &Plot, scale: &Scale, at: usize, room: usize) {
    let sum = sum_at(chart, plot, at);
    let whole = if chart.spec.stacking == Stacking::Full { sum } else { scale.high };
    let (mut so_far, mut x) = (0.0, line.x);
    for series in (0..plot.series.len()).filter(|it| !chart.hidden.get(*it).copied().unwrap_or(false)) {
        let Some(value) = value_at(plot, series, at).filter(|it| *it > 0.0 && whole > 0.0) else { continue };
        so_far += value;
        let end = line.x + (so_far / whole * room as f64).round() as u16;
        let length = usize::from(end.saturating_sub(x));
        let style = paint.look.series(series);
        let fill = if style.fg.is_some() { FILLS[0] } else { FILLS[series % FILLS.len()] };
        paint.text(line, x, &fill.repeat(length), style);
        if length >= 3 {
            paint.text(
                line,
                x + (length / 2) as u16,
                &letter(series).to_string(),
                style.add_modifier(Modifier::REVERSED),
            );
        }
        x = end;
    }
    paint.text(line, x + 1, &reading(plot, sum), paint.look.text());
    if sum == 0.0 {
        paint.text(line, line.x, &amount(0.0), paint.look.dim());
    }
}
