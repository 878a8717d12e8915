//! The answer as a chart: what is drawn of it, and the cursor that reads its values.

mod bars;
mod card;
mod curves;
mod draw;
mod heat;
mod legend;
mod lines;
mod pillars;

use ratatui::layout::Rect;

use self::curves::{Curves, Stretch};
use super::times::Times;
use crate::kql::ScalarType;
use crate::result::ResultSet;
use crate::tui::action::Action;
use crate::tui::chart::{Across, Kind, Plot, Spec, Stacking};

pub(super) use self::draw::{draw, notes};

/// How far the points of a chart have come.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) enum Made {
    /// A worker makes them.
    Making,
    Plot(Box<Plot>),
    /// Why there is nothing to see, in words.
    Impossible(String),
}

/// What an action asks of those outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Asked {
    Nothing,
    /// The points have to be made again.
    Points,
    /// Words for the hint line.
    Say(&'static str),
}

/// With what lines are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    Braille,
    Blocks,
    Ascii,
}

/// A chart that is looked at.
#[derive(Debug)]
pub(in crate::tui) struct Chart {
    pub(in crate::tui) spec: Spec,
    pub(in crate::tui) made: Made,
    /// The query asked for it.
    pub(in crate::tui) is_asked: bool,
    /// The query as it stands in the editor since a stretch was put into it, and where.
    pub(in crate::tui) put: Option<(String, usize)>,
    /// Where the values are read: a place along the horizontal axis.
    cursor: Option<f64>,
    /// The other end of a stretch that is being marked.
    mark: Option<f64>,
    /// The stretch that is seen, if not all of it.
    part: Option<Stretch>,
    /// The series that is looked at.
    chosen: usize,
    hidden: Vec<bool>,
    /// What the user chose to draw with, instead of what the terminal can.
    marks: Option<Marks>,
    /// The first name or series that is seen.
    top: usize,
    /// Names that are seen at once.
    page: usize,
    /// Columns of the drawing itself.
    columns: usize,
    curves: Curves,
    drawn_for: Option<(usize, u16)>,
    /// How times are shown: as in the grid.
    times: Times,
}

impl Chart {
    pub(in crate::tui) fn new(spec: Spec, is_asked: bool) -> Self {
        Self {
            spec,
            made: Made::Making,
            is_asked,
            put: None,
            cursor: None,
            mark: None,
            part: None,
            chosen: 0,
            hidden: Vec::new(),
            marks: None,
            top: 0,
            page: 1,
            columns: 1,
            curves: Curves::default(),
            drawn_for: None,
            times: Times::default(),
        }
    }

    pub(super) fn show_times(&mut self, times: &Times) {
        if self.times != *times {
            self.times = times.clone();
        }
    }

    /// The points have come.
    pub(in crate::tui) fn set_plot(&mut self, outcome: Result<Plot, String>) {
        self.made = match outcome {
            Ok(plot) => {
                self.hidden = vec![false; plot.series.len()];
                self.chosen = 0;
                Made::Plot(Box::new(plot))
            }
            Err(words) => Made::Impossible(words),
        };
        self.drawn_for = None;
    }

    /// True when times are shown: along the axis, or as names.
    pub(super) fn has_times(&self, set: &ResultSet) -> bool {
        let is_time = |col: &usize| set.columns().get(*col).is_some_and(|it| it.ty == ScalarType::Datetime);
        self.plot().is_some_and(|it| matches!(it.across, Across::Time(_)))
            || self.spec.x.iter().chain(&self.spec.series).any(is_time)
    }

    fn plot(&self) -> Option<&Plot> {
        if let Made::Plot(plot) = &self.made { Some(plot) } else { None }
    }

    /// The column and the stretch of it that is marked or seen, for a condition; `None` when all of it is seen.
    pub(in crate::tui) fn zoomed(&self) -> Option<(usize, Across, f64, f64)> {
        let plot = self.plot()?;
        let marked = self.mark.zip(self.cursor).map(|(a, b)| self.stretch(a, b));
        let (from, to) = marked.or(self.part)?;
        Some((self.spec.x?, plot.across.clone(), from, to))
    }

