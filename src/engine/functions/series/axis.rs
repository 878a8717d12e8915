//! The axis of `make-series`, and values laid out along it.

use std::fmt::Write;

use datafusion::common::DataFusionError;

use super::numbers::Number;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;
use crate::result::{datetime_text, timespan_text};

/// Points that one series may have: Kusto's own limit.
const MAX_POINTS: usize = 1 << 20;

/// Not in the registry: only the operator calls them.
pub(in crate::engine::functions) const POINTS: Function = Function::new("make-series", points);
pub(in crate::engine::functions) const AXIS: Function = Function::new("make-series", axis);

/// First point, step, and how many points there are.
#[derive(Debug, Clone, Copy)]
enum Axis {
    Longs { first: i64, step: i64, n: usize },
    Reals { first: f64, step: f64, n: usize },
}

impl Axis {
    /// Where the ends are missing, the first and the last bin are taken. `None` when the axis has too many points.
    fn longs(bins: &[i64], from: Option<i64>, to: Option<i64>, step: i64) -> Option<Self> {
        let first = from.or_else(|| bins.iter().min().copied()).unwrap_or(0);
        let step = step.max(1);
        let length = match (to, bins.iter().max()) {
            (Some(to), _) => i128::from(to) - i128::from(first),
            (None, Some(last)) => i128::from(*last) - i128::from(first) + 1,
            (None, None) => 0,
        };
        let length = if from.is_none() && bins.is_empty() { 0 } else { length.max(0) };
        let n = (length + i128::from(step) - 1) / i128::from(step);
        let n = usize::try_from(n).ok().filter(|n| *n <= MAX_POINTS)?;
        Some(Self::Longs { first, step, n })
    }

    fn reals(bins: &[f64], from: Option<f64>, to: Option<f64>, step: f64) -> Option<Self> {
        let least = bins.iter().copied().reduce(f64::min);
        let most = bins.iter().copied().reduce(f64::max);
        let first = from.or(least).unwrap_or(0.0);
        let n = match (to, most) {
            _ if from.is_none() && least.is_none() => 0.0,
            (Some(to), _) => ((to - first) / step).ceil(),
            (None, Some(last)) => ((last - first) / step).round() + 1.0,
            (None, None) => 0.0,
        };
        let fits = n.is_finite() && n <= MAX_POINTS as f64;
        fits.then_some(Self::Reals { first, step, n: n.max(0.0) as usize })
    }

    fn n(self) -> usize {
        match self {
            Self::Longs { n, .. } | Self::Reals { n, .. } => n,
        }
    }

    /// The place of a bin.
    fn place(self, bin: Number) -> Option<usize> {
        let place = match (self, bin) {
            (Self::Longs { first, step, .. }, Number::Long(bin)) => {
                usize::try_from((i128::from(bin) - i128::from(first)) / i128::from(step)).ok()?
            }
            (Self::Reals { first, step, .. }, bin) => {
                let place = ((bin.real() - first) / step).round();
                if place < 0.0 {
                    return None;
                }
                place as usize
            }
            (Self::Longs { .. }, Number::Real(_)) => return None,
        };
        (place < self.n()).then_some(place)
    }
}

/// The axis of each row, told from the bins and the three arguments behind them.
fn axes(call: &Call<'_>) -> impl Fn(usize) -> Option<(Vec<Number>, Option<Axis>)> {
    let bins = call.jsons(0);
    let is_real = call.ty(1) == ScalarType::Real;
    let (longs, reals) = ([1, 2, 3].map(|index| call.longs(index)), [1, 2, 3].map(|index| call.reals(index)));
    move |row| {
        let bins: Vec<Number> = json::elements(bins.some(row)?).filter_map(Number::of).collect();
        let axis = if is_real {
            let [from, to, step] = reals.each_ref().map(|end| end.get(row));
            let bins: Vec<f64> = bins.iter().map(|bin| bin.real()).collect();
            Axis::reals(&bins, from, to, step?)
        } else {
            let [from, to, step] = longs.each_ref().map(|end| end.get(row));
            let long = |bin: &Number| match bin {
                Number::Long(bin) => *bin,
                Number::Real(bin) => *bin as i64,
            };
            let bins: Vec<i64> = bins.iter().map(long).collect();
            Axis::longs(&bins, from, to, step?)
        };
        Some((bins, axis))
    }
}

fn too_long(call: &Call<'_>) -> DataFusionError {
    call.error(&format!("a series has at most {MAX_POINTS} points"))
}

fn points(call: &Call<'_>) -> Result<ArrayRef> {
    let (axes, values, defaults) = (axes(call), call.jsons(4), call.jsons(5));
    let mut is_too_long = false;
    let points = call.make_texts(|row, out| {
        let Some((bins, axis)) = axes(row) else { return false };
        let Some(axis) = axis else {
            is_too_long = true;
            return false;
        };
        let mut line = vec![defaults.some(row); axis.n()];
        for (bin, value) in bins.into_iter().zip(json::elements(values.some(row).unwrap_or_default())) {
            if let Some(place) = axis.place(bin) {
                line[place] = Some(value);
            }
        }
        json::push_array(line, out);
        true
    })?;
    if is_too_long { Err(too_long(call)) } else { Ok(points) }
}

fn axis(call: &Call<'_>) -> Result<ArrayRef> {
    let (axes, ty) = (axes(call), call.ty(1));
    let mut is_too_long = false;
    let points = call.make_texts(|row, out| {
        let Some((_, axis)) = axes(row) else { return false };
        let Some(axis) = axis else {
            is_too_long = true;
            return false;
        };
        out.push('[');
        for place in 0..axis.n() {
            if place > 0 {
                out.push(',');
            }
            push_point(axis, place, ty, out);
        }
        out.push(']');
        true
    })?;
    if is_too_long { Err(too_long(call)) } else { Ok(points) }
}

fn push_point(axis: Axis, place: usize, ty: ScalarType, out: &mut String) {
    match axis {
        Axis::Reals { first, step, .. } => json::push_real(first + place as f64 * step, out),
        Axis::Longs { first, step, .. } => {
            let point = first.wrapping_add((place as i64).wrapping_mul(step));
            match ty {
                ScalarType::Datetime => json::push_quoted(&datetime_text(point), out),
                ScalarType::Timespan => json::push_quoted(&timespan_text(point), out),
                _ => _ = write!(out, "{point}"),
            }
        }
    }
}
