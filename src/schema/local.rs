//! Functions of Advanced Hunting that data on this machine can answer: how they are written over its tables.

use crate::kql::{ColumnSymbol, FunctionResult, FunctionSymbol, ScalarType};

use super::advanced_hunting;

const BODIES: [(&str, &str); 2] = [
    ("AssignedIPAddresses", include_str!("../../assets/functions/AssignedIPAddresses.kql")),
    ("DeviceFromIP", include_str!("../../assets/functions/DeviceFromIP.kql")),
];

/// What the tables of Advanced Hunting tell by themselves. That devices have seen another one is in none of them.
///
/// The service's own text is not public: these follow its documentation. Of an address that several devices have had,
/// the device is the one that reported it last; of a device, each address stands once, with the last time.
pub fn local_functions() -> impl Iterator<Item = FunctionSymbol> {
    BODIES.into_iter().filter_map(|(name, body)| {
        let symbol = advanced_hunting().function(name)?.clone();
        Some(FunctionSymbol { body: Some(body), result: as_in_the_tables(symbol.result), ..symbol })
    })
}

/// The documentation calls two columns int that hold names and JSON in the tables, and gives them the same words.
fn as_in_the_tables(result: FunctionResult) -> FunctionResult {
    let FunctionResult::Table(columns) = result else { return result };
    let text = |column: &ColumnSymbol| match column.ty {
        ScalarType::Int => ColumnSymbol { ty: ScalarType::String, ..column.clone() },
        _ => column.clone(),
    };
    FunctionResult::Table(columns.iter().map(text).collect())
}
