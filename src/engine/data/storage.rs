//! How columns are stored: the table of `kql::scalar` as Arrow types, and how a Parquet file declares a KQL type.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, new_null_array};
use arrow::datatypes::{Field, Schema, SchemaRef};

pub(super) use crate::engine::storage::data_type;
use crate::kql::{ColumnSymbol, ScalarType};

/// Arrow field metadata with which Tallyho's own Parquet files say the KQL type of a column that Arrow cannot tell.
pub(in crate::engine) const DECLARED_TYPE: &str = "tallyho.type";

/// The Arrow schema of a table. A string is never null, and says so.
pub(super) fn schema(columns: &[ColumnSymbol]) -> SchemaRef {
    let field = |column: &ColumnSymbol| Field::new(&column.name, data_type(column.ty), column.ty != ScalarType::String);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// A column of a table that the file does not have.
pub(super) fn absent(ty: ScalarType, rows: usize) -> ArrayRef {
    match ty {
        ScalarType::String => Arc::new(StringArray::from_iter_values(std::iter::repeat_n("", rows))),
        _ => new_null_array(&data_type(ty), rows),
    }
}

/// The KQL type that the writer of a Parquet file declared; believed only when the values are stored as it says.
pub(super) fn declared_type(field: &Field) -> Option<ScalarType> {
    let ty = ScalarType::from_name(field.metadata().get(DECLARED_TYPE)?)?;
    (data_type(ty) == *field.data_type()).then_some(ty)
}
