//! Tabs and files of queries, as a person sees them: what is kept, what is asked, and what two workbenches do to each
//! other.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tallyho::tui::Msg;

use crate::support_keys::{Player, options, screens};

fn file_in(player: &Player, name: &str, text: &str) -> PathBuf {
    let path = player.home.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Opens a file by its name, as a person would type it.
fn open(player: &mut Player, path: &std::path::Path) {
    player.play(&format!("<A-u><C-u>{}<Enter><wait:idle>", path.display()));
}

#[test]
fn every_tab_has_its_own_undo_and_cursor_and_what_was_cut_goes_along() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>first one<C-t>second two<C-PageUp>");
    assert_eq!(player.text(), "first one");
    player.play("<C-z>");
    assert_eq!(player.text(), "first");
    player.play("<A-2>!");
    assert_eq!(player.text(), "second two!");
    player.play("<C-z><C-z><C-z><C-z>");
    assert_eq!(player.text(), "", "undo ends where the tab began");
    player.play("<A-1><C-a><C-x><A-2><C-v>");
    assert_eq!(player.text(), "first");
    player.play("<A-1><C-z>");
    assert_eq!(player.text(), "first");
}

#[test]
fn what_was_closed_comes_back_with_its_undo_and_after_a_kill_with_its_text() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>stays<C-t>goes away<A-w>");
    assert!(player.screen().contains("Closed 'query'; Alt+T opens it again as it was."), "{}", player.screen());
    player.play("<A-T>");
    assert_eq!(player.text(), "goes away");
    player.play("<C-z>");
    assert_eq!(player.text(), "goes");
    player.play("<C-y><A-w><wait:idle>");
    player.restart();
    assert_eq!(player.text(), "stays");
    player.play("<A-T>");
    assert_eq!(player.text(), "goes away");
    // The only tab can be closed too; an empty one takes its place.
    player.play("<A-w><A-w>");
    assert_eq!(player.text(), "");
    player.play("<A-w>");
    assert!(player.screen().contains("This is the only tab, and it is empty."), "{}", player.screen());
}

#[test]
fn the_workbench_comes_back_as_it_was() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>one<C-t><paste:two\\n| three\\n| four><Up><C-t>five<A-2><F6><F10><wait:idle>");
    let before = player.screen();
    player.restart();
    assert_eq!(player.text(), "two\n| three\n| four");
    let screen = player.screen();
    assert!(screen.contains("▌results") && !screen.contains("1 query"), "zoom and focus:\n{before}\n{screen}");
    player.play("<F10>");
    assert!(player.screen().contains("▸2 query"), "{}", player.screen());
    player.play("<Esc>X");
    assert_eq!(player.text(), "two\n| threXe\n| four");
}

#[test]
fn the_connection_and_the_time_range_come_back() {
    let config = "default_connection = \"a\"
        [connections.a]\nkind = \"graph\"\nbase_url = \"http://127.0.0.1:9\"
        [connections.b]\nkind = \"graph\"\nbase_url = \"http://127.0.0.1:9\"\ntime_range = \"P7D\"";
    let mut player = Player::with_service(80, 24, config, None);
    player.play("<F4>b<Enter><wait:idle>");
    assert!(player.screen().contains("last 7 days"), "{}", player.screen());
    player.play("<F7><Down><Enter><wait:idle>");
    player.restart();
    let screen = player.screen();
    assert!(screen.contains("tallyho  b ") && screen.contains("query━ last 30 days"), "{screen}");
}

