//! The records of a file that `externaldata` names, in the columns that it declares: as Kusto ingests them.
//!
//! A field that is none of its column's type is null and one that is missing is too (`''` in a string). What Kusto does
//! not ingest at all is an error here: fields whose number changes, broken JSON between brackets.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use csv::{ReaderBuilder, StringRecord};

use super::delimited::has_open_quote;
use super::json_text::{Kind, NotJson, Scanner, quoted};
use super::report::Findings;
use super::text::{count_lines, decode, repair};
use crate::engine::functions::convert;
use crate::engine::storage;
use crate::kql::{ColumnSymbol, ExternalFormat, ScalarType};

/// Bytes of a string that are kept: Kusto cuts longer ones off, and has no longer dynamic at all.
const MAX_VALUE: usize = 1 << 20;

/// Why a file is not read, in words that go behind its name.
#[derive(Debug)]
pub(in crate::engine) struct Unreadable(pub(in crate::engine) String);

/// Records of files as they are read.
pub(in crate::engine) struct Records<'a> {
    columns: &'a [ColumnSymbol],
    skips_first: bool,
    batch_rows: usize,
    /// True when nobody wants the rows any longer.
    is_stopped: &'a dyn Fn() -> bool,
    schema: SchemaRef,
    /// The texts of the batch at hand; in a dynamic column of JSON they are JSON.
    texts: Vec<StringBuilder>,
    rows: usize,
    batches: Vec<RecordBatch>,
}

impl<'a> Records<'a> {
    pub(in crate::engine) fn new(
        columns: &'a [ColumnSymbol],
        skips_first: bool,
        batch_rows: usize,
        is_stopped: &'a dyn Fn() -> bool,
    ) -> Self {
        let names: Vec<String> = (0..columns.len()).map(|index| format!("e{index}")).collect();
        let fields = names.iter().zip(columns).map(|(name, column)| (name.as_str(), column.ty));
        Self {
            columns,
            skips_first,
            batch_rows,
            is_stopped,
            schema: storage::schema(fields),
            texts: columns.iter().map(|_| StringBuilder::new()).collect(),
            rows: 0,
            batches: Vec::new(),
        }
    }

    /// All records of one file.
    pub(in crate::engine) fn read(&mut self, bytes: Vec<u8>, format: ExternalFormat) -> Result<(), Unreadable> {
        let mut findings = Findings::default();
        let text = repair(decode(bytes, &mut findings), &mut findings);
        match format {
            ExternalFormat::Delimited(delimiter) => self.delimited(&text, delimiter)?,
            ExternalFormat::Text => self.lines(&text)?,
            ExternalFormat::Raw => self.raw(&text)?,
            ExternalFormat::JsonLines => self.json_lines(&text)?,
            ExternalFormat::MultiJson => self.multi_json(&text)?,
        }
        // What a dynamic column holds as text is read as its format says, so a batch is of one format.
        self.flush(format)
    }

    pub(in crate::engine) fn finish(self) -> (SchemaRef, Vec<RecordBatch>) {
        (self.schema, self.batches)
    }

    fn delimited(&mut self, text: &str, delimiter: u8) -> Result<(), Unreadable> {
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        let mut width = None;
        loop {
            let start = reader.position().clone();
            if !reader.read_record(&mut record).map_err(|error| Unreadable(error.to_string()))? {
                return Ok(());
            }
            let line = record.position().map_or(start.line(), csv::Position::line);
            let raw = &text.as_bytes()[start.byte() as usize..reader.position().byte() as usize];
            if reader.position().byte() as usize == text.len() && has_open_quote(raw.trim_ascii_start(), delimiter) {
                return Err(Unreadable(format!("the quote in the record of line {line} does not end")));
            }
            let expected = *width.get_or_insert(record.len());
            if record.len() != expected {
                let found = record.len();
                return Err(Unreadable(format!("line {line} has {found} fields, and the first record {expected}")));
            }
            let is_first = start.byte() == 0;
            if !(is_first && self.skips_first) {
                self.row(|column| record.get(column), ExternalFormat::Delimited(delimiter))?;
            }
        }
    }

    fn lines(&mut self, text: &str) -> Result<(), Unreadable> {
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let skipped = usize::from(self.skips_first);
        for line in lines.filter(|line| !line.is_empty()).skip(skipped) {
            self.row(|column| Some(line).filter(|_| column == 0), ExternalFormat::Text)?;
        }
        Ok(())
    }

    fn raw(&mut self, text: &str) -> Result<(), Unreadable> {
        if self.skips_first {
            return Ok(());
        }
        self.row(|column| Some(text).filter(|_| column == 0), ExternalFormat::Raw)
    }

