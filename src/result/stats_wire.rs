//! Statistics on the wire: Kusto's `QueryResourceConsumption` in every spelling that services give it.
//!
//! Reading accepts Defender's snake case with its odd key `total cpu`, Kusto's own payload, and Log Analytics' camel
//! case, by one rule: keys are compared in lower case without blanks and underscores. Every field may be missing and
//! unknown ones are ignored; a field of the wrong type counts as missing.
//!
//! Writing gives the one shape that Defender documents. Its cache, CPU and memory counters are not optional there, so a
//! counter that was not measured is written as zero, which a reader cannot tell from a measured one.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::stats::{CacheCounts, RunStats, Scanned, TableSize, TierBytes};
use super::value_text::{parse_iso_datetime, parse_timespan, timespan_text};

impl RunStats {
    /// Reads `Stats` of Defender, the payload of Kusto, or `statistics` of Log Analytics. Anything else gives an empty
    /// record.
    pub fn from_wire(value: &Value) -> Self {
        let root = Fields::of(Some(value));
        // Log Analytics nests the record once more.
        let root = Fields(root.object("query").0.or(root.0));
        let usage = root.object("resourceusage");
        let cache = usage.object("cache");
        let shards = cache.object("shards");
        let cpu = usage.object("cpu");
        let network = usage.object("network");
        let input = root.object("inputdatasetstatistics");
        let (extents, rowstores) = (input.object("extents"), input.object("rowstores"));
        let (external, shard_queries) = (input.object("externaldata"), input.object("shards"));
        Self {
            execution_time: root.duration("executiontime"),
            wall_time: None,
            cpu_user: cpu.duration("user"),
            cpu_kernel: cpu.duration("kernel"),
            cpu_total: cpu.duration("totalcpu"),
            cpu_execution: cpu.object("breakdown").duration("queryexecution"),
            cpu_planning: cpu.object("breakdown").duration("queryplanning"),
            memory_peak: usage.object("memory").count("peakpernode"),
            memory_cache: cache.object("memory").cache_counts(),
            disk_cache: cache.object("disk").cache_counts(),
            // Before 2020 the counters of the hot cache stood in `shards` itself.
            hot_cache: shards.object("hot").tier_bytes().or_else(|| shards.tier_bytes()),
            cold_cache: shards.object("cold").tier_bytes(),
            bypass_bytes: shards.count("bypassbytes"),
            results_cache_origin: cache.object("resultscacheorigin").origin(),
            partial_results_cache: cache.object("partialqueryresults").cache_counts(),
            network_inter_cluster_bytes: network.count("interclustertotalbytes"),
            network_cross_cluster_bytes: network.count("crossclustertotalbytes"),
            extents: extents.scanned(),
            rows: input.object("rows").scanned(),
            extents_from: extents.instant("scannedmindatetime"),
            extents_to: extents.instant("scannedmaxdatetime"),
            rowstore_rows: rowstores.count("scannedrows"),
            rowstore_bytes: rowstores.count("scannedvaluessize"),
            row_groups_read: None,
            row_groups_pruned: None,
            bytes_scanned: None,
            external_items: external.count("downloadeditems"),
            external_bytes: external.count("downloadedbytes"),
            external_artifacts: external.count("iteratedartifacts"),
            shard_queries_generic: shard_queries.count("queriesgeneric"),
            shard_queries_specialized: shard_queries.count("queriesspecialized"),
            tables: root.tables(),
            query_hash: root.text("queryhash"),
        }
    }

    /// `Stats` as Defender documents it, keys in its order. The execution time is the engine's, else the wall time.
    pub fn to_defender(&self) -> Value {
        let (user, kernel) = (self.cpu_user.unwrap_or_default(), self.cpu_kernel.unwrap_or_default());
        let tables: Vec<Value> = self
            .tables
            .iter()
            .map(|table| json!({ "table_row_count": table.rows, "table_size": table.bytes }))
            .collect();
        json!({
            "ExecutionTime": ticks(self.execution_time.or(self.wall_time).unwrap_or_default()) as f64 / 1e7,
            "resource_usage": {
                "cache": { "memory": cache_json(self.memory_cache), "disk": cache_json(self.disk_cache) },
                "cpu": {
                    "user": timespan_text(ticks(user)),
                    "kernel": timespan_text(ticks(kernel)),
                    "total cpu": timespan_text(ticks(self.cpu_total.unwrap_or(user + kernel))),
                },
                "memory": { "peak_per_node": self.memory_peak.unwrap_or_default() },
            },
            "dataset_statistics": tables,
        })
    }
}

