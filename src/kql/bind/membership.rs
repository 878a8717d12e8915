//! `in`, `in~`, `has_any`, `has_all` with a list or a table (`kql-semantics` §4.5 and §5.1).

use super::Binder;
use super::comparison::{boolean, common, negate_if};
use super::convert::{a, convert, literal, narrowed};
use super::scope::{LetValue, Row, Table};
use crate::kql::{
    AggregateCall, ColumnSymbol, Expr, InExpr, Operator, PathStep, Relation, Scalar, ScalarKind, ScalarOperator,
    ScalarType, Span, SyntaxKind, Value,
};

impl Binder<'_> {
    pub(super) fn membership(&mut self, expr: InExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let kind = expr.operator()?.kind();
        let needle = self.scalar(expr.operand()?, row);
        let items: Vec<Expr<'_>> = expr.items().collect();
        let span = expr.span();
        let result = match items.as_slice() {
            [only] if self.is_tabular(*only, row) => {
                let table = self.in_values(*only);
                self.in_table(kind, needle?, table?, span)?
            }
            _ => {
                let values: Vec<Option<Scalar>> = items.iter().map(|item| self.scalar(*item, row)).collect();
                let values: Option<Vec<Scalar>> = values.into_iter().collect();
                self.in_list(kind, needle?, values?, span)?
            }
        };
        Some(negate_if(matches!(kind, SyntaxKind::NotInKw | SyntaxKind::NotInTildeKw), result))
    }

    /// True when an expression where scalars may stand as well is a table.
    pub(super) fn is_tabular(&self, expr: Expr<'_>, row: &Row<'_>) -> bool {
        match expr.without_parens() {
            Some(Expr::Pipe(_) | Expr::Operator(_) | Expr::Datatable(_) | Expr::ExternalData(_)) => true,
            Some(Expr::Name(name)) => {
                let name = name.value();
                row.position(&name).is_none() && !row.is_unknown(&name) && self.names_table(&name)
            }
            Some(Expr::Call(call)) => call.name().is_some_and(|name| self.call_gives_table(&name.value())),
            Some(Expr::Path(path)) => {
                path.base().is_some_and(|base| self.is_database(base) || self.is_tabular(base, row))
            }
            _ => false,
        }
    }

    /// True when a call of this name gives a table.
    fn call_gives_table(&self, name: &str) -> bool {
        match self.find_let(name).map(|binding| &binding.value) {
            Some(LetValue::Function(function)) => function.gives_table(),
            _ => self.pattern_gives_table(name).unwrap_or_else(|| {
                super::source::is_table_function(name)
                    || self
                        .context
                        .schema
                        .function(name)
                        .is_some_and(|it| it.result != crate::kql::FunctionResult::Unknown)
            }),
        }
    }

    /// The table, cut down to its first column.
    fn in_values(&mut self, expr: Expr<'_>) -> Option<Table> {
        let table = self.nested_table(expr)?;
        self.first_column(table)
    }

    fn in_table(&mut self, kind: SyntaxKind, needle: Scalar, table: Table, span: Span) -> Option<Scalar> {
        if matches!(kind, SyntaxKind::HasAnyKw | SyntaxKind::HasAllKw) {
            let list = values_of(table);
            return self.in_list(kind, needle, vec![list], span);
        }
        let Some(first) = table.columns().first() else {
            // Which columns there are shows only when the query runs.
            return Some(boolean(ScalarOperator::In, vec![needle], span));
        };
        let ty = first.ty;
        let (needle, relation) = match (needle.ty, ty) {
            (ScalarType::Unknown, _) | (_, ScalarType::Unknown) => (needle, table.relation),
            (a, b) if a == b => (needle, table.relation),
            (ScalarType::Dynamic, b) => (convert(needle, b), table.relation),
            (a, ScalarType::Dynamic) => (needle, convert_column(table.relation, a)),
            (sought, inside) => {
                let Some(ty) = common(sought, inside) else {
                    let message = format!("{} is looked for among values that are {inside}", a(sought));
                    return self.error("SEM0025", span, message);
                };
                (convert(needle, ty), convert_column(table.relation, ty))
            }
        };
        let ignore_case =
            matches!(kind, SyntaxKind::InTildeKw | SyntaxKind::NotInTildeKw) && needle.ty == ScalarType::String;
        let kind = ScalarKind::InRelation { needle: Box::new(needle), relation: Box::new(relation), ignore_case };
        Some(Scalar { kind, ty: ScalarType::Bool, span })
    }

    fn in_list(&mut self, kind: SyntaxKind, needle: Scalar, items: Vec<Scalar>, span: Span) -> Option<Scalar> {
        let operator = match kind {
            SyntaxKind::HasAnyKw => ScalarOperator::HasAny,
            SyntaxKind::HasAllKw => ScalarOperator::HasAll,
            SyntaxKind::InTildeKw | SyntaxKind::NotInTildeKw => ScalarOperator::InIgnoreCase,
            _ => ScalarOperator::In,
        };
        let items: Vec<Scalar> = items.into_iter().flat_map(spread).map(|item| narrowed(item, needle.ty)).collect();
        if let Some(item) = items.iter().find(|item| reads_row(item)) {
            let message = format!("the values of '{}' must be constants", kind.text());
            return self.error("SEM0040", item.span.clone(), message);
        }
        if needle.ty == ScalarType::Unknown {
            return Some(boolean(operator, std::iter::once(needle).chain(items).collect(), span));
        }
        let by_term = matches!(operator, ScalarOperator::HasAny | ScalarOperator::HasAll);
        if by_term && !matches!(needle.ty, ScalarType::String | ScalarType::Dynamic) {
            let message = format!("'{}' works on text, not on {}", kind.text(), a(needle.ty));
            return self.error("SEM0709", needle.span, message);
        }
        let ty = if by_term { ScalarType::String } else { self.list_type(&needle, &items)? };
        // Text is what case can be ignored of.
        let operator = match operator {
            ScalarOperator::InIgnoreCase if ty != ScalarType::String => ScalarOperator::In,
            operator => operator,
        };
        let mut operands = vec![convert(needle, ty)];
        for item in items {
            let unread = ScalarKind::Literal(Value::Null(ty));
            if item.ty == ScalarType::String && ty != item.ty && convert(item.clone(), ty).kind == unread {
                return self.refuse(&format!("comparing {} with a text that is none", a(ty)), item.span);
            }
            // An array stands for its elements, whose types only the engine sees.
            operands.push(if item.ty == ScalarType::Dynamic { item } else { convert(item, ty) });
        }
        Some(boolean(operator, operands, span))
    }

    /// The type in which the needle and the items of a list are compared.
    fn list_type(&mut self, needle: &Scalar, items: &[Scalar]) -> Option<ScalarType> {
        let mut ty = needle.ty;
        for item in items.iter().filter(|item| !matches!(item.ty, ScalarType::Dynamic | ScalarType::Unknown)) {
            ty = match (ty, item.ty) {
                (ScalarType::Dynamic, ScalarType::Int | ScalarType::Long) => ScalarType::Real,
                (ScalarType::Dynamic, other) => other,
                (typed, ScalarType::String) if super::convert::is_literal(item) => typed,
                (left, right) => {
                    let Some(ty) = common(left, right) else {
                        let message =
                            format!("{} is among the values that {} is looked for in", a(right), a(needle.ty));
                        return self.error("SEM0025", item.span.clone(), message);
                    };
                    ty
                }
            };
        }
        // A dynamic needle among arrays is compared as text, as `==` does.
        Some(if ty == ScalarType::Dynamic { ScalarType::String } else { ty })
    }
}

