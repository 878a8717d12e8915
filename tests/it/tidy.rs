//! The walls of the house, kept by a test: who may use whom, which crates stay in which room, and how files look.
//! The map itself is the `//!` of `src/lib.rs`.

use std::fs;
use std::path::{Path, PathBuf};

/// Room → the rooms it may use. Nothing points at `tui`, `server` or `cli`, which are the ways in.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("kql", &[]),
    ("config", &[]),
    ("history", &[]),
    ("schema", &["kql"]),
    ("result", &["kql", "text"]),
    ("lab", &["kql", "schema"]),
    ("engine", &["kql", "result"]),
    ("remote", &["kql", "result", "schema", "config"]),
    ("run", &["kql", "schema", "engine", "lab", "remote", "result", "config"]),
    ("library", &["kql", "result", "run", "text"]),
    ("tui", &["kql", "schema", "result", "run", "history", "library", "config", "text"]),
    ("server", &["kql", "schema", "result", "run", "config"]),
    (
        "cli",
        &[
            "kql", "schema", "result", "run", "history", "library", "config", "text", "tui", "server", "engine", "lab",
            "remote",
        ],
    ),
];

/// Crate → the places (a room, or a file of one) that may name it. A crate that is not listed is free.
const WALLS: &[(&str, &[&str])] = &[
    ("datafusion", &["engine"]),
    ("arrow", &["engine", "result", "remote/decode", "run", "lab/store"]),
    ("parquet", &["engine", "lab/store", "result/export"]),
    ("rust_xlsxwriter", &["result/export"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("ratatui_textarea", &["tui"]),
    ("syntect", &["tui"]),
    ("reqwest", &["remote"]),
    ("axum", &["server"]),
    ("hyper", &["server"]),
    ("hyper_util", &["server"]),
    ("tower_http", &["server"]),
    ("jsonwebtoken", &["remote", "server"]),
    ("keyring", &["remote"]),
    ("p12_keystore", &["remote"]),
    ("rusqlite", &["history"]),
    ("clap", &["cli"]),
    ("lsp_server", &["cli"]),
    ("lsp_types", &["cli"]),
    ("saphyr", &["library"]),
    ("toml", &["config"]),
    ("geo", &["engine"]),
    ("h3o", &["engine"]),
    ("s2", &["engine"]),
    ("maxminddb", &["engine"]),
    ("tokio", &["run", "remote", "engine", "server", "cli"]),
    ("futures", &["engine", "remote", "server", "run"]),
];

const MAX_FILE_LINES: usize = 800;
const MAX_FUNCTION_LINES: usize = 150;

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let mut faults = Vec::new();
    for file in sources() {
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| *room == file.room) else {
            assert!(matches!(file.room.as_str(), "lib" | "main"), "room '{}' has no arrows in tidy.rs", file.room);
            continue;
        };
        for (line, used) in file.crate_uses() {
            let known = ARROWS.iter().any(|(room, _)| *room == used);
            if known && used != file.room && !allowed.contains(&used.as_str()) {
                faults.push(format!("{}:{line}: {} may not use {used}", file.path.display(), file.room));
            }
        }
    }
    assert!(faults.is_empty(), "arrows that the house does not have:\n{}", faults.join("\n"));
}

