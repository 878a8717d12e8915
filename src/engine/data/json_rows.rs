//! JSON files: lines of objects, one array, one object, or an answer of a hunting service.

use memchr::{memchr, memchr_iter};

use super::cell::Cell;
use super::json_text::{Kind, NotJson, Scanner};
use super::raw::RawTable;
use super::report::Findings;
use super::text::{Lines, repair};
use crate::kql::ScalarType;

/// Reads all rows. With `only_lines` an object never goes over several lines, so a broken line loses itself only.
pub(super) fn read(bytes: Vec<u8>, only_lines: bool, findings: &mut Findings) -> RawTable {
    let first = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
    let Some(first) = first else {
        findings.add(None, "is empty");
        return RawTable::default();
    };
    let end = memchr(b'\n', &bytes[first..]).map_or(bytes.len(), |length| first + length);
    let more = bytes[end..].iter().any(|byte| !byte.is_ascii_whitespace());
    let line_is_object = is_object(&bytes[first..end]);
    let by_line = bytes[first] != b'[' && more && (only_lines || line_is_object);
    let mut table = RawTable::default();
    table.typed = true;
    if by_line {
        lines(&bytes, &mut table, findings);
    } else {
        document(&repair(bytes, findings), &mut table, findings);
    }
    if table.refused_columns() > 0 {
        let reason = format!("values of columns beyond the first {} are not kept", table.columns().len());
        findings.add_many(None, table.refused_columns(), &reason);
    }
    table.finish()
}

fn is_object(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let mut scanner = Scanner::new(line);
    scanner.object(|_, _, _| ()).is_ok() && {
        scanner.spaces();
        scanner.done()
    }
}

/// One object a line. JSON is UTF-8, so a line that is not is no JSON.
fn lines(bytes: &[u8], table: &mut RawTable, findings: &mut Findings) {
    let mut start = 0;
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for (number, end) in (1_u64..).zip(ends) {
        let line = &bytes[start..end];
        start = end + 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let Ok(line) = std::str::from_utf8(line) else {
            findings.add(Some(number), "not UTF-8, which JSON is; the line is left out");
            continue;
        };
        let mut scanner = Scanner::new(line);
        scanner.spaces();
        if scanner.peek() != Some(b'{') {
            findings.add(Some(number), "not a JSON object; the line is left out");
        } else if row(&mut scanner, table, number, true).is_err() {
            findings.add(Some(number), "broken JSON; the line is left out");
        }
    }
}

/// Reads an object as a row. `alone`: nothing may follow it.
fn row(scanner: &mut Scanner<'_>, table: &mut RawTable, line: u64, alone: bool) -> Result<(), NotJson> {
    table.begin();
    let mut position = 0;
    let mut read = scanner.object(|key, kind, text| {
        // Graph writes the type of a property as a further property.
        if key.contains("@odata.") {
            return;
        }
        let column = if key.is_empty() {
            table.column_near(&format!("column{}", position + 1), position)
        } else {
            table.column_near(key, position)
        };
        if let Some(column) = column {
            table.set(column, cell(kind, text));
        }
        position += 1;
    });
    scanner.spaces();
    if alone && read.is_ok() && !scanner.done() {
        read = Err(NotJson { at: scanner.at() });
    }
    match read {
        Ok(()) => table.commit(line),
        Err(_) => table.abort(),
    }
    read
}

fn cell(kind: Kind, text: &str) -> Cell<'_> {
    match kind {
        Kind::Null => Cell::Null,
        Kind::Bool(value) => Cell::Bool(value),
        Kind::Number => Cell::Number(text),
        Kind::Text => Cell::Text(text),
        Kind::Nested => Cell::Nested(text),
    }
}

/// A file that is one value, or values one after another.
fn document(text: &str, table: &mut RawTable, findings: &mut Findings) {
    let mut scanner = Scanner::new(text);
    scanner.spaces();
    if scanner.peek() == Some(b'[') {
        let end = array(text, scanner.at(), table, findings);
        scanner.jump(end);
        scanner.spaces();
        if !scanner.done() {
            let line = Lines::new(text.as_bytes()).line_at(scanner.at());
            findings.add(Some(line), "text behind the end of the array is left out");
        }
        return;
    }
    if let Some(answer) = Answer::find(text) {
        answer.declare(text, table);
        array(text, answer.results, table, findings);
        return;
    }
    values(text, table, findings);
}

