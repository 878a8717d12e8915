//! Editing as in vim, for those who ask for it: what keys mean, as steps on a text. Knows no screen: the text and the
//! cursor come in, changes and movements go out.

mod motion;
mod object;
mod operator;

use std::ops::Range;

use crate::config::{Chord, KeyName};
use crate::kql::TextEdit;

use motion::Motion;
use operator::Operator;

/// What keys mean now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mode {
    #[default]
    Normal,
    Insert,
    Visual,
    VisualLine,
}

impl Mode {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Insert => "INSERT",
            Self::Visual => "VISUAL",
            Self::VisualLine => "VISUAL LINE",
        }
    }

    fn is_visual(self) -> bool {
        matches!(self, Self::Visual | Self::VisualLine)
    }
}

/// Something to do with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Changes as one step of undo, and where the cursor is behind them.
    Edit {
        edits: Vec<TextEdit>,
        cursor: usize,
    },
    Go(usize),
    Select(Range<usize>),
    Unselect,
    Undo,
    Redo,
    /// Show the line in which one looks for text.
    Find,
    FindAgain(bool),
    /// Look for this word.
    FindWord(String, bool),
    /// Show the line for commands.
    CommandLine,
    HalfPage(bool),
    /// Do the last change again, so often.
    Repeat(usize),
    /// Text was taken, to be pasted elsewhere too.
    Taken(String),
}

/// What came of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It means what it means without this.
    Pass,
    Steps(Vec<Step>),
}

/// A key that waits for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    G,
    Find(char),
    Replace,
    /// `i` or `a` before a text object.
    Object(bool),
}

/// A change that can be made again: its keys, and what was typed then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LastChange {
    pub(super) keys: Vec<Chord>,
    pub(super) inserted: String,
}

/// The state between two keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Vim {
    mode: Mode,
    count: Option<usize>,
    operator: Option<Operator>,
    /// The count before the operator.
    operator_count: Option<usize>,
    waiting: Option<Waiting>,
    register: Register,
    /// The last f, F, t or T, and its letter.
    found: Option<(char, char)>,
    /// The ends of what is marked in visual mode: where it began, and where the cursor is.
    anchor: usize,
    head: usize,
    /// The column that j and k aim at.
    goal: Option<usize>,
    /// Keys of the command under way.
    typed: Vec<Chord>,
    pub(super) last: LastChange,
    /// Where typing began, how much text is behind it, and how often it is written.
    inserting: Option<(usize, usize, usize)>,
}

/// What was taken last.
#[derive(Debug, Clone, Default)]
struct Register {
    text: String,
    is_lines: bool,
}

/// Counts beyond this are mistyped.
const MAX_COUNT: usize = 9_999;

impl Vim {
    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// The mode, and the keys of a command that is not complete.
    pub(super) fn words(&self) -> String {
        let typed: String = self.typed.iter().map(ToString::to_string).collect();
        format!("{} {typed}", self.mode.word()).trim_end().to_owned()
    }

    /// What is typed from here on goes into the text.
    pub(super) fn begin_insert(&mut self, text: &str, at: usize, count: usize) {
        self.mode = Mode::Insert;
        self.inserting = Some((at, text.len() - at, count));
    }

    /// Back to normal mode, whatever was under way.
    pub(super) fn reset(&mut self) {
        self.mode = Mode::Normal;
        self.forget();
    }

    fn forget(&mut self) {
        (self.count, self.operator, self.operator_count, self.waiting) = (None, None, None, None);
        self.typed.clear();
    }

