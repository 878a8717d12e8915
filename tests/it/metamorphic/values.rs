//! Expressions and aggregates of every type over the columns that there are.

use super::pipelines::{Column, Order, Picks, Ty};

/// A column of the type.
pub(super) fn some(picks: &mut Picks<'_>, columns: &[Column], ty: Ty) -> Option<String> {
    let all: Vec<&String> = columns.iter().filter(|(_, it)| *it == ty).map(|(name, _)| name).collect();
    (!all.is_empty()).then(|| picks.of(&all).clone())
}

pub(super) fn aggregate(picks: &mut Picks<'_>, columns: &[Column], order: Order) -> (String, Ty) {
    let kind = picks.next(27);
    let mut of = |ty| value(picks, columns, ty, 1);
    match kind {
        0 => ("count()".to_owned(), Ty::Long),
        1 => (format!("countif({})", of(Ty::Flag)), Ty::Long),
        2 => (format!("sum({})", of(Ty::Long)), Ty::Long),
        3 => (format!("sumif({}, {})", of(Ty::Real), of(Ty::Flag)), Ty::Real),
        4 => (format!("avg({})", of(Ty::Long)), Ty::Real),
        5 => (format!("min({})", of(Ty::Long)), Ty::Long),
        6 => (format!("max({})", of(Ty::Instant)), Ty::Instant),
        7 => (format!("max({})", of(Ty::Real)), Ty::Real),
        8 => (format!("minif({}, {})", of(Ty::Instant), of(Ty::Flag)), Ty::Instant),
        9 => (format!("dcount({})", of(Ty::Text)), Ty::Long),
        10 => (format!("count_distinct({})", of(Ty::Long)), Ty::Long),
        11 => (format!("array_sort_asc(make_set({}))", of(Ty::Text)), Ty::Bag),
        12 if order == Order::Total => (format!("make_list({})", of(Ty::Text)), Ty::Bag),
        13 => (format!("percentile({}, 50)", of(Ty::Long)), Ty::Long),
        14 => (format!("stdev({})", of(Ty::Long)), Ty::Real),
        15 => (format!("binary_all_or({})", of(Ty::Long)), Ty::Long),
        16 => (format!("dcountif({}, {})", of(Ty::Long), of(Ty::Flag)), Ty::Long),
        17 => (format!("array_sort_asc(make_list({}))", of(Ty::Long)), Ty::Bag),
        18 => (format!("sum({})", of(Ty::Span)), Ty::Span),
        19 => (format!("max({})", of(Ty::Span)), Ty::Span),
        20 => (format!("sum({})", of(Ty::Decimal)), Ty::Decimal),
        21 => (format!("min({})", of(Ty::Decimal)), Ty::Decimal),
        22 => (format!("dcount({})", of(Ty::Guid)), Ty::Long),
        23 => (format!("array_sort_desc(make_set({}))", of(Ty::Guid)), Ty::Bag),
        24 => (format!("percentile({}, 75)", of(Ty::Span)), Ty::Span),
        25 => (format!("max({})", of(Ty::Text)), Ty::Text),
        _ => (format!("dcount({})", of(Ty::Instant)), Ty::Long),
    }
}

pub(super) fn condition(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    value(picks, columns, Ty::Flag, depth)
}

/// An expression of the type.
pub(super) fn value(picks: &mut Picks<'_>, columns: &[Column], ty: Ty, depth: usize) -> String {
    // Half of the time a column, which is what hunts are made of.
    if depth == 0 || (ty != Ty::Flag && picks.next(2) == 0) {
        return some(picks, columns, ty).unwrap_or_else(|| literal(picks, ty));
    }
    match ty {
        Ty::Long => long(picks, columns, depth - 1),
        Ty::Text => text(picks, columns, depth - 1),
        Ty::Real => real(picks, columns, depth - 1),
        Ty::Flag => flag(picks, columns, depth - 1),
        Ty::Instant => instant(picks, columns, depth - 1),
        Ty::Span => span(picks, columns, depth - 1),
        Ty::Decimal => decimal(picks, columns, depth - 1),
        Ty::Guid => format!("toguid({})", value(picks, columns, Ty::Text, depth - 1)),
        Ty::Bag => bag(picks, columns, depth - 1),
    }
}

