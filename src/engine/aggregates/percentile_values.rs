//! Gathers the values of a group and picks those of given ranks.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StructArray, UInt32Array, new_empty_array, new_null_array};
use arrow::compute::{cast, concat, filter, is_not_null, sort_to_indices, take};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion::common::Result;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};
use datafusion::scalar::ScalarValue;

use crate::engine::json::Encoder;
use crate::kql::ScalarType;

/// How the values are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    /// A struct with one field for each percentile.
    Fields,
    /// A dynamic array; the type is that of the values.
    Array(ScalarType),
}

/// First argument the values, second the weights if there are any.
pub(super) fn percentiles(shares: Vec<f64>, weighted: bool, answer: Answer) -> Arc<AggregateUDF> {
    let shares = shares.into_iter().map(f64::to_bits).collect();
    let signature = Signature::variadic_any(Volatility::Immutable);
    Arc::new(AggregateUDF::from(Percentiles { shares, weighted, answer, signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Percentiles {
    /// 0 to 100, as bits, because a plan compares its functions.
    shares: Vec<u64>,
    weighted: bool,
    answer: Answer,
    signature: Signature,
}

impl AggregateUDFImpl for Percentiles {
    fn name(&self) -> &'static str {
        "percentiles"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(match self.answer {
            Answer::Fields => DataType::Struct(fields(self.shares.len(), &arg_types[0])),
            Answer::Array(_) => DataType::Utf8,
        })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = |name: &str, ty: DataType| Arc::new(Field::new(name, DataType::new_list(ty, true), true));
        let mut state = vec![list("values", args.input_fields[0].data_type().clone())];
        if self.weighted {
            state.push(list("weights", DataType::Int64));
        }
        Ok(state)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Values {
            ty: args.expr_fields[0].data_type().clone(),
            shares: self.shares.iter().copied().map(f64::from_bits).collect(),
            answer: self.answer,
            values: Vec::new(),
            weights: self.weighted.then(Vec::new),
        }))
    }
}

fn fields(n: usize, ty: &DataType) -> Fields {
    (0..n).map(|at| Field::new(format!("f{at}"), ty.clone(), true)).collect()
}

/// The values of one group as they came, nulls left out.
#[derive(Debug)]
struct Values {
    ty: DataType,
    shares: Vec<f64>,
    answer: Answer,
    values: Vec<ArrayRef>,
    /// Of equal lengths with the values.
    weights: Option<Vec<ArrayRef>>,
}

impl Values {
    fn keep(&mut self, values: &ArrayRef, weights: Option<&ArrayRef>) -> Result<()> {
        let counts = is_not_null(values)?;
        self.values.push(filter(values, &counts)?);
        if let (Some(kept), Some(weights)) = (&mut self.weights, weights) {
            kept.push(cast(&filter(weights, &counts)?, &DataType::Int64)?);
        }
        Ok(())
    }

    /// The picked values, one for each percentile; nulls when there is nothing to pick from.
    fn pick(&self) -> Result<ArrayRef> {
        let values = joined(&self.values, &self.ty)?;
        let order = sort_to_indices(&values, None, None)?;
        let weights = match &self.weights {
            Some(weights) => Some(take(&joined(weights, &DataType::Int64)?, &order, None)?),
            None => None,
        };
        // Running totals of the weights, all one where none are given.
        let mut total = 0_i128;
        let totals: Vec<i128> = (0..order.len())
            .map(|at| {
                total += weights.as_ref().map_or(1, |weights| {
                    let weights = weights.as_primitive::<Int64Type>();
                    if weights.is_null(at) { 0 } else { i128::from(weights.value(at).max(0)) }
                });
                total
            })
            .collect();
        if total == 0 {
            return Ok(new_null_array(&self.ty, self.shares.len()));
        }
        let picked: UInt32Array = self
            .shares
            .iter()
            .map(|share| {
                let rank = ((share / 100.0 * total as f64).ceil() as i128).clamp(1, total);
                order.value(totals.partition_point(|upto| *upto < rank))
            })
            .collect();
        Ok(take(&values, &picked, None)?)
    }
}

fn joined(arrays: &[ArrayRef], ty: &DataType) -> Result<ArrayRef> {
    if arrays.is_empty() {
        return Ok(new_empty_array(ty));
    }
    let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
    Ok(concat(&arrays)?)
}

fn list(arrays: &[ArrayRef], ty: &DataType) -> Result<ScalarValue> {
    Ok(SingleRowListArrayBuilder::new(joined(arrays, ty)?).with_nullable(true).build_list_scalar())
}

impl Accumulator for Values {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.keep(&values[0], values.get(1))
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let values = states[0].as_list::<i32>();
        let weights = states.get(1).map(AsArray::as_list::<i32>);
        for row in 0..values.len() {
            if values.is_valid(row) {
                self.keep(&values.value(row), weights.map(|lists| lists.value(row)).as_ref())?;
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut state = vec![list(&self.values, &self.ty)?];
        if let Some(weights) = &self.weights {
            state.push(list(weights, &DataType::Int64)?);
        }
        Ok(state)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let picked = self.pick()?;
        let answer: ArrayRef = match self.answer {
            Answer::Fields => {
                let columns = (0..picked.len()).map(|at| picked.slice(at, 1)).collect();
                Arc::new(StructArray::try_new(fields(picked.len(), &self.ty), columns, None)?)
            }
            Answer::Array(ty) => Arc::new(StringArray::from(vec![json_array(ty, &picked)])),
        };
        ScalarValue::try_from_array(&answer, 0)
    }

    fn size(&self) -> usize {
        let bytes = |arrays: &[ArrayRef]| arrays.iter().map(Array::get_array_memory_size).sum::<usize>();
        size_of::<Self>() + bytes(&self.values) + self.weights.as_deref().map_or(0, bytes)
    }
}

fn json_array(ty: ScalarType, values: &ArrayRef) -> String {
    let encoder = Encoder::new(ty, values);
    let mut text = String::from("[");
    for row in 0..values.len() {
        if row > 0 {
            text.push(',');
        }
        encoder.write(row, &mut text);
    }
    text.push(']');
    text
}
