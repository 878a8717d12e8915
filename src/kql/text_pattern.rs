//! Patterns that take columns out of a text: those of `parse`, and those of `parse-kv`.

use super::scalar::ScalarType;

/// How a text is taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPattern {
    Parse(ParseTemplate),
    KeyValue(KeyValuePattern),
}

/// The pattern of `parse` and `parse-where` (`kql-semantics` §16.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseTemplate {
    pub steps: Vec<ParseStep>,
    pub mode: ParseMode,
    /// Letters of the regex dialect, in `Regex` mode alone.
    pub flags: String,
    /// `parse-where`: a row that does not fit is left out.
    pub drops: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseMode {
    /// One value that cannot be converted empties the whole row.
    Simple,
    /// Each value stands by itself.
    Relaxed,
    /// Texts are regular expressions.
    Regex,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseStep {
    Text(String),
    /// `*`
    Any,
    Column(ScalarType),
}

/// What the text of a typed value looks like where nothing behind it says how far it goes.
const WHOLE: &str = r"\s*[-+]?\d+";
const GUID: &str = concat!(
    r"\s*(?:\{[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\}",
    r"|[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12})"
);
/// Hyphens mean the year first, slashes the month first.
const DATETIME: &str = concat!(
    r"\s*(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{1,4})",
    r"(?:[Tt ]\s*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d*)?)?)?(?:[Zz]|[-+]\d{1,2}(?::\d{1,2})?)?"
);
const TIMESPAN: &str = r"\s*-?(?:\d+\.\d{1,2}:\d{1,2}:\d{1,2}|\d{1,2}:\d{1,2}(?::\d{1,2})?)(?:\.\d*)?";

impl ParseTemplate {
    /// True when texts alone say where every value ends, so that searching for them is enough.
    pub fn is_plain(&self) -> bool {
        self.mode != ParseMode::Regex
            && (0..self.steps.len())
                .all(|at| !matches!(self.steps[at], ParseStep::Column(_)) || !self.is_before_any(at))
    }

    fn is_before_any(&self, at: usize) -> bool {
        matches!(self.steps.get(at + 1), Some(ParseStep::Any))
    }

    /// The pattern as one regular expression, a group for each column; the construct where what a column matches is not
    /// known. `across_lines` lets what lies between texts hold line ends.
    pub fn regex(&self, across_lines: bool) -> Result<String, &'static str> {
        let mut out = String::new();
        if self.mode == ParseMode::Regex {
            if !self.flags.is_empty() {
                out.extend(["(?", &self.flags, ")"]);
            }
        } else if across_lines {
            out.push_str("(?s)");
        }
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                ParseStep::Text(text) if self.mode == ParseMode::Regex => push_without_groups(text, &mut out),
                ParseStep::Text(text) => out.push_str(&regex::escape(text)),
                ParseStep::Any => out.push_str(".*?"),
                ParseStep::Column(ty) => out.extend(["(", &self.capture(at, *ty)?, ")"]),
            }
        }
        if self.mode != ParseMode::Regex {
            // The end of the text, not the end of its last line.
            out.push_str(r"\z");
        }
        Ok(out)
    }

    fn capture(&self, at: usize, ty: ScalarType) -> Result<String, &'static str> {
        if self.mode == ParseMode::Regex {
            return self.regex_capture(at, ty).map(str::to_owned);
        }
        if !self.is_before_any(at) {
            return Ok(".*?".to_owned());
        }
        let shape = match ty {
            ScalarType::Int | ScalarType::Long => WHOLE,
            ScalarType::Real | ScalarType::Decimal => r"\s*[-+]?(?:\d+\.?\d*|\.\d+)",
            ScalarType::Bool => r"\s*(?:(?i:true|false)|[-+]?\d+)",
            ScalarType::Guid => GUID,
            ScalarType::Datetime => return Err("parse of a datetime before '*'"),
            ScalarType::Timespan => return Err("parse of a timespan before '*'"),
            ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => {
                return Err("parse of a dynamic before '*'");
            }
        };
        // Behind the last star nothing has to fit any more.
        let is_last = at + 2 == self.steps.len();
        Ok(if is_last { format!("(?:{shape})?") } else { shape.to_owned() })
    }

    /// Greedy, or the shape of a typed value wherever it stands.
    fn regex_capture(&self, at: usize, ty: ScalarType) -> Result<&'static str, &'static str> {
        let is_erratic = at + 1 == self.steps.len() || self.flags.contains('U');
        Ok(match ty {
            ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => ".*",
            ScalarType::Int | ScalarType::Long => WHOLE,
            ScalarType::Real | ScalarType::Decimal => r"\s*[-+]?\d+(?:\.\d+)?",
            ScalarType::Bool => r"\s*(?i:true|false)",
            ScalarType::Guid => GUID,
            // Here Kusto's answer follows no shape.
            ScalarType::Datetime if is_erratic => return Err("parse kind=regex of a datetime at the end or with U"),
            ScalarType::Timespan if is_erratic => return Err("parse kind=regex of a timespan at the end or with U"),
            ScalarType::Datetime => DATETIME,
            ScalarType::Timespan => TIMESPAN,
        })
    }
}

