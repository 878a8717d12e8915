//! Log Analytics' API of our own server, and what Graph's beta answers by GET; the time range of both.

use serde_json::{Value, json};
use tallyho::result::RunStats;

use crate::served::{Answer, Served, send};
use crate::server::{EVERY_TYPE, keys};

const WORKSPACE: &str = "/v1/workspaces/5E6F0C1A-0000-4000-8000-000000000001";
const COUNT: &str = "DeviceProcessEvents | count";

fn ask(served: &Served, headers: &[(&str, &str)], body: &Value) -> Answer {
    send(served.address, "POST", &format!("{WORKSPACE}/query"), headers, &body.to_string())
}

fn error(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.body);
    answer.json()["error"].clone()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[test]
fn a_query_is_answered_in_tables() {
    let served = Served::new();
    let plain = ask(&served, &[], &json!({ "query": EVERY_TYPE })).json();
    assert_eq!(keys(&plain), ["tables"]);
    let table = &plain["tables"][0];
    assert_eq!((keys(table), &table["name"]), (vec!["name", "columns", "rows"], &json!("PrimaryResult")));
    assert_eq!(table["columns"][9], json!({"name": "o", "type": "dynamic"}));
    assert_eq!(
        table["rows"],
        json!([
            [
                true,
                1,
                2,
                1.5,
                "1.25",
                "2020-08-30T06:38:35.7664356Z",
                "1.02:03:04",
                "74be27de-1e4e-49d9-b579-fe0b331d3642",
                "é\n\"x\"",
                "{\"a\":[\"x\",\"y\"],\"b\":{\"c\":true,\"n\":5}}"
            ],
            [null, null, null, "NaN", null, null, null, null, "", null],
            [
                false,
                -1,
                i64::MIN,
                -1e300,
                "-0.5",
                "0001-01-01T00:00:00Z",
                "-00:00:00.0000001",
                "00000000-0000-0000-0000-000000000000",
                "=1+1",
                "[\"a\",{\"k\":1}]"
            ],
        ])
    );
    let prefer = ("Prefer", "wait=600, include-statistics=true,  include-render=TRUE, include-dataSources=true");
    let whole = ask(&served, &[prefer], &json!({ "query": format!("{COUNT} | render piechart") })).json();
    assert_eq!(keys(&whole), ["tables", "statistics", "render"]);
    assert_eq!(keys(&whole["statistics"]), ["query"]);
    assert_eq!(whole["statistics"]["query"]["resourceUsage"]["cpu"].as_object().unwrap().len(), 3);
    let stats = RunStats::from_wire(&whole["statistics"]);
    assert_eq!((stats.tables[0].rows, stats.rows.unwrap().total), (1, Some(4)));
    assert_eq!(whole["render"]["visualization"], "piechart");
    let table = ask(&served, &[("Prefer", "include-render=true")], &json!({ "query": COUNT })).json();
    assert_eq!(table["render"]["visualization"], "table");
}

#[test]
fn a_query_is_read_from_body_and_address() {
    let served = Served::new();
    let address = format!("/v1/workspaces/files/query?query={}&timespan=PT2S", encoded(COUNT));
    let answer = send(served.address, "GET", &address, &[("Prefer", "include-statistics=true")], "");
    assert_eq!((answer.status, &answer.json()["tables"][0]["rows"]), (200, &json!([[2]])), "{}", answer.body);
    let body = json!({"Query": COUNT, "Timespan": null, "workspaces": [], "workspaceFilters": {}});
    assert_eq!(ask(&served, &[], &body).json()["tables"][0]["rows"], json!([[4]]));
    let own = json!({"query": COUNT, "workspaces": ["5e6f0c1a-0000-4000-8000-000000000001"]});
    assert_eq!(ask(&served, &[], &own).status, 200, "its own workspace, named twice");
    for (body, what) in [
        (json!({}), "'query' is missing"),
        (json!({"query": 1}), "'query' has the wrong type"),
        (json!({"query": COUNT, "timespan": "yesterday"}), "'timespan' is no ISO 8601 time range: yesterday"),
        (
            json!({"query": COUNT, "workspaces": ["other"]}),
            "tallyho does not run 'workspaces' beside its own, here 'other' yet",
        ),
        (json!([]), "the body is no JSON object"),
    ] {
        let error = error(&ask(&served, &[], &body), 400);
        assert_eq!(error["code"], "BadArgumentError");
        assert!(error["innererror"]["message"].as_str().unwrap().contains(what), "{body}: {error}");
    }
    let lost =
        send(served.address, "POST", "/v1/workspaces/some%20place/query", &[], &json!({"query": COUNT}).to_string());
    assert_eq!(error(&lost, 404)["code"], "WorkspaceNotFoundError");
}

