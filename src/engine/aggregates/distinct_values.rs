//! Counts distinct values of every group in one hash table of (group, value) pairs, which takes whole arrays at a time;
//! a set for each group would cost an allocation for each.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{filter, take};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, UInt32Type};
use datafusion::common::Result;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{AggregateUDF, EmitTo, GroupsAccumulator};
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

use super::grouped::{Grouped, grouped};

/// The number of distinct values that are not null.
pub(super) fn distinct_values() -> Arc<AggregateUDF> {
    grouped(DistinctValues)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct DistinctValues;

impl Grouped for DistinctValues {
    fn name(&self) -> &'static str {
        "distinct_values"
    }

    fn output(&self, _inputs: &[DataType]) -> DataType {
        DataType::Int64
    }

    fn state(&self, inputs: &[FieldRef], _output: &DataType) -> Vec<(&'static str, DataType)> {
        vec![("values", DataType::List(item(inputs[0].data_type())))]
    }

    fn groups(&self, args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Pairs::new(args.expr_fields[0].data_type())?))
    }
}

fn item(ty: &DataType) -> FieldRef {
    Arc::new(Field::new_list_field(ty.clone(), true))
}

struct Pairs {
    ty: DataType,
    pairs: Box<dyn GroupValues>,
    /// Distinct values of each group.
    counts: Vec<usize>,
    /// Place in `pairs` of each row of the batch at hand.
    of_row: Vec<usize>,
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pairs").field("groups", &self.counts.len()).finish_non_exhaustive()
    }
}

impl Pairs {
    fn new(ty: &DataType) -> Result<Self> {
        Ok(Self { ty: ty.clone(), pairs: no_pairs(ty)?, counts: Vec::new(), of_row: Vec::new() })
    }

    /// Values, none of them null, each with its group.
    fn add(&mut self, groups: UInt32Array, values: ArrayRef) -> Result<()> {
        let n_before = self.pairs.len();
        self.pairs.intern(&[Arc::new(groups.clone()), values], &mut self.of_row)?;
        let mut met = vec![false; self.pairs.len() - n_before];
        for (group, pair) in groups.values().iter().zip(&self.of_row) {
            if *pair >= n_before && !std::mem::replace(&mut met[*pair - n_before], true) {
                self.counts[*group as usize] += 1;
            }
        }
        Ok(())
    }

    /// Takes the first groups out: how many values each has, and the values group by group.
    fn emit(&mut self, emit_to: EmitTo) -> Result<(Vec<usize>, ArrayRef)> {
        let counts = emit_to.take_needed(&mut self.counts);
        let pairs = std::mem::replace(&mut self.pairs, no_pairs(&self.ty)?).emit(EmitTo::All)?;
        let groups = pairs[0].as_primitive::<UInt32Type>();
        let mut next: Vec<usize> = Vec::with_capacity(counts.len());
        let mut n_emitted = 0;
        for count in &counts {
            next.push(n_emitted);
            n_emitted += count;
        }
        let mut order = vec![0_u32; n_emitted];
        let mut stay: Vec<u32> = Vec::new();
        for (row, group) in groups.values().iter().enumerate() {
            match next.get_mut(*group as usize) {
                Some(place) => {
                    order[*place] = row as u32;
                    *place += 1;
                }
                None => stay.push(row as u32),
            }
        }
        if !stay.is_empty() {
            let n_gone = counts.len() as u32;
            let left: UInt32Array = stay.iter().map(|row| Some(groups.value(*row as usize) - n_gone)).collect();
            let values = take(&pairs[1], &UInt32Array::from(stay), None)?;
            self.pairs.intern(&[Arc::new(left), values], &mut self.of_row)?;
        }
        Ok((counts, take(&pairs[1], &UInt32Array::from(order), None)?))
    }

    fn lists(&self, lengths: impl IntoIterator<Item = usize>, values: ArrayRef) -> Result<ArrayRef> {
        Ok(Arc::new(ListArray::try_new(item(&self.ty), OffsetBuffer::from_lengths(lengths), values, None)?))
    }
}

fn no_pairs(ty: &DataType) -> Result<Box<dyn GroupValues>> {
    let fields = vec![Field::new("group", DataType::UInt32, false), Field::new("value", ty.clone(), true)];
    new_group_values(Arc::new(Schema::new(fields)), &GroupOrdering::None)
}

/// The rows that count: those with a value, that pass the filter.
fn counting(values: &ArrayRef, opt_filter: Option<&BooleanArray>) -> BooleanArray {
    let counts = |row| values.is_valid(row) && opt_filter.is_none_or(|it| it.is_valid(row) && it.value(row));
    (0..values.len()).map(|row| Some(counts(row))).collect()
}

impl GroupsAccumulator for Pairs {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.counts.resize(total_num_groups, 0);
        let groups: UInt32Array = group_indices.iter().map(|group| Some(*group as u32)).collect();
        let counts = counting(&values[0], opt_filter);
        if counts.true_count() == counts.len() {
            return self.add(groups, Arc::clone(&values[0]));
        }
        let groups = filter(&groups, &counts)?.as_primitive::<UInt32Type>().clone();
        self.add(groups, filter(&values[0], &counts)?)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let counts = match emit_to {
            EmitTo::All => {
                self.pairs = no_pairs(&self.ty)?;
                std::mem::take(&mut self.counts)
            }
            EmitTo::First(_) => self.emit(emit_to)?.0,
        };
        Ok(Arc::new(counts.into_iter().map(|count| Some(count as i64)).collect::<Int64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (counts, values) = self.emit(emit_to)?;
        Ok(vec![self.lists(counts, values)?])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.counts.resize(total_num_groups, 0);
        let lists = values[0].as_list::<i32>();
        let offsets = lists.value_offsets();
        let mut groups: Vec<u32> = Vec::with_capacity(lists.values().len());
        for (row, group) in group_indices.iter().enumerate() {
            groups.extend(std::iter::repeat_n(*group as u32, (offsets[row + 1] - offsets[row]) as usize));
        }
        let first = offsets.first().map_or(0, |offset| *offset as usize);
        let values = lists.values().slice(first, groups.len());
        self.add(UInt32Array::from(groups), values)
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let counts = counting(&values[0], opt_filter);
        let lengths: Vec<usize> = counts.values().iter().map(usize::from).collect();
        Ok(vec![self.lists(lengths, filter(&values[0], &counts)?)?])
    }

    fn size(&self) -> usize {
        self.pairs.size() + (self.counts.capacity() + self.of_row.capacity()) * size_of::<usize>()
    }
}
