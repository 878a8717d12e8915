//! `welch_test(mean1, variance1, count1, mean2, variance2, count2)`

use crate::engine::functions::prelude::*;

use super::beta;

pub(super) const FUNCTION: Function = Function::new("welch_test", evaluate);

/// The probability of a difference of means at least as large, either way.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let numbers = [0, 1, 2, 3, 4, 5].map(|index| call.reals(index));
    call.make_reals(|row| {
        let [mean1, variance1, count1, mean2, variance2, count2] = numbers.each_ref().map(|numbers| numbers.get(row));
        let (error1, error2) = (variance1? / count1?, variance2? / count2?);
        let error = error1 + error2;
        let t_squared = (mean1? - mean2?).powi(2) / error;
        let freedom = error * error / (error1 * error1 / (count1? - 1.0) + error2 * error2 / (count2? - 1.0));
        let sound = t_squared.is_finite() && freedom.is_finite() && freedom > 0.0;
        sound.then(|| beta::cumulative(freedom / (freedom + t_squared), freedom / 2.0, 0.5))
    })
}
