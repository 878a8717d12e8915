//! Which rows have a text in them: the exact text of a value, and the way it is written on a screen.
//!
//! The texts of a column lie one behind the other in memory and are searched in one go; only where a text is found is it
//! asked which row it belongs to. Numbers and times are written out only when what is looked for could be in one.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::DataType;
use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use super::super::cell::Cell;
use super::super::civil::CivilDate;
use super::super::set::ResultSet;
use super::super::value_text::push_padded;
use super::ROWS_BETWEEN_LOOKS;
use super::edges::{Edges, needed};
use crate::kql::{ScalarType, TICKS_PER_SECOND};

/// A regular expression that is larger than this when compiled is refused.
const MAX_REGEX_BYTES: usize = 4 << 20;

/// What is looked for, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This text, in upper or lower case.
    Text(String),
    /// A regular expression of the dialect that `matches regex` has.
    Regex(String),
}

impl Pattern {
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Regex(text) => text,
        }
    }
}

/// What is looked for, made ready.
#[derive(Debug, Clone)]
pub struct Matcher {
    regex: Regex,
    /// The text, when it is one and not a pattern: then it is known which types can have it.
    plain: Option<Plain>,
    /// What surrounds a text makes no difference, so that many texts can be searched in one go.
    is_free: bool,
    /// Types none of whose texts a regular expression can be found in.
    absent: Vec<ScalarType>,
    /// What a text has to begin and end with, and what it has to have, where it matters what surrounds it.
    edges: Option<Box<Edges>>,
    needed: Option<Finder<'static>>,
}

/// A plain text, as it has to be looked for in numbers and times.
#[derive(Debug, Clone)]
struct Plain {
    text: String,
    /// Could be a part of a number; its commas are those between groups of three.
    number: Option<Regex>,
    /// Could be a part of a datetime: with `T` for the blank that a grid shows.
    time: Option<Regex>,
    /// Only digits, which are found without a regular expression; and so many that of a datetime only the year and the
    /// fraction of the second can have them.
    is_number: bool,
    is_long_number: bool,
    digits: Finder<'static>,
    /// The same as a number, to be looked for without writing others out.
    few_digits: Option<Digits>,
}

/// A number that is looked for among the digits of others.
#[derive(Debug, Clone, Copy)]
struct Digits {
    number: u64,
    /// Ten to the number of its digits less one: leading zeros count.
    highest: u64,
}

impl Digits {
    fn of(text: &str) -> Option<Self> {
        let n_digits = u32::try_from(text.len()).ok().filter(|it| (1..=18).contains(it))?;
        Some(Self { number: text.parse().ok()?, highest: 10_u64.pow(n_digits - 1) })
    }

    /// Whether they are among the digits of a number that is written with at least so many.
    fn are_in(self, mut number: u64, at_least: u32) -> bool {
        let (mut window, mut weight) = (0, 1);
        let mut n_digits = 0;
        while number > 0 || n_digits < at_least.max(1) {
            let digit = number % 10;
            number /= 10;
            n_digits += 1;
            // Until there are as many digits as are looked for, the window grows.
            if weight <= self.highest {
                window += digit * weight;
                weight *= 10;
            } else {
                window = window / 10 + digit * self.highest;
            }
            if weight > self.highest && window == self.number {
                return true;
            }
        }
        false
    }
}

impl Pattern {
    /// Whether this can only be found in rows in which that was found.
    pub fn narrows(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(longer), Self::Text(shorter)) => longer.contains(shorter),
            _ => self == other,
        }
    }
}

