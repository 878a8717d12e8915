//! The key table in force: the built-in file, and the user's lines over it.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::action::{ACTIONS, Action, ActionText};
use crate::config::{Chord, DEFAULT_KEYS, Fault, KeyBinding, KeyFile, KeyName, parse_keys};

/// Where keys can mean different things. The names are the sections of key files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    Anywhere,
    Editor,
    Results,
    GridBar,
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

    // Looking into the rows.
    Profile,
    Groups,
    Pivot,
    Difference,

    Prompt,

    Inspector,

    Chooser,
    Find,
    Parameters,
    Indicators,

    Tables,
    Library,
    SideSearch,
    Pack,
    Chart,
}

impl Section {
    /// Each section with its name in files and its title in the help.
    pub const ALL: &[(Self, &'static str, &'static str)] = &[
        (Self::Anywhere, "anywhere", "Everywhere"),
        (Self::Editor, "editor", "In the editor"),
        (Self::Results, "results", "In the results"),
        (Self::GridBar, "grid-bar", "In the line over the results"),
        (Self::Record, "record", "In an open record"),
        (Self::History, "history", "In the history"),
        (Self::Filter, "filter", "In the history's filter"),
        (Self::Inspector, "inspector", "While you look into a run"),
        (Self::Cost, "cost", "In the cost"),
        (Self::Help, "help", "In this help"),
        (Self::Connections, "connections", "In the list of connections"),
        (Self::TimeRange, "time-range", "In the time range"),
        (Self::SigningIn, "signing-in", "While you sign in"),
        (Self::Completion, "completion", "While completions are offered"),
        (Self::Fixes, "fixes", "In the list of fixes"),
        (Self::Rename, "rename", "While you rename"),
        // Looking into the rows.
        (Self::Profile, "profile", "In the profile of a column"),
        (Self::Groups, "groups", "In groups of rows"),
        (Self::Pivot, "pivot", "In a pivot"),
        (Self::Difference, "difference", "In the difference between two answers"),
        (Self::Prompt, "prompt", "While a question is asked"),
        (Self::Chooser, "chooser", "In a list to choose from"),
        (Self::Find, "find", "While you look for text"),
        (Self::Parameters, "parameters", "In the form for parameters"),
        (Self::Indicators, "indicators", "While a list of indicators is read"),
        (Self::Tables, "tables", "In the tables"),
        (Self::Library, "library", "In the library"),
        (Self::SideSearch, "side-search", "While you search tables or the library"),
        (Self::Pack, "pack", "In a pack of queries"),
        (Self::Chart, "chart", "In a chart"),
    ];

    /// Its name in key files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(it, _, _)| *it == self).map_or("", |(_, name, _)| name)
    }

    /// True where nothing is typed: characters ask for actions there.
    pub(super) fn is_for_commands(self) -> bool {
        use Section::{
            Chart, Cost, Difference, Groups, Help, History, Library, Pack, Pivot, Profile, Record, Results, Tables,
        };
        let side = [History, Tables, Library, Pack];
        let views = [Profile, Groups, Pivot, Difference, Chart];
        side.contains(&self) || views.contains(&self) || matches!(self, Results | Record | Cost | Help)
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, it, _)| *it == name).map(|(section, _, _)| *section)
    }
}

/// The keys of an action in a section, and the line of the user's file that gave them.
#[derive(Debug, Clone, Default)]
struct Bound {
    chords: Vec<Chord>,
    line: Option<(String, usize)>,
}

/// Which key asks for what.
#[derive(Debug, Clone, Default)]
pub struct KeyMap {
    keys: HashMap<(Section, Chord), Action>,
    bound: BTreeMap<(Section, Action), Bound>,
}

impl KeyMap {
    /// The built-in table.
    pub fn built_in() -> Self {
        let (map, faults) = Self::built_in_with_faults();
        debug_assert!(faults.is_empty(), "the built-in keys: {faults:?}");
        map
    }

    fn built_in_with_faults() -> (Self, Vec<Fault>) {
        let mut map = Self::default();
        let file = parse_keys("assets/keys.toml", DEFAULT_KEYS, &|_| None);
        let mut faults = file.faults;
        faults.extend(map.bind(&file.bindings, true));
        (map, faults)
    }

