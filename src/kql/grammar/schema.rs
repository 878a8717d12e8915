//! Columns and their types.

use super::name::{declared_name, missing_name};
use super::{List, Parser, SyntaxKind as K, at_list_end, close_bracket};

/// Types that a column or a parameter may have.
const TYPES: [&str; 17] = [
    "bool", "boolean", "date", "datetime", "decimal", "double", "dynamic", "guid", "int", "int64", "int8", "long",
    "real", "string", "time", "timespan", "uniqueid",
];
/// Types that only `typeof` knows beside them.
const MORE_TYPES: [&str; 9] = ["float", "int16", "int32", "uint", "uint16", "uint32", "uint64", "uint8", "ulong"];

pub(super) fn is_type(text: &str) -> bool {
    TYPES.contains(&text)
}

pub(super) fn is_any_type(text: &str) -> bool {
    is_type(text) || MORE_TYPES.contains(&text)
}

/// `long`. A word that is no type is reported and taken as one.
pub(super) fn type_name(p: &mut Parser<'_>) {
    type_of(p, is_type);
}

/// The same with the types that only `typeof` and `find … project` know.
pub(super) fn any_type_name(p: &mut Parser<'_>) {
    type_of(p, is_any_type);
}

fn type_of(p: &mut Parser<'_>, is_known: fn(&str) -> bool) {
    let word = p.current_text();
    let known = is_known(word);
    if !known && !p.current().is_name() && !is_any_type(word) {
        p.missing("a type");
        return;
    }
    if !known && p.is_reporting() {
        p.report("KS160", format!("'{word}' is not a type that can stand here"), None);
    }
    let marker = p.start();
    p.bump();
    p.complete(marker, K::TypeName);
}

/// `x:long`; also `T:(a:long)` and `T:(*)`.
pub(super) fn column_declaration(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    let found = columns_type(p);
    if found {
        p.complete(marker, K::ColumnDeclaration);
    } else {
        p.abandon(marker);
    }
    found
}

/// What stands in a declaration: a name, `:` and a type.
pub(super) fn columns_type(p: &mut Parser<'_>) -> bool {
    if declared_name(p).is_none() {
        if !p.at(K::Colon) {
            return false;
        }
        missing_name(p);
    }
    p.expect(K::Colon);
    if !schema_type(p) {
        type_name(p);
    }
    true
}

/// `(a:long, b:string)` or `(*)` as the type of a table.
fn schema_type(p: &mut Parser<'_>) -> bool {
    if !p.at(K::OpenParen) {
        return false;
    }
    p.nested(|p| {
        let marker = p.start();
        p.bump();
        if p.at(K::Star) {
            star(p);
        } else {
            columns().read(p);
        }
        close_bracket(p, K::CloseParen, true);
        Some(p.complete(marker, K::RowSchema))
    });
    true
}

pub(super) fn star(p: &mut Parser<'_>) -> bool {
    if !p.at(K::Star) {
        return false;
    }
    let marker = p.start();
    p.bump();
    p.complete(marker, K::StarExpr);
    true
}

fn columns() -> List {
    List::of("the declaration of a column", column_declaration).until(at_list_end).optional().trailing_comma()
}

/// `(x:long, y:string)`, also with a comma before the first one.
pub(super) fn row_schema(p: &mut Parser<'_>) -> bool {
    if !p.at(K::OpenParen) {
        p.missing("the columns in brackets");
        return false;
    }
    let marker = p.start();
    p.bump();
    p.eat(K::Comma);
    columns().read(p);
    close_bracket(p, K::CloseParen, true);
    p.complete(marker, K::RowSchema);
    true
}

/// `(*, x:long)`: what `evaluate` gives.
pub(super) fn evaluate_row_schema(p: &mut Parser<'_>) {
    if !p.at(K::OpenParen) {
        p.missing("the columns in brackets");
        return;
    }
    let marker = p.start();
    p.bump();
    p.eat(K::Comma);
    star(p);
    p.eat(K::Comma);
    columns().read(p);
    close_bracket(p, K::CloseParen, true);
    p.complete(marker, K::RowSchema);
}
