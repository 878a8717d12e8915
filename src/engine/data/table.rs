//! One KQL table as DataFusion sees it: rows in memory, rows in Parquet files, or both.
//!
//! Filters reach the files without being taken here: DataFusion's physical optimizer hands what stands above a scan to
//! its source, which prunes and filters with them (`adapt`).

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Result, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::physical_plan::parquet::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;

use datafusion::datasource::listing::PartitionedFile;

use super::adapt::AdapterFactory;
use super::parquet::ParquetFile;
use super::storage;
use crate::kql::ColumnSymbol;

/// A table: columns named and typed exactly as KQL sees them.
#[derive(Debug)]
pub(super) struct KqlTable {
    schema: SchemaRef,
    /// Rows of text files.
    batches: Vec<RecordBatch>,
    files: Vec<PartitionedFile>,
    rows_in_files: usize,
    adapter: Arc<AdapterFactory>,
    reader: Arc<dyn ParquetFileReaderFactory>,
}

impl KqlTable {
    /// The batches are stored as `storage::schema(columns)` says; the files are adapted to it when they are read.
    pub(super) fn new(
        columns: &[ColumnSymbol],
        batches: Vec<RecordBatch>,
        files: Vec<ParquetFile>,
        reader: Arc<dyn ParquetFileReaderFactory>,
    ) -> Self {
        let schema = storage::schema(columns);
        let rows_in_files = files.iter().map(|file| file.rows).sum();
        let files = files.into_iter().map(|file| {
            let statistics = row_count(&schema, file.rows);
            PartitionedFile::new_from_meta(file.location).with_statistics(Arc::new(statistics))
        });
        let files = files.collect();
        let adapter = Arc::new(AdapterFactory::new(columns));
        Self { schema, batches, files, rows_in_files, adapter, reader }
    }

    fn memory_scan(
        &self,
        partitions: usize,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let size = self.batches.len().div_ceil(partitions.max(1)).max(1);
        let mut parts: Vec<Vec<RecordBatch>> = self.batches.chunks(size).map(<[_]>::to_vec).collect();
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        let source = MemorySourceConfig::try_new(&parts, Arc::clone(&self.schema), projection.cloned())?;
        Ok(DataSourceExec::from_data_source(source.with_limit(limit)))
    }

    fn file_scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut options = TableParquetOptions {
            global: state.config_options().execution.parquet.clone(),
            ..TableParquetOptions::default()
        };
        // Old writers store instants in 96 bits; microseconds hold all years of Kusto, nanoseconds do not.
        options.global.coerce_int96 = Some("us".to_owned());
        let source = ParquetSource::new(TableSchema::from(Arc::clone(&self.schema)))
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::clone(&self.reader));
        let groups = FileGroup::new(self.files.clone()).split_files(state.config_options().execution.target_partitions);
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(row_count(&self.schema, self.rows_in_files))
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_expr_adapter(Some(Arc::clone(&self.adapter) as _))
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

fn row_count(schema: &SchemaRef, rows: usize) -> Statistics {
    Statistics { num_rows: Precision::Exact(rows), ..Statistics::new_unknown(schema) }
}

#[async_trait::async_trait]
impl TableProvider for KqlTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn statistics(&self) -> Option<Statistics> {
        let in_memory: usize = self.batches.iter().map(RecordBatch::num_rows).sum();
        Some(row_count(&self.schema, in_memory + self.rows_in_files))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let partitions = state.config_options().execution.target_partitions;
        match (self.files.is_empty(), self.batches.is_empty()) {
            (true, _) => self.memory_scan(partitions, projection, limit),
            (false, true) => self.file_scan(state, projection, limit),
            (false, false) => UnionExec::try_new(vec![
                self.memory_scan(partitions, projection, limit)?,
                self.file_scan(state, projection, limit)?,
            ]),
        }
    }
}
