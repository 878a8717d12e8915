//! Comma- and tab-separated files, as the portals and spreadsheets write them and as they get broken on the way.

use csv::{ReaderBuilder, StringRecord, Terminator};
use memchr::memchr;

use super::cell::Cell;
use super::raw::RawTable;
use super::report::Findings;
use super::text::Lines;

/// How often the whole file may be read again because of quotes that never end. A quote on each line would otherwise
/// make reading quadratic.
const RESCANS: usize = 16;

/// Reads all rows. The first record is the header; `delimiter` is what the extension promises.
pub(super) fn read(text: &str, delimiter: u8, findings: &mut Findings) -> RawTable {
    let mut records = Records::new(text, delimiter);
    let mut record = StringRecord::new();
    let mut table = RawTable::default();
    if records.next(&mut record, None).is_none() {
        findings.add(None, "is empty");
        return table;
    }
    let header: Vec<Option<usize>> = header_names(&record).iter().map(|name| table.column(name)).collect();
    if header.iter().any(Option::is_none) {
        findings.add_many(Some(1), table.refused_columns(), "columns beyond the 16384th are not kept");
    }
    let mut lines = Lines::new(text.as_bytes());
    while let Some(found) = records.next(&mut record, Some(header.len())) {
        let line = lines.line_at(found.start);
        if found.stray_quote {
            findings.add(Some(line), "a quote that does not end; the line is read as if quotes meant nothing");
        }
        check_width(&record, header.len(), line, findings);
        table.begin();
        for (column, field) in header.iter().zip(&record) {
            if let Some(column) = column {
                table.set(*column, Cell::Text(field));
            }
        }
        table.commit(line);
    }
    table.finish()
}

fn check_width(record: &StringRecord, width: usize, line: u64, findings: &mut Findings) {
    if record.len() < width {
        findings.add(Some(line), "fewer fields than the header; those missing are empty");
    } else if record.iter().skip(width).any(|field| !field.is_empty()) {
        findings.add(Some(line), "more fields than the header; those beyond it are left out");
    }
}

/// Unique names: a repeated one gets a number, an empty one is called by its place. The suffix with which Log
/// Analytics marks instants is taken off.
fn header_names(record: &StringRecord) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    let name = |(at, field): (usize, &str)| {
        let field = field.trim();
        let field = field.strip_suffix(" [UTC]").unwrap_or(field);
        let base = if field.is_empty() { format!("column{}", at + 1) } else { field.to_owned() };
        let numbered = (1_u32..).map(|number| format!("{base}{number}"));
        std::iter::once(base.clone()).chain(numbered).find(|name| taken.insert(name.clone())).unwrap_or(base)
    };
    record.iter().enumerate().map(name).collect()
}

/// A record and where it begins.
struct Found {
    start: usize,
    stray_quote: bool,
}

/// The records of a text one after another, over stray quotes.
struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    reader: csv::Reader<&'a [u8]>,
    /// Where the reader's own bytes begin in the text.
    base: usize,
    quotes_mean_nothing: bool,
    rescanned: usize,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, promised: u8) -> Self {
        let first = first_line(text);
        let (base, delimiter) = match first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
            // Spreadsheets state the delimiter so, on a line of its own.
            Some(&[delimiter]) => (first.len(), delimiter),
            _ => (0, delimiter_of(first, promised)),
        };
        Self {
            text,
            delimiter,
            reader: reader(&text[base..], delimiter, true),
            base,
            quotes_mean_nothing: false,
            rescanned: 0,
        }
    }

    /// Reads the next record that is not blank. `width` is how many fields it should have.
    fn next(&mut self, record: &mut StringRecord, width: Option<usize>) -> Option<Found> {
        loop {
            // The text is UTF-8 and in memory, so reading cannot fail; an error would be the end.
            if !self.reader.read_record(record).unwrap_or(false) {
                return None;
            }
            let end = self.base + self.reader.position().byte() as usize;
            let start = self.start_of(record);
            let raw = &self.text[start..end];
            let stray_quote = !self.quotes_mean_nothing && is_torn(raw, self.delimiter, record.len(), width);
            if stray_quote {
                self.reread_first_line(start, end, record)?;
            }
            if trim_carriage_return(record, raw, stray_quote) {
                return Some(Found { start, stray_quote });
            }
        }
    }

    /// The reader counts blank lines before a record as part of it.
    fn start_of(&self, record: &StringRecord) -> usize {
        let mut start = self.base + record.position().map_or(0, |position| position.byte() as usize);
        while let Some(b'\n') = self.text.as_bytes().get(start) {
            start += 1;
        }
        start
    }

    /// Reads the first line of what was taken for a record as one without quotes, and goes on behind that line.
    fn reread_first_line(&mut self, start: usize, end: usize, record: &mut StringRecord) -> Option<()> {
        self.rescanned += end - start;
        self.quotes_mean_nothing = self.rescanned > RESCANS * self.text.len();
        let line = first_line(&self.text[start..]);
        if !reader(line, self.delimiter, false).read_record(record).unwrap_or(false) {
            return None;
        }
        self.base = start + line.len();
        self.reader = reader(&self.text[self.base..], self.delimiter, !self.quotes_mean_nothing);
        Some(())
    }
}

