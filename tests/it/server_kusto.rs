//! Kusto's API of our own server: frames, tables, commands, options, limits and errors, and what Microsoft's clients
//! really send.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tallyho::result::RunStats;
use tallyho::server::{Auth, ServerOptions};

use crate::served::{Answer, Served, send};
use crate::server::{EVERY_TYPE, keys};

const V2: &str = "/v2/rest/query";
const V1: &str = "/v1/rest/query";
const MGMT: &str = "/v1/rest/mgmt";
const AS_JSON: (&str, &str) = ("Accept", "application/json");
const NAMED: (&str, &str) = ("x-ms-client-request-id", "test;1");

/// Asks as a client of Kusto does.
fn ask(served: &Served, path: &str, text: &str, options: Value) -> Answer {
    let body = json!({ "db": "files", "csl": text, "properties": { "Options": options } });
    send(served.address, "POST", path, &[AS_JSON, NAMED], &body.to_string())
}

fn good(served: &Served, path: &str, text: &str) -> Value {
    let answer = ask(served, path, text, json!({}));
    assert_eq!(answer.status, 200, "{text}: {}", answer.body);
    answer.json()
}

/// The error of an answer that has one.
fn error(answer: &Answer) -> Value {
    assert_eq!(answer.status, 400, "{}", answer.body);
    answer.json()["error"].clone()
}

fn names(columns: &Value, key: &str) -> Vec<String> {
    columns.as_array().unwrap().iter().map(|it| it[key].as_str().unwrap().to_owned()).collect()
}

fn kinds(frames: &Value) -> Vec<&str> {
    frames.as_array().unwrap().iter().map(|frame| frame["FrameType"].as_str().unwrap()).collect()
}

/// The rows of a command's table.
fn rows(served: &Served, command: &str) -> Vec<Value> {
    good(served, MGMT, command)["Tables"][0]["Rows"].as_array().unwrap().clone()
}

#[test]
fn a_query_is_answered_in_frames() {
    let served = Served::new();
    let answer = ask(&served, V2, "print x = 1, y = 'a'", json!({}));
    assert_eq!(answer.headers["x-ms-client-request-id"], "test;1");
    let activity = answer.headers["x-ms-activity-id"].clone();
    assert_eq!(activity.len(), 36);
    let frames = answer.json();
    assert_eq!(kinds(&frames), ["DataSetHeader", "DataTable", "DataTable", "DataTable", "DataSetCompletion"]);
    assert_eq!(frames[0], json!({"FrameType": "DataSetHeader", "IsProgressive": false, "Version": "v2.0"}));
    assert_eq!(frames[1]["TableKind"], "QueryProperties");
    assert_eq!(frames[1]["Rows"][0].as_array().unwrap()[..2], [json!(1), json!("Visualization")]);
    let drawn: Value = serde_json::from_str(frames[1]["Rows"][0][2].as_str().unwrap()).unwrap();
    assert_eq!((&drawn["Visualization"], &drawn["Ymax"], keys(&drawn).len()), (&Value::Null, &json!("NaN"), 17));
    assert_eq!(
        frames[2],
        json!({
            "FrameType": "DataTable", "TableId": 1, "TableKind": "PrimaryResult", "TableName": "PrimaryResult",
            "Columns": [
                {"ColumnName": "x", "ColumnType": "long"}, {"ColumnName": "y", "ColumnType": "string"}],
            "Rows": [[1, "a"]],
        })
    );
    assert_eq!(keys(&frames[2]), ["FrameType", "TableId", "TableKind", "TableName", "Columns", "Rows"]);
    let columns = names(&frames[3]["Columns"], "ColumnName").join(",");
    assert_eq!(
        columns,
        "Timestamp,ClientRequestId,ActivityId,SubActivityId,ParentActivityId,Level,LevelName,StatusCode,StatusCodeName,\
         EventType,EventTypeName,Payload"
    );
    let (info, cost) = (&frames[3]["Rows"][0], &frames[3]["Rows"][1]);
    assert_eq!(info.as_array().unwrap()[1..3], [json!("test;1"), json!(activity)]);
    assert_eq!(
        info.as_array().unwrap()[5..11],
        [json!(4), json!("Info"), json!(0), json!("S_OK (0)"), json!(4), json!("QueryInfo")]
    );
    assert_eq!(info[11], "{\"Count\":1,\"Text\":\"Query completed successfully\"}");
    let events = [json!(6), json!("Stats"), json!(0), json!("S_OK (0)"), json!(0), json!("QueryResourceConsumption")];
    assert_eq!(cost.as_array().unwrap()[5..11], events);
    let stats = RunStats::from_wire(&serde_json::from_str(cost[11].as_str().unwrap()).unwrap());
    assert_eq!((stats.tables[0].rows, stats.tables[0].bytes), (1, 9));
    assert!(stats.execution_time.unwrap() > Duration::ZERO && stats.cpu_total.is_some());
    assert_eq!(frames[4], json!({"FrameType": "DataSetCompletion", "HasErrors": false, "Cancelled": false}));
}

