//! Everything that can happen. Plain data: it can be logged and played again.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::app::TabId;
use super::chart::Plot;
use super::effect::Reopening;
use super::files::FileDone;
use super::language::Answer;
use super::look::Look;
use super::panes::editor::Wanted;
use super::panes::results::Arranged;
use super::study::Finding;
use crate::config::{Chord, ThemeEntry, Zone};
use crate::history::{Entry, Found, LoadedSession};
use crate::kql::Diagnostic;
use crate::library::{PackEvent, PathCompletion, Shelf, Verdict};
use crate::result::{FileError, FileProgress, ResultSet, Written};
use crate::run::{Forecast, OpenConnection, RunError, RunEvent, RunId, SignInEvent};

/// Something that happened outside the state.
#[derive(Debug, Clone)]
pub enum Msg {
    Key(Chord),
    /// Text from the terminal's paste, as it came.
    Paste(String),
    Resize {
        columns: u16,
        rows: u16,
    },
    /// The time that [`super::app::App::next_wake`] asked for has come.
    Wake,
    /// The share of the work done that makes the connection ready, 0 to 1.
    Progress {
        /// The place of the connection in the list.
        connection: usize,
        share: f32,
    },
    Opened {
        connection: usize,
        outcome: Result<Arc<OpenConnection>, RunError>,
    },
    /// What the quota still allows, for the run that waits for it or just to be shown.
    Forecast {
        run: Option<RunId>,
        forecast: Forecast,
    },
    /// The open connection has told its tables, and what the user should know; or it could not be asked.
    SchemaRefreshed(Result<Vec<String>, RunError>),
    /// A browser was asked to open a link, or there is none.
    LinkOpened(Result<(), String>),
    /// Something happened in a sign-in without a query.
    SignIn(SignInEvent),
    Run(RunId, RunEvent),
    /// What a search of the history has found.
    HistoryFound {
        revision: u64,
        outcome: Result<Found, String>,
    },
    /// Runs that were asked for by their ids.
    HistoryRuns(Result<Vec<Entry>, String>),
    /// A run was written to the history, or was written again with its ending.
    HistoryWritten(RunId, Result<Entry, String>),
    /// A mark was written to a run.
    HistoryMarked(Result<(), String>),
    /// What happened to the file of the history that the user should know.
    HistoryNotice(String),
    /// The runs of the shape of one, newest first.
    RunInspected {
        id: i64,
        outcome: Result<Vec<Entry>, String>,
    },
    /// The rows of a run were kept, and take so many bytes; `None` when they are too many.
    ResultKept(i64, Result<Option<u64>, String>),
    /// The runs whose rows are kept, those that are pinned before the others.
    KeptListed(Result<Vec<Entry>, String>),
    /// The rows that were kept of a run.
    KeptRead {
        run: Box<Entry>,
        why: Reopening,
        outcome: Result<Arc<ResultSet>, String>,
    },
    /// What the editor held when the workbench was last left.
    SessionRead(Result<Option<LoadedSession>, String>),
    SessionSaved {
        revision: u64,
        outcome: Result<(), String>,
    },
    /// A file of queries was read, written or looked at.
    File(Box<FileDone>),
    /// What a path that is being typed can go on with.
    PathCompleted {
        id: u64,
        outcome: Result<PathCompletion, String>,
    },
    /// The user's own editor has ended: the text that it left.
    EditedOutside {
        tab: TabId,
        outcome: Result<String, String>,
    },
    /// What analysis found in some blocks of the text of that revision.
    Analysed {
        revision: u64,
        blocks: Vec<Range<usize>>,
        findings: Vec<Diagnostic>,
    },
    /// The places of what was looked for in the text of that revision, or why it is no expression.
    FoundText {
        revision: u64,
        wanted: Wanted,
        found: Result<Vec<Range<usize>>, String>,
    },
    /// The points of a chart, or in words why there are none.
    Plotted {
        id: u64,
        outcome: Box<Result<Plot, String>>,
    },
    /// How far a file has come.
    ExportProgress {
        id: u64,
        progress: FileProgress,
    },
    /// A file was written, or why it was not.
    Exported {
        id: u64,
        outcome: Result<Written, Arc<FileError>>,
    },
    /// The language says what was asked of it.
    Answered(Box<Answer>),
    /// A worker has sorted and filtered, or was stopped since the question is another one by now.
    Arranged(Option<Box<Arranged>>),
    /// The rows that have what is looked for; `None` when it was stopped.
    Searched {
        revision: u64,
        rows: Option<Arc<Vec<u32>>>,
    },
    /// What is to be copied, and what it is in words.
    CopyWritten {
        what: String,
        outcome: Result<String, String>,
    },
    /// The time of this place.
    ZoneRead(Result<Arc<Zone>, String>),

    /// A worker has looked into the rows.
    Studied {
        id: u64,
        found: Finding,
    },

    /// The folders of the library were read, and which queries are favourites.
    LibraryRead {
        shelves: Vec<Shelf>,
        favourites: Result<BTreeSet<String>, String>,
    },
    /// All favourites, after one was set.
    Favourites(Result<BTreeSet<String>, String>),
    /// What analysis expects of the queries of a pack.
    PackExpected {
        id: u64,
        expected: Vec<Option<Verdict>>,
    },
    /// Something happened in a pack.
    Pack(u64, PackEvent),
    /// A file was written, or why it was not.
    PackWritten {
        path: PathBuf,
        outcome: Result<(), std::io::ErrorKind>,
        why: String,
    },
    // The terminal.
    /// The terminal has told something of itself.
    Terminal(TerminalFact),
    Mouse {
        deed: MouseDeed,
        column: u16,
        row: u16,
    },
    /// A theme was read: its name, and how things look with it.
    LookRead(Result<(String, Box<Look>), String>),
    /// The themes that can be chosen.
    ThemesListed(Vec<ThemeEntry>),
    /// Text that was too long for the clipboard was written to that file.
    CopyFileWritten(Result<String, String>),

    /// A worker panicked; what it worked for was told in its own message.
    Fault(String),
    /// The terminal is gone or the process is asked to end: save and leave.
    Hangup,
}

/// What a terminal tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalFact {
    Ground {
        light: bool,
    },
    /// So long is the way to it and back.
    RoundTrip(Duration),
    /// It has the newer keyboard protocol.
    Keyboard,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseDeed {
    Press,
    Drag,
    WheelUp,
    WheelDown,
    WheelLeft,
    WheelRight,
}