fn reader(text: &str, delimiter: u8, quoting: bool) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        // A carriage return alone is text; before a line feed it is taken off afterwards.
        .terminator(Terminator::Any(b'\n'))
        .from_reader(text.as_bytes())
}

/// With its line feed.
fn first_line(text: &str) -> &str {
    memchr(b'\n', text.as_bytes()).map_or(text, |end| &text[..=end])
}

/// True when a record of several lines does not look like one: its last quote is missing; or a field goes on behind its
/// closing quote, and either the record has not the header's `width` or its first line alone has.
fn is_torn(raw: &str, delimiter: u8, fields: usize, width: Option<usize>) -> bool {
    let several_lines = memchr(b'\n', raw.trim_end_matches(['\r', '\n']).as_bytes()).is_some();
    several_lines
        && match quoting(raw.as_bytes(), delimiter) {
            Quoting::Sound => false,
            Quoting::Irregular => {
                let in_first_line = memchr::memchr_iter(delimiter, first_line(raw).as_bytes()).count() + 1;
                width.is_some_and(|width| fields != width || in_first_line == width)
            }
            Quoting::Open => true,
        }
}

enum Quoting {
    Sound,
    /// A quoted field goes on behind its closing quote.
    Irregular,
    /// A quoted field has no closing quote.
    Open,
}

fn quoting(raw: &[u8], delimiter: u8) -> Quoting {
    let mut result = Quoting::Sound;
    let mut at = 0;
    while at < raw.len() {
        if raw[at] == b'"' {
            at += 1;
            loop {
                let Some(length) = memchr(b'"', &raw[at..]) else { return Quoting::Open };
                at += length + 1;
                if raw.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
            if raw.get(at).is_some_and(|&byte| byte != delimiter && byte != b'\n' && byte != b'\r') {
                result = Quoting::Irregular;
            }
        }
        // On to the next field.
        at = memchr::memchr2(delimiter, b'\n', &raw[at..]).map_or(raw.len(), |length| at + length + 1);
    }
    result
}

/// True when a quote of the record is never closed.
pub(super) fn has_open_quote(record: &[u8], delimiter: u8) -> bool {
    matches!(quoting(record, delimiter), Quoting::Open)
}

/// Takes the carriage return of the line end off the last field; false when nothing is left of a blank line.
fn trim_carriage_return(record: &mut StringRecord, raw: &str, first_line_only: bool) -> bool {
    let raw = if first_line_only { first_line(raw) } else { raw };
    let line = raw.strip_suffix('\n').unwrap_or(raw);
    if line.ends_with('\r') && record.iter().next_back().is_some_and(|last| last.ends_with('\r')) {
        let last = record.len() - 1;
        let trimmed = record[last].strip_suffix('\r').unwrap_or_default().to_owned();
        record.truncate(last);
        record.push_field(&trimmed);
    }
    record.len() > 1 || !line.trim_end_matches('\r').is_empty()
}

/// What separates the header's names: what was promised, unless only another usual delimiter occurs.
fn delimiter_of(header: &str, promised: u8) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; 4];
    let candidates = [promised, b',', b';', b'\t'];
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        if !quoted && let Some(at) = candidates.iter().position(|&candidate| candidate == byte) {
            counts[at] += 1;
        }
    }
    if counts[0] > 0 {
        return promised;
    }
    let best = (1..4).max_by_key(|&at| counts[at]).filter(|&at| counts[at] > 0);
    best.map_or(promised, |at| candidates[at])
}
