//! `beta_pdf(x, alpha, beta)`

use crate::engine::functions::prelude::*;

use super::beta;

pub(super) const FUNCTION: Function = Function::new("beta_pdf", evaluate);

/// NaN outside of the distribution.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, alphas, betas) = (call.reals(0), call.reals(1), call.reals(2));
    call.make_reals(|row| {
        let (x, alpha, beta) = (values.get(row)?, alphas.get(row)?, betas.get(row)?);
        let known = (0.0..=1.0).contains(&x) && alpha > 0.0 && beta > 0.0;
        Some(if known { beta::density(x, alpha, beta) } else { f64::NAN })
    })
}