    fn json_lines(&mut self, text: &str) -> Result<(), Unreadable> {
        let (mut found, mut broken) = (false, None);
        for (number, line) in (1_u64..).zip(text.split('\n')) {
            let mut scanner = Scanner::new(line);
            scanner.spaces();
            if scanner.done() {
                continue;
            }
            let object = self.object(&mut scanner).and_then(|object| {
                scanner.spaces();
                if scanner.done() { Ok(object) } else { Err(NotJson { at: scanner.at() }) }
            });
            match object {
                Ok(object) => {
                    found = true;
                    self.json_row(&object, number, ExternalFormat::JsonLines)?;
                }
                // Kusto's reader takes more than JSON here, and passes over what it cannot read either.
                Err(_) if line.contains('\'') || line.contains("//") || line.contains("/*") => {
                    return Err(Unreadable(format!("line {number} is no JSON, unless with comments or single quotes")));
                }
                Err(_) => broken = broken.or(Some(number)),
            }
        }
        match broken {
            Some(number) if !found => Err(Unreadable(format!(
                "line {number} is no JSON object, and neither is any other: format=\"multijson\" reads what goes over \
                 several lines"
            ))),
            _ => Ok(()),
        }
    }

    fn multi_json(&mut self, text: &str) -> Result<(), Unreadable> {
        let mut scanner = Scanner::new(text);
        let broken = |fault: NotJson| {
            let line = count_lines(&text.as_bytes()[..fault.at.min(text.len())]) + 1;
            Unreadable(format!("line {line} is no JSON that can stand there"))
        };
        let is_array = scanner.take(b'[');
        let mut is_next = !(is_array && scanner.take(b']'));
        let mut number = 0;
        while is_next {
            scanner.spaces();
            if scanner.done() && !is_array {
                break;
            }
            number += 1;
            let object = self.object(&mut scanner).map_err(broken)?;
            self.json_row(&object, number, ExternalFormat::MultiJson)?;
            if is_array {
                is_next = scanner.take(b',');
                if !is_next && !scanner.take(b']') {
                    return Err(broken(NotJson { at: scanner.at() }));
                }
            }
        }
        scanner.spaces();
        if scanner.done() { Ok(()) } else { Err(broken(NotJson { at: scanner.at() })) }
    }

    /// The values of an object that have a column. Names are told apart by case.
    fn object(&self, scanner: &mut Scanner<'_>) -> Result<Vec<Option<(Kind, String)>>, NotJson> {
        let mut values = vec![None; self.columns.len()];
        scanner.object(|key, kind, text| {
            if let Some(place) = self.columns.iter().position(|column| column.name == key) {
                values[place] = Some((kind, text.to_owned()));
            }
        })?;
        Ok(values)
    }

    fn json_row(
        &mut self,
        object: &[Option<(Kind, String)>],
        number: u64,
        format: ExternalFormat,
    ) -> Result<(), Unreadable> {
        let mut texts: Vec<Option<String>> = Vec::with_capacity(object.len());
        for (value, column) in object.iter().zip(self.columns) {
            let is_dynamic = column.ty == ScalarType::Dynamic;
            texts.push(match value {
                None | Some((Kind::Null, _)) => None,
                Some((Kind::Number, _)) if matches!(column.ty, ScalarType::Datetime | ScalarType::Timespan) => {
                    let reason = format!("record {number} has a number for '{}', which is {}", column.name, column.ty);
                    return Err(Unreadable(reason));
                }
                Some((Kind::Bool(value), _)) => Some(value.to_string()),
                Some((Kind::Text, text)) if is_dynamic => Some(quoted(text)),
                Some((_, text)) => Some(text.clone()),
            });
        }
        self.row(|column| texts[column].as_deref(), format)
    }

    fn row<'t>(&mut self, text: impl Fn(usize) -> Option<&'t str>, format: ExternalFormat) -> Result<(), Unreadable> {
        for (place, (texts, column)) in self.texts.iter_mut().zip(self.columns).enumerate() {
            let kept = match text(place) {
                Some(long) if long.len() > MAX_VALUE && column.ty == ScalarType::Dynamic => None,
                Some(long) if long.len() > MAX_VALUE => Some(&long[..long.floor_char_boundary(MAX_VALUE)]),
                other => other,
            };
            texts.append_option(kept);
        }
        self.rows += 1;
        if self.rows < self.batch_rows {
            return Ok(());
        }
        if (self.is_stopped)() {
            return Err(Unreadable("the run was stopped".to_owned()));
        }
        self.flush(format)
    }

    fn flush(&mut self, format: ExternalFormat) -> Result<(), Unreadable> {
        if self.rows == 0 {
            return Ok(());
        }
        let is_json = matches!(format, ExternalFormat::JsonLines | ExternalFormat::MultiJson);
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (texts, column) in self.texts.iter_mut().zip(self.columns) {
            let texts: ArrayRef = Arc::new(texts.finish());
            let is_read = is_json && column.ty == ScalarType::Dynamic;
            let from = if is_read { ScalarType::Dynamic } else { ScalarType::String };
            let array = convert(&texts, from, column.ty);
            arrays.push(storage::normalise(&array, column.ty).map_err(|error| Unreadable(error.to_string()))?);
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays);
        self.batches.push(batch.map_err(|error| Unreadable(error.to_string()))?);
        self.rows = 0;
        Ok(())
    }
}
