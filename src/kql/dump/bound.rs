//! The bound query as text: one operator a line, inputs indented below it, columns and conversions spelled out.

use std::fmt::Write;

use crate::kql::datetime_text::date_of_ticks;
use crate::kql::{
    AggregateCall, BoundQuery, ColumnSymbol, ExternalData, JoinKind, Operator, PathStep, Relation, Scalar, ScalarKind,
    ScalarOperator, Series, SortKey, TICKS_PER_DAY, TICKS_PER_SECOND, Value, WindowCall,
};

/// A readable picture of a bound query. Every line is `operator details → columns`, inputs stand below and further
/// right; `#n:name` is the input column of index n, `type(…)` an inserted conversion.
pub fn dump_bound(query: &BoundQuery) -> String {
    let mut out = String::new();
    relation(&mut out, &query.result, 0, "");
    for more in &query.more {
        relation(&mut out, &more.result, 0, "and then: ");
    }
    if let Some(rows) = query.limits.rows {
        line(&mut out, 0, &format!("at most {rows} rows"));
    }
    if let Some(bytes) = query.limits.bytes {
        line(&mut out, 0, &format!("at most {bytes} bytes"));
    }
    if let Some(render) = &query.render {
        let properties: Vec<String> = render.properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
        line(&mut out, 0, &format!("render {} {}", render.chart, properties.join(" ")));
    }
    out
}

fn line(out: &mut String, depth: usize, text: &str) {
    let _ = writeln!(out, "{:indent$}{}", "", text.trim_end(), indent = depth * 2);
}

fn relation(out: &mut String, relation: &Relation, depth: usize, label: &str) {
    let inputs = inputs(&relation.operator);
    let names: Vec<&[ColumnSymbol]> = inputs.iter().map(|(_, input)| &*input.columns).collect();
    let mut nested = Vec::new();
    let details = operator(&relation.operator, &names, &relation.columns, &mut nested);
    line(out, depth, &format!("{label}{details} → {}", columns(&relation.columns)));
    for (name, inner) in nested {
        self::relation(out, inner, depth + 1, &format!("{name}: "));
    }
    for (name, input) in inputs {
        self::relation(out, input, depth + 1, name);
    }
}

fn inputs(operator: &Operator) -> Vec<(&'static str, &Relation)> {
    let names = if matches!(operator, Operator::Join { .. }) { ["left: ", "right: "] } else { ["", ""] };
    operator
        .inputs()
        .into_iter()
        .enumerate()
        .map(|(place, input)| (names.get(place).copied().unwrap_or(""), input))
        .collect()
}

fn columns(columns: &[ColumnSymbol]) -> String {
    if columns.len() > 12 {
        let shown: Vec<String> = columns[..4].iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
        return format!("[{}, … {} columns]", shown.join(", "), columns.len());
    }
    let shown: Vec<String> = columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
    format!("[{}]", shown.join(", "))
}

/// Relations inside scalars, with the mark that stands for them in the scalar's text.
type Nested<'a> = Vec<(String, &'a Relation)>;

