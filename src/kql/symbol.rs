//! What names can mean: tables, columns, and the schema that holds them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::scalar::{DynamicShape, ScalarType, Value};

/// A named, typed column of a table or of an operator's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSymbol {
    pub name: String,
    pub ty: ScalarType,
    /// What is known of the values' inside when they are dynamic.
    pub shape: DynamicShape,
    /// One sentence for hover and completion; empty when nobody wrote one.
    pub description: String,
}

impl ColumnSymbol {
    pub fn new(name: impl Into<String>, ty: ScalarType) -> Self {
        Self { name: name.into(), ty, shape: DynamicShape::Any, description: String::new() }
    }

    /// The column with what is known of the inside of its dynamic values.
    #[must_use]
    pub fn with_shape(mut self, shape: DynamicShape) -> Self {
        self.shape = shape;
        self
    }
}

/// A table of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSymbol {
    pub name: String,
    pub columns: Arc<[ColumnSymbol]>,
    pub description: String,
}

impl TableSymbol {
    /// The place of the column that a time range is about: the datetime column `Timestamp`, else `TimeGenerated`.
    pub fn time_column(&self) -> Option<usize> {
        let named = |name| self.columns.iter().position(|it| it.name == name && it.ty == ScalarType::Datetime);
        named("Timestamp").or_else(|| named("TimeGenerated"))
    }
}

/// A function that a service keeps. Tallyho does not run it; that it exists is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionSymbol {
    pub name: String,
    /// As KQL writes them, with the parentheses: `(x:long)`.
    pub parameters: String,
    pub description: String,
    pub result: FunctionResult,
    /// After `invoke` its first argument may be a bare column, as in `invoke FileProfile(SHA1)`.
    pub takes_column: bool,
    /// Of some parameters, a sentence each.
    pub about_parameters: Vec<(String, String)>,
    /// What the connection itself knows to answer with, where it does: then the function runs.
    pub known: Option<KnownFiles>,
    /// How it is written in KQL, parameters and body, where the tables of the connection tell what it gives: then it runs.
    pub body: Option<&'static str>,
}

/// Files by their hashes: a row for each, its values those of the function's columns. The first column is the SHA-1 and
/// the second the SHA-256.
#[derive(Debug, Clone)]
pub struct KnownFiles(pub Arc<[Vec<Value>]>);

impl PartialEq for KnownFiles {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for KnownFiles {}

/// What a service's function gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FunctionResult {
    /// Nobody has said.
    #[default]
    Unknown,
    /// A table of these columns.
    Table(Arc<[ColumnSymbol]>),
    /// The table that it is given.
    Input,
    /// The table that it is given, and these columns beside or in the place of its own.
    InputWith(Arc<[ColumnSymbol]>),
}

/// Every table that a query may name, by exact name. Names are case-sensitive, as in Kusto.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    tables: BTreeMap<String, TableSymbol>,
    /// Names of the tables in the order in which they came.
    added: Vec<String>,
    functions: BTreeMap<String, FunctionSymbol>,
}

/// The order in which tables came makes no other schema.
impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.tables == other.tables && self.functions == other.functions
    }
}

impl Eq for Schema {}

impl Schema {
    /// Adds a table; one of the same name is replaced.
    pub fn insert(&mut self, table: TableSymbol) {
        let name = table.name.clone();
        if self.tables.insert(name.clone(), table).is_none() {
            self.added.push(name);
        }
    }

    pub fn table(&self, name: &str) -> Option<&TableSymbol> {
        self.tables.get(name)
    }

    /// Tables in name order.
    pub fn tables(&self) -> impl Iterator<Item = &TableSymbol> {
        self.tables.values()
    }

    /// Tables in the order in which they came, which is the one that the language library puts them in for `union *`.
    pub fn tables_as_added(&self) -> impl Iterator<Item = &TableSymbol> {
        self.added.iter().filter_map(|name| self.tables.get(name))
    }

    /// Tables in name order.
    pub fn into_tables(self) -> impl Iterator<Item = TableSymbol> {
        self.tables.into_values()
    }

    /// Adds a function of the service; one of the same name is replaced.
    pub fn extend_functions(&mut self, functions: impl IntoIterator<Item = FunctionSymbol>) {
        functions.into_iter().for_each(|function| self.insert_function(function));
    }

    pub fn insert_function(&mut self, function: FunctionSymbol) {
        self.functions.insert(function.name.clone(), function);
    }

    pub fn function(&self, name: &str) -> Option<&FunctionSymbol> {
        self.functions.get(name)
    }

    /// Functions in name order.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionSymbol> {
        self.functions.values()
    }

    /// How many tables there are.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// True without a table.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}
