//! Results: cell texts, every export format on parsed output, and statistics of every generation.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use serde_json::{Value, json};
use tallyho::kql::ScalarType;
use tallyho::result::{
    CacheCounts, CellText, Column, GraphStyle, NamedResult, ResultSet, RunStats, Scanned, TableSize, TierBytes,
    parse_decimal, parse_iso_datetime, stats_lines, write_batch_line, write_csv, write_defender, write_graph,
    write_json, write_ndjson, write_table,
};

/// One column of each type: a value, a hostile or extreme one, and null.
fn every_type() -> ResultSet {
    let columns = ScalarType::ALL.map(|ty| Column { name: format!("c_{ty}"), ty });
    let decimals = [parse_decimal("1.50"), parse_decimal("-99999999999999999999"), None];
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        Arc::new(Int32Array::from(vec![Some(1), Some(i32::MIN), None])),
        Arc::new(Int64Array::from(vec![Some(2), Some(i64::MIN), None])),
        Arc::new(Float64Array::from(vec![Some(6.0), Some(f64::NEG_INFINITY), None])),
        Arc::new(Decimal256Array::from(decimals.to_vec()).with_precision_and_scale(76, 38).unwrap()),
        Arc::new(Int64Array::from(vec![parse_iso_datetime("2020-08-30T06:38:35.7664356Z"), Some(0), None])),
        Arc::new(Int64Array::from(vec![Some(10_000), Some(i64::MIN), None])),
        Arc::new(StringArray::from(vec![Some("74be27de-1e4e-49d9-b579-fe0b331d3642"), None, None])),
        Arc::new(StringArray::from(vec![Some("a,\"b\"\r\n=1+1"), Some("\u{1b}[2J\u{202e}\u{9b}0m\0"), None])),
        Arc::new(StringArray::from(vec![Some(r#"{"a":[1,"x",null],"b":{"c":true}}"#), Some(r#""te\u001bxt""#), None])),
    ];
    set_of(columns.to_vec(), arrays)
}

fn set_of(columns: Vec<Column>, arrays: Vec<ArrayRef>) -> ResultSet {
    let named = columns.iter().map(|column| column.name.clone()).zip(arrays);
    let mut set = ResultSet::new(columns.clone());
    set.push(RecordBatch::try_from_iter_with_nullable(named.map(|(name, array)| (name, array, true))).unwrap());
    set
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_screen_shows_cells_harmless_and_tells_null_from_nothing() {
    let set = every_type();
    let texts = |row| (0..10).map(|col| set.cell_text(row, col)).collect::<Vec<_>>();
    let shown: Vec<_> = texts(0).iter().map(|cell| cell.as_str().to_owned()).collect();
    assert_eq!(
        shown,
        [
            "true",
            "1",
            "2",
            "6.0",
            "1.5",
            "2020-08-30T06:38:35.7664356Z",
            "00:00:00.0010000",
            "74be27de-1e4e-49d9-b579-fe0b331d3642",
            "a,\"b\"␍␤=1+1",
            r#"{"a":[1,"x",null],"b":{"c":true}}"#,
        ]
    );
    assert_eq!(set.cell_text(1, 8).as_str(), "␛[2J��0m␀");
    assert_eq!(set.cell_text(1, 9).as_str(), "te␛xt");
    for (col, cell) in texts(2).iter().enumerate() {
        assert_eq!(matches!(cell, CellText::Null), ScalarType::ALL[col] != ScalarType::String, "column {col}");
    }
    assert_eq!(set.cell_preview(0, 8, 4).as_str(), "a,\"…");
    assert_eq!(set.cell_text(99, 0), CellText::Null);
    assert_eq!(set.cell_json(0, 9), r#"{"a":[1,"x",null],"b":{"c":true}}"#);
    assert_eq!(set.cell(1, 8).text(), "\u{1b}[2J\u{202e}\u{9b}0m\0", "the value itself is exact");
}

#[test]
fn a_long_cell_costs_the_grid_no_more_than_a_short_one() {
    let long = "x\u{301}".repeat(500_000);
    let column = Column { name: "s".into(), ty: ScalarType::String };
    let set = set_of(vec![column], vec![Arc::new(StringArray::from(vec![long]))]);
    let started = std::time::Instant::now();
    for _ in 0..1000 {
        assert_eq!(tallyho::text::width(set.cell_preview(0, 0, 30).as_str()), 30);
    }
    assert!(started.elapsed() < Duration::from_secs(5), "a thousand previews took {:?}", started.elapsed());
}

#[test]
fn no_format_for_people_lets_a_control_character_through() {
    let set = every_type();
    let acts = |char: char| (char.is_control() && !matches!(char, '\n' | '\r')) || !tallyho::text::is_shown(char);
    let formats = [
        written(|out| write_table(&set, None, out)),
        written(|out| write_json(&set, out)),
        written(|out| write_ndjson(&set, out)),
        written(|out| write_defender(&set, &RunStats::default(), out)),
        written(|out| write_graph(&set, GraphStyle::V1, out)),
    ];
    for text in formats {
        assert!(!text.contains('\r') && text.chars().filter(|char| acts(*char)).all(|char| char == '\n'), "{text:?}");
    }
}

#[test]
fn csv_reads_back_exactly() {
    let set = every_type();
    let text = written(|out| write_csv(&set, out));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>()[8..], ["c_string", "c_dynamic"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (row, record) in rows.iter().enumerate() {
        for (col, field) in record.iter().enumerate() {
            assert_eq!(field, set.cell(row, col).text(), "row {row} column {col}");
        }
    }
    assert_eq!(rows.len(), 3);
    assert!(text.lines().next().unwrap().ends_with("c_dynamic") && text.contains("\r\n"));
    let column = Column { name: "only".into(), ty: ScalarType::Long };
    let lonely = set_of(vec![column], vec![Arc::new(Int64Array::from(vec![None, Some(1)]))]);
    assert_eq!(written(|out| write_csv(&lonely, out)), "only\r\n\"\"\r\n1\r\n");
}

#[test]
fn json_has_the_values_that_kusto_has() {
    let set = every_type();
    let rows: Value = serde_json::from_str(&written(|out| write_json(&set, out))).unwrap();
    let lines = written(|out| write_ndjson(&set, out));
    let parsed: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows, Value::Array(parsed), "both formats have the same objects");
    assert_eq!(
        rows[0],
        json!({"c_bool": true, "c_int": 1, "c_long": 2, "c_real": 6.0, "c_decimal": "1.5",
            "c_datetime": "2020-08-30T06:38:35.7664356Z", "c_timespan": "00:00:00.0010000",
            "c_guid": "74be27de-1e4e-49d9-b579-fe0b331d3642", "c_string": "a,\"b\"\r\n=1+1",
            "c_dynamic": {"a": [1, "x", null], "b": {"c": true}}})
    );
    assert_eq!(rows[1]["c_long"], json!(i64::MIN));
    assert_eq!(rows[1]["c_real"], json!("-Infinity"));
    assert_eq!(rows[1]["c_string"], json!("\u{1b}[2J\u{202e}\u{9b}0m\0"));
    assert_eq!(rows[2]["c_string"], json!(""), "a string is never null");
    assert_eq!(rows[2]["c_guid"], Value::Null);
    assert_eq!(written(|out| write_json(&ResultSet::default(), out)), "[]\n");
}

#[test]
fn the_defender_body_has_the_keys_order_and_types_of_the_service() {
    let stats = RunStats { tables: vec![TableSize { rows: 3, bytes: 7 }], ..RunStats::default() };
    let text = written(|out| write_defender(&every_type(), &stats, out));
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(keys(&body), ["Stats", "Schema", "Results"]);
    assert_eq!(keys(&body["Stats"]), ["ExecutionTime", "resource_usage", "dataset_statistics"]);
    assert_eq!(body["Schema"][0], json!({"Name": "c_bool", "Type": "SByte"}));
    assert_eq!(body["Schema"][9], json!({"Name": "c_dynamic", "Type": "Object"}));
    assert_eq!(body["Results"][0]["c_bool"], json!(1));
    assert_eq!(body["Results"][2]["c_bool"], Value::Null);
    assert_eq!(keys(&body["Results"][0]), ScalarType::ALL.map(|ty| format!("c_{ty}")));
}

#[test]
fn the_graph_body_is_annotated_as_the_service_does() {
    let body: Value = serde_json::from_str(&written(|out| write_graph(&every_type(), GraphStyle::V1, out))).unwrap();
    assert_eq!(keys(&body), ["@odata.context", "schema", "results"]);
    assert_eq!(body["schema"][2], json!({"name": "c_long", "type": "Int64"}));
    let row = &body["results"][0];
    assert_eq!(keys(row)[..2], ["c_bool@odata.type", "c_bool"]);
    assert_eq!(row["c_bool@odata.type"], json!("#SByte"));
    assert_eq!(row["c_long@odata.type"], json!("#Int64"));
    assert_eq!(row["c_dynamic"]["@odata.type"], json!("#microsoft.graph.security.dynamicColumnValue"));
    assert_eq!(row["c_dynamic"]["a@odata.type"], json!("#Collection(String)"));
    assert_eq!(row["c_dynamic"]["a"], json!(["1", "x", "null"]));
    let nulls = &body["results"][2];
    assert_eq!((&nulls["c_datetime"], &nulls["c_long"], &nulls["c_string"]), (&json!({}), &Value::Null, &json!("")));
    let beta: Value = serde_json::from_str(&written(|out| write_graph(&every_type(), GraphStyle::Beta, out))).unwrap();
    assert_eq!(keys(&beta), ["schema", "results"]);
    assert_eq!(beta["schema"][2], json!({"Name": "c_long", "Type": "Int64"}));
}

#[test]
fn a_batch_line_is_one_line() {
    let line = written(|out| write_batch_line(&json!({"n": 7}), &every_type(), &[], &RunStats::default(), out));
    assert_eq!(line.matches('\n').count(), 1);
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(keys(&answer), ["id", "columns", "rows", "stats"]);
    assert_eq!(answer["id"], json!({"n": 7}));
    assert_eq!(answer["columns"][0], json!({"name": "c_bool", "type": "bool"}));
    assert_eq!(answer["rows"][0][0], json!(true));
    assert_eq!(answer["rows"][2][9], Value::Null);
}

#[test]
fn a_batch_line_holds_every_result() {
    let more = [NamedResult { name: Some("n".into()), set: every_type() }, NamedResult::default()];
    let line = written(|out| write_batch_line(&json!(1), &every_type(), &more, &RunStats::default(), out));
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(keys(&answer), ["id", "columns", "rows", "more", "stats"]);
    assert_eq!(answer["more"][0]["name"], "n");
    assert_eq!((&answer["more"][0]["columns"], &answer["more"][0]["rows"]), (&answer["columns"], &answer["rows"]));
    assert_eq!(answer["more"][1], json!({"name": null, "columns": [], "rows": []}));
}

#[test]
fn a_table_is_aligned_and_fits() {
    let columns =
        vec![Column { name: "Name".into(), ty: ScalarType::String }, Column { name: "n".into(), ty: ScalarType::Long }];
    let names = StringArray::from(vec!["日本語", "a long name that is cut"]);
    let set = set_of(columns, vec![Arc::new(names), Arc::new(Int64Array::from(vec![Some(5), Some(12_345)]))]);
    let whole = written(|out| write_table(&set, None, out));
    assert_eq!(
        whole,
        "Name                         n\n\
         ───────────────────────  ─────\n\
         日本語                       5\n\
         a long name that is cut  12345\n"
    );
    for width in 1..40 {
        let text = written(|out| write_table(&set, Some(width), out));
        assert!(text.lines().all(|line| tallyho::text::width(line) <= width), "at {width}:\n{text}");
        assert_eq!(text.lines().count(), 4);
    }
}

#[test]
fn wide_results_are_written_quickly() {
    let columns: Vec<Column> =
        (0..22).map(|idx| Column { name: format!("c{idx}"), ty: ScalarType::ALL[idx % 10] }).collect();
    let every = every_type();
    let batch = &every.batches()[0];
    let arrays: Vec<ArrayRef> = (0..22)
        .map(|idx| {
            let indices = arrow::array::UInt32Array::from_iter_values((0..100_000).map(|row| row % 3));
            arrow::compute::take(batch.column(idx % 10), &indices, None).unwrap()
        })
        .collect();
    let set = set_of(columns, arrays);
    let started = std::time::Instant::now();
    write_csv(&set, &mut std::io::sink()).unwrap();
    let took = started.elapsed();
    // Generous, because tests are built without optimisation and share the machine; optimised it is a tenth.
    assert!(took < Duration::from_secs(30), "2.2 million cells took {took:?}");
}

#[test]
fn statistics_of_the_first_generation_round_trip() {
    let wire = json!({
        "ExecutionTime": 4.621_215,
        "resource_usage": {
            "cache": {
                "memory": { "hits": 773_461, "misses": 4_481, "total": 777_942 },
                "disk": { "hits": 994, "misses": 197, "total": 1_191 }
            },
            "cpu": { "user": "00:00:19.0468750", "kernel": "00:00:00.0156250", "total cpu": "00:00:19.0625000" },
            "memory": { "peak_per_node": 236_822_432 }
        },
        "dataset_statistics": [ { "table_row_count": 2, "table_size": 102 } ]
    });
    let stats = RunStats::from_wire(&wire);
    assert_eq!(stats.execution_time, Some(Duration::from_micros(4_621_215)));
    assert_eq!(stats.cpu_total, Some(Duration::from_micros(19_062_500)));
    assert_eq!(stats.tables, [TableSize { rows: 2, bytes: 102 }]);
    assert_eq!(stats.to_defender().to_string(), wire.to_string(), "same shape, same order, same numbers");
}

/// Writing and reading in both spellings loses nothing of what goes over the wire, and adds nothing that was not counted.
#[test]
fn statistics_of_every_generation_round_trip() {
    let tier = |hit| Some(TierBytes { hit, miss: 2, retrieved: Some(3) });
    let scanned = |n| Some(Scanned { total: Some(n), scanned: Some(1) });
    let stats = RunStats {
        execution_time: Some(Duration::from_millis(1_500)),
        cpu_user: Some(Duration::from_micros(15_625)),
        cpu_kernel: Some(Duration::ZERO),
        cpu_total: Some(Duration::from_micros(15_625)),
        cpu_execution: Some(Duration::from_millis(15)),
        cpu_planning: Some(Duration::from_micros(625)),
        memory_peak: Some(1 << 40),
        memory_cache: Some(CacheCounts { hits: 1, misses: 2 }),
        disk_cache: Some(CacheCounts { hits: 3, misses: 4 }),
        hot_cache: tier(5),
        cold_cache: tier(6),
        bypass_bytes: Some(7),
        partial_results_cache: Some(CacheCounts { hits: 8, misses: 9 }),
        network_inter_cluster_bytes: Some(10),
        network_cross_cluster_bytes: Some(11),
        extents: scanned(12),
        rows: scanned(13),
        extents_from: Some(637_345_967_157_664_356),
        extents_to: Some(637_345_967_157_664_357),
        rowstore_rows: Some(14),
        rowstore_bytes: Some(15),
        external_items: Some(16),
        external_bytes: Some(17),
        external_artifacts: Some(18),
        shard_queries_generic: Some(19),
        shard_queries_specialized: Some(20),
        tables: vec![TableSize { rows: 21, bytes: 22 }, TableSize { rows: 0, bytes: 0 }],
        query_hash: Some("f2a4f2a4f2a4f2a4".into()),
        ..RunStats::default()
    };
    assert_eq!(RunStats::from_wire(&stats.to_kusto()), stats);
    assert_eq!(RunStats::from_wire(&stats.to_log_analytics()), stats);
    let usage = &stats.to_log_analytics()["query"]["resourceUsage"];
    assert_eq!(
        (&usage["cpu"]["totalCpu"], &usage["memory"]["peakPerNode"]),
        (&json!("00:00:00.0156250"), &json!(1_u64 << 40))
    );
    assert_eq!(usage["cache"]["shards"]["hot"]["hitbytes"], 5);
    let little = RunStats { tables: vec![TableSize { rows: 1, bytes: 8 }], ..RunStats::default() };
    let tables = json!([{ "table_row_count": 1, "table_size": 8 }]);
    let expected = json!({ "resource_usage": {}, "dataset_statistics": tables });
    assert_eq!(little.to_kusto(), expected, "what was not counted is not there");
}

#[test]
fn figures_that_nobody_counted_are_left_out_where_the_service_allows_it() {
    let stats = RunStats { cpu_total: Some(Duration::from_millis(15)), ..RunStats::default() };
    let payload = stats.to_kusto();
    assert_eq!(payload["resource_usage"], json!({ "cpu": { "total cpu": "00:00:00.0150000" } }));
    let back = RunStats::from_wire(&payload);
    assert_eq!((back.memory_peak, back.memory_cache, back.cpu_user), (None, None, None));
    assert_eq!(RunStats::from_wire(&stats.to_log_analytics()).cpu_total, stats.cpu_total);
    // Defender's record has them always.
    assert_eq!(stats.to_defender()["resource_usage"]["memory"]["peak_per_node"], 0);
}

#[test]
fn statistics_of_later_generations_and_of_log_analytics() {
    let kusto = RunStats::from_wire(&json!({
        "ExecutionTime": 0.5, "QueryHash": "f2a4", "unknown": [1], "cross_cluster_resource_usage": {},
        "resource_usage": {
            "cache": {
                "shards": { "hot": { "hitbytes": 10, "missbytes": 2, "retrievebytes": 3 },
                            "cold": { "hitbytes": 0, "missbytes": 1, "retrievebytes": 0 }, "bypassbytes": 4 },
                "results_cache_origin": { "client_request_id": "KE.x", "started_on": "2026-01-01T00:00:00Z" },
                "partial_query_results": { "hits": 1, "misses": 9 }
            },
            "cpu": { "totalcpu": "1.02:03:04.5", "breakdown": { "query execution": "00:00:01", "query planning": "00:00:00.1" } },
            "memory": { "peak_per_node": "12" },
            "network": { "inter_cluster_total_bytes": 34, "cross_cluster_total_bytes": 0 }
        },
        "input_dataset_statistics": {
            "extents": { "total": 5, "scanned": 2, "scanned_min_datetime": "0001-01-01T00:00:00.0000000Z" },
            "rows": { "total": 50, "scanned": 20 }, "rowstores": { "scanned_rows": 6, "scanned_values_size": 7 },
            "shards": { "queries_generic": 1, "queries_specialized": 0 },
            "external_data": { "downloaded_items": 2, "downloaded_bytes": 3, "iterated_artifacts": 4 }
        }
    }));
    assert_eq!(kusto.cpu_total, Some(Duration::from_millis(93_784_500)));
    assert_eq!(kusto.cpu_planning, Some(Duration::from_millis(100)));
    assert_eq!(kusto.hot_cache.unwrap().retrieved, Some(3));
    assert_eq!(kusto.bypass_bytes, Some(4));
    assert_eq!(kusto.memory_peak, Some(12));
    assert_eq!(kusto.memory_cache, None, "absent is not zero");
    assert_eq!((kusto.extents_from, kusto.external_artifacts), (None, Some(4)));
    assert_eq!(kusto.partial_results_cache.unwrap().misses, 9);
    assert!(kusto.results_cache_origin.unwrap().contains("KE.x"));
    assert_eq!(
        (kusto.rowstore_rows, kusto.shard_queries_generic, kusto.query_hash.as_deref()),
        (Some(6), Some(1), Some("f2a4"))
    );

    let flat = RunStats::from_wire(
        &json!({"resource_usage": {"cache": {"shards": {"hitbytes": 1, "missbytes": 2, "bypassbytes": 3}}}}),
    );
    assert_eq!((flat.hot_cache.unwrap().miss, flat.bypass_bytes), (2, Some(3)));

    let analytics = RunStats::from_wire(&json!({"query": {
        "executionTime": 0.593_785_6,
        "resourceUsage": {
            "cache": { "memory": { "hits": 0, "misses": 0, "total": 0 }, "shards": { "hot": { "hitbytes": 682_106, "missbytes": 0 } } },
            "cpu": { "user": "00:00:00.0468750", "kernel": "00:00:00", "totalCpu": "00:00:00.0468750" },
            "memory": { "peakPerNode": 104_100_080 }, "network": { "crossClusterTotalBytes": 0, "interClusterTotalBytes": 34_897_588 }
        },
        "inputDatasetStatistics": { "extents": { "scanned": 1, "total": 1 }, "rowstores": { "scannedRows": 12_323 } },
        "datasetStatistics": [ { "tableRowCount": 43_087, "tableSize": 14_598_614 } ]
    }}));
    assert_eq!(analytics.execution_time, Some(Duration::from_nanos(593_785_600)));
    assert_eq!(analytics.cpu_total, Some(Duration::from_micros(46_875)));
    assert_eq!(analytics.memory_cache.unwrap().hits, 0);
    assert_eq!(analytics.network_inter_cluster_bytes, Some(34_897_588));
    assert_eq!(analytics.tables, [TableSize { rows: 43_087, bytes: 14_598_614 }]);

    for nonsense in [
        json!(null),
        json!([]),
        json!({"resource_usage": 5, "ExecutionTime": -1, "dataset_statistics": {}}),
        json!({"ExecutionTime": 1e300}),
    ] {
        assert_eq!(RunStats::from_wire(&nonsense), RunStats::default(), "{nonsense}");
    }
}

#[test]
fn stats_lines_say_only_what_is_known() {
    assert_eq!(stats_lines(&RunStats::default()), Vec::<String>::new());
    let stats = RunStats {
        wall_time: Some(Duration::from_millis(410)),
        cpu_total: Some(Duration::from_millis(48)),
        memory_peak: Some(12_999_999),
        tables: vec![TableSize { rows: 22_014, bytes: 102 }],
        ..RunStats::default()
    };
    assert_eq!(
        stats_lines(&stats),
        ["time: 410.0 ms", "cpu: 48.0 ms", "memory: peak 12.4 MiB", "returned: 22,014 rows, 102 B"]
    );
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
