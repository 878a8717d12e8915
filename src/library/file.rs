//! Files of queries, as plain data: what a file looked like when it was read, and how its text was written in it.

use std::path::PathBuf;

/// Tells whether a file is still the one that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When it was changed, in nanoseconds since 1970, where the file system says so.
    pub modified: Option<i64>,
    pub n_bytes: u64,
    /// Of its bytes.
    pub hash: u64,
}

/// How a text is written in its file; it is written back in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Form {
    pub encoding: Encoding,
    /// It begins with a byte order mark.
    pub mark: bool,
    /// Lines end with a carriage return and a line feed.
    pub crlf: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    #[default]
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub const ALL: &[(Self, &'static str)] =
        &[(Self::Utf8, "utf-8"), (Self::Utf16Le, "utf-16le"), (Self::Utf16Be, "utf-16be")];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(it, _)| *it == self).map_or("utf-8", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Self {
        Self::ALL.iter().find(|(_, it)| *it == name).map_or(Self::Utf8, |(encoding, _)| *encoding)
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFile {
    /// Where it really is, links followed.
    pub path: PathBuf,
    pub text: String,
    pub form: Form,
    /// `None` when there is no such file yet.
    pub stamp: Option<Stamp>,
    /// Said when it was opened: its text is not quite what the file holds.
    pub note: Option<String>,
}
