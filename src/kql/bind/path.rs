//! Navigation into a dynamic: `d.a`, `d['a']`, `d[0]`, `d[x]`.

use super::Binder;
use super::convert::{a, convert};
use super::function::Given;
use super::scope::Row;
use crate::kql::{Diagnostic, Expr, IndexExpr, PathExpr, PathStep, Scalar, ScalarKind, ScalarType, Span, Value};

impl Binder<'_> {
    pub(super) fn path(&mut self, expr: PathExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let base = expr.base()?;
        if let Some(member) = self.local_member(expr, row) {
            return member;
        }
        if let Some(given) = self.pattern_path(expr) {
            return match given? {
                Given::Scalar(value) => Some(value),
                Given::Table(_) => self.table_is_no_scalar(expr.node().text(), expr.span()),
            };
        }
        if let Expr::Call(call) = base
            && let Some(name) = call.name()
            && super::source::is_table_function(&name.value())
        {
            return self.refuse(&format!("{}()", name.value()), expr.span());
        }
        if self.is_official() {
            return self.library_path(expr, row);
        }
        let base = self.scalar(base, row);
        let key = match expr.selector()? {
            Expr::Name(name) => name.value().into_owned(),
            other => return self.error("SYN0002", other.span(), "a name is expected after the dot"),
        };
        let base = base?;
        self.navigate(base, PathStep::Key(key), expr.span())
    }

    pub(super) fn index(&mut self, expr: IndexExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let base = self.indexed(expr.base()?, row);
        let index = self.scalar(expr.index()?, row);
        let (base, index) = (base?, index?);
        let step = match (&index.kind, index.ty) {
            (ScalarKind::Literal(Value::String(key)), _) => PathStep::Key(key.clone()),
            (ScalarKind::Literal(Value::Long(index)), _) => PathStep::Index(*index),
            (ScalarKind::Literal(Value::Int(index)), _) => PathStep::Index(i64::from(*index)),
            (_, ScalarType::Int) => PathStep::Computed(convert(index, ScalarType::Long)),
            (_, ScalarType::Long | ScalarType::String | ScalarType::Dynamic) => PathStep::Computed(index),
            (_, ty) => {
                let message = format!("an element is chosen by a number or a text, not by {}", a(ty));
                return self.error("SEM0254", index.span, message);
            }
        };
        self.navigate(base, step, expr.span())
    }

    fn navigate(&mut self, base: Scalar, step: PathStep, span: Span) -> Option<Scalar> {
        if !matches!(base.ty, ScalarType::Dynamic | ScalarType::Unknown) {
            let message = format!("{} has no members: only a dynamic value has", a(base.ty));
            let finding = Diagnostic::error("SEM0100", span, message);
            return self.report(match base.ty {
                ScalarType::String => finding.with_hint("parse_json() makes a dynamic value of a text"),
                _ => finding,
            });
        }
        let kind = match base.kind {
            ScalarKind::Path { base, mut steps } => {
                steps.push(step);
                ScalarKind::Path { base, steps }
            }
            _ => ScalarKind::Path { base: Box::new(base), steps: vec![step] },
        };
        Some(Scalar { kind, ty: ScalarType::Dynamic, span })
    }
}
