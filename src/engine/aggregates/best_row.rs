//! The row of each group whose first value is greatest or least, whole: the machine of `arg_max` and `take_any`.
//!
//! Of each batch only winning rows are kept, and when more are kept than twice the groups need, the losers among them
//! are thrown out. So memory follows the number of groups, and nothing is copied for rows that never win.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StructArray, UInt32Array, new_null_array};
use arrow::compute::{SortOptions, interleave, take};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, Int32Type, Int64Type};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{AggregateUDF, EmitTo, GroupsAccumulator};

use super::grouped::{Grouped, grouped};

/// Which row wins. Of equals the first one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Best {
    Greatest,
    Least,
}

/// First argument the rank, then what is returned beside it; a struct of them all.
pub(super) fn best_row(best: Best) -> Arc<AggregateUDF> {
    grouped(BestRow { best })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct BestRow {
    best: Best,
}

impl Grouped for BestRow {
    fn name(&self) -> &'static str {
        match self.best {
            Best::Greatest => "best_row_max",
            Best::Least => "best_row_min",
        }
    }

    fn output(&self, inputs: &[DataType]) -> DataType {
        DataType::Struct(fields(inputs))
    }

    fn state(&self, _inputs: &[FieldRef], output: &DataType) -> Vec<(&'static str, DataType)> {
        vec![("row", output.clone()), ("found", DataType::Boolean)]
    }

    fn groups(&self, args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let DataType::Struct(fields) = args.return_type() else { return internal_err!("best_row gives a struct") };
        Ok(Box::new(BestRows::new(self.best, fields.clone())?))
    }
}

fn fields(types: &[DataType]) -> Fields {
    types.iter().enumerate().map(|(at, ty)| Field::new(format!("f{at}"), ty.clone(), true)).collect()
}

/// Where the winning row of a group is kept.
#[derive(Debug, Clone, Copy)]
struct Place {
    source: usize,
    row: usize,
    /// False until a row was seen; the place is then a row of nulls.
    found: bool,
}

const NOWHERE: Place = Place { source: 0, row: 0, found: false };

#[derive(Debug)]
struct BestRows {
    best: Best,
    fields: Fields,
    ranks: Ranks,
    places: Vec<Place>,
    /// Kept rows, column by column. The first source is one row of nulls.
    sources: Vec<Vec<ArrayRef>>,
    n_kept: usize,
    n_bytes: usize,
}

impl BestRows {
    fn new(best: Best, fields: Fields) -> Result<Self> {
        let nulls = fields.iter().map(|field| new_null_array(field.data_type(), 1)).collect();
        let ranks = Ranks::new(best, fields[0].data_type())?;
        Ok(Self { best, fields, ranks, places: Vec::new(), sources: vec![nulls], n_kept: 1, n_bytes: 0 })
    }

    fn add(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        counts: impl Fn(usize) -> bool,
        n_groups: usize,
    ) -> Result<()> {
        self.places.resize(n_groups, NOWHERE);
        self.ranks.resize(n_groups);
        let batch = self.ranks.batch(self.best, &values[0])?;
        let source = self.sources.len();
        let mut touched: Vec<usize> = Vec::new();
        for (row, group) in groups.iter().enumerate() {
            let place = self.places[*group];
            if !counts(row) || (place.found && !self.ranks.beats(*group, &batch, row)) {
                continue;
            }
            if place.source != source {
                touched.push(*group);
            }
            self.ranks.set(*group, &batch, row);
            self.places[*group] = Place { source, row, found: true };
        }
        self.keep(values, &touched)
    }

    /// Copies the winners of a batch into a source of their own.
    fn keep(&mut self, values: &[ArrayRef], touched: &[usize]) -> Result<()> {
        if touched.is_empty() {
            return Ok(());
        }
        let rows: UInt32Array = touched.iter().map(|group| self.places[*group].row as u32).collect();
        for (row, group) in touched.iter().enumerate() {
            self.places[*group].row = row;
        }
        let kept = values.iter().map(|array| take(array, &rows, None)).collect::<Result<Vec<_>, _>>()?;
        self.n_kept += touched.len();
        self.n_bytes += bytes(&kept);
        self.sources.push(kept);
        if self.n_kept > 2 * self.places.len() + 65_536 {
            self.compact()?;
        }
        Ok(())
    }

    fn compact(&mut self) -> Result<()> {
        let kept = self.gather(&self.places)?;
        for (row, place) in self.places.iter_mut().enumerate() {
            place.source = 1;
            place.row = row;
        }
        self.sources.truncate(1);
        self.n_kept = 1 + self.places.len();
        self.n_bytes = bytes(&kept);
        self.sources.push(kept);
        Ok(())
    }

    /// The kept rows at these places, column by column.
    fn gather(&self, places: &[Place]) -> Result<Vec<ArrayRef>> {
        let rows: Vec<(usize, usize)> = places.iter().map(|place| (place.source, place.row)).collect();
        let column = |at: usize| {
            let arrays: Vec<&dyn Array> = self.sources.iter().map(|source| source[at].as_ref()).collect();
            Ok(interleave(&arrays, &rows)?)
        };
        (0..self.fields.len()).map(column).collect()
    }

    fn emit(&mut self, emit_to: EmitTo) -> Result<(ArrayRef, ArrayRef)> {
        let places = emit_to.take_needed(&mut self.places);
        self.ranks.forget(places.len());
        let columns = self.gather(&places)?;
        let found: BooleanArray = places.iter().map(|place| Some(place.found)).collect();
        if self.places.is_empty() {
            self.sources.truncate(1);
            (self.n_kept, self.n_bytes) = (1, 0);
        }
        let rows = StructArray::try_new_with_length(self.fields.clone(), columns, None, places.len())?;
        Ok((Arc::new(rows), Arc::new(found)))
    }
}

