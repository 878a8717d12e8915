//! What the body of a refusal says: the envelopes of all services, and whatever stands in their place.
//!
//! - Defender, MDE: `{"error":{"code","message","target"}}`
//! - Graph: the same with `innerError`, which holds the ids that its support asks for
//! - Kusto (`OneApiError`): `code`, `message`, `@message`, `@type`, `@context`, and an `innererror` with `@line`, `@pos`
//! - Log Analytics: errors inside errors, the innermost with `line` and `pos`
//! - sign-in in between: `{"error":"invalid_token","error_description":…}`; a gateway: a web page; nothing at all

use serde_json::Value;

/// How much of a service's words is quoted, in characters.
const MAX_QUOTE: usize = 600;
/// Errors inside errors that are looked at.
const MAX_DEPTH: usize = 10;
/// What services say around the reason, in lower case.
const GENERIC: &[&str] = &[
    "",
    "please retry after",
    "the request had some invalid properties",
    "request is invalid and cannot be executed",
    "a recognition error occurred in the query",
    "a semantic error occurred",
    "the response had some invalid properties",
];

/// Where in a query a mistake is, as far as the service says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Line from 1, column as the service counts, and the text that stands there.
    At { line: usize, column: usize, token: Option<String> },
    /// Only the name that the service does not know.
    Name(String),
}

/// What the body of an error says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The outermost code.
    pub(super) code: String,
    /// One line, clipped, without a full stop at its end.
    pub(super) message: String,
    pub(super) place: Option<Place>,
    /// By which the service's support finds the request, with what it is called: `request-id 94fb…`.
    pub(super) id: Option<String>,
    /// HTML stands where JSON should.
    pub(super) is_web_page: bool,
    /// Everything that was said, in lower case and without what it quotes, for looking up words.
    pub(super) words: String,
}

impl Said {
    /// Reads a body. The secret is taken out before anything is cut, so that no piece of it stays.
    pub(super) fn of(body: &[u8], secret: Option<&str>) -> Self {
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            return Self::of_json(&value, secret);
        }
        let text = String::from_utf8_lossy(body);
        if text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with('<') {
            let message = "the answer is a web page".to_owned();
            return Self { message, is_web_page: true, ..Self::default() };
        }
        let mut said = Self::default();
        said.take(&text, secret);
        said
    }

    /// Reads an error that is JSON: its envelope, a list of such, or the object inside.
    pub(super) fn of_json(value: &Value, secret: Option<&str>) -> Self {
        let error = envelope(value);
        let mut said = Self::default();
        if let Value::String(code) = error {
            // OAuth's form: the code, and a description beside it.
            said.take(&text(value, &["error_description"]).unwrap_or_else(|| code.clone()), secret);
            said.code.clone_from(code);
            said.words = format!("{} {}", code.to_ascii_lowercase(), said.words);
            return said;
        }
        let mut message = String::new();
        let mut outermost = String::new();
        let mut level = Some(error);
        for _ in 0..MAX_DEPTH {
            let Some(error) = level else { break };
            let whole = text(error, &["@message"]).or_else(|| text(error, &["message"])).unwrap_or_default();
            let words = without_query(&whole);
            if outermost.is_empty() {
                words.clone_into(&mut outermost);
            }
            if !GENERIC.contains(&words.trim_end_matches('.').to_ascii_lowercase().as_str()) {
                words.clone_into(&mut message);
            }
            said.look_at(error, &whole);
            level = member(error, "innererror");
        }
        let words = std::mem::take(&mut said.words);
        said.take(if message.is_empty() { &outermost } else { &message }, secret);
        said.words = words;
        said
    }

    /// Code, place and ids of one level; inner places are more exact.
    fn look_at(&mut self, error: &Value, whole: &str) {
        let words = without_query(whole);
        let code = text(error, &["code"]).unwrap_or_default();
        let ty = text(error, &["@type"]).unwrap_or_default();
        self.words.push_str(&unquoted(&format!("{code} {ty} {words} ")).to_ascii_lowercase());
        if self.code.is_empty() {
            self.code = one_line(&code, None);
        }
        let number = |names: &[&str]| names.iter().find_map(|it| member(error, it)?.as_u64()).map(|it| it as usize);
        let token = text(error, &["@token", "token"]);
        if let (Some(line), Some(column)) = (number(&["@line", "line"]), number(&["@pos", "pos"])) {
            self.place = Some(Place::At { line, column, token });
        } else if !matches!(self.place, Some(Place::At { .. })) {
            self.place = place_in(whole, words).or(self.place.take());
        }
        let context = member(error, "@context");
        let ids = [
            ("request-id", text(error, &["request-id"])),
            ("activity id", context.and_then(|it| text(it, &["activityId"]))),
            ("correlation id", text(error, &["correlationId"])),
            ("request", text(error, &["target"])),
        ];
        let id = ids.into_iter().find_map(|(name, id)| id.map(|id| format!("{name} {}", one_line(&id, None))));
        self.id = self.id.take().or(id);
    }

    /// Makes these words the message.
    fn take(&mut self, text: &str, secret: Option<&str>) {
        self.words = unquoted(text).to_ascii_lowercase();
        one_line(text.trim(), secret).trim_end_matches('.').clone_into(&mut self.message);
    }

    /// `: what it says`, or nothing.
    pub(super) fn tail(&self) -> String {
        match (self.message.as_str(), self.code.as_str()) {
            ("", "") => String::new(),
            ("", code) => format!(": {code}"),
            (message, _) => format!(": {message}"),
        }
    }
}

