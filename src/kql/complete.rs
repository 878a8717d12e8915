//! Completion: what could stand at the cursor, best first.
//!
//! The context is read off the tokens before the cursor by the operators' own syntax (`syntax`), the names in scope
//! off what binding learnt of that text (`scope`); then each source adds its items. The list is never filtered by what
//! is typed already: a caller shows [`Completion::matching`], a tool that wants everything takes the items.

mod column;
mod cursor;
mod function;
mod keyword;
mod list;
mod matching;
mod operator;
mod scope;
mod syntax;
mod table;
mod value;

use super::catalog::{OperatorParameter, ParameterKind};
use super::{Context, Span};
use list::List;
use scope::{Fit, Scope};
pub(super) use syntax::{OpenCall, read};
use syntax::{Scalar, Want, What};

/// What could stand at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// The bytes that an item replaces: the word at the cursor, also its part behind the cursor. What is typed of it
    /// is the text from its start up to the cursor.
    pub edit: Span,
    /// Best first, each label once a kind.
    pub items: Vec<CompletionItem>,
}

/// One thing that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What a list shows, and what is compared with the typed text.
    pub label: String,
    /// What replaces [`Completion::edit`].
    pub insert: String,
    /// Where the cursor goes: a byte offset in `insert`, inside the parentheses of a call that takes arguments.
    pub cursor: usize,
    pub kind: CompletionKind,
    /// A type or a signature; may be empty.
    pub detail: String,
    /// What it is, in a sentence or a few; may be empty.
    pub documentation: String,
    pub rank: Rank,
}

/// What sort of thing an item names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompletionKind {
    Column,
    Table,
    /// A scalar that this text names.
    Variable,
    Parameter,
    /// A scalar function of the language.
    Function,
    /// A function that this text makes.
    LocalFunction,
    /// A function that the service keeps.
    ServiceFunction,
    Aggregate,
    Plugin,
    /// A tabular operator, or the word that begins a statement.
    Operator,
    /// `==`, `has`, `and`, …
    ScalarOperator,
    /// `by`, `on`, `asc`, …
    Keyword,
    /// The name of an operator's parameter or of a `set` option.
    Option,
    /// A value that is known to be possible here.
    Value,
    Type,
    Chart,
}

/// Why an item stands where it stands: smaller is better, the first field counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Rank {
    /// 0 where its type is the expected one, 1 where it can become it or nothing is expected, 2 otherwise.
    pub fit: u8,
    /// How near it is: keywords of the place, columns of the row, names of the text, functions, the rest.
    pub distance: u8,
}

/// What could stand at a byte offset of a query's text: all of it, whatever is typed already. Nothing inside comments
/// and literals. Of an editor's text, give the block around the cursor ([`super::part_at`]).
pub fn complete(text: &str, offset: usize, context: &Context<'_>) -> Completion {
    let offset = floor_char_boundary(text, offset);
    let place = cursor::place_at(text, offset);
    if !place.is_open {
        return Completion { edit: place.edit, items: Vec::new() };
    }
    let before = &text[..place.edit.start];
    let reading = read(before);
    let scope = Scope::new(before, context);
    let mut list = List::default();
    let after_operand = reading.wants.iter().any(|want| matches!(want.what, What::Infix(_)));
    for want in &reading.wants {
        match &want.what {
            What::Keyword(word) => keyword::word(&mut list, word, after_operand),
            _ => offer(&mut list, &scope, want, reading.stage),
        }
    }
    Completion { edit: place.edit, items: list.into_items() }
}

/// Adds what a place wants, source by source.
fn offer(list: &mut List, scope: &Scope<'_>, want: &Want, stage: Option<(&str, usize)>) {
    match &want.what {
        What::Statement => operator::statements(list),
        What::Table { operators } => tables(list, scope, *operators),
        What::Operator => operator::piped(list),
        What::Scalar(place) => scalar(list, scope, want, place, stage),
        What::Infix(infix) => operator::infix(list, scope, *infix),
        What::Column => column_name(list, scope, want),
        What::JoinKey => column::of_both(list, scope, want),
        What::Member { end } => members(list, scope, want, *end),
        What::Plugin => function::plugins(list),
        What::Invoked => invoked(list, scope),
        What::SetOption => keyword::options(list),
        What::Type => keyword::types(list),
        What::Chart => value::charts(list),
        What::LetValue => keyword::of_let(list),
        What::Keyword(word) => keyword::word(list, word, false),
        What::Parameter(parameter) => keyword::parameter(list, parameter),
        What::ParameterValue(parameter) => parameter_value(list, scope, want, parameter),
        What::Pattern => value::graph_patterns(list),
    }
}

fn tables(list: &mut List, scope: &Scope<'_>, operators: bool) {
    table::tables(list, scope, 1);
    function::of_text(list, scope, &Fit::default());
    function::of_service(list, scope, 1, false);
    operator::leading(list, operators);
}

/// Functions that give names of columns stand here as well; there are few, and nobody types them often.
fn column_name(list: &mut List, scope: &Scope<'_>, want: &Want) {
    column::of_row(list, scope, want, &Fit::default());
    value::variables(list, scope, &Fit::default());
    function::remote(list, scope);
}

fn scalar(list: &mut List, scope: &Scope<'_>, want: &Want, place: &Scalar, stage: Option<(&str, usize)>) {
    let fit = scope.fit(&place.expected);
    value::examples(list, place.is_count, &place.expected, &fit);
    column::of_row(list, scope, want, &fit);
    if matches!(stage, Some(("find" | "search", _))) && scope.row(want).0.is_empty() {
        column::of_all_tables(list, scope);
    }
    value::variables(list, scope, &fit);
    if place.aggregates {
        function::aggregates(list);
    }
    function::of_text(list, scope, &fit);
    function::scalars(list, &fit);
    function::of_service(list, scope, 2, false);
    function::literals(list, &fit);
}

fn members(list: &mut List, scope: &Scope<'_>, want: &Want, end: usize) {
    let before = &scope.text[..end];
    column::of_side(list, scope, want, before);
    table::members(list, before);
}

fn invoked(list: &mut List, scope: &Scope<'_>) {
    function::of_text(list, scope, &Fit::default());
    function::of_service(list, scope, 1, true);
    table::places(list);
}

fn parameter_value(list: &mut List, scope: &Scope<'_>, want: &Want, parameter: &OperatorParameter) {
    value::of_parameter(list, parameter);
    if matches!(parameter.kind, ParameterKind::Column | ParameterKind::Columns) {
        column::of_row(list, scope, want, &Fit::default());
    }
}

/// The last character boundary up to an offset.
pub(super) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
