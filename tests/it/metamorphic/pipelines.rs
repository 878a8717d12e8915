//! Random pipelines over the tables of `tables`, of which every answer is determined: nothing asks for any rows, and what
//! depends on an order stands below a sort that leaves nothing open.
//!
//! A recipe is numbers only, so that it shrinks; cooking picks what fits the columns that there are.

use proptest::prelude::*;

use super::Rewrite;
use super::values::{aggregate, condition, some, value};

/// Numbers that a pipeline is made of: the source, then what each stage is and what it picks.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    source: Vec<u8>,
    stages: Vec<(u8, Vec<u8>)>,
}

impl Recipe {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let picks = || prop::collection::vec(any::<u8>(), 0..14);
        let stages = prop::collection::vec((any::<u8>(), picks()), 0..7);
        (picks(), stages).prop_map(|(source, stages)| Self { source, stages })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ty {
    Long,
    Text,
    Real,
    Flag,
    Instant,
    Span,
    Decimal,
    Guid,
    Bag,
}

pub(super) type Column = (String, Ty);

enum Stage {
    /// Conditions that all must hold.
    Where(Vec<String>),
    Other(String),
}

pub(super) struct Pipeline {
    source: String,
    stages: Vec<Stage>,
    is_ordered: bool,
}

impl Pipeline {
    pub(super) fn cook(recipe: &Recipe) -> Self {
        let (source, columns) = Picks(&recipe.source).source();
        let mut kitchen = Kitchen { columns, order: Order::Open, n_names: 0 };
        let stages = recipe.stages.iter().filter_map(|(kind, picks)| kitchen.stage(*kind, &mut Picks(picks))).collect();
        Self { source, stages, is_ordered: kitchen.order == Order::Total }
    }

    /// Whether the order of the rows is determined too.
    pub(super) fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    pub(super) fn text(&self, rewrite: Rewrite) -> String {
        let mut lines = vec![self.source.clone()];
        for stage in &self.stages {
            match (stage, rewrite) {
                (Stage::Where(parts), Rewrite::SplitWheres) => {
                    lines.extend(parts.iter().map(|part| format!("| where {part}")));
                }
                (Stage::Where(parts), Rewrite::RepeatedWheres) => {
                    lines.extend([format!("| where {}", parts.join(" and ")), format!("| where {}", parts[0])]);
                }
                (Stage::Where(parts), _) => lines.push(format!("| where {}", parts.join(" and "))),
                (Stage::Other(text), _) => lines.push(format!("| {text}")),
            }
        }
        if let Rewrite::WhereTrue(at) = rewrite {
            lines.insert(1 + usize::from(at) % lines.len(), "| where true".to_owned());
        }
        lines.join("\n")
    }
}

/// The numbers of one stage, read one after the other; zeros when they are used up.
pub(super) struct Picks<'a>(&'a [u8]);

