//! What of a plot is on the screen: the part that is looked at, thinned to what so many columns can show.

use crate::tui::chart::{Across, Kind, Plot, Point, Spec, Stacking, nice_ticks, time_bin};

/// A stretch of the chart from left to right, or from bottom to top.
pub(super) type Stretch = (f64, f64);

/// Half of what is seen around a point that is alone: half an hour, or one.
const AROUND_TIME: f64 = 1.8e10;

/// A series as it is drawn. On a logarithmic axis the heights are logarithms.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve {
    /// Its place in the plot.
    pub(super) series: usize,
    pub(super) panel: usize,
    /// Where, from which height, to which.
    pub(super) points: Vec<(f64, f64, f64)>,
    /// The values of its bins, where rows are gathered in bins.
    pub(super) bins: Vec<f64>,
}

/// All that is drawn of a chart with a continuous axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Curves {
    pub(super) across: Stretch,
    /// For each panel.
    pub(super) heights: Vec<Stretch>,
    pub(super) curves: Vec<Curve>,
    /// How wide a bin is, and where the first one begins.
    pub(super) bin: Option<(f64, f64)>,
    /// The largest bin.
    pub(super) most: f64,
}

impl Curves {
    /// What so many columns show of a stretch of the plot, or of all of it. `hidden` series are left out.
    pub(super) fn of(plot: &Plot, spec: &Spec, part: Option<Stretch>, hidden: &[bool], columns: usize) -> Self {
        let columns = columns.max(2);
        let across = part.unwrap_or_else(|| whole(plot));
        let gathers = plot.counts || spec.kind == Kind::Heat;
        let seen = plot.series.iter().enumerate().filter(|(idx, _)| !hidden.get(*idx).copied().unwrap_or(false));
        let mut out = Self { across, ..Self::default() };
        if gathers {
            let width = bin_width(plot, across, columns);
            let first = first_bin(plot, across.0, width);
            let n_bins = (((across.1 - first) / width).floor().max(0.0) as usize + 1).min(columns * 2 + 2);
            out.bin = Some((first, width));
            out.curves = seen.map(|(idx, it)| binned(idx, &it.points, first, width, n_bins)).collect();
        } else {
            let dots = columns * 2;
            out.curves = seen
                .map(|(idx, it)| Curve {
                    series: idx,
                    panel: if spec.panels { it.panel } else { 0 },
                    points: thinned(&it.points, across, dots, spec.kind == Kind::Scatter),
                    bins: Vec::new(),
                })
                .collect();
        }
        out.most = out.curves.iter().flat_map(|it| &it.bins).copied().fold(0.0, f64::max);
        if spec.kind == Kind::Area && spec.stacking != Stacking::Beside {
            stack(&mut out.curves, spec.stacking == Stacking::Full);
        }
        if spec.log_y {
            for point in out.curves.iter_mut().flat_map(|it| &mut it.points) {
                point.1 = if point.1 > 0.0 { point.1.log10() } else { f64::NEG_INFINITY };
                point.2 = point.2.log10();
            }
            out.curves.iter_mut().for_each(|it| it.points.retain(|it| it.2.is_finite()));
        }
        let n_panels = out.curves.iter().map(|it| it.panel + 1).max().unwrap_or(1);
        out.heights = (0..n_panels).map(|panel| heights(&out.curves, panel, spec)).collect();
        out
    }

    /// The value of a series where the cursor is: of its bin, or of the point that is nearest within a column.
    pub(super) fn value(&self, plot: &Plot, series: usize, at: f64, columns: usize) -> Option<f64> {
        if let Some((first, width)) = self.bin {
            let curve = self.curves.iter().find(|it| it.series == series)?;
            return curve.bins.get(((at - first) / width).floor().max(0.0) as usize).copied();
        }
        let reach = (self.across.1 - self.across.0) / columns.max(1) as f64;
        let points = &plot.series.get(series)?.points;
        let behind = points.partition_point(|it| it.x < at);
        let near = [behind.checked_sub(1), Some(behind)].into_iter().flatten().filter_map(|it| points.get(it));
        let distance = |it: &Point| (it.x - at).abs();
        near.filter(|it| distance(it) <= reach).min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|it| it.y)
    }
}

/// From the first place with a point to the last one; around it where there is only one.
pub(super) fn whole(plot: &Plot) -> Stretch {
    let (first, last) = match (plot.stops.first(), plot.stops.last()) {
        (Some(first), Some(last)) => (*first, *last),
        _ => (0.0, 0.0),
    };
    if last > first {
        return (first, last);
    }
    let around = if plot.across == Across::Number { 1.0 } else { AROUND_TIME };
    (first - around, last + around)
}

/// A width that people count in, so that a bin is a column or more.
fn bin_width(plot: &Plot, across: Stretch, columns: usize) -> f64 {
    let length = across.1 - across.0;
    if plot.across != Across::Number {
        return time_bin(length, columns) as f64;
    }
    match nice_ticks(across.0, across.1, columns).as_slice() {
        [first, second, ..] => second.at - first.at,
        _ => (length / columns as f64).max(f64::MIN_POSITIVE),
    }
}

/// Where the bin begins that holds this place. Bins of time begin where `bin()` has them.
fn first_bin(plot: &Plot, at: f64, width: f64) -> f64 {
    match plot.across {
        Across::Time(origin) => {
            let ticks = origin.saturating_add(at.floor() as i64);
            let width = (width as i64).max(1);
            (ticks.div_euclid(width) * width - origin) as f64
        }
        _ => (at / width).floor() * width,
    }
}