    /// Takes a key.
    pub(super) fn key(&mut self, chord: Chord, text: &str, at: usize) -> Outcome {
        if chord == Chord::plain(KeyName::Esc) {
            return self.escape(text, at);
        }
        if self.mode == Mode::Insert {
            return Outcome::Pass;
        }
        let Some(letter) = letter(chord) else {
            if self.typed.is_empty() && !chord.ctrl {
                return Outcome::Pass;
            }
            return self.control(chord);
        };
        self.typed.push(chord);
        let mode = self.mode;
        let steps = if mode.is_visual() { self.visual(letter, text) } else { self.normal(letter, text, at) };
        if self.is_complete() {
            let changed = steps.iter().any(|it| matches!(it, Step::Edit { .. })) || self.mode == Mode::Insert;
            let keys = std::mem::take(&mut self.typed);
            if changed && !mode.is_visual() && letter != '.' {
                self.last = LastChange { keys, inserted: String::new() };
            }
            self.forget();
        }
        Outcome::Steps(steps)
    }

    fn is_complete(&self) -> bool {
        self.waiting.is_none() && self.operator.is_none() && self.count.is_none()
    }

    fn escape(&mut self, text: &str, at: usize) -> Outcome {
        let was = self.mode;
        let had = !self.typed.is_empty();
        self.reset();
        let mut steps = Vec::new();
        match was {
            Mode::Insert => {
                if let Some((start, tail, count)) = self.inserting.take() {
                    let end = text.len().saturating_sub(tail);
                    let inserted = text.get(start..end).unwrap_or_default().to_owned();
                    if count > 1 && !inserted.is_empty() {
                        let edit = TextEdit { span: at..at, text: inserted.repeat(count - 1) };
                        let last = inserted.chars().next_back().map_or(0, char::len_utf8);
                        let cursor = at + edit.text.len() - last;
                        steps.push(Step::Edit { edits: vec![edit], cursor });
                    }
                    self.last.inserted = inserted;
                }
                if steps.is_empty() {
                    steps.push(Step::Go(motion::left(text, at)));
                }
            }
            Mode::Visual | Mode::VisualLine => {
                steps.push(Step::Unselect);
                steps.push(Step::Go(motion::on_letter(text, text.floor_char_boundary(self.head))));
            }
            Mode::Normal if !had => return Outcome::Pass,
            Mode::Normal => {}
        }
        Outcome::Steps(steps)
    }

    /// Ctrl and a letter; other keys mean what they mean everywhere.
    fn control(&mut self, chord: Chord) -> Outcome {
        self.forget();
        match chord.key {
            KeyName::Char('r') if chord.ctrl && !chord.alt => Outcome::Steps(vec![Step::Redo]),
            KeyName::Char('d') if chord.ctrl && !chord.alt => Outcome::Steps(vec![Step::HalfPage(true)]),
            KeyName::Char('u') if chord.ctrl && !chord.alt => Outcome::Steps(vec![Step::HalfPage(false)]),
            _ => Outcome::Pass,
        }
    }

    /// The count of the command: both counts multiplied, as in vim.
    fn times(&self) -> usize {
        (self.count.unwrap_or(1) * self.operator_count.unwrap_or(1)).clamp(1, MAX_COUNT)
    }

    /// Takes a digit of a count; false when the key is none.
    fn digit(&mut self, letter: char) -> bool {
        let Some(digit) = letter.to_digit(10).filter(|it| *it > 0 || self.count.is_some()) else { return false };
        self.count = Some((self.count.unwrap_or(0) * 10 + digit as usize).min(MAX_COUNT));
        true
    }

    /// Where a motion goes; `None` when the key is none, or waits for another one.
    fn motion(&mut self, letter: char, text: &str, at: usize) -> Option<Motion> {
        match std::mem::take(&mut self.waiting) {
            Some(Waiting::G) => return motion::behind_g(letter, text, at, self.count),
            Some(Waiting::Find(kind)) => {
                self.found = Some((kind, letter));
                return motion::find(text, at, kind, letter, self.times());
            }
            other => self.waiting = other,
        }
        match letter {
            'g' => self.waiting = Some(Waiting::G),
            'f' | 'F' | 't' | 'T' => self.waiting = Some(Waiting::Find(letter)),
            ';' | ',' => {
                let (kind, sought) = self.found?;
                let kind = if letter == ';' { kind } else { motion::turned(kind) };
                return motion::find_again(text, at, kind, sought, self.times());
            }
            'j' | 'k' => {
                let goal = *self.goal.get_or_insert_with(|| motion::column(text, at));
                return Some(motion::vertical(text, at, letter == 'j', self.times(), goal));
            }
            _ => return motion::plain(letter, text, at, self.count, self.times()),
        }
        None
    }

