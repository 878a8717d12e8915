//! The mean of whole numbers as Kusto has it: their sum wraps at 64 bits before it is divided.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{AggregateUDF, EmitTo, GroupsAccumulator};

use super::grouped::{Grouped, grouped};

/// Of 64-bit integers; null when there are none.
pub(super) fn whole_mean() -> Arc<AggregateUDF> {
    grouped(WholeMean)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct WholeMean;

impl Grouped for WholeMean {
    fn name(&self) -> &'static str {
        "whole_mean"
    }

    fn output(&self, _inputs: &[DataType]) -> DataType {
        DataType::Float64
    }

    fn state(&self, _inputs: &[FieldRef], _output: &DataType) -> Vec<(&'static str, DataType)> {
        vec![("sum", DataType::Int64), ("count", DataType::Int64)]
    }

    fn groups(&self, _args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Means::default()))
    }
}

#[derive(Debug, Default)]
struct Means {
    /// Sum and count of each group.
    groups: Vec<(i64, i64)>,
}

impl Means {
    fn emit(&mut self, emit_to: EmitTo) -> (Int64Array, Int64Array) {
        let (sums, counts): (Vec<i64>, Vec<i64>) = emit_to.take_needed(&mut self.groups).into_iter().unzip();
        (sums.into(), counts.into())
    }
}

impl GroupsAccumulator for Means {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize(total_num_groups, (0, 0));
        let values = values[0].as_primitive::<Int64Type>();
        for (row, group) in group_indices.iter().enumerate() {
            if values.is_valid(row) && opt_filter.is_none_or(|it| it.is_valid(row) && it.value(row)) {
                let (sum, count) = &mut self.groups[*group];
                *sum = sum.wrapping_add(values.value(row));
                *count += 1;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = emit_to.take_needed(&mut self.groups);
        let mean = |(sum, count): (i64, i64)| (count > 0).then(|| sum as f64 / count as f64);
        Ok(Arc::new(groups.into_iter().map(mean).collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (sums, counts) = self.emit(emit_to);
        Ok(vec![Arc::new(sums), Arc::new(counts)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.groups.resize(total_num_groups, (0, 0));
        let (sums, counts) = (values[0].as_primitive::<Int64Type>(), values[1].as_primitive::<Int64Type>());
        for (row, group) in group_indices.iter().enumerate() {
            let (sum, count) = &mut self.groups[*group];
            *sum = sum.wrapping_add(sums.value(row));
            *count += counts.value(row);
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut each = Self::default();
        let groups: Vec<usize> = (0..values[0].len()).collect();
        each.update_batch(values, &groups, opt_filter, groups.len())?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<(i64, i64)>()
    }
}