#[test]
fn the_first_version_answers_in_tables() {
    let served = Served::new();
    let tables = good(&served, V1, "DeviceProcessEvents | count | render columnchart with (title='T', ycolumns=Count)");
    assert_eq!(keys(&tables), ["Tables"]);
    let tables = &tables["Tables"];
    assert_eq!(names(tables, "TableName"), ["Table_0", "Table_1", "Table_2", "Table_3"]);
    let count = json!({"ColumnName": "Count", "DataType": "Int64", "ColumnType": "long"});
    assert_eq!((&tables[0]["Columns"], &tables[0]["Rows"]), (&json!([count]), &json!([[4]])));
    let drawn: Value = serde_json::from_str(tables[1]["Rows"][0][0].as_str().unwrap()).unwrap();
    assert_eq!(
        (&drawn["Visualization"], &drawn["Title"], &drawn["YColumns"]),
        (&json!("columnchart"), &json!("T"), &json!(["Count"]))
    );
    assert_eq!(tables[2]["Rows"][0][4], "Query completed successfully");
    let cost: Value = serde_json::from_str(tables[2]["Rows"][1][4].as_str().unwrap()).unwrap();
    assert_eq!(
        (tables[2]["Rows"][1][1].as_i64(), &cost["input_dataset_statistics"]["rows"]["total"]),
        (Some(6), &json!(4))
    );
    let contents = tables[3]["Rows"].as_array().unwrap();
    let contents: Vec<&str> = contents.iter().map(|row| row[1].as_str().unwrap()).collect();
    assert_eq!(contents, ["QueryResult", "QueryProperties", "QueryStatus"]);
}

#[test]
fn several_results_are_several_tables() {
    let served = Served::new();
    let query = "print a = 1 | fork First=(extend b = 2) Second=(count); print 'c'";
    let frames = good(&served, V2, query);
    let primary: Vec<&Value> =
        frames.as_array().unwrap().iter().filter(|it| it["TableKind"] == "PrimaryResult").collect();
    let rows: Vec<&Value> = primary.iter().map(|it| &it["Rows"]).collect();
    assert_eq!(rows, [&json!([[1, 2]]), &json!([[1]]), &json!([["c"]])]);
    let ids: Vec<&Value> = primary.iter().map(|it| &it["TableId"]).collect();
    assert_eq!(ids, [&json!(1), &json!(2), &json!(3)]);
    assert_eq!((&primary[1]["TableName"], &primary[2]["TableName"]), (&json!("Second"), &json!("PrimaryResult")));
    let ending = frames.as_array().unwrap().iter().find(|it| it["TableKind"] == "QueryCompletionInformation").unwrap();
    assert_eq!(ending["TableId"], 4);
    let stats: Value = serde_json::from_str(ending["Rows"][1][11].as_str().unwrap()).unwrap();
    assert_eq!(RunStats::from_wire(&stats).tables.len(), 3);

    let tables = &good(&served, V1, query)["Tables"];
    assert_eq!(names(tables, "TableName"), ["Table_0", "Table_1", "Table_2", "Table_3", "Table_4", "Table_5"]);
    assert_eq!((&tables[1]["Rows"], &tables[2]["Rows"]), (&json!([[1]]), &json!([["c"]])));
    let contents: Vec<&Value> = tables[5]["Rows"].as_array().unwrap().iter().map(|row| &row[1]).collect();
    assert_eq!(contents, ["QueryResult", "QueryResult", "QueryResult", "QueryProperties", "QueryStatus"]);
    assert_eq!(tables[5]["Rows"][3][0], 3);
}

