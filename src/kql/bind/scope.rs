//! What names mean where.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::Binder;
use super::facts::Meaning;
use super::function::{Given, LocalFunction};
use super::local::Members;
use crate::kql::{ColumnSymbol, Operator, Relation, Scalar, ScalarKind, ScalarType, Span, Value};

/// Columns of which not everything is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Unknown {
    /// Columns that exist but whose definition is in error; naming them is silent.
    pub(super) names: BTreeSet<String>,
    /// There may be any column besides: the input was in error, or the columns show only when the query runs.
    pub(super) is_open: bool,
}

impl Unknown {
    /// Nothing is certain any more.
    pub(super) fn open() -> Self {
        Self { names: BTreeSet::new(), is_open: true }
    }

    pub(super) fn insert(&mut self, name: String) {
        self.names.insert(name);
    }

    /// True when it was unknown.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        self.names.remove(name)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names that the other does not have.
    pub(super) fn without(self, other: &Self) -> Self {
        let is_open = self.is_open;
        Self { names: self.names.into_iter().filter(|name| !other.contains(name)).collect(), is_open }
    }

    /// What is unknown of either.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.names.extend(other.names.iter().cloned());
        self.is_open |= other.is_open;
        self
    }
}

impl FromIterator<String> for Unknown {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self { names: names.into_iter().collect(), is_open: false }
    }
}

/// A bound tabular expression.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) relation: Relation,
    pub(super) unknown: Unknown,
    /// Operators from here to the farthest source.
    pub(super) depth: usize,
    /// The table's name as long as nothing but the table has been said; `union withsource=` shows it.
    pub(super) source: Option<String>,
    /// It is no table but a graph, whose columns only its own operators see.
    pub(super) graph: Option<Arc<Graph>>,
}

/// What is known of a graph: the columns of its edges and of its nodes.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) edges: Members,
    pub(super) nodes: Option<Members>,
    /// Its rows, where the engine runs it.
    pub(super) rows: Option<GraphRows>,
}

/// The tables that a graph is made of.
#[derive(Debug, Clone)]
pub(super) struct GraphRows {
    /// The identity, which has no name, and the properties. Every node once.
    pub(super) nodes: Relation,
    pub(super) edges: Relation,
    /// Columns of the edges: the identities of their ends.
    pub(super) source: usize,
    pub(super) target: usize,
    pub(super) is_directed: bool,
    /// Operators from here to the farthest source.
    pub(super) depth: usize,
}

impl Table {
    /// What stands for a table that could not be bound, for which the reason has been reported: any name is let pass.
    pub(super) fn in_error(columns: Arc<[ColumnSymbol]>, span: Span) -> Self {
        let operator = Operator::Opaque { construct: "an error", inputs: Vec::new() };
        Self {
            relation: Relation::new(operator, columns, span),
            unknown: Unknown::open(),
            depth: 0,
            source: None,
            graph: None,
        }
    }

    pub(super) fn columns(&self) -> &[ColumnSymbol] {
        &self.relation.columns
    }

    pub(super) fn row(&self) -> Row<'_> {
        Row { columns: &self.relation.columns, unknown: Some(&self.unknown) }
    }
}

/// The columns that an expression may read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) columns: &'r [ColumnSymbol],
    pub(super) unknown: Option<&'r Unknown>,
}

impl Row<'_> {
    /// No columns: `print`, `let`, counts.
    pub(super) const NONE: Row<'static> = Row { columns: &[], unknown: None };

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    pub(super) fn is_unknown(&self, name: &str) -> bool {
        self.unknown.is_some_and(|unknown| unknown.contains(name))
    }

    /// True when there may be columns besides these.
    pub(super) fn is_open(&self) -> bool {
        self.unknown.is_some_and(|unknown| unknown.is_open)
    }
}

/// A name that `let` or `as` has given.
#[derive(Debug, Clone)]
pub(super) struct Let {
    pub(super) name: String,
    pub(super) value: LetValue,
    /// Parts it adds to the query wherever it is used.
    pub(super) size: usize,
    /// A parameter of the query or of a function.
    pub(super) is_parameter: bool,
    /// For a value that differs from row to row, as an argument may: how deep in tables its rows are. It means nothing
    /// in a table within.
    pub(super) rows: Option<usize>,
    /// The name where it is defined.
    pub(super) definition: Span,
}

