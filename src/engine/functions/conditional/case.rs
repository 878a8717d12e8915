//! `case(if, then, …, else)`

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::column::Bools;
use crate::engine::functions::kql_function::Function;

use super::choice::Choice;

pub(super) const FUNCTION: Function = Function::new("case", evaluate);

/// The value beside the first condition that is true; a null one is not.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let otherwise = call.len() - 1;
    let conditions: Vec<Bools> = (0..otherwise).step_by(2).map(|index| call.bools(index)).collect();
    let mut choice = Choice::new(call, (1..otherwise).step_by(2).chain([otherwise]));
    for row in 0..call.rows() {
        let holds = conditions.iter().position(|condition| condition.get(row) == Some(true));
        choice.take(holds.unwrap_or(conditions.len()), row);
    }
    choice.finish()
}
