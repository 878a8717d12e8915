//! Scalars become DataFusion expressions.
//!
//! Where Kusto and DataFusion mean exactly the same and the optimiser gains from understanding it (conjunctions,
//! comparisons that prune row groups, membership in a list, `iff`), the expression is DataFusion's own. Everything
//! else is a function of `functions`. The difference lies mostly in nulls: `x == 5` is false on a null in Kusto, which
//! a filter cannot tell from null, but `not(x == 5)` can; hence [`Scope::predicate`] beside [`Scope::value`].

use datafusion::common::Column;
use datafusion::logical_expr::expr::{Between, Case, Cast, InList};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator as Native, ScalarUDF, lit};
use std::sync::Arc;

use super::error::EngineError;
use super::functions::{self, Step};
use super::prepare::Prepared;
use super::storage;
use crate::kql::{PathStep, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType, Span, Value};

/// What is refused where no file says where addresses are.
const NEEDS_GEOGRAPHY: &str =
    "geo_info_from_ip_address() without geo_database, the connection's key for a MaxMind file of cities";

/// What a scalar may refer to: the columns of its input, and what was computed before the plan.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Scope<'a> {
    pub(in crate::engine) columns: &'a [Column],
    pub(in crate::engine) prepared: &'a Prepared,
}

