//! The points that come of rows. Made on a worker: rows may be many.

use std::collections::HashMap;

use super::spec::{Kind, Role, Spec, Stacking, roles};
use crate::kql::{MAX_DATETIME_TICKS, ScalarType};
use crate::result::{Cell, ResultSet, decimal_text, parse_iso_datetime, parse_timespan};
use crate::run::CancelHandle;
use crate::tui::panes::results::{Times, grouped};

/// Series that are drawn at most: those with the largest sums.
const MAX_SERIES: usize = 50;
/// Rows between two looks at whether anybody still wants the chart.
const ROWS_BETWEEN_LOOKS: usize = 4_096;

/// What the horizontal axis counts.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) enum Across {
    /// Ticks since this one.
    Time(i64),
    Number,
    /// Ticks.
    Span,
    /// A place for each of these.
    Names(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::tui) struct Point {
    pub(in crate::tui) x: f64,
    pub(in crate::tui) y: f64,
}

/// The points of one name.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Series {
    pub(in crate::tui) name: String,
    /// From left to right.
    pub(in crate::tui) points: Vec<Point>,
    pub(in crate::tui) total: f64,
    /// Points that were found to be unlike the others.
    pub(in crate::tui) anomalies: Vec<Point>,
    /// Which value column it is of, for panels.
    pub(in crate::tui) panel: usize,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    pub(in crate::tui) across: Across,
    pub(in crate::tui) series: Vec<Series>,
    /// Each point is a row, to be counted where it is drawn.
    pub(in crate::tui) counts: bool,
    /// Values are timespans, in ticks.
    pub(in crate::tui) spans: bool,
    /// Every place along the horizontal axis that has a point, from left to right.
    pub(in crate::tui) stops: Vec<f64>,
    /// The smallest and the largest value.
    pub(in crate::tui) extremes: (f64, f64),
    /// What was left out or added up, in words.
    pub(in crate::tui) remarks: Vec<String>,
}

/// What was not drawn, counted.
#[derive(Debug, Default)]
struct LeftOut {
    no_x: usize,
    no_y: usize,
    not_finite: usize,
    not_positive: usize,
    added: usize,
}

/// A series while rows are read.
#[derive(Debug, Default)]
struct Gathering {
    points: Vec<Point>,
    anomalies: Vec<Point>,
    panel: usize,
}

struct Builder<'a> {
    set: &'a ResultSet,
    spec: &'a Spec,
    times: &'a Times,
    roles: Vec<Role>,
    names: Vec<String>,
    place_of: HashMap<String, usize>,
    series: Vec<(String, Gathering)>,
    series_of: HashMap<(String, usize), usize>,
    origin: Option<i64>,
    left_out: LeftOut,
}

/// Makes the points of some rows of a result; `None` when it was stopped, and words when nothing can be drawn.
pub(in crate::tui) fn build(
    set: &ResultSet,
    rows: &mut dyn Iterator<Item = usize>,
    spec: &Spec,
    times: &Times,
    cancel: &CancelHandle,
) -> Option<Result<Plot, String>> {
    let mut builder = Builder {
        set,
        spec,
        times,
        roles: roles(set),
        names: Vec::new(),
        place_of: HashMap::new(),
        series: Vec::new(),
        series_of: HashMap::new(),
        origin: None,
        left_out: LeftOut::default(),
    };
    for (idx, row) in rows.enumerate() {
        if idx % ROWS_BETWEEN_LOOKS == 0 && cancel.is_cancelled() {
            return None;
        }
        builder.row(row);
    }
    Some(builder.finish())
}

