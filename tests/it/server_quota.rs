//! The limits of the services, simulated: calls, time, rows and bytes, each in the words of its service.

use std::time::Duration;

use serde_json::json;
use tallyho::config::QuotaProfile;
use tallyho::server::ServerOptions;

use crate::served::{Answer, Served, send};

const DEFENDER: &str = "/api/advancedhunting/run";
const MDE: &str = "/api/advancedqueries/run";
const GRAPH: &str = "/v1.0/security/runHuntingQuery";
const SLOW: &str = "range x from 1 to 999999999 step 1 | summarize sum(x % 7)";

fn with(quota: QuotaProfile) -> Served {
    Served::with(ServerOptions { quota: Some(quota), ..ServerOptions::default() })
}

fn built_in(name: &str) -> QuotaProfile {
    QuotaProfile::built_in().into_iter().find(|it| it.name == name).unwrap()
}

fn ask(served: &Served, path: &str, query: &str) -> Answer {
    served.post(path, &json!({ "Query": query }).to_string())
}

#[test]
fn calls_of_a_minute_are_counted_for_each_service() {
    let served = with(built_in("seed"));
    for n in 1..=10 {
        assert_eq!(ask(&served, DEFENDER, "print 1").status, 200, "call {n}");
    }
    let refused = ask(&served, DEFENDER, "print 1");
    assert_eq!(refused.status, 429);
    let error = &refused.json()["error"];
    assert_eq!(error["code"], "429");
    assert_eq!(error["message"], "API calls quota exceeded! maximum allowed 10 per 00:01:00");
    assert!(error["target"].is_string());
    let wait: u64 = refused.headers["retry-after"].parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    for n in 1..=10 {
        assert_eq!(ask(&served, GRAPH, "print nothing").status, 400, "call {n}: mistakes are calls too");
    }
    let refused = ask(&served, GRAPH, "print 1");
    assert_eq!(refused.status, 429);
    let error = &refused.json()["error"];
    assert_eq!((&error["code"], &error["message"]), (&json!("TooManyRequests"), &json!("Please retry again later.")));
    let inner = &error["innerError"];
    assert_eq!(
        (&inner["code"], &inner["message"], &inner["status"]),
        (&json!("429"), &json!("Please retry after"), &json!("429"))
    );
    assert!(inner["request-id"].is_string() && inner["date"].is_string());
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(send(served.address, "GET", "/healthz", &[], "").json()["quota"], "seed", "this is no call");
}

#[test]
fn calls_of_an_hour_are_counted_too() {
    let served = with(QuotaProfile { calls_per_hour: Some(2), ..QuotaProfile::default() });
    let statuses: Vec<u16> = (0..3).map(|_| ask(&served, MDE, "print 1").status).collect();
    assert_eq!(statuses, [200, 200, 429]);
    let refused = ask(&served, MDE, "print 1");
    let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "API calls quota exceeded! maximum allowed 2 per 01:00:00");
    assert!(refused.headers["retry-after"].parse::<u64>().unwrap() > 60);
}

#[test]
fn time_that_is_used_up_says_in_seconds_when_it_comes_back() {
    let profiles = [
        (QuotaProfile { running_per_hour: Some(Duration::from_micros(1)), ..QuotaProfile::default() }, 3600),
        (QuotaProfile { running_per_day: Some(Duration::from_micros(1)), ..QuotaProfile::default() }, 86_400),
        (QuotaProfile { cpu_per_quarter: Some(Duration::from_micros(1)), ..QuotaProfile::default() }, 900),
    ];
    for (profile, window) in profiles {
        let served = with(profile);
        for path in [DEFENDER, GRAPH] {
            let query = "range x from 1 to 100000 step 1 | summarize sum(x)";
            assert_eq!(ask(&served, path, query).status, 200);
            let refused = ask(&served, path, "print 1");
            assert_eq!(refused.status, 429, "{path}: {}", refused.body);
            let error = refused.json()["error"].clone();
            assert_eq!(error["code"], "TooManyRequests");
            let message = error["message"].as_str().unwrap();
            let words: Vec<&str> = message.split(' ').collect();
            let (seconds, unit) = (words[words.len() - 2].parse::<u64>().unwrap(), words[words.len() - 1]);
            assert_eq!((unit, seconds.to_string()), ("seconds.", refused.headers["retry-after"].clone()));
            assert!(seconds <= window && seconds + 60 > window, "{message}");
        }
    }
}

