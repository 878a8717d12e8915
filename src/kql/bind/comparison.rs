//! `== != < <= > >= =~ !~ between` (`kql-semantics` §3.4 and §4).

use super::Binder;
use super::convert::{a, convert, is_literal, literal, narrowed};
use super::scope::{Row, widest};
use crate::kql::{BetweenExpr, BinaryExpr, Scalar, ScalarKind, ScalarOperator, ScalarType, Span, SyntaxKind, Value};

/// Longs that a double holds exactly.
const EXACT_IN_REAL: i64 = 1 << 53;

impl Binder<'_> {
    pub(super) fn comparison(&mut self, expr: BinaryExpr<'_>, kind: SyntaxKind, row: &Row<'_>) -> Option<Scalar> {
        let left = self.scalar(expr.left()?, row);
        let right = self.scalar(expr.right()?, row);
        let (left, right) = (left?, right?);
        let (operator, negated) = match kind {
            SyntaxKind::NotEqual | SyntaxKind::LessGreater => (ScalarOperator::Equal, true),
            SyntaxKind::Less => (ScalarOperator::Less, false),
            SyntaxKind::LessEqual => (ScalarOperator::LessEqual, false),
            SyntaxKind::Greater => (ScalarOperator::Greater, false),
            SyntaxKind::GreaterEqual => (ScalarOperator::GreaterEqual, false),
            _ => (ScalarOperator::Equal, false),
        };
        let equality = operator == ScalarOperator::Equal;
        let (left, right) = self.comparable(left, right, equality, kind.text(), &expr.span())?;
        Some(negate_if(negated, boolean(operator, vec![left, right], expr.span())))
    }

    /// Two values of one type that can be compared.
    pub(super) fn comparable(
        &mut self,
        left: Scalar,
        right: Scalar,
        equality: bool,
        symbol: &str,
        span: &Span,
    ) -> Option<(Scalar, Scalar)> {
        use ScalarType::{Bool, Dynamic, Guid, String, Unknown};
        let (left_ty, right_ty) = (left.ty, right.ty);
        let (left, right) = (narrowed(left, right_ty), narrowed(right, left_ty));
        let (left_ty, right_ty) = (left.ty, right.ty);
        match (left_ty, right_ty) {
            (Unknown, _) | (_, Unknown) => Some((left, right)),
            (Dynamic, Dynamic) => {
                let message = "dynamic values cannot be compared: convert one of them, for example with tostring()";
                self.error("SEM0001", span.clone(), message)
            }
            (String | Guid | Bool, _) if left_ty == right_ty && !equality && left_ty != Bool => {
                self.not_comparable(left_ty, right_ty, symbol, span)
            }
            _ if left_ty == right_ty => Some((left, right)),
            (Dynamic, other) => {
                if other == String && !equality {
                    return self.not_comparable(left_ty, right_ty, symbol, span);
                }
                let ty = dynamic_as(&right);
                Some((convert(left, ty), convert(right, ty)))
            }
            (other, Dynamic) => {
                if other == String && !equality {
                    return self.not_comparable(left_ty, right_ty, symbol, span);
                }
                let ty = dynamic_as(&left);
                Some((convert(left, ty), convert(right, ty)))
            }
            (String, other) | (other, String) if equality => self.compare_text(left, right, other, symbol, span),
            _ => match common(left_ty, right_ty) {
                Some(ty) => Some((convert(left, ty), convert(right, ty))),
                None => self.not_comparable(left_ty, right_ty, symbol, span),
            },
        }
    }

    /// A string beside a value of another type: a literal is read as that type; how Kusto treats others nobody measured.
    fn compare_text(
        &mut self,
        left: Scalar,
        right: Scalar,
        other: ScalarType,
        symbol: &str,
        span: &Span,
    ) -> Option<(Scalar, Scalar)> {
        let text_first = left.ty == ScalarType::String;
        let text = if text_first { &left } else { &right };
        if !is_literal(text) {
            return self.refuse(&format!("{} {symbol} {}", left.ty, right.ty), span.clone());
        }
        let (left, right) = (convert(left, other), convert(right, other));
        let unreadable = |value: &Scalar| matches!(value.kind, ScalarKind::Literal(Value::Null(_)));
        let read = if text_first { &left } else { &right };
        if unreadable(read) {
            return self.refuse(&format!("comparing {} with a text that is none", a(other)), span.clone());
        }
        Some((left, right))
    }

    fn not_comparable<T>(&mut self, left: ScalarType, right: ScalarType, symbol: &str, span: &Span) -> Option<T> {
        self.error("SEM0064", span.clone(), format!("'{symbol}' is not defined between {left} and {right}"))
    }

    pub(super) fn equal_ignoring_case(
        &mut self,
        expr: BinaryExpr<'_>,
        kind: SyntaxKind,
        row: &Row<'_>,
    ) -> Option<Scalar> {
        let operands = self.texts(expr, kind, true, row)?;
        let value = boolean(ScalarOperator::EqualIgnoreCase, operands, expr.span());
        Some(negate_if(kind == SyntaxKind::NotTilde, value))
    }

    pub(super) fn between(&mut self, expr: BetweenExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let operand = self.scalar(expr.operand()?, row);
        let low = self.scalar(expr.low()?, row);
        let high = self.scalar(expr.high()?, row);
        let (operand, low, high) = (operand?, low?, high?);
        let operands = self.between_operands(operand, low, high, &expr.span())?;
        // `!between` of a null is null like `between` of it, which is what `not` makes of null.
        Some(negate_if(expr.is_negated(), boolean(ScalarOperator::Between, operands, expr.span())))
    }

    fn between_operands(&mut self, value: Scalar, low: Scalar, high: Scalar, span: &Span) -> Option<Vec<Scalar>> {
        use ScalarType::{Bool, Datetime, Dynamic, Timespan};
        let (low, high) = (narrowed(low, value.ty), narrowed(high, value.ty));
        let high = if low.ty == Datetime && high.ty == Timespan {
            self.arithmetic_of(SyntaxKind::Plus, low.clone(), high, span.clone())?
        } else {
            high
        };
        if [value.ty, low.ty, high.ty].contains(&ScalarType::Unknown) {
            return Some(vec![value, low, high]);
        }
        let value = match (value.ty, low.ty) {
            (Dynamic, ty) if ty.is_numeric() || matches!(ty, Datetime | Timespan) => {
                convert(value, if ty == ScalarType::Int { ScalarType::Long } else { ty })
            }
            _ => value,
        };
        let types = [value.ty, low.ty, high.ty];
        let ty = match common(types[0], types[1]).and_then(|ty| common(ty, types[2])) {
            Some(ty) if ty.is_numeric() || matches!(ty, Bool | Datetime | Timespan) => ty,
            _ => {
                let code = match (low.ty, high.ty) {
                    (_, Timespan) => "SEM0234",
                    (Timespan, _) => "SEM0232",
                    _ => "SEM0208",
                };
                let message =
                    format!("'between' is not defined for {} between {} and {}", types[0], types[1], types[2]);
                return self.error(code, span.clone(), message);
            }
        };
        Some(vec![convert(value, ty), convert(low, ty), convert(high, ty)])
    }
}

