//! Every service asked through the door of runs: rows as a local run has them, refusals placed in the text, time ranges
//! applied, runs stopped, tokens renewed, schemas found out. Who answers is our own server, or a script.

use std::collections::HashMap;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tallyho::config::{Api, Clock, Connection, ConnectionKind, Paths, Service as Remote, SignInMethod, TimeRange};
use tallyho::remote::Environment;
use tallyho::run::{CancelHandle, OpenConnection, QueryRequest, RunErrorKind, RunEvent, RunId, Runner, SchemaOrigin};

use crate::ending::{Ending, ending};
use crate::headless::{tallyho, told};
use crate::served::Served;
use crate::server::EVERY_TYPE;
use crate::support_http::Service;

const ROWS: &str = r#"{"Schema":[{"Name":"n","Type":"Int64"}],"Results":[{"n":1}]}"#;

fn every_api() -> Vec<Api> {
    let kusto = |v1, progressive| Api::Kusto { database: "files".into(), v1, progressive };
    vec![
        Api::Defender,
        Api::Mde,
        Api::Graph { version: "v1.0".into(), workspace_id: None },
        Api::Graph { version: "beta".into(), workspace_id: Some("5e6f0c1a-0000-4000-8000-000000000001".into()) },
        kusto(false, true),
        kusto(false, false),
        kusto(true, false),
        Api::LogAnalytics {
            workspace: "5e6f0c1a-0000-4000-8000-000000000001".into(),
            more_workspaces: Vec::new(),
            resource_id: None,
        },
    ]
}

fn connection(api: Api, base_url: &str) -> Connection {
    Connection::new("service", ConnectionKind::Service(Box::new(Remote::at(api, base_url))), Clock::System)
}

/// A runner that does not wait between repetitions.
fn runner(folder: &tempfile::TempDir) -> Runner {
    let variables = HashMap::from([("TALLYHO_TEST_SECRET".to_owned(), "the client's secret".to_owned())]);
    let environment = Environment { variables: Some(variables), tick: Duration::ZERO, ..Environment::of_process() };
    Runner::with_environment(&Paths::under(folder.path().to_owned()), environment)
}

fn ask_as(runner: &Runner, open: &Arc<OpenConnection>, text: &str, change: impl FnOnce(&mut QueryRequest)) -> Ending {
    let mut request = QueryRequest::new(RunId(1), text, Arc::clone(open));
    change(&mut request);
    ending(runner, request)
}

fn ask(runner: &Runner, open: &Arc<OpenConnection>, text: &str) -> Ending {
    ask_as(runner, open, text, |_| {})
}

fn url(served: &Served) -> String {
    format!("http://{}", served.address)
}

#[test]
fn every_api_gives_the_rows_of_a_local_run() {
    let served = Served::new();
    let local = served.run_locally(EVERY_TYPE);
    assert_eq!((local.columns().len(), local.n_rows()), (10, 3));
    for api in every_api() {
        let name = format!("{api:?}");
        let open = served.runner.open(&connection(api.clone(), &url(&served)), &|_| {}).unwrap();
        let (remote, summary) = ask(&served.runner, &open, EVERY_TYPE).unwrap_or_else(|it| panic!("{name}: {it:?}"));
        assert_eq!((remote.columns(), remote.n_rows()), (local.columns(), 3), "{name}");
        for (row, col) in (0..3).flat_map(|row| (0..10).map(move |col| (row, col))) {
            let column = &local.columns()[col].name;
            assert_eq!(remote.cell_json(row, col), local.cell_json(row, col), "{name}: row {row}, {column}");
        }
        assert_eq!(summary.stats.tables[0].rows, 3, "{name}");
        let counted = !matches!(api, Api::Graph { .. });
        assert_eq!(summary.stats.execution_time.is_some(), counted, "{name}: {:?}", summary.stats);
        assert!(summary.notes.is_empty() && summary.truncation.is_none(), "{name}: {summary:?}");
        let (empty, _) = ask(&served.runner, &open, "DeviceProcessEvents | take 0 | project Timestamp").unwrap();
        assert_eq!((empty.columns().len(), empty.n_rows()), (1, 0), "{name}");
        let drawn = "DeviceProcessEvents | count | render columnchart with (title='T', ycolumns=Count)";
        let (_, summary) = ask(&served.runner, &open, drawn).unwrap();
        if matches!(api, Api::Kusto { .. } | Api::LogAnalytics { .. }) {
            let render = summary.render.unwrap_or_else(|| panic!("{name}: it is drawn"));
            assert_eq!(render.chart, "columnchart", "{name}");
            let expected = [("title".to_owned(), "T".to_owned()), ("ycolumns".to_owned(), "Count".to_owned())];
            assert_eq!(render.properties, expected, "{name}");
        }
    }
}

