//! Tabular operators, one file each.

mod consume;
mod count;
mod datatable;
mod distinct;
mod evaluate;
mod extend;
mod externaldata;
mod facet;
mod find;
mod find_rows;
mod fork;
mod getschema;
mod graph_mark_components;
mod graph_match;
mod graph_pattern;
mod graph_to_table;
mod invoke;
mod join;
mod lookup;
mod macro_expand;
mod make_graph;
mod make_series;
mod make_series_plan;
mod mv_apply;
mod mv_expand;
mod parse;
mod parse_kv;
mod partition;
mod print;
mod project;
mod project_away;
mod project_by_names;
mod project_keep;
mod project_rename;
mod project_reorder;
mod range;
mod reduce;
mod render;
mod sample;
mod sample_distinct;
mod scan;
mod scan_plan;
mod search;
mod serialize;
mod sort;
mod subquery;
mod summarize;
mod take;
mod top;
mod top_hitters;
mod top_nested;
mod top_nested_plan;
mod union;
mod r#where;

pub(super) use extend::Target;

use super::Binder;
use super::operator_parameter::Given;
use super::projection::Projection;
use super::scope::Table;
use crate::kql::{ColumnSymbol, Operator, Relation, Scalar, ScalarKind, Span, TabularOperator};

impl Binder<'_> {
    /// An operator upon its input; without one where it begins a pipe.
    pub(super) fn operator(&mut self, operator: TabularOperator<'_>, input: Option<Table>) -> Option<Table> {
        // What an expression around this table may hold is no business of the operators in it.
        let outer = self.windowing.take();
        let table = self.operator_alone(operator, input);
        self.windowing = outer;
        table
    }

    fn operator_alone(&mut self, operator: TabularOperator<'_>, input: Option<Table>) -> Option<Table> {
        use TabularOperator as T;
        if let Some(input) = &input {
            self.note_row(&operator.span(), input);
        }
        let input = match (operator, input) {
            (T::Print(print), _) => return self.print(print),
            (T::Range(range), _) => return self.range(range),
            (T::Union(union), input) => return self.union(union, input),
            (T::Evaluate(evaluate), input) => return self.evaluate(evaluate, input),
            (T::MacroExpand(expand), _) => {
                self.refuse_operator(operator);
                return self.macro_expand(expand);
            }
            (T::Search(search), input) => return self.search(search, input),
            (T::Find(find), input) => return self.find(find, input.is_some()),
            (operator, None) => {
                let keyword = operator.keyword()?;
                let word = keyword.text();
                return self.error("KS174", keyword.span(), format!("'{word}' needs a table before it"));
            }
            (_, Some(input)) => input,
        };
        self.official_parameters(operator, &input);
        if self.context.capabilities.is_some() && input.graph.is_some() && !reads_graph(operator) {
            return self.error(
                "SEM0104",
                operator.span(),
                "a graph has no rows: only graph-match and its like go on from it",
            );
        }
        match operator {
            T::Where(operator) => self.r#where(operator, input),
            T::Extend(operator) => self.extend(operator.items(), self.without_twins(input), operator.span()),
            T::Project(operator) => self.project(operator, input),
            T::ProjectAway(operator) => self.project_away(operator, input),
            T::ProjectKeep(operator) => self.project_keep(operator, input),
            T::ProjectRename(operator) => self.project_rename(operator, input),
            T::ProjectReorder(operator) => self.project_reorder(operator, input),
            T::Summarize(operator) => self.summarize(operator, input),
            T::Sort(operator) => self.sort(operator, input),
            T::Top(operator) => self.top(operator, input),
            T::Take(operator) => self.take(operator, input),
            T::Count(operator) => self.count(operator, input),
            T::Distinct(operator) => self.distinct(operator, input),
            T::Join(operator) => self.join(operator, input),
            T::Lookup(operator) => self.lookup(operator, input),
            T::Invoke(operator) => self.invoke(operator, input),
            T::MvExpand(operator) => self.mv_expand(operator, input),
            T::SampleDistinct(operator) => self.sample_distinct(operator, input),
            T::Sample(operator) => self.sample(operator, input),
            T::PartitionBy(operator) => self.partition_by(operator, input),
            T::Partition(operator) => self.partition(operator, input),
            T::MvApply(operator) => self.mv_apply(operator, input),
            T::ParseKv(operator) => self.parse_kv(operator, input),
            T::ParseWhere(it) => self.parse(operator, it.expr(), it.pieces(), input),
            T::Parse(it) => self.parse(operator, it.expr(), it.pieces(), input),
            T::GetSchema(operator) => self.getschema(operator, input),
            T::As(operator) => self.r#as(operator, input),
            T::Consume(operator) => self.consume(operator, input),
            T::Serialize(operator) => self.serialize(operator, input),
            T::MakeSeries(operator) => self.make_series(operator, input),
            T::Scan(operator) => self.scan(operator, input),
            T::TopHitters(operator) => self.top_hitters(operator, input),
            T::TopNested(operator) => self.top_nested(operator, input),
            // What is drawn does not change the rows; the last one is kept by the statement.
            T::Render(operator) => Some(self.checked_render(operator, input)),
            T::MakeGraph(operator) => self.make_graph(operator, input),
            T::GraphMatch(it) => self.graph_match(operator, it.patterns(), it.predicate(), it.project(), input),
            T::GraphShortestPaths(it) => self.graph_match(operator, it.patterns(), it.predicate(), it.project(), input),
            T::GraphToTable(operator) => self.graph_to_table(operator, input),
            T::GraphMarkComponents(operator) => self.graph_mark_components(operator, input),
            T::Fork(operator) => self.fork(operator, input),
            T::Facet(operator) => self.facet(operator, input),
            T::Print(_) | T::Range(_) | T::Union(_) => None,
            operator => self.only_columns(operator, input),
        }
    }

    /// An operator that no engine of ours runs: it is bound for its columns alone, and refused where one would have to.
    fn only_columns(&mut self, operator: TabularOperator<'_>, input: Table) -> Option<Table> {
        use TabularOperator as T;
        self.refuse_operator(operator);
        match operator {
            T::Evaluate(operator) => self.evaluate(operator, Some(input)),
            T::Reduce(operator) => self.reduce(operator, input),
            T::ProjectByNames(operator) => self.project_by_names(operator, input),
            T::AssertSchema(operator) => self.opaque_same("assert-schema", input, operator.span()),
            T::ExecuteAndCache(operator) => self.opaque_same("__executeAndCache", input, operator.span()),
            T::GraphWhereNodes(it) => self.graph_where(operator, "graph-where-nodes", it.predicate(), input),
            T::GraphWhereEdges(it) => self.graph_where(operator, "graph-where-edges", it.predicate(), input),
            _ => {
                let word = operator.keyword().map_or("", |keyword| keyword.text());
                self.refuse(word, operator.span())
            }
        }
    }

    /// Columns behind the declared ones of `parse` may have the name of another one until `extend` renames them.
    fn without_twins(&self, mut input: Table) -> Table {
        if self.has_twins {
            input.relation.columns = Projection::of(input.columns()).into_columns().into();
        }
        input
    }

    /// Adds the columns that an operator declares; one of a name that is there already is a twin.
    fn append_declared(&mut self, columns: &mut Vec<ColumnSymbol>, declared: Vec<ColumnSymbol>) {
        self.has_twins |= declared.iter().any(|new| columns.iter().any(|column| column.name == new.name));
        columns.extend(declared);
    }

    /// Parameters of operators that the engine has rules of its own for, where the language's alone count.
    fn official_parameters(&mut self, operator: TabularOperator<'_>, input: &Table) {
        use TabularOperator as T;
        let name = match operator {
            T::Summarize(_) => "summarize",
            T::Sort(_) => "sort",
            T::Top(_) => "top",
            T::Distinct(_) => "distinct",
            T::Where(_) => "where",
            _ => return,
        };
        if self.context.capabilities.is_none() {
            self.check_parameters(name, operator.parameters().map(Given::of_parameter), &input.row());
        }
    }

    fn refuse_operator(&mut self, operator: TabularOperator<'_>) {
        if self.context.capabilities.is_some() {
            let word = operator.keyword().map_or("", |keyword| keyword.text());
            let _: Option<()> = self.refuse(word, operator.span());
        }
    }

    /// A table of the columns at these places.
    fn choose(&mut self, input: Table, chosen: &[usize], span: Span) -> Option<Table> {
        let columns: Vec<ColumnSymbol> = chosen.iter().map(|&index| input.columns()[index].clone()).collect();
        self.rearrange(input, chosen, columns, span)
    }

    /// A table of the columns at these places under the given names.
    fn rearrange(&mut self, input: Table, chosen: &[usize], columns: Vec<ColumnSymbol>, span: Span) -> Option<Table> {
        let values = chosen.iter().map(|&index| column(&input.relation, index, span.clone())).collect();
        let operator = Operator::Project { input: Box::new(input.relation), values };
        self.table(Relation::new(operator, columns, span), input.unknown, input.depth + 1)
    }
}

/// True for the operators that go on from a graph.
fn reads_graph(operator: TabularOperator<'_>) -> bool {
    use TabularOperator as T;
    matches!(
        operator,
        T::GraphMatch(_)
            | T::GraphShortestPaths(_)
            | T::GraphToTable(_)
            | T::GraphMarkComponents(_)
            | T::GraphWhereNodes(_)
            | T::GraphWhereEdges(_)
            | T::As(_)
    )
}

/// A reference to a column of a relation.
fn column(relation: &Relation, index: usize, span: Span) -> Scalar {
    Scalar { kind: ScalarKind::Column(index), ty: relation.columns[index].ty, span }
}

/// True when the name fits a pattern in which `*` stands for any run of characters.
pub(super) fn matches_pattern(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            match rest.find(middle) {
                Some(at) => rest = &rest[at + str::len(middle)..],
                None => return false,
            }
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}
