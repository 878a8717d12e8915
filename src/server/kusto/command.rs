//! Reads a command: `.show tables | project TableName`.
//!
//! Words are read in any case and with any white space between them, as Kusto does. What stands behind the first bar
//! is a query over the command's table.

use super::fault::KustoFault;

/// A command that is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verb {
    Version,
    Databases,
    Database(Option<String>),
    /// The named databases, or the current one.
    DatabaseSchema(Vec<String>),
    DatabaseSchemaJson(Vec<String>),
    /// All, or the named ones.
    Tables(Vec<String>),
    TableSchemaJson(String),
    TableSchemaCsl(String),
    Functions,
    MaterializedViews,
    ExternalTables,
    Cancel {
        request_id: String,
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) verb: Verb,
    /// Where the query over the table begins, behind the bar.
    pub(super) rest: Option<usize>,
}

/// Reads the whole text, which begins with a dot.
pub(super) fn read(text: &str) -> Result<Command, KustoFault> {
    let bar = bar(text);
    let own = bar.map_or(text, |at| &text[..at]).trim().trim_end_matches(';');
    let words = words(own).ok_or_else(|| KustoFault::syntax(text, own.len(), "a quote is not closed"))?;
    let mut reader = Reader { words: &words, text };
    let verb = reader.verb()?;
    match reader.words.first() {
        None => Ok(Command { verb, rest: bar.map(|at| at + 1) }),
        Some(_) => Err(reader.refused()),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// As written.
    Plain(String),
    /// Between quotes, or in brackets.
    Quoted(String),
    Mark(char),
}

impl Word {
    fn is(&self, word: &str) -> bool {
        matches!(self, Self::Plain(text) if text.eq_ignore_ascii_case(word))
    }

    fn shown(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Quoted(text) => format!("'{text}'"),
            Self::Mark(mark) => mark.to_string(),
        }
    }
}

/// The first bar that stands in no quotes.
fn bar(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match (quote, char) {
            (Some(_), '\\') => drop(chars.next()),
            (Some(open), _) if char == open => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, '|') => return Some(at),
            _ => {}
        }
    }
    None
}

/// `None` when a quote is not closed.
fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            _ if char.is_whitespace() => {}
            '\'' | '"' => {
                let mut name = String::new();
                loop {
                    match chars.next()? {
                        '\\' => name.push(chars.next()?),
                        it if it == char => break,
                        it => name.push(it),
                    }
                }
                words.push(Word::Quoted(name));
            }
            // Brackets only hold a quoted name.
            '[' | ']' => {}
            '(' | ')' | ',' | '=' => words.push(Word::Mark(char)),
            _ => {
                let mut word = String::from(char);
                while let Some(next) = chars.peek().copied() {
                    if next.is_whitespace() || matches!(next, '(' | ')' | ',' | '=' | '[' | '\'' | '"') {
                        break;
                    }
                    word.push(next);
                    chars.next();
                }
                words.push(Word::Plain(word));
            }
        }
    }
    Some(words)
}

struct Reader<'a> {
    words: &'a [Word],
    text: &'a str,
}