fn operator<'a>(
    operator: &'a Operator,
    inputs: &[&[ColumnSymbol]],
    output: &[ColumnSymbol],
    nested: &mut Nested<'a>,
) -> String {
    let empty: &[ColumnSymbol] = &[];
    let first = inputs.first().copied().unwrap_or(empty);
    match operator {
        Operator::Table { name } => format!("table {name}"),
        Operator::Print { values } => format!("print {}", assignments(values, output, empty, nested)),
        Operator::Range { from, to, step } => {
            let [from, to, step] = [from, to, step].map(|value| scalar(value, empty, nested));
            format!("range from {from} to {to} step {step}")
        }
        Operator::Datatable { rows } => format!("datatable {}", datatable(rows)),
        Operator::ExternalData(data) => external_data(data),
        Operator::Where { predicate, .. } => format!("where {}", scalar(predicate, first, nested)),
        Operator::Project { values, .. } => format!("project {}", assignments(values, output, first, nested)),
        Operator::Summarize { keys, aggregates, .. } => summarize(keys, aggregates, output, first, nested),
        Operator::Distinct { .. } => "distinct".to_owned(),
        Operator::Sort { keys, .. } => format!("sort {}", sort_keys(keys, first, nested)),
        Operator::Top { count, keys, .. } => format!("top {count} by {}", sort_keys(keys, first, nested)),
        Operator::Take { count, .. } => format!("take {count}"),
        Operator::Count { .. } => "count".to_owned(),
        Operator::Extract { text, pattern, .. } => format!("extract {pattern:?} from {}", scalar(text, first, nested)),
        Operator::Group { group } => format!("rows of group {group}"),
        Operator::RowId { group, .. } => format!("number the rows as groups {group}"),
        Operator::Groups { keys, group, .. } => format!("groups {group} by {}", column_names(keys, first)),
        Operator::EachGroup { keys, .. } => format!("anew for each {}", column_names(keys, first)),
        Operator::EveryGroup { group, .. } => format!("a row for each of groups {group}"),
        Operator::TakeEach { keys, count, .. } => format!("take {count} of each {}", column_names(keys, first)),
        Operator::MvExpand { items, bags, has_index, limit, .. } => {
            let items = column_names(items, first);
            let limit = limit.map_or(String::new(), |limit| format!(" limit {limit}"));
            let index = if *has_index { " with index" } else { "" };
            format!("mv-expand {items}{limit}{index} {bags:?}")
        }
        Operator::Join { kind, on, .. } => join(*kind, on, inputs),
        Operator::Union { inputs } => union(inputs),
        Operator::Materialize { id, .. } => format!("materialize {id}"),
        Operator::Scan { scan, .. } => format!("scan {} steps", scan.steps.len()),
        Operator::MakeSeries { series, .. } => make_series(series, nested),
        Operator::Window { calls, .. } => format!("window {}", windows(calls, output, nested)),
        Operator::Plugin { plugin, .. } => format!("evaluate {} {plugin:?}", plugin.name()),
        Operator::Opaque { construct, .. } => format!("opaque {construct}"),
    }
}

fn column_names(places: &[usize], input: &[ColumnSymbol]) -> String {
    places.iter().map(|place| column_name(*place, input)).collect::<Vec<_>>().join(", ")
}

fn assignments<'a>(
    values: &'a [Scalar],
    output: &[ColumnSymbol],
    input: &[ColumnSymbol],
    nested: &mut Nested<'a>,
) -> String {
    let shown: Vec<String> = values
        .iter()
        .zip(output)
        .map(|(value, column)| match &value.kind {
            ScalarKind::Column(index) if input.get(*index).is_some_and(|source| source.name == column.name) => {
                column_name(*index, input)
            }
            _ => format!("{}={}", column.name, scalar(value, input, nested)),
        })
        .collect();
    shown.join(", ")
}

fn make_series<'a>(series: &'a Series, nested: &mut Nested<'a>) -> String {
    let mut shown = "make-series".to_owned();
    let ends = [("from", series.from.as_ref()), ("to", series.to.as_ref()), ("step", Some(&series.step))];
    for (word, end) in ends {
        if let Some(end) = end {
            let _ = write!(shown, " {word} {}", scalar(end, &[], nested));
        }
    }
    let defaults: Vec<String> = series.defaults.iter().map(|default| scalar(default, &[], nested)).collect();
    format!("{shown} default {}", defaults.join(", "))
}

/// Arguments may name the columns of calls before: all stand in the output.
fn windows<'a>(calls: &'a [WindowCall], output: &[ColumnSymbol], nested: &mut Nested<'a>) -> String {
    let shown: Vec<String> = calls
        .iter()
        .map(|call| {
            let args: Vec<String> = call.args.iter().map(|arg| scalar(arg, output, nested)).collect();
            format!("{}({})", call.function, args.join(", "))
        })
        .collect();
    shown.join(", ")
}

fn summarize<'a>(
    keys: &'a [Scalar],
    aggregates: &'a [AggregateCall],
    output: &[ColumnSymbol],
    input: &[ColumnSymbol],
    nested: &mut Nested<'a>,
) -> String {
    let mut next = keys.len();
    let mut shown = Vec::new();
    for aggregate in aggregates {
        let names: Vec<&str> =
            output.iter().skip(next).take(aggregate.outputs.len()).map(|c| c.name.as_str()).collect();
        next += aggregate.outputs.len();
        let args: Vec<String> = aggregate.args.iter().map(|arg| scalar(arg, input, nested)).collect();
        shown.push(format!("{}={}({})", names.join("+"), aggregate.function, args.join(", ")));
    }
    let by = assignments(keys, output, input, nested);
    let by = if by.is_empty() { by } else { format!(" by {by}") };
    format!("summarize {}{by}", shown.join(", "))
}

