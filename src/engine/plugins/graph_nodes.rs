//! The nodes of `make-graph`: those of its tables, each identity once, and the ends of edges that no table has.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow::compute::{concat, take};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::Whole;
use super::graph::Identities;
use crate::engine::nodes::Check;
use crate::engine::storage;
use crate::kql::ScalarType;

#[derive(Debug)]
pub(super) struct GraphNodes {
    pub(super) types: Vec<ScalarType>,
}

impl Whole for GraphNodes {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let (ends, tables) = (&inputs[0], &inputs[1..]);
        let mut identities = Identities::like(ends.column(0))?;
        let mut parts: Vec<Vec<ArrayRef>> = vec![Vec::new(); self.types.len()];
        for table in tables {
            check.now()?;
            let first = first_of_each(&identities.number(table.column(0))?);
            for (column, part) in table.columns().iter().zip(&mut parts) {
                part.push(take(column, &first, None)?);
            }
        }
        // Ends in the order of the edges: the source of the first, its target, the source of the second, and so on.
        check.now()?;
        let both: [&dyn Array; 2] = [ends.column(0), ends.column(1)];
        let n = ends.num_rows() as u32;
        let in_turn: UInt32Array = (0..n).flat_map(|edge| [edge, edge + n]).collect();
        let both = take(&concat(&both)?, &in_turn, None)?;
        let first = first_of_each(&identities.number(&both)?);
        parts[0].push(take(&both, &first, None)?);
        for (ty, part) in self.types.iter().zip(&mut parts).skip(1) {
            let missing = new_null_array(&storage::data_type(*ty), first.len());
            part.push(storage::normalise(&missing, *ty)?);
        }
        let mut columns = Vec::with_capacity(parts.len());
        for part in parts {
            let part: Vec<&dyn Array> = part.iter().map(Arc::as_ref).collect();
            columns.push(concat(&part)?);
        }
        Ok(columns)
    }
}

fn first_of_each(numbers: &[(u32, bool)]) -> UInt32Array {
    numbers.iter().enumerate().filter(|(_, (_, is_new))| *is_new).map(|(row, _)| row as u32).collect::<Vec<_>>().into()
}
