//! `beta_inv(probability, alpha, beta)`

use crate::engine::functions::prelude::*;

use super::beta;

pub(super) const FUNCTION: Function = Function::new("beta_inv", evaluate);

/// Null for what is no probability, NaN for parameters that give no distribution.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (probabilities, alphas, betas) = (call.reals(0), call.reals(1), call.reals(2));
    call.make_reals(|row| {
        let (probability, alpha, beta) = (probabilities.get(row)?, alphas.get(row)?, betas.get(row)?);
        if !(0.0..=1.0).contains(&probability) {
            return None;
        }
        Some(if alpha > 0.0 && beta > 0.0 { beta::inverse(probability, alpha, beta) } else { f64::NAN })
    })
}
