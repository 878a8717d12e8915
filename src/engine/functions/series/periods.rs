//! The period of a series, where there can be no doubt about it.
//!
//! Recorded: the score of a period is the circular autocorrelation at that distance, put between its least value and
//! its value at no distance, which is one. How Kusto chooses among several candidates is not established, so a series
//! has a period here only when every candidate is a multiple of the shortest one.

use super::fourier::fourier;

/// Points that a period has at the least.
const SHORTEST: usize = 4;

/// Longer series are not looked at.
const LONGEST: usize = 1 << 17;

/// What differs by less is equal: correlations are sums of rounded numbers.
const NOISE: f64 = 1e-9;

/// What is known of the period of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    None,
    Of(usize),
    /// There are several candidates, or more points than are looked at.
    Doubtful,
}

/// The period whose score reaches a threshold.
pub(super) fn period(series: &[f64], threshold: f64) -> Period {
    let half = series.len() / 2;
    if half < SHORTEST {
        return Period::None;
    }
    if series.len() > LONGEST {
        return Period::Doubtful;
    }
    let Some(scores) = scores(series) else { return Period::None };
    let high: Vec<usize> = (SHORTEST..=half).filter(|&distance| scores[distance] >= threshold).collect();
    // A rise that goes on past the longest or the shortest distance is no peak.
    let is_peak = |&distance: &usize| {
        let after = scores.get(distance + 1).copied().unwrap_or(f64::INFINITY);
        2 * distance < series.len()
            && scores[distance] > scores[distance - 1] + NOISE
            && scores[distance] > after + NOISE
    };
    let peaks: Vec<usize> = high.iter().copied().filter(is_peak).collect();
    let Some(&first) = peaks.first() else {
        let at_end = high.iter().all(|&distance| 2 * distance >= series.len());
        return if at_end { Period::None } else { Period::Doubtful };
    };
    let is_multiple = |&distance: &usize| distance % first == 0;
    let is_beside = |&distance: &usize| {
        let near = (distance + first / 2) / first * first;
        near > 0 && distance.abs_diff(near) <= 1
    };
    let is_best = peaks.iter().all(|&distance| scores[distance] <= scores[first] + NOISE);
    if is_best && peaks.iter().all(is_multiple) && high.iter().all(is_beside) {
        Period::Of(first)
    } else {
        Period::Doubtful
    }
}

/// The scores of all distances; `None` for a constant series.
fn scores(series: &[f64]) -> Option<Vec<f64>> {
    let n = series.len();
    let mean = series.iter().sum::<f64>() / n as f64;
    let centered: Vec<f64> = series.iter().map(|value| value - mean).collect();
    let whole: f64 = centered.iter().map(|value| value * value).sum();
    if whole <= 0.0 || !whole.is_finite() {
        return None;
    }
    // The transform of the power is the correlation at every distance.
    let points: Vec<(f64, f64)> = centered.into_iter().map(|value| (value, 0.0)).collect();
    let power: Vec<(f64, f64)> = fourier(&points, false).iter().map(|(re, im)| (re * re + im * im, 0.0)).collect();
    let correlations: Vec<f64> = fourier(&power, true).into_iter().map(|(re, _)| re / whole).collect();
    let least = correlations.iter().copied().fold(1.0, f64::min);
    Some(correlations.into_iter().map(|value| (value - least) / (1.0 - least)).collect())
}