#[test]
fn third_party_crates_stay_behind_their_walls() {
    let mut faults = Vec::new();
    for file in sources() {
        for (krate, places) in WALLS {
            let inside = places.iter().any(|it| file.is_in(it));
            for line in file.lines_naming(krate) {
                if !inside {
                    faults.push(format!("{}:{line}: {krate} belongs in {}", file.path.display(), places.join(", ")));
                }
            }
        }
    }
    assert!(faults.is_empty(), "walls crossed:\n{}", faults.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_stays_readable() {
    let mut faults = Vec::new();
    for file in sources() {
        let path = file.path.display();
        if !file.text.starts_with("//!") {
            faults.push(format!("{path}: the first line is not a //! that says what the file is for"));
        }
        if file.path.ends_with("mod.rs") {
            faults.push(format!("{path}: the front of a room is room.rs, not mod.rs"));
        }
        let n_lines = file.text.lines().count();
        if n_lines > MAX_FILE_LINES && !file.is_test() {
            faults.push(format!("{path}: {n_lines} lines, at most {MAX_FILE_LINES}"));
        }
        for (line, name, n_lines) in file.functions() {
            if n_lines > MAX_FUNCTION_LINES {
                faults.push(format!("{path}:{line}: fn {name} has {n_lines} lines, at most {MAX_FUNCTION_LINES}"));
            }
        }
    }
    assert!(faults.is_empty(), "files to mend:\n{}", faults.join("\n"));
}

#[test]
fn rooms_have_one_door_and_leave_nothing_lying_about() {
    let mut faults = Vec::new();
    for file in sources() {
        for (idx, line) in file.code.lines().enumerate() {
            let place = format!("{}:{}", file.path.display(), idx + 1);
            if line.trim_start().starts_with("pub mod ") && file.room != "lib" {
                faults.push(format!("{place}: pub mod stands only in lib.rs"));
            }
            for word in ["println!", "eprintln!", "dbg!", "todo!", "unimplemented!", "#[ignore"] {
                if line.contains(word) && !file.is_test() {
                    faults.push(format!("{place}: {word}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "to mend:\n{}", faults.join("\n"));
}

#[test]
fn every_dependency_has_its_reason() {
    let text = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml is there");
    let mut in_dependencies = false;
    let mut reason = false;
    let mut faults = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            in_dependencies = line.contains("dependencies]");
            reason = false;
        } else if line.starts_with('#') {
            reason = true;
        } else if line.is_empty() {
            reason = false;
        } else if in_dependencies && line.contains('=') {
            if !reason {
                faults.push(line.to_owned());
            }
            reason = false;
        }
    }
    assert!(faults.is_empty(), "dependencies without a line that says why:\n{}", faults.join("\n"));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One source file: as written, and with comments, strings and characters blanked out.
struct Source {
    path: PathBuf,
    /// Below `src`, without the ending: `engine/operators/where_`.
    stem: String,
    room: String,
    text: String,
    code: String,
}

impl Source {
    fn is_in(&self, place: &str) -> bool {
        self.stem == place || self.stem.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
    }

    fn is_test(&self) -> bool {
        self.stem.ends_with("/tests") || self.stem.contains("/tests/")
    }

    /// The rooms that `crate::…` paths name, grouped imports included.
    fn crate_uses(&self) -> Vec<(usize, String)> {
        let mut uses = Vec::new();
        for (at, _) in self.code.match_indices("crate::") {
            let line = self.code[..at].matches('\n').count() + 1;
            let rest = &self.code[at + "crate::".len()..];
            if let Some(group) = rest.strip_prefix('{') {
                uses.extend(group_heads(group).into_iter().map(|it| (line, it)));
            } else {
                uses.push((line, head(rest)));
            }
        }
        uses
    }

    /// Lines on which a path starts with the crate's name.
    fn lines_naming(&self, krate: &str) -> Vec<usize> {
        let needle = format!("{krate}::");
        let starts = self.code.match_indices(&needle).filter(|(at, _)| {
            let before = self.code[..*at].chars().next_back();
            before.is_none_or(|it| !it.is_alphanumeric() && it != '_' && it != ':') || self.code[..*at].ends_with(" ::")
        });
        starts.map(|(at, _)| self.code[..at].matches('\n').count() + 1).collect()
    }

    /// Line, name and length of each function outside `mod tests`.
    fn functions(&self) -> Vec<(usize, String, usize)> {
        let mut functions = Vec::new();
        for (at, _) in self.code.match_indices("fn ") {
            let before = self.code[..at].chars().next_back();
            if before.is_some_and(|it| it.is_alphanumeric() || it == '_') {
                continue;
            }
            let rest = &self.code[at..];
            let Some(open) = rest.find(['{', ';']).filter(|it| rest[*it..].starts_with('{')) else { continue };
            let body = &rest[open..matching_brace(&rest[open..]) + open];
            let line = self.code[..at].matches('\n').count() + 1;
            functions.push((line, head(&rest[3..]), body.matches('\n').count() + 1));
        }
        functions
    }
}

/// The identifier at the start of a text.
fn head(text: &str) -> String {
    text.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

/// The first identifiers of a brace group, `kql::{…}, result::X}` → kql, result.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = vec![head(group)];
    let mut depth = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(head(&group[at + 1..])),
            _ => {}
        }
    }
    heads
}

/// Offset of the brace that closes the one at the start.
fn matching_brace(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Every source file below `src`.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 20, "the walk found the sources");
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let below = path.strip_prefix(&src).expect("below src").with_extension("");
            let stem = below.to_string_lossy().replace('\\', "/");
            let room = stem.split('/').next().unwrap_or_default().to_owned();
            Source { code: blank(&text), path, stem, room, text }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// The text with comments, strings and characters replaced by blanks, line breaks kept.
fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = token_to_blank(text, at);
        if end > at {
            out.extend(text[at..end].chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            let c = text[at..].chars().next().expect("at a character");
            out.push(c);
            at += c.len_utf8();
        }
    }
    out
}

/// Where the comment, string or character that starts here ends; `at` itself when none starts.
fn token_to_blank(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let preceded = text[..at].chars().next_back().is_some_and(|it| it.is_alphanumeric() || it == '_');
    if rest.starts_with("//") {
        return at + rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return at + rest.find("*/").map_or(rest.len(), |it| it + 2);
    }
    if !preceded && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br")) {
        let hashes = rest.trim_start_matches('b').trim_start_matches('r').chars().take_while(|it| *it == '#').count();
        let after = rest.find('"');
        let is_raw = after.is_some_and(|it| rest[..it].chars().all(|c| matches!(c, 'b' | 'r' | '#')));
        if let (true, Some(open)) = (is_raw, after) {
            let close = format!("\"{}", "#".repeat(hashes));
            return at + rest[open + 1..].find(&close).map_or(rest.len(), |it| open + 1 + it + close.len());
        }
    }
    if rest.starts_with('"') {
        return at + quoted(rest, '"');
    }
    if rest.starts_with('\'') {
        let mut chars = rest.char_indices().skip(1);
        let (_, first) = chars.next().unwrap_or((0, ' '));
        let second = chars.next().map(|it| it.1);
        if first == '\\' || second == Some('\'') {
            return at + quoted(rest, '\'');
        }
    }
    at
}

/// Length of a quoted token with backslash escapes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
}
