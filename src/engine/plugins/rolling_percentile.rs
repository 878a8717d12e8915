//! `rolling_percentile`: a percentile of the values in the last bins, at each bin.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, UInt32Array};
use arrow::compute::{sort_to_indices, take};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err};

use super::Whole;
use super::activity::numbered;
use crate::engine::nodes::Check;

/// Input: values, index, size of the bins, dimensions. Output: index, dimensions, value.
#[derive(Debug)]
pub(super) struct RollingPercentile {
    pub(super) percent: f64,
    /// Bins in a window.
    pub(super) n_bins: usize,
}

impl Whole for RollingPercentile {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let (values, index) = (inputs[0].column(0), inputs[0].column(1).as_primitive::<Int64Type>());
        let (sizes, dimensions) = (inputs[0].column(2).as_primitive::<Int64Type>(), &inputs[0].columns()[3..]);
        let size = if sizes.is_empty() { 1 } else { sizes.value(0) };
        if size <= 0 {
            return exec_err!("the bins of rolling_percentile() are not greater than zero");
        }
        // The rank of each row among all, so that a window is ordered by numbers.
        let order = sort_to_indices(values, None, None)?;
        let mut rank = vec![0_u32; values.len()];
        for (place, row) in order.values().iter().enumerate() {
            rank[*row as usize] = place as u32;
        }
        let combinations = numbered(dimensions)?;
        let mut bins: BTreeMap<(u32, i64), Vec<u32>> = BTreeMap::new();
        for row in (0..index.len()).filter(|row| index.is_valid(*row)) {
            check.step()?;
            let combination = combinations.get(row).copied().unwrap_or(0);
            bins.entry((combination, index.value(row).div_euclid(size) * size)).or_default().push(row as u32);
        }
        let (mut labels, mut shown, mut picked) = (Vec::new(), Vec::new(), Vec::new());
        let bins: Vec<((u32, i64), Vec<u32>)> = bins.into_iter().collect();
        let mut first = 0;
        for (place, ((combination, label), rows)) in bins.iter().enumerate() {
            if place > 0 && bins[place - 1].0.0 == *combination {
                if bins[place - 1].0.1 + size != *label {
                    return exec_err!("rolling_percentile() over bins of which some are empty is not run yet");
                }
            } else {
                first = place;
            }
            let window = &bins[first.max((place + 1).saturating_sub(self.n_bins))..=place];
            let mut ranks = Vec::new();
            for row in window.iter().flat_map(|(_, rows)| rows).filter(|row| values.is_valid(**row as usize)) {
                check.step()?;
                ranks.push(rank[*row as usize]);
            }
            labels.push(*label);
            shown.push(rows[0]);
            picked.push(self.pick(&mut ranks).map(|rank| order.value(rank as usize)));
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(labels))];
        let shown = UInt32Array::from(shown);
        for dimension in dimensions {
            columns.push(take(dimension, &shown, None)?);
        }
        columns.push(take(values, &UInt32Array::from(picked), None)?);
        Ok(columns)
    }
}

impl RollingPercentile {
    /// The nearest rank.
    fn pick(&self, ranks: &mut [u32]) -> Option<u32> {
        if ranks.is_empty() {
            return None;
        }
        let place = ((self.percent / 100.0 * ranks.len() as f64).ceil() as usize).clamp(1, ranks.len()) - 1;
        Some(*ranks.select_nth_unstable(place).1)
    }
}
