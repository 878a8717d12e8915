//! A call under evaluation: its arguments by type and the column it builds.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, Decimal256Array, Float64Array, Int64Array, StringBuilder,
};
use datafusion::arrow::datatypes::{Int32Type, i256};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use regex::{Regex, RegexBuilder};

use crate::engine::error::EngineError;
use crate::engine::geography::Geography;
use crate::engine::stop::Stop;
use crate::kql::ScalarType;

use super::Step;
use super::column::{Bools, Column, Decimals, Longs, Reals, Strings};
use super::conversion;
use super::json;
use super::kql_function::KqlFunction;
use super::text;

/// Rows between two looks at whether the run was stopped.
const TURNS: usize = 256;

/// The memory that one compiled pattern may take, in bytes.
const REGEX_SIZE_LIMIT: usize = 16 << 20;

/// The text that one function may make for one batch of rows, in bytes: `repeat` and its like can ask for any amount.
const TEXT_LIMIT: usize = 1 << 30;

fn too_much_text(name: &str) -> DataFusionError {
    DataFusionError::ResourcesExhausted(format!("{name} makes more than 1 GiB of text at once"))
}

/// One argument in the storage of its type; of a constant the array has one element.
pub(super) struct Argument {
    pub(super) array: ArrayRef,
    pub(super) ty: ScalarType,
    pub(super) constant: bool,
}

pub(super) struct Call<'a> {
    function: &'a KqlFunction,
    args: Vec<Argument>,
    rows: usize,
    stop: Option<&'a Stop>,
}

impl<'a> Call<'a> {
    pub(super) fn new(function: &'a KqlFunction, args: Vec<Argument>, rows: usize, stop: Option<&'a Stop>) -> Self {
        Self { function, args, rows, stop }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn len(&self) -> usize {
        self.args.len()
    }

    pub(super) fn returns(&self) -> ScalarType {
        self.function.returns()
    }

    pub(super) fn steps(&self) -> &'a [Option<Step>] {
        self.function.steps()
    }

