//! `tallyho import`: what was imported answers as its source does, and lies as it should.

use std::fs::{self, File};
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::headless::{tallyho, told};

const EVENTS: &str = "Timestamp,Host,Bytes,Extra\n\
    2026-01-03T00:00:00.1234567Z,web,3,\"{\"\"a\"\":1}\"\n\
    2026-01-01T00:00:00Z,,1,\n\
    ,db,,\n\
    2026-01-02T12:00:00Z,web,9223372036854775807,\"[1,2]\"\n";

fn answer(folder: &Path, data: &str, query: &str) -> String {
    let output = tallyho(folder, &["run", "--data", data, "--format", "csv", query], b"");
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn imported_tables_answer_as_their_source() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("data")).unwrap();
    fs::write(folder.join("data/Events.csv"), EVENTS).unwrap();
    fs::write(folder.join("data/Names.ndjson"), "{\"Id\":1,\"Name\":\"x\"}\n{\"Id\":2}\n").unwrap();
    let output = tallyho(folder, &["import", "data", "fast"], b"");
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("Events: 4 rows") && told(&output).contains("Names: 2 rows"), "{}", told(&output));
    for query in [
        "Events | getschema",
        "Names | getschema",
        "Events | sort by Timestamp asc, Host asc | extend A = Extra.a, B = Extra[1]",
        "Events | where Timestamp > datetime(2026-01-02) | count",
        "Events | summarize n = count(), b = sum(Bytes) by Host | sort by Host asc",
        "Names | where isempty(Name) | project Id",
    ] {
        assert_eq!(answer(folder, "fast", query), answer(folder, "data", query), "{query}");
    }
    assert_eq!(answer(folder, "fast", "Events | project Bytes"), "Bytes\r\n\"\"\r\n1\r\n9223372036854775807\r\n3\r\n");

    let again = tallyho(folder, &["import", "data", "fast"], b"");
    assert_eq!(again.status.code(), Some(3), "a file that is there stays: {}", told(&again));
    let again = tallyho(folder, &["import", "--replace", "data", "fast"], b"");
    assert!(again.status.success(), "{}", told(&again));
}

#[test]
fn imported_files_can_be_read_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("data")).unwrap();
    fs::write(folder.join("data/Events.csv"), EVENTS).unwrap();
    assert!(tallyho(folder, &["import", "data", "fast"], b"").status.success());
    let file = SerializedFileReader::new(File::open(folder.join("fast/Events.parquet")).unwrap()).unwrap();
    let group = file.metadata().row_group(0);
    let column = |name: &str| group.columns().iter().find(|it| it.column_path().string() == name).unwrap();
    assert!(group.columns().iter().all(|it| it.statistics().is_some()));
    assert!(column("Host").bloom_filter_offset().is_some() && column("Host").dictionary_page_offset().is_some());
    assert!(column("Timestamp").dictionary_page_offset().is_none());
}
