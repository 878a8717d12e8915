//! Silent conversions, made visible.

use super::fold;
use super::scope::widest;
use crate::kql::{Scalar, ScalarKind, ScalarType};

/// The value as another type; a literal is converted at once where that is certain.
pub(super) fn convert(value: Scalar, ty: ScalarType) -> Scalar {
    if value.ty == ty {
        return value;
    }
    let span = value.span.clone();
    if let ScalarKind::Literal(literal) = &value.kind
        && let Some(converted) = fold::convert(literal, ty)
    {
        return Scalar { kind: ScalarKind::Literal(converted), ty, span };
    }
    Scalar { kind: ScalarKind::Convert(Box::new(value)), ty, span }
}

/// Both values as the widest type of number among them, and int as long: Kusto has no arithmetic on int.
pub(super) fn widen(left: Scalar, right: Scalar) -> Option<(Scalar, Scalar, ScalarType)> {
    let ty = match widest(left.ty, right.ty)? {
        ScalarType::Int => ScalarType::Long,
        ty => ty,
    };
    Some((convert(left, ty), convert(right, ty), ty))
}

pub(super) fn is_literal(value: &Scalar) -> bool {
    matches!(value.kind, ScalarKind::Literal(_))
}

pub(super) fn literal(value: crate::kql::Value, span: crate::kql::Span) -> Scalar {
    Scalar { ty: value.ty(), kind: ScalarKind::Literal(value), span }
}

/// A long literal as int beside something that is int: an int column is then compared as it is stored.
pub(super) fn narrowed(value: Scalar, beside: ScalarType) -> Scalar {
    match (&value.kind, beside) {
        (ScalarKind::Literal(crate::kql::Value::Long(number)), ScalarType::Int) => match i32::try_from(*number) {
            Ok(number) => literal(crate::kql::Value::Int(number), value.span),
            Err(_) => value,
        },
        _ => value,
    }
}

/// A value of the type, in words: `a long`, `an int`.
pub(super) fn a(ty: ScalarType) -> String {
    let article = if ty == ScalarType::Int { "an" } else { "a" };
    format!("{article} {ty}")
}