#[test]
fn what_a_service_refuses_is_placed_in_the_text() {
    let served = Served::new();
    for api in every_api() {
        let name = format!("{api:?}");
        let open = served.runner.open(&connection(api, &url(&served)), &|_| {}).unwrap();
        for (text, marked) in [
            ("DeviceProcessEvents\n| where FileNam == 'é'\n| take 1", "FileNam"),
            ("DeviceProcessEvents // FileNam\n| project FileName, FileNam", "FileNam"),
            ("DeviceProcessEvents | nonsense 5", "nonsense"),
        ] {
            let error = ask(&served.runner, &open, text).unwrap_err();
            assert_eq!(error.kind, RunErrorKind::Query, "{name}: {error:?}");
            let [place] = error.diagnostics.as_slice() else { panic!("{name}: {text}: no place: {error:?}") };
            let comment = text.find("//").map_or(0, |at| at + 12);
            assert!(place.span.start >= comment, "{name}: a comment is no place");
            assert!(text[place.span.clone()].contains(marked), "{name}: {text}: {place:?}");
            assert_eq!(place.message, error.message, "{name}: the service's words are shown");
        }
    }
}

#[test]
fn a_time_range_is_applied_where_the_service_has_one_and_else_said() {
    let served = Served::new();
    for api in every_api() {
        let name = format!("{api:?}");
        let applied = api.takes_time_range();
        let open = served.runner.open(&connection(api, &url(&served)), &|_| {}).unwrap();
        let range = TimeRange::parse("2020-08-30T06:38:30Z/PT10S");
        let (rows, summary) = ask_as(&served.runner, &open, "DeviceProcessEvents | count", |request| {
            request.time_range = range.clone();
        })
        .unwrap_or_else(|it| panic!("{name}: {it:?}"));
        assert_eq!(rows.cell_json(0, 0), if applied { "3" } else { "4" }, "{name}");
        assert_eq!(summary.notes.iter().any(|it| it.contains("not applied")), !applied, "{name}: {summary:?}");
    }
    // Kusto narrows all tables by one column; where there is none in common, nothing is pretended.
    let kusto = Api::Kusto { database: "files".into(), v1: false, progressive: true };
    let open = served.runner.open(&connection(kusto, &url(&served)), &|_| {}).unwrap();
    let (_, summary) =
        ask_as(&served.runner, &open, "print 1", |request| request.time_range = TimeRange::parse("P1D")).unwrap();
    assert!(summary.notes[0].contains("'last day' is not applied"), "{summary:?}");
}

#[test]
fn values_of_query_parameters_go_to_kusto_and_nowhere_else() {
    let served = Served::new();
    for api in every_api() {
        let name = format!("{api:?}");
        let kusto = matches!(api, Api::Kusto { .. });
        let open = served.runner.open(&connection(api, &url(&served)), &|_| {}).unwrap();
        let text = "declare query_parameters(n:long); print n + 1";
        let answer =
            ask_as(&served.runner, &open, text, |request| request.parameters = vec![("n".into(), "41".into())]);
        match answer {
            Ok((rows, _)) => assert_eq!((rows.cell_json(0, 0).as_str(), kusto), ("42", true), "{name}"),
            Err(error) => assert!(!kusto && error.message.contains("no values for query parameters"), "{error:?}"),
        }
    }
}

