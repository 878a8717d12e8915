//! Functions: of the language, of the service, of the text; aggregates and plugins.

use std::sync::OnceLock;

use super::super::catalog::{self, Function, Returns};
use super::super::{Meaning, ScalarType, quoted_name};
use super::list::{List, distance, item};
use super::scope::{Fit, Scope};
use super::{CompletionItem, CompletionKind, Rank};

/// Scalar functions of the language.
pub(super) fn scalars(list: &mut List, fit: &Fit) {
    static ITEMS: OnceLock<Vec<(CompletionItem, Option<ScalarType>)>> = OnceLock::new();
    let items = ITEMS.get_or_init(|| {
        let names = catalog::function_names();
        names
            .filter_map(|name| Some((of_catalogue(name, catalog::function(name)?), returned(catalog::function(name)?))))
            .collect()
    });
    for (found, ty) in items {
        let mut found = found.clone();
        found.rank.fit = fit.of(*ty);
        list.add(found);
    }
}

/// All functions, where they are allowed and hardly ever meant.
pub(super) fn remote(list: &mut List, scope: &Scope<'_>) {
    let mut functions = List::default();
    scalars(&mut functions, &Fit::default());
    of_service(&mut functions, scope, 1, false);
    for mut found in functions.into_items() {
        found.rank = Rank { fit: 2, distance: distance::RARE };
        list.add(found);
    }
}

/// Aggregates of the language.
pub(super) fn aggregates(list: &mut List) {
    for aggregate in catalog::aggregates().values() {
        let mut found = of_catalogue(aggregate.name, aggregate);
        found.kind = CompletionKind::Aggregate;
        found.rank.distance = distance::HERE;
        list.add(found);
    }
}

/// A function by its name or by an old spelling, which nobody should be led to.
fn of_catalogue(name: &str, function: &Function) -> CompletionItem {
    let takes_arguments = function.signatures.iter().any(|signature| !signature.parameters.is_empty());
    let details: Vec<_> = function.signatures.iter().map(|it| format!("{name}{}", it.text)).collect();
    let is_old = name != function.name;
    let distance = if is_old { distance::RARE } else { distance::LANGUAGE };
    let doc = if is_old { format!("{}; the same as {}", function.doc, function.name) } else { function.doc.to_owned() };
    item(name, CompletionKind::Function, 1, distance).calling(takes_arguments).told(
        details.join(
            "
",
        ),
        doc,
    )
}

/// The type that all signatures give.
fn returned(function: &Function) -> Option<ScalarType> {
    let mut types = function.signatures.iter().map(|signature| match signature.returns {
        Returns::Type(ty) => Some(ty),
        _ => None,
    });
    let first = types.next()??;
    types.all(|ty| ty == Some(first)).then_some(first)
}

/// Functions that this text makes.
pub(super) fn of_text(list: &mut List, scope: &Scope<'_>, fit: &Fit) {
    for variable in scope.variables().filter(|it| it.meaning == Meaning::LocalFunction) {
        let found = item(&variable.name, CompletionKind::LocalFunction, fit.of(variable.ty), distance::TEXT);
        let detail = variable.ty.map_or("function", ScalarType::name);
        list.add(
            found.inserting(quoted_name(&variable.name)).calling(true).told(detail, "A function that this text makes"),
        );
    }
}

/// Functions that the service keeps; only those that take rows, where `invoked` says so.
pub(super) fn of_service(list: &mut List, scope: &Scope<'_>, fit: u8, invoked: bool) {
    for function in scope.context.schema.functions() {
        let takes_rows = function.parameters.starts_with("(T:(") || function.parameters.contains(":(");
        if invoked && !takes_rows {
            continue;
        }
        let found = item(&function.name, CompletionKind::ServiceFunction, fit, distance::SERVICE);
        let detail = format!("{}{}", function.name, function.parameters);
        let takes_arguments = function.parameters != "()" && (!invoked || function.parameters.contains("),"));
        list.add(
            found
                .inserting(quoted_name(&function.name))
                .calling(takes_arguments)
                .told(detail, function.description.as_str()),
        );
    }
}

/// What `evaluate` calls.
pub(super) fn plugins(list: &mut List) {
    for plugin in catalog::plugins().values().filter(|plugin| !plugin.is_hidden) {
        let takes_arguments = plugin.signatures.iter().any(|signature| !signature.parameters.is_empty());
        let details: Vec<_> = plugin.signatures.iter().map(|it| format!("{}{}", plugin.name, it.text)).collect();
        let found = item(plugin.name, CompletionKind::Plugin, 1, distance::HERE);
        list.add(found.calling(takes_arguments).told(details.join("\n"), plugin.doc));
    }
}

/// Literals that are written like calls: `datetime(2024-01-01)`.
pub(super) fn literals(list: &mut List, fit: &Fit) {
    for ty in ScalarType::ALL.into_iter().filter(|ty| !matches!(ty, ScalarType::Bool | ScalarType::String)) {
        let found = item(ty.name(), CompletionKind::Type, fit.of(Some(ty)), distance::RARE);
        let doc = format!("A literal of type {}", ty.name());
        list.add(found.calling(true).told(format!("{}(…)", ty.name()), doc));
    }
    let double = item("double", CompletionKind::Type, fit.of(Some(ScalarType::Real)), distance::RARE);
    list.add(double.calling(true).told("double(…)", "A literal of type real"));
    let scalar = item("toscalar", CompletionKind::Function, 1, distance::LANGUAGE);
    list.add(scalar.calling(true).told("toscalar(query) -> scalar", "The first column of the first row of a query"));
}
