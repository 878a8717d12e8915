//! Rows that were fetched before, as tables beside those of a folder.

use std::sync::Arc;

use arrow::array::RecordBatch;

use super::{Engine, EngineError, EngineOptions, LoadReport, Shared, data, memory};
use crate::kql::{Schema, TableSymbol};

impl Engine {
    /// An engine over tables in memory, beside those of `base` where there is one. A table takes the place of one of
    /// the same name. The batches of a table have its columns, stored as `kql::scalar` says. Rows are shared, not copied.
    pub fn with_tables(
        base: Option<&Self>,
        tables: impl IntoIterator<Item = (TableSymbol, Vec<RecordBatch>)>,
    ) -> Result<Self, EngineError> {
        let options = EngineOptions::default();
        let mut schema = base.map_or_else(Schema::default, |it| it.schema.clone());
        let mut providers = base.map(|it| it.shared.tables.clone()).unwrap_or_default();
        for (symbol, batches) in tables {
            providers.insert(symbol.name.clone(), data::in_memory(&symbol, &batches, options.partitions)?);
            schema.insert(symbol);
        }
        let shared = match base {
            Some(base) => {
                Shared { tables: providers, pool: Arc::clone(&base.shared.pool), partitions: base.shared.partitions }
            }
            None => Shared {
                tables: providers,
                pool: Arc::new(memory::EnginePool::new(options.memory_limit)),
                partitions: options.partitions.max(1),
            },
        };
        let data_end = base.and_then(|it| it.data_end);
        let report = base.map_or_else(LoadReport::default, |it| it.report.clone());
        Ok(Self { shared: Arc::new(shared), schema, data_end, report })
    }
}
