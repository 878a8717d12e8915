//! `geo_info_from_ip_address(ip)`

use std::net::IpAddr;

use crate::engine::functions::prelude::*;

pub(in crate::engine::functions) const FUNCTION: Function = Function::new("geo_info_from_ip_address", evaluate);

/// Null for what is no address, and for an address of which nothing is known.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let Some(geography) = call.geography() else { return Err(call.error("no file says where addresses are")) };
    let texts = call.strings(0);
    call.try_texts(|row, out| {
        let Ok(address) = texts.get(row).trim().parse::<IpAddr>() else { return Ok(false) };
        let found = geography.describe(address).map_err(|error| call.error(&error.to_string()))?;
        out.push_str(found.as_deref().unwrap_or_default());
        Ok(found.is_some())
    })
}
