//! Completion of paths: what is offered of a folder, and what a person sees of it.

use std::fs;

use tallyho::library::complete_path;

use crate::support_keys::Player;

fn folder(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        match name.strip_suffix('/') {
            Some(name) => fs::create_dir_all(folder.path().join(name)).unwrap(),
            None => fs::write(folder.path().join(name), "print 1").unwrap(),
        }
    }
    folder
}

fn complete(folder: &tempfile::TempDir, begun: &str) -> (Vec<String>, String) {
    let found = complete_path(&format!("{}/{begun}", folder.path().display())).unwrap();
    assert_eq!(found.stem, format!("{}/", folder.path().display()));
    (found.names, found.common)
}

#[test]
fn names_that_begin_so_are_offered_and_hidden_ones_only_when_asked_for() {
    let folder = folder(&["beacon.kql", "beacon two.kql", "hunts/", "Über.kql", ".secret", "übung/"]);
    assert_eq!(
        complete(&folder, "be"),
        (vec!["beacon two.kql".to_owned(), "beacon.kql".to_owned()], "beacon".to_owned())
    );
    assert_eq!(complete(&folder, "hu"), (vec!["hunts/".to_owned()], "hunts/".to_owned()));
    assert_eq!(complete(&folder, "").0.len(), 5);
    assert_eq!(complete(&folder, ".").0, [".secret"]);
    assert_eq!(complete(&folder, "BEACON T").0, ["beacon two.kql"], "capitals matter only where something fits");
    assert_eq!(complete(&folder, "ü"), (vec!["übung/".to_owned()], "übung/".to_owned()));
    assert_eq!(complete(&folder, "zzz"), (Vec::new(), String::new()));
}

#[test]
fn what_cannot_be_read_is_said_by_its_name() {
    let folder = folder(&["a.kql"]);
    let at = |rest: &str| complete_path(&format!("{}/{rest}", folder.path().display())).unwrap_err();
    assert_eq!(at("gone/x"), format!("There is no folder {}/gone/", folder.path().display()));
    assert_eq!(at("a.kql/x"), format!("{}/a.kql/ is no folder", folder.path().display()));
}

#[test]
fn a_folder_of_any_size_is_listed_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    for number in (0..6_000).rev() {
        fs::File::create(folder.path().join(format!("f{number:05}"))).unwrap();
    }
    let found = complete_path(&format!("{}/f", folder.path().display())).unwrap();
    assert_eq!((found.n_found, found.names.len(), found.is_cut), (6_000, 2_000, false));
    assert_eq!((found.names[0].as_str(), found.names[1_999].as_str()), ("f00000", "f01999"));
    assert_eq!(found.common, "f0", "what all of them begin with, also those that are not offered");
}

#[test]
#[cfg(unix)]
fn names_that_deceive_are_counted_and_not_offered() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder(&["plain.kql"]);
    for name in [&b"pl\x1b[31mred"[..], b"pl\xff\xfe", "pl\u{202e}lqk".as_bytes(), b"pl\nline", b"pl\xc2\x9b"] {
        fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
    }
    let found = complete_path(&format!("{}/pl", folder.path().display())).unwrap();
    assert_eq!((found.names, found.n_found, found.n_odd), (vec!["plain.kql".to_owned()], 6, 5));
    let mut player = Player::new(80, 24);
    player.play(&format!("<A-u><paste:{}/><Tab><wait:idle>", folder.path().display()));
    let screen = player.screen();
    assert!(screen.contains("5 names that cannot be typed are left out."), "{screen}");
    assert!(screen.contains("plain.kql") && !screen.chars().any(|it| it.is_control() && it != '\n'), "{screen}");
}

#[test]
fn a_file_is_opened_by_its_first_letters_with_blanks_in_its_name() {
    let folder = folder(&["two words.kql", "two words more/", "other.kql"]);
    let mut player = Player::new(80, 24);
    player.play(&format!("<A-u><paste:{}/t><Tab><wait:idle><Tab><Tab><Enter><wait:idle>", folder.path().display()));
    assert_eq!(player.text(), "print 1");
    assert!(player.screen().contains("two words"), "{}", player.screen());
}
