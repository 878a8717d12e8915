//! Rows in groups: what `mv-apply` and `partition` are made of once the binder has spread their query over all groups.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, BooleanArray, Int64Array};
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::Result;

use crate::engine::error::EngineError;
use crate::engine::nodes::{Feed, OwnOperator, Work, WorkContext};
use crate::engine::plan::{Planned, Planner, types};
use crate::kql::{Operator, Relation, ScalarType};

/// Numbers that one partition may give out.
const NUMBERS_OF_A_PARTITION: u32 = 40;

pub(in crate::engine) fn row_id(
    planner: &mut Planner<'_>,
    input: &Relation,
    group: usize,
    needed: &[bool],
) -> Result<Planned, EngineError> {
    let counts = planner.group_counts.get(&group).cloned().unwrap_or_default();
    let needed = needed[..input.columns.len()].to_vec();
    let operator = RowId { counts, n_partitions: AtomicU64::new(0) };
    pass(planner, input, &[], needed, &[ScalarType::Long], |_| Arc::new(operator))
}

pub(in crate::engine) fn groups(
    planner: &mut Planner<'_>,
    input: &Relation,
    keys: &[usize],
    group: usize,
    limit: Option<u64>,
    needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    let counts = planner.group_counts.get(&group).cloned().unwrap_or_default();
    if counts.is_empty() && limit.is_none() {
        return planner.plan_input(input, needed);
    }
    pass(planner, input, keys, needed, &[], |keys| Arc::new(Groups { keys, counts, limit }))
}

pub(in crate::engine) fn every_group(
    planner: &mut Planner<'_>,
    input: &Relation,
    group: usize,
    needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    let wanted = Arc::new(AtomicU64::new(0));
    planner.group_counts.entry(group).or_default().push(Arc::clone(&wanted));
    let planned = pass(planner, input, &[], needed, &[], |_| Arc::new(EveryGroup { wanted }));
    planner.group_counts.entry(group).or_default().pop();
    planned
}

pub(in crate::engine) fn take_each(
    planner: &mut Planner<'_>,
    input: &Relation,
    keys: &[usize],
    count: i64,
    needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    let count = u64::try_from(count).unwrap_or(0);
    pass(planner, input, keys, needed, &[], |keys| Arc::new(TakeEach { keys, count }))
}

/// An operator over rows in order, begun anew where the keys change.
pub(in crate::engine) fn each_group(
    planner: &mut Planner<'_>,
    operator: &Relation,
    keys: &[usize],
    mut needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    if !matches!(operator.operator, Operator::Window { .. } | Operator::Scan { .. }) {
        return Err(EngineError::unsupported("this operator for each group", &operator.span));
    }
    for key in keys {
        needed[*key] = true;
    }
    planner.begins_anew_at = keys.to_vec();
    planner.plan_input(operator, needed)
}

/// An operator that passes the columns of its input on, and may add some. It is told where its keys are.
fn pass(
    planner: &mut Planner<'_>,
    input: &Relation,
    keys: &[usize],
    mut read: Vec<bool>,
    new: &[ScalarType],
    operator: impl FnOnce(Vec<usize>) -> Arc<dyn OwnOperator>,
) -> Result<Planned, EngineError> {
    for key in keys {
        read[*key] = true;
    }
    let planned = planner.plan_input(input, read.clone())?;
    let (narrow, places) = planner.narrowed(planned, &read)?;
    let passed: Vec<usize> = (0..read.len()).filter(|place| read[*place]).collect();
    let all: Vec<usize> = (0..passed.len()).collect();
    let operator = operator(keys.iter().map(|key| places[*key]).collect());
    let given = planner.own(operator, vec![narrow], &all, new, false)?;
    planner.widened(given, &passed, &types(input))
}

#[derive(Debug)]
struct RowId {
    counts: Vec<Arc<AtomicU64>>,
    n_partitions: AtomicU64,
}

impl OwnOperator for RowId {
    fn name(&self) -> &'static str {
        "number rows"
    }

    fn feed(&self) -> Feed {
        Feed::EachPartition
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        // Partitions are started in order, so that numbers are in the order of the rows.
        let first = self.n_partitions.fetch_add(1, Ordering::Relaxed) << NUMBERS_OF_A_PARTITION;
        let counts = self.counts.clone();
        Ok(Box::new(
            Each::new(context, move |context: &mut WorkContext, batch: RecordBatch| {
                context.check.now()?;
                add(&counts, batch.num_rows() as u64);
                Ok(batch)
            })
            .numbered(first),
        ))
    }
}

