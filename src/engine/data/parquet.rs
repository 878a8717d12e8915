//! Opening one Parquet file: its footer only. Rows are read when a query scans them.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int64Type, Schema, SchemaRef, UInt64Type};
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use datafusion::object_store::{self, ObjectMeta};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use datafusion::parquet::file::metadata::RowGroupMetaData;
use datafusion::parquet::schema::types::ColumnDescPtr;

use super::convert::{natural_type, to_storage};
use super::report::Findings;
use super::storage::{absent, data_type, declared_type};
use crate::kql::{ColumnSymbol, ScalarType};

/// The footer of a file, and where its rows are.
#[derive(Debug)]
pub(super) struct ParquetFile {
    pub(super) location: ObjectMeta,
    pub(super) schema: SchemaRef,
    pub(super) rows: usize,
    footer: ArrowReaderMetadata,
    path: std::path::PathBuf,
}

/// Reads the footer. The error says why the file is not Parquet.
pub(super) fn open(path: &Path, findings: &mut Findings) -> Result<ParquetFile, String> {
    let location = locate(path)?;
    let file = File::open(path).map_err(|error| error.to_string())?;
    let footer = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|error| error.to_string())?;
    let schema = Arc::clone(footer.schema());
    let mut seen = HashSet::new();
    for field in schema.fields() {
        if !seen.insert(field.name()) {
            findings.add(None, &format!("the column {} occurs twice; its first is read", field.name()));
        }
    }
    let rows = usize::try_from(footer.metadata().file_metadata().num_rows()).map_err(|error| error.to_string())?;
    Ok(ParquetFile { location, schema, rows, footer, path: path.to_path_buf() })
}

fn locate(path: &Path) -> Result<ObjectMeta, String> {
    let absolute = std::path::absolute(path).map_err(|error| error.to_string())?;
    let location = object_store::path::Path::from_absolute_path(&absolute).map_err(|error| error.to_string())?;
    let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
    let modified = metadata.modified().map_err(|error| error.to_string())?;
    Ok(ObjectMeta { location, last_modified: modified.into(), size: metadata.len(), e_tag: None, version: None })
}

impl ParquetFile {
    /// The latest of a datetime column's values that `counts`. From statistics where they say it; else it is read.
    pub(super) fn latest(&self, column: &str, counts: fn(i64) -> bool) -> Option<i64> {
        let (index, field) = self.schema.column_with_name(column)?;
        let declared = declared_type(field);
        if declared.unwrap_or_else(|| natural_type(field.data_type())) == ScalarType::Datetime
            && let Some(latest) = self.latest_by_statistics(column, declared, counts)
        {
            return Some(latest);
        }
        self.latest_by_reading(index, declared, counts)
    }

