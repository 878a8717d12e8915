//! The plugins that an engine runs: those that the binder cannot say in other operators. Graphs are among them.

use super::graph::GraphMatch;

/// What `evaluate` or an operator upon a graph does with its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plugin {
    /// A row for each cell: the row's number, the column's name, the value. Every input column is a string.
    Narrow {
        names: Vec<String>,
    },
    /// Second input: the lookup table. Output: the columns of the first, then the kept ones of the second.
    IpLookup(IpLookup),
    /// The last column says which rows are met; the others are the output.
    RowsNear {
        before: u64,
        after: u64,
    },
    /// Input: identity, time, the constants, then the dimensions. Output: time, dimensions, counts.
    Activity(Activity),
    /// Input: values, index, size of the bins, dimensions. Output: index, dimensions, value.
    RollingPercentile {
        /// 0 to 100, as bits, because plans are compared.
        percent_bits: u64,
        n_bins: usize,
    },
    /// Input and output: name, ordinal, .NET type, type.
    SchemaMerge,
    /// First input: both ends of every edge. The others: nodes, the identity first. Output: every node once.
    GraphNodes,
    /// First input: nodes, the identity first. Second: both ends of every edge. Output: the nodes, each with the number of
    /// its component.
    GraphComponents,
    GraphMatch(Box<GraphMatch>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpLookup {
    /// Addresses of both versions.
    pub v6: bool,
    /// Column of the first input.
    pub address: usize,
    /// Column of the second.
    pub network: usize,
    /// Columns that are equal as well.
    pub extra: Vec<(usize, usize)>,
    /// Columns of the second input that come out.
    pub kept: Vec<usize>,
    /// Rows that are in no network come out too.
    pub unmatched: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Constants: start, end, step. Counts: rows, identities, new ones, all so far.
    Counts,
    /// Constants: start, end, how far to look back, step. Counts: rows, identities.
    SlidingWindow,
    /// Constants: start, end, how far to look back, period, how many of these, step. Counts: identities.
    ActiveUsers,
}

impl Activity {
    pub fn n_constants(self) -> usize {
        match self {
            Self::Counts => 3,
            Self::SlidingWindow => 4,
            Self::ActiveUsers => 6,
        }
    }

    pub fn n_counts(self) -> usize {
        match self {
            Self::Counts => 4,
            Self::SlidingWindow => 2,
            Self::ActiveUsers => 1,
        }
    }
}

impl Plugin {
    /// The name that a query calls it by.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Narrow { .. } => "narrow",
            Self::IpLookup(IpLookup { v6: false, .. }) => "ipv4_lookup",
            Self::IpLookup(_) => "ipv6_lookup",
            Self::RowsNear { .. } => "rows_near",
            Self::Activity(Activity::Counts) => "activity_counts_metrics",
            Self::Activity(Activity::SlidingWindow) => "sliding_window_counts",
            Self::Activity(Activity::ActiveUsers) => "active_users_count",
            Self::RollingPercentile { .. } => "rolling_percentile",
            Self::SchemaMerge => "schema_merge",
            Self::GraphNodes => "make-graph",
            Self::GraphComponents => "graph-mark-components",
            Self::GraphMatch(_) => "graph-match",
        }
    }
}
