//! Which columns a table has: the official ones if it is known, and what its files have besides.

use std::collections::HashMap;

use crate::kql::{ColumnSymbol, ScalarType, TableSymbol};

/// A column of one file, with the type its values suggest; `None` when it has no value at all.
pub(super) type FileColumn<'a> = (&'a str, Option<ScalarType>);

/// Official columns in official order, then the files' further columns in the order they are first met.
pub(super) fn plan<'a>(
    known: Option<&TableSymbol>,
    files: impl Iterator<Item = Vec<FileColumn<'a>>>,
) -> Vec<ColumnSymbol> {
    let mut columns: Vec<ColumnSymbol> = known.map(|table| table.columns.to_vec()).unwrap_or_default();
    let official = columns.len();
    let mut by_name: HashMap<String, usize> =
        columns.iter().enumerate().map(|(at, column)| (column.name.clone(), at)).collect();
    let mut types: Vec<Option<ScalarType>> = Vec::new();
    for (name, ty) in files.flatten() {
        if let Some(&at) = by_name.get(name) {
            if at >= official {
                types[at - official] = common(types[at - official], ty);
            }
            continue;
        }
        by_name.insert(name.to_owned(), columns.len());
        columns.push(ColumnSymbol::new(name, ScalarType::String));
        types.push(ty);
    }
    for (column, ty) in columns[official..].iter_mut().zip(types) {
        column.ty = ty.unwrap_or(ScalarType::String);
    }
    columns
}

/// The type that holds the values of both.
fn common(left: Option<ScalarType>, right: Option<ScalarType>) -> Option<ScalarType> {
    use ScalarType::{Decimal, Int, Long, Real, String};
    let (Some(left), Some(right)) = (left, right) else { return left.or(right) };
    Some(match (left, right) {
        _ if left == right => left,
        (Int | Long, Int | Long) => Long,
        (Int | Long | Real | Decimal, Real) | (Real, Int | Long | Decimal) => Real,
        (Int | Long, Decimal) | (Decimal, Int | Long) => Decimal,
        _ => String,
    })
}