    /// From the smaller to the larger; over whole bins where rows are gathered in bins.
    fn stretch(&self, a: f64, b: f64) -> Stretch {
        let (from, to) = (a.min(b), a.max(b));
        match self.curves.bin {
            Some((_, width)) => (from, to + width),
            None => (from, to),
        }
    }

    /// What the cursor reads of every series that is seen: a line each, with where it is.
    pub(super) fn copied(&self) -> Option<(String, String)> {
        let (plot, at) = (self.plot()?, self.cursor?);
        let seen = (0..plot.series.len()).filter(|it| !self.hidden.get(*it).copied().unwrap_or(false));
        let lines = seen.filter_map(|series| {
            let value = draw::reading(plot, draw::value(self, plot, series, at)?);
            Some(format!("{}\t{}\t{value}", draw::place_at(self, plot, at), plot.series[series].name))
        });
        let lines: Vec<_> = lines.collect();
        (!lines.is_empty()).then(|| (lines.join("\n"), "what the cursor reads".to_owned()))
    }

    /// Takes back the innermost thing that was begun; false when there is none.
    pub(in crate::tui) fn step_back(&mut self) -> bool {
        self.mark.take().is_some()
    }

    pub(in crate::tui) fn act(&mut self, action: Action, set: &ResultSet) -> Asked {
        match action {
            Action::ChartKind => return self.next_kind(set),
            Action::ChartX => return self.change(|spec| spec.next_x(set)),
            Action::ChartValue => return self.change(|spec| spec.next_y(set)),
            Action::ChartSeries => return self.change(|spec| spec.next_series(set)),
            Action::ChartStack => return self.next_stacking(),
            Action::ChartLog if !self.spec.kind.is_drawn_in_lines() => {
                return Asked::Say("Only lines, areas and points have a logarithmic axis.");
            }
            Action::ChartLog => return self.change(|spec| spec.log_y = !spec.log_y),
            _ => {}
        }
        if self.plot().is_none() {
            return Asked::Nothing;
        }
        match action {
            Action::ChartMarks => self.next_marks(),
            Action::ChartMark => return self.set_mark(),
            Action::ChartZoomIn | Action::Open => return self.zoom_in(),
            Action::ChartZoomOut => self.zoom_out(),
            Action::ChartZoomAll => self.part = None,
            Action::ChartHide => self.hide(),
            Action::ChartOnly => self.only(),
            _ => self.travel(action),
        }
        self.drawn_for = None;
        Asked::Nothing
    }

    /// Another chart of the same rows, of the kinds that are possible.
    fn next_kind(&mut self, set: &ResultSet) -> Asked {
        let at = Kind::ALL.iter().position(|it| it.0 == self.spec.kind).unwrap_or(0);
        let n_kinds = Kind::ALL.len();
        let mut others = (1..n_kinds).map(|by| Kind::ALL[(at + by) % n_kinds].0);
        let Some(spec) = others.find_map(|kind| Spec::of_kind(kind, set).ok()) else {
            return Asked::Say("No other chart can be drawn of these columns.");
        };
        *self = Self { marks: self.marks, ..Self::new(spec, false) };
        Asked::Points
    }

    fn change(&mut self, change: impl FnOnce(&mut Spec)) -> Asked {
        let before = self.spec.clone();
        change(&mut self.spec);
        if self.spec == before {
            return Asked::Say("There is no other column for that.");
        }
        let keeps_part = self.spec.x == before.x;
        let part = self.part.filter(|_| keeps_part);
        let spec = self.spec.clone();
        *self = Self { part, marks: self.marks, ..Self::new(spec, false) };
        Asked::Points
    }

