//! Actions: what a key can ask for, by name. Hints, the help popup, the palette, the key file and the README all read this
//! table.

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

/// One line for each action: its name here, in key files, in hints, and what happens.
macro_rules! actions {
    ($($action:ident, $name:literal, $hint:literal, $help:literal;)*) => {
        /// What the user asks for. Which pane it concerns is decided by the focus.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $($action,)*
        }

        /// Every action, in the order of the help.
        pub const ACTIONS: &[ActionText] =
            &[$(ActionText { action: Action::$action, name: $name, hint: $hint, help: $help },)*];
    };
}

actions! {
    // Everywhere.
    Run, "run", "run", "run the selection, or the block at the cursor; a run under way is stopped first";
    Cancel, "cancel", "stop", "close what is open, else stop the run; rows that have arrived stay";
    NextPane, "next-pane", "pane", "go to the next pane";
    PreviousPane, "previous-pane", "back", "go to the pane before";
    ToggleHistory, "toggle-history", "history", "show or hide the history";
    ToggleCost, "toggle-cost", "cost", "show what a run cost in one line or in full";
    Zoom, "zoom", "zoom", "give the focused pane the whole screen, and back";
    Help, "help", "help", "show the keys";
    Palette, "palette", "commands", "choose from everything that can be done";
    ShowLog, "log", "log", "show everything that was said, with its time";

    // The terminal.
    ChooseTheme, "choose-theme", "theme", "choose the colours, for now; config.toml keeps them";
    ToggleMouse, "toggle-mouse", "mouse", "take the mouse for clicks and the wheel, or leave it to the terminal";
    ToggleFigures, "toggle-figures", "figures", "show what messages and frames cost: times, bytes, and how quick the line is";

    Quit, "quit", "quit", "save the text and leave";
    Connections, "connections", "connection", "choose the connection that queries go to";
    TimeRange, "time-range", "time", "set the time that queries are asked about";
    SignIn, "sign-in", "sign in", "sign in to the service now, or show who is signed in";
    RefreshSchema, "refresh-schema", "refresh", "ask the service for its tables and columns again";
    CopyLink, "copy-link", "copy link", "copy a link that opens the query in the service's portal";
    OpenLink, "open-link", "portal", "open the query in the service's portal; nothing is run there";

    // A question that asks for a file.
    NextPath, "next-path", "complete", "complete the path as far as it is clear; again: the next name that fits";
    PreviousPath, "previous-path", "name before", "the name before, of those that fit the path";

    // Tabs.
    NewTab, "new-tab", "new tab", "open an empty tab";
    CloseTab, "close-tab", "close tab", "close this tab; it can be opened again as it was";
    ReopenTab, "reopen-tab", "reopen", "open the tab again that was closed last";
    PreviousTab, "previous-tab", "tab before", "go to the tab before";
    NextTab, "next-tab", "next tab", "go to the next tab";
    MoveTabLeft, "move-tab-left", "move tab", "move this tab one place to the left";
    MoveTabRight, "move-tab-right", "move tab", "move this tab one place to the right";
    RenameTab, "rename-tab", "name tab", "give this tab a name";
    ListTabs, "list-tabs", "tabs", "choose from the tabs that are open and those that were closed";
    Tab1, "tab-1", "tab 1", "go to the first tab";
    Tab2, "tab-2", "tab 2", "go to the second tab";
    Tab3, "tab-3", "tab 3", "go to the third tab";
    Tab4, "tab-4", "tab 4", "go to the fourth tab";
    Tab5, "tab-5", "tab 5", "go to the fifth tab";
    Tab6, "tab-6", "tab 6", "go to the sixth tab";
    Tab7, "tab-7", "tab 7", "go to the seventh tab";
    Tab8, "tab-8", "tab 8", "go to the eighth tab";
    Tab9, "tab-9", "tab 9", "go to the last tab";

    // Files of queries.
    OpenFile, "open-file", "open file", "open a file of queries in a tab; nothing of it is run";
    SaveFile, "save-file", "save", "save the text to its file, or ask for one";
    SaveFileAs, "save-file-as", "save as", "save the text to another file";
    ReloadFile, "reload-file", "reload", "read the file again in the place of the text";
    EditOutside, "edit-outside", "your editor", "edit the text in $VISUAL or $EDITOR, and come back with it";

    // Tables, the library and packs.
    ShowTables, "show-tables", "tables", "show the tables of the connection with their columns, or hide them";
    ShowLibrary, "show-library", "library", "show the library of saved queries and packs, or hide it";
    ShowPack, "show-pack", "pack", "show what came of the pack of queries that was opened last; there: of the one before";
    InsertName, "insert-name", "insert", "write the chosen table or column at the cursor of the editor";
    Sample, "sample", "sample", "run the chosen table with take 5";
    Favourite, "favourite", "favourite", "put the chosen query among the favourites, or take it out";
    Reload, "reload", "read again", "read the folders of the library again";
    RunPack, "run-pack", "run pack", "in the library: show what would be run of a folder; in a pack: run what is left";
    PausePack, "pause-pack", "pause", "send nothing more of the pack, until it is resumed";
    DropQuery, "drop-query", "drop", "take the chosen query out of the pack";
    SendNow, "send-now", "send now", "send the query that waits for its quota all the same";
    OpenQuery, "open-query", "query", "open the chosen query of the pack in a tab";
    ExportPack, "export-pack", "export", "write what came of the pack as Markdown or as a layer of ATT&CK Navigator";

    // Moving, taking and copying, in every pane.
    Up, "up", "up", "one line or row up";
    Down, "down", "down", "one line or row down";
    Left, "left", "left", "one character or column to the left";
    Right, "right", "right", "one character or column to the right";
    PageUp, "page-up", "page up", "one page up";
    PageDown, "page-down", "page down", "one page down";
    First, "first", "first", "to the first line or row";
    Last, "last", "last", "to the last line or row";
    LineStart, "line-start", "start", "to the start of the line, or the first column";
    LineEnd, "line-end", "end", "to the end of the line, or the last column";
    Open, "open", "open", "open or take what is chosen: a record, a query of the history, an entry of a list";
    Copy, "copy", "copy", "copy the selection, cell or record; without a selection Ctrl+C stops the run";
    Filter, "filter", "filter", "show only the queries that contain some text";
    PreviousRecord, "previous-record", "previous", "the record before";
    NextRecord, "next-record", "next", "the next record";

    // The grid: rows.
    GridSort, "sort", "sort", "sort the rows by this column: upwards, downwards, as they came";
    GridSortAlso, "sort-also", "sort also", "sort rows that are equal so far by this column too";
    GridFilter, "filter-rows", "filter", "show only rows that have a text, fit a regular expression, or a condition in KQL";
    FilterKind, "filter-kind", "kind", "take what is typed as text, as a regular expression, or as KQL";
    FilterLikeThis, "filter-like-this", "like this", "show only rows with the value of this cell";
    GridSearch, "search-rows", "search", "look for a text in the rows";
    SearchNext, "search-next", "next", "go to the next place of what is looked for";
    SearchPrevious, "search-previous", "previous", "go to the place before of what is looked for";
    Mark, "mark", "mark", "mark the row, or take its mark away";
    MarkRange, "mark-range", "mark to here", "mark all rows from the one marked last to this one";
    MarkAll, "mark-all", "mark all", "mark all rows that are seen; when they all are, none";
    ShowMarked, "show-marked", "marked", "show only marked rows, or all again";
    AddToQuery, "add-to-query", "add", "ask only for rows with the value of this cell: add it to the query";
    ExcludeFromQuery, "exclude-from-query", "exclude", "ask only for rows without the value of this cell: exclude it in the query";
    CopyMenu, "copy-menu", "copy", "copy the cell, the row, the column or the marked rows in one of several forms";

    // The grid: columns.
    HideColumn, "hide-column", "hide", "leave this column out";
    ShowColumns, "show-columns", "all columns", "show all columns as they came";
    ColumnLeft, "column-left", "move left", "move this column to the left";
    ColumnRight, "column-right", "move right", "move this column to the right";
    FreezeColumns, "freeze-columns", "freeze", "keep the columns up to this one where they are, or set them free";
    FitColumn, "fit-column", "fit", "make this column as wide as its values, or as it was";
    FitColumns, "fit-columns", "fit all", "make all columns as wide as their values, or as they were";
    NarrowerColumn, "narrower-column", "narrower", "make this column narrower";
    WiderColumn, "wider-column", "wider", "make this column wider";
    GoToColumn, "go-to-column", "column", "go to a column by its name";
    FoldColumns, "fold-columns", "fold", "leave out columns that are empty or have one value only, or show them again";
    TimeDisplay, "time-display", "times", "show times in UTC, in the time of this place, or as the distance from the clock";
    // Looking into the rows: an open record, and other looks at an answer.
    OpenAll, "open-all", "open all", "open everything in the field or list under the cursor, or close it again";
    CopyParts, "copy-parts", "copy", "choose what to copy of the record: value, path, condition, JSON, text";
    CopyPath, "copy-path", "copy path", "copy the path of the value as KQL; of groups and pivots, the stage that tells the same";
    FindInRecord, "find-in-record", "find", "find words in the names and values of the record, also in closed ones";
    NextMatch, "next-match", "next match", "to the next place with the words that were looked for";
    PreviousMatch, "previous-match", "match before", "to the place before with the words that were looked for";
    Profile, "profile", "profile", "what the column holds: distinct, nulls, frequent values, percentiles, times";
    GroupBy, "group-by", "group", "put rows together by the column under the cursor; in the groups, by another one below";
    RemoveLevel, "remove-level", "level up", "take away the innermost level of the groups";
    PivotBy, "pivot", "pivot", "count the column under the cursor against another one";
    ChooseMeasure, "measure", "measure", "choose what is told of each group: rows, distinct, sum, average, least, greatest";
    Reorder, "reorder", "order", "order groups by figure or by value, and backwards; turn a pivot or a difference over";
    Compare, "compare", "compare", "what was added, removed and changed since the answer before, or since a kept one";
    CompareWith, "compare-with", "other", "in a difference: choose the kept result to compare with";
    ChooseKeys, "key-columns", "keys", "choose the columns that tell rows apart when two answers are compared";
    ChangeKinds, "change-kinds", "kinds", "list all differences, or only changed, added or removed rows";
    // The answer as a file.
    Export, "export", "export", "write the rows to a file: all of them, or what is seen";

    // The answer as a chart.
    Chart, "chart", "chart", "draw the rows as a chart: as the query asks with render, else what fits the columns";
    ChartKind, "chart-kind", "kind", "draw the same rows as the next kind of chart that is possible";
    ChartKinds, "chart-kinds", "kinds", "choose the kind of chart from a list";
    ChartX, "chart-x", "axis", "take the next column for the horizontal axis";
    ChartValue, "chart-value", "value", "draw the next column of numbers, all of them, or the number of rows";
    ChartSeries, "chart-series", "split", "split by the next column of names, or not at all";
    ChartStack, "chart-stack", "stack", "draw series beside each other, on top of each other, or as shares of 100 %";
    ChartLog, "chart-log", "log", "count the vertical axis in powers of ten, and back";
    ChartMarks, "chart-marks", "dots", "draw with fine dots, with blocks, or with plain characters";
    ChartMark, "chart-mark", "mark", "begin a stretch at the cursor; its other end is where the cursor goes";
    ChartZoomIn, "chart-zoom-in", "closer", "look at the marked stretch, or at half of what is seen";
    ChartZoomOut, "chart-zoom-out", "wider", "look at twice as much";
    ChartZoomAll, "chart-zoom-all", "all", "look at all of it again";
    ChartWhere, "chart-where", "to query", "put the marked or seen stretch into the query, as a condition";
    ChartHide, "chart-hide", "hide", "hide the chosen series, or show it again";
    ChartOnly, "chart-only", "only", "show the chosen series alone, or all of them again";
    // The history.
    SearchHistory, "search-history", "search", "search what was run, from anywhere; there, go on to other runs";
    HistoryScope, "history-scope", "scope", "show the runs of all, of this connection, or of this session";
    PinRun, "pin-run", "pin", "pin the run, so that costs are compared with its own and it is kept; or no longer";
    LabelRun, "label-run", "label", "give the run a label";
    NoteRun, "note-run", "note", "write a note to the run";
    DeleteRun, "delete-run", "delete", "delete the run; undo takes it back until you leave";
    InspectRun, "inspect-run", "inspect", "look into the run: its cost, and all runs of the same query";
    ReopenResult, "reopen-result", "rows", "show the rows that were kept of the run; nothing is run";

    // The editor: moving and selecting.
    WordLeft, "word-left", "word left", "one word to the left";
    WordRight, "word-right", "word right", "one word to the right";
    PreviousBlock, "previous-block", "block up", "to the query before";
    NextBlock, "next-block", "block down", "to the next query";
    SelectLeft, "select-left", "select", "select one character to the left";
    SelectRight, "select-right", "select", "select one character to the right";
    SelectUp, "select-up", "select", "select one line up";
    SelectDown, "select-down", "select", "select one line down";
    SelectWordLeft, "select-word-left", "select", "select one word to the left";
    SelectWordRight, "select-word-right", "select", "select one word to the right";
    SelectLineStart, "select-line-start", "select", "select to the start of the line";
    SelectLineEnd, "select-line-end", "select", "select to the end of the line";
    SelectFirst, "select-first", "select", "select to the start of the text";
    SelectLast, "select-last", "select", "select to the end of the text";
    SelectAll, "select-all", "select all", "select all text";
    GoToLine, "go-to-line", "go to line", "go to a line by its number";

    // The editor: changing text.
    Newline, "newline", "new line", "break the line, with the indentation of this one";
    Indent, "indent", "indent", "insert blanks to the next stop of four";
    DeleteBack, "delete-back", "delete", "delete the selection, or the character before the cursor";
    DeleteForward, "delete-forward", "delete", "delete the selection, or the character at the cursor";
    DeleteWordBack, "delete-word-back", "delete word", "delete the word before the cursor";
    DeleteWordForward, "delete-word-forward", "delete word", "delete the word at the cursor";
    DeleteLineEnd, "delete-line-end", "delete line", "delete to the end of the line";
    ToggleComment, "toggle-comment", "comment", "make the line or the selected lines a comment, or undo that";

    // The editor: the language.
    Complete, "complete", "complete", "offer what can stand at the cursor";
    Accept, "accept", "take", "put the marked offer into the query";
    Describe, "describe", "what is it", "say what stands at the cursor";
    Definition, "definition", "definition", "go to where the name at the cursor is given; there, back to where one came from";
    GoBack, "go-back", "go back", "back to where the last jump began";
    NextFinding, "next-finding", "next mistake", "to the next place where something is wrong";
    Fixes, "fixes", "fix", "offer to mend what is wrong at the cursor, or to rewrite what stands there";
    Rename, "rename", "rename", "give the name at the cursor another one, in all its places";
    Format, "format", "format", "lay out the selection, or the query at the cursor";
    StageUp, "stage-up", "stage up", "move the operator at the cursor before the one above it";
    StageDown, "stage-down", "stage down", "move the operator at the cursor behind the one below it";
    DuplicateStage, "duplicate-stage", "duplicate", "write the operator at the cursor a second time";
    SelectStage, "select-stage", "select stage", "select the operator at the cursor; again, the query";
    CommentStage, "comment-stage", "comment", "make the operator at the cursor a comment, or undo that";

    // The editor: looking for text.
    Find, "find", "find", "look for text while you type it";
    FindNext, "find-next", "next", "to the next place of what is looked for";
    FindPrevious, "find-previous", "previous", "to the place before of what is looked for";
    Replace, "replace", "replace", "look for text and write something else in its place";
    ReplaceAll, "replace-all", "replace all", "write it in all places at once";
    FindCase, "find-case", "case", "tell capital and small letters apart, or not";
    FindWord, "find-word", "words", "find whole words only, or not";
    FindRegex, "find-regex", "regex", "read what is looked for as a regular expression, or not";
    NextField, "next-field", "next field", "to the next line to fill in";

    // The editor: what a query is given.
    Parameters, "parameters", "parameters", "give values for what the query declares with query_parameters";
    PasteIndicators, "paste-indicators", "indicators", "make let statements of a pasted or selected list of indicators";

    // The editor: taking back, cutting and pasting.
    Undo, "undo", "undo", "take back the last change";
    Redo, "redo", "redo", "make the change again";
    Cut, "cut", "cut", "cut the selection";
    Paste, "paste", "paste", "insert what was copied or cut here; the terminal's own paste works too";
}

impl Action {
    pub fn from_name(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|it| it.name == name).map(|it| it.action)
    }

    /// Its line of the table, which has a line for each.
    pub fn text(self) -> &'static ActionText {
        &ACTIONS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_action() {
        for entry in ACTIONS {
            assert_eq!(entry.action.text().name, entry.name);
            assert_eq!(Action::from_name(entry.name), Some(entry.action), "two actions are called {}", entry.name);
        }
    }
}
