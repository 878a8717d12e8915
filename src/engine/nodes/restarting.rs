//! An operator over rows in order that begins anew with each group, as window functions inside `partition` do.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::{concat_batches, partition};
use arrow::record_batch::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::Result;

use super::own::{Feed, OwnOperator, Work, WorkContext};

/// The operator, begun anew wherever the keys change. Rows of one group have to stand together.
#[derive(Debug)]
pub(in crate::engine) struct Restarting {
    inner: Arc<dyn OwnOperator>,
    keys: Vec<usize>,
}

impl Restarting {
    /// Without keys there is nothing to begin anew at.
    pub(in crate::engine) fn wrap(inner: Arc<dyn OwnOperator>, keys: Vec<usize>) -> Arc<dyn OwnOperator> {
        if keys.is_empty() { inner } else { Arc::new(Self { inner, keys }) }
    }
}

impl OwnOperator for Restarting {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        let (inner, keys) = (Arc::clone(&self.inner), self.keys.clone());
        Ok(Box::new(Groups { inner, keys, context, converter: None, open: None, ready: VecDeque::new() }))
    }
}

struct Groups {
    inner: Arc<dyn OwnOperator>,
    keys: Vec<usize>,
    context: WorkContext,
    converter: Option<RowConverter>,
    /// The group at hand, by its keys.
    open: Option<(OwnedRow, Box<dyn Work>)>,
    ready: VecDeque<RecordBatch>,
}

impl Groups {
    fn work(&self) -> Result<Box<dyn Work>> {
        self.inner.start(WorkContext {
            schema: Arc::clone(&self.context.schema),
            memory: self.context.memory.new_empty(),
            check: self.context.check.clone(),
            batch_size: self.context.batch_size,
        })
    }

    fn key(&mut self, columns: &[ArrayRef], row: usize) -> Result<OwnedRow> {
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let converter = match &mut self.converter {
            Some(converter) => converter,
            none => none.insert(RowConverter::new(fields)?),
        };
        let columns: Vec<ArrayRef> = columns.iter().map(|column| column.slice(row, 1)).collect();
        Ok(converter.convert_columns(&columns)?.row(0).owned())
    }

    fn drain(&mut self) -> Result<()> {
        if let Some((_, work)) = &mut self.open {
            while let Some(batch) = work.next()? {
                self.ready.push_back(batch);
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if let Some((_, work)) = &mut self.open {
            work.end(0)?;
            self.drain()?;
            self.open = None;
        }
        Ok(())
    }
}

impl Work for Groups {
    fn push(&mut self, _input: usize, batch: RecordBatch) -> Result<()> {
        let columns: Vec<ArrayRef> = self.keys.iter().map(|key| Arc::clone(batch.column(*key))).collect();
        for range in partition(&columns)?.ranges() {
            self.context.check.now()?;
            let key = self.key(&columns, range.start)?;
            if self.open.as_ref().is_none_or(|(open, _)| *open != key) {
                self.close()?;
                self.open = Some((key, self.work()?));
            }
            if let Some((_, work)) = &mut self.open {
                work.push(0, batch.slice(range.start, range.end - range.start))?;
            }
            self.drain()?;
        }
        Ok(())
    }

    fn end(&mut self, _input: usize) -> Result<()> {
        self.close()
    }

    /// Small groups come out together.
    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let (mut n_batches, mut n_rows) = (0, 0);
        for batch in &self.ready {
            if n_batches > 0 && n_rows + batch.num_rows() > self.context.batch_size {
                break;
            }
            n_batches += 1;
            n_rows += batch.num_rows();
        }
        let batches: Vec<RecordBatch> = self.ready.drain(..n_batches).collect();
        match batches.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.clone())),
            several => Ok(Some(concat_batches(&self.context.schema, several)?)),
        }
    }
}
