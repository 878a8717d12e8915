//! What a name, an operator or a literal at the cursor is.

mod literal;

use std::fmt::Write as _;

use super::ast::{LetStatement, ParameterDeclaration};
use super::catalog::{self, Function};
use super::kind::SyntaxKind as K;
use super::tree::Node;
use super::{Context, Inspection, Meaning, NameFact, Span, inspect};

/// A short account of the thing at a place of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The bytes that it is about.
    pub span: Span,
    /// What it is, as KQL: `Timestamp: datetime`, `strlen(text: string) -> long`.
    pub title: String,
    /// Sentences and lists below the title, a line each.
    pub lines: Vec<String>,
}

/// What stands at a byte offset of a query's text, or ends there. Of an editor's text, give the block around the cursor
/// ([`super::part_at`]).
pub fn hover(text: &str, offset: usize, context: &Context<'_>) -> Option<Hover> {
    // What an engine cannot run can be read about all the same.
    let lenient = Context { capabilities: None, ..*context };
    let inspection = inspect(text, &lenient);
    let leaf = leaf_at(&inspection, offset)?;
    let about = About { inspection: &inspection, context };
    let parent = leaf.parent()?;
    let fact = inspection.facts.name_at(leaf.span().start).filter(|fact| fact.span.end >= leaf.span().end);
    let made = about.made_here(leaf);
    let (title, lines) = match fact.or(made.as_ref()) {
        Some(fact) if leaf.kind() == K::Identifier || parent.kind() == K::Name => about.name(fact),
        _ => None,
    }
    .or_else(|| about.construct(leaf))
    .or_else(|| About::operator(leaf))
    .or_else(|| about.called(leaf))
    .or_else(|| literal::describe(leaf))
    .or_else(|| about.parameter(leaf))?;
    Some(Hover { span: leaf.span(), title, lines: lines.into_iter().filter(|line| !line.is_empty()).collect() })
}

type Account = (String, Vec<String>);

/// The token that holds the offset, or the word that ends there.
fn leaf_at(inspection: &Inspection, offset: usize) -> Option<Node<'_>> {
    let is_told = |leaf: &Node<'_>| !leaf.kind().is_trivia();
    let is_word = |leaf: &Node<'_>| leaf.kind() == K::Identifier || leaf.kind().is_keyword();
    let here = inspection.tree.leaf_at(offset).filter(is_told);
    let before = offset.checked_sub(1).and_then(|before| inspection.tree.leaf_at(before)).filter(is_told);
    match (here, before) {
        (Some(here), Some(before)) if !is_word(&here) && is_word(&before) => Some(before),
        (here, before) => here.or(before),
    }
}

struct About<'a> {
    inspection: &'a Inspection,
    context: &'a Context<'a>,
}

