//! How the language library names result columns: what an expression is called, and how names make room for each other.

use std::collections::{HashMap, HashSet};

use super::Binder;
use super::literal::decode;
use super::name::{NameRule, Wanted};
use super::scope::Row;
use crate::kql::catalog::{self, Naming, library_aggregate, library_function};
use crate::kql::{CallExpr, Diagnostic, Expr, Scalar, ScalarKind, ScalarType, Span, Value, string_value};

/// Functions that leave a column of their type as it is.
const CONVERSIONS: [&str; 12] = [
    "tobool",
    "todatetime",
    "todecimal",
    "todouble",
    "todynamic",
    "toguid",
    "toint",
    "tolong",
    "toreal",
    "tostring",
    "totime",
    "totimespan",
];

/// Gives out the names of one operator's columns by the library's rules.
pub(super) struct LibraryNamer {
    rule: NameRule,
    /// Names in use, with the last digit tried behind each.
    names: HashMap<String, usize>,
    declared: HashSet<String>,
}

impl LibraryNamer {
    pub(super) fn new(rule: NameRule, row: &Row<'_>) -> Self {
        let mut names = HashMap::new();
        if rule == NameRule::Replace {
            names.extend(row.columns.iter().map(|column| (column.name.clone(), 0)));
        }
        Self { rule, names, declared: HashSet::new() }
    }

    /// The name of the next column. `unnamed` is the one it gets when it asks for none.
    pub(super) fn give(
        &mut self,
        wanted: &Wanted,
        unnamed: impl FnOnce() -> String,
        span: &Span,
    ) -> Result<String, Diagnostic> {
        match wanted {
            Wanted::Declared(name) if self.declared.contains(name) => {
                let message = format!("there is a column '{name}' already");
                Err(Diagnostic::error("KS171", span.clone(), message))
            }
            Wanted::Declared(name) => {
                let name = if self.replaces(name) { name.clone() } else { self.unique(name) };
                self.declared.insert(name.clone());
                Ok(name)
            }
            Wanted::Made(name) if self.replaces(name) => Ok(name.clone()),
            Wanted::Made(name) | Wanted::Fresh(name) => Ok(self.unique(name)),
            Wanted::None => {
                let name = unnamed();
                Ok(self.unique(&name))
            }
        }
    }

    fn replaces(&self, name: &str) -> bool {
        self.rule == NameRule::Replace && self.names.contains_key(name)
    }

    /// The name, with the first digit behind it that makes it free.
    fn unique(&mut self, name: &str) -> String {
        let Some(last) = self.names.get(name) else {
            self.names.insert(name.to_owned(), 0);
            return name.to_owned();
        };
        let mut digit = last + 1;
        while self.names.contains_key(&format!("{name}{digit}")) {
            digit += 1;
        }
        let unique = format!("{name}{digit}");
        self.names.insert(name.to_owned(), digit);
        self.names.insert(unique.clone(), 0);
        unique
    }
}

