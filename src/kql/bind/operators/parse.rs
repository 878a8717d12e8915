//! `parse` and `parse-where`: columns out of a text by a pattern.

use std::collections::BTreeSet;

use crate::kql::bind::Binder;
use crate::kql::bind::convert::convert;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::declared_column;
use crate::kql::bind::scope::Table;
use crate::kql::{
    ColumnSymbol, Expr, Operator, ParseMode, ParsePiece, ParseStep, ParseTemplate, Relation, Scalar, ScalarKind,
    ScalarType, Severity, Span, TabularOperator, TextPattern, Value,
};

impl Binder<'_> {
    pub(super) fn parse<'t>(
        &mut self,
        operator: TabularOperator<'t>,
        expr: Option<Expr<'t>>,
        pieces: impl Iterator<Item = ParsePiece<'t>>,
        input: Table,
    ) -> Option<Table> {
        let given = self.check_parameters("parse", operator.parameters().map(Given::of_parameter), &input.row());
        let text = expr.and_then(|expr| self.scalar(expr, &input.row()));
        let pieces: Vec<ParsePiece<'_>> = pieces.collect();
        let found = self.diagnostics.len();
        self.check_pattern_pieces(&pieces);
        let mut names = BTreeSet::new();
        let mut declared = Vec::new();
        for piece in &pieces {
            let Some((column, span)) = piece_column(piece) else { continue };
            if names.insert(column.name.clone()) {
                declared.push(column);
            } else {
                let message = format!("there is a column '{}' already", column.name);
                let _: Option<()> = self.error("KS171", span, message);
            }
        }
        if self.is_official() {
            let mut columns = input.columns().to_vec();
            self.append_declared(&mut columns, declared);
            let unknown = input.unknown.clone();
            return self.opaque("parse", &[&input], columns, unknown, operator.span());
        }
        if self.diagnostics[found..].iter().any(|finding| finding.severity <= Severity::Refusal) {
            return None;
        }
        let pattern = self.parse_template(operator, &pieces, &given)?;
        self.extracted(input, text?, TextPattern::Parse(pattern), declared, operator.span())
    }

    /// The input with the columns that a pattern takes out of a text; one of a name that is there already takes its place.
    pub(super) fn extracted(
        &mut self,
        input: Table,
        text: Scalar,
        pattern: TextPattern,
        declared: Vec<ColumnSymbol>,
        span: Span,
    ) -> Option<Table> {
        let n_input = input.columns().len();
        let mut columns = input.columns().to_vec();
        let mut places: Vec<usize> = (0..n_input).collect();
        for (index, column) in declared.iter().enumerate() {
            match columns.iter().position(|have| have.name == column.name) {
                Some(place) => {
                    columns[place] = column.clone();
                    places[place] = n_input + index;
                }
                None => {
                    columns.push(column.clone());
                    places.push(n_input + index);
                }
            }
        }
        let all: Vec<ColumnSymbol> = input.columns().iter().cloned().chain(declared).collect();
        let text = convert(text, ScalarType::String);
        let operator = Operator::Extract { input: Box::new(input.relation), text, pattern };
        let table = self.table(Relation::new(operator, all, span.clone()), input.unknown, input.depth + 1)?;
        if places.iter().enumerate().all(|(place, from)| place == *from) {
            return Some(table);
        }
        self.rearrange(table, &places, columns, span)
    }

    fn parse_template(
        &mut self,
        operator: TabularOperator<'_>,
        pieces: &[ParsePiece<'_>],
        given: &[Given<'_>],
    ) -> Option<ParseTemplate> {
        let drops = matches!(operator, TabularOperator::ParseWhere(_));
        let text = |name: &str| given.iter().find(|it| it.name == name).map(Given::text);
        let mode = match text("kind") {
            Some("regex") => ParseMode::Regex,
            Some("relaxed") if drops => {
                return self.error(
                    "SEM0477",
                    operator.span(),
                    "parse-where has no kind=relaxed: a row fits or is left out",
                );
            }
            Some("relaxed") => ParseMode::Relaxed,
            _ => ParseMode::Simple,
        };
        let flags = text("flags").unwrap_or_default();
        if !flags.is_empty() && mode != ParseMode::Regex {
            return self.error(
                "SEM0472",
                operator.span(),
                "flags are those of a regular expression: they need kind=regex",
            );
        }
        if let Some(letter) = flags.chars().find(|letter| !"ismUx".contains(*letter)) {
            return self.error("SEM0473", operator.span(), format!("'{letter}' is no flag: i, s, m and U are"));
        }
        if flags.contains('x') {
            return self.refuse("parse flags=x", operator.span());
        }
        let mut steps = Vec::with_capacity(pieces.len());
        for piece in pieces {
            steps.push(match piece {
                ParsePiece::Text(text) => ParseStep::Text(self.piece_text(Expr::Literal(*text))?),
                ParsePiece::CompoundText(text) => ParseStep::Text(self.piece_text(Expr::CompoundString(*text))?),
                ParsePiece::Star(_) => ParseStep::Any,
                ParsePiece::Name(_) | ParsePiece::Typed(_) => ParseStep::Column(piece_column(piece)?.0.ty),
            });
        }
        let pattern = ParseTemplate { steps, mode, flags: flags.to_owned(), drops };
        let regex = match pattern.regex(true) {
            Ok(regex) => regex,
            Err(construct) => return self.refuse(construct, operator.span()),
        };
        self.check_regex_as("SEM0476", &regex, &operator.span())?;
        Some(pattern)
    }

    /// A text of a pattern, which has at least one character.
    fn piece_text(&mut self, text: Expr<'_>) -> Option<String> {
        match self.constant(text)?.kind {
            ScalarKind::Literal(Value::String(value)) if value.is_empty() => {
                self.error("SEM0476", text.span(), "an empty text says nothing of where a value ends")
            }
            ScalarKind::Literal(Value::String(value)) => Some(value),
            _ => self.error("SEM0476", text.span(), "a text is expected here"),
        }
    }

    /// What may follow what: a name follows a text, a text follows a star.
    fn check_pattern_pieces(&mut self, pieces: &[ParsePiece<'_>]) {
        let is_text =
            |piece: Option<&ParsePiece<'_>>| matches!(piece, Some(ParsePiece::Text(_) | ParsePiece::CompoundText(_)));
        for (index, piece) in pieces.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &pieces[before]);
            let behind = pieces.get(index + 1);
            match piece {
                ParsePiece::Text(_) | ParsePiece::CompoundText(_) => {}
                ParsePiece::Star(star) => {
                    if behind.is_some() && !is_text(behind) {
                        let _: Option<()> =
                            self.error(self.code("SEM0476", "KS102"), star.span(), "a text has to follow '*'");
                    }
                    if before.is_some_and(takes_all) {
                        let message = "'*' behind a column of text says nothing of where the text ends";
                        let _: Option<()> = self.error(self.code("SEM0476", "KS103"), star.span(), message);
                    }
                }
                ParsePiece::Name(_) | ParsePiece::Typed(_) => {
                    if before.is_some() && !is_text(before) {
                        let span = piece_span(piece);
                        let _: Option<()> = self.error(
                            self.code("SEM0476", "KS101"),
                            span,
                            "a text has to stand before the name of a column",
                        );
                    }
                }
            }
        }
    }
}

/// True for a column that takes any text.
fn takes_all(piece: &ParsePiece<'_>) -> bool {
    match piece {
        ParsePiece::Name(_) => true,
        ParsePiece::Typed(column) => column.type_name().is_some_and(|name| name.text() == "string"),
        _ => false,
    }
}

fn piece_span(piece: &ParsePiece<'_>) -> Span {
    match piece {
        ParsePiece::Text(text) => text.span(),
        ParsePiece::CompoundText(text) => text.span(),
        ParsePiece::Star(star) => star.span(),
        ParsePiece::Name(name) => name.span(),
        ParsePiece::Typed(column) => column.span(),
    }
}

fn piece_column(piece: &ParsePiece<'_>) -> Option<(ColumnSymbol, Span)> {
    match piece {
        ParsePiece::Name(name) => Some((ColumnSymbol::new(name.value(), ScalarType::String), name.span())),
        ParsePiece::Typed(column) => Some((declared_column(*column)?, column.name()?.span())),
        _ => None,
    }
}
