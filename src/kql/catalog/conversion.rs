//! Conversions from one type to another.

use super::{Naming, Row};

pub(super) const ROWS: &[Row] = &[
    Row::new("tostring", "(value: scalar) -> string", Naming::First, "The value as text"),
    Row::new(
        "tohex",
        "(value: integer, [minLength: integer]) -> string",
        Naming::First,
        "A whole number in hexadecimal digits",
    ),
    Row::new("tolong", "(value: scalar) -> long", Naming::First, "The value as a 64-bit whole number, or null"),
    Row::new("toint", "(value: scalar) -> int", Naming::First, "The value as a 32-bit whole number, or null"),
    Row::new("toreal", "(value: scalar) -> real", Naming::First, "The value as a floating point number, or null"),
    Row::new("todatetime", "(value: scalar) -> datetime", Naming::First, "The value as a datetime, or null"),
    Row::new("totimespan", "(value: scalar) -> timespan", Naming::First, "The value as a timespan, or null"),
    Row::new("tobool", "(value: scalar) -> bool", Naming::First, "The value as a bool, or null"),
    Row::new("todecimal", "(value: scalar) -> decimal", Naming::First, "The value as a decimal number, or null"),
    Row::new("toguid", "(value: string|dynamic) -> guid", Naming::First, "The value as a guid, or null"),
    Row::new("gettype", "(value: scalar) -> string", Naming::Prefix("type"), "The name of the value's type"),
];
