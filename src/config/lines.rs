//! Files of sections and lines (keys, themes), read so that a mistake costs its own line only and is told with its number.

use std::fmt;

use toml::de::{DeTable, DeValue};

/// Mistakes of one file that are told.
const MAX_FAULTS: usize = 50;

/// A mistake in a file of the user's; the rest of the file stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file's name, as the user knows it.
    pub file: String,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}: {}", self.file, self.line, self.message)
    }
}

/// What stands behind `=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Setting {
    Text(String),
    Flag(bool),
    List(Vec<Setting>),
    Table(Vec<(String, Setting)>),
    /// A number or a time: no file of ours has any.
    Other,
}

impl Setting {
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// One `key = value` of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: usize,
    /// Empty above the first section.
    pub(super) section: String,
    pub(super) key: String,
    pub(super) value: Setting,
}

/// The lines of a file in their order, and what could not be read.
pub(super) fn lines(file: &str, text: &str) -> (Vec<Line>, Vec<Fault>) {
    let breaks: Vec<usize> = text.bytes().enumerate().filter(|(_, it)| *it == b'\n').map(|(at, _)| at).collect();
    let number = |offset: usize| breaks.partition_point(|it| *it < offset) + 1;
    let start_of = |line: usize| if line < 2 { 0 } else { breaks[line - 2] + 1 };
    let mut faults: Vec<Fault> = Vec::new();
    // A line that cannot be read is told and read over, and what stands around it is read as if it were not there.
    let mut readable = text.to_owned();
    while faults.len() < MAX_FAULTS {
        let Err(error) = DeTable::parse(&readable) else { break };
        let line = number(error.span().map_or(0, |span| span.start));
        if faults.iter().any(|it| it.line == line) {
            // Taking the line away did not help: nothing below it can be told from what is broken.
            readable.truncate(start_of(line));
            readable.push('\n');
            if faults.iter().filter(|it| it.line == line).count() > 1 {
                readable.clear();
            }
        } else {
            let end = breaks.get(line - 1).copied().unwrap_or(text.len());
            readable.replace_range(start_of(line)..end, &" ".repeat(end - start_of(line)));
        }
        faults.push(Fault { file: file.to_owned(), line, message: error.message().to_owned() });
    }
    faults.sort();
    faults.dedup_by_key(|it| it.line);
    let Ok(table) = DeTable::parse(&readable) else { return (Vec::new(), faults) };
    let mut lines = Vec::new();
    for (key, value) in table.get_ref() {
        if let DeValue::Table(section) = value.get_ref() {
            for (name, value) in section {
                lines.push(Line {
                    number: number(name.span().start),
                    section: key.get_ref().to_string(),
                    key: name.get_ref().to_string(),
                    value: setting(value.get_ref()),
                });
            }
        } else {
            let key_of = key.get_ref().to_string();
            let value = setting(value.get_ref());
            lines.push(Line { number: number(key.span().start), section: String::new(), key: key_of, value });
        }
    }
    lines.sort_by(|a, b| (a.number, &a.key).cmp(&(b.number, &b.key)));
    (lines, faults)
}

fn setting(value: &DeValue<'_>) -> Setting {
    match value {
        DeValue::String(text) => Setting::Text(text.to_string()),
        DeValue::Boolean(flag) => Setting::Flag(*flag),
        DeValue::Array(list) => Setting::List(list.iter().map(|it| setting(it.get_ref())).collect()),
        DeValue::Table(table) => {
            Setting::Table(table.iter().map(|(key, it)| (key.get_ref().to_string(), setting(it.get_ref()))).collect())
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => Setting::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_line_costs_itself_only() {
        let text =
            "inherits = \"x\"\n[one]\na = \"b\"\nc = \nd = true\n[two]\ne = [\"f\", 1]\nbroken line\ng = \"h\"\n";
        let (lines, faults) = lines("f.toml", text);
        let keys: Vec<_> = lines.iter().map(|it| (it.number, it.section.as_str(), it.key.as_str())).collect();
        assert_eq!(keys, [(1, "", "inherits"), (3, "one", "a"), (5, "one", "d"), (7, "two", "e"), (9, "two", "g")]);
        assert_eq!(faults.iter().map(|it| it.line).collect::<Vec<_>>(), [4, 8], "{faults:?}");
    }

    #[test]
    fn any_text_is_read_to_an_end() {
        for text in [
            "a = [",
            "[a\n[b]\nc = \"d\"",
            "\"",
            "a = \"\"\"\nb\n",
            "\u{0}\r\u{1b}[2J",
            "[x]\na = 1\na = 2\n[x]\nb = 3",
            "é = é\n= 4",
        ] {
            let (lines, faults) = lines("f.toml", text);
            assert!(!faults.is_empty(), "{text:?} is not right: {lines:?}");
            assert!(faults.iter().all(|it| it.line <= text.lines().count() + 1), "{faults:?}");
        }
    }
}
