//! The plugins of `evaluate` that are no other operators in disguise, one file each.

mod activity;
mod graph;
mod graph_components;
mod graph_match;
mod graph_nodes;
mod ip_lookup;
mod narrow;
mod rolling_percentile;
mod rows_near;
mod schema_merge;
mod whole;

use super::error::EngineError;
use super::plan::{Planned, Planner, types};
use crate::kql::{Plugin, Relation, ScalarType};
use whole::{Inputs, Whole, whole};

pub(in crate::engine) fn plugin(
    planner: &mut Planner<'_>,
    relation: &Relation,
    inputs: &[Relation],
    plugin: &Plugin,
) -> Result<Planned, EngineError> {
    let planned = inputs.iter().map(|input| planner.plan(input)).collect::<Result<Vec<_>, _>>()?;
    let input_types: Vec<Vec<ScalarType>> = inputs.iter().map(types).collect();
    let computed: Box<dyn Whole> = match plugin {
        Plugin::Narrow { names } => Box::new(narrow::Narrow { names: names.clone() }),
        Plugin::IpLookup(lookup) => Box::new(ip_lookup::Lookup { lookup: lookup.clone(), types: input_types.clone() }),
        Plugin::RowsNear { before, after } => Box::new(rows_near::RowsNear { before: *before, after: *after }),
        Plugin::Activity(activity) => Box::new(activity::Counts { activity: *activity }),
        Plugin::RollingPercentile { percent_bits, n_bins } => {
            let percent = f64::from_bits(*percent_bits);
            Box::new(rolling_percentile::RollingPercentile { percent, n_bins: *n_bins })
        }
        Plugin::SchemaMerge => Box::new(schema_merge::SchemaMerge),
        Plugin::GraphNodes => Box::new(graph_nodes::GraphNodes { types: types(relation) }),
        Plugin::GraphComponents => Box::new(graph_components::GraphComponents),
        Plugin::GraphMatch(pattern) => {
            let operator = graph_match::operator(pattern, input_types);
            return planner.own(operator, planned, &[], &types(relation), false);
        }
    };
    planner.own(whole(plugin.name(), computed, input_types), planned, &[], &types(relation), false)
}
