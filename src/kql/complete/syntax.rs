//! What the language's syntax lets stand at the cursor.
//!
//! The tokens before the cursor are read by the syntaxes of the catalogue, all ways at once: where a way arrives at the
//! end it notes what it wants there. Broken text before the cursor ends its operator, not the reading.

mod expression;
mod query;

use super::super::catalog::{OperatorParameter, ParameterKind, Slot, Syntax};
use super::super::kind::SyntaxKind as K;
use super::super::lexer::tokenize;

/// Something that could stand at the cursor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Want {
    pub(super) what: What,
    /// Where the word of the operator begins whose rows can be named here.
    pub(super) stage: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// The word of a statement.
    Statement,
    /// A table, or something that gives one; with an operator that begins a query where `operators` says so.
    Table {
        operators: bool,
    },
    /// The word of an operator behind `|`.
    Operator,
    Scalar(Scalar),
    /// What joins an operand to another one.
    Infix(Infix),
    /// A column and nothing else.
    Column,
    /// A key of a join.
    JoinKey,
    /// What follows `.` behind the text up to this byte.
    Member {
        end: usize,
    },
    Plugin,
    Invoked,
    SetOption,
    Type,
    Chart,
    /// A function's value, or the words that are only the value of a `let`.
    LetValue,
    Keyword(&'static str),
    Parameter(&'static OperatorParameter),
    ParameterValue(&'static OperatorParameter),
    Pattern,
}

/// A scalar, and what is known of the place.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that may stand at a place")]
pub(super) struct Scalar {
    pub(super) aggregates: bool,
    /// A table may stand here too, as behind `in (`.
    pub(super) tables: bool,
    /// A number of rows.
    pub(super) is_count: bool,
    /// A key of a join.
    pub(super) is_key: bool,
    pub(super) expected: Expected,
}

/// An operand that stands before the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Infix {
    pub(super) end: usize,
    /// It is the right side of a comparison already.
    pub(super) is_compared: bool,
    /// Something before it is a condition.
    pub(super) in_condition: bool,
}

/// What type the place expects.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Expected {
    #[default]
    Anything,
    /// Like the operand that ends at this byte.
    Like(usize),
    Text,
    /// Of an argument: the function's name and the argument's place, from 0.
    Argument(String, usize),
}

/// A call whose parentheses are open at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct OpenCall {
    pub(in crate::kql) name: String,
    /// Where its name begins.
    pub(in crate::kql) start: usize,
    pub(in crate::kql) argument: usize,
    /// The operator `invoke` or `evaluate` when it calls it.
    pub(in crate::kql) stage: Option<&'static str>,
}

/// What was read.
#[derive(Debug, Default)]
pub(in crate::kql) struct Reading {
    pub(super) wants: Vec<Want>,
    /// Innermost last.
    pub(in crate::kql) calls: Vec<OpenCall>,
    /// The operator or statement around the cursor: its word, and where that begins.
    pub(in crate::kql) stage: Option<(&'static str, usize)>,
    /// Where the `|` stands before the outermost operator around the cursor.
    pub(super) bar: Option<usize>,
}

/// Reads the whole of a text; its end is the cursor.
pub(in crate::kql) fn read(text: &str) -> Reading {
    let tokens = tokenize(text).0.into_iter().filter(|token| !token.kind.is_trivia());
    let tokens = tokens.map(|it| Token { kind: it.kind, start: it.start as usize, end: it.end as usize }).collect();
    let mut reader = Reader {
        text,
        tokens,
        out: Reading::default(),
        stages: Vec::new(),
        calls: Vec::new(),
        arrived: false,
        depth: 0,
        steps: 0,
    };
    reader.statements(0);
    if !reader.arrived {
        reader.arrive(None);
    }
    reader.out
}

#[derive(Debug, Clone, Copy)]
struct Token {
    kind: K,
    start: usize,
    end: usize,
}

/// How deep brackets may nest; behind that nothing is offered.
const MAX_DEPTH: usize = 100;
/// Work is linear but for lists in which several ways lead to the same place.
const MAX_STEPS: usize = 2_000_000;

/// Ways are places between tokens: the number of tokens that were read.
type Ways = Vec<usize>;

struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    out: Reading,
    /// Operators that are being read: their words and where those begin.
    stages: Vec<(&'static str, usize, Option<usize>)>,
    calls: Vec<OpenCall>,
    /// A way has arrived at the end and knew what belongs there, even if that is nothing that can be offered.
    arrived: bool,
    depth: usize,
    steps: usize,
}

impl<'t> Reader<'t> {
    fn is_end(&self, at: usize) -> bool {
        at >= self.tokens.len()
    }

    fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |token| &self.text[token.start..token.end])
    }

    fn kind(&self, at: usize) -> Option<K> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn start(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(self.text.len(), |token| token.start)
    }

    /// Where the token before a place ends.
    fn end_before(&self, at: usize) -> usize {
        at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.end)
    }

    fn wants(&mut self, what: What) {
        self.arrive(Some(what));
    }

    fn arrive(&mut self, what: Option<What>) {
        let stage = self.stages.last().map(|(_, start, _)| *start);
        if !self.arrived {
            self.arrived = true;
            self.out.calls = self.calls.clone();
            self.out.stage = self.stages.last().map(|(word, start, _)| (*word, *start));
            self.out.bar = self.stages.first().and_then(|(_, _, bar)| *bar);
        }
        let want = what.map(|what| Want { what, stage });
        if let Some(want) = want.filter(|want| !self.out.wants.contains(want)) {
            self.out.wants.push(want);
        }
    }

    /// Runs something one bracket deeper.
    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Ways) -> Ways {
        self.steps += 1;
        if self.depth >= MAX_DEPTH || self.steps > MAX_STEPS {
            self.arrived = true;
            return Vec::new();
        }
        self.depth += 1;
        let ways = inner(self);
        self.depth -= 1;
        ways
    }

    /// The place behind a word or sign that may be several tokens of this lexer, such as `-->`.
    fn literally(&self, at: usize, wanted: &str) -> Option<usize> {
        let start = self.tokens.get(at)?.start;
        if !self.text[start..].starts_with(wanted) {
            return None;
        }
        let end = start + wanted.len();
        let length = self.tokens[at..].iter().position(|token| token.end >= end)?;
        (self.tokens[at + length].end == end).then_some(at + length + 1)
    }

    fn syntax(&mut self, syntax: &Syntax, at: usize) -> Ways {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Vec::new();
        }
        match syntax {
            Syntax::Word(word) if self.is_end(at) => self.nothing_after(|it| it.wants(What::Keyword(word))),
            Syntax::Sign(_) if self.is_end(at) => self.nothing_after(|it| it.arrive(None)),
            Syntax::Word(text) | Syntax::Sign(text) => self.literally(at, text).into_iter().collect(),
            Syntax::Slot { slot, .. } => self.slot(*slot, at),
            Syntax::Parameters(of) => self.parameters(of, at),
            Syntax::Parameter(of) => self.parameter(of, at),
            Syntax::Sequence(parts) => self.sequence(parts, at),
            Syntax::Optional(part) => merged([vec![at], self.syntax(part, at)]),
            Syntax::Choice(parts) => {
                let ways: Vec<_> = parts.iter().map(|part| self.syntax(part, at)).collect();
                merged(ways)
            }
            Syntax::List(part) => self.repeated(part, at, true),
            Syntax::Many(part) => self.repeated(part, at, false),
        }
    }

    fn nothing_after(&mut self, note: impl FnOnce(&mut Self)) -> Ways {
        note(self);
        Vec::new()
    }

    fn sequence(&mut self, parts: &[Syntax], at: usize) -> Ways {
        let mut ways = vec![at];
        for part in parts {
            let next: Vec<_> = ways.into_iter().map(|way| self.syntax(part, way)).collect();
            ways = merged(next);
        }
        ways
    }

    fn repeated(&mut self, part: &Syntax, at: usize, with_commas: bool) -> Ways {
        let mut found = Vec::new();
        let mut open = self.syntax(part, at);
        while let Some(way) = open.pop() {
            if found.contains(&way) {
                continue;
            }
            found.push(way);
            let next = match (with_commas, self.kind(way)) {
                (true, Some(K::Comma)) => way + 1,
                (false, Some(_)) => way,
                (true, _) => continue,
                (false, None) => {
                    self.syntax(part, way);
                    continue;
                }
            };
            open.extend(self.syntax(part, next).into_iter().filter(|it| *it > way));
            // All ways through a list lead over its commas: a lone one needs no memory of those behind.
            if open.len() == 1 && found.len() > 64 {
                found.clear();
            }
        }
        merged([found])
    }

    /// `name=value` while one follows.
    fn parameters(&mut self, of: &'static [OperatorParameter], at: usize) -> Ways {
        let mut at = at;
        loop {
            if self.is_end(at) {
                for parameter in of.iter().filter(|it| !it.is_hidden) {
                    self.wants(What::Parameter(parameter));
                }
                return vec![at];
            }
            let Some((parameter, behind)) = of.iter().find_map(|it| Some((it, self.parameter_name(it, at)?))) else {
                return vec![at];
            };
            if self.kind(behind) != Some(K::Equal) {
                if self.is_end(behind) {
                    self.arrive(None);
                }
                return vec![at];
            }
            match self.parameter_value(parameter, behind + 1) {
                Some(next) => at = next,
                None => return Vec::new(),
            }
        }
    }

    fn parameter(&mut self, of: &'static [OperatorParameter], at: usize) -> Ways {
        if self.is_end(at) {
            for parameter in of.iter().filter(|it| !it.is_hidden) {
                self.wants(What::Parameter(parameter));
            }
            return Vec::new();
        }
        let found = of.iter().find_map(|it| Some((it, self.parameter_name(it, at)?)));
        let Some((parameter, behind)) = found.filter(|(_, behind)| self.kind(*behind) == Some(K::Equal)) else {
            return Vec::new();
        };
        self.parameter_value(parameter, behind + 1).into_iter().collect()
    }

    fn parameter_name(&self, parameter: &OperatorParameter, at: usize) -> Option<usize> {
        let spellings = [Some(parameter.name), parameter.alias];
        spellings.into_iter().flatten().find_map(|name| self.literally(at, name))
    }

    fn parameter_value(&mut self, parameter: &'static OperatorParameter, at: usize) -> Option<usize> {
        if self.is_end(at) {
            self.wants(What::ParameterValue(parameter));
            return None;
        }
        let mut at = self.name(at).or(Some(at + 1))?;
        // Lists of columns go on behind a comma; the next parameter has a `=`.
        while parameter.kind == ParameterKind::Columns && self.kind(at) == Some(K::Comma) {
            if self.is_end(at + 1) {
                self.wants(What::ParameterValue(parameter));
            }
            match self.name(at + 1).filter(|next| self.kind(*next) != Some(K::Equal)) {
                Some(next) => at = next,
                None => break,
            }
        }
        Some(at)
    }

    fn slot(&mut self, slot: Slot, at: usize) -> Ways {
        match slot {
            Slot::Scalar => self.expression(at, &Scalar::default()),
            Slot::Count => self.expression(at, &Scalar { is_count: true, ..Scalar::default() }),
            Slot::Named => self.named(at, &Scalar::default()),
            Slot::Aggregate => self.named(at, &Scalar { aggregates: true, ..Scalar::default() }),
            Slot::JoinKey => self.expression(at, &Scalar { is_key: true, ..Scalar::default() }),
            Slot::Column if self.is_end(at) => self.nothing_after(|it| it.wants(What::Column)),
            Slot::Column => self.column(at),
            Slot::ColumnPattern if self.is_end(at) => self.nothing_after(|it| it.wants(What::Column)),
            Slot::ColumnPattern => self.pattern(at),
            Slot::NewName if self.is_end(at) => self.nothing_after(|it| it.arrive(None)),
            Slot::NewName => self.name(at).into_iter().collect(),
            Slot::Table => self.table(at, false),
            Slot::Query => self.query(at),
            Slot::Subquery => self.subquery(at),
            Slot::Value => self.let_value(at),
            Slot::Type if self.is_end(at) => self.nothing_after(|it| it.wants(What::Type)),
            Slot::Type => vec![at + 1],
            Slot::Literal | Slot::Text => self.literal(at),
            Slot::Chart if self.is_end(at) => self.nothing_after(|it| it.wants(What::Chart)),
            Slot::Chart => vec![at + 1],
            Slot::Plugin if self.is_end(at) => self.nothing_after(|it| it.wants(What::Plugin)),
            Slot::Invoked if self.is_end(at) => self.nothing_after(|it| it.wants(What::Invoked)),
            Slot::Plugin | Slot::Invoked => self.called(at).into_iter().collect(),
            Slot::Option if self.is_end(at) => self.nothing_after(|it| it.wants(What::SetOption)),
            Slot::Option => vec![at + 1],
            Slot::GraphPattern => self.graph_pattern(at),
            Slot::Statements => self.statements(at),
        }
    }
}

/// All ways, each once, in order.
fn merged(ways: impl IntoIterator<Item = Ways>) -> Ways {
    let mut ways: Ways = ways.into_iter().flatten().collect();
    ways.sort_unstable();
    ways.dedup();
    ways
}
