//! The classes of a text's tokens as Microsoft's editors know them: from the tree, and from what binding found each
//! name to mean.
//!
//! The rule for a name (measured): what it means decides. A name without a meaning takes the class of the nearest
//! thing around it that has one, so an unknown name among the arguments of a known function is a `Function` too.

use std::collections::HashMap;

use super::Inspection;
use super::ast::{CallExpr, Name, TabularOperator};
use super::bind::{Meaning, NameFact, RowFact};
use super::catalog;
use super::diagnostic::Span;
use super::kind::SyntaxKind as K;
use super::scalar::ScalarType;
use super::symbol::ColumnSymbol;
use super::tree::Node;

/// A class, by its official name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenClass {
    /// What the parser left out.
    PlainText,
    Comment,
    Punctuation,
    /// `#…` at the begin of a line, for the client.
    Directive,
    Literal,
    StringLiteral,
    Type,
    Column,
    Table,
    Function,
    Parameter,
    Variable,
    /// A name that means nothing known.
    Identifier,
    /// The name of an operator's parameter, such as `kind` in `kind=inner`.
    QueryParameter,
    /// A word between operands: `and`, `has`.
    ScalarOperator,
    /// A sign between operands: `==`, `+`.
    MathOperator,
    /// The word of a tabular operator.
    QueryOperator,
    /// The verb of a management command.
    Command,
    Keyword,
    /// An option that `set` knows.
    Option,
}

impl TokenClass {
    /// The official name.
    pub fn name(self) -> &'static str {
        match self {
            Self::PlainText => "PlainText",
            Self::Comment => "Comment",
            Self::Punctuation => "Punctuation",
            Self::Directive => "Directive",
            Self::Literal => "Literal",
            Self::StringLiteral => "StringLiteral",
            Self::Type => "Type",
            Self::Column => "Column",
            Self::Table => "Table",
            Self::Function => "Function",
            Self::Parameter => "Parameter",
            Self::Variable => "Variable",
            Self::Identifier => "Identifier",
            Self::QueryParameter => "QueryParameter",
            Self::ScalarOperator => "ScalarOperator",
            Self::MathOperator => "MathOperator",
            Self::QueryOperator => "QueryOperator",
            Self::Command => "Command",
            Self::Keyword => "Keyword",
            Self::Option => "Option",
        }
    }
}

/// The classes of an inspected text in text order, without blanks; neighbours of one class that touch are one piece.
pub fn classify(inspection: &Inspection) -> Vec<(Span, TokenClass)> {
    let classifier = Classifier::new(inspection);
    let mut pieces: Vec<(Span, TokenClass)> = Vec::new();
    for leaf in inspection.tree.leaves() {
        for (span, class) in classifier.pieces(leaf) {
            match pieces.last_mut() {
                Some((last, same)) if *same == class && last.end == span.start => last.end = span.end,
                _ if span.is_empty() => {}
                _ => pieces.push((span, class)),
            }
        }
    }
    pieces
}

struct Classifier<'i> {
    /// What names mean, by the place where they begin.
    names: HashMap<usize, &'i NameFact>,
    /// The rows that operators see, by the place where those begin.
    rows: HashMap<usize, &'i RowFact>,
    inspection: &'i Inspection,
    /// A management command: where its verb ends.
    command: Option<usize>,
}

impl<'i> Classifier<'i> {
    fn new(inspection: &'i Inspection) -> Self {
        let names = inspection.facts.names.iter().map(|fact| (fact.span.start, fact)).collect();
        let mut seen = inspection.tree.leaves().filter(|leaf| !leaf.kind().is_trivia());
        let is_command = seen.next().is_some_and(|first| first.kind() == K::Dot);
        let command = if is_command { seen.next().map(|verb| verb.span().end) } else { None };
        let rows = inspection.facts.rows.iter().map(|fact| (fact.span.start, fact)).collect();
        Self { names, rows, inspection, command }
    }