fn literal(picks: &mut Picks<'_>, ty: Ty) -> String {
    let all: &[&str] = match ty {
        Ty::Long => &["1", "0", "-2", "3", "long(null)", "17"],
        Ty::Text => &["'cmd'", "''", "'x'", "'Mimikatz'", "'exe'", "'10.1'"],
        Ty::Real => &["0.5", "-1.25", "real(null)", "3.0"],
        Ty::Flag => &["true", "false", "bool(null)"],
        Ty::Instant => &["datetime(2026-01-01)", "datetime(2026-01-02T03:00:00Z)", "datetime(null)"],
        Ty::Span => &["1h", "-90m", "timespan(null)", "1d"],
        Ty::Decimal => &["decimal(1.5)", "decimal(-2)", "decimal(null)"],
        Ty::Guid => &["guid(00000001-0000-0000-0000-00000000000a)", "guid(null)"],
        Ty::Bag => &["dynamic([1,'x'])", "dynamic({'a':2})", "dynamic(null)", "dynamic([3,1,2])"],
    };
    picks.of(all).to_owned()
}

fn long(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(18);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 => format!("({} + {})", of(Ty::Long), of(Ty::Long)),
        1 => format!("({} - {})", of(Ty::Long), of(Ty::Long)),
        2 => format!("({} * {})", of(Ty::Long), of(Ty::Long)),
        3 => format!("({} / {})", of(Ty::Long), of(Ty::Long)),
        4 => format!("({} % {})", of(Ty::Long), of(Ty::Long)),
        5 => format!("strlen({})", of(Ty::Text)),
        6 => format!("tolong({}.a)", of_bag(&of(Ty::Bag))),
        7 => format!("iff({}, {}, {})", of(Ty::Flag), of(Ty::Long), of(Ty::Long)),
        8 => format!("coalesce({}, {})", of(Ty::Long), of(Ty::Long)),
        9 => format!("array_length({})", of(Ty::Bag)),
        10 => format!("indexof({}, 'e')", of(Ty::Text)),
        11 => format!("countof({}, 'e')", of(Ty::Text)),
        12 => format!("hash({}, 8)", of(Ty::Text)),
        13 => format!("datetime_diff('hour', {}, {})", of(Ty::Instant), of(Ty::Instant)),
        14 => format!("hourofday({})", of(Ty::Instant)),
        15 => format!("min_of({}, {})", of(Ty::Long), of(Ty::Long)),
        16 => format!("tolong({})", of(Ty::Span)),
        _ => format!("bin({}, 3)", of(Ty::Long)),
    }
}

fn text(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(17);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 => format!("strcat({}, '-', {})", of(Ty::Text), of(Ty::Long)),
        1 => format!("tostring({})", of(Ty::Long)),
        2 => format!("tolower({})", of(Ty::Text)),
        3 => format!("substring({}, 1, 3)", of(Ty::Text)),
        4 => format!("tostring({}.b)", of_bag(&of(Ty::Bag))),
        5 => format!("tostring({}[1])", of_bag(&of(Ty::Bag))),
        6 => format!("case({}, {}, {}, {}, 'other')", of(Ty::Flag), of(Ty::Text), of(Ty::Flag), of(Ty::Text)),
        7 => format!("replace_string({}, 'e', {})", of(Ty::Text), of(Ty::Text)),
        8 => format!("replace_regex({}, '[a-m]', 'z')", of(Ty::Text)),
        9 => format!("trim('[cx]', {})", of(Ty::Text)),
        10 => format!("strcat_array({}, '/')", of(Ty::Bag)),
        11 => format!("tostring({})", of(Ty::Bag)),
        12 => format!("format_datetime({}, 'yyyy-MM-dd HH')", of(Ty::Instant)),
        13 => format!("tostring({})", of(Ty::Span)),
        14 => format!("tostring({})", of(Ty::Decimal)),
        15 => format!("reverse({})", of(Ty::Text)),
        _ => format!("extract('([a-z]+)', 1, {})", of(Ty::Text)),
    }
}

/// No division: sums of what is no quarter depend on the order of adding.
fn real(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(4);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 => format!("({} + {})", of(Ty::Real), of(Ty::Real)),
        1 => format!("({} * 2)", of(Ty::Real)),
        2 => format!("toreal({})", of(Ty::Long)),
        _ => format!("iff({}, {}, {})", of(Ty::Flag), of(Ty::Real), of(Ty::Real)),
    }
}

fn instant(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(4);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 => format!("bin({}, 1h)", of(Ty::Instant)),
        1 => format!("startofday({})", of(Ty::Instant)),
        2 => format!("({} - 90m)", of(Ty::Instant)),
        _ => format!("({} + 1h * {})", of(Ty::Instant), of(Ty::Long)),
    }
}

