//! Calls and operators of a text that is only looked at, or that a service runs: what the official language library
//! makes of them ([`catalog::library_function`]). A mistake is reported and binding goes on with the type that the call
//! would have had, so that what stands around it is judged as well.

use super::Binder;
use super::expression::text_of;
use super::facts::Meaning;
use super::overload::{best_signatures, check, common_result, placeholder, result_type};
use super::scope::Row;
use crate::kql::catalog::{self, Gives, LibraryFunction, Ty, library_aggregate, library_function, library_operator};
use crate::kql::{
    BetweenExpr, BinaryExpr, CallExpr, Diagnostic, DynamicLiteral, DynamicShape, Element, Expr, InExpr, IndexExpr,
    LogicalExpr, Name, Node, PathExpr, PathStep, Scalar, ScalarKind, ScalarOperator, ScalarType, Span, SyntaxKind,
    UnaryExpr, Value,
};

/// Aggregates whose several columns cannot be part of an expression.
const OF_SEVERAL_COLUMNS: [&str; 5] = ["arg_max", "arg_min", "percentiles", "percentilesw", "take_any"];

/// An argument of a call, or an operand.
#[derive(Debug, Clone)]
pub(super) struct Argument<'t> {
    /// Behind `name =`.
    pub(super) expr: Expr<'t>,
    pub(super) ty: Ty,
    pub(super) constant: bool,
    pub(super) span: Span,
    pub(super) value: Option<Scalar>,
    /// The names of `(a, b) = f()`.
    pub(super) tuple_names: Option<Span>,
}

impl Argument<'_> {
    pub(super) fn is_star(&self) -> bool {
        matches!(self.expr, Expr::Star(_))
    }

    pub(super) fn is_column(&self) -> bool {
        self.value.as_ref().is_some_and(|value| matches!(value.kind, ScalarKind::Column(_) | ScalarKind::Open(_)))
    }

    pub(super) fn is_literal(&self) -> bool {
        matches!(self.expr, Expr::Literal(_) | Expr::CompoundString(_) | Expr::Dynamic(_) | Expr::TypeOf(_))
    }

    /// The text, of a text that is constant.
    pub(super) fn text(&self) -> Option<&str> {
        self.value.as_ref().and_then(text_of)
    }

    fn into_value(self) -> Scalar {
        self.value.unwrap_or_else(|| placeholder(self.span))
    }
}

