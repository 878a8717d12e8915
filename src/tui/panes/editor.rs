//! The query text: a text area as the model, drawn by our own code.

mod draw;
mod edit;
mod find;
mod mouse;
mod moves;
mod undo;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};

pub(in crate::tui) use draw::{counts, draw, gutter_width, severity_scope};
pub(in crate::tui) use edit::clean_paste;
pub(in crate::tui) use find::{MAX_PLACES, Wanted};

use self::undo::UndoGroups;
use crate::kql::{Class, Diagnostic, EditedBlocks, bracket_pair, highlight};
use crate::text;

/// Columns between tab stops.
const TAB: usize = 4;
/// Single changes that can be taken back.
const MAX_CHANGES: usize = 100_000;
/// Lines above and below the view that are read for colours.
const MAX_CONTEXT: usize = 500;
/// Bytes that are coloured at most.
const MAX_COLOURED: usize = 200_000;

/// The text being edited, what is known about it, and the part of it that is seen.
#[derive(Debug)]
pub(in crate::tui) struct Editor {
    area: TextArea<'static>,
    undo: UndoGroups,
    /// The whole text with `\n` between lines; rebuilt with every change.
    text: String,
    line_starts: Vec<usize>,
    /// The classes of the text that is seen and of the blocks that it is part of, in text order.
    classes: Vec<(Range<usize>, Class)>,
    /// What `classes` was made for: the revision and the bytes of the text.
    coloured: (u64, Range<usize>),
    blocks: EditedBlocks,
    /// The revision and cursor that `pair` was found for.
    pair_for: (u64, usize),
    /// Counts changes; no two texts ever have the same.
    revision: u64,
    /// What is wrong, placed in `text`.
    findings: Vec<Diagnostic>,
    /// Places of one name, in text order.
    marks: Vec<Range<usize>>,
    /// The brackets that the cursor touches.
    pair: Option<[Range<usize>; 2]>,
    /// The column that Up and Down aim at, in characters.
    goal: Option<usize>,
    /// First visible line and column.
    top: usize,
    left: usize,
}

