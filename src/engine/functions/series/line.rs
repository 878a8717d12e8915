//! The straight line that fits a series best. The first element lies at 1.

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) rsquare: f64,
    pub(super) slope: f64,
    pub(super) variance: f64,
    pub(super) rvariance: f64,
    pub(super) interception: f64,
    pub(super) line_fit: Vec<f64>,
}

impl Line {
    /// `None` for fewer than two points.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        if values.len() < 2 {
            return None;
        }
        let n = values.len() as f64;
        let (middle, mean) = (f64::midpoint(n, 1.0), values.iter().sum::<f64>() / n);
        let places = || (1..=values.len()).map(|place| place as f64);
        let together: f64 = places().zip(values).map(|(place, value)| (place - middle) * (value - mean)).sum();
        let spread: f64 = places().map(|place| (place - middle) * (place - middle)).sum();
        let slope = together / spread;
        let interception = mean - slope * middle;
        let line_fit: Vec<f64> = places().map(|place| slope * place + interception).collect();
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let rest: f64 = values.iter().zip(&line_fit).map(|(value, fit)| (value - fit) * (value - fit)).sum();
        let rsquare = 1.0 - rest / squares;
        Some(Self {
            rsquare,
            slope,
            variance: squares / (n - 1.0),
            rvariance: rest / (n - 1.0),
            interception,
            line_fit,
        })
    }
}