    fn next_stacking(&mut self) -> Asked {
        if !matches!(self.spec.kind, Kind::Area | Kind::Bar | Kind::Column) {
            return Asked::Say("Only areas, bars and columns are stacked.");
        }
        self.change(|spec| {
            spec.stacking = match spec.stacking {
                Stacking::Beside => Stacking::Stacked,
                Stacking::Stacked => Stacking::Full,
                Stacking::Full => Stacking::Beside,
            };
        })
    }

    fn next_marks(&mut self) {
        self.marks = match self.marks {
            None | Some(Marks::Braille) => Some(Marks::Blocks),
            Some(Marks::Blocks) => Some(Marks::Ascii),
            Some(Marks::Ascii) => None,
        };
    }

    fn set_mark(&mut self) -> Asked {
        if !self.spec.kind.is_continuous() {
            return Asked::Say("A stretch is marked on an axis of times or numbers.");
        }
        let at = self.cursor.unwrap_or_else(|| self.nearest(f64::midpoint(self.seen().0, self.seen().1)));
        self.cursor = Some(at);
        self.mark = if self.mark == Some(at) { None } else { Some(at) };
        Asked::Say("Go to the other end; Enter looks at what lies between, w puts it into the query.")
    }

    /// What is seen.
    fn seen(&self) -> Stretch {
        self.part.or_else(|| self.plot().map(curves::whole)).unwrap_or((0.0, 1.0))
    }

    /// The marked stretch, or half of what is seen around the cursor.
    fn zoom_in(&mut self) -> Asked {
        if !self.spec.kind.is_continuous() {
            return Asked::Say("Names have no stretch to look at more closely.");
        }
        let (from, to) = self.seen();
        let wanted = match self.mark.take().zip(self.cursor) {
            Some((a, b)) => self.stretch(a, b),
            None => {
                let middle = self.cursor.unwrap_or(f64::midpoint(from, to));
                let quarter = (to - from) / 4.0;
                let from_wanted = (middle - quarter).clamp(from, (to - quarter * 2.0).max(from));
                (from_wanted, from_wanted + quarter * 2.0)
            }
        };
        let smallest = if matches!(self.plot().map(|it| &it.across), Some(Across::Number)) { 1e-12 } else { 10.0 };
        if wanted.1 - wanted.0 < smallest {
            return Asked::Say("That is one point; there is nothing closer to see.");
        }
        self.part = Some(wanted);
        self.drawn_for = None;
        Asked::Nothing
    }

    fn zoom_out(&mut self) {
        let Some((whole, (from, to))) = self.plot().map(curves::whole).zip(self.part) else { return };
        let half = (to - from) / 2.0;
        let wider = ((from - half).max(whole.0), (to + half).min(whole.1));
        self.part = (wider != whole).then_some(wider);
    }

    fn hide(&mut self) {
        if let Some(hidden) = self.hidden.get_mut(self.chosen) {
            *hidden = !*hidden;
        }
        if self.hidden.iter().all(|it| *it) {
            self.hidden.fill(false);
        }
    }

    /// The chosen series alone, or all of them again.
    fn only(&mut self) {
        let chosen = self.chosen;
        let is_alone = self.hidden.iter().enumerate().all(|(idx, it)| *it == (idx != chosen));
        for (idx, hidden) in self.hidden.iter_mut().enumerate() {
            *hidden = !is_alone && idx != chosen;
        }
    }

    fn travel(&mut self, action: Action) {
        // Names of bars go down the screen, everything else goes across it.
        let down = matches!(self.spec.kind, Kind::Bar | Kind::Pie);
        let n_series = self.plot().map_or(1, |it| it.series.len()).max(1);
        match (action, down) {
            (Action::Left, false) | (Action::Up, true) => self.step(-1),
            (Action::Right, false) | (Action::Down, true) => self.step(1),
            (Action::Up, false) | (Action::Left, true) => self.chosen = (self.chosen + n_series - 1) % n_series,
            (Action::Down, false) | (Action::Right, true) => self.chosen = (self.chosen + 1) % n_series,
            (Action::PageUp, _) => self.step(-(self.leap() as isize)),
            (Action::PageDown, _) => self.step(self.leap() as isize),
            (Action::First | Action::LineStart, _) => self.go_to(f64::NEG_INFINITY),
            (Action::Last | Action::LineEnd, _) => self.go_to(f64::INFINITY),
            _ => {}
        }
    }

