//! Where a name of one query is made and used, and giving it another one.
//!
//! Only names that the text itself makes can be renamed: those of `let`, `as`, `declare` and the parameters of
//! functions. A renaming is tried out first: when any name of the new text would mean something else than before, it
//! is refused, since a query that answers something else in silence is the worst that could come of it.

use super::{Context, Facts, Inspection, NameFact, Severity, Span, TextEdit, apply_edits, inspect, quoted_name};

/// Kusto takes no longer names, in characters.
const MAX_NAME: usize = 1024;

/// The place where the name at an offset is made, in this text.
pub fn definition(text: &str, offset: usize, context: &Context<'_>) -> Option<Span> {
    definition_in(&inspect(text, context).facts, offset)
}

/// The places of the name at an offset, the one that makes it among them, in text order. For a name that the text does
/// not make (a table, a function, a column) these are the places of that name with that meaning.
pub fn references(text: &str, offset: usize, context: &Context<'_>) -> Vec<Span> {
    let facts = inspect(text, context).facts;
    if let Some(definition) = definition_in(&facts, offset) {
        return places(&facts, &definition);
    }
    let Some(at) = facts.name_at(offset) else { return Vec::new() };
    let same = facts.names.iter().filter(|it| it.meaning == at.meaning && it.name == at.name);
    sorted(same.filter(|it| it.definition.is_none()).map(|it| it.span.clone()).collect())
}

/// The edits that give the name at an offset another one, wherever it stands; written in brackets where it needs them.
/// Fails, and says why in one sentence, when there is nothing to rename or the new name cannot be had.
pub fn rename(text: &str, offset: usize, new_name: &str, context: &Context<'_>) -> Result<Vec<TextEdit>, String> {
    let new_name = plain_name(new_name)?;
    let before = inspect(text, context);
    let Some(definition) = definition_in(&before.facts, offset) else {
        return Err(match before.facts.name_at(offset) {
            Some(name) => format!("'{}' is not named by this text, so it cannot be renamed", name.name),
            None => "there is no name here that let, as, declare or a function gives".to_owned(),
        });
    };
    if let Some(error) = before.tree.errors().first() {
        return Err(format!("this query cannot be read completely, so nothing in it is renamed: {}", error.message));
    }
    let own = before.facts.variables.iter().find(|it| it.definition == definition);
    if own.is_some_and(|it| it.name == new_name) {
        return Ok(Vec::new());
    }
    let visible = own.map_or(0..usize::MAX, |it| it.visible.clone());
    let overlaps = |it: &Span| it.start < visible.end && visible.start < it.end;
    if before.facts.variables.iter().any(|it| it.name == new_name && overlaps(&it.visible)) {
        return Err(format!("'{new_name}' is taken: this query gives that name to something else"));
    }
    let written = quoted_name(&new_name);
    let spans = places(&before.facts, &definition);
    let edits: Vec<_> = spans.into_iter().map(|span| TextEdit { span, text: written.clone() }).collect();
    let after = inspect(&apply_edits(text, &edits), context);
    match changed_meaning(&before, &after, &edits) {
        None => Ok(edits),
        Some(at) => {
            let line = text[..at.min(text.len())].matches('\n').count() + 1;
            Err(format!("'{new_name}' would mean something else on line {line}"))
        }
    }
}

/// What can be renamed at an offset: the place under the cursor and the name without brackets.
pub fn renamable(text: &str, offset: usize, context: &Context<'_>) -> Option<(Span, String)> {
    let facts = inspect(text, context).facts;
    let definition = definition_in(&facts, offset)?;
    let here = places(&facts, &definition).into_iter().find(|it| touches(it, offset))?;
    let variable = facts.variables.iter().find(|it| it.definition == definition);
    let name = variable.map(|it| &it.name).or_else(|| facts.name_at(offset).map(|it| &it.name))?;
    Some((here, name.clone()))
}

