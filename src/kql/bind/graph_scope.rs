//! What the names of a graph pattern mean where the engine runs it: each expression over an element becomes a column of
//! the matches.

use std::collections::HashMap;
use std::sync::Arc;

use super::Binder;
use super::convert::convert;
use super::scope::{GraphRows, Row};
use crate::kql::{
    CallExpr, ColumnSymbol, Expr, GraphColumn, PathFold, PathStep, Scalar, ScalarKind, ScalarOperator, ScalarType, Span,
};

/// The functions upon elements of a pattern that run.
pub(in crate::kql) const GRAPH_FUNCTIONS: [&str; 7] =
    ["all", "any", "inner_nodes", "map", "node_degree_in", "node_degree_out", "node_id"];

/// What a name of the pattern stands for: variables of nodes and places of edges are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Node(usize),
    /// One edge.
    Edge(usize),
    /// Several, one after another.
    Path(usize),
}

/// The pattern at hand, and what was read of its elements so far.
#[derive(Debug)]
pub(super) struct GraphScope {
    elements: HashMap<String, Element>,
    /// The columns of nodes, the identity first and without a name.
    node_row: Arc<[ColumnSymbol]>,
    edge_row: Arc<[ColumnSymbol]>,
    /// Columns of the matches.
    pub(super) columns: Vec<(GraphColumn, ScalarType)>,
    /// What is computed of each node, and of each edge, before the search.
    pub(super) node_values: Vec<Scalar>,
    pub(super) edge_values: Vec<Scalar>,
    /// Behind `where`, where a property of a path means nothing.
    pub(super) in_condition: bool,
    /// Inside `all()` and its like, where names are columns.
    is_inside: bool,
}

impl GraphScope {
    pub(super) fn new(rows: &GraphRows, elements: HashMap<String, Element>) -> Self {
        Self {
            elements,
            node_row: Arc::clone(&rows.nodes.columns),
            edge_row: Arc::clone(&rows.edges.columns),
            columns: Vec::new(),
            node_values: Vec::new(),
            edge_values: Vec::new(),
            in_condition: false,
            is_inside: false,
        }
    }

    /// A column of the matches; equal ones are one.
    pub(super) fn column(&mut self, column: GraphColumn, ty: ScalarType, span: Span) -> Scalar {
        let place = self.columns.iter().position(|known| *known == (column, ty)).unwrap_or_else(|| {
            self.columns.push((column, ty));
            self.columns.len() - 1
        });
        Scalar { kind: ScalarKind::Column(place), ty, span }
    }

    /// Where a value of each node stands in the rows of the nodes: behind the identity.
    fn node_column(&mut self, value: Scalar) -> usize {
        1 + place_of(&mut self.node_values, value)
    }

    /// Where a value of each edge stands: behind both ends.
    fn edge_column(&mut self, value: Scalar) -> usize {
        2 + place_of(&mut self.edge_values, value)
    }

    /// A condition that reads a single element alone, as a column of the nodes or edges themselves.
    pub(super) fn pushed(&mut self, condition: &Scalar) -> Option<Pushed> {
        if let ScalarKind::Column(place) = &condition.kind
            && let GraphColumn::Path { edge, inner, column, fold: PathFold::All } = self.columns[*place].0
        {
            return Some(if inner { Pushed::Inner { edge, column } } else { Pushed::Edge { edge, column } });
        }
        let mut read = Vec::new();
        columns_of(condition, &mut read)?;
        let first = self.columns[*read.first()?].0;
        match first {
            GraphColumn::Node { variable, .. } => {
                let value = substituted(condition, &|place| match self.columns[place].0 {
                    GraphColumn::Node { variable: other, column } if other == variable => {
                        Some(self.node_values[column - 1].clone())
                    }
                    _ => None,
                })?;
                Some(Pushed::Node { variable, column: self.node_column(value) })
            }
            GraphColumn::Edge { edge, .. } => {
                let value = substituted(condition, &|place| match self.columns[place].0 {
                    GraphColumn::Edge { edge: other, column } if other == edge => {
                        Some(self.edge_values[column - 2].clone())
                    }
                    _ => None,
                })?;
                Some(Pushed::Edge { edge, column: self.edge_column(value) })
            }
            _ => None,
        }
    }
}

