//! How result columns are named (`kql-semantics` §11): the measured rules, where they differ from the service's own.

use std::collections::{BTreeSet, HashMap};

use super::Binder;
use super::library_name::LibraryNamer;
use super::scope::{LetValue, Row};
use crate::kql::catalog::{self, Naming};
use crate::kql::{CallExpr, Diagnostic, Expr, IndexExpr, Span, SyntaxKind, string_value};

/// What an operator does with the names of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameRule {
    /// `project`, `distinct`: names come anew; a made name makes room for itself with a digit.
    Anew,
    /// `extend`: a made name may be that of an input column, which it replaces, but not that of another target.
    Replace,
    /// `summarize`: as anew, but `ColumnN` passes by input columns.
    Group,
}

/// The name a target asks for.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Written before `=`, or the bare column itself.
    Declared(String),
    /// Made of the expression.
    Made(String),
    /// One of several columns that a function gives: it never takes the place of another.
    Fresh(String),
    None,
}

/// Gives out the names of one operator's columns.
pub(super) struct Namer {
    rule: NameRule,
    declared: BTreeSet<String>,
    taken: BTreeSet<String>,
    /// Names of the input's columns, which `ColumnN` does not take where the rule says so.
    input: BTreeSet<String>,
    unnamed: usize,
    /// The last digit tried behind a name; the ones before are taken.
    digits: HashMap<String, usize>,
}

