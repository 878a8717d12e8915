//! Key files: which key asks for which action, as data. The built-in table (`assets/keys.toml`) and the user's file are
//! read by the same code; what the action names mean is the terminal's affair.

use std::fmt;

use super::lines::{Fault, Line, Setting, lines};

/// The built-in key table.
pub const DEFAULT_KEYS: &str = include_str!("../../assets/keys.toml");

/// One key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    pub ctrl: bool,
    pub alt: bool,
    /// Always false for characters without Ctrl: there the character itself tells.
    pub shift: bool,
    pub key: KeyName,
}

/// A key by its name on the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyName {
    Char(char),
    F(u8),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

const NAMED: [(&str, KeyName); 15] = [
    ("Enter", KeyName::Enter),
    ("Esc", KeyName::Esc),
    ("Tab", KeyName::Tab),
    ("Space", KeyName::Char(' ')),
    ("Backspace", KeyName::Backspace),
    ("Delete", KeyName::Delete),
    ("Insert", KeyName::Insert),
    ("Up", KeyName::Up),
    ("Down", KeyName::Down),
    ("Left", KeyName::Left),
    ("Right", KeyName::Right),
    ("Home", KeyName::Home),
    ("End", KeyName::End),
    ("PageUp", KeyName::PageUp),
    ("PageDown", KeyName::PageDown),
];

impl Chord {
    pub fn plain(key: KeyName) -> Self {
        Self { ctrl: false, alt: false, shift: false, key }
    }

    /// Brings what terminals report to one form: letters with Ctrl are lower case, a typed capital has no Shift.
    #[must_use]
    pub fn normal(mut self) -> Self {
        if let KeyName::Char(c) = self.key {
            if self.ctrl {
                self.shift |= c.is_uppercase();
                self.key = KeyName::Char(c.to_lowercase().next().unwrap_or(c));
            } else {
                self.shift = false;
            }
        }
        self
    }

    /// Reads `Ctrl+Shift+Left`. Names ignore case; a single character after Alt is taken as written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut chord = Self::plain(KeyName::Esc);
        let mut rest = text;
        while let Some((modifier, after)) = rest.split_once('+').filter(|(_, after)| !after.is_empty()) {
            let flag = match modifier.to_ascii_lowercase().as_str() {
                "ctrl" => &mut chord.ctrl,
                "alt" => &mut chord.alt,
                "shift" => &mut chord.shift,
                _ => return Err(format!("'{text}' is not a key: '{modifier}' is not Ctrl, Alt or Shift")),
            };
            *flag = true;
            rest = after;
        }
        chord.key = key_name(rest).ok_or_else(|| format!("'{text}' is not a key: there is no key '{rest}'"))?;
        if chord.ctrl && matches!(chord.key, KeyName::Char(c) if c.is_uppercase()) {
            // `Ctrl+Z` is how people write it; it does not mean Shift.
            let shift = chord.shift;
            return Ok(Self { shift, ..chord.normal() });
        }
        Ok(chord.normal())
    }
}

fn key_name(text: &str) -> Option<KeyName> {
    if let Some((_, key)) = NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(*key);
    }
    let mut chars = text.chars();
    let first = chars.next()?;
    if chars.as_str().is_empty() {
        return Some(KeyName::Char(first));
    }
    let number: u8 = text.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=24).contains(&number).then_some(KeyName::F(number))
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            KeyName::F(number) => write!(f, "F{number}"),
            KeyName::Char(c) if c != ' ' && self.ctrl => write!(f, "{}", c.to_uppercase()),
            KeyName::Char(c) if c != ' ' => write!(f, "{c}"),
            key => f.write_str(NAMED.iter().find(|(_, it)| *it == key).map_or("?", |(name, _)| name)),
        }
    }
}

/// The keys of one action in one section of a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBinding {
    /// The pane, or `anywhere`.
    pub section: String,
    /// The action's name, for example `next-pane`.
    pub action: String,
    /// The first one is shown in hints.
    pub chords: Vec<Chord>,
    /// The file and the line that say so.
    pub line: (String, usize),
}

/// Key files inherit this deep.
const MAX_DEPTH: usize = 8;

/// What a key file says, the lines that it inherits first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyFile {
    /// False for a file that begins with no keys at all (`inherits = "none"`).
    pub over_built_in: bool,
    pub bindings: Vec<KeyBinding>,
    pub faults: Vec<Fault>,
}

/// Reads a key file. Bindings come in the order of the file; a line with a mistake is left out and told. `other` reads the
/// file that this one names in `inherits`.
pub fn parse_keys(file: &str, text: &str, other: &dyn Fn(&str) -> Option<String>) -> KeyFile {
    parse_deep(file, text, other, &mut vec![file.trim_end_matches(".toml").to_owned()])
}

