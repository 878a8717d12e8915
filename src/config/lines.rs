//! Files of sections and lines (keys, themes), read so that a mistake costs its own line only and is told with its number.

use std::fmt;

use toml::de::{DeTable, DeValue};

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
    let number = |offset: usize| text.as_bytes()[..offset.min(text.len())].iter().filter(|it| **it == b'\n').count() + 1;
    let (table, errors) = DeTable::parse_recoverable(text);
    let fault = |it: &toml::de::Error| Fault {
        file: file.to_owned(),
        line: it.span().map_or(1, |span| number(span.start)),
        message: it.message().to_owned(),
    };
    let mut faults: Vec<Fault> = errors.iter().map(fault).collect();
    // One broken line is one mistake, however many words the reader has for it.
    faults.sort();
    faults.dedup_by_key(|it| it.line);
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
    lines.retain(|line| !faults.iter().any(|it| it.line == line.number));
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
        let text = "inherits = \"x\"\n[one]\na = \"b\"\nc = \nd = true\n[two]\ne = [\"f\", 1]\nbroken line\ng = \"h\"\n";
        let (lines, faults) = lines("f.toml", text);
        let keys: Vec<_> = lines.iter().map(|it| (it.number, it.section.as_str(), it.key.as_str())).collect();
        assert_eq!(keys, [(1, "", "inherits"), (3, "one", "a"), (5, "one", "d"), (7, "two", "e"), (9, "two", "g")]);
        assert_eq!(faults.iter().map(|it| it.line).collect::<Vec<_>>(), [4, 8], "{faults:?}");
    }
}
