//! Functions that plans need and KQL has no name for.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::compute::unary;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, create_udf,
};

/// A real as a key of groups and joins: one NaN, and no negative zero.
pub(in crate::engine) fn real_key(value: Expr) -> Expr {
    real_function("real_key", value, |real| if real.is_nan() { f64::NAN } else { real + 0.0 })
}

/// Rounded to ten decimal places, as Kusto does with variances.
pub(in crate::engine) fn round_to_ten_places(value: Expr) -> Expr {
    real_function("round_to_ten_places", value, |real| {
        let rounded = (real * 1e10).round() / 1e10;
        if rounded.is_finite() { rounded } else { real }
    })
}

fn real_function(name: &str, value: Expr, function: fn(f64) -> f64) -> Expr {
    let evaluate = move |args: &[ColumnarValue]| match &args[0] {
        ColumnarValue::Array(array) => Ok(ColumnarValue::Array(map(array, function))),
        ColumnarValue::Scalar(ScalarValue::Float64(real)) => {
            Ok(ColumnarValue::Scalar(ScalarValue::Float64(real.map(function))))
        }
        ColumnarValue::Scalar(other) => Ok(ColumnarValue::Scalar(other.clone())),
    };
    let udf = create_udf(name, vec![DataType::Float64], DataType::Float64, Volatility::Immutable, Arc::new(evaluate));
    udf.call(vec![value])
}

fn map(array: &ArrayRef, function: fn(f64) -> f64) -> ArrayRef {
    let mapped: Float64Array = unary(array.as_primitive::<Float64Type>(), function);
    Arc::new(mapped)
}

/// A condition that reads no column, as one that reads this column: so it stays with the rows of it.
pub(in crate::engine) fn tied(condition: Expr, column: Expr) -> Expr {
    ScalarUDF::from(Tied { signature: Signature::any(2, Volatility::Immutable) }).call(vec![condition, column])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Tied {
    signature: Signature,
}

impl ScalarUDFImpl for Tied {
    fn name(&self) -> &'static str {
        "tied"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(args.args[0].clone())
    }
}
