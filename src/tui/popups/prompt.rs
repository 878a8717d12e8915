//! A question that is answered with one line.

use std::path::PathBuf;

use ratatui::layout::{Position, Rect};

use super::paths::Paths;
use super::sheet;
use crate::config::Scope;
use crate::text;
use crate::tui::update::export::Wanted;
use crate::tui::widgets::{Input, Painter, line_of};

/// What is asked, which says who gets the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum Purpose {
    /// The file to write rows to.
    Export(Wanted),
    /// Whether a file is to be replaced.
    Overwrite(Wanted, PathBuf),

    /// The line of the text to go to.
    GoToLine,
    /// Where the matrix of a pack is written; one that is there is replaced when it is this one.
    WritePack {
        replace: Option<PathBuf>,
    },
    /// The file for copied text that is too long for the clipboard.
    CopyToFile,
    /// What the active tab is called.
    NameTab,
    /// The file to open.
    OpenFile,
    /// The file to save to.
    SaveFile,

    /// A command of vim.
    VimCommand,

    /// Words to find in the open record.
    FindInRecord,

    /// What to write to the run of this id.
    LabelRun(i64),
    NoteRun(i64),
}

/// A question under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Prompt {
    pub(in crate::tui) purpose: Purpose,
    title: String,
    pub(in crate::tui) input: Input,
    /// Why the answer cannot be taken, or what it will do: the question stays.
    pub(in crate::tui) said: Option<(Scope, String)>,
    /// What the path that is typed can go on with.
    pub(in crate::tui) paths: Option<Paths>,
    /// The number under which that was asked for.
    pub(in crate::tui) asked: Option<u64>,
}

impl Prompt {
    /// A question of a few words, and the answer to go on from.
    pub(in crate::tui) fn new(purpose: Purpose, title: impl Into<String>, input: Input) -> Self {
        Self { purpose, title: title.into(), input, said: None, paths: None, asked: None }
    }

    /// The path before the cursor, and where in the line it begins; `None` when no file is asked for there.
    pub(in crate::tui) fn path(&self) -> Option<(usize, &str)> {
        let typed = self.input.before_cursor();
        let at = match self.purpose {
            Purpose::OpenFile
            | Purpose::SaveFile
            | Purpose::Export(_)
            | Purpose::WritePack { .. }
            | Purpose::CopyToFile => typed.len() - typed.trim_start().len(),
            // A command of vim that takes a file.
            Purpose::VimCommand => {
                let (word, rest) = typed.trim_start_matches([' ', ':']).split_once(' ')?;
                let takes_file =
                    ["e", "edit", "w", "write", "saveas", "tabe", "tabedit"].contains(&word.trim_end_matches('!'));
                takes_file.then(|| typed.len() - rest.trim_start().len())?
            }
            _ => return None,
        };
        Some((at, &typed[at..]))
    }

    /// Says why the answer is none.
    pub(in crate::tui) fn refuse(&mut self, words: impl Into<String>) {
        self.said = Some((Scope::Error, words.into()));
    }
}

/// Draws the question over the top of the panes; returns where the cursor is.
pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, prompt: &Prompt) -> Option<Position> {
    let columns = usize::from(area.width.saturating_sub(4)).max(8);
    let mut said = prompt.said.as_ref().map(|(scope, words)| (*scope, text::sanitize(words).into_owned()));
    if let Some(paths) = &prompt.paths {
        said = said.or_else(|| paths.words().map(|it| (Scope::Dim, it)));
    }
    let lines = said.as_ref().map_or_else(Vec::new, |(_, words)| text::wrap(words, columns));
    let rows_left = usize::from(area.height).saturating_sub(3 + lines.len());
    let n_names = prompt.paths.as_ref().map_or(0, |it| it.n_rows(columns).min(rows_left));
    let inner = sheet(paint, area, 1 + lines.len() + n_names, &prompt.title, "");
    let line = line_of(inner, 0);
    let typed = Rect { x: line.x + 2, width: line.width.saturating_sub(3), ..line };
    paint.text(line, line.x, "›", paint.look.accent());
    let cursor = prompt.input.draw(paint, typed);
    let scope = said.as_ref().map_or(Scope::Dim, |(scope, _)| *scope);
    for (row, words) in (1..inner.height).zip(&lines) {
        paint.text(line_of(inner, row), inner.x + 2, words, paint.look.scope(scope));
    }
    let above = (1 + lines.len() as u16).min(inner.height);
    let rest = Rect { y: inner.y + above, height: inner.height - above, ..inner };
    if let Some(paths) = prompt.paths.as_ref().filter(|_| !rest.is_empty()) {
        paths.draw(paint, Rect { x: rest.x + 2, width: rest.width.saturating_sub(3), ..rest });
    }
    cursor
}