/// The type in which a dynamic is compared with a value. A number in a dynamic may have a fraction, which reading it
/// as a long would cut off; where the other side fits, doubles keep it.
fn dynamic_as(other: &Scalar) -> ScalarType {
    match (&other.kind, other.ty) {
        (ScalarKind::Literal(Value::Long(number)), _) if number.abs() <= EXACT_IN_REAL => ScalarType::Real,
        (ScalarKind::Literal(Value::Int(_)), _) => ScalarType::Real,
        (_, ScalarType::Int) => ScalarType::Long,
        (_, ty) => ty,
    }
}

/// The type in which values of two types are compared.
pub(super) fn common(left: ScalarType, right: ScalarType) -> Option<ScalarType> {
    match (left, right) {
        _ if left == right => Some(left),
        (ScalarType::Bool, number) | (number, ScalarType::Bool) if number.is_numeric() => {
            Some(if number == ScalarType::Int { ScalarType::Long } else { number })
        }
        _ => widest(left, right),
    }
}

pub(super) fn boolean(operator: ScalarOperator, operands: Vec<Scalar>, span: Span) -> Scalar {
    Scalar { kind: ScalarKind::Operator(operator, operands), ty: ScalarType::Bool, span }
}

pub(super) fn negate_if(negated: bool, value: Scalar) -> Scalar {
    if !negated {
        return value;
    }
    if let ScalarKind::Literal(Value::Bool(flag)) = value.kind {
        return literal(Value::Bool(!flag), value.span);
    }
    let span = value.span.clone();
    boolean(ScalarOperator::Not, vec![value], span)
}
