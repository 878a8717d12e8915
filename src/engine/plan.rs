//! A bound relation becomes a logical plan.
//!
//! Columns keep no KQL names inside a plan: each has an internal name that is unique in the query (`c0`, `c1`, …; those
//! of a scan are unique with its name), and [`Planned::columns`] says which one stands at which place. So duplicate or odd names never matter, and nothing is
//! ever parsed as an identifier.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use arrow::datatypes::Field;
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, DFSchema, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, LogicalPlanBuilder};

use super::Shared;
use super::coded::CodedColumns;
use super::error::EngineError;
use super::expression::Scope;
use super::nodes::{OwnNode, OwnOperator};
use super::operators;
use super::plugins;
use super::prepare::Prepared;
use super::stages::Stages;
use super::storage;
use crate::kql::{Operator, PathStep, Relation, Scalar, ScalarKind, ScalarType};

/// A plan and its columns by place.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Planned {
    pub(in crate::engine) plan: LogicalPlan,
    pub(in crate::engine) columns: Vec<Column>,
}

/// Writes the logical plan of one query, or of one of its prepared parts.
#[derive(Debug)]
pub(in crate::engine) struct Planner<'a> {
    pub(in crate::engine) shared: &'a Shared,
    pub(in crate::engine) prepared: &'a Prepared,
    /// Names of the tables that the plan scans, once for each scan.
    pub(in crate::engine) scanned: Vec<String>,
    /// Rows that the plan reads, from tables or made by itself; `None` when somebody does not know.
    n_rows: Option<u64>,
    /// Which columns of the relation planned next are read by what stands above it; `None` for all.
    needed: Option<Vec<bool>>,
    /// Who counts the groups that are planned next, by their mark.
    pub(in crate::engine) group_counts: HashMap<usize, Vec<Arc<AtomicU64>>>,
    /// Where the operator over rows in order that is planned next begins anew: columns of its input.
    pub(in crate::engine) begins_anew_at: Vec<usize>,
    n_names: usize,
    pub(in crate::engine) coded: CodedColumns,
    pub(in crate::engine) stages: Stages,
    /// Whether whoever asked for the relation planned next takes codes in the place of texts.
    pub(in crate::engine) takes_codes: bool,
}

impl<'a> Planner<'a> {
    pub(in crate::engine) fn new(shared: &'a Shared, prepared: &'a Prepared) -> Self {
        Self {
            shared,
            prepared,
            scanned: Vec::new(),
            n_rows: Some(0),
            needed: None,
            group_counts: HashMap::new(),
            begins_anew_at: Vec::new(),
            n_names: 0,
            coded: CodedColumns::default(),
            stages: Stages::default(),
            takes_codes: false,
        }
    }

    /// Plans an input of which only some columns are read. DataFusion itself leaves unread columns out nearly
    /// everywhere, but it cannot look into aggregates that give several columns, of which `arg_max(t, *)` is one.
    pub(in crate::engine) fn plan_input(
        &mut self,
        input: &Relation,
        needed: Vec<bool>,
    ) -> Result<Planned, EngineError> {
        self.needed = Some(needed);
        self.plan(input)
    }

    pub(in crate::engine) fn plan(&mut self, relation: &Relation) -> Result<Planned, EngineError> {
        let takes_codes = std::mem::take(&mut self.takes_codes);
        let parent = self.stages.enter(relation);
        let planned = self.operator(relation)?;
        let planned = if takes_codes { planned } else { self.texts(planned)? };
        self.stages.leave(parent);
        Ok(planned)
    }

    fn operator(&mut self, relation: &Relation) -> Result<Planned, EngineError> {
        let needed = self.needed.take().unwrap_or_else(|| vec![true; relation.columns.len()]);
        match &relation.operator {
            Operator::Table { name } => operators::table(self, relation, name),
            Operator::Print { values } => operators::print(self, values),
            Operator::Range { from, to, step } => operators::range(self, relation, [from, to, step]),
            Operator::Datatable { rows } => operators::datatable(self, relation, rows),
            Operator::ExternalData(_) => operators::externaldata(self, relation),
            Operator::Where { input, predicate } => operators::where_(self, input, predicate, needed),
            Operator::Project { input, values } => operators::project(self, input, values, &needed),
            Operator::Summarize { input, keys, aggregates } => {
                operators::summarize(self, input, keys, aggregates, &needed)
            }
            Operator::Distinct { input } => operators::distinct(self, input),
            Operator::Sort { input, keys } => operators::sort(self, input, keys, needed),
            Operator::Top { input, count, keys } => operators::top(self, input, *count, keys, needed),
            Operator::Take { input, count } => operators::take(self, input, *count, needed),
            Operator::Count { input } => operators::count(self, input),
            Operator::Extract { input, text, pattern } => {
                operators::extract(self, relation, input, text, pattern, &needed)
            }
            Operator::Group { .. } => Err(EngineError::internal("a group was left in the query")),
            Operator::RowId { input, group } => operators::row_id(self, input, *group, &needed),
            Operator::Groups { input, keys, group, limit } => {
                operators::groups(self, input, keys, *group, *limit, needed)
            }
            Operator::EveryGroup { input, group } => operators::every_group(self, input, *group, needed),
            Operator::EachGroup { input, keys } => operators::each_group(self, input, keys, needed),
            Operator::TakeEach { input, keys, count } => operators::take_each(self, input, keys, *count, needed),
            Operator::MvExpand { .. } => operators::mv_expand(self, relation, &needed),
            Operator::Join { left, right, kind, on } => operators::join(self, left, right, *kind, on),
            Operator::Union { inputs } => operators::union(self, relation, inputs),
            Operator::Materialize { id, input } => operators::materialize(self, *id, input),
            Operator::Scan { input, scan } => operators::scan(self, input, scan, needed),
            Operator::MakeSeries { input, series } => operators::make_series(self, input, series),
            Operator::Window { input, calls } => operators::window(self, input, calls, needed),
            Operator::Plugin { inputs, plugin } => plugins::plugin(self, relation, inputs, plugin),
            Operator::Opaque { construct, .. } => Err(EngineError::unsupported(*construct, &relation.span)),
        }
    }

