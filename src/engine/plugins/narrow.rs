//! `narrow`: a row for each cell.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Builder, StringBuilder};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::Whole;
use crate::engine::nodes::Check;

#[derive(Debug)]
pub(super) struct Narrow {
    pub(super) names: Vec<String>,
}

impl Whole for Narrow {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let cells = &inputs[0];
        let (mut rows, mut names, mut values) = (Int64Builder::new(), StringBuilder::new(), StringBuilder::new());
        for row in 0..cells.num_rows() {
            for (column, name) in cells.columns().iter().zip(&self.names) {
                check.step()?;
                rows.append_value(row as i64);
                names.append_value(name);
                values.append_value(column.as_string::<i32>().value(row));
            }
        }
        Ok(vec![Arc::new(rows.finish()), Arc::new(names.finish()), Arc::new(values.finish())])
    }
}
