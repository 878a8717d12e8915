//! `gettype(value)`

use crate::engine::functions::json::{self, Kind};
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("gettype", evaluate);

/// The name of the type; of a dynamic, of what it holds.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let ty = call.ty(0);
    if ty != ScalarType::Dynamic {
        return call.make_strings(|_, out| out.push_str(ty.name()));
    }
    let values = call.raw(0);
    call.make_strings(|row, out| {
        let value = values.some(row).unwrap_or("null");
        out.push_str(match json::kind(value).unwrap_or(Kind::Null) {
            Kind::Null => "null",
            Kind::Bool => "bool",
            Kind::Number if json::is_whole(value) => "long",
            Kind::Number => "double",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Bag => "dictionary",
        });
    })
}
