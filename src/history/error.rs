//! How keeping the history fails, in words.

use std::path::Path;

use rusqlite::ErrorCode;

/// What happened, and what to do. The workbench goes on without a history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HistoryError {
    /// One sentence.
    pub message: String,
    /// One sentence.
    pub advice: String,
}

impl HistoryError {
    pub(super) fn new(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { message: message.into(), advice: advice.into() }
    }

    pub(super) fn of_io(path: &Path, error: &std::io::Error) -> Self {
        Self::new(
            format!("the history {} cannot be used: {error}", path.display()),
            "Make room there or make it writable; runs go on without a history until then.",
        )
    }

    pub(super) fn of_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let (what, advice) = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => ("the disk is full".to_owned(), "Make room; the next run is written again."),
            Some(ErrorCode::ReadOnly) => ("it may not be written".to_owned(), "Make the file and its folder writable."),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                ("it cannot be opened".to_owned(), "Make the file and its folder readable and writable.")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                ("another program holds it".to_owned(), "Close what else has the file open.")
            }
            // A full disk says so only where the file itself grows, not where what lies beside it does.
            Some(ErrorCode::SystemIoFailure) => (
                "its disk cannot be read or written, as when it is full".to_owned(),
                "Make room there; the next run is written again.",
            ),
            _ => (error.to_string(), "If this stays, move the file away; Tallyho makes a new one."),
        };
        Self::new(format!("the history {} cannot be used: {what}", path.display()), advice)
    }
}

/// True when the file itself is broken, as opposed to what surrounds it.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