impl Matcher {
    /// Fails when a regular expression is none, in words that can stand beside it.
    pub fn new(pattern: &Pattern) -> Result<Self, String> {
        match pattern {
            Pattern::Text(text) => {
                let could_be = |letters: &str| text.chars().all(|it| letters.contains(it.to_ascii_lowercase()));
                let number = could_be("0123456789,.-+einfa").then(|| literal(&text.replace(',', ""))).transpose()?;
                let time = could_be("0123456789-:. tz").then(|| literal(&text.replace(' ', "T"))).transpose()?;
                let is_number = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
                let plain = Plain {
                    text: text.clone(),
                    number,
                    time,
                    is_number,
                    is_long_number: is_number && text.len() > 2,
                    digits: Finder::new(text.as_bytes()).into_owned(),
                    few_digits: Digits::of(text).filter(|_| is_number),
                };
                let (regex, is_free) = (literal(text)?, !text.is_empty());
                Ok(Self { regex, plain: Some(plain), is_free, absent: Vec::new(), edges: None, needed: None })
            }
            Pattern::Regex(pattern) => {
                let built = RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).build();
                let regex = built.map_err(|it| words(&it))?;
                // A border of a text or of a word is one thing alone and another between texts.
                let borders = ["^", "$", "\\A", "\\z", "\\b", "\\B", "\\<", "\\>"];
                let is_free = !borders.iter().any(|it| pattern.contains(it)) && !regex.is_match(b"");
                let parsed = regex_syntax::Parser::new().parse(pattern).ok();
                let absent = parsed.as_ref().map_or_else(Vec::new, absent_from);
                let edges = parsed.as_ref().and_then(Edges::of).map(Box::new);
                let needed = parsed.as_ref().and_then(needed).map(|it| Finder::new(&it).into_owned());
                Ok(Self { regex, plain: None, is_free, absent, edges, needed })
            }
        }
    }

    /// Whether the text of the cell has it.
    pub fn is_in(&self, cell: Cell<'_>) -> bool {
        let mut scratch = String::new();
        self.is_in_cell(cell, &mut scratch)
    }

    fn is_in_cell(&self, cell: Cell<'_>, scratch: &mut String) -> bool {
        let regex = match cell {
            Cell::Null | Cell::Misstored => return false,
            Cell::String(text) | Cell::Guid(text) | Cell::Dynamic(text) => {
                return self.regex.is_match(text.as_bytes());
            }
            Cell::Datetime(_) => self.plain.as_ref().map_or(Some(&self.regex), |it| it.time.as_ref()),
            Cell::Timespan(_) => {
                self.plain.as_ref().map_or(Some(&self.regex), |it| it.time.as_ref().and(Some(&self.regex)))
            }
            Cell::Bool(_) => Some(&self.regex),
            Cell::Int(_) | Cell::Long(_) | Cell::Real(_) | Cell::Decimal(_) => {
                self.plain.as_ref().map_or(Some(&self.regex), |it| it.number.as_ref())
            }
        };
        let Some(regex) = regex else { return false };
        if let Some(found) = self.digits_are_in(cell) {
            return found;
        }
        scratch.clear();
        match (cell, &self.plain) {
            (Cell::Datetime(ticks), Some(plain)) if plain.is_long_number => push_long_numbers(scratch, ticks),
            _ => cell.push_text(scratch),
        }
        match &self.plain {
            Some(plain) if plain.is_number => plain.digits.find(scratch.as_bytes()).is_some(),
            _ => regex.is_match(scratch.as_bytes()),
        }
    }

    /// Whether the digits that are looked for are in a number or a time; `None` where it has to be written out for that.
    fn digits_are_in(&self, cell: Cell<'_>) -> Option<bool> {
        let plain = self.plain.as_ref()?;
        let digits = plain.few_digits?;
        match cell {
            Cell::Int(value) => Some(digits.are_in(u64::from(value.unsigned_abs()), 1)),
            Cell::Long(value) => Some(digits.are_in(value.unsigned_abs(), 1)),
            // Two digits can be of any part of a time.
            Cell::Datetime(ticks) if plain.is_long_number => {
                let fraction = ticks.rem_euclid(TICKS_PER_SECOND) as u64;
                let in_fraction = fraction != 0 && digits.are_in(fraction, 7) && {
                    // Zeros at the end are not written.
                    let mut out = String::with_capacity(16);
                    push_long_numbers(&mut out, ticks);
                    plain.digits.find(out.as_bytes()).is_some()
                };
                let year = || digits.are_in(CivilDate::of_ticks(ticks).year.unsigned_abs(), 4);
                Some(in_fraction || (digits.highest < 10_000 && year()))
            }
            _ => None,
        }
    }

    /// Where in a text it stands, one behind the other.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let found = self.regex.find_iter(text.as_bytes()).map(|it| it.range());
        found.filter(|it| !it.is_empty() && text.get(it.clone()).is_some()).collect()
    }

    /// Whether any value of the type can have it.
    fn can_be_in(&self, ty: ScalarType) -> bool {
        let Some(plain) = &self.plain else { return !self.absent.contains(&ty) };
        match ty {
            ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => true,
            ScalarType::Bool => {
                "true".contains(&plain.text.to_lowercase()) || "false".contains(&plain.text.to_lowercase())
            }
            ScalarType::Int | ScalarType::Long => {
                plain.number.is_some() && plain.text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'-' | b','))
            }
            ScalarType::Real | ScalarType::Decimal => plain.number.is_some(),
            ScalarType::Datetime | ScalarType::Timespan => plain.time.is_some(),
            ScalarType::Guid => plain.text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-'),
        }
    }

    /// Marks the rows of a part of a column whose text has it, unless they are marked already.
    fn mark(&self, array: &dyn Array, ty: ScalarType, marks: &mut [bool], scratch: &mut String) {
        let n_open = marks.iter().filter(|it| !**it).count();
        if n_open == 0 {
            return;
        }
        if let DataType::Utf8 = array.data_type() {
            return self.mark_texts(array.as_string::<i32>(), ty, marks, n_open);
        }
        if ty == ScalarType::Bool && ![true, false].iter().any(|it| self.is_in_cell(Cell::Bool(*it), scratch)) {
            return;
        }
        for (row, mark) in marks.iter_mut().enumerate() {
            *mark = *mark || self.is_in_cell(Cell::of(array, ty, row), scratch);
        }
    }

    fn mark_texts(&self, array: &StringArray, ty: ScalarType, marks: &mut [bool], n_open: usize) {
        // Where few rows are still open, only these are looked at.
        let are_many = n_open > marks.len() / 8;
        if are_many && self.is_free {
            return mark_found(
                array,
                marks,
                |data, at| self.regex.find_at(data, at).map(|it| it.range()),
                |text| self.regex.is_match(text),
            );
        }
        if let (true, None, Some(needed)) = (are_many, &self.edges, &self.needed) {
            // What has the letters is tried as it stands alone.
            let n_bytes = needed.needle().len();
            let find = |data: &[u8], at: usize| needed.find(&data[at..]).map(|it| at + it..at + it + n_bytes);
            return mark_tried(array, marks, find, |text| self.regex.is_match(text));
        }
        let edges = self.edges.as_deref();
        for (row, mark) in marks.iter_mut().enumerate().filter(|it| !*it.1) {
            // A string that is absent is an empty one.
            if array.is_valid(row) || ty == ScalarType::String {
                let text = if array.is_valid(row) { array.value(row).as_bytes() } else { b"" };
                *mark = edges.is_none_or(|it| it.allow(text)) && self.regex.is_match(text);
            }
        }
    }
}

