//! Calls of plugins: which argument belongs to which parameter, and what it may be.

mod activity;
mod bag_unpack;
mod dcount_intersect;
mod geo_lookup;
mod ip_lookup;
mod pivot;
mod run;
mod schema;

pub(in crate::kql) use run::RUN_PLUGINS;
pub(super) use run::{Declared, column, project};
pub(super) use schema::declared_column;

use super::Binder;
use super::aggregate::Collecting;
use super::convert::a;
use super::facts::Meaning;
use super::scope::{Row, Table, widest};
use super::suggest::did_you_mean;
use crate::kql::catalog::{self, Class, Place, Plugin, PluginParameter, PluginSignature};
use crate::kql::{
    AggregateCall, CallExpr, Diagnostic, Expr, Scalar, ScalarKind, ScalarType, Severity, Span, TypeOfLiteral, Value,
};

/// Plugins that the service runs and its language library does not know.
const ENGINE_ONLY: [&str; 1] = ["schema_merge"];
/// How many arguments `bag_unpack` has, two of which the language library does not know.
const BAG_UNPACK_ARGUMENTS: usize = 4;

/// What an argument was found to be.
enum Found<'t> {
    Scalar(Scalar),
    Table(Box<Table>),
    Type(TypeOfLiteral<'t>),
    /// In error, which has been reported.
    Nothing,
}

/// An argument beside its parameter.
struct Argument<'t> {
    /// `None` for one that no parameter is left for.
    parameter: Option<&'static PluginParameter>,
    /// Without its name.
    expr: Expr<'t>,
    name: Option<String>,
    found: Found<'t>,
    /// The aggregate, where it is one alone.
    aggregate: Option<AggregateCall>,
}

impl<'t> Argument<'t> {
    fn of(expr: Expr<'t>) -> Self {
        let (name, expr) = match expr {
            Expr::Named(named) => {
                (named.names().next().map(|name| name.value().into_owned()), named.value().unwrap_or(expr))
            }
            expr => (None, expr),
        };
        Self { parameter: None, expr, name, found: Found::Nothing, aggregate: None }
    }

    fn is(&self, parameter: &str) -> bool {
        self.parameter.is_some_and(|it| it.name == parameter)
    }

    fn scalar(&self) -> Option<&Scalar> {
        match &self.found {
            Found::Scalar(value) => Some(value),
            _ => None,
        }
    }

    fn is_bool_literal(&self) -> bool {
        matches!(self.expr, Expr::Literal(value) if value.kind() == crate::kql::SyntaxKind::BoolLiteral)
    }
}

/// A call whose arguments have been looked at.
struct PluginCall<'t> {
    plugin: &'static Plugin,
    signature: &'static PluginSignature,
    arguments: Vec<Argument<'t>>,
}

