//! What works but costs more than it need, or means something else than it seems to: rules beyond the language's own.
//!
//! Every rule is one file of [`lint`](self) with its code, what it finds and why. A rule speaks only where what it
//! says holds for sure; what it proposes never changes the answer, except where the answer is what is wrong.

mod allow;
mod pipe;
mod t001_no_time_filter;
mod t002_contains_of_terms;
mod t003_leading_wildcard;
mod t004_unscoped_search;
mod t005_join_unreduced;
mod t006_lower_to_compare;
mod t007_unbounded_mv_expand;
mod t008_take_without_order;
mod t009_late_filter;
mod t010_default_join;
mod t011_hidden_characters;

use super::{Context, Diagnostic, Fix, Inspection, Severity, Span, inspect};

/// A rule, for people.
#[derive(Debug, Clone, Copy)]
pub struct LintRule {
    /// `T001`.
    pub code: &'static str,
    /// What it finds, as one line without a full stop.
    pub summary: &'static str,
    /// Why that matters, as one sentence.
    pub reason: &'static str,
    /// A warning where something is lost or wrong; information where it depends on who runs the query.
    pub severity: Severity,
    find: fn(&Subject<'_>, &mut Vec<Finding>),
}

/// What rules look at.
struct Subject<'i> {
    inspection: &'i Inspection,
    context: &'i Context<'i>,
}

/// What a rule has found.
struct Finding {
    span: Span,
    message: String,
    hint: Option<String>,
    fix: Option<Fix>,
}

/// All rules, in the order of their codes.
const RULES: [LintRule; 11] = [
    t001_no_time_filter::RULE,
    t002_contains_of_terms::RULE,
    t003_leading_wildcard::RULE,
    t004_unscoped_search::RULE,
    t005_join_unreduced::RULE,
    t006_lower_to_compare::RULE,
    t007_unbounded_mv_expand::RULE,
    t008_take_without_order::RULE,
    t009_late_filter::RULE,
    t010_default_join::RULE,
    t011_hidden_characters::RULE,
];

/// All rules, in the order of their codes.
pub fn lint_rules() -> impl Iterator<Item = &'static LintRule> {
    RULES.iter()
}

/// What the rules find in a query, in text order; nothing of a text that is not read to its end.
pub fn lint(text: &str, context: &Context<'_>) -> Vec<Diagnostic> {
    lint_inspection(&inspect(text, context), context)
}

/// The same of a query that has been looked at already.
pub fn lint_inspection(inspection: &Inspection, context: &Context<'_>) -> Vec<Diagnostic> {
    findings(inspection, context).into_iter().map(|(rule, finding)| diagnostic(rule, finding)).collect()
}

fn diagnostic(rule: &'static LintRule, finding: Finding) -> Diagnostic {
    Diagnostic {
        code: rule.code,
        severity: rule.severity,
        span: finding.span,
        message: finding.message,
        hint: finding.hint,
    }
}

fn findings(inspection: &Inspection, context: &Context<'_>) -> Vec<(&'static LintRule, Finding)> {
    let subject = Subject { inspection, context };
    let allowed = allow::Allowed::of(&inspection.tree);
    let mut all = Vec::new();
    for rule in &RULES {
        let mut found = Vec::new();
        (rule.find)(&subject, &mut found);
        all.extend(found.into_iter().filter(|it| !allowed.has(rule.code, it.span.start)).map(|it| (rule, it)));
    }
    all.sort_by_key(|(_, finding)| finding.span.start);
    all
}

/// What can be done about the findings that touch a place: those of the rules, and names that were meant.
pub fn fixes(text: &str, place: &Span, context: &Context<'_>) -> Vec<Fix> {
    let inspection = inspect(text, context);
    let touches = |span: &Span| span.start <= place.end && place.start <= span.end;
    let mut fixes: Vec<Fix> = Vec::new();
    for finding in inspection.analysis.diagnostics.iter().filter(|finding| touches(&finding.span)) {
        fixes.extend(meant(text, finding));
    }
    let found = findings(&inspection, context);
    fixes.extend(found.into_iter().filter(|(_, it)| touches(&it.span)).filter_map(|(_, it)| it.fix));
    fixes
}

/// Puts the name in that a finding says was meant.
fn meant(text: &str, finding: &Diagnostic) -> Option<Fix> {
    let name = finding.hint.as_deref()?.strip_prefix("Did you mean ")?.strip_suffix('?')?;
    let written = text.get(finding.span.clone())?;
    let is_one_word = !written.is_empty() && written.chars().all(|c| c.is_alphanumeric() || "_-$![]'\"".contains(c));
    let edits = vec![super::TextEdit { span: finding.span.clone(), text: name.to_owned() }];
    is_one_word.then(|| Fix { title: format!("Replace with {name}"), edits })
}