fn add(counts: &[Arc<AtomicU64>], more: u64) {
    for count in counts {
        count.fetch_add(more, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct Groups {
    keys: Vec<usize>,
    counts: Vec<Arc<AtomicU64>>,
    limit: Option<u64>,
}

impl OwnOperator for Groups {
    fn name(&self) -> &'static str {
        "partition"
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        let (counts, limit) = (self.counts.clone(), self.limit);
        let mut rows_of = RowsOf::new(self.keys.clone());
        Ok(Box::new(Each::new(context, move |context: &mut WorkContext, batch: RecordBatch| {
            let before = rows_of.len();
            rows_of.count(&batch, context, |_| {})?;
            add(&counts, (rows_of.len() - before) as u64);
            if let Some(limit) = limit {
                if rows_of.len() as u64 > limit {
                    let message = format!(
                        "partition makes more than {limit} partitions, and hint.strategy=legacy, the default, allows no \
                         more: hint.strategy=native has no limit"
                    );
                    return Err(EngineError::Limit { message }.into());
                }
                if rows_of.keys.iter().any(|key| batch.column(*key).null_count() > 0) {
                    let message = "partition met a null key: whether hint.strategy=legacy, the default, makes a \
                                   partition of it is not known; hint.strategy=native does"
                        .to_owned();
                    return Err(EngineError::Query { message, span: None }.into());
                }
            }
            Ok(batch)
        })))
    }
}

#[derive(Debug)]
struct EveryGroup {
    wanted: Arc<AtomicU64>,
}

impl OwnOperator for EveryGroup {
    fn name(&self) -> &'static str {
        "every group"
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        Ok(Box::new(Checked { context, wanted: Arc::clone(&self.wanted), seen: 0, ready: None }))
    }
}

struct Checked {
    context: WorkContext,
    wanted: Arc<AtomicU64>,
    seen: u64,
    ready: Option<RecordBatch>,
}

impl Work for Checked {
    fn push(&mut self, _input: usize, batch: RecordBatch) -> Result<()> {
        self.seen += batch.num_rows() as u64;
        self.ready = Some(self.context.batch(batch.columns().to_vec(), batch.num_rows())?);
        Ok(())
    }

    fn end(&mut self, _input: usize) -> Result<()> {
        if self.seen >= self.wanted.load(Ordering::Relaxed) {
            return Ok(());
        }
        let message =
            "inside mv-apply or partition, no row of a group reached an aggregate without keys: whether Kusto \
                       then gives a row is not known; countif() and its like in the place of where say what is meant"
                .to_owned();
        Err(EngineError::Query { message, span: None }.into())
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.ready.take())
    }
}

#[derive(Debug)]
struct TakeEach {
    keys: Vec<usize>,
    count: u64,
}

impl OwnOperator for TakeEach {
    fn name(&self) -> &'static str {
        "take each"
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        let count = self.count;
        let mut rows_of = RowsOf::new(self.keys.clone());
        Ok(Box::new(Each::new(context, move |context: &mut WorkContext, batch: RecordBatch| {
            let mut kept = Vec::with_capacity(batch.num_rows());
            rows_of.count(&batch, context, |n_rows| kept.push(n_rows <= count))?;
            Ok(filter_record_batch(&batch, &BooleanArray::from(kept))?)
        })))
    }
}

/// Work that makes of each batch one batch.
struct Each<F> {
    context: WorkContext,
    make: F,
    next_number: Option<u64>,
    ready: Option<RecordBatch>,
}

impl<F: FnMut(&mut WorkContext, RecordBatch) -> Result<RecordBatch> + Send> Each<F> {
    fn new(context: WorkContext, make: F) -> Self {
        Self { context, make, next_number: None, ready: None }
    }

    /// The rows are numbered behind their columns.
    fn numbered(self, first: u64) -> Self {
        Self { next_number: Some(first), ..self }
    }
}

impl<F: FnMut(&mut WorkContext, RecordBatch) -> Result<RecordBatch> + Send> Work for Each<F> {
    fn push(&mut self, _input: usize, batch: RecordBatch) -> Result<()> {
        let batch = (self.make)(&mut self.context, batch)?;
        let n_rows = batch.num_rows();
        let mut columns = batch.columns().to_vec();
        if let Some(next) = &mut self.next_number {
            let first = next.cast_signed();
            *next += n_rows as u64;
            columns.push(Arc::new(Int64Array::from_iter_values(first..next.cast_signed())));
        }
        self.ready = Some(self.context.batch(columns, n_rows)?);
        Ok(())
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.ready.take())
    }
}

/// How many rows there were of each group.
struct RowsOf {
    keys: Vec<usize>,
    converter: Option<RowConverter>,
    counts: HashMap<OwnedRow, u64>,
    n_bytes: usize,
}

impl RowsOf {
    fn new(keys: Vec<usize>) -> Self {
        Self { keys, converter: None, counts: HashMap::new(), n_bytes: 0 }
    }

    fn len(&self) -> usize {
        self.counts.len()
    }

    /// Counts the rows of a batch, and says of each the how many-th of its group it is.
    fn count(&mut self, batch: &RecordBatch, context: &mut WorkContext, mut say: impl FnMut(u64)) -> Result<()> {
        let columns: Vec<_> = self.keys.iter().map(|key| Arc::clone(batch.column(*key))).collect();
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let converter = match &mut self.converter {
            Some(converter) => converter,
            none => none.insert(RowConverter::new(fields)?),
        };
        let rows = converter.convert_columns(&columns)?;
        for row in &rows {
            context.check.step()?;
            let owned = row.owned();
            let n_bytes = owned.row().as_ref().len();
            let count = self.counts.entry(owned).or_insert_with(|| {
                self.n_bytes += n_bytes + ENTRY;
                0
            });
            *count += 1;
            say(*count);
        }
        context.memory.try_resize(self.n_bytes)
    }
}

/// What a group takes beside its key.
const ENTRY: usize = 64;
