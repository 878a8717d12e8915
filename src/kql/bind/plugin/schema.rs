//! The columns that each plugin gives.

use super::{Argument, Found, PluginCall};
use crate::kql::bind::Binder;
use crate::kql::bind::projection::{Clash, Projection};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    ColumnDeclaration, ColumnSymbol, Expr, Operator, Relation, ScalarKind, ScalarType as T, Span, SyntaxKind,
};

/// The columns of a result, and whether there may be more.
pub(super) struct Schema {
    pub(super) columns: Vec<ColumnSymbol>,
    unknown: Unknown,
}

impl Schema {
    fn closed(columns: Vec<ColumnSymbol>) -> Self {
        Self { columns, unknown: Unknown::default() }
    }

    fn open(columns: Vec<ColumnSymbol>) -> Self {
        Self { columns, unknown: Unknown::open() }
    }

    /// The input's columns with others around them.
    fn around(before: &[(&str, T)], input: &Table, behind: Vec<ColumnSymbol>) -> Self {
        let mut columns = new_columns(before);
        columns.extend(input.columns().iter().cloned());
        columns.extend(behind);
        Self { columns, unknown: input.unknown.clone() }
    }
}

impl Binder<'_> {
    pub(super) fn plugin_schema(&mut self, call: &PluginCall<'_>, input: &Table, span: Span) -> Option<Table> {
        let Schema { columns, unknown } = self.schema_of(call, input);
        let operator = Operator::Opaque { construct: "evaluate", inputs: vec![input.relation.clone()] };
        self.table(Relation::new(operator, columns, span), unknown, input.depth + 1)
    }

    pub(super) fn schema_of(&self, call: &PluginCall<'_>, input: &Table) -> Schema {
        let timeline = || call.column("TimelineColumn", input);
        let dimensions = || call.columns("Dimension", input);
        let keyed = |counts: &[(&str, T)]| {
            Schema::closed([timeline().into_iter().collect(), dimensions(), new_columns(counts)].concat())
        };
        match call.plugin.name {
            "active_users_count" => keyed(&[("dcount", T::Long)]),
            "activity_counts_metrics" => keyed(&[
                ("count", T::Long),
                ("dcount", T::Long),
                ("new_dcount", T::Long),
                ("aggregated_dcount", T::Long),
            ]),
            "activity_engagement" => keyed(&[
                ("dcount_activities_inner", T::Long),
                ("dcount_activities_outer", T::Long),
                ("activity_ratio", T::Real),
            ]),
            "activity_metrics" => keyed(&[
                ("dcount_values", T::Long),
                ("dcount_newvalues", T::Long),
                ("retention_rate", T::Real),
                ("churn_rate", T::Real),
            ]),
            "session_count" => keyed(&[("count_sessions", T::Long)]),
            "sliding_window_counts" => keyed(&[("Count", T::Long), ("Dcount", T::Long)]),
            "new_activity_metrics" => self.new_activity_metrics(call, input),
            "funnel_sequence" => funnel_sequence(call, input),
            "funnel_sequence_completion" => funnel_sequence_completion(call, input),
            "rolling_percentile" => rolling_percentile(call, input),
            "sequence_detect" => self.sequence_detect(call, input),
            "autocluster" | "basket" => Schema::around(&SEGMENTS, input, Vec::new()),
            "diffpatterns" => Schema::around(&DIFFERENCES, input, Vec::new()),
            "dcount_intersect" => {
                let counts = (0..call.arguments.len()).map(|index| ColumnSymbol::new(format!("s{index}"), T::Long));
                Schema::around(&[], input, counts.collect())
            }
            "identity" | "identity_v3" | "rows_near" => Schema::around(&[], input, Vec::new()),
            "bag_unpack" => bag_unpack(call, input),
            "pivot" => pivot(call, input),
            "schema_merge" => Schema::closed(new_columns(&[
                ("ColumnName", T::String),
                ("ColumnOrdinal", T::Long),
                ("DataType", T::String),
                ("ColumnType", T::String),
            ])),
            "narrow" => Schema::closed(new_columns(&[("Row", T::Long), ("Column", T::String), ("Value", T::String)])),
            "estimate_rows_count" => Schema::closed(new_columns(&[("EstimatedRowsCount", T::Long)])),
            "http_request" | "http_request_post" => {
                Schema::closed(new_columns(&[("ResponseHeaders", T::Dynamic), ("ResponseBody", T::Dynamic)]))
            }
            "infer_storage_schema" => Schema::closed(new_columns(&[("CslSchema", T::String)])),
            "infer_storage_schema_with_suggestions" => {
                Schema::closed(new_columns(&[("SuggestedTableSchema", T::String)]))
            }
            "ipv4_lookup" | "ipv6_lookup" => ip_lookup(call, input),
            "geo_polygon_lookup" | "geo_line_lookup" => geo_lookup(call, input),
            "python" | "r" | "csharp" => Self::script_schema(call, input),
            "ai_embed_text" => self.beside("Text", "embedding", T::Dynamic, call, input),
            "ai_embeddings" => self.beside("Text", "embeddings", T::Dynamic, call, input),
            "ai_chat_completion" | "ai_chat_completion_prompt" => {
                self.beside("Prompt", "completion", T::String, call, input)
            }
            // It gives two tables, and neither goes on down the pipe.
            "preview" => Schema::closed(Vec::new()),
            // What another service gives.
            _ => Schema::open(Vec::new()),
        }
    }

    fn argument_name(&self, argument: &Argument<'_>, input: &Table) -> String {
        let made = || self.made_name(argument.expr, &input.row());
        argument.name.clone().or_else(made).unwrap_or_default()
    }

    fn new_activity_metrics(&self, call: &PluginCall<'_>, input: &Table) -> Schema {
        let mut columns = Vec::new();
        if let Some(timeline) = call.argument("TimelineColumn") {
            let name = self.argument_name(timeline, input);
            let ty = timeline.scalar().map_or(T::Unknown, |value| value.ty);
            columns.extend(["from", "to"].map(|end| ColumnSymbol::new(format!("{end}_{name}"), ty)));
        }
        columns.extend(call.columns("Dimension", input));
        columns.extend(new_columns(&[
            ("dcount_new_values", T::Long),
            ("dcount_retained_values", T::Long),
            ("dcount_churn_values", T::Long),
            ("retention_rate", T::Real),
            ("churn_rate", T::Real),
        ]));
        Schema::closed(columns)
    }

    /// A datetime for each condition.
    fn sequence_detect(&self, call: &PluginCall<'_>, input: &Table) -> Schema {
        let mut columns = call.columns("Dimension", input);
        if let Some(timeline) = call.argument("TimelineColumn") {
            let name = self.argument_name(timeline, input);
            let ty = timeline.scalar().map_or(T::Unknown, |value| value.ty);
            for condition in call.arguments.iter().filter(|argument| argument.is("Expr")) {
                let condition = self.argument_name(condition, input);
                columns.push(ColumnSymbol::new(format!("{condition}_{name}"), ty));
            }
        }
        columns.push(ColumnSymbol::new("Duration", T::Timespan));
        Schema::closed(columns)
    }

    /// The input with a column made of an argument, and one for errors where they are asked for.
    fn beside(&self, of: &str, suffix: &str, ty: T, call: &PluginCall<'_>, input: &Table) -> Schema {
        let name = call.argument(of).map(|argument| self.argument_name(argument, input)).unwrap_or_default();
        let mut added = vec![ColumnSymbol::new(format!("{name}_{suffix}"), ty)];
        let is_true = |argument: &&Argument<'_>| {
            let value = argument.scalar().map(|value| &value.kind);
            matches!(value, Some(ScalarKind::Literal(crate::kql::Value::Bool(true)))) && argument.name.is_none()
        };
        if call.argument("IncludeErrorMessages").is_some_and(|it| is_true(&it)) {
            added.push(ColumnSymbol::new(format!("{name}_{suffix}_error"), T::String));
        }
        Schema { unknown: Unknown::default(), ..Schema::around(&[], input, added) }
    }

    /// What `typeof(*, x:long)` says.
    fn script_schema(call: &PluginCall<'_>, input: &Table) -> Schema {
        let Some(Found::Type(types)) = call.arguments.first().map(|argument| &argument.found) else {
            return Schema::open(Vec::new());
        };
        match columns_of_type(*types, input) {
            Some(columns) => Schema::closed(columns),
            None => Schema::open(Vec::new()),
        }
    }
}

