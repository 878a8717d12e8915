//! The mean of whole numbers as Kusto has it: their sum wraps at 64 bits before it is divided.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::grouped::Ungrouped;

/// Of 64-bit integers; null when there are none.
pub(super) fn whole_mean() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(WholeMean { signature: Signature::any(1, Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct WholeMean {
    signature: Signature,
}

impl AggregateUDFImpl for WholeMean {
    fn name(&self) -> &'static str {
        "whole_mean"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn state_fields(&self, _args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(["sum", "count"].map(|name| Arc::new(Field::new(name, DataType::Int64, true))).into())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let groups = self.create_groups_accumulator(args.clone())?;
        Ok(Box::new(Ungrouped::new(groups, &args)))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
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
