//! Puts together what belongs together: keys whose sequence came in two pieces over a slow line, and the terminal's answers,
//! which come between the keys.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::color_reply;

/// The rest of a key's sequence comes within this; a person who presses Esc and then a bracket is slower.
const REST_OF_A_KEY: Duration = Duration::from_millis(30);
/// The rest of an answer or of a pasted text comes within this.
const REST_OF_A_TEXT: Duration = Duration::from_millis(150);

/// What has come as a whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Event(Event),
    /// The terminal told its ground.
    Ground {
        light: bool,
    },
}

/// What may still become something.
#[derive(Debug, Default)]
enum Part {
    #[default]
    Nothing,
    /// Esc, and what followed it at once.
    Key(String),
    /// Behind `Esc ]`.
    Reply(String),
    /// A pasted text whose first sequence was torn: up to a pause.
    Paste(String),
}

/// Takes events one by one and gives back those that are whole.
#[derive(Debug)]
pub(super) struct Mender {
    part: Part,
    /// The events of which `part` consists: they are given back when nothing becomes of it.
    held: Vec<Event>,
    /// An answer may come.
    awaits_reply: bool,
}

impl Mender {
    pub(super) fn new(awaits_reply: bool) -> Self {
        Self { part: Part::Nothing, held: Vec::new(), awaits_reply }
    }

    /// How long to wait for the rest; `None` when nothing is open.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self.part {
            Part::Nothing => None,
            Part::Key(_) => Some(REST_OF_A_KEY),
            Part::Reply(_) | Part::Paste(_) => Some(REST_OF_A_TEXT),
        }
    }

    /// The rest has not come: what was held is what it looks like.
    pub(super) fn give_up(&mut self) -> Vec<Said> {
        let held = std::mem::take(&mut self.held);
        match std::mem::take(&mut self.part) {
            Part::Paste(text) => vec![Said::Event(Event::Paste(text))],
            _ => held.into_iter().map(Said::Event).collect(),
        }
    }

    pub(super) fn take(&mut self, event: Event) -> Vec<Said> {
        let plain = match &event {
            Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) => return vec![Said::Event(event)],
            Event::Key(key) => Some((key.code, key.modifiers.difference(KeyModifiers::SHIFT))),
            _ => None,
        };
        match (&mut self.part, plain) {
            (Part::Nothing, Some((KeyCode::Esc, KeyModifiers::NONE))) => self.hold(event, Part::Key(String::new())),
            (Part::Nothing, Some((KeyCode::Char(']'), KeyModifiers::ALT))) if self.awaits_reply => {
                self.hold(event, Part::Reply(String::new()))
            }
            (Part::Nothing, _) => vec![Said::Event(event)],
            (Part::Key(text), Some((KeyCode::Char(c), KeyModifiers::NONE))) => {
                text.push(c);
                let text = text.clone();
                self.held.push(event);
                self.key(&text)
            }
            (Part::Reply(text), Some((KeyCode::Char(c), KeyModifiers::NONE))) if c != '\u{7}' => {
                text.push(c);
                let open = color_reply::can_become(text);
                self.held.push(event);
                if open { Vec::new() } else { self.give_up() }
            }
            (
                Part::Reply(text),
                Some((KeyCode::Char('g'), KeyModifiers::CONTROL) | (KeyCode::Char('\\'), KeyModifiers::ALT)),
            ) => {
                let Some(light) = color_reply::is_light(text) else { return self.broken(event) };
                self.held.clear();
                self.part = Part::Nothing;
                vec![Said::Ground { light }]
            }
            // The answer's end may be torn as well: its Esc is held like any other.
            (Part::Reply(_), Some((KeyCode::Esc, KeyModifiers::NONE))) => {
                self.held.push(event);
                Vec::new()
            }
            (Part::Paste(_), Some((KeyCode::Char(c), KeyModifiers::NONE))) => self.more(c),
            (Part::Paste(_), Some((KeyCode::Enter, _))) => self.more('\n'),
            (Part::Paste(_), Some((KeyCode::Tab, _))) => self.more('\t'),
            _ => self.broken(event),
        }
    }

    fn hold(&mut self, event: Event, part: Part) -> Vec<Said> {
        self.held.push(event);
        self.part = part;
        Vec::new()
    }

    fn more(&mut self, c: char) -> Vec<Said> {
        if let Part::Paste(text) = &mut self.part {
            text.push(c);
        }
        Vec::new()
    }

    /// Something else came: what was held is what it looks like, and the event begins anew.
    fn broken(&mut self, event: Event) -> Vec<Said> {
        let mut said = self.give_up();
        said.extend(self.take(event));
        said
    }

    /// Esc and these characters, which came at once.
    fn key(&mut self, text: &str) -> Vec<Said> {
        if text == "]" && self.awaits_reply {
            self.part = Part::Reply(String::new());
            return Vec::new();
        }
        if text == "[200~" {
            self.held.clear();
            self.part = Part::Paste(String::new());
            return Vec::new();
        }
        match sequence(text) {
            Sequence::Open => Vec::new(),
            Sequence::Key(key) => {
                self.held.clear();
                self.part = Part::Nothing;
                vec![Said::Event(Event::Key(key))]
            }
            Sequence::None => self.give_up(),
        }
    }
}

enum Sequence {
    /// More must come.
    Open,
    Key(KeyEvent),
    /// It is none, or one that nobody knows.
    None,
}

