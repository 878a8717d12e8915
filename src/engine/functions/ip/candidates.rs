//! Arguments that are several texts, or arrays of texts.

use crate::engine::functions::call::Call;
use crate::engine::functions::column::Strings;
use crate::engine::functions::json;

pub(super) struct Candidates(Vec<Strings>);

impl Candidates {
    /// All arguments from this one on.
    pub(super) fn new(call: &Call<'_>, first: usize) -> Self {
        Self((first..call.len()).map(|index| call.jsons(index)).collect())
    }

    pub(super) fn at(&self, row: usize) -> Vec<String> {
        let mut texts = Vec::new();
        for json in self.0.iter().filter_map(|argument| argument.some(row)) {
            if json::is_array(json) {
                texts.extend(json::elements(json).map(|element| json::leaf_text(element).into_owned()));
            } else {
                texts.push(json::leaf_text(json).into_owned());
            }
        }
        texts
    }

    /// A text that stands for all of them, when none differs from row to row.
    pub(super) fn key(&self) -> Option<String> {
        self.0.iter().all(Strings::is_constant).then(|| self.at(0).join("\n"))
    }
}
