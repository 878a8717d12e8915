//! The ten scalar types of Kusto and the values that literals have.
//!
//! How a value of each type looks in Arrow is decided here once, because the engine, the decoder of
//! remote answers and the grid must agree on it:
//!
//! | type | Arrow | unit |
//! |---|---|---|
//! | bool | Boolean | |
//! | int | Int32 | |
//! | long | Int64 | |
//! | real | Float64 | |
//! | decimal | Decimal256(76, 38) | |
//! | datetime | Int64 | ticks of 100 ns since 0001-01-01T00:00:00Z |
//! | timespan | Int64 | ticks of 100 ns |
//! | guid | Utf8 | lower case with hyphens |
//! | string | Utf8 | never null: a missing string is empty |
//! | dynamic | Utf8 | compact JSON text; Arrow null is the dynamic null |
//!
//! Arrow's own timestamps cannot hold the years 0001 to 9999 at 100 ns, hence the ticks. An array alone does not
//! say whether it is a long or a datetime: the KQL type always travels beside it.

use std::fmt;

/// Ticks (100 ns) in one second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in one day.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
/// 1970-01-01T00:00:00Z in ticks since 0001-01-01.
pub const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;
/// The last datetime there is, 9999-12-31T23:59:59.9999999Z.
pub const MAX_DATETIME_TICKS: i64 = 3_155_378_975_999_999_999;

/// One of the ten scalar types, or that it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScalarType {
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    Datetime,
    Timespan,
    Guid,
    String,
    Dynamic,
    /// What cannot be known before the query runs: a column that `bag_unpack` or a pivot makes, or a file's. It goes
    /// wherever any type goes. Only analysis has it; a query that has one is not run here.
    Unknown,
}

impl ScalarType {
    /// All ten, in the order of the table above.
    pub const ALL: [Self; 10] = [
        Self::Bool,
        Self::Int,
        Self::Long,
        Self::Real,
        Self::Decimal,
        Self::Datetime,
        Self::Timespan,
        Self::Guid,
        Self::String,
        Self::Dynamic,
    ];

    /// The name KQL writes, for example in `datatable(x:long)`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::Datetime => "datetime",
            Self::Timespan => "timespan",
            Self::Guid => "guid",
            Self::String => "string",
            Self::Dynamic => "dynamic",
            Self::Unknown => "unknown",
        }
    }

    /// The type that a KQL type name or one of its aliases means; names are case-sensitive as in Kusto.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" | "uint" | "uint32" | "int8" | "uint8" | "int16" | "uint16" => Self::Int,
            "long" | "int64" | "uint64" | "ulong" => Self::Long,
            "real" | "double" | "float" => Self::Real,
            "decimal" => Self::Decimal,
            "datetime" | "date" => Self::Datetime,
            "timespan" | "time" => Self::Timespan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "string" => Self::String,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }

    /// The .NET name as the two hunting services write it in a schema (`DateTime`, `SByte` for bool).
    pub fn dotnet_name(self) -> &'static str {
        match self {
            Self::Bool => "SByte",
            Self::Int => "Int32",
            Self::Long => "Int64",
            Self::Real => "Double",
            Self::Decimal => "SqlDecimal",
            Self::Datetime => "DateTime",
            Self::Timespan => "TimeSpan",
            Self::Guid => "Guid",
            Self::String => "String",
            Self::Dynamic | Self::Unknown => "Object",
        }
    }

    /// The full .NET name that `getschema` prints as `DataType`.
    pub fn system_name(self) -> &'static str {
        match self {
            Self::Bool => "System.SByte",
            Self::Int => "System.Int32",
            Self::Long => "System.Int64",
            Self::Real => "System.Double",
            Self::Decimal => "System.Data.SqlTypes.SqlDecimal",
            Self::Datetime => "System.DateTime",
            Self::Timespan => "System.TimeSpan",
            Self::Guid => "System.Guid",
            Self::String => "System.String",
            Self::Dynamic | Self::Unknown => "System.Object",
        }
    }

    /// True for int, long, real and decimal.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A value known when the query is bound: a literal, or what constants were folded to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The null of a type. Never `Null(String)`: that is `String("")`.
    Null(ScalarType),
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    /// Decimal digits as written, canonical: optional sign, digits, optional point and digits; no exponent.
    Decimal(String),
    /// Ticks since 0001-01-01.
    Datetime(i64),
    /// Ticks.
    Timespan(i64),
    /// Lower case with hyphens.
    Guid(String),
    String(String),
    /// Compact JSON text.
    Dynamic(String),
}

impl Value {
    /// The type of the value; typed nulls keep theirs.
    pub fn ty(&self) -> ScalarType {
        match self {
            Self::Null(ty) => *ty,
            Self::Bool(_) => ScalarType::Bool,
            Self::Int(_) => ScalarType::Int,
            Self::Long(_) => ScalarType::Long,
            Self::Real(_) => ScalarType::Real,
            Self::Decimal(_) => ScalarType::Decimal,
            Self::Datetime(_) => ScalarType::Datetime,
            Self::Timespan(_) => ScalarType::Timespan,
            Self::Guid(_) => ScalarType::Guid,
            Self::String(_) => ScalarType::String,
            Self::Dynamic(_) => ScalarType::Dynamic,
        }
    }
}

/// What is known of the inside of a dynamic value before the query runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DynamicShape {
    /// Nothing.
    #[default]
    Any,
    Array(Element),
    /// Names with values, as `{…}` writes it.
    Bag,
    /// One value of a type.
    Value(ScalarType),
}

/// The elements of a dynamic array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Element {
    Any,
    Of(ScalarType),
    Array,
    ArrayOf(ScalarType),
    Bag,
}
