//! The options of a request: applied, refused by name where they would change the answer in a way that is not done, and
//! otherwise ignored as Kusto ignores what it does not know.

use std::time::Duration;

use serde_json::{Map, Value};

use super::fault::KustoFault;
use crate::config::TimeRange;
use crate::kql::{MAX_DATETIME_TICKS, Schema, parse_datetime, timespan_of_text};
use crate::result::{ErrorPlacement, KustoFrames, Truncation, datetime_text, parse_timespan};
use crate::run::RunSummary;

/// How long a query and a command may run when the client says nothing.
const QUERY_TIME: Duration = Duration::from_mins(4);
const COMMAND_TIME: Duration = Duration::from_mins(10);
/// How long anything may run.
const LONGEST_TIME: Duration = Duration::from_hours(1);

#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    pub(super) time_limit: Option<Duration>,
    /// More rows than these are an error.
    truncation: Option<u64>,
    /// More rows than these are silently left out.
    take: Option<u64>,
    pub(super) max_bytes: Option<u64>,
    pub(super) frames: KustoFrames,
    pub(super) time_range: Option<TimeRange>,
}

impl Wishes {
    pub(super) fn of(options: &Map<String, Value>, schema: &Schema, text: &str) -> Result<Self, KustoFault> {
        let is_command = text.trim_start().starts_with('.');
        let mut wishes =
            Self { time_limit: Some(if is_command { COMMAND_TIME } else { QUERY_TIME }), ..Self::default() };
        let mut scope = Scope::default();
        let mut unlimited = false;
        for (name, value) in options {
            let option = Given { name, value };
            if matches!(value, Value::Null | Value::Bool(false)) {
                continue;
            }
            match name.to_ascii_lowercase().as_str() {
                "servertimeout" => wishes.time_limit = Some(option.span()?),
                "norequesttimeout" if option.flag()? => wishes.time_limit = Some(LONGEST_TIME),
                "truncationmaxrecords" => wishes.truncation = Some(option.count()?),
                "truncationmaxsize" => wishes.max_bytes = Some(option.count()?),
                "query_take_max_records" => wishes.take = Some(option.count()?),
                "notruncation" => unlimited = option.flag()?,
                "results_progressive_enabled" => wishes.frames.progressive = option.flag()?,
                "results_v2_fragment_primary_tables" => wishes.frames.fragmented = option.flag()?,
                "results_v2_newlines_between_frames" => wishes.frames.lines = option.flag()?,
                "results_error_reporting_placement" => wishes.frames.errors = option.placement()?,
                "deferpartialqueryfailures" if option.flag()? => wishes.frames.errors = ErrorPlacement::EndOfDataset,
                "query_datetimescope_column" => scope.column = Some(option.text()?.to_owned()),
                "query_datetimescope_from" => scope.from = Some(option.instant()?),
                "query_datetimescope_to" => scope.to = Some(option.instant()?),
                "query_language" if matches!(option.text()?, "kql" | "csl") => {}
                "query_language"
                | "query_now"
                | "query_bin_auto_at"
                | "query_bin_auto_size"
                | "validate_permissions"
                | "validatepermissions" => return Err(option.refused()),
                _ => {}
            }
        }
        if unlimited {
            (wishes.truncation, wishes.max_bytes) = (None, None);
        }
        wishes.time_range = scope.range(schema, text)?;
        Ok(wishes)
    }

    /// Rows after which there is nothing to read on for; the limit of the connection holds besides.
    pub(super) fn max_rows(&self) -> Option<u64> {
        [self.truncation, self.take].into_iter().flatten().min()
    }

    /// True when the rows that are missing are those which the client did not want.
    pub(super) fn is_taken(&self, summary: &RunSummary) -> bool {
        matches!(summary.truncation, Some(Truncation::Rows { limit }) if Some(limit) == self.take)
    }
}

/// One option as it was sent. Clients send numbers and truth values as text, too.
struct Given<'a> {
    name: &'a str,
    value: &'a Value,
}