/// The types whose texts consist of a few characters, of which all that the expression matches has another one.
fn absent_from(parsed: &Hir) -> Vec<ScalarType> {
    const LETTERS: [(ScalarType, &str); 7] = [
        (ScalarType::Int, "0123456789-"),
        (ScalarType::Long, "0123456789-"),
        (ScalarType::Real, "0123456789.-+eEinfaN"),
        (ScalarType::Decimal, "0123456789.-+eE"),
        (ScalarType::Datetime, "0123456789-:.TZ"),
        (ScalarType::Timespan, "0123456789-:."),
        (ScalarType::Guid, "0123456789abcdefABCDEF-"),
    ];
    LETTERS.iter().filter(|(_, letters)| needs_others(parsed, letters)).map(|(ty, _)| *ty).collect()
}

/// Whether whatever matches has a character that is none of these.
fn needs_others(hir: &Hir, letters: &str) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| !letters.as_bytes().contains(byte)),
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
            let has = |letter: char| class.ranges().iter().any(|it| it.start() <= letter && letter <= it.end());
            !letters.chars().any(has)
        }
        HirKind::Class(regex_syntax::hir::Class::Bytes(class)) => {
            let has = |letter: &u8| class.ranges().iter().any(|it| it.start() <= *letter && *letter <= it.end());
            !letters.as_bytes().iter().any(has)
        }
        HirKind::Repetition(repeated) => repeated.min > 0 && needs_others(&repeated.sub, letters),
        HirKind::Capture(capture) => needs_others(&capture.sub, letters),
        HirKind::Concat(parts) => parts.iter().any(|it| needs_others(it, letters)),
        HirKind::Alternation(parts) => parts.iter().all(|it| needs_others(it, letters)),
    }
}