/// What a terminal says with Esc and these characters.
fn sequence(text: &str) -> Sequence {
    let mut chars = text.chars();
    let Some(kind) = chars.next() else { return Sequence::Open };
    let body = chars.as_str();
    let (parameters, last) = match (kind, body.chars().last()) {
        ('[' | 'O', None) => return Sequence::Open,
        ('[', Some(last)) if last.is_ascii_digit() || last == ';' => return Sequence::Open,
        ('[', Some(last)) => (&body[..body.len() - last.len_utf8()], last),
        ('O', Some(last)) => ("", last),
        _ => return Sequence::None,
    };
    let mut numbers = parameters.split(';').map(|it| it.parse::<u32>().unwrap_or(1));
    let (first, modifiers) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1).saturating_sub(1));
    let code = match (last, first) {
        ('A', _) => KeyCode::Up,
        ('B', _) => KeyCode::Down,
        ('C', _) => KeyCode::Right,
        ('D', _) => KeyCode::Left,
        ('H', _) | ('~', 1 | 7) => KeyCode::Home,
        ('F', _) | ('~', 4 | 8) => KeyCode::End,
        ('Z', _) => KeyCode::BackTab,
        ('P', _) | ('~', 11) => KeyCode::F(1),
        ('Q', _) | ('~', 12) => KeyCode::F(2),
        ('R', _) | ('~', 13) => KeyCode::F(3),
        ('S', _) | ('~', 14) => KeyCode::F(4),
        ('~', 2) => KeyCode::Insert,
        ('~', 3) => KeyCode::Delete,
        ('~', 5) => KeyCode::PageUp,
        ('~', 6) => KeyCode::PageDown,
        ('~', 15) => KeyCode::F(5),
        ('~', it @ 17..=21) => KeyCode::F(it as u8 - 11),
        ('~', it @ 23..=24) => KeyCode::F(it as u8 - 12),
        _ => return Sequence::None,
    };
    let mut held = KeyModifiers::NONE;
    for (bit, modifier) in [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)] {
        if modifiers & bit != 0 {
            held |= modifier;
        }
    }
    Sequence::Key(KeyEvent::new(code, held))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    fn typed(text: &str) -> Vec<Event> {
        text.chars().map(|it| key(KeyCode::Char(it), KeyModifiers::NONE)).collect()
    }

    fn esc() -> Event {
        key(KeyCode::Esc, KeyModifiers::NONE)
    }

    fn taken(events: Vec<Event>) -> Vec<Said> {
        let mut mender = Mender::new(true);
        let mut said: Vec<Said> = events.into_iter().flat_map(|it| mender.take(it)).collect();
        if mender.patience().is_some() {
            said.extend(mender.give_up());
        }
        said
    }

    #[test]
    fn a_torn_key_is_the_key() {
        for (rest, code, modifiers) in [
            ("[A", KeyCode::Up, KeyModifiers::NONE),
            ("[1;5C", KeyCode::Right, KeyModifiers::CONTROL),
            ("[15~", KeyCode::F(5), KeyModifiers::NONE),
            ("[17;2~", KeyCode::F(6), KeyModifiers::SHIFT),
            ("OP", KeyCode::F(1), KeyModifiers::NONE),
            ("[3~", KeyCode::Delete, KeyModifiers::NONE),
        ] {
            let said = taken([vec![esc()], typed(rest), typed("x")].concat());
            let wanted = [key(code, modifiers), key(KeyCode::Char('x'), KeyModifiers::NONE)];
            assert_eq!(said, wanted.map(Said::Event), "{rest}");
        }
    }

    #[test]
    fn esc_and_what_is_typed_after_it_is_not_lost() {
        for text in ["", "x", "[", "[1", "Ox", "[q", "]nothing", "[12;"] {
            let events = [vec![esc()], typed(text)].concat();
            assert_eq!(taken(events.clone()), events.into_iter().map(Said::Event).collect::<Vec<_>>(), "{text}");
        }
        // Twice Esc is twice Esc.
        assert_eq!(taken(vec![esc(), esc()]).len(), 2);
    }

    #[test]
    fn an_answer_is_never_typed_into_the_text() {
        let bracket = key(KeyCode::Char(']'), KeyModifiers::ALT);
        let ends = [key(KeyCode::Char('g'), KeyModifiers::CONTROL), key(KeyCode::Char('\\'), KeyModifiers::ALT)];
        for end in ends {
            let answer = [vec![bracket.clone()], typed("11;rgb:fbfb/fafa/f7f7"), vec![end], typed("x")].concat();
            let x = Said::Event(key(KeyCode::Char('x'), KeyModifiers::NONE));
            assert_eq!(taken(answer), [Said::Ground { light: true }, x]);
        }
        // Torn behind its Esc.
        let torn =
            [vec![esc()], typed("]11;rgb:00/00/00"), vec![key(KeyCode::Char('g'), KeyModifiers::CONTROL)]].concat();
        assert_eq!(taken(torn), [Said::Ground { light: false }]);
        // A key of that name that somebody presses is a key.
        let pressed = [vec![bracket], typed("abc")].concat();
        assert_eq!(taken(pressed.clone()), pressed.into_iter().map(Said::Event).collect::<Vec<_>>());
    }

    #[test]
    fn a_torn_paste_is_one_text() {
        let events = [vec![esc()], typed("[200~a"), vec![key(KeyCode::Enter, KeyModifiers::NONE)], typed("b")].concat();
        assert_eq!(taken(events), [Said::Event(Event::Paste("a\nb".to_owned()))]);
    }
}
