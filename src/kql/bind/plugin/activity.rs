//! Plugins that count who was active when.

use super::PluginCall;
use super::run::{column, literal_of, project};
use crate::kql::bind::Binder;
use crate::kql::bind::convert::convert;
use crate::kql::bind::scope::Table;
use crate::kql::{Activity, ColumnSymbol, Plugin, ScalarType as T, Span, Value};

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

    /// Values, index, size of the bins and dimensions as columns, in this order.
    pub(super) fn rolling_percentile(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let (value, index) = (call.column_at(0)?, call.column_at(2)?);
        let types = (input.columns()[value].ty, input.columns()[index].ty);
        let size = call.arguments.get(3)?.scalar()?.clone();
        let is_known = matches!(types.0, T::Int | T::Long | T::Real | T::Datetime | T::Timespan)
            && match types.1 {
                T::Datetime => size.ty == T::Timespan,
                T::Long => matches!(size.ty, T::Int | T::Long),
                _ => false,
            };
        let percent = match literal_of(call.arguments.get(1)?.scalar()) {
            Some(Value::Long(percent)) => Some(*percent as f64),
            Some(Value::Real(percent)) => Some(*percent),
            _ => None,
        };
        let n_bins = match literal_of(call.arguments.get(4)?.scalar()) {
            Some(Value::Long(n_bins)) => usize::try_from(*n_bins).ok().filter(|n_bins| *n_bins > 0),
            _ => None,
        };
        let (true, Some(percent), Some(n_bins)) = (is_known, percent.filter(|it| (0.0..=100.0).contains(it)), n_bins)
        else {
            return self.refuse("rolling_percentile() of values of these types", span.clone());
        };
        let mut values = vec![column(&input.relation, value, span), column(&input.relation, index, span)];
        values.push(if types.1 == T::Long { convert(size, T::Long) } else { size });
        for place in (0..call.arguments.len()).filter(|place| call.arguments[*place].is("Dimension")) {
            values.push(column(&input.relation, call.column_at(place)?, span));
        }
        let columns = values.iter().map(|value| ColumnSymbol::new("", value.ty)).collect();
        let rows = project(input.relation.clone(), values, columns, span);
        let columns = self.schema_of(call, input).columns;
        let plugin = Plugin::RollingPercentile { percent_bits: percent.to_bits(), n_bins };
        self.plugin_table(plugin, vec![rows], columns, input.depth, span)
    }
}
