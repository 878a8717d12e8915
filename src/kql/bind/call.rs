//! Calls of scalar functions: the catalogue says what is accepted and what comes out.

use std::rc::Rc;

use super::Binder;
use super::comparison::common;
use super::convert::{a, convert, is_literal, literal};
use super::expression::text_of;
use super::function::Given;
use super::scope::{LetValue, Row, widest};
use super::special::SPECIAL;
use crate::kql::catalog::{self, Class, Constancy, Function, Parameter, Returns, Signature};
use crate::kql::{CallExpr, Diagnostic, Expr, Scalar, ScalarKind, ScalarType, Span, Value};

/// Bytes of a text that `strcat` of constants makes while binding.
const MAX_FOLDED: usize = 64 << 10;

/// An argument: a value, or `typeof(…)`.
#[derive(Debug, Clone)]
enum Argument {
    Value(Scalar),
    Type(ScalarType, Span),
}

impl Argument {
    fn span(&self) -> Span {
        match self {
            Self::Value(value) => value.span.clone(),
            Self::Type(_, span) => span.clone(),
        }
    }
}

impl Binder<'_> {
    pub(super) fn call(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let name_node = call.name()?;
        let name = name_node.value();
        if let Some(result) = self.call_of_let(&name, call, row) {
            return result;
        }
        if let Some(value) = self.element_call(&name, call) {
            return value;
        }
        if self.is_official() && name != "toscalar" && !super::source::is_table_function(&name) {
            return self.library_call(call, row);
        }
        if SPECIAL.contains(&name.as_ref()) {
            return self.special_call(&name, call, row);
        }
        if catalog::aggregate(&name).is_some() && (self.collecting.is_some() || catalog::function(&name).is_none()) {
            return self.aggregate_in_expression(&name, call, row);
        }
        if super::source::is_table_function(&name) {
            return self.refuse(&format!("{name}()"), call.span());
        }
        let value = self.catalogue_call(call, row)?;
        if super::window::is_window_function(&name) {
            return self.window_call(value, &name);
        }
        self.one_value(value, call)
    }

    /// A call of a function of the catalogue, even where it stands for several columns.
    pub(super) fn catalogue_call(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let name_node = call.name()?;
        let name = name_node.value();
        let bin_auto = if name == "bin_auto" { self.settings.bin_auto() } else { None };
        let written = if bin_auto.is_some() { "bin_at" } else { &name };
        let Some(function) = catalog::function(written) else {
            // The arguments may hold mistakes of their own, but what stands in them is not sure to be scalar.
            return self.unknown_function(&name, name_node.span());
        };
        let mut arguments = Vec::new();
        let mut failed = false;
        let is_only = call.arguments().count() == 1;
        for argument in call.arguments() {
            let argument = match argument {
                // Where there is one argument its name says nothing of its place: it names the column.
                Expr::Named(named) if is_only && !named.is_tuple() => named.value()?,
                other => other,
            };
            match self.argument(argument, row) {
                Some(argument) => arguments.push(argument),
                None => failed = true,
            }
        }
        if failed {
            return None;
        }
        arguments.extend(bin_auto.into_iter().flatten().map(Argument::Value));
        self.call_function(function, &name, arguments, call.span(), name_node.span())
    }

    /// A call of a function of this text. `None` when the name is not one: functions of the language come first, and
    /// what `let` has named otherwise is no function.
    fn call_of_let(&mut self, name: &str, call: CallExpr<'_>, row: &Row<'_>) -> Option<Option<Scalar>> {
        let is_known = catalog::function(name).is_some()
            || SPECIAL.contains(&name)
            || (self.collecting.is_some() && catalog::aggregate(name).is_some());
        if is_known {
            return None;
        }
        match self.find_let(name).map(|binding| &binding.value) {
            Some(LetValue::Poisoned) => Some(match self.pattern_call(call) {
                Some(Some(Given::Scalar(value))) => Some(value),
                Some(Some(Given::Table(_))) => self.table_is_no_scalar(name, call.span()),
                _ => None,
            }),
            Some(LetValue::Function(function)) => {
                let function = Rc::clone(function);
                Some(match self.call_local(&function, call, row, None) {
                    Some(Given::Scalar(value)) => Some(value),
                    Some(Given::Table(_)) => self.table_is_no_scalar(name, call.span()),
                    None => None,
                })
            }
            _ => None,
        }
    }

    fn argument(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Argument> {
        match expr {
            Expr::TypeOf(types) => {
                let names: Vec<_> = types.types().collect();
                match names.as_slice() {
                    [name] => match ScalarType::from_name(name.text()) {
                        Some(ty) => Some(Argument::Type(ty, expr.span())),
                        None => self.error("SYN0002", name.span(), format!("there is no type '{}'", name.text())),
                    },
                    _ => self.refuse("typeof() of several types", expr.span()),
                }
            }
            Expr::Star(_) => self.refuse("'*' as an argument", expr.span()),
            Expr::Named(named) => self.refuse("a named argument", named.span()),
            _ => self.scalar(expr, row).map(Argument::Value),
        }
    }

    fn call_function(
        &mut self,
        function: &'static Function,
        written: &str,
        arguments: Vec<Argument>,
        span: Span,
        name_span: Span,
    ) -> Option<Scalar> {
        let fitting: Vec<(&'static Signature, Vec<&'static Parameter>)> = function
            .signatures
            .iter()
            .flat_map(|signature| {
                signature.assignments(arguments.len()).into_iter().map(move |parameters| (signature, parameters))
            })
            .collect();
        if fitting.is_empty() {
            let (fewest, most) = function
                .signatures
                .iter()
                .map(Signature::arity)
                .fold((usize::MAX, 0), |all, one| (all.0.min(one.0), all.1.max(one.1)));
            let code = if fewest == most { "SEM0219" } else { "SEM0223" };
            return self.error(code, name_span, arity_message(written, fewest, most));
        }
        let mut first_complaint = None;
        for (signature, parameters) in fitting {
            match fit(written, signature, &parameters, &arguments) {
                Ok((values, ty)) => return self.finish_call(function.name, written, values, ty, span),
                Err(complaint) => first_complaint = first_complaint.or(Some(complaint)),
            }
        }
        first_complaint.and_then(|complaint| self.report(complaint))
    }

    /// Last words of a call: constants that are checked here, types that depend on values, and other words for it.
    fn finish_call(
        &mut self,
        name: &'static str,
        written: &str,
        mut values: Vec<Scalar>,
        ty: ScalarType,
        span: Span,
    ) -> Option<Scalar> {
        if matches!(name, "datetime_add" | "datetime_diff" | "datetime_part") {
            self.check_part(name, &values[0])?;
        }
        match name {
            "extract" | "replace" => self.check_pattern(&values[0])?,
            "trim" | "trim_start" | "trim_end" => self.check_trimmed(name, &values[0])?,
            "bin" if values.iter().all(|value| value.ty == ScalarType::Datetime) => {
                return self.refuse(&format!("{written}() of a datetime by a datetime"), span);
            }
            "countof" if values.get(2).and_then(text_of).is_some_and(|kind| !matches!(kind, "normal" | "regex")) => {
                return self.error("SEM0255", values[2].span.clone(), "countof() knows the kinds 'normal' and 'regex'");
            }
            "replace_regex" | "indexof_regex" => self.check_pattern(&values[1])?,
            "datetime_diff" if text_of(&values[0]).is_some_and(|part| part.eq_ignore_ascii_case("week")) => {
                return self.capable_call(name, values, ScalarType::Real, span);
            }
            "extract_all" => {
                self.check_pattern(&values[0])?;
                self.check_groups(&values[0])?;
            }
            "format_datetime" | "format_timespan" => self.check_format(name, &values[1])?,
            "getyear" | "monthofyear" | "hourofday" | "datetime_part" if !values.iter().all(is_literal) => {
                // Recorded: long where constants are folded, int over rows.
                return self.capable_call_as(name, written, values, ScalarType::Int, span);
            }
            "strcat" => {
                let texts: Option<Vec<&str>> = values.iter().map(text_of).collect();
                // What is longer is left to the engine, which bounds it: texts that double each other must not grow here.
                if let Some(texts) = texts.filter(|it| it.iter().map(|text| text.len()).sum::<usize>() <= MAX_FOLDED) {
                    return Some(literal(Value::String(texts.concat()), span));
                }
            }
            _ => {}
        }
        if name == "replace" {
            // The old spelling has the text last.
            values.rotate_right(1);
            return self.capable_call("replace_regex", values, ScalarType::String, span);
        }
        let asked = match name {
            // What is extracted is text, and then converted as `tolong()` and its like do.
            "extract" | "extract_json" if ty != ScalarType::String => Some(ty),
            "percentile_tdigest" if ty != ScalarType::Dynamic => Some(ty),
            _ => None,
        };
        match asked {
            Some(ty) => {
                let held = if name == "percentile_tdigest" { ScalarType::Dynamic } else { ScalarType::String };
                let text = self.capable_call_as(name, written, values, held, span)?;
                Some(convert(text, ty))
            }
            None => self.capable_call_as(name, written, values, ty, span),
        }
    }

    fn check_pattern(&mut self, pattern: &Scalar) -> Option<()> {
        match text_of(pattern) {
            Some(text) => {
                let (text, span) = (text.to_owned(), pattern.span.clone());
                self.check_regex(&text, &span)
            }
            None => Some(()),
        }
    }

    /// What is compiled is not the pattern but the text around it, so `a)|(b` is a pattern too.
    fn check_trimmed(&mut self, name: &str, pattern: &Scalar) -> Option<()> {
        let Some(text) = text_of(pattern) else { return Some(()) };
        let whole = match name {
            "trim_start" => format!("^({text})"),
            "trim_end" => format!("({text})$"),
            _ => format!("^({text})|({text})$"),
        };
        self.check_regex(&whole, &pattern.span.clone())
    }

    /// Measured: what counts boundaries knows other parts than what reads a part.
    fn check_part(&mut self, name: &str, part: &Scalar) -> Option<()> {
        const BOTH: [&str; 10] =
            ["year", "quarter", "month", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond"];
        let Some(text) = text_of(part) else { return Some(()) };
        let lower = text.to_ascii_lowercase();
        let own: &[&str] =
            if name == "datetime_part" { &["week_of_year", "weekofyear", "dayofyear"] } else { &["week"] };
        if BOTH.contains(&lower.as_str()) || own.contains(&lower.as_str()) {
            return Some(());
        }
        self.error("SEM0255", part.span.clone(), format!("{name}() knows no part '{text}'"))
    }

    fn check_groups(&mut self, pattern: &Scalar) -> Option<()> {
        let groups =
            text_of(pattern).and_then(|text| regex::Regex::new(text).ok()).map(|regex| regex.captures_len() - 1);
        match groups {
            Some(0 | 17..) => {
                let message = "extract_all() needs a regular expression of 1 to 16 groups";
                self.error("SEM0213", pattern.span.clone(), message)
            }
            _ => Some(()),
        }
    }

    /// The letters and delimiters that a pattern of `format_datetime` or `format_timespan` may have.
    fn check_format(&mut self, function: &str, format: &Scalar) -> Option<()> {
        let letters = if function == "format_datetime" { "yMdHhmsfF" } else { "dHhmsfF" };
        let text = text_of(format)
            .map(|text| if function == "format_datetime" { text.replace("tt", "") } else { text.to_owned() })?;
        match text.chars().find(|c| !letters.contains(*c) && !" /-:,._[]".contains(*c)) {
            Some(unknown) => {
                let message = format!("{function}() knows no '{unknown}' in its format");
                self.error("SEM0255", format.span.clone(), message)
            }
            None if text_of(format) == Some("") => {
                self.error("SEM0217", format.span.clone(), format!("the format of {function}() is empty"))
            }
            None => Some(()),
        }
    }

    pub(super) fn capable_call(
        &mut self,
        name: &'static str,
        args: Vec<Scalar>,
        ty: ScalarType,
        span: Span,
    ) -> Option<Scalar> {
        self.capable_call_as(name, name, args, ty, span)
    }

    /// The call, when the engine has the function; else a refusal under the name that was written.
    fn capable_call_as(
        &mut self,
        name: &'static str,
        written: &str,
        args: Vec<Scalar>,
        ty: ScalarType,
        span: Span,
    ) -> Option<Scalar> {
        if self.context.capabilities.is_some_and(|capabilities| !capabilities.functions.contains(name)) {
            return self.refuse(&format!("{written}()"), span);
        }
        if name == "ingestion_time" && self.context.capabilities.is_some() {
            let message = "ingestion_time() is null here: files do not say when a row was ingested";
            self.warn("TLY0015", span.clone(), message);
        }
        Some(Scalar { kind: ScalarKind::Call(name, args), ty, span })
    }
}

/// `round() takes 1 or 2 arguments`.
pub(super) fn arity_message(name: &str, fewest: usize, most: usize) -> String {
    let count = match (fewest, most) {
        (0, 0) => "no arguments".to_owned(),
        (1, 1) => "1 argument".to_owned(),
        _ if fewest == most => format!("{fewest} arguments"),
        _ if most > 1_000 => format!("{fewest} arguments or more"),
        _ if most == fewest + 1 => format!("{fewest} or {most} arguments"),
        _ => format!("{fewest} to {most} arguments"),
    };
    format!("{name}() takes {count}")
}

/// The arguments as the signature wants them, and the type of the result.
fn fit(
    name: &str,
    signature: &Signature,
    parameters: &[&'static Parameter],
    arguments: &[Argument],
) -> Result<(Vec<Scalar>, ScalarType), Diagnostic> {
    let mut values = Vec::with_capacity(arguments.len());
    let mut type_literal = None;
    for (parameter, argument) in parameters.iter().zip(arguments) {
        match (argument, &parameter.class) {
            (Argument::Type(ty, _), Class::TypeLiteral) => type_literal = Some(*ty),
            (Argument::Value(value), _) => values.push(accept(name, signature, parameter, value.clone())?),
            (Argument::Type(..), _) => {
                return Err(Diagnostic::error("SEM0254", argument.span(), format!("{name}() takes a value here")));
            }
        }
    }
    agree(name, parameters, &mut values)?;
    let ty = result_type(signature, parameters, &mut values, type_literal);
    Ok((values, ty))
}

/// One argument, converted where its parameter says so.
fn accept(name: &str, signature: &Signature, parameter: &Parameter, value: Scalar) -> Result<Scalar, Diagnostic> {
    let constant = parameter.constancy == Constancy::Any || is_literal(&value);
    if !constant {
        let code = if parameter.constancy == Constancy::Literal { "SEM0207" } else { "SEM0040" };
        let message = format!("{name}(): '{}' must be a constant", parameter.name);
        return Err(Diagnostic::error(code, value.span, message));
    }
    let real = signature.returns == Returns::Type(ScalarType::Real);
    // A whole number keeps its width only where its bits are shown.
    let whole = if name == "tohex" { value.ty } else { ScalarType::Long };
    let target = match (&parameter.class, value.ty) {
        (_, ScalarType::Unknown) => Some(ScalarType::Unknown),
        (Class::Text, _) => Some(ScalarType::String),
        (Class::Types(types), ty) => type_among(types, ty),
        (Class::Number, ty) if ty.is_numeric() || ty == ScalarType::Bool => Some(match ty {
            _ if real => ScalarType::Real,
            ScalarType::Int if matches!(signature.returns, Returns::First | Returns::Widest) => ScalarType::Int,
            ScalarType::Int | ScalarType::Bool => ScalarType::Long,
            ty => ty,
        }),
        (Class::Integer, ScalarType::Int | ScalarType::Long) => Some(whole),
        (Class::Array | Class::Bag, ScalarType::Dynamic) => Some(ScalarType::Dynamic),
        (Class::NonDynamic | Class::SameOrderable | Class::Orderable, ty) if ty != ScalarType::Dynamic => Some(ty),
        (Class::Summable, ty) if ty.is_numeric() || matches!(ty, ScalarType::Timespan | ScalarType::Datetime) => {
            Some(ty)
        }
        (Class::Countable, ty) if !matches!(ty, ScalarType::Real | ScalarType::Bool) => Some(ty),
        (Class::Column, ty) if matches!(value.kind, ScalarKind::Column(_)) => Some(ty),
        (Class::Scalar | Class::Same | Class::Alike | Class::Branch | Class::Star, ty) => Some(ty),
        _ => None,
    };
    if let Some(ty) = target {
        Ok(convert(value, ty))
    } else {
        let wanted = class_words(&parameter.class);
        let message = format!("{name}() takes {wanted} as '{}', and this is {}", parameter.name, a(value.ty));
        let code = if matches!(parameter.class, Class::Number | Class::Integer) { "SEM0201" } else { "SEM0254" };
        Err(Diagnostic::error(code, value.span, message))
    }
}

/// The type among those declared that a value has or widens to.
fn type_among(types: &[ScalarType], ty: ScalarType) -> Option<ScalarType> {
    if types.contains(&ty) {
        return Some(ty);
    }
    types.iter().copied().find(|declared| widest(*declared, ty) == Some(*declared))
}

fn class_words(class: &Class) -> String {
    match class {
        Class::Types(types) => types.iter().map(|ty| a(*ty)).collect::<Vec<_>>().join(" or "),
        Class::Number => "a number".to_owned(),
        Class::Integer => "a whole number".to_owned(),
        Class::Array => "a dynamic array".to_owned(),
        Class::Bag => "a dynamic bag".to_owned(),
        Class::Column => "a column".to_owned(),
        Class::Summable => "a number, timespan or datetime".to_owned(),
        Class::TypeLiteral => "typeof(…)".to_owned(),
        Class::OnlyStar => "'*'".to_owned(),
        Class::Table => "a table".to_owned(),
        _ => "a value that is not dynamic".to_owned(),
    }
}

/// Makes the arguments agree that must be of one type.
fn agree(name: &str, parameters: &[&'static Parameter], values: &mut [Scalar]) -> Result<(), Diagnostic> {
    let is_agreeing =
        |class: &Class| matches!(class, Class::Branch | Class::Same | Class::Alike | Class::SameOrderable);
    let agreement = match parameters.iter().map(|parameter| &parameter.class).find(|class| is_agreeing(class)) {
        Some(Class::Branch) => Agreement::Branches,
        Some(Class::Alike) => Agreement::Alike,
        _ => Agreement::Widest,
    };
    let positions: Vec<usize> =
        (0..values.len().min(parameters.len())).filter(|&index| is_agreeing(&parameters[index].class)).collect();
    let mut target = None;
    for &index in &positions {
        let value = &values[index];
        target = match target {
            None => Some(value.ty),
            Some(ty) => {
                let one = one_type(ty, value.ty, agreement).ok_or_else(|| {
                    let message =
                        format!("{name}() gives one type, but {} and {} are among its results", a(ty), a(value.ty));
                    Diagnostic::error("SEM0525", value.span.clone(), message)
                })?;
                Some(one)
            }
        };
    }
    if let Some(target) = target {
        for &index in &positions {
            let ty = target;
            let value = std::mem::replace(&mut values[index], literal(Value::Bool(false), 0..0));
            values[index] = convert(value, ty);
        }
    }
    Ok(())
}

/// How arguments of different types come to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreement {
    /// Of numbers the widest.
    Widest,
    /// Int with long is long, and nothing else mixes.
    Alike,
    /// As alike, and dynamic gives way to the other.
    Branches,
}

fn one_type(left: ScalarType, right: ScalarType, agreement: Agreement) -> Option<ScalarType> {
    use ScalarType::{Dynamic, Int, Long};
    match (left, right) {
        _ if left == right => Some(left),
        (ScalarType::Unknown, other) | (other, ScalarType::Unknown) => Some(other),
        (Int, Long) | (Long, Int) => Some(Long),
        (Dynamic, other) | (other, Dynamic) if agreement == Agreement::Branches => Some(other),
        _ if agreement == Agreement::Widest => common(left, right).filter(|ty| ty.is_numeric()),
        _ => None,
    }
}

fn result_type(
    signature: &Signature,
    parameters: &[&'static Parameter],
    values: &mut [Scalar],
    type_literal: Option<ScalarType>,
) -> ScalarType {
    let of = |index: usize, values: &[Scalar]| values.get(index).map_or(ScalarType::Dynamic, |value| value.ty);
    match signature.returns {
        Returns::Type(ty) => ty,
        Returns::First => of(0, values),
        Returns::Second => of(1, values),
        Returns::Promoted => {
            if of(0, values) == ScalarType::Int {
                ScalarType::Long
            } else {
                of(0, values)
            }
        }
        Returns::Common | Returns::Branches => {
            let index = parameters
                .iter()
                .position(|p| matches!(p.class, Class::Branch | Class::Same | Class::Alike | Class::SameOrderable))
                .unwrap_or(0);
            of(index, values)
        }
        Returns::Widest => {
            let widened = values.iter().map(|value| value.ty).reduce(|a, b| widest(a, b).unwrap_or(a));
            let ty = widened.filter(|ty| *ty != ScalarType::Int).unwrap_or(ScalarType::Long);
            for value in values.iter_mut() {
                *value = convert(value.clone(), ty);
            }
            ty
        }
        Returns::TypeLiteral => type_literal.unwrap_or(ScalarType::String),
        Returns::Table => ScalarType::Dynamic,
    }
}