    /// The keys of the user's file, `keys.toml` in that folder, over the built-in table; and its mistakes. A line with a
    /// mistake changes nothing, the others stand. Without a file it is the built-in table.
    pub fn load(folder: &Path) -> (Self, Vec<Fault>) {
        let read = |name: &str| {
            let is_plain = !name.contains(['/', '\\']) && !name.starts_with('.');
            is_plain.then(|| std::fs::read(folder.join(name)).ok()).flatten()
        };
        let text = |name: &str| read(name).map(|it| String::from_utf8_lossy(&it).into_owned());
        match text("keys.toml") {
            Some(own) => Self::with_file(&parse_keys("keys.toml", &own, &text)),
            None => (Self::built_in(), Vec::new()),
        }
    }

    /// The keys of a file that was read.
    pub fn with_file(file: &KeyFile) -> (Self, Vec<Fault>) {
        let mut map = if file.over_built_in { Self::built_in() } else { Self::default() };
        let mut faults = file.faults.clone();
        faults.extend(map.bind(&file.bindings, false));
        faults.sort();
        (map, faults)
    }

    fn bind(&mut self, bindings: &[KeyBinding], built_in: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        for KeyBinding { section, action, chords, line } in bindings {
            let found = match (Section::from_name(section), Action::from_name(action)) {
                (Some(place), Some(asked)) => Ok((place, asked)),
                (None, _) => Err(format!("there is no section [{section}]")),
                (_, None) => Err(format!("[{section}] there is no action '{action}'")),
            };
            match found {
                Ok(at) => {
                    let line = (!built_in).then(|| line.clone());
                    self.bound.insert(at, Bound { chords: chords.clone(), line });
                }
                Err(message) => faults.push(Fault { file: line.0.clone(), line: line.1, message }),
            }
        }
        self.settle(&mut faults);
        faults
    }

    /// Gives each key to one action of its section. A line of the user takes keys away from the built-in table; of two of
    /// the user's lines the first has the key, and the other one is told.
    fn settle(&mut self, faults: &mut Vec<Fault>) {
        self.keys.clear();
        let mut order: Vec<(Section, Action)> = self.bound.keys().copied().collect();
        order.sort_by_key(|it| self.bound[it].line.as_ref().map_or((1, 0), |(_, number)| (0, *number)));
        for (section, action) in order {
            let Some(bound) = self.bound.get_mut(&(section, action)) else { continue };
            let line = bound.line.clone();
            bound.chords.retain(|chord| {
                let holder = *self.keys.entry((section, *chord)).or_insert(action);
                if let Some((file, number)) = line.as_ref().filter(|_| holder != action) {
                    let name = section.name();
                    let message = format!("[{name}] {chord} is '{}' already", holder.text().name);
                    faults.push(Fault { file: file.clone(), line: *number, message });
                }
                holder == action
            });
        }
    }

    /// What a key asks for in a section, else everywhere.
    pub fn action(&self, section: Section, chord: Chord) -> Option<Action> {
        let own = self.keys.get(&(section, chord));
        // Where one types, a character is text, whatever it means everywhere else.
        let is_text = matches!(chord, Chord { ctrl: false, alt: false, key: KeyName::Char(_), .. });
        let anywhere = || self.keys.get(&(Section::Anywhere, chord)).filter(|_| !is_text || section.is_for_commands());
        own.or_else(anywhere).copied()
    }

    /// What a key asks for in a section itself.
    pub fn own_action(&self, section: Section, chord: Chord) -> Option<Action> {
        self.keys.get(&(section, chord)).copied()
    }

    /// The keys of an action in a section, else everywhere; the first is the one to show.
    pub fn chords(&self, section: Section, action: Action) -> &[Chord] {
        let own = |section| self.bound.get(&(section, action)).map(|it| &it.chords).filter(|it| !it.is_empty());
        let Some(chords) = own(section) else {
            // A key that means something else in the section is not shown for what it means elsewhere.
            let chords = own(Section::Anywhere).map_or(&[][..], Vec::as_slice);
            let free = chords.iter().position(|it| self.action(section, *it) == Some(action));
            return free.map_or(&[], |at| &chords[at..]);
        };
        chords
    }

