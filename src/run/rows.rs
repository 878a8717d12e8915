//! A condition in KQL asked about rows that are here already: nothing is sent, and nothing is counted against a quota.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;

use super::error::{RunError, RunErrorKind};
use super::runner::CancelHandle;
use crate::engine::{Engine, EngineError, HeldResult};
use crate::kql::{self, Context, ScalarType};
use crate::result::{Column, ResultSet};

/// What the rows are called in the query that is made of the condition.
const ROWS: &str = "Rows";
/// Of so many columns all are there.
const MANY_COLUMNS: usize = 500;
/// Stands before the condition; a line of its own, so that the places in it are easily told.
const BEFORE: &str = "Rows\n| where (\n";

/// The rows, by their place in the result and in its order, of which the condition is true. `now` is what `now()` means
/// in it, in ticks. Diagnostics are placed in the text of the condition. Blocks; `None` when it was stopped.
pub fn rows_where(
    set: &ResultSet,
    condition: &str,
    now: i64,
    cancel: &CancelHandle,
) -> Result<Option<Vec<u32>>, RunError> {
    // A pipeline that was copied with its first words is as good.
    let trimmed = condition.trim_start().trim_start_matches('|').trim_start();
    let trimmed = trimmed.strip_prefix("where").filter(|it| it.starts_with(char::is_whitespace)).unwrap_or(trimmed);
    let skipped = condition.len() - trimmed.len();
    if trimmed.trim().is_empty() {
        return Ok(Some((0..set.n_rows() as u32).collect()));
    }
    if !is_one_expression(trimmed) {
        let message = "a condition is one expression, such as FileName has \"cmd\" and ProcessId > 100";
        return Err(RunError::new(RunErrorKind::Query, message));
    }
    let (numbered, number) = numbered(set, trimmed);
    let engine = Engine::with_results(None, [HeldResult { name: ROWS, description: "", set: &numbered }]);
    let engine = engine.map_err(|it| RunError::of_engine(&it))?;
    let capabilities = Engine::capabilities();
    let context = Context::new(engine.schema(), now, Some(&capabilities));
    let text = format!("{BEFORE}{trimmed}\n)\n| project {number}");
    let analysis = kql::analyze(&text, &context);
    if analysis.step.is_some() {
        return Err(RunError::new(RunErrorKind::Query, "a condition cannot have columns that only rows tell"));
    }
    let Some(query) = analysis.query else {
        let places = analysis.diagnostics.into_iter().map(|mut it| {
            let place = |at: usize| (at.saturating_sub(BEFORE.len()) + skipped).min(condition.len());
            it.span = place(it.span.start)..place(it.span.end);
            it
        });
        return Err(RunError::of_analysis(places.collect()));
    };
    let threads = engine
        .threads(|| ())
        .map_err(|it| RunError::new(RunErrorKind::Limit, format!("cannot start a thread: {it}")))?;
    let mut execution = engine.execute(&query, threads.handle(), cancel.0.clone());
    let mut rows = Vec::new();
    let outcome = threads.block_on(async {
        while let Some(batch) = execution.next().await {
            let batch = batch?;
            if let Some(column) = batch.column(0).as_primitive_opt::<Int64Type>() {
                rows.extend(column.values().iter().map(|it| *it as u32));
            }
        }
        Ok(())
    });
    drop(execution);
    threads.shutdown_timeout(Duration::from_millis(100));
    match outcome {
        Ok(()) => Ok(Some(rows)),
        Err(EngineError::Cancelled) => Ok(None),
        Err(error) => Err(RunError::of_engine(&error)),
    }
}

/// False where brackets are closed that were not opened, or another operator or statement follows: then the query that
/// is made of it would mean something else.
fn is_one_expression(condition: &str) -> bool {
    let tree = kql::parse(&format!("print (\n{condition}\n)"));
    let leaves: Vec<_> = tree.leaves().filter(|it| !it.kind().is_trivia() && !it.text().is_empty()).collect();
    // Between the brackets that are put around it, none of them may be closed.
    let Some(inside) = leaves.len().checked_sub(1).and_then(|last| leaves.get(2..last)) else { return false };
    let mut depth = 0_i32;
    inside.iter().all(|leaf| {
        match leaf.text() {
            "(" => depth += 1,
            ")" => depth -= 1,
            ";" => return false,
            "|" if depth == 0 => return false,
            _ => {}
        }
        depth >= 0
    })
}

/// The result with the number of each row in one more column; and that column's name. Of very many columns only those
/// that the condition could mean: planning takes long for the others.
fn numbered(set: &ResultSet, condition: &str) -> (ResultSet, String) {
    let taken = |name: &String| set.columns().iter().any(|it| it.name == *name);
    let number =
        (0..=set.columns().len()).map(|it| format!("RowNumber_{it}")).find(|it| !taken(it)).unwrap_or_default();
    let is_wanted = |column: &Column| set.columns().len() <= MANY_COLUMNS || condition.contains(&column.name);
    let wanted: Vec<usize> = (0..set.columns().len()).filter(|col| is_wanted(&set.columns()[*col])).collect();
    let mut columns: Vec<Column> = wanted.iter().map(|col| set.columns()[*col].clone()).collect();
    columns.push(Column { name: number.clone(), ty: ScalarType::Long });
    let mut out = ResultSet::new(columns);
    let mut first = 0_i64;
    for batch in set.batches() {
        let n_rows = batch.num_rows() as i64;
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(first..first + n_rows));
        first += n_rows;
        let arrays: Vec<ArrayRef> = wanted.iter().map(|col| Arc::clone(batch.column(*col))).chain([numbers]).collect();
        let fields =
            out.columns().iter().zip(&arrays).map(|(column, array)| {
                arrow::datatypes::Field::new(column.name.clone(), array.data_type().clone(), true)
            });
        let schema = Arc::new(arrow::datatypes::Schema::new(fields.collect::<Vec<_>>()));
        if let Ok(batch) = RecordBatch::try_new(schema, arrays) {
            out.push(batch);
        }
    }
    (out, number)
}

#[cfg(test)]
mod tests {
    use super::is_one_expression;

    #[test]
    fn a_condition_cannot_become_another_query() {
        for fine in
            ["a == 1", "a in (1, 2) and (b or c)", "a has \"x)(|;\"", "a > 1 // why", "tostring(d[\"x\"]) == \"1\""]
        {
            assert!(is_one_expression(fine), "{fine}");
        }
        for other in ["true) | take 1 | where (true", "a == 1 | take 5", "a == 1; T", ") or (true", "a) and (b"] {
            assert!(!is_one_expression(other), "{other}");
        }
    }
}