impl Picks<'_> {
    pub(super) fn next(&mut self, n: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % n
    }

    pub(super) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.next(all.len())].clone()
    }

    fn source(&mut self) -> (String, Vec<Column>) {
        let t = columns(&[
            ("Id", Ty::Long),
            ("K", Ty::Long),
            ("S", Ty::Text),
            ("R", Ty::Real),
            ("B", Ty::Flag),
            ("At", Ty::Instant),
            ("D", Ty::Bag),
        ]);
        let u = columns(&[("Key", Ty::Long), ("Name", Ty::Text), ("N", Ty::Long)]);
        match self.next(14) {
            0..=3 => ("T".to_owned(), t),
            4 => ("U\n| extend N = tolong(N)".to_owned(), u),
            5 => {
                let (left, right) = (condition(self, &t, 1), condition(self, &t, 1));
                (format!("union (T | where {left}), (T | where {right})"), t)
            }
            6 => {
                let kept = condition(self, &t, 1);
                let twice = "union (X | extend Id = Id * 2), (X | extend Id = Id * 2 + 1)";
                (format!("let X = materialize(T | where {kept});\n{twice}"), t)
            }
            7 => {
                let kept = condition(self, &u, 1);
                (format!("let Names = U | where {kept};\nT\n| where K in ((Names | project Key))"), t)
            }
            8 => {
                let (left, right) = (condition(self, &t, 1), condition(self, &u, 1));
                let kind = self.of(&["outer", "inner"]);
                let parts = format!("(T | where {left}), (U | where {right} | project Id = Key, S = Name)");
                let columns = columns(&[("Src", Ty::Text), ("Id", Ty::Long), ("S", Ty::Text)]);
                (format!("union kind={kind} withsource=Src {parts}\n| project Src, Id, S"), columns)
            }
            9 => self.nested(&t),
            10 => {
                let (kept, inner) = (condition(self, &t, 1), condition(self, &t, 1));
                let key = self.of(&["K", "S", "At"]);
                let strategy = self.of(&["native", "shuffle", "legacy"]);
                let body = match self.next(4) {
                    0 => "top 2 by Id".to_owned(),
                    1 => format!("where {inner}"),
                    2 => "sort by Id asc | extend K = row_number()".to_owned(),
                    _ => "sort by Id desc | extend S = prev(S), K = row_cumsum(K)".to_owned(),
                };
                (format!("T\n| where {kept}\n| partition hint.strategy={strategy} by {key} ({body})"), t)
            }
            11 => {
                let kept = condition(self, &t, 1);
                let call = self.of(&["arg_max(Id, S, D, At, R)", "arg_min(Id, S, D, At, R)"]);
                let columns = columns(&[
                    ("K", Ty::Long),
                    ("Id", Ty::Long),
                    ("S", Ty::Text),
                    ("D", Ty::Bag),
                    ("At", Ty::Instant),
                    ("R", Ty::Real),
                ]);
                (format!("T\n| where {kept}\n| summarize {call} by K"), columns)
            }
            12 => {
                let spans = "extend W = At - datetime(2026-01-01T07:00:00Z), M = todecimal(R), G = toguid(strcat('0000000', abs(K) % 10, '-0000-0000-0000-00000000000a'))";
                let mut t = t;
                t.extend(
                    [("W", Ty::Span), ("M", Ty::Decimal), ("G", Ty::Guid)].map(|(name, ty)| (name.to_owned(), ty)),
                );
                (format!("T\n| {spans}"), t)
            }
            _ => {
                let kept = condition(self, &t, 1);
                let most = format!("toscalar(T | where {kept} | summarize max(K))");
                (format!("let Most = {most};\nT\n| extend Most = coalesce(Most, 0)"), {
                    let mut t = t;
                    t.push(("Most".to_owned(), Ty::Long));
                    t
                })
            }
        }
    }
}

impl Picks<'_> {
    /// By what is different in every row, so that no two groups are equal in it.
    fn nested(&mut self, t: &[Column]) -> (String, Vec<Column>) {
        let kept = condition(self, t, 1);
        let (first, second) = (self.of(&["S", "K"]), self.of(&["B", "At"]));
        let ty = |name: &str| t.iter().find(|(it, _)| it == name).map_or(Ty::Long, |(_, ty)| *ty);
        let (n, m) = (self.of(&["", "1 ", "3 "]), self.of(&["", "2 "]));
        let (by, others) = (self.of(&["max(Id)", "min(Id) asc", "sum(Id * Id) + max(Id)"]), self.of(&[false, true]));
        let by = if others { "max(Id)" } else { by };
        let others = if others && first == "S" { " with others = 'all others'" } else { "" };
        let text = format!("top-nested {n}of {first}{others} by a = {by}, top-nested {m}of {second} by b = max(Id)");
        let columns = columns(&[(first, ty(first)), ("a", Ty::Long), (second, ty(second)), ("b", Ty::Long)]);
        (format!("T\n| where {kept}\n| {text}"), columns)
    }
}

fn columns(columns: &[(&str, Ty)]) -> Vec<Column> {
    columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Open,
    /// No two rows could change places without the answer showing it.
    Total,
}

struct Kitchen {
    columns: Vec<Column>,
    order: Order,
    n_names: usize,
}

impl Kitchen {
    fn fresh(&mut self) -> String {
        self.n_names += 1;
        format!("x{}", self.n_names)
    }