#[test]
fn commands_show_and_change_nothing() {
    let served = Served::new();
    let kusto = Api::Kusto { database: "files".into(), v1: false, progressive: true };
    let open = served.runner.open(&connection(kusto.clone(), &url(&served)), &|_| {}).unwrap();
    let (rows, _) = ask(
        &served.runner,
        &open,
        "// what is there\n\n.show tables | where TableName startswith 'DeviceProcess' | project TableName",
    )
    .unwrap();
    assert_eq!(rows.cell_text(0, 0).as_str(), "DeviceProcessEvents");
    let stub = Service::new("200\n\n{}");
    let open = served.runner.open(&connection(kusto, &stub.base_url), &|_| {}).unwrap();
    for text in [".drop table T", "// x\n .set-or-append T <| U", ".ingest inline into T <| 1", ".showx", "."] {
        let error = ask(&served.runner, &open, text).unwrap_err();
        assert!(error.kind == RunErrorKind::Query && error.message.contains("no command but '.show'"), "{error:?}");
    }
    assert!(stub.asked().is_empty(), "nothing was sent");
}

#[test]
fn a_stopped_query_is_stopped_at_kusto_too() {
    let folder = tempfile::tempdir().unwrap();
    let runner = runner(&folder);
    let stub = Service::new("hang\n---\n200\n\n{}");
    let kusto = Api::Kusto { database: "d".into(), v1: false, progressive: true };
    let open = runner.open(&connection(kusto, &stub.base_url), &|_| {}).unwrap();
    let (sender, events) = mpsc::channel();
    let cancel = runner.start(QueryRequest::new(RunId(1), "T", open), move |event| drop(sender.send(event)));
    let asked = |n_wanted| {
        let until = Instant::now() + Duration::from_secs(5);
        while stub.asked().len() < n_wanted && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        stub.asked()
    };
    assert_eq!(asked(1).len(), 1);
    let stopped = Instant::now();
    cancel.cancel();
    assert!(events.iter().any(|it| matches!(it, RunEvent::Cancelled { .. })));
    assert!(stopped.elapsed() < Duration::from_secs(1), "the run does not wait for the service");
    let asked = asked(2);
    let id = asked[0].header("x-ms-client-request-id").unwrap();
    let body: Value = serde_json::from_slice(&asked[1].body).unwrap();
    assert_eq!((asked[1].path.as_str(), asked[1].method.as_str()), ("/v1/rest/mgmt", "POST"));
    assert_eq!(body["csl"], format!(".cancel query \"{id}\""));
    assert_eq!((id.len(), body["db"].as_str()), ("tallyho.query;".len() + 36, Some("d")));
}

