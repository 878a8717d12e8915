//! Statements, queries and their operators.

use super::{K, Reader, Scalar, Ways, What, merged};
use crate::kql::catalog::{Construct, Position, construct};

impl Reader<'_> {
    /// Statements with `;` between, up to the end or a closing bracket.
    pub(super) fn statements(&mut self, at: usize) -> Ways {
        let mut at = at;
        loop {
            let ways = self.statement(at);
            if self.arrived {
                return Vec::new();
            }
            at = self.skip(ways.into_iter().max().unwrap_or(at), false);
            match self.kind(at) {
                Some(K::Semicolon) => at += 1,
                Some(_) if self.depth > 0 => return vec![at],
                // A closing bracket that nothing has opened.
                Some(_) => at += 1,
                None => return Vec::new(),
            }
        }
    }

    fn statement(&mut self, at: usize) -> Ways {
        if self.is_end(at) {
            self.wants(What::Statement);
        }
        if let Some(statement) = construct(self.word(at)).filter(|it| it.position == Position::Statement) {
            return self.construct(statement, at, None);
        }
        let ways = self.query(at);
        if ways.is_empty() && !self.arrived { self.expression(at, &Scalar::default()) } else { ways }
    }

    /// A word of the catalogue and what follows it.
    fn construct(&mut self, construct: &'static Construct, at: usize, bar: Option<usize>) -> Ways {
        let behind = self.literally(at, self.word(at)).unwrap_or(at + 1);
        self.stages.push((construct.name, self.start(at), bar));
        let ways = self.deeper(|it| it.syntax(&construct.syntax, behind));
        self.stages.pop();
        ways
    }

    /// A source and the operators behind it.
    pub(super) fn query(&mut self, at: usize) -> Ways {
        let ways = self.table(at, true);
        let mut found: Ways = Vec::new();
        for way in ways {
            found.extend(self.pipes(way));
        }
        merged([found])
    }

    /// Operators, each behind a `|`.
    fn pipes(&mut self, at: usize) -> Option<usize> {
        let mut at = at;
        while self.kind(at) == Some(K::Bar) {
            at = self.operator(at + 1, Some(self.start(at)))?;
        }
        Some(at)
    }

    /// The operators behind a source that was read as something else.
    pub(super) fn query_behind(&mut self, at: usize) -> Option<usize> {
        self.pipes(at)
    }

    fn operator(&mut self, at: usize, bar: Option<usize>) -> Option<usize> {
        if self.is_end(at) {
            self.wants(What::Operator);
            return None;
        }
        let piped = |it: &&Construct| matches!(it.position, Position::Piped | Position::Both);
        let Some(operator) = construct(self.word(at)).filter(piped) else { return Some(self.skip(at + 1, true)) };
        let ways = self.construct(operator, at, bar);
        let furthest = ways.into_iter().max().unwrap_or(at + 1);
        if self.arrived {
            return Some(furthest).filter(|way| self.is_end(*way));
        }
        let behind = self.skip(furthest, true);
        if behind > furthest && self.is_end(behind) {
            // What stands before the cursor is no syntax of the operator: a scalar is the best guess.
            self.stages.push((operator.name, self.start(at), bar));
            self.wants(What::Scalar(Scalar::default()));
            self.stages.pop();
            return None;
        }
        Some(behind)
    }

    /// Over everything up to a closing bracket that nothing has opened, `;`, or `|` where that ends it.
    fn skip(&self, at: usize, to_bar: bool) -> usize {
        let mut depth = 0_usize;
        for (offset, token) in self.tokens[at.min(self.tokens.len())..].iter().enumerate() {
            match token.kind {
                K::OpenParen | K::OpenBracket | K::OpenBrace => depth += 1,
                K::CloseParen | K::CloseBracket | K::CloseBrace | K::Semicolon if depth == 0 => return at + offset,
                K::CloseParen | K::CloseBracket | K::CloseBrace => depth -= 1,
                K::Bar if depth == 0 && to_bar => return at + offset,
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// Something that gives rows.
    pub(super) fn table(&mut self, at: usize, operators: bool) -> Ways {
        if self.is_end(at) {
            self.wants(What::Table { operators });
            return Vec::new();
        }
        if self.kind(at) == Some(K::OpenParen) {
            return self.deeper(|it| {
                let ways = it.query(at + 1);
                let closed: Vec<_> = ways.into_iter().map(|way| it.closed(way, K::CloseParen)).collect();
                merged(closed)
            });
        }
        let word = self.word(at);
        let is_query_word = |it: &&Construct| match it.position {
            Position::Source => true,
            Position::Leading | Position::Both => operators,
            Position::Piped | Position::Statement => false,
        };
        if let Some(construct) = construct(word).filter(is_query_word) {
            return self.construct(construct, at, None);
        }
        if matches!(word, "materialize" | "totable" | "view") && self.kind(at + 1) == Some(K::OpenParen) {
            return self.enclosed_query(at + 1);
        }
        self.called(at).into_iter().collect()
    }

    /// A query in parentheses, the first of which is at the place.
    pub(super) fn enclosed_query(&mut self, at: usize) -> Ways {
        self.deeper(|it| {
            let ways = it.query(at + 1);
            let closed: Vec<_> = ways.into_iter().map(|way| it.closed(way, K::CloseParen)).collect();
            merged(closed)
        })
    }

    /// The place behind a closing bracket, over what cannot be read before it.
    pub(super) fn closed(&mut self, at: usize, bracket: K) -> Ways {
        if self.is_end(at) {
            self.arrive(None);
            return Vec::new();
        }
        let at = self.skip(at, false);
        if self.kind(at) == Some(bracket) { vec![at + 1] } else { Vec::new() }
    }

    /// Operators over the rows at hand, or a whole query.
    pub(super) fn subquery(&mut self, at: usize) -> Ways {
        let piped = |it: &&Construct| matches!(it.position, Position::Piped | Position::Both);
        if !self.is_end(at) && construct(self.word(at)).is_none_or(|it| !piped(&it)) {
            return self.query(at);
        }
        let Some(behind) = self.operator(at, None) else { return Vec::new() };
        self.pipes(behind).into_iter().collect()
    }

    /// What stands behind the `=` of a `let`.
    pub(super) fn let_value(&mut self, at: usize) -> Ways {
        if self.is_end(at) {
            self.wants(What::LetValue);
            self.wants(What::Table { operators: true });
            self.wants(What::Scalar(Scalar::default()));
            return Vec::new();
        }
        let paren = at + usize::from(self.word(at) == "view");
        if self.kind(paren) == Some(K::OpenParen) && self.begins_parameters(paren + 1) {
            return self.deeper(|it| it.function(paren + 1));
        }
        let arrived_before = self.arrived;
        let query = self.query(at);
        let scalar = if self.arrived && !arrived_before && query.is_empty() {
            // The cursor is inside the query; read as a scalar the same text would only repeat it.
            Vec::new()
        } else {
            self.expression(at, &Scalar::default())
        };
        merged([query, scalar])
    }

    fn begins_parameters(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(K::CloseParen) => true,
            Some(_) => self.name(at).is_some_and(|behind| self.kind(behind) == Some(K::Colon)),
            None => false,
        }
    }

    /// The parameters and the body of a function; the place is behind the opening parenthesis.
    fn function(&mut self, at: usize) -> Ways {
        let mut at = at;
        loop {
            match self.kind(at) {
                None => return self.nothing_after(|it| it.arrive(None)),
                Some(K::CloseParen) => break,
                Some(K::Comma) => at += 1,
                Some(_) => match self.parameter_declaration(at) {
                    Some(behind) => at = behind,
                    None => return Vec::new(),
                },
            }
        }
        match self.kind(at + 1) {
            Some(K::OpenBrace) => {
                let ways = self.statements(at + 2);
                let closed: Vec<_> = ways.into_iter().map(|way| self.closed(way, K::CloseBrace)).collect();
                merged(closed)
            }
            None => self.nothing_after(|it| it.arrive(None)),
            Some(_) => vec![at + 1],
        }
    }

    /// `x: long`, `x: long = 1`, `T: (x: long)`, `T: (*)`.
    fn parameter_declaration(&mut self, at: usize) -> Option<usize> {
        let behind = self.name(at)?;
        match self.kind(behind) {
            Some(K::Colon) => {}
            None => {
                self.arrive(None);
                return None;
            }
            Some(_) => return Some(behind),
        }
        let at = behind + 1;
        let mut at = match self.kind(at) {
            None => {
                self.wants(What::Type);
                return None;
            }
            Some(K::OpenParen) => self.columns(at + 1)?,
            Some(_) => at + 1,
        };
        if self.kind(at) == Some(K::Equal) {
            at = self.literal(at + 1).pop()?;
        }
        Some(at)
    }

    /// The columns of a parameter that is a table; the place is behind the opening parenthesis.
    fn columns(&mut self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            match self.kind(at) {
                Some(K::CloseParen) => return Some(at + 1),
                Some(K::Comma | K::Star) => at += 1,
                Some(_) => at = self.parameter_declaration(at).filter(|behind| *behind > at)?,
                None => {
                    self.arrive(None);
                    return None;
                }
            }
        }
    }

    /// Nodes and edges, which are not read: up to the next clause.
    pub(super) fn graph_pattern(&mut self, at: usize) -> Ways {
        if self.is_end(at) {
            self.wants(What::Pattern);
            return Vec::new();
        }
        let mut depth = 0_usize;
        for (offset, token) in self.tokens[at..].iter().enumerate() {
            match token.kind {
                K::OpenParen | K::OpenBracket => depth += 1,
                K::CloseParen | K::CloseBracket if depth > 0 => depth -= 1,
                K::Comma | K::Bar | K::CloseParen | K::Semicolon if depth == 0 => return vec![at + offset],
                _ if depth == 0 && matches!(self.word(at + offset), "where" | "project") => return vec![at + offset],
                _ => {}
            }
        }
        if depth > 0 {
            self.arrive(None);
            return Vec::new();
        }
        vec![self.tokens.len()]
    }
}