#[test]
fn every_type_and_every_null_is_written_as_kusto_does() {
    let served = Served::new();
    let rows = json!([
        [true, 1, 2, 1.5, "1.25", "2020-08-30T06:38:35.7664356Z", "1.02:03:04",
            "74be27de-1e4e-49d9-b579-fe0b331d3642", "é\n\"x\"", {"a": ["x", "y"], "b": {"c": true, "n": 5}}],
        [null, null, null, "NaN", null, null, null, null, "", null],
        [false, -1, i64::MIN, -1e300, "-0.5", "0001-01-01T00:00:00Z", "-00:00:00.0000001",
            "00000000-0000-0000-0000-000000000000", "=1+1", ["a", {"k": 1}]],
    ]);
    let types = ["bool", "int", "long", "real", "decimal", "datetime", "timespan", "guid", "string", "dynamic"];
    let second = good(&served, V2, EVERY_TYPE);
    assert_eq!(
        (names(&second[2]["Columns"], "ColumnType"), &second[2]["Rows"]),
        (types.map(str::to_owned).into(), &rows)
    );
    let first = &good(&served, V1, EVERY_TYPE)["Tables"][0];
    assert_eq!((names(&first["Columns"], "ColumnType"), &first["Rows"]), (types.map(str::to_owned).into(), &rows));
    let dotnet =
        ["SByte", "Int32", "Int64", "Double", "SqlDecimal", "DateTime", "TimeSpan", "Guid", "String", "Object"];
    assert_eq!(names(&first["Columns"], "DataType"), dotnet);
    let none = good(&served, V2, "DeviceProcessEvents | take 0 | project Timestamp");
    assert_eq!((names(&none[2]["Columns"], "ColumnName"), &none[2]["Rows"]), (vec!["Timestamp".into()], &json!([])));
}

