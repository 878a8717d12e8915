//! `replace_strings(text, lookups, rewrites)`

use crate::engine::functions::json::{self, Kind};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("replace_strings", evaluate);

/// Lookups in list order; what was replaced is never looked at again. A rewrite that is no string leaves the text as
/// it is, but keeps later lookups out of it all the same.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, lookups, rewrites) = (call.strings(0), call.jsons(1), call.jsons(2));
    call.make_strings(|row, out| {
        let mut pieces = vec![Piece::Open(texts.get(row).to_owned())];
        let rewrites: Vec<&str> = json::elements(rewrites.get(row)).collect();
        for (index, lookup) in json::elements(lookups.get(row)).enumerate() {
            let lookup = json::leaf_text(lookup);
            let rewrite = rewrites.get(index).filter(|rewrite| json::kind(rewrite) == Some(Kind::String));
            let rewrite = rewrite.map_or_else(|| lookup.clone(), |rewrite| json::unquote(rewrite));
            if !lookup.is_empty() {
                pieces = pieces.into_iter().flat_map(|piece| piece.cut(&lookup, &rewrite)).collect();
            }
        }
        for piece in &pieces {
            let (Piece::Open(text) | Piece::Done(text)) = piece;
            out.push_str(text);
        }
    })
}

enum Piece {
    Open(String),
    /// What a lookup has replaced.
    Done(String),
}

impl Piece {
    fn cut(self, lookup: &str, rewrite: &str) -> Vec<Self> {
        let Self::Open(text) = self else { return vec![self] };
        let mut pieces = Vec::new();
        for (index, part) in text.split(lookup).enumerate() {
            if index > 0 {
                pieces.push(Self::Done(rewrite.to_owned()));
            }
            pieces.push(Self::Open(part.to_owned()));
        }
        pieces
    }
}
