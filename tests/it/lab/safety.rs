//! Nothing in the lab points at the real world.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use arrow::array::AsArray;
use arrow::datatypes::DataType;
use regex::Regex;

use super::{TABLES, table};

/// Every text that is in the lab, once, except version numbers, which look like addresses.
fn texts() -> BTreeSet<(String, String)> {
    let mut texts = BTreeSet::new();
    for name in TABLES {
        let table = table(name);
        for (field, column) in table.batch.schema().fields().iter().zip(table.batch.columns()) {
            if field.data_type() == &DataType::Utf8 && !field.name().contains("Version") {
                let place = format!("{name}.{}", field.name());
                texts.extend(column.as_string::<i32>().iter().flatten().map(|text| (text.to_owned(), place.clone())));
            }
        }
    }
    texts
}

#[test]
fn names_are_reserved_ones() {
    let real = Regex::new(
        r"(?i)\b[a-z0-9-]+\.(com|net|org|edu|gov|mil|int|io|co|uk|de|fr|nl|eu|us|ru|cn|me|info|biz|dev|ms|ly|local|onmicrosoft)\b",
    )
    .unwrap();
    let url = Regex::new(r"(?i)[a-z]{2,10}://([^/\s:?]+)").unwrap();
    let mail = Regex::new(r"[\w.'-]+@([\w.-]+)").unwrap();
    for (text, place) in texts() {
        if let Some(found) = real.find(&text) {
            panic!("{place} names {:?}: {text}", found.as_str());
        }
        for host in url.captures_iter(&text).chain(mail.captures_iter(&text)).map(|it| it[1].to_owned()) {
            let top = host.rsplit('.').next().unwrap_or_default();
            assert!(top == "example" || top == "test", "{place} points at {host}: {text}");
        }
    }
}

#[test]
fn addresses_are_reserved_ones() {
    let quad = Regex::new(r"\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b").unwrap();
    let sixth = Regex::new(r"(?i)\b2[0-9a-f]{3}:[0-9a-f:]+").unwrap();
    for (text, place) in texts() {
        for found in quad.find_iter(&text) {
            let Ok(ip) = found.as_str().parse::<Ipv4Addr>() else { continue };
            let ours =
                matches!(ip.octets(), [10, 20, ..] | [127, ..] | [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _]);
            assert!(ours || ip.is_unspecified(), "{place} holds {ip}: {text}");
        }
        if place.contains("IP")
            && let Some(found) = sixth.find(&text)
        {
            assert!(found.as_str().starts_with("2001:db8:"), "{place} holds {}", found.as_str());
        }
    }
}

/// Encoded commands decode to words.
#[test]
fn encoded_commands_are_harmless() {
    use base64::Engine as _;
    let encoded = Regex::new(r"(?i)-enc(?:odedcommand)? ([A-Za-z0-9+/=]{20,})").unwrap();
    let mut found = BTreeSet::new();
    for (text, _) in texts() {
        found.extend(encoded.captures_iter(&text).map(|it| it[1].to_owned()));
    }
    assert!(found.len() >= 4, "{} encoded commands", found.len());
    for blob in found {
        let bytes = base64::engine::general_purpose::STANDARD.decode(&blob).unwrap();
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let script = String::from_utf16(&units).unwrap();
        assert!(script.starts_with("Write-Output '") || script.starts_with("$inventory = "), "{script}");
    }
}
