//! Randomness that nobody can guess.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::super::error::RemoteError;

fn bytes<const N: usize>() -> Result<[u8; N], RemoteError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| RemoteError::internal("the system has no randomness"))?;
    Ok(bytes)
}

/// 43 characters that may stand in an address.
pub(super) fn text() -> Result<String, RemoteError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// A random guid (version 4).
pub(super) fn guid() -> Result<String, RemoteError> {
    let mut bytes = bytes::<16>()?;
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}
