//! The rows of a `let` that is used more than once are kept.

use super::super::edit::{Fix, TextEdit};
use super::super::kind::SyntaxKind as K;
use super::{Place, let_at, let_parts, uses_of};

/// Puts `materialize(…)` around the value of a `let` whose rows are asked for at least twice.
pub(super) fn materialize(place: &Place<'_>) -> Option<Fix> {
    let (name, value) = let_parts(let_at(place)?)?;
    let is_table = place
        .inspection
        .facts
        .variables
        .iter()
        .any(|variable| variable.definition == name.span() && variable.columns.is_some());
    let is_query = matches!(value.kind(), K::PipeExpr | K::UnionOperator | K::SearchOperator | K::FindOperator);
    let n_uses = uses_of(place, &name.span()).len();
    if !is_table || !is_query || n_uses < 2 {
        return None;
    }
    let span = value.span();
    let edits = vec![
        TextEdit { span: span.start..span.start, text: "materialize(".to_owned() },
        TextEdit { span: span.end..span.end, text: ")".to_owned() },
    ];
    Some(Fix { title: format!("Keep the rows of {} for its {n_uses} uses with materialize", name.text()), edits })
}
