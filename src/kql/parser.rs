//! The cursor that the grammar moves over the tokens: it looks, eats, expects, opens and closes nodes, and keeps the
//! limits. It knows no rule of the language.
//!
//! Rules write events; the tree is built from them at the end, with the trivia that the rules never see. A text of any
//! kind ends with a tree: recursion stops at [`MAX_DEPTH`], and a rule that looks [`MAX_LOOKS`] times without eating
//! sees only the end of the text from then on.

use super::diagnostic::{Diagnostic, Span};
use super::kind::SyntaxKind;
use super::lexer::{MAX_ERRORS, Token, tokenize};
use super::tree::{Element, Tree};

/// Levels of nesting that are read: an operator in a chain is one level, a bracket [`BRACKET`] levels, because it may
/// bring many nodes and many calls.
const MAX_DEPTH: u32 = 512;
/// Levels of one bracket.
const BRACKET: u32 = 4;
/// Looks at tokens without eating one.
const MAX_LOOKS: u32 = 100_000;

/// What the rules tell the builder.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A node begins. `forward` is the distance to the start event of a node around it that was opened later.
    Start {
        kind: SyntaxKind,
        forward: u32,
    },
    Finish,
    Token,
    /// A start that was taken back.
    Nothing,
}

/// A node that is open; complete or abandon it.
#[must_use]
pub(super) struct Marker(usize);

/// A node that is closed; another can still be put around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Completed(usize);

pub(super) struct Parser<'t> {
    text: &'t str,
    /// Without trivia and bad characters: those stand in the tree, but no rule sees them.
    tokens: Vec<Token>,
    at: usize,
    /// Where the bad characters stand, which have their own reports.
    bad_characters: Vec<u32>,
    events: Vec<Event>,
    errors: Vec<Diagnostic>,
    /// Tokens that must stand at a place and do not.
    missing: Vec<(u32, SyntaxKind)>,
    depth: u32,
    looks: std::cell::Cell<u32>,
    /// After an error nothing is reported until a token that rules synchronise on has been eaten.
    recovering: bool,
    /// Open brackets around the cursor: `(`, `[`, `{`.
    open: [u32; 3],
}

