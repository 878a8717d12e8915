//! A t-digest: the distribution of numbers as weighted means, exact while they are few.

use crate::engine::json::{array_elements, write_real};

/// So many means are kept before neighbours are put together.
const MAX_MEANS: usize = 2048;
/// How fine the means are; near both ends they stay finer than in the middle.
const COMPRESSION: f64 = 500.0;

/// Weighted means, not always in order.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Digest {
    means: Vec<(f64, f64)>,
    is_sorted: bool,
}

impl Digest {
    pub(in crate::engine) fn add(&mut self, value: f64, weight: f64) {
        if value.is_nan() || weight <= 0.0 || !weight.is_finite() {
            return;
        }
        self.means.push((value, weight));
        self.is_sorted = false;
        if self.means.len() > 2 * MAX_MEANS {
            self.compress();
        }
    }

    pub(in crate::engine) fn merge(&mut self, other: &Self) {
        for (mean, weight) in &other.means {
            self.add(*mean, *weight);
        }
    }

    fn sort(&mut self) {
        if !self.is_sorted {
            self.means.sort_by(|left, right| left.0.total_cmp(&right.0));
            let mut equal: Vec<(f64, f64)> = Vec::with_capacity(self.means.len());
            for (mean, weight) in self.means.drain(..) {
                match equal.last_mut() {
                    Some(last) if last.0.total_cmp(&mean).is_eq() => last.1 += weight,
                    _ => equal.push((mean, weight)),
                }
            }
            self.means = equal;
            self.is_sorted = true;
        }
    }

    /// Puts neighbours together where the scale function allows it.
    fn compress(&mut self) {
        self.sort();
        if self.means.len() <= MAX_MEANS {
            return;
        }
        let total = self.total();
        let scale = |share: f64| COMPRESSION / std::f64::consts::TAU * (2.0 * share - 1.0).clamp(-1.0, 1.0).asin();
        let mut merged: Vec<(f64, f64)> = Vec::new();
        let (mut before, mut from) = (0.0, scale(0.0));
        for (mean, weight) in self.means.drain(..) {
            match merged.last_mut() {
                Some(last) if scale((before + last.1 + weight) / total) - from <= 1.0 => {
                    last.0 += (mean - last.0) * weight / (last.1 + weight);
                    last.1 += weight;
                }
                Some(last) => {
                    before += last.1;
                    from = scale(before / total);
                    merged.push((mean, weight));
                }
                None => merged.push((mean, weight)),
            }
        }
        self.means = merged;
    }

    fn total(&self) -> f64 {
        self.means.iter().map(|(_, weight)| weight).sum()
    }

    /// The least value that so many percent of all values do not exceed.
    pub(in crate::engine) fn percentile(&mut self, percent: f64) -> Option<f64> {
        self.sort();
        let total = self.total();
        let rank = (percent / 100.0 * total).ceil().clamp(1.0, total.max(1.0));
        let mut upto = 0.0;
        let found = self.means.iter().find(|(_, weight)| {
            upto += weight;
            upto >= rank
        });
        found.or(self.means.last()).map(|(mean, _)| *mean)
    }

    /// How many values are not greater.
    pub(in crate::engine) fn rank(&self, value: f64) -> f64 {
        self.means.iter().filter(|(mean, _)| *mean <= value).map(|(_, weight)| weight).sum()
    }

    /// The same in percent; `None` of nothing.
    pub(in crate::engine) fn percent_rank(&self, value: f64) -> Option<f64> {
        (!self.means.is_empty()).then(|| 100.0 * self.rank(value) / self.total())
    }

    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.means.is_empty()
    }

    pub(in crate::engine) fn size(&self) -> usize {
        self.means.capacity() * size_of::<(f64, f64)>()
    }

    /// `[[7],[means],[weights]]`
    pub(in crate::engine) fn write(&self, out: &mut String) {
        let mut ordered = self.clone();
        ordered.sort();
        ordered.compress();
        out.push_str("[[7],[");
        for (place, (mean, _)) in ordered.means.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            write_real(out, *mean);
        }
        out.push_str("],[");
        for (place, (_, weight)) in ordered.means.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            if weight.fract() == 0.0 && *weight < 9e15 {
                out.push_str(&(*weight as i64).to_string());
            } else {
                write_real(out, *weight);
            }
        }
        out.push_str("]]");
    }

    /// Reads what [`Digest::write`] wrote; `None` for any other text.
    pub(in crate::engine) fn read(text: &str) -> Option<Self> {
        let [head, means, weights] = array_elements(text)?.try_into().ok()?;
        if head != "[7]" {
            return None;
        }
        let (means, weights) = (array_elements(means)?, array_elements(weights)?);
        if means.len() != weights.len() {
            return None;
        }
        let mut digest = Self::default();
        for (mean, weight) in means.into_iter().zip(weights) {
            digest.add(number(mean)?, number(weight)?);
        }
        Some(digest)
    }
}

fn number(text: &str) -> Option<f64> {
    match text {
        "\"Infinity\"" => Some(f64::INFINITY),
        "\"-Infinity\"" => Some(f64::NEG_INFINITY),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn percentiles_are_values_of_the_nearest_rank() {
        let mut digest = Digest::default();
        digest.add(1.0, 1.0);
        digest.add(2.0, 2.0);
        assert_eq!(digest.percentile(50.0), Some(2.0));
        assert_eq!(digest.percentile(0.0), Some(1.0));
        assert_eq!(Digest::default().percentile(50.0), None);
    }

    #[test]
    fn many_values_keep_their_distribution() {
        let mut digest = Digest::default();
        for value in 0..200_000_u32 {
            digest.add(f64::from(value.wrapping_mul(2_654_435_761) % 200_003), 1.0);
        }
        let mut text = String::new();
        digest.write(&mut text);
        let mut read = Digest::read(&text).expect("its own text");
        for percent in [1.0, 25.0, 50.0, 90.0, 99.0, 99.9] {
            let (wanted, found) = (percent * 2000.0, read.percentile(percent).expect("a value"));
            assert!((wanted - found).abs() < 1_000.0, "{percent}: {found}");
        }
        assert!(text.len() < 100_000);
    }
}
