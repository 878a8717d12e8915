//! `new_guid()`

use crate::engine::functions::prelude::*;
use crate::result::parse_guid;

pub(super) const FUNCTION: Function = Function::new("new_guid", evaluate).volatile();

/// A random guid of version 4, another in each row.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let mut random = fastrand::Rng::new();
    call.make_texts(|_, out| {
        let version = 0x4_u128 << 76;
        let variant = 0x2_u128 << 62;
        let bits = random.u128(..) & !(0xf_u128 << 76) & !(0x3_u128 << 62) | version | variant;
        out.extend(parse_guid(&format!("{bits:032x}")));
        true
    })
}
