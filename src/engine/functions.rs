//! Scalar evaluation: every KQL operator, conversion and function as a DataFusion function.
//!
//! Planning asks for a function of exact argument types; evaluation works on whole arrays. One function, one file:
//! `functions/<family>/<kql_name>.rs`, with the row that registers it beside its body.

#![expect(clippy::unnecessary_wraps, reason = "every function has the one signature that the registry holds")]

mod array;
mod bag;
mod call;
mod column;
mod conditional;
mod conversion;
mod datetime;
mod encoding;
mod geo;
mod ip;
pub(in crate::engine) mod json;
mod kql_function;
mod math;
mod memo;
mod operator;
mod parsing;
mod path;
mod predicate;
mod prelude;
mod series;
mod sketch;
mod string;
mod text;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

use crate::engine::geography::Geography;
use crate::kql::{ScalarOperator, ScalarType};

pub(in crate::engine) use conversion::{convert, elements_as};
pub(in crate::engine) use ip::network as ip_network;

use kql_function::{Function, KqlFunction};

/// Every family of functions, in the order of the folders.
const FAMILIES: &[&[Function]] = &[
    array::FUNCTIONS,
    bag::FUNCTIONS,
    conditional::FUNCTIONS,
    conversion::FUNCTIONS,
    datetime::FUNCTIONS,
    encoding::FUNCTIONS,
    geo::FUNCTIONS,
    ip::FUNCTIONS,
    math::FUNCTIONS,
    parsing::FUNCTIONS,
    predicate::FUNCTIONS,
    series::FUNCTIONS,
    sketch::FUNCTIONS,
    string::FUNCTIONS,
];

/// The canonical names of the functions that run, in no particular order.
pub(in crate::engine) fn function_names() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().copied().flatten().map(|function| function.name)
}

/// The function of the catalogue, for arguments of these types; `None` when the engine does not have it.
pub(in crate::engine) fn call_udf(
    name: &'static str,
    args: &[ScalarType],
    returns: ScalarType,
) -> Option<Arc<ScalarUDF>> {
    let mut all = FAMILIES.iter().copied().flatten();
    let function = all.find(|function| function.name == name)?;
    if !(function.accepts)(args) {
        return None;
    }
    Some(KqlFunction::new(function, args, returns).into_udf())
}

/// `geo_info_from_ip_address()` of one argument, by this file.
pub(in crate::engine) fn geography_udf(geography: Arc<Geography>, arg: ScalarType) -> Arc<ScalarUDF> {
    let function = &geo::geo_info_from_ip_address::FUNCTION;
    KqlFunction::new(function, &[arg], ScalarType::Dynamic).with_geography(geography).into_udf()
}

/// An operator over operands of these types.
pub(in crate::engine) fn operator_udf(
    operator: ScalarOperator,
    args: &[ScalarType],
    returns: ScalarType,
) -> Option<Arc<ScalarUDF>> {
    let function = operator::function(operator, args)?;
    Some(KqlFunction::new(&function, args, returns).into_udf())
}

/// `tolong()` and its like, also where Kusto converts silently. Total: what cannot be converted is null or `''`.
pub(in crate::engine) fn convert_udf(from: ScalarType, to: ScalarType) -> Arc<ScalarUDF> {
    KqlFunction::new(&conversion::function_to(to), &[from], to).into_udf()
}

/// Navigation into a dynamic. First argument the dynamic, then one argument for each computed step, in order.
/// Steps known beforehand are in `steps`; `None` stands for the next argument.
pub(in crate::engine) fn path_udf(steps: Vec<Option<Step>>, computed: &[ScalarType]) -> Arc<ScalarUDF> {
    let args: Vec<ScalarType> = std::iter::once(ScalarType::Dynamic).chain(computed.iter().copied()).collect();
    KqlFunction::new(&path::FUNCTION, &args, ScalarType::Dynamic).with_steps(steps).into_udf()
}

/// The values of one line of `make-series` along its axis: a dynamic. Arguments: the bins, the first point, the end and
/// the step of the axis, the values, and what stands where there is none, of the values' type.
pub(in crate::engine) fn points_udf(bin: ScalarType, value: ScalarType) -> Arc<ScalarUDF> {
    let args = [ScalarType::Dynamic, bin, bin, bin, ScalarType::Dynamic, value];
    KqlFunction::new(&series::POINTS, &args, ScalarType::Dynamic).into_udf()
}

/// The points of the axis of `make-series`: a dynamic. Arguments: the bins, the first point, the end and the step.
pub(in crate::engine) fn axis_udf(axis: ScalarType) -> Arc<ScalarUDF> {
    KqlFunction::new(&series::AXIS, &[ScalarType::Dynamic, axis, axis, axis], ScalarType::Dynamic).into_udf()
}

/// The characters of a key that stands in its quotes.
pub(in crate::engine) fn key_of_member(quoted: &str) -> std::borrow::Cow<'_, str> {
    json::unquote(quoted)
}

/// A step of a path that is known when the query is planned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Step {
    Key(String),
    Index(i64),
}

#[cfg(test)]
mod tests;
