//! Texts: what has a form that gives it away, and words that a column has made known.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::{Captures, Regex};
use url::Url;

use super::columns::class_of;
use super::json;
use super::names::{Class, Names};
use crate::kql::{self, SyntaxKind};

/// Words that a phrase to look for may have.
const MAX_ATOMS: usize = 12;
/// JSON inside of texts inside of JSON is followed so deep.
const MAX_DEPTH: usize = 8;

/// The forms, the greediest first. Which of them a match really is, is decided by reading it.
static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    let guid = r"(?P<guid>[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})";
    let sid = r"(?P<sid>\b[Ss]-1-\d+(?:-\d+)+)";
    let mail = r"(?P<mail>[\p{L}\p{N}._%+'#-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)";
    let home = r#"(?P<home>(?i:[\\/]+users[\\/]+|\\+documents and settings\\+))(?P<owner>[^\\/:*?"'<>|\r\n\t]+)"#;
    let unix = r#"(?P<unix>/home/+)(?P<dweller>[^\\/:*?"'<>|\s]+)"#;
    let hardware = r"(?P<hardware>\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b|\b(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}\b)";
    let six = r"(?P<six>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:[0-9.]{7,15})?)";
    let four = r"(?P<four>\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b)";
    let account = r"(?P<account>\b[A-Z][A-Z0-9-]{1,14}\\{1,2}[\p{L}\p{N}][\p{L}\p{N}._$-]+)";
    Regex::new(&[guid, sid, mail, home, unix, hardware, six, four, account].join("|"))
        .expect("the forms are an expression")
});

/// Roots of the registry, which look like domains.
const ROOTS: [&str; 6] = ["HKLM", "HKCU", "HKCR", "HKU", "HKCC", "SYSTEM"];

/// A value of a column, or of an object's member.
pub(super) fn of_value(column: &str, value: &str, names: &mut Names, depth: usize) -> String {
    let may_be_json = depth < MAX_DEPTH && value.trim_start().starts_with(['{', '[']);
    if may_be_json && json::kind_of(value.as_bytes()) == json::Kind::Whole {
        let inner = json::rewrite_inner(value.as_bytes(), names, column, depth + 1);
        return String::from_utf8_lossy(&inner).into_owned();
    }
    let Some(class) = class_of(column) else { return of_text(value, names) };
    if value.trim().is_empty() {
        return value.to_owned();
    }
    // Some columns hold ids or addresses where their name promises a name.
    if let Some(found) = FORMS.captures(value)
        && found.get(0).is_some_and(|it| it.range() == (0..value.len()))
        && found.name("mail").is_none()
        && found.name("account").is_none()
    {
        return form(&found, value, names).unwrap_or_else(|| value.to_owned());
    }
    match class {
        Class::User => names.user(value),
        Class::Host => names.host(value),
        Class::Domain => names.domain(value),
        other => names.simple(other, value),
    }
}

/// Any text: its forms, and between them the words that are known.
pub(super) fn of_text(text: &str, names: &mut Names) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut from = 0;
    while let Some(found) = FORMS.captures_at(text, from) {
        let whole = found.get(0).expect("a match is there").range();
        match form(&found, text, names) {
            Some(replacement) => {
                words(&text[at..whole.start], names, &mut out);
                out.push_str(&replacement);
                at = whole.end;
                from = whole.end;
            }
            // It only looked like one: what is inside may still be one.
            None => from = next_char(text, whole.start),
        }
        if from >= text.len() {
            break;
        }
    }
    words(&text[at..], names, &mut out);
    out
}

fn next_char(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(text.len(), |it| at + it.len_utf8())
}

/// The replacement of a match, if it is what it looks like.
fn form(found: &Captures<'_>, text: &str, names: &mut Names) -> Option<String> {
    let whole = found.get(0)?;
    let before = text[..whole.start()].chars().next_back();
    let after = text[whole.end()..].chars().next();
    let is_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
    if let Some(guid) = found.name("guid") {
        return (!is_word(before) && !is_word(after)).then(|| names.guid(guid.as_str()));
    }
    if let Some(sid) = found.name("sid") {
        return Some(names.sid(sid.as_str()));
    }
    if let Some(mail) = found.name("mail") {
        return Some(names.user(mail.as_str()));
    }
    if let (Some(home), Some(owner)) = (found.name("home"), found.name("owner")) {
        // Outside of paths a sentence may go on behind the name.
        return Some(format!("{}{}", home.as_str(), names.user(owner.as_str())));
    }
    if let (Some(unix), Some(owner)) = (found.name("unix"), found.name("dweller")) {
        return Some(format!("{}{}", unix.as_str(), names.user(owner.as_str())));
    }
    if let Some(hardware) = found.name("hardware") {
        return (before != Some(':') && after != Some(':')).then(|| names.hardware(hardware.as_str()));
    }
    if let Some(six) = found.name("six") {
        let inside = is_word(before) || before == Some(':') || is_word(after);
        let ip: Ipv6Addr = six.as_str().parse().ok().filter(|_| !inside)?;
        return Some(names.ipv6(ip));
    }
    if let Some(four) = found.name("four") {
        let inside = before == Some('.') && text[..whole.start()].ends_with(|it: char| it == '.' || it.is_numeric());
        let longer = after == Some('.') && text[whole.end() + 1..].starts_with(|it: char| it.is_ascii_digit());
        let ip: Ipv4Addr = four.as_str().parse().ok().filter(|_| !inside && !longer)?;
        return Some(names.ipv4(ip));
    }
    let account = found.name("account")?.as_str();
    let domain = account.split('\\').next()?;
    // A part of a path or a key of the registry is no account.
    let in_path = matches!(before, Some('\\' | '/' | ':')) || matches!(after, Some('\\' | '/' | ':'));
    let is_account = !in_path && !ROOTS.contains(&domain) && !account.starts_with("HKEY");
    is_account.then(|| names.user(account))
}

