//! `set`: options of the request. What an option changes here is decided for each; a name that nobody knows is ignored
//! with a word, as Kusto ignores it in silence (`kql-semantics` §10).

use super::Binder;
use super::convert::literal;
use super::scope::{Row, Table};
use crate::kql::{
    Expr, Limits, MAX_DATETIME_TICKS, Operator, Query, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType,
    SetStatement, Span, Statement, Value,
};

/// The code of an option that has no effect here.
const NO_EFFECT: &str = "TLY0018";
/// Kusto's code of an option whose value is not one of its values.
const BAD_VALUE: &str = "SEM0020";

/// Options of the service's list of request properties that would change the answer in ways that are not built.
const REFUSED: [&str; 7] = [
    "query_cursor_after_default",
    "query_cursor_before_or_at_default",
    "query_cursor_current",
    "query_cursor_scoped_tables",
    "query_results_apply_getschema",
    "results_apply_getschema",
    "validatepermissions",
];

/// What `set` has said, the last word on each counting.
#[derive(Debug)]
pub(super) struct Settings {
    /// What `now()` means.
    pub(super) now: i64,
    pub(super) limits: Limits,
    take: Option<(i64, Span)>,
    /// What `bin_auto()` rounds to, and from where.
    bin_auto_size: Option<Scalar>,
    bin_auto_at: Option<Scalar>,
    /// The column of the date and time scope, and its bounds, both included.
    scope_column: Option<String>,
    scope_from: Option<i64>,
    scope_to: Option<i64>,
}

impl Settings {
    pub(super) fn new(now: i64) -> Self {
        Self {
            now,
            limits: Limits::default(),
            take: None,
            bin_auto_size: None,
            bin_auto_at: None,
            scope_column: None,
            scope_from: None,
            scope_to: None,
        }
    }

    /// Size and start of `bin_auto()`, once both are set.
    pub(super) fn bin_auto(&self) -> Option<[Scalar; 2]> {
        Some([self.bin_auto_size.clone()?, self.bin_auto_at.clone()?])
    }
}

