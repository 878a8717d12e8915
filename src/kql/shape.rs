//! What stays of a query when layout, comments and values are left out: runs of the same shape are the same query, asked
//! about another host or another week.

use std::collections::BTreeSet;

use super::grammar::parse;
use super::kind::SyntaxKind;
use super::tree::{Node, Tree};

/// The shape of a query, and the tables that it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryShape {
    /// Its tokens with one blank between them, `?` for each value, and one `?` for a list of them.
    pub text: String,
    /// Sorted, without those that the query makes itself.
    pub tables: Vec<String>,
}

/// The shape of a text. Never fails: what is no query has a shape too.
pub fn query_shape(text: &str) -> QueryShape {
    let tree = parse(text);
    QueryShape { text: shape_text(&tree), tables: tables(&tree) }
}

fn shape_text(tree: &Tree) -> String {
    let mut out = String::with_capacity(tree.text().len());
    // Values that follow each other with nothing but commas between them are one.
    let mut after_value = false;
    let mut comma = false;
    for leaf in tree.leaves().filter(|it| !it.kind().is_trivia()) {
        match leaf.kind() {
            SyntaxKind::Comma if after_value && !comma => {
                comma = true;
                continue;
            }
            kind if kind.is_literal() && after_value && comma => {
                comma = false;
                continue;
            }
            _ => {}
        }
        if std::mem::take(&mut comma) {
            out.push_str(" ,");
        }
        if !out.is_empty() {
            out.push(' ');
        }
        after_value = leaf.kind().is_literal();
        out.push_str(if after_value { "?" } else { leaf.text() });
    }
    out
}

fn tables(tree: &Tree) -> Vec<String> {
    let mut named = BTreeSet::new();
    let mut made = BTreeSet::new();
    for node in tree.elements().filter(|it| it.kind() == SyntaxKind::Name) {
        let Some(parent) = node.parent() else { continue };
        match parent.kind() {
            SyntaxKind::LetStatement | SyntaxKind::ParameterDeclaration if is_first_name(parent, node) => {
                made.insert(plain_name(node));
            }
            _ if is_source(node, parent) => {
                named.insert(plain_name(node));
            }
            _ => {}
        }
    }
    named.into_iter().filter(|it| !made.contains(it) && !it.is_empty()).collect()
}

fn is_first_name(parent: Node<'_>, node: Node<'_>) -> bool {
    parent.children().find(|it| it.kind() == SyntaxKind::Name) == Some(node)
}

/// True where rows come from: what a pipe begins with, what is asked alone, and the other side of union, join and lookup.
fn is_source(node: Node<'_>, parent: Node<'_>) -> bool {
    let is_first = || parent.children().next() == Some(node);
    match parent.kind() {
        SyntaxKind::PipeExpr => is_first(),
        SyntaxKind::ExpressionStatement | SyntaxKind::UnionOperator => true,
        SyntaxKind::JoinOperator | SyntaxKind::LookupOperator => true,
        SyntaxKind::ParenExpr => parent.parent().is_some_and(|it| is_source(parent, it)),
        _ => false,
    }
}

/// The name without the brackets and quotes around it.
fn plain_name(node: Node<'_>) -> String {
    node.text().trim_matches(|it| matches!(it, '[' | ']' | '\'' | '"' | ' ')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::query_shape;

    #[test]
    fn values_layout_and_comments_do_not_matter() {
        let shape = |text| query_shape(text).text;
        assert_eq!(
            shape("T // all\n| where a in ('x', 'y') and t > ago(7d)"),
            "T | where a in ( ? ) and t > ago ( ? )"
        );
        assert_eq!(shape("T | where a in ('x') and t > ago(14d)"), shape("T|where a in('x','y','z')and t>ago(1h)"));
        assert_eq!(shape("T | project f(1, a, 2)"), "T | project f ( ? , a , ? )");
        assert_ne!(shape("T | where a == 1"), shape("T | where b == 1"));
        assert_ne!(shape("T | where a == 1"), shape("t | where a == 1"), "names tell case apart");
        assert_eq!(shape(""), "");
        assert_eq!(shape("T | where ("), "T | where (");
    }

    #[test]
    fn tables_are_what_rows_come_from() {
        let tables = |text| query_shape(text).tables.join(" ");
        assert_eq!(tables("DeviceEvents"), "DeviceEvents");
        assert_eq!(
            tables(
                "let a = T1 | where x; let f = (p:string){T6 | take 1}; union T2, (T3 | take 1), a \
                 | join kind=inner (T4) on k | lookup T5 on j | where z in (c) | extend q = toscalar(T8 | count)"
            ),
            "T1 T2 T3 T4 T5 T6 T8"
        );
        assert_eq!(tables("['My Table'] | count"), "My Table");
        assert_eq!(tables("print x = 1"), "");
        assert_eq!(tables("// nothing"), "");
    }
}
