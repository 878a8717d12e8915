//! `beta_cdf(x, alpha, beta)`

use crate::engine::functions::prelude::*;

use datafusion::arrow::array::Float64Builder;
use std::sync::Arc;

use super::beta;

pub(super) const FUNCTION: Function = Function::new("beta_cdf", evaluate);

/// NaN outside of the distribution.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, alphas, betas) = (call.reals(0), call.reals(1), call.reals(2));
    let mut parts = Float64Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        let (Some(x), Some(alpha), Some(beta)) = (values.get(row), alphas.get(row), betas.get(row)) else {
            parts.append_null();
            continue;
        };
        parts.append_value(match (x, alpha, beta) {
            (x, ..) if !(0.0..=1.0).contains(&x) => f64::NAN,
            (_, alpha, beta) if alpha > 0.0 && beta > 0.0 => beta::cumulative(x, alpha, beta),
            // At a whole number the gamma function has no end, and what Kusto computes is one.
            (_, alpha, beta) if alpha < 0.0 && alpha.fract() == 0.0 && beta > 0.0 && x > 0.0 => 1.0,
            _ => return Err(call.error("what Kusto gives for such parameters is not established")),
        });
    }
    Ok(Arc::new(parts.finish()))
}