/// A condition upon one element.
pub(super) enum Pushed {
    Node { variable: usize, column: usize },
    Edge { edge: usize, column: usize },
    Inner { edge: usize, column: usize },
}

fn place_of(values: &mut Vec<Scalar>, value: Scalar) -> usize {
    let same = |known: &Scalar| known.kind == value.kind && known.ty == value.ty;
    values.iter().position(same).unwrap_or_else(|| {
        values.push(value);
        values.len() - 1
    })
}

/// The conditions that are all true where a condition is.
pub(super) fn conjuncts(condition: Scalar) -> Vec<Scalar> {
    let mut open = vec![condition];
    let mut parts = Vec::new();
    while let Some(part) = open.pop() {
        match part.kind {
            ScalarKind::Operator(ScalarOperator::And, operands) => open.extend(operands.into_iter().rev()),
            _ => parts.push(part),
        }
    }
    parts
}

/// The columns that a value reads; `None` where it is not sure.
fn columns_of(value: &Scalar, out: &mut Vec<usize>) -> Option<()> {
    match &value.kind {
        ScalarKind::Literal(_) | ScalarKind::ToScalar(_) => {}
        ScalarKind::Column(place) => out.push(*place),
        ScalarKind::Operator(_, operands) | ScalarKind::Call(_, operands) => {
            operands.iter().try_for_each(|operand| columns_of(operand, out))?;
        }
        ScalarKind::Convert(operand) | ScalarKind::InRelation { needle: operand, .. } => columns_of(operand, out)?,
        ScalarKind::Path { base, steps } => {
            columns_of(base, out)?;
            for step in steps {
                if let PathStep::Computed(step) = step {
                    columns_of(step, out)?;
                }
            }
        }
        _ => return None,
    }
    Some(())
}

/// The value with something else for each column; `None` where that is not possible.
pub(super) fn substituted(value: &Scalar, column: &dyn Fn(usize) -> Option<Scalar>) -> Option<Scalar> {
    let all = |values: &[Scalar]| values.iter().map(|value| substituted(value, column)).collect::<Option<Vec<_>>>();
    let kind = match &value.kind {
        ScalarKind::Literal(_) | ScalarKind::ToScalar(_) => value.kind.clone(),
        ScalarKind::Column(place) => return Some(Scalar { span: value.span.clone(), ..column(*place)? }),
        ScalarKind::Operator(operator, operands) => ScalarKind::Operator(*operator, all(operands)?),
        ScalarKind::Call(name, operands) => ScalarKind::Call(name, all(operands)?),
        ScalarKind::Convert(operand) => ScalarKind::Convert(Box::new(substituted(operand, column)?)),
        ScalarKind::InRelation { needle, relation, ignore_case } => ScalarKind::InRelation {
            needle: Box::new(substituted(needle, column)?),
            relation: relation.clone(),
            ignore_case: *ignore_case,
        },
        ScalarKind::Path { base, steps } => {
            let steps = steps.iter().map(|step| match step {
                PathStep::Computed(step) => Some(PathStep::Computed(substituted(step, column)?)),
                step => Some(step.clone()),
            });
            ScalarKind::Path { base: Box::new(substituted(base, column)?), steps: steps.collect::<Option<_>>()? }
        }
        _ => return None,
    };
    Some(Scalar { kind, ty: value.ty, span: value.span.clone() })
}

