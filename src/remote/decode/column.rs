//! One column under construction, and how a JSON value of each service becomes a value of each type.
//!
//! A value that is not of its column's type becomes null and is counted: it is never guessed at, and it does not cost
//! the other rows.

use std::fmt;
use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Decimal256Builder, Float64Builder, Int32Builder, Int64Builder,
    StringBuilder,
};
use arrow::datatypes::{DataType, i256};
use serde::Deserialize as _;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Service;
use super::json_text;
use crate::kql::ScalarType;
use crate::result::{parse_decimal, parse_guid, parse_iso_datetime, parse_timespan};

/// Values of one column, stored as `kql::scalar` says.
pub(super) struct ColumnBuilder {
    ty: ScalarType,
    service: Service,
    values: Values,
    n_text_bytes: usize,
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
    Text(StringBuilder),
}

/// A value of JSON.
enum Json<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// Above the greatest `i64`.
    Large(u64),
    Real(f64),
    Text(&'a str),
    /// An array, or an object with members.
    Nested(Value),
}

/// The value does not fit its column.
struct Misfit;

type Fit<T> = Result<Option<T>, Misfit>;

impl ColumnBuilder {
    pub(super) fn new(ty: ScalarType, service: Service) -> Self {
        let values = match ty {
            ScalarType::Bool => Values::Bool(BooleanBuilder::new()),
            ScalarType::Int => Values::Int(Int32Builder::new()),
            ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => Values::Long(Int64Builder::new()),
            ScalarType::Real => Values::Real(Float64Builder::new()),
            ScalarType::Decimal => {
                Values::Decimal(Decimal256Builder::new().with_data_type(DataType::Decimal256(76, 38)))
            }
            ScalarType::Guid | ScalarType::String | ScalarType::Dynamic => Values::Text(StringBuilder::new()),
        };
        Self { ty, service, values, n_text_bytes: 0, n_misfits: 0, is_collection: false }
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

    /// Bytes of text in the rows that wait.
    pub(super) fn text_bytes(&self) -> usize {
        self.n_text_bytes
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        self.n_text_bytes = 0;
        match &mut self.values {
            Values::Bool(it) => Arc::new(it.finish()),
            Values::Int(it) => Arc::new(it.finish()),
            Values::Long(it) => Arc::new(it.finish()),
            Values::Real(it) => Arc::new(it.finish()),
            Values::Decimal(it) => Arc::new(it.finish()),
            Values::Text(it) => Arc::new(it.finish()),
        }
    }

    pub(super) fn push_null(&mut self) {
        self.push(&Json::Null);
    }

    fn push(&mut self, json: &Json<'_>) {
        let fits = match (&mut self.values, self.ty) {
            (Values::Bool(it), _) => bool_of(json).map(|value| it.append_option(value)),
            (Values::Int(it), _) => int_of(json).map(|value| it.append_option(value)),
            (Values::Long(it), ScalarType::Datetime) => {
                text_of(json, parse_iso_datetime).map(|value| it.append_option(value))
            }
            (Values::Long(it), ScalarType::Timespan) => text_of(json, timespan_of).map(|value| it.append_option(value)),
            (Values::Long(it), _) => long_of(json).map(|value| it.append_option(value)),
            (Values::Real(it), _) => real_of(json).map(|value| it.append_option(value)),
            (Values::Decimal(it), _) => text_of(json, parse_decimal).map(|value| it.append_option(value)),
            (Values::Text(it), ScalarType::String) => {
                let text = string_of(json);
                self.n_text_bytes += text.len();
                it.append_value(text);
                Ok(())
            }
            (Values::Text(it), _) => text_of(json, parse_guid).map(|value| it.append_option(value)),
        };
        if let Err(Misfit) = fits {
            self.n_misfits += 1;
            self.push_null();
        }
    }

    /// A decimal or a dynamic from its JSON text, whose digits and keys stay as they were sent.
    fn push_raw(&mut self, raw: &str) {
        let is_collection = std::mem::take(&mut self.is_collection);
        match &mut self.values {
            Values::Text(it) => {
                let text = json_text::dynamic(raw, self.service == Service::Graph, is_collection);
                self.n_text_bytes += text.as_ref().map_or(0, String::len);
                it.append_option(text);
            }
            _ => match serde_json::from_str::<String>(raw) {
                Ok(text) => self.push(&Json::Text(&text)),
                Err(_) if matches!(raw, "null" | "{}") => self.push_null(),
                Err(_) => self.push(&Json::Text(raw)),
            },
        }
    }
}

fn bool_of(json: &Json<'_>) -> Fit<bool> {
    match json {
        Json::Null | Json::Text("") => Ok(None),
        Json::Bool(value) => Ok(Some(*value)),
        Json::Int(value @ (0 | 1)) => Ok(Some(*value == 1)),
        Json::Text(text) if text.eq_ignore_ascii_case("true") || *text == "1" => Ok(Some(true)),
        Json::Text(text) if text.eq_ignore_ascii_case("false") || *text == "0" => Ok(Some(false)),
        _ => Err(Misfit),
    }
}

fn long_of(json: &Json<'_>) -> Fit<i64> {
    match json {
        Json::Null | Json::Text("") => Ok(None),
        Json::Int(value) => Ok(Some(*value)),
        Json::Bool(value) => Ok(Some(i64::from(*value))),
        // A whole number may have been written as 5.0; beyond 2^53 it would not be the number that was meant.
        Json::Real(value) if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 => Ok(Some(*value as i64)),
        Json::Text(text) => text.trim().parse().map(Some).map_err(|_| Misfit),
        _ => Err(Misfit),
    }
}

fn int_of(json: &Json<'_>) -> Fit<i32> {
    long_of(json)?.map(i32::try_from).transpose().map_err(|_| Misfit)
}

fn real_of(json: &Json<'_>) -> Fit<f64> {
    match json {
        Json::Null | Json::Text("") => Ok(None),
        Json::Real(value) => Ok(Some(*value)),
        Json::Int(value) => Ok(Some(*value as f64)),
        Json::Large(value) => Ok(Some(*value as f64)),
        // Kusto's words and OData's are all known to the parser: NaN, Infinity, INF, with a sign, in any case.
        Json::Text(text) => text.trim().parse().map(Some).map_err(|_| Misfit),
        _ => Err(Misfit),
    }
}

/// A value that is sent as text.
fn text_of<T>(json: &Json<'_>, parse: impl Fn(&str) -> Option<T>) -> Fit<T> {
    match json {
        Json::Null | Json::Text("") => Ok(None),
        Json::Text(text) => parse(text).map(Some).ok_or(Misfit),
        _ => Err(Misfit),
    }
}

/// A string column takes whatever comes as its text; its null is the empty string.
fn string_of(json: &Json<'_>) -> String {
    match json {
        Json::Null => String::new(),
        Json::Bool(value) => value.to_string(),
        Json::Int(value) => value.to_string(),
        Json::Large(value) => value.to_string(),
        Json::Real(value) => Value::from(*value).to_string(),
        Json::Text(text) => (*text).to_owned(),
        Json::Nested(value) => value.to_string(),
    }
}

/// Kusto's form, or the ISO duration of OData.
fn timespan_of(text: &str) -> Option<i64> {
    parse_timespan(text).or_else(|| iso_duration(text))
}

/// `[-]P[nD][T[nH][nM][n[.f]S]]` as ticks. Decimals carry the fraction, since a real has not enough digits.
fn iso_duration(text: &str) -> Option<i64> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mut rest, mut in_time, mut ticks) = (rest.strip_prefix('P')?, false, i256::ZERO);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            (rest, in_time) = (time, true);
            continue;
        }
        let end = rest.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let seconds = match (rest.as_bytes()[end], in_time) {
            (b'D', false) => 86_400,
            (b'H', true) => 3_600,
            (b'M', true) => 60,
            (b'S', true) => 1,
            _ => return None,
        };
        let number = parse_decimal(&rest[..end])?;
        ticks = ticks.checked_add(number.checked_mul(i256::from_i128(seconds))?)?;
        rest = &rest[end + 1..];
    }
    // From the scale of a decimal, 38 digits, to ticks, 7 digits.
    let ticks = ticks.checked_div(i256::from_i128(10_i128.pow(31)))?.to_i128()?;
    i64::try_from(if negative { -ticks } else { ticks }).ok()
}

/// Reads one cell into its column.
pub(super) struct CellSeed<'a>(pub(super) &'a mut ColumnBuilder);

impl<'de> DeserializeSeed<'de> for CellSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if matches!(self.0.ty, ScalarType::Dynamic | ScalarType::Decimal) {
            let raw: Box<RawValue> = Box::deserialize(deserializer)?;
            self.0.push_raw(raw.get());
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CellSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.push_null();
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.push(&Json::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.0.push(&Json::Int(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.0.push(&i64::try_from(value).map_or(Json::Large(value), Json::Int));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.0.push(&Json::Real(value));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push(&Json::Text(text));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let value = Value::deserialize(SeqAccessDeserializer::new(seq))?;
        self.0.push(&Json::Nested(value));
        Ok(())
    }

    /// `{}` is how Graph writes null.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let value = json_text::without_annotations(Value::deserialize(MapAccessDeserializer::new(map))?, false);
        match value {
            Value::Object(members) if members.is_empty() => self.0.push_null(),
            value => self.0.push(&Json::Nested(value)),
        }
        Ok(())
    }
}