impl Namer {
    pub(super) fn new<'n>(rule: NameRule, wanted: impl Iterator<Item = &'n Wanted>, row: &Row<'_>) -> Self {
        let declared = wanted
            .filter_map(|wanted| match wanted {
                Wanted::Declared(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        let input = match rule {
            NameRule::Anew => BTreeSet::new(),
            _ => row.columns.iter().map(|column| column.name.clone()).collect(),
        };
        Self { rule, declared, taken: BTreeSet::new(), input, unnamed: 0, digits: HashMap::new() }
    }

    /// The name of the next target, or the finding that it is taken.
    pub(super) fn give(
        &mut self,
        wanted: &Wanted,
        made_before: &BTreeSet<String>,
        span: &Span,
    ) -> Result<String, Diagnostic> {
        let name = match wanted {
            Wanted::Declared(name) if self.taken.contains(name) => {
                if self.rule == NameRule::Replace || !made_before.contains(name) {
                    return Err(duplicate(name, span));
                }
                self.with_digits(name)
            }
            Wanted::Made(name) | Wanted::Fresh(name) if self.taken.contains(name) => {
                if self.rule == NameRule::Replace {
                    return Err(duplicate(name, span));
                }
                self.with_digits(name)
            }
            Wanted::Declared(name) | Wanted::Made(name) | Wanted::Fresh(name) => name.clone(),
            Wanted::None => self.column_n(),
        };
        self.taken.insert(name.clone());
        Ok(name)
    }

    fn column_n(&mut self) -> String {
        loop {
            self.unnamed += 1;
            let name = format!("Column{}", self.unnamed);
            if !self.input.contains(&name) && !self.taken.contains(&name) {
                return name;
            }
        }
    }

    fn with_digits(&mut self, name: &str) -> String {
        let last = self.digits.entry(name.to_owned()).or_default();
        loop {
            *last += 1;
            let candidate = format!("{name}{last}");
            if !self.taken.contains(&candidate) && !self.declared.contains(&candidate) {
                return candidate;
            }
        }
    }
}

fn duplicate(name: &str, span: &Span) -> Diagnostic {
    Diagnostic::error("SEM0034", span.clone(), format!("there is a column '{name}' already"))
}

/// The name with the first digit behind it, from 1, that is free.
pub(super) fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut number = 1_usize;
    loop {
        let candidate = format!("{name}{number}");
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

/// Names for all targets of an operator, in order; a duplicate is reported and keeps its name.
pub(super) fn give_names(
    binder: &mut Binder<'_>,
    rule: NameRule,
    wanted: &[(Wanted, Span)],
    row: &Row<'_>,
) -> Option<Vec<String>> {
    if binder.is_official() {
        return official_names(binder, rule, wanted, row);
    }
    let mut namer = Namer::new(rule, wanted.iter().map(|(wanted, _)| wanted), row);
    let mut made = BTreeSet::new();
    let mut names = Vec::with_capacity(wanted.len());
    let mut failed = false;
    for (wanted, span) in wanted {
        match namer.give(wanted, &made, span) {
            Ok(name) => {
                if !matches!(wanted, Wanted::Declared(_)) {
                    made.insert(name.clone());
                }
                names.push(name);
            }
            Err(finding) => {
                let _: Option<()> = binder.report(finding);
                failed = true;
            }
        }
    }
    if failed { None } else { Some(names) }
}

/// Names by the rules of the language library: those of columns in error are given, too, and the mistake is reported.
fn official_names(
    binder: &mut Binder<'_>,
    rule: NameRule,
    wanted: &[(Wanted, Span)],
    row: &Row<'_>,
) -> Option<Vec<String>> {
    let mut namer = LibraryNamer::new(rule, row);
    let mut names = Vec::with_capacity(wanted.len());
    let mut failed = false;
    for (wanted, span) in wanted {
        let passed = if rule == NameRule::Replace { Some(row) } else { None };
        match namer.give(wanted, || binder.next_unnamed(passed), span) {
            Ok(name) => names.push(name),
            Err(finding) => {
                let _: Option<()> = binder.report(finding);
                failed = true;
            }
        }
    }
    if failed { None } else { Some(names) }
}

impl Binder<'_> {
    /// The name that a target asks for by its expression alone.
    pub(super) fn wanted(&self, expr: Expr<'_>, row: &Row<'_>) -> Wanted {
        match expr {
            Expr::Paren(paren) => paren.inner().map_or(Wanted::None, |inner| self.wanted(inner, row)),
            Expr::Name(name) => match self.made_name(expr, row) {
                Some(made) if row.position(&made).is_some() || row.is_unknown(&made) => Wanted::Declared(made),
                Some(made) => Wanted::Made(made),
                // A name that means nothing is in error already; it is named after itself to go on.
                None => Wanted::Made(name.value().into_owned()),
            },
            _ => self.made_name(expr, row).map_or(Wanted::None, Wanted::Made),
        }
    }

    /// The name made of an expression; `None` when it has none.
    pub(super) fn made_name(&self, expr: Expr<'_>, row: &Row<'_>) -> Option<String> {
        if self.is_official() {
            return self.library_name(expr, row, super::MAX_DEPTH);
        }
        // Calls and paths nest as deep as the parser lets them; names stop where binding does.
        self.made_name_within(expr, row, super::MAX_DEPTH)
    }

    fn made_name_within(&self, expr: Expr<'_>, row: &Row<'_>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match expr {
            Expr::Paren(paren) => self.made_name_within(paren.inner()?, row, depth),
            Expr::Name(name) => {
                let name = name.value();
                let known = row.position(&name).is_some()
                    || row.is_unknown(&name)
                    || matches!(self.find_let(&name).map(|l| &l.value), Some(LetValue::Scalar(_) | LetValue::Poisoned));
                known.then(|| name.into_owned())
            }
            Expr::Path(path) => {
                let base = self.made_name_within(path.base()?, row, depth);
                let Expr::Name(key) = path.selector()? else { return None };
                Some(joined(base, &key.value()))
            }
            Expr::Index(index) => {
                let base = self.made_name_within(index.base()?, row, depth);
                Some(joined(base, &step_name(index)))
            }
            Expr::Call(call) => self.call_name(call, row, depth),
            // `toint(Good = countif(x))`: the argument's own name.
            Expr::Named(named) if !named.is_tuple() => named.names().next().map(|name| name.value().into_owned()),
            _ => None,
        }
    }

    fn call_name(&self, call: CallExpr<'_>, row: &Row<'_>, depth: usize) -> Option<String> {
        let name = call.name()?.value();
        let first = call.arguments().next();
        let first_name = |binder: &Self| first.and_then(|first| binder.made_name_within(first, row, depth));
        let is_aggregate = self.collecting.is_some() && catalog::aggregate(&name).is_some();
        let naming = if is_aggregate { catalog::aggregate_naming(&name) } else { catalog::function(&name)?.naming };
        match (naming, name.as_ref()) {
            (_, "array_sort_asc" | "array_sort_desc") => {
                Some(format!("{}_sorted", first_name(self).unwrap_or_else(|| "array0".to_owned())))
            }
            (_, "percentile" | "percentilew") if is_aggregate => {
                let value = call.arguments().last()?;
                Some(percentile_name(&first_name(self).unwrap_or_default(), value.node().text()))
            }
            (_, "percentiles_array" | "percentilesw_array") if is_aggregate => {
                Some(format!("percentiles_{}", first_name(self).unwrap_or_default()))
            }
            (_, "covariance" | "covarianceif" | "covariancep" | "covariancepif") if is_aggregate => {
                let second = call.arguments().nth(1).and_then(|second| self.made_name_within(second, row, depth));
                Some(format!("{name}_{}_{}", first_name(self).unwrap_or_default(), second.unwrap_or_default()))
            }
            (_, "arg_max" | "arg_min") if is_aggregate => {
                let prefix = name.trim_start_matches("arg_");
                Some(first_name(self).unwrap_or_else(|| format!("{prefix}_")))
            }
            (_, "take_any") if is_aggregate => Some(first_name(self).unwrap_or_else(|| "any_".to_owned())),
            (Naming::First, _) => first_name(self),
            (Naming::Prefix(prefix), _) => Some(format!("{prefix}_{}", first_name(self).unwrap_or_default())),
            (Naming::Only(name), _) => Some(name.to_owned()),
            (Naming::OnlyArgument, _) if call.arguments().count() == 1 => first_name(self),
            (Naming::ColumnName, _) => {
                let Expr::Literal(text) = first? else { return None };
                let column = string_value(text.text())?;
                match row.position(&column) {
                    Some(_) => Some(column.into_owned()),
                    None => self.made_name_within(call.arguments().nth(1)?, row, depth),
                }
            }
            _ => None,
        }
    }
}

/// `percentile_x_99_9`.
pub(super) fn percentile_name(argument: &str, value: &str) -> String {
    format!("percentile_{argument}_{}", value.replace('.', "_"))
}

fn joined(base: Option<String>, step: &str) -> String {
    match base {
        Some(base) => format!("{base}_{step}"),
        None => step.to_owned(),
    }
}

fn step_name(index: IndexExpr<'_>) -> String {
    match index.index().and_then(Expr::without_parens) {
        Some(Expr::Literal(value)) if value.kind() == SyntaxKind::StringLiteral => {
            string_value(value.text()).unwrap_or_default().into_owned()
        }
        Some(Expr::Literal(value)) => value.text().to_owned(),
        Some(Expr::Unary(sign)) => sign.node().text().replace(['-', ' '], "_"),
        // The service makes a random name here; ours is the one of its language library.
        _ => String::new(),
    }
}