    /// One piece, or two for a literal that begins with its type, such as `datetime(…)`.
    fn pieces(&self, leaf: Node<'i>) -> impl Iterator<Item = (Span, TokenClass)> {
        let span = leaf.span();
        let prefix = prefix_length(leaf);
        let (first, second) = match self.class(leaf) {
            None => (None, None),
            Some(_) if prefix > 0 => (
                Some((span.start..span.start + prefix, TokenClass::Keyword)),
                Some((span.start + prefix..span.end, TokenClass::Literal)),
            ),
            // `matches regex` is one token to Microsoft, the blanks between included.
            Some(class) if leaf.kind() == K::MatchesKw => {
                let second = leaf.next_sibling().filter(|next| next.kind() == K::RegexKw);
                (Some((span.start..second.map_or(span.end, |second| second.span().start), class)), None)
            }
            Some(class) => (Some((span, class)), None),
        };
        first.into_iter().chain(second)
    }

    fn class(&self, leaf: Node<'i>) -> Option<TokenClass> {
        let parent = leaf.parent()?;
        Some(match leaf.kind() {
            K::Whitespace => return None,
            K::Comment => TokenClass::Comment,
            _ if self.command.is_some_and(|verb| leaf.span().end <= verb) => TokenClass::Command,
            kind if is_skipped(parent) && self.command.is_none() => skipped_class(kind),
            K::BadCharacter => TokenClass::PlainText,
            K::StringLiteral | K::UnterminatedString => TokenClass::StringLiteral,
            kind if parent.kind() == K::Name && is_word(kind) => self.name_class(leaf, parent),
            kind if parent.kind() == K::WildcardName && (is_word(kind) || kind == K::Star) => TokenClass::Identifier,
            kind if parent.kind() == K::TypeName && is_word(kind) => type_class(leaf),
            K::BoolLiteral if is_word_of_name(leaf) => self.name_class(leaf, parent),
            kind if kind.is_literal() => TokenClass::Literal,
            _ if is_parameter_name(leaf, parent) => TokenClass::QueryParameter,
            kind if is_sign(kind) => TokenClass::MathOperator,
            kind if kind.is_keyword() => word_class(leaf, parent),
            K::Identifier => TokenClass::Keyword,
            _ => TokenClass::Punctuation,
        })
    }

    fn name_class(&self, leaf: Node<'i>, node: Node<'i>) -> TokenClass {
        let span = node.span();
        if let Some(class) = role_class(node) {
            return class;
        }
        match self.names.get(&span.start) {
            Some(fact) if fact.span == span => self.meaning_class(fact),
            _ if self.is_column(node) => TokenClass::Column,
            _ => self.class_around(node, leaf),
        }
    }

    /// True for a name that nothing was noted of, and that is a column of the rows around it, or may be one.
    fn is_column(&self, node: Node<'i>) -> bool {
        let Some(name) = Name::cast(node) else { return false };
        let Some(parent) = node.parent() else { return false };
        let mut side = None;
        if parent.kind() == K::PathExpr && node.previous_sibling().is_some() {
            // Behind a dot stands a key of a value, except behind the sides of a join.
            side = parent.child_nodes().next().map(Node::text).filter(|side| side.starts_with('$'));
            if side.is_none() {
                return false;
            }
        }
        let value = name.value();
        if value.starts_with('$') || parent.kind() == K::CallExpr && node.previous_sibling().is_none() {
            return false;
        }
        let mut at = node;
        for around in node.ancestors() {
            let takes_rows = matches!(around.kind(), K::JoinOperator | K::LookupOperator | K::UnionOperator);
            if takes_rows || around.kind() == K::PipeExpr && at.previous_sibling().is_none() {
                return false;
            }
            if matches!(around.kind(), K::LetStatement | K::FunctionBody) {
                return false;
            }
            // The conditions of a join see the rows of both sides.
            let operator = if around.kind() == K::OnClause { around.parent().unwrap_or(around) } else { around };
            if let Some(row) = self.rows.get(&operator.span().start).filter(|row| row.span == operator.span()) {
                let has = |columns: &[ColumnSymbol]| columns.iter().any(|column| column.name == value);
                let right = row.right.as_deref();
                return row.is_open
                    || side != Some("$right") && has(&row.columns)
                    || side != Some("$left") && right.is_some_and(has);
            }
            at = around;
        }
        false
    }