impl Scope<'_> {
    /// A condition of which only "true" matters, as in `where`.
    pub(in crate::engine) fn predicate(&self, scalar: &Scalar) -> Result<Expr, EngineError> {
        use ScalarOperator as Op;
        let ScalarKind::Operator(operator, operands) = &scalar.kind else { return self.value(scalar) };
        match (operator, operands.as_slice()) {
            (Op::And | Op::Or, _) => self.junction(*operator, operands, Self::predicate),
            (Op::Equal, [left, right]) if compares_natively(left.ty) => self.binary(left, Native::Eq, right),
            (Op::In, [needle, list @ ..]) if lists_natively(needle, list) => self.in_list(needle, list),
            _ => self.value(scalar),
        }
    }

    /// The value of a scalar, nulls included.
    pub(in crate::engine) fn value(&self, scalar: &Scalar) -> Result<Expr, EngineError> {
        match &scalar.kind {
            ScalarKind::Literal(value) => Ok(Expr::Literal(storage::literal(value), None)),
            ScalarKind::Column(index) => self.column(*index),
            ScalarKind::Open(name) | ScalarKind::Parameter(name) => {
                Err(EngineError::internal(format!("'{name}' was never resolved")))
            }
            ScalarKind::Operator(operator, operands) => self.operator(*operator, operands, scalar),
            ScalarKind::Call(name, args) => self.call(name, args, scalar),
            ScalarKind::Convert(operand) => self.convert(operand, scalar.ty),
            ScalarKind::Path { base, steps } => self.path(base, steps),
            ScalarKind::ToScalar(relation) => self.prepared.scalar(relation),
            ScalarKind::InRelation { needle, relation, ignore_case } => self.member(needle, relation, *ignore_case),
        }
    }

    fn values(&self, scalars: &[Scalar]) -> Result<Vec<Expr>, EngineError> {
        scalars.iter().map(|scalar| self.value(scalar)).collect()
    }

    fn column(&self, index: usize) -> Result<Expr, EngineError> {
        match self.columns.get(index) {
            Some(column) => Ok(Expr::Column(column.clone())),
            None => Err(EngineError::internal(format!("no column {index} in the input"))),
        }
    }

    fn operator(&self, operator: ScalarOperator, operands: &[Scalar], scalar: &Scalar) -> Result<Expr, EngineError> {
        use ScalarOperator as Op;
        match (operator, operands) {
            (Op::And | Op::Or, _) => self.junction(operator, operands, Self::value),
            (Op::Not, [operand]) => Ok(Expr::Not(Box::new(self.value(operand)?))),
            (Op::Equal, [left, right]) => self.equal(left, right, scalar),
            (Op::Less, [left, right]) if compares_natively(left.ty) => self.binary(left, Native::Lt, right),
            (Op::LessEqual, [left, right]) if compares_natively(left.ty) => self.binary(left, Native::LtEq, right),
            (Op::Greater, [left, right]) if compares_natively(left.ty) => self.binary(left, Native::Gt, right),
            (Op::GreaterEqual, [left, right]) if compares_natively(left.ty) => self.binary(left, Native::GtEq, right),
            (Op::Between, [value, low, high]) if compares_natively(value.ty) => self.between(value, low, high),
            (Op::In, [needle, list @ ..]) if lists_natively(needle, list) => self.in_list_total(needle, list),
            _ => self.operator_function(operator, operands, scalar),
        }
    }

    fn operator_function(
        &self,
        operator: ScalarOperator,
        operands: &[Scalar],
        scalar: &Scalar,
    ) -> Result<Expr, EngineError> {
        let types: Vec<ScalarType> = operands.iter().map(|operand| operand.ty).collect();
        let function = functions::operator_udf(operator, &types, scalar.ty);
        self.apply(function, spelling(operator), operands, &scalar.span)
    }

    fn apply(
        &self,
        function: Option<Arc<ScalarUDF>>,
        construct: &str,
        args: &[Scalar],
        span: &Span,
    ) -> Result<Expr, EngineError> {
        let function = function.ok_or_else(|| EngineError::unsupported(construct, span))?;
        Ok(function.call(self.values(args)?))
    }

    /// `and`/`or` over any number of operands, as a balanced tree: a thousand alternatives must not nest a thousand
    /// levels deep.
    fn junction(
        &self,
        operator: ScalarOperator,
        operands: &[Scalar],
        translate: fn(&Self, &Scalar) -> Result<Expr, EngineError>,
    ) -> Result<Expr, EngineError> {
        let mut flat = Vec::new();
        flatten(operator, operands, &mut flat);
        let parts = flat.into_iter().map(|operand| translate(self, operand)).collect::<Result<Vec<_>, _>>()?;
        let native = if operator == ScalarOperator::And { Native::And } else { Native::Or };
        balance(native, parts).ok_or_else(|| EngineError::internal("a junction of nothing"))
    }

    fn binary(&self, left: &Scalar, operator: Native, right: &Scalar) -> Result<Expr, EngineError> {
        let (left, right) = (Box::new(self.value(left)?), Box::new(self.value(right)?));
        Ok(Expr::BinaryExpr(BinaryExpr::new(left, operator, right)))
    }

    /// One null operand makes equality false, two make it null; so it is native where two cannot be.
    fn equal(&self, left: &Scalar, right: &Scalar, scalar: &Scalar) -> Result<Expr, EngineError> {
        if left.ty == ScalarType::String && right.ty == ScalarType::String {
            return self.binary(left, Native::Eq, right);
        }
        if compares_natively(left.ty) && (is_value(left) || is_value(right)) {
            return self.binary(left, Native::IsNotDistinctFrom, right);
        }
        let operands = [left.clone(), right.clone()];
        self.operator_function(ScalarOperator::Equal, &operands, scalar)
    }

    fn between(&self, value: &Scalar, low: &Scalar, high: &Scalar) -> Result<Expr, EngineError> {
        let [value, low, high] = [self.value(value)?, self.value(low)?, self.value(high)?].map(Box::new);
        Ok(Expr::Between(Between { expr: value, negated: false, low, high }))
    }

    fn in_list(&self, needle: &Scalar, list: &[Scalar]) -> Result<Expr, EngineError> {
        Ok(Expr::InList(InList { expr: Box::new(self.value(needle)?), list: self.values(list)?, negated: false }))
    }

    fn in_list_total(&self, needle: &Scalar, list: &[Scalar]) -> Result<Expr, EngineError> {
        let found = self.in_list(needle, list)?;
        if needle.ty == ScalarType::String {
            return Ok(found);
        }
        // `IS TRUE` is never null to the one who plans and may be to the one who runs, which is a mistake below a group.
        Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(found), Native::IsNotDistinctFrom, Box::new(lit(true)))))
    }

    fn call(&self, name: &'static str, args: &[Scalar], scalar: &Scalar) -> Result<Expr, EngineError> {
        match (name, args) {
            ("iff", [condition, then, other]) => self.case(&[condition, then], other),
            ("case", [arms @ .., other]) if arms.len() % 2 == 0 && !arms.is_empty() => {
                self.case(&arms.iter().collect::<Vec<_>>(), other)
            }
            // Of all but a dynamic the type is known before there is a value.
            ("gettype", [arg]) if arg.ty != ScalarType::Dynamic => {
                Ok(Expr::Literal(storage::literal(&Value::String(arg.ty.name().into())), None))
            }
            ("geo_info_from_ip_address", [arg]) => {
                let geography = self.prepared.geography.clone();
                let function = geography.map(|it| functions::geography_udf(it, arg.ty));
                self.apply(function, NEEDS_GEOGRAPHY, args, &scalar.span)
            }
            _ => {
                let types: Vec<ScalarType> = args.iter().map(|arg| arg.ty).collect();
                self.apply(functions::call_udf(name, &types, scalar.ty), name, args, &scalar.span)
            }
        }
    }

    /// `arms` holds condition and value in turn; a null condition is passed over, as in Kusto.
    fn case(&self, arms: &[&Scalar], other: &Scalar) -> Result<Expr, EngineError> {
        let when_then = arms
            .chunks_exact(2)
            .map(|arm| Ok((Box::new(self.predicate(arm[0])?), Box::new(self.value(arm[1])?))))
            .collect::<Result<Vec<_>, EngineError>>()?;
        Ok(Expr::Case(Case::new(None, when_then, Some(Box::new(self.value(other)?)))))
    }

    /// Widening keeps every value and order, so DataFusion may see through it to a column's statistics.
    fn convert(&self, operand: &Scalar, to: ScalarType) -> Result<Expr, EngineError> {
        use ScalarType::{Int, Long, Real};
        let value = self.value(operand)?;
        if operand.ty == to {
            return Ok(value);
        }
        if matches!((operand.ty, to), (Int, Long | Real) | (Long, Real)) {
            return Ok(Expr::Cast(Cast::new(Box::new(value), storage::data_type(to))));
        }
        Ok(functions::convert_udf(operand.ty, to).call(vec![value]))
    }

    fn path(&self, base: &Scalar, steps: &[PathStep]) -> Result<Expr, EngineError> {
        let mut known = Vec::with_capacity(steps.len());
        let mut types = Vec::new();
        let mut args = vec![self.value(base)?];
        for step in steps {
            known.push(match step {
                PathStep::Key(key) => Some(Step::Key(key.clone())),
                PathStep::Index(index) => Some(Step::Index(*index)),
                PathStep::Computed(scalar) => {
                    types.push(scalar.ty);
                    args.push(self.value(scalar)?);
                    None
                }
            });
        }
        Ok(functions::path_udf(known, &types).call(args))
    }

    fn member(&self, needle: &Scalar, relation: &Relation, ignore_case: bool) -> Result<Expr, EngineError> {
        let function = self.prepared.membership(relation, ignore_case, needle.ty, &needle.span)?;
        Ok(function.call(vec![self.value(needle)?]))
    }
}