fn bytes(arrays: &[ArrayRef]) -> usize {
    arrays.iter().map(Array::get_array_memory_size).sum()
}

fn passes(filter: Option<&BooleanArray>) -> impl Fn(usize) -> bool + '_ {
    move |row| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl GroupsAccumulator for BestRows {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.add(values, group_indices, passes(opt_filter), total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(self.emit(emit_to)?.0)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (rows, found) = self.emit(emit_to)?;
        Ok(vec![rows, found])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        let columns = values[0].as_struct().columns().to_vec();
        let found = values[1].as_boolean().clone();
        self.add(&columns, group_indices, passes(Some(&found)), total_num_groups)
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let n_rows = values[0].len();
        let counts = passes(opt_filter);
        let found: BooleanArray = (0..n_rows).map(|row| Some(counts(row))).collect();
        let rows = StructArray::try_new_with_length(self.fields.clone(), values.to_vec(), None, n_rows)?;
        Ok(vec![Arc::new(rows), Arc::new(found)])
    }

    fn size(&self) -> usize {
        self.n_bytes + self.places.capacity() * size_of::<Place>() + self.ranks.size()
    }
}

/// The best rank of each group: as numbers whose order is the order wanted, or as comparable bytes. Null is least.
#[derive(Debug)]
enum Ranks {
    Numbers(Vec<Option<i64>>),
    Bytes { converter: RowConverter, ranks: Vec<Box<[u8]>>, n_bytes: usize },
}

/// The ranks of one batch.
enum BatchRanks {
    Numbers(Vec<Option<i64>>),
    Bytes(Rows),
}

impl Ranks {
    fn new(best: Best, ty: &DataType) -> Result<Self> {
        if matches!(ty, DataType::Boolean | DataType::Int32 | DataType::Int64 | DataType::Float64) {
            return Ok(Self::Numbers(Vec::new()));
        }
        let options = SortOptions { descending: best == Best::Least, nulls_first: true };
        let converter = RowConverter::new(vec![SortField::new_with_options(ty.clone(), options)])?;
        Ok(Self::Bytes { converter, ranks: Vec::new(), n_bytes: 0 })
    }

    fn resize(&mut self, n_groups: usize) {
        match self {
            Self::Numbers(ranks) => ranks.resize(n_groups, None),
            Self::Bytes { ranks, .. } => ranks.resize_with(n_groups, Box::default),
        }
    }

    fn batch(&self, best: Best, array: &ArrayRef) -> Result<BatchRanks> {
        let Self::Bytes { converter, .. } = self else { return Ok(BatchRanks::Numbers(numbers(best, array))) };
        Ok(BatchRanks::Bytes(converter.convert_columns(&[Arc::clone(array)])?))
    }

    fn beats(&self, group: usize, batch: &BatchRanks, row: usize) -> bool {
        match (self, batch) {
            (Self::Numbers(ranks), BatchRanks::Numbers(batch)) => batch[row] > ranks[group],
            (Self::Bytes { ranks, .. }, BatchRanks::Bytes(rows)) => {
                rows.row(row).as_ref().cmp(&ranks[group]) == Ordering::Greater
            }
            _ => false,
        }
    }

    fn set(&mut self, group: usize, batch: &BatchRanks, row: usize) {
        match (self, batch) {
            (Self::Numbers(ranks), BatchRanks::Numbers(batch)) => ranks[group] = batch[row],
            (Self::Bytes { ranks, n_bytes, .. }, BatchRanks::Bytes(rows)) => {
                *n_bytes -= ranks[group].len();
                ranks[group] = rows.row(row).as_ref().into();
                *n_bytes += ranks[group].len();
            }
            _ => {}
        }
    }

    /// Drops the first groups.
    fn forget(&mut self, n_groups: usize) {
        match self {
            Self::Numbers(ranks) => drop(ranks.drain(..n_groups)),
            Self::Bytes { ranks, n_bytes, .. } => {
                *n_bytes -= ranks.drain(..n_groups).map(|rank| rank.len()).sum::<usize>();
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Numbers(ranks) => ranks.capacity() * size_of::<Option<i64>>(),
            Self::Bytes { ranks, n_bytes, .. } => ranks.capacity() * size_of::<Box<[u8]>>() + n_bytes,
        }
    }
}

/// Ranks of which the greatest is the best.
fn numbers(best: Best, array: &ArrayRef) -> Vec<Option<i64>> {
    let ordered: Vec<Option<i64>> = match array.data_type() {
        DataType::Boolean => array.as_boolean().iter().map(|value| value.map(i64::from)).collect(),
        DataType::Int32 => array.as_primitive::<Int32Type>().iter().map(|value| value.map(i64::from)).collect(),
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().map(|value| value.map(real_rank)).collect(),
        _ => array.as_primitive::<Int64Type>().iter().collect(),
    };
    // The complement turns the order round and, unlike the negative, has no overflow. NaN stays above everything.
    let rank = |number: i64| if best == Best::Greatest || number == NAN_RANK { number } else { !number };
    ordered.into_iter().map(|number| number.map(rank)).collect()
}

const NAN_RANK: i64 = i64::MAX;

/// A whole number that orders as the real does, NaN above everything.
fn real_rank(value: f64) -> i64 {
    if value.is_nan() {
        return NAN_RANK;
    }
    let bits = value.to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}