    fn normal(&mut self, letter: char, text: &str, at: usize) -> Vec<Step> {
        if self.waiting == Some(Waiting::Replace) {
            self.waiting = None;
            return operator::replaced(text, at, letter, self.done());
        }
        if let Some(Waiting::Object(around)) = self.waiting {
            self.waiting = None;
            let range = object::find(text, at, letter, around);
            let (operator, _) = (self.operator.take(), self.done());
            let (Some(operator), Some(range)) = (operator, range) else { return Vec::new() };
            return self.operate(operator, text, range, false, at);
        }
        if self.waiting.is_none() {
            if self.digit(letter) {
                return Vec::new();
            }
            if let Some(operator) = self.operator {
                if matches!(letter, 'i' | 'a') {
                    self.waiting = Some(Waiting::Object(letter == 'a'));
                    return Vec::new();
                }
                if operator.is_doubled_by(letter) {
                    let n = self.done();
                    self.operator = None;
                    let lines = motion::lines(text, at, n);
                    return self.operate(operator, text, lines, true, at);
                }
            } else if let Some(operator) = Operator::of(letter) {
                self.operator = Some(operator);
                self.operator_count = self.count.take();
                return Vec::new();
            } else if let Some(steps) = self.command(letter, text, at) {
                return steps;
            }
        } else if self.waiting == Some(Waiting::G)
            && let Some(operator) = Operator::behind_g(letter)
        {
            self.waiting = None;
            self.operator = Some(operator);
            self.operator_count = self.count.take();
            return Vec::new();
        }
        if !matches!(letter, 'j' | 'k') {
            self.goal = None;
        }
        let motion = self.motion(letter, text, at);
        if self.waiting.is_some() {
            return Vec::new();
        }
        let operator = self.operator.take();
        self.done();
        let Some(motion) = motion else { return Vec::new() };
        match operator {
            Some(operator) => {
                let motion = operator.bent(motion, letter, text, at);
                let (range, is_lines) = motion.range(text, at);
                self.operate(operator, text, range, is_lines, at)
            }
            None => vec![Step::Go(motion::on_letter(text, motion.to))],
        }
    }

    /// The count, which is used up now.
    fn done(&mut self) -> usize {
        let times = self.times();
        (self.count, self.operator_count) = (None, None);
        times
    }

    fn operate(&mut self, operator: Operator, text: &str, range: Range<usize>, lines: bool, at: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        if operator.takes() {
            let mut taken = text[range.clone()].to_owned();
            if lines && !taken.ends_with('\n') {
                taken.push('\n');
            }
            steps.push(Step::Taken(taken.clone()));
            self.register = Register { text: taken, is_lines: lines };
        }
        steps.extend(operator.steps(text, range, lines, at));
        if operator == Operator::Change {
            self.mode = Mode::Insert;
        }
        steps
    }

