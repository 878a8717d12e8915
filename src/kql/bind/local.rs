//! Names that mean something only inside one operator: steps of `scan`, the nodes and edges of a graph pattern, the
//! column that `partition` is by.

use std::sync::Arc;

use super::Binder;
use super::convert::a;
use super::facts::{Meaning, RowFact, VariableFact};
use super::scope::{Row, Unknown};
use crate::kql::{CallExpr, ColumnSymbol, Diagnostic, Expr, PathExpr, Scalar, ScalarKind, ScalarType, Span};

/// A name that an operator gives.
#[derive(Debug, Clone)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) definition: Span,
    pub(super) value: LocalValue,
}

#[derive(Debug, Clone)]
pub(super) enum LocalValue {
    /// A row, of which one names a column: `s1.Timestamp`.
    Row(Members),
    /// A row whose columns stand behind those at hand, from this place on: a step of `scan` that runs.
    State(Members, usize),
    /// A single value.
    Value(ScalarType),
    /// A database among those of an entity group: `X.Table`.
    Database,
}

/// The columns of a row.
#[derive(Debug, Clone)]
pub(super) struct Members {
    pub(super) columns: Arc<[ColumnSymbol]>,
    pub(super) unknown: Unknown,
}

impl Members {
    pub(super) fn row(&self) -> Row<'_> {
        Row { columns: &self.columns, unknown: Some(&self.unknown) }
    }
}

impl Binder<'_> {
    pub(super) fn find_local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    /// Gives a name a meaning; the caller forgets it again.
    pub(super) fn push_local(&mut self, local: Local, visible: Span) {
        let (ty, columns) = match &local.value {
            LocalValue::Row(members) | LocalValue::State(members, _) => (None, Some(Arc::clone(&members.columns))),
            LocalValue::Value(ty) => (Some(*ty), None),
            LocalValue::Database => (None, None),
        };
        self.note_variable(|| VariableFact {
            name: local.name.clone(),
            definition: local.definition.clone(),
            visible,
            meaning: if ty.is_some() { Meaning::Column } else { Meaning::Variable },
            ty,
            columns,
        });
        self.locals.push(local);
    }

    /// The columns that expressions at a place see, where that is not an operator's input.
    pub(super) fn note_columns(&mut self, span: &Span, columns: &Arc<[ColumnSymbol]>, is_open: bool) {
        if let Some(facts) = &mut self.facts {
            facts.rows.push(RowFact { span: span.clone(), columns: Arc::clone(columns), right: None, is_open });
        }
    }

    /// True for what `macro-expand` names: one database of a group.
    pub(super) fn is_local_database(&self, name: &str) -> bool {
        matches!(self.find_local(name).map(|local| &local.value), Some(LocalValue::Database))
    }

    pub(super) fn is_database(&self, expr: Expr<'_>) -> bool {
        matches!(expr, Expr::Name(name) if self.is_local_database(&name.value()))
    }

    /// The name alone.
    pub(super) fn local_value(&mut self, name: &str, span: &Span) -> Option<Scalar> {
        let local = self.find_local(name)?;
        let (ty, meaning) = match local.value {
            LocalValue::Row(_) | LocalValue::State(..) => (ScalarType::Unknown, Meaning::Variable),
            LocalValue::Value(ty) => (ty, Meaning::Column),
            LocalValue::Database => return None,
        };
        let definition = local.definition.clone();
        self.note_name(span, name, meaning, Some(ty).filter(|_| meaning == Meaning::Column), Some(definition));
        Some(Scalar { kind: ScalarKind::Open(name.to_owned()), ty, span: span.clone() })
    }

    /// `s1.Timestamp`, where `s1` is a row; the outer `None` when it is none.
    pub(super) fn local_member(&mut self, path: PathExpr<'_>, row: &Row<'_>) -> Option<Option<Scalar>> {
        let (Some(Expr::Name(base)), Some(Expr::Name(member))) = (path.base(), path.selector()) else { return None };
        let name = base.value();
        if row.position(&name).is_some() {
            return None;
        }
        let (members, place) = match &self.find_local(&name)?.value {
            LocalValue::Row(members) => (members.clone(), None),
            LocalValue::State(members, place) => (members.clone(), Some(*place)),
            _ => return None,
        };
        if self.graph_scope.is_some() && members.row().position(&member.value()).is_some() {
            return Some(self.graph_member(&name, &member.value(), path.span()));
        }
        self.local_value(&name, &base.span())?;
        let column = member.value();
        if let Some(index) = members.row().position(&column) {
            let ty = members.columns[index].ty;
            self.note_name(&member.span(), &column, Meaning::Column, Some(ty), None);
            let kind = match place {
                Some(place) => ScalarKind::Column(place + index),
                None => ScalarKind::Open(path.node().text().to_owned()),
            };
            return Some(Some(Scalar { kind, ty, span: path.span() }));
        }
        if members.unknown.is_open || members.unknown.contains(&column) {
            let kind = ScalarKind::Open(path.node().text().to_owned());
            return Some(Some(Scalar { kind, ty: ScalarType::Unknown, span: path.span() }));
        }
        let finding = Diagnostic::error("KS142", member.span(), format!("'{name}' has no column named '{column}'"));
        let names = members.columns.iter().map(|column| column.name.as_str());
        Some(self.report(match super::suggest::did_you_mean(&column, names) {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        }))
    }

    /// `all(e, condition)`, `any(…)`, `map(…)` over the nodes or edges of a path: what stands second sees their columns.
    /// The outer `None` when the call is no such thing.
    pub(super) fn element_call(&mut self, name: &str, call: CallExpr<'_>) -> Option<Option<Scalar>> {
        if self.graph_scope.is_some() {
            return self.graph_call(name, call);
        }
        if !matches!(name, "all" | "any" | "map") || self.locals.is_empty() {
            return None;
        }
        let mut arguments = call.arguments();
        let (element, expression, None) = (arguments.next()?, arguments.next()?, arguments.next()) else { return None };
        let element_name = match element {
            Expr::Name(name) => Some(name.value().into_owned()),
            _ => None,
        };
        let members = match element_name.as_deref().and_then(|name| self.find_local(name)) {
            Some(Local { value: LocalValue::Row(members), .. }) => members.clone(),
            // The inner nodes of an edge have the columns of nodes.
            _ => self.inner_nodes.clone()?,
        };
        let _: Option<Scalar> = self.scalar(element, &Row::NONE);
        self.note_columns(&expression.span(), &members.columns, members.unknown.is_open);
        let Some(value) = self.scalar(expression, &members.row()) else { return Some(None) };
        let is_condition = matches!(value.ty, ScalarType::Bool | ScalarType::Unknown);
        if name != "map" && !is_condition {
            let message = format!("{name}() takes a condition, and this is {}", a(value.ty));
            return Some(self.error("KS107", value.span, message));
        }
        let ty = if name == "map" { ScalarType::Dynamic } else { ScalarType::Bool };
        Some(Some(Scalar { kind: ScalarKind::Open(call.node().text().to_owned()), ty, span: call.span() }))
    }
}
