//! Everything that is to be done outside the state. Plain data; `perform` does it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::app::{LogLine, TabId};
use super::chart::Spec;
use super::files::FileJob;
use super::language::Question;
use super::panes::editor::Wanted;
use super::panes::results::{Arranging, Searching};
use super::study::Study;
use crate::config::TimeRange;
use crate::history::{Entry, RunEnding, Session};
use crate::library::Hunt;
use crate::result::CopyFormat;
use crate::result::FileOptions;
use crate::run::RunId;

/// A search of the history, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Search {
    pub(super) revision: u64,
    pub(super) text: String,
    pub(super) scope: HistoryScope,
}

/// Whose runs are searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum HistoryScope {
    #[default]
    All,
    /// Those on the connection of this name.
    Connection(String),
    /// Those of this workbench since it was started.
    Session,
}

/// What the rows that were kept of a run are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopening {
    /// To be shown.
    Show,
    /// To be compared with the rows that are shown.
    Compare,
}

/// What is written to runs, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    Pin(i64, bool),
    Label(i64, String),
    Note(i64, String),
    /// Delete them, or take that back.
    Delete(Vec<i64>, bool),
    /// The bytes of their kept results.
    Kept(Vec<i64>, Option<u64>),
}

/// Something to do on a worker, answered by a message where there is an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// Make a connection ready, by its place in the list.
    Open(usize),
    /// Write down that a query was asked on the open connection, before anything else happens to it.
    NoteRun {
        id: RunId,
        text: String,
    },
    /// Count what the quota of the open connection still allows: for a run that is to be sent, or just to show it.
    Forecast {
        run: Option<RunId>,
    },
    /// Send a query to the open connection.
    StartRun {
        id: RunId,
        text: String,
        time_range: Option<TimeRange>,
        /// Values for what it declares.
        parameters: Vec<(String, String)>,
    },
    CancelRun(RunId),
    /// Write down how a run ended.
    EndRun {
        id: RunId,
        ending: Box<RunEnding>,
    },
    /// Look for mistakes in the blocks of the text.
    Analyse {
        revision: u64,
        text: String,
        blocks: Vec<Range<usize>>,
    },
    /// Look for something in a text that is too large to be looked through between two keys.
    FindText {
        revision: u64,
        text: String,
        wanted: Wanted,
    },
    /// Ask the language about the query at the cursor.
    Ask(Box<Question>),
    /// Sign in to the open connection without a query.
    SignIn,
    /// Stop what signs in without a query.
    CancelSignIn,
    /// Ask the open connection for its tables.
    RefreshSchema,
    /// Open a page of a portal in the user's browser.
    OpenLink(String),
    /// Make the points of a chart of the rows that are seen.
    Plot {
        id: u64,
        spec: Box<Spec>,
    },

    /// Write the result, or what is seen of it, to a file.
    Export {
        id: u64,
        path: PathBuf,
        options: FileOptions,
        seen: bool,
    },
    StopExport(u64),

    /// Read, write or look at a file of queries.
    File(FileJob),
    /// Read what a path that is being typed can go on with.
    CompletePath {
        id: u64,
        typed: String,
    },

    // The history.
    /// Search it.
    FindRuns(Search),
    /// Read these runs.
    ReadRuns(Vec<i64>),
    /// Read the runs of the shape of this one.
    InspectRun(i64),
    /// Write something to runs.
    Mark(Mark),
    /// Read the rows that were kept of a run.
    OpenKept(Box<Entry>, Reopening),
    /// Read which runs have kept rows.
    ListKept,
    /// Search the file that is the history now.
    ReopenHistory,

    ReadSession,
    SaveSession {
        revision: u64,
        session: Session,
    },
    /// Sort and filter the rows that have come.
    Arrange(Box<Arranging>),
    /// Look for a text in them.
    SearchRows(Box<Searching>),
    /// Write rows and columns of the answer in a form that is copied. `what` says them in words.
    WriteCopy {
        rows: Option<Arc<Vec<u32>>>,
        columns: Vec<usize>,
        format: CopyFormat,
        what: String,
    },
    /// Read which time it is at this place.
    ReadZone,

    /// Look into the rows that are seen.
    Study {
        id: u64,
        what: Study,
    },

    /// Read the folders of the library.
    ReadLibrary,
    /// Make a query a favourite, or no longer one.
    SetFavourite {
        key: String,
        wanted: bool,
    },
    /// Look at the queries of a pack without sending them.
    PlanPack {
        id: u64,
        hunts: Vec<Arc<Hunt>>,
    },
    /// Run queries of a pack one after another on the open connection.
    StartPack {
        id: u64,
        first_run: u64,
        hunts: Vec<(usize, Arc<Hunt>)>,
    },
    PausePack,
    DropFromPack(usize),
    SendPackNow,
    /// Write a file of the user's own.
    WriteFile {
        path: PathBuf,
        text: String,
        replace: bool,
    },

    /// Give the terminal to the user's own editor, with a text.
    EditOutside {
        tab: TabId,
        text: String,
    },
    // The terminal.
    /// Read the theme that fits a ground, if none was asked for by name.
    FitGround {
        light: bool,
    },
    /// Read a theme by its name.
    ReadTheme(String),
    ListThemes,
    /// Ask for the newer keyboard protocol.
    UseKeyboard,
    /// Take the mouse, or give it back.
    UseMouse(bool),
    /// Write copied text to a new file.
    WriteCopyFile {
        path: String,
        text: String,
    },

    /// Put text on the clipboard of the terminal.
    Copy(String),
    /// Write what was said into the log file.
    WriteLog(Vec<LogLine>),
    /// End the loop.
    Leave,
}