impl Binder<'_> {
    /// What a plugin makes of its input, as far as that can be known.
    pub(super) fn plugin_call(
        &mut self,
        call: CallExpr<'_>,
        input: &Table,
        declared: Option<&Declared>,
        span: Span,
    ) -> Option<Table> {
        let n_found = self.diagnostics.len();
        let name_node = call.name()?;
        let (name, name_span) = (name_node.value(), name_node.span());
        let known = catalog::plugin(&name).filter(|it| !self.is_official() || !ENGINE_ONLY.contains(&it.name));
        let Some(plugin) = known else {
            return self.unknown_plugin(&name, name_span);
        };
        self.note_name(&name_span, plugin.name, Meaning::Plugin, None, None);
        if !self.is_official() && !RUN_PLUGINS.contains(&plugin.name) {
            return self.refuse(&format!("evaluate {}()", plugin.name), span);
        }
        let arguments: Vec<Argument<'_>> = call.arguments().map(Argument::of).collect();
        let signature = signature_for(plugin, arguments.len());
        let (fewest, most) = signature.arity();
        let most = if plugin.name == "bag_unpack" && !self.is_official() { BAG_UNPACK_ARGUMENTS } else { most };
        if !(fewest..=most).contains(&arguments.len()) {
            let code = if most == usize::MAX { "KS120" } else { "KS119" };
            let message = super::call::arity_message(&name, fewest, most);
            let _: Option<()> = self.error(code, name_span, message);
        }
        let mut call = PluginCall { plugin, signature, arguments };
        for index in 0..call.arguments.len() {
            self.plugin_argument(&mut call, index, input);
        }
        if self.is_official() || input.unknown.is_open || !input.unknown.is_empty() {
            return self.plugin_schema(&call, input, span);
        }
        let is_wrong = |it: &Diagnostic| matches!(it.severity, Severity::Error | Severity::Refusal);
        if self.diagnostics[n_found..].iter().any(is_wrong) {
            return None;
        }
        self.run_plugin(&call, input, declared, &span)
    }

    fn unknown_plugin<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let is_function = self.find_let(name).is_some()
            || catalog::function(name).is_some()
            || catalog::aggregate(name).is_some()
            || self.context.schema.function(name).is_some();
        let names = catalog::plugins().values().filter(|plugin| !plugin.is_hidden).map(|plugin| plugin.name);
        let finding = if is_function {
            Diagnostic::error("KS237", span, format!("'{name}' is no plugin: evaluate calls only plugins"))
        } else {
            Diagnostic::error("KS124", span, format!("there is no plugin '{name}'"))
        };
        self.report(match did_you_mean(name, names) {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        })
    }

    fn plugin_argument(&mut self, call: &mut PluginCall<'_>, index: usize, input: &Table) {
        let argument = &call.arguments[index];
        let (expr, is_default) = (argument.expr, is_default_sign(argument.expr));
        // Its further arguments may be named.
        let is_optional = call.plugin.name == "bag_unpack" && index > 0 && !self.is_official();
        let mut parameter = if is_optional { None } else { parameter_of(call, index) };
        let found = match parameter.map(|parameter| (parameter.place, &parameter.class)) {
            _ if is_default && parameter.is_some_and(|parameter| parameter.may_be_default) => Found::Nothing,
            Some((_, Class::TypeLiteral)) => {
                if let Expr::TypeOf(types) = expr {
                    Found::Type(types)
                } else {
                    let _: Option<()> = self.error("KS107", expr.span(), "typeof(…) is expected here");
                    Found::Nothing
                }
            }
            // Behind the dimensions there may be a table.
            _ if call.plugin.name == "new_activity_metrics" && index >= 5 && self.is_tabular(expr, &input.row()) => {
                self.nested_table(expr).map_or(Found::Nothing, |table| Found::Table(Box::new(table)))
            }
            Some((_, Class::Table)) => match self.nested_table(expr) {
                Some(table) => Found::Table(Box::new(table)),
                None => Found::Nothing,
            },
            Some((Place::LookupColumn, _)) => self.looked_up(call, expr, input, false),
            Some((Place::CommonColumn, _)) => self.looked_up(call, expr, input, true),
            Some((Place::Aggregate, _)) => {
                let before = self.collecting.replace(Collecting::default());
                let found = self.plugin_scalar(expr, &input.row());
                let collected = std::mem::replace(&mut self.collecting, before);
                // Only the aggregate itself, and no expression around it.
                if matches!(&found, Found::Scalar(Scalar { kind: ScalarKind::Column(0), .. })) {
                    call.arguments[index].aggregate =
                        collected.and_then(|mut it| if it.calls.len() == 1 { it.calls.pop() } else { None });
                }
                found
            }
            _ => self.plugin_scalar(expr, &input.row()),
        };
        call.arguments[index].found = found;
        if let Some(later) = reconsidered(call, index) {
            parameter = call.signature.parameter(later);
        }
        call.arguments[index].parameter = parameter;
        if let (Some(parameter), Some(value)) = (parameter, call.arguments[index].scalar())
            && let Some(finding) = complaint(parameter, value, expr)
        {
            let _: Option<()> = self.report(finding);
        }
    }

    fn plugin_scalar(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Found<'static> {
        self.scalar(expr, row).map_or(Found::Nothing, Found::Scalar)
    }

    /// A column of the table that is the first argument.
    fn looked_up(&mut self, call: &PluginCall<'_>, expr: Expr<'_>, input: &Table, common: bool) -> Found<'static> {
        let Some(Found::Table(table)) = call.arguments.first().map(|argument| &argument.found) else {
            // The table is in error; what its columns are nobody knows.
            let unknown = super::scope::Unknown::open();
            return self.plugin_scalar(expr, &Row { columns: &[], unknown: Some(&unknown) });
        };
        if !common {
            return self.plugin_scalar(expr, &table.row());
        }
        let both = |column: &&crate::kql::ColumnSymbol| {
            table.columns().iter().any(|other| other.name == column.name && other.ty == column.ty)
        };
        let columns: Vec<_> = input.columns().iter().filter(both).cloned().collect();
        let unknown = table.unknown.clone().and(&input.unknown);
        self.plugin_scalar(expr, &Row { columns: &columns, unknown: Some(&unknown) })
    }
}

