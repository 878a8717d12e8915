//! `render timechart with (title='x')`, or with the properties bare.

use super::expression::postfix;
use super::name::name_token;
use super::parameter::{column_list, render_properties, value};
use super::{Parser, SyntaxKind as K};

/// What `render` can be followed by. Some of it no client draws any more, and completion does not offer it.
pub(in crate::kql) const CHARTS: [&str; 21] = [
    "3Dchart",
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "graph",
    "ladderchart",
    "linechart",
    "list",
    "piechart",
    "pivotchart",
    "plotly",
    "sankey",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "timeline",
    "timepivot",
    "treemap",
];

pub(super) fn render(p: &mut Parser<'_>) {
    if p.at(K::Identifier) || CHARTS.contains(&p.current_text()) {
        name_token(p);
    } else {
        p.expected("the name of a chart");
    }
    bare_properties(p);
    if p.at(K::WithKw) {
        render_properties(p);
    }
}

/// `title='x' kind=stacked with 'y' by a, b`, as it was once written.
fn bare_properties(p: &mut Parser<'_>) {
    let marker = p.start();
    while bare_property(p) {}
    p.complete(marker, K::PropertyList);
}

fn bare_property(p: &mut Parser<'_>) -> bool {
    let word = p.current_text();
    let found = match word {
        "kind" | "title" | "accumulate" => p.nth(1) == K::Equal,
        "with" => p.nth(1) != K::OpenParen,
        "by" => true,
        _ => false,
    };
    if !found {
        return false;
    }
    let marker = p.start();
    name_token(p);
    p.eat(K::Equal);
    if word == "by" {
        column_list(p, |p| matches!(p.current_text(), "kind" | "title" | "accumulate" | "with" | "by"));
    } else if !(if word == "title" { postfix(p).is_some() } else { value(p) }) {
        p.missing("a value");
    }
    p.complete(marker, K::Property);
    true
}
