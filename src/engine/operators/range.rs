//! `range`: numbers, datetimes or timespans made while they are read, so that a long range costs no memory.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::DFSchema;
use datafusion::execution::TaskContext;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr};
use datafusion::physical_expr::create_physical_expr;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::scalar::ScalarValue;
use futures::stream;

use crate::engine::error::EngineError;
use crate::engine::expression::Scope;
use crate::engine::plan::{Planned, Planner};
use crate::engine::storage;
use crate::kql::{Relation, Scalar, ScalarType};

/// Past this many rows a range is taken for a mistake: it would run for minutes, whatever is done with it.
const MAX_ROWS: i128 = 1_000_000_000;

pub(in crate::engine) fn range(
    planner: &mut Planner<'_>,
    relation: &Relation,
    bounds: [&Scalar; 3],
) -> Result<Planned, EngineError> {
    let ty = relation.columns[0].ty;
    if ty == ScalarType::Decimal {
        return Err(EngineError::unsupported("range over decimals", &relation.span));
    }
    let scope = Scope { columns: &[], prepared: planner.prepared };
    let [from, to, step] = bounds.map(|bound| scope.value(bound).and_then(|value| constant(&value)));
    let numbers = Numbers::new(&from?, &to?, &step?)
        .map_err(|message| EngineError::Query { message, span: Some(relation.span.clone()) })?;
    if numbers.len() > MAX_ROWS {
        let message = format!("range would make {} rows, and the limit is {MAX_ROWS}", numbers.len());
        return Err(EngineError::Limit { message });
    }
    planner.reads(Some(numbers.len() as u64));
    let schema = storage::schema([("v0", ty)]);
    let part = Arc::new(RangeStream { schema: Arc::clone(&schema), numbers });
    let table: Arc<dyn TableProvider> = Arc::new(StreamingTable::try_new(schema, vec![part])?);
    planner.scan(&table, &["v0"])
}

/// Evaluates an expression that reads no column.
fn constant(value: &Expr) -> Result<ScalarValue, EngineError> {
    let context = PhysicalPlanningContext::default();
    let expression = create_physical_expr(value, &DFSchema::empty(), &ExecutionProps::new(), &context)?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options)
        .map_err(|error| EngineError::internal(error.to_string()))?;
    Ok(match expression.evaluate(&row)? {
        ColumnarValue::Scalar(value) => value,
        ColumnarValue::Array(array) => ScalarValue::try_from_array(&array, 0)?,
    })
}

/// The numbers of a range, by place.
#[derive(Debug, Clone, Copy)]
enum Numbers {
    Int { from: i64, step: i64, n: i128 },
    Long { from: i64, step: i64, n: i128 },
    Real { from: f64, step: f64, n: i128 },
}

impl Numbers {
    fn new(from: &ScalarValue, to: &ScalarValue, step: &ScalarValue) -> Result<Self, String> {
        match (from, to, step) {
            (ScalarValue::Int32(Some(from)), ScalarValue::Int32(Some(to)), ScalarValue::Int32(Some(step))) => {
                let (from, to, step) = (i64::from(*from), i64::from(*to), i64::from(*step));
                Ok(Self::Int { from, step, n: n_whole(from, to, step)? })
            }
            (ScalarValue::Int64(Some(from)), ScalarValue::Int64(Some(to)), ScalarValue::Int64(Some(step))) => {
                Ok(Self::Long { from: *from, step: *step, n: n_whole(*from, *to, *step)? })
            }
            (ScalarValue::Float64(Some(from)), ScalarValue::Float64(Some(to)), ScalarValue::Float64(Some(step))) => {
                Ok(Self::Real { from: *from, step: *step, n: n_real(*from, *to, *step)? })
            }
            _ => Err("range needs values that are not null for from, to and step".to_owned()),
        }
    }

    fn len(self) -> i128 {
        let (Self::Int { n, .. } | Self::Long { n, .. } | Self::Real { n, .. }) = self;
        n
    }

    /// The numbers from one place to before another. Places are below [`MAX_ROWS`], so nothing can overflow.
    fn slice(self, start: i64, end: i64) -> ArrayRef {
        match self {
            Self::Int { from, step, .. } => {
                Arc::new((start..end).map(|at| (from + at * step) as i32).collect::<Int32Array>())
            }
            Self::Long { from, step, .. } => {
                Arc::new((start..end).map(|at| from.wrapping_add(at.wrapping_mul(step))).collect::<Int64Array>())
            }
            Self::Real { from, step, .. } => {
                Arc::new((start..end).map(|at| from + at as f64 * step).collect::<Float64Array>())
            }
        }
    }
}

fn n_whole(from: i64, to: i64, step: i64) -> Result<i128, String> {
    if step == 0 {
        return Err("range needs a step that is not zero".to_owned());
    }
    let distance = i128::from(to) - i128::from(from);
    let step = i128::from(step);
    Ok(if distance.signum() * step.signum() < 0 { 0 } else { distance / step + 1 })
}

fn n_real(from: f64, to: f64, step: f64) -> Result<i128, String> {
    if step == 0.0 || !step.is_finite() || !from.is_finite() || !to.is_finite() {
        return Err("range needs finite numbers and a step that is not zero".to_owned());
    }
    let steps = (to - from) / step;
    Ok(if steps < 0.0 { 0 } else { steps.floor() as i128 + 1 })
}

#[derive(Debug)]
struct RangeStream {
    schema: SchemaRef,
    numbers: Numbers,
}

impl PartitionStream for RangeStream {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (numbers, schema) = (self.numbers, Arc::clone(&self.schema));
        let n = numbers.len() as i64;
        let size = context.session_config().batch_size();
        let batches = (0..n).step_by(size).map(move |start| {
            let array = numbers.slice(start, n.min(start + size as i64));
            Ok(RecordBatch::try_new(Arc::clone(&schema), vec![array])?)
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream::iter(batches)))
    }
}
