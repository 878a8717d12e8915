//! The lab: the same bytes everywhere, the rates of its design, and the facts that must agree between tables.

use std::path::Path;

use tallyho::lab;

#[test]
fn generates() {
    let folder = tempfile::tempdir().unwrap();
    let start = std::time::Instant::now();
    lab::ensure(folder.path(), &|_| ()).unwrap();
    eprintln!("{:?}", start.elapsed());
    let mut total = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        total += entry.metadata().unwrap().len();
        eprintln!("{:?} {}", entry.file_name(), entry.metadata().unwrap().len());
    }
    eprintln!("{total}");
    let _ = Path::new("");
}
