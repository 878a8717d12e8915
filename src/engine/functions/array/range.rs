//! `range(start, stop, [step])`

use std::fmt::Write;

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::{ScalarType, TICKS_PER_SECOND};
use crate::result::{datetime_text, timespan_text};

pub(super) const FUNCTION: Function = Function::new("range", evaluate).when(is_known);

/// Elements after which Kusto stops without a word.
pub(super) const LONGEST: usize = 1_048_576;

fn is_known(args: &[ScalarType]) -> bool {
    use ScalarType::{Datetime, Int, Long, Real, Timespan};
    match args {
        [Datetime, Datetime] | [Datetime | Timespan, Datetime | Timespan, Timespan] | [Timespan, Timespan] => {
            args[0] == args[1]
        }
        _ => args.iter().all(|ty| matches!(ty, Int | Long | Real)),
    }
}

/// Both ends included; steps of 1, or of an hour.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    if (0..call.len()).any(|index| call.ty(index) == ScalarType::Real) {
        return reals(call);
    }
    let (starts, stops) = (call.longs(0), call.longs(1));
    let steps = (call.len() > 2).then(|| call.longs(2));
    let is_time = matches!(call.ty(0), ScalarType::Datetime | ScalarType::Timespan);
    let default = if is_time { 3600 * TICKS_PER_SECOND } else { 1 };
    call.make_texts(|row, out| {
        let step = steps.as_ref().map_or(Some(default), |steps| steps.get(row));
        let (Some(start), Some(stop), Some(step)) = (starts.get(row), stops.get(row), step) else { return false };
        out.push('[');
        let values = std::iter::successors(Some(start), |value| value.checked_add(step));
        let inside = values.take_while(|value| if step > 0 { *value <= stop } else { *value >= stop });
        for value in inside.take(if step == 0 { 0 } else { LONGEST }) {
            if out.len() > 1 {
                out.push(',');
            }
            match call.ty(0) {
                ScalarType::Datetime => json::push_quoted(&datetime_text(value), out),
                ScalarType::Timespan => json::push_quoted(&timespan_text(value), out),
                _ => _ = write!(out, "{value}"),
            }
        }
        out.push(']');
        true
    })
}

fn reals(call: &Call<'_>) -> Result<ArrayRef> {
    let (starts, stops) = (call.reals(0), call.reals(1));
    let steps = (call.len() > 2).then(|| call.reals(2));
    call.make_texts(|row, out| {
        let step = steps.as_ref().map_or(Some(1.0), |steps| steps.get(row));
        let (Some(start), Some(stop), Some(step)) = (starts.get(row), stops.get(row), step) else { return false };
        out.push('[');
        let mut value = start;
        for place in 0..LONGEST {
            let inside = (step > 0.0 && value <= stop) || (step < 0.0 && value >= stop);
            if !inside {
                break;
            }
            if place > 0 {
                out.push(',');
            }
            json::push_real(value, out);
            value += step;
        }
        out.push(']');
        true
    })
}
