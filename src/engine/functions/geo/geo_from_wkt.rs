//! `geo_from_wkt(text)`

use crate::engine::functions::prelude::*;

use super::wkt;

pub(super) const FUNCTION: Function = Function::new("geo_from_wkt", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_texts(|row, out| {
        let shape = wkt::read(texts.get(row));
        shape.inspect(|shape| shape.write(out)).is_some()
    })
}
