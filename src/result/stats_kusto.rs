//! Statistics as Kusto and Log Analytics write them: Defender's record, of which only what was counted, and behind it
//! every figure that was counted besides.

use serde_json::{Map, Value, json};

use super::stats::{CacheCounts, RunStats, Scanned, TierBytes};
use super::stats_wire::ticks;
use super::value_text::{datetime_text, timespan_text};

impl RunStats {
    /// The payload of Kusto's `QueryResourceConsumption`.
    pub fn to_kusto(&self) -> Value {
        let mut payload = self.to_defender();
        self.leave_out_uncounted(&mut payload["resource_usage"]);
        let mut rest = Map::new();
        put(&mut rest, "QueryHash", self.query_hash.clone());
        let usage = &mut payload["resource_usage"];
        if let Value::Object(cache) = &mut usage["cache"] {
            put_object(cache, "shards", self.shards());
            put_object(cache, "partial_query_results", self.partial_results_cache.map(counts).unwrap_or_default());
        }
        let mut breakdown = Map::new();
        put(&mut breakdown, "query execution", self.cpu_execution.map(|it| timespan_text(ticks(it))));
        put(&mut breakdown, "query planning", self.cpu_planning.map(|it| timespan_text(ticks(it))));
        if let Value::Object(cpu) = &mut usage["cpu"] {
            put_object(cpu, "breakdown", breakdown);
        }
        let mut network = Map::new();
        put(&mut network, "inter_cluster_total_bytes", self.network_inter_cluster_bytes);
        put(&mut network, "cross_cluster_total_bytes", self.network_cross_cluster_bytes);
        if let Value::Object(usage) = usage {
            put_object(usage, "network", network);
            usage.retain(|_, group| group.as_object().is_none_or(|it| !it.is_empty()));
        }
        if let Value::Object(payload) = &mut payload {
            if self.execution_time.or(self.wall_time).is_none() {
                payload.shift_remove("ExecutionTime");
            }
            let tables = payload.shift_remove("dataset_statistics");
            put_object(payload, "input_dataset_statistics", self.input());
            payload.extend(tables.map(|tables| ("dataset_statistics".to_owned(), tables)));
            payload.extend(rest);
        }
        payload
    }

    /// Takes out what Defender's record always has although nobody counted it.
    fn leave_out_uncounted(&self, usage: &mut Value) {
        let cpu = self.cpu_total.or(self.cpu_user).or(self.cpu_kernel);
        let figures = [
            ("cache", "memory", self.memory_cache.is_some()),
            ("cache", "disk", self.disk_cache.is_some()),
            ("cpu", "user", self.cpu_user.is_some()),
            ("cpu", "kernel", self.cpu_kernel.is_some()),
            ("cpu", "total cpu", cpu.is_some()),
            ("memory", "peak_per_node", self.memory_peak.is_some()),
        ];
        for (group, figure, is_counted) in figures {
            if let (false, Value::Object(group)) = (is_counted, &mut usage[group]) {
                group.shift_remove(figure);
            }
        }
    }

    /// `statistics` of Log Analytics: the same figures, their names in camel case, under `query`.
    pub fn to_log_analytics(&self) -> Value {
        json!({ "query": camel_keys(self.to_kusto()) })
    }

    fn shards(&self) -> Map<String, Value> {
        let mut shards = Map::new();
        put_object(&mut shards, "hot", self.hot_cache.map(tier).unwrap_or_default());
        put_object(&mut shards, "cold", self.cold_cache.map(tier).unwrap_or_default());
        put(&mut shards, "bypassbytes", self.bypass_bytes);
        shards
    }

    fn input(&self) -> Map<String, Value> {
        let mut extents = self.extents.map(scanned).unwrap_or_default();
        put(&mut extents, "scanned_min_datetime", self.extents_from.map(datetime_text));
        put(&mut extents, "scanned_max_datetime", self.extents_to.map(datetime_text));
        let mut rowstores = Map::new();
        put(&mut rowstores, "scanned_rows", self.rowstore_rows);
        put(&mut rowstores, "scanned_values_size", self.rowstore_bytes);
        let mut shards = Map::new();
        put(&mut shards, "queries_generic", self.shard_queries_generic);
        put(&mut shards, "queries_specialized", self.shard_queries_specialized);
        let mut external = Map::new();
        put(&mut external, "downloaded_items", self.external_items);
        put(&mut external, "downloaded_bytes", self.external_bytes);
        put(&mut external, "iterated_artifacts", self.external_artifacts);
        let mut input = Map::new();
        put_object(&mut input, "extents", extents);
        put_object(&mut input, "rows", self.rows.map(scanned).unwrap_or_default());
        put_object(&mut input, "rowstores", rowstores);
        put_object(&mut input, "shards", shards);
        put_object(&mut input, "external_data", external);
        input
    }
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    object.extend(value.map(|value| (key.to_owned(), value.into())));
}

/// Nothing is put where nothing was counted.
fn put_object(object: &mut Map<String, Value>, key: &str, value: Map<String, Value>) {
    put(object, key, (!value.is_empty()).then_some(value));
}

fn counts(CacheCounts { hits, misses }: CacheCounts) -> Map<String, Value> {
    let mut object = Map::new();
    put(&mut object, "hits", Some(hits));
    put(&mut object, "misses", Some(misses));
    object
}

fn tier(tier: TierBytes) -> Map<String, Value> {
    let mut object = Map::new();
    put(&mut object, "hitbytes", Some(tier.hit));
    put(&mut object, "missbytes", Some(tier.miss));
    put(&mut object, "retrievebytes", tier.retrieved);
    object
}

fn scanned(counted: Scanned) -> Map<String, Value> {
    let mut object = Map::new();
    put(&mut object, "total", counted.total);
    put(&mut object, "scanned", counted.scanned);
    object
}

/// `peak_per_node` is `peakPerNode`, `total cpu` is `totalCpu`, `ExecutionTime` is `executionTime`.
fn camel_keys(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            Value::Object(object.into_iter().map(|(key, value)| (camel(&key), camel_keys(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(camel_keys).collect()),
        scalar => scalar,
    }
}

fn camel(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut raise = false;
    for char in key.chars() {
        match char {
            '_' | ' ' => raise = !out.is_empty(),
            _ if out.is_empty() => out.push(char.to_ascii_lowercase()),
            _ if raise => {
                out.push(char.to_ascii_uppercase());
                raise = false;
            }
            _ => out.push(char),
        }
    }
    out
}
