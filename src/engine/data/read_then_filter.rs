//! Filters applied to what a scan of Parquet files has read, where choosing rows before reading the rest would not pay.
//!
//! A row filter reads the columns of the condition, makes a selection of it, and reads the other columns for the chosen
//! rows only. That pays where texts of a row's own are left unread. Where there is nothing more to read, or little that
//! costs little, making the selection takes longer than it saves: there the scan gives the truth of the condition as one
//! more column, computed once for each text of a dictionary where a column is kept so, and the rows are dropped behind it.

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, DynamicFilterPhysicalExpr};
use datafusion::physical_expr::projection::{ProjectionExpr, ProjectionExprs};
use datafusion::physical_expr::split_conjunction;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExecBuilder;

use super::table::code_of;

type Expression = Arc<dyn PhysicalExpr>;

/// Columns beside those of the condition that may be read for all rows: each costs a few nanoseconds a row.
const FURTHER_COLUMNS: usize = 2;

/// The rule that finds such scans. It comes last: what other rules push into a scan later, its row filter has to apply.
#[derive(Debug)]
pub(in crate::engine) struct ReadThenFilter;

impl PhysicalOptimizerRule for ReadThenFilter {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = config.execution.batch_size.into();
        plan.transform_up(|node| match filtered_behind(&node, rows)? {
            Some(filtered) => Ok(Transformed::yes(filtered)),
            None => Ok(Transformed::no(node)),
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "read_then_filter"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The same rows, filtered behind the scan; `None` where that would not pay.
fn filtered_behind(node: &Arc<dyn ExecutionPlan>, rows: usize) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(scan) = node.downcast_ref::<DataSourceExec>() else { return Ok(None) };
    let Some((config, source)) = scan.downcast_to_file_source::<ParquetSource>() else { return Ok(None) };
    let (Some(condition), Some(projection)) = (source.filter(), source.projection()) else { return Ok(None) };
    if !source.table_parquet_options().global.pushdown_filters || config.limit.is_some() || !is_fixed(&condition)? {
        return Ok(None);
    }
    let table = config.file_schema();
    if !pays(&condition, projection, table) {
        return Ok(None);
    }
    let n_columns = projection.as_ref().len();
    let mut values: Vec<ProjectionExpr> = projection.iter().cloned().collect();
    values.push(ProjectionExpr::new(Arc::new(Holds { condition: Arc::clone(&condition) }), HOLDS));
    let Some(source) = over_table(source, &condition).try_pushdown_projection(&ProjectionExprs::new(values))? else {
        return Ok(None);
    };
    let scan = FileScanConfigBuilder::from(config.clone()).with_source(source).build();
    let holds = Arc::new(Column::new(HOLDS, n_columns));
    let filter = FilterExecBuilder::new(holds, DataSourceExec::from_data_source(scan))
        .apply_projection(Some((0..n_columns).collect()))?
        .with_batch_size(rows)
        .build()?;
    Ok(Some(Arc::new(filter)))
}

/// The scan's source, giving all columns of the table, filtering nothing by itself but still passing over row groups and
/// pages that hold no row of interest.
fn over_table(source: &ParquetSource, condition: &Expression) -> ParquetSource {
    let mut bare = ParquetSource::new(source.table_schema().clone())
        .with_table_parquet_options(source.table_parquet_options().clone())
        .with_pushdown_filters(false)
        .with_predicate(Arc::clone(condition));
    if let Some(reader) = source.parquet_file_reader_factory() {
        bare = bare.with_parquet_file_reader_factory(Arc::clone(reader));
    }
    bare
}

/// Whether a condition is the same for every row of the run.
fn is_fixed(condition: &Expression) -> Result<bool> {
    let mut is_fixed = !is_volatile(condition);
    condition.apply(|it| {
        is_fixed &= it.downcast_ref::<DynamicFilterPhysicalExpr>().is_none();
        Ok(if is_fixed { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
    })?;
    Ok(is_fixed)
}

/// Whether reading every row takes less than choosing them first. A column costs little when its values are short or kept
/// in dictionaries. Of several conditions a cheap one should choose the rows that a costly one is computed for.
fn pays(condition: &Expression, projection: &ProjectionExprs, table: &Schema) -> bool {
    let name = |column: &Column| table.field(column.index()).name().clone();
    let is_costly = |column: &String| {
        let is_text = table.field_with_name(column).is_ok_and(|field| *field.data_type() == DataType::Utf8);
        is_text && table.field_with_name(&code_of(column)).is_err()
    };
    let read: HashSet<String> = collect_columns(condition).iter().map(name).collect();
    if read.is_empty() || (read.iter().any(is_costly) && split_conjunction(condition).len() > 1) {
        return false;
    }
    let given: HashSet<String> =
        projection.expr_iter().flat_map(|it| collect_columns(&it)).map(|column| name(&column)).collect();
    let codes: HashSet<String> = read.iter().map(|column| code_of(column)).collect();
    let further: Vec<&String> = given.iter().filter(|it| !read.contains(*it) && !codes.contains(*it)).collect();
    further.len() <= FURTHER_COLUMNS && !further.into_iter().any(is_costly)
}

/// The name of the column that says which rows stay.
const HOLDS: &str = "condition holds";

/// Whether a condition holds. The scan sees by it that nothing will ask this condition for bounds to prune by, so that it
/// may be computed in any way.
#[derive(Debug)]
pub(super) struct Holds {
    condition: Expression,
}

impl Holds {
    pub(super) fn condition(&self) -> &Expression {
        &self.condition
    }
}

impl PartialEq for Holds {
    fn eq(&self, other: &Self) -> bool {
        self.condition.eq(&other.condition)
    }
}

impl Eq for Holds {}

impl Hash for Holds {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.condition.hash(state);
    }
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "holds({})", self.condition)
    }
}

impl PhysicalExpr for Holds {
    fn data_type(&self, _input: &Schema) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn nullable(&self, _input: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn return_field(&self, _input: &Schema) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(HOLDS, DataType::Boolean, true)))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        self.condition.evaluate(batch)
    }

    fn children(&self) -> Vec<&Expression> {
        vec![&self.condition]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Expression>) -> Result<Expression> {
        let condition = children.pop().unwrap_or_else(|| Arc::clone(&self.condition));
        Ok(Arc::new(Self { condition }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
