//! `series_fit_line_dynamic(series)`

use super::numbers::push_reals;
use super::series_fit_line::lines;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_fit_line_dynamic", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    lines(call, |line, out| {
        let numbers = [
            ("rsquare", line.rsquare),
            ("slope", line.slope),
            ("variance", line.variance),
            ("rvariance", line.rvariance),
            ("interception", line.interception),
        ];
        out.push('{');
        for (key, number) in numbers {
            let mut value = String::new();
            json::push_real(number, &mut value);
            json::push_member(key, &value, out);
        }
        let mut fit = String::new();
        push_reals(line.line_fit.iter().copied().map(Some), &mut fit);
        json::push_member("line_fit", &fit, out);
        out.push('}');
    })
}
