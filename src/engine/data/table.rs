//! One KQL table as DataFusion sees it: rows in memory, rows in Parquet files, or both.
//!
//! Filters reach the files without being taken here: DataFusion's physical optimizer hands what stands above a scan to
//! its source, which prunes and filters with them (`adapt`).

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
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
use super::codes::{CodedColumn, Codes};
use super::dictionary::dictionary_type;
use super::parquet::ParquetFile;
use super::storage;
use crate::kql::{ColumnSymbol, ScalarType};

/// A table: columns named and typed exactly as KQL sees them.
#[derive(Debug)]
pub(super) struct KqlTable {
    schema: SchemaRef,
    /// Rows of text files.
    batches: Vec<RecordBatch>,
    files: Vec<PartitionedFile>,
    rows_in_files: usize,
    adapter: Arc<AdapterFactory>,
    /// The columns that can have codes, by name.
    coded: Arc<HashMap<String, CodedColumn>>,
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
        let rows_in_files = files.iter().map(|file| file.rows).sum();
        let files: Vec<Arc<ParquetFile>> = files.into_iter().map(Arc::new).collect();
        let coded = Arc::new(if batches.is_empty() { coded(columns, &files) } else { HashMap::new() });
        let schema = with_codes(&storage::schema(columns), &coded);
        let files = files.iter().map(|file| {
            let statistics = row_count(&schema, file.rows);
            PartitionedFile::new_from_meta(file.location.clone())
                .with_statistics(Arc::new(statistics))
                .with_arrow_schema(with_dictionaries(&file.schema, &coded))
        });
        let files = files.collect();
        let adapter = Arc::new(AdapterFactory::new(columns, Arc::clone(&coded)));
        Self { schema, batches, files, rows_in_files, adapter, coded, reader }
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

/// The name that the codes of a column have in a scan.
pub(in crate::engine) fn code_of(column: &str) -> String {
    format!("code of {column}")
}

/// The codes of a column of a table; `None` when it has none.
pub(in crate::engine) fn codes(table: &dyn TableProvider, column: &str) -> Option<Arc<Codes>> {
    table.downcast_ref::<KqlTable>()?.coded.get(column)?.codes()
}

fn coded(columns: &[ColumnSymbol], files: &[Arc<ParquetFile>]) -> HashMap<String, CodedColumn> {
    let is_taken = |name: &str| columns.iter().any(|column| column.name == name);
    let texts = columns.iter().filter(|it| it.ty == ScalarType::String && !is_taken(&code_of(&it.name)));
    texts.filter_map(|it| Some((it.name.clone(), CodedColumn::new(files, &it.name)?))).collect()
}

/// The columns of a table, and behind them the codes of those that have some.
fn with_codes(schema: &SchemaRef, coded: &HashMap<String, CodedColumn>) -> SchemaRef {
    let mut fields: Vec<FieldRef> = schema.fields().iter().cloned().collect();
    let names = schema.fields().iter().map(|field| field.name()).filter(|name| coded.contains_key(*name));
    fields.extend(names.map(|name| Arc::new(Field::new(code_of(name), DataType::UInt32, false))));
    Arc::new(Schema::new(fields))
}

/// The columns of a file as they are read: such as have codes as dictionaries.
fn with_dictionaries(schema: &SchemaRef, coded: &HashMap<String, CodedColumn>) -> SchemaRef {
    let field = |field: &FieldRef| {
        if coded.contains_key(field.name()) {
            return Arc::new(field.as_ref().clone().with_data_type(dictionary_type()));
        }
        Arc::clone(field)
    };
    let fields: Vec<FieldRef> = schema.fields().iter().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
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