    /// Commands of one key; `None` when the key is none.
    fn command(&mut self, letter: char, text: &str, at: usize) -> Option<Vec<Step>> {
        let n = self.times();
        let line = motion::line(text, at);
        let mut with = |operator: Operator, range: Range<usize>| self.operate(operator, text, range, false, at);
        let steps = match letter {
            'x' => with(Operator::Delete, at..motion::right_in_line(text, at, n)),
            'X' => with(Operator::Delete, motion::left_in_line(text, at, n)..at),
            's' => with(Operator::Change, at..motion::right_in_line(text, at, n)),
            'D' => with(Operator::Delete, at..line.end),
            'C' => with(Operator::Change, at..line.end),
            'S' => self.operate(Operator::Change, text, motion::lines(text, at, n), true, at),
            'Y' => self.operate(Operator::Yank, text, motion::lines(text, at, n), true, at),
            'r' => {
                self.waiting = Some(Waiting::Replace);
                return Some(Vec::new());
            }
            'J' => operator::joined(text, at, n.max(2)),
            '~' => operator::turned_case(text, at..motion::right_in_line(text, at, n), true),
            'p' | 'P' => self.put(text, at, letter == 'p', n),
            'i' => self.insert_at(text, at),
            'I' => self.insert_at(text, motion::first_letter(text, at)),
            'a' => self.insert_at(text, motion::right_in_line(text, at, 1)),
            'A' => self.insert_at(text, line.end),
            'o' => self.open_line(text, line.end, text, at),
            'O' => self.open_line(text, line.start, text, at),
            'u' => vec![Step::Undo; n],
            '.' => vec![Step::Repeat(n)],
            'v' => self.begin_visual(Mode::Visual, text, at),
            'V' => self.begin_visual(Mode::VisualLine, text, at),
            '/' => vec![Step::Find],
            'n' | 'N' => vec![Step::FindAgain(letter == 'n'); n],
            '*' | '#' => object::find(text, at, 'w', false)
                .map_or_else(Vec::new, |it| vec![Step::FindWord(text[it].to_owned(), letter == '*')]),
            ':' => vec![Step::CommandLine],
            _ => return None,
        };
        if self.mode == Mode::Insert && matches!(letter, 'i' | 'a' | 'I' | 'A') {
            self.inserting = Some((0, 0, n));
        }
        self.done();
        Some(steps)
    }

    fn insert_at(&mut self, _text: &str, to: usize) -> Vec<Step> {
        self.mode = Mode::Insert;
        vec![Step::Go(to)]
    }

    /// How often what is typed now will stand there.
    pub(super) fn insert_count(&self) -> usize {
        self.inserting.map_or(1, |it| it.2)
    }

    /// A new line with the indentation of this one.
    fn open_line(&mut self, text: &str, place: usize, _: &str, at: usize) -> Vec<Step> {
        self.mode = Mode::Insert;
        let line = motion::line(text, at);
        let indent = motion::indent(&text[line.clone()]);
        let below = place == line.end && !(line.is_empty() && place == line.start && place < at);
        let written = if below { format!("\n{indent}") } else { format!("{indent}\n") };
        let cursor = if below { place + written.len() } else { place + indent.len() };
        vec![Step::Edit { edits: vec![TextEdit { span: place..place, text: written }], cursor }]
    }

    /// Puts what was taken behind the cursor or before it.
    fn put(&mut self, text: &str, at: usize, behind: bool, n: usize) -> Vec<Step> {
        if self.register.text.is_empty() {
            return Vec::new();
        }
        let written = self.register.text.repeat(n);
        let line = motion::line(text, at);
        let (place, written, cursor) = if !self.register.is_lines {
            let place = if behind { motion::right_in_line(text, at, 1) } else { at };
            let cursor = motion::left(&written, written.len()) + place;
            (place, written, cursor)
        } else if behind && line.end == text.len() {
            let written = format!("\n{}", written.strip_suffix('\n').unwrap_or(&written));
            let cursor = line.end + 1 + motion::indent(&written[1..]).len();
            (line.end, written, cursor)
        } else {
            let place = if behind { line.end + 1 } else { line.start };
            let cursor = place + motion::indent(&written).len();
            (place, written, cursor)
        };
        vec![Step::Edit { edits: vec![TextEdit { span: place..place, text: written }], cursor }]
    }

    /// Text that was copied elsewhere is what `p` puts.
    pub(super) fn set_register(&mut self, text: &str) {
        if self.register.text != text {
            self.register = Register { text: text.to_owned(), is_lines: text.ends_with('\n') };
        }
    }

    fn begin_visual(&mut self, mode: Mode, text: &str, at: usize) -> Vec<Step> {
        self.mode = mode;
        (self.anchor, self.head) = (at, at);
        vec![Step::Select(self.marked(text))]
    }