/// The signature with room for so many arguments, or the last one.
fn signature_for(plugin: &'static Plugin, count: usize) -> &'static PluginSignature {
    let fits = |signature: &&&PluginSignature| {
        let (fewest, most) = signature.arity();
        (fewest..=most).contains(&count)
    };
    let signatures = &plugin.signatures;
    signatures.iter().find(|it| fits(&it)).unwrap_or(&signatures[signatures.len() - 1])
}

/// The parameter of an argument by its place and, for some plugins, its form.
fn parameter_of(call: &PluginCall<'_>, index: usize) -> Option<&'static PluginParameter> {
    let (signature, argument) = (call.signature, &call.arguments[index]);
    let is_last = index + 1 == call.arguments.len();
    match call.plugin.name {
        "ipv4_lookup" if index >= 3 => {
            let is_flag = argument.name.as_deref() == Some("return_unmatched") || argument.is_bool_literal();
            signature.parameter(if is_last && is_flag { "return_unmatched" } else { "ExtraKey" })
        }
        "geo_polygon_lookup" | "geo_line_lookup" if index >= 4 && argument.name.is_some() => {
            signature.parameter(argument.name.as_deref().unwrap_or_default())
        }
        _ => {
            let repeated = signature.parameters.iter().position(|parameter| parameter.is_repeated);
            let place = repeated.map_or(index, |repeated| index.min(repeated));
            signature.parameters.get(place)
        }
    }
}

/// The name of the parameter of an argument where its value decides.
fn reconsidered(call: &PluginCall<'_>, index: usize) -> Option<&'static str> {
    let argument = &call.arguments[index];
    let before = |name: &str| index > 0 && call.arguments[index - 1].is(name);
    match (call.plugin.name, &argument.found) {
        // The conditions end with the first argument that is none.
        ("sequence_detect", Found::Scalar(value)) if index >= 4 => {
            let is_condition = value.ty == ScalarType::Bool && before("Expr");
            Some(if is_condition { "Expr" } else { "Dimension" })
        }
        ("new_activity_metrics", _) if index >= 5 => Some(match &argument.found {
            Found::Table(_) => "lookback",
            Found::Scalar(value) if index == 5 && !matches!(value.kind, ScalarKind::Column(_)) => "Cohort",
            _ => "Dimension",
        }),
        _ => None,
    }
}

fn is_default_sign(expr: Expr<'_>) -> bool {
    matches!(expr, Expr::Literal(text) if matches!(text.text(), "'~'" | "\"~\""))
}

/// What is wrong with a value in the place of a parameter.
fn complaint(parameter: &PluginParameter, value: &Scalar, expr: Expr<'_>) -> Option<Diagnostic> {
    use ScalarType as T;
    let (ty, name, span) = (value.ty, parameter.name, value.span.clone());
    let is_text = |text: &str| matches!(&value.kind, ScalarKind::Literal(Value::String(found)) if found == text);
    if ty == T::Unknown {
        return None;
    }
    let by_type = match &parameter.class {
        Class::Types(types) if !types.iter().any(|&wanted| wanted == ty || widest(wanted, ty) == Some(wanted)) => {
            let wanted: Vec<String> = types.iter().map(|&ty| a(ty)).collect();
            Some(("KS107", format!("'{name}' is {}, and this is {}", wanted.join(" or "), a(ty))))
        }
        Class::Integer if !matches!(ty, T::Int | T::Long) => Some(("KS134", format!("'{name}' is a whole number"))),
        Class::Number if !ty.is_numeric() => Some(("KS137", format!("'{name}' is a number"))),
        Class::Summable if !(ty.is_numeric() || matches!(ty, T::Timespan | T::Datetime)) => {
            Some(("KS138", format!("'{name}' is a number, a timespan or a datetime, and this is {}", a(ty))))
        }
        Class::NonDynamic if ty == T::Dynamic => Some(("KS116", format!("'{name}' cannot be dynamic"))),
        Class::Array if ty != T::Dynamic => Some(("KS234", format!("'{name}' is a dynamic array"))),
        Class::Bag if ty != T::Dynamic => Some(("KS235", format!("'{name}' is a dynamic bag"))),
        _ => None,
    };
    let is_literal =
        matches!(expr.without_parens(), Some(Expr::Literal(_) | Expr::CompoundString(_) | Expr::Dynamic(_)));
    let by_place = || match parameter.place {
        Place::Column | Place::LookupColumn | Place::CommonColumn
            if !matches!(value.kind, ScalarKind::Column(_) | ScalarKind::Open(_)) =>
        {
            Some(("KS109", format!("'{name}' is the name of a column")))
        }
        Place::Constant if !is_constant(value) => Some(("KS129", format!("'{name}' is a constant"))),
        Place::Literal | Place::FilledLiteral if !is_literal => Some(("KS131", format!("'{name}' is a literal"))),
        Place::FilledLiteral if is_text("") => Some(("KS133", format!("'{name}' is not empty"))),
        _ => None,
    };
    by_type.or_else(by_place).map(|(code, message)| Diagnostic::error(code, span, message))
}

/// True when a value does not depend on rows.
pub(super) fn is_constant(value: &Scalar) -> bool {
    match &value.kind {
        ScalarKind::Literal(_) | ScalarKind::ToScalar(_) => true,
        ScalarKind::Operator(_, args) | ScalarKind::Call(_, args) => args.iter().all(is_constant),
        ScalarKind::Convert(inner) => is_constant(inner),
        _ => false,
    }
}
