//! What a dynamic means as each type: the value that it holds, by the rules of that value's own type.

use std::borrow::Cow;

use crate::engine::functions::json::{self, Kind};
use crate::kql::timespan_of_text;
use crate::result::real_text;

use super::{from_string, real_to_int, real_to_long};

/// A dynamic that is one scalar.
pub(in crate::engine::functions) enum Leaf<'a> {
    Bool(bool),
    Long(i64),
    Real(f64),
    String(Cow<'a, str>),
}

impl<'a> Leaf<'a> {
    /// `None` for null, arrays and bags.
    pub(in crate::engine::functions) fn of(text: &'a str) -> Option<Self> {
        Some(match json::kind(text)? {
            Kind::Bool => Self::Bool(text == "true"),
            Kind::String => Self::String(json::unquote(text)),
            Kind::Number => match text.parse() {
                Ok(long) if json::is_whole(text) => Self::Long(long),
                _ => Self::Real(text.parse().ok()?),
            },
            Kind::Null | Kind::Array | Kind::Bag => return None,
        })
    }

    pub(super) fn long(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Long(value) => Some(*value),
            Self::Real(value) => real_to_long(*value),
            Self::String(text) => from_string::long(text),
        }
    }

    /// A whole number that the value equals; a real with a fraction equals none.
    pub(in crate::engine::functions) fn exact_long(&self) -> Option<i64> {
        match self {
            Self::Real(value) if value.fract() != 0.0 => None,
            _ => self.long(),
        }
    }

    pub(super) fn int(&self) -> Option<i32> {
        match self {
            Self::Bool(value) => Some(i32::from(*value)),
            Self::Long(value) => Some(*value as i32),
            Self::Real(value) => real_to_int(*value),
            Self::String(text) => from_string::int(text),
        }
    }

    pub(in crate::engine::functions) fn real(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Long(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            Self::String(text) => from_string::real(text),
        }
    }

    pub(super) fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Long(value) => Some(*value != 0),
            Self::Real(value) => Some(*value != 0.0),
            Self::String(text) => from_string::bool(text),
        }
    }

    /// Only a text is a datetime: how Kusto reads numbers is not established.
    pub(in crate::engine::functions) fn datetime(&self) -> Option<i64> {
        match self {
            Self::String(text) => from_string::datetime(text),
            _ => None,
        }
    }

    pub(in crate::engine::functions) fn timespan(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Long(value) => Some(*value),
            Self::Real(value) => value.is_finite().then_some(*value as i64),
            Self::String(text) => timespan_of_text(text),
        }
    }

    pub(super) fn string(self) -> Option<Cow<'a, str>> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Digits for the decimal reader.
    pub(in crate::engine::functions) fn number_text(&self) -> String {
        match self {
            Self::Bool(value) => u8::from(*value).to_string(),
            Self::Long(value) => value.to_string(),
            Self::Real(value) => real_text(*value),
            Self::String(text) => text.trim().to_owned(),
        }
    }
}
