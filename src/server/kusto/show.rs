//! The tables of commands, as the text of a `datatable`: what stands behind the bar of a command is then a query like
//! any other.

use super::super::ServerState;
use super::super::fault::guid_of;
use super::command::{Command, Verb};
use super::fault::KustoFault;
use super::{database, is_database};
use crate::kql::{Schema, TableSymbol, string_literal};
use crate::schema::{csl_schema, write_kusto_schema, write_kusto_table};

/// The version of the one database, which never changes.
const DATABASE_VERSION: &str = "v1.1";

/// Does what the command says and gives its table.
pub(super) fn table(state: &ServerState, command: &Command) -> Result<String, KustoFault> {
    let own = database(state);
    let schema = state.connection.schema();
    match &command.verb {
        Verb::Version => Ok(version()),
        Verb::Databases => Ok(databases(own)),
        Verb::Database(name) => check(state, name.as_slice()).map(|()| one_database(own)),
        Verb::DatabaseSchema(names) => check(state, names).map(|()| database_schema(own, &schema)),
        Verb::DatabaseSchemaJson(names) => check(state, names).map(|()| {
            let json = write_kusto_schema(&schema, own).to_string();
            datatable("DatabaseSchema:string", [vec![string_literal(&json)]])
        }),
        Verb::Tables(names) => tables(own, &schema, names),
        Verb::TableSchemaJson(name) => {
            let table = known(&schema, name)?;
            Ok(table_schema(own, table, &write_kusto_table(table).to_string()))
        }
        Verb::TableSchemaCsl(name) => {
            let table = known(&schema, name)?;
            Ok(table_schema(own, table, &csl_schema(&table.columns)))
        }
        Verb::Functions => {
            Ok(datatable("Name:string, Parameters:string, Body:string, Folder:string, DocString:string", []))
        }
        Verb::MaterializedViews => Ok(datatable(
            "Name:string, SourceTable:string, Query:string, MaterializedTo:datetime, LastRun:datetime, \
             LastRunResult:string, IsHealthy:bool, IsEnabled:bool, Folder:string, DocString:string, \
             AutoUpdateSchema:bool, EffectiveDateTime:datetime, Lookback:timespan",
            [],
        )),
        Verb::ExternalTables => Ok(datatable(
            "TableName:string, TableType:string, Folder:string, DocString:string, Properties:string, \
             ConnectionStrings:dynamic, Partitions:dynamic, PathFormat:string",
            [],
        )),
        Verb::Cancel { request_id, reason } => Ok(cancel(state, request_id, reason)),
    }
}

/// `datatable(…)[…]` of cells that are literals.
fn datatable(columns: &str, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let cells: Vec<String> = rows.into_iter().flatten().collect();
    format!("datatable({columns})[{}]", cells.join(","))
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.into_iter().map(string_literal).collect()
}

fn check(state: &ServerState, names: &[String]) -> Result<(), KustoFault> {
    match names.iter().find(|name| !is_database(state, name)) {
        Some(name) => Err(KustoFault::no_database(name, database(state))),
        None => Ok(()),
    }
}

fn known<'a>(schema: &'a Schema, name: &str) -> Result<&'a TableSymbol, KustoFault> {
    schema.table(name).ok_or_else(|| KustoFault::no_entity("Table", name))
}

fn version() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut row = texts([version]);
    row.push("datetime(null)".to_owned());
    row.extend(texts(["Engine", &format!("Tallyho {version}")]));
    datatable("BuildVersion:string, BuildTime:datetime, ServiceType:string, ProductVersion:string", [row])
}

fn databases(own: &str) -> String {
    let mut row = texts([own, "", DATABASE_VERSION]);
    row.push("true".to_owned());
    row.extend(texts(["ReadOnly", ""]));
    row.extend(["bool(null)".to_owned(), format!("guid({})", guid_of(own))]);
    datatable(
        "DatabaseName:string, PersistentStorage:string, Version:string, IsCurrent:bool, DatabaseAccessMode:string, \
         PrettyName:string, ReservedSlot1:bool, DatabaseId:guid",
        [row],
    )
}

fn one_database(own: &str) -> String {
    let mut row = texts([own, "", DATABASE_VERSION]);
    row.push("true".to_owned());
    row.extend(texts(["ReadOnly", ""]));
    row.extend(["true".to_owned(), format!("guid({})", guid_of(own))]);
    datatable(
        "DatabaseName:string, PersistentStorage:string, Version:string, IsCurrent:bool, DatabaseAccessMode:string, \
         PrettyName:string, CurrentUserIsUnrestrictedViewer:bool, DatabaseId:guid",
        [row],
    )
}

/// A row for the database, for each table, and for each column.
fn database_schema(own: &str, schema: &Schema) -> String {
    let row = |table: &str, column: &str, ty: &str, is_table: bool, version: &str, doc: &str| {
        let mut row = texts([own, table, column, ty]);
        row.extend([is_table.to_string(), "false".to_owned()]);
        row.extend(texts(["", version, "", doc]));
        row
    };
    let mut rows = vec![row("", "", "", false, DATABASE_VERSION, "")];
    for table in schema.tables() {
        rows.push(row(&table.name, "", "", true, "", &table.description));
        let columns = table.columns.iter();
        rows.extend(columns.map(|it| row(&table.name, &it.name, it.ty.system_name(), true, "", &it.description)));
    }
    datatable(
        "DatabaseName:string, TableName:string, ColumnName:string, ColumnType:string, IsDefaultTable:bool, \
         IsDefaultColumn:bool, PrettyName:string, Version:string, Folder:string, DocString:string",
        rows,
    )
}

fn tables(own: &str, schema: &Schema, names: &[String]) -> Result<String, KustoFault> {
    if let Some(name) = names.iter().find(|name| schema.table(name).is_none()) {
        return Err(KustoFault::no_entity("Table", name));
    }
    let wanted = schema.tables().filter(|table| names.is_empty() || names.contains(&table.name));
    let rows = wanted.map(|table| texts([&table.name, own, "", &table.description]));
    Ok(datatable("TableName:string, DatabaseName:string, Folder:string, DocString:string", rows))
}

fn table_schema(own: &str, table: &TableSymbol, text: &str) -> String {
    datatable(
        "TableName:string, Schema:string, DatabaseName:string, Folder:string, DocString:string",
        [texts([&table.name, text, own, "", &table.description])],
    )
}

/// Stops every query of this name.
fn cancel(state: &ServerState, request_id: &str, reason: &str) -> String {
    let n_stopped = state.stoppable.stop(request_id);
    let mut row = texts([request_id, reason]);
    row.push((n_stopped > 0).to_string());
    datatable("ClientRequestId:string, ReasonPhrase:string, RunningQueryCanceled:bool", [row])
}