impl Let {
    pub(super) fn meaning(&self) -> Meaning {
        match self.value {
            _ if self.is_parameter => Meaning::Parameter,
            LetValue::Function(_) => Meaning::LocalFunction,
            _ => Meaning::Variable,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum LetValue {
    Scalar(Scalar),
    Table(Box<Table>),
    Function(Rc<LocalFunction>),
    /// In error, reported where it was defined.
    Poisoned,
}

/// Names in the order they were given; of equal ones the latest counts.
#[derive(Debug, Default)]
pub(super) struct Lets {
    bindings: Vec<Let>,
    /// Places of each name, the latest last.
    places: HashMap<String, Vec<usize>>,
}

impl Lets {
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Let> {
        self.bindings.iter()
    }

    pub(super) fn push(&mut self, binding: Let) {
        self.places.entry(binding.name.clone()).or_default().push(self.bindings.len());
        self.bindings.push(binding);
    }

    pub(super) fn find(&self, name: &str) -> Option<&Let> {
        self.bindings.get(self.place(name)?)
    }

    /// Where the latest of a name stands.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name)?.last().copied()
    }

    pub(super) fn is_parameter(&self, place: usize) -> bool {
        self.bindings[place].is_parameter
    }

    /// Takes out what was named since there were so many, in order.
    pub(super) fn split_off(&mut self, length: usize) -> Vec<Let> {
        let later = self.bindings.split_off(length);
        for binding in &later {
            if let Some(places) = self.places.get_mut(&binding.name) {
                places.pop();
            }
        }
        later
    }

    /// Forgets what was named since there were so many.
    pub(super) fn truncate(&mut self, length: usize) {
        drop(self.split_off(length));
    }
}

impl Binder<'_> {
    /// The latest `let` of a name.
    pub(super) fn find_let(&self, name: &str) -> Option<&Let> {
        self.lets.find(name)
    }

    /// True when the name alone would be a table here.
    pub(super) fn names_table(&self, name: &str) -> bool {
        match self.find_let(name).map(|binding| &binding.value) {
            Some(LetValue::Table(_)) => true,
            Some(LetValue::Function(function)) => function.gives_table(),
            Some(_) => false,
            None => self.context.schema.table(name).is_some(),
        }
    }

    /// A column, or a scalar `let`: the column wins.
    pub(super) fn scalar_name(&mut self, name: &str, span: Span, row: &Row<'_>) -> Option<Scalar> {
        if row.is_unknown(name) {
            self.note_name(&span, name, Meaning::Column, Some(ScalarType::Unknown), None);
            return None;
        }
        if let Some(index) = row.position(name) {
            if self.collecting.is_some() {
                let message =
                    format!("'{name}' is a column: summarize wants an aggregate of it, or the column after by");
                return self.error(self.code("SEM0237", "KS236"), span, message);
            }
            let ty = row.columns[index].ty;
            self.note_shape(&span, row.columns[index].shape);
            self.note_name(&span, name, Meaning::Column, Some(ty), None);
            return Some(Scalar { kind: ScalarKind::Column(index), ty, span });
        }
        if self.graph_scope.is_some() && self.find_local(name).is_some() {
            return self.refuse("a whole element of a graph as a value", span);
        }
        if let Some(value) = self.local_value(name, &span) {
            return Some(value);
        }
        self.note_let(name, &span);
        match self.find_let(name).map(|binding| (&binding.value, binding.size)) {
            Some((LetValue::Poisoned, _)) => None,
            Some((LetValue::Function(function), _)) => {
                let function = Rc::clone(function);
                match self.call_without_list(name, &function, span.clone())? {
                    Given::Scalar(value) => Some(value),
                    Given::Table(_) => self.table_is_no_scalar(name, span),
                }
            }
            Some((LetValue::Scalar(_), size)) => {
                if self.find_let(name).and_then(|it| it.rows).is_some_and(|rows| rows != self.nesting) {
                    return self.refuse("an argument that differs from row to row, inside a table", span);
                }
                self.charge(size, &span)?;
                match self.find_let(name).map(|binding| &binding.value) {
                    Some(LetValue::Scalar(value)) => {
                        let value = value.clone();
                        let shape = self.shape_of(&value);
                        self.note_shape(&span, shape);
                        Some(Scalar { span, ..value })
                    }
                    _ => None,
                }
            }
            Some((LetValue::Table(_), _)) => self.table_is_no_scalar(name, span),
            None if row.is_open() => {
                self.note_name(&span, name, Meaning::Column, Some(ScalarType::Unknown), None);
                Some(Scalar { kind: ScalarKind::Open(name.to_owned()), ty: ScalarType::Unknown, span })
            }
            None if self.context.schema.table(name).is_some() => self.table_is_no_scalar(name, span),
            None => self.unknown_column(name, span, row),
        }
    }

    /// Notes the use of a name that the text has given.
    pub(super) fn note_let(&mut self, name: &str, span: &Span) {
        if self.facts.is_none() {
            return;
        }
        if let Some(binding) = self.find_let(name) {
            let ty = match &binding.value {
                LetValue::Scalar(value) => Some(value.ty),
                LetValue::Function(function) => function.scalar_type(),
                LetValue::Table(_) | LetValue::Poisoned => None,
            };
            let (meaning, definition) = (binding.meaning(), binding.definition.clone());
            self.note_name(span, name, meaning, ty, Some(definition));
        }
    }

    pub(super) fn scalar_is_no_table<T>(&mut self, span: Span) -> Option<T> {
        let code = self.code("SEM0100", "KS111");
        self.error(code, span, "this is a single value, but a table is expected here")
    }

    pub(super) fn table_is_no_scalar<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let code = self.code("SEM0100", "KS108");
        self.error(code, span, format!("'{name}' is a table, but a single value is expected here"))
    }

