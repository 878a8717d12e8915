//! What exists: every scalar function and aggregate of Kusto with its signatures, how its result column is named, and
//! one line of documentation. Feeds binding, and later hover, completion and signature help.
//!
//! Names, signatures and naming kinds are those of Microsoft's language service; where recorded answers of the engine
//! disagree with it (`exp10` and `pow` do not pass a name on) the records win. What this machine's engine *runs* is not
//! said here: see [`Capabilities`](super::Capabilities).

mod aggregate;
mod alias;
mod conditional;
mod conversion;
mod datetime;
mod dynamic;
mod encoding;
mod geography;
mod library;
mod math;
mod network;
mod notation;
mod operator;
mod operator_parameter;
mod option;
mod plugin;
mod series;
mod signature;
mod string;
mod system;
mod ty;
mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(in crate::kql) use library::{
    Accepts, Form, Gives, Layout, LibraryFunction, LibraryParameter, LibrarySignature, Values, library_aggregate,
    library_function, library_operator,
};
pub(in crate::kql) use notation::{Slot, Syntax};
pub(in crate::kql) use operator::{
    CHARTS, Construct, Position, SCALAR_OPERATORS, construct, constructs, scalar_operator,
};
pub(in crate::kql) use operator_parameter::{
    Kind as ParameterKind, OperatorParameter, operator_parameter, operator_parameters,
};
pub(in crate::kql) use option::{OPTIONS, is_option};
pub(in crate::kql) use plugin::{Place, Plugin, PluginParameter, PluginSignature, plugin, plugins};
pub(in crate::kql) use signature::{Class, Constancy, Parameter, Returns, Signature};
pub(in crate::kql) use ty::{Conversion, Ty};

/// How a result column without a written name is named after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Naming {
    /// Not at all: `Column1`, `print_0` and so on.
    None,
    /// As the first argument is named.
    First,
    /// The prefix, an underscore, and the name of the first argument.
    Prefix(&'static str),
    /// This name.
    Only(&'static str),
    /// As the first argument is named when there is no other.
    OnlyArgument,
    /// The text of the first argument where that names a column.
    ColumnName,
}

/// One line of the tables below.
struct Row {
    name: &'static str,
    /// One or more signatures, separated by `;`, in the notation of [`Signature::text`].
    signatures: &'static str,
    naming: Naming,
    doc: &'static str,
}

impl Row {
    const fn new(name: &'static str, signatures: &'static str, naming: Naming, doc: &'static str) -> Self {
        Self { name, signatures, naming, doc }
    }
}

/// A scalar function or an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct Function {
    /// The canonical name.
    pub(in crate::kql) name: &'static str,
    pub(in crate::kql) signatures: Vec<Signature>,
    pub(in crate::kql) naming: Naming,
    /// What it does, as one line without a full stop.
    pub(in crate::kql) doc: &'static str,
}

/// The scalar function of this name or old spelling.
pub(in crate::kql) fn function(name: &str) -> Option<&'static Function> {
    let canonical = alias::FUNCTIONS.iter().find(|(old, _)| *old == name).map_or(name, |(_, canonical)| canonical);
    functions().get(canonical)
}

/// The aggregate of this name or old spelling.
pub(in crate::kql) fn aggregate(name: &str) -> Option<&'static Function> {
    let canonical =
        alias::AGGREGATES.iter().find(|(old, _, _)| *old == name).map_or(name, |(_, canonical, _)| canonical);
    aggregates().get(canonical)
}

/// How the result of an aggregate is named; old spellings name theirs otherwise.
pub(in crate::kql) fn aggregate_naming(written: &str) -> Naming {
    let old = alias::AGGREGATES.iter().find(|(old, _, _)| *old == written).map(|(_, _, naming)| *naming);
    old.or_else(|| aggregate(written).map(|function| function.naming)).unwrap_or(Naming::None)
}

/// Every scalar function by canonical name.
pub(in crate::kql) fn functions() -> &'static BTreeMap<&'static str, Function> {
    static FUNCTIONS: OnceLock<BTreeMap<&'static str, Function>> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let families = [
            conditional::ROWS,
            conversion::ROWS,
            datetime::ROWS,
            dynamic::ROWS,
            encoding::ROWS,
            geography::ROWS,
            math::ROWS,
            network::ROWS,
            series::ROWS,
            string::ROWS,
            system::ROWS,
            window::ROWS,
        ];
        collect(families.into_iter().flatten())
    })
}

/// Every aggregate by canonical name.
pub(in crate::kql) fn aggregates() -> &'static BTreeMap<&'static str, Function> {
    static AGGREGATES: OnceLock<BTreeMap<&'static str, Function>> = OnceLock::new();
    AGGREGATES.get_or_init(|| collect(aggregate::ROWS.iter()))
}

fn collect<'a>(rows: impl IntoIterator<Item = &'a Row>) -> BTreeMap<&'static str, Function> {
    rows.into_iter()
        .map(|row| {
            let signatures = row.signatures.split(';').map(|text| Signature::parse(text.trim())).collect();
            (row.name, Function { name: row.name, signatures, naming: row.naming, doc: row.doc })
        })
        .collect()
}

/// Names of scalar functions and old spellings that a person may have meant.
pub(in crate::kql) fn function_names() -> impl Iterator<Item = &'static str> {
    functions()
        .keys()
        .copied()
        .chain(alias::FUNCTIONS.iter().map(|(old, _)| *old))
        .filter(|name| !name.starts_with("__"))
}

/// Names of aggregates and old spellings.
pub(in crate::kql) fn aggregate_names() -> impl Iterator<Item = &'static str> {
    aggregates().keys().copied().chain(alias::AGGREGATES.iter().map(|(old, _, _)| *old))
}