impl About<'_> {
    fn name(&self, fact: &NameFact) -> Option<Account> {
        let ty = fact.ty.map_or("", |ty| ty.name());
        match fact.meaning {
            Meaning::Column => Some((format!("{}: {ty}", fact.name), self.column(fact))),
            Meaning::Table => self.table(fact),
            Meaning::Variable => Some(self.variable(fact, "A value that this text names.")),
            Meaning::Parameter => Some(self.parameter_of_text(fact)),
            Meaning::LocalFunction => Some(self.local_function(fact)),
            Meaning::Function => catalog::function(&fact.name).map(of_function),
            Meaning::Aggregate => catalog::aggregate(&fact.name).map(of_function),
            Meaning::Plugin => plugin(&fact.name),
            Meaning::ServiceFunction => self.service_function(&fact.name),
        }
    }

    /// What is known of a column: its description, and the tables of this text that have it.
    fn column(&self, fact: &NameFact) -> Vec<String> {
        let same = |column: &&super::ColumnSymbol| column.name == fact.name && Some(column.ty) == fact.ty;
        let rows = self.inspection.facts.rows.iter().filter(|row| row.span.end >= fact.span.end);
        let described = rows.flat_map(|row| row.columns.iter().chain(row.right.iter().flat_map(|right| right.iter())));
        let description =
            described.filter(same).map(|column| column.description.as_str()).find(|text| !text.is_empty());
        let names = self.inspection.facts.names.iter().filter(|name| name.meaning == Meaning::Table);
        let has_it = |name: &&NameFact| {
            self.context.schema.table(&name.name).is_some_and(|table| table.columns.iter().any(|it| same(&it)))
        };
        let mut tables: Vec<_> = names.filter(has_it).map(|name| name.name.as_str()).collect();
        tables.sort_unstable();
        tables.dedup();
        let origin = if tables.is_empty() { String::new() } else { format!("Column of {}.", tables.join(", ")) };
        vec![description.unwrap_or_default().to_owned(), origin]
    }

    fn table(&self, fact: &NameFact) -> Option<Account> {
        let table = self.context.schema.table(&fact.name)?;
        let lines = vec![table.description.clone(), columns_line(&table.columns)];
        Some((format!("{}: table", fact.name), lines))
    }

    fn variable(&self, fact: &NameFact, doc: &str) -> Account {
        let made = self.inspection.facts.variables.iter().rev().find(|variable| variable.name == fact.name);
        let columns = made.and_then(|variable| variable.columns.as_deref());
        let ty = fact.ty.or_else(|| made.and_then(|variable| variable.ty));
        let kind = ty.map_or(if columns.is_some() { "table" } else { "unknown" }, |ty| ty.name());
        let value = self.definition(fact).and_then(|it| it.split_once('=')).map(|(_, value)| shortened(value));
        let lines = vec![
            doc.to_owned(),
            columns.map_or_else(String::new, columns_line),
            value.map_or_else(String::new, |value| format!("= {value}")),
        ];
        (format!("{}: {kind}", fact.name), lines)
    }

    /// The name that is given its meaning at this place.
    fn made_here(&self, leaf: Node<'_>) -> Option<NameFact> {
        let made = self.inspection.facts.variables.iter().find(|it| it.definition == leaf.span())?;
        let (name, definition) = (made.name.clone(), Some(made.definition.clone()));
        Some(NameFact { span: leaf.span(), name, meaning: made.meaning, ty: made.ty, definition })
    }

    /// A parameter of a function of this text, or of the query.
    fn parameter_of_text(&self, fact: &NameFact) -> Account {
        let (title, mut lines) = self.variable(fact, "");
        lines.retain(|line| !line.starts_with("= "));
        let leaf = fact.definition.as_ref().and_then(|it| self.inspection.tree.leaf_at(it.start));
        let declared = leaf.and_then(|leaf| leaf.ancestors().find_map(ParameterDeclaration::cast));
        let function = leaf.and_then(|leaf| leaf.ancestors().find_map(LetStatement::cast)).and_then(LetStatement::name);
        lines.insert(
            0,
            match function {
                Some(function) => format!("A parameter of {}.", function.value()),
                None => "A parameter of the query.".to_owned(),
            },
        );
        if let Some(default) = declared.and_then(ParameterDeclaration::default) {
            lines.push(format!("= {} when it is not given", shortened(default.node().text())));
        }
        (title, lines)
    }

    fn local_function(&self, fact: &NameFact) -> Account {
        let declaration = self.definition(fact).and_then(|it| it.split_once('=')).map_or("", |(_, value)| value);
        let (parameters, body) = declaration.split_once('{').unwrap_or((declaration, ""));
        let body = shortened(body.trim_end().trim_end_matches('}'));
        (format!("{}{}", fact.name, shortened(parameters)), vec!["A function that this text makes.".to_owned(), body])
    }

    fn service_function(&self, name: &str) -> Option<Account> {
        let function = self.context.schema.function(name)?;
        Some((format!("{name}{}", function.parameters), vec![function.description.clone()]))
    }

    /// The statement that makes a name.
    fn definition(&self, fact: &NameFact) -> Option<&str> {
        let leaf = self.inspection.tree.leaf_at(fact.definition.as_ref()?.start)?;
        let statement = leaf.ancestors().find_map(LetStatement::cast)?;
        Some(statement.node().text())
    }

    /// The word of an operator or a statement, where it begins one.
    fn construct(&self, leaf: Node<'_>) -> Option<Account> {
        let construct = catalog::construct(leaf.text())?;
        let before = self.inspection.tree.text()[..leaf.span().start].trim_end();
        let begins = before.is_empty() || before.ends_with(['|', ';', '(', '{', '=', ',']);
        let follows_comment = leaf.parent().is_some_and(|parent| parent.span().start == leaf.span().start);
        let title = format!("{} {}", leaf.text(), construct.syntax.text());
        (begins || follows_comment).then(|| (title.trim_end().to_owned(), vec![construct.doc.to_owned()]))
    }

    fn operator(leaf: Node<'_>) -> Option<Account> {
        let word = if matches!(leaf.text(), "matches" | "regex") { "matches regex" } else { leaf.text() };
        let doc = catalog::scalar_operator(word)?;
        // `*` stands for all columns where nothing is on its left.
        let joins = word != "*" || leaf.previous_sibling().is_some();
        joins.then(|| (format!("a {word} b"), vec![doc.to_owned()]))
    }

    /// The name of a call that binding did not reach.
    fn called(&self, leaf: Node<'_>) -> Option<Account> {
        let behind = self.inspection.tree.text()[leaf.span().end..].trim_start();
        if !behind.starts_with('(') {
            return None;
        }
        let name = leaf.text();
        let function = catalog::function(name).or_else(|| catalog::aggregate(name)).map(of_function);
        function.or_else(|| plugin(name)).or_else(|| self.service_function(name))
    }

    /// The name of an operator's parameter, or what `render` draws.
    fn parameter(&self, leaf: Node<'_>) -> Option<Account> {
        let text = self.inspection.tree.text();
        let chart = catalog::CHARTS.iter().find(|(name, _)| *name == leaf.text());
        if let Some((name, doc)) = chart.filter(|_| text[..leaf.span().start].trim_end().ends_with("render")) {
            return Some(((*name).to_owned(), vec![(*doc).to_owned()]));
        }
        let words = leaf.ancestors().filter_map(|node| node.tokens().next()).map(Node::text);
        let parameters = words.flat_map(catalog::operator_parameters);
        let is_this = |name: &str| name == leaf.text() || name.strip_prefix("hint.") == Some(leaf.text());
        let parameter = parameters.into_iter().find(|parameter| is_this(parameter.name))?;
        let mut title = parameter.name.to_owned();
        if !parameter.values.is_empty() {
            let _ = write!(title, " = {}", parameter.values.join(" | "));
        }
        Some((title, vec!["A parameter of the operator.".to_owned()]))
    }
}

fn of_function(function: &Function) -> Account {
    let mut titles = function.signatures.iter().map(|signature| format!("{}{}", function.name, signature.text));
    let title = titles.next().unwrap_or_default();
    let mut lines = vec![format!("{}.", function.doc)];
    lines.extend(titles);
    (title, lines)
}

fn plugin(name: &str) -> Option<Account> {
    let plugin = catalog::plugin(name)?;
    let mut titles = plugin.signatures.iter().map(|signature| format!("{name}{}", signature.text));
    let title = titles.next().unwrap_or_default();
    let mut lines = vec![format!("{}.", plugin.doc)];
    lines.extend(titles);
    Some((title, lines))
}

fn columns_line(columns: &[super::ColumnSymbol]) -> String {
    let names: Vec<_> = columns.iter().take(8).map(|column| column.name.as_str()).collect();
    let more = if columns.len() > names.len() { ", …" } else { "" };
    let noun = if columns.len() == 1 { "column" } else { "columns" };
    format!("{} {noun}: {}{more}", columns.len(), names.join(", "))
}

/// On one line, and not longer than a line.
fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