#[test]
fn a_busy_service_is_asked_again_when_it_says_so_and_not_too_often() {
    let folder = tempfile::tempdir().unwrap();
    let runner = runner(&folder);
    let busy = "503\nRetry-After: 2\n\n{\"error\":{\"code\":\"busy\",\"message\":\"come back\"}}";
    let good = format!("200\n\n{ROWS}");
    for (script, n_asked, answered) in [
        (format!("{busy}\n---\n{busy}\n---\n{good}"), 3, true),
        (format!("{busy}\n---\n{busy}\n---\n{busy}\n---\n{good}"), 3, false),
        (format!("{}\n---\n{good}", busy.replace("After: 2", "After: 11")), 1, false),
        (format!("503\n\nbusy\n---\n{good}"), 1, false),
        (format!("500\nRetry-After: 1\n\nno\n---\n{good}"), 1, false),
        (format!("429\nRetry-After: 1\n\nno\n---\n{good}"), 1, false),
    ] {
        let stub = Service::new(&script);
        let open = runner.open(&connection(Api::Defender, &stub.base_url), &|_| {}).unwrap();
        let answer = ask(&runner, &open, "T");
        assert_eq!(stub.asked().len(), n_asked, "{script}");
        match answer {
            Ok((_, summary)) => {
                assert!(answered, "{script}");
                assert_eq!(summary.notes.len(), 2, "{summary:?}");
                assert!(
                    summary.notes[0].contains("Asked again after 2000 ms") && summary.notes[0].contains("come back")
                );
            }
            Err(error) => assert!(!answered, "{script}: {error:?}"),
        }
    }
    // Nobody listens: asked three times, then said.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let open = runner.open(&connection(Api::Defender, &format!("http://127.0.0.1:{port}")), &|_| {}).unwrap();
    let error = ask(&runner, &open, "T").unwrap_err();
    assert!(error.kind == RunErrorKind::Connection && error.message.contains("refuses the connection"), "{error:?}");
}

#[test]
fn a_token_that_is_not_accepted_is_renewed_once() {
    let folder = tempfile::tempdir().unwrap();
    let runner = runner(&folder);
    let token = |it: &str| format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{it}-token-value"}}"#);
    let claims = "WWW-Authenticate: Bearer error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"";
    let (first, second, third) = (token("first"), token("second"), token("third"));
    let open = |stub: &Service| {
        let mut service = Remote::at(Api::Defender, stub.base_url.clone());
        service.sign_in.method = SignInMethod::ClientSecret { variable: "TALLYHO_TEST_SECRET".into() };
        service.sign_in.tenant = Some("11111111-2222-3333-4444-555555555555".into());
        service.sign_in.client_id = Some("66666666-2222-3333-4444-555555555555".into());
        service.sign_in.authority.clone_from(&stub.base_url);
        let kind = ConnectionKind::Service(Box::new(service));
        runner.open(&Connection::new("service", kind, Clock::System), &|_| {}).unwrap()
    };
    let stub = Service::new(&format!("200\n\n{first}\n---\n401\n{claims}\n\n---\n200\n\n{second}\n---\n200\n\n{ROWS}"));
    let (rows, summary) = ask(&runner, &open(&stub), "T").unwrap();
    assert_eq!(rows.n_rows(), 1);
    assert!(summary.notes.iter().any(|it| it.contains("renewed")), "{summary:?}");
    let asked = stub.asked();
    let bearer = |it: &str| format!("Bearer {it}-token-value");
    assert_eq!(asked[1].header("authorization"), Some(bearer("first").as_str()));
    assert_eq!(asked[3].header("authorization"), Some(bearer("second").as_str()));
    let form = String::from_utf8(asked[2].body.clone()).unwrap();
    assert!(form.contains("claims=%7B%22access_token%22"), "the service's conditions are passed on: {form}");
    // A second refusal is the answer.
    let refused = format!(
        "200\n\n{first}\n---\n401\n\n\n---\n200\n\n{second}\n---\n401\n\n\n---\n200\n\n{third}\n---\n200\n\n{ROWS}"
    );
    let stub = Service::new(&refused);
    let error = ask(&runner, &open(&stub), "T").unwrap_err();
    assert!(error.message.contains("does not accept the token (401)"), "{error:?}");
    assert!(error.advice.as_ref().is_some_and(|it| it.starts_with("Sign in again")), "{error:?}");
    assert_eq!(stub.asked().len(), 4);
}

