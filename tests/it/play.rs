//! `tallyho play` and `tallyho health`, as a person or a script calls them.

use std::fs;

use crate::headless::{tallyho, told};

#[test]
fn a_script_is_played_into_text_picture_and_recording_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path("data")).unwrap();
    fs::write(path("data/Hosts.csv"), "Name,Note\nalpha,<b>&amp;\nbeta,\n").unwrap();
    fs::write(path("one.keys"), "# size 90x20\n<C-a><Delete>Hosts | order by Name asc<F5><wait:idle><shot><F6>j\n")
        .unwrap();
    let out = ["-o", "a.txt", "-o", "a.svg", "-o", "a.cast"];
    let output = tallyho(folder.path(), &[&["play", "one.keys", "--data", "data"], &out[..]].concat(), b"");
    assert!(output.status.success() && output.stdout.is_empty(), "{}", told(&output));
    let text = fs::read_to_string(path("a.txt")).unwrap();
    assert!(text.contains("alpha") && text.contains("=== and then ===") && text.contains("row 2 of 2"), "{text}");
    let svg = fs::read_to_string(path("a.svg")).unwrap();
    assert!(svg.contains("&lt;b&gt;&amp;amp;") && svg.contains("<title>Tallyho</title>"), "{svg}");
    let cast = fs::read_to_string(path("a.cast")).unwrap();
    let events: Vec<serde_json::Value> = cast.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!((&events[0]["width"], &events[0]["height"]), (&90.into(), &20.into()));
    assert!(events.len() > 20 && events[1..].is_sorted_by_key(|it| it[0].as_f64().unwrap().to_bits()), "{cast}");
    // Nothing of the play is in the user's history and session.
    let home: Vec<_> = fs::read_dir(path("home")).map_or_else(|_| Vec::new(), Iterator::collect);
    assert!(!path("home/data/history.sqlite").exists() && !path("home/data/sessions").exists(), "{home:?}");
}

#[test]
fn a_play_that_cannot_be_played_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let play = |script: &str, more: &[&str]| {
        fs::write(folder.path().join("bad.keys"), script).unwrap();
        let output = tallyho(folder.path(), &[&["play", "bad.keys", "--data", "data"], more].concat(), b"");
        (output.status.code(), told(&output))
    };
    let (code, words) = play("ab\n<F99>", &[]);
    assert!(code == Some(2) && words.contains("bad.keys: line 2") && words.contains("F99"), "{words}");
    let (code, words) = play("a", &["-o", "picture.png"]);
    assert!(code == Some(2) && words.contains(".cast"), "{words}");
    let (code, words) = play("<released>", &[]);
    assert!(code == Some(3) && words.contains("there is no step <released>"), "{words}");
}

#[test]
fn health_names_what_is_wrong_and_exits_so() {
    let folder = tempfile::tempdir().unwrap();
    let output = tallyho(folder.path(), &["health"], b"");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{text}{}", told(&output));
    assert!(text.contains("history        begins with the first run"), "{text}");
    fs::create_dir_all(folder.path().join("home/config")).unwrap();
    fs::write(folder.path().join("home/config/keys.toml"), "[editor]\nrun = [\"Ctrl+Nothing\"]\n").unwrap();
    let output = tallyho(folder.path(), &["health"], b"");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    let line = text.lines().find(|it| it.starts_with("BAD")).unwrap();
    assert!(line.contains("keys") && line.contains('2') && line.contains("Ctrl+Nothing"), "{line}");
}
