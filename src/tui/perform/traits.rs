//! What the language and the record of costs say of a run, as the history keeps it.

use crate::history::{Costs, Traits};
use crate::kql::query_shape;
use crate::result::RunStats;

/// A text this long is data; its shape would say nothing and take its time.
const MAX_TEXT: usize = 256 << 10;

/// The shape of a query and its tables.
pub fn traits_of(text: &str) -> Traits {
    if text.len() > MAX_TEXT {
        return Traits { shape: text.to_owned(), tables: Vec::new() };
    }
    let shape = query_shape(text);
    Traits { shape: shape.text, tables: shape.tables }
}

/// The figures that are searched and compared.
pub fn costs_of(stats: &RunStats) -> Costs {
    let cpu = stats.cpu_total.map(|it| u64::try_from(it.as_micros()).unwrap_or(u64::MAX));
    Costs {
        cpu,
        memory: stats.memory_peak,
        scanned_rows: stats.rows.and_then(|it| it.scanned),
        scanned_bytes: stats.bytes_scanned,
    }
}

/// The same of statistics as they were written down.
pub fn costs_of_text(stats: Option<&str>) -> Costs {
    let stats = stats.and_then(|it| serde_json::from_str(it).ok());
    stats.as_ref().map_or_else(Costs::default, costs_of)
}