#[test]
fn an_allowed_host_is_followed_without_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let variables = HashMap::from([("TALLYHO_TEST_TOKEN".to_owned(), "the-token-of-the-test".to_owned())]);
    let environment = Environment { variables: Some(variables), ..Environment::of_process() };
    let runner = Runner::with_environment(&Paths::under(folder.path().to_owned()), environment);
    for (status, allowed) in [(307, true), (308, true), (307, false), (302, true)] {
        let second = Service::new(&format!("200\n\n{ROWS}"));
        let first = Service::new(&format!("{status}\nLocation: {}/elsewhere\n\n", second.base_url));
        let mut service = Remote::at(Api::Defender, first.base_url.clone());
        service.sign_in.method = SignInMethod::TokenVariable("TALLYHO_TEST_TOKEN".into());
        let kind = ConnectionKind::Service(Box::new(service));
        let mut connection = Connection::new("service", kind, Clock::System);
        if allowed {
            connection.allowed_hosts = vec![second.base_url.replace("http://", "")];
        }
        let open = runner.open(&connection, &|_| {}).unwrap();
        let answer = ask(&runner, &open, "T");
        assert_eq!(first.asked()[0].header("authorization"), Some("Bearer the-token-of-the-test"));
        if status != 302 && allowed {
            assert_eq!(answer.unwrap().0.n_rows(), 1);
            assert_eq!(
                (second.asked()[0].header("authorization"), second.asked()[0].path.as_str()),
                (None, "/elsewhere")
            );
            assert_eq!(second.asked()[0].body, first.asked()[0].body);
        } else {
            assert!(answer.unwrap_err().message.contains("a token is not sent there"));
            assert!(second.asked().is_empty());
        }
    }
}

#[test]
fn a_service_tells_its_tables_and_they_are_kept() {
    let served = Served::new();
    let own: Vec<_> = served.connection.schema().tables().map(columns).collect();
    for api in every_api() {
        let name = format!("{api:?}");
        let home = tempfile::tempdir().unwrap();
        let runner = runner(&home);
        let connection = connection(api, &url(&served));
        let open = runner.open(&connection, &|_| {}).unwrap();
        assert_eq!(open.schema_origin(), SchemaOrigin::Bundled, "{name}");
        let notes = runner.refresh_schema(&open, &CancelHandle::new(), &|_| {});
        notes.unwrap_or_else(|it| panic!("{name}: {it:?}"));
        assert!(matches!(open.schema_origin(), SchemaOrigin::Service { .. }), "{name}");
        let found: Vec<_> = open.schema().tables().map(columns).collect();
        assert_eq!(found, own, "{name}");
        let again = runner.open(&connection, &|_| {}).unwrap();
        assert_eq!((again.schema_origin(), again.schema()), (open.schema_origin(), open.schema()), "{name}");
    }
}

fn columns(table: &tallyho::kql::TableSymbol) -> (String, Vec<(String, &'static str)>) {
    let columns = table.columns.iter().map(|it| (it.name.clone(), it.ty.name())).collect();
    (table.name.clone(), columns)
}

/// Where a service has no call for it, every known table is asked about, some in each query.
#[test]
fn tables_that_a_tenant_lacks_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let runner = runner(&folder);
    let n_known = tallyho::schema::advanced_hunting().len();
    let lacking = "400\n\n{\"error\":{\"code\":\"BadRequest\",\"message\":\"nothing there\"}}";
    let names = ["ColumnName", "ColumnOrdinal", "DataType", "ColumnType", "SourceTable"];
    let columns: Vec<Value> = names.iter().map(|it| json!({ "Name": it, "Type": "String" })).collect();
    let row = |table: &str, column: &str, ordinal: u32, ty: &str| json!({ "SourceTable": table, "ColumnName": column, "ColumnOrdinal": ordinal, "ColumnType": ty });
    let rows = [row("B", "y", 1, "long"), row("A", "x", 0, "datetime"), row("B", "x", 0, "string")];
    let body = json!({ "Schema": columns, "Results": rows }).to_string();
    let mut script = vec![format!("200\n\n{body}")];
    script.resize_with(n_known.div_ceil(25), || lacking.to_owned());
    let stub = Service::new(&script.join("\n---\n"));
    let open = runner.open(&connection(Api::Mde, &stub.base_url), &|_| {}).unwrap();
    let notes = runner.refresh_schema(&open, &CancelHandle::new(), &|_| {}).unwrap();
    assert_eq!((stub.asked().len(), notes.len()), (script.len(), script.len() - 1), "{notes:?}");
    let found: Vec<_> = open.schema().tables().map(self::columns).collect();
    let expected = [("A", vec![("x", "datetime")]), ("B", vec![("x", "string"), ("y", "long")])];
    let expected = expected.map(|(name, columns)| {
        (name.to_owned(), columns.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect::<Vec<_>>())
    });
    assert_eq!(found, expected);
    let asked: Value = serde_json::from_slice(&stub.asked()[0].body).unwrap();
    assert!(asked["Query"].as_str().unwrap().starts_with("union isfuzzy=true ("), "{asked}");
}