/// Objects one after another, with or without line breaks inside. After a broken one, reading goes on at the next line
/// that begins with a brace.
fn values(text: &str, table: &mut RawTable, findings: &mut Findings) {
    let mut lines = Lines::new(text.as_bytes());
    let mut scanner = Scanner::new(text);
    loop {
        scanner.spaces();
        if scanner.done() {
            return;
        }
        let line = lines.line_at(scanner.at());
        let start = scanner.at();
        let object = scanner.peek() == Some(b'{');
        if object && row(&mut scanner, table, line, false).is_ok() {
            continue;
        }
        let reason = if object { "broken JSON; the object is left out" } else { "not a JSON object; it is left out" };
        findings.add(Some(line), reason);
        match next_line_with(text, start, "{") {
            Some(at) => scanner.jump(at),
            None => return,
        }
    }
}

/// The next line after `from` that begins with the prefix.
fn next_line_with(text: &str, from: usize, prefix: &str) -> Option<usize> {
    let mut breaks = memchr_iter(b'\n', &text.as_bytes()[from..]).map(|length| from + length + 1);
    breaks.find(|&at| text.as_bytes()[at..].starts_with(prefix.as_bytes()))
}

/// The array of objects that begins at `start`; returns where it ends.
fn array(text: &str, start: usize, table: &mut RawTable, findings: &mut Findings) -> usize {
    let mut lines = Lines::new(text.as_bytes());
    let mut scanner = Scanner::new(text);
    scanner.jump(start);
    scanner.take(b'[');
    if scanner.take(b']') {
        return scanner.at();
    }
    // How the first element's line begins, if it begins a line: others that begin so are elements too.
    let mut indent: Option<&str> = None;
    let mut scratch = String::new();
    loop {
        scanner.spaces();
        let at = scanner.at();
        let line = lines.line_at(at);
        let object = scanner.peek() == Some(b'{');
        if object && indent.is_none() {
            indent = Some(line_start(text, at));
        }
        let read = if object {
            row(&mut scanner, table, line, false)
        } else {
            scratch.clear();
            scanner.value(&mut scratch).map(|_| findings.add(Some(line), "not a JSON object; it is left out"))
        };
        if read.is_ok() {
            if scanner.take(b']') {
                return scanner.at();
            }
            if scanner.take(b',') {
                continue;
            }
        }
        let resume = indent.filter(|it| it.trim_start() == "{").and_then(|it| next_line_with(text, at, it));
        let Some(resume) = resume else {
            findings.add(Some(lines.line_at(scanner.at())), "broken JSON; the file is read up to there");
            return text.len();
        };
        if read.is_err() {
            findings.add(Some(line), "broken JSON; the object is left out");
        }
        scanner.jump(resume);
    }
}

/// From the beginning of the line up to and with the byte at `at`.
fn line_start(text: &str, at: usize) -> &str {
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |found| found + 1);
    &text[start..=at]
}

/// Where the parts of `{"Schema":[…],"Results":[…]}` are.
struct Answer {
    schema: usize,
    results: usize,
}

impl Answer {
    /// `None` when the text is not one object with both parts.
    fn find(text: &str) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        let (mut schema, mut results) = (None, None);
        let mut scratch = String::new();
        scanner
            .members(|scanner, key| {
                scanner.spaces();
                let at = scanner.at();
                let is_array = scanner.peek() == Some(b'[');
                if is_array && key.eq_ignore_ascii_case("schema") {
                    schema = Some(at);
                } else if is_array && key.eq_ignore_ascii_case("results") {
                    results = Some(at);
                }
                scratch.clear();
                scanner.value(&mut scratch).map(|_| ())
            })
            .ok()?;
        scanner.spaces();
        if scanner.done() { Some(Self { schema: schema?, results: results? }) } else { None }
    }

    /// Adds the columns of the schema in its order, with its types.
    fn declare(&self, text: &str, table: &mut RawTable) {
        let mut scanner = Scanner::new(text);
        scanner.jump(self.schema);
        scanner.take(b'[');
        loop {
            let (mut name, mut ty) = (String::new(), None);
            let read = scanner.object(|key, _, value| match key.to_ascii_lowercase().as_str() {
                "name" => value.clone_into(&mut name),
                "type" => ty = service_type(value),
                _ => {}
            });
            if read.is_err() {
                return;
            }
            if let Some(column) = table.column(&name).filter(|_| !name.is_empty()) {
                table.declare(column, ty);
            }
            if !scanner.take(b',') {
                return;
            }
        }
    }
}

/// The type that a service's schema names, in .NET's or in KQL's words.
fn service_type(name: &str) -> Option<ScalarType> {
    let dotnet = ScalarType::ALL.into_iter().find(|ty| ty.dotnet_name().eq_ignore_ascii_case(name));
    dotnet.or_else(|| ScalarType::from_name(&name.to_ascii_lowercase()))
}
