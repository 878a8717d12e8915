//! `ipv4_lookup` and `ipv6_lookup`: a join with the networks that hold an address.

use super::PluginCall;
use super::run::{column, project};
use crate::kql::bind::Binder;
use crate::kql::bind::projection::{Clash, Projection};
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, Expr, IpLookup, Plugin, ScalarType, Span};

impl Binder<'_> {
    pub(super) fn ip_lookup(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let v6 = call.plugin.name == "ipv6_lookup";
        let lookup = call.lookup_table()?.clone();
        let (address, network) = (call.column_at(1)?, call.column_at(2)?);
        let types = [input.columns()[address].ty, lookup.columns()[network].ty];
        if types.iter().any(|ty| *ty != ScalarType::String) {
            return self.refuse(&format!("{}() of columns that are no strings", call.plugin.name), span.clone());
        }
        let mut extra = Vec::new();
        for argument in call.arguments.iter().filter(|argument| argument.is("ExtraKey")) {
            let Expr::Name(name) = argument.expr else { return None };
            let place = |table: &Table| table.columns().iter().position(|column| column.name == name.value());
            extra.push((place(input)?, place(&lookup)?));
        }
        let is_extra = |place: &usize| extra.iter().any(|(_, other)| other == place);
        let kept: Vec<usize> = (0..lookup.columns().len()).filter(|place| !is_extra(place)).collect();
        let depth = input.depth.max(lookup.depth);
        let plugin = Plugin::IpLookup(IpLookup {
            v6,
            address,
            network,
            extra,
            kept: kept.clone(),
            unmatched: call.is_set("return_unmatched"),
        });
        let inputs = vec![input.relation.clone(), lookup.relation.clone()];
        if !v6 {
            let columns = self.schema_of(call, input).columns;
            return self.plugin_table(plugin, inputs, columns, depth, span);
        }
        // Recorded: here the columns of the lookup table come first.
        let n_input = input.columns().len();
        let joined: Vec<ColumnSymbol> =
            input.columns().iter().chain(kept.iter().map(|place| &lookup.columns()[*place])).cloned().collect();
        let order: Vec<usize> = (n_input..joined.len()).chain(0..n_input).collect();
        let mut projection = Projection::default();
        for place in &order {
            projection.add(joined[*place].clone(), Clash::Digit);
        }
        let table = self.plugin_table(plugin, inputs, joined, depth, span)?;
        let values = order.iter().map(|place| column(&table.relation, *place, span)).collect();
        let relation = project(table.relation, values, projection.into_columns(), span);
        self.table(relation, table.unknown, table.depth + 1)
    }
}
