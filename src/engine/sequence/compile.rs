//! Scalars of `scan` as expressions over one row and the state.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{Field, Schema};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};

use crate::engine::error::EngineError;
use crate::engine::expression::Scope;
use crate::engine::prepare::Prepared;
use crate::engine::storage;
use crate::kql::{PathStep, Scalar, ScalarKind, ScalarOperator, ScalarType};

/// Makes expressions over the columns of a row, and behind them those of each step.
pub(in crate::engine) struct Compiler<'a> {
    /// Types of a row: input, then declared.
    types: Vec<ScalarType>,
    n_columns: usize,
    columns: Vec<Column>,
    prepared: &'a Prepared,
}

/// An expression, and the columns that it reads.
#[derive(Debug, Clone)]
pub(super) struct Code {
    expr: Arc<dyn PhysicalExpr>,
    schema: Arc<Schema>,
    pub(super) reads: Vec<usize>,
}

/// A value that hangs on the row alone, or on the state too.
#[derive(Debug, Clone)]
pub(super) enum Value {
    OfRow(Code),
    OfState(Code),
}

/// A condition: what hangs on the row alone, and the rest.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) of_row: Option<Code>,
    pub(super) of_state: Option<Code>,
}

impl<'a> Compiler<'a> {
    pub(in crate::engine) fn new(
        types: &[ScalarType],
        n_columns: usize,
        n_steps: usize,
        prepared: &'a Prepared,
    ) -> Self {
        let columns = (0..types.len() * (n_steps + 1)).map(|place| Column::new_unqualified(name(place))).collect();
        Self { types: types.to_vec(), n_columns, columns, prepared }
    }

    pub(super) fn input_types(&self) -> &[ScalarType] {
        &self.types[..self.n_columns]
    }

    pub(super) fn value(&self, scalar: &Scalar) -> Result<Value, EngineError> {
        let code = self.code(scalar, false)?;
        let reads_state = code.reads.iter().any(|place| *place >= self.types.len());
        Ok(if reads_state { Value::OfState(code) } else { Value::OfRow(code) })
    }

    pub(super) fn condition(&self, scalar: &Scalar) -> Result<Condition, EngineError> {
        let mut parts = Vec::new();
        conjuncts(scalar, &mut parts);
        let (of_state, of_row): (Vec<Scalar>, Vec<Scalar>) =
            parts.into_iter().partition(|part| columns(part).iter().any(|place| *place >= self.types.len()));
        Ok(Condition { of_row: self.all_of(of_row)?, of_state: self.all_of(of_state)? })
    }

    fn all_of(&self, mut parts: Vec<Scalar>) -> Result<Option<Code>, EngineError> {
        let whole = match parts.len() {
            0 => return Ok(None),
            1 => parts.remove(0),
            _ => {
                let span = parts[0].span.clone();
                let kind = ScalarKind::Operator(ScalarOperator::And, parts);
                Scalar { kind, ty: ScalarType::Bool, span }
            }
        };
        self.code(&whole, true).map(Some)
    }

    fn code(&self, scalar: &Scalar, is_condition: bool) -> Result<Code, EngineError> {
        let scope = Scope { columns: &self.columns, prepared: self.prepared };
        let expr: Expr = if is_condition { scope.predicate(scalar)? } else { scope.value(scalar)? };
        let mut reads = columns(scalar);
        reads.sort_unstable();
        reads.dedup();
        let ty = |place: usize| storage::data_type(self.types[place % self.types.len()]);
        let fields: Vec<Field> = reads.iter().map(|&place| Field::new(name(place), ty(place), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let known = DFSchema::try_from(Arc::clone(&schema))?;
        let (props, context) = (ExecutionProps::new(), PhysicalPlanningContext::default());
        let expr = create_physical_expr(&expr, &known, &props, &context)?;
        Ok(Code { expr, schema, reads })
    }
}

fn name(place: usize) -> String {
    format!("x{place}")
}

impl Code {
    /// The value of each row; `column` gives the columns that are read, by place.
    pub(super) fn evaluate(&self, n_rows: usize, column: impl Fn(usize) -> Result<ArrayRef>) -> Result<ArrayRef> {
        let columns = self.reads.iter().map(|place| column(*place)).collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        self.expr.evaluate(&batch)?.into_array(n_rows)
    }

    pub(super) fn holds(&self, n_rows: usize, column: impl Fn(usize) -> Result<ArrayRef>) -> Result<BooleanArray> {
        Ok(self.evaluate(n_rows, column)?.as_boolean().clone())
    }

    /// The same for one row.
    pub(super) fn holds_once(&self, column: impl Fn(usize) -> Result<ArrayRef>) -> Result<bool> {
        let holds = self.holds(1, column)?;
        Ok(holds.is_valid(0) && holds.value(0))
    }
}

/// The operands of nested conjunctions.
fn conjuncts(scalar: &Scalar, parts: &mut Vec<Scalar>) {
    match &scalar.kind {
        ScalarKind::Operator(ScalarOperator::And, operands) => {
            operands.iter().for_each(|operand| conjuncts(operand, parts));
        }
        _ => parts.push(scalar.clone()),
    }
}

/// The columns that a scalar reads.
pub(super) fn columns(scalar: &Scalar) -> Vec<usize> {
    let mut read = Vec::new();
    let mut open = vec![scalar];
    while let Some(scalar) = open.pop() {
        match &scalar.kind {
            ScalarKind::Column(index) => read.push(*index),
            ScalarKind::Operator(_, operands) | ScalarKind::Call(_, operands) => open.extend(operands),
            ScalarKind::Convert(operand) | ScalarKind::InRelation { needle: operand, .. } => open.push(operand),
            ScalarKind::Path { base, steps } => {
                open.push(base);
                open.extend(steps.iter().filter_map(|step| match step {
                    PathStep::Computed(step) => Some(step),
                    PathStep::Key(_) | PathStep::Index(_) => None,
                }));
            }
            ScalarKind::Literal(_) | ScalarKind::Open(_) | ScalarKind::Parameter(_) | ScalarKind::ToScalar(_) => {}
        }
    }
    read
}