    fn stage(&mut self, kind: u8, picks: &mut Picks<'_>) -> Option<Stage> {
        let text = match kind % 26 {
            0..=3 => {
                let n = 1 + picks.next(3);
                return Some(Stage::Where((0..n).map(|_| condition(picks, &self.columns, 2)).collect()));
            }
            4 | 5 => self.extend(picks),
            6 => self.project(picks),
            7 | 8 => self.summarize(picks),
            9 => self.distinct(picks),
            10 => self.sort(picks, "sort by"),
            11 => {
                let count = 1 + picks.next(9);
                self.sort(picks, &format!("top {count} by"))
            }
            12 if self.order == Order::Total => format!("take {}", picks.next(9)),
            13 => self.join(picks)?,
            14 => {
                self.columns = columns(&[("Count", Ty::Long)]);
                "count".to_owned()
            }
            15 => self.mv_expand(picks)?,
            16 if self.order == Order::Total => self.window(picks),
            17 => self.lookup(picks)?,
            18 => self.mv_apply(picks)?,
            19 | 20 => self.parse(picks)?,
            21 => self.make_series(picks)?,
            22 if self.order == Order::Total => self.scan(picks)?,
            23 => self.expand_two(picks)?,
            24 => {
                let word = picks.of(&["'cmd'", "'*exe'", "'net*'", "'*1*'"]);
                self.order = Order::Open;
                format!("search {word}\n| project-away ['$table']")
            }
            _ => return None,
        };
        Some(Stage::Other(text))
    }

    fn extend(&mut self, picks: &mut Picks<'_>) -> String {
        let ty =
            picks.of(&[Ty::Long, Ty::Text, Ty::Real, Ty::Flag, Ty::Instant, Ty::Bag, Ty::Span, Ty::Decimal, Ty::Guid]);
        let value = value(picks, &self.columns, ty, 2);
        // One in three takes the place of a column.
        let at = picks.next(3 * self.columns.len());
        let name = match self.columns.get(at) {
            Some((name, _)) if name != "Id" => name.clone(),
            _ => self.fresh(),
        };
        self.columns.retain(|(column, _)| *column != name);
        let place = self.columns.len();
        self.columns.insert(place, (name.clone(), ty));
        // Whatever orders rows is still there, or its values decide no longer.
        format!("extend {name} = {value}")
    }

    fn project(&mut self, picks: &mut Picks<'_>) -> String {
        let kept: Vec<Column> = self.columns.iter().filter(|_| picks.next(4) != 1).cloned().collect();
        let kept = if kept.is_empty() { vec![self.columns[0].clone()] } else { kept };
        let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
        let text = format!("project {}", names.join(", "));
        self.columns = kept;
        text
    }

    fn distinct(&mut self, picks: &mut Picks<'_>) -> String {
        self.order = Order::Open;
        let plain: Vec<Column> = self.columns.iter().filter(|(_, ty)| *ty != Ty::Bag).cloned().collect();
        let kept: Vec<Column> = plain.iter().filter(|_| picks.next(3) != 1).cloned().collect();
        if kept.is_empty() {
            self.columns = columns(&[("Count", Ty::Long)]);
            return "count".to_owned();
        }
        let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
        let text = format!("distinct {}", names.join(", "));
        self.columns = kept;
        text
    }

    /// By one column first and by all others after it, so that equals are equal in everything that can be ordered; what
    /// cannot be ordered is taken as text.
    fn sort(&mut self, picks: &mut Picks<'_>, how: &str) -> String {
        let first = picks.next(self.columns.len());
        let rotated = self.columns[first..].iter().chain(&self.columns[..first]);
        let mut keys = Vec::new();
        for (name, ty) in rotated {
            let value = if *ty == Ty::Bag { format!("tostring({name})") } else { name.clone() };
            let order = picks.of(&["", " asc", " desc", " asc nulls last", " desc nulls first"]);
            keys.push(format!("{value}{order}"));
        }
        self.order = Order::Total;
        format!("{how} {}", keys.join(", "))
    }

