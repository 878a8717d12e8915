//! `scan` at work: the state of its steps, and expressions that read it row by row.
//!
//! What hangs on the row alone is evaluated for whole batches; only what reads the state is evaluated for one row at a
//! time, and only where the state allows a match at all.

mod compile;
mod work;

use datafusion::common::{Result, ScalarValue};

use super::error::EngineError;
use super::nodes::{Feed, OwnOperator, Work, WorkContext};
use super::storage;
use crate::kql::{BoundScan, BoundScanStep, Scalar, ScalarKind};

pub(in crate::engine) use compile::Compiler;
use compile::{Condition, Value};

/// A scan with its expressions made ready.
#[derive(Debug)]
pub(in crate::engine) struct Sequence {
    /// Columns of the input.
    n_columns: usize,
    steps: Vec<Step>,
    /// For each column of a row, input and declared, what a step that has not matched has of it.
    unset: Vec<ScalarValue>,
    /// Columns of a row that some expression reads from the state.
    remembered: Vec<bool>,
    with_match_id: bool,
    /// Columns of the input that expressions read.
    reads: Vec<usize>,
}

#[derive(Debug)]
struct Step {
    condition: Condition,
    /// For each declared column what it becomes, where it is assigned.
    assignments: Vec<Option<Value>>,
    is_output: bool,
}

impl Sequence {
    pub(in crate::engine) fn new(compiler: &Compiler<'_>, scan: &BoundScan) -> Result<Self, EngineError> {
        let mut unset: Vec<ScalarValue> = compiler.input_types().iter().map(|ty| storage::null(*ty)).collect();
        for default in &scan.declared {
            unset.push(literal(default)?);
        }
        let width = unset.len();
        let mut remembered = vec![false; width];
        let mut reads = Vec::new();
        let scalars = scan
            .steps
            .iter()
            .flat_map(|step| std::iter::once(&step.condition).chain(step.assignments.iter().map(|(_, value)| value)));
        for place in scalars.flat_map(compile::columns) {
            reads.push(place % width);
            if place >= width {
                remembered[place % width] = true;
            }
        }
        let steps = scan.steps.iter().map(|step| Step::new(compiler, step, scan.declared.len()));
        let steps = steps.collect::<Result<_, EngineError>>()?;
        let n_columns = compiler.input_types().len();
        Ok(Self { n_columns, steps, unset, remembered, with_match_id: scan.with_match_id, reads })
    }

    /// Places of the columns that expressions read; those past the input's are declared ones.
    pub(in crate::engine) fn reads(&self) -> impl Iterator<Item = usize> + '_ {
        self.reads.iter().copied()
    }
}

impl Step {
    fn new(compiler: &Compiler<'_>, step: &BoundScanStep, n_declared: usize) -> Result<Self, EngineError> {
        let mut assignments: Vec<Option<Value>> = (0..n_declared).map(|_| None).collect();
        for (place, value) in &step.assignments {
            assignments[*place] = Some(compiler.value(value)?);
        }
        Ok(Self { condition: compiler.condition(&step.condition)?, assignments, is_output: step.is_output })
    }
}

fn literal(scalar: &Scalar) -> Result<ScalarValue, EngineError> {
    match &scalar.kind {
        ScalarKind::Literal(value) => Ok(storage::literal(value)),
        _ => Err(EngineError::internal("a default of scan is no literal")),
    }
}

impl OwnOperator for Sequence {
    fn name(&self) -> &'static str {
        "scan"
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        Ok(Box::new(work::ScanWork::new(self, context)?))
    }
}