#[test]
fn rows_are_cut_and_bytes_are_refused() {
    let served = with(QuotaProfile { max_rows: Some(7), max_bytes: Some(4000), ..QuotaProfile::default() });
    let cut = ask(&served, DEFENDER, "range x from 1 to 500 step 1");
    assert_eq!(cut.json()["Results"].as_array().unwrap().len(), 7);
    assert!(cut.headers["x-tallyho-notice"].contains("7 rows"), "{:?}", cut.headers);
    for path in [DEFENDER, MDE, GRAPH] {
        let refused = ask(&served, path, "range x from 1 to 5 step 1 | extend y = strrep('x', 1000)");
        assert_eq!(refused.status, 400, "{path}");
        let error = refused.json()["error"].clone();
        assert_eq!(error["code"], "BadRequest");
        let message = "Query execution has exceeded the allowed result size. Optimize your query by limiting the number \
                       of results and try again";
        assert_eq!(error["message"], message);
        assert_eq!(ask(&served, path, "print strrep('x', 100)").status, 200);
    }
}

#[test]
fn a_query_that_runs_too_long_is_ended() {
    let served = with(QuotaProfile { request_timeout: Some(Duration::from_millis(50)), ..QuotaProfile::default() });
    let started = std::time::Instant::now();
    let preempted = ask(&served, DEFENDER, SLOW);
    assert_eq!(preempted.status, 400);
    let message = preempted.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("Query execution has exceeded the allowed limits. The query execution was preempted."));
    let gateway = ask(&served, GRAPH, SLOW);
    assert_eq!(gateway.status, 504);
    let error = gateway.json()["error"].clone();
    assert_eq!((&error["code"], &error["message"]), (&json!("UnknownError"), &json!("")));
    assert!(error["innerError"]["client-request-id"].is_string());
    assert!(started.elapsed() < Duration::from_secs(10), "nothing waited for the query");
}

#[test]
fn data_reaches_as_far_back_as_the_profile_says() {
    let logons = r#"{"Timestamp":"2020-08-30T00:00:00Z","n":1}
{"Timestamp":"2020-08-20T00:00:00Z","n":2}
{"Timestamp":"2020-06-01T00:00:00Z","n":3}
"#;
    let files = [("DeviceLogonEvents.ndjson", logons)];
    let count = |served: &Served, path: &str, timespan: Option<&str>| {
        let body = json!({ "Query": "DeviceLogonEvents | count", "Timespan": timespan });
        let answer = served.post(path, &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        let rows = body.get("Results").or(body.get("results")).unwrap();
        rows[0]["Count"].as_u64().unwrap()
    };
    let served = Served::over(&files, ServerOptions { quota: Some(built_in("today")), ..ServerOptions::default() });
    assert_eq!(count(&served, DEFENDER, None), 2, "thirty days before the end of the data");
    assert_eq!(count(&served, GRAPH, None), 2);
    assert_eq!(count(&served, GRAPH, Some("P5D")), 1);
    assert_eq!(count(&served, GRAPH, Some("P365D")), 2, "no range reaches further back");
    assert_eq!(count(&served, GRAPH, Some("2020-05-01T00:00:00Z/2020-07-01T00:00:00Z")), 0);
    let open = Served::over(&files, ServerOptions::default());
    assert_eq!(count(&open, DEFENDER, None), 3);
}
