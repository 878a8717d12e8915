//! Scalar expressions: what each kind of expression is bound by.

use super::Binder;
use super::comparison::boolean;
use super::convert::{a, literal};
use super::literal::decode;
use super::scope::Row;
use super::string_operator::string_operator;
use crate::kql::{
    BinaryExpr, CompoundString, Expr, Literal, LogicalExpr, Scalar, ScalarKind, ScalarOperator, ScalarType, SyntaxKind,
    Value, string_value,
};

impl Binder<'_> {
    /// A scalar expression over the columns of `row`.
    pub(super) fn scalar(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Scalar> {
        self.deeper(expr.span(), |binder| {
            binder.charge(1, &expr.span())?;
            let value = binder.scalar_here(expr, row)?;
            binder.note_type(&value);
            Some(value)
        })
    }

    fn scalar_here(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Scalar> {
        if self.is_official() {
            return self.official_scalar(expr, row);
        }
        self.measured_scalar(expr, row)
    }

    /// An expression by the rules of the language library, where these alone count.
    fn official_scalar(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Scalar> {
        match expr {
            Expr::Unary(sign) => self.library_unary(sign, row),
            Expr::Binary(binary) => self.library_binary(binary, row),
            Expr::Logical(logical) => self.library_logical(logical, row),
            Expr::Between(between) => self.library_between(between, row),
            Expr::In(membership) => self.library_membership(membership, row),
            Expr::Index(index) => self.library_index(index, row),
            _ => self.measured_scalar(expr, row),
        }
    }

    /// An expression by the rules measured of the running service.
    fn measured_scalar(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Scalar> {
        match expr {
            Expr::Name(name) => self.scalar_name(&name.value(), name.span(), row),
            Expr::Literal(value) => self.literal(value),
            Expr::CompoundString(parts) => self.compound_string(parts),
            Expr::Dynamic(value) => self.dynamic_literal(value),
            Expr::Unary(sign) => self.unary(sign, row),
            Expr::Binary(binary) => self.binary(binary, row),
            Expr::Logical(logical) => self.logical(logical, row),
            Expr::Between(between) => self.between(between, row),
            Expr::In(membership) => self.membership(membership, row),
            Expr::Call(call) => self.call(call, row),
            Expr::Path(path) => self.path(path, row),
            Expr::Index(index) => self.index(index, row),
            Expr::Paren(paren) => self.scalar(paren.inner()?, row),
            Expr::Star(_) => self.error("SYN0002", expr.span(), "'*' cannot stand here"),
            Expr::Wildcard(_) => self.error("SYN0002", expr.span(), "a name with '*' cannot stand here"),
            Expr::Named(named) => {
                let finding = crate::kql::Diagnostic::error("SYN0002", named.span(), "a name cannot be given here");
                self.report(finding.with_hint("'==' compares"))
            }
            Expr::TypeOf(_) => self.error("SYN0002", expr.span(), "typeof(…) cannot stand here"),
            Expr::Array(_) | Expr::Object(_) => self.error("SYN0002", expr.span(), "dynamic(…) must stand around this"),
            Expr::At(_) | Expr::EntityGroup(_) => self.refuse(expr.node().text(), expr.span()),
            Expr::Pipe(_)
            | Expr::Operator(_)
            | Expr::Datatable(_)
            | Expr::ContextualDatatable(_)
            | Expr::InlineExternalTable(_)
            | Expr::ExternalData(_) => {
                let message = "a table stands where a single value is expected";
                let finding = crate::kql::Diagnostic::error("SEM0100", expr.span(), message);
                self.report(finding.with_hint("toscalar() takes the first value of a table"))
            }
        }
    }

    fn literal(&mut self, expr: Literal<'_>) -> Option<Scalar> {
        if expr.kind() == SyntaxKind::UnterminatedString {
            return None;
        }
        match decode(expr.kind(), expr.text(), self.settings.now) {
            Some(value) => Some(literal(value, expr.span())),
            // What the lexer lets pass has the type that it is written with.
            None if self.is_official() => literal_type(expr.kind()).map(|ty| literal(Value::Null(ty), expr.span())),
            None => self.error("SYN0002", expr.span(), format!("'{}' is not a valid literal", shortened(expr.text()))),
        }
    }

    fn compound_string(&mut self, expr: CompoundString<'_>) -> Option<Scalar> {
        let mut text = String::new();
        for token in expr.tokens() {
            let Some(part) = string_value(token.text()) else {
                if self.is_official() {
                    continue;
                }
                return self.error("SYN0002", token.span(), "this text has an escape that does not exist");
            };
            text.push_str(&part);
        }
        Some(literal(Value::String(text), expr.span()))
    }

    fn binary(&mut self, expr: BinaryExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        use SyntaxKind as K;
        let operator = expr.operator()?;
        if let Some(Expr::Star(star)) = expr.left() {
            if !self.is_official() {
                return self.any_column_operation(expr, row);
            }
            return self.refuse(&format!("* {}", operator.text()), star.span());
        }
        match operator.kind() {
            kind @ (K::Plus | K::Minus | K::Star | K::Slash | K::Percent) => self.arithmetic(expr, kind, row),
            kind @ (K::EqualEqual
            | K::NotEqual
            | K::LessGreater
            | K::Less
            | K::LessEqual
            | K::Greater
            | K::GreaterEqual) => self.comparison(expr, kind, row),
            kind @ (K::EqualTilde | K::NotTilde) => self.equal_ignoring_case(expr, kind, row),
            K::MatchesKw => self.matches_regex(expr, row),
            K::Equal => self.error("SYN0002", operator.span(), "'=' gives a name; '==' compares"),
            kind => match string_operator(kind) {
                Some(string) => self.string_operation(expr, kind, string, row),
                None => self.refuse(operator.text(), operator.span()),
            },
        }
    }

    /// `and`, `or`: bound as a balanced tree, so that a thousand terms are ten levels.
    fn logical(&mut self, expr: LogicalExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let (operator, word) = if expr.is_and() { (ScalarOperator::And, "and") } else { (ScalarOperator::Or, "or") };
        let mut operands = Vec::new();
        let mut failed = false;
        for operand in expr.operands() {
            let Some(operand) = self.scalar(operand, row) else {
                failed = true;
                continue;
            };
            if !matches!(operand.ty, ScalarType::Bool | ScalarType::Unknown) {
                let message = format!("'{word}' stands between conditions, and this is {}", a(operand.ty));
                let _: Option<()> = self.error("SEM0254", operand.span.clone(), message);
                failed = true;
                continue;
            }
            operands.push(operand);
        }
        if failed { None } else { balanced(operator, operands) }
    }

    /// An expression that must be true or false.
    pub(super) fn condition(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let value = self.scalar(expr, row)?;
        if matches!(value.ty, ScalarType::Bool | ScalarType::Unknown) {
            return Some(value);
        }
        let message = format!("a condition is expected here, and this is {}", a(value.ty));
        let (code, span) = (self.code("SEM0254", "KS141"), if self.is_official() { expr.span() } else { value.span });
        self.error(code, span, message)
    }
}

fn balanced(operator: ScalarOperator, mut operands: Vec<Scalar>) -> Option<Scalar> {
    if operands.len() < 2 {
        return operands.pop();
    }
    let right = operands.split_off(operands.len() / 2);
    let (left, right) = (balanced(operator, operands)?, balanced(operator, right)?);
    let span = left.span.start..right.span.end;
    Some(boolean(operator, vec![left, right], span))
}

/// The type that a literal is written with.
fn literal_type(kind: SyntaxKind) -> Option<ScalarType> {
    use SyntaxKind as K;
    Some(match kind {
        K::StringLiteral => ScalarType::String,
        K::BoolLiteral => ScalarType::Bool,
        K::IntLiteral => ScalarType::Int,
        K::LongLiteral => ScalarType::Long,
        K::RealLiteral => ScalarType::Real,
        K::DecimalLiteral => ScalarType::Decimal,
        K::DatetimeLiteral => ScalarType::Datetime,
        K::TimespanLiteral => ScalarType::Timespan,
        K::GuidLiteral => ScalarType::Guid,
        _ => return None,
    })
}

/// The text of a constant string; `None` for anything else.
pub(super) fn text_of(value: &Scalar) -> Option<&str> {
    match &value.kind {
        ScalarKind::Literal(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// Text for a message: its beginning when it is long.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(37).chain("…".chars()).collect() }
}
