//! The words of all queries, and which queries have them: what is typed with letters left out is looked for among these
//! few, and not in every text.

use std::collections::HashMap;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Words of one query that are taken in; more of them are data, such as a list of addresses.
const MAX_WORDS: usize = 400;
const MAX_WORD_LEN: usize = 64;
/// A match is worth this much for each letter typed. Letters at the starts of parts of a word, or side by side, are
/// worth more; letters strewn over it less.
const WORTH: u32 = 20;

/// Words, and the numbers of the texts that have them.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    numbers: HashMap<Box<str>, u32>,
    words: Vec<Box<str>>,
    /// Which letters each word has.
    letters: Vec<u64>,
    texts: Vec<Vec<u32>>,
}

impl Vocabulary {
    /// Takes in a text under its number; numbers must grow.
    pub(super) fn add(&mut self, number: u32, text: &str) {
        let words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
        let worthy = words.filter(|it| (2..=MAX_WORD_LEN).contains(&it.len()));
        for word in worthy.take(MAX_WORDS) {
            let at = match self.numbers.get(word) {
                Some(at) => *at,
                None => {
                    let at = self.words.len() as u32;
                    self.numbers.insert(word.into(), at);
                    self.words.push(word.into());
                    self.letters.push(letters(word));
                    self.texts.push(Vec::new());
                    at
                }
            };
            let texts = &mut self.texts[at as usize];
            if texts.last() != Some(&number) {
                texts.push(number);
            }
        }
    }

    /// Calls `found` for each text that has a word like this one, with how well it fits; perhaps more than once.
    pub(super) fn like(&self, typed: &str, mut found: impl FnMut(u32, u16)) {
        let n_letters = typed.chars().count();
        if n_letters < 2 {
            return;
        }
        let mut matcher = Matcher::new(Config::DEFAULT);
        let atom = nucleo_matcher::pattern::Atom::new(
            typed,
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Fuzzy,
            false,
        );
        let mut buffer = Vec::new();
        let wanted = if typed.is_ascii() { letters(typed) } else { 0 };
        for ((word, letters), texts) in self.words.iter().zip(&self.letters).zip(&self.texts) {
            // Most words lack a letter, which is quickly seen.
            if wanted & !letters != 0 || word.len() < n_letters {
                continue;
            }
            let score = atom.score(Utf32Str::new(word, &mut buffer), &mut matcher);
            if let Some(score) = score.filter(|it| u32::from(*it) >= WORTH * n_letters as u32) {
                texts.iter().for_each(|text| found(*text, score));
            }
        }
    }
}

/// A bit for each letter and digit of a word, whatever its case; a word with other letters may have any.
fn letters(word: &str) -> u64 {
    let bit = |byte: u8| match byte.to_ascii_lowercase() {
        it @ b'a'..=b'z' => 1 << (it - b'a'),
        it @ b'0'..=b'9' => 1 << (26 + it - b'0'),
        _ => 1 << 36,
    };
    if word.is_ascii() { word.bytes().fold(0, |all, byte| all | bit(byte)) } else { u64::MAX }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn words_are_found_with_letters_left_out() {
        let mut words = Vocabulary::default();
        words.add(0, "DeviceProcessEvents | where InitiatingProcessFileName has 'x'");
        words.add(1, "EmailEvents | summarize count() by SenderFromAddress");
        words.add(2, "DeviceNetworkEvents | take 5");
        let like = |typed: &str| {
            let mut found = Vec::new();
            words.like(typed, |text, _| found.push(text));
            found.sort_unstable();
            found.dedup();
            found
        };
        assert_eq!(like("dpe"), [0]);
        assert_eq!(like("devprocev"), [0]);
        assert_eq!(like("emailev"), [1]);
        assert_eq!(like("devevents"), [0, 2]);
        assert_eq!(like("sumarize"), [1], "a letter was forgotten");
        assert!(like("vss").is_empty(), "letters strewn over a word are no match");
        assert!(like("x").is_empty() && like("").is_empty());
    }
}
