//! `series_seasonal(series, [period])`

use super::numbers::{push_reals, whole};
use super::periods::{Period, period};
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_seasonal", evaluate).when(|args| args.len() < 3);

/// A period is looked for when none is given; it must reach this score.
const THRESHOLD: f64 = 0.7;

/// The median of all elements at the same place of the period. Zeros where there is no period.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let series = call.jsons(0);
    let periods = (call.len() > 1).then(|| call.longs(1));
    let mut is_doubtful = false;
    let seasons = call.make_texts(|row, out| {
        let Some(text) = series.some(row).filter(|text| json::is_array(text)) else { return false };
        let given = periods.as_ref().map_or(Some(-1), |periods| periods.get(row));
        let (Some(series), Some(given)) = (whole(text), given) else {
            is_doubtful = true;
            return false;
        };
        let period = match usize::try_from(given) {
            Ok(0) => Period::None,
            Ok(period) => Period::Of(period),
            Err(_) if given == -1 => period(&series, THRESHOLD),
            Err(_) => Period::None,
        };
        match period {
            Period::None => push_reals(series.iter().map(|_| Some(0.0)), out),
            Period::Of(period) => push_reals(seasonal(&series, period).into_iter().map(Some), out),
            Period::Doubtful => is_doubtful = true,
        }
        true
    })?;
    if is_doubtful {
        let message = "tallyho does not know what Kusto answers for a series with gaps, or of several possible periods";
        return Err(call.error(message));
    }
    Ok(seasons)
}

/// For each element the median of those at the same place of the period.
pub(super) fn seasonal(series: &[f64], period: usize) -> Vec<f64> {
    let period = period.min(series.len().max(1));
    let medians: Vec<f64> =
        (0..period).map(|phase| median(series.iter().skip(phase).step_by(period).copied().collect())).collect();
    (0..series.len()).map(|place| medians[place % period]).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}