    /// The class of a name that is used.
    fn meaning_class(&self, fact: &NameFact) -> TokenClass {
        match fact.meaning {
            _ if fact.name.starts_with('$') => TokenClass::Identifier,
            Meaning::Column => TokenClass::Column,
            Meaning::Table => TokenClass::Table,
            // What the whole query is given counts as a variable, what a function is given does not.
            Meaning::Parameter if self.is_of_query(fact) => TokenClass::Variable,
            Meaning::Parameter => TokenClass::Parameter,
            Meaning::Variable => TokenClass::Variable,
            Meaning::LocalFunction
            | Meaning::Function
            | Meaning::Aggregate
            | Meaning::Plugin
            | Meaning::ServiceFunction => TokenClass::Function,
        }
    }

    fn is_of_query(&self, fact: &NameFact) -> bool {
        let Some(definition) = &fact.definition else { return false };
        let leaf = self.inspection.tree.leaf_at(definition.start);
        leaf.is_some_and(|leaf| leaf.ancestors().any(|node| node.kind() == K::DeclareStatement))
    }

    /// A name that means nothing takes the class of what is around it and means something.
    fn class_around(&self, node: Node<'i>, leaf: Node<'i>) -> TokenClass {
        if let Some(call) = node.parent().and_then(CallExpr::cast)
            && call.name().is_some_and(|name| name.node() == node)
            && self.is_known_function(call)
        {
            return TokenClass::Function;
        }
        for around in node.ancestors() {
            match around.kind() {
                K::CallExpr => {
                    let Some(call) = CallExpr::cast(around) else { continue };
                    if call.name().is_some_and(|name| name.node() != node) && self.is_known_function(call) {
                        return TokenClass::Function;
                    }
                }
                K::BinaryExpr | K::UnaryExpr | K::LogicalExpr | K::InExpr | K::BetweenExpr => break,
                _ => {}
            }
        }
        let is_name = leaf.parent().is_some_and(|parent| parent.kind() == K::Name);
        if is_name { TokenClass::Identifier } else { TokenClass::Keyword }
    }

    fn is_known_function(&self, call: CallExpr<'i>) -> bool {
        let Some(name) = call.name().filter(|name| !is_construct(name.node())) else { return false };
        let noted = self.names.get(&name.span().start).is_some_and(|fact| fact.span == name.span());
        noted || is_builtin(&name.value())
    }
}

fn is_builtin(name: &str) -> bool {
    catalog::function(name).is_some() || catalog::aggregate(name).is_some()
}

/// The class of a name that the syntax around it decides.
fn role_class(node: Node<'_>) -> Option<TokenClass> {
    let parent = node.parent()?;
    let is_first = || node.previous_sibling().is_none();
    Some(match parent.kind() {
        K::LetStatement if node.previous_sibling().is_some_and(|before| before.kind() == K::LetKw) => {
            match parent.child(K::FunctionDeclaration) {
                Some(_) => TokenClass::Function,
                None => TokenClass::Variable,
            }
        }
        // `toscalar(…)` is no call to Microsoft's parser, and `null` no name.
        K::CallExpr if is_first() && is_construct(node) => TokenClass::Keyword,
        K::DynamicLiteral | K::JsonArray | K::JsonPair if node.text() == "null" => TokenClass::Keyword,
        // A named argument has no meaning of its own.
        K::NamedExpr if parent.parent().is_some_and(|around| around.kind() == K::ArgumentList) => return None,
        K::NamedExpr if node.next_sibling().is_some_and(|next| next.kind() == K::Equal) && is_first() => {
            TokenClass::Column
        }
        K::NameList => TokenClass::Column,
        K::ColumnDeclaration if parent.parent().is_some_and(|it| it.kind() == K::TypeOfLiteral) => TokenClass::Table,
        K::ColumnDeclaration if is_first() => TokenClass::Column,
        K::ScanStep if node.previous_sibling().is_some_and(|before| before.kind() == K::StepKw) => TokenClass::Variable,
        K::ParameterDeclaration if is_first() => declared_class(parent),
        K::AsOperator => TokenClass::Variable,
        K::SetStatement if node.previous_sibling().is_some_and(|before| before.kind() == K::SetKw) => {
            let is_known = Name::cast(node).is_some_and(|name| catalog::is_option(&name.value()));
            if is_known { TokenClass::Option } else { TokenClass::Identifier }
        }
        K::Property if is_first() => TokenClass::QueryParameter,
        K::RenderOperator => TokenClass::Keyword,
        K::Parameter => parameter_value_class(parent),
        _ => return None,
    })
}

