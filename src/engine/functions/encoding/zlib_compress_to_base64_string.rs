//! `zlib_compress_to_base64_string(text)`

use crate::engine::functions::prelude::*;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::stored;

pub(super) const FUNCTION: Function = Function::new("zlib_compress_to_base64_string", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        let bytes = texts.get(row).as_bytes();
        let mut packed = vec![0x78, 0x01];
        stored::push(bytes, &mut packed);
        packed.extend(adler32(bytes).to_be_bytes());
        BASE64_STANDARD.encode_string(&packed, out);
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