#[test]
fn a_query_is_read_from_body_and_address() {
    let served = Served::new();
    for (path, first) in [(V2, 2), (V1, 0)] {
        let table =
            |body: &Value| if path == V2 { body[2]["Rows"].clone() } else { body["Tables"][first]["Rows"].clone() };
        let address = format!("{path}?db=files&csl=print%20a%3D1%2B1");
        let answer = send(served.address, "GET", &address, &[AS_JSON], "");
        assert_eq!((answer.status, table(&answer.json())), (200, json!([[2]])), "{}", answer.body);
        let properties = json!({"Options": {"servertimeout": "00:01:00"}, "Parameters": {"n": "40", "b": true}});
        for properties in [properties.clone(), Value::from(properties.to_string())] {
            let query = "declare query_parameters(n:long, b:bool); print n + 1, b";
            let body = json!({"DB": "NetDefaultDB", "CSL": query, "Properties": properties}).to_string();
            let answer = send(served.address, "POST", path, &[AS_JSON], &body);
            assert_eq!((answer.status, table(&answer.json())), (200, json!([[41, true]])), "{}", answer.body);
        }
    }
    let bad = [
        ("", "JSON"),
        ("[]", "JSON"),
        ("{}", "'csl' is missing"),
        (r#"{"csl":1}"#, "'csl' must be text"),
        (r#"{"csl":"print 1","db":[]}"#, "'db' must be text"),
        (r#"{"csl":"print 1","properties":"{"}"#, "'properties'"),
        (r#"{"csl":"print 1","properties":3}"#, "'properties'"),
        (r#"{"csl":"print 1","properties":{"Options":[]}}"#, "'Options' must be an object"),
    ];
    for (body, what) in bad {
        let error = error(&send(served.address, "POST", V2, &[AS_JSON], body));
        assert_eq!(error["code"], "General_BadRequest", "{body}");
        assert!(error["@message"].as_str().unwrap().contains(what), "{body}: {error}");
    }
}

#[test]
fn mistakes_are_errors_with_a_place() {
    let served = Served::new();
    let syntax = error(&ask(&served, V2, "DeviceProcessEvents\n  take 5", json!({})));
    assert_eq!(keys(&syntax), ["code", "message", "@type", "@message", "@context", "@permanent", "innererror"]);
    assert_eq!(syntax["code"], "BadRequest_SyntaxError");
    assert_eq!(syntax["@type"], "Kusto.Data.Exceptions.SyntaxException");
    let message = syntax["@message"].as_str().unwrap();
    assert!(message.starts_with("Syntax error: Query could not be parsed: SYN0002:"), "{message}");
    assert!(message.contains("[line:position=2:2]. Query: 'DeviceProcessEvents\n  take 5'"), "{message}");
    let inner = &syntax["innererror"];
    assert_eq!(
        (&inner["code"], &inner["@line"], &inner["@pos"], &inner["@token"]),
        (&json!("SYN0002"), &json!("2"), &json!("2"), &json!("take"))
    );
    assert_eq!(syntax["@context"]["clientRequestId"], "test;1");

    let semantic = error(&ask(&served, V1, "DeviceProcessEvents | where Fle == 1", json!({})));
    assert_eq!(semantic["@type"], "Kusto.Data.Exceptions.SemanticException");
    assert!(semantic["@message"].as_str().unwrap().starts_with("Semantic error: SEM0100: "), "{semantic}");
    assert_eq!((&semantic["innererror"]["code"], &semantic["innererror"]["@line"]), (&json!("SEM0100"), &Value::Null));

    let refused = error(&ask(&served, V2, "DeviceProcessEvents | reduce by FileName", json!({})));
    let message = refused["@message"].as_str().unwrap();
    assert!(message.contains("tallyho does not run 'reduce' yet [line:position=1:22]"), "{message}");

    let elsewhere = json!({"db": "Samples", "csl": "print 1"}).to_string();
    let elsewhere = error(&send(served.address, "POST", V2, &[AS_JSON], &elsewhere));
    assert_eq!(elsewhere["code"], "BadRequest_EntityNotFound");
    assert!(elsewhere["@message"].as_str().unwrap().contains("Entity ID 'Samples' of kind 'Database' was not found"));

    // Who does not ask for JSON reads text.
    let body = json!({"csl": "DeviceProcessEvents take 5"}).to_string();
    let text = send(served.address, "POST", V2, &[("Accept", "*/*")], &body);
    assert_eq!((text.status, text.headers["content-type"].as_str()), (400, "text/plain; charset=utf-8"));
    assert!(text.body.starts_with("Syntax error: "), "{}", text.body);
    assert!(text.headers["x-ms-client-request-id"].starts_with("unspecified;"), "{:?}", text.headers);

    for (path, text, what) in [(V2, ".show tables", "/v1/rest/mgmt"), (MGMT, "print 1", "must have a dot")] {
        let error = error(&ask(&served, path, text, json!({})));
        assert!(error["@message"].as_str().unwrap().contains(what), "{error}");
    }
    let long = json!({"csl": "x".repeat(3 << 20)}).to_string();
    let long = send(served.address, "POST", V2, &[AS_JSON], &long);
    assert_eq!(
        (long.status, &long.json()["error"]["message"]),
        (413, &json!("Request is invalid and cannot be executed."))
    );
}

#[test]
fn rows_that_are_missing_are_a_partial_failure() {
    let served = Served::new();
    let query = "range x from 1 to 10 step 1";
    let frames = ask(&served, V2, query, json!({"truncationmaxrecords": 3})).json();
    let table = frames[2]["Rows"].as_array().unwrap();
    assert_eq!(table[..3], [json!([1]), json!([2]), json!([3])]);
    let failure = &table[3]["OneApiErrors"][0]["error"];
    assert_eq!((&failure["code"], &failure["@permanent"]), (&json!("LimitsExceeded"), &json!(false)));
    let status = &frames[3]["Rows"][0];
    assert_eq!(status.as_array().unwrap()[5..8], [json!(2), json!("Error"), json!(-2_133_196_797)]);
    assert_eq!(status.as_array().unwrap()[9..11], [json!(1), json!("QueryLimitsExceeded")]);
    assert!(status[11].as_str().unwrap().contains("internal record count limit 3 (E_QUERY_RESULT_SET_TOO_LARGE"));
    assert_eq!((&frames[4]["HasErrors"], &frames[4]["OneApiErrors"][0]["error"]), (&json!(true), failure));

    let deferred =
        ask(&served, V2, query, json!({"truncationmaxrecords": "3", "deferpartialqueryfailures": true})).json();
    assert_eq!((deferred[2]["Rows"].as_array().unwrap().len(), &deferred[4]["HasErrors"]), (3, &json!(true)));
    let first = ask(&served, V1, query, json!({"truncationmaxrecords": 3})).json();
    assert_eq!(first["Tables"][0]["Rows"][3]["Exceptions"], first["Exceptions"]);
    assert!(first["Exceptions"][0].as_str().unwrap().contains("80DA0003"));

    // What the client did not want is not missing.
    for options in [
        json!({"query_take_max_records": 3}),
        json!({"truncationmaxrecords": 10}),
        json!({"notruncation": true, "truncationmaxrecords": 3}),
    ] {
        let frames = ask(&served, V2, query, options.clone()).json();
        assert_eq!(frames[4]["HasErrors"], false, "{options}");
    }
    // The limit of the connection holds whatever is asked.
    let frames = ask(&served, V2, "range x from 1 to 5000 step 1", json!({"notruncation": true})).json();
    assert_eq!((frames[2]["Rows"].as_array().unwrap().len(), &frames[4]["HasErrors"]), (1001, &json!(true)));
    let frames = ask(&served, V2, "range x from 1 to 1000 step 1", json!({"truncationmaxsize": 100})).json();
    assert!(frames[3]["Rows"][0][11].as_str().unwrap().contains("internal data size limit 100"), "{}", frames[3]);
}

#[test]
fn results_come_in_pieces_for_who_asks() {
    let served = Served::new();
    let query = "range x from 1 to 700 step 1";
    let progressive = ask(&served, V2, query, json!({"results_progressive_enabled": true})).json();
    assert_eq!(
        kinds(&progressive),
        [
            "DataSetHeader",
            "DataTable",
            "TableHeader",
            "TableFragment",
            "TableProgress",
            "TableCompletion",
            "DataTable",
            "DataSetCompletion"
        ]
    );
    assert_eq!(progressive[0]["IsProgressive"], true);
    assert_eq!(keys(&progressive[2]), ["FrameType", "TableId", "TableKind", "TableName", "Columns"]);
    assert_eq!(keys(&progressive[3]), ["FrameType", "TableId", "FieldCount", "TableFragmentType", "Rows"]);
    assert_eq!((&progressive[3]["FieldCount"], progressive[3]["Rows"].as_array().unwrap().len()), (&json!(1), 700));
    assert_eq!(progressive[4], json!({"FrameType": "TableProgress", "TableId": 1, "TableProgress": 100.0}));
    assert_eq!(progressive[5], json!({"FrameType": "TableCompletion", "TableId": 1, "RowCount": 700}));

    let options = json!({
        "results_v2_fragment_primary_tables": true, "results_v2_newlines_between_frames": true,
        "results_error_reporting_placement": "end_of_table", "truncationmaxrecords": 2,
    });
    let answer = ask(&served, V2, query, options);
    let frames = answer.json();
    assert_eq!(
        (&frames[0]["IsFragmented"], &frames[0]["ErrorReportingPlacement"]),
        (&json!(true), &json!("EndOfTable"))
    );
    assert_eq!(frames[4]["OneApiErrors"][0]["error"]["code"], "LimitsExceeded");
    assert_eq!(
        answer.body.lines().count(),
        frames.as_array().unwrap().len() + 1,
        "a frame on each line: {}",
        answer.body
    );
    let none = ask(&served, V2, "print 1 | take 0", json!({"results_progressive_enabled": true})).json();
    assert_eq!((&none[3]["Rows"], &none[5]["RowCount"]), (&json!([]), &json!(0)));
}

#[test]
fn options_are_applied_or_refused_by_name() {
    let served = Served::new();
    let unknown = json!({"query_weakconsistency_session_id": "x", "anything": {"at": "all"}, "request_readonly": true,
        "validate_permissions": false, "query_now": null, "query_language": "kql", "servertimeout": "1 day"});
    let mut unknown = unknown;
    unknown["servertimeout"] = json!("50m");
    assert_eq!(ask(&served, V2, "print 1", unknown).status, 200);
    for span in ["00:50:00", "0:05:00", "1.00:00:00", "4m", "1h", "00:00:30.500"] {
        assert_eq!(ask(&served, V2, "print 1", json!({"servertimeout": span})).status, 200, "{span}");
    }
    let refused = [
        (json!({"query_now": "2020-01-01"}), "tallyho does not run option 'query_now' yet"),
        (json!({"query_language": "sql"}), "tallyho does not run option 'query_language' yet"),
        (json!({"validate_permissions": true}), "tallyho does not run option 'validate_permissions' yet"),
        (json!({"servertimeout": "soon"}), "option 'servertimeout' must be a time span"),
        (json!({"servertimeout": 5}), "option 'servertimeout' must be a time span"),
        (json!({"truncationmaxrecords": "many"}), "option 'truncationmaxrecords' must be a whole number"),
        (json!({"truncationmaxrecords": -1}), "option 'truncationmaxrecords' must be a whole number"),
        (json!({"notruncation": "perhaps"}), "option 'notruncation' must be true or false"),
        (json!({"query_datetimescope_from": "2020-01-01"}), "'query_datetimescope_column' is missing"),
        (
            json!({"query_datetimescope_column": "FileName", "query_datetimescope_to": "2020-01-01"}),
            "for column 'FileName'",
        ),
        (
            json!({"query_datetimescope_column": "Timestamp", "query_datetimescope_to": "x"}),
            "'query_datetimescope_to' must be a datetime",
        ),
    ];
    for (options, what) in refused {
        for text in ["DeviceProcessEvents | count", "union * | count"] {
            let error = error(&ask(&served, V2, text, options.clone()));
            assert!(error["@message"].as_str().unwrap().contains(what), "{options}: {error}");
        }
    }
    let count = |from: Option<&str>, to: Option<&str>| {
        let options = json!({"query_datetimescope_column": "Timestamp", "query_datetimescope_from": from, "query_datetimescope_to": to});
        ask(&served, V2, "DeviceProcessEvents | count", options).json()[2]["Rows"][0][0].as_i64().unwrap()
    };
    assert_eq!(count(Some("2020-08-30T06:38:20Z"), Some("datetime(2020-08-30 06:38:36)")), 2);
    assert_eq!(count(None, Some("2020-08-30T06:38:20Z")), 1);
    assert_eq!(count(Some("2020-08-30T06:38:36.7664356Z"), None), 1, "both ends belong to the scope");
}

#[test]
fn a_query_ends_at_its_time() {
    let served = Served::new();
    let slow = "range x from 1 to 999999999 step 1 | summarize sum(x % 7)";
    let answer = ask(&served, V2, slow, json!({"servertimeout": "00:00:00.05"}));
    assert_eq!(answer.status, 504, "{}", answer.body);
    let error = answer.json()["error"].clone();
    assert!(error["@message"].as_str().unwrap().contains("Query is expired"), "{error}");
    assert_eq!(error["@permanent"], false);
}

#[test]
fn a_query_is_cancelled_by_its_name() {
    let served = Served::new();
    assert_eq!(rows(&served, ".cancel query \"slow;1\""), [json!(["slow;1", "", false])]);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| {
            let body = json!({
                "csl": "range x from 1 to 999999999 step 1 | summarize sum(x % 7)",
                "properties": {"ClientRequestId": "slow;1"},
            });
            send(served.address, "POST", V2, &[AS_JSON], &body.to_string())
        });
        let started = std::time::Instant::now();
        let command = ".cancel  QUERY 'slow;1' with (reason = \"too slow\")";
        while rows(&served, command) == [json!(["slow;1", "too slow", false])] {
            assert!(started.elapsed() < Duration::from_secs(20), "the query is never there to be cancelled");
        }
        let answer = slow.join().unwrap();
        assert!(error(&answer)["@message"].as_str().unwrap().contains("cancelled"), "{}", answer.body);
        assert_eq!(answer.headers["x-ms-client-request-id"], "slow;1");
    });
}

#[test]
fn commands_show_what_there_is() {
    let served = Served::new();
    let columns = |command: &str| names(&good(&served, MGMT, command)["Tables"][0]["Columns"], "ColumnName").join(",");
    assert_eq!(columns(".show tables"), "TableName,DatabaseName,Folder,DocString");
    let tables = rows(&served, ".show tables | where TableName == 'DeviceProcessEvents'");
    assert_eq!((tables.len(), &tables[0][1]), (1, &json!("files")));
    let shown = rows(&served, "\n .SHOW\ttables (DeviceProcessEvents)\n|\nproject TableName");
    assert_eq!(shown, [json!(["DeviceProcessEvents"])]);
    assert_eq!(
        rows(&served, ".show databases | project DatabaseName, IsCurrent, DatabaseAccessMode"),
        [json!(["files", true, "ReadOnly"])]
    );
    assert_eq!(rows(&served, ".show database | project DatabaseName"), [json!(["files"])]);
    assert_eq!(rows(&served, ".show version | project ServiceType, BuildTime"), [json!(["Engine", null])]);
    for none in [".show functions", ".show materialized-views", ".show external tables"] {
        assert_eq!(rows(&served, none), Vec::<Value>::new(), "{none}");
    }
    let schema = rows(
        &served,
        ".show database files schema | where TableName == 'DeviceProcessEvents' | project ColumnName, ColumnType, IsDefaultTable",
    );
    assert_eq!(schema[0], json!(["", "", true]));
    assert!(schema.contains(&json!(["Timestamp", "System.DateTime", true])), "{schema:?}");
    for command in [
        ".show database schema as json",
        ".show database ['files'] schema as json",
        ".show databases (NetDefaultDB) schema as json",
        ".show schema as json",
    ] {
        let json = rows(&served, command);
        let schema: Value = serde_json::from_str(json[0][0].as_str().unwrap()).unwrap();
        let columns = &schema["Databases"]["files"]["Tables"]["DeviceProcessEvents"]["OrderedColumns"];
        assert_eq!(columns[0]["CslType"], "datetime", "{command}: {columns}");
    }
    let csl = rows(&served, ".show table DeviceProcessEvents cslschema");
    assert_eq!((&csl[0][0], &csl[0][2]), (&json!("DeviceProcessEvents"), &json!("files")));
    assert!(csl[0][1].as_str().unwrap().starts_with("Timestamp:datetime,"), "{csl:?}");
    let table: Value =
        serde_json::from_str(rows(&served, ".show table DeviceProcessEvents schema as json")[0][1].as_str().unwrap())
            .unwrap();
    assert_eq!(table["Name"], "DeviceProcessEvents");
    assert_eq!(rows(&served, ".show tables | where TableName has '|' | count"), [json!([0])]);
}

#[test]
fn other_commands_are_refused_by_name() {
    let served = Served::new();
    let refused = [
        (".create table T (a:int)", "tallyho does not run '.create table': its data are read-only"),
        (".drop table DeviceProcessEvents", "'.drop table'"),
        (".ingest inline into table T <| 1", "'.ingest inline'"),
        (".", "'.'"),
        (".show", "'.show "),
        (".show capacity", "tallyho does not run '.show capacity' yet"),
        (".show tables details", "with 'details'"),
        (".show database files policies", "with 'policies'"),
        (".show table DeviceProcessEvents details", "details"),
        (".show table DeviceProcessEvents", "the sizes of its columns"),
        (".show database schema as csl script", "with 'as csl script'"),
        (".show database schema if_later_than \"v1.0\"", "with 'if_later_than"),
        (".show table Nope schema as json", "Entity ID 'Nope' of kind 'Table' was not found"),
        (".show tables (Nope)", "Entity ID 'Nope' of kind 'Table' was not found"),
        (".show database Samples schema as json", "Entity ID 'Samples' of kind 'Database' was not found"),
        (".show tables (", "a name is expected"),
        (".show table 'x", "a quote is not closed"),
        (".cancel query", "a name is expected"),
        (".cancel operation x", "'.cancel operation'"),
    ];
    for (command, what) in refused {
        let error = error(&ask(&served, MGMT, command, json!({})));
        assert!(error["@message"].as_str().unwrap().contains(what), "{command}: {error}");
    }
    // A mistake behind the bar is placed in the client's own text.
    let error = error(&ask(&served, MGMT, ".show tables\n| project Nope", json!({})));
    assert!(error["@message"].as_str().unwrap().contains("[line:position=2:10]"), "{error}");
}

#[test]
fn a_client_learns_where_it_would_sign_in() {
    let login_of = |served: &Served| {
        let answer = send(served.address, "GET", "/v1/rest/auth/metadata", &[], "");
        answer.json()["AzureAD"].clone()
    };
    let signing_in = ServerOptions { auth: Auth::Entra(Box::default()), ..ServerOptions::default() };
    let signing_in = Served::with(signing_in);
    assert_eq!(login_of(&signing_in)["LoginEndpoint"], format!("http://{}", signing_in.address));
    let cloud = login_of(&Served::new());
    assert_eq!(cloud["LoginEndpoint"], "https://login.microsoftonline.com");
    assert_eq!(
        keys(&cloud),
        [
            "LoginEndpoint",
            "LoginMfaRequired",
            "KustoClientAppId",
            "KustoClientRedirectUri",
            "KustoServiceResourceId",
            "FirstPartyAuthorityUrl"
        ]
    );
}

/// Sends again what Microsoft's clients sent, byte for byte but for the connection, which is not kept.
#[test]
fn recorded_clients_are_answered() {
    let served = Served::new();
    for client in ["kusto_python", "kusto_node", "log_analytics_python"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/clients/recorded/{client}.json"));
        let recorded: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for exchange in recorded.as_array().unwrap() {
            let text = |key: &str| exchange[key].as_str().unwrap();
            let headers: Vec<(&str, &str)> = exchange["headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| (it[0].as_str().unwrap(), it[1].as_str().unwrap()))
                .filter(|(name, _)| !["connection", "content-length"].contains(&name.to_ascii_lowercase().as_str()))
                .collect();
            let answer = packed(&served, text("method"), text("path"), &headers, text("body"));
            assert_eq!(i64::from(answer.status), exchange["status"], "{client} {}: {}", text("body"), answer.body);
            let answer_is_named = headers.iter().find(|(name, _)| *name == NAMED.0);
            if let Some((_, id)) = answer_is_named.filter(|_| text("path").contains("/rest/")) {
                assert_eq!(&answer.headers[NAMED.0], id, "{client}");
            }
            let body = answer.json();
            match (text("path"), answer.status) {
                (V2, 200) => assert_eq!(body[0]["FrameType"], "DataSetHeader"),
                (V1 | MGMT, 200) => assert_eq!(body["Tables"][0]["TableName"], "Table_0"),
                ("/v1/$batch", 200) => assert_eq!(body["responses"][0]["body"]["tables"][0]["rows"], json!([[1]])),
                (_, 200) => assert!(body["tables"][0]["rows"].is_array() || body["AzureAD"].is_object(), "{body}"),
                _ => assert!(body["error"]["code"].is_string(), "{body}"),
            }
        }
    }
}

/// Like [`send`], for a client that takes compressed answers.
fn packed(served: &Served, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut answer = send(served.address, method, path, headers, body);
    let mut unpacked = String::new();
    let read = match answer.headers.get("content-encoding").map(String::as_str) {
        Some("gzip") => flate2::read::GzDecoder::new(&answer.bytes[..]).read_to_string(&mut unpacked),
        Some("deflate") => flate2::read::ZlibDecoder::new(&answer.bytes[..]).read_to_string(&mut unpacked),
        _ => return answer,
    };
    read.unwrap();
    answer.body = unpacked;
    answer
}
