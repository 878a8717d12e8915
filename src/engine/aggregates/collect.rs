//! Aggregates whose result is JSON text put together value by value: one machine for lists, sets and bags.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{AggregateUDF, EmitTo, GroupsAccumulator};

use super::grouped::{Grouped, grouped};
use crate::engine::json::Encoder;
use crate::kql::ScalarType;

/// What a group gathers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    List { with_nulls: bool },
    Set,
    Bag,
    Schema,
    Hll,
    HllMerge,
    Digest,
    DigestMerge,
}

/// What one group has gathered so far.
pub(super) trait Gather: Debug + Default + Send + 'static {
    /// Takes one value in: JSON text, never empty. `limit` is the most values to keep.
    fn add(&mut self, value: &str, limit: usize);
    /// The same for a value that counts several times.
    fn add_weighted(&mut self, value: &str, _weight: i64, limit: usize) {
        self.add(value, limit);
    }
    /// Takes in what another partition gathered, as [`Gather::text`] wrote it.
    fn merge(&mut self, text: &str, limit: usize);
    /// The JSON text of everything gathered.
    fn text(&self) -> String;
    /// Bytes on the heap.
    fn size(&self) -> usize;
}

/// Gathers values that are what others have gathered: `hll_merge()` and `tdigest_merge()`.
#[derive(Debug, Default)]
struct OfGathered<G>(G);

impl<G: Gather> Gather for OfGathered<G> {
    fn add(&mut self, value: &str, limit: usize) {
        self.0.merge(value, limit);
    }

    fn merge(&mut self, text: &str, limit: usize) {
        self.0.merge(text, limit);
    }

    fn text(&self) -> String {
        self.0.text()
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}

/// An aggregate function of one argument of this type that gathers at most `limit` values for each group. A second
/// argument is the weight of each value.
pub(super) fn collect(shape: Shape, ty: ScalarType, limit: usize) -> Arc<AggregateUDF> {
    grouped(Collect { shape, ty, limit })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Collect {
    shape: Shape,
    ty: ScalarType,
    limit: usize,
}

impl Grouped for Collect {
    fn name(&self) -> &'static str {
        match self.shape {
            Shape::List { with_nulls: false } => "make_list",
            Shape::List { with_nulls: true } => "make_list_with_nulls",
            Shape::Set => "make_set",
            Shape::Bag => "make_bag",
            Shape::Schema => "buildschema",
            Shape::Hll => "hll",
            Shape::HllMerge => "hll_merge",
            Shape::Digest => "tdigest",
            Shape::DigestMerge => "tdigest_merge",
        }
    }

    fn output(&self, _inputs: &[DataType]) -> DataType {
        DataType::Utf8
    }

    fn state(&self, _inputs: &[FieldRef], _output: &DataType) -> Vec<(&'static str, DataType)> {
        vec![("gathered", DataType::Utf8)]
    }

    fn groups(&self, _args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let (ty, limit) = (self.ty, self.limit);
        // A JSON null is a value of a dynamic column, so only typed columns have something to skip.
        let skips_nulls = match self.shape {
            Shape::List { with_nulls } => !with_nulls && ty != ScalarType::Dynamic,
            _ => true,
        };
        Ok(match self.shape {
            Shape::List { .. } => Box::new(Collected::<super::make_list::List>::new(ty, limit, skips_nulls)),
            Shape::Set => Box::new(Collected::<super::make_set::Set>::new(ty, limit, skips_nulls)),
            Shape::Bag => Box::new(Collected::<super::make_bag::Bag>::new(ty, limit, skips_nulls)),
            Shape::Schema => Box::new(Collected::<super::buildschema::Kinds>::new(ty, limit, skips_nulls)),
            Shape::Hll => Box::new(Collected::<super::hll::Sketch>::new(ty, limit, skips_nulls)),
            Shape::HllMerge => Box::new(Collected::<OfGathered<super::hll::Sketch>>::new(ty, limit, skips_nulls)),
            Shape::Digest => Box::new(Collected::<super::tdigest::Weighed>::new(ty, limit, skips_nulls)),
            Shape::DigestMerge => {
                Box::new(Collected::<OfGathered<super::tdigest::Weighed>>::new(ty, limit, skips_nulls))
            }
        })
    }
}

#[derive(Debug)]
struct Collected<G> {
    ty: ScalarType,
    limit: usize,
    skips_nulls: bool,
    groups: Vec<G>,
    n_bytes: usize,
    /// The text of the value at hand, kept to spare an allocation for each.
    value: String,
}

impl<G: Gather> Collected<G> {
    fn new(ty: ScalarType, limit: usize, skips_nulls: bool) -> Self {
        Self { ty, limit, skips_nulls, groups: Vec::new(), n_bytes: 0, value: String::new() }
    }

    fn change(&mut self, group: usize, change: impl FnOnce(&mut G)) {
        let gathered = &mut self.groups[group];
        let before = gathered.size();
        change(gathered);
        self.n_bytes = self.n_bytes + gathered.size() - before;
    }

    fn emit(&mut self, emit_to: EmitTo) -> ArrayRef {
        let groups = emit_to.take_needed(&mut self.groups);
        self.n_bytes -= groups.iter().map(Gather::size).sum::<usize>();
        // A sketch or a schema of nothing is null.
        let texts = groups.iter().map(|group| Some(group.text()).filter(|text| text != "null"));
        Arc::new(texts.collect::<StringArray>())
    }
}

impl<G: Gather> GroupsAccumulator for Collected<G> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, G::default);
        let encoder = Encoder::new(self.ty, &values[0]);
        let weights = values.get(1).map(|weights| cast(weights, &DataType::Int64)).transpose()?;
        let weights = weights.as_ref().map(AsArray::as_primitive::<Int64Type>);
        let mut value = std::mem::take(&mut self.value);
        let limit = self.limit;
        for (row, group) in group_indices.iter().enumerate() {
            let counts = opt_filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if !counts || (self.skips_nulls && encoder.is_null(row)) {
                continue;
            }
            value.clear();
            encoder.write(row, &mut value);
            match weights {
                Some(weights) if weights.is_null(row) => {}
                Some(weights) => {
                    let weight = weights.value(row);
                    self.change(*group, |gathered| gathered.add_weighted(&value, weight, limit));
                }
                None => self.change(*group, |gathered| gathered.add(&value, limit)),
            }
        }
        self.value = value;
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(self.emit(emit_to))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.emit(emit_to)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.groups.resize_with(total_num_groups, G::default);
        let texts = values[0].as_string::<i32>();
        let limit = self.limit;
        for (row, group) in group_indices.iter().enumerate() {
            if texts.is_valid(row) {
                self.change(*group, |gathered| gathered.merge(texts.value(row), limit));
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut each = Self::new(self.ty, self.limit, self.skips_nulls);
        let groups: Vec<usize> = (0..values[0].len()).collect();
        each.update_batch(values, &groups, opt_filter, groups.len())?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.n_bytes + self.groups.capacity() * size_of::<G>()
    }
}