    pub(super) fn geography(&self) -> Option<&'a Geography> {
        self.function.geography()
    }

    pub(super) fn ty(&self, index: usize) -> ScalarType {
        self.args[index].ty
    }

    pub(super) fn arg(&self, index: usize) -> &Argument {
        &self.args[index]
    }

    /// An error of this call. What KQL answers with null is not one.
    pub(super) fn error(&self, message: &str) -> DataFusionError {
        exec_datafusion_err!("{}: {message}", self.function.name())
    }

    /// The argument by the rules of `tolong()`; ticks for datetime and timespan.
    pub(super) fn longs(&self, index: usize) -> Longs {
        let arg = self.arg(index);
        Column::new(conversion::to_long(&arg.array, arg.ty), arg.constant)
    }

    /// The argument by the rules of `toreal()`.
    pub(super) fn reals(&self, index: usize) -> Reals {
        let arg = self.arg(index);
        Column::new(conversion::to_real(&arg.array, arg.ty), arg.constant)
    }

    pub(super) fn decimals(&self, index: usize) -> Decimals {
        let arg = self.arg(index);
        Column::new(conversion::to_decimal(&arg.array, arg.ty), arg.constant)
    }

    pub(super) fn bools(&self, index: usize) -> Bools {
        let arg = self.arg(index);
        Column::new(conversion::to_bool(&arg.array, arg.ty), arg.constant)
    }

    /// The argument's text form, `tostring()`.
    pub(super) fn strings(&self, index: usize) -> Strings {
        let arg = self.arg(index);
        Column::new(text::text_of(&arg.array, arg.ty), arg.constant)
    }

    /// The argument as the JSON text it has as a leaf of a dynamic; null is null.
    pub(super) fn jsons(&self, index: usize) -> Strings {
        let arg = self.arg(index);
        Column::new(json::leaves(&arg.array, arg.ty), arg.constant)
    }

    /// A text stored as it is: string, guid or dynamic.
    pub(super) fn raw(&self, index: usize) -> Strings {
        let arg = self.arg(index);
        match arg.ty {
            ScalarType::String | ScalarType::Guid | ScalarType::Dynamic => {
                Column::new(arg.array.as_string::<i32>().clone(), arg.constant)
            }
            _ => self.strings(index),
        }
    }

    pub(super) fn is_null(&self, index: usize, row: usize) -> bool {
        let arg = self.arg(index);
        arg.ty != ScalarType::String && arg.array.is_null(if arg.constant { 0 } else { row })
    }

    /// True for the types stored as text.
    pub(super) fn is_text(&self, index: usize) -> bool {
        matches!(self.ty(index), ScalarType::String | ScalarType::Guid | ScalarType::Dynamic)
    }

    /// What is built from a text once for the whole query.
    pub(super) fn built<T: Send + Sync + 'static>(&self, text: &str, build: impl FnOnce(&str) -> T) -> Arc<T> {
        self.function.memo().get(text, build)
    }

    /// The pattern in Kusto's dialect, which is that of the `regex` crate with octal escapes.
    pub(super) fn regex(&self, pattern: &str) -> Result<Arc<Regex>> {
        let built = self.built::<std::result::Result<Arc<Regex>, String>>(pattern, |pattern| {
            RegexBuilder::new(pattern)
                .octal(true)
                .size_limit(REGEX_SIZE_LIMIT)
                .build()
                .map(Arc::new)
                .map_err(|error| error.to_string())
        });
        match built.as_ref() {
            Ok(regex) => Ok(Arc::clone(regex)),
            Err(message) => Err(self.error(message)),
        }
    }

    /// Reads a regular expression argument: compiled once when it is constant, else once for each distinct text.
    pub(super) fn regexes(&self, index: usize) -> Result<Regexes<'_>> {
        let patterns = self.strings(index);
        let fixed = patterns.constant().map(|pattern| self.regex(pattern)).transpose()?;
        Ok(Regexes { call: self, patterns, fixed })
    }

    /// Fails when the run was stopped. Rows may be long texts, so a batch can take seconds.
    fn check(&self) -> Result<()> {
        match self.stop {
            Some(stop) if stop.is_stopped() => Err(EngineError::Cancelled.into()),
            _ => Ok(()),
        }
    }

    /// The value of each row, collected; the rest are left out once the run was stopped.
    fn collect<T, C: FromIterator<Option<T>>>(&self, mut value: impl FnMut(usize) -> Option<T>) -> Result<C> {
        let mut is_stopped = false;
        let value = |row| {
            if row % TURNS == 0 && row > 0 {
                is_stopped = self.check().is_err();
            }
            if is_stopped { None } else { value(row) }
        };
        let collected = (0..self.rows).map(value).collect();
        self.check().map(|()| collected)
    }

    pub(super) fn make_bools(&self, value: impl FnMut(usize) -> Option<bool>) -> Result<ArrayRef> {
        Ok(Arc::new(self.collect::<_, BooleanArray>(value)?))
    }

    /// Whole numbers, ticks included, in the storage of the return type.
    pub(super) fn make_longs(&self, value: impl FnMut(usize) -> Option<i64>) -> Result<ArrayRef> {
        Ok(self.as_returned(self.collect(value)?))
    }

    /// Whole numbers in the storage of the return type.
    pub(super) fn as_returned(&self, longs: Int64Array) -> ArrayRef {
        match self.returns() {
            ScalarType::Int => Arc::new(longs.unary::<_, Int32Type>(|long| long as i32)),
            _ => Arc::new(longs),
        }
    }

    pub(super) fn make_reals(&self, value: impl FnMut(usize) -> Option<f64>) -> Result<ArrayRef> {
        Ok(Arc::new(self.collect::<_, Float64Array>(value)?))
    }

    pub(super) fn make_decimals(&self, value: impl FnMut(usize) -> Option<i256>) -> Result<ArrayRef> {
        let decimals: Decimal256Array = self.collect(value)?;
        Ok(Arc::new(decimals.with_precision_and_scale(76, 38)?))
    }

    /// Strings: each row writes its text into an empty buffer.
    pub(super) fn make_strings(&self, mut write: impl FnMut(usize, &mut String)) -> Result<ArrayRef> {
        self.make_texts(|row, out| {
            write(row, out);
            true
        })
    }

    /// Texts that may be null (guid, dynamic): a row that returns false is null.
    pub(super) fn make_texts(&self, mut write: impl FnMut(usize, &mut String) -> bool) -> Result<ArrayRef> {
        let mut builder = StringBuilder::with_capacity(self.rows, self.rows * 16);
        let mut buffer = String::new();
        for row in 0..self.rows {
            if row % TURNS == 0 {
                self.check()?;
            }
            buffer.clear();
            if write(row, &mut buffer) {
                if builder.values_slice().len() + buffer.len() > TEXT_LIMIT {
                    return Err(too_much_text(self.function.name()));
                }
                builder.append_value(&buffer);
            } else {
                builder.append_null();
            }
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Texts of rows that may fail; a row that gives false is null.
    pub(super) fn try_texts(&self, mut write: impl FnMut(usize, &mut String) -> Result<bool>) -> Result<ArrayRef> {
        let mut failure = None;
        let texts = self.make_texts(|row, out| match failure.is_none().then(|| write(row, out)) {
            Some(Ok(is_some)) => is_some,
            Some(Err(error)) => {
                failure = Some(error);
                false
            }
            None => false,
        });
        failure.map_or(texts, Err)
    }

    /// Bools of rows that may fail.
    pub(super) fn try_bools(&self, mut value: impl FnMut(usize) -> Result<Option<bool>>) -> Result<ArrayRef> {
        let mut builder = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            if row % TURNS == 0 {
                self.check()?;
            }
            builder.append_option(value(row)?);
        }
        Ok(Arc::new(builder.finish()))
    }
}

/// The regular expression of each row.
pub(super) struct Regexes<'a> {
    call: &'a Call<'a>,
    patterns: Strings,
    fixed: Option<Arc<Regex>>,
}

impl Regexes<'_> {
    pub(super) fn get(&self, row: usize) -> Result<Arc<Regex>> {
        match &self.fixed {
            Some(regex) => Ok(Arc::clone(regex)),
            None => self.call.regex(self.patterns.get(row)),
        }
    }
}