const SEGMENTS: [(&str, T); 3] = [("SegmentId", T::Long), ("Count", T::Long), ("Percent", T::Real)];

const DIFFERENCES: [(&str, T); 6] = [
    ("SegmentId", T::Long),
    ("CountA", T::Long),
    ("CountB", T::Long),
    ("PercentA", T::Real),
    ("PercentB", T::Real),
    ("PercentDiffAB", T::Real),
];

fn new_columns(columns: &[(&str, T)]) -> Vec<ColumnSymbol> {
    columns.iter().map(|(name, ty)| ColumnSymbol::new(*name, *ty)).collect()
}

impl PluginCall<'_> {
    pub(super) fn argument(&self, parameter: &str) -> Option<&Argument<'_>> {
        self.arguments.iter().find(|argument| argument.is(parameter))
    }

    fn columns(&self, parameter: &str, input: &Table) -> Vec<ColumnSymbol> {
        let arguments = self.arguments.iter().filter(|argument| argument.is(parameter));
        arguments.filter_map(|argument| column_of(argument, input)).collect()
    }

    fn column(&self, parameter: &str, input: &Table) -> Option<ColumnSymbol> {
        column_of(self.argument(parameter)?, input)
    }

    /// The table that is looked up in.
    pub(super) fn lookup_table(&self) -> Option<&Table> {
        match &self.arguments.first()?.found {
            Found::Table(table) => Some(table),
            _ => None,
        }
    }
}

