//! Finding out the tables of a service that has no call for it: `getschema` of every table that may be there.

use std::collections::BTreeMap;

use super::found::Found;
use crate::kql::{quoted_name, string_literal};

/// The query that asks for the columns of these tables; those that the service lacks are left out of its answer. Its
/// rows go to [`read_getschema_rows`]. `None` without a table.
pub fn discovery_query<'n>(tables: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let branch =
        |name: &str| format!("({} | getschema | extend SourceTable={})", quoted_name(name), string_literal(name));
    let branches: Vec<String> = tables.into_iter().map(branch).collect();
    if branches.is_empty() { None } else { Some(format!("union isfuzzy=true {}", branches.join(", "))) }
}

/// One row of that answer. Rows of several tables may be mixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaRow {
    pub table: String,
    /// `ColumnOrdinal`, by which the columns of a table are put in order.
    pub ordinal: i64,
    pub column: String,
    /// `ColumnType`.
    pub ty: String,
}

/// Reads the rows that [`discovery_query`] is answered with.
pub fn read_getschema_rows(rows: impl IntoIterator<Item = SchemaRow>) -> Found {
    let mut tables: BTreeMap<String, Vec<SchemaRow>> = BTreeMap::new();
    for row in rows {
        tables.entry(row.table.clone()).or_default().push(row);
    }
    let mut found = Found::default();
    for (name, mut rows) in tables {
        rows.sort_by_key(|row| row.ordinal);
        let columns = rows.into_iter().map(|row| (row.column, row.ty, String::new())).collect();
        found.table(&name, String::new(), columns);
    }
    found
}
