//! Parameters of operators (`kind=inner`, `hint.strategy=shuffle`) and properties (`with (title='x')`).

use super::expression::postfix;
use super::literal::literal;
use super::name::{declared_name, name, name_token};
use super::{List, Parser, SyntaxKind as K, at_list_end, close_bracket};

/// Which names are parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Those of the operator and every one that any operator has, before `=`.
    Known,
    /// The same, and `=` is missing where it does not follow.
    EveryKnown,
    /// Those of the operator alone, before `=`.
    Declared,
}

/// Every name that some operator has; sorted. Hints are in [`HINTS`].
const KNOWN: [&str; 20] = [
    "__crossCluster",
    "__crossDB",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__sourceColumnIndex",
    "bagexpansion",
    "bin_legacy",
    "cycles",
    "decodeblocks",
    "expandoutput",
    "force_remote",
    "isfuzzy",
    "kind",
    "with_itemindex",
    "with_match_id",
    "with_source",
    "with_step_name",
    "withsource",
];

const HINTS: [&str; 11] = [
    "concurrency",
    "distribution",
    "materialized",
    "num_partitions",
    "pass_filters",
    "pass_filters_column",
    "progressive_top",
    "remote",
    "shufflekey",
    "spread",
    "strategy",
];

/// Words that are values although they are no names.
const VALUES: [&str; 3] = ["nooptimization", "relaxed", "simple"];

/// True where a name stands that some operator has as a parameter.
pub(super) fn at_known_parameter(p: &Parser<'_>, ahead: usize) -> bool {
    parameter_length(p, ahead, &[], Names::EveryKnown).is_some()
}

/// Tokens of the parameter's name that stands there.
fn parameter_length(p: &Parser<'_>, ahead: usize, declared: &[&str], names: Names) -> Option<usize> {
    let first = p.nth(ahead);
    if first != K::Identifier && !first.is_keyword() {
        return None;
    }
    let word = p.nth_text(ahead);
    let length = if first == K::HintKw {
        let is_hint = p.nth(ahead + 1) == K::Dot && p.joined(ahead) && p.joined(ahead + 1);
        (is_hint && names != Names::Declared && HINTS.contains(&p.nth_text(ahead + 2))).then_some(3)
    } else {
        let known = names != Names::Declared && KNOWN.binary_search(&word).is_ok();
        (known || declared.contains(&word)).then_some(1)
    }?;
    (names == Names::EveryKnown || p.nth(ahead + length) == K::Equal).then_some(length)
}

/// `hint.strategy=shuffle kind=inner`
pub(super) fn parameters(p: &mut Parser<'_>, declared: &[&str], names: Names) {
    while let Some(length) = parameter_length(p, 0, declared, names) {
        let marker = p.start();
        let word = p.current_text();
        for _ in 0..length {
            p.bump();
        }
        p.expect(K::Equal);
        if word == "title" {
            value_expr(p);
        } else if !value(p) {
            p.missing("a value");
        }
        p.complete(marker, K::Parameter);
    }
}

/// One word, literal or name; never a call, since `kind=inner (T)` is a kind and then a table.
pub(super) fn value(p: &mut Parser<'_>) -> bool {
    if literal(p).is_some() {
        return true;
    }
    if VALUES.contains(&p.current_text()) {
        name_token(p);
        return true;
    }
    name(p).is_some()
}

fn value_expr(p: &mut Parser<'_>) {
    if postfix(p).is_none() {
        p.missing("a value");
    }
}

/// How the values of a property are written.
#[derive(Clone, Copy)]
enum Value {
    /// A literal or a name.
    Plain,
    /// A text, also from a `let`.
    Text,
    /// Names with commas between them, up to the next property.
    Columns,
}

/// `with (format='csv')`: any names. `with` is at the cursor.
pub(super) fn properties(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    let opened = p.expect(K::OpenParen);
    let item = |p: &mut Parser<'_>| {
        let marker = p.start();
        if declared_name(p).is_none() {
            p.abandon(marker);
            return false;
        }
        p.expect(K::Equal);
        let found = (p.current().is_literal() && literal(p).is_some()) || declared_name(p).is_some();
        if !found {
            p.missing("a value");
        }
        p.complete(marker, K::Property);
        true
    };
    List::of("a property", item).until(at_list_end).optional().read(p);
    close_bracket(p, K::CloseParen, opened);
    p.complete(marker, K::PropertyList);
}

/// Properties that `render … with` knows.
const RENDER: [&str; 17] = [
    "accumulate",
    "anomalycolumns",
    "kind",
    "legend",
    "series",
    "title",
    "xaxis",
    "xcolumn",
    "xmax",
    "xmin",
    "xtitle",
    "yaxis",
    "ycolumns",
    "ymax",
    "ymin",
    "ysplit",
    "ytitle",
];
const PARSE_KV: [&str; 6] = ["escape", "greedy", "kv_delimiter", "pair_delimiter", "quote", "regex"];

/// `with (title='x', ycolumns=a, b)`. `with` is at the cursor.
pub(super) fn render_properties(p: &mut Parser<'_>) {
    known_properties(p, render_property);
}

/// `with (pair_delimiter=',')`. `with` is at the cursor.
pub(super) fn parse_kv_properties(p: &mut Parser<'_>) {
    known_properties(p, |p| property(p, &PARSE_KV));
}

fn known_properties(p: &mut Parser<'_>, item: super::Item) {
    let marker = p.start();
    p.bump();
    let opened = p.expect(K::OpenParen);
    p.eat(K::Comma);
    List::of("a property", item).until(at_list_end).optional().read(p);
    close_bracket(p, K::CloseParen, opened);
    p.complete(marker, K::PropertyList);
}

fn render_property(p: &mut Parser<'_>) -> bool {
    property(p, &RENDER)
}

fn property(p: &mut Parser<'_>, known: &[&str]) -> bool {
    let word = p.current_text();
    if !known.contains(&word) {
        return false;
    }
    let marker = p.start();
    name_token(p);
    p.expect(K::Equal);
    property_value(p, word);
    p.complete(marker, K::Property);
    true
}

fn property_value(p: &mut Parser<'_>, word: &str) {
    let kind = match word {
        "title" | "xtitle" | "ytitle" => Value::Text,
        "ycolumns" | "anomalycolumns" | "series" => Value::Columns,
        _ => Value::Plain,
    };
    match kind {
        Value::Plain if !value(p) => p.missing("a value"),
        Value::Plain => {}
        Value::Text => value_expr(p),
        Value::Columns => column_list(p, at_next_property),
    }
}

/// `a, b`: columns up to an end.
pub(super) fn column_list(p: &mut Parser<'_>, end: super::End) {
    List::of("a name", |p| !at_property(p, 0, true) && declared_name(p).is_some()).until(end).read(p);
}

/// A property of `render` stands there.
fn at_property(p: &Parser<'_>, ahead: usize, needs_equal: bool) -> bool {
    let word = p.nth_text(ahead);
    let known = RENDER.contains(&word) || KNOWN.binary_search(&word).is_ok();
    known && (!needs_equal || p.nth(ahead + 1) == K::Equal)
}

fn at_next_property(p: &Parser<'_>) -> bool {
    if p.at(K::Comma) {
        return at_property(p, 1, false) || matches!(p.nth(1), K::CloseParen | K::Bar | K::Semicolon | K::EndOfText);
    }
    at_property(p, 0, true) || at_list_end(p)
}