impl Editor {
    pub(in crate::tui) fn new(content: &str, cursor: (usize, usize)) -> Self {
        let lines = content.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).to_owned()).collect();
        let mut area = TextArea::new(lines);
        area.set_max_histories(MAX_CHANGES);
        let mut editor = Self {
            area,
            undo: UndoGroups::default(),
            text: String::new(),
            line_starts: Vec::new(),
            classes: Vec::new(),
            coloured: (0, 0..0),
            blocks: EditedBlocks::default(),
            pair_for: (0, 0),
            revision: 0,
            findings: Vec::new(),
            marks: Vec::new(),
            pair: None,
            goal: None,
            top: 0,
            left: 0,
        };
        editor.refresh();
        editor.jump(cursor.0, cursor.1);
        editor
    }

    pub(in crate::tui) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::tui) fn n_lines(&self) -> usize {
        self.area.lines().len()
    }

    pub(in crate::tui) fn revision(&self) -> u64 {
        self.revision
    }

    /// Line and column of the cursor, in characters, from zero.
    pub(in crate::tui) fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Byte offset of the cursor in the text.
    pub(in crate::tui) fn offset(&self) -> usize {
        let (row, col) = self.cursor();
        self.offset_of(row, col)
    }

    fn offset_of(&self, row: usize, col: usize) -> usize {
        let line = &self.area.lines()[row];
        self.line_starts[row] + line.char_indices().nth(col).map_or(line.len(), |(at, _)| at)
    }

    /// Line and column of a byte of the text, in characters.
    pub(in crate::tui) fn place_of(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let row = self.line_of(offset);
        (row, self.text[self.line_starts[row]..offset].chars().count())
    }

    /// The query that help at the cursor is about, and where it begins: the block at the cursor up to the cursor at
    /// least, or nothing yet where the cursor stands apart from all blocks. `None` for one of a size at which every key
    /// would wait for the help.
    pub(in crate::tui) fn helped(&self) -> Option<Range<usize>> {
        let offset = self.offset();
        let range = match self.block() {
            // In a comment there is nothing to help with, but the language has to see that it is one.
            _ if self.blocks.comments_at(offset).is_some() => self.blocks.comments_at(offset).unwrap_or_default(),
            Some(block) if block.start <= offset && offset <= block.end => block,
            Some(block) if block.end < offset && is_joined(&self.text[block.end..offset]) => block.start..offset,
            _ => offset..offset,
        };
        (range.len() <= MAX_COLOURED).then_some(range)
    }

    /// The bytes of the lines that are seen.
    pub(in crate::tui) fn seen(&self, rows: usize) -> Range<usize> {
        let start = self.line_starts.get(self.top).copied().unwrap_or(0);
        start..self.line_starts.get(self.top + rows).copied().unwrap_or(self.text.len())
    }

    /// Places that are shown as belonging together, until the text changes.
    pub(in crate::tui) fn mark(&mut self, marks: Vec<Range<usize>>) {
        self.marks = marks;
    }

    fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Bytes that are selected, if any.
    pub(in crate::tui) fn selection(&self) -> Option<Range<usize>> {
        let ((start_row, start_col), (end_row, end_col)) = self.area.selection_range()?;
        let range = self.offset_of(start_row, start_col)..self.offset_of(end_row, end_col);
        (!range.is_empty()).then_some(range)
    }

    /// The block that a run would take: the one at the cursor, else the one above it.
    pub(in crate::tui) fn block(&self) -> Option<Range<usize>> {
        self.blocks.at(self.offset())
    }

    /// What a run would send: the selection, else the block at the cursor.
    pub(in crate::tui) fn query(&self) -> Option<Range<usize>> {
        let range = self.selection().or_else(|| self.block())?;
        (!self.text[range.clone()].trim().is_empty()).then_some(range)
    }

    /// Takes what was found in those blocks; what is known of others stays.
    /// True when that changes anything.
    pub(in crate::tui) fn set_findings(&mut self, blocks: &[Range<usize>], findings: Vec<Diagnostic>) -> bool {
        let before = self.findings.clone();
        let looked_at = |place: usize| blocks.iter().any(|it| it.start <= place && place <= it.end);
        self.findings.retain(|it| !looked_at(it.span.start));
        self.findings.extend(findings);
        self.findings.retain(|it| it.span.end <= self.text.len() && it.span.start <= it.span.end);
        self.findings.sort_by_key(|it| (it.span.start, it.severity));
        self.findings != before
    }

    /// The blocks that analysis looks at: all of them, or in a large text the one at the cursor and those that are seen
    /// in a view of so many rows. The one at the cursor is the first.
    pub(in crate::tui) fn blocks_to_analyse(&self, rows: usize) -> Vec<Range<usize>> {
        let at_cursor = self.block();
        let seen = self.seen(rows);
        let is_wanted = |it: &&Range<usize>| {
            self.text.len() <= MAX_COLOURED
                || (it.start <= seen.end && seen.start <= it.end && it.len() <= MAX_COLOURED)
        };
        let others = self.blocks.blocks().iter().filter(|it| Some(*it) != at_cursor.as_ref()).filter(is_wanted);
        at_cursor.iter().chain(others).cloned().collect()
    }

    /// True when not all of the text is analysed, so that scrolling shows text that was not looked at.
    pub(in crate::tui) fn is_large(&self) -> bool {
        self.text.len() > MAX_COLOURED
    }

    /// The first line that is seen.
    pub(in crate::tui) fn top(&self) -> usize {
        self.top
    }

    /// Puts the cursor on a place, as near as there is one.
    pub(in crate::tui) fn go_to(&mut self, row: usize, col: usize) {
        self.area.cancel_selection();
        self.jump(row, col);
    }

    /// The view begins at a line, as far as the cursor lets it.
    pub(in crate::tui) fn scroll_to(&mut self, top: usize) {
        self.top = top.min(self.n_lines().saturating_sub(1));
    }

    /// The next finding behind the cursor, else the first one: its place.
    pub(in crate::tui) fn next_finding(&self) -> Option<usize> {
        let offset = self.offset();
        let behind = self.findings.iter().map(|it| it.span.start).filter(|it| *it > offset).min();
        behind.or_else(|| self.findings.iter().map(|it| it.span.start).min())
    }

    /// What is wrong where the cursor is: at it, else on its line.
    pub(in crate::tui) fn finding_at_cursor(&self) -> Option<&Diagnostic> {
        let offset = self.offset();
        let row = self.cursor().0;
        let touching = self.findings.iter().find(|it| it.span.start <= offset && offset <= it.span.end);
        touching.or_else(|| self.findings.iter().find(|it| self.line_of(it.span.start) == row))
    }

    /// Rebuilds what is derived from the text, and moves what is placed in it along.
    fn refresh(&mut self) {
        let before = std::mem::take(&mut self.text);
        self.text = self.area.lines().join("\n");
        self.line_starts.clear();
        self.line_starts.push(0);
        self.line_starts.extend(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1));
        let (same_start, same_end) = same_ends(before.as_bytes(), self.text.as_bytes());
        self.blocks.update(&self.text, &self.line_starts, same_start, same_end);
        self.revision = next_revision();
        self.marks.clear();
        self.shift_findings(same_start, before.len() - same_end, self.text.len() - same_end);
    }

    /// Findings before the change stay, those behind it move with the text, those in it go.
    fn shift_findings(&mut self, same_start: usize, old_end: usize, new_end: usize) {
        self.findings.retain_mut(|it| {
            if it.span.start >= old_end {
                it.span = it.span.start - old_end + new_end..it.span.end - old_end + new_end;
                return true;
            }
            it.span.end <= same_start
        });
    }

    /// Puts the cursor on a place in the text, as near as there is one.
    fn jump(&mut self, row: usize, col: usize) {
        let last = self.area.lines().len() - 1;
        let row = row.min(last);
        let col = col.min(self.area.lines()[row].chars().count());
        let near = |it: usize| u16::try_from(it).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(near(row), near(col)));
        // The text area jumps no farther than 65,535; the rest of the way is walked.
        for _ in self.cursor().0..row {
            self.area.move_cursor(CursorMove::Down);
        }
        if self.cursor().1 < col {
            self.walk_along(col);
        }
    }

    /// Goes along a very long line, which costs the text area its whole length with each step. So the line is wrapped for
    /// it meanwhile, and one goes down by rows that become shorter and shorter.
    fn walk_along(&mut self, col: usize) {
        let row = self.cursor().0;
        self.area.set_wrap_mode(WrapMode::Glyph);
        for width in [60_000, 1_500, 40] {
            // The text area takes the width of its rows from what it is drawn on.
            (&self.area).render(Rect { width, height: 0, ..Rect::ZERO }, &mut Buffer::empty(Rect::ZERO));
            while self.cursor().1 + usize::from(width) <= col {
                let before = self.cursor();
                self.area.move_cursor(CursorMove::Down);
                if self.cursor() == before || self.cursor().0 != row {
                    self.area.move_cursor(CursorMove::Jump(u16::try_from(row).unwrap_or(u16::MAX), u16::MAX));
                    break;
                }
            }
        }
        self.area.set_wrap_mode(WrapMode::None);
        // Characters without a width make a row longer than was thought.
        for _ in col..self.cursor().1 {
            self.area.move_cursor(CursorMove::Back);
        }
        for _ in self.cursor().1..col {
            self.area.move_cursor(CursorMove::Forward);
        }
    }

    /// Brings what depends on the cursor and the view up to date.
    pub(in crate::tui) fn arrange(&mut self, columns: usize, rows: usize) {
        let place = (self.revision, self.offset());
        if self.pair_for != place {
            self.pair_for = place;
            self.pair = self.find_pair(place.1);
        }
        self.scroll_to_cursor(columns, rows);
        self.colour(rows);
    }

    /// The brackets that belong together of which the cursor touches one.
    fn find_pair(&self, offset: usize) -> Option<[Range<usize>; 2]> {
        let is_bracket = |it: Option<&u8>| it.is_some_and(|it| b"()[]{}".contains(it));
        let bytes = self.text.as_bytes();
        if !is_bracket(bytes.get(offset)) && !is_bracket(offset.checked_sub(1).and_then(|it| bytes.get(it))) {
            return None;
        }
        let range = self.helped().filter(|it| it.contains(&offset) || it.end == offset)?;
        let (open, close) = bracket_pair(&self.text[range.clone()], offset - range.start)?;
        Some([open, close].map(|it| it.start + range.start..it.end + range.start))
    }

    /// Classes for what is seen: from the blank line above it to the one below, so that whole blocks are read.
    fn colour(&mut self, rows: usize) {
        let lines = self.area.lines();
        let is_blank = |row: &usize| lines[*row].trim().is_empty();
        let first = (self.top.saturating_sub(MAX_CONTEXT)..self.top)
            .rev()
            .find(is_blank)
            .map_or(self.top.saturating_sub(MAX_CONTEXT), |it| it + 1);
        let bottom = (self.top + rows).min(lines.len());
        let last = (bottom..(bottom + MAX_CONTEXT).min(lines.len()))
            .find(is_blank)
            .unwrap_or((bottom + MAX_CONTEXT).min(lines.len()));
        let start = self.line_starts[first];
        let end = self.line_starts.get(last).map_or(self.text.len(), |it| it - 1);
        let wanted = (self.revision, start..end.max(start));
        if self.coloured == wanted {
            return;
        }
        let seen = &self.text[wanted.1.clone()];
        // No person reads colours in a block of this size, and every key would pay for them.
        let classes = if seen.len() > MAX_COLOURED { Vec::new() } else { highlight(seen) };
        self.classes = classes.into_iter().map(|(span, class)| (span.start + start..span.end + start, class)).collect();
        self.coloured = wanted;
    }

    /// Moves the view so that the cursor is in it. Sideways it moves by a third of the width, so that typing at the edge
    /// does not redraw everything with every key.
    fn scroll_to_cursor(&mut self, columns: usize, rows: usize) {
        let (row, col) = self.cursor();
        let rows = rows.max(1);
        self.top = self.top.min(row).max((row + 1).saturating_sub(rows));
        self.top = self.top.min(self.area.lines().len().saturating_sub(rows.min(self.area.lines().len())));
        let x = display_column(&self.area.lines()[row], col);
        let columns = columns.max(2);
        // A line that fits is seen from its start.
        if display_column(&self.area.lines()[row], usize::MAX) + 1 < columns {
            self.left = 0;
        }
        if x < self.left {
            self.left = x.saturating_sub(columns / 3);
        } else if x + 1 >= self.left + columns {
            self.left = (x + 1 + columns / 3).saturating_sub(columns);
        }
    }
}