/// Appends a regular expression whose groups capture nothing; a bracket without its partner is a character.
fn push_without_groups(pattern: &str, out: &mut String) {
    let partners = partners(pattern);
    let mut rest = pattern.char_indices();
    let mut in_class = false;
    while let Some((at, char)) = rest.next() {
        match char {
            '\\' => {
                out.push(char);
                out.extend(rest.next().map(|(_, escaped)| escaped));
            }
            '(' | ')' if !in_class && !partners.contains(&at) => out.extend(['\\', char]),
            '(' if !in_class => {
                let behind = &pattern[at + 1..];
                if is_named(behind) {
                    // The name goes too.
                    let _ = rest.by_ref().find(|(_, char)| *char == '>');
                }
                let captures = !behind.starts_with('?') || is_named(behind);
                out.push_str(if captures { "(?:" } else { "(" });
            }
            _ => {
                in_class = if in_class { char != ']' } else { char == '[' };
                out.push(char);
            }
        }
    }
}

fn is_named(behind: &str) -> bool {
    behind.starts_with("?P<") || behind.starts_with("?<") && !behind.starts_with("?<=") && !behind.starts_with("?<!")
}

/// Places of the brackets that have a partner.
fn partners(pattern: &str) -> Vec<usize> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    let mut in_class = false;
    let mut chars = pattern.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '(' if !in_class => open.push(at),
            ')' if !in_class => {
                if let Some(partner) = open.pop() {
                    found.extend([partner, at]);
                }
            }
            '[' if !in_class => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
    }
    found
}

/// How `parse-kv` finds keys and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyValuePattern {
    /// One for each column.
    pub keys: Vec<String>,
    pub by: KeyValueRule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValueRule {
    Delimiters {
        pair: String,
        key_value: String,
        /// What opens and closes a key or a value that may hold delimiters.
        quotes: Vec<(char, char)>,
        escapes: Vec<char>,
        /// A value goes on to the last delimiter of pairs before the next key.
        greedy: bool,
    },
    /// Whatever is no letter and no digit parts keys and values, save inside quotes.
    Words { quotes: Vec<(char, char)>, escapes: Vec<char> },
    /// Two groups: the key and the value.
    Regex(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_the_author_capture_nothing() {
        let rewritten = |pattern: &str| {
            let mut out = String::new();
            push_without_groups(pattern, &mut out);
            out
        };
        assert_eq!(rewritten(r"(a)\(b[(]"), r"(?:a)\(b[(]");
        assert_eq!(rewritten("(?P<name>x)(?i)(?:y)"), "(?:x)(?i)(?:y)");
        assert_eq!(rewritten(")a("), r"\)a\(");
    }
}