/// Reads a text with the grammar's first rule.
pub(super) fn run(text: &str, rule: impl FnOnce(&mut Parser<'_>)) -> Tree {
    if u32::try_from(text.len()).is_err() {
        let error = Diagnostic::error("KS198", 0..0, "a query text of 4 GiB or more is not read");
        return run("", rule).with_error(error);
    }
    let (all, lexical) = tokenize(text);
    let tokens = all.iter().filter(|token| is_seen(token.kind)).copied().collect::<Vec<_>>();
    let mut parser = Parser {
        text,
        at: 0,
        events: Vec::with_capacity(tokens.len() * 3),
        tokens,
        bad_characters: all
            .iter()
            .filter(|token| token.kind == SyntaxKind::BadCharacter)
            .map(|token| token.start)
            .collect(),
        errors: Vec::new(),
        missing: Vec::new(),
        depth: 0,
        looks: std::cell::Cell::new(0),
        recovering: false,
        open: [0; 3],
    };
    rule(&mut parser);
    let Parser { mut events, mut errors, missing, .. } = parser;
    errors.extend(lexical);
    errors.sort_by_key(|error| error.span.start);
    errors.dedup_by_key(|error| error.span.start);
    Tree::new(text.to_owned(), build(&mut events, &all, text.len() as u32), errors).with_missing(missing)
}

fn is_seen(kind: SyntaxKind) -> bool {
    !kind.is_trivia() && kind != SyntaxKind::BadCharacter
}

impl<'t> Parser<'t> {
    /// The kind of the token at the cursor.
    pub(super) fn current(&self) -> SyntaxKind {
        self.nth(0)
    }

    /// The kind of the token `ahead` of the cursor.
    pub(super) fn nth(&self, ahead: usize) -> SyntaxKind {
        let looks = self.looks.get() + 1;
        if looks > MAX_LOOKS {
            return SyntaxKind::EndOfText;
        }
        self.looks.set(looks);
        self.tokens.get(self.at + ahead).map_or(SyntaxKind::EndOfText, |token| token.kind)
    }

    /// The text of the token at the cursor; empty at the end.
    pub(super) fn current_text(&self) -> &'t str {
        self.nth_text(0)
    }

    pub(super) fn nth_text(&self, ahead: usize) -> &'t str {
        self.tokens.get(self.at + ahead).map_or("", |token| &self.text[token.start as usize..token.end as usize])
    }

    /// True when nothing, not even a blank, stands between two neighbouring tokens.
    pub(super) fn joined(&self, ahead: usize) -> bool {
        let pair = (self.tokens.get(self.at + ahead), self.tokens.get(self.at + ahead + 1));
        matches!(pair, (Some(left), Some(right)) if left.end == right.start)
    }

    pub(super) fn at(&self, kind: SyntaxKind) -> bool {
        self.current() == kind
    }

    pub(super) fn at_any(&self, kinds: &[SyntaxKind]) -> bool {
        kinds.contains(&self.current())
    }

    pub(super) fn at_end(&self) -> bool {
        self.at(SyntaxKind::EndOfText)
    }

    /// Eats the token at the cursor, whatever it is.
    pub(super) fn bump(&mut self) {
        use SyntaxKind as K;
        let Some(token) = self.tokens.get(self.at) else { return };
        match token.kind {
            K::Bar | K::Semicolon | K::Comma => self.recovering = false,
            K::OpenParen => self.open[0] += 1,
            K::OpenBracket => self.open[1] += 1,
            K::OpenBrace => self.open[2] += 1,
            K::CloseParen => self.open[0] = self.open[0].saturating_sub(1),
            K::CloseBracket => self.open[1] = self.open[1].saturating_sub(1),
            K::CloseBrace => self.open[2] = self.open[2].saturating_sub(1),
            _ => {}
        }
        self.at += 1;
        self.looks.set(0);
        self.events.push(Event::Token);
    }

    pub(super) fn eat(&mut self, kind: SyntaxKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Eats a token of the kind or reports that it is missing.
    pub(super) fn expect(&mut self, kind: SyntaxKind) -> bool {
        let found = self.eat(kind);
        if !found {
            self.expected_token(kind);
        }
        found
    }

    /// A token or a word is missing, which is said of the token that stands in its place.
    pub(super) fn expected_token(&mut self, kind: SyntaxKind) {
        if self.is_reporting() {
            self.expected(&format!("'{}'", kind.text()));
        }
    }

    /// The same in other words: `expected`, then what was found.
    pub(super) fn expected(&mut self, what: &str) {
        if self.is_reporting() {
            let message = format!("expected {what}, {}", self.found());
            let hint = self.equal_hint();
            self.report("KS005", message, hint);
        }
    }

    /// Keeps in mind that a token would mend the text if it stood after the token before.
    pub(super) fn note_missing(&mut self, kind: SyntaxKind) {
        if self.missing.len() < MAX_ERRORS {
            self.missing.push((self.end_before() as u32, kind));
        }
    }

    /// A part is missing, which is said of the place after the token before.
    pub(super) fn missing(&mut self, what: &str) {
        self.missing_as("KS006", what);
    }

    /// The same in full words, with advice.
    pub(super) fn missing_with(&mut self, message: String, hint: String) {
        let end = self.end_before();
        self.report_at("KS006", end..end, message, Some(hint));
    }

    /// An expression is missing; a keyword in its place may have been meant as a name.
    pub(super) fn missing_expression(&mut self) {
        let kind = self.current();
        if self.is_reporting() && kind.is_keyword() && !kind.is_operator_keyword() {
            let word = self.current_text();
            let message = format!("expected an expression, found the keyword '{word}'");
            self.missing_with(message, format!("If a name is meant, write ['{word}']"));
        } else {
            self.missing("an expression");
        }
    }

    /// The same under another code.
    pub(super) fn missing_as(&mut self, code: &'static str, what: &str) {
        if self.is_reporting() {
            let message = format!("expected {what}, {}", self.found());
            let hint = self.equal_hint();
            let end = self.end_before();
            self.report_at(code, end..end, message, hint);
        }
    }

    /// The commonest reason for a stray '=' is a comparison.
    fn equal_hint(&self) -> Option<String> {
        self.at(SyntaxKind::Equal).then(|| "Write == to compare".to_owned())
    }

    fn found(&self) -> String {
        match self.current() {
            SyntaxKind::EndOfText => "the query ends here".to_owned(),
            kind if kind.is_keyword() && !kind.is_operator_keyword() => {
                format!("found the keyword '{}'", self.current_text())
            }
            _ => format!("found '{}'", clip(self.current_text())),
        }
    }

    /// False when a report would be dropped.
    pub(super) fn is_reporting(&self) -> bool {
        !self.recovering && self.errors.len() < MAX_ERRORS
    }

    fn is_after_bad_character(&self) -> bool {
        if self.bad_characters.is_empty() {
            return false;
        }
        let before = self.end_before() as u32;
        let here = self.tokens.get(self.at).map_or(self.text.len() as u32, |token| token.start);
        let next = self.bad_characters.partition_point(|at| *at < before);
        self.bad_characters.get(next).is_some_and(|at| *at < here)
    }

    /// Reports at the token before the cursor.
    pub(super) fn report_before_last(&mut self, code: &'static str, message: &str) {
        if let Some(token) = self.at.checked_sub(1).map(|before| self.tokens[before]) {
            self.report_at(code, token.start as usize..token.end as usize, message.to_owned(), None);
        }
    }

    /// The token at the cursor for a message, clipped.
    pub(super) fn shown(&self) -> String {
        clip(self.current_text())
    }

    /// Where the token before the cursor ends.
    fn end_before(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |before| self.tokens[before].end as usize)
    }

    /// How many tokens have been eaten.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reports at the cursor in the given words.
    pub(super) fn report(&mut self, code: &'static str, message: String, hint: Option<String>) {
        let span = if code == "KS005" { self.missing_span(self.at) } else { self.span_at(self.at) };
        self.report_at(code, span, message, hint);
    }

    /// Reports that a comma is missing before the token at a position that has been passed. What was reported since
    /// then stands behind it.
    pub(super) fn missing_comma(&mut self, position: usize) {
        let found = clip(&self.text[self.span_at(position)]);
        let span = self.missing_span(position);
        self.recovering = false;
        self.report_at("KS005", span, format!("expected ',' before '{found}'"), None);
    }

    /// The token at a position; at the end of the text the place after the last one.
    fn span_at(&self, position: usize) -> Span {
        match self.tokens.get(position) {
            Some(token) => token.start as usize..token.end as usize,
            None => self.end_before()..self.end_before(),
        }
    }

    /// Where something is missing that should stand before the token at a position: that token, or, when it stands
    /// further away, the end of the token before.
    fn missing_span(&self, position: usize) -> Span {
        let span = self.span_at(position);
        let before = position.checked_sub(1).map_or(0, |before| self.tokens[before].end as usize);
        let between = &self.text.as_bytes()[before.min(span.start)..span.start];
        let is_near = between.len() < 2 && !matches!(between, [b'\n' | b'\r']);
        if is_near { span } else { before..before }
    }

    fn report_at(&mut self, code: &'static str, span: Span, message: String, hint: Option<String>) {
        if !self.is_reporting() {
            return;
        }
        self.recovering = true;
        // What follows a character that begins no token is often only its consequence.
        if self.is_after_bad_character() {
            return;
        }
        let mut error = Diagnostic::error(code, span, message);
        error.hint = hint;
        self.errors.push(error);
    }

    pub(super) fn start(&mut self) -> Marker {
        self.events.push(Event::Nothing);
        Marker(self.events.len() - 1)
    }

    /// Closes a node and says what it is. A node without any token is not made.
    pub(super) fn complete(&mut self, marker: Marker, kind: SyntaxKind) -> Completed {
        let empty = !self.events[marker.0..].iter().any(|event| matches!(event, Event::Token));
        if !empty {
            self.events[marker.0] = Event::Start { kind, forward: 0 };
            self.events.push(Event::Finish);
        }
        Completed(marker.0)
    }

    /// Takes a start back: what was eaten since belongs to the node around.
    #[expect(clippy::unused_self, reason = "it is written beside start and complete, and reads like them")]
    pub(super) fn abandon(&mut self, marker: Marker) {
        let Marker(_) = marker;
    }

    /// Opens a node around one that is already closed.
    pub(super) fn precede(&mut self, inner: Completed) -> Marker {
        let outer = self.start();
        if let Event::Start { forward, .. } = &mut self.events[inner.0] {
            *forward = (outer.0 - inner.0) as u32;
        }
        outer
    }

    /// True for an expression that makes rows by operators.
    pub(super) fn is_pipe(&self, expr: Completed) -> bool {
        matches!(&self.events[expr.0], Event::Start { kind, .. } if kind.is_pipe())
    }

    /// Runs a rule one level deeper. At the limit it reports, and everything up to the end of the enclosing bracket
    /// is an error.
    pub(super) fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if !self.deepen_by(BRACKET) {
            return None;
        }
        let result = rule(self);
        self.depth -= BRACKET;
        result
    }

    /// One level deeper, for loops that put node around node; undone with [`Parser::rise`].
    pub(super) fn deepen(&mut self) -> bool {
        self.deepen_by(1)
    }

    fn deepen_by(&mut self, levels: u32) -> bool {
        if self.depth + levels > MAX_DEPTH {
            self.report("KS198", "this is nested too deeply to be read".to_owned(), None);
            self.skip_to(&[]);
            return false;
        }
        self.depth += levels;
        true
    }

    pub(super) fn rise(&mut self, levels: u32) {
        self.depth -= levels;
    }

    /// Makes an error node of everything before the next `|` or `;`, one of `stops`, or the end of the enclosing
    /// bracket. Brackets that open on the way are skipped with what they hold.
    pub(super) fn skip_to(&mut self, stops: &[SyntaxKind]) {
        use SyntaxKind as K;
        let marker = self.start();
        let outer = self.open;
        loop {
            let kind = self.current();
            let inside = self.open != outer;
            let stop = match kind {
                K::EndOfText => true,
                // In broken text a bracket may never be closed; only braces have statements inside.
                K::Semicolon => self.open[2] == outer[2],
                _ => !inside && (kind == K::Bar || stops.contains(&kind) || closes(kind, outer)),
            };
            if stop {
                break;
            }
            self.bump();
        }
        self.open = outer;
        self.complete(marker, K::Error);
    }

    /// True when the token at the cursor touches the one before.
    pub(super) fn follows_directly(&self) -> bool {
        let before = self.at.checked_sub(1).map(|before| self.tokens[before].end);
        before.is_some() && before == self.tokens.get(self.at).map(|token| token.start)
    }

    /// True inside round or square brackets.
    pub(super) fn in_brackets(&self) -> bool {
        self.open[0] + self.open[1] > 0
    }

    /// True at the end of the bracket around the cursor.
    pub(super) fn at_close(&self) -> bool {
        closes(self.current(), self.open)
    }
}

