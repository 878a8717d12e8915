//! The states of the steps, and the rows that match.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, UInt32Array, new_empty_array};
use arrow::compute::{concat, take};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue};

use super::compile::{Code, Condition, Value};
use super::{Sequence, Step};
use crate::engine::nodes::{Work, WorkContext};

/// One row as a step remembers it: an array of one element for each column that anybody reads.
type Record = Vec<Option<ArrayRef>>;

/// An ongoing sequence: the records of the steps that have matched.
#[derive(Debug, Clone)]
struct State {
    match_id: i64,
    records: Vec<Option<Arc<Record>>>,
}

pub(super) struct ScanWork {
    context: WorkContext,
    n_columns: usize,
    steps: Vec<(Condition, Vec<Option<Value>>, bool)>,
    /// For each column of a row, what stands for it where a step has no record.
    unset: Vec<ArrayRef>,
    remembered: Vec<bool>,
    with_match_id: bool,
    /// The state of each step, where it has an ongoing sequence.
    states: Vec<Option<State>>,
    next_id: i64,
    ready: VecDeque<RecordBatch>,
}

/// What the expressions that hang on the row alone give for a batch.
struct OfRows {
    conditions: Vec<Option<BooleanArray>>,
    assignments: Vec<Vec<Option<ArrayRef>>>,
}

/// Rows that come out of one batch.
#[derive(Default)]
struct Output {
    rows: Vec<u32>,
    declared: Vec<Vec<ArrayRef>>,
    ids: Vec<i64>,
}

impl ScanWork {
    pub(super) fn new(sequence: &Sequence, context: WorkContext) -> Result<Self> {
        let unset = sequence.unset.iter().map(ScalarValue::to_array).collect::<Result<_>>()?;
        let copied = |step: &Step| (step.condition.clone(), step.assignments.clone(), step.is_output);
        Ok(Self {
            context,
            n_columns: sequence.n_columns,
            steps: sequence.steps.iter().map(copied).collect(),
            unset,
            remembered: sequence.remembered.clone(),
            with_match_id: sequence.with_match_id,
            states: vec![None; sequence.steps.len()],
            next_id: 0,
            ready: VecDeque::new(),
        })
    }

    fn n_declared(&self) -> usize {
        self.unset.len() - self.n_columns
    }

    /// Evaluates what hangs on the row alone. Declared columns hold their defaults there.
    fn of_rows(&self, batch: &RecordBatch) -> Result<OfRows> {
        let n_rows = batch.num_rows();
        let column = |place: usize| {
            if place < self.n_columns {
                return Ok(ArrayRef::clone(batch.column(place)));
            }
            ScalarValue::try_from_array(&self.unset[place], 0)?.to_array_of_size(n_rows)
        };
        let condition =
            |condition: &Condition| condition.of_row.as_ref().map(|code| code.holds(n_rows, column)).transpose();
        let assignment = |value: &Option<Value>| match value {
            Some(Value::OfRow(code)) => code.evaluate(n_rows, column).map(Some),
            _ => Ok(None),
        };
        let conditions = self.steps.iter().map(|(it, _, _)| condition(it)).collect::<Result<_>>()?;
        let assignments = self
            .steps
            .iter()
            .map(|(_, values, _)| values.iter().map(assignment).collect::<Result<_>>())
            .collect::<Result<_>>()?;
        Ok(OfRows { conditions, assignments })
    }

    /// A column for an expression that reads the state: of the row at hand, or of a step's record.
    fn column(&self, batch: &RecordBatch, row: usize, state: Option<&State>, place: usize) -> ArrayRef {
        let (step, column) = (place / self.unset.len(), place % self.unset.len());
        if step == 0 && column < self.n_columns {
            return batch.column(column).slice(row, 1);
        }
        let record = step.checked_sub(1).and_then(|step| state?.records[step].as_ref());
        let known = record.and_then(|record| record[column].clone());
        known.unwrap_or_else(|| ArrayRef::clone(&self.unset[column]))
    }

    fn holds(&self, code: Option<&Code>, batch: &RecordBatch, row: usize, state: Option<&State>) -> Result<bool> {
        match code {
            Some(code) => code.holds_once(|place| Ok(self.column(batch, row, state, place))),
            None => Ok(true),
        }
    }

