//! What can be said of a regular expression before it is tried: with which bytes a match begins and ends, where it has to
//! be the whole text, and which letters every match has. Most texts are out by a look at one byte.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// The bytes that a text can begin and end with in which the expression is found; `None` where that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edges {
    first: Option<Bytes>,
    last: Option<Bytes>,
}

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bytes([bool; 256]);

/// What one end of an expression can be.
struct End {
    bytes: Bytes,
    /// It can be nothing at all, so that what lies further inside counts too.
    is_optional: bool,
}

impl Edges {
    /// `None` when neither end is known.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let parts = match hir.kind() {
            HirKind::Concat(parts) => parts.as_slice(),
            _ => return None,
        };
        let is =
            |part: Option<&Hir>, look: Look| part.is_some_and(|it| matches!(it.kind(), HirKind::Look(l) if *l == look));
        let first = is(parts.first(), Look::Start).then(|| ends(parts[1..].iter(), true)).flatten();
        let last = is(parts.last(), Look::End).then(|| ends(parts[..parts.len() - 1].iter().rev(), false)).flatten();
        (first.is_some() || last.is_some()).then_some(Self { first, last })
    }

    /// False for a text in which the expression cannot be found.
    pub(super) fn allow(&self, text: &[u8]) -> bool {
        let (Some(first), Some(last)) = (text.first(), text.last()) else { return true };
        self.first.as_ref().is_none_or(|it| it.0[usize::from(*first)])
            && self.last.as_ref().is_none_or(|it| it.0[usize::from(*last)])
    }
}

/// What a row of parts can begin with, seen from its first one; `None` when that may be anything.
fn ends<'a>(parts: impl Iterator<Item = &'a Hir>, front: bool) -> Option<Bytes> {
    let mut all = Bytes::none();
    for part in parts {
        let end = end(part, front)?;
        all.add(&end.bytes);
        if !end.is_optional {
            return Some(all);
        }
    }
    // All of it may be nothing: then what stands there need not be of it.
    None
}

fn end(hir: &Hir, front: bool) -> Option<End> {
    let known = |bytes| Some(End { bytes, is_optional: false });
    match hir.kind() {
        HirKind::Empty => Some(End { bytes: Bytes::none(), is_optional: true }),
        HirKind::Look(_) => None,
        HirKind::Literal(it) => {
            let byte = if front { it.0.first() } else { it.0.last() };
            known(Bytes::none().with(*byte?))
        }
        HirKind::Class(class) => known(Bytes::of(class)),
        HirKind::Repetition(it) => {
            let inner = end(&it.sub, front)?;
            Some(End { is_optional: inner.is_optional || it.min == 0, ..inner })
        }
        HirKind::Capture(it) => end(&it.sub, front),
        HirKind::Concat(parts) => {
            let bytes = if front { ends(parts.iter(), true) } else { ends(parts.iter().rev(), false) };
            known(bytes?)
        }
        HirKind::Alternation(parts) => {
            let mut all = End { bytes: Bytes::none(), is_optional: false };
            for part in parts {
                let one = end(part, front)?;
                all.bytes.add(&one.bytes);
                all.is_optional |= one.is_optional;
            }
            Some(all)
        }
    }
}

impl Bytes {
    fn none() -> Self {
        Self([false; 256])
    }

    fn with(mut self, byte: u8) -> Self {
        self.0[usize::from(byte)] = true;
        self
    }

    fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(it, other)| *it |= other);
    }

    /// A character beyond ASCII may begin and end with any byte that no character of ASCII has.
    fn of(class: &Class) -> Self {
        let mut all = Self::none();
        let mut take = |from: u32, to: u32| {
            for byte in 0..=127_u8 {
                all.0[usize::from(byte)] |= (from..=to).contains(&u32::from(byte));
            }
            if to > 127 {
                all.0[128..].fill(true);
            }
        };
        match class {
            Class::Unicode(class) => class.ranges().iter().for_each(|it| take(it.start().into(), it.end().into())),
            Class::Bytes(class) => class.ranges().iter().for_each(|it| take(it.start().into(), it.end().into())),
        }
        all
    }
}

/// The longest letters that every match has, one behind the other.
pub(super) fn needed(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Literal(it) => Some(it.0.to_vec()),
        HirKind::Capture(it) => needed(&it.sub),
        HirKind::Repetition(it) if it.min > 0 => needed(&it.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(needed).max_by_key(Vec::len),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edges, needed};

    fn parsed(pattern: &str) -> regex_syntax::hir::Hir {
        regex_syntax::Parser::new().parse(pattern).unwrap()
    }

    #[test]
    fn a_text_is_out_only_when_the_expression_cannot_be_found_in_it() {
        let texts = [
            "",
            "a",
            "9",
            "a9",
            "abc9",
            "abc",
            "9abc9",
            "é9",
            "aé",
            "svchost.exe",
            "SVCHOST.exe",
            "a b",
            "ab\n",
            "x-",
            "日本9",
        ];
        let patterns = [
            "^[a-z]+9$",
            "^a",
            "9$",
            "^$",
            "^a*$",
            "^(a|9)?b*9$",
            "^[^a]",
            "[^9]$",
            "^\\w+$",
            "(?i)^svc.*EXE$",
            "^(?:abc|x)",
            "a|^9",
            "^é",
            "[é日]9$",
            "^(?m:^a)",
            "^a??9?$",
            "(?m)^a$",
            "^\\ba",
            "^.",
            "(?s).$",
            "^[[:^ascii:]]",
        ];
        for pattern in patterns {
            let regex = regex::bytes::Regex::new(pattern).unwrap();
            let Some(edges) = Edges::of(&parsed(pattern)) else { continue };
            for text in texts {
                let found = regex.is_match(text.as_bytes());
                assert!(!found || edges.allow(text.as_bytes()), "{pattern} is in {text:?}");
            }
        }
        let edges = Edges::of(&parsed("^[a-z]+9$")).unwrap();
        assert!(!edges.allow(b"Abc9") && !edges.allow(b"abc8") && edges.allow(b"abc9"));
        assert_eq!(Edges::of(&parsed("^a*$")), None, "the text may be empty or anything behind it");
    }

    #[test]
    fn every_match_has_the_needed_letters() {
        assert_eq!(needed(&parsed(r"\bsvc\w+\.exe\b")).unwrap(), b".exe");
        assert_eq!(needed(&parsed(r"(abc)+x?")).unwrap(), b"abc");
        assert_eq!(needed(&parsed("abc|abd")), None, "each has others");
        assert_eq!(needed(&parsed("(?i)abc")), None);
    }
}
