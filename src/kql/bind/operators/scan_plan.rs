//! `scan` as it runs: every name is a column at last (`kql-semantics` §18.5).

use crate::kql::bind::Binder;
use crate::kql::bind::convert::{a, convert, is_literal, literal};
use crate::kql::bind::local::{Local, LocalValue, Members};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::bind::window::is_serialized;
use crate::kql::{
    BoundScan, BoundScanStep, ColumnSymbol, Diagnostic, Operator, ParameterDeclaration, Relation, Scalar, ScalarKind,
    ScalarType, ScanOperator, ScanStep, TabularOperator, Value,
};

impl Binder<'_> {
    pub(super) fn scan_steps(&mut self, operator: ScanOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        if operator.order().next().is_some() || operator.partition().next().is_some() {
            return self.refuse("scan with order by or partition by", span);
        }
        if !is_serialized(&input.relation) {
            let finding = Diagnostic::error("TLY0020", span, "scan needs rows in an order");
            return self.report(finding.with_hint("sort or serialize before it"));
        }
        let match_id = self.match_id(operator)?;
        let mut columns = input.columns().to_vec();
        let mut declared = Vec::new();
        for declaration in operator.declarations() {
            let (column, default) = self.declared_column(declaration)?;
            if columns.iter().any(|known| known.name == column.name) {
                return self.refuse("scan that declares a column of the input", declaration.span());
            }
            columns.push(column);
            declared.push(default);
        }
        let members = Members { columns: columns.clone().into(), unknown: input.unknown.clone() };
        let outer = self.locals.len();
        let mut steps = Vec::new();
        for (place, step) in operator.steps().enumerate() {
            let name = step.name()?;
            if self.locals[outer..].iter().any(|known| known.name == name.value()) {
                return self.error("SEM0079", name.span(), "there is a step of this name already");
            }
            let value = LocalValue::State(members.clone(), columns.len() * (place + 1));
            self.push_local(Local { name: name.value().into_owned(), definition: name.span(), value }, span.clone());
            // Only steps up to this one have a state here.
            steps.push(self.step(step, &members, input.columns().len()));
        }
        self.locals.truncate(outer);
        let steps: Vec<BoundScanStep> = steps.into_iter().collect::<Option<_>>()?;
        if steps.is_empty() {
            return self.error("SYN0002", span, "scan needs a step");
        }
        let with_match_id = match_id.is_some();
        if let Some(name) = match_id {
            if columns.iter().any(|known| known.name == name) {
                return self.refuse("scan that names its match like a column", span);
            }
            columns.push(ColumnSymbol::new(name, ScalarType::Long));
        }
        let scan = Box::new(BoundScan { declared, steps, with_match_id });
        let operator = Operator::Scan { input: Box::new(input.relation), scan };
        self.table(Relation::new(operator, columns, span), Unknown::default(), input.depth + 1)
    }

    /// The name of the column with the number of the match, when it is wanted.
    fn match_id(&mut self, operator: ScanOperator<'_>) -> Option<Option<String>> {
        let mut id = None;
        for parameter in TabularOperator::Scan(operator).parameters() {
            match (parameter.name().as_str(), parameter.value()) {
                ("with_match_id", Some(crate::kql::Expr::Name(name))) => id = Some(name.value().into_owned()),
                (name, _) => return self.refuse(&format!("scan {name}"), parameter.span()),
            }
        }
        Some(id)
    }

    fn declared_column(&mut self, declaration: ParameterDeclaration<'_>) -> Option<(ColumnSymbol, Scalar)> {
        let name = declaration.name()?;
        let written = declaration.type_name()?;
        let Some(ty) = ScalarType::from_name(written.text()) else {
            return self.error("SYN0002", written.span(), format!("there is no type '{}'", written.text()));
        };
        let default = match declaration.default() {
            None => literal(Value::Null(ty), name.span()),
            Some(default) => {
                let value = self.constant(default)?;
                let is_null = matches!(value.kind, ScalarKind::Literal(Value::Null(_)));
                let span = value.span.clone();
                let value = if is_null { literal(Value::Null(ty), span) } else { self.assigned_value(value, ty)? };
                if !is_literal(&value) {
                    return self.error("SEM0040", value.span, "the default of a column is a constant");
                }
                value
            }
        };
        Some((ColumnSymbol::new(name.value(), ty), default))
    }

    /// A value as the declared type, where it is that or widens to it.
    fn assigned_value(&mut self, value: Scalar, ty: ScalarType) -> Option<Scalar> {
        use ScalarType::{Decimal, Int, Long, Real};
        let widens = matches!((value.ty, ty), (Int, Long | Real | Decimal) | (Long, Real | Decimal));
        let is_literal_int = is_literal(&value) && (value.ty, ty) == (Long, Int);
        let is_null = matches!(value.kind, ScalarKind::Literal(Value::Null(_)));
        if value.ty == ty || widens || is_literal_int {
            return Some(convert(value, ty));
        }
        if is_null {
            return Some(literal(Value::Null(ty), value.span));
        }
        self.refuse(&format!("scan that assigns {} to a column of {}", a(value.ty), a(ty)), value.span)
    }

    fn step(&mut self, step: ScanStep<'_>, members: &Members, n_input: usize) -> Option<BoundScanStep> {
        if step.is_optional() {
            return self.refuse("an optional step of scan", step.span());
        }
        let is_output = match step.output().map(crate::kql::Node::text) {
            None | Some("all") => true,
            Some("none") => false,
            Some(other) => return self.refuse(&format!("scan output={other}"), step.span()),
        };
        let condition = self.condition(step.condition()?, &members.row())?;
        let mut assignments: Vec<(usize, Scalar)> = Vec::new();
        for assignment in step.assignments() {
            let name = assignment.name()?;
            let Some(place) = members.row().position(&name.value()).filter(|place| *place >= n_input) else {
                let message = format!("'{}' is no column that scan declares", name.value());
                return self.error("SEM0100", name.span(), message);
            };
            let value = self.scalar(assignment.value()?, &members.row())?;
            // Whether a column that was assigned just now has its new value here is not established.
            if assignments.iter().any(|(known, _)| reads(&value, n_input + known)) {
                return self.refuse("scan that reads a column which the same step assigns before", value.span);
            }
            let ty = members.columns[place].ty;
            if assignments.iter().any(|(known, _)| n_input + known == place) {
                return self.error("SEM0034", name.span(), "this column is assigned already");
            }
            assignments.push((place - n_input, self.assigned_value(value, ty)?));
        }
        Some(BoundScanStep { condition, assignments, is_output })
    }
}

/// True when the value reads the column at a place.
fn reads(value: &Scalar, place: usize) -> bool {
    match &value.kind {
        ScalarKind::Column(index) => *index == place,
        ScalarKind::Operator(_, operands) | ScalarKind::Call(_, operands) => {
            operands.iter().any(|operand| reads(operand, place))
        }
        ScalarKind::Convert(operand) | ScalarKind::InRelation { needle: operand, .. } => reads(operand, place),
        ScalarKind::Path { base, steps } => {
            let computed = |step: &crate::kql::PathStep| match step {
                crate::kql::PathStep::Computed(step) => reads(step, place),
                _ => false,
            };
            reads(base, place) || steps.iter().any(computed)
        }
        ScalarKind::Literal(_) | ScalarKind::Open(_) | ScalarKind::Parameter(_) | ScalarKind::ToScalar(_) => false,
    }
}
