//! The notation in which the catalogue writes how an operator or a statement is written.
//!
//! A bare word is that word; `'('` is a sign; `<label>` or `<label:slot>` is a place for something ([`Slot`]); `{join}`
//! stands for any of the parameters of that set; `[…]` may be missing, `(… | …)` is a choice; `,...` behind a part
//! means one or more with commas between, `...` one or more in a row. A column list that may be missing is `[<x>,...]`.

use super::operator_parameter::{OperatorParameter, operator_parameters};

/// A piece of a syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) enum Syntax {
    Word(&'static str),
    Sign(&'static str),
    Slot {
        label: &'static str,
        slot: Slot,
    },
    /// Any number of parameters with their values, without commas.
    Parameters(&'static [OperatorParameter]),
    /// Exactly one, as in a list with commas.
    Parameter(&'static [OperatorParameter]),
    Sequence(Vec<Self>),
    Optional(Box<Self>),
    Choice(Vec<Self>),
    /// One or more with commas between.
    List(Box<Self>),
    /// One or more in a row.
    Many(Box<Self>),
}

/// What stands in a place of a syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::kql) enum Slot {
    /// A scalar expression.
    Scalar,
    /// A number of rows: a scalar expression that is mostly a literal.
    Count,
    /// `[name =] scalar`
    Named,
    /// `[name =] aggregate`
    Aggregate,
    /// A column by its name.
    Column,
    /// A column by its name, or a pattern with `*`.
    ColumnPattern,
    /// A column of both sides, or `$left.a == $right.b`.
    JoinKey,
    /// A name that is made here.
    NewName,
    /// A table: a name, a call, or a query in parentheses.
    Table,
    /// Any query.
    Query,
    /// Operators over the rows at hand, or a query.
    Subquery,
    /// The value of a `let`: a scalar, a query or a function.
    Value,
    /// A scalar type.
    Type,
    Literal,
    Text,
    Chart,
    /// A plugin with its arguments.
    Plugin,
    /// A function that takes the rows at hand.
    Invoked,
    /// The name of a `set` option.
    Option,
    /// The nodes and edges that a graph operator looks for.
    GraphPattern,
    /// Statements, `;` between them.
    Statements,
}

impl Slot {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "scalar" => Self::Scalar,
            "count" => Self::Count,
            "named" => Self::Named,
            "aggregate" => Self::Aggregate,
            "column" => Self::Column,
            "columns" => Self::ColumnPattern,
            "key" => Self::JoinKey,
            "name" => Self::NewName,
            "table" => Self::Table,
            "query" => Self::Query,
            "subquery" => Self::Subquery,
            "value" => Self::Value,
            "type" => Self::Type,
            "literal" => Self::Literal,
            "text" => Self::Text,
            "chart" => Self::Chart,
            "plugin" => Self::Plugin,
            "invoked" => Self::Invoked,
            "option" => Self::Option,
            "pattern" => Self::GraphPattern,
            "statements" => Self::Statements,
            _ => return None,
        })
    }
}

impl Syntax {
    /// Reads the notation. The catalogue's tables are its only source and a test reads them all; what it cannot read
    /// it leaves out.
    pub(in crate::kql) fn parse(text: &'static str) -> Self {
        let mut reader = Reader { text, at: 0 };
        reader.choice()
    }

    /// As a person reads it.
    pub(in crate::kql) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Word(word) => spaced(out, word),
            Self::Sign(sign) => spaced(out, sign),
            Self::Slot { label, .. } => spaced(out, label),
            Self::Parameters(of) => of.iter().for_each(|it| spaced(out, &format!("[{}=…]", it.name))),
            Self::Parameter(of) => {
                let names: Vec<_> = of.iter().map(|it| format!("{}=…", it.name)).collect();
                spaced(out, &names.join(" | "));
            }
            Self::Sequence(parts) => parts.iter().for_each(|part| part.write(out)),
            Self::Optional(part) => spaced(out, &format!("[{}]", part.text())),
            Self::Choice(parts) => {
                let texts: Vec<_> = parts.iter().map(Self::text).collect();
                spaced(out, &format!("({})", texts.join(" | ")));
            }
            Self::List(part) => {
                part.write(out);
                out.push_str(" [, …]");
            }
            Self::Many(part) => {
                part.write(out);
                out.push_str(" …");
            }
        }
    }
}

fn spaced(out: &mut String, piece: &str) {
    let glued = out.is_empty() || out.ends_with(['(', '[', '{']) || piece.starts_with([')', ']', '}', ':', ';', ',']);
    let opens_list = piece == "(" && out.ends_with(|c: char| c.is_alphanumeric());
    if !glued && !opens_list || (piece.starts_with('[') && !out.is_empty() && !out.ends_with(['(', '[', '{', ' '])) {
        out.push(' ');
    }
    out.push_str(piece);
}

struct Reader {
    text: &'static str,
    at: usize,
}

impl Reader {
    fn rest(&self) -> &'static str {
        &self.text[self.at..]
    }

    fn eat(&mut self, sign: &str) -> bool {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    fn until(&mut self, end: char) -> &'static str {
        let rest = self.rest();
        let length = rest.find(end).unwrap_or(rest.len());
        self.at = (self.at + length + 1).min(self.text.len());
        &rest[..length]
    }

    fn choice(&mut self) -> Syntax {
        let mut parts = vec![self.sequence()];
        while self.eat("|") {
            parts.push(self.sequence());
        }
        if parts.len() == 1 { parts.remove(0) } else { Syntax::Choice(parts) }
    }

    fn sequence(&mut self) -> Syntax {
        let mut parts = Vec::new();
        while let Some(mut part) = self.primary() {
            if self.eat(",...") {
                part = Syntax::List(Box::new(part));
            } else if self.eat("...") {
                part = Syntax::Many(Box::new(part));
            }
            parts.push(part);
        }
        if parts.len() == 1 { parts.remove(0) } else { Syntax::Sequence(parts) }
    }

    fn primary(&mut self) -> Option<Syntax> {
        if self.eat("[") {
            let inner = self.choice();
            self.eat("]");
            return Some(Syntax::Optional(Box::new(inner)));
        }
        if self.eat("(") {
            let inner = self.choice();
            self.eat(")");
            return Some(inner);
        }
        if self.eat("<") {
            let inside = self.until('>');
            let (label, slot) = inside.split_once(':').unwrap_or((inside, inside));
            return Some(Syntax::Slot { label, slot: Slot::parse(slot)? });
        }
        if self.eat("{,") {
            return Some(Syntax::List(Box::new(Syntax::Parameter(operator_parameters(self.until('}'))))));
        }
        if self.eat("{") {
            return Some(Syntax::Parameters(operator_parameters(self.until('}'))));
        }
        if self.eat("'") {
            return Some(Syntax::Sign(self.until('\'')));
        }
        let rest = self.rest();
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| Syntax::Word(&rest[..length]))
    }
}
