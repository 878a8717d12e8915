//! `and`, `or`, `not`: three-valued.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::column::Bools;
use crate::engine::functions::kql_function::Function;

pub(in crate::engine::functions) const NOT: Function = Function::new("not", not);

/// False when any operand is false, else null when any is null.
pub(super) fn and(call: &Call<'_>) -> Result<ArrayRef> {
    decide(call, false)
}

/// True when any operand is true, else null when any is null.
pub(super) fn or(call: &Call<'_>) -> Result<ArrayRef> {
    decide(call, true)
}

/// The deciding value wins over null, and null over the other value.
fn decide(call: &Call<'_>, deciding: bool) -> Result<ArrayRef> {
    let operands: Vec<Bools> = (0..call.len()).map(|index| call.bools(index)).collect();
    call.make_bools(|row| {
        let mut unknown = false;
        for operand in &operands {
            match operand.get(row) {
                Some(value) if value == deciding => return Some(deciding),
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown { None } else { Some(!deciding) }
    })
}

fn not(call: &Call<'_>) -> Result<ArrayRef> {
    let operand = call.bools(0);
    call.make_bools(|row| operand.get(row).map(|value| !value))
}
