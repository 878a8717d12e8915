//! Tables written anew as Parquet files that later queries read fast: in the order of time, in row groups that statistics
//! and Bloom filters leave out, with dictionaries for texts that repeat.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use tokio_util::sync::CancellationToken;

use super::error::EngineError;
use super::{Engine, data, storage};
use crate::kql::{BoundQuery, ColumnSymbol, Limits, Operator, Relation, Scalar, ScalarKind, ScalarType, SortKey};

/// Rows of a group: enough to compress well, few enough that a predicate on time leaves most of a table out.
const ROW_GROUP: usize = 128 * 1024;

/// Bytes of texts past which a column of a row group gives up its dictionary.
const DICTIONARY: usize = 4 << 20;

impl Engine {
    /// Writes all rows of a table, in the order of its time column where it has one, and gives their number. Blocks;
    /// `progress` hears the rows so far. Sorting spills when it must.
    pub fn write_table(
        &self,
        table: &str,
        out: impl Write + Send,
        cancel: &CancellationToken,
        progress: &dyn Fn(u64),
    ) -> Result<u64, EngineError> {
        let Some(symbol) = self.schema.table(table) else {
            return Err(EngineError::Data { message: format!("there is no table {table} in the opened folder") });
        };
        let columns: Vec<ColumnSymbol> = symbol.columns.to_vec();
        let schema = declared(&columns);
        let written = |error: &dyn std::fmt::Display| EngineError::Data { message: format!("{table}: {error}") };
        let properties = properties(&columns).map_err(|error| written(&error))?;
        let mut writer =
            ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties)).map_err(|error| written(&error))?;
        let threads = self.threads(|| ()).map_err(|error| written(&error))?;
        let n_rows = threads.block_on(async {
            let mut execution = self.execute(&in_order(table, columns), threads.handle(), cancel.clone());
            let mut n_rows = 0;
            while let Some(batch) = execution.next().await {
                let batch = batch?;
                n_rows += batch.num_rows() as u64;
                let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), batch.columns().to_vec(), &options);
                let batch = batch.map_err(|error| written(&error))?;
                writer.write(&batch).map_err(|error| written(&error))?;
                progress(n_rows);
            }
            Ok::<_, EngineError>(n_rows)
        });
        threads.shutdown_background();
        let n_rows = n_rows?;
        writer.close().map_err(|error| written(&error))?;
        Ok(n_rows)
    }
}

/// The table, sorted by its time column.
fn in_order(table: &str, columns: Vec<ColumnSymbol>) -> BoundQuery {
    let time = data::time_column(&columns);
    let all: Arc<[ColumnSymbol]> = columns.into();
    let mut result = Relation::new(Operator::Table { name: table.to_owned() }, Arc::clone(&all), 0..0);
    if let Some(time) = time {
        let value = Scalar { kind: ScalarKind::Column(time), ty: ScalarType::Datetime, span: 0..0 };
        let keys = vec![SortKey { value, descending: false, nulls_first: true }];
        result = Relation::new(Operator::Sort { input: Box::new(result), keys }, all, 0..0);
    }
    BoundQuery { result, more: Vec::new(), render: None, limits: Limits::default() }
}

/// Columns as they are stored, each with the name of its KQL type.
fn declared(columns: &[ColumnSymbol]) -> SchemaRef {
    let field = |column: &ColumnSymbol| {
        let metadata = HashMap::from([(data::DECLARED_TYPE.to_owned(), column.ty.name().to_owned())]);
        Field::new(&column.name, storage::data_type(column.ty), true).with_metadata(metadata)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

fn properties(columns: &[ColumnSymbol]) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("tallyho ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_dictionary_page_size_limit(DICTIONARY)
        .set_max_row_group_row_count(Some(ROW_GROUP));
    for column in columns {
        let path = ColumnPath::new(vec![column.name.clone()]);
        properties = match column.ty {
            // Numbers that grow slowly are small differences.
            ScalarType::Datetime => properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
            // What hunts look for by equality: names, hashes, addresses.
            ScalarType::String | ScalarType::Guid => properties.set_column_bloom_filter_enabled(path, true),
            _ => properties,
        };
    }
    Ok(properties.build())
}
