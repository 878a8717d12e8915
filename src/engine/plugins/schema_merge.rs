//! `schema_merge`: several schemas as `getschema` gives them, as one.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err};

use super::Whole;
use crate::engine::nodes::Check;

const OUT_OF_ORDER: &str = "ERROR(columns are out of order)";

#[derive(Debug)]
pub(super) struct SchemaMerge;

struct Merged {
    name: String,
    ordinal: i64,
    data_type: String,
    column_type: String,
}

impl Whole for SchemaMerge {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let columns = inputs[0].columns();
        let text = |column: usize, row: usize| columns[column].as_string::<i32>().value(row);
        let ordinals = columns[1].as_primitive::<Int64Type>();
        let mut merged: Vec<Merged> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut first_ordinals: Vec<i64> = Vec::new();
        for row in 0..inputs[0].num_rows() {
            check.step()?;
            let (name, ordinal) = (text(0, row), ordinals.value(row));
            let Some(place) = places.get(name) else {
                if first_ordinals.contains(&ordinal) {
                    return exec_err!(
                        "schema_merge() of schemas with different columns at place {ordinal} is not run yet"
                    );
                }
                places.insert(name, merged.len());
                first_ordinals.push(ordinal);
                let (data_type, column_type) = (text(2, row).to_owned(), text(3, row).to_owned());
                merged.push(Merged { name: name.to_owned(), ordinal, data_type, column_type });
                continue;
            };
            let known = &mut merged[*place];
            if ordinal != first_ordinals[*place] {
                known.ordinal = -1;
                known.data_type = format!("ERROR(unknown CSL type:{OUT_OF_ORDER})");
                OUT_OF_ORDER.clone_into(&mut known.column_type);
            } else if known.ordinal >= 0 && known.column_type != text(3, row) {
                return exec_err!("schema_merge() of column '{name}' with several types is not run yet");
            }
        }
        let texts = |of: fn(&Merged) -> &str| -> ArrayRef {
            Arc::new(merged.iter().map(|it| Some(of(it))).collect::<StringArray>())
        };
        Ok(vec![
            texts(|it| &it.name),
            Arc::new(merged.iter().map(|it| Some(it.ordinal)).collect::<Int64Array>()),
            texts(|it| &it.data_type),
            texts(|it| &it.column_type),
        ])
    }
}
