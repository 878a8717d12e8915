//! Our own client of Kusto and Log Analytics against our own server: statistics, limits, mistakes, parameters, time
//! ranges, cancellation and schemas come through whole. That values do is tested beside the server.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tallyho::config::{Api, Clock, Connection, ConnectionKind, Service, TimeRange};
use tallyho::result::Truncation;
use tallyho::run::{OpenConnection, QueryRequest, RunErrorKind, RunEvent, RunId};

use crate::ending::{Ending, ending};
use crate::served::Served;

/// Every way of asking that has statistics.
fn apis() -> Vec<Api> {
    vec![
        Api::Defender,
        Api::Kusto { database: "files".into(), v1: false, progressive: false },
        Api::Kusto { database: "files".into(), v1: false, progressive: true },
        Api::Kusto { database: "files".into(), v1: true, progressive: false },
        Api::LogAnalytics { workspace: "files".into(), more_workspaces: Vec::new(), resource_id: None },
    ]
}

fn open(served: &Served, api: Api) -> Arc<OpenConnection> {
    let base_url = format!("http://{}", served.address);
    let kind = ConnectionKind::Service(Box::new(Service::at(api, base_url)));
    served.runner.open(&Connection::new("service", kind, Clock::System), &|_| {}).unwrap()
}

fn outcome(served: &Served, request: QueryRequest) -> Ending {
    ending(&served.runner, request)
}

fn request(connection: &Arc<OpenConnection>, text: &str) -> QueryRequest {
    QueryRequest::new(RunId(1), text, Arc::clone(connection))
}

#[test]
fn statistics_come_through() {
    let served = Served::new();
    for api in apis() {
        let name = format!("{api:?}");
        let connection = open(&served, api.clone());
        let (rows, summary) = outcome(&served, request(&connection, "DeviceProcessEvents | project FileName")).unwrap();
        assert_eq!((rows.n_rows(), summary.truncation), (4, None), "{name}");
        let stats = summary.stats;
        assert_eq!((stats.tables.len(), stats.tables[0].rows), (1, 4), "{name}");
        assert!(stats.execution_time.is_some() && stats.cpu_total.is_some(), "{name}: {stats:?}");
        if api != Api::Defender {
            assert_eq!(stats.rows.unwrap().total, Some(4), "{name}: {stats:?}");
        }
    }
}

#[test]
fn rows_that_are_missing_are_told_of() {
    let served = Served::new();
    for api in apis().into_iter().filter(|api| *api != Api::Defender) {
        let name = format!("{api:?}");
        let connection = open(&served, api);
        let (rows, summary) = outcome(&served, request(&connection, "range x from 1 to 5000 step 1")).unwrap();
        assert_eq!(rows.n_rows(), 1000, "{name}");
        match summary.truncation {
            Some(Truncation::Rows { .. }) => {}
            Some(Truncation::Service { message }) => assert!(message.contains("1000"), "{name}: {message}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn mistakes_come_back_in_words() {
    let served = Served::new();
    for api in apis() {
        let name = format!("{api:?}");
        let connection = open(&served, api);
        for (text, words) in [
            ("DeviceProcessEvents\n| where Fle == 1", "Fle"),
            ("DeviceProcessEvents take 5", "take"),
            ("DeviceProcessEvents | reduce by FileName", "tallyho does not run 'reduce' yet"),
        ] {
            let error = outcome(&served, request(&connection, text)).unwrap_err();
            assert_eq!(error.kind, RunErrorKind::Query, "{name}: {error:?}");
            assert!(error.message.contains(words), "{name}: {error:?}");
        }
    }
    let elsewhere = Api::Kusto { database: "Samples".into(), v1: false, progressive: false };
    let error = outcome(&served, request(&open(&served, elsewhere), "print 1")).unwrap_err();
    assert!(error.message.contains("Samples"), "{error:?}");
}

#[test]
fn parameters_and_time_ranges_are_applied_there() {
    let served = Served::new();
    for api in apis().into_iter().filter(Api::takes_time_range) {
        let name = format!("{api:?}");
        let connection = open(&served, api.clone());
        let range = TimeRange::parse("2020-08-30T06:38:20Z/2020-08-30T06:38:33Z");
        let ranged = QueryRequest { time_range: range, ..request(&connection, "DeviceProcessEvents | count") };
        let (rows, summary) = outcome(&served, ranged).unwrap();
        assert_eq!(rows.cell_text(0, 0).as_str(), "1", "{name}: {:?}", summary.notes);
        if matches!(api, Api::Kusto { .. }) {
            let text = "declare query_parameters(n:long, s:string); print n + 1, s";
            let parameters = vec![("n".to_owned(), "41".to_owned()), ("s".to_owned(), "'a b'".to_owned())];
            let (rows, _) = outcome(&served, QueryRequest { parameters, ..request(&connection, text) }).unwrap();
            assert_eq!((rows.cell_text(0, 0).as_str(), rows.cell_text(0, 1).as_str()), ("42", "a b"), "{name}");
        }
    }
}

#[test]
fn a_query_that_is_cancelled_here_ends_there() {
    let served = Served::new();
    let slow = "range x from 1 to 999999999 step 1 | summarize sum(x % 7)";
    for api in apis() {
        let name = format!("{api:?}");
        let connection = open(&served, api);
        let (sender, events) = mpsc::channel();
        let handle = served.runner.start(request(&connection, slow), move |event| drop(sender.send(event)));
        std::thread::sleep(Duration::from_millis(100));
        let started = Instant::now();
        handle.cancel();
        let last = events.iter().last().unwrap();
        assert!(matches!(last, RunEvent::Cancelled { .. }), "{name}: {last:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "{name}");
        // The engine is free again: the next one does not wait behind what nobody wants.
        assert_eq!(outcome(&served, request(&connection, "print 1")).unwrap().0.n_rows(), 1, "{name}");
    }
}
