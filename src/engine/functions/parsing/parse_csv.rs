//! `parse_csv(text)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("parse_csv", evaluate);

/// The fields of the first record; quoted ones may hold delimiters, line breaks and doubled quotes.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_texts(|row, out| {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(texts.get(row).as_bytes());
        let mut record = csv::StringRecord::new();
        let found = reader.read_record(&mut record).unwrap_or(false);
        json::push_strings(if found { record.iter().collect() } else { vec![""] }, out);
        true
    })
}