#[test]
fn two_workbenches_keep_their_texts_apart_and_the_one_that_is_left_brings_both() {
    let mut first = Player::new(80, 24);
    first.play("<C-a><Delete>of the first<wait:idle>");
    let mut second_home = options(first.home.path(), &screens().join("data"));
    second_home.runner = options(first.home.path(), &screens().join("data")).runner;
    let mut second = Player::with_options(80, 24, second_home, tempfile::tempdir().unwrap());
    assert!(!second.text().contains("of the first"), "the first one lives");
    second.play("<C-a><Delete>of the second<S-F2>other<Enter><wait:idle>");
    first.play(" and more<wait:idle>");
    first.restart();
    assert_eq!(first.text(), "of the first and more");
    second.play("!<wait:idle>");
    second.workbench.kill();
    first.play(", last<wait:idle>");
    first.restart();
    assert_eq!(first.text(), "of the first and more, last", "what was saved last is in front");
    let screen = first.screen();
    assert!(screen.contains("▌1 query━ 2 other"), "{screen}");
    first.play("<A-2>");
    assert_eq!(first.text(), "of the second!");
    first.play("<wait:idle>");
    first.restart();
    assert!(first.screen().contains("▌2 other"), "{}", first.screen());
    assert!(!first.screen().contains("3 "), "it came once:\n{}", first.screen());
}