impl Binder<'_> {
    /// Reads every `set` of the query.
    pub(super) fn settings_of(&mut self, query: Query<'_>) {
        let mut last = None;
        for statement in query.statements() {
            if let Statement::Set(set) = statement {
                let _ = self.set(set);
                last = Some(set);
            }
        }
        let bounded = self.settings.scope_from.is_some() || self.settings.scope_to.is_some();
        if let (true, None, Some(set)) = (bounded, &self.settings.scope_column, last) {
            self.no_effect(set, "query_datetimescope_from and _to without query_datetimescope_column");
        }
    }

    fn set(&mut self, set: SetStatement<'_>) -> Option<()> {
        let name = set.name()?.value().into_owned();
        if set.value().is_some_and(|value| !is_value(value)) {
            return self.error(BAD_VALUE, set.span(), format!("the value of '{name}' must be a literal or a name"));
        }
        match name.to_ascii_lowercase().as_str() {
            "query_now" => self.settings.now = self.datetime_of(set)?,
            "query_take_max_records" => self.settings.take = Some((self.count_of(set)?, set.span())),
            "truncationmaxrecords" => self.settings.limits.rows = Some(self.count_of(set)?.unsigned_abs()),
            "truncationmaxsize" => self.settings.limits.bytes = Some(self.count_of(set)?.unsigned_abs()),
            "query_datetimescope_column" => self.settings.scope_column = Some(self.word_of(set)?),
            "query_datetimescope_from" => self.settings.scope_from = Some(self.datetime_of(set)?),
            "query_datetimescope_to" => self.settings.scope_to = Some(self.datetime_of(set)?),
            "query_bin_auto_size" => self.settings.bin_auto_size = Some(self.constant_of(set)?),
            "query_bin_auto_at" => self.settings.bin_auto_at = Some(self.constant_of(set)?),
            "query_language" => self.query_language(set)?,
            lower if REFUSED.contains(&lower) => {
                return self.refuse(&format!("set {name}"), set.span());
            }
            _ => self.no_effect(set, &name),
        }
        Some(())
    }

    /// For a service the option is its own business.
    fn no_effect(&mut self, set: SetStatement<'_>, name: &str) {
        if self.context.capabilities.is_some() {
            self.inform(NO_EFFECT, set.span(), format!("the option {name} has no effect here"));
        }
    }

    fn query_language(&mut self, set: SetStatement<'_>) -> Option<()> {
        match self.word_of(set)?.to_ascii_lowercase().as_str() {
            "kql" | "csl" | "kusto" => Some(()),
            other => self.refuse(&format!("set query_language={other}"), set.span()),
        }
    }

    fn datetime_of(&mut self, set: SetStatement<'_>) -> Option<i64> {
        self.literal_of(set, "a datetime literal", |value| match value {
            Value::Datetime(ticks) => Some(ticks),
            _ => None,
        })
    }

    fn count_of(&mut self, set: SetStatement<'_>) -> Option<i64> {
        self.literal_of(set, "a number that is not negative", |value| match value {
            Value::Long(number) => Some(number).filter(|it| *it >= 0),
            Value::Int(number) => Some(i64::from(number)).filter(|it| *it >= 0),
            _ => None,
        })
    }

    fn word_of(&mut self, set: SetStatement<'_>) -> Option<String> {
        if let Some(Expr::Name(word)) = set.value() {
            return Some(word.value().into_owned());
        }
        self.literal_of(set, "a text", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    fn constant_of(&mut self, set: SetStatement<'_>) -> Option<Scalar> {
        self.literal_of(set, "a literal", |value| Some(literal(value, set.span())))
    }

    /// The value of an option as what it must be, or the report that it is not.
    fn literal_of<T>(&mut self, set: SetStatement<'_>, what: &str, take: impl Fn(Value) -> Option<T>) -> Option<T> {
        let literal = set.value().filter(|value| !matches!(value, Expr::Name(_)));
        let value = match literal {
            Some(expr) => match self.scalar(expr, &Row::NONE)?.kind {
                ScalarKind::Literal(value) => take(value),
                _ => None,
            },
            None => None,
        };
        if value.is_none() {
            let name = set.name()?.value().into_owned();
            return self.error(BAD_VALUE, set.span(), format!("the value of '{name}' must be {what}"));
        }
        value
    }

    /// The result with no more rows than `query_take_max_records` allows.
    pub(super) fn limited(&mut self, table: Table) -> Option<Table> {
        let Some((count, span)) = self.settings.take.clone() else { return Some(table) };
        let columns = table.columns().to_vec();
        let operator = Operator::Take { input: Box::new(table.relation), count };
        self.table(Relation::new(operator, columns, span), table.unknown, table.depth + 1)
    }

    /// A table as it is within the time range of the request, and within the date and time scope that `set` gave. The
    /// filter stands right upon the table, so that it prunes what is read like any other.
    pub(super) fn in_time_range(&mut self, table: Table, time_column: Option<usize>) -> Option<Table> {
        let table = match (self.context.time_range, time_column) {
            (Some((from, to)), Some(column)) => self.between_times(table, column, from, to)?,
            _ => table,
        };
        let (from, to) = (self.settings.scope_from, self.settings.scope_to);
        let named =
            |name: &String| table.columns().iter().position(|it| it.name == *name && it.ty == ScalarType::Datetime);
        match (from, to, self.settings.scope_column.as_ref().and_then(named)) {
            (None, None, _) | (_, _, None) => Some(table),
            (from, to, Some(column)) => {
                self.between_times(table, column, from.unwrap_or(0), to.unwrap_or(MAX_DATETIME_TICKS))
            }
        }
    }

    fn between_times(&mut self, table: Table, column: usize, from: i64, to: i64) -> Option<Table> {
        let span = table.relation.span.clone();
        let scalar = |kind, ty| Scalar { kind, ty, span: span.clone() };
        let time = |ticks: i64| {
            scalar(ScalarKind::Literal(Value::Datetime(ticks.clamp(0, MAX_DATETIME_TICKS))), ScalarType::Datetime)
        };
        let operands = vec![scalar(ScalarKind::Column(column), ScalarType::Datetime), time(from), time(to)];
        let predicate = scalar(ScalarKind::Operator(ScalarOperator::Between, operands), ScalarType::Bool);
        let columns = table.columns().to_vec();
        let operator = Operator::Where { input: Box::new(table.relation), predicate };
        self.table(Relation::new(operator, columns, span), table.unknown, table.depth + 1)
    }
}

/// A literal, or the name of something.
fn is_value(expr: Expr<'_>) -> bool {
    matches!(expr, Expr::Literal(_) | Expr::CompoundString(_) | Expr::Dynamic(_) | Expr::Name(_))
}
