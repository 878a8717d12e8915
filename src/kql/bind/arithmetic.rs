//! `+ - * / %` and the signs (`kql-semantics` §2.2).

use super::Binder;
use super::convert::{a, convert, literal, widen};
use super::fold;
use super::scope::{Row, widest};
use crate::kql::{BinaryExpr, Scalar, ScalarKind, ScalarOperator, ScalarType, Span, SyntaxKind, UnaryExpr};

impl Binder<'_> {
    pub(super) fn unary(&mut self, expr: UnaryExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let negative = expr.operator().is_some_and(|token| token.kind() == SyntaxKind::Minus);
        let operand = expr.operand()?;
        let operand = self.scalar(operand, row)?;
        if operand.ty == ScalarType::Unknown {
            return Some(operand);
        }
        if !operand.ty.is_numeric() && operand.ty != ScalarType::Timespan {
            if operand.ty == ScalarType::Dynamic {
                return self.refuse("a sign before a dynamic value", expr.span());
            }
            return self.error("SEM0201", expr.span(), format!("{} has no sign", a(operand.ty)));
        }
        if !negative {
            return Some(operand);
        }
        let ty = operand.ty;
        if let ScalarKind::Literal(value) = &operand.kind
            && let Some(value) = fold::negate(value)
        {
            return Some(literal(value, expr.span()));
        }
        Some(Scalar { kind: ScalarKind::Operator(ScalarOperator::Negate, vec![operand]), ty, span: expr.span() })
    }

    pub(super) fn arithmetic(&mut self, expr: BinaryExpr<'_>, kind: SyntaxKind, row: &Row<'_>) -> Option<Scalar> {
        let left = self.scalar(expr.left()?, row);
        let right = self.scalar(expr.right()?, row);
        let (left, right) = (left?, right?);
        self.arithmetic_of(kind, left, right, expr.span())
    }

    /// Arithmetic on bound operands.
    pub(super) fn arithmetic_of(
        &mut self,
        kind: SyntaxKind,
        left: Scalar,
        right: Scalar,
        span: Span,
    ) -> Option<Scalar> {
        let operator = match kind {
            SyntaxKind::Plus => ScalarOperator::Add,
            SyntaxKind::Minus => ScalarOperator::Subtract,
            SyntaxKind::Star => ScalarOperator::Multiply,
            SyntaxKind::Slash => ScalarOperator::Divide,
            _ => ScalarOperator::Modulo,
        };
        let (left_ty, right_ty) = (left.ty, right.ty);
        if left_ty == ScalarType::Unknown || right_ty == ScalarType::Unknown {
            let kind = ScalarKind::Operator(operator, vec![left, right]);
            return Some(Scalar { kind, ty: ScalarType::Unknown, span });
        }
        if left_ty == ScalarType::Dynamic && right_ty == ScalarType::Dynamic {
            return self.refuse("arithmetic between two dynamic values", span);
        }
        let (left, right) = number_of_dynamic(left, right);
        let Some((left, right, ty)) = operands(operator, left, right) else {
            let message = format!("'{}' is not defined between {left_ty} and {right_ty}", kind.text());
            let finding = crate::kql::Diagnostic::error("TLY0100", span, message);
            return self.report(match (left_ty, right_ty) {
                (ScalarType::String, _) | (_, ScalarType::String) if operator == ScalarOperator::Add => {
                    finding.with_hint("strcat() joins texts")
                }
                _ => finding,
            });
        };
        if let (ScalarKind::Literal(a), ScalarKind::Literal(b)) = (&left.kind, &right.kind)
            && let Some(value) = fold::operator(operator, a, b)
        {
            return Some(literal(value, span));
        }
        Some(Scalar { kind: ScalarKind::Operator(operator, vec![left, right]), ty, span })
    }
}

/// A dynamic beside a number is taken for a number of that type.
fn number_of_dynamic(left: Scalar, right: Scalar) -> (Scalar, Scalar) {
    let number = |ty: ScalarType| if ty == ScalarType::Int { ScalarType::Long } else { ty };
    if left.ty == ScalarType::Dynamic && right.ty.is_numeric() {
        let ty = number(right.ty);
        return (convert(left, ty), right);
    }
    if right.ty == ScalarType::Dynamic && left.ty.is_numeric() {
        let ty = number(left.ty);
        return (left, convert(right, ty));
    }
    (left, right)
}

/// The operands in the types and the order that the engine gets, and the type of the result.
fn operands(operator: ScalarOperator, left: Scalar, right: Scalar) -> Option<(Scalar, Scalar, ScalarType)> {
    use ScalarOperator::{Add, Divide, Modulo, Multiply, Subtract};
    use ScalarType::{Datetime, Real, Timespan};
    if widest(left.ty, right.ty).is_some() {
        return widen(left, right);
    }
    let ty = match (operator, left.ty, right.ty) {
        (Add | Subtract | Modulo, Timespan, Timespan) | (Subtract, Datetime, Datetime) => Timespan,
        (Divide, Timespan | Datetime, Timespan) => Real,
        (Add | Subtract, Datetime, Timespan) | (Add, Timespan, Datetime) => Datetime,
        (Multiply | Divide, Timespan, number) if number.is_numeric() => return Some((left, factor(right), Timespan)),
        (Multiply, number, Timespan) if number.is_numeric() => return Some((right, factor(left), Timespan)),
        _ => return None,
    };
    Some((left, right, ty))
}

/// What a timespan is multiplied by: long or real.
fn factor(value: Scalar) -> Scalar {
    let ty = if matches!(value.ty, ScalarType::Int | ScalarType::Long) { ScalarType::Long } else { ScalarType::Real };
    convert(value, ty)
}
