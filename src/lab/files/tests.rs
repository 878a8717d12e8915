//! When a lab counts as complete, and that a failed writing leaves nothing.

use super::*;

fn files() -> Vec<(String, Vec<u8>)> {
    vec![("a.parquet".to_owned(), b"one".to_vec()), ("b.parquet".to_owned(), b"three".to_vec())]
}

#[test]
fn a_written_lab_is_current_until_something_is_missing_or_cut() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!is_current(folder.path()));
    write_all(folder.path(), &files()).unwrap();
    assert!(is_current(folder.path()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);

    fs::write(folder.path().join("b.parquet"), b"thre").unwrap();
    assert!(!is_current(folder.path()));
    write_all(folder.path(), &files()).unwrap();
    assert!(is_current(folder.path()));

    fs::remove_file(folder.path().join("a.parquet")).unwrap();
    assert!(!is_current(folder.path()));
}

#[test]
fn a_lab_of_another_version_is_not_current() {
    let folder = tempfile::tempdir().unwrap();
    write_all(folder.path(), &files()).unwrap();
    let path = folder.path().join(VERSION_FILE);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(&version(), "tallyho lab small 0\n")).unwrap();
    assert!(!is_current(folder.path()));
}

#[test]
fn a_name_that_is_taken_by_a_folder_is_found_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("b.parquet")).unwrap();
    let error = prepare(folder.path(), &["a.parquet".to_owned(), "b.parquet".to_owned()]).unwrap_err();
    assert!(error.to_string().contains("b.parquet"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_failed_writing_leaves_nothing_aside() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("b.parquet")).unwrap();
    fs::write(folder.path().join("b.parquet/in the way"), b"").unwrap();
    write_all(folder.path(), &files()).unwrap_err();
    assert!(!is_current(folder.path()));
    let aside = fs::read_dir(folder.path())
        .unwrap()
        .filter(|it| it.as_ref().unwrap().path().extension() == Some("part".as_ref()));
    assert_eq!(aside.count(), 0);
}
