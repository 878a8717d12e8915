//! What colour means which part of a text: classes of its tokens. Themes give the classes their colours.

use std::collections::HashSet;

use super::ast::{CallExpr, Expr, LetStatement, Name};
use super::diagnostic::Span;
use super::grammar::parse;
use super::kind::SyntaxKind as K;
use super::script::parts;
use super::tree::{Node, Tree};

/// The role of a piece of text. Only what syntax makes evident: a name is a table where rows are expected, a variable
/// when a `let` of the same block makes it, and a column elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    Comment,
    /// `let`, `by`, `on`, `asc`, …
    Keyword,
    /// The word of a tabular operator.
    Operator,
    /// `==`, `+`, `has`, `and`, …
    ScalarOperator,
    Function,
    Table,
    Column,
    /// What a `let` makes, `$left` and `$right`.
    Variable,
    /// Names and values of parameters and of chart properties.
    Option,
    Type,
    String,
    Number,
    /// Datetimes and timespans.
    Time,
    /// `true`, `null`, guids.
    Constant,
    Punctuation,
    /// What begins no token.
    Error,
}

impl Class {
    /// All, in the order of their declaration.
    pub const ALL: [Self; 16] = [
        Self::Comment,
        Self::Keyword,
        Self::Operator,
        Self::ScalarOperator,
        Self::Function,
        Self::Table,
        Self::Column,
        Self::Variable,
        Self::Option,
        Self::Type,
        Self::String,
        Self::Number,
        Self::Time,
        Self::Constant,
        Self::Punctuation,
        Self::Error,
    ];

    /// The name that a theme of ours uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Keyword => "keyword",
            Self::Operator => "operator",
            Self::ScalarOperator => "scalar-operator",
            Self::Function => "function",
            Self::Table => "table",
            Self::Column => "column",
            Self::Variable => "variable",
            Self::Option => "option",
            Self::Type => "type",
            Self::String => "string",
            Self::Number => "number",
            Self::Time => "time",
            Self::Constant => "constant",
            Self::Punctuation => "punctuation",
            Self::Error => "error",
        }
    }

    /// The scope that a TextMate theme knows.
    pub fn scope(self) -> &'static str {
        match self {
            Self::Comment => "comment.line.double-slash.kql",
            Self::Keyword => "keyword.other.kql",
            Self::Operator => "keyword.control.kql",
            Self::ScalarOperator => "keyword.operator.kql",
            Self::Function => "support.function.kql",
            Self::Table => "entity.name.class.kql",
            Self::Column => "variable.other.member.kql",
            Self::Variable => "variable.parameter.kql",
            Self::Option => "entity.other.attribute-name.kql",
            Self::Type => "storage.type.kql",
            Self::String => "string.quoted.kql",
            Self::Number => "constant.numeric.kql",
            Self::Time => "constant.other.kql",
            Self::Constant => "constant.language.kql",
            Self::Punctuation => "punctuation.separator.kql",
            Self::Error => "invalid.illegal.kql",
        }
    }
}

/// The classes of an editor's text, in text order, without blanks. Its blocks are read one by one, so a mistake in one
/// does not colour the next.
pub fn highlight(text: &str) -> Vec<(Span, Class)> {
    let mut classes = Vec::new();
    for part in parts(text) {
        let start = part.span.start;
        let tree = parse(&text[part.span]);
        classes.extend(highlight_tree(&tree).map(|(span, class)| (span.start + start..span.end + start, class)));
    }
    classes
}

/// The same for each line: byte ranges within the line. A line ends at `\n`; a string over several lines has a piece
/// in each.
pub fn highlight_lines(text: &str) -> Vec<Vec<(Span, Class)>> {
    let classes = highlight(text);
    let mut lines = Vec::new();
    let (mut line_start, mut first) = (0, 0);
    for line in text.split('\n') {
        let line_end = line_start + line.len();
        while classes.get(first).is_some_and(|(span, _)| span.end <= line_start) {
            first += 1;
        }
        let here = classes[first..].iter().take_while(|(span, _)| span.start < line_end.max(line_start));
        let cut = |span: &Span| span.start.max(line_start) - line_start..span.end.min(line_end) - line_start;
        lines.push(here.map(|(span, class)| (cut(span), *class)).filter(|(span, _)| !span.is_empty()).collect());
        line_start = line_end + 1;
    }
    lines
}