/// True for a closing bracket that belongs to one of the open ones.
fn closes(kind: SyntaxKind, open: [u32; 3]) -> bool {
    match kind {
        SyntaxKind::CloseParen => open[0] > 0,
        SyntaxKind::CloseBracket => open[1] > 0,
        SyntaxKind::CloseBrace => open[2] > 0,
        _ => false,
    }
}

/// Builds the elements: events in order, trivia and bad characters put back where they stood.
fn build(events: &mut [Event], tokens: &[Token], length: u32) -> Vec<Element> {
    let root = Element { kind: SyntaxKind::Query, start: 0, end: length, parent: 0, after: 0 };
    let mut builder = Builder { elements: vec![root], stack: vec![0], tokens, next: 0 };
    let mut chain = Vec::new();
    for index in 0..events.len() {
        match std::mem::replace(&mut events[index], Event::Nothing) {
            Event::Start { .. } if index == 0 => {}
            Event::Start { kind, forward } => {
                // The nodes put around this one later begin here as well, the last of them outermost.
                chain.push(kind);
                let (mut at, mut step) = (index, forward);
                while step != 0 {
                    at += step as usize;
                    let Event::Start { kind, forward } = std::mem::replace(&mut events[at], Event::Nothing) else {
                        break;
                    };
                    chain.push(kind);
                    step = forward;
                }
                builder.hidden();
                chain.drain(..).rev().for_each(|kind| builder.open(kind));
            }
            Event::Finish => builder.close(),
            Event::Token => builder.seen(),
            Event::Nothing => {}
        }
    }
    builder.finish()
}

