//! Results that are held in memory as tables, beside those of a folder where there is one.

use std::sync::Arc;

use super::{Engine, EngineError, EngineOptions, LoadReport, Shared, data};
use crate::kql::{ColumnSymbol, ScalarType, Schema, TableSymbol};
use crate::result::{ResultSet, distinct_names};

/// A result under the name that queries have for it.
#[derive(Debug, Clone, Copy)]
pub struct HeldResult<'a> {
    pub name: &'a str,
    /// What the schema says of the table.
    pub description: &'a str,
    pub set: &'a ResultSet,
}

impl Engine {
    /// An engine over results, beside the tables of `base`; one takes the place of a table of its name. Rows are
    /// shared, not copied. Of two columns of one name the later one gets a number, one without a name is called after
    /// its place, and a column of unknown type is dynamic.
    pub fn with_results<'a>(
        base: Option<&Self>,
        results: impl IntoIterator<Item = HeldResult<'a>>,
    ) -> Result<Self, EngineError> {
        let options = EngineOptions::default();
        let mut schema = base.map_or_else(Schema::default, |it| it.schema.clone());
        let mut tables = base.map(|it| it.shared.tables.clone()).unwrap_or_default();
        for result in results {
            let symbol = symbol(&result);
            tables.insert(symbol.name.clone(), data::in_memory(&symbol, result.set.batches(), options.partitions)?);
            schema.insert(symbol);
        }
        let mut shared = Shared::new(tables, base.map_or(&options, |it| &it.shared.options));
        if let Some(base) = base {
            shared.pool = Arc::clone(&base.shared.pool);
        }
        let data_end = base.and_then(|it| it.data_end);
        let report = base.map_or_else(LoadReport::default, |it| it.report.clone());
        Ok(Self { shared: Arc::new(shared), schema, data_end, report })
    }
}

fn symbol(result: &HeldResult<'_>) -> TableSymbol {
    let names = distinct_names(result.set).into_iter();
    let columns = names.zip(result.set.columns()).map(|(name, column)| {
        let ty = if column.ty == ScalarType::Unknown { ScalarType::Dynamic } else { column.ty };
        ColumnSymbol::new(name, ty)
    });
    TableSymbol { name: result.name.to_owned(), columns: columns.collect(), description: result.description.to_owned() }
}
