//! `series_fit_line(series)`: several columns, which come as one array.

use super::line::Line;
use super::numbers::{push_reals, whole};
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_fit_line", evaluate);

/// R², slope, variance, variance of what is left, interception, line.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    lines(call, |line, out| {
        out.push('[');
        for number in [line.rsquare, line.slope, line.variance, line.rvariance, line.interception] {
            json::push_real(number, out);
            out.push(',');
        }
        push_reals(line.line_fit.iter().copied().map(Some), out);
        out.push(']');
    })
}

/// The line through each series.
pub(super) fn lines(call: &Call<'_>, push: impl Fn(&Line, &mut String)) -> Result<ArrayRef> {
    let series = call.jsons(0);
    let mut is_without = false;
    let lines = call.make_texts(|row, out| {
        let Some(text) = series.some(row).filter(|text| json::is_array(text)) else { return false };
        // Of a constant series there is no R².
        match whole(text).and_then(|values| Line::of(&values)).filter(|line| line.variance > 0.0) {
            Some(line) => push(&line, out),
            None => is_without = true,
        }
        true
    })?;
    if is_without {
        let message =
            "tallyho does not know what Kusto answers for a series with gaps, of one element or a constant one";
        return Err(call.error(message));
    }
    Ok(lines)
}
