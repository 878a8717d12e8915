//! The lab: the same bytes everywhere, the rates of its design, and the facts that must agree between tables.

mod facts;
mod rates;
mod safety;
mod table;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use table::Table;
use tallyho::lab;

/// One lab for all tests of this process.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab");
        lab::ensure(&path, &|_| ()).unwrap();
        (folder, path)
    });
    path
}

/// A lab for a test that opens one, without making it again.
pub(crate) fn copy_to(to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(folder()).unwrap().map(|it| it.unwrap().path()) {
        fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
}

/// The table of that name in the shared lab.
fn table(name: &str) -> Table {
    Table::read(&folder().join(format!("{name}.parquet")))
}

const TABLES: [&str; 18] = [
    "AlertEvidence",
    "AlertInfo",
    "DeviceEvents",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceInfo",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceNetworkInfo",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
    "EmailAttachmentInfo",
    "EmailEvents",
    "EmailPostDeliveryEvents",
    "EmailUrlInfo",
    "IdentityInfo",
    "IdentityLogonEvents",
    "UrlClickEvents",
];

/// The digest of every file. A change of the generator changes them on purpose: `UPDATE_EXPECT=1` writes the new ones.
/// The lab's version is made of these pins, so that a lab on disk is made again after such a change.
#[test]
fn every_file_is_the_one_that_was_pinned() {
    let mut pins = String::new();
    for name in files(folder()).iter().filter(|name| *name != "lab.version") {
        for byte in Sha256::digest(fs::read(folder().join(name)).unwrap()) {
            write!(pins, "{byte:02x}").unwrap();
        }
        writeln!(pins, "  {name}").unwrap();
    }
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lab/pins.sha256");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&pinned, &pins).unwrap();
    }
    assert_eq!(pins, fs::read_to_string(&pinned).unwrap(), "the lab's bytes are not those of its pins");
}

#[test]
fn the_lab_is_small() {
    let total: u64 = files(folder()).iter().map(|name| fs::metadata(folder().join(name)).unwrap().len()).sum();
    assert!(total <= 5_000_000, "{total} bytes");
}

#[test]
fn a_second_lab_has_the_same_bytes_and_a_third_call_writes_nothing() {
    let other = tempfile::tempdir().unwrap();
    // An older one is there already, in part.
    fs::write(other.path().join("lab.version"), "tallyho lab small 0\n").unwrap();
    fs::write(other.path().join("EmailEvents.parquet"), "half a file").unwrap();
    lab::ensure(other.path(), &|_| ()).unwrap();
    assert_eq!(files(folder()), files(other.path()));
    for name in files(folder()) {
        assert!(
            fs::read(folder().join(&name)).unwrap() == fs::read(other.path().join(&name)).unwrap(),
            "{name} differs"
        );
    }
    let before = fs::metadata(other.path().join("AlertInfo.parquet")).unwrap().modified().unwrap();
    let told = std::cell::Cell::new(0.0);
    lab::ensure(other.path(), &|share| told.set(share)).unwrap();
    assert_eq!(fs::metadata(other.path().join("AlertInfo.parquet")).unwrap().modified().unwrap(), before);
    assert!(told.get() >= 1.0);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_in_words_and_stays_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("lab");
    fs::write(&file, "a file is in the way").unwrap();
    let error = lab::ensure(&file, &|_| ()).unwrap_err().to_string();
    assert!(error.starts_with("cannot write the lab to "), "{error}");
    assert_eq!(files(home.path()), ["lab"]);

    // A folder where a table should go: nothing of the others may be left.
    let taken = home.path().join("taken");
    fs::create_dir_all(taken.join("AlertEvidence.parquet").join("in the way")).unwrap();
    let error = lab::ensure(&taken, &|_| ()).unwrap_err().to_string();
    assert!(error.contains("AlertEvidence.parquet"), "{error}");
    assert_eq!(files(&taken), ["AlertEvidence.parquet"]);
}

/// Names in a folder, in order.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