/// Constructs that look like calls.
fn is_construct(name: Node<'_>) -> bool {
    matches!(name.text(), "toscalar" | "totable" | "materialize")
}

/// `declare query_parameters(x:long)` names a variable, `(x:long) { … }` a parameter, `scan declare (x:long)` a column.
fn declared_class(declaration: Node<'_>) -> TokenClass {
    for around in declaration.ancestors() {
        match around.kind() {
            K::DeclareStatement if around.child(K::PatternKw).is_none() => return TokenClass::Variable,
            K::DeclareStatement | K::FunctionParameters => return TokenClass::Parameter,
            K::ScanOperator => return TokenClass::Column,
            _ => {}
        }
    }
    TokenClass::Parameter
}

/// Words that a parameter knows are keywords to it; some parameters take a name.
fn parameter_value_class(parameter: Node<'_>) -> TokenClass {
    let name: String = parameter.tokens().take_while(|token| token.kind() != K::Equal).map(Node::text).collect();
    match name.as_str() {
        "withsource" | "with_source" => TokenClass::Identifier,
        "with_itemindex" | "with_match_id" | "with_step_name" => TokenClass::Column,
        _ => TokenClass::Keyword,
    }
}

/// What stands before `=`, hints with their dots.
fn is_parameter_name(leaf: Node<'_>, parent: Node<'_>) -> bool {
    parent.kind() == K::Parameter && parent.child(K::Equal).is_none_or(|equal| leaf.span().end <= equal.span().start)
}

fn type_class(leaf: Node<'_>) -> TokenClass {
    if ScalarType::from_name(leaf.text()).is_some() { TokenClass::Type } else { TokenClass::Keyword }
}

/// A word of the grammar where it is one.
fn word_class(leaf: Node<'_>, parent: Node<'_>) -> TokenClass {
    let begins = leaf.previous_sibling().is_none();
    match parent.kind() {
        // `in`, `has_any`, `between` are no operators to Microsoft's classes.
        K::BinaryExpr | K::LogicalExpr => TokenClass::ScalarOperator,
        K::TopNestedClause if begins => TokenClass::QueryOperator,
        _ if begins && TabularOperator::cast(parent).is_some() => TokenClass::QueryOperator,
        _ => TokenClass::Keyword,
    }
}

/// True where the parser has given up on the tokens.
fn is_skipped(parent: Node<'_>) -> bool {
    parent.kind() == K::Error
}

fn skipped_class(kind: K) -> TokenClass {
    // The type before a literal is coloured wherever it stands.
    if kind.is_literal() && kind != K::StringLiteral { TokenClass::Literal } else { TokenClass::PlainText }
}

fn is_word(kind: K) -> bool {
    kind == K::Identifier || kind.is_keyword()
}

fn is_word_of_name(leaf: Node<'_>) -> bool {
    leaf.parent().is_some_and(|parent| parent.kind() == K::Name)
}

fn is_sign(kind: K) -> bool {
    (K::Plus..=K::Percent).contains(&kind) || (K::EqualEqual..=K::NotTilde).contains(&kind)
}

/// Bytes of `datetime` in `datetime(…)`; 0 for a literal without a type before it.
fn prefix_length(leaf: Node<'_>) -> usize {
    let text = leaf.text();
    if !leaf.kind().is_literal() || leaf.kind() == K::StringLiteral || !text.ends_with(')') {
        return 0;
    }
    text.bytes().take_while(u8::is_ascii_alphanumeric).count()
}
