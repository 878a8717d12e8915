//! Choices and tests.

use super::{Naming, Row};

pub(super) const ROWS: &[Row] = &[
    Row::new(
        "iff",
        "(if: bool, then: branch, else: branch) -> branches",
        Naming::None,
        "One of two values by a condition",
    ),
    Row::new(
        "case",
        "(predicate: bool {1..}, then: branch {1..}, else: branch) -> branches",
        Naming::None,
        "The value after the first condition that is true",
    ),
    Row::new(
        "assert",
        "(predicate: bool, message: string) -> bool",
        Naming::None,
        "Stops the query when a condition is false",
    ),
    Row::new("not", "(expression: bool) -> bool", Naming::None, "The opposite of a bool"),
    Row::new("isnotnull", "(expression: scalar) -> bool", Naming::None, "Whether there is a value"),
    Row::new("isnull", "(expression: scalar) -> bool", Naming::None, "Whether there is no value"),
    Row::new("iscolumnexists", "(column_name: const string) -> bool", Naming::None, "Whether the table has a column"),
    Row::new("isascii", "(value: text) -> bool", Naming::None, "Whether a text is ASCII only"),
    Row::new("isutf8", "(value: text) -> bool", Naming::None, "Whether a text is valid UTF-8"),
    Row::new("isnotempty", "(value: scalar) -> bool", Naming::None, "Whether the value's text is not empty"),
    Row::new("isempty", "(value: scalar) -> bool", Naming::None, "Whether the value's text is empty"),
    Row::new(
        "column_ifexists",
        "(column_name: const string, defaultValue: scalar) -> second",
        Naming::ColumnName,
        "A column, or something else where there is none",
    ),
    Row::new(
        "around",
        "(value: scalar, center: scalar, delta: scalar) -> bool",
        Naming::None,
        "Whether a value lies within a distance of another",
    ),
    Row::new("isnan", "(number: real) -> bool", Naming::None, "Whether a number is NaN"),
    Row::new("isinf", "(number: real) -> bool", Naming::None, "Whether a number is infinite"),
    Row::new("isfinite", "(number: real) -> bool", Naming::None, "Whether a number is neither infinite nor NaN"),
    Row::new(
        "coalesce",
        "(arg: alike {2..64}) -> common",
        Naming::None,
        "The first argument that is neither null nor empty",
    ),
    Row::new("max_of", "(arg: sameorderable {2..64}) -> common", Naming::None, "The greatest of its arguments"),
    Row::new("min_of", "(arg: sameorderable {2..64}) -> common", Naming::None, "The least of its arguments"),
];
