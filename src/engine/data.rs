//! Data: the files below a folder as tables that a plan can scan.
//!
//! Parquet stays on disk and is read by each query, only the columns and row groups that it needs. Text formats are
//! read once, here, into memory. Nothing a file contains makes opening fail: what can be read is read, what cannot is
//! counted and named in the report.

mod adapt;
mod build;
mod cell;
mod codes;
mod columns;
mod convert;
mod delimited;
mod dictionary;
mod folder;
mod in_memory;
mod infer;
mod json_rows;
mod json_text;
mod load;
mod nested;
mod parquet;
mod raw;
mod read_then_filter;
mod records;
mod report;
mod storage;
mod table;
mod text;
mod units;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::TableProvider;

pub(in crate::engine) use codes::Codes;
pub(in crate::engine) use in_memory::in_memory;
pub(in crate::engine) use load::time_column;
pub(in crate::engine) use read_then_filter::ReadThenFilter;
pub(in crate::engine) use records::{Records, Unreadable};
pub(in crate::engine) use storage::DECLARED_TYPE;
pub(in crate::engine) use table::{code_of, codes};

use super::{EngineError, LoadReport};
use crate::kql::Schema;

/// The tables of a folder.
#[derive(Debug)]
pub(in crate::engine) struct Data {
    /// Every table, also the known ones without a file.
    pub(in crate::engine) schema: Schema,
    /// The rows of each table, stored as `kql::scalar` says, with columns named and ordered as in `schema`.
    pub(in crate::engine) tables: BTreeMap<String, Arc<dyn TableProvider>>,
    /// The latest instant in the time columns of the tables, in ticks.
    pub(in crate::engine) data_end: Option<i64>,
    pub(in crate::engine) report: LoadReport,
}

/// Opens every table file below the folder. `known` gives official columns and types to tables of its names; those of
/// its tables without a file exist and are empty. Blocks; `progress` hears the share done, 0 to 1. Fails only when the
/// folder itself cannot be listed.
pub(in crate::engine) fn open(folder: &Path, known: &Schema, progress: &dyn Fn(f32)) -> Result<Data, EngineError> {
    if let Err(error) = std::fs::read_dir(folder) {
        let message = format!("cannot read the folder {}: {error}", folder.display());
        return Err(EngineError::Data { message });
    }
    progress(0.0);
    let data = load::load(folder, known, progress);
    progress(1.0);
    Ok(data)
}