fn sort_keys<'a>(keys: &'a [SortKey], input: &[ColumnSymbol], nested: &mut Nested<'a>) -> String {
    let shown: Vec<String> = keys
        .iter()
        .map(|key| {
            let direction = if key.descending { "desc" } else { "asc" };
            let nulls = if key.nulls_first { "first" } else { "last" };
            format!("{} {direction} nulls {nulls}", scalar(&key.value, input, nested))
        })
        .collect();
    shown.join(", ")
}

fn join(kind: JoinKind, on: &[(usize, usize)], inputs: &[&[ColumnSymbol]]) -> String {
    let pairs: Vec<String> = on
        .iter()
        .map(|(left, right)| format!("{}=={}", column_name(*left, inputs[0]), column_name(*right, inputs[1])))
        .collect();
    format!("join {kind:?} on {}", pairs.join(", "))
}

fn union(inputs: &[crate::kql::UnionInput]) -> String {
    let shown: Vec<String> = inputs
        .iter()
        .map(|input| {
            let columns: Vec<String> =
                input.columns.iter().map(|c| c.map_or_else(|| "-".to_owned(), |c| c.to_string())).collect();
            format!("({})", columns.join(" "))
        })
        .collect();
    format!("union {}", shown.join(" "))
}

fn datatable(rows: &[Vec<Value>]) -> String {
    let shown: Vec<String> =
        rows.iter().take(8).map(|row| format!("({})", row.iter().map(value).collect::<Vec<_>>().join(", "))).collect();
    let rest = if rows.len() > 8 { format!(" … {} rows", rows.len()) } else { String::new() };
    format!("{}{rest}", shown.join(" "))
}

fn column_name(index: usize, input: &[ColumnSymbol]) -> String {
    match input.get(index) {
        Some(column) => format!("#{index}:{}", column.name),
        None => format!("#{index}:?"),
    }
}

fn list<'a>(values: &'a [Scalar], input: &[ColumnSymbol], nested: &mut Nested<'a>) -> Vec<String> {
    values.iter().map(|value| scalar(value, input, nested)).collect()
}

fn scalar<'a>(value: &'a Scalar, input: &[ColumnSymbol], nested: &mut Nested<'a>) -> String {
    match &value.kind {
        ScalarKind::Literal(literal) => self::value(literal),
        ScalarKind::Column(index) => column_name(*index, input),
        ScalarKind::Open(name) | ScalarKind::Parameter(name) => format!("?:{name}"),
        ScalarKind::Operator(operator, operands) => infix(*operator, &list(operands, input, nested)),
        ScalarKind::Call(name, args) => format!("{name}({})", list(args, input, nested).join(", ")),
        ScalarKind::Convert(inner) => format!("{}<-({})", value.ty, scalar(inner, input, nested)),
        ScalarKind::Path { base, steps } => path(base, steps, input, nested),
        ScalarKind::ToScalar(relation) => mark("toscalar", relation, nested),
        ScalarKind::InRelation { needle, relation, ignore_case } => {
            let needle = scalar(needle, input, nested);
            let operator = if *ignore_case { "in~" } else { "in" };
            format!("({needle} {operator} {})", mark("relation", relation, nested))
        }
    }
}

fn mark<'a>(kind: &str, relation: &'a Relation, nested: &mut Nested<'a>) -> String {
    let mark = format!("{kind}${}", nested.len() + 1);
    nested.push((mark.clone(), relation));
    mark
}

fn path<'a>(base: &'a Scalar, steps: &'a [PathStep], input: &[ColumnSymbol], nested: &mut Nested<'a>) -> String {
    let mut out = scalar(base, input, nested);
    for step in steps {
        match step {
            PathStep::Key(key) => {
                let _ = write!(out, "[{}]", quoted(key));
            }
            PathStep::Index(index) => {
                let _ = write!(out, "[{index}]");
            }
            PathStep::Computed(inner) => {
                let _ = write!(out, "[{}]", scalar(inner, input, nested));
            }
        }
    }
    out
}

