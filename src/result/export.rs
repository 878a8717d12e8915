//! Writing a result: each format streams row by row into any writer.
//!
//! Values are exact in every format but the table, which is for reading: there a cell is made harmless and may be cut.

mod batch;
mod csv;
mod datatable;
mod defender;
mod delimited;
mod file;
mod graph;
mod json;
mod kusto;
mod kusto_v1;
mod kusto_v2;
mod log_analytics;
mod markdown;
mod parquet;
mod spreadsheet_safe;
mod table;
mod whole_file;
mod xlsx;

use std::io::{self, Write};

pub use batch::write_batch_line;
pub use csv::write_csv;
pub use datatable::{distinct_names, write_datatable};
pub use defender::write_defender;
pub use file::{FileError, FileFormat, FileOptions, FileProgress, GoOn, Written, write_file};
pub use graph::{GraphStyle, write_graph};
pub(super) use json::push_json;
pub use json::{write_json, write_ndjson};
pub use kusto::{KustoEnvelope, cut_text};
pub use kusto_v1::{write_kusto_command, write_kusto_v1};
pub use kusto_v2::{ErrorPlacement, KustoFrames, write_kusto_v2};
pub use log_analytics::{LogAnalyticsEnvelope, write_log_analytics};
pub use markdown::write_markdown;
pub use table::write_table;
pub use whole_file::write_whole_file;

/// Bytes gathered before they are handed to the writer.
const CHUNK: usize = 64 * 1024;

/// Text on its way to a writer.
struct Sink<'a, W: Write> {
    out: &'a mut W,
    buffer: String,
}

impl<'a, W: Write> Sink<'a, W> {
    fn new(out: &'a mut W) -> Self {
        Self { out, buffer: String::with_capacity(CHUNK + 4096) }
    }

    /// Hands over what was gathered, once it is enough to be worth it. Called behind every row.
    fn spill(&mut self) -> io::Result<()> {
        if self.buffer.len() < CHUNK {
            return Ok(());
        }
        self.out.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    fn finish(self) -> io::Result<()> {
        self.out.write_all(self.buffer.as_bytes())?;
        self.out.flush()
    }
}
