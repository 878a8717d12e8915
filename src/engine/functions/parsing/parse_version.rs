//! `parse_version(text)`

use datafusion::arrow::datatypes::i256;

use crate::engine::functions::column::decimal_one;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("parse_version", evaluate);

/// Up to four parts of eight digits each, as one number; null for anything else.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_decimals(|row| {
        let mut number = 0_i128;
        let mut places = 4;
        for part in texts.get(row).split('.') {
            let digits = (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if !digits || places == 0 {
                return None;
            }
            number = number * 100_000_000 + part.parse::<i128>().ok()?;
            places -= 1;
        }
        let number = number * 100_000_000_i128.pow(places);
        i256::from_i128(number).checked_mul(decimal_one())
    })
}