struct Builder<'t> {
    elements: Vec<Element>,
    stack: Vec<u32>,
    tokens: &'t [Token],
    next: usize,
}

impl Builder<'_> {
    fn push(&mut self, kind: SyntaxKind, start: u32, end: u32) {
        let index = self.elements.len() as u32;
        let parent = self.stack.last().copied().unwrap_or(0);
        self.elements.push(Element { kind, start, end, parent, after: index + 1 });
    }

    fn leaf(&mut self) {
        let token = self.tokens[self.next];
        self.next += 1;
        self.push(token.kind, token.start, token.end);
    }

    /// Trivia and bad characters at the cursor.
    fn hidden(&mut self) {
        while self.tokens.get(self.next).is_some_and(|token| !is_seen(token.kind)) {
            self.leaf();
        }
    }

    fn seen(&mut self) {
        self.hidden();
        if self.next < self.tokens.len() {
            self.leaf();
        }
    }

    fn open(&mut self, kind: SyntaxKind) {
        let start = self.tokens.get(self.next).map_or(self.elements[0].end, |token| token.start);
        let index = self.elements.len() as u32;
        self.push(kind, start, start);
        self.stack.push(index);
    }

    fn close(&mut self) {
        if self.stack.len() > 1
            && let Some(index) = self.stack.pop()
        {
            let end = self.next.checked_sub(1).map_or(0, |last| self.tokens[last].end);
            let after = self.elements.len() as u32;
            let element = &mut self.elements[index as usize];
            element.end = end;
            element.after = after;
        }
    }

    /// Whatever no rule has eaten becomes part of the root, so that nothing is lost.
    fn finish(mut self) -> Vec<Element> {
        while self.stack.len() > 1 {
            self.close();
        }
        while self.next < self.tokens.len() {
            self.leaf();
        }
        self.elements[0].after = self.elements.len() as u32;
        self.elements
    }
}

/// Text for a message: its first 40 characters on one line.
fn clip(text: &str) -> String {
    let mut clipped =
        text.chars().take(40).collect::<String>().escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"");
    if text.chars().nth(40).is_some() {
        clipped.push('…');
    }
    clipped
}
