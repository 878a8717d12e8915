//! Draws a chart: its title, the drawing, the names of its series, and in the last line what the cursor reads.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Chart, Made, Marks};
use crate::config::Scope;
use crate::result::timespan_text;
use crate::text;
use crate::tui::chart::{Across, Kind, Plot, Spec, amount};
use crate::tui::panes::results::Results;
use crate::tui::panes::results::grouped;
use crate::tui::widgets::{Painter, line_of};

/// On less than this the names of series have one line instead of a column.
const WIDE: u16 = 60;
/// The column of names takes no more than this.
const LEGEND: u16 = 30;

/// How the place is shared out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) title: Rect,
    /// The drawing with its axes.
    pub(super) body: Rect,
    /// The names of the series, at the right.
    pub(super) legend: Rect,
    /// What the cursor reads.
    pub(super) said: Rect,
}

impl Parts {
    pub(super) fn of(area: Rect, plot: &Plot, spec: &Spec) -> Self {
        let title_height = u16::from(spec.title.is_some() && area.height >= 6);
        let said_height = u16::from(area.height >= 3);
        let middle =
            Rect { y: area.y + title_height, height: area.height.saturating_sub(title_height + said_height), ..area };
        let has_legend = spec.legend && has_names(plot, spec) && area.width >= WIDE;
        let wanted = plot.series.iter().map(|it| text::width(&text::sanitize(&it.name))).max().unwrap_or(0) as u16 + 16;
        let legend_width = if has_legend { wanted.min(LEGEND).min(area.width / 3) } else { 0 };
        Self {
            title: Rect { height: title_height, ..area },
            body: Rect { width: middle.width - legend_width, ..middle },
            legend: Rect { x: middle.right() - legend_width, width: legend_width, ..middle },
            said: Rect { y: area.bottom() - said_height, height: said_height, ..area },
        }
    }
}

/// True when it has to be said what a line or a part of a bar stands for.
pub(super) fn has_names(plot: &Plot, spec: &Spec) -> bool {
    spec.kind != Kind::Heat
        && spec.kind != Kind::Card
        && spec.kind != Kind::Pie
        && (plot.series.len() > 1 || !spec.series.is_empty())
}

/// Columns of the drawing without its labels.
pub(super) fn drawing_width(area: Rect, plot: &Plot, spec: &Spec) -> u16 {
    let body = Parts::of(area, plot, spec).body;
    body.width.saturating_sub(labels_width(body, plot, spec)).max(1)
}

/// Columns that the labels of the vertical axis take, with the axis.
pub(super) fn labels_width(body: Rect, plot: &Plot, spec: &Spec) -> u16 {
    if body.width < 24 {
        return 0;
    }
    let widest = if spec.kind == Kind::Heat {
        plot.series.iter().map(|it| text::width(&text::sanitize(&it.name))).max().unwrap_or(0).min(24)
    } else if plot.spans {
        12
    } else if plot.counts {
        7
    } else {
        let (low, high) = plot.extremes;
        let round = |it: f64| amount(if it.abs() >= 10.0 { it.round() } else { (it * 100.0).round() / 100.0 });
        text::width(&round(low)).max(text::width(&round(high)) + 1).clamp(4, 10)
    };
    (widest as u16 + 2).min(body.width / 3)
}

/// What the rule over the chart says of it.
pub(in crate::tui::panes::results) fn notes(
    paint: &Painter<'_>,
    chart: &Chart,
    results: &Results,
) -> Vec<(String, Style)> {
    let mut notes = vec![(chart.spec.words(results.set.columns()), paint.look.text())];
    if chart.part.is_some() {
        notes.push(("a part".to_owned(), paint.look.scope(Scope::Info)));
    }
    if chart.spec.log_y {
        notes.push(("logarithmic".to_owned(), paint.look.dim()));
    }
    notes
}

pub(in crate::tui::panes::results) fn draw(paint: &mut Painter<'_>, area: Rect, chart: &Chart) {
    let plot = match &chart.made {
        Made::Making => {
            say(paint, area, "Drawing.", paint.look.dim());
            return;
        }
        Made::Impossible(words) => {
            let next = say(paint, area, words, paint.look.text());
            paint.text(next, next.x, "v tries another chart, Esc goes back to the rows.", paint.look.dim());
            return;
        }
        Made::Plot(plot) => plot.as_ref(),
    };
    let parts = Parts::of(area, plot, &chart.spec);
    if let Some(title) = &chart.spec.title {
        let safe = text::sanitize(title);
        let indent = parts.title.width.saturating_sub(text::width(&safe) as u16) / 2;
        paint.text(parts.title, parts.title.x + indent, &safe, paint.look.scope(Scope::GridHeader));
    }
    match chart.spec.kind {
        Kind::Card => super::card::draw(paint, parts.body, chart, plot),
        Kind::Heat => super::heat::draw(paint, parts.body, chart, plot),
        Kind::Bar | Kind::Pie => super::bars::draw(paint, parts.body, chart, plot),
        Kind::Column => super::pillars::draw(paint, parts.body, chart, plot),
        Kind::Time | Kind::Line | Kind::Area | Kind::Scatter => super::lines::draw(paint, parts.body, chart, plot),
    }
    super::legend::draw(paint, parts.legend, chart, plot);
    draw_said(paint, parts.said, chart, plot);
}