impl Given<'_> {
    fn wrong(&self, what: &str) -> KustoFault {
        KustoFault::bad_request(&format!("option '{}' must be {what}", self.name))
    }

    fn refused(&self) -> KustoFault {
        KustoFault::bad_request(&format!("tallyho does not run option '{}' yet", self.name))
    }

    fn text(&self) -> Result<&str, KustoFault> {
        self.value.as_str().ok_or_else(|| self.wrong("text"))
    }

    fn flag(&self) -> Result<bool, KustoFault> {
        match self.value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Value::Number(number) => Ok(number.as_f64() != Some(0.0)),
            _ => Err(self.wrong("true or false")),
        }
    }

    fn count(&self) -> Result<u64, KustoFault> {
        let count = match self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        count.ok_or_else(|| self.wrong("a whole number"))
    }

    /// `00:04:00`, `4m`, and `0:04:00` as Python writes it.
    fn span(&self) -> Result<Duration, KustoFault> {
        let what = "a time span such as 00:04:00 or 4m";
        let text = self.value.as_str().ok_or_else(|| self.wrong(what))?.trim();
        let padded = format!("0{text}");
        let ticks = parse_timespan(text).or_else(|| parse_timespan(&padded)).or_else(|| timespan_of_text(text));
        let ticks = ticks.and_then(|ticks| u64::try_from(ticks).ok()).filter(|ticks| *ticks > 0);
        let span = ticks.map(|ticks| Duration::from_micros(ticks / 10)).ok_or_else(|| self.wrong(what))?;
        Ok(span.min(LONGEST_TIME))
    }

    fn instant(&self) -> Result<i64, KustoFault> {
        let text = self.text()?.trim();
        let literal = text.strip_prefix("datetime(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        parse_datetime(literal).ok_or_else(|| self.wrong("a datetime"))
    }

    fn placement(&self) -> Result<ErrorPlacement, KustoFault> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "in_data" => Ok(ErrorPlacement::InData),
            "end_of_table" => Ok(ErrorPlacement::EndOfTable),
            "end_of_dataset" => Ok(ErrorPlacement::EndOfDataset),
            _ => Err(self.wrong("in_data, end_of_table or end_of_dataset")),
        }
    }
}

/// `query_datetimescope_*`: the tables that have the column are read only between two instants.
#[derive(Debug, Clone, Default)]
struct Scope {
    column: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
}

impl Scope {
    /// Our own time range narrows every table by its time column. It means the same as the scope when the scope's
    /// column is that of every table that the query may read and that has one; otherwise the scope is refused.
    fn range(self, schema: &Schema, text: &str) -> Result<Option<TimeRange>, KustoFault> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let Some(column) = self.column else {
            return Err(KustoFault::bad_request("'query_datetimescope_column' is missing: the column of the scope"));
        };
        let is_scope = |name: &str| name == column;
        // A pattern, or a name that is worked out, may stand for any table; else only what the text names counts.
        let any_table = text.contains('*') || text.to_ascii_lowercase().contains("table(");
        let agrees = schema.tables().filter(|table| any_table || text.contains(&table.name)).all(|table| {
            let own = table.time_column().map(|index| table.columns[index].name.as_str());
            let has_column = table.columns.iter().any(|it| is_scope(&it.name));
            if has_column { own.is_some_and(is_scope) } else { own.is_none() }
        });
        if !agrees {
            let why = format!("tallyho does not run option 'query_datetimescope_column' for column '{column}' yet");
            return Err(KustoFault::bad_request(&why));
        }
        let (from, to) = (self.from.unwrap_or(0), self.to.unwrap_or(MAX_DATETIME_TICKS));
        let range = TimeRange::parse(&format!("{}/{}", datetime_text(from), datetime_text(to)));
        range.map(Some).ok_or_else(|| KustoFault::bad_request("'query_datetimescope_to' is before its beginning"))
    }
}
