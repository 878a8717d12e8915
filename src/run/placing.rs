//! Where in a query the mistake is that a service speaks of.
//!
//! The hunting APIs name what they do not know but not where it stands; Kusto and Log Analytics say line and column of
//! some mistakes. Our own analysis of the text knows where its names are. It only shows the place: what is wrong is in
//! the service's words.

use crate::kql::{self, Class, Context, Diagnostic, Schema, Severity, Span};
use crate::remote::{Place, RemoteError, RemoteErrorKind};

/// Findings in the text for a query that a service refused: one, or none where no place is found.
pub(super) fn place(error: &RemoteError, text: &str, schema: &Schema, now: i64) -> Vec<Diagnostic> {
    if error.kind != RemoteErrorKind::Query {
        return Vec::new();
    }
    let ours = kql::analyze(text, &Context::new(schema, now, None)).diagnostics;
    let mut ours = ours.into_iter().filter(|it| it.severity == Severity::Error);
    let (span, hint) = match &error.place {
        Some(Place::At { line, column, token }) => match at(text, *line, *column, token.as_deref()) {
            Some(span) => (span, None),
            None => return Vec::new(),
        },
        Some(Place::Name(name)) => match ours.find(|it| is_about(it, name, text)) {
            Some(same) => (same.span, same.hint),
            None => match first_use(text, name) {
                Some(span) => (span, None),
                None => return Vec::new(),
            },
        },
        // The service names nothing: it found a mistake, and so did we.
        None => match ours.next() {
            Some(first) => (first.span, first.hint.or(Some(first.message))),
            None => return Vec::new(),
        },
    };
    let diagnostic = Diagnostic::error(code_of(&error.message), span, error.message.clone());
    vec![Diagnostic { hint, ..diagnostic }]
}

/// The column by which every table that the text names can be narrowed to a time range. `None` when they do not have
/// one in common, or a table is not known.
pub(super) fn time_column<'s>(text: &str, schema: &'s Schema) -> Option<&'s str> {
    let mut common = None;
    for (span, _) in kql::highlight(text).into_iter().filter(|(_, class)| *class == Class::Table) {
        let table = schema.table(bare(&text[span]))?;
        let column = table.columns[table.time_column()?].name.as_str();
        if *common.get_or_insert(column) != column {
            return None;
        }
    }
    common
}

/// A name without brackets and quotes around it.
fn bare(name: &str) -> &str {
    name.trim_matches(['[', ']', '\'', '"', ' '])
}

/// True when our finding stands at this name.
fn is_about(finding: &Diagnostic, name: &str, text: &str) -> bool {
    text.get(finding.span.clone()).is_some_and(|it| bare(it) == name) || finding.message.contains(&format!("'{name}'"))
}

/// The first place where the text uses the name as a name.
fn first_use(text: &str, name: &str) -> Option<Span> {
    let classes = kql::highlight(text).into_iter();
    let mut names = classes.filter(|(_, class)| !matches!(class, Class::Comment | Class::String));
    names.find(|(span, _)| bare(&text[span.clone()]) == name).map(|(span, _)| span)
}

/// The token at a line and column. Whether columns count from 0 or 1, and in bytes or characters, differs; the token
/// that the service quotes, where it is nearest, is right either way.
fn at(text: &str, line: usize, column: usize, token: Option<&str>) -> Option<Span> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let row = text.get(start..)?.split('\n').next()?;
    let offset = row.char_indices().nth(column).map_or(row.len(), |(offset, _)| offset);
    if let Some(token) = token.filter(|it| !it.is_empty()) {
        let found = row.match_indices(token).min_by_key(|(at, _)| at.abs_diff(offset));
        if let Some((at, token)) = found {
            return Some(start + at..start + at + token.len());
        }
    }
    let at = start + offset;
    let covers = |span: &Span| span.start <= at && at < span.end;
    let token = kql::highlight(text).into_iter().map(|(span, _)| span).find(covers);
    // At the end of the line there is nothing to point at but what stands before it.
    let last = || row.char_indices().next_back().map(|(last, it)| start + last..start + last + it.len_utf8());
    token.or_else(|| row[offset..].chars().next().map(|it| at..at + it.len_utf8())).or_else(last)
}

/// Kusto's code where its message begins with one that we know.
fn code_of(message: &str) -> &'static str {
    const CODES: [&str; 4] = ["SYN0001", "SYN0002", "SEM0100", "SEM0019"];
    CODES.into_iter().find(|code| message.starts_with(code)).unwrap_or("TLY0003")
}

#[cfg(test)]
mod tests {
    use super::{at, first_use, time_column};
    use crate::schema;

    #[test]
    fn a_place_is_found_however_columns_are_counted() {
        let text = "DeviceEvents\n| where é == 1 invalid\n| take 1";
        let token = text.find("invalid").unwrap();
        for column in 12..16 {
            assert_eq!(at(text, 2, column, Some("invalid")), Some(token..token + 7), "{column}");
        }
        assert_eq!(at(text, 2, 15, None), Some(token..token + 7));
        assert_eq!(at(text, 1, 99, None), Some(11..12), "behind the end of a line its last character");
        assert_eq!(at(text, 0, 1, None), None);
        assert_eq!(at(text, 9, 1, None), None);
        assert_eq!(at("", 1, 0, None), None);
    }

    #[test]
    fn a_name_in_a_string_or_comment_is_no_use_of_it() {
        let text = "// Foo\nprint s = 'Foo', Foo";
        assert_eq!(first_use(text, "Foo"), Some(text.rfind("Foo").unwrap()..text.len()));
        assert_eq!(first_use(text, "Bar"), None);
    }

    #[test]
    fn one_time_column_for_all_tables() {
        let known = schema::advanced_hunting();
        assert_eq!(time_column("DeviceEvents | join (DeviceInfo) on DeviceId", known), Some("Timestamp"));
        assert_eq!(time_column("DeviceEvents | union StormEvents", known), None);
        assert_eq!(time_column("print 1", known), None);
    }
}
