//! What the real backend writes: no byte of the data can steer the terminal.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use tallyho::config::Chord;
use tallyho::tui::{Msg, Workbench};

use crate::support_keys::{options, screens};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Sequences that the backend itself writes: colours, places, showing and hiding the cursor, clearing.
fn is_ours(sequence: &str) -> bool {
    let Some(body) = sequence.strip_prefix("\u{1b}[") else { return false };
    let (parameters, last) = body.split_at(body.len() - 1);
    match last {
        "m" | "H" | "J" | "K" => parameters.bytes().all(|it| it.is_ascii_digit() || it == b';' || it == b':'),
        "h" | "l" => parameters == "?25",
        _ => false,
    }
}

/// The text between the sequences; fails on any control character or sequence that is not the backend's own.
fn text_between(written: &[u8]) -> String {
    let written = std::str::from_utf8(written).unwrap();
    let mut text = String::new();
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        if c == '\u{1b}' {
            let end = rest[2..].find(|it: char| ('@'..='~').contains(&it)).map_or(rest.len(), |it| it + 3);
            assert!(is_ours(&rest[..end]), "the backend never writes {:?}", &rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let harmless = !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(harmless, "U+{:04X} was written", c as u32);
        text.push(c);
        rest = &rest[c.len_utf8()..];
    }
    text
}

/// A workbench of 80×24 on the real backend, what it writes, and its home.
fn start(data: &std::path::Path) -> (Workbench<CrosstermBackend<Written>>, Written, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let written = Written::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, 80, 24));
    let backend = CrosstermBackend::new(written.clone());
    let terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    let mut workbench = Workbench::new(options(home.path(), data), terminal, |_| {});
    workbench.take_and_draw(Msg::Resize { columns: 80, rows: 24 });
    (workbench, written, home)
}

#[test]
fn what_stands_behind_a_grapheme_of_doubtful_width_is_always_written() {
    let (mut workbench, written, _home) = start(&screens().join("data"));
    let idle = |workbench: &mut Workbench<_>| assert!(workbench.settle(Duration::from_mins(1)));
    let mut written_by_one_key = |query: &str| {
        workbench.key(Chord::parse("Ctrl+A").unwrap());
        workbench.take_and_draw(Msg::Paste(query.to_owned()));
        workbench.key(Chord::parse("F5").unwrap());
        idle(&mut workbench);
        written.0.lock().unwrap().clear();
        workbench.key(Chord::parse("Left").unwrap());
        text_between(&written.0.lock().unwrap())
    };
    let text = written_by_one_key("print x = '\u{1F1EE}\u{1F1F1}', y = strcat('be', 'hind')");
    assert!(text.contains("behind"), "{text:?}");
    let text = written_by_one_key("print x = 'plain', y = strcat('be', 'hind')");
    assert!(!text.contains("behind"), "{text:?}");
}

#[test]
fn no_control_byte_of_the_data_reaches_the_terminal() {
    let data = tempfile::tempdir().unwrap();
    std::fs::copy(screens().join("data/Hostile.csv"), data.path().join("Hostile.csv")).unwrap();
    std::fs::write(data.path().join("Names.csv"), "a\u{1b}[31mb,\"c\rd\",e\u{202e}f\n1,2,3\n").unwrap();
    let (mut workbench, written, _home) = start(data.path());
    let idle = |workbench: &mut Workbench<_>| assert!(workbench.settle(Duration::from_mins(1)));
    let key = |workbench: &mut Workbench<_>, keys: &str| {
        keys.split(' ').for_each(|it| workbench.key(Chord::parse(it).unwrap()));
    };
    idle(&mut workbench);
    for query in ["Hostile", "Names", "print x = \"\u{202e}\u{9b}2J\"", "print \u{1b}]0;x\u{7}", "N\u{202e}o | take 1"]
    {
        key(&mut workbench, "Ctrl+A Delete");
        workbench.take_and_draw(Msg::Paste(query.to_owned()));
        idle(&mut workbench);
        key(&mut workbench, "F5");
        idle(&mut workbench);
        key(&mut workbench, "F6 Enter");
        for _ in 0..14 {
            key(&mut workbench, "Right");
        }
        key(&mut workbench, "Esc F8 F8 F1 Esc Alt+H Esc");
    }
    let text = text_between(&written.0.lock().unwrap());
    for shown in ["␛", "pwned", "hidden", "�"] {
        assert!(text.contains(shown), "'{shown}' is seen");
    }
}

#[test]
fn a_typed_key_writes_little_with_offers_and_without_and_nothing_at_rest() {
    let (mut workbench, written, _home) = start(&screens().join("data"));
    assert!(workbench.settle(Duration::from_mins(1)));
    workbench.key(Chord::parse("Ctrl+A").unwrap());
    workbench.key(Chord::parse("Delete").unwrap());
    assert!(workbench.settle(Duration::from_mins(1)));
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for typed in "Processes | where FileName == \"cmd.exe\" and ProcessId > 100 | project DeviceName, FileName".chars()
    {
        written.0.lock().unwrap().clear();
        let was_offering = workbench.is_offering();
        workbench.type_text(&typed.to_string());
        // What the language says of the key is written a moment later, and counts as the key's.
        workbench.turn_for(Duration::from_millis(60));
        let frame = written.0.lock().unwrap().clone();
        text_between(&frame);
        let is_offering = was_offering || workbench.is_offering();
        if is_offering { &mut with } else { &mut without }.push(frame.len());
    }
    for (n_bytes, limit) in [(&mut without, 150), (&mut with, 1_500)] {
        n_bytes.sort_unstable();
        assert!(n_bytes.len() > 10, "both were seen: {n_bytes:?}");
        let median = n_bytes[n_bytes.len() / 2];
        assert!(median <= limit, "{median} bytes in the median, at most {limit}: {n_bytes:?}");
    }
    assert!(workbench.settle(Duration::from_mins(1)));
    written.0.lock().unwrap().clear();
    workbench.turn_for(Duration::from_millis(500));
    assert_eq!(written.0.lock().unwrap().len(), 0, "at rest nothing is written");
}
