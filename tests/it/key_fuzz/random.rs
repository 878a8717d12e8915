//! What is done at random: made from a number, the same each time.

use std::time::Duration;

use tallyho::config::Chord;
use tallyho::tui::{MouseDeed, TerminalFact};

use super::hostile;

/// One thing that a person, or the terminal, does.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// The rows of an earlier run come back.
    Result(hostile::Kind),
    Key(Chord),
    Type(String),
    Paste(String),
    Resize(u16, u16),
    Mouse(MouseDeed, u16, u16),
    Terminal(TerminalFact),
    Wait(Duration),
    Skip(Duration),
    Rest,
}

/// Numbers that look random and are not.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2545_F491_4F6C_DD1D)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    pub(super) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const SIZES: &[(u16, u16)] =
    &[(80, 24), (80, 24), (200, 60), (40, 10), (1, 1), (0, 5), (5, 0), (2, 2), (120, 4), (3, 50), (110, 30)];

/// Queries, and what may stand in a question, a filter or a search.
const WORDS: &[&str] = &[
    "Hostile",
    "Processes | take 3",
    "print x = 1",
    "range x from 1 to 300 step 1 | extend t = datetime(2025-03-05) + x * 1h, s = tostring(x)",
    "_last | count",
    "_run1 | take 2",
    "Hostile | summarize count() by Kind | render barchart",
    "range t from 1 to 50 step 1 | extend y = t % 7 | render timechart",
    "declare query_parameters(n: long = 3, s: string = 'x'); print n, s",
    "let a = (x: long) { x + ",
    "a.kql",
    "~/b.csv",
    "/dev/full",
    "/no/such/folder/x.parquet",
    "c0 > 5 and isnotempty(c1)",
    "(.*)+$",
    "[",
    "7",
    "-99999999999999999999",
    "table:Hostile cost>1s failed after:2d",
    "\u{1b}[2J",
    "日本 e\u{301}👩‍💻",
    "hxxp://evil[.]example, 10[.]0.0.1; d41d8cd98f00b204e9800998ecf8427e",
];

/// What a torn escape sequence leaves: its parts come as keys.
const TORN: &[&str] =
    &["[", "[1", "[15", "[15~", "[<0;1", "[200~", "[201~", "]11;rgb:", "O", "OP", "[?1;2c", "P", "\\"];

/// A script: a result first, then whatever comes.
pub(super) fn script(number: u64) -> Vec<Deed> {
    let random = &mut Random::new(number);
    let chords = chords();
    let mut deeds = vec![Deed::Resize(80, 24), Deed::Result(hostile::Kind::some(random)), Deed::Rest];
    for _ in 0..20 + random.below(40) {
        add(&mut deeds, random, &chords);
    }
    deeds
}

fn add(deeds: &mut Vec<Deed>, random: &mut Random, chords: &[Chord]) {
    let chord = |text: &str| Chord::parse(text).expect("a key");
    let deed = match random.below(100) {
        0..=61 => Deed::Key(*random.one_of(chords)),
        62..=66 => {
            deeds.extend([Deed::Key(chord("Ctrl+A")), Deed::Paste((*random.one_of(WORDS)).to_owned())]);
            Deed::Key(chord("F5"))
        }
        67..=73 => {
            deeds.push(Deed::Type((*random.one_of(WORDS)).to_owned()));
            Deed::Key(chord("Enter"))
        }
        74..=76 => Deed::Type(hostile::text(random)),
        77..=79 => {
            deeds.push(Deed::Key(chord("Esc")));
            Deed::Type((*random.one_of(TORN)).to_owned())
        }
        80..=82 => Deed::Paste(hostile::text(random)),
        83 => Deed::Paste(hostile::text(random).repeat(1 + random.below(400))),
        84..=88 => {
            let (columns, rows) = *random.one_of(SIZES);
            Deed::Resize(columns, rows)
        }
        89..=92 => {
            use MouseDeed::{Drag, Press, WheelDown, WheelLeft, WheelRight, WheelUp};
            let deed = *random.one_of(&[Press, Press, Drag, WheelDown, WheelLeft, WheelRight, WheelUp]);
            Deed::Mouse(deed, random.below(210) as u16, random.below(70) as u16)
        }
        93 => Deed::Terminal(*random.one_of(&[
            TerminalFact::Ground { light: true },
            TerminalFact::RoundTrip(Duration::from_millis(400)),
            TerminalFact::Keyboard,
        ])),
        94 => Deed::Result(hostile::Kind::some(random)),
        95 => Deed::Skip(Duration::from_secs(1 + random.below(100) as u64)),
        96 => Deed::Wait(Duration::from_millis(random.below(8) as u64)),
        _ => Deed::Rest,
    };
    deeds.push(deed);
}

/// Every key that does something somewhere, and some that do nothing; leaving comes at the end.
fn chords() -> Vec<Chord> {
    let file: toml::Table = toml::from_str(include_str!("../../../assets/keys.toml")).expect("the key file");
    let sections = file.values().filter_map(toml::Value::as_table);
    let keys = sections.flat_map(toml::Table::values).filter_map(toml::Value::as_array).flatten();
    let mut keys: Vec<&str> = keys.filter_map(toml::Value::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|it| *it != "Ctrl+Q");
    // What is used in many places comes more often, and characters that nothing is bound to come at all.
    for often in ["Enter", "Esc", "Down", "Up", "Tab", "F6", "G", "End", "PageDown", "Right", "Left"] {
        keys.extend([often; 8]);
    }
    keys.extend(["a", "%", "\"", "é", "日", "Insert", "Ctrl+\\", "Alt+Q", "F11", "Ctrl+]"]);
    keys.iter().map(|it| Chord::parse(it).unwrap_or_else(|error| panic!("{it}: {error}"))).collect()
}
