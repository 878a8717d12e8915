//! What a run cost, as lines of text for people: only what was measured or reported.

use std::time::Duration;

use super::stats::{CacheCounts, RunStats, Scanned, StageCost, TierBytes};

/// One line for each group of counters; groups without a figure are left out.
pub fn stats_lines(stats: &RunStats) -> Vec<String> {
    let cpu = [
        ("user", stats.cpu_user),
        ("kernel", stats.cpu_kernel),
        ("execution", stats.cpu_execution),
        ("planning", stats.cpu_planning),
    ];
    let groups = [
        ("time", vec![time("", stats.wall_time), time("engine", stats.execution_time)]),
        ("cpu", [("", stats.cpu_total)].into_iter().chain(cpu).map(|(name, value)| time(name, value)).collect()),
        ("memory", vec![bytes("peak", stats.memory_peak)]),
        (
            "cache",
            vec![
                cache("memory", stats.memory_cache),
                cache("disk", stats.disk_cache),
                tier("hot", stats.hot_cache),
                tier("cold", stats.cold_cache),
                bytes("bypassed", stats.bypass_bytes),
                cache("partial results", stats.partial_results_cache),
                stats.results_cache_origin.as_ref().map(|origin| format!("results of {origin}")),
            ],
        ),
        (
            "scanned",
            vec![
                scanned("rows", stats.rows),
                scanned("extents", stats.extents),
                bytes("", stats.bytes_scanned),
                count("row groups read", stats.row_groups_read),
                count("row groups left out", stats.row_groups_pruned),
                count("rows of the row store", stats.rowstore_rows),
                count("external items", stats.external_items),
                bytes("external", stats.external_bytes),
            ],
        ),
        (
            "network",
            vec![
                bytes("between clusters", stats.network_cross_cluster_bytes),
                bytes("within the cluster", stats.network_inter_cluster_bytes),
            ],
        ),
        ("returned", returned(stats)),
    ];
    let line = |(name, figures): (&str, Vec<Option<String>>)| {
        let figures: Vec<String> = figures.into_iter().flatten().collect();
        (!figures.is_empty()).then(|| format!("{name}: {}", figures.join(", ")))
    };
    groups.into_iter().filter_map(line).map(|line| crate::text::sanitize(&line).into_owned()).collect()
}

/// A line for each operator of a query.
pub fn stage_lines(stages: &[StageCost]) -> Vec<String> {
    let line = |(at, stage): (usize, &StageCost)| {
        let figures = [
            count("rows in", stage.rows_in),
            count("rows out", stage.rows_out),
            time("elapsed", stage.elapsed),
            time("cpu", stage.cpu),
            stage.merged_into.map(|holder| format!("within stage {}", holder + 1)),
        ];
        let figures: Vec<String> = figures.into_iter().flatten().collect();
        format!("stage {}, {}: {}", at + 1, stage.operator, figures.join(", "))
    };
    stages.iter().enumerate().map(line).collect()
}

fn returned(stats: &RunStats) -> Vec<Option<String>> {
    stats.tables.iter().flat_map(|table| [count("rows", Some(table.rows)), bytes("", Some(table.bytes))]).collect()
}

fn named(name: &str, value: String) -> String {
    if name.is_empty() { value } else { format!("{name} {value}") }
}

fn time(name: &str, value: Option<Duration>) -> Option<String> {
    let micros = value?.as_micros();
    let text = match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{:.1} ms", micros as f64 / 1e3),
        _ => format!("{:.2} s", micros as f64 / 1e6),
    };
    Some(named(name, text))
}

fn count(name: &str, value: Option<u64>) -> Option<String> {
    Some(format!("{} {name}", grouped(value?)))
}

fn bytes(name: &str, value: Option<u64>) -> Option<String> {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let value = value?;
    let steps = (value.max(1).ilog2() / 10).min(UNITS.len() as u32);
    let text = match steps {
        0 => format!("{value} B"),
        _ => format!("{:.1} {}", value as f64 / 1024_f64.powi(steps as i32), UNITS[steps as usize - 1]),
    };
    Some(named(name, text))
}

fn cache(name: &str, value: Option<CacheCounts>) -> Option<String> {
    let counts = value?;
    let share = counts.hit_share().map_or(String::new(), |share| format!(" ({:.1} %)", share * 100.0));
    Some(format!("{name} {} hit {} missed{share}", grouped(counts.hits), grouped(counts.misses)))
}

fn tier(name: &str, value: Option<TierBytes>) -> Option<String> {
    let tier = value?;
    let part =
        |word: &str, value: Option<u64>| bytes("", value).map(|text| format!(" {text} {word}")).unwrap_or_default();
    let parts = [part("hit", Some(tier.hit)), part("missed", Some(tier.miss)), part("retrieved", tier.retrieved)];
    Some(format!("{name}{}", parts.concat()))
}

fn scanned(name: &str, value: Option<Scanned>) -> Option<String> {
    let Scanned { total, scanned } = value?;
    match (scanned, total) {
        (Some(scanned), Some(total)) => Some(format!("{} of {} {name}", grouped(scanned), grouped(total))),
        (Some(one), None) | (None, Some(one)) => Some(format!("{} {name}", grouped(one))),
        (None, None) => None,
    }
}

/// Digits in groups of three.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
