//! `parse_urlquery(query)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::query::push_query;

pub(super) const FUNCTION: Function = Function::new("parse_urlquery", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let queries = call.strings(0);
    call.make_texts(|row, out| {
        let mut query = String::new();
        push_query(queries.get(row), &mut query);
        out.push('{');
        json::push_member("Query Parameters", &query, out);
        out.push('}');
        true
    })
}