fn infix(operator: ScalarOperator, operands: &[String]) -> String {
    match (operator, operands) {
        (
            ScalarOperator::In | ScalarOperator::InIgnoreCase | ScalarOperator::HasAny | ScalarOperator::HasAll,
            [first, rest @ ..],
        ) => {
            format!("({first} {} ({}))", symbol(operator), rest.join(", "))
        }
        (ScalarOperator::Between, [value, low, high]) => format!("({value} between {low} .. {high})"),
        (_, [only]) => format!("{}({only})", symbol(operator)),
        (_, _) => format!("({})", operands.join(&format!(" {} ", symbol(operator)))),
    }
}

fn symbol(operator: ScalarOperator) -> &'static str {
    match operator {
        ScalarOperator::Add => "+",
        ScalarOperator::Subtract | ScalarOperator::Negate => "-",
        ScalarOperator::Multiply => "*",
        ScalarOperator::Divide => "/",
        ScalarOperator::Modulo => "%",
        ScalarOperator::Equal => "==",
        ScalarOperator::Less => "<",
        ScalarOperator::LessEqual => "<=",
        ScalarOperator::Greater => ">",
        ScalarOperator::GreaterEqual => ">=",
        ScalarOperator::And => "and",
        ScalarOperator::Or => "or",
        ScalarOperator::Not => "not",
        ScalarOperator::EqualIgnoreCase => "=~",
        ScalarOperator::Has => "has",
        ScalarOperator::HasCs => "has_cs",
        ScalarOperator::HasPrefix => "hasprefix",
        ScalarOperator::HasPrefixCs => "hasprefix_cs",
        ScalarOperator::HasSuffix => "hassuffix",
        ScalarOperator::HasSuffixCs => "hassuffix_cs",
        ScalarOperator::Contains => "contains",
        ScalarOperator::ContainsCs => "contains_cs",
        ScalarOperator::StartsWith => "startswith",
        ScalarOperator::StartsWithCs => "startswith_cs",
        ScalarOperator::EndsWith => "endswith",
        ScalarOperator::EndsWithCs => "endswith_cs",
        ScalarOperator::MatchesRegex => "matches regex",
        ScalarOperator::In => "in",
        ScalarOperator::InIgnoreCase => "in~",
        ScalarOperator::HasAny => "has_any",
        ScalarOperator::HasAll => "has_all",
        ScalarOperator::Between => "between",
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null(ty) => format!("{ty}(null)"),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => format!("int({number})"),
        Value::Long(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Decimal(digits) => format!("decimal({digits})"),
        Value::Datetime(ticks) => format!("datetime({})", datetime(*ticks)),
        Value::Timespan(ticks) => format!("timespan({})", timespan(*ticks)),
        Value::Guid(text) => format!("guid({text})"),
        Value::String(text) => quoted(text),
        Value::Dynamic(json) => format!("dynamic({json})"),
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn datetime(ticks: i64) -> String {
    let (year, month, day) = date_of_ticks(ticks);
    let time = ticks.rem_euclid(TICKS_PER_DAY);
    let mut out = format!("{year:04}-{month:02}-{day:02}");
    if time != 0 {
        let _ = write!(out, "T{}", clock(time));
    }
    out
}

fn timespan(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let magnitude = ticks.unsigned_abs();
    let days = magnitude / TICKS_PER_DAY as u64;
    let time = clock((magnitude % TICKS_PER_DAY as u64) as i64);
    if days == 0 { format!("{sign}{time}") } else { format!("{sign}{days}.{time}") }
}

fn clock(ticks: i64) -> String {
    let seconds = ticks / TICKS_PER_SECOND;
    let fraction = ticks % TICKS_PER_SECOND;
    let mut out = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if fraction != 0 {
        let _ = write!(out, ".{fraction:07}");
    }
    out
}

fn external_data(data: &ExternalData) -> String {
    let files = data.files.iter().map(|file| format!("{} as {:?}", file.shown(), file.format));
    let skips = if data.skips_first { " without the first record" } else { "" };
    format!("externaldata {}{skips}", files.collect::<Vec<_>>().join(", "))
}
