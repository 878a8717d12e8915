//! `row_cumsum(term, [restart])`

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray};
use arrow::datatypes::{ArrowNativeTypeOp, Decimal256Type, Float64Type, Int32Type, Int64Type};
use datafusion::common::Result;

use super::restart::value_and_restart;
use super::{Function, Kind, Window, holds};
use crate::engine::error::EngineError;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function {
    name: "row_cumsum",
    evaluated: value_and_restart,
    start: |call| {
        Ok(Kind::Running(match call.ty {
            ScalarType::Int => Box::new(Sum::<Int32Type>::default()),
            ScalarType::Long => Box::new(Sum::<Int64Type>::default()),
            ScalarType::Real => Box::new(Sum::<Float64Type>::default()),
            ScalarType::Decimal => Box::new(Sum::<Decimal256Type>::default()),
            ty => return Err(EngineError::unsupported(format!("row_cumsum() of {ty}"), &call.span)),
        }))
    },
};

struct Sum<T: ArrowPrimitiveType>(T::Native);

impl<T: ArrowPrimitiveType> Default for Sum<T> {
    fn default() -> Self {
        Self(T::Native::default())
    }
}

impl<T: ArrowPrimitiveType> Window for Sum<T>
where
    T::Native: ArrowNativeTypeOp,
{
    /// A null adds nothing; a restart begins with the row's own term.
    fn next(&mut self, args: &[ArrayRef]) -> Result<ArrayRef> {
        let (terms, restart): (&PrimitiveArray<T>, &BooleanArray) = (args[0].as_primitive(), args[1].as_boolean());
        let sums = (0..terms.len()).map(|row| {
            if holds(restart, row) {
                self.0 = T::Native::default();
            }
            if terms.is_valid(row) {
                self.0 = self.0.add_wrapping(terms.value(row));
            }
            self.0
        });
        let sums = PrimitiveArray::<T>::from_iter_values(sums);
        Ok(Arc::new(sums.with_data_type(terms.data_type().clone())))
    }
}
