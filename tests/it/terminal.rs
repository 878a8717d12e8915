//! What the workbench makes of the terminal: its ground, its keyboard, its clipboard, its mouse, the line to it; and the
//! user's files for keys and themes.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;
use tallyho::config::TerminalSettings;
use tallyho::tui::{MouseDeed, Msg, Options, Surroundings, TerminalFact, ThemeChoice, Workbench};

use crate::pty::Session;
use crate::support_keys::{Player, options, screens};

fn player(change: impl FnOnce(&mut Options)) -> Player {
    let home = tempfile::tempdir().unwrap();
    let mut options = options(home.path(), &screens().join("data"));
    change(&mut options);
    Player::with_options(80, 24, options, home)
}

/// A workbench whose home has these files.
fn with_files(files: &[(&str, &str)], theme: &str) -> Player {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = home.path().join("config").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut options = options(home.path(), &screens().join("data"));
    options.theme = ThemeChoice::of_name(theme);
    options.around = Surroundings { no_color: false, truecolor: true, ..options.around };
    Player::with_options(80, 24, options, home)
}

fn ground(player: &mut Player) -> Color {
    player.workbench.terminal().backend().buffer()[(40, 8)].bg
}

#[test]
fn faults_of_keys_and_themes_are_told_with_their_line_and_the_rest_is_in_force() {
    let keys = "[anywhere]\nrun = [\"F11\"]\nfly = [\"F2\"]\n";
    let theme = "inherits = \"dark\"\n[ui]\ntext = { fg = \"ink\", bg = \"#010203\" }\ngrin = \"red\"\n";
    let mut player = with_files(&[("keys.toml", keys), ("themes/mine.toml", theme)], "mine");
    let screen = player.screen();
    assert!(screen.contains("keys.toml line 3: [anywhere] there is no action 'fly'"), "{screen}");
    assert!(screen.contains("1 more"), "{screen}");
    assert_eq!(ground(&mut player), Color::Rgb(1, 2, 3));
    player.play("<C-a><Delete>print answer = 42<F11><wait:idle>");
    assert!(player.screen().contains("1 row"), "{}", player.screen());
}

#[test]
fn a_theme_file_with_nothing_but_faults_leaves_a_workbench() {
    let mut player = with_files(&[("themes/mine.toml", "\u{0}]]\u{1b}[2J = [\n{{{")], "mine");
    let screen = player.screen();
    assert!(screen.contains("mine.toml line 1") && !screen.contains('\u{1b}'), "{screen}");
    let mut player = with_files(&[], "nobody");
    assert!(player.screen().contains("there is no theme 'nobody'; there are dark, light"), "{}", player.screen());
}

#[test]
fn the_ground_that_the_terminal_tells_decides_between_dark_and_light_unless_one_was_asked_for() {
    let tell = |theme: &str| {
        let mut player = with_files(&[], theme);
        let before = ground(&mut player);
        player.workbench.take_and_draw(Msg::Terminal(TerminalFact::Ground { light: true }));
        player.idle();
        (before, ground(&mut player))
    };
    let (dark, light) = (Color::Rgb(0x14, 0x17, 0x1c), Color::Rgb(0xfb, 0xfa, 0xf7));
    assert_eq!(tell("auto"), (dark, light));
    assert_eq!(tell("dark"), (dark, dark));
}

