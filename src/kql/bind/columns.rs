//! Functions that give several columns: `series_stats(x)`, or `array_sort_asc(a, b)` of several arrays.
//!
//! The engine has them as functions that give one array; each column is an element of it, converted to its type.

use super::Binder;
use super::convert::convert;
use super::name::Wanted;
use super::operators::Target;
use super::scope::Row;
use crate::kql::catalog::{Gives, library_function};
use crate::kql::{CallExpr, DynamicShape, Expr, Name, PathStep, Scalar, ScalarKind, ScalarType};

/// True for a call whose value is not one but several columns.
pub(super) fn gives_columns(value: &Scalar) -> bool {
    let ScalarKind::Call(name, args) = &value.kind else { return false };
    match *name {
        "array_sort_asc" | "array_sort_desc" => args.get(1).is_some_and(|second| second.ty == ScalarType::Dynamic),
        name => declares_columns(name),
    }
}

fn declares_columns(name: &str) -> bool {
    let gives = library_function(name).and_then(|function| function.signatures.first()).map(|it| &it.gives);
    matches!(gives, Some(Gives::Columns(_)))
}

/// The call, when its function may give several columns.
fn call_of_columns(expr: Expr<'_>) -> Option<CallExpr<'_>> {
    let Some(Expr::Call(call)) = expr.without_parens() else { return None };
    let name = call.name()?.value();
    let sorts = matches!(name.as_ref(), "array_sort_asc" | "array_sort_desc") && call.arguments().nth(1).is_some();
    (sorts || declares_columns(&name)).then_some(call)
}

impl Binder<'_> {
    /// The targets of a call that gives several columns. The outer `None` when it gives one, as nearly all do.
    pub(super) fn targets_of_columns(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Option<Vec<Target>>> {
        let (names, value): (Vec<Name<'_>>, Expr<'_>) = match expr {
            Expr::Named(named) => (named.names().collect(), named.value()?),
            other => (Vec::new(), other),
        };
        let call = call_of_columns(value)?;
        let target =
            |wanted, value: Scalar, span| Target { wanted, value: Some(value), span, shape: DynamicShape::Any };
        let Some(value) = self.catalogue_call(call, row) else { return Some(None) };
        if !gives_columns(&value) {
            // One array alone is sorted into one column.
            let wanted = match names.as_slice() {
                [] => self.wanted(expr, row),
                [name] => Wanted::Declared(name.value().into_owned()),
                _ => return Some(self.refuse("several names for one expression", expr.span())),
            };
            return Some(Some(vec![target(wanted, value, expr.span())]));
        }
        let columns = self.given_columns(call, &value, row)?;
        if !names.is_empty() && names.len() < columns.len() {
            let construct = "fewer names than the function gives columns";
            return Some(self.refuse(construct, expr.span()));
        }
        if let Some(name) = names.get(columns.len()) {
            let code = self.code("SEM0019", "KS150");
            return Some(self.error(code, name.span(), "there is no value for this name"));
        }
        let column = |(index, (own, ty)): (usize, (String, ScalarType))| {
            let step = PathStep::Index(index as i64);
            let kind = ScalarKind::Path { base: Box::new(value.clone()), steps: vec![step] };
            let element = Scalar { kind, ty: ScalarType::Dynamic, span: call.span() };
            match names.get(index) {
                Some(name) => target(Wanted::Declared(name.value().into_owned()), convert(element, ty), name.span()),
                None => target(Wanted::Fresh(own), convert(element, ty), expr.span()),
            }
        };
        Some(Some(columns.into_iter().enumerate().map(column).collect()))
    }

    /// Names and types of the columns.
    fn given_columns(&self, call: CallExpr<'_>, value: &Scalar, row: &Row<'_>) -> Option<Vec<(String, ScalarType)>> {
        let ScalarKind::Call(_, arguments) = &value.kind else { return None };
        let name = call.name()?.value();
        let own_name = |argument: Expr<'_>| self.made_name(argument, row);
        Some(match &library_function(&name)?.signatures.first()?.gives {
            Gives::Columns(columns) => {
                let argument = call.arguments().next().and_then(own_name).unwrap_or_default();
                columns.iter().map(|(column, ty)| (format!("{name}_{argument}_{column}"), ty.scalar())).collect()
            }
            _ => {
                let n_arrays = arguments.iter().take_while(|it| it.ty == ScalarType::Dynamic).count();
                let named = |(index, expr): (usize, Expr<'_>)| {
                    let own = own_name(expr).unwrap_or_else(|| format!("array{index}"));
                    (format!("{own}_sorted"), ScalarType::Dynamic)
                };
                call.arguments().take(n_arrays).enumerate().map(named).collect()
            }
        })
    }

    /// What an index is put upon: `array_sort_asc(a, b)[1]` is the second of the sorted arrays.
    pub(super) fn indexed(&mut self, base: Expr<'_>, row: &Row<'_>) -> Option<Scalar> {
        match call_of_columns(base) {
            Some(call) if !self.is_official() => {
                let value = self.catalogue_call(call, row)?;
                let sorts = matches!(value.kind, ScalarKind::Call("array_sort_asc" | "array_sort_desc", _));
                if sorts { Some(value) } else { self.one_value(value, call) }
            }
            _ => self.scalar(base, row),
        }
    }

    /// The value of a call where one is wanted.
    pub(super) fn one_value(&mut self, value: Scalar, call: CallExpr<'_>) -> Option<Scalar> {
        if gives_columns(&value) {
            let name = call.name()?.value();
            return self.refuse(&format!("{name}() as one value"), call.span());
        }
        Some(value)
    }
}
