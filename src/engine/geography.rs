//! Where addresses are: the MaxMind file that the user names.

use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use maxminddb::{MaxMindDbError, Reader, geoip2};

use super::EngineError;
use super::json::write_real;

/// A MaxMind file of cities, whole in memory.
pub(in crate::engine) struct Geography(Reader<Vec<u8>>);

/// Only its kind: the file is large.
impl fmt::Debug for Geography {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Geography").field(&self.0.metadata().database_type).finish()
    }
}

impl Geography {
    pub(in crate::engine) fn open(path: &Path) -> Result<Self, EngineError> {
        let fail = |why: String| EngineError::Data { message: format!("geo_database {}: {why}", path.display()) };
        let bytes = fs::read(path).map_err(|error| fail(error.to_string()))?;
        let reader = Reader::from_source(bytes).map_err(|error| fail(error.to_string()))?;
        let kind = &reader.metadata().database_type;
        if !["City", "Enterprise"].iter().any(|wanted| kind.contains(wanted)) {
            return Err(fail(format!("it is a file of the kind {kind}, and GeoLite2-City or its like is needed")));
        }
        Ok(Self(reader))
    }

    /// What is known of the address as JSON, members that are not known left out; `None` when nothing is.
    pub(in crate::engine) fn describe(&self, address: IpAddr) -> Result<Option<String>, MaxMindDbError> {
        let address = address.to_canonical();
        if address.is_ipv6() && self.0.metadata().ip_version == 4 {
            return Ok(None);
        }
        let found = self.0.lookup(address)?.decode::<geoip2::City>()?;
        Ok(found.map(|city| text(&city)).filter(|text| !text.is_empty()))
    }
}

fn text(city: &geoip2::City<'_>) -> String {
    let state = city.subdivisions.first().and_then(|state| state.names.english);
    let names = [("country", city.country.names.english), ("state", state), ("city", city.city.names.english)];
    let places = [("latitude", city.location.latitude), ("longitude", city.location.longitude)];
    let names = names.into_iter().filter_map(|(key, name)| Some((key, serde_json::json!(name?).to_string())));
    let places = places.into_iter().filter_map(|(key, degrees)| {
        let mut text = String::new();
        write_real(&mut text, degrees?);
        Some((key, text))
    });
    let members: Vec<String> = names.chain(places).map(|(key, value)| format!("\"{key}\":{value}")).collect();
    if members.is_empty() { String::new() } else { format!("{{{}}}", members.join(",")) }
}
