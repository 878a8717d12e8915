//! What a program that runs queries itself evaluates of the language: one list, from the catalogue and from what the
//! engine says of itself.

use super::bind::{BOUND_FUNCTIONS, GRAPH_FUNCTIONS, RUN_PLUGINS};
use super::catalog::{Construct, Position};
use super::{Capabilities, Context, Schema, analyze, catalog};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupportKind {
    Operator,
    Plugin,
    Function,
    Aggregate,
}

impl SupportKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Plugin => "plugin",
            Self::Function => "function",
            Self::Aggregate => "aggregate",
        }
    }
}

/// One name of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Support {
    pub name: &'static str,
    pub kind: SupportKind,
    /// What it does, as one line without a full stop.
    pub about: &'static str,
    /// Otherwise a query that uses it is refused by its name.
    pub runs: bool,
}

/// Every operator, plugin, function and aggregate of the language, in the order of their names.
pub fn support(capabilities: &Capabilities) -> Vec<Support> {
    let is_internal = |name: &&str| name.starts_with('_');
    let functions = catalog::functions().values().filter(|it| !is_internal(&it.name)).map(|it| Support {
        name: it.name,
        kind: SupportKind::Function,
        about: it.doc,
        runs: capabilities.functions.contains(it.name)
            || BOUND_FUNCTIONS.contains(&it.name)
            || GRAPH_FUNCTIONS.contains(&it.name),
    });
    let aggregates = catalog::aggregates().values().filter(|it| !is_internal(&it.name)).map(|it| Support {
        name: it.name,
        kind: SupportKind::Aggregate,
        about: it.doc,
        runs: capabilities.aggregates.contains(it.name),
    });
    let mut all: Vec<Support> = functions.chain(aggregates).collect();
    let operators = catalog::constructs().iter().filter(|it| is_operator(it.position) && it.name != "project-smart");
    all.extend(operators.map(|it| Support {
        name: it.name,
        kind: SupportKind::Operator,
        about: it.doc.trim_end_matches('.'),
        runs: !is_refused(&probe(it), it.name, capabilities),
    }));
    all.extend(catalog::plugins().values().filter(|it| !it.is_hidden).map(|it| Support {
        name: it.name,
        kind: SupportKind::Plugin,
        about: it.doc,
        runs: RUN_PLUGINS.contains(&it.name),
    }));
    all.sort_by_key(|it| (it.kind, it.name));
    all
}

/// What is said of all names of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportLine {
    /// `operators`
    pub kind: String,
    pub n_run: usize,
    pub n_all: usize,
    /// What a query is refused for, in order.
    pub refused: Vec<&'static str>,
}

impl SupportLine {
    /// `46 of 51; refused by name: facet, fork`
    pub fn words(&self) -> String {
        let count = format!("{} of {}", self.n_run, self.n_all);
        if self.refused.is_empty() { count } else { format!("{count}; refused by name: {}", self.refused.join(", ")) }
    }
}

/// The list in short: a line for each kind. Help, README and guide show it.
pub fn support_table(capabilities: &Capabilities) -> Vec<SupportLine> {
    let all = support(capabilities);
    let kinds = [SupportKind::Operator, SupportKind::Plugin, SupportKind::Function, SupportKind::Aggregate];
    let line = |kind: SupportKind| {
        let of_kind: Vec<&Support> = all.iter().filter(|it| it.kind == kind).collect();
        let refused: Vec<&'static str> = of_kind.iter().filter(|it| !it.runs).map(|it| it.name).collect();
        SupportLine {
            kind: format!("{}s", kind.name()),
            n_run: of_kind.len() - refused.len(),
            n_all: of_kind.len(),
            refused,
        }
    };
    kinds.map(line).into()
}

fn is_operator(position: Position) -> bool {
    matches!(position, Position::Piped | Position::Leading | Position::Both)
}

/// A query that begins to use the operator. What is missing of it does not matter.
fn probe(operator: &Construct) -> String {
    match operator.position {
        _ if operator.name.starts_with("graph-") => {
            format!("print x=1 | make-graph x --> x with_node_id=n | {} n > 0 | graph-to-table nodes", operator.name)
        }
        Position::Piped | Position::Both => format!("print x=1 | {}", operator.name),
        _ => operator.name.to_owned(),
    }
}

/// Asks the binder, which refuses an operator before it looks at what belongs to it.
fn is_refused(query: &str, construct: &str, capabilities: &Capabilities) -> bool {
    let schema = Schema::default();
    let analysis = analyze(query, &Context::new(&schema, 0, Some(capabilities)));
    let named = format!("'{construct}'");
    analysis.diagnostics.iter().any(|finding| finding.code == "TLY0001" && finding.message.contains(&named))
}