#[test]
fn a_session_of_before_there_were_tabs_is_read() {
    let mut player = Player::new(80, 24);
    let path = player.home.path().join("data/session.json");
    player.workbench.kill();
    fs::write(path, r#"{"text":"old\ntext","cursor":[1,2],"connection":"lab"}"#).unwrap();
    player.restart();
    assert_eq!(player.text(), "old\ntext");
    player.play("X");
    assert_eq!(player.text(), "old\nteXxt");
}

#[test]
fn a_file_is_opened_saved_and_opened_once() {
    let mut player = Player::new(80, 24);
    let path = file_in(&player, "beacon.kql", "Connections\r\n| take 5\r\n");
    open(&mut player, &path);
    assert_eq!(player.text(), "Connections\n| take 5\n");
    assert!(player.screen().contains("2 beacon━"), "{}", player.screen());
    player.play("<C-End>x");
    assert!(player.screen().contains("2 beacon*"), "{}", player.screen());
    player.play("<Backspace>");
    assert!(player.screen().contains("2 beacon━"), "as it is in the file:\n{}", player.screen());
    player.play("// é<C-s><wait:idle>");
    assert_eq!(fs::read_to_string(&path).unwrap(), "Connections\r\n| take 5\r\n// é");
    let screen = player.screen();
    assert!(screen.contains("Saved ") && screen.contains("2 beacon━"), "{screen}");
    player.play("<A-1>");
    open(&mut player, &path);
    assert!(player.screen().contains("▌2 beacon") && !player.screen().contains("3 beacon"), "{}", player.screen());
    // Unsaved changes are kept between two starts, and are still known as such.
    player.play("!<wait:idle>");
    player.restart();
    assert!(player.screen().contains("2 beacon*"), "{}", player.screen());
    assert!(player.text().ends_with("// é!"));
    player.play("<C-s><wait:idle>");
    assert!(fs::read_to_string(&path).unwrap().ends_with("// é!"));
}

#[test]
fn a_text_without_a_file_asks_for_one_and_never_replaces_what_is_there() {
    let mut player = Player::new(80, 24);
    let taken = file_in(&player, "taken.kql", "theirs");
    let stem = taken.with_extension("");
    player.play(&format!("<C-a><Delete>mine<C-s>{}<Enter><wait:idle>", stem.display()));
    assert!(player.screen().contains("there is such a file already"), "{}", player.screen());
    assert_eq!(fs::read_to_string(&taken).unwrap(), "theirs");
    // Enter takes the harmless way.
    player.play(&format!("<Enter>{}<Enter><wait:idle>", player.home.path().join("mine").display()));
    assert_eq!(fs::read_to_string(player.home.path().join("mine.kql")).unwrap(), "mine");
    assert!(player.screen().contains("▌1 mine━"), "{}", player.screen());
    player.play(&format!("<A-S><C-u>{}<Enter><wait:idle>replace<Enter><wait:idle>", taken.display()));
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine", "where that was chosen");
    player.play(&format!("<A-S><C-u>{}/no/folder/x<Enter><wait:idle>", player.home.path().display()));
    assert!(player.screen().contains("cannot be written"), "{}", player.screen());
    assert_eq!(player.text(), "mine");
}

#[test]
fn what_another_program_wrote_is_read_when_nothing_is_lost_by_it_and_else_asked_about() {
    let mut player = Player::new(80, 24);
    let path = file_in(&player, "shared.kql", "first");
    open(&mut player, &path);
    fs::write(&path, "second, by another program").unwrap();
    player.play("<A-1><A-2><wait:idle>");
    assert_eq!(player.text(), "second, by another program");
    assert!(player.screen().contains("was changed by another program and read again"), "{}", player.screen());
    player.play("<C-z>");
    assert_eq!(player.text(), "first");
    player.play("<C-y><C-End> and mine<A-1>");
    fs::write(&path, "third, by another program").unwrap();
    player.play("<A-2><wait:idle>");
    assert_eq!(player.text(), "second, by another program and mine", "what was typed stays");
    assert!(player.screen().contains("Ctrl+S asks what to do."), "{}", player.screen());
    player.play("<C-s><wait:idle>");
    assert!(player.screen().contains("the file was changed by another program"), "{}", player.screen());
    assert_eq!(fs::read_to_string(&path).unwrap(), "third, by another program");
    player.play("take<Enter><wait:idle>");
    assert_eq!(player.text(), "third, by another program");
    player.play("<C-z><C-s><wait:idle>");
    assert_eq!(fs::read_to_string(&path).unwrap(), "second, by another program and mine", "it was seen, and chosen");
    fs::remove_file(&path).unwrap();
    player.play("<A-1><A-2><wait:idle>");
    assert!(player.screen().contains("The file of 'shared' is gone; Ctrl+S writes it again."), "{}", player.screen());
    player.play("<C-s><wait:idle>");
    assert!(path.exists());
}

#[test]
fn a_hostile_file_name_and_a_file_that_is_no_text_do_no_harm() {
    let mut player = Player::new(80, 24);
    let path = file_in(&player, "a\u{1b}[31mb\u{202e}.kql", "T");
    player.workbench.take_and_draw(Msg::Paste(String::new()));
    player.play("<A-u>");
    player.workbench.take_and_draw(Msg::Paste(path.display().to_string()));
    player.play("<Enter><wait:idle>");
    assert!(!player.screen().contains(['\u{1b}', '\u{202e}']), "{}", player.screen());
    player.play("<Esc>");
    let path = file_in(&player, "binary.kql", "");
    fs::write(&path, b"T\n\xFF\xFE").unwrap();
    open(&mut player, &path);
    let screen = player.screen();
    assert!(screen.contains("is not text: line 2 holds the byte 0xFF"), "{screen}");
    player.play("<Esc>");
    let folder = player.home.path().to_owned();
    open(&mut player, &folder);
    assert!(player.screen().contains("it is a folder"), "{}", player.screen());
}

#[test]
fn files_of_the_command_line_are_opened_and_nothing_runs() {
    let home = tempfile::tempdir().unwrap();
    let (a, b) = (home.path().join("a.kql"), home.path().join("new.kql"));
    fs::write(&a, "print ran = 1").unwrap();
    let mut options = options(home.path(), &screens().join("data"));
    options.files = vec![a, b];
    let mut player = Player::with_options(80, 24, options, home);
    player.play("<wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("1 query ━▌2 a━ 3 new ━"), "{screen}");
    assert_eq!(player.text(), "print ran = 1");
    assert!(!screen.contains("done"), "{screen}");
}

#[test]
fn five_megabytes_are_pasted_and_opened_quickly() {
    let mut player = Player::new(80, 24);
    let text = "Processes | where FileName == \"x\" // a line of some length to fill the room\n\n".repeat(67_000);
    let path = file_in(&player, "large.kql", &text);
    player.play("<C-a><Delete>");
    let started = Instant::now();
    player.workbench.take_and_draw(Msg::Paste(text.clone()));
    let pasted = started.elapsed();
    let started = Instant::now();
    player.play("abc");
    let typed = started.elapsed();
    player.idle();
    assert_eq!(player.text().len(), text.len() + 3);
    open(&mut player, &path);
    assert_eq!(player.text().len(), text.len());
    // A debug build on a machine that builds other things meanwhile.
    assert!(pasted < Duration::from_secs(10) && typed < Duration::from_secs(10), "{pasted:?}, {typed:?}");
    player.restart();
    assert_eq!(player.text().len(), text.len());
}

/// Ten thousand million pairs.
const ENDLESS: &str = "let old = range x from 1 to 100000 step 1 | extend k = 1; old | join kind=inner (old) on k | summarize count() by x";

#[test]
fn the_block_that_runs_is_marked_in_its_own_tab() {
    let mut player = Player::new(80, 24);
    player.play(&format!("<C-a><Delete><paste:print a = 1\\n\\n{ENDLESS}><F5><wait:300>"));
    let marked = |screen: &str| screen.lines().filter(|it| it.starts_with('▸')).count();
    let screen = player.screen();
    assert!(screen.contains("▸ 3"), "{screen}");
    assert_eq!(marked(&screen), 1, "{screen}");
    player.play("<C-t>");
    assert_eq!(marked(&player.screen()), 0, "{}", player.screen());
    player.play("<C-PageUp>");
    assert_eq!(marked(&player.screen()), 1, "{}", player.screen());
    player.play("<Esc>");
    player.idle();
    assert_eq!(marked(&player.screen()), 0, "{}", player.screen());
}

/// A workbench whose user has a program as editor.
#[cfg(unix)]
fn with_editor(script: &str) -> Player {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let program = home.path().join("my editor");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let mut options = options(home.path(), &screens().join("data"));
    options.editor = Some(format!("'{}' --wait", program.display()));
    Player::with_options(80, 24, options, home)
}

#[cfg(unix)]
#[test]
fn the_users_own_editor_gets_the_text_and_what_it_leaves_comes_back() {
    let mut player = with_editor(
        "test \"$1\" = --wait && stat -c %a \"$2\" > \"$(dirname \"$0\")/rights\" && printf 'of the editor\\n' >> \"$2\"",
    );
    player.play("<C-a><Delete>mine<Enter><A-e>");
    player.idle();
    assert_eq!(player.text(), "mine\nof the editor\n");
    assert!(player.screen().contains("The text of your editor is here; Ctrl+Z brings back"), "{}", player.screen());
    assert_eq!(fs::read_to_string(player.home.path().join("rights")).unwrap(), "600\n");
    player.play("<C-z>");
    assert_eq!(player.text(), "mine\n", "one step takes it back");
    assert_eq!(fs::read_dir(player.home.path().join("data/editing")).unwrap().count(), 0, "nothing is left over");
}

#[cfg(unix)]
#[test]
fn an_editor_that_fails_changes_nothing_and_no_editor_is_said() {
    let mut player = with_editor("exit 3");
    player.play("<C-a><Delete>mine<A-e>");
    player.idle();
    let screen = player.screen();
    assert!(screen.contains("ended with code 3; the text is as it was."), "{screen}");
    assert_eq!(player.text(), "mine");
    let mut player = with_editor("printf 'x\\377' > \"$2\"");
    player.play("<C-a><Delete>mine<A-e>");
    player.idle();
    let screen = player.screen();
    assert!(screen.contains("What the editor left is no text (line 1 holds the byte 0xFF)"), "{screen}");
    assert_eq!(fs::read_dir(player.home.path().join("data/editing")).unwrap().count(), 1, "what it left is kept");
    let mut player = Player::new(80, 24);
    player.play("<A-e>");
    player.idle();
    assert!(player.screen().contains("No editor is named: set VISUAL or EDITOR"), "{}", player.screen());
}

#[test]
fn where_nothing_can_be_kept_one_can_work_all_the_same_and_is_told() {
    let home = tempfile::tempdir().unwrap();
    // A file in the place of the folder: no user, and no superuser, can write there.
    fs::write(home.path().join("data"), "in the way").unwrap();
    let options = options(home.path(), &screens().join("data"));
    let mut player = Player::with_options(80, 24, options, home);
    let screen = player.run("print answer = 40 + 2");
    assert!(screen.contains("42"), "{screen}");
    player.play("x<C-t>y<wait:2000>");
    let screen = player.screen();
    assert!(screen.contains("The text is not saved"), "{screen}");
    player.play("<C-q><wait:300>");
    assert!(!player.workbench.is_over(), "leaving asks again");
    player.play("<C-q><wait:300>");
    assert!(player.workbench.is_over(), "and then leaves");
}
