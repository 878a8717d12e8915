//! `parse` and `parse-where`: columns out of a text by a pattern.

use std::collections::BTreeSet;

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::declared_column;
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, Expr, ParsePiece, ScalarType, Span, TabularOperator};

impl Binder<'_> {
    pub(super) fn parse<'t>(
        &mut self,
        operator: TabularOperator<'t>,
        expr: Option<Expr<'t>>,
        pieces: impl Iterator<Item = ParsePiece<'t>>,
        input: Table,
    ) -> Option<Table> {
        self.check_parameters("parse", operator.parameters().map(Given::of_parameter), &input.row());
        if let Some(expr) = expr {
            let _ = self.scalar(expr, &input.row());
        }
        let pieces: Vec<ParsePiece<'_>> = pieces.collect();
        self.check_pattern_pieces(&pieces);
        let mut columns = input.columns().to_vec();
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
        self.append_declared(&mut columns, declared);
        let unknown = input.unknown.clone();
        self.opaque("parse", &[&input], columns, unknown, operator.span())
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
                        let _: Option<()> = self.error("KS102", star.span(), "a text has to follow '*'");
                    }
                    if before.is_some_and(takes_all) {
                        let message = "'*' behind a column of text says nothing of where the text ends";
                        let _: Option<()> = self.error("KS103", star.span(), message);
                    }
                }
                ParsePiece::Name(_) | ParsePiece::Typed(_) => {
                    if before.is_some() && !is_text(before) {
                        let span = piece_span(piece);
                        let _: Option<()> =
                            self.error("KS101", span, "a text has to stand before the name of a column");
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