impl Builder<'_> {
    fn row(&mut self, row: usize) {
        let by: Vec<_> = self.spec.series.iter().map(|col| name_of(self.set.cell(row, *col), self.times)).collect();
        let by = by.join(", ");
        let Some(x_col) = self.spec.x else {
            let values: Vec<_> = self.spec.y.clone();
            for col in values {
                let name = self.set.columns()[col].name.clone();
                self.value(&name, col, 0.0, row, 0);
            }
            return;
        };
        if self.roles[x_col] == Role::Times {
            return self.lists(row, x_col, &by);
        }
        let Some(x) = self.place(row, x_col) else {
            self.left_out.no_x += 1;
            return;
        };
        if self.spec.y.is_empty() {
            self.push(&by, Point { x, y: 1.0 }, 0);
            return;
        }
        for panel in 0..self.spec.y.len() {
            let col = self.spec.y[panel];
            let name = self.series_name(&by, col);
            self.value(&name, col, x, row, panel);
        }
    }

    /// One value column is named by its series alone, several by themselves as well.
    fn series_name(&self, by: &str, col: usize) -> String {
        let column = &self.set.columns()[col].name;
        match (by.is_empty() && self.spec.series.is_empty(), self.spec.y.len()) {
            (true, _) => column.clone(),
            (false, 1) => by.to_owned(),
            (false, _) => format!("{by}: {column}"),
        }
    }

    fn value(&mut self, name: &str, col: usize, x: f64, row: usize, panel: usize) {
        match number_of(self.set.cell(row, col)) {
            None => self.left_out.no_y += 1,
            Some(y) if !y.is_finite() => self.left_out.not_finite += 1,
            Some(y) if self.spec.log_y && y <= 0.0 => self.left_out.not_positive += 1,
            Some(y) => {
                let point = Point { x, y };
                self.push(name, point, panel);
                let marked = |it: &usize| number_of(self.set.cell(row, *it)).is_some_and(|it| it != 0.0);
                if self.spec.anomalies.iter().any(marked) {
                    self.mark(name, point, panel);
                }
            }
        }
    }

    /// The row of `make-series`: a list of times, and lists of as many numbers.
    fn lists(&mut self, row: usize, x_col: usize, by: &str) {
        let times = list(self.set.cell(row, x_col));
        let times: Vec<_> = times.iter().map(|it| it.as_str().and_then(parse_iso_datetime)).collect();
        let marks: Vec<_> = self.spec.anomalies.iter().map(|it| list(self.set.cell(row, *it))).collect();
        for panel in 0..self.spec.y.len() {
            let col = self.spec.y[panel];
            let name = self.series_name(by, col);
            let values = list(self.set.cell(row, col));
            for (idx, at) in times.iter().enumerate() {
                let Some(at) = at else {
                    self.left_out.no_x += 1;
                    continue;
                };
                let x = self.since_origin(*at);
                match values.get(idx).and_then(json_number) {
                    Some(y) if self.spec.log_y && y <= 0.0 => self.left_out.not_positive += 1,
                    Some(y) if y.is_finite() => {
                        self.push(&name, Point { x, y }, panel);
                        let is_marked = |it: &Vec<serde_json::Value>| it.get(idx).and_then(json_number);
                        if marks.iter().filter_map(is_marked).any(|it| it != 0.0) {
                            self.mark(&name, Point { x, y }, panel);
                        }
                    }
                    _ => self.left_out.no_y += 1,
                }
            }
        }
    }

    fn since_origin(&mut self, ticks: i64) -> f64 {
        let origin = *self.origin.get_or_insert(ticks);
        (ticks - origin) as f64
    }

    /// Where along the horizontal axis a row stands.
    fn place(&mut self, row: usize, col: usize) -> Option<f64> {
        let cell = self.set.cell(row, col);
        if !self.spec.kind.is_continuous() {
            let name = name_of(cell, self.times);
            let next = self.names.len();
            let place = *self.place_of.entry(name).or_insert_with_key(|name| {
                self.names.push(name.clone());
                next
            });
            return Some(place as f64);
        }
        match cell {
            // What is no time at all has no place among times.
            Cell::Datetime(ticks) => (0..=MAX_DATETIME_TICKS).contains(&ticks).then(|| self.since_origin(ticks)),
            _ => number_of(cell).filter(|it| it.is_finite()),
        }
    }

    fn gathering(&mut self, name: &str, panel: usize) -> &mut Gathering {
        let next = self.series.len();
        let at = *self.series_of.entry((name.to_owned(), panel)).or_insert(next);
        if at == next {
            self.series.push((name.to_owned(), Gathering { panel, ..Gathering::default() }));
        }
        &mut self.series[at].1
    }

    fn push(&mut self, name: &str, point: Point, panel: usize) {
        self.gathering(name, panel).points.push(point);
    }

    fn mark(&mut self, name: &str, point: Point, panel: usize) {
        self.gathering(name, panel).anomalies.push(point);
    }

    fn finish(mut self) -> Result<Plot, String> {
        let counts = self.spec.y.is_empty();
        let stacks = self.spec.kind == Kind::Area && self.spec.stacking != Stacking::Beside;
        // A point that shares its place with another one is added to it where a place has one value only.
        let adds = !self.spec.kind.is_continuous() || stacks;
        let mut series: Vec<Series> = Vec::new();
        for (name, gathered) in std::mem::take(&mut self.series) {
            let mut points = gathered.points;
            points.sort_by(|a, b| a.x.total_cmp(&b.x));
            if adds {
                let before = points.len();
                add_up(&mut points);
                self.left_out.added += if counts { 0 } else { before - points.len() };
            }
            if self.spec.accumulate {
                let mut sum = 0.0;
                for point in &mut points {
                    sum += point.y;
                    point.y = sum;
                }
            }
            let total = points.iter().map(|it| it.y).sum();
            let name = if name.is_empty() && self.spec.series.is_empty() { "rows".to_owned() } else { shown(name) };
            series.push(Series { name, points, total, anomalies: gathered.anomalies, panel: gathered.panel });
        }
        let n_series = series.len();
        if n_series > MAX_SERIES {
            series.sort_by(|a, b| b.total.abs().total_cmp(&a.total.abs()));
            series.truncate(MAX_SERIES);
        }
        series.retain(|it| !it.points.is_empty());
        let mut remarks = self.spec.remarks.clone();
        remarks.extend(self.left_out.words());
        if n_series > MAX_SERIES {
            remarks.push(format!("the {MAX_SERIES} largest of {} series", grouped(n_series as i64)));
        }
        if series.is_empty() {
            let why = if remarks.is_empty() { String::new() } else { format!(" Left out: {}.", remarks.join(", ")) };
            return Err(format!("There is nothing to draw: no row has a value where the chart needs one.{why}"));
        }
        let spans = self.spec.y.first().is_some_and(|it| self.set.columns()[*it].ty == ScalarType::Timespan);
        if self.spec.kind == Kind::Pie || (counts && !self.spec.kind.is_continuous()) {
            largest_first(&mut self.names, &mut series);
        }
        let across = self.across();
        let mut stops: Vec<f64> = series.iter().flat_map(|it| it.points.iter().map(|it| it.x)).collect();
        stops.sort_by(f64::total_cmp);
        stops.dedup();
        let values = series.iter().flat_map(|it| it.points.iter().map(|it| it.y));
        let extremes =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |it: (f64, f64), value| (it.0.min(value), it.1.max(value)));
        Ok(Plot { across, series, counts, spans, stops, extremes, remarks })
    }

    fn across(&mut self) -> Across {
        if !self.spec.kind.is_continuous() {
            return Across::Names(std::mem::take(&mut self.names).into_iter().map(shown).collect());
        }
        match self.origin {
            Some(origin) => Across::Time(origin),
            None if self.spec.x.is_some_and(|it| self.set.columns()[it].ty == ScalarType::Timespan) => Across::Span,
            None => Across::Number,
        }
    }
}