static COPIED: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[test]
fn copied_text_is_harmless_has_a_limit_and_can_go_to_a_file() {
    let home = tempfile::tempdir().unwrap();
    let mut options = options(home.path(), &screens().join("data"));
    options.terminal = TerminalSettings { clipboard_limit: 64, ..TerminalSettings::default() };
    let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let copy = |text: &str| COPIED.lock().unwrap().push(text.to_owned());
    let mut workbench = Workbench::new(options.clone(), terminal, copy);
    let screen = |workbench: &mut Workbench<TestBackend>| {
        let cells = &workbench.terminal().backend().buffer().content;
        cells
            .chunks(80)
            .map(|it| it.iter().map(ratatui::buffer::Cell::symbol).collect::<String>())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let press = |workbench: &mut Workbench<TestBackend>, keys: &str| {
        for it in keys.split(' ') {
            workbench.key(tallyho::config::Chord::parse(it).unwrap());
            assert!(workbench.settle(Duration::from_mins(1)));
        }
    };
    assert!(workbench.settle(Duration::from_mins(1)));
    press(&mut workbench, "Ctrl+A Delete");
    workbench.type_text("print x = strcat(make_string(27, 7, 9, 13), 'pwned')");
    press(&mut workbench, "F5 F6 Ctrl+C");
    assert_eq!(COPIED.lock().unwrap().as_slice(), ["\tpwned"], "{}", screen(&mut workbench));
    assert!(screen(&mut workbench).contains("3 control characters were left out"), "{}", screen(&mut workbench));
    // What is too long can go to a file, which is not overwritten.
    press(&mut workbench, "F6 F6 Ctrl+A");
    workbench.type_text("print y = strcat('0123456789012345678901234567890123456789', '0123456789')");
    press(&mut workbench, "F5 F6 Ctrl+C");
    assert!(screen(&mut workbench).contains("the terminal takes 64"), "{}", screen(&mut workbench));
    let file = home.path().join("copy.txt");
    std::fs::write(&file, "mine").unwrap();
    press(&mut workbench, "Ctrl+W Ctrl+W Ctrl+W Ctrl+W");
    workbench.type_text(&file.display().to_string());
    press(&mut workbench, "Enter");
    assert!(screen(&mut workbench).contains("exists already"), "{}", screen(&mut workbench));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    workbench.type_text("2");
    press(&mut workbench, "Enter");
    let written = home.path().join("copy.txt2");
    assert_eq!(std::fs::read_to_string(&written).unwrap(), "0123456789".repeat(5), "{}", screen(&mut workbench));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&written).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(COPIED.lock().unwrap().len(), 1, "nothing too long went to the terminal");
}

#[test]
fn the_mouse_is_taken_only_where_it_is_wanted() {
    let click = |player: &mut Player, column, row| {
        player.workbench.take_and_draw(Msg::Mouse { deed: MouseDeed::Press, column, row });
    };
    let mut player = player(|it| it.terminal.mouse = true);
    player.run("range n from 1 to 40 step 1 | extend word = strcat('w', tostring(n))");
    let screen = player.screen();
    let row = screen.lines().position(|it| it.contains("w3")).unwrap() as u16;
    let column = screen.lines().nth(usize::from(row)).unwrap().find("w3").unwrap() as u16;
    click(&mut player, column, row);
    assert!(player.screen().contains("row 3 of 40"), "{}", player.screen());
    assert!(player.screen().contains("▌results"), "the pane has the focus:\n{}", player.screen());
    for _ in 0..2 {
        player.workbench.take_and_draw(Msg::Mouse { deed: MouseDeed::WheelDown, column, row });
    }
    assert!(player.screen().contains("row 9 of 40"), "{}", player.screen());
    // In the text the click is the cursor's place, and typing goes on there.
    click(&mut player, 5 + 6, 2);
    player.play("X");
    assert!(player.text().starts_with("range Xn") || player.text()[..12].contains('X'), "{}", player.text());
    // Without the setting nothing happens; an action takes the mouse.
    let mut player = self::player(|_| {});
    player.run("range n from 1 to 40 step 1");
    click(&mut player, 8, 12);
    assert!(!player.screen().contains("▌results"), "{}", player.screen());
    player.play("<F1>mouse<Enter>");
    assert!(player.screen().contains("The mouse is on"), "{}", player.screen());
    click(&mut player, 8, 12);
    assert!(player.screen().contains("▌results"), "{}", player.screen());
}

