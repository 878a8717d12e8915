//! What texts and paths name beyond the tables of this database: `table('T')`, `database('d').T`,
//! `cluster('c').database('d').T`, `external_table('T')` and their like, as the official library judges them.

use super::Binder;
use super::expression::text_of;
use super::function::Given;
use super::scope::{LetValue, Row, Table, Unknown};
use crate::kql::{CallExpr, Diagnostic, Expr, Operator, PathExpr, Relation, ScalarType, Severity, Span};

/// The name by which Advanced Hunting's own database may be called.
const OWN_DATABASE: &str = "AdvancedHunting";

/// What stands before a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entity {
    /// The database that the query runs in.
    Own,
    /// A database of which nothing is known.
    Database,
    Cluster,
}

impl Binder<'_> {
    fn open_table(&mut self, span: Span) -> Option<Table> {
        let operator = Operator::Opaque { construct: "a table of elsewhere", inputs: Vec::new() };
        self.table(Relation::new(operator, [], span), Unknown::open(), 1)
    }

    /// `table('T')`, `external_table('T')` and the like on their own.
    pub(super) fn entity_call(&mut self, call: CallExpr<'_>) -> Option<Table> {
        let name = call.name()?;
        let span = call.span();
        match name.value().as_ref() {
            "table" => self.table_of_text(call, Entity::Own),
            "database" | "cluster" => {
                let _ = self.entity_of_call(call, None);
                let operator = Operator::Opaque { construct: "a database", inputs: Vec::new() };
                self.fresh(Relation::new(operator, [], span))
            }
            kind @ ("external_table" | "materialized_view" | "stored_query_result") => {
                let code = match kind {
                    "external_table" => "KS209",
                    "materialized_view" => "KS210",
                    _ => "KS248",
                };
                let text = self.text_argument(call)?;
                if let Some((text, at)) = text {
                    let _: Option<()> = self.error(code, at, format!("{kind}() knows no '{text}'"));
                }
                self.open_table(span)
            }
            "entity_group" | "graph" => self.open_table(span),
            other => {
                let other = other.to_owned();
                self.unknown_function(&other, name.span())
            }
        }
    }

    /// The constant text that is the first argument and where it stands, where it is one.
    fn text_argument(&mut self, call: CallExpr<'_>) -> Option<Option<(String, Span)>> {
        let mut arguments = call.arguments();
        let (Some(argument), rest) = (arguments.next(), arguments.count()) else {
            return self.wrong_count(call);
        };
        if rest > 1 {
            return self.wrong_count(call);
        }
        let value = self.constant(argument)?;
        if !matches!(value.ty, ScalarType::String | ScalarType::Unknown) {
            return self.error("KS107", value.span, "a text is expected here");
        }
        Some(text_of(&value).map(|text| (text.to_owned(), value.span.clone())))
    }

    fn wrong_count<T>(&mut self, call: CallExpr<'_>) -> Option<T> {
        let name = call.name()?;
        self.error("KS119", name.span(), format!("{}() takes one or two arguments", name.value()))
    }

    fn table_of_text(&mut self, call: CallExpr<'_>, entity: Entity) -> Option<Table> {
        self.calls_variable = true;
        let Some((text, at)) = self.text_argument(call)? else { return self.open_table(call.span()) };
        if entity != Entity::Own {
            return self.open_table(call.span());
        }
        if text.contains('*') {
            let operator = Operator::Opaque { construct: "several tables", inputs: Vec::new() };
            return self.fresh(Relation::new(operator, [], call.span()));
        }
        if matches!(self.find_let(&text).map(|binding| &binding.value), Some(LetValue::Table(_)))
            || self.context.schema.table(&text).is_some()
        {
            return self.table_name(&text, at);
        }
        self.unknown_table(&text, at)
    }

    /// The database or cluster that a call names.
    fn entity_of_call(&mut self, call: CallExpr<'_>, inside: Option<Entity>) -> Option<Entity> {
        let name = call.name()?;
        match (name.value().as_ref(), inside) {
            ("cluster", None) => {
                if let Some((text, at)) = self.text_argument(call)? {
                    let message = format!("nothing is known of the cluster '{text}'");
                    self.warn("KS207", at, &message);
                }
                Some(Entity::Cluster)
            }
            ("database", None) if call.arguments().next().is_none() => Some(Entity::Own),
            ("database", None) => match self.text_argument(call)? {
                Some((text, _)) if text.eq_ignore_ascii_case(OWN_DATABASE) => Some(Entity::Own),
                Some((text, _)) if self.aliases.contains_key(&text) => {
                    self.aliases.get(&text).map(|own| if *own { Entity::Own } else { Entity::Database })
                }
                Some((text, at)) => {
                    let severity = if self.context.is_open { Severity::Warning } else { Severity::Error };
                    let message = format!("there is no database named '{text}'");
                    self.diagnostics.push(Diagnostic { severity, ..Diagnostic::error("KS208", at, message) });
                    Some(Entity::Database)
                }
                None => Some(Entity::Database),
            },
            ("database", Some(Entity::Cluster)) => {
                let _ = self.text_argument(call)?;
                Some(Entity::Database)
            }
            (other, _) => {
                let other = other.to_owned();
                self.unknown_function(&other, name.span())
            }
        }
    }

    /// What the part before a dot is; `None` when it is neither database nor cluster.
    fn entity(&mut self, expr: Expr<'_>) -> Option<Entity> {
        match expr {
            Expr::Call(call) => self.entity_of_call(call, None),
            Expr::Path(path) => {
                let inside = self.entity(path.base()?)?;
                let Some(Expr::Call(call)) = path.selector() else { return None };
                self.entity_of_call(call, Some(inside))
            }
            Expr::Paren(paren) => self.entity(paren.inner()?),
            _ => None,
        }
    }

    /// `database('d').T`
    pub(super) fn entity_path(&mut self, path: PathExpr<'_>) -> Option<Table> {
        let base = path.base()?;
        let found = self.diagnostics.len();
        if !matches!(base, Expr::Call(_) | Expr::Path(_) | Expr::Paren(_)) {
            let value = self.path(path, &Row::NONE)?;
            return self.scalar_is_no_table(value.span);
        }
        let Some(entity) = self.entity(base) else {
            if self.diagnostics.len() == found {
                return self.error("KS111", path.span(), "a table is expected here");
            }
            return None;
        };
        match (path.selector()?, entity) {
            (Expr::Name(name), Entity::Own) => match self.context.schema.table(&name.value()) {
                Some(_) => self.schema_table(&name.value(), name.span()),
                None => self.unknown_table(&name.value(), name.span()),
            },
            (Expr::Name(name), Entity::Cluster) => self.unknown_column(&name.value(), name.span(), &Row::NONE),
            (Expr::Call(call), entity) => {
                let name = call.name()?;
                match name.value().as_ref() {
                    "table" => self.table_of_text(call, entity),
                    _ if entity == Entity::Own => match self.call_service(call, &Row::NONE, None) {
                        Some(Some(Given::Table(table))) => Some(*table),
                        Some(_) => None,
                        None => self.entity_call(call),
                    },
                    _ => self.open_table(path.span()),
                }
            }
            (_, Entity::Own | Entity::Database) => self.open_table(path.span()),
            (_, Entity::Cluster) => None,
        }
    }

    /// A table of the schema, whatever this text has named so.
    fn schema_table(&mut self, name: &str, span: Span) -> Option<Table> {
        let lets = std::mem::take(&mut self.lets);
        let table = self.table_name(name, span);
        self.lets = lets;
        table
    }

    /// `alias database d = …`
    pub(super) fn alias(&mut self, statement: crate::kql::AliasStatement<'_>) {
        let (Some(name), Some(value)) = (statement.name(), statement.value()) else { return };
        let is_entity = matches!(value, Expr::Call(_) | Expr::Path(_));
        if let Some(entity) = if is_entity { self.entity(value) } else { None } {
            self.aliases.insert(name.value().into_owned(), entity == Entity::Own);
        }
    }
}
