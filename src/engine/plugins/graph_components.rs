//! `graph-mark-components`: nodes that edges connect, whichever way these point, have one number.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::Whole;
use super::graph::graph_of;
use crate::engine::nodes::Check;

#[derive(Debug)]
pub(super) struct GraphComponents;

impl Whole for GraphComponents {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let graph = graph_of(&inputs[0], &inputs[1], check)?;
        let mut component: Vec<Option<i64>> = vec![None; graph.n_nodes];
        let mut n_components = 0;
        let mut open: Vec<u32> = Vec::new();
        for node in 0..graph.n_nodes {
            if component[node].is_some() {
                continue;
            }
            component[node] = Some(n_components);
            open.push(node as u32);
            while let Some(node) = open.pop() {
                for (_, other) in graph.leaving(node).iter().chain(graph.entering(node)) {
                    check.step()?;
                    let other_component = &mut component[*other as usize];
                    if other_component.is_none() {
                        *other_component = Some(n_components);
                        open.push(*other);
                    }
                }
            }
            n_components += 1;
        }
        let mut columns = inputs[0].columns().to_vec();
        columns.push(Arc::new(component.into_iter().take(inputs[0].num_rows()).collect::<Int64Array>()));
        Ok(columns)
    }
}