/// Words in the place of the drawing. Returns the line behind them.
fn say(paint: &mut Painter<'_>, area: Rect, words: &str, style: Style) -> Rect {
    let indent = if area.width > 40 { 3 } else { 1 };
    let inner = Rect { x: area.x + indent.min(area.width), width: area.width.saturating_sub(indent * 2), ..area };
    let safe = text::sanitize(words);
    let first = u16::from(area.height > 6);
    let lines = text::wrap(&safe, usize::from(inner.width).max(1));
    for (row, line) in lines.iter().enumerate() {
        paint.text(line_of(inner, first + row as u16), inner.x, line, style);
    }
    line_of(inner, first + lines.len() as u16)
}

/// `2025-03-05 08:00  a hf-ws-041 1,234    12 without a value`
fn draw_said(paint: &mut Painter<'_>, line: Rect, chart: &Chart, plot: &Plot) {
    let (text_style, dim) = (paint.look.text(), paint.look.dim());
    let mut pieces = Vec::new();
    if chart.spec.kind != Kind::Card {
        match chart.cursor {
            Some(at) => {
                let value = value(chart, plot, chart.chosen, at);
                pieces.push((format!(" {}  ", place(chart, plot, at)), paint.look.accent()));
                let name = plot.series.get(chart.chosen).map_or("", |it| it.name.as_str());
                let letter =
                    if has_names(plot, &chart.spec) { format!("{} ", letter(chart.chosen)) } else { String::new() };
                pieces.push((format!("{letter}{name} "), dim));
                pieces.push((value.map_or("–".to_owned(), |it| reading(plot, it)), text_style));
                if let Some(mark) = chart.mark {
                    let (from, to) = chart.stretch(mark, at);
                    let words = format!("   marked {} … {}", place_at(chart, plot, from), place_at(chart, plot, to));
                    pieces.push((words, paint.look.scope(Scope::Info)));
                }
            }
            None => pieces.push((format!(" {}{}", extent(chart, plot), titles(chart)), dim)),
        }
    }
    let remarks = plot.remarks.join(", ");
    if !remarks.is_empty() {
        pieces.push((format!("   {remarks}"), paint.look.scope(Scope::Warning)));
    }
    paint.pieces(line, &pieces);
}

/// The titles of axes that have no place beside them: of bars and columns both, of panels the one of the height.
fn titles(chart: &Chart) -> String {
    let spec = &chart.spec;
    let is_beside = spec.kind.is_drawn_in_lines();
    let across = spec.x_title.as_ref().filter(|_| !is_beside).map(|it| format!(" · for each: {it}"));
    let up = spec.y_title.as_ref().filter(|_| !is_beside || chart.curves.heights.len() > 1);
    let up = up.map(|it| format!(" · values: {it}"));
    [across, up].into_iter().flatten().collect()
}

/// What the axis goes over, when nothing is read.
fn extent(chart: &Chart, plot: &Plot) -> String {
    let n_series = plot.series.len();
    let series = if n_series > 1 { format!(" · {n_series} series") } else { String::new() };
    if let Across::Names(names) = &plot.across {
        let what = if names.len() == 1 { "name" } else { "names" };
        let seen = if chart.page < names.len() {
            format!("{} to {} of ", chart.top + 1, (chart.top + chart.page).min(names.len()))
        } else {
            String::new()
        };
        return format!("{seen}{} {what}{series}", grouped(names.len() as i64));
    }
    let (from, to) = chart
        .part
        .unwrap_or_else(|| (plot.stops.first().copied().unwrap_or(0.0), plot.stops.last().copied().unwrap_or(0.0)));
    let bin = chart.curves.bin.filter(|_| matches!(plot.across, Across::Time(_)));
    let bin = bin.map_or_else(String::new, |(_, width)| format!(" · in bins of {}", timespan_text(width as i64)));
    if from.total_cmp(&to).is_eq() {
        return format!("{}{series}", place_at(chart, plot, from));
    }
    format!("{} … {}{bin}{series}", place_at(chart, plot, from), place_at(chart, plot, to))
}

/// A place along the axis in words; of bins their beginning.
fn place(chart: &Chart, plot: &Plot, at: f64) -> String {
    match chart.curves.bin.filter(|_| chart.spec.kind.is_continuous()) {
        Some((_, width)) if matches!(plot.across, Across::Time(_)) => {
            format!("{} + {}", place_at(chart, plot, at), timespan_text(width as i64))
        }
        _ => place_at(chart, plot, at),
    }
}

pub(super) fn place_at(chart: &Chart, plot: &Plot, at: f64) -> String {
    match &plot.across {
        Across::Time(origin) => chart.times.named(origin.saturating_add(at.round() as i64)),
        Across::Span => timespan_text(at.round() as i64),
        Across::Number => amount(at),
        Across::Names(names) => names.get(at.max(0.0) as usize).cloned().unwrap_or_default(),
    }
}

/// The value of a series where the cursor is.
pub(super) fn value(chart: &Chart, plot: &Plot, series: usize, at: f64) -> Option<f64> {
    if chart.spec.kind.is_continuous() {
        return chart.curves.value(plot, series, at, chart.columns);
    }
    let points = &plot.series.get(series)?.points;
    points.binary_search_by(|it| it.x.total_cmp(&at)).ok().map(|it| points[it].y)
}

/// A value in words.
pub(super) fn reading(plot: &Plot, value: f64) -> String {
    if plot.spans { timespan_text(value.round() as i64) } else { amount(value) }
}

/// What stands for a series where colour may not: a letter.
pub(super) fn letter(series: usize) -> char {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    LETTERS.get(series).map_or('*', |it| char::from(*it))
}

/// With what to draw.
pub(super) fn marks(paint: &Painter<'_>, chart: &Chart) -> Marks {
    match chart.marks {
        _ if paint.look.ascii => Marks::Ascii,
        Some(marks) => marks,
        None if paint.look.blocks => Marks::Blocks,
        None => Marks::Braille,
    }
}