impl Reader<'_> {
    /// Takes the next word when it is this one.
    fn eat(&mut self, word: &str) -> bool {
        let is_next = self.words.first().is_some_and(|it| it.is(word));
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }

    fn eat_mark(&mut self, mark: char) -> bool {
        let is_next = self.words.first() == Some(&Word::Mark(mark));
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }

    fn is_at_end(&self) -> bool {
        self.words.is_empty()
    }

    /// A name, quoted or not.
    fn name(&mut self) -> Result<String, KustoFault> {
        let name = match self.words.first() {
            Some(Word::Plain(name) | Word::Quoted(name)) => name.clone(),
            _ => return Err(KustoFault::syntax(self.text, self.text.len(), "a name is expected")),
        };
        self.words = &self.words[1..];
        Ok(name)
    }

    /// `(a, b)`, or nothing.
    fn names(&mut self) -> Result<Vec<String>, KustoFault> {
        let mut names = Vec::new();
        if self.eat_mark('(') {
            names.push(self.name()?);
            while self.eat_mark(',') {
                names.push(self.name()?);
            }
            if !self.eat_mark(')') {
                return Err(KustoFault::syntax(self.text, self.text.len(), "')' is expected"));
            }
        }
        Ok(names)
    }

    fn refused(&self) -> KustoFault {
        let next = self.words.iter().take(3).map(Word::shown).collect::<Vec<_>>().join(" ");
        let head: Vec<&str> = self.text.split_whitespace().take(3).collect();
        KustoFault::bad_request(&format!("tallyho does not run '{}' with '{next}' yet", head.join(" ")))
    }

    fn verb(&mut self) -> Result<Verb, KustoFault> {
        if self.eat(".show") {
            return self.shown();
        }
        if self.eat(".cancel") && self.eat("query") {
            return self.cancelled();
        }
        let words: Vec<&str> = self.text.split_whitespace().take(2).collect();
        Err(KustoFault::read_only(&words.join(" ")))
    }

    fn shown(&mut self) -> Result<Verb, KustoFault> {
        let before = self.words;
        if self.eat("version") {
            return Ok(Verb::Version);
        }
        if self.eat("databases") {
            let names = self.names()?;
            return if names.is_empty() && self.is_at_end() { Ok(Verb::Databases) } else { self.schema(names) };
        }
        if self.eat("database") {
            let names = match self.words.first() {
                None => return Ok(Verb::Database(None)),
                Some(word) if word.is("schema") => Vec::new(),
                Some(_) => vec![self.name()?],
            };
            return if self.is_at_end() { Ok(Verb::Database(names.into_iter().next())) } else { self.schema(names) };
        }
        if self.words.first().is_some_and(|it| it.is("schema")) {
            return self.schema(Vec::new());
        }
        if self.eat("tables") {
            return Ok(Verb::Tables(self.names()?));
        }
        if self.eat("table") {
            return self.table();
        }
        if self.eat("functions") {
            return Ok(Verb::Functions);
        }
        if self.eat("materialized-views") {
            return Ok(Verb::MaterializedViews);
        }
        if self.eat("external") && self.eat("tables") {
            return Ok(Verb::ExternalTables);
        }
        let words = before.iter().take(2).map(Word::shown).collect::<Vec<_>>().join(" ");
        Err(KustoFault::bad_request(&format!("tallyho does not run '.show {words}' yet")))
    }

    /// `schema [details]` or `schema as json`
    fn schema(&mut self, names: Vec<String>) -> Result<Verb, KustoFault> {
        if !self.eat("schema") {
            return Err(self.refused());
        }
        let as_json =
            self.words.first().is_some_and(|it| it.is("as")) && self.words.get(1).is_some_and(|it| it.is("json"));
        if as_json {
            self.words = &self.words[2..];
            return Ok(Verb::DatabaseSchemaJson(names));
        }
        self.eat("details");
        Ok(Verb::DatabaseSchema(names))
    }

    fn table(&mut self) -> Result<Verb, KustoFault> {
        let name = self.name()?;
        if self.eat("cslschema") {
            return Ok(Verb::TableSchemaCsl(name));
        }
        if self.eat("schema") && self.eat("as") {
            if self.eat("json") {
                return Ok(Verb::TableSchemaJson(name));
            }
            if self.eat("csl") {
                return Ok(Verb::TableSchemaCsl(name));
            }
        }
        let what = self.words.first().map_or_else(|| "the sizes of its columns".to_owned(), Word::shown);
        Err(KustoFault::bad_request(&format!("tallyho does not run '.show table' with {what} yet")))
    }

    /// `"id" [with (reason = "…")]`
    fn cancelled(&mut self) -> Result<Verb, KustoFault> {
        let request_id = self.name()?;
        let mut reason = String::new();
        if self.eat("with") {
            let opened = self.eat_mark('(');
            if !(self.eat("reason") && self.eat_mark('=')) {
                return Err(self.refused());
            }
            reason = self.name()?;
            if opened != self.eat_mark(')') {
                return Err(KustoFault::syntax(self.text, self.text.len(), "')' is expected"));
            }
        }
        Ok(Verb::Cancel { request_id, reason })
    }
}
