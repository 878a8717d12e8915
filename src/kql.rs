//! The language: text in, facts out. Pure: no I/O, no async, no clock, no Arrow, no terminal.
//!
//! [`analyze`] is the door: it never fails, whatever the text.

mod ast;
mod bind;
mod bound;
mod catalog;
mod classify;
mod complete;
mod datetime_text;
mod diagnostic;
mod dump;
mod edit;
mod format;
mod grammar;
mod highlight;
mod hover;
mod kind;
mod lexer;
mod lint;
mod names;
mod navigate;
mod parameters;
mod parser;
mod quote;
mod refactor;
mod scalar;
mod script;
mod shape;
mod signature_help;
mod step;
mod string_literal;
mod structure;
mod support;
mod symbol;
mod text_pattern;
mod tree;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use ast::*;
pub use bind::{Facts, Meaning, NameFact, RowFact, VariableFact, timespan_of_text};
pub use bound::{
    Activity, AggregateCall, BagExpansion, BoundQuery, Cycles, Direction, ExternalData, ExternalFile, ExternalFormat,
    GraphColumn, GraphMatch, IpLookup, JoinKind, Limits, MoreResult, Operator, PathFold, PathStep, PatternEdge, Plugin,
    Relation, Render, Scalar, ScalarKind, ScalarOperator, Scan as BoundScan, ScanStep as BoundScanStep, Series,
    SortKey, UnionInput, WindowCall,
};
pub use classify::{TokenClass, classify};
pub use complete::{Completion, CompletionItem, CompletionKind, Rank, complete};
pub use datetime_text::{parse_datetime, ticks_of_date};
pub use diagnostic::{CODES, Diagnostic, Severity, Span, code_meaning};
pub use dump::{dump_bound, dump_tokens, dump_tree};
pub use edit::{Change, Fix, TextEdit, apply_edits};
pub use format::{LineEnds, format, format_all, format_with};
pub use grammar::parse;
pub use highlight::{Class, highlight, highlight_lines};
pub use hover::{Hover, hover};
pub use kind::SyntaxKind;
pub use lint::{LintRule, fixes, lint, lint_inspection, lint_rules};
pub use names::identifiers;
pub use navigate::{definition, references, renamable, rename};
pub use parameters::{DeclaredParameter, declared_parameters, parameter_literal, with_parameters};
pub use quote::{quoted_name, string_literal};
pub use refactor::{Refactoring, RefactoringKind, refactorings};
pub use scalar::{
    DynamicShape, Element, MAX_DATETIME_TICKS, ScalarType, TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS, Value,
};
pub use script::{EditedBlocks, block_at, blocks, part_at};
pub use shape::{QueryShape, query_shape};
pub use signature_help::{SignatureHelp, SignatureText, signature_help};
pub use step::{Learnt, Question, Step};
pub use string_literal::string_value;
pub use structure::{
    Fold, FoldKind, add_condition, bracket_pair, comment_stage, duplicate_stage, folds, move_stage_down, move_stage_up,
    select_stage, stage_at, toggle_comment,
};
pub use support::{Support, SupportKind, SupportLine, support, support_table};
pub use symbol::{ColumnSymbol, FunctionResult, FunctionSymbol, KnownFiles, Schema, TableSymbol};
pub use text_pattern::{KeyValuePattern, KeyValueRule, ParseMode, ParseStep, ParseTemplate, TextPattern};
pub use tree::{Node, Tree};

/// What analysis needs to know beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub schema: &'a Schema,
    /// The one instant that `now()` means in this query, in ticks since 0001-01-01.
    pub now: i64,
    /// What the engine that will run the query evaluates. A known function beside it is refused by name. `None` for a
    /// query that a service runs, or that is only looked at: then no function is refused.
    pub capabilities: Option<&'a Capabilities>,
    /// Values for `declare query_parameters`, as a client sends them: a name and the text of its value. Those that the
    /// query does not declare are ignored, as Kusto does.
    pub parameters: &'a [(String, String)],
    /// When it is set, every table of the schema that has a time column is read only between these two instants, both
    /// included, in ticks since 0001-01-01, wherever the query names it. The query's own filters apply as well.
    pub time_range: Option<(i64, i64)>,
    /// True when there may be tables and functions that the schema does not have: then naming one is no error, and only
    /// a refusal, since nothing can be said of the query behind it.
    pub is_open: bool,
    /// What was learnt of rows so far; see [`Step`].
    pub learnt: &'a [Learnt],
}

impl<'a> Context<'a> {
    /// Without parameters and without a time range, against a schema that has everything.
    pub fn new(schema: &'a Schema, now: i64, capabilities: Option<&'a Capabilities>) -> Self {
        Self { schema, now, capabilities, parameters: &[], time_range: None, is_open: false, learnt: &[] }
    }
}

/// The functions that an engine evaluates, by their canonical names in the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    pub functions: BTreeSet<&'static str>,
    pub aggregates: BTreeSet<&'static str>,
}

impl Capabilities {
    /// Everything that the catalogue knows, whoever evaluates it.
    pub fn catalogue() -> Self {
        Self { functions: catalog::function_names().collect(), aggregates: catalog::aggregate_names().collect() }
    }
}

/// Everything the language knows about one query text.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// In text order.
    pub diagnostics: Vec<Diagnostic>,
    /// `None` when a diagnostic of severity error or refusal forbids running it here, or a step has to be run before.
    pub query: Option<BoundQuery>,
    /// What must be learnt from rows before there can be a query; only where ours will run it.
    pub step: Option<Step>,
    /// The columns of the result, as far as they are known; `None` where nothing is asked. They are dependable when no
    /// diagnostic is an error.
    pub output: Option<Output>,
}

/// The columns of a query's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub columns: Arc<[ColumnSymbol]>,
    /// There may be further columns, which show only when the query runs.
    pub is_open: bool,
}

/// A text looked at for an editor.
#[derive(Debug, Clone)]
pub struct Inspection {
    pub tree: Tree,
    pub analysis: Analysis,
    pub facts: Facts,
}

/// Parses and binds one query. Never fails and never panics; see [`Analysis::diagnostics`].
pub fn analyze(text: &str, context: &Context<'_>) -> Analysis {
    bind::bind(&parse(text), context)
}

/// The same, with the tree and with what every name in it means.
pub fn inspect(text: &str, context: &Context<'_>) -> Inspection {
    let tree = parse(text);
    let (analysis, facts) = bind::bind_with_facts(&tree, context);
    Inspection { tree, analysis, facts }
}