#[test]
fn a_batch_is_answered_query_by_query() {
    let served = Served::new();
    let one = |id: &str, query: &str| {
        json!({
            "id": id, "workspace": "5e6f0c1a-0000-4000-8000-000000000001", "path": "/query", "method": "POST",
            "headers": {"Prefer": "include-statistics=true"}, "body": {"query": query, "timespan": "PT2S"},
        })
    };
    let mut elsewhere = one("d", COUNT);
    elsewhere["workspace"] = json!("some place");
    let requests = json!({"requests": [one("a", COUNT), one("b", "x | where"), json!({"id": 3}), elsewhere]});
    let answer = send(served.address, "POST", "/v1/$batch", &[], &requests.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answers = answer.json()["responses"].as_array().unwrap().clone();
    let heads: Value = answers.iter().map(|it| json!([it["id"], it["status"]])).collect();
    assert_eq!(heads, json!([["a", 200], ["b", 400], [3, 400], ["d", 404]]));
    assert_eq!(
        (keys(&answers[0]), &answers[0]["body"]["tables"][0]["rows"]),
        (vec!["id", "status", "headers", "body"], &json!([[2]]))
    );
    assert!(answers[0]["body"]["statistics"].is_object());
    assert_eq!(answers[1]["body"]["error"]["code"], "BadArgumentError");
    for bad in [json!({}), json!({"requests": {}}), json!({"requests": vec![Value::Null; 101]})] {
        assert_eq!(send(served.address, "POST", "/v1/$batch", &[], &bad.to_string()).status, 400, "{bad}");
    }
}

#[test]
fn mistakes_are_nested() {
    let served = Served::new();
    let syntax = error(&ask(&served, &[], &json!({"query": "DeviceProcessEvents\n take 5"})), 400);
    assert_eq!(keys(&syntax), ["message", "code", "correlationId", "innererror"]);
    assert_eq!((&syntax["code"], &syntax["innererror"]["code"]), (&json!("BadArgumentError"), &json!("SyntaxError")));
    let inner = &syntax["innererror"]["innererror"];
    assert_eq!(keys(inner), ["code", "message", "line", "pos", "token"]);
    assert_eq!(
        (&inner["code"], &inner["line"], &inner["pos"], &inner["token"]),
        (&json!("SYN0002"), &json!(2), &json!(1), &json!("take"))
    );
    let semantic = error(&ask(&served, &[], &json!({"query": "DeviceProcessEvents | where Fle == 1"})), 400);
    assert_eq!(semantic["innererror"]["code"], "SemanticError");
    assert_eq!(semantic["innererror"]["innererror"]["code"], "SEM0100");
    let refused = error(&ask(&served, &[], &json!({"query": "DeviceProcessEvents | reduce by FileName"})), 400);
    assert_eq!(refused["innererror"]["message"], "tallyho does not run 'reduce' yet");
    let slow = json!({"query": "range x from 1 to 999999999 step 1 | summarize sum(x % 7)"});
    let slow = ask(&served, &[("Prefer", "wait=0")], &slow);
    assert_eq!(error(&slow, 504)["code"], "GatewayTimeout");
    let cut = ask(&served, &[], &json!({"query": "range x from 1 to 5000 step 1"})).json();
    assert_eq!((keys(&cut), cut["tables"][0]["rows"].as_array().unwrap().len()), (vec!["tables", "error"], 1000));
    assert_eq!(
        (&cut["error"]["code"], &cut["error"]["details"][0]["innererror"]["code"]),
        (&json!("PartialError"), &json!("-2133196797"))
    );
}

#[test]
fn the_workspace_tells_its_tables() {
    let served = Served::new();
    for method in ["GET", "POST"] {
        let metadata = send(served.address, method, &format!("{WORKSPACE}/metadata"), &[], "").json();
        let tables = metadata["tables"].as_array().unwrap();
        let table = tables.iter().find(|it| it["name"] == "DeviceProcessEvents").unwrap();
        assert_eq!((&table["timespanColumn"], &table["columns"][0]["type"]), (&json!("Timestamp"), &json!("datetime")));
    }
}

#[test]
fn graph_tells_the_schema_for_hunting() {
    let served = Served::new();
    for path in ["getHuntingSchema", "getHuntingSchema()", "microsoft.graph.security.getHuntingSchema"] {
        let answer = send(served.address, "GET", &format!("/beta/security/{path}"), &[], "");
        let schema = answer.json();
        assert_eq!((answer.status, keys(&schema)), (200, vec!["tables", "functions"]), "{path}");
        let tables = schema["tables"].as_array().unwrap();
        let table = tables.iter().find(|it| it["name"] == "DeviceProcessEvents").unwrap();
        assert_eq!(
            (&table["columns"][0]["name"], &table["columns"][0]["dataType"]),
            (&json!("Timestamp"), &json!("datetime"))
        );
        assert_eq!(schema["functions"], json!({"builtInFunctions": [], "savedFunctions": []}));
    }
    let lost = send(served.address, "GET", "/beta/security/somethingElse", &[], "");
    assert_eq!((lost.status, lost.json()["error"]["code"].as_str()), (404, Some("NotFound")));
    let method = send(served.address, "POST", "/beta/security/getHuntingSchema", &[], "");
    assert_eq!(method.status, 405);
}

#[test]
fn graph_answers_a_query_in_the_address() {
    let served = Served::new();
    let get = |arguments: &str| {
        send(served.address, "GET", &format!("/beta/security/getRunHuntingQuery({arguments})"), &[], "")
    };
    let answer =
        get("query='print%20x%3D%22a%2Fb%27%27%22',timespan='P1D',workspaceId=5e6f0c1a-0000-4000-8000-000000000001");
    assert_eq!((answer.status, &answer.json()["results"]), (200, &json!([{"x": "a/b'"}])), "{}", answer.body);
    assert_eq!(get(&format!("query='{}',timespan='PT2S'", encoded(COUNT))).json()["results"][0]["Count"], 2);
    for (arguments, what) in [
        ("", "'query' is missing"),
        ("query='print", "the arguments must be"),
        ("query='print%201',other=1", "has no parameter 'other'"),
        ("query='print%201',timespan='soon'", "no ISO 8601 time range"),
        ("query='print%201',workspaceId=here", "'workspaceId' is no workspace's id: here"),
    ] {
        let answer = get(arguments);
        assert_eq!(answer.status, 400, "{arguments}: {}", answer.body);
        assert!(answer.body.contains(what), "{arguments}: {}", answer.body);
    }
}

/// The newest of four events is `now`: 06:38:36.7664356; the others are 10, 30 and 35 seconds behind the minute.
#[test]
fn time_ranges_are_applied_in_all_five_forms() {
    let served = Served::new();
    let forms = [
        ("2020-08-30T06:38:20Z/2020-08-30T06:38:33Z", 1),
        ("PT5S/2020-08-30T06:38:33Z", 1),
        ("2020-08-30T06:38:20Z/PT17S", 3),
        ("PT10S", 3),
        ("P1D", 4),
        ("2020-08-30T06:38:35Z", 2),
    ];
    for (range, rows) in forms {
        for path in ["/v1.0/security/runHuntingQuery", "/beta/security/runHuntingQuery"] {
            let body = json!({"query": COUNT, "TimeSpan": range, "workspaceId": null}).to_string();
            let answer = served.post(path, &body);
            assert_eq!((answer.status, &answer.json()["results"][0]["Count"]), (200, &json!(rows)), "{range}");
        }
        let answer = ask(&served, &[], &json!({"query": COUNT, "timespan": range}));
        assert_eq!(answer.json()["tables"][0]["rows"], json!([[rows]]), "{range}");
    }
    // The query's own filter narrows further.
    let body = json!({"Query": "DeviceProcessEvents | where Timestamp > datetime(2020-08-30T06:38:31Z) | count", "Timespan": "PT10S"});
    assert_eq!(served.post("/v1.0/security/runHuntingQuery", &body.to_string()).json()["results"][0]["Count"], 2);
    for body in [json!({"Query": "print 1", "Timespan": 7}), json!({"Query": "print 1", "workspaceId": "mine"})] {
        assert_eq!(served.post("/v1.0/security/runHuntingQuery", &body.to_string()).status, 400, "{body}");
    }
}
