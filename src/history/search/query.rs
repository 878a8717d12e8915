//! What one types into the search: words, and fields with conditions: `table:DeviceEvents cost>5s failed`.

use super::moment;
use crate::history::entry::Outcome;

/// The fields and words of a search with what they mean, for help and completion.
pub const FIELDS: &[(&str, &str)] = &[
    ("word", "in the query, its label, note, connection or error; also with letters left out"),
    ("\"two words\"", "as written"),
    ("!word", "not that; before any of these"),
    ("table:Name", "queries that read this table"),
    ("conn:name", "on this connection"),
    ("label:word", "with this in the label; label: alone has any"),
    ("note:word", "with this in the note"),
    ("error:word", "with this in what went wrong"),
    ("id:12", "this run"),
    ("cost>5s", "CPU time, or running time where CPU is not reported; also time cpu"),
    ("rows>0", "rows that came; also scanned"),
    ("mem>1gb", "peak of memory; also bytes: bytes read"),
    ("after:2d", "started later than two days ago; before: on: today yesterday 2025-03-17"),
    ("done failed stopped running cut", "how it ended"),
    ("pinned kept labelled noted partial", "what there is of it"),
];

/// A search, understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    pub(super) terms: Vec<Term>,
    /// What could not be understood and was left out, in words.
    pub faults: Vec<String>,
}

/// One condition; a run has to meet all of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) not: bool,
    pub(super) condition: Condition,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// In lower case; may be matched with letters left out unless it was quoted.
    Word {
        text: String,
        exact: bool,
    },
    Table(String),
    Connection(String),
    Label(String),
    Note(String),
    Error(String),
    Id(i64),
    Figure(Figure, Comparison, f64),
    /// Started within this span of time, its end not included.
    Started(i64, i64),
    Ended(Outcome),
    Is(Quality),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// CPU time, else running time.
    Cost,
    Time,
    Cpu,
    Rows,
    Scanned,
    Memory,
    Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    Pinned,
    Kept,
    Labelled,
    Noted,
    Partial,
}

impl Query {
    /// Understands what was typed. Never fails: what has no meaning yet, as while one is typing it, is left out and
    /// said. `now` is in microseconds since 1970-01-01T00:00:00Z.
    pub fn parse(text: &str, now: i64) -> Self {
        let mut query = Self::default();
        for (not, piece, quoted) in pieces(text) {
            if piece.is_empty() {
                continue;
            }
            let understood = if quoted { Ok(Some(Condition::exact(&piece))) } else { condition(&piece, now) };
            match understood {
                Ok(Some(condition)) => query.terms.push(Term { not, condition }),
                Ok(None) => {}
                Err(fault) => query.faults.push(fault),
            }
        }
        query
    }

    /// True when every run meets it.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

impl Condition {
    fn exact(text: &str) -> Self {
        Self::Word { text: text.to_lowercase(), exact: true }
    }
}

impl Comparison {
    pub(super) fn holds(self, value: f64, wanted: f64) -> bool {
        match self {
            Self::Less => value < wanted,
            Self::AtMost => value <= wanted,
            Self::Equal => (value - wanted).abs() < f64::EPSILON * wanted.abs().max(1.0),
            Self::AtLeast => value >= wanted,
            Self::More => value > wanted,
        }
    }
}

/// The pieces between blanks, each with whether `!` stands before it and whether it is quoted: what stands in double
/// quotes is one piece. A quote that is still open ends with the text.
fn pieces(text: &str) -> Vec<(bool, String, bool)> {
    let (mut out, mut piece) = (Vec::new(), Piece::default());
    for char in text.chars() {
        match char {
            '"' if piece.in_quotes => {
                piece.in_quotes = false;
                if piece.quoted {
                    out.push(piece.take());
                }
            }
            '"' if piece.text.is_empty() => (piece.in_quotes, piece.quoted) = (true, true),
            // `label:"two words"`
            '"' if piece.text.ends_with(':') => piece.in_quotes = true,
            '!' if piece.text.is_empty() && !piece.quoted && !piece.not => piece.not = true,
            it if it.is_whitespace() && !piece.in_quotes => out.push(piece.take()),
            it => piece.text.push(it),
        }
    }
    out.push(piece.take());
    out
}

/// A piece that is being read.
#[derive(Default)]
struct Piece {
    not: bool,
    text: String,
    quoted: bool,
    in_quotes: bool,
}

impl Piece {
    fn take(&mut self) -> (bool, String, bool) {
        let Self { not, text, quoted, .. } = std::mem::take(self);
        (not, text, quoted)
    }
}

fn condition(piece: &str, now: i64) -> Result<Option<Condition>, String> {
    if let Some(plain) = plain_word(piece) {
        return Ok(Some(plain));
    }
    if let Some(compared) = compared(piece) {
        return compared;
    }
    if let Some((field, value)) = piece.split_once(':')
        && let Some(found) = of_field(field, value, now)
    {
        return found;
    }
    if let Some(id) = piece.strip_prefix('#').and_then(|it| it.parse().ok()) {
        return Ok(Some(Condition::Id(id)));
    }
    // `kind:inner` and `https://…` are in queries too.
    Ok(Some(Condition::Word { text: piece.to_lowercase(), exact: false }))
}

/// A word that says something of a run as a whole.
fn plain_word(piece: &str) -> Option<Condition> {
    let word = piece.strip_prefix("is:").unwrap_or(piece).to_ascii_lowercase();
    Some(match word.as_str() {
        "done" | "ok" => Condition::Ended(Outcome::Rows),
        "failed" => Condition::Ended(Outcome::Failed),
        "stopped" | "cancelled" => Condition::Ended(Outcome::Cancelled),
        "running" => Condition::Ended(Outcome::Running),
        "cut" | "interrupted" => Condition::Ended(Outcome::Interrupted),
        "pinned" => Condition::Is(Quality::Pinned),
        "kept" => Condition::Is(Quality::Kept),
        "labelled" | "labeled" => Condition::Is(Quality::Labelled),
        "noted" => Condition::Is(Quality::Noted),
        "partial" | "truncated" => Condition::Is(Quality::Partial),
        _ => return None,
    })
}

/// `cost>5s`, `rows=0`, `mem>=1gb`; `None` when the piece is no comparison of a figure.
fn compared(piece: &str) -> Option<Result<Option<Condition>, String>> {
    let at = piece.find(['<', '>', '='])?;
    let (name, rest) = piece.split_at(at);
    let (figure, read, example): (_, fn(&str) -> Option<f64>, _) = match name.to_ascii_lowercase().as_str() {
        "cost" => (Figure::Cost, moment::duration, "5s or 200ms"),
        "time" | "elapsed" => (Figure::Time, moment::duration, "5s or 200ms"),
        "cpu" => (Figure::Cpu, moment::duration, "5s or 200ms"),
        "rows" => (Figure::Rows, moment::count, "0 or 10k"),
        "scanned" => (Figure::Scanned, moment::count, "0 or 10k"),
        "mem" | "memory" => (Figure::Memory, moment::bytes, "200mb or 1gb"),
        "bytes" | "read" => (Figure::Bytes, moment::bytes, "200mb or 1gb"),
        _ => return None,
    };
    let (comparison, value) = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("==", Comparison::Equal),
        ("<", Comparison::Less),
        (">", Comparison::More),
        ("=", Comparison::Equal),
    ]
    .into_iter()
    .find_map(|(sign, it)| Some((it, rest.strip_prefix(sign)?)))?;
    Some(match read(&value.to_ascii_lowercase()) {
        Some(value) => Ok(Some(Condition::Figure(figure, comparison, value))),
        None => Err(format!("{piece}: an amount like {example} belongs behind {name}")),
    })
}

