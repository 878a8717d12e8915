//! What `series_stats` and `series_stats_dynamic` say of a series.

use super::numbers::Series;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Statistics {
    pub(super) min: (f64, usize),
    pub(super) max: (f64, usize),
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) sum: f64,
    pub(super) length: usize,
}

impl Statistics {
    /// `None` when there is nothing to count, or something that is no finite number unless such are passed over. Of
    /// equal extremes the first counts.
    pub(super) fn of(text: &str, ignore_nonfinite: bool) -> Option<Self> {
        let elements = Series::of(text)?.into_reals();
        let length = elements.len();
        let finite: Vec<(usize, f64)> = elements
            .into_iter()
            .enumerate()
            .filter_map(|(place, element)| Some((place, element.filter(|number| number.is_finite())?)))
            .collect();
        if finite.is_empty() || (finite.len() < length && !ignore_nonfinite) {
            return None;
        }
        let (mut min, mut max) = ((finite[0].1, finite[0].0), (finite[0].1, finite[0].0));
        for &(place, number) in &finite {
            min = if number < min.0 { (number, place) } else { min };
            max = if number > max.0 { (number, place) } else { max };
        }
        let n = finite.len() as f64;
        let sum: f64 = finite.iter().map(|(_, number)| number).sum();
        let mean = sum / n;
        let squares: f64 = finite.iter().map(|(_, number)| (number - mean) * (number - mean)).sum();
        let variance = if finite.len() > 1 { squares / (n - 1.0) } else { 0.0 };
        Some(Self { min, max, mean, variance, sum, length: finite.len() })
    }
}