/// Types whose storage Arrow compares as Kusto compares the values. Reals are not among them: Arrow orders NaN and -0.
fn compares_natively(ty: ScalarType) -> bool {
    !matches!(ty, ScalarType::Real | ScalarType::Dynamic)
}

fn lists_natively(needle: &Scalar, list: &[Scalar]) -> bool {
    compares_natively(needle.ty) && !list.is_empty() && list.iter().all(|item| item.ty == needle.ty && is_value(item))
}

/// A literal that is not null.
fn is_value(scalar: &Scalar) -> bool {
    matches!(&scalar.kind, ScalarKind::Literal(value) if !matches!(value, Value::Null(_)))
}

fn flatten<'s>(operator: ScalarOperator, operands: &'s [Scalar], flat: &mut Vec<&'s Scalar>) {
    // A stack of our own, because the chain may be as long as the text allows.
    let mut open: Vec<&Scalar> = operands.iter().rev().collect();
    while let Some(scalar) = open.pop() {
        match &scalar.kind {
            ScalarKind::Operator(inner, inner_operands) if *inner == operator => {
                open.extend(inner_operands.iter().rev());
            }
            _ => flat.push(scalar),
        }
    }
}

fn balance(operator: Native, mut parts: Vec<Expr>) -> Option<Expr> {
    if parts.len() <= 1 {
        return parts.pop();
    }
    let right = parts.split_off(parts.len() / 2);
    let (left, right) = (balance(operator, parts)?, balance(operator, right)?);
    Some(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right))))
}

/// How KQL writes an operator, for refusals.
fn spelling(operator: ScalarOperator) -> &'static str {
    use ScalarOperator as Op;
    match operator {
        Op::Add => "+",
        Op::Subtract | Op::Negate => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
        Op::Modulo => "%",
        Op::Equal => "==",
        Op::Less => "<",
        Op::LessEqual => "<=",
        Op::Greater => ">",
        Op::GreaterEqual => ">=",
        Op::And => "and",
        Op::Or => "or",
        Op::Not => "not",
        Op::EqualIgnoreCase => "=~",
        Op::Has => "has",
        Op::HasCs => "has_cs",
        Op::HasPrefix => "hasprefix",
        Op::HasPrefixCs => "hasprefix_cs",
        Op::HasSuffix => "hassuffix",
        Op::HasSuffixCs => "hassuffix_cs",
        Op::Contains => "contains",
        Op::ContainsCs => "contains_cs",
        Op::StartsWith => "startswith",
        Op::StartsWithCs => "startswith_cs",
        Op::EndsWith => "endswith",
        Op::EndsWithCs => "endswith_cs",
        Op::MatchesRegex => "matches regex",
        Op::In => "in",
        Op::InIgnoreCase => "in~",
        Op::HasAny => "has_any",
        Op::HasAll => "has_all",
        Op::Between => "between",
    }
}