/// A name as it was typed, without the brackets that one may have typed around it.
fn plain_name(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    let inner = typed.strip_prefix('[').and_then(|it| it.strip_suffix(']')).map(str::trim);
    let unquoted = inner.and_then(|it| {
        let quote = it.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
        it.strip_prefix(quote)?.strip_suffix(quote)
    });
    let name = unquoted.unwrap_or(typed);
    if name.trim().is_empty() {
        return Err("a name needs at least one character".to_owned());
    }
    if let Some(bad) = name.chars().find(|it| it.is_control() || matches!(it, '\u{2028}' | '\u{2029}')) {
        return Err(format!("a name cannot contain the control character U+{:04X}", u32::from(bad)));
    }
    if name.chars().count() > MAX_NAME {
        return Err(format!("a name has at most {MAX_NAME} characters"));
    }
    Ok(name.to_owned())
}

fn touches(span: &Span, offset: usize) -> bool {
    span.start <= offset && offset <= span.end
}

fn definition_in(facts: &Facts, offset: usize) -> Option<Span> {
    let made_here = facts.variables.iter().map(|it| &it.definition).find(|it| touches(it, offset));
    made_here.cloned().or_else(|| facts.name_at(offset)?.definition.clone())
}

fn places(facts: &Facts, definition: &Span) -> Vec<Span> {
    let uses = facts.names.iter().filter(|it| it.definition.as_ref() == Some(definition)).map(|it| it.span.clone());
    sorted(uses.chain([definition.clone()]).collect())
}

fn sorted(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|it| (it.start, it.end));
    spans.dedup();
    spans
}

/// Where the text after the edits is understood otherwise than before them: a place of the text before.
fn changed_meaning(before: &Inspection, after: &Inspection, edits: &[TextEdit]) -> Option<usize> {
    let moved = |span: &Span| moved(span, edits);
    let meaning = |it: &NameFact, place: Span, definition: Option<Span>| (place, it.meaning, definition);
    let mut old: Vec<_> = before
        .facts
        .names
        .iter()
        .map(|it| (meaning(it, moved(&it.span), it.definition.as_ref().map(moved)), it.span.start))
        .collect();
    let mut new: Vec<_> =
        after.facts.names.iter().map(|it| meaning(it, it.span.clone(), it.definition.clone())).collect();
    let key = |it: &(Span, _, _)| (it.0.start, it.0.end);
    old.sort_by_key(|it| key(&it.0));
    new.sort_by_key(key);
    if let Some((differs, _)) = old.iter().zip(&new).find(|(old, new)| old.0 != **new) {
        return Some(differs.1);
    }
    let errors = |it: &Inspection| {
        let found = it.analysis.diagnostics.iter().filter(|it| it.severity <= Severity::Refusal);
        found.map(|it| (it.code, it.span.start)).collect::<Vec<_>>()
    };
    let (old_errors, new_errors) = (errors(before), errors(after));
    let same = old.len() == new.len() && old_errors.iter().map(|it| it.0).eq(new_errors.iter().map(|it| it.0));
    (!same).then(|| edits.first().map_or(0, |it| it.span.start))
}