    /// Whether a column of bytes is to become text. Such a file is not scanned: the scan would have its bytes taken for
    /// UTF-8 without a look, since it knows no better way to make text of them.
    pub(super) fn has_bytes_for_text(&self, columns: &[ColumnSymbol]) -> bool {
        let is_bytes =
            |arrow: &DataType| matches!(arrow, DataType::Binary | DataType::LargeBinary | DataType::BinaryView);
        let due = |name: &str| columns.iter().find(|column| column.name == name);
        let mut fields = self.schema.fields().iter().filter(|field| is_bytes(field.data_type()));
        fields.any(|field| due(field.name()).is_some_and(|it| data_type(it.ty) == DataType::Utf8))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn row_groups(&self) -> &[RowGroupMetaData] {
        self.footer.metadata().row_groups()
    }

    /// The columns as the file stores them, those within others apart.
    pub(super) fn leaves(&self) -> &[ColumnDescPtr] {
        self.footer.parquet_schema().columns()
    }

    /// All rows, read now.
    pub(super) fn unpack(&self) -> Result<Unpacked, String> {
        Unpacked::read(fs::read(&self.path).map_err(|error| error.to_string())?)
    }

    /// Unsigned columns that hold, as far as statistics can tell, a number that is no long.
    pub(super) fn columns_beyond_long(&self) -> Vec<&str> {
        let holds = |name: &str| {
            let converter = StatisticsConverter::try_new(name, &self.schema, self.footer.parquet_schema()).ok()?;
            let maxes = converter.row_group_maxes(self.footer.metadata().row_groups()).ok()?;
            let maxes = maxes.as_primitive_opt::<UInt64Type>()?;
            Some(maxes.iter().all(|max| max.is_some_and(|max| i64::try_from(max).is_ok())))
        };
        let unsigned = self.schema.fields().iter().filter(|field| *field.data_type() == DataType::UInt64);
        unsigned.map(|field| field.name().as_str()).filter(|name| holds(name) != Some(true)).collect()
    }

    fn latest_by_statistics(&self, column: &str, declared: Option<ScalarType>, counts: fn(i64) -> bool) -> Option<i64> {
        let converter = StatisticsConverter::try_new(column, &self.schema, self.footer.parquet_schema()).ok()?;
        let maxes = converter.row_group_maxes(self.footer.metadata().row_groups()).ok()?;
        let ticks = to_storage(&maxes, declared, ScalarType::Datetime).ok()?;
        let ticks = ticks.as_primitive::<Int64Type>();
        let usable = ticks.null_count() == 0 && ticks.values().iter().all(|&value| counts(value));
        if usable { ticks.values().iter().copied().max() } else { None }
    }

    fn latest_by_reading(&self, index: usize, declared: Option<ScalarType>, counts: fn(i64) -> bool) -> Option<i64> {
        let file = File::open(&self.path).ok()?;
        let mask = ProjectionMask::roots(self.footer.parquet_schema(), [index]);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.footer.clone());
        let reader = builder.with_projection(mask).build().ok()?;
        let latest = |column: &ArrayRef| {
            let ticks = to_storage(column, declared, ScalarType::Datetime).ok()?;
            ticks.as_primitive::<Int64Type>().iter().flatten().filter(|&value| counts(value)).max()
        };
        reader.map_while(Result::ok).filter_map(|batch| latest(batch.column(0))).max()
    }
}

/// The columns of a file and the types they have if nothing else decides.
pub(super) fn columns(schema: &Schema) -> impl Iterator<Item = (&str, ScalarType)> {
    let ty = |field| declared_type(field).unwrap_or_else(|| natural_type(field.data_type()));
    schema.fields().iter().map(move |field| (field.name().as_str(), ty(field)))
}

/// A Parquet file that was packed once more as a whole, as no reader expects it: its rows, in memory.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) schema: SchemaRef,
    rows: Vec<RecordBatch>,
}

impl Unpacked {
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).map_err(|error| error.to_string())?;
        let schema = Arc::clone(builder.schema());
        let reader = builder.build().map_err(|error| error.to_string())?;
        let rows = reader.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        Ok(Self { schema, rows })
    }

    /// The rows stored as `schema` says, which is that of `columns`.
    pub(super) fn batches(
        &self,
        columns: &[ColumnSymbol],
        schema: &SchemaRef,
        findings: &mut Findings,
    ) -> Vec<RecordBatch> {
        let convert = |batch: &RecordBatch| -> datafusion::common::Result<RecordBatch> {
            let arrays = columns.iter().map(|column| match self.schema.column_with_name(&column.name) {
                Some((at, field)) => to_storage(batch.column(at), declared_type(field), column.ty),
                None => Ok(absent(column.ty, batch.num_rows())),
            });
            Ok(RecordBatch::try_new(Arc::clone(schema), arrays.collect::<Result<_, _>>()?)?)
        };
        let mut all = Vec::new();
        for batch in &self.rows {
            match convert(batch) {
                Ok(batch) => all.push(batch),
                Err(error) => findings.add_many(None, batch.num_rows() as u64, &format!("not kept: {error}")),
            }
        }
        all
    }
}
