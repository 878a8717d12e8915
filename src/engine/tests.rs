//! Tests of what no query text can reach: order, limits and endings of hand-built queries.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{Engine, EngineError, EngineOptions};
use crate::kql::{
    AggregateCall, BoundQuery, ColumnSymbol, JoinKind, Limits, Operator, Relation, Scalar, ScalarKind, ScalarType,
    Schema, SortKey, Value,
};

fn engine() -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let options = EngineOptions { memory_limit: 24 << 20, partitions: 2, ..EngineOptions::default() };
    Engine::open(folder.path(), &Schema::default(), &options, &|_| ()).unwrap()
}

fn relation(operator: Operator, columns: &[(&str, ScalarType)]) -> Relation {
    let columns: Vec<_> = columns.iter().map(|(name, ty)| ColumnSymbol::new(*name, *ty)).collect();
    Relation::new(operator, columns, 0..0)
}

fn scalar(kind: ScalarKind, ty: ScalarType) -> Scalar {
    Scalar { kind, ty, span: 0..0 }
}

fn long(value: i64) -> Scalar {
    scalar(ScalarKind::Literal(Value::Long(value)), ScalarType::Long)
}

fn range(to: i64) -> Relation {
    let operator = Operator::Range { from: long(1), to: long(to), step: long(1) };
    relation(operator, &[("x", ScalarType::Long)])
}

fn column(index: usize, ty: ScalarType) -> Scalar {
    scalar(ScalarKind::Column(index), ty)
}

fn descending(input: Relation) -> Relation {
    let columns = Arc::clone(&input.columns);
    let key = SortKey { value: column(0, ScalarType::Long), descending: true, nulls_first: false };
    Relation::new(Operator::Sort { input: Box::new(input), keys: vec![key] }, columns, 0..0)
}

async fn rows(engine: &Engine, result: Relation) -> Result<Vec<RecordBatch>, EngineError> {
    let mut execution = engine.execute(
        &BoundQuery { result, more: Vec::new(), render: None, limits: Limits::default() },
        &Handle::current(),
        CancellationToken::new(),
    );
    let mut batches = Vec::new();
    while let Some(batch) = execution.next().await {
        batches.push(batch?);
    }
    Ok(batches)
}

fn call(function: &'static str, args: Vec<Scalar>, output: ScalarType) -> AggregateCall {
    AggregateCall { function, args, outputs: vec![output], span: 0..0 }
}

#[tokio::test]
async fn a_sort_is_kept_below_an_aggregate() {
    let input = descending(range(5));
    let aggregates = vec![call("make_list", vec![column(0, ScalarType::Long)], ScalarType::Dynamic)];
    let summarize = Operator::Summarize { input: Box::new(input), keys: vec![], aggregates };
    let rows = rows(&engine(), relation(summarize, &[("list_x", ScalarType::Dynamic)])).await.unwrap();
    assert_eq!(rows[0].column(0).as_string::<i32>().value(0), "[5,4,3,2,1]");
}

#[tokio::test]
async fn a_sort_is_kept_below_a_take_and_a_project() {
    let take = Operator::Take { input: Box::new(descending(range(100_000))), count: 2 };
    let take = relation(take, &[("x", ScalarType::Long)]);
    let project = Operator::Project { input: Box::new(take), values: vec![long(7), column(0, ScalarType::Long)] };
    let rows = rows(&engine(), relation(project, &[("a", ScalarType::Long), ("x", ScalarType::Long)])).await.unwrap();
    assert_eq!(rows[0].column(1).as_primitive::<Int64Type>().values(), &[100_000, 99_999]);
}

#[tokio::test]
async fn a_long_range_streams_and_stops_at_once() {
    let engine = engine();
    let threads = engine.threads(|| ()).unwrap();
    let count = |input| relation(Operator::Count { input: Box::new(input) }, &[("Count", ScalarType::Long)]);
    let cancel = CancellationToken::new();
    let join = Operator::Join {
        left: Box::new(range(100_000)),
        right: Box::new(range(900_000_000)),
        kind: JoinKind::FullOuter,
        on: vec![(0, 0)],
    };
    let joined = relation(join, &[("x", ScalarType::Long), ("x1", ScalarType::Long)]);
    let mut execution = engine.execute(
        &BoundQuery { result: count(joined), more: Vec::new(), render: None, limits: Limits::default() },
        threads.handle(),
        cancel.clone(),
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = Instant::now();
    cancel.cancel();
    assert_eq!(execution.next().await.unwrap().unwrap_err(), EngineError::Cancelled);
    assert!(asked.elapsed() < Duration::from_millis(100), "{:?}", asked.elapsed());
    threads.shutdown_background();
    let absurd = rows(&engine, count(range(i64::MAX))).await.unwrap_err();
    assert!(matches!(absurd, EngineError::Limit { .. }), "{absurd:?}");
}

#[tokio::test]
async fn too_much_memory_is_a_limit_in_words() {
    let sets = vec![call("make_set", vec![column(0, ScalarType::Long)], ScalarType::Dynamic)];
    let keys = vec![column(0, ScalarType::Long)];
    let columns = [("x", ScalarType::Long), ("set_x", ScalarType::Dynamic)];
    let summarize = Operator::Summarize { input: Box::new(range(1_000_000)), keys, aggregates: sets };
    let input = Arc::new(relation(summarize, &columns));
    let one = relation(Operator::Materialize { id: 0, input: Arc::clone(&input) }, &columns);
    let join =
        Operator::Join { left: Box::new(one.clone()), right: Box::new(one), kind: JoinKind::Inner, on: vec![(0, 0)] };
    let error = rows(&engine(), relation(join, &[columns, columns].concat())).await.unwrap_err();
    assert!(matches!(&error, EngineError::Limit { message } if message.contains("memory")), "{error:?}");
}

#[tokio::test]
async fn a_fault_of_the_binder_is_an_internal_error() {
    let filter = Operator::Where { input: Box::new(range(1)), predicate: column(7, ScalarType::Bool) };
    let error = rows(&engine(), relation(filter, &[("x", ScalarType::Long)])).await.unwrap_err();
    assert!(matches!(error, EngineError::Internal { .. }), "{error:?}");
}
