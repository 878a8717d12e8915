//! `gzip_compress_to_base64_string(text)`

use crate::engine::functions::prelude::*;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::stored;

pub(super) const FUNCTION: Function = Function::new("gzip_compress_to_base64_string", evaluate);

/// No name, no time, and an operating system that is not said.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        let bytes = texts.get(row).as_bytes();
        let mut packed = HEADER.to_vec();
        stored::push(bytes, &mut packed);
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        packed.extend(sum.sum().to_le_bytes());
        packed.extend(sum.amount().to_le_bytes());
        BASE64_STANDARD.encode_string(&packed, out);
    })
}
