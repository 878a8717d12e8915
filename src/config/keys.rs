//! Key files: which key asks for which action, as data. The built-in table (`assets/keys.toml`) and the user's file are
//! read by the same code; what the action names mean is the terminal's affair.

use std::fmt;

use thiserror::Error;

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
}

/// Why a key file cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum KeyFileError {
    #[error("not a TOML file: {0}")]
    Syntax(String),
    #[error("[{section}] must be a section of `action = [\"key\", …]` lines")]
    Section { section: String },
    #[error("[{section}] {action}: {message}")]
    Binding { section: String, action: String, message: String },
}

/// Reads a key file. Sections and actions come in alphabetical order, keys as written.
pub fn parse_keys(text: &str) -> Result<Vec<KeyBinding>, KeyFileError> {
    let file: toml::Table = toml::from_str(text).map_err(|it| KeyFileError::Syntax(it.message().to_owned()))?;
    let mut bindings = Vec::new();
    for (section, lines) in file {
        let toml::Value::Table(lines) = lines else {
            return Err(KeyFileError::Section { section });
        };
        for (action, keys) in lines {
            match chords(&keys) {
                Ok(chords) => bindings.push(KeyBinding { section: section.clone(), action, chords }),
                Err(message) => return Err(KeyFileError::Binding { section, action, message }),
            }
        }
    }
    Ok(bindings)
}

fn chords(keys: &toml::Value) -> Result<Vec<Chord>, String> {
    let list = keys.as_array().ok_or("the keys must be a list, for example [\"F5\"]")?;
    list.iter().map(|key| Chord::parse(key.as_str().ok_or("a key must be text in quotes")?)).collect()
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

    #[test]
    fn a_bad_file_says_where() {
        let message = |text: &str| parse_keys(text).unwrap_err().to_string();
        assert!(message("[editor").starts_with("not a TOML file"));
        assert_eq!(message("run = 1"), "[run] must be a section of `action = [\"key\", …]` lines");
        assert_eq!(
            message("[editor]\nundo = [\"Hyper+Z\"]"),
            "[editor] undo: 'Hyper+Z' is not a key: 'Hyper' is not Ctrl, Alt or Shift"
        );
        assert_eq!(message("[editor]\nundo = [\"F99\"]"), "[editor] undo: 'F99' is not a key: there is no key 'F99'");
    }
}
