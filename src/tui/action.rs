//! Actions: what a key can ask for, by name. Hints, the help popup, the key file and the README all read this table.

/// What the user asks for. Which pane it concerns is decided by the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    Run,
    Cancel,
    NextPane,
    PreviousPane,
    ToggleHistory,
    ToggleCost,
    Zoom,
    Help,
    Quit,
    Connections,
    TimeRange,
    SignIn,
    RefreshSchema,
    CopyLink,
    OpenLink,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    LineStart,
    LineEnd,
    Open,
    Copy,
    Filter,
    PreviousRecord,
    NextRecord,
    WordLeft,
    WordRight,
    PreviousBlock,
    NextBlock,
    SelectLeft,
    SelectRight,
    SelectUp,
    SelectDown,
    SelectWordLeft,
    SelectWordRight,
    SelectLineStart,
    SelectLineEnd,
    SelectFirst,
    SelectLast,
    SelectAll,
    Newline,
    Indent,
    DeleteBack,
    DeleteForward,
    DeleteWordBack,
    DeleteWordForward,
    DeleteLineEnd,
    ToggleComment,
    Complete,
    Accept,
    Describe,
    Definition,
    GoBack,
    NextFinding,
    Fixes,
    Rename,
    Format,
    StageUp,
    StageDown,
    DuplicateStage,
    SelectStage,
    CommentStage,
    Undo,
    Redo,
    Cut,
    Paste,
}

/// How an action is called and what it does.
#[derive(Debug, Clone, Copy)]
pub struct ActionText {
    pub action: Action,
    /// In key files.
    pub name: &'static str,
    /// In the hint line: one or two words.
    pub hint: &'static str,
    /// In the help: what happens.
    pub help: &'static str,
}

const fn text(action: Action, name: &'static str, hint: &'static str, help: &'static str) -> ActionText {
    ActionText { action, name, hint, help }
}