fn binned(series: usize, points: &[Point], first: f64, width: f64, n_bins: usize) -> Curve {
    let mut bins = vec![0.0; n_bins];
    let start = points.partition_point(|it| it.x < first);
    for point in &points[start..] {
        let Some(bin) = bins.get_mut(((point.x - first) / width).floor() as usize) else { break };
        *bin += point.y;
    }
    let points = bins.iter().enumerate().map(|(idx, sum)| (first + (idx as f64 + 0.5) * width, 0.0, *sum)).collect();
    Curve { series, panel: 0, points, bins }
}

/// As few points as look the same: of each column of dots the first, the lowest, the highest and the last one. A point
/// on either side beyond what is seen stays, so that lines go on to the edge.
fn thinned(points: &[Point], across: Stretch, dots: usize, scatter: bool) -> Vec<(f64, f64, f64)> {
    let from = points.partition_point(|it| it.x < across.0);
    let to = points.partition_point(|it| it.x <= across.1);
    let seen = &points[from..to];
    let reach = usize::from(!scatter);
    if seen.len() <= dots * 4 {
        let all = &points[from.saturating_sub(reach)..(to + reach).min(points.len())];
        return all.iter().map(|it| (it.x, 0.0, it.y)).collect();
    }
    let width = (across.1 - across.0) / dots as f64;
    let column = |it: &Point| ((it.x - across.0) / width) as usize;
    let mut out: Vec<(f64, f64, f64)> = Vec::with_capacity(dots * 4);
    for chunk in seen.chunk_by(|a, b| column(a) == column(b)) {
        let by_height = |a: &(usize, &Point), b: &(usize, &Point)| a.1.y.total_cmp(&b.1.y);
        let lowest = chunk.iter().enumerate().min_by(by_height).map_or(0, |it| it.0);
        let highest = chunk.iter().enumerate().max_by(by_height).map_or(0, |it| it.0);
        let mut kept = [0, lowest, highest, chunk.len() - 1];
        kept.sort_unstable();
        for (idx, at) in kept.iter().enumerate() {
            if idx == 0 || kept[idx - 1] != *at {
                out.push((chunk[*at].x, 0.0, chunk[*at].y));
            }
        }
    }
    out
}

/// Puts the curves on top of each other, at every place where one of them has a point.
fn stack(curves: &mut [Curve], shares: bool) {
    let mut places: Vec<f64> = curves.iter().flat_map(|it| it.points.iter().map(|it| it.0)).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let mut values: Vec<Vec<f64>> = curves.iter().map(|it| at_places(&it.points, &places)).collect();
    if shares {
        for place in 0..places.len() {
            let sum: f64 = values.iter().map(|it| it[place].max(0.0)).sum();
            let whole = if sum > 0.0 { sum } else { 1.0 };
            values.iter_mut().for_each(|it| it[place] = it[place].max(0.0) * 100.0 / whole);
        }
    }
    let mut below = vec![0.0; places.len()];
    for (curve, values) in curves.iter_mut().zip(values) {
        curve.points.clear();
        for (idx, place) in places.iter().enumerate() {
            let top = below[idx] + values[idx];
            curve.points.push((*place, below[idx], top));
            below[idx] = top;
        }
    }
}

/// The heights of a curve at some places; between two points on the line between them, outside nothing.
fn at_places(points: &[(f64, f64, f64)], places: &[f64]) -> Vec<f64> {
    let height = |place: &f64| {
        let behind = points.partition_point(|it| it.0 < *place);
        match (behind.checked_sub(1).map(|it| points[it]), points.get(behind)) {
            (_, Some(here)) if here.0 <= *place => here.2,
            (Some(left), Some(right)) => left.2 + (right.2 - left.2) * (place - left.0) / (right.0 - left.0),
            _ => 0.0,
        }
    };
    places.iter().map(height).collect()
}

/// From where to where a panel goes: to round numbers, and from zero unless that would flatten the curve.
fn heights(curves: &[Curve], panel: usize, spec: &Spec) -> Stretch {
    let tops = curves.iter().filter(|it| it.panel == panel).flat_map(|it| it.points.iter().map(|it| it.2));
    let (mut low, mut high) = tops.fold((f64::INFINITY, f64::NEG_INFINITY), |it, top| (it.0.min(top), it.1.max(top)));
    if low > high {
        (low, high) = (0.0, 1.0);
    }
    let stands_on_zero = matches!(spec.kind, Kind::Area) || curves.iter().any(|it| !it.bins.is_empty());
    if spec.log_y {
        (low, high) = (low.floor(), high.ceil().max(low.floor() + 1.0));
    } else {
        if low > 0.0 && (stands_on_zero || low < high * 0.7) {
            low = 0.0;
        }
        if high < 0.0 && stands_on_zero {
            high = 0.0;
        }
        if high - low <= 0.0 {
            let around = if low == 0.0 { 1.0 } else { low.abs() * 0.5 };
            (low, high) = if low > 0.0 { (0.0, high * 1.2) } else { (low - around, high + around) };
        }
        if let [first, second, ..] = nice_ticks(low, high, 4).as_slice() {
            let step = second.at - first.at;
            (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
        }
    }
    let own = |it: f64| if spec.log_y { it.max(f64::MIN_POSITIVE).log10() } else { it };
    let (low, high) = (spec.y_min.map_or(low, own), spec.y_max.map_or(high, own));
    if high > low { (low, high) } else { (low, low + 1.0) }
}
