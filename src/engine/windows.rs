//! Window functions: columns that hang on other rows of an ordered input. One function, one file.

mod neighbour;
mod next;
mod prev;
mod restart;
mod row_cumsum;
mod row_number;
mod row_rank_dense;
mod row_rank_min;
mod row_window_session;
mod runs;
mod work;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::{Result, ScalarValue};

use super::error::EngineError;
use super::nodes::{Feed, OwnOperator, Work, WorkContext};
use super::storage;
use crate::kql::{Scalar, ScalarKind, Value, WindowCall};

/// A window function under its canonical name.
struct Function {
    name: &'static str,
    /// How many arguments are evaluated for each row; those that are constants are not among them.
    evaluated: fn(&WindowCall) -> Vec<&Scalar>,
    start: fn(&WindowCall) -> Result<Kind, EngineError>,
}

const FUNCTIONS: [Function; 7] = [
    next::FUNCTION,
    prev::FUNCTION,
    row_cumsum::FUNCTION,
    row_number::FUNCTION,
    row_rank_dense::FUNCTION,
    row_rank_min::FUNCTION,
    row_window_session::FUNCTION,
];

/// The canonical names of the window functions that run.
pub(in crate::engine) fn function_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

/// How a function gives its column.
enum Kind {
    /// From the rows that came so far.
    Running(Box<dyn Window>),
    /// The value so many rows later, or the default.
    Later { offset: usize, default: ScalarValue },
}

/// One function over the rows of a partition, batch after batch.
trait Window: Send {
    /// The column for a batch, given the evaluated arguments.
    fn next(&mut self, args: &[ArrayRef]) -> Result<ArrayRef>;

    /// Bytes held on to.
    fn size(&self) -> usize {
        0
    }
}

/// The window functions of one round.
#[derive(Debug)]
pub(in crate::engine) struct Windows {
    calls: Vec<WindowCall>,
    /// Columns that are passed on; behind them stand the evaluated arguments of the calls in order.
    n_passed: usize,
}

impl Windows {
    pub(in crate::engine) fn new(calls: &[WindowCall], n_passed: usize) -> Result<Self, EngineError> {
        for call in calls {
            (function(call)?.start)(call)?;
        }
        Ok(Self { calls: calls.to_vec(), n_passed })
    }

    /// The arguments that the planner evaluates, in order.
    pub(in crate::engine) fn evaluated<'c>(&self, calls: &'c [WindowCall]) -> impl Iterator<Item = &'c Scalar> {
        calls.iter().flat_map(|call| function(call).map_or_else(|_| Vec::new(), |it| (it.evaluated)(call)))
    }
}

fn function(call: &WindowCall) -> Result<&'static Function, EngineError> {
    let found = FUNCTIONS.iter().find(|function| function.name == call.function);
    found.ok_or_else(|| EngineError::unsupported(call.function, &call.span))
}

impl OwnOperator for Windows {
    fn name(&self) -> &'static str {
        "window"
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        let mut place = self.n_passed;
        let mut columns = Vec::with_capacity(self.calls.len());
        for call in &self.calls {
            let function = function(call)?;
            let n_args = (function.evaluated)(call).len();
            columns.push(((function.start)(call)?, place..place + n_args));
            place += n_args;
        }
        Ok(Box::new(work::WindowWork::new(context, self.n_passed, columns)))
    }
}

/// A constant argument in storage form.
fn constant(call: &WindowCall, index: usize) -> Result<ScalarValue, EngineError> {
    match call.args.get(index).map(|arg| &arg.kind) {
        Some(ScalarKind::Literal(value)) => Ok(storage::literal(value)),
        _ => Err(EngineError::internal(format!("{} lacks its constant {index}", call.function))),
    }
}

/// A constant whole number, ticks included.
fn whole(call: &WindowCall, index: usize) -> Result<i64, EngineError> {
    match call.args.get(index).map(|arg| &arg.kind) {
        Some(ScalarKind::Literal(Value::Long(number) | Value::Timespan(number))) => Ok(*number),
        Some(ScalarKind::Literal(Value::Int(number))) => Ok(i64::from(*number)),
        _ => Err(EngineError::internal(format!("{} lacks its number {index}", call.function))),
    }
}

/// True where a condition holds; a null does not.
fn holds(condition: &BooleanArray, row: usize) -> bool {
    use arrow::array::Array;
    condition.is_valid(row) && condition.value(row)
}