#[test]
fn a_schema_that_cannot_be_had_leaves_the_one_that_was_known() {
    let folder = tempfile::tempdir().unwrap();
    let runner = runner(&folder);
    let kusto = || Api::Kusto { database: "d".into(), v1: false, progressive: true };
    let workspace = || Api::LogAnalytics { workspace: "w".into(), more_workspaces: vec![], resource_id: None };
    let graph = || Api::Graph { version: "v1.0".into(), workspace_id: None };
    for (api, script, said) in [
        (kusto(), "200\n\n{\"Tables\":[]}", "no schema"),
        (kusto(), "200\n\n{\"Tables\":[{\"Rows\":[[\"{}\"]]}]}", "Databases"),
        (kusto(), "403\n\n", "(403)"),
        (workspace(), "200\n\n<html></html>", "no JSON"),
        (workspace(), "200 cut\n\n{\"tables\":[]}", "broke off"),
        (graph(), "200\n\n{\"tables\":5}", "tables"),
        (graph(), "401\n\n", "(401)"),
        (graph(), "404\n\n\n---\n401\n\n", "(401)"),
        (Api::Defender, "429\nRetry-After: 7\n\n", "quota"),
    ] {
        let stub = Service::new(script);
        let open = runner.open(&connection(api, &stub.base_url), &|_| {}).unwrap();
        let error = runner.refresh_schema(&open, &CancelHandle::new(), &|_| {}).unwrap_err();
        assert!(error.message.contains(said), "{script}: {error:?}");
        assert_eq!(open.schema_origin(), SchemaOrigin::Bundled);
        assert!(open.schema().table("DeviceProcessEvents").is_some());
    }
}

#[test]
fn the_command_line_prints_tables_and_where_they_are_known_from() {
    let served = Served::new();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("home/config");
    std::fs::create_dir_all(&config).unwrap();
    let text = format!("[connections.x]\nkind = \"kusto\"\ndatabase = \"files\"\nbase_url = \"{}\"\n", url(&served));
    std::fs::write(config.join("config.toml"), text).unwrap();
    let print = |arguments: &[&str]| {
        let output = tallyho(folder.path(), arguments, b"");
        (String::from_utf8(output.stdout.clone()).unwrap(), told(&output), output.status.code())
    };
    let (out, err, code) = print(&["schema", "-c", "x"]);
    assert!(code == Some(0) && out.lines().count() > 20 && err.contains("come with tallyho"), "{out}{err}");
    let (out, err, code) = print(&["schema", "-c", "x", "--refresh"]);
    assert!(code == Some(0) && err.contains("'x' told these tables just now"), "{out}{err}");
    assert!(out.lines().any(|it| it.starts_with("DeviceProcessEvents ") && it.contains(" columns ")), "{out}");
    let (out, _, _) = print(&["schema", "-c", "x", "DeviceProcessEvents"]);
    assert!(out.lines().any(|it| it.starts_with("Timestamp ") && it.contains("datetime")), "{out}");
    assert_eq!(print(&["schema", "-c", "x", "Nothing"]).2, Some(2));
}