/// Where a span of the text stands after the edits; one that is replaced has the new text's length.
fn moved(span: &Span, edits: &[TextEdit]) -> Span {
    let shift = |offset: usize, includes_end: bool| {
        let done =
            edits.iter().take_while(|it| if includes_end { it.span.end <= offset } else { it.span.end <= span.start });
        let (mut grown, mut shrunk) = (0, 0);
        for edit in done {
            grown += edit.text.len();
            shrunk += edit.span.len();
        }
        offset + grown - shrunk
    };
    shift(span.start, false)..shift(span.end, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::{ColumnSymbol, ScalarType, Schema, TableSymbol};

    fn schema() -> Schema {
        let mut schema = Schema::default();
        let columns = [("Timestamp", ScalarType::Datetime), ("DeviceName", ScalarType::String)];
        let columns: Vec<_> = columns.into_iter().map(|(name, ty)| ColumnSymbol::new(name, ty)).collect();
        for name in ["DeviceInfo", "DeviceEvents"] {
            let columns = columns.clone().into();
            schema.insert(TableSymbol { name: name.to_owned(), columns, description: String::new() });
        }
        schema
    }

    /// The text without its `§`, and where that stood.
    fn marked(text: &str) -> (String, usize) {
        (text.replace('§', ""), text.find('§').unwrap())
    }

    fn renamed(text: &str, name: &str) -> Result<String, String> {
        let (text, offset) = marked(text);
        let schema = schema();
        rename(&text, offset, name, &Context::new(&schema, 0, None)).map(|edits| apply_edits(&text, &edits))
    }

    #[test]
    fn a_name_is_found_where_it_is_made() {
        let schema = schema();
        let context = Context::new(&schema, 0, None);
        for (text, expected) in [
            ("let cutoff = ago(7d); DeviceInfo | where Timestamp > cut§off", Some("cutoff")),
            ("let cut§off = ago(7d); DeviceInfo | where Timestamp > cutoff", Some("cutoff")),
            ("let t = DeviceInfo; union t, §t", Some("t")),
            ("declare query_parameters(n:long = 5); DeviceInfo | take n§", Some("n")),
            ("let ['two words'] = 5; print ['two§ words']", Some("['two words']")),
            ("DeviceInfo | where Device§Name == ''", None),
            ("print '§'", None),
            ("§", None),
        ] {
            let (text, offset) = marked(text);
            let found = definition(&text, offset, &context);
            assert_eq!(found.clone().map(|it| &text[it]), expected, "{text}");
            assert!(found.is_none_or(|it| it.start < 30), "the first place, {text}");
        }
    }

    #[test]
    fn references_are_all_places_of_one_thing() {
        let schema = schema();
        let context = Context::new(&schema, 0, None);
        for (text, n) in [
            ("let n = 5; let m = §n; print n + m", 3),
            ("let §unused = 5; print 1", 1),
            ("§DeviceInfo | union DeviceInfo, DeviceEvents", 2),
            ("DeviceInfo | where Device§Name != '' | project DeviceName", 2),
            ("print 1 + §2", 0),
        ] {
            let (text, offset) = marked(text);
            assert_eq!(references(&text, offset, &context).len(), n, "{text}");
        }
    }

    #[test]
    fn renaming_writes_every_place() {
        for (text, name, expected) in [
            ("let n = 5; print §n, n", "many", "let many = 5; print many, many"),
            ("let n = 5; print n§", "two words", "let ['two words'] = 5; print ['two words']"),
            ("let n = 5; print n§", "['two words']", "let ['two words'] = 5; print ['two words']"),
            ("let ['two words'] = 5; print ['two words'§]", "plain", "let plain = 5; print plain"),
            ("let t§ = DeviceInfo; t | join t on DeviceName", "d", "let d = DeviceInfo; d | join d on DeviceName"),
            ("let n = 5; print §n // n", "n", "let n = 5; print n // n"),
        ] {
            assert_eq!(renamed(text, name).as_deref(), Ok(expected), "{text} → {name}");
        }
    }

    #[test]
    fn what_would_change_the_answer_is_refused_by_name() {
        for (text, name, expected) in [
            ("let n = 5; let m = 6; print §n + m", "m", "'m' is taken: this query gives that name to something else"),
            ("let n = 5; print §n", " ", "a name needs at least one character"),
            ("let n = 5; print §n", "a\u{7}", "a name cannot contain the control character U+0007"),
            (
                "let d§ = 'x';\nDeviceInfo | where DeviceName == d",
                "DeviceName",
                "'DeviceName' would mean something else on line 2",
            ),
            (
                "let t§ = DeviceInfo;\nunion t, DeviceEvents",
                "DeviceEvents",
                "'DeviceEvents' would mean something else on line 2",
            ),
            ("Device§Info | take 5", "x", "'DeviceInfo' is not named by this text, so it cannot be renamed"),
            ("print 1 §", "x", "there is no name here that let, as, declare or a function gives"),
        ] {
            assert_eq!(renamed(text, name), Err(expected.to_owned()), "{text} → {name}");
        }
        assert!(renamed("let n = 5; print §n, (", "m").unwrap_err().starts_with("this query cannot be read"));
    }
}
