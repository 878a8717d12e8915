//! What names can mean: tables, columns, and the schema that holds them.

use std::collections::BTreeMap;

use super::scalar::ScalarType;

/// A named, typed column of a table or of an operator's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSymbol {
    pub name: String,
    pub ty: ScalarType,
    /// One sentence for hover and completion; empty when nobody wrote one.
    pub description: String,
}

impl ColumnSymbol {
    pub fn new(name: impl Into<String>, ty: ScalarType) -> Self {
        Self { name: name.into(), ty, description: String::new() }
    }
}

/// A table of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSymbol {
    pub name: String,
    pub columns: Vec<ColumnSymbol>,
    pub description: String,
}

/// Every table that a query may name, by exact name. Names are case-sensitive, as in Kusto.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    tables: BTreeMap<String, TableSymbol>,
}

impl Schema {
    /// Adds a table; one of the same name is replaced.
    pub fn insert(&mut self, table: TableSymbol) {
        self.tables.insert(table.name.clone(), table);
    }

    pub fn table(&self, name: &str) -> Option<&TableSymbol> {
        self.tables.get(name)
    }

    /// Tables in name order.
    pub fn tables(&self) -> impl Iterator<Item = &TableSymbol> {
        self.tables.values()
    }

    pub fn len(&self) -> usize {
        self.tables.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}