    /// The row against all steps, from the last to the first.
    fn row(&mut self, batch: &RecordBatch, row: usize, of_rows: &OfRows, output: &mut Output) -> Result<()> {
        for step in (0..self.steps.len()).rev() {
            let fits = |holds: &BooleanArray| holds.is_valid(row) && holds.value(row);
            if !of_rows.conditions[step].as_ref().is_none_or(fits) {
                continue;
            }
            let code = self.steps[step].0.of_state.clone();
            let before = step.checked_sub(1).and_then(|before| self.states[before].as_ref());
            if before.is_some() && self.holds(code.as_ref(), batch, row, before)? {
                let state = self.states[step - 1].take();
                self.matched(step, state, batch, row, of_rows, output)?;
                continue;
            }
            let is_open = self.states[step].is_some();
            if (is_open || step == 0) && self.holds(code.as_ref(), batch, row, self.states[step].as_ref())? {
                let state = self.states[step].take();
                self.matched(step, state, batch, row, of_rows, output)?;
            }
        }
        Ok(())
    }

    /// The row becomes the step's record in a state, and comes out when the step says so.
    fn matched(
        &mut self,
        step: usize,
        state: Option<State>,
        batch: &RecordBatch,
        row: usize,
        of_rows: &OfRows,
        output: &mut Output,
    ) -> Result<()> {
        let mut state = state.unwrap_or_else(|| {
            let match_id = self.next_id;
            self.next_id += 1;
            State { match_id, records: vec![None; self.steps.len()] }
        });
        let mut declared = Vec::with_capacity(self.n_declared());
        for (place, value) in self.steps[step].1.iter().enumerate() {
            declared.push(match (value, &of_rows.assignments[step][place]) {
                (_, Some(column)) => column.slice(row, 1),
                (Some(Value::OfState(code)), None) => {
                    code.evaluate(1, |place| Ok(self.column(batch, row, Some(&state), place)))?
                }
                _ => ArrayRef::clone(&self.unset[self.n_columns + place]),
            });
        }
        let remember = |place: usize| match place.checked_sub(self.n_columns) {
            Some(place) => ArrayRef::clone(&declared[place]),
            None => batch.column(place).slice(row, 1),
        };
        let record = (0..self.unset.len()).map(|place| self.remembered[place].then(|| remember(place))).collect();
        state.records[step] = Some(Arc::new(record));
        if self.steps[step].2 {
            output.rows.push(u32::try_from(row).unwrap_or(u32::MAX));
            output.ids.push(state.match_id);
            for (column, value) in output.declared.iter_mut().zip(declared) {
                column.push(value);
            }
        }
        self.states[step] = Some(state);
        Ok(())
    }

    fn emit(&mut self, batch: &RecordBatch, output: Output) -> Result<()> {
        let n_rows = output.rows.len();
        if n_rows == 0 {
            return Ok(());
        }
        let rows = UInt32Array::from(output.rows);
        let passed = &batch.columns()[..self.n_columns];
        let mut columns: Vec<ArrayRef> =
            passed.iter().map(|column| take(column, &rows, None)).collect::<Result<_, _>>()?;
        for (place, values) in output.declared.iter().enumerate() {
            let values: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
            let unset = &self.unset[self.n_columns + place];
            columns.push(if values.is_empty() { new_empty_array(unset.data_type()) } else { concat(&values)? });
        }
        if self.with_match_id {
            columns.push(Arc::new(Int64Array::from(output.ids)));
        }
        let batch = self.context.batch(columns, n_rows)?;
        self.ready.push_back(batch);
        Ok(())
    }
}

impl Work for ScanWork {
    fn push(&mut self, _input: usize, batch: RecordBatch) -> Result<()> {
        let of_rows = self.of_rows(&batch)?;
        let mut output = Output { declared: vec![Vec::new(); self.n_declared()], ..Output::default() };
        for row in 0..batch.num_rows() {
            self.context.check.step()?;
            self.row(&batch, row, &of_rows, &mut output)?;
            if output.rows.len() >= self.context.batch_size {
                let full = std::mem::take(&mut output);
                output.declared = vec![Vec::new(); self.n_declared()];
                self.emit(&batch, full)?;
            }
        }
        self.emit(&batch, output)
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.ready.pop_front())
    }
}