    fn summarize(&mut self, picks: &mut Picks<'_>) -> String {
        let order = std::mem::replace(&mut self.order, Order::Open);
        let mut outputs = Vec::new();
        let mut keys = Vec::new();
        for _ in 0..picks.next(3) {
            let ty = picks.of(&[Ty::Long, Ty::Text, Ty::Flag, Ty::Instant, Ty::Real, Ty::Span, Ty::Decimal, Ty::Guid]);
            let value = value(picks, &self.columns, ty, 1);
            let name = self.fresh();
            keys.push(format!("{name} = {value}"));
            outputs.push((name, ty));
        }
        let mut calls = Vec::new();
        for _ in 0..=picks.next(3) {
            let (call, ty) = aggregate(picks, &self.columns, order);
            let name = self.fresh();
            calls.push(format!("{name} = {call}"));
            outputs.push((name, ty));
        }
        self.columns = outputs;
        let by = if keys.is_empty() { String::new() } else { format!(" by {}", keys.join(", ")) };
        format!("summarize {}{by}", calls.join(", "))
    }

    fn join(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let key = self.some(picks, Ty::Long)?;
        self.order = Order::Open;
        let kept = condition(picks, &columns(&[("Key", Ty::Long), ("Name", Ty::Text)]), 1);
        let kind = picks.of(&[
            "inner",
            "leftouter",
            "rightouter",
            "fullouter",
            "leftsemi",
            "leftanti",
            "rightsemi",
            "rightanti",
        ]);
        let (key2, name2) = (self.fresh(), self.fresh());
        let right = format!("(U | where {kept} | project {key2} = Key, {name2} = Name)");
        let both = !kind.ends_with("semi") && !kind.ends_with("anti");
        if kind.starts_with("right") && !both {
            self.columns.clear();
        }
        if both || kind.starts_with("right") {
            self.columns.extend([(key2.clone(), Ty::Long), (name2, Ty::Text)]);
        }
        Some(format!("join kind={kind} {right} on $left.{key} == $right.{key2}"))
    }

    fn lookup(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let key = self.some(picks, Ty::Long)?;
        self.order = Order::Open;
        let kind = picks.of(&["inner", "leftouter"]);
        let (key2, name2) = (self.fresh(), self.fresh());
        self.columns.push((name2.clone(), Ty::Text));
        Some(format!("lookup kind={kind} (U | project {key2} = Key, {name2} = Name) on $left.{key} == $right.{key2}"))
    }

    fn mv_expand(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let bag = self.some(picks, Ty::Bag)?;
        self.order = Order::Open;
        let name = self.fresh();
        let (to, ty) = picks.of(&[(" to typeof(string)", Ty::Text), (" to typeof(long)", Ty::Long), ("", Ty::Bag)]);
        self.columns.push((name.clone(), ty));
        Some(format!("mv-expand {name} = {bag}{to}"))
    }

    /// A function of the rows around; only below a total order.
    fn window(&mut self, picks: &mut Picks<'_>) -> String {
        let ty = picks.of(&[Ty::Long, Ty::Text, Ty::Instant]);
        let name = self.fresh();
        let value = match (picks.next(9), self.some(picks, ty)) {
            (0 | 1, Some(column)) => format!("prev({column}, {})", 1 + picks.next(2)),
            (2, Some(column)) => format!("next({column})"),
            (3, Some(column)) if ty == Ty::Long => format!("row_cumsum({column})"),
            (4, Some(column)) if ty == Ty::Long => format!("row_cumsum({column}, {column} > 1)"),
            (5, Some(column)) if ty == Ty::Instant => {
                format!("row_window_session({column}, 1h, 10m, isnull({column}))")
            }
            (6, Some(column)) => {
                self.columns.push((name.clone(), Ty::Long));
                return format!("extend {name} = row_rank_dense({column})");
            }
            (7, Some(column)) => {
                self.columns.push((name.clone(), Ty::Long));
                return format!("extend {name} = row_number(1, {column} != prev({column}))");
            }
            _ => {
                self.columns.push((name.clone(), Ty::Long));
                return format!("extend {name} = row_number()");
            }
        };
        self.columns.push((name.clone(), ty));
        format!("extend {name} = {value}")
    }

