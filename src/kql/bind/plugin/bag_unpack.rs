//! `bag_unpack(d)`: a column for each key of the bags. Which keys there are, rows must tell, unless it is declared.

use std::collections::BTreeMap;

use super::PluginCall;
use super::run::{Declared, column, literal_of, project};
use crate::kql::bind::Binder;
use crate::kql::bind::convert::{a, convert};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, Learnt, PathStep, Question, Scalar, ScalarKind, ScalarType, Span, Value};

/// What happens to a column that has the name of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conflict {
    Error,
    ReplaceSource,
    KeepSource,
}

/// The arguments.
struct Unpack {
    bag: usize,
    prefix: String,
    conflict: Conflict,
    ignored: Vec<String>,
}

/// Where an output column comes from.
enum From {
    Input(usize),
    /// The value of a key.
    Member(String),
}

impl Binder<'_> {
    pub(super) fn bag_unpack(
        &mut self,
        call: &PluginCall<'_>,
        input: &Table,
        declared: Option<&Declared>,
        span: &Span,
    ) -> Option<Table> {
        let unpack = self.unpacking(call, span)?;
        let ty = input.columns()[unpack.bag].ty;
        if ty != ScalarType::Dynamic {
            let message = format!("bag_unpack() takes a dynamic column, and this is {}", a(ty));
            return self.error("SEM0254", span.clone(), message);
        }
        let columns = match declared {
            Some(declared) => self.declared_members(&unpack, input, declared, span)?,
            None => {
                let bags = column(&input.relation, unpack.bag, span);
                let name = vec![input.columns()[unpack.bag].clone()];
                let bags = project(input.relation.clone(), vec![bags], name, span);
                let Some(Learnt::Members(members)) = self.ask(bags, Question::Members, span.clone()) else {
                    return self.plugin_schema(call, input, span.clone());
                };
                self.all_members(&unpack, input, members, span)?
            }
        };
        let bag = column(&input.relation, unpack.bag, span);
        let values = columns.iter().map(|(symbol, from)| match from {
            From::Input(place) => column(&input.relation, *place, span),
            From::Member(key) => {
                let kind = ScalarKind::Path { base: Box::new(bag.clone()), steps: vec![PathStep::Key(key.clone())] };
                convert(Scalar { kind, ty: ScalarType::Dynamic, span: span.clone() }, symbol.ty)
            }
        });
        let values = values.collect();
        let symbols = columns.into_iter().map(|(symbol, _)| symbol).collect();
        let relation = project(input.relation.clone(), values, symbols, span);
        self.table(relation, Unknown::default(), input.depth + 1)
    }

    fn unpacking(&mut self, call: &PluginCall<'_>, span: &Span) -> Option<Unpack> {
        let text = |name: &str, place: usize| match literal_of(call.given(name, place).and_then(|it| it.scalar())) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => None,
        };
        let bag = call.column_at(0)?;
        let conflict = match text("columnsConflict", 2).as_deref() {
            None | Some("error") => Conflict::Error,
            Some("replace_source") => Conflict::ReplaceSource,
            Some("keep_source") => Conflict::KeepSource,
            Some(other) => {
                let message = format!("columnsConflict is 'error', 'replace_source' or 'keep_source', not '{other}'");
                return self.error("SEM0254", span.clone(), message);
            }
        };
        let ignored = match call.given("ignoredProperties", 3).and_then(|it| it.scalar()) {
            None => Vec::new(),
            Some(Scalar { kind: ScalarKind::Literal(Value::Dynamic(text)), .. }) => {
                let Ok(names) = serde_json::from_str::<Vec<String>>(text) else {
                    return self.error("SEM0254", span.clone(), "ignoredProperties is an array of names");
                };
                names
            }
            Some(_) => return self.refuse("ignoredProperties that are no literal", span.clone()),
        };
        Some(Unpack { bag, prefix: text("OutputColumnPrefix", 1).unwrap_or_default(), conflict, ignored })
    }

    /// The input's columns without the bag, then the keys in order. A key takes the place of a column of its name.
    fn all_members(
        &mut self,
        unpack: &Unpack,
        input: &Table,
        members: Vec<(String, ScalarType)>,
        span: &Span,
    ) -> Option<Vec<(ColumnSymbol, From)>> {
        let mut members: BTreeMap<String, (String, ScalarType)> = members
            .into_iter()
            .filter(|(key, _)| !key.is_empty() && !unpack.ignored.contains(key))
            .map(|(key, ty)| (format!("{}{key}", unpack.prefix), (key, ty)))
            .collect();
        self.charge(members.len(), span)?;
        // Kusto ignores nulls; whether so much that there is no column is not known.
        if let Some((key, _)) = members.values().find(|(_, ty)| *ty == ScalarType::Unknown) {
            return self.refuse(&format!("bag_unpack of '{key}', which is null in every bag"), span.clone());
        }
        let mut columns = Vec::new();
        for (place, symbol) in input.columns().iter().enumerate() {
            let own = (symbol.clone(), From::Input(place));
            match members.remove(&symbol.name) {
                None if place == unpack.bag => {}
                None => columns.push(own),
                Some((key, ty)) if place == unpack.bag || unpack.conflict == Conflict::ReplaceSource => {
                    columns.push((ColumnSymbol::new(symbol.name.clone(), ty), From::Member(key)));
                }
                Some(_) if unpack.conflict == Conflict::KeepSource => columns.push(own),
                Some(_) => {
                    let message = format!("bag_unpack(): there is a column '{}' already", symbol.name);
                    return self.error("SEM0034", span.clone(), message);
                }
            }
        }
        let rest = members.into_iter().map(|(name, (key, ty))| (ColumnSymbol::new(name, ty), From::Member(key)));
        columns.extend(rest);
        Some(columns)
    }

    /// What is declared; with a star the input's columns before it.
    fn declared_members(
        &mut self,
        unpack: &Unpack,
        input: &Table,
        declared: &Declared,
        span: &Span,
    ) -> Option<Vec<(ColumnSymbol, From)>> {
        let mut columns = Vec::new();
        let is_declared = |symbol: &ColumnSymbol| declared.columns.iter().any(|other| other.name == symbol.name);
        let others = input.columns().iter().enumerate();
        let mut others = others.filter(|(place, symbol)| *place != unpack.bag && !is_declared(symbol));
        if declared.with_rest {
            columns.extend(others.by_ref().map(|(place, symbol)| (symbol.clone(), From::Input(place))));
        }
        for symbol in &declared.columns {
            let source = input.columns().iter().position(|other| other.name == symbol.name);
            let source = source.filter(|place| *place != unpack.bag && unpack.conflict != Conflict::ReplaceSource);
            match source {
                Some(place) if input.columns()[place].ty == symbol.ty => {
                    columns.push((symbol.clone(), From::Input(place)));
                }
                Some(_) => {
                    let message = format!("'{}' is declared with another type than the column has", symbol.name);
                    return self.error("SEM0100", span.clone(), message);
                }
                None => {
                    let key = symbol
                        .name
                        .strip_prefix(&unpack.prefix)
                        .filter(|key| !unpack.ignored.iter().any(|it| it == key));
                    let Some(key) = key else {
                        return self.refuse("bag_unpack() with a declared column that no key can give", span.clone());
                    };
                    columns.push((symbol.clone(), From::Member(key.to_owned())));
                }
            }
        }
        Some(columns)
    }
}
