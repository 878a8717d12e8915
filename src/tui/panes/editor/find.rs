//! Looking for text in text: the places, and what takes their place.

use std::ops::Range;

use regex::{Captures, Regex, RegexBuilder};

use crate::kql::TextEdit;

/// Places that are counted; a text with more of them is looked at up to there.
pub(in crate::tui) const MAX_PLACES: usize = 100_000;
/// Bytes that a compiled expression may take.
const MAX_EXPRESSION: usize = 1 << 22;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub pattern: String,
    /// Capital and small letters differ.
    pub case: bool,
    /// No letter, digit or `_` may stand at either end.
    pub word: bool,
    /// The pattern is a regular expression.
    pub regex: bool,
}

impl Wanted {
    fn compiled(&self) -> Result<Regex, String> {
        let pattern = if self.regex { self.pattern.clone() } else { regex::escape(&self.pattern) };
        let built = RegexBuilder::new(&pattern)
            .case_insensitive(!self.case)
            .multi_line(true)
            .size_limit(MAX_EXPRESSION)
            .build();
        built.map_err(|error| in_short(&error))
    }

    /// The places in text order, at most [`MAX_PLACES`]; or why there is no such expression.
    pub(in crate::tui) fn places(&self, text: &str) -> Result<Vec<Range<usize>>, String> {
        if self.pattern.is_empty() {
            return Ok(Vec::new());
        }
        let regex = self.compiled()?;
        let found = regex.find_iter(text).map(|it| it.range()).filter(|it| self.fits(text, it));
        Ok(found.take(MAX_PLACES).collect())
    }

    fn fits(&self, text: &str, place: &Range<usize>) -> bool {
        let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
        let apart = || !is_word(text[..place.start].chars().next_back()) && !is_word(text[place.end..].chars().next());
        !place.is_empty() && (!self.word || apart())
    }

    /// The edits that write `with` in the place of each of those; in it `$1` means a group of a regular expression.
    pub(in crate::tui) fn replaced(&self, text: &str, places: &[Range<usize>], with: &str) -> Vec<TextEdit> {
        let regex = self.compiled().ok().filter(|_| self.regex);
        let written = |place: &Range<usize>| {
            let captures: Option<Captures<'_>> = regex.as_ref().and_then(|it| it.captures_at(text, place.start));
            match captures.filter(|it| it.get(0).is_some_and(|whole| whole.range() == *place)) {
                Some(captures) => {
                    let mut out = String::new();
                    captures.expand(with, &mut out);
                    out
                }
                None => with.to_owned(),
            }
        };
        places.iter().map(|place| TextEdit { span: place.clone(), text: written(place) }).collect()
    }
}

/// The last line of what the library says, which names the fault.
fn in_short(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "this expression is too large".to_owned(),
        error => {
            let words = error.to_string();
            let last = words.lines().rfind(|it| !it.trim().is_empty()).unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::apply_edits;

    fn wanted(pattern: &str, flags: &str) -> Wanted {
        let is_set = |flag| flags.contains(flag);
        Wanted { pattern: pattern.to_owned(), case: is_set('c'), word: is_set('w'), regex: is_set('r') }
    }

    #[test]
    fn places_are_found_by_letters_words_and_expressions() {
        let text = "Device DeviceName device\n.* $";
        assert_eq!(wanted("device", "").places(text).unwrap().len(), 3);
        assert_eq!(wanted("Device", "c").places(text).unwrap().len(), 2);
        assert_eq!(wanted("Device", "w").places(text).unwrap(), [0..6, 18..24]);
        assert_eq!(wanted(".*", "").places(text).unwrap(), vec![25..27; 1]);
        assert_eq!(wanted("^d\\w+", "r").places(text).unwrap(), vec![0..6; 1]);
        assert!(wanted("x*", "r").places("ab").unwrap().is_empty(), "a place has at least a character");
        assert!(wanted("", "").places(text).unwrap().is_empty());
        let fault = wanted("(a", "r").places(text).unwrap_err();
        assert_eq!(fault, "unclosed group");
        assert!(wanted("\\w{900}{900}", "r").places(text).unwrap_err().contains("too large"));
    }

    #[test]
    fn what_takes_their_place_can_hold_groups_of_an_expression_only() {
        let text = "a=1, b=2";
        let wanted_regex = wanted("(\\w)=(\\d)", "r");
        let places = wanted_regex.places(text).unwrap();
        assert_eq!(apply_edits(text, &wanted_regex.replaced(text, &places, "$2:${1}x")), "1:ax, 2:bx");
        let plain = wanted("a", "");
        let places = plain.places(text).unwrap();
        assert_eq!(apply_edits(text, &plain.replaced(text, &places, "$1")), "$1=1, b=2");
    }

    #[test]
    fn no_more_places_are_kept_than_anybody_reads() {
        assert_eq!(wanted("a", "").places(&"a".repeat(MAX_PLACES + 5)).unwrap().len(), MAX_PLACES);
    }
}