/// The column that an argument is.
fn column_of(argument: &Argument<'_>, input: &Table) -> Option<ColumnSymbol> {
    match &argument.scalar()?.kind {
        ScalarKind::Column(index) => input.columns().get(*index).cloned(),
        ScalarKind::Open(name) => Some(ColumnSymbol::new(name.clone(), T::Unknown)),
        _ => None,
    }
}

fn funnel_sequence(call: &PluginCall<'_>, input: &Table) -> Schema {
    let mut columns: Vec<ColumnSymbol> = call.column("TimelineColumn", input).into_iter().collect();
    if let Some(state) = call.argument("StateColumn") {
        let ty = state.scalar().map_or(T::Unknown, |value| value.ty);
        columns.extend(new_columns(&[("prev", ty), ("next", ty)]));
    }
    columns.extend(new_columns(&[("dcount", T::Long), ("samples", T::Dynamic)]));
    Schema::closed(columns)
}

fn funnel_sequence_completion(call: &PluginCall<'_>, input: &Table) -> Schema {
    let mut columns: Vec<ColumnSymbol> = call.column("TimelineColumn", input).into_iter().collect();
    columns.extend(call.column("StateColumn", input).map(|state| ColumnSymbol::new(state.name, T::String)));
    columns.extend(new_columns(&[("Period", T::Timespan), ("dcount", T::Long)]));
    Schema::closed(columns)
}

/// The column is named after the window, the column and the percentile, as they are written.
fn rolling_percentile(call: &PluginCall<'_>, input: &Table) -> Schema {
    let written = |parameter: &str| match call.argument(parameter).map(|argument| argument.expr) {
        Some(Expr::Literal(value)) => value.text().to_owned(),
        _ => "0".to_owned(),
    };
    let mut columns: Vec<ColumnSymbol> = call.column("IndexColumn", input).into_iter().collect();
    columns.extend(call.columns("Dimension", input));
    let value = call.column("ValueColumn", input);
    let (name, ty) = value.map_or_else(|| ("value".to_owned(), T::Long), |column| (column.name, column.ty));
    let name = format!("rolling_{}_percentile_{name}_{}", written("BinsPerWindow"), written("Percentile"));
    columns.push(ColumnSymbol::new(name, ty));
    Schema::closed(columns)
}

