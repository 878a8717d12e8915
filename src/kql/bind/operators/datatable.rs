//! `datatable`: rows of literals.

use std::collections::BTreeSet;

use crate::kql::bind::Binder;
use crate::kql::bind::convert::{a, convert, literal};
use crate::kql::bind::fold;
use crate::kql::bind::scope::{Row, Table, widest};
use crate::kql::{
    ColumnDeclaration, ColumnSymbol, DatatableExpr, Expr, Operator, Relation, Scalar, ScalarKind, ScalarType, Value,
};

impl Binder<'_> {
    pub(in crate::kql::bind) fn datatable(&mut self, expr: DatatableExpr<'_>) -> Option<Table> {
        let columns = self.declared_columns(expr.columns())?;
        let values: Vec<Expr<'_>> = expr.values().collect();
        if columns.is_empty() || !values.len().is_multiple_of(columns.len()) {
            let message = format!("{} values do not make rows of {}", values.len(), columns.len());
            if self.context.capabilities.is_none() {
                let list = expr.values().next().map_or(expr.span(), |first| first.span().start..last_end(expr));
                let _: Option<()> = self.error("KS173", list, message);
                return self.fresh(Relation::new(Operator::Datatable { rows: Vec::new() }, columns, expr.span()));
            }
            return self.error("SEM0254", expr.span(), message);
        }
        self.charge(values.len(), &expr.span())?;
        let mut rows: Vec<Vec<Value>> = Vec::with_capacity(values.len() / columns.len());
        let mut failed = false;
        for (index, value) in values.into_iter().enumerate() {
            let column = &columns[index % columns.len()];
            if index % columns.len() == 0 {
                rows.push(Vec::with_capacity(columns.len()));
            }
            match self.cell(value, column) {
                Some(value) => rows.last_mut()?.push(value),
                None => failed = true,
            }
        }
        if failed {
            rows.clear();
        }
        self.fresh(Relation::new(Operator::Datatable { rows }, columns, expr.span()))
    }

    pub(in crate::kql::bind) fn declared_columns<'t>(
        &mut self,
        declarations: impl Iterator<Item = ColumnDeclaration<'t>>,
    ) -> Option<Vec<ColumnSymbol>> {
        let mut columns: Vec<ColumnSymbol> = Vec::new();
        let mut names = BTreeSet::new();
        let looks = self.context.capabilities.is_none();
        for declaration in declarations {
            let (name, ty) = (declaration.name()?, declaration.type_name()?);
            let Some(scalar) = ScalarType::from_name(ty.text()) else {
                let code = self.code("SYN0002", "KS160");
                let _: Option<()> = self.error(code, ty.span(), format!("there is no type '{}'", ty.text()));
                if looks {
                    columns.push(ColumnSymbol::new(name.value(), ScalarType::Unknown));
                    continue;
                }
                return None;
            };
            if !names.insert(name.value().into_owned()) {
                let code = self.code("SEM0034", "KS171");
                let _: Option<()> =
                    self.error(code, name.span(), format!("there is a column '{}' already", name.value()));
                if looks {
                    continue;
                }
                return None;
            }
            columns.push(ColumnSymbol::new(name.value(), scalar));
        }
        Some(columns)
    }

    /// A constant of the column's type: a text is read as that type, a number may widen.
    fn cell(&mut self, expr: Expr<'_>, column: &ColumnSymbol) -> Option<Value> {
        if !is_literal_syntax(expr) {
            return self.error("SYN0002", expr.span(), "only literals stand in a datatable");
        }
        let value = if is_least_long(expr) {
            literal(Value::Long(i64::MIN), expr.span())
        } else {
            self.scalar(expr, &Row::NONE)?
        };
        let fits = |value: &Scalar| {
            value.ty == column.ty
                || matches!(value.ty, ScalarType::String | ScalarType::Dynamic)
                || widest(value.ty, column.ty).is_some()
                || column.ty == ScalarType::Dynamic
                || matches!(value.kind, ScalarKind::Literal(Value::Null(_)))
        };
        if self.context.capabilities.is_some() && !fits(&value) {
            let message = format!("'{}' is a column of {}, and this is {}", column.name, column.ty, a(value.ty));
            return self.error("SEM0254", value.span, message);
        }
        if self.context.capabilities.is_none() {
            return Some(fold::null(column.ty));
        }
        let span = value.span.clone();
        match convert(value, column.ty).kind {
            ScalarKind::Literal(value) => Some(value),
            ScalarKind::Convert(inner) => match inner.kind {
                ScalarKind::Literal(value) => match narrow(&value, column.ty) {
                    Some(value) => Some(value),
                    None => self.refuse(&format!("{} in a column of {}", a(value.ty()), column.ty), span),
                },
                _ => self.error("SEM0040", span, "a constant is expected here"),
            },
            _ => self.error("SEM0040", span, "a constant is expected here"),
        }
    }
}

fn last_end(expr: DatatableExpr<'_>) -> usize {
    expr.values().last().map_or(expr.span().end, |last| last.span().end)
}

/// The least long without its sign is no long. Kusto reads the two together in a datatable, and nowhere else.
fn is_least_long(expr: Expr<'_>) -> bool {
    expr.node().text() == "-9223372036854775808"
}

fn is_literal_syntax(expr: Expr<'_>) -> bool {
    match expr {
        Expr::Literal(_) | Expr::CompoundString(_) | Expr::Dynamic(_) => true,
        Expr::Unary(sign) => matches!(sign.operand(), Some(Expr::Literal(_))),
        _ => false,
    }
}

/// Conversions that only constants in a table make.
fn narrow(value: &Value, ty: ScalarType) -> Option<Value> {
    match (value, ty) {
        (Value::Long(number), ScalarType::Int) => i32::try_from(*number).ok().map(Value::Int),
        (Value::Real(number), ScalarType::Long) if number.fract() == 0.0 && number.abs() < 1e15 => {
            Some(Value::Long(*number as i64))
        }
        (Value::String(text), ScalarType::Real) => text.trim().parse().ok().map(Value::Real),
        (Value::String(text), ScalarType::Guid) => {
            crate::kql::bind::literal::decode(crate::kql::SyntaxKind::GuidLiteral, text, 0)
        }
        (Value::String(text), ScalarType::Decimal) => {
            crate::kql::bind::literal::decode(crate::kql::SyntaxKind::DecimalLiteral, text, 0)
        }
        (Value::Null(_), ty) => Some(fold::null(ty)),
        _ => None,
    }
}