/// `table:…` and its like; `None` when there is no field of that name.
fn of_field(field: &str, value: &str, now: i64) -> Option<Result<Option<Condition>, String>> {
    let lower = value.to_lowercase();
    // A field without a value is still being typed; a label or a note may just be asked to be there.
    let text = |make: fn(String) -> Condition| Ok((!lower.is_empty()).then(|| make(lower.clone())));
    let started = |make: fn((i64, i64)) -> (i64, i64)| {
        let span = moment::span(&lower, now).map(make);
        let example = format!("{field}:{value}: a time like 2d, yesterday or 2025-03-17 belongs behind {field}:");
        if value.is_empty() { Ok(None) } else { span.map(|it| Some(Condition::Started(it.0, it.1))).ok_or(example) }
    };
    Some(match field.to_ascii_lowercase().as_str() {
        "table" => text(Condition::Table),
        "conn" | "connection" => text(Condition::Connection),
        "label" => Ok(Some(Condition::Label(lower))),
        "note" => Ok(Some(Condition::Note(lower))),
        "error" => text(Condition::Error),
        "text" | "query" => Ok((!lower.is_empty()).then(|| Condition::exact(&lower))),
        "id" if value.is_empty() => Ok(None),
        "id" => {
            value.parse().map(|it| Some(Condition::Id(it))).map_err(|_| format!("id:{value}: a number belongs here"))
        }
        "after" | "since" => started(|(from, _)| (from, i64::MAX)),
        "before" | "until" => started(|(from, _)| (i64::MIN, from)),
        "on" => started(|(from, to)| (from, to.max(from + 1))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<Condition> {
        Query::parse(text, 0).terms.into_iter().map(|it| it.condition).collect()
    }

    #[test]
    fn words_and_fields_are_told_apart() {
        let word = |text: &str, exact| Condition::Word { text: text.into(), exact };
        assert_eq!(
            terms("table:DeviceEvents cost>5s failed"),
            [
                Condition::Table("deviceevents".into()),
                Condition::Figure(Figure::Cost, Comparison::More, 5e6),
                Condition::Ended(Outcome::Failed),
            ]
        );
        assert_eq!(
            terms("Beacon \"failed logons\" kind:inner"),
            [word("beacon", false), word("failed logons", true), word("kind:inner", false)]
        );
        assert_eq!(
            terms("label:\"word child\" rows>=1k"),
            [Condition::Label("word child".into()), Condition::Figure(Figure::Rows, Comparison::AtLeast, 1000.0)]
        );
        assert_eq!(terms("#12 id:7"), [Condition::Id(12), Condition::Id(7)]);
        assert!(Query::parse("!failed", 0).terms[0].not);
        assert_eq!(terms("a==b"), [word("a==b", false)]);
    }

    #[test]
    fn what_is_still_being_typed_is_left_out_and_said() {
        for text in ["table:", "conn:", "!", "\"", "after:", "id:", " "] {
            let query = Query::parse(text, 0);
            assert!(query.is_empty() && query.faults.is_empty(), "{text}: {query:?}");
        }
        for text in ["cost>", "cost>abc", "after:soon", "rows>5s", "id:x"] {
            let query = Query::parse(text, 0);
            assert!(query.is_empty() && query.faults.len() == 1, "{text}: {query:?}");
        }
    }
}