impl Binder<'_> {
    /// What a target without a written name asks for.
    pub(super) fn library_wanted(&self, expr: Expr<'_>, value: Option<&Scalar>, row: &Row<'_>) -> Wanted {
        if let Some(column) = value.and_then(|value| result_column(expr, value, row)) {
            return Wanted::Declared(column);
        }
        match self.library_name(expr, row, super::MAX_DEPTH) {
            Some(name) => Wanted::Made(name),
            None => Wanted::None,
        }
    }

    /// `Column1` and so on, counted over the whole query. Columns of the input are passed by only where they stay.
    pub(super) fn next_unnamed(&mut self, passed: Option<&Row<'_>>) -> String {
        loop {
            self.unnamed += 1;
            let name = format!("Column{}", self.unnamed);
            let is_column = passed.is_some_and(|row| row.position(&name).is_some());
            if !is_column && self.find_let(&name).is_none() && self.context.schema.table(&name).is_none() {
                return name;
            }
        }
    }

    /// The name of an expression; `None` when it has none.
    pub(super) fn library_name(&self, expr: Expr<'_>, row: &Row<'_>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match expr {
            Expr::Paren(paren) => self.library_name(paren.inner()?, row, depth),
            Expr::Name(name) => Some(name.value().into_owned()),
            Expr::Named(named) if !named.is_tuple() => named.names().next().map(|name| name.value().into_owned()),
            Expr::Path(path) => {
                let base = path.base()?;
                let selector = path.selector()?;
                let own = match selector {
                    Expr::Name(name) => Some(name.value().into_owned()),
                    other => self.library_name(other, row, depth),
                };
                self.step_name(base, own, row, depth)
            }
            Expr::Index(index) => {
                let own = index.index().and_then(literal_name);
                self.step_name(index.base()?, own, row, depth)
            }
            Expr::Call(call) => self.library_call_name(call, row, depth),
            _ => None,
        }
    }

    /// `base_step`, where the base is dynamic.
    fn step_name(&self, base: Expr<'_>, own: Option<String>, row: &Row<'_>, depth: usize) -> Option<String> {
        let span = base.span();
        if self.plain_bases.contains(&(span.start, span.end)) {
            return own;
        }
        match self.library_name(base, row, depth) {
            Some(base) if !base.trim().is_empty() => Some(format!("{base}_{}", own.unwrap_or_default())),
            _ => own,
        }
    }

    fn library_call_name(&self, call: CallExpr<'_>, row: &Row<'_>, depth: usize) -> Option<String> {
        let name = call.name()?.value();
        let aggregate = if self.collecting.is_some() { library_aggregate(&name) } else { None };
        let function = aggregate.or_else(|| library_function(&name))?;
        let first = call.arguments().next();
        let first_name = || first.and_then(|first| self.library_name(first, row, depth));
        match function.naming {
            Naming::None => None,
            Naming::First => first_name(),
            Naming::Prefix(prefix) => Some(format!("{prefix}_{}", first_name().unwrap_or_default())),
            Naming::Only(name) => Some(name.to_owned()),
            Naming::OnlyArgument => first_name().filter(|_| call.arguments().count() == 1),
            Naming::ColumnName => {
                let Some(Expr::Literal(text)) = first else { return None };
                let column = string_value(text.text())?;
                row.position(&column).map(|_| column.into_owned())
            }
        }
    }
}

/// The column that an expression is, also when it is converted to the type that it has.
fn result_column(expr: Expr<'_>, value: &Scalar, row: &Row<'_>) -> Option<String> {
    let named = |value: &Scalar| match &value.kind {
        ScalarKind::Column(index) => row.columns.get(*index).map(|column| column.name.clone()),
        ScalarKind::Open(name) if !name.is_empty() => Some(name.clone()),
        _ => None,
    };
    let expr = expr.without_parens()?;
    match (expr, &value.kind) {
        (Expr::Name(_), _) => named(value),
        (Expr::Call(call), ScalarKind::Call(name, arguments)) => {
            let (is_bare, [argument]) = (matches!(call.arguments().next(), Some(Expr::Name(_))), arguments.as_slice())
            else {
                return None;
            };
            let written = call.name()?.value();
            let is_conversion =
                CONVERSIONS.contains(&written.as_ref()) || CONVERSIONS.contains(name) && is_alias(&written);
            (is_bare && is_conversion && argument.ty == value.ty && value.ty != ScalarType::Unknown)
                .then(|| named(argument))
                .flatten()
        }
        _ => None,
    }
}

fn is_alias(written: &str) -> bool {
    catalog::function(written).is_some_and(|function| function.name == written)
}

/// The name that a literal between brackets gives.
fn literal_name(expr: Expr<'_>) -> Option<String> {
    match expr {
        Expr::Literal(literal) => match decode(literal.kind(), literal.text(), 0)? {
            Value::String(text) => Some(text),
            Value::Long(number) => Some(number.to_string()),
            Value::Int(number) => Some(number.to_string()),
            _ => None,
        },
        Expr::CompoundString(parts) => {
            parts.tokens().map(|token| string_value(token.text()).map(std::borrow::Cow::into_owned)).collect()
        }
        _ => None,
    }
}