    /// Notes that the plan reads so many rows.
    pub(in crate::engine) fn reads(&mut self, n_rows: Option<u64>) {
        self.n_rows = self.n_rows.zip(n_rows).map(|(have, more)| have.saturating_add(more));
    }

    /// True when the plan reads so few rows that dividing the work would cost more than it saves.
    pub(in crate::engine) fn is_small(&self) -> bool {
        self.n_rows.is_some_and(|n_rows| n_rows <= self.shared.options.batch_rows as u64)
    }

    /// A column name that nothing else in the plan has.
    pub(in crate::engine) fn fresh(&mut self) -> String {
        let name = format!("c{}", self.n_names);
        self.stages.made(&name);
        self.n_names += 1;
        name
    }

    /// Translates scalars over the columns of an input.
    pub(in crate::engine) fn values(&self, input: &Planned, values: &[Scalar]) -> Result<Vec<Expr>, EngineError> {
        let scope = Scope { columns: &input.columns, prepared: self.prepared };
        values.iter().map(|value| scope.value(value)).collect()
    }

    /// The input with one column for each expression. A column that is only passed on keeps its name.
    pub(in crate::engine) fn project(&mut self, input: Planned, values: Vec<Expr>) -> Result<Planned, EngineError> {
        if gives_already(&input.plan, &values) {
            let columns = values.into_iter().filter_map(|value| value.try_as_col().cloned()).collect();
            return Ok(Planned { plan: input.plan, columns });
        }
        let mut passed = HashSet::new();
        let mut columns: Vec<Column> = Vec::with_capacity(values.len());
        let mut named = Vec::with_capacity(values.len());
        for value in values {
            match value {
                Expr::Column(column) if column.relation.is_none() && passed.insert(column.clone()) => {
                    columns.push(column.clone());
                    named.push(Expr::Column(column));
                }
                other => {
                    let column = Column::new_unqualified(self.fresh());
                    if let Expr::Column(passed) = &other {
                        self.coded.pass_on(passed, &column);
                    }
                    named.push(other.alias(&column.name));
                    columns.push(column);
                }
            }
        }
        let plan = LogicalPlanBuilder::from(input.plan).project(named)?.build()?;
        Ok(Planned { plan, columns })
    }

    /// An operator of ours over planned inputs. Its output columns are the passed ones, which are columns of the first
    /// input by place, and then new ones; a [`Work`] gives them in this order. `filters_pass` when a later filter on
    /// passed columns may as well be applied to the input.
    ///
    /// [`Work`]: super::nodes::Work
    pub(in crate::engine) fn own(
        &mut self,
        operator: Arc<dyn OwnOperator>,
        inputs: Vec<Planned>,
        passed: &[usize],
        new: &[ScalarType],
        filters_pass: bool,
    ) -> Result<Planned, EngineError> {
        let inputs = inputs.into_iter().map(|input| self.in_place(input)).collect::<Result<Vec<_>, _>>()?;
        let first = inputs.first().ok_or_else(|| EngineError::internal("an operator without an input"))?;
        let passed: Vec<_> = passed.iter().map(|place| first.plan.schema().qualified_field(*place)).collect();
        let mut columns: Vec<Column> = Vec::with_capacity(passed.len() + new.len());
        let mut fields = Vec::with_capacity(columns.capacity());
        for (relation, field) in passed {
            let column = Column::new(relation.cloned(), field.name());
            let column = if columns.contains(&column) { Column::new_unqualified(self.fresh()) } else { column };
            fields.push((column.relation.clone(), Arc::new(field.as_ref().clone().with_name(&column.name))));
            columns.push(column);
        }
        let names = columns.iter().filter(|_| filters_pass).map(|column| column.name.clone()).collect();
        for ty in new {
            let name = self.fresh();
            fields.push((None, Arc::new(Field::new(&name, storage::data_type(*ty), true))));
            columns.push(Column::new_unqualified(name));
        }
        let schema = Arc::new(DFSchema::new_with_metadata(fields, HashMap::new())?);
        let inputs = inputs.into_iter().map(|input| input.plan).collect();
        let node = OwnNode::new(operator, inputs, schema, names);
        Ok(Planned { plan: LogicalPlan::Extension(Extension { node: Arc::new(node) }), columns })
    }

