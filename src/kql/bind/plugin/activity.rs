//! Plugins that count who was active when.

use super::PluginCall;
use super::run::{column, project};
use crate::kql::bind::Binder;
use crate::kql::bind::convert::convert;
use crate::kql::bind::scope::Table;
use crate::kql::{Activity, ColumnSymbol, Plugin, ScalarType as T, Span};

impl Binder<'_> {
    /// Identity, time, constants and dimensions as columns, in this order.
    pub(super) fn activity(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let name = call.plugin.name;
        let activity = match name {
            "sliding_window_counts" => Activity::SlidingWindow,
            "active_users_count" => Activity::ActiveUsers,
            _ => Activity::Counts,
        };
        let (identity, time) = (call.column_at(0)?, call.column_at(1)?);
        let time_type = input.columns()[time].ty;
        if !matches!(time_type, T::Datetime | T::Long) {
            return self.refuse(&format!("{name}() over a timeline of type {time_type}"), span.clone());
        }
        let step_type = if time_type == T::Datetime { T::Timespan } else { T::Long };
        let mut values = vec![column(&input.relation, identity, span), column(&input.relation, time, span)];
        for place in 0..activity.n_constants() {
            let constant = call.arguments.get(2 + place)?.scalar()?.clone();
            let wanted = match place {
                0 | 1 => time_type,
                // How many periods, which is no span of time.
                4 => T::Long,
                _ => step_type,
            };
            if constant.ty != wanted && !(wanted == T::Long && constant.ty == T::Int) {
                return self.refuse(&format!("{name}() with a bound or a step of type {}", constant.ty), span.clone());
            }
            values.push(convert(constant, wanted));
        }
        for place in (0..call.arguments.len()).filter(|place| call.arguments[*place].is("Dimension")) {
            values.push(column(&input.relation, call.column_at(place)?, span));
        }
        let columns = values.iter().map(|value| ColumnSymbol::new("", value.ty)).collect();
        let acts = project(input.relation.clone(), values, columns, span);
        let columns = self.schema_of(call, input).columns;
        self.plugin_table(Plugin::Activity(activity), vec![acts], columns, input.depth, span)
    }
}