    /// What is marked: whole letters, or whole lines.
    fn marked(&self, text: &str) -> Range<usize> {
        let (start, end) = (self.anchor.min(self.head), self.anchor.max(self.head));
        if self.mode == Mode::VisualLine {
            return motion::line(text, start).start..motion::line(text, end).end;
        }
        start..motion::next(text, end)
    }

    fn visual(&mut self, letter: char, text: &str) -> Vec<Step> {
        (self.anchor, self.head) = (text.floor_char_boundary(self.anchor), text.floor_char_boundary(self.head));
        let head = self.head;
        if let Some(Waiting::Object(around)) = self.waiting {
            self.waiting = None;
            self.done();
            if let Some(range) = object::find(text, head, letter, around).filter(|it| !it.is_empty()) {
                (self.anchor, self.head) = (range.start, motion::left_of(text, range.end));
            }
            return vec![Step::Select(self.marked(text))];
        }
        if self.waiting == Some(Waiting::Replace) {
            let range = self.marked(text);
            self.reset();
            return operator::filled(text, range, letter);
        }
        if self.waiting.is_none() {
            if self.digit(letter) {
                return Vec::new();
            }
            match letter {
                'i' | 'a' => {
                    self.waiting = Some(Waiting::Object(letter == 'a'));
                    return Vec::new();
                }
                'r' => {
                    self.waiting = Some(Waiting::Replace);
                    return Vec::new();
                }
                'v' | 'V' => {
                    let mode = if letter == 'v' { Mode::Visual } else { Mode::VisualLine };
                    if self.mode == mode {
                        self.reset();
                        return vec![Step::Unselect, Step::Go(motion::on_letter(text, head))];
                    }
                    self.mode = mode;
                    return vec![Step::Select(self.marked(text))];
                }
                'o' => {
                    std::mem::swap(&mut self.anchor, &mut self.head);
                    return vec![Step::Select(self.marked(text))];
                }
                ':' => return vec![Step::CommandLine],
                _ => {}
            }
            if let Some(operator) = Operator::in_visual(letter) {
                return self.operate_on_marked(operator, text);
            }
            if letter == 'J' {
                let range = self.marked(text);
                self.reset();
                let n = text[range.clone()].matches('\n').count() + 1;
                return operator::joined(text, range.start, n.max(2));
            }
            if letter == 'p' {
                let (range, put) = (self.marked(text), self.register.text.clone());
                self.reset();
                let put = if self.register.is_lines { put.trim_end_matches('\n').to_owned() } else { put };
                let cursor = range.start;
                return vec![Step::Edit { edits: vec![TextEdit { span: range, text: put }], cursor }];
            }
        }
        if !matches!(letter, 'j' | 'k') {
            self.goal = None;
        }
        let motion = self.motion(letter, text, head);
        if self.waiting.is_some() {
            return Vec::new();
        }
        self.done();
        if let Some(motion) = motion {
            self.head = motion.to.min(text.len());
        }
        vec![Step::Select(self.marked(text))]
    }

    fn operate_on_marked(&mut self, operator: Operator, text: &str) -> Vec<Step> {
        let is_lines = self.mode == Mode::VisualLine;
        let mut range = self.marked(text);
        if is_lines && range.end < text.len() {
            range.end += 1;
        }
        self.reset();
        let at = range.start;
        let mut steps = vec![Step::Unselect];
        steps.extend(self.operate(operator, text, range, is_lines, at));
        steps
    }
}

/// The character of a key without Ctrl and Alt; Enter goes a line down, Backspace a letter back.
fn letter(chord: Chord) -> Option<char> {
    match chord {
        Chord { ctrl: false, alt: false, key: KeyName::Char(letter), .. } => Some(letter),
        Chord { ctrl: false, alt: false, shift: false, key: KeyName::Enter } => Some('j'),
        Chord { ctrl: false, alt: false, shift: false, key: KeyName::Backspace } => Some('h'),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