impl Binder<'_> {
    /// A property of an element of the pattern: `a.name`.
    pub(super) fn graph_member(&mut self, element: &str, property: &str, span: Span) -> Option<Scalar> {
        let scope = self.graph_scope.as_mut()?;
        if scope.is_inside {
            return self.refuse("an element of the pattern inside all(), any() or map()", span);
        }
        let found = *scope.elements.get(element)?;
        let row = if matches!(found, Element::Node(_)) { &scope.node_row } else { &scope.edge_row };
        let place = row.iter().position(|column| column.name == property)?;
        let ty = row[place].ty;
        let value = Scalar { kind: ScalarKind::Column(place), ty, span: span.clone() };
        let column = match found {
            Element::Node(variable) => GraphColumn::Node { variable, column: scope.node_column(value) },
            Element::Edge(edge) => GraphColumn::Edge { edge, column: scope.edge_column(value) },
            Element::Path(_) if scope.in_condition => {
                let message = "a path has no properties of its own here: all(), any() or map() asks its edges";
                return self.error("SEM0100", span, message);
            }
            Element::Path(edge) => {
                let (inner, column) = (false, scope.edge_column(value));
                let column = GraphColumn::Path { edge, inner, column, fold: PathFold::List(ty) };
                return Some(scope.column(column, ScalarType::Dynamic, span));
            }
        };
        Some(scope.column(column, ty, span))
    }

    /// Functions upon elements of the pattern; the outer `None` when the call is no such thing.
    pub(super) fn graph_call(&mut self, name: &str, call: CallExpr<'_>) -> Option<Option<Scalar>> {
        let arguments: Vec<Expr<'_>> = call.arguments().collect();
        match (name, arguments.as_slice()) {
            ("all" | "any" | "map", [element, expression]) => {
                Some(self.folded(name, *element, *expression, call.span()))
            }
            ("node_degree_in" | "node_degree_out" | "node_id", [Expr::Name(node)]) => {
                let scope = self.graph_scope.as_mut()?;
                let Some(Element::Node(variable)) = scope.elements.get(node.value().as_ref()).copied() else {
                    return Some(self.refuse(&format!("{name}() of what is no node"), call.span()));
                };
                if scope.is_inside {
                    return Some(self.refuse(&format!("{name}() inside all(), any() or map()"), call.span()));
                }
                if name != "node_id" {
                    let column = GraphColumn::Degree { variable, incoming: name == "node_degree_in" };
                    return Some(Some(scope.column(column, ScalarType::Long, call.span())));
                }
                let ty = scope.node_row[0].ty;
                let value = Scalar { kind: ScalarKind::Column(0), ty, span: call.span() };
                let column = GraphColumn::Node { variable, column: scope.node_column(value) };
                Some(Some(convert(scope.column(column, ty, call.span()), ScalarType::String)))
            }
            ("node_degree_in" | "node_degree_out" | "node_id" | "inner_nodes" | "labels", _) => {
                Some(self.refuse(&format!("{name}() in this place"), call.span()))
            }
            _ => None,
        }
    }

    /// `all(p, condition)` and its like, over the edges of a path or over its inner nodes.
    fn folded(&mut self, name: &str, element: Expr<'_>, expression: Expr<'_>, span: Span) -> Option<Scalar> {
        let (path, inner) = match element {
            Expr::Name(path) => (path, false),
            Expr::Call(call) if call.name().is_some_and(|it| it.value() == "inner_nodes") => {
                match call.arguments().collect::<Vec<_>>().as_slice() {
                    [Expr::Name(path)] => (*path, true),
                    _ => return self.refuse("inner_nodes() of what is no path", span),
                }
            }
            _ => return self.refuse(&format!("{name}() of what is no path"), span),
        };
        let scope = self.graph_scope.as_mut()?;
        let found = scope.elements.get(path.value().as_ref()).copied();
        let (Some(Element::Path(edge) | Element::Edge(edge)), false) = (found, scope.is_inside) else {
            return self.refuse(&format!("{name}() of what is no path"), span);
        };
        let row = Arc::clone(if inner { &scope.node_row } else { &scope.edge_row });
        scope.is_inside = true;
        let value = self.scalar(expression, &Row { columns: &row, unknown: None });
        let scope = self.graph_scope.as_mut()?;
        scope.is_inside = false;
        let value = value?;
        if name != "map" && value.ty != ScalarType::Bool {
            let message = format!("{name}() takes a condition, and this is {}", super::convert::a(value.ty));
            return self.error("SEM0254", value.span, message);
        }
        let fold = match name {
            "all" => PathFold::All,
            "any" => PathFold::Any,
            _ => PathFold::List(value.ty),
        };
        let ty = if name == "map" { ScalarType::Dynamic } else { ScalarType::Bool };
        let column = if inner { scope.node_column(value) } else { scope.edge_column(value) };
        Some(scope.column(GraphColumn::Path { edge, inner, column, fold }, ty, span))
    }
}
