//! `has`, `hasprefix`, `hassuffix` and `contains`: a text sought in a text, with or without term boundaries.
//!
//! A term is a run of Unicode letters and digits; everything else delimits, the underscore too. Where an edge of the
//! needle is itself a term character, the neighbouring character of the haystack must not be one. A constant needle
//! is searched through the column's whole value buffer at once, not row by row.

use std::borrow::Cow;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, BooleanBufferBuilder, StringArray};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::common::Result;
use memchr::memmem::Finder;
use memchr::{memchr, memchr2};
use std::sync::Arc;

use crate::engine::functions::call::Call;

use super::fold::folded;

/// Which edges of the needle must lie on a term boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::functions) struct Edges {
    head: bool,
    tail: bool,
}

impl Edges {
    pub(in crate::engine::functions) const TERM: Self = Self { head: true, tail: true };
    const PREFIX: Self = Self { head: true, tail: false };
    const SUFFIX: Self = Self { head: false, tail: true };
    const ANYWHERE: Self = Self { head: false, tail: false };
}

pub(super) fn has(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::TERM, true)
}

pub(super) fn has_cs(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::TERM, false)
}

pub(super) fn hasprefix(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::PREFIX, true)
}

pub(super) fn hasprefix_cs(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::PREFIX, false)
}

pub(super) fn hassuffix(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::SUFFIX, true)
}

pub(super) fn hassuffix_cs(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::SUFFIX, false)
}

pub(super) fn contains(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::ANYWHERE, true)
}

pub(super) fn contains_cs(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, Edges::ANYWHERE, false)
}

fn search(call: &Call<'_>, edges: Edges, ignore_case: bool) -> Result<ArrayRef> {
    let (texts, needles) = (call.strings(0), call.strings(1));
    if let Some(needle) = needles.constant()
        && !texts.is_constant()
    {
        let term = call.built::<Term>(needle, |needle| Term::new(needle, edges, ignore_case));
        return Ok(Arc::new(BooleanArray::new(term.scan(texts.array()), None)));
    }
    call.make_bools(|row| Some(Term::new(needles.get(row), edges, ignore_case).is_in(texts.get(row))))
}

/// A needle made ready.
pub(in crate::engine::functions) struct Term {
    /// Folded when case is ignored.
    needle: String,
    finder: Finder<'static>,
    edges: Edges,
    ignore_case: bool,
    /// Place in the needle of its rarest byte, where the search looks first.
    rarest: usize,
}

impl Term {
    pub(in crate::engine::functions) fn new(needle: &str, edges: Edges, ignore_case: bool) -> Self {
        let needle = if ignore_case { folded(needle) } else { needle.to_owned() };
        let is_term = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let edges = Edges {
            head: edges.head && is_term(needle.chars().next()),
            tail: edges.tail && is_term(needle.chars().next_back()),
        };
        let finder = Finder::new(needle.as_bytes()).into_owned();
        let rarest = (0..needle.len()).min_by_key(|at| commonness(needle.as_bytes()[*at])).unwrap_or(0);
        Self { needle, finder, edges, ignore_case, rarest }
    }

    /// `has` without regard to case.
    pub(in crate::engine::functions) fn has(needle: &str) -> Self {
        Self::new(needle, Edges::TERM, true)
    }

    pub(in crate::engine::functions) fn is_in(&self, text: &str) -> bool {
        let text = self.folded_haystack(text);
        let mut from = 0;
        while let Some(at) = self.find(text.as_bytes(), from) {
            if self.is_bounded(&text, at) {
                return true;
            }
            from = at + 1;
        }
        false
    }

    /// A bit for each row; one pass over the buffer that holds all texts.
    pub(in crate::engine::functions) fn scan(&self, texts: &StringArray) -> BooleanBuffer {
        if self.needle.is_empty() {
            return BooleanBuffer::new_set(texts.len());
        }
        if self.folds_haystacks() {
            return BooleanBuffer::collect_bool(texts.len(), |row| texts.is_valid(row) && self.is_in(texts.value(row)));
        }
        let mut bits = BooleanBufferBuilder::new(texts.len());
        bits.append_n(texts.len(), false);
        let offsets = texts.value_offsets();
        let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return bits.finish() };
        let data = &texts.value_data()[..*last as usize];
        let mut from = *first as usize;
        let mut row = 0;
        while let Some(at) = self.find(data, from) {
            while offsets[row + 1] as usize <= at {
                row += 1;
            }
            let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
            let found = at + self.needle.len() <= end && self.is_bounded(texts.value(row), at - start);
            if found {
                bits.set_bit(row, true);
            }
            from = if found { end } else { at + 1 };
        }
        bits.finish()
    }

    /// A needle beyond ASCII is compared with the folded text; an ASCII one is found in the bytes as they are.
    fn folds_haystacks(&self) -> bool {
        self.ignore_case && !self.needle.is_ascii()
    }

    fn folded_haystack<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.folds_haystacks() { Cow::Owned(folded(text)) } else { Cow::Borrowed(text) }
    }

    fn find(&self, haystack: &[u8], from: usize) -> Option<usize> {
        if !self.ignore_case || self.folds_haystacks() || self.needle.is_empty() {
            return self.finder.find(haystack.get(from..)?).map(|at| from + at);
        }
        self.find_ascii(haystack, from)
    }

    fn find_ascii(&self, haystack: &[u8], from: usize) -> Option<usize> {
        let needle = self.needle.as_bytes();
        let rare = needle[self.rarest];
        let last = haystack.len().checked_sub(needle.len())?;
        let mut from = from;
        while from <= last {
            let window = &haystack[from + self.rarest..=last + self.rarest];
            let found = if rare.is_ascii_alphabetic() {
                memchr2(rare, rare.to_ascii_uppercase(), window)
            } else {
                memchr(rare, window)
            };
            let at = from + found?;
            if haystack[at..at + needle.len()].eq_ignore_ascii_case(needle) {
                return Some(at);
            }
            from = at + 1;
        }
        None
    }

    fn is_bounded(&self, text: &str, at: usize) -> bool {
        let end = at + self.needle.len();
        let is_term = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let before = |at: usize| text.get(..at).and_then(|head| head.chars().next_back());
        let after = |at: usize| text.get(at..).and_then(|tail| tail.chars().next());
        let touched = (self.edges.head && is_term(before(at))) || (self.edges.tail && is_term(after(end)));
        !touched
    }
}

/// How often a byte occurs in logs, roughly: letters of English and separators of paths most, capitals and the rest
/// least.
fn commonness(byte: u8) -> usize {
    const COMMON: &[u8] = b"zqjxkvwybgfpmhdulcnsrotai e.\\/-_0123456789";
    COMMON.iter().position(|common| *common == byte).unwrap_or(0)
}
