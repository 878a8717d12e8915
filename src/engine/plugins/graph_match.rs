//! `graph-match`: the matches of a pattern, found by going along its edges from one node, one after another.

mod output;
mod search;

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::Inputs;
use super::graph::graph_of;
use crate::engine::nodes::{Feed, OwnOperator, Work, WorkContext};
use crate::kql::{GraphMatch, ScalarType};
use output::Output;
use search::Search;

pub(super) fn operator(pattern: &GraphMatch, types: Vec<Vec<ScalarType>>) -> Arc<dyn OwnOperator> {
    Arc::new(Matching { pattern: Arc::new(pattern.clone()), types })
}

#[derive(Debug)]
struct Matching {
    pattern: Arc<GraphMatch>,
    types: Vec<Vec<ScalarType>>,
}

impl OwnOperator for Matching {
    fn name(&self) -> &'static str {
        "graph-match"
    }

    fn feed(&self) -> Feed {
        Feed::InOrder
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        let (pattern, inputs) = (Arc::clone(&self.pattern), Inputs::new(&self.types));
        Ok(Box::new(Matcher { pattern, inputs, search: None, context }))
    }
}

struct Matcher {
    pattern: Arc<GraphMatch>,
    inputs: Inputs,
    search: Option<(Search, Output)>,
    context: WorkContext,
}

impl Work for Matcher {
    fn push(&mut self, input: usize, batch: RecordBatch) -> Result<()> {
        self.inputs.push(input, &batch, &self.context)
    }

    fn end(&mut self, input: usize) -> Result<()> {
        let Some(inputs) = self.inputs.whole(input)? else { return Ok(()) };
        let graph = graph_of(&inputs[0], &inputs[1], &mut self.context.check)?;
        // Edges and their ends, both ways, and a mark for each node and edge.
        self.context.memory.try_grow(40 * inputs[1].num_rows() + 24 * graph.n_nodes)?;
        let search = Search::new(&self.pattern, graph, &inputs);
        self.search = Some((search, Output::new(&self.pattern, inputs)));
        Ok(())
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some((search, output)) = &mut self.search else { return Ok(None) };
        while output.n_rows() < self.context.batch_size && search.advance(&mut self.context.check)? {
            output.add(search);
        }
        let n_rows = output.n_rows();
        if n_rows == 0 {
            self.search = None;
            return Ok(None);
        }
        Ok(Some(self.context.batch(output.take_columns(search.graph())?, n_rows)?))
    }
}