/// Replaces known words; the longest sequence of them that is known counts.
fn words(text: &str, names: &mut Names, out: &mut String) {
    let atoms = atoms(text);
    let (mut at, mut idx) = (0, 0);
    while idx < atoms.len() {
        let start = atoms[idx].0;
        if names.begins(&text[start..atoms[idx].1].to_lowercase()) {
            let last = (idx + MAX_ATOMS).min(atoms.len());
            let found = (idx..last).rev().find_map(|end| {
                let replacement = names.word(&text[start..atoms[end].1].to_lowercase())?;
                Some((end, replacement))
            });
            if let Some((end, replacement)) = found {
                out.push_str(&text[at..start]);
                out.push_str(&replacement);
                at = atoms[end].1;
                idx = end;
            }
        }
        idx += 1;
    }
    out.push_str(&text[at..]);
}

/// Runs of letters and digits. What a percent sign stands for in an address ends a run.
fn atoms(text: &str) -> Vec<(usize, usize)> {
    let mut atoms = Vec::new();
    let (mut start, mut at) = (None, 0);
    while let Some(char) = text[at..].chars().next() {
        let is_escape =
            char == '%' && text.as_bytes().get(at + 1..at + 3).is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit));
        match (char.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                atoms.push((from, at));
                start = None;
            }
            _ => {}
        }
        at += if is_escape { 3 } else { char.len_utf8() };
    }
    atoms.extend(start.map(|from| (from, text.len())));
    atoms
}

/// A query: its literals and comments are texts, and a literal may be compared with a column that says what it is.
/// Names and operators stay.
pub(super) fn of_query(query: &str, names: &mut Names) -> String {
    let tree = kql::parse(query);
    let mut out = String::with_capacity(query.len());
    let mut column = "";
    for leaf in tree.leaves() {
        let text = leaf.text();
        match leaf.kind() {
            SyntaxKind::StringLiteral => out.push_str(&literal(column, text, names)),
            kind if kind.is_trivia() => out.push_str(&of_text(text, names)),
            SyntaxKind::Identifier => {
                column = text;
                out.push_str(text);
            }
            _ => out.push_str(&guids(text, names)),
        }
    }
    out
}

/// A string literal as it stands in the query. What it is compared with decides when its whole content is a value. One
/// with escapes is read and written anew, since a letter of an escape must not hide the word behind it.
fn literal(column: &str, text: &str, names: &mut Names) -> String {
    match (quoted(text), kql::string_value(text)) {
        (Some((open, inside, close)), Some(value)) if inside == value => {
            format!("{open}{}{close}", content(column, inside, names))
        }
        (_, Some(value)) => {
            let scrubbed = content(column, &value, names);
            if scrubbed == value { text.to_owned() } else { kql::string_literal(&scrubbed) }
        }
        (_, None) => of_text(text, names),
    }
}

fn content(column: &str, value: &str, names: &mut Names) -> String {
    let scrubbed = of_text(value, names);
    // What is split or joined with is no name.
    let has_letters = value.chars().filter(|it| it.is_alphanumeric()).count() > 1;
    let is_value = scrubbed == value && has_letters && class_of(column).is_some();
    // A pattern is no name; neither is a part of one, but then it only is replaced here and finds nothing.
    if is_value && !value.contains('*') { of_value(column, value, names, MAX_DEPTH) } else { scrubbed }
}

/// Opening quote with what stands before it, content, closing quote.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(['"', '\''])?;
    let quote = &text[start..=start];
    let end = text.rfind(quote).filter(|it| *it > start)?;
    Some((&text[..=start], &text[start + 1..end], &text[end..]))
}

/// GUIDs may stand outside of literals.
fn guids(text: &str, names: &mut Names) -> String {
    if text.len() < 36 { text.to_owned() } else { of_text(text, names) }
}

/// The address of a service. Hosts of Microsoft's services are the same for everyone; a cluster's name is not.
pub(super) fn of_address(address: &str, names: &mut Names) -> String {
    let Ok(url) = Url::parse(address) else { return of_text(address, names) };
    let host = url.host_str().unwrap_or_default().to_owned();
    let same_for_all =
        ["microsoft.com", "microsoft.us", "loganalytics.io", "loganalytics.azure.com", "loganalytics.us"]
            .iter()
            .any(|it| host.strip_suffix(it).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if same_for_all || matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") {
        return address.to_owned();
    }
    let (name, domain) = host.split_once('.').unwrap_or((&host, ""));
    let name = names.simple(Class::Host, name);
    let domain = if domain.is_empty() { String::new() } else { format!(".{domain}") };
    format!("{}://{name}{domain}", url.scheme())
}
