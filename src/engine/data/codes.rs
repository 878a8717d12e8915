//! The texts of a column, numbered in their order.
//!
//! Parquet files store the texts of a column that has few of them as a dictionary for each row group and a place in it
//! for each row. Where all files of a table do so throughout, each text gets one number for the whole table, its code, and
//! the places become codes without a look at any text. Grouping, joining, counting and sorting by such a column then
//! handle four bytes a row. Codes are in the order of the texts.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::{Arc, OnceLock};

use arrow::array::StringArray;
use arrow::datatypes::DataType;
use datafusion::parquet::basic::{Encoding, PageType};
use datafusion::parquet::column::page::{Page, PageReader};
use datafusion::parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use datafusion::parquet::file::serialized_reader::SerializedPageReader;

use super::parquet::ParquetFile;
use super::storage::declared_type;
use crate::kql::ScalarType;

/// Compressed bytes of dictionaries past which a column gets no codes: reading them would take longer than it saves.
const MAX_DICTIONARIES: i64 = 32 << 20;

/// Bytes of different texts past which a column gets no codes: they stay in memory as long as the folder is open.
const MAX_TEXTS: usize = 64 << 20;

/// The different texts of a column in the order of their bytes; the code of a text is its place.
#[derive(Debug)]
pub(in crate::engine) struct Codes {
    texts: StringArray,
    by_text: HashMap<Box<str>, u32>,
}

impl Codes {
    pub(in crate::engine) fn texts(&self) -> &StringArray {
        &self.texts
    }

    pub(super) fn of(&self, text: &str) -> Option<u32> {
        self.by_text.get(text).copied()
    }

    fn new(mut texts: Vec<Box<str>>) -> Self {
        texts.sort_unstable();
        let array = StringArray::from_iter_values(texts.iter());
        let by_text = texts.into_iter().enumerate().map(|(code, text)| (text, code as u32)).collect();
        Self { texts: array, by_text }
    }
}

/// A column that can have codes: they are read from the files when a query first wants them.
#[derive(Debug)]
pub(super) struct CodedColumn {
    /// Of every file, and the place of the column among its leaves.
    chunks: Vec<(Arc<ParquetFile>, usize)>,
    codes: OnceLock<Option<Arc<Codes>>>,
}

impl CodedColumn {
    /// `None` when a file stores the column in another way.
    pub(super) fn new(files: &[Arc<ParquetFile>], column: &str) -> Option<Self> {
        let chunks: Vec<_> =
            files.iter().map(|file| Some((Arc::clone(file), leaf(file, column)?))).collect::<Option<_>>()?;
        let all = || chunks.iter().flat_map(|(file, leaf)| file.row_groups().iter().map(|group| group.column(*leaf)));
        if all().next().is_none() || !all().all(is_dictionary) {
            return None;
        }
        let size = |chunk: &ColumnChunkMetaData| {
            chunk.dictionary_page_offset().map_or(0, |offset| chunk.data_page_offset() - offset)
        };
        (all().map(size).sum::<i64>() <= MAX_DICTIONARIES).then_some(Self { chunks, codes: OnceLock::new() })
    }

    /// The codes; `None` when there are too many texts or they cannot be read.
    pub(super) fn codes(&self) -> Option<Arc<Codes>> {
        self.codes.get_or_init(|| self.read().ok().flatten().map(Arc::new)).clone()
    }

    fn read(&self) -> Result<Option<Codes>, String> {
        // What is missing in a file reads as the empty text.
        let mut seen: HashSet<Box<str>> = HashSet::from([Box::from("")]);
        let mut n_bytes = 0;
        for (file, leaf) in &self.chunks {
            let source = Arc::new(File::open(file.path()).map_err(|error| error.to_string())?);
            for group in file.row_groups() {
                let n_rows = usize::try_from(group.num_rows()).map_err(|error| error.to_string())?;
                let mut pages = SerializedPageReader::new(Arc::clone(&source), group.column(*leaf), n_rows, None)
                    .map_err(|error| error.to_string())?;
                let page = pages.get_next_page().map_err(|error| error.to_string())?;
                let Some(Page::DictionaryPage { buf, .. }) = page else { return Ok(None) };
                for text in plain_texts(&buf) {
                    let text = text.ok_or("a dictionary is broken")?;
                    if !seen.contains(text) {
                        n_bytes += text.len();
                        if n_bytes > MAX_TEXTS {
                            return Ok(None);
                        }
                        seen.insert(Box::from(text));
                    }
                }
            }
        }
        Ok(Some(Codes::new(seen.into_iter().collect())))
    }
}

/// The place of a column of plain texts among the leaves of the file.
fn leaf(file: &ParquetFile, column: &str) -> Option<usize> {
    let (_, field) = file.schema.column_with_name(column)?;
    let is_text = declared_type(field).is_none_or(|declared| declared == ScalarType::String);
    if *field.data_type() != DataType::Utf8 || !is_text {
        return None;
    }
    file.leaves().iter().position(|leaf| leaf.path().parts() == [column])
}

/// Whether every page of values refers to a dictionary.
fn is_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    let refers = |encoding: &Encoding| matches!(encoding, Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY);
    if chunk.dictionary_page_offset().is_none() {
        return false;
    }
    if let Some(pages) = chunk.page_encoding_stats_mask() {
        return pages.encodings().all(|encoding| refers(&encoding));
    }
    if let Some(pages) = chunk.page_encoding_stats() {
        let holds_values =
            |page: &&PageEncodingStats| matches!(page.page_type, PageType::DATA_PAGE | PageType::DATA_PAGE_V2);
        return pages.iter().filter(holds_values).all(|page| refers(&page.encoding));
    }
    // Of what the chunk uses, this is for nothing but the levels.
    let is_level = |encoding: &Encoding| *encoding == Encoding::RLE;
    chunk.encodings().any(|it| refers(&it)) && chunk.encodings().all(|it| refers(&it) || is_level(&it))
}

/// The texts of a dictionary page: each behind its length. `None` where the page is not that, and then nothing more.
fn plain_texts(mut page: &[u8]) -> impl Iterator<Item = Option<&str>> {
    std::iter::from_fn(move || {
        if page.is_empty() {
            return None;
        }
        let text = page.split_first_chunk::<4>().and_then(|(length, rest)| {
            let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            page = rest;
            std::str::from_utf8(text).ok()
        });
        if text.is_none() {
            page = &[];
        }
        Some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::plain_texts;

    #[test]
    fn a_broken_dictionary_is_noticed() {
        let texts = |page: &'static [u8]| plain_texts(page).collect::<Vec<_>>();
        assert_eq!(texts(b"\x01\0\0\0a\0\0\0\0"), [Some("a"), Some("")]);
        assert_eq!(texts(b"\x01\0\0\0a\x02\0\0\0b"), [Some("a"), None]);
        assert_eq!(texts(b"\x01\0\0\0\xFF\0\0\0\0"), [None]);
        assert_eq!(texts(b"\x01\0"), [None]);
    }
}
