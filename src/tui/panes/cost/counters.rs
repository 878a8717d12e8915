//! Every counter of the neutral record by name, grouped as they are read.

use std::time::Duration;

use super::{bytes, duration, percent};
use crate::result::{CacheCounts, RunStats, TierBytes, datetime_text};
use crate::run::{Gauge, QuotaKind};
use crate::tui::panes::results::grouped;

/// Counters that belong together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) name: &'static str,
    /// Of a cache that was asked: the share of hits.
    pub(super) share: Option<f64>,
    pub(super) counters: Vec<Counter>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counter {
    pub(super) name: String,
    /// `None` when the source does not report it.
    pub(super) text: Option<String>,
}

impl Group {
    /// A line of a note; only its first one has the name.
    pub(super) fn words(is_first: bool, words: &str) -> Self {
        let text = Counter { name: String::new(), text: Some(words.to_owned()) };
        Self { name: if is_first { "note" } else { "" }, share: None, counters: vec![text] }
    }
}

impl Counter {
    pub(super) fn shown(&self) -> &str {
        self.text.as_deref().unwrap_or("–")
    }
}

fn counter(name: &str, text: Option<String>) -> Counter {
    Counter { name: name.to_owned(), text }
}

fn time(name: &str, value: Option<Duration>) -> Counter {
    counter(name, value.map(duration))
}

fn count(name: &str, value: Option<u64>) -> Counter {
    counter(name, value.map(|it| grouped(i64::try_from(it).unwrap_or(i64::MAX))))
}

/// A size without a name is told by its unit; when it is absent there is no unit to tell it.
fn size(name: &str, value: Option<u64>) -> Counter {
    let name = if name.is_empty() && value.is_none() { "bytes" } else { name };
    counter(name, value.map(bytes))
}

fn group(name: &'static str, counters: Vec<Counter>) -> Group {
    Group { name, share: None, counters }
}

fn cache(name: &'static str, counts: Option<CacheCounts>) -> Group {
    let share = counts.and_then(CacheCounts::hit_share);
    let counters = vec![
        counter("", share.map(|it| format!("{} %", percent(it)))),
        count("hit", counts.map(|it| it.hits)),
        count("miss", counts.map(|it| it.misses)),
    ];
    Group { name, share, counters }
}

fn tier(name: &'static str, bytes: Option<TierBytes>) -> Group {
    group(
        name,
        vec![
            size("hit", bytes.map(|it| it.hit)),
            size("miss", bytes.map(|it| it.miss)),
            size("retrieved", bytes.and_then(|it| it.retrieved)),
        ],
    )
}

/// What the quota allows: a bar and a line for each limit.
pub(super) fn budget(gauges: &[Gauge]) -> Vec<Group> {
    let line = |(idx, gauge): (usize, &Gauge)| {
        let name = if idx == 0 { "budget" } else { "" };
        let mut counters = vec![counter("", Some(gauge_words(gauge)))];
        if gauge.learned {
            counters.push(counter("", Some("as the service said".to_owned())));
        }
        Group { name, share: Some(gauge.used as f64 / gauge.limit.max(1) as f64), counters }
    };
    gauges.iter().enumerate().map(line).collect()
}

/// The fullest limit in a few words: `budget 4 of 45 calls a minute`.
pub(super) fn budget_words(gauges: &[Gauge]) -> Option<String> {
    let share = |it: &Gauge| it.used.saturating_mul(1_000_000) / it.limit.max(1);
    let fullest = gauges.iter().rev().max_by_key(|it| share(it))?;
    Some(format!("budget {}", gauge_words(fullest)))
}

fn gauge_words(gauge: &Gauge) -> String {
    let window = match gauge.window.as_secs() {
        60 => "a minute".to_owned(),
        3_600 => "an hour".to_owned(),
        86_400 => "a day".to_owned(),
        _ => format!("in {}", duration(gauge.window)),
    };
    let amount = |it: u64| match gauge.what {
        QuotaKind::Calls => grouped(i64::try_from(it).unwrap_or(i64::MAX)),
        QuotaKind::Running | QuotaKind::Cpu => duration(Duration::from_millis(it)),
    };
    let what = match gauge.what {
        QuotaKind::Calls => "calls",
        QuotaKind::Running => "running",
        QuotaKind::Cpu => "CPU",
    };
    format!("{} of {} {what} {window}", amount(gauge.used), amount(gauge.limit))
}

/// All groups, the most important first. No field of the record is left out: it is taken apart without `..`.
pub(super) fn groups(stats: &RunStats) -> Vec<Group> {
    let RunStats {
        execution_time,
        wall_time,
        cpu_user,
        cpu_kernel,
        cpu_total,
        cpu_execution,
        cpu_planning,
        memory_peak,
        memory_cache,
        disk_cache,
        hot_cache,
        cold_cache,
        bypass_bytes,
        results_cache_origin,
        partial_results_cache,
        network_inter_cluster_bytes,
        network_cross_cluster_bytes,
        extents,
        extents_from,
        extents_to,
        rows,
        rowstore_rows,
        rowstore_bytes,
        row_groups_read,
        row_groups_pruned,
        bytes_scanned,
        external_items,
        external_bytes,
        external_artifacts,
        shard_queries_generic,
        shard_queries_specialized,
        tables,
        query_hash,
    } = stats;
    let returned =
        (!tables.is_empty()).then(|| tables.iter().fold((0, 0), |sum, it| (sum.0 + it.rows, sum.1 + it.bytes)));
    vec![
        group("time", vec![time("", *wall_time), time("engine", *execution_time)]),
        group("cpu", vec![time("", *cpu_total), time("user", *cpu_user), time("kernel", *cpu_kernel)]),
        group(
            "read",
            vec![
                count("rows", rows.and_then(|it| it.scanned)),
                count("of", rows.and_then(|it| it.total)),
                size("", *bytes_scanned),
                count("row groups", *row_groups_read),
                count("pruned", *row_groups_pruned),
            ],
        ),
        group(
            "returned",
            vec![
                count("rows", returned.map(|it| it.0)),
                size("", returned.map(|it| it.1)),
                count("tables", Some(tables.len() as u64)),
            ],
        ),
        group("memory", vec![size("peak", *memory_peak)]),
        cache("cache mem", *memory_cache),
        cache("disk", *disk_cache),
        group("cpu spent", vec![time("planning", *cpu_planning), time("execution", *cpu_execution)]),
        group(
            "extents",
            vec![
                count("read", extents.and_then(|it| it.scanned)),
                count("of", extents.and_then(|it| it.total)),
                counter("made from", extents_from.map(datetime_text)),
                counter("to", extents_to.map(datetime_text)),
            ],
        ),
        tier("hot cache", *hot_cache),
        tier("cold", *cold_cache),
        group("bypass", vec![size("", *bypass_bytes)]),
        cache("partial", *partial_results_cache),
        group("reused", vec![counter("from run", results_cache_origin.clone())]),
        group(
            "network",
            vec![
                size("inter-cluster", *network_inter_cluster_bytes),
                size("cross-cluster", *network_cross_cluster_bytes),
            ],
        ),
        group("row store", vec![count("rows", *rowstore_rows), size("", *rowstore_bytes)]),
        group(
            "external",
            vec![count("items", *external_items), size("", *external_bytes), count("artifacts", *external_artifacts)],
        ),
        group(
            "shards",
            vec![count("generic", *shard_queries_generic), count("specialized", *shard_queries_specialized)],
        ),
        group("query", vec![counter("hash", query_hash.clone())]),
    ]
}
