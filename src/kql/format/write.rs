//! The text of a sheet whose spacings are chosen.

use super::super::lexer::is_wide_space;
use super::sheet::{Piece, Sheet, Spacing};
use super::spacing::would_merge;

/// `broken` ends the lines that are broken here; `kept` those beside comments, as they are when it is `None`.
pub(super) fn write(sheet: &Sheet<'_>, chosen: &[Spacing], broken: &str, kept: Option<&str>) -> String {
    let mut writer = Writer {
        text: sheet.text,
        out: String::with_capacity(sheet.text.len() + sheet.text.len() / 8),
        column: 0,
        columns: Vec::with_capacity(sheet.pieces.len()),
        broken,
        kept,
    };
    for (index, piece) in sheet.pieces.iter().enumerate() {
        writer.gap(piece, index.checked_sub(1).map(|before| &sheet.pieces[before]), chosen[index]);
        writer.columns.push(writer.column);
        writer.push(&sheet.text[piece.start..piece.end]);
    }
    writer.last_gap(sheet.pieces.last().map_or(0, |piece| piece.end));
    writer.out
}

struct Writer<'t> {
    text: &'t str,
    out: String,
    /// Characters on the line so far.
    column: usize,
    /// Where each token stands in its line.
    columns: Vec<usize>,
    broken: &'t str,
    kept: Option<&'t str>,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        match text.rfind(['\n', '\r']) {
            Some(at) => self.column = text[at + 1..].chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn break_line(&mut self, end: &str, indent: usize) {
        self.out.push_str(end);
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn gap(&mut self, piece: &Piece, before: Option<&Piece>, spacing: Spacing) {
        let gap = &self.text[piece.gap..piece.start];
        let indent = match piece.anchor {
            Some((to, delta)) => self.columns.get(to).map_or(piece.level, |column| column + delta),
            None => piece.level,
        };
        if piece.is_commented {
            self.comments(gap, indent, before.is_none());
            return;
        }
        let Some(before) = before else { return };
        match spacing {
            Spacing::JoinedSpace => self.push(" "),
            Spacing::JoinedTight => self.tight(before, piece),
            _ if piece.is_broken || spacing == Spacing::Line => self.break_line(self.broken, indent),
            Spacing::AsIs if gap.is_empty() => self.tight(before, piece),
            Spacing::Tight => self.tight(before, piece),
            _ => self.push(" "),
        }
    }

    fn tight(&mut self, before: &Piece, piece: &Piece) {
        let touches = before.end == piece.start;
        if !touches && would_merge(&self.text[before.start..before.end], &self.text[piece.start..piece.end]) {
            self.push(" ");
        }
    }

    /// Blanks and comments up to a token: what stands behind the token before stays there, other lines are indented as
    /// the token is.
    fn comments(&mut self, gap: &str, indent: usize, mut is_first: bool) {
        let mut rest = if is_first { gap.trim_ascii_start() } else { gap };
        let mut is_line_start = is_first;
        while !rest.is_empty() {
            let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
            let (line, after) = rest.split_at(end);
            let is_first_line = std::mem::take(&mut is_first);
            if is_line_start && !is_first_line && !line.trim_start_matches(is_blank).is_empty() {
                self.break_line("", indent);
                self.push(line.trim_start_matches(is_blank));
            } else if !line.trim_start_matches(is_blank).is_empty() {
                self.push(line);
            }
            let raw = if after.starts_with("\r\n") { 2 } else { after.len().min(1) };
            let (line_end, after) = after.split_at(raw);
            if !line_end.is_empty() {
                self.break_line(self.kept.unwrap_or(line_end), 0);
            }
            is_line_start = true;
            rest = after;
        }
        if self.column == 0 {
            self.break_line("", indent);
        }
    }

    /// What stands behind the last token: its comments, and one line end when the text has any.
    fn last_gap(&mut self, start: usize) {
        let gap = &self.text[start..];
        let kept = gap.trim_end_matches(is_blank);
        if !kept.trim_start_matches(is_blank).is_empty() {
            self.comments(kept, 0, start == 0);
        }
        let tail = &gap[kept.len()..];
        if let Some(at) = tail.find(['\r', '\n']) {
            let raw = if tail[at..].starts_with("\r\n") { 2 } else { 1 };
            let is_beside_comment = !kept.is_empty();
            let as_is = if is_beside_comment { &tail[at..at + raw] } else { self.broken };
            self.break_line(self.kept.unwrap_or(as_is), 0);
        }
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\x0c') || is_wide_space(c)
}
