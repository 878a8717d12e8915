//! Where addresses are: a MaxMind file made here, named in the configuration.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

use serde_json::{Value, json};

use crate::headless::tallyho;

// The parts of the MaxMind format that a small file needs: no value has more than 28 bytes or members.

fn text(text: &str) -> Vec<u8> {
    [&[0x40 | text.len() as u8], text.as_bytes()].concat()
}

fn map(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0xE0 | members.len() as u8];
    members.iter().for_each(|(key, value)| bytes.extend([text(key), value.clone()].concat()));
    bytes
}

fn real(value: f64) -> Vec<u8> {
    [&[0x68], &value.to_be_bytes()[..]].concat()
}

fn number(kind: &[u8], value: u32) -> Vec<u8> {
    [kind, &value.to_be_bytes()[..]].concat()
}

fn short(value: u16) -> Vec<u8> {
    [&[0xA2], &value.to_be_bytes()[..]].concat()
}

/// A list of at most one value.
fn list(value: Option<Vec<u8>>) -> Vec<u8> {
    let value = value.unwrap_or_default();
    [&[u8::from(!value.is_empty()), 4][..], &value].concat()
}

fn named(name: &str) -> Vec<u8> {
    map(&[("names", map(&[("de", text("anders")), ("en", text(name))]))])
}

/// A file of the kind with these networks of IPv4.
fn database(kind: &str, networks: &[(&str, u32, Vec<u8>)]) -> Vec<u8> {
    const EMPTY: u32 = u32::MAX;
    let (mut nodes, mut data) = (vec![[EMPTY; 2]], Vec::<u8>::new());
    // What a record holds: the number of a node, or that of a value with the highest bit.
    for (address, prefix, value) in networks {
        let bits = u32::from(address.parse::<Ipv4Addr>().unwrap());
        let mut at = 0;
        for depth in 0..*prefix {
            let side = (bits >> (31 - depth) & 1) as usize;
            if depth + 1 == *prefix {
                nodes[at][side] = 1 << 31 | data.len() as u32;
            } else {
                if nodes[at][side] == EMPTY {
                    nodes[at][side] = nodes.len() as u32;
                    nodes.push([EMPTY; 2]);
                }
                at = nodes[at][side] as usize;
            }
        }
        data.extend(value);
    }
    let count = nodes.len() as u32;
    let record = |record: u32| match record {
        EMPTY => count,
        value if value >> 31 == 1 => count + 16 + (value & !(1 << 31)),
        node => node,
    };
    let mut bytes: Vec<u8> = nodes.iter().flatten().flat_map(|&it| record(it).to_be_bytes()[1..].to_vec()).collect();
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(b"\xAB\xCD\xEFMaxMind.com");
    bytes.extend(map(&[
        ("binary_format_major_version", short(2)),
        ("binary_format_minor_version", short(0)),
        ("build_epoch", number(&[4, 2], 1)),
        ("database_type", text(kind)),
        ("description", map(&[])),
        ("ip_version", short(4)),
        ("languages", list(None)),
        ("node_count", number(&[0xC4], count)),
        ("record_size", short(24)),
    ]));
    bytes
}

fn answer(folder: &Path, file: Option<&[u8]>, query: &str) -> String {
    let home = folder.join("home/config");
    fs::create_dir_all(&home).unwrap();
    let path = folder.join("cities.mmdb");
    fs::write(&path, file.unwrap_or_default()).unwrap();
    let key = file.map(|_| format!("geo_database = '{}'\n", path.display())).unwrap_or_default();
    let data = folder.join("data");
    let config = format!("[connections.here]\nkind = 'files'\nfolder = '{}'\n{key}", data.display());
    fs::write(home.join("config.toml"), config).unwrap();
    let output = tallyho(folder, &["run", "-c", "here", "--format", "json", "-"], query.as_bytes());
    let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    String::from_utf8(said).unwrap()
}

#[test]
fn an_address_is_where_the_named_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let all = map(&[
        ("city", named("Sydney")),
        ("country", named("Australia")),
        ("location", map(&[("latitude", real(-33.8715)), ("longitude", real(151.0))])),
        ("subdivisions", list(Some(named("New South Wales")))),
    ]);
    let country = map(&[("country", named("Norway"))]);
    let file = database("GeoLite2-City", &[("203.0.113.0", 24, all), ("198.51.100.7", 32, country)]);
    let query = "datatable(ip: string)['203.0.113.9', '::ffff:203.0.113.1', '198.51.100.7', '198.51.100.8', '2001:db8::1', 'none', '']
        | project place = tostring(geo_info_from_ip_address(ip))";
    let said = answer(folder.path(), Some(&file), query);
    let rows: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let sydney =
        r#"{"country":"Australia","state":"New South Wales","city":"Sydney","latitude":-33.8715,"longitude":151.0}"#;
    let places = [sydney, sydney, r#"{"country":"Norway"}"#, "", "", "", ""];
    assert_eq!(rows, json!(places.map(|place| json!({ "place": place }))));
}

#[test]
fn without_a_file_of_cities_the_refusal_names_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let query = "print geo_info_from_ip_address('203.0.113.9')";
    assert!(answer(folder.path(), None, query).contains("without geo_database"));
    let other = database("GeoLite2-ASN", &[]);
    assert!(answer(folder.path(), Some(&other), query).contains("a file of the kind GeoLite2-ASN"));
    assert!(answer(folder.path(), Some(b"no such file"), query).contains("geo_database"));
}