impl Binder<'_> {
    /// True where the official library alone decides what is an error: no engine of ours will run the query.
    pub(super) fn is_official(&self) -> bool {
        self.context.capabilities.is_none()
    }

    /// The type of a bound value, with what is known of its inside.
    pub(super) fn ty_of(&self, value: &Scalar) -> Ty {
        if gives_columns(value) {
            return Ty::Tuple;
        }
        let shape = match value.ty {
            ScalarType::Dynamic => self.shapes.get(&(value.span.start, value.span.end)).copied().unwrap_or_default(),
            _ => DynamicShape::Any,
        };
        Ty::of(value.ty, shape)
    }

    /// A value with its type, of whose inside note is taken.
    fn typed(&mut self, kind: ScalarKind, ty: Ty, span: Span) -> Scalar {
        self.note_shape(&span, ty.shape());
        Scalar { kind, ty: ty.scalar(), span }
    }

    pub(super) fn note_shape(&mut self, span: &Span, shape: DynamicShape) {
        if shape != DynamicShape::Any {
            self.shapes.insert((span.start, span.end), shape);
        } else if !self.shapes.is_empty() {
            self.shapes.remove(&(span.start, span.end));
        }
    }

    /// What is known of the inside of a value, for the column that it becomes.
    pub(super) fn shape_of(&self, value: &Scalar) -> DynamicShape {
        self.ty_of(value).shape()
    }

    pub(super) fn library_argument<'t>(&mut self, expr: Expr<'t>, row: &Row<'_>) -> Argument<'t> {
        if let Expr::Named(named) = expr {
            let names = named.is_tuple().then(|| {
                let spans: Vec<Span> = named.names().map(Name::span).collect();
                let start = spans.first().map_or(named.span().start, |span| span.start);
                start..spans.last().map_or(start, |span| span.end)
            });
            let Some(inner) = named.value() else { return in_error(expr) };
            return Argument { tuple_names: names, ..self.library_argument(inner, row) };
        }
        let span = expr.span();
        match expr {
            Expr::TypeOf(types) => {
                let unknown = types.types().find(|name| ScalarType::from_name(name.text()).is_none());
                if let Some(name) = unknown {
                    let message = format!("there is no type '{}'", name.text());
                    let _: Option<()> = self.error("KS160", name.span(), message);
                }
                Argument { expr, ty: Ty::Type, constant: true, span, value: None, tuple_names: None }
            }
            Expr::Star(_) => Argument { expr, ty: Ty::Tuple, constant: false, span, value: None, tuple_names: None },
            _ if self.is_tabular(expr, row) => {
                let ty = if self.nested_table(expr).is_some() { Ty::Table } else { Ty::Error };
                Argument { expr, ty, constant: false, span, value: None, tuple_names: None }
            }
            _ => match self.scalar(expr, row) {
                Some(value) => self.argument_of(expr, value),
                None => in_error(expr),
            },
        }
    }

    fn argument_of<'t>(&self, expr: Expr<'t>, value: Scalar) -> Argument<'t> {
        let ty = self.ty_of(&value);
        let constant = is_constant(&value) || self.is_parameter(expr);
        Argument { expr, ty, constant, span: expr.span(), value: Some(value), tuple_names: None }
    }

    /// Parameters are taken for constants.
    fn is_parameter(&self, expr: Expr<'_>) -> bool {
        let Some(Expr::Name(name)) = expr.without_parens() else { return false };
        self.find_let(&name.value()).is_some_and(|binding| binding.is_parameter)
    }

    /// A call of a function of the library.
    pub(super) fn library_call(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let name_node = call.name()?;
        let name = name_node.value();
        if self.collecting.is_some() && library_aggregate(&name).is_some() {
            return self.aggregate_in_expression(&name, call, row);
        }
        let function = library_function(&name).filter(|function| !function.of_graph || self.may_be_graph(row));
        let Some(function) = function else {
            if library_aggregate(&name).is_some() {
                let message = format!("{name}() aggregates rows and cannot stand here");
                return self.error("KS144", name_node.span(), message);
            }
            if name.starts_with("__") {
                // What looks like a function inside the service is let pass.
                return Some(placeholder(call.span()));
            }
            // The arguments may hold mistakes of their own.
            for argument in call.arguments() {
                self.library_argument(argument, row);
            }
            return self.unknown_function(&name, name_node.span());
        };
        self.note_name(&name_node.span(), &name, Meaning::Function, None, None);
        let arguments: Vec<Argument<'_>> = call.arguments().map(|it| self.library_argument(it, row)).collect();
        let ty = self.library_result(function, &name, &arguments, &name_node.span());
        if ty == Ty::Error || ty == Ty::Table {
            return if ty == Ty::Table { Some(placeholder(call.span())) } else { None };
        }
        let ty = Self::named_column(function, &arguments, row).unwrap_or(ty);
        let canonical = catalog::function(&name).map_or(function.name, |function| function.name);
        let values: Vec<Scalar> = arguments.into_iter().map(Argument::into_value).collect();
        Some(self.typed(ScalarKind::Call(canonical, values), ty, call.span()))
    }

    /// `column_ifexists('x', …)` has the type of the column where there is one.
    fn named_column(function: &LibraryFunction, arguments: &[Argument<'_>], row: &Row<'_>) -> Option<Ty> {
        if function.naming != catalog::Naming::ColumnName {
            return None;
        }
        let column = &row.columns[row.position(arguments.first()?.text()?)?];
        Some(Ty::of(column.ty, column.shape))
    }

    /// Functions of graphs exist where a graph is matched; rows of which not all is known may be one's.
    fn may_be_graph(&self, row: &Row<'_>) -> bool {
        row.is_open() || !self.locals.is_empty()
    }

    /// Judges a call, and says what it gives.
    pub(super) fn library_result(
        &mut self,
        function: &'static LibraryFunction,
        written: &str,
        arguments: &[Argument<'_>],
        place: &Span,
    ) -> Ty {
        let signatures = best_signatures(function, arguments, false);
        if let [signature] = signatures.as_slice() {
            self.diagnostics.extend(check(written, signature, arguments, place, false));
            return result_type(signature, arguments);
        }
        if arguments.is_empty() && !signatures.is_empty() {
            let arities = function.signatures.iter().map(catalog::LibrarySignature::arity);
            let (fewest, most) = arities.fold((usize::MAX, 0), |all, one| (all.0.min(one.0), all.1.max(one.1)));
            let message = super::call::arity_message(written, fewest, most);
            let code = if fewest == most { "KS119" } else { "KS120" };
            let _: Option<()> = self.error(code, place.clone(), message);
        } else if !arguments.iter().any(|argument| argument.ty.is_silent()) {
            let types: Vec<&str> = arguments.iter().map(|argument| argument.ty.words()).collect();
            let message = format!("{written}() does not take {}", types.join(" with "));
            let _: Option<()> = self.error("KS127", place.clone(), message);
        }
        common_result(&signatures, arguments)
    }

    /// Judges an operator. The result is dynamic, but of a known inside, where it would be typed without the dynamic.
    fn library_operation(
        &mut self,
        sign: &'static str,
        symbol: &str,
        arguments: &[Argument<'_>],
        place: &Span,
        all_must_fit: bool,
    ) -> Ty {
        let Some(function) = library_operator(sign) else { return Ty::Error };
        let signatures = best_signatures(function, arguments, all_must_fit);
        if let [signature] = signatures.as_slice() {
            self.diagnostics.extend(check(symbol, signature, arguments, place, true));
            let ty = result_type(signature, arguments);
            return if ty == Ty::DYNAMIC { held_result(function, arguments, all_must_fit) } else { ty };
        }
        if !arguments.iter().any(|argument| argument.ty.is_silent()) {
            let types: Vec<&str> = arguments.iter().map(|argument| argument.ty.words()).collect();
            let message = format!("'{symbol}' is not defined between {}", types.join(" and "));
            let texts = arguments.iter().any(|argument| argument.ty == Ty::Scalar(ScalarType::String));
            let finding = Diagnostic::error("KS106", place.clone(), message);
            let _: Option<()> = self.report(match sign {
                "+" if texts => finding.with_hint("strcat() joins texts"),
                "has" | "contains" => finding.with_hint("tostring() makes a text of it"),
                _ => finding,
            });
        }
        if !signatures.is_empty() {
            return common_result(&signatures, arguments);
        }
        common_result(&best_signatures(function, arguments, false), arguments)
    }

    fn operation(
        &mut self,
        operator: ScalarOperator,
        sign: &'static str,
        symbol: &str,
        arguments: Vec<Argument<'_>>,
        place: &Span,
        span: Span,
    ) -> Option<Scalar> {
        let all_must_fit = !matches!(sign, "in" | "has_any" | "between");
        let ty = self.library_operation(sign, symbol, &arguments, place, all_must_fit);
        if ty == Ty::Error {
            return None;
        }
        let values = arguments.into_iter().map(Argument::into_value).collect();
        Some(self.typed(ScalarKind::Operator(operator, values), ty, span))
    }

    pub(super) fn library_unary(&mut self, expr: UnaryExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let operator = expr.operator()?;
        let operand = self.library_argument(expr.operand()?, row);
        if let (SyntaxKind::Minus, Some(value)) = (operator.kind(), &operand.value)
            && let ScalarKind::Literal(literal) = &value.kind
            && let Some(value) = super::fold::negate(literal)
        {
            return Some(super::convert::literal(value, expr.span()));
        }
        let negate = ScalarOperator::Negate;
        self.operation(negate, "sign", operator.text(), vec![operand], &operator.span(), expr.span())
    }

    pub(super) fn library_binary(&mut self, expr: BinaryExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let token = expr.operator()?;
        let (left, right) = match (expr.left(), expr.right()) {
            (Some(left), Some(right)) => (left, right),
            (only, None) | (None, only) => {
                // Half of it is there, as while somebody types: what there is has a meaning all the same.
                only.filter(|it| !matches!(it, Expr::Star(_))).map(|only| self.library_argument(only, row));
                return None;
            }
        };
        let (operator, sign) = sign_of(token.kind())?;
        let left = match left {
            // `* has 'x'` looks in every column.
            Expr::Star(_) => Argument { ty: Ty::DYNAMIC, ..self.library_argument(left, row) },
            left => self.library_argument(left, row),
        };
        let right = self.library_argument(right, row);
        self.operation(operator, sign, token.text(), vec![left, right], &token.span(), expr.span())
    }

    pub(super) fn library_logical(&mut self, expr: LogicalExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let (operator, word) = if expr.is_and() { (ScalarOperator::And, "and") } else { (ScalarOperator::Or, "or") };
        let tokens: Vec<Span> = expr.operator_spans().collect();
        let mut result: Option<Argument<'_>> = None;
        let mut values = Vec::new();
        for (index, operand) in expr.operands().enumerate() {
            let mut right = self.library_argument(operand, row);
            values.extend(right.value.take());
            let Some(left) = result.take() else {
                result = Some(right);
                continue;
            };
            let place = index.checked_sub(1).and_then(|index| tokens.get(index)).cloned();
            let place = place.unwrap_or_else(|| right.span.clone());
            let constant = left.constant && right.constant;
            let ty = self.library_operation("logical", word, &[left, right.clone()], &place, true);
            result = Some(Argument { ty, constant, ..right });
        }
        let ty = result?.ty;
        if ty == Ty::Error { None } else { Some(self.typed(ScalarKind::Operator(operator, values), ty, expr.span())) }
    }

    pub(super) fn library_between(&mut self, expr: BetweenExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let word = if expr.is_negated() { "!between" } else { "between" };
        let operands = [expr.operand(), expr.low(), expr.high()];
        let [Some(operand), Some(low), Some(high)] = operands else {
            operands.into_iter().flatten().for_each(|operand| drop(self.library_argument(operand, row)));
            return None;
        };
        let operands = [operand, low, high];
        let arguments = operands.into_iter().map(|operand| self.library_argument(operand, row)).collect();
        let place = expr.operator().map_or_else(|| expr.span(), Node::span);
        self.operation(ScalarOperator::Between, "between", word, arguments, &place, expr.span())
    }

    pub(super) fn library_membership(&mut self, expr: InExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let token = expr.operator()?;
        let (operator, sign) = match token.kind() {
            SyntaxKind::HasAnyKw => (ScalarOperator::HasAny, "has_any"),
            SyntaxKind::HasAllKw => (ScalarOperator::HasAll, "has_any"),
            SyntaxKind::InTildeKw | SyntaxKind::NotInTildeKw => (ScalarOperator::InIgnoreCase, "has_any"),
            _ => (ScalarOperator::In, "in"),
        };
        let mut arguments = vec![self.library_argument(expr.operand()?, row)];
        arguments.extend(expr.items().map(|item| self.library_argument(item, row)));
        self.operation(operator, sign, token.text(), arguments, &token.span(), expr.span())
    }

    /// `d.a`, where `d` is a value.
    pub(super) fn library_path(&mut self, expr: PathExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let base_expr = expr.base()?;
        let base = self.scalar(base_expr, row);
        let selector = expr.selector()?;
        let base = base?;
        let ty = self.ty_of(&base);
        if !matches!(ty, Ty::DYNAMIC | Ty::Array(_) | Ty::Bag | Ty::UNKNOWN) {
            self.plain_bases.insert((base_expr.span().start, base_expr.span().end));
        }
        let name = match selector {
            Expr::Name(name) => name,
            Expr::Index(_) | Expr::Array(_) => {
                return self.element(base, ty, selector, selector.span(), row, expr.span());
            }
            other => {
                let message = "a name is expected after the dot";
                return self.error("KS142", other.span(), message);
            }
        };
        if !ty.is_dynamic() && !ty.is_unknown() {
            let message = format!("there is no '{}' in a value of type {}", name.value(), ty.words());
            let finding = Diagnostic::error("KS142", name.span(), message);
            return self.report(match ty {
                Ty::Scalar(ScalarType::String) => finding.with_hint("parse_json() makes a dynamic value of a text"),
                _ => finding,
            });
        }
        let ty = if ty.is_unknown() { Ty::UNKNOWN } else { Ty::DYNAMIC };
        let kind = step(base, PathStep::Key(name.value().into_owned()));
        Some(self.typed(kind, ty, expr.span()))
    }

    pub(super) fn library_index(&mut self, expr: IndexExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let Some(base_expr) = expr.base() else {
            // Brackets with nothing before them are the quotes of a name.
            return self.error("KS141", expr.index()?.span(), "a name in brackets is a text");
        };
        let base = self.scalar(base_expr, row);
        let index = expr.index()?;
        let Some(base) = base else {
            self.library_argument(index, row);
            return None;
        };
        let ty = self.ty_of(&base);
        if !matches!(ty, Ty::DYNAMIC | Ty::Array(_) | Ty::Bag | Ty::UNKNOWN) {
            self.plain_bases.insert((base_expr.span().start, base_expr.span().end));
        }
        let bracket = base_expr.span().end..expr.span().end;
        self.element(base, ty, index, bracket, row, expr.span())
    }

    fn element(
        &mut self,
        base: Scalar,
        ty: Ty,
        index: Expr<'_>,
        bracket: Span,
        row: &Row<'_>,
        span: Span,
    ) -> Option<Scalar> {
        let index = self.library_argument(index, row);
        if index.ty == Ty::Error {
            return None;
        }
        let result = match ty {
            Ty::Array(element) => Ty::element(element),
            Ty::Bag | Ty::DYNAMIC => Ty::DYNAMIC,
            Ty::UNKNOWN | Ty::Tuple => Ty::UNKNOWN,
            _ => {
                let message = format!("a value of type {} has no elements: only a dynamic value has", ty.words());
                return self.error("KS147", bracket, message);
            }
        };
        let (fits, wanted) = match ty {
            Ty::Array(_) => (index.ty.is_place(), "a number"),
            Ty::Bag => (index.ty.is_text(), "a text"),
            Ty::DYNAMIC => (index.ty.is_place() || index.ty.is_text(), "a number or a text"),
            _ => (true, ""),
        };
        if !fits && !index.ty.is_silent() {
            let message = format!("an element is chosen by {wanted}, and this is {}", index.ty.words());
            let _: Option<()> = self.error("KS141", index.span.clone(), message);
        }
        let index = index.into_value();
        let path = match (&index.kind, index.ty) {
            (ScalarKind::Literal(Value::String(key)), _) => PathStep::Key(key.clone()),
            (ScalarKind::Literal(Value::Long(place)), _) => PathStep::Index(*place),
            (ScalarKind::Literal(Value::Int(place)), _) => PathStep::Index(i64::from(*place)),
            _ => PathStep::Computed(index),
        };
        Some(self.typed(step(base, path), result, span))
    }

    /// What a literal dynamic holds.
    pub(super) fn note_literal_shape(&mut self, expr: DynamicLiteral<'_>) {
        let shape = match expr.value() {
            Some(Expr::Array(array)) => {
                let types = array.values().map(literal_type);
                let common = types.reduce(|a, b| a.common(b, catalog::Conversion::Promotable).unwrap_or(Ty::DYNAMIC));
                common.map_or(DynamicShape::Array(Element::Any), |ty| ty.in_array().shape())
            }
            Some(Expr::Object(_)) => DynamicShape::Bag,
            Some(value) => literal_type(value).in_dynamic().shape(),
            None => DynamicShape::Any,
        };
        self.note_shape(&expr.span(), shape);
    }

    /// The names and types of the columns that a call gives, when it gives several.
    pub(super) fn library_columns(&self, expr: Expr<'_>, value: &Scalar, row: &Row<'_>) -> Option<Vec<(String, Ty)>> {
        let Some(Expr::Call(call)) = expr.without_parens() else { return None };
        let ScalarKind::Call(_, arguments) = &value.kind else { return None };
        let name = call.name()?.value();
        let function = library_function(&name)?;
        let own_name = |argument: Option<Expr<'_>>| argument.and_then(|argument| self.made_name(argument, row));
        match &function.signatures.first()?.gives {
            Gives::Columns(columns) => {
                let argument = own_name(call.arguments().next()).unwrap_or_default();
                let named = |column: &str| format!("{name}_{argument}_{column}");
                Some(columns.iter().map(|(column, ty)| (named(column), *ty)).collect())
            }
            Gives::Sorted => {
                let arrays = arguments.iter().take_while(|value| self.ty_of(value).is_array());
                let named = |(index, expr): (usize, Expr<'_>)| {
                    let own = own_name(Some(expr)).unwrap_or_else(|| format!("array{index}"));
                    format!("{own}_sorted")
                };
                let names = call.arguments().enumerate().map(named);
                Some(names.zip(arrays).map(|(name, value)| (name, self.ty_of(value))).collect())
            }
            _ => None,
        }
    }
}

fn in_error(expr: Expr<'_>) -> Argument<'_> {
    Argument { expr, ty: Ty::Error, constant: false, span: expr.span(), value: None, tuple_names: None }
}

/// What an operator on dynamics of a known inside gives.
fn held_result(function: &'static LibraryFunction, arguments: &[Argument<'_>], all_must_fit: bool) -> Ty {
    if !arguments.iter().any(|argument| matches!(argument.ty, Ty::Held(_))) {
        return Ty::DYNAMIC;
    }
    let bare = |argument: &Argument<'_>| match argument.ty {
        Ty::Held(ty) => Ty::Scalar(ty),
        ty => ty,
    };
    // Copied without their values: only the types count.
    let arguments: Vec<Argument<'_>> =
        arguments.iter().map(|it| Argument { ty: bare(it), value: None, ..it.clone() }).collect();
    match best_signatures(function, &arguments, all_must_fit).as_slice() {
        [signature] => match result_type(signature, &arguments) {
            Ty::Error => Ty::DYNAMIC,
            ty => ty.in_dynamic(),
        },
        _ => Ty::DYNAMIC,
    }
}

fn step(base: Scalar, step: PathStep) -> ScalarKind {
    match base.kind {
        ScalarKind::Path { base, mut steps } => {
            steps.push(step);
            ScalarKind::Path { base, steps }
        }
        _ => ScalarKind::Path { base: Box::new(base), steps: vec![step] },
    }
}

/// The type of a value inside a dynamic literal.
fn literal_type(expr: Expr<'_>) -> Ty {
    use SyntaxKind as K;
    match expr {
        Expr::Array(_) => Ty::Array(Element::Any),
        Expr::Object(_) => Ty::Bag,
        Expr::CompoundString(_) => Ty::Scalar(ScalarType::String),
        Expr::Unary(sign) => sign.operand().map_or(Ty::DYNAMIC, literal_type),
        Expr::Literal(literal) => Ty::Scalar(match literal.kind() {
            K::StringLiteral => ScalarType::String,
            K::BoolLiteral => ScalarType::Bool,
            K::IntLiteral | K::LongLiteral => ScalarType::Long,
            K::RealLiteral => ScalarType::Real,
            K::DatetimeLiteral => ScalarType::Datetime,
            K::TimespanLiteral => ScalarType::Timespan,
            K::GuidLiteral => ScalarType::Guid,
            _ => ScalarType::Dynamic,
        }),
        _ => Ty::DYNAMIC,
    }
}

/// True when a value is the same for every row and known before the query runs, as far as the library looks.
pub(super) fn is_constant(value: &Scalar) -> bool {
    match &value.kind {
        ScalarKind::Literal(_) | ScalarKind::Parameter(_) | ScalarKind::ToScalar(_) => true,
        ScalarKind::Operator(_, operands) => operands.iter().all(is_constant),
        ScalarKind::Call(name, arguments) => {
            library_function(name).is_some_and(|function| function.folds) && arguments.iter().all(is_constant)
        }
        ScalarKind::Convert(inner) => is_constant(inner),
        ScalarKind::Column(_) | ScalarKind::Open(_) | ScalarKind::Path { .. } | ScalarKind::InRelation { .. } => false,
    }
}

/// True for a call that gives several columns.
fn gives_columns(value: &Scalar) -> bool {
    let ScalarKind::Call(name, arguments) = &value.kind else { return false };
    if OF_SEVERAL_COLUMNS.contains(name) {
        return true;
    }
    let gives = library_function(name).and_then(|function| function.signatures.first()).map(|it| &it.gives);
    match gives {
        Some(Gives::Columns(_)) => true,
        Some(Gives::Sorted) => arguments.iter().filter(|value| value.ty == ScalarType::Dynamic).count() > 1,
        _ => false,
    }
}

/// The operator that a token means, and the row of the library that judges it.
fn sign_of(kind: SyntaxKind) -> Option<(ScalarOperator, &'static str)> {
    use ScalarOperator as O;
    use SyntaxKind as K;
    if let Some((operator, _)) = super::string_operator::string_operator(kind) {
        let by_term =
            matches!(operator, O::Has | O::HasCs | O::HasPrefix | O::HasPrefixCs | O::HasSuffix | O::HasSuffixCs);
        return Some((operator, if by_term { "has" } else { "contains" }));
    }
    Some(match kind {
        K::Plus => (O::Add, "+"),
        K::Minus => (O::Subtract, "-"),
        K::Star => (O::Multiply, "*"),
        K::Slash => (O::Divide, "/"),
        K::Percent => (O::Modulo, "%"),
        K::Less => (O::Less, "<"),
        K::LessEqual => (O::LessEqual, "<"),
        K::Greater => (O::Greater, "<"),
        K::GreaterEqual => (O::GreaterEqual, "<"),
        K::EqualEqual => (O::Equal, "=="),
        K::NotEqual | K::LessGreater => (O::Equal, "!="),
        K::EqualTilde | K::NotTilde => (O::EqualIgnoreCase, "contains"),
        K::MatchesKw => (O::MatchesRegex, "contains"),
        K::Colon | K::LikeKw | K::NotlikeKw | K::LikecsKw | K::NotlikecsKw => (O::Contains, "contains"),
        _ => return None,
    })
}