/// How many bytes at the start and at the end of two texts are the same; what the start has the end does not count.
fn same_ends(old: &[u8], new: &[u8]) -> (usize, usize) {
    // Whole pieces first: comparing them is what processors are quick at.
    const PIECE: usize = 256;
    let pieces = old.chunks_exact(PIECE).zip(new.chunks_exact(PIECE)).take_while(|(a, b)| a == b).count() * PIECE;
    let start = pieces + old[pieces..].iter().zip(&new[pieces..]).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[start..], &new[start..]);
    let pieces = old.rchunks_exact(PIECE).zip(new.rchunks_exact(PIECE)).take_while(|(a, b)| a == b).count() * PIECE;
    let rest = |it: &[u8]| it.len() - pieces;
    let ends = old[..rest(old)].iter().rev().zip(new[..rest(new)].iter().rev());
    (start, pieces + ends.take_while(|(a, b)| a == b).count())
}

/// A number that no other text has had: an answer about the text of one tab is never taken for one about another.
pub(in crate::tui) fn next_revision() -> u64 {
    static LATEST: AtomicU64 = AtomicU64::new(0);
    LATEST.fetch_add(1, Ordering::Relaxed) + 1
}

/// True for blanks that do not part two blocks.
fn is_joined(gap: &str) -> bool {
    gap.trim().is_empty() && gap.matches('\n').count() < 2
}

/// Columns of the terminal before a character of a line.
fn display_column(line: &str, col: usize) -> usize {
    let end = line.char_indices().nth(col).map_or(line.len(), |(at, _)| at);
    if line.as_bytes()[..end].iter().all(|it| (0x20..0x7F).contains(it)) {
        return end;
    }
    draw::pieces(&line[..end]).fold(0, |x, piece| piece.end(x))
}

/// The display width of a piece of a line, by the same rules as it is drawn.
fn piece_width(grapheme: &str) -> usize {
    text::width(&text::sanitize(grapheme))
}