/// True when the value differs from row to row.
pub(super) fn reads_row(value: &Scalar) -> bool {
    match &value.kind {
        ScalarKind::Column(_) | ScalarKind::Open(_) => true,
        ScalarKind::Literal(_) | ScalarKind::Parameter(_) | ScalarKind::ToScalar(_) => false,
        ScalarKind::Operator(_, operands) | ScalarKind::Call(_, operands) => operands.iter().any(reads_row),
        ScalarKind::Convert(operand) => reads_row(operand),
        ScalarKind::InRelation { needle, .. } => reads_row(needle),
        ScalarKind::Path { base, steps } => {
            let computed = |step: &PathStep| matches!(step, PathStep::Computed(key) if reads_row(key));
            reads_row(base) || steps.iter().any(computed)
        }
    }
}

/// All values of a one-column table as one array.
fn values_of(table: Table) -> Scalar {
    let span = table.relation.span.clone();
    let column = table.columns()[0].clone();
    let arg = Scalar { kind: ScalarKind::Column(0), ty: column.ty, span: span.clone() };
    let outputs = vec![ScalarType::Dynamic];
    let call = AggregateCall { function: "make_set", args: vec![arg], outputs, span: span.clone() };
    let operator = Operator::Summarize { input: Box::new(table.relation), keys: Vec::new(), aggregates: vec![call] };
    let columns = vec![ColumnSymbol::new(column.name, ScalarType::Dynamic)];
    let relation = Relation::new(operator, columns, span.clone());
    Scalar { kind: ScalarKind::ToScalar(Box::new(relation)), ty: ScalarType::Dynamic, span }
}

/// A literal array of texts or of whole numbers as its elements; anything else as it is.
fn spread(item: Scalar) -> Vec<Scalar> {
    let ScalarKind::Literal(Value::Dynamic(json)) = &item.kind else { return vec![item] };
    let Ok(serde_json::Value::Array(elements)) = serde_json::from_str(json) else { return vec![item] };
    let value = |element: &serde_json::Value| match element {
        serde_json::Value::String(text) => Some(Value::String(text.clone())),
        serde_json::Value::Number(number) => number.as_i64().map(Value::Long),
        _ => None,
    };
    let values: Option<Vec<Value>> = elements.iter().map(value).collect();
    let uniform = |values: &Vec<Value>| values.windows(2).all(|pair| pair[0].ty() == pair[1].ty());
    match values.filter(uniform) {
        Some(values) if !values.is_empty() => {
            values.into_iter().map(|value| literal(value, item.span.clone())).collect()
        }
        _ => vec![item],
    }
}

/// The first column of a one-column relation as another type.
fn convert_column(relation: Relation, ty: ScalarType) -> Relation {
    let span = relation.span.clone();
    let column = &relation.columns[0];
    let value = Scalar { kind: ScalarKind::Column(0), ty: column.ty, span: span.clone() };
    let columns = vec![ColumnSymbol::new(column.name.clone(), ty)];
    let operator = Operator::Project { values: vec![convert(value, ty)], input: Box::new(relation) };
    Relation::new(operator, columns, span)
}