impl LeftOut {
    fn words(&self) -> Vec<String> {
        let count = |n: usize, words: &str| (n > 0).then(|| format!("{} {words}", grouped(n as i64)));
        [
            count(self.no_x, "without a place on the axis"),
            count(self.no_y, "without a value"),
            count(self.not_finite, "not finite"),
            count(self.not_positive, "not above zero, so not on a logarithmic axis"),
            count(self.added, "added to others of the same name"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// One point for each place.
fn add_up(points: &mut Vec<Point>) {
    points.dedup_by(|next, kept| {
        let same = next.x.total_cmp(&kept.x).is_eq();
        if same {
            kept.y += next.y;
        }
        same
    });
}

/// Puts the names with the largest sums first.
fn largest_first(names: &mut Vec<String>, series: &mut [Series]) {
    let mut totals = vec![0.0; names.len()];
    for point in series.iter().flat_map(|it| &it.points) {
        totals[point.x as usize] += point.y;
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| totals[*b].total_cmp(&totals[*a]));
    let mut place = vec![0; names.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    *names = order.iter().map(|it| std::mem::take(&mut names[*it])).collect();
    for one in series {
        for point in &mut one.points {
            point.x = place[point.x as usize] as f64;
        }
        one.points.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
}

/// A name that can be seen.
fn shown(name: String) -> String {
    if name.is_empty() { "(empty)".to_owned() } else { name }
}

fn name_of(cell: Cell<'_>, times: &Times) -> String {
    match cell {
        Cell::Null => "(null)".to_owned(),
        Cell::Datetime(ticks) => times.named(ticks),
        Cell::Dynamic(json) => serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned()),
        _ => cell.text().into_owned(),
    }
}

fn number_of(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Int(value) => Some(f64::from(value)),
        Cell::Long(value) | Cell::Timespan(value) => Some(value as f64),
        Cell::Real(value) => Some(value),
        Cell::Decimal(value) => decimal_text(value).parse().ok(),
        Cell::Bool(value) => Some(f64::from(u8::from(value))),
        Cell::Dynamic(json) => json.trim().parse().ok(),
        _ => None,
    }
}

fn list(cell: Cell<'_>) -> Vec<serde_json::Value> {
    match cell {
        Cell::Dynamic(json) => serde_json::from_str(json).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn json_number(value: &serde_json::Value) -> Option<f64> {
    match value {
        serde_json::Value::Number(it) => it.as_f64(),
        serde_json::Value::String(it) => parse_timespan(it).map(|it| it as f64),
        _ => None,
    }
}
