//! `externaldata`: which files are read, and as what.

use crate::kql::Span;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalData {
    pub files: Vec<ExternalFile>,
    /// The first record of each file is left out.
    pub skips_first: bool,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFile {
    /// An address, or a path below the folder of the data. It may hold a secret: only [`Self::shown`] is shown.
    pub place: String,
    pub format: ExternalFormat,
    pub span: Span,
}

impl ExternalFile {
    /// The place without what may be a secret in it: a query, a fragment, and what Kusto takes for credentials, which
    /// stands behind a semicolon.
    pub fn shown(&self) -> &str {
        bare_place(&self.place)
    }
}

/// See [`ExternalFile::shown`].
pub(in crate::kql) fn bare_place(place: &str) -> &str {
    place.split(['?', '#', ';']).next().unwrap_or_default()
}

/// How records stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExternalFormat {
    /// Fields apart by this byte, in the order of the columns.
    Delimited(u8),
    /// One JSON object a line; lines that are none are passed over.
    JsonLines,
    /// An array of objects, or objects one after another.
    MultiJson,
    /// Each line that is not empty is the first column.
    Text,
    /// The whole file is the first column.
    Raw,
}

impl ExternalFormat {
    /// As `format=` writes it; `None` is one that is not read here.
    pub(in crate::kql) fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "csv" => Self::Delimited(b','),
            "tsv" => Self::Delimited(b'\t'),
            "psv" => Self::Delimited(b'|'),
            "scsv" => Self::Delimited(b';'),
            "sohsv" => Self::Delimited(1),
            "json" => Self::JsonLines,
            "multijson" => Self::MultiJson,
            "txt" => Self::Text,
            "raw" => Self::Raw,
            _ => return None,
        })
    }
}
