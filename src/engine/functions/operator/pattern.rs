//! `matches regex`: a search anywhere in the text.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;

pub(super) fn matches_regex(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    let regexes = call.regexes(1)?;
    call.try_bools(|row| Ok(Some(regexes.get(row)?.is_match(texts.get(row)))))
}
