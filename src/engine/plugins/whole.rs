//! Plugins that see all rows before they give one.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::Result;

use crate::engine::nodes::{Check, Feed, OwnOperator, Work, WorkContext};
use crate::engine::storage;
use crate::kql::ScalarType;

/// What is computed of the whole inputs.
pub(super) trait Whole: Debug + Send + Sync {
    /// The output columns.
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>>;
}

pub(super) fn whole(name: &'static str, computed: Box<dyn Whole>, types: Vec<Vec<ScalarType>>) -> Arc<dyn OwnOperator> {
    Arc::new(Gathering { name, computed: Arc::from(computed), types })
}

#[derive(Debug)]
struct Gathering {
    name: &'static str,
    computed: Arc<dyn Whole>,
    /// Of the columns of each input.
    types: Vec<Vec<ScalarType>>,
}

impl OwnOperator for Gathering {
    fn name(&self) -> &'static str {
        self.name
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        let (computed, inputs) = (Arc::clone(&self.computed), Inputs::new(&self.types));
        Ok(Box::new(Gathered { computed, inputs, output: None, n_given: 0, context }))
    }
}

/// Inputs as they come, until they are whole.
pub(super) struct Inputs {
    types: Vec<Vec<ScalarType>>,
    schemas: Vec<SchemaRef>,
    batches: Vec<Vec<RecordBatch>>,
}

impl Inputs {
    pub(super) fn new(types: &[Vec<ScalarType>]) -> Self {
        let schema = |types: &Vec<ScalarType>| {
            let names: Vec<String> = (0..types.len()).map(|place| format!("v{place}")).collect();
            storage::schema(names.iter().map(String::as_str).zip(types.iter().copied()))
        };
        Self {
            types: types.to_vec(),
            schemas: types.iter().map(schema).collect(),
            batches: vec![Vec::new(); types.len()],
        }
    }

    pub(super) fn push(&mut self, input: usize, batch: &RecordBatch, context: &WorkContext) -> Result<()> {
        let columns = batch.columns().iter().zip(&self.types[input]);
        let columns =
            columns.map(|(array, ty)| storage::normalise(array, *ty)).collect::<std::result::Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schemas[input]), columns, &options)?;
        // Once as it came and once put together.
        context.memory.try_grow(2 * batch.get_array_memory_size())?;
        self.batches[input].push(batch);
        Ok(())
    }

    /// Each input as one batch, once the last has ended.
    pub(super) fn whole(&mut self, ended: usize) -> Result<Option<Vec<RecordBatch>>> {
        if ended + 1 < self.batches.len() {
            return Ok(None);
        }
        let mut inputs = Vec::with_capacity(self.batches.len());
        for (batches, schema) in self.batches.iter_mut().zip(&self.schemas) {
            inputs.push(concat_batches(schema, std::mem::take(batches).iter())?);
        }
        Ok(Some(inputs))
    }
}

struct Gathered {
    computed: Arc<dyn Whole>,
    inputs: Inputs,
    output: Option<RecordBatch>,
    /// Rows of the output that were given away.
    n_given: usize,
    context: WorkContext,
}

impl Work for Gathered {
    fn push(&mut self, input: usize, batch: RecordBatch) -> Result<()> {
        self.inputs.push(input, &batch, &self.context)
    }

    fn end(&mut self, input: usize) -> Result<()> {
        let Some(inputs) = self.inputs.whole(input)? else { return Ok(()) };
        let columns = self.computed.compute(&inputs, &mut self.context.check)?;
        let n_rows = columns.first().map_or(0, |column| column.len());
        let output = self.context.batch(columns, n_rows)?;
        self.context.memory.try_grow(output.get_array_memory_size())?;
        self.output = Some(output);
        Ok(())
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some(output) = &self.output else { return Ok(None) };
        let n_rows = (output.num_rows() - self.n_given).min(self.context.batch_size);
        if n_rows == 0 {
            self.output = None;
            return Ok(None);
        }
        let batch = output.slice(self.n_given, n_rows);
        self.n_given += n_rows;
        Ok(Some(batch))
    }
}