fn bag(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(12);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 => format!("{}.a", of_bag(&of(Ty::Bag))),
        1 => format!("pack_array({}, {})", of(Ty::Long), of(Ty::Text)),
        2 => format!("bag_pack('a', {}, 'b', {})", of(Ty::Long), of(Ty::Text)),
        3 => format!("array_concat({}, {})", of(Ty::Bag), of(Ty::Bag)),
        4 => format!("bag_keys({})", of(Ty::Bag)),
        5 => format!("bag_merge({}, {})", of(Ty::Bag), of(Ty::Bag)),
        6 => format!("array_slice({}, 0, 1)", of(Ty::Bag)),
        7 => format!("set_union({}, {})", of(Ty::Bag), of(Ty::Bag)),
        8 => format!("extract_all('([a-z])([0-9a-z])', {})", of(Ty::Text)),
        9 => format!("array_sort_asc({})", of(Ty::Bag)),
        10 => format!("parse_json({})", of(Ty::Text)),
        _ => format!("split({}, ' ')", of(Ty::Text)),
    }
}

fn span(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(5);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 => format!("({} - {})", of(Ty::Instant), of(Ty::Instant)),
        1 => format!("({} * {})", of(Ty::Long), of(Ty::Span)),
        2 => format!("bin({}, 7m)", of(Ty::Span)),
        3 => format!("dayofweek({})", of(Ty::Instant)),
        _ => format!("iff({}, {}, {})", of(Ty::Flag), of(Ty::Span), of(Ty::Span)),
    }
}

fn decimal(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(4);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 => format!("todecimal({})", of(Ty::Long)),
        1 => format!("({} + {})", of(Ty::Decimal), of(Ty::Decimal)),
        2 => format!("coalesce({}, {})", of(Ty::Decimal), of(Ty::Decimal)),
        _ => format!("iff({}, {}, {})", of(Ty::Flag), of(Ty::Decimal), of(Ty::Decimal)),
    }
}

/// Something that a path may start from.
fn of_bag(bag: &str) -> String {
    if bag.contains(['(', '.']) { format!("todynamic({bag})") } else { bag.to_owned() }
}

fn flag(picks: &mut Picks<'_>, columns: &[Column], depth: usize) -> String {
    let kind = picks.next(26);
    let compare = picks.of(&["==", "!=", "<", "<=", ">", ">="]);
    let search = picks.of(&["has", "contains", "startswith", "endswith", "hasprefix", "!has", "=~", "!~", "has_cs"]);
    let term = picks.of(&["'cmd'", "'CMD'", "'exe'", "'mimikatz'", "'x'", "''", "'10.1.2.3'", "'ünï'"]);
    let mut of = |ty| value(picks, columns, ty, depth);
    match kind {
        0 | 1 => format!("{} {compare} {}", of(Ty::Long), of(Ty::Long)),
        2 => format!("{} in (1, 2, -2)", of(Ty::Long)),
        3..=5 => format!("{} {search} {term}", of(Ty::Text)),
        6 => format!("{} in~ ('CMD.exe', 'x', '')", of(Ty::Text)),
        7 => format!("{} !in ('cmd.exe', 'null')", of(Ty::Text)),
        8 => format!("isnull({})", of(Ty::Long)),
        9 => format!("isempty({})", of(Ty::Text)),
        10 => format!("isnotnull({})", of(Ty::Bag)),
        11 => format!("not({})", of(Ty::Flag)),
        12 => format!("({} or {})", of(Ty::Flag), of(Ty::Flag)),
        13 => format!("({} and {})", of(Ty::Flag), of(Ty::Flag)),
        14 => format!("{} {compare} {}", of(Ty::Instant), of(Ty::Instant)),
        15 => format!("{} between (datetime(2026-01-01T05:00:00Z) .. 1d)", of(Ty::Instant)),
        16 => format!("{} matches regex '[a-z]+\\\\.exe'", of(Ty::Text)),
        17 => format!("{} {compare} {}", of(Ty::Real), of(Ty::Real)),
        18 => format!("{} == {}", of(Ty::Text), of(Ty::Text)),
        19 => format!("{} {compare} {}", of(Ty::Span), of(Ty::Span)),
        20 => format!("{} {compare} {}", of(Ty::Decimal), of(Ty::Decimal)),
        21 => format!("{} == {}", of(Ty::Guid), of(Ty::Guid)),
        22 => format!("{} has_all ('cmd', 'exe')", of(Ty::Text)),
        23 => format!("set_has_element({}, {})", of(Ty::Bag), of(Ty::Long)),
        24 => format!("{} == 'cmd.exe'", of(Ty::Text)),
        _ => format!("{} has_any ('cmd', 'mimikatz', 'add')", of(Ty::Text)),
    }
}