/// Every column but the bag, and what the bag holds.
fn bag_unpack(call: &PluginCall<'_>, input: &Table) -> Schema {
    let bag = call.arguments.first().and_then(|argument| column_of(argument, input));
    let is_bag = |column: &&ColumnSymbol| bag.as_ref().is_some_and(|bag| bag.name == column.name);
    Schema::open(input.columns().iter().filter(|column| !is_bag(column)).cloned().collect())
}

/// The columns that are named, else those that are neither pivoted nor aggregated; and one for each value.
fn pivot(call: &PluginCall<'_>, input: &Table) -> Schema {
    let named: Vec<ColumnSymbol> = call.columns("columnName", input);
    if !named.is_empty() {
        return Schema::open(named);
    }
    let mut used: Vec<String> = call.column("pivotColumn", input).into_iter().map(|column| column.name).collect();
    if let Some(Expr::Call(aggregate)) = call.argument("aggregateFunction").map(|argument| argument.expr)
        && let Some(Expr::Name(name)) = aggregate.arguments().next()
    {
        used.push(name.value().into_owned());
    }
    Schema::open(input.columns().iter().filter(|column| !used.contains(&column.name)).cloned().collect())
}

/// The input's columns, then those of the table that is looked up in; of two with one name the second gets a digit.
fn joined(input: &Table, lookup: &Table, is_kept: impl Fn(&ColumnSymbol) -> bool) -> Schema {
    let mut projection = Projection::of(input.columns());
    for column in lookup.columns().iter().filter(|column| is_kept(column)) {
        projection.add(column.clone(), Clash::Digit);
    }
    let unknown = lookup.unknown.clone().and(&input.unknown);
    Schema { columns: projection.into_columns(), unknown }
}

fn ip_lookup(call: &PluginCall<'_>, input: &Table) -> Schema {
    let Some(lookup) = call.lookup_table() else { return Schema::around(&[], input, Vec::new()) };
    let keys = call.arguments.iter().filter(|argument| argument.is("ExtraKey"));
    let keys: Vec<String> = keys
        .filter_map(|argument| match argument.expr {
            Expr::Name(name) => Some(name.value().into_owned()),
            _ => None,
        })
        .collect();
    joined(input, lookup, |column| !keys.contains(&column.name))
}

fn geo_lookup(call: &PluginCall<'_>, input: &Table) -> Schema {
    let Some(lookup) = call.lookup_table() else { return Schema::around(&[], input, Vec::new()) };
    let key = call.arguments.get(1).and_then(|argument| column_of(argument, lookup));
    let is_true = |argument: &Argument<'_>| matches!(argument.expr, Expr::Literal(value) if value.text() == "true");
    let keeps_key = call.argument("return_lookup_key").is_some_and(is_true);
    let is_key = |column: &ColumnSymbol| key.as_ref().is_some_and(|key| key.name.eq_ignore_ascii_case(&column.name));
    joined(input, lookup, |column| keeps_key || !is_key(column))
}

/// The columns that `typeof(*, x:long)` says; `None` for `typeof(long)`, which says none.
fn columns_of_type(types: crate::kql::TypeOfLiteral<'_>, input: &Table) -> Option<Vec<ColumnSymbol>> {
    let mut columns = Vec::new();
    let mut is_schema = false;
    for node in types.node().descendants() {
        if node.kind() == SyntaxKind::Star {
            is_schema = true;
            columns.extend(input.columns().iter().cloned());
        } else if let Some(declaration) = ColumnDeclaration::cast(node) {
            is_schema = true;
            columns.extend(declared_column(declaration));
        }
    }
    is_schema.then_some(columns)
}

/// `x:long` as a column.
pub(in crate::kql::bind) fn declared_column(declaration: ColumnDeclaration<'_>) -> Option<ColumnSymbol> {
    let ty = declaration.type_name().and_then(|name| T::from_name(name.text())).unwrap_or(T::Unknown);
    Some(ColumnSymbol::new(declaration.name()?.value(), ty))
}
