//! Functions of Advanced Hunting on data of this machine: what its tables tell by themselves, and the lab's files.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::headless::tallyho;

const NETWORK: &str = r#"
{"Timestamp":"2025-03-01T08:00:00Z","DeviceId":"d1","DeviceName":"one","NetworkAdapterType":"Ethernet","ConnectedNetworks":"[{\"Name\":\"corp\"}]","IPAddresses":"[{\"IPAddress\":\"10.0.0.1\",\"AddressType\":\"Private\"},{\"IPAddress\":\"203.0.113.7\",\"AddressType\":\"Public\"}]"}
{"Timestamp":"2025-03-02T08:00:00Z","DeviceId":"d1","DeviceName":"one","NetworkAdapterType":"Wireless80211","ConnectedNetworks":"[]","IPAddresses":"[{\"IPAddress\":\"10.0.0.2\",\"AddressType\":\"Private\"}]"}
{"Timestamp":"2025-03-03T08:00:00Z","DeviceId":"d2","DeviceName":"two","NetworkAdapterType":"Ethernet","ConnectedNetworks":"[]","IPAddresses":"[{\"IPAddress\":\"10.0.0.1\",\"AddressType\":\"Private\"}]"}
{"Timestamp":"2025-03-04T08:00:00Z","DeviceId":"d3","DeviceName":"three","NetworkAdapterType":"Ethernet","ConnectedNetworks":"[]","IPAddresses":""}
"#;

/// What each query answers: its rows, or the error as text.
fn answers(folder: &Path, arguments: &[&str], queries: &[&str]) -> Vec<Value> {
    let lines: String = queries.iter().map(|query| format!("{}\n", json!({ "id": 0, "query": query }))).collect();
    let output = tallyho(folder, &[&["run", "--batch"], arguments].concat(), lines.as_bytes());
    let lines = output.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let answers = lines.map(|line| serde_json::from_slice::<Value>(line).unwrap());
    answers.map(|mut it| if it["rows"].is_null() { it["error"].take() } else { it["rows"].take() }).collect()
}

fn on_files(queries: &[&str]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/DeviceNetworkInfo.ndjson"), NETWORK.trim()).unwrap();
    answers(folder.path(), &["--data", "data"], queries)
}

#[test]
fn the_addresses_of_a_device_stand_once_with_the_last_time() {
    let given = on_files(&[
        "AssignedIPAddresses('one') | project IPAddress, IPType, NetworkAdapterType, day = dayofmonth(Timestamp) | order by IPAddress asc",
        "AssignedIPAddresses('d1', datetime(2025-03-01T12:00:00Z)) | project IPAddress, ConnectedNetworks | order by IPAddress asc",
        "let DeviceNetworkInfo = print 1; AssignedIPAddresses('three') | count",
        "AssignedIPAddresses()",
    ]);
    let of_one = json!([
        ["10.0.0.1", "Private", "Ethernet", 1],
        ["10.0.0.2", "Private", "Wireless80211", 2],
        ["203.0.113.7", "Public", "Ethernet", 1]
    ]);
    assert_eq!(given[0], of_one);
    let corp = r#"[{"Name":"corp"}]"#;
    assert_eq!(given[1], json!([["10.0.0.1", corp], ["203.0.113.7", corp]]));
    assert_eq!(given[2], json!([[0]]), "a name of the query is not the table, and an empty list is no address");
    assert!(given[3].as_str().unwrap().contains("AssignedIPAddresses"), "{}", given[3]);
}

#[test]
fn an_address_is_of_the_device_that_had_it_last() {
    let given = on_files(&[
        "datatable(IP: string, n: int)['10.0.0.1', 1, '10.0.0.2', 2, '203.0.113.7', 3, '', 4] | invoke DeviceFromIP() | order by n asc",
        "print LocalIP = '10.0.0.1', DeviceId = 'asked' | invoke DeviceFromIP(LocalIP, datetime(2025-03-02))",
        "print LocalIP = '10.0.0.1' | invoke DeviceFromIP('LocalIP') | project DeviceId",
        "print 1 | invoke DeviceFromIP()",
        "print a = 1\n| invoke DeviceFromIP(Missing)",
    ]);
    assert_eq!(given[0], json!([["10.0.0.1", 1, "d2"], ["10.0.0.2", 2, "d1"], ["203.0.113.7", 3, ""], ["", 4, ""]]));
    assert_eq!(given[1], json!([["10.0.0.1", "d1", "10.0.0.1"]]));
    assert_eq!(given[2], json!([["d2"]]));
    assert!(given[3].as_str().unwrap().contains("no column named 'IP'"), "{}", given[3]);
    let at = given[4].as_str().unwrap();
    assert!(at.starts_with("2:10") && at.contains("no column named 'Missing'"), "{at}");
}

/// Which devices have seen another one is in no table.
#[test]
fn what_no_table_tells_is_refused_by_name_even_behind_a_warning() {
    let given = on_files(&["DeviceInfo | extend t = ingestion_time() | invoke SeenBy()"]);
    assert!(given[0].as_str().unwrap().contains("does not run 'SeenBy()'"), "{}", given[0]);
}

#[test]
fn the_lab_knows_its_files() {
    let folder = tempfile::tempdir().unwrap();
    crate::lab::copy_to(&folder.path().join("home/data/lab"));
    let given = answers(
        folder.path(),
        &["-c", "lab"],
        &[
            "DeviceProcessEvents | where FileName =~ 'powershell.exe' | take 1 | invoke FileProfile('SHA1', 1000) | project SignatureState, IsRootSignerMicrosoft, GlobalPrevalence > 1000000, ProfileAvailability",
            "print SHA256 = 'f00d' | invoke FileProfile(SHA256) | project SHA256, SHA1, ProfileAvailability",
            "print SHA1 = '' | invoke FileProfile() | project isnull(GlobalPrevalence), ProfileAvailability",
            "print 1 | invoke FileProfile()",
            "DeviceNetworkInfo | mv-expand A = parse_json(IPAddresses) | project IP = tostring(A.IPAddress), DeviceId | invoke DeviceFromIP() | where DeviceId == '' | count",
        ],
    );
    assert_eq!(given[0], json!([["SignedValid", true, true, "Available"]]));
    assert_eq!(given[1], json!([["f00d", "", "Missing"]]));
    assert_eq!(given[2], json!([[true, ""]]));
    assert!(given[3].as_str().unwrap().contains("no column named 'SHA1'"), "{}", given[3]);
    assert_eq!(given[4], json!([[0]]));
}