    /// The input with only the columns that are read, and the place of each there; that of others means nothing. An
    /// operator of ours needs it: DataFusion does not look into those for what is read.
    pub(in crate::engine) fn narrowed(
        &mut self,
        input: Planned,
        read: &[bool],
    ) -> Result<(Planned, Vec<usize>), EngineError> {
        let mut places = vec![usize::MAX; read.len()];
        let mut columns = Vec::new();
        for (place, column) in input.columns.iter().enumerate().filter(|(place, _)| read[*place]) {
            places[place] = columns.len();
            columns.push(Expr::Column(column.clone()));
        }
        Ok((self.project(input, columns)?, places))
    }

    /// What an operator of ours gave of the columns that were passed, at the places they had before it; a null where a
    /// column was not passed, since nobody reads it.
    pub(in crate::engine) fn widened(
        &mut self,
        narrow: Planned,
        passed: &[usize],
        columns: &[ScalarType],
    ) -> Result<Planned, EngineError> {
        if passed.len() == columns.len() && narrow.columns.len() == columns.len() {
            return Ok(narrow);
        }
        let value = |(place, ty): (usize, &ScalarType)| match passed.iter().position(|other| *other == place) {
            Some(at) => Expr::Column(narrow.columns[at].clone()),
            None => Expr::Literal(storage::null(*ty), None),
        };
        let mut values: Vec<Expr> = columns.iter().enumerate().map(value).collect();
        values.extend(references(&narrow.columns[passed.len()..]));
        self.project(narrow, values)
    }

    /// The input with its columns, and nothing else, at their places.
    fn in_place(&mut self, input: Planned) -> Result<Planned, EngineError> {
        let columns = references(&input.columns);
        self.project(input, columns)
    }

    /// The scan of a table-like thing. The scan itself has a fresh name and its columns keep theirs below it: giving each
    /// a fresh one would take a projection of all, and a table may have ten thousand columns.
    pub(in crate::engine) fn scan(
        &mut self,
        provider: &Arc<dyn TableProvider>,
        names: &[&str],
    ) -> Result<Planned, EngineError> {
        let table = TableReference::bare(self.fresh());
        let source = provider_as_source(Arc::clone(provider));
        let plan = LogicalPlanBuilder::scan(table.clone(), source, None)?.build()?;
        let columns = names.iter().map(|name| Column::new(Some(table.clone()), *name)).collect();
        Ok(Planned { plan, columns })
    }
}

/// True when the expressions are the plan's columns in their order. DataFusion looks each column of a projection up by its
/// name, one after another, which takes seconds for ten thousand of them.
fn gives_already(plan: &LogicalPlan, values: &[Expr]) -> bool {
    let schema = plan.schema();
    values.len() == schema.fields().len()
        && values.iter().zip(schema.iter()).all(|(value, (relation, field))| match value {
            Expr::Column(column) => column.relation.as_ref() == relation && column.name == *field.name(),
            _ => false,
        })
}

/// Marks the columns that a scalar reads.
pub(in crate::engine) fn mark(needed: &mut [bool], scalar: &Scalar) {
    match &scalar.kind {
        ScalarKind::Column(index) => {
            if let Some(column) = needed.get_mut(*index) {
                *column = true;
            }
        }
        ScalarKind::Literal(_) | ScalarKind::Open(_) | ScalarKind::Parameter(_) | ScalarKind::ToScalar(_) => {}
        ScalarKind::Operator(_, operands) | ScalarKind::Call(_, operands) => {
            for operand in operands {
                mark(needed, operand);
            }
        }
        ScalarKind::Convert(operand) | ScalarKind::InRelation { needle: operand, .. } => mark(needed, operand),
        ScalarKind::Path { base, steps } => {
            mark(needed, base);
            for step in steps {
                if let PathStep::Computed(step) = step {
                    mark(needed, step);
                }
            }
        }
    }
}

/// The types of a relation's columns.
pub(in crate::engine) fn types(relation: &Relation) -> Vec<ScalarType> {
    relation.columns.iter().map(|column| column.ty).collect()
}

/// Column references as expressions.
pub(in crate::engine) fn references(columns: &[Column]) -> Vec<Expr> {
    columns.iter().cloned().map(Expr::Column).collect()
}