/// The error inside what it is wrapped in.
fn envelope(value: &Value) -> &Value {
    let first = |list: &'_ Value| matches!(list, Value::Array(items) if !items.is_empty());
    if first(value) {
        return envelope(&value[0]);
    }
    match member(value, "OneApiErrors") {
        Some(list) if first(list) => envelope(&list[0]),
        _ => member(value, "error").filter(|it| !it.is_null()).unwrap_or(value),
    }
}

/// A member of an object by its name in any case.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The first of these members that is a text with something in it, or a number.
fn text(value: &Value, names: &[&str]) -> Option<String> {
    let of = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    names.iter().find_map(|name| member(value, name).and_then(of)).filter(|it| !it.trim().is_empty())
}

/// What Kusto says, without the kind of error before it and the text of the query behind it.
fn without_query(message: &str) -> &str {
    let message = message.split(" Query: '").next().unwrap_or(message);
    let message = message.split(" [line:position=").next().unwrap_or(message).trim();
    ["Semantic error: ", "Syntax error: "].iter().find_map(|it| message.strip_prefix(it)).unwrap_or(message)
}

/// A place that stands in the words: `on line [1,11]`, `[line:position=1:11]`, or the name in `… named 'X'`.
fn place_in(whole: &str, words: &str) -> Option<Place> {
    let pair = |opening: &str, between: char| {
        let inside = whole.split_once(opening)?.1.split(']').next()?;
        let (line, column) = inside.split_once(between)?;
        Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
    };
    if let Some((line, column)) = pair("on line [", ',').or_else(|| pair("[line:position=", ':')) {
        let token = words.split_once("at '").and_then(|(_, rest)| rest.split('\'').next()).map(str::to_owned);
        return Some(Place::At { line, column, token });
    }
    let quoted = |rest: &str| rest.split('\'').next().filter(|it| !it.is_empty()).map(str::to_owned);
    let (_, rest) = words.rsplit_once("named '").or_else(|| words.split_once(": '"))?;
    quoted(rest).map(Place::Name)
}

/// Without what stands between single quotes: names of the user's, which must not decide anything.
fn unquoted(text: &str) -> String {
    let (mut is_quoted, mut before) = (false, ' ');
    let keep = |it: &char| {
        // The apostrophe of "can't" opens nothing.
        let opens_or_closes = *it == '\'' && (is_quoted || !before.is_alphanumeric());
        is_quoted ^= opens_or_closes;
        before = *it;
        !is_quoted && !opens_or_closes
    };
    text.chars().filter(keep).collect()
}

/// On one line, without the secret, and not too long.
pub(in crate::remote) fn one_line(text: &str, secret: Option<&str>) -> String {
    let text = match secret {
        Some(secret) => text.replace(secret, "[token]"),
        None => text.to_owned(),
    };
    let mut line = String::new();
    for word in text.split(|it: char| it.is_whitespace() || it.is_control()).filter(|it| !it.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if let Some((end, _)) = line.char_indices().nth(MAX_QUOTE) {
        line.truncate(end);
        line.push('…');
    }
    line
}