fn highlight_tree(tree: &Tree) -> impl Iterator<Item = (Span, Class)> {
    let variables = let_names(tree);
    tree.leaves().filter_map(move |leaf| Some((leaf.span(), class_of(leaf, &variables)?)))
}

fn let_names(tree: &Tree) -> HashSet<String> {
    let statements = tree.elements().filter_map(LetStatement::cast);
    statements.filter_map(|statement| statement.name().map(|name| name.value().into_owned())).collect()
}

fn class_of(leaf: Node<'_>, variables: &HashSet<String>) -> Option<Class> {
    let parent = leaf.parent()?;
    match parent.kind() {
        _ if leaf.kind() == K::Whitespace => None,
        _ if leaf.kind() == K::Comment => Some(Class::Comment),
        K::Name => Some(name_class(Name::cast(parent)?, variables)),
        K::WildcardName if parent.parent().is_some_and(|path| path.kind() == K::PathExpr) => {
            Some(place_class(parent.parent()?))
        }
        K::WildcardName | K::StarExpr => Some(place_class(parent)),
        K::TypeName => Some(Class::Type),
        K::Parameter if leaf.kind().is_keyword() || leaf.kind() == K::Identifier => Some(Class::Option),
        _ => Some(token_class(leaf)),
    }
}

fn name_class(name: Name<'_>, variables: &HashSet<String>) -> Class {
    let node = name.node();
    let Some(parent) = node.parent() else { return Class::Column };
    match parent.kind() {
        K::CallExpr if CallExpr::cast(parent).and_then(CallExpr::name) == Some(name) => Class::Function,
        K::Parameter | K::Property | K::RenderOperator => Class::Option,
        K::DynamicLiteral | K::JsonArray | K::JsonPair => Class::Constant,
        K::PathExpr if node.previous_sibling().is_some() => place_class(parent),
        K::NamedExpr if node.next_sibling().is_some_and(|next| next.kind() == K::Equal) => Class::Column,
        _ if node.text().starts_with('$') || variables.contains(name.value().as_ref()) => Class::Variable,
        _ => place_class(node),
    }
}

/// A table where an operator takes rows from, else a column.
fn place_class(node: Node<'_>) -> Class {
    let mut around = node.parent();
    while let Some(parent) = around.filter(|parent| parent.kind() == K::ParenExpr) {
        around = parent.parent();
    }
    let takes_rows = match around.map(Node::kind) {
        Some(K::UnionOperator | K::JoinOperator | K::ExpressionStatement) => true,
        Some(K::PipeExpr) => node.previous_sibling().is_none_or(|previous| previous.kind() == K::OpenParen),
        _ => false,
    };
    // `a.b` at such a place is a table only as `database('d').b`.
    let qualified =
        node.kind() != K::PathExpr || matches!(node.children().next().and_then(Expr::cast), Some(Expr::Call(_)));
    if takes_rows && qualified { Class::Table } else { Class::Column }
}

fn token_class(leaf: Node<'_>) -> Class {
    match leaf.kind() {
        K::BadCharacter => Class::Error,
        K::StringLiteral | K::UnterminatedString => Class::String,
        K::IntLiteral | K::LongLiteral | K::RealLiteral | K::DecimalLiteral => Class::Number,
        K::DatetimeLiteral | K::TimespanLiteral => Class::Time,
        K::BoolLiteral | K::GuidLiteral | K::NullKw => Class::Constant,
        K::Identifier => word_class(leaf),
        kind if is_scalar_operator(kind) => Class::ScalarOperator,
        kind if kind.is_operator_keyword() && begins_operator(leaf) => Class::Operator,
        kind if kind.is_keyword() => Class::Keyword,
        _ => Class::Punctuation,
    }
}

/// A word outside the constructs that are read.
fn word_class(leaf: Node<'_>) -> Class {
    match leaf.next_sibling().map(Node::kind) {
        Some(K::OpenParen) => Class::Function,
        _ => Class::Column,
    }
}

fn is_scalar_operator(kind: K) -> bool {
    (K::Plus..=K::Percent).contains(&kind)
        || (K::EqualEqual..=K::NotTilde).contains(&kind)
        || (K::AndKw..K::WhereKw).contains(&kind)
        || kind == K::RegexKw
}

/// An operator's word begins its node, or stands after `|` or `(` where the inside is not read.
fn begins_operator(leaf: Node<'_>) -> bool {
    leaf.previous_sibling().is_none_or(|previous| matches!(previous.kind(), K::Bar | K::OpenParen | K::OpenBrace))
}