    fn mv_apply(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let bag = self.some(picks, Ty::Bag)?;
        self.order = Order::Open;
        let (item, found) = (self.fresh(), self.fresh());
        let least = picks.next(3);
        let (to, body, ty) = match picks.next(6) {
            0 => ("long", format!("where {item} > {least} | project {found} = {item}"), Ty::Long),
            1 => ("long", format!("summarize {found} = sum({item})"), Ty::Long),
            2 => ("string", format!("summarize {found} = make_list({item})"), Ty::Bag),
            3 => ("string", format!("top 1 by {item} | project {found} = {item}"), Ty::Text),
            4 => ("long", format!("summarize {found} = count() by {item} | project {found}"), Ty::Long),
            _ => ("string", format!("sort by {item} asc | extend {found} = row_number() | project {found}"), Ty::Long),
        };
        self.columns.push((found, ty));
        Some(format!("mv-apply {item} = {bag} to typeof({to}) on ({body})"))
    }

    fn expand_two(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let (one, two) = (self.some(picks, Ty::Bag)?, self.some(picks, Ty::Bag)?);
        self.order = Order::Open;
        let (at, first, second) = (self.fresh(), self.fresh(), self.fresh());
        let (kind, limit) = (picks.of(&["", "kind=array "]), picks.of(&["", " limit 2"]));
        self.columns.extend([(first.clone(), Ty::Bag), (second.clone(), Ty::Text), (at.clone(), Ty::Long)]);
        let items = format!("{first} = {one}, {second} = {two} to typeof(string)");
        Some(format!("mv-expand {kind}with_itemindex={at} {items}{limit}"))
    }

    fn parse(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let from = self.some(picks, Ty::Text)?;
        let (one, two) = (self.fresh(), self.fresh());
        let how =
            picks.of(&["parse", "parse-where", "parse kind=relaxed", "parse kind=regex", "parse-where kind=regex"]);
        let (pattern, ty) = match picks.next(4) {
            0 => (format!("{one} '.' {two}"), Ty::Text),
            1 => (format!("* '.' {one} ' ' {two}"), Ty::Text),
            2 => (format!("{one} '.' {two}:long '.' *"), Ty::Long),
            _ => (format!("{one} 'e' {two}"), Ty::Text),
        };
        self.columns.extend([(one, Ty::Text), (two, ty)]);
        Some(format!("{how} {from} with {pattern}"))
    }

    fn make_series(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let axis = self.some(picks, Ty::Instant)?;
        self.order = Order::Open;
        let key = picks.of(&[Ty::Long, Ty::Text, Ty::Flag]);
        let by = if picks.next(3) == 0 { None } else { self.some(picks, key) };
        let (count, most, times) = (self.fresh(), self.fresh(), self.fresh());
        let value = value(picks, &self.columns, Ty::Long, 1);
        let default = picks.of(&["", " default = -1", " default = long(null)"]);
        let from = picks.of(&["", " from datetime(2026-01-01) to datetime(2026-01-03)"]);
        let call = picks.of(&["max", "min", "sum"]);
        let calls = format!("{count} = count(), {most} = {call}({value}){default}");
        let mut columns: Vec<Column> = by.iter().map(|it| (it.clone(), key)).collect();
        columns.extend([(count, Ty::Bag), (most, Ty::Bag), (times.clone(), Ty::Bag)]);
        self.columns = columns;
        let by = by.map(|it| format!(" by {it}")).unwrap_or_default();
        Some(format!("make-series {calls} on {axis}{from} step 7h{by}\n| project-rename {times} = {axis}"))
    }

    /// Below a total order, as the window functions.
    fn scan(&mut self, picks: &mut Picks<'_>) -> Option<String> {
        let (value, flag) = (self.some(picks, Ty::Long)?, condition(picks, &self.columns, 1));
        let name = self.fresh();
        self.columns.push((name.clone(), Ty::Long));
        Some(match picks.next(3) {
            0 => format!(
                "scan declare ({name}:long = 0) with (step s: true => {name} = coalesce({value}, 0) + s.{name};)"
            ),
            1 => format!(
                "scan declare ({name}:long) with (step s: true => {name} = iff(isnull({value}), s.{name}, {value});)"
            ),
            _ => {
                self.order = Order::Open;
                format!("scan with_match_id={name} with (step s: {flag}; step e: {value} > 1;)")
            }
        })
    }

    fn some(&self, picks: &mut Picks<'_>, ty: Ty) -> Option<String> {
        some(picks, &self.columns, ty)
    }
}