    /// The first key of an action in any section.
    pub(super) fn first_chord(&self, action: Action) -> Option<&Chord> {
        self.bound.iter().filter(|((_, it), _)| *it == action).find_map(|(_, bound)| bound.chords.first())
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
            let chords = &self.bound.get(&(section, text.action))?.chords;
            let keys: Vec<_> = chords.iter().map(ToString::to_string).collect();
            (!keys.is_empty()).then(|| (keys.join("  "), text))
        };
        ACTIONS.iter().filter_map(bound).collect()
    }

    /// The file and the line of the user that gave an action its keys; `None` for what is built in.
    pub fn line_of(&self, section: Section, action: Action) -> Option<&(String, usize)> {
        self.bound.get(&(section, action))?.line.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        Chord::parse(text).unwrap()
    }

    fn with(text: &str) -> (KeyMap, Vec<String>) {
        let (map, faults) = KeyMap::with_file(&parse_keys("keys.toml", text, &|_| None));
        (map, faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn no_built_in_key_means_two_things_in_one_section() {
        let (map, faults) = KeyMap::built_in_with_faults();
        assert_eq!(faults, []);
        let file = parse_keys("assets/keys.toml", DEFAULT_KEYS, &|_| None);
        for KeyBinding { section, action, chords, .. } in &file.bindings {
            let at = (Section::from_name(section).unwrap(), Action::from_name(action).unwrap());
            assert_eq!(&map.bound[&at].chords, chords, "[{section}] {action} shares a key with another action");
        }
    }

    /// What a terminal without the newer keyboard protocol sends for it means something else, or never comes.
    fn is_sendable(chord: Chord) -> bool {
        match chord {
            // These begin a sequence.
            Chord { alt: true, key: KeyName::Char('[' | 'O'), .. } => false,
            Chord { ctrl: true, key: KeyName::Char(it), .. } if !it.is_ascii_lowercase() => {
                matches!(it, ' ' | '/' | '7' | '_')
            }
            Chord { ctrl: true, shift: true, key: KeyName::Char(_), .. } => false,
            // Tab, line feed at some terminals, Return and Esc.
            Chord { ctrl: true, alt: false, key: KeyName::Char('i' | 'm'), .. } => false,
            Chord { ctrl: true, key: KeyName::Enter | KeyName::Backspace | KeyName::Tab | KeyName::Esc, .. } => false,
            Chord { shift: true, key: KeyName::Enter | KeyName::Backspace | KeyName::Esc, .. } => false,
            // With a modifier it is taken for an answer about the place of the cursor.
            Chord { key: KeyName::F(3), .. } => !chord.shift && !chord.ctrl && !chord.alt,
            _ => true,
        }
    }

    #[test]
    fn the_key_that_is_shown_can_be_sent_by_every_terminal() {
        let map = KeyMap::built_in();
        for ((section, action), bound) in &map.bound {
            let Some(first) = bound.chords.first() else { continue };
            assert!(is_sendable(*first), "[{}] {} shows {first}", section.name(), action.text().name);
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
    fn a_user_line_replaces_the_keys_of_its_action_and_takes_its_keys_from_others() {
        let (map, faults) = with("[anywhere]\nrun = [\"F4\"]\nquit = []");
        assert_eq!(faults, [""; 0]);
        assert_eq!(map.action(Section::Editor, chord("F4")), Some(Action::Run));
        assert_eq!(map.action(Section::Editor, chord("F5")), None);
        assert_eq!(map.action(Section::Editor, chord("Ctrl+Q")), None);
        assert_eq!(map.action(Section::Editor, chord("Ctrl+O")), Some(Action::Connections), "it keeps its other key");
        assert_eq!(map.chords(Section::Editor, Action::Connections), [chord("Ctrl+O")]);
    }

    #[test]
    fn a_mistake_in_the_user_file_is_named_with_its_line_and_the_rest_stands() {
        let text =
            "[anywhere]\nfly = [\"F2\"]\nrun = [\"F9\", \"F4\"]\nzoom = [\"F9\", \"F11\"]\n[nowhere]\nrun = [\"F2\"]";
        let (map, faults) = with(text);
        assert_eq!(
            faults,
            [
                "keys.toml line 2: [anywhere] there is no action 'fly'",
                "keys.toml line 4: [anywhere] F9 is 'run' already",
                "keys.toml line 6: there is no section [nowhere]",
            ]
        );
        assert_eq!(map.action(Section::Editor, chord("F9")), Some(Action::Run));
        assert_eq!(map.action(Section::Editor, chord("F11")), Some(Action::Zoom));
        assert_eq!(map.line_of(Section::Anywhere, Action::Zoom), Some(&("keys.toml".to_owned(), 4)));
    }

    #[test]
    fn a_file_can_begin_with_no_keys_at_all() {
        let (map, _) = with("inherits = \"none\"\n[anywhere]\nquit = [\"F12\"]");
        assert_eq!(map.action(Section::Editor, chord("F12")), Some(Action::Quit));
        assert_eq!(map.action(Section::Editor, chord("F5")), None);
    }
}
