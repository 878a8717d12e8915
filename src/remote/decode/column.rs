//! One column under construction, and how a JSON value of each service becomes a value of its type.
//!
//! A value that is not of its column's type becomes null and is counted: it is never guessed at, and it does not cost
//! the other rows.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Decimal256Builder, Float64Builder, Int32Builder, Int64Builder,
};
use arrow::datatypes::DataType;

use super::lexer::Lexer;
use super::text_builder::TextBuilder;
use super::{Fault, Shape, json_text, value};
use crate::kql::ScalarType;
use crate::result::{parse_decimal, parse_guid};

/// Values of one column, stored as `kql::scalar` says.
pub(super) struct ColumnBuilder {
    ty: ScalarType,
    shape: Shape,
    values: Values,
    pub(super) n_misfits: u64,
    /// An annotation said that the elements of the next array were made text.
    pub(super) is_collection: bool,
}

enum Values {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Decimal(Decimal256Builder),
    Text(TextBuilder),
}

/// The value does not fit its column.
struct Misfit;

type Fit = Result<(), Misfit>;

impl ColumnBuilder {
    pub(super) fn new(ty: ScalarType, shape: Shape) -> Self {
        let values = match ty {
            ScalarType::Bool => Values::Bool(BooleanBuilder::new()),
            ScalarType::Int => Values::Int(Int32Builder::new()),
            ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => Values::Long(Int64Builder::new()),
            ScalarType::Real => Values::Real(Float64Builder::new()),
            ScalarType::Decimal => {
                Values::Decimal(Decimal256Builder::new().with_data_type(DataType::Decimal256(76, 38)))
            }
            ScalarType::Guid | ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => {
                Values::Text(TextBuilder::new())
            }
        };
        Self { ty, shape, values, n_misfits: 0, is_collection: false }
    }