    /// A table of a `let` or of the schema.
    pub(super) fn table_name(&mut self, name: &str, span: Span) -> Option<Table> {
        self.note_let(name, &span);
        match self.find_let(name).map(|binding| (&binding.value, binding.size)) {
            Some((LetValue::Poisoned, _)) => return None,
            Some((LetValue::Function(function), _)) => {
                let function = Rc::clone(function);
                return match self.call_without_list(name, &function, span.clone())? {
                    Given::Table(table) => Some(function.names_rows_of(name, *table)),
                    Given::Scalar(value) => self.scalar_is_no_table(value.span),
                };
            }
            Some((LetValue::Table(table), size)) => {
                let table = (**table).clone();
                self.charge(size, &span)?;
                return Some(table);
            }
            Some((LetValue::Scalar(_), _)) => return self.scalar_is_no_table(span),
            None => {}
        }
        let Some(symbol) = self.context.schema.table(name) else {
            return self.unknown_table(name, span);
        };
        let columns = Arc::clone(&symbol.columns);
        self.note_name(&span, name, Meaning::Table, None, None);
        let relation = Relation::new(Operator::Table { name: name.to_owned() }, columns, span);
        let table = self.table(relation, Unknown::default(), 1)?;
        let mut table = self.in_time_range(table, symbol.time_column())?;
        table.source = Some(name.to_owned());
        Some(table)
    }
}

/// So many bytes of a constant text count as one part of a query.
const BYTES_OF_A_PART: usize = 256;

/// The parts of an expression, as far as they can multiply.
pub(super) fn scalar_size(value: &Scalar) -> usize {
    let inner = match &value.kind {
        ScalarKind::Literal(Value::String(text) | Value::Dynamic(text)) => text.len() / BYTES_OF_A_PART,
        ScalarKind::Literal(_) | ScalarKind::Column(_) | ScalarKind::Open(_) | ScalarKind::Parameter(_) => 0,
        ScalarKind::Operator(_, args) | ScalarKind::Call(_, args) => args.iter().map(scalar_size).sum(),
        ScalarKind::Convert(inner) => scalar_size(inner),
        ScalarKind::Path { base, steps } => scalar_size(base) + steps.len(),
        ScalarKind::ToScalar(relation) => relation_size(relation),
        ScalarKind::InRelation { needle, relation, .. } => scalar_size(needle) + relation_size(relation),
    };
    1 + inner
}

/// The parts of a relation; what is materialized counts once, where it is made.
pub(super) fn relation_size(relation: &Relation) -> usize {
    let inner = match &relation.operator {
        Operator::Materialize { .. } => 0,
        operator => {
            operator.inputs().into_iter().map(relation_size).sum::<usize>()
                + operator.scalars().into_iter().map(scalar_size).sum::<usize>()
                + own_size(relation)
        }
    };
    1 + relation.columns.len() / 16 + inner
}

/// What an operator holds beside relations and expressions.
fn own_size(relation: &Relation) -> usize {
    match &relation.operator {
        Operator::Datatable { rows } => rows.len() * relation.columns.len(),
        Operator::Summarize { aggregates, .. } => aggregates.len(),
        Operator::MvExpand { items, .. } => items.len(),
        Operator::Scan { scan, .. } => scan.steps.len(),
        Operator::Window { calls, .. } => calls.len(),
        _ => 0,
    }
}

/// The widest of two types of number.
pub(super) fn widest(left: ScalarType, right: ScalarType) -> Option<ScalarType> {
    const ORDER: [ScalarType; 4] = [ScalarType::Int, ScalarType::Long, ScalarType::Real, ScalarType::Decimal];
    let rank = |ty| ORDER.iter().position(|candidate| *candidate == ty);
    Some(ORDER[rank(left)?.max(rank(right)?)])
}