/// Ten thousand million pairs.
const ENDLESS: &str = "let old = range x from 1 to 100000 step 1 | extend k = 1; old | join kind=inner (old) on k | summarize count() by x";

#[test]
fn clocks_are_slower_on_a_slow_line_and_stand_where_nothing_is_to_move() {
    let mut player = player(|_| {});
    player.workbench.take_and_draw(Msg::Terminal(TerminalFact::RoundTrip(Duration::from_millis(400))));
    player.play(&format!("<C-a><Delete>{ENDLESS}<F5><wait:1200>"));
    let screen = player.screen();
    assert!(screen.contains("● 1 s  running"), "whole seconds:\n{screen}");
    player.play("<Esc><wait:idle>");
    let mut player = self::player(|it| it.terminal.motion = false);
    player.play(&format!("<C-a><Delete>{ENDLESS}<F5><wait:300>"));
    let screen = player.screen();
    assert!(screen.contains("● running"), "a word and no clock:\n{screen}");
    player.play("<Esc><wait:idle>");
}

#[test]
fn figures_of_messages_and_frames_are_shown_when_asked_for() {
    let mut player = player(|_| {});
    player.play("<A-z>x");
    let screen = player.screen();
    for words in ["update ", "draw ", " frames", "quick line"] {
        assert!(screen.contains(words), "{words}:\n{screen}");
    }
    player.play("<A-z>");
    assert!(!player.screen().contains("quick line"), "{}", player.screen());
}

fn has(session: &Session, wanted: &[u8]) -> bool {
    session.received.lock().unwrap().windows(wanted.len()).any(|it| it == wanted)
}

fn wait_for_bytes(session: &Session, wanted: &[u8]) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !has(session, wanted) {
        assert!(Instant::now() < deadline, "{:?} is not written", String::from_utf8_lossy(wanted));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_terminal_that_answers_gives_its_ground_and_its_keyboard_and_gets_both_back() {
    let mut session = Session::start(&[("COLORTERM", "truecolor")]);
    wait_for_bytes(&session, b"\x1b]11;?\x1b\\");
    session.wait_for("ready");
    session.send("print answer");
    // The answer comes while somebody types, in two pieces.
    session.send("\u{1b}");
    std::thread::sleep(Duration::from_millis(3));
    session.send("]11;rgb:fbfb/fafa");
    std::thread::sleep(Duration::from_millis(5));
    session.send("/f7f7\u{1b}\\ = 6 * 7");
    wait_for_bytes(&session, b"\x1b[?u\x1b[c");
    session.send("\u{1b}[?0u\u{1b}[?62;22c");
    wait_for_bytes(&session, b"\x1b[>5u");
    session.wait_for("print answer = 6 * 7");
    assert!(!session.screen().screen().contents().contains("rgb"), "{}", session.screen().screen().contents());
    // The light theme's ground.
    wait_for_bytes(&session, b"48;2;251;250;247");
    // Shift+Enter as the newer protocol tells it.
    session.send("\u{1b}[13;2u");
    session.wait_for("done");
    // Ctrl+Q as the newer protocol tells it.
    session.send("\u{1b}[113;5u");
    assert!(session.wait(), "leaving is a success");
    wait_for_bytes(&session, b"\x1b[<1u");
    session.assert_as_found();
}

#[test]
fn keys_whose_sequence_is_torn_are_the_keys_and_nothing_is_typed() {
    let mut session = Session::start(&[]);
    session.wait_for("ready");
    session.send("print answer = 40 + 2");
    session.wait_for("40 + 2");
    for piece in ["\u{1b}", "[15~"] {
        session.send(piece);
        std::thread::sleep(Duration::from_millis(4));
    }
    session.wait_for("done");
    session.send("\u{11}");
    assert!(session.wait(), "leaving is a success");
    assert!(!session.saved_text().contains("[15"), "{}", session.saved_text());
    session.assert_as_found();
}