/// Every action, in the order of the help.
pub const ACTIONS: [ActionText; 71] = [
    text(Action::Run, "run", "run", "run the selection, or the block at the cursor; a run under way is stopped first"),
    text(Action::Cancel, "cancel", "stop", "close what is open, else stop the run; rows that have arrived stay"),
    text(Action::NextPane, "next-pane", "pane", "go to the next pane"),
    text(Action::PreviousPane, "previous-pane", "back", "go to the pane before"),
    text(Action::ToggleHistory, "toggle-history", "history", "show or hide the history"),
    text(Action::ToggleCost, "toggle-cost", "cost", "show what a run cost in one line or in full"),
    text(Action::Zoom, "zoom", "zoom", "give the focused pane the whole screen, and back"),
    text(Action::Help, "help", "help", "show the keys"),
    text(Action::Quit, "quit", "quit", "save the text and leave"),
    text(Action::Connections, "connections", "connection", "choose the connection that queries go to"),
    text(Action::TimeRange, "time-range", "time", "set the time that queries are asked about"),
    text(Action::SignIn, "sign-in", "sign in", "sign in to the service now, or show who is signed in"),
    text(Action::RefreshSchema, "refresh-schema", "refresh", "ask the service for its tables and columns again"),
    text(Action::CopyLink, "copy-link", "copy link", "copy a link that opens the query in the service's portal"),
    text(Action::OpenLink, "open-link", "portal", "open the query in the service's portal; nothing is run there"),
    text(Action::Up, "up", "up", "one line or row up"),
    text(Action::Down, "down", "down", "one line or row down"),
    text(Action::Left, "left", "left", "one character or column to the left"),
    text(Action::Right, "right", "right", "one character or column to the right"),
    text(Action::PageUp, "page-up", "page up", "one page up"),
    text(Action::PageDown, "page-down", "page down", "one page down"),
    text(Action::First, "first", "first", "to the first line or row"),
    text(Action::Last, "last", "last", "to the last line or row"),
    text(Action::LineStart, "line-start", "start", "to the start of the line, or the first column"),
    text(Action::LineEnd, "line-end", "end", "to the end of the line, or the last column"),
    text(
        Action::Open,
        "open",
        "open",
        "open or take what is chosen: a record, a query of the history, an entry of a list",
    ),
    text(Action::Copy, "copy", "copy", "copy the selection, cell or record; without a selection Ctrl+C stops the run"),
    text(Action::Filter, "filter", "filter", "show only the queries that contain some text"),
    text(Action::PreviousRecord, "previous-record", "previous", "the record before"),
    text(Action::NextRecord, "next-record", "next", "the next record"),
    text(Action::WordLeft, "word-left", "word left", "one word to the left"),
    text(Action::WordRight, "word-right", "word right", "one word to the right"),
    text(Action::PreviousBlock, "previous-block", "block up", "to the query before"),
    text(Action::NextBlock, "next-block", "block down", "to the next query"),
    text(Action::SelectLeft, "select-left", "select", "select one character to the left"),
    text(Action::SelectRight, "select-right", "select", "select one character to the right"),
    text(Action::SelectUp, "select-up", "select", "select one line up"),
    text(Action::SelectDown, "select-down", "select", "select one line down"),
    text(Action::SelectWordLeft, "select-word-left", "select", "select one word to the left"),
    text(Action::SelectWordRight, "select-word-right", "select", "select one word to the right"),
    text(Action::SelectLineStart, "select-line-start", "select", "select to the start of the line"),
    text(Action::SelectLineEnd, "select-line-end", "select", "select to the end of the line"),
    text(Action::SelectFirst, "select-first", "select", "select to the start of the text"),
    text(Action::SelectLast, "select-last", "select", "select to the end of the text"),
    text(Action::SelectAll, "select-all", "select all", "select all text"),
    text(Action::Newline, "newline", "new line", "break the line, with the indentation of this one"),
    text(Action::Indent, "indent", "indent", "insert blanks to the next stop of four"),
    text(Action::DeleteBack, "delete-back", "delete", "delete the selection, or the character before the cursor"),
    text(Action::DeleteForward, "delete-forward", "delete", "delete the selection, or the character at the cursor"),
    text(Action::DeleteWordBack, "delete-word-back", "delete word", "delete the word before the cursor"),
    text(Action::DeleteWordForward, "delete-word-forward", "delete word", "delete the word at the cursor"),
    text(Action::DeleteLineEnd, "delete-line-end", "delete line", "delete to the end of the line"),
    text(
        Action::ToggleComment,
        "toggle-comment",
        "comment",
        "make the line or the selected lines a comment, or undo that",
    ),
    text(Action::Complete, "complete", "complete", "offer what can stand at the cursor"),
    text(Action::Accept, "accept", "take", "put the marked offer into the query"),
    text(Action::Describe, "describe", "what is it", "say what stands at the cursor"),
    text(
        Action::Definition,
        "definition",
        "definition",
        "go to where the name at the cursor is given; there, back to where one came from",
    ),
    text(Action::GoBack, "go-back", "go back", "back to where the last jump began"),
    text(Action::NextFinding, "next-finding", "next mistake", "to the next place where something is wrong"),
    text(Action::Fixes, "fixes", "fix", "offer to mend what is wrong at the cursor, or to rewrite what stands there"),
    text(Action::Rename, "rename", "rename", "give the name at the cursor another one, in all its places"),
    text(Action::Format, "format", "format", "lay out the selection, or the query at the cursor"),
    text(Action::StageUp, "stage-up", "stage up", "move the operator at the cursor before the one above it"),
    text(Action::StageDown, "stage-down", "stage down", "move the operator at the cursor behind the one below it"),
    text(Action::DuplicateStage, "duplicate-stage", "duplicate", "write the operator at the cursor a second time"),
    text(Action::SelectStage, "select-stage", "select stage", "select the operator at the cursor; again, the query"),
    text(Action::CommentStage, "comment-stage", "comment", "make the operator at the cursor a comment, or undo that"),
    text(Action::Undo, "undo", "undo", "take back the last change"),
    text(Action::Redo, "redo", "redo", "make the change again"),
    text(Action::Cut, "cut", "cut", "cut the selection"),
    text(Action::Paste, "paste", "paste", "insert what was copied or cut here; the terminal's own paste works too"),
];

impl Action {
    pub fn from_name(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|it| it.name == name).map(|it| it.action)
    }

    pub fn text(self) -> &'static ActionText {
        ACTIONS.iter().find(|it| it.action == self).expect("a test counts every action in the table")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum_and_complete() {
        for (idx, entry) in ACTIONS.iter().enumerate() {
            assert_eq!(entry.action as usize, idx, "{}", entry.name);
            assert_eq!(Action::from_name(entry.name), Some(entry.action));
        }
        assert_eq!(Action::Paste as usize + 1, ACTIONS.len());
    }
}
