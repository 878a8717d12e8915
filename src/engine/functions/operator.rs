//! Operators: what is written between, before or around operands.

pub(super) mod arithmetic;
pub(super) mod comparison;
mod fold;
mod logic;
mod membership;
mod pattern;
mod term;
mod term_list;
mod text_match;

use crate::kql::{ScalarOperator, ScalarType};

use super::kql_function::Function;

pub(super) use fold::fold;
pub(super) use logic::NOT;
pub(super) use term::Term;

/// The function behind an operator; `None` when it is not known how Kusto answers for these operands.
pub(super) fn function(operator: ScalarOperator, args: &[ScalarType]) -> Option<Function> {
    use ScalarOperator as Op;
    let function = match operator {
        Op::Add => Function::new("add", arithmetic::add),
        Op::Subtract => Function::new("subtract", arithmetic::subtract),
        Op::Multiply => Function::new("multiply", arithmetic::multiply),
        Op::Divide => Function::new("divide", arithmetic::divide),
        Op::Modulo => Function::new("modulo", arithmetic::modulo),
        Op::Negate => Function::new("negate", arithmetic::negate),
        Op::Equal => Function::new("equal", comparison::equal),
        Op::Less => Function::new("less", comparison::less),
        Op::LessEqual => Function::new("less_equal", comparison::less_equal),
        Op::Greater => Function::new("greater", comparison::greater),
        Op::GreaterEqual => Function::new("greater_equal", comparison::greater_equal),
        Op::Between => Function::new("between", comparison::between),
        Op::And => Function::new("and", logic::and),
        Op::Or => Function::new("or", logic::or),
        Op::Not => NOT,
        Op::EqualIgnoreCase => Function::new("equal_ignore_case", text_match::equal_ignore_case),
        Op::Has => Function::new("has", term::has),
        Op::HasCs => Function::new("has_cs", term::has_cs),
        Op::HasPrefix => Function::new("hasprefix", term::hasprefix),
        Op::HasPrefixCs => Function::new("hasprefix_cs", term::hasprefix_cs),
        Op::HasSuffix => Function::new("hassuffix", term::hassuffix),
        Op::HasSuffixCs => Function::new("hassuffix_cs", term::hassuffix_cs),
        Op::Contains => Function::new("contains", term::contains),
        Op::ContainsCs => Function::new("contains_cs", term::contains_cs),
        Op::StartsWith => Function::new("startswith", text_match::startswith),
        Op::StartsWithCs => Function::new("startswith_cs", text_match::startswith_cs),
        Op::EndsWith => Function::new("endswith", text_match::endswith),
        Op::EndsWithCs => Function::new("endswith_cs", text_match::endswith_cs),
        Op::MatchesRegex => Function::new("matches_regex", pattern::matches_regex),
        Op::In => Function::new("in", membership::is_in),
        Op::InIgnoreCase => Function::new("in_ignore_case", membership::is_in_ignoring_case),
        Op::HasAny => Function::new("has_any", term_list::has_any),
        Op::HasAll => Function::new("has_all", term_list::has_all),
    };
    (function.accepts)(args).then_some(function)
}
