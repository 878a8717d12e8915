//! Batches with the columns of the window functions put behind. Rows whose column needs later ones wait for them.

use std::collections::VecDeque;
use std::ops::Range;

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::Kind;
use crate::engine::nodes::{Work, WorkContext};

pub(super) struct WindowWork {
    context: WorkContext,
    n_passed: usize,
    /// The functions, each with the places of its evaluated arguments.
    columns: Vec<(Kind, Range<usize>)>,
    /// How many rows ahead the farthest function looks.
    ahead: usize,
    /// Rows that wait: passed columns, then for each function its column, or its argument where it looks ahead.
    waiting: Option<Vec<ArrayRef>>,
    ready: VecDeque<RecordBatch>,
}

impl WindowWork {
    pub(super) fn new(context: WorkContext, n_passed: usize, columns: Vec<(Kind, Range<usize>)>) -> Self {
        let offset = |kind: &Kind| match kind {
            Kind::Running(_) => 0,
            Kind::Later { offset, .. } => *offset,
        };
        let ahead = columns.iter().map(|(kind, _)| offset(kind)).max().unwrap_or(0);
        Self { context, n_passed, columns, ahead, waiting: None, ready: VecDeque::new() }
    }

    /// Makes a batch of the first rows; `rows` hold those that they look ahead to as far as there are any.
    fn emit(&mut self, rows: &[ArrayRef], n_rows: usize) -> Result<()> {
        let mut columns: Vec<ArrayRef> = rows[..self.n_passed].iter().map(|column| column.slice(0, n_rows)).collect();
        for ((kind, _), column) in self.columns.iter().zip(&rows[self.n_passed..]) {
            columns.push(match kind {
                Kind::Running(_) => column.slice(0, n_rows),
                Kind::Later { offset, default } => {
                    let from = (*offset).min(column.len());
                    let there = column.slice(from, n_rows.min(column.len() - from));
                    if there.len() == n_rows {
                        there
                    } else {
                        let missing = default.to_array_of_size(n_rows - there.len())?;
                        concat(&[&there, &missing])?
                    }
                }
            });
        }
        let batch = self.context.batch(columns, n_rows)?;
        self.ready.push_back(batch);
        Ok(())
    }

    /// What is held: rows that wait, and what the functions remember.
    fn charge(&mut self) -> Result<()> {
        let waiting: usize = self.waiting.iter().flatten().map(Array::get_array_memory_size).sum();
        let remembered: usize = self
            .columns
            .iter()
            .map(|(kind, _)| match kind {
                Kind::Running(window) => window.size(),
                Kind::Later { .. } => 0,
            })
            .sum();
        self.context.memory.try_resize(waiting + remembered)
    }
}

impl Work for WindowWork {
    fn push(&mut self, _input: usize, batch: RecordBatch) -> Result<()> {
        let mut rows = batch.columns()[..self.n_passed].to_vec();
        for (kind, places) in &mut self.columns {
            let args = &batch.columns()[places.clone()];
            rows.push(match kind {
                Kind::Running(window) => window.next(args)?,
                Kind::Later { .. } => ArrayRef::clone(&args[0]),
            });
        }
        if self.ahead == 0 {
            self.emit(&rows, batch.num_rows())?;
            return self.charge();
        }
        if let Some(waiting) = self.waiting.take() {
            let both = waiting.iter().zip(&rows).map(|(waiting, rows)| Ok(concat(&[waiting, rows])?));
            rows = both.collect::<Result<_>>()?;
        }
        let n_rows = rows.first().map_or(0, Array::len);
        let n_known = n_rows.saturating_sub(self.ahead);
        if n_known > 0 {
            self.emit(&rows, n_known)?;
        }
        self.waiting = Some(rows.iter().map(|column| column.slice(n_known, n_rows - n_known)).collect());
        self.charge()
    }

    fn end(&mut self, _input: usize) -> Result<()> {
        let Some(rows) = self.waiting.take() else { return Ok(()) };
        let n_rows = rows.first().map_or(0, Array::len);
        if n_rows > 0 {
            self.emit(&rows, n_rows)?;
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.ready.pop_front())
    }
}