/// The parts of a datetime that have more than two digits, as it writes them.
fn push_long_numbers(out: &mut String, ticks: i64) {
    push_padded(out, CivilDate::of_ticks(ticks).year.unsigned_abs(), 4);
    let fraction = ticks.rem_euclid(TICKS_PER_SECOND);
    if fraction != 0 {
        out.push('.');
        push_padded(out, fraction as u64, 7);
        out.truncate(out.trim_end_matches('0').len());
    }
}

/// A regular expression for just this text in upper or lower case. Folding the letters of all languages is slower, so a
/// text in ASCII is looked for in ASCII.
fn literal(text: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(&regex::escape(text));
    builder.case_insensitive(true).unicode(!text.is_ascii()).size_limit(MAX_REGEX_BYTES);
    builder.build().map_err(|it| words(&it))
}

/// The last line of what the crate says names the fault; those above it draw the place.
fn words(error: &regex::Error) -> String {
    if let regex::Error::CompiledTooBig(_) = error {
        return "the regular expression is too large".to_owned();
    }
    let said = error.to_string();
    let last = said.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// Searches texts that lie one behind the other. What is found across a border of two says nothing of either: the first
/// of them is asked alone, since a shorter part of it may fit.
fn mark_found(
    array: &StringArray,
    marks: &mut [bool],
    find: impl Fn(&[u8], usize) -> Option<Range<usize>>,
    is_in: impl Fn(&[u8]) -> bool,
) {
    each_found(array, find, |row, found, text, data| {
        marks[row] = marks[row] || (array.is_valid(row) && (found.end <= text.end || is_in(&data[text])));
    });
}

/// The same for what is only a sign: each text that has it is asked.
fn mark_tried(
    array: &StringArray,
    marks: &mut [bool],
    find: impl Fn(&[u8], usize) -> Option<Range<usize>>,
    is_in: impl Fn(&[u8]) -> bool,
) {
    each_found(array, find, |row, _, text, data| {
        marks[row] = marks[row] || (array.is_valid(row) && is_in(&data[text]));
    });
}

/// Calls `found` for each row in which something is found that begins there, once: with the row, where it was found, and
/// where the text of the row lies.
fn each_found(
    array: &StringArray,
    find: impl Fn(&[u8], usize) -> Option<Range<usize>>,
    mut found: impl FnMut(usize, Range<usize>, Range<usize>, &[u8]),
) {
    let offsets = array.value_offsets();
    let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return };
    let (mut at, last) = (*first as usize, *last as usize);
    let data = &array.value_data()[..last];
    let mut row = 0;
    while at <= last {
        let Some(place) = find(data, at) else { return };
        // The row in which it begins.
        row += offsets[row + 1..].partition_point(|end| (*end as usize) <= place.start);
        if row + 1 >= offsets.len() {
            return;
        }
        let text = offsets[row] as usize..offsets[row + 1] as usize;
        at = text.end;
        found(row, place, text, data);
    }
}