fn cache_json(counts: Option<CacheCounts>) -> Value {
    let CacheCounts { hits, misses } = counts.unwrap_or_default();
    json!({ "hits": hits, "misses": misses, "total": hits.saturating_add(misses) })
}

/// To the nearest tick, as far as ticks reach.
pub(super) fn ticks(duration: Duration) -> i64 {
    i64::try_from((duration.as_nanos() + 50) / 100).unwrap_or(i64::MAX)
}

/// An object of the record, or nothing.
#[derive(Clone, Copy)]
struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    fn of(value: Option<&'a Value>) -> Self {
        Self(value.and_then(Value::as_object))
    }

    /// By its name in lower case without blanks and underscores.
    fn get(self, name: &str) -> Option<&'a Value> {
        let same = |key: &str| {
            let letters = key.chars().filter(|char| !matches!(char, '_' | ' ' | '-'));
            letters.map(|char| char.to_ascii_lowercase()).eq(name.chars())
        };
        self.0?.iter().find(|(key, _)| same(key)).map(|(_, value)| value)
    }

    fn object(self, name: &str) -> Self {
        Self::of(self.get(name))
    }

    fn text(self, name: &str) -> Option<String> {
        self.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A count, also as a number with a fraction or as text; negative ones are nonsense.
    fn count(self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(whole)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A time: seconds as a number, or `[d.]hh:mm:ss[.fffffff]`.
    fn duration(self, name: &str) -> Option<Duration> {
        match self.get(name)? {
            Value::Number(number) => Duration::try_from_secs_f64(number.as_f64()?).ok(),
            Value::String(text) => {
                let ticks = u64::try_from(parse_timespan(text)?).ok()?;
                Some(Duration::new(ticks / 10_000_000, (ticks % 10_000_000) as u32 * 100))
            }
            _ => None,
        }
    }

    /// The year 1 stands for "none was scanned".
    fn instant(self, name: &str) -> Option<i64> {
        self.get(name)?.as_str().and_then(parse_iso_datetime).filter(|ticks| *ticks > 0)
    }

    fn cache_counts(self) -> Option<CacheCounts> {
        let (hits, misses) = (self.count("hits"), self.count("misses"));
        // Either may be left to be worked out from the total.
        let rest = |known: Option<u64>| self.count("total")?.checked_sub(known?);
        Some(CacheCounts { hits: hits.or_else(|| rest(misses))?, misses: misses.or_else(|| rest(hits))? })
    }

    fn tier_bytes(self) -> Option<TierBytes> {
        Some(TierBytes {
            hit: self.count("hitbytes")?,
            miss: self.count("missbytes")?,
            retrieved: self.count("retrievebytes"),
        })
    }

    fn scanned(self) -> Option<Scanned> {
        let scanned = Scanned { total: self.count("total"), scanned: self.count("scanned") };
        (scanned != Scanned::default()).then_some(scanned)
    }

    fn origin(self) -> Option<String> {
        match (self.text("clientrequestid"), self.text("startedon")) {
            (Some(id), Some(started)) => Some(format!("{id}, {started}")),
            (id, started) => id.or(started),
        }
    }

    fn tables(self) -> Vec<TableSize> {
        let table = |value: &Value| {
            let fields = Fields::of(Some(value));
            Some(TableSize { rows: fields.count("tablerowcount")?, bytes: fields.count("tablesize").unwrap_or(0) })
        };
        match self.get("datasetstatistics") {
            Some(Value::Array(tables)) => tables.iter().filter_map(table).collect(),
            // A single table has been seen without its array.
            Some(one @ Value::Object(_)) => table(one).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value < u64::MAX as f64).then_some(value as u64)
}
