//! Scalar expressions, names, calls and literals.

use super::{Expected, Infix, K, OpenCall, Reader, Scalar, Ways, What, merged};
use crate::kql::catalog;

/// Words that end an expression instead of being a name in it.
const CLAUSE_WORDS: &[&str] =
    &["and", "or", "by", "on", "from", "to", "step", "of", "with", "asc", "desc", "nulls", "limit"];

impl Reader<'_> {
    /// A name, plain or in brackets.
    pub(super) fn name(&self, at: usize) -> Option<usize> {
        match self.kind(at)? {
            K::OpenBracket if self.kind(at + 1) == Some(K::StringLiteral) => {
                let closing = (at + 2..self.tokens.len()).find(|it| self.kind(*it) != Some(K::StringLiteral))?;
                (self.kind(closing) == Some(K::CloseBracket)).then_some(closing + 1)
            }
            kind if kind == K::Identifier || kind.is_keyword() => {
                let is_operator = !self.word(at).starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$');
                (!is_operator).then_some(at + 1)
            }
            _ => None,
        }
    }

    /// A name that stands for a value: not the word of a clause, not an operator.
    fn operand_name(&self, at: usize) -> Option<usize> {
        let word = self.word(at);
        let is_clause = CLAUSE_WORDS.contains(&word) || (is_word_operator(word) && self.kind(at + 1) != Some(K::Equal));
        self.name(at).filter(|_| !is_clause)
    }

    /// A column: a name and the steps into it.
    pub(super) fn column(&mut self, at: usize) -> Ways {
        let Some(behind) = self.operand_name(at) else { return Vec::new() };
        self.steps(behind).into_iter().collect()
    }

    /// A name with `*` in it.
    pub(super) fn pattern(&mut self, at: usize) -> Ways {
        let is_part = |it: &Self, at: usize| matches!(it.kind(at), Some(K::Star)) || it.name(at).is_some();
        if !is_part(self, at) {
            return Vec::new();
        }
        let mut behind = self.name(at).unwrap_or(at + 1);
        while !self.is_end(behind) && self.start(behind) == self.end_before(behind) && is_part(self, behind) {
            behind = self.name(behind).unwrap_or(behind + 1);
        }
        vec![behind]
    }

    /// A name, perhaps with arguments and a path behind it, that stands for rows or gives them.
    pub(super) fn called(&mut self, at: usize) -> Option<usize> {
        let behind = match self.kind(at)? {
            K::Star => at + 1,
            _ => self.operand_name(at)?,
        };
        // `Device*` as a source of `union`.
        let wild = self.kind(behind) == Some(K::Star) && self.start(behind) == self.end_before(behind);
        let behind = behind + usize::from(wild);
        let behind = match self.kind(behind) {
            Some(K::OpenParen) => self.call(at, behind, &Scalar::default())?,
            _ => behind,
        };
        self.steps(behind)
    }

    /// Steps into a value: `.name`, `[index]`, `.name(…)`.
    fn steps(&mut self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            match self.kind(at) {
                Some(K::Dot) if self.is_end(at + 1) => {
                    let end = self.start(at);
                    self.wants(What::Member { end });
                    return None;
                }
                Some(K::Dot) => {
                    let name = at + 1;
                    at = self.name(name)?;
                    if self.kind(at) == Some(K::OpenParen) {
                        at = self.call(name, at, &Scalar::default())?;
                    }
                }
                Some(K::OpenBracket) => {
                    let ways = self.deeper(|it| it.expression(at + 1, &Scalar::default()));
                    let way = ways.into_iter().max()?;
                    at = self.closed(way, K::CloseBracket).pop()?;
                }
                _ => return Some(at),
            }
        }
    }

    /// `[name =] expression`, `(a, b) = expression`.
    pub(super) fn named(&mut self, at: usize, place: &Scalar) -> Ways {
        if let Some(behind) = self.name(at).filter(|behind| self.kind(*behind) == Some(K::Equal)) {
            return self.expression(behind + 1, place);
        }
        if self.kind(at) == Some(K::OpenParen) {
            let closing = (at + 1..self.tokens.len())
                .find(|it| self.kind(*it) != Some(K::Comma) && self.name(*it).is_none())
                .filter(|it| self.kind(*it) == Some(K::CloseParen) && self.kind(it + 1) == Some(K::Equal));
            if let Some(closing) = closing {
                return self.expression(closing + 2, place);
            }
        }
        self.expression(at, place)
    }

    /// Operands with operators between them.
    pub(super) fn expression(&mut self, at: usize, place: &Scalar) -> Ways {
        self.deeper(|it| it.operands(at, place).into_iter().collect())
    }

    fn operands(&mut self, at: usize, place: &Scalar) -> Option<usize> {
        let mut place = place.clone();
        let mut at = at;
        let mut infix = Infix { end: 0, is_compared: false, in_condition: false };
        loop {
            at = self.operand(at, &place)?;
            infix.end = self.end_before(at);
            if self.is_end(at) {
                self.wants(What::Infix(infix));
                return Some(at);
            }
            let end = infix.end;
            // However many blanks stand inside, `matches regex` is one word.
            let word = if self.kind(at) == Some(K::MatchesKw) { "matches regex" } else { self.word(at) };
            let is_arithmetic = matches!(word, "+" | "-" | "*" | "/" | "%");
            let is_logical = matches!(word, "and" | "or");
            infix.is_compared = !is_logical && (infix.is_compared || !is_arithmetic);
            infix.in_condition |= !is_arithmetic;
            place.is_count = false;
            place.expected = match word {
                "and" | "or" | ":" => Expected::Anything,
                _ if is_word_operator(word) && !word.contains("in") => Expected::Text,
                _ => Expected::Like(end),
            };
            match word {
                "in" | "!in" | "in~" | "!in~" | "has_any" | "has_all" => match self.members(at + 1, &place) {
                    Ok(behind) => at = behind,
                    Err(()) => return None,
                },
                "between" | "!between" => at = self.bounds(at + 1, &place)?,
                "=" if self.stages.last().is_some_and(|(name, ..)| matches!(*name, "where" | "filter")) => at += 1,
                ":" if self.stages.last().is_some_and(|(name, ..)| *name == "search") => at += 1,
                _ if is_sign_operator(word) || is_word_operator(word) => at += 1,
                _ => return Some(at),
            }
            // A list or bounds are an operand already.
            if matches!(self.kind(at - 1), Some(K::CloseParen)) && Self::was_list(word) {
                if self.is_end(at) {
                    self.wants(What::Infix(Infix { end: self.end_before(at), ..infix }));
                    return Some(at);
                }
                if !matches!(self.word(at), "and" | "or") {
                    return Some(at);
                }
                at += 1;
                infix.is_compared = false;
                place.expected = Expected::Anything;
            }
        }
    }

    fn was_list(word: &str) -> bool {
        matches!(word, "in" | "!in" | "in~" | "!in~" | "has_any" | "has_all" | "between" | "!between")
    }

    /// The list behind `in`; where there is none, the place of the one operand.
    fn members(&mut self, at: usize, place: &Scalar) -> Result<usize, ()> {
        match self.kind(at) {
            None => {
                self.arrive(None);
                Err(())
            }
            Some(K::OpenParen) => {
                let place = Scalar { tables: true, ..place.clone() };
                let ways = self.deeper(|it| it.members_inside(at + 1, &place));
                ways.into_iter().max().ok_or(())
            }
            Some(_) => Ok(at),
        }
    }

    fn members_inside(&mut self, at: usize, place: &Scalar) -> Ways {
        if self.is_end(at) {
            self.wants(What::Scalar(place.clone()));
            self.wants(What::Table { operators: true });
            return Vec::new();
        }
        let query = self.query(at);
        // A table of one name is also a scalar of that name: only one that a `|` follows is surely a query.
        let query = query.into_iter().filter(|way| self.kind(*way) == Some(K::CloseParen)).max();
        if let Some(way) = query {
            return vec![way + 1];
        }
        if self.arrived {
            return Vec::new();
        }
        let place = Scalar { tables: false, ..place.clone() };
        let Some(way) = self.list(at, |_| place.clone()) else { return Vec::new() };
        self.closed(way, K::CloseParen)
    }

    /// `(low .. high)`
    fn bounds(&mut self, at: usize, place: &Scalar) -> Option<usize> {
        if self.kind(at) != Some(K::OpenParen) {
            if self.is_end(at) {
                self.wants(What::Scalar(place.clone()));
            }
            return None;
        }
        let low = self.expression(at + 1, place).pop()?;
        if self.kind(low) != Some(K::DotDot) {
            return self.closed(low, K::CloseParen).pop();
        }
        let high = self.expression(low + 1, place).pop()?;
        self.closed(high, K::CloseParen).pop()
    }

    fn operand(&mut self, at: usize, place: &Scalar) -> Option<usize> {
        let Some(kind) = self.kind(at) else {
            let what = if place.is_key { What::JoinKey } else { What::Scalar(place.clone()) };
            self.wants(what);
            return None;
        };
        let behind = match kind {
            K::Plus | K::Minus => return self.deeper(|it| it.operand(at + 1, place).into_iter().collect()).pop(),
            K::Star => return Some(at + 1),
            K::OpenParen => {
                let ways = self.deeper(|it| it.parenthesized(at + 1, place));
                ways.into_iter().max()?
            }
            kind if is_literal(kind) => {
                let mut behind = at + 1;
                while kind == K::StringLiteral && self.kind(behind) == Some(K::StringLiteral) {
                    behind += 1;
                }
                behind
            }
            K::OpenBracket => self.name(at)?,
            _ => {
                let behind = self.operand_name(at)?;
                match self.kind(behind) {
                    Some(K::OpenParen) => self.call(at, behind, place)?,
                    _ => behind,
                }
            }
        };
        self.steps(behind)
    }

    fn parenthesized(&mut self, at: usize, place: &Scalar) -> Ways {
        let Some(way) = self.list(at, |_| place.clone()) else { return Vec::new() };
        if self.kind(way) == Some(K::Bar) {
            let ways = self.query(at);
            let closed: Vec<_> = ways.into_iter().map(|way| self.closed(way, K::CloseParen)).collect();
            return merged(closed);
        }
        self.closed(way, K::CloseParen)
    }

    /// Expressions with commas between; the place behind the last. What cannot be read is passed over.
    fn list(&mut self, at: usize, place: impl Fn(usize) -> Scalar) -> Option<usize> {
        let mut at = at;
        for index in 0.. {
            if let Some(call) = self.calls.last_mut() {
                call.argument = index;
            }
            // The name of an argument: `f(x=1)`.
            let named = self.name(at).filter(|behind| self.kind(*behind) == Some(K::Equal));
            let start = named.map_or(at, |behind| behind + 1);
            let ways = self.expression(start, &place(index));
            if self.arrived && ways.is_empty() {
                return None;
            }
            at = ways.into_iter().max().unwrap_or(start);
            while !matches!(
                self.kind(at),
                None | Some(K::Comma | K::CloseParen | K::CloseBracket | K::CloseBrace | K::Bar | K::Semicolon)
            ) {
                at = match self.kind(at) {
                    Some(K::OpenParen | K::OpenBracket | K::OpenBrace) => {
                        self.expression(at, &place(index)).pop().filter(|behind| *behind > at).unwrap_or(at + 1)
                    }
                    _ => at + 1,
                };
            }
            if self.kind(at) != Some(K::Comma) {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// The arguments of a call; `open` is the place of the parenthesis behind the name at `at`.
    fn call(&mut self, at: usize, open: usize, place: &Scalar) -> Option<usize> {
        let name = self.word(at);
        match name {
            "toscalar" | "materialize" | "totable" | "view" => return self.enclosed_query(open).into_iter().max(),
            "dynamic" => return self.literal_dynamic(open),
            "typeof" => return self.types(open + 1),
            _ => {}
        }
        let stage = self.stages.last().map(|(name, ..)| *name).filter(|it| matches!(*it, "invoke" | "evaluate"));
        let stage = stage.filter(|_| self.calls.is_empty());
        // A call inside an aggregate's arguments is none of an aggregate.
        let aggregates = place.aggregates && catalog::aggregate(name).is_none();
        self.calls.push(OpenCall { name: name.to_owned(), start: self.start(at), argument: 0, stage });
        let argument =
            |index| Scalar { aggregates, expected: Expected::Argument(name.to_owned(), index), ..Scalar::default() };
        let ways = self.deeper(|it| {
            if it.kind(open + 1) == Some(K::CloseParen) {
                return vec![open + 2];
            }
            let Some(way) = it.list(open + 1, argument) else { return Vec::new() };
            if it.kind(way) == Some(K::Bar) {
                // A table among the arguments: what its operators see is their own.
                let behind = it.query_behind(way);
                return behind.map_or_else(Vec::new, |way| it.closed(way, K::CloseParen));
            }
            it.closed(way, K::CloseParen)
        });
        self.calls.pop();
        ways.into_iter().max()
    }

    fn types(&mut self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            match self.kind(at) {
                None => {
                    self.wants(What::Type);
                    return None;
                }
                Some(K::CloseParen) => return Some(at + 1),
                Some(_) => at += 1,
            }
        }
    }

    /// `dynamic(…)`, in which nothing can be offered.
    fn literal_dynamic(&mut self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            match self.kind(at) {
                Some(K::OpenParen | K::OpenBracket | K::OpenBrace) => depth += 1,
                Some(K::CloseParen | K::CloseBracket | K::CloseBrace) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        self.arrive(None);
        None
    }

    /// A literal, or something that gives one; nothing is offered for it.
    pub(super) fn literal(&mut self, at: usize) -> Ways {
        if self.is_end(at) {
            self.arrive(None);
            return Vec::new();
        }
        let (wants, arrived) = (self.out.wants.len(), self.arrived);
        let ways = self.expression(at, &Scalar::default());
        self.out.wants.truncate(wants);
        if self.arrived && !arrived && ways.is_empty() { Vec::new() } else { ways }
    }
}

fn is_literal(kind: K) -> bool {
    (K::BoolLiteral..=K::UnterminatedString).contains(&kind)
}

fn is_sign_operator(word: &str) -> bool {
    matches!(word, "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | "=~" | "!~" | "+" | "-" | "*" | "/" | "%")
}

/// Words between operands.
fn is_word_operator(word: &str) -> bool {
    let plain = word.strip_prefix('!').unwrap_or(word);
    let base = plain.strip_suffix("_cs").unwrap_or(plain);
    matches!(base, "has" | "hasprefix" | "hassuffix" | "contains" | "startswith" | "endswith")
        || matches!(plain, "and" | "or" | "in" | "in~" | "between" | "has_any" | "has_all" | "matches regex")
        || matches!(plain, "like" | "notlike" | "likecs" | "notlikecs" | "notcontains" | "notcontainscs" | "containscs")
}
