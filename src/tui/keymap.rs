//! The key table in force: the built-in file, and the user's lines over it.

use std::collections::HashMap;

use super::action::{ACTIONS, Action, ActionText};
use crate::config::{Chord, DEFAULT_KEYS, KeyBinding, parse_keys};

/// Where keys can mean different things. The names are the sections of key files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    Anywhere,
    Editor,
    Results,
    Record,
    History,
    Filter,
    Cost,
    Help,
    Connections,
    TimeRange,
    SigningIn,
    Completion,
    Fixes,
    Rename,
    Prompt,
    Chooser,
}

impl Section {
    /// Each section with its name in files and its title in the help.
    pub const ALL: &[(Self, &'static str, &'static str)] = &[
        (Self::Anywhere, "anywhere", "Everywhere"),
        (Self::Editor, "editor", "In the editor"),
        (Self::Results, "results", "In the results"),
        (Self::Record, "record", "In an open record"),
        (Self::History, "history", "In the history"),
        (Self::Filter, "filter", "In the history's filter"),
        (Self::Cost, "cost", "In the cost"),
        (Self::Help, "help", "In this help"),
        (Self::Connections, "connections", "In the list of connections"),
        (Self::TimeRange, "time-range", "In the time range"),
        (Self::SigningIn, "signing-in", "While you sign in"),
        (Self::Completion, "completion", "While completions are offered"),
        (Self::Fixes, "fixes", "In the list of fixes"),
        (Self::Rename, "rename", "While you rename"),
        (Self::Prompt, "prompt", "While a question is asked"),
        (Self::Chooser, "chooser", "In a list to choose from"),
    ];

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, it, _)| *it == name).map(|(section, _, _)| *section)
    }
}

/// Which key asks for what.
#[derive(Debug, Clone, Default)]
pub struct KeyMap {
    keys: HashMap<(Section, Chord), Action>,
    /// The keys of an action in a section, as written.
    chords: HashMap<(Section, Action), Vec<Chord>>,
}

impl KeyMap {
    /// The built-in table.
    pub fn built_in() -> Self {
        let mut map = Self::default();
        let bindings = parse_keys(DEFAULT_KEYS).expect("a test reads the built-in key file");
        map.bind(&bindings).expect("a test binds the built-in key file");
        map
    }

    /// The built-in table with the lines of a user's file over it. A file with a mistake changes nothing: the message
    /// says what is wrong.
    pub fn with_user_file(text: &str) -> (Self, Option<String>) {
        let mut map = Self::built_in();
        let outcome = parse_keys(text).map_err(|it| it.to_string()).and_then(|bindings| map.bind(&bindings));
        match outcome {
            Ok(()) => (map, None),
            Err(message) => (Self::built_in(), Some(message)),
        }
    }

    fn bind(&mut self, bindings: &[KeyBinding]) -> Result<(), String> {
        for KeyBinding { section, action, chords } in bindings {
            let place = Section::from_name(section).ok_or_else(|| format!("there is no section [{section}]"))?;
            let asked =
                Action::from_name(action).ok_or_else(|| format!("[{section}] there is no action '{action}'"))?;
            self.chords.insert((place, asked), chords.clone());
        }
        self.keys.clear();
        for ((section, action), chords) in &self.chords {
            for chord in chords {
                if let Some(other) = self.keys.insert((*section, *chord), *action).filter(|it| it != action) {
                    let mut names = [other.text().name, action.text().name];
                    names.sort_unstable();
                    return Err(format!("{chord} is bound to both '{}' and '{}'", names[0], names[1]));
                }
            }
        }
        Ok(())
    }

    /// What a key asks for in a section, else everywhere.
    pub fn action(&self, section: Section, chord: Chord) -> Option<Action> {
        self.keys.get(&(section, chord)).or_else(|| self.keys.get(&(Section::Anywhere, chord))).copied()
    }

    /// What a key asks for in a section itself.
    pub fn own_action(&self, section: Section, chord: Chord) -> Option<Action> {
        self.keys.get(&(section, chord)).copied()
    }

    /// The keys of an action in a section, else everywhere; the first is the one to show.
    pub fn chords(&self, section: Section, action: Action) -> &[Chord] {
        let here = self.chords.get(&(section, action)).filter(|it| !it.is_empty());
        here.or_else(|| self.chords.get(&(Section::Anywhere, action))).map_or(&[], Vec::as_slice)
    }

    /// `F5 run`, or nothing when the action has no key.
    pub fn hint(&self, section: Section, action: Action) -> Option<(String, &'static str)> {
        let chord = self.chords(section, action).first()?;
        Some((chord.to_string(), action.text().hint))
    }

    /// The key of an action in words of a sentence: `F5`, or `run` when it has no key.
    pub fn name(&self, section: Section, action: Action) -> String {
        self.chords(section, action).first().map_or_else(|| action.text().name.to_owned(), ToString::to_string)
    }

    /// The lines of one section in table order: keys, what they do.
    pub fn lines(&self, section: Section) -> Vec<(String, &'static ActionText)> {
        let bound = |text: &'static ActionText| {
            let chords = self.chords.get(&(section, text.action))?;
            let keys: Vec<_> = chords.iter().map(ToString::to_string).collect();
            (!keys.is_empty()).then(|| (keys.join("  "), text))
        };
        ACTIONS.iter().filter_map(bound).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        Chord::parse(text).unwrap()
    }

    #[test]
    fn every_action_has_a_key() {
        let map = KeyMap::built_in();
        for text in ACTIONS {
            assert!(map.chords.iter().any(|((_, it), keys)| *it == text.action && !keys.is_empty()), "{}", text.name);
        }
    }

    #[test]
    fn the_focused_pane_is_asked_first() {
        let map = KeyMap::built_in();
        assert_eq!(map.action(Section::Results, chord("Enter")), Some(Action::Open));
        assert_eq!(map.action(Section::Editor, chord("Enter")), Some(Action::Newline));
        assert_eq!(map.action(Section::Editor, chord("F5")), Some(Action::Run));
        assert_eq!(map.action(Section::Editor, chord("?")), None);
    }

    #[test]
    fn a_user_line_replaces_the_keys_of_its_action() {
        let (map, message) = KeyMap::with_user_file("[anywhere]\nrun = [\"F3\"]\nquit = []");
        assert_eq!(message, None);
        assert_eq!(map.action(Section::Editor, chord("F3")), Some(Action::Run));
        assert_eq!(map.action(Section::Editor, chord("F5")), None);
        assert_eq!(map.action(Section::Editor, chord("Ctrl+Q")), None);
    }

    #[test]
    fn a_mistake_in_the_user_file_is_named_and_the_built_in_keys_stay() {
        for (file, expected) in [
            ("[anywhere]\nfly = [\"F2\"]", "[anywhere] there is no action 'fly'"),
            ("[nowhere]\nrun = [\"F2\"]", "there is no section [nowhere]"),
            ("[anywhere]\nrun = [\"F1\"]", "F1 is bound to both 'help' and 'run'"),
        ] {
            let (map, message) = KeyMap::with_user_file(file);
            assert_eq!(message.as_deref(), Some(expected));
            assert_eq!(map.action(Section::Editor, chord("F5")), Some(Action::Run));
        }
    }
}
