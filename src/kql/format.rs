//! One query in the official layout: a query on one line stays on one line while it is short; else each `|` and each
//! statement begins a line, what spans lines is indented by four, and brackets that hold lines stand alone.
//!
//! The rules were learned from what Microsoft's formatter does with texts. A [`sheet::Sheet`] holds the tokens;
//! [`spacing`] says what stands between two of them, [`rules`] where constructs break lines, [`solve`] which of those
//! rules hold, and [`write`] writes. Tokens and comments are never changed, left out or moved.

mod rules;
mod sheet;
mod solve;
mod spacing;
mod write;

use std::borrow::Cow;

use super::grammar::parse;
use super::kind::SyntaxKind;
use super::lexer::tokenize;
use super::structure::regions;
use super::tree::Node;
use sheet::{Sheet, Stage};

/// How lines end in a formatted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// All as the first one of the text does, `\n` in a text of one line.
    OfText,
    /// As the official formatter does: `\r\n` wherever it breaks a line, and as they are beside comments.
    Official,
}

/// Layouts of a layout until it stays the same. Breaking one line can be the reason to break another.
const MAX_ROUNDS: usize = 16;

/// One query laid out anew. What comes out comes out of it again unchanged.
pub fn format(text: &str) -> String {
    format_with(text, LineEnds::OfText)
}

/// The same with a choice of line ends.
pub fn format_with(text: &str, ends: LineEnds) -> String {
    let (broken, everywhere) = match ends {
        LineEnds::OfText => (kept_line_end(text), true),
        LineEnds::Official => ("\r\n", false),
    };
    let once = lay_out(text, broken, everywhere);
    // What is missing in a broken text can look otherwise once the text is laid out. Then it is left as it is, since a
    // layout that changes each time would be worse than none.
    let is_broken = !parse(text).errors().is_empty();
    if is_broken && lay_out(&once, broken, everywhere) != once { text.to_owned() } else { once }
}

/// Lines end with `broken` where they are broken here, and beside comments only when that is asked for.
fn lay_out(text: &str, broken: &str, everywhere: bool) -> String {
    let kept = everywhere.then_some(broken);
    let text = &completed(text);
    let mut current = text.to_string();
    for _ in 0..MAX_ROUNDS {
        let tree = parse(&current);
        let layout = |stage| {
            let sheet = Sheet::new(&tree, stage);
            (write::write(&sheet, &solve::solve(&sheet), broken, kept), sheet.has_lines())
        };
        let (settled, has_lines) = layout(Stage::Settled);
        // A text of one line is never taken for a layout: such texts are often well spaced without being one.
        if has_lines && settled == current {
            break;
        }
        let (next, _) = layout(Stage::Fresh);
        if next == current {
            break;
        }
        current = next;
    }
    if has_same_tokens(text, &current) { current } else { text.to_string() }
}

/// The text with the brackets and semicolons that it lacks, when that mends it.
fn completed(text: &str) -> Cow<'_, str> {
    let tree = parse(text);
    if tree.missing().is_empty() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + tree.missing().len());
    let mut end = 0;
    for (place, kind) in tree.missing() {
        let place = (*place as usize).max(end);
        out.push_str(&text[end..place]);
        out.push_str(kind.text());
        end = place;
    }
    out.push_str(&text[end..]);
    let count = |text: &str| tokenize(text).0.len();
    let is_whole = count(&out) == count(text) + tree.missing().len();
    let mended = parse(&out);
    let is_better = mended.missing().is_empty() && mended.errors().len() < tree.errors().len();
    if is_whole && is_better { out.into() } else { text.into() }
}

/// All queries of a text. A text that is no query as a whole is a row of them, with blank lines between them: those stay.
pub fn format_all(text: &str) -> String {
    let regions = regions(text);
    if regions.len() < 2 || parse(text).errors().is_empty() {
        return format(text);
    }
    let mut out = String::with_capacity(text.len());
    let line_end = line_end_of(text);
    let mut end = 0;
    for region in regions {
        out.push_str(&text[end..region.start]);
        out.push_str(&lay_out(&text[region.clone()], line_end, true));
        end = region.end;
    }
    out.push_str(&text[end..]);
    out
}

/// The line end that a layout keeps: that of the first break behind the first token. What stands before it is dropped, and
/// breaks inside of a token are the token's own.
fn kept_line_end(text: &str) -> &'static str {
    let tree = parse(text);
    let is_blank = |leaf: &Node<'_>| leaf.kind() == SyntaxKind::Whitespace;
    let mut blanks = tree.leaves().skip_while(is_blank).filter(is_blank);
    blanks.find(|leaf| leaf.text().contains(['\r', '\n'])).map_or("\n", |leaf| line_end_of(leaf.text()))
}

/// The text's own way to end a line.
pub(super) fn line_end_of(text: &str) -> &'static str {
    match text.find(['\r', '\n']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// The last guard of the promise that nothing is lost: whatever the rules did, two texts that do not have the same
/// tokens and comments are not the same query.
fn has_same_tokens(before: &str, after: &str) -> bool {
    let tokens = |text| tokenize(text).0.into_iter().filter(|token| token.kind != SyntaxKind::Whitespace);
    let text_of = |text: &str, start: u32, end: u32| text[start as usize..end as usize].to_owned();
    tokens(before)
        .map(|it| (it.kind, text_of(before, it.start, it.end)))
        .eq(tokens(after).map(|it| (it.kind, text_of(after, it.start, it.end))))
}