    pub(super) fn data_type(&self) -> DataType {
        match self.values {
            Values::Bool(_) => DataType::Boolean,
            Values::Int(_) => DataType::Int32,
            Values::Long(_) => DataType::Int64,
            Values::Real(_) => DataType::Float64,
            Values::Decimal(_) => DataType::Decimal256(76, 38),
            Values::Text(_) => DataType::Utf8,
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.values {
            Values::Bool(it) => it.len(),
            Values::Int(it) => it.len(),
            Values::Long(it) => it.len(),
            Values::Real(it) => it.len(),
            Values::Decimal(it) => it.len(),
            Values::Text(it) => it.len(),
        }
    }

    /// The column as far as it came; room is made for as many rows as are likely to come next.
    pub(super) fn finish(&mut self, n_next: usize) -> ArrayRef {
        match &mut self.values {
            Values::Bool(it) => Arc::new(it.finish()),
            Values::Int(it) => Arc::new(it.finish()),
            Values::Long(it) => Arc::new(it.finish()),
            Values::Real(it) => Arc::new(it.finish()),
            Values::Decimal(it) => Arc::new(it.finish()),
            Values::Text(it) => it.finish(n_next),
        }
    }

    /// A column of nulls.
    pub(super) fn nulls(&self, n_rows: usize) -> ArrayRef {
        let mut column = Self::new(self.ty, self.shape);
        for _ in 0..n_rows {
            column.push_null();
        }
        column.finish(0)
    }

    pub(super) fn push_null(&mut self) {
        match &mut self.values {
            Values::Bool(it) => it.append_null(),
            Values::Int(it) => it.append_null(),
            Values::Long(it) => it.append_null(),
            Values::Real(it) => it.append_null(),
            Values::Decimal(it) => it.append_null(),
            Values::Text(it) if self.ty == ScalarType::String => it.push(""),
            Values::Text(it) => it.push_null(),
        }
    }

    /// Reads the next value of the body into the column.
    #[inline]
    pub(super) fn read(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Fault> {
        let fit = match lexer.peek()? {
            b'"' => self.push_text(lexer.text()?),
            b'-' | b'0'..=b'9' => self.push_number(lexer.number()?),
            b'n' => {
                lexer.null()?;
                self.push_null();
                Ok(())
            }
            b't' | b'f' => self.push_bool(lexer.bool()?),
            b'{' | b'[' => self.push_nested(lexer.raw()?),
            _ => return Err(lexer.malformed("a value")),
        };
        if fit.is_err() {
            self.n_misfits += 1;
            self.push_null();
        }
        self.is_collection = false;
        Ok(())
    }

    #[inline]
    fn push_text(&mut self, text: &str) -> Fit {
        match &mut self.values {
            Values::Text(it) if self.ty == ScalarType::String => it.push(text),
            Values::Text(it) if self.ty == ScalarType::Dynamic => {
                // Log Analytics writes every dynamic as a text, and the null as an empty one.
                let is_null = text.is_empty() && self.shape == Shape::LogAnalytics;
                it.push_with(|out| !is_null && json_text::push_text(text, out));
            }
            _ if text.is_empty() => self.push_null(),
            Values::Bool(it) => it.append_value(value::bool(text).ok_or(Misfit)?),
            Values::Int(it) => it.append_value(int(text.trim()).ok_or(Misfit)?),
            Values::Long(it) => it.append_value(ticks_or_long(self.ty, text).ok_or(Misfit)?),
            Values::Real(it) => it.append_value(value::real(text.trim()).ok_or(Misfit)?),
            Values::Decimal(it) => it.append_value(parse_decimal(text).ok_or(Misfit)?),
            Values::Text(it) if value::is_plain_guid(text) => it.push(text),
            Values::Text(it) => it.push(&parse_guid(text).ok_or(Misfit)?),
        }
        Ok(())
    }

    /// A number keeps its digits where the column can hold them.
    fn push_number(&mut self, number: &str) -> Fit {
        match (&mut self.values, self.ty) {
            (Values::Bool(it), _) => it.append_value(value::bool(number).ok_or(Misfit)?),
            (Values::Int(it), _) => it.append_value(int(number).ok_or(Misfit)?),
            (Values::Long(it), ScalarType::Long) => it.append_value(value::long(number).ok_or(Misfit)?),
            (Values::Real(it), _) => it.append_value(value::real(number).ok_or(Misfit)?),
            (Values::Decimal(it), _) => it.append_value(parse_decimal(number).ok_or(Misfit)?),
            (Values::Text(it), ScalarType::String | ScalarType::Dynamic) => it.push(number),
            // A number is no time, no timespan and no guid.
            (Values::Long(_) | Values::Text(_), _) => return Err(Misfit),
        }
        Ok(())
    }

    fn push_bool(&mut self, value: bool) -> Fit {
        match (&mut self.values, self.ty) {
            (Values::Bool(it), _) => it.append_value(value),
            (Values::Int(it), _) => it.append_value(i32::from(value)),
            (Values::Long(it), ScalarType::Long) => it.append_value(i64::from(value)),
            (Values::Text(it), ScalarType::String | ScalarType::Dynamic) => {
                it.push(if value { "true" } else { "false" });
            }
            _ => return Err(Misfit),
        }
        Ok(())
    }

    /// An object or a list, as it is written. `{}` is how Graph writes the null of any type.
    fn push_nested(&mut self, raw: &str) -> Fit {
        let from_graph = self.shape == Shape::Hunting { graph: true };
        let is_collection = self.is_collection;
        match (&mut self.values, self.ty) {
            (Values::Text(it), ScalarType::Dynamic) => {
                it.push_with(|out| json_text::push_nested(raw, from_graph, is_collection, out));
            }
            (Values::Text(it), ScalarType::String) => {
                it.push_with(|out| {
                    // The null of a string is the empty one, which is what a null has written.
                    json_text::push_nested(raw, from_graph, is_collection, out);
                    true
                });
            }
            _ if from_graph && json_text::is_empty_object(raw) => self.push_null(),
            _ => return Err(Misfit),
        }
        Ok(())
    }
}

fn int(text: &str) -> Option<i32> {
    value::long(text)?.try_into().ok()
}

fn ticks_or_long(ty: ScalarType, text: &str) -> Option<i64> {
    match ty {
        ScalarType::Datetime => value::datetime(text),
        ScalarType::Timespan => value::timespan(text),
        _ => value::long(text.trim()),
    }
}