fn parse_deep(file: &str, text: &str, other: &dyn Fn(&str) -> Option<String>, seen: &mut Vec<String>) -> KeyFile {
    let (lines, faults) = lines(file, text);
    let mut out = KeyFile { over_built_in: true, bindings: Vec::new(), faults };
    for Line { number, section, key, value } in lines {
        let outcome = match (section.as_str(), key.as_str(), &value) {
            ("", "inherits", Setting::Text(parent)) => inherit(&mut out, parent, other, seen),
            ("", "inherits", _) => Err("inherits must be text in quotes".to_owned()),
            ("", key, _) => Err(format!("[{key}] must be a section of `action = [\"key\", …]` lines")),
            _ => chords(&value).map_err(|it| format!("[{section}] {key}: {it}")).map(|chords| {
                let line = (file.to_owned(), number);
                out.bindings.push(KeyBinding { section, action: key, chords, line });
            }),
        };
        if let Err(message) = outcome {
            out.faults.push(Fault { file: file.to_owned(), line: number, message });
        }
    }
    out.faults.sort();
    out
}

/// Puts what another file says before what this one says; its first line is the only place where that can be asked.
fn inherit(
    out: &mut KeyFile,
    parent: &str,
    other: &dyn Fn(&str) -> Option<String>,
    seen: &mut Vec<String>,
) -> Result<(), String> {
    match parent {
        "default" => return Ok(()),
        "none" => {
            out.over_built_in = false;
            return Ok(());
        }
        _ => {}
    }
    if seen.iter().any(|it| it == parent) || seen.len() == MAX_DEPTH {
        return Err(format!("inherits = \"{parent}\" goes round in a circle"));
    }
    let name = format!("{parent}.toml");
    let text = other(&name).ok_or_else(|| format!("inherits = \"{parent}\": there is no {name} beside this file"))?;
    seen.push(parent.to_owned());
    let inherited = parse_deep(&name, &text, other, seen);
    out.over_built_in = inherited.over_built_in;
    out.bindings.splice(0..0, inherited.bindings);
    out.faults.extend(inherited.faults);
    Ok(())
}

fn chords(keys: &Setting) -> Result<Vec<Chord>, String> {
    let list = match keys {
        Setting::List(list) => list.as_slice(),
        Setting::Text(_) => std::slice::from_ref(keys),
        _ => return Err("the keys must be a list, for example [\"F5\"]".to_owned()),
    };
    list.iter().map(|key| Chord::parse(key.as_text().ok_or("a key must be text in quotes")?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_read_and_written_alike() {
        for text in
            ["F5", "Ctrl+J", "Alt+Enter", "Shift+F6", "Ctrl+Shift+Left", "?", "G", "Ctrl+/", "Space", "+", "Ctrl++"]
        {
            assert_eq!(Chord::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_terminals_report_meets_what_people_write() {
        let reported = Chord { ctrl: true, alt: false, shift: false, key: KeyName::Char('z') };
        assert_eq!(Chord::parse("Ctrl+Z").unwrap(), reported.normal());
        let capital = Chord { ctrl: false, alt: false, shift: true, key: KeyName::Char('G') };
        assert_eq!(Chord::parse("G").unwrap(), capital.normal());
    }

    fn read(text: &str) -> KeyFile {
        parse_keys("keys.toml", text, &|name| match name {
            "left-handed.toml" => Some("[editor]\nundo = [\"F3\"]\nredo = [\"F99\"]".to_owned()),
            "round.toml" => Some("inherits = \"keys\"".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_the_other_lines_stand() {
        let file = read(
            "run = 1\n[editor]\nundo = [\"Hyper+Z\"]\nredo = [\"F99\"]\ncut = \"F3\"\ncopy = 7\nbroken\npaste = []\n",
        );
        let faults: Vec<String> = file.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            faults[..4],
            [
                "keys.toml line 1: [run] must be a section of `action = [\"key\", …]` lines",
                "keys.toml line 3: [editor] undo: 'Hyper+Z' is not a key: 'Hyper' is not Ctrl, Alt or Shift",
                "keys.toml line 4: [editor] redo: 'F99' is not a key: there is no key 'F99'",
                "keys.toml line 6: [editor] copy: the keys must be a list, for example [\"F5\"]",
            ]
        );
        assert!(faults.len() == 5 && faults[4].starts_with("keys.toml line 7: "), "{faults:?}");
        let kept: Vec<_> = file.bindings.iter().map(|it| (it.action.as_str(), it.chords.len())).collect();
        assert_eq!(kept, [("cut", 1), ("paste", 0)]);
    }

    #[test]
    fn a_key_file_inherits_another_or_nothing() {
        let file = read("inherits = \"left-handed\"\n[editor]\ncut = [\"F4\"]");
        assert_eq!(file.bindings.iter().map(|it| it.action.as_str()).collect::<Vec<_>>(), ["undo", "cut"]);
        assert_eq!(file.faults[0].to_string().split(':').next(), Some("left-handed.toml line 3"));
        assert!(file.over_built_in && !read("inherits = \"none\"").over_built_in);
        assert_eq!(
            read("inherits = \"round\"").faults[0].to_string(),
            "round.toml line 1: inherits = \"keys\" goes round in a circle"
        );
        assert_eq!(
            read("inherits = \"no\"").faults[0].message,
            "inherits = \"no\": there is no no.toml beside this file"
        );
    }
}
