//! `where`: rows for which the condition is true; a null condition drops the row.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{EmptyRelation, Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::expression::Scope;
use crate::engine::own_functions::tied;
use crate::engine::plan::{Planned, Planner, mark};
use crate::kql::{Relation, Scalar};

pub(in crate::engine) fn where_(
    planner: &mut Planner<'_>,
    input: &Relation,
    predicate: &Scalar,
    mut needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    mark(&mut needed, predicate);
    let input = planner.plan_coded(input, needed)?;
    let input = planner.texts_for(input, [predicate])?;
    let predicate = Scope { columns: &input.columns, prepared: planner.prepared }.predicate(predicate)?;
    if predicate.column_refs().is_empty() {
        return of_no_column(input, predicate);
    }
    let plan = LogicalPlanBuilder::from(input.plan).filter(predicate)?.build()?;
    Ok(Planned { plan, columns: input.columns })
}

/// A condition that reads no column. DataFusion would apply it to the rows below anything, also below a `count`, which
/// gives a row of no rows; so it is decided here, or tied to a column of the very rows that it is about.
fn of_no_column(input: Planned, predicate: Expr) -> Result<Planned, EngineError> {
    let context = SimplifyContext::builder().with_schema(Arc::clone(input.plan.schema())).build();
    let plan = match (ExprSimplifier::new(context).simplify(predicate)?, input.columns.first()) {
        (Expr::Literal(ScalarValue::Boolean(Some(true)), _), _) => input.plan,
        (Expr::Literal(..), _) => {
            let schema = Arc::clone(input.plan.schema());
            LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema })
        }
        (other, Some(column)) => {
            let tied = tied(other, Expr::Column(column.clone()));
            LogicalPlanBuilder::from(input.plan).filter(tied)?.build()?
        }
        (other, None) => LogicalPlanBuilder::from(input.plan).filter(other)?.build()?,
    };
    Ok(Planned { plan, columns: input.columns })
}
