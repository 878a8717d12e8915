//! Results: one table format for local and remote answers, and what it cost.
//!
//! A [`ResultSet`] is Arrow record batches and the KQL types of their columns (see `kql::scalar` for how each type is
//! stored). It is pushed batch by batch while a run goes on; the grid asks for the text of visible cells only.

mod arrange;
mod arrow_file;
mod cell;
mod civil;
mod copy;
mod decoded;
mod entity;
mod export;
mod indicators;
mod json_tree;
mod key;
mod literal;
mod select;
mod set;
mod size;
mod stats;
mod stats_kusto;
mod stats_text;
mod stats_wire;
mod study;
mod value_text;

pub use arrange::{
    Matcher, Pattern, SortKey, Uniform, found_rows, matching_rows, sorted_rows, those_of, uniform_columns,
};
pub use arrow_file::{read_arrow, write_arrow};
pub use cell::{Cell, CellText};
pub use civil::{CivilDate, days_in_month, is_leap_year};
pub use copy::{CopyFormat, copy_text};
pub use decoded::{Decoded, decode};
pub use entity::{Entity, recognise};
pub use export::{
    ErrorPlacement, FileError, FileFormat, FileOptions, FileProgress, GoOn, GraphStyle, KustoEnvelope, KustoFrames,
    LogAnalyticsEnvelope, Written, cut_text, distinct_names, write_batch_line, write_csv, write_datatable,
    write_defender, write_file, write_graph, write_json, write_kusto_command, write_kusto_v1, write_kusto_v2,
    write_log_analytics, write_markdown, write_ndjson, write_table, write_whole_file,
};
pub use indicators::{IndicatorKind, Indicators};
pub use json_tree::{JsonKind, JsonNode, JsonStep, JsonTree};
pub use key::CellKey;
pub use literal::{condition, in_list};
pub use set::{Column, NamedResult, ResultSet, Truncation};
pub use size::batch_bytes;
pub use stats::{CacheCounts, RunStats, Scanned, StageCost, TableSize, TierBytes};
pub use stats_text::{stage_lines, stats_lines};
pub use study::{
    Change, Difference, Edge, Figure, Group, Grouping, Histogram, Lengths, Measure, Pivot, PivotCount, Profile, Rows,
    Stop, Summary, TopValue, group, nice_real_step, nice_time_step, pivot, profile, propose_keys,
};
pub use value_text::{
    datetime_cell, datetime_text, decimal_text, parse_decimal, parse_guid, parse_iso_datetime, parse_timespan,
    real_text, timespan_text,
};