    fn leap(&self) -> usize {
        if self.spec.kind.is_continuous() { (self.columns / 10).max(2) } else { self.page.max(2) - 1 }
    }

    /// Moves the cursor by places of the axis that have points; by columns of the screen where there are more of those.
    fn step(&mut self, by: isize) {
        let Some(plot) = self.plot() else { return };
        let (from, to) = self.seen();
        let Some(at) = self.cursor else {
            return self.go_to(if by > 0 { from } else { to });
        };
        let next = match self.curves.bin.filter(|_| self.spec.kind.is_continuous()) {
            Some((_, width)) => {
                let (first, last) = curves::whole(plot);
                (at + width * by as f64).clamp(self.bin_of(first), self.bin_of(last))
            }
            None => {
                let stops = &plot.stops;
                let first_seen = stops.partition_point(|it| *it < from);
                let n_seen = stops.partition_point(|it| *it <= to).saturating_sub(first_seen);
                let stride =
                    if self.spec.kind.is_continuous() { n_seen.div_ceil(self.columns.max(1)).max(1) } else { 1 };
                let here = stops.partition_point(|it| *it < at) as isize;
                let wanted = (here + by * stride as isize).clamp(0, stops.len() as isize - 1);
                stops.get(wanted as usize).copied().unwrap_or(at)
            }
        };
        self.cursor = Some(next);
        self.follow();
    }

    fn bin_of(&self, at: f64) -> f64 {
        self.curves.bin.map_or(at, |(first, width)| first + ((at - first) / width).floor() * width)
    }

    fn nearest(&self, at: f64) -> f64 {
        let Some(plot) = self.plot() else { return at };
        if self.spec.kind.is_continuous() && self.curves.bin.is_some() {
            let (first, last) = curves::whole(plot);
            return self.bin_of(at.clamp(first, last));
        }
        let behind = plot.stops.partition_point(|it| *it < at);
        plot.stops.get(behind).or(plot.stops.last()).copied().unwrap_or(at)
    }

    fn go_to(&mut self, at: f64) {
        let at = if self.part.is_some() && at.is_infinite() { at } else { at.clamp(self.seen().0, self.seen().1) };
        self.cursor = Some(self.nearest(at));
        self.follow();
    }

    /// What is seen goes along with the cursor.
    fn follow(&mut self) {
        let (Some(at), Some((from, to))) = (self.cursor, self.part) else { return };
        let width = to - from;
        if at < from {
            self.part = Some((at, at + width));
        } else if at > to {
            self.part = Some((at - width, at));
        }
    }

    /// Makes what is drawn, if it is not made for this size already.
    pub(super) fn arrange(&mut self, area: Rect) {
        let Made::Plot(plot) = &self.made else { return };
        if area.is_empty() {
            return;
        }
        if self.spec.kind.is_continuous() {
            let columns = usize::from(draw::drawing_width(area, plot, &self.spec));
            if self.drawn_for != Some((columns, area.height)) {
                self.curves = Curves::of(plot, &self.spec, self.part, &self.hidden, columns);
                self.columns = columns;
                self.drawn_for = Some((columns, area.height));
            }
            return;
        }
        self.page = match self.spec.kind {
            Kind::Column => pillars::n_seen(area, plot, self),
            _ => bars::n_seen(area, plot, self),
        };
        let n_names = plot.stops.len();
        let at = self.cursor.map_or(0, |it| it as usize);
        self.top = self.top.min(at).max((at + 1).saturating_sub(self.page)).min(n_names.saturating_sub(self.page));
    }
}