/// The rows, all of them or these, in which one of the columns has it, in the order in which they are given. `None` when
/// it was stopped.
pub fn matching_rows(
    set: &ResultSet,
    rows: Option<&[u32]>,
    cols: &[usize],
    matcher: &Matcher,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<u32>> {
    let marks = found_rows(set, None, cols, matcher, stop)?;
    Some(those_of(set, rows, &marks))
}

/// The rows that are marked, among all of them or these, in the order in which they are given.
pub fn those_of(set: &ResultSet, rows: Option<&[u32]>, marks: &[bool]) -> Vec<u32> {
    let is_marked = |row: &u32| marks.get(*row as usize).copied().unwrap_or(false);
    match rows {
        Some(rows) => rows.iter().copied().filter(is_marked).collect(),
        None => (0..set.n_rows() as u32).filter(is_marked).collect(),
    }
}

/// Whether a row has it in one of the columns, for each row of the result; only rows among the candidates are looked at.
/// `None` when it was stopped.
pub fn found_rows(
    set: &ResultSet,
    candidates: Option<&[bool]>,
    cols: &[usize],
    matcher: &Matcher,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<bool>> {
    let mut marks = match candidates {
        // What cannot be found is done with, as what is found.
        Some(candidates) => candidates.iter().map(|it| !it).collect(),
        None => vec![false; set.n_rows()],
    };
    marks.resize(set.n_rows(), false);
    if matcher.plain.as_ref().is_some_and(|it| it.text.is_empty()) {
        marks.fill(true);
    } else {
        let known = |col: &usize| set.columns().get(*col).is_some_and(|it| matcher.can_be_in(it.ty));
        let mut cols: Vec<usize> = cols.iter().copied().filter(known).collect();
        // What is quickly searched comes first: what is found there need not be written out elsewhere.
        cols.sort_by_key(|it| match set.columns()[*it].ty {
            ScalarType::String | ScalarType::Guid | ScalarType::Dynamic | ScalarType::Unknown => 0,
            ScalarType::Bool | ScalarType::Int | ScalarType::Long => 1,
            ScalarType::Datetime | ScalarType::Timespan => 2,
            ScalarType::Real | ScalarType::Decimal => 3,
        });
        mark_all(set, &cols, matcher, &mut marks, stop)?;
    }
    for (mark, candidate) in marks.iter_mut().zip(candidates.unwrap_or_default()) {
        *mark &= candidate;
    }
    Some(marks)
}

/// Marks the rows of the result. The work is cut into parts of some rows, which all cores take one by one.
fn mark_all(
    set: &ResultSet,
    cols: &[usize],
    matcher: &Matcher,
    marks: &mut [bool],
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<()> {
    let mut parts = Vec::new();
    let mut rest = marks;
    for (batch, start) in set
        .batches()
        .iter()
        .enumerate()
        .flat_map(|(idx, batch)| (0..batch.num_rows()).step_by(ROWS_BETWEEN_LOOKS).map(move |start| (idx, start)))
    {
        let n_rows = ROWS_BETWEEN_LOOKS.min(set.batches()[batch].num_rows() - start);
        let (part, behind) = rest.split_at_mut(n_rows);
        parts.push(std::sync::Mutex::new((batch, start, part)));
        rest = behind;
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut scratch = String::new();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !stop()) {
            let Ok(mut part) = part.lock() else { return };
            let (batch, start, marks) = &mut *part;
            for col in cols {
                let array = set.batches()[*batch].column(*col).slice(*start, marks.len());
                matcher.mark(&array, set.columns()[*col].ty, marks, &mut scratch);
            }
        }
    };
    let n_helpers =
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(parts.len()).saturating_sub(1);
    std::thread::scope(|scope| {
        for _ in 0..n_helpers {
            // Without a helper the work takes longer, that is all.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    (!stop()).then_some(())
}
