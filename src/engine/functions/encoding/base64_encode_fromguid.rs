//! `base64_encode_fromguid(guid)`

use crate::engine::functions::prelude::*;

use super::base64::encode;
use super::base64_decode_toguid::GUID_ORDER;

pub(super) const FUNCTION: Function = Function::new("base64_encode_fromguid", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let guids = call.strings(0);
    call.make_strings(|row, out| {
        let digits: String = guids.get(row).chars().filter(|character| *character != '-').collect();
        let Ok(bits) = u128::from_str_radix(&digits, 16) else { return };
        let digits = bits.to_be_bytes();
        let mut bytes = [0; 16];
        GUID_ORDER.iter().zip(digits).for_each(|(place, byte)| bytes[*place] = byte);
        encode(&bytes, out);
    })
}
