//! A service's own schema, asked of our own server, kept, and found again at the next start without asking.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::SystemTime;

use tallyho::config::{Api, Clock, Connection, ConnectionKind, Paths, Service};
use tallyho::kql::{self, Schema, Severity};
use tallyho::run::{CancelHandle, OpenConnection, Runner, SchemaOrigin};
use tallyho::schema::advanced_hunting;

use crate::served::Served;

const WORKSPACE: &str = "b438b4f6-912a-46d5-9cb1-b44069212abc";

fn connection(api: Api, base_url: &str) -> Connection {
    let name = format!("my {}", api.kind());
    Connection::new(name, ConnectionKind::Service(Box::new(Service::at(api, base_url))), Clock::System)
}

fn apis() -> Vec<Api> {
    vec![
        Api::Defender,
        Api::Mde,
        Api::Graph { version: "v1.0".into(), workspace_id: None },
        Api::Kusto { database: "NetDefaultDB".into(), v1: false, progressive: false },
        Api::LogAnalytics { workspace: WORKSPACE.into(), more_workspaces: Vec::new(), resource_id: None },
    ]
}

/// Tables with the names and types of their columns; what is said about them does not matter here.
fn shape(schema: &Schema) -> Vec<String> {
    let columns = |table: &kql::TableSymbol| {
        let columns: Vec<String> = table.columns.iter().map(|it| format!("{}:{}", it.name, it.ty)).collect();
        columns.join(", ")
    };
    schema.tables().map(|it| format!("{}({})", it.name, columns(it))).collect()
}

fn refresh(runner: &Runner, open: &OpenConnection) -> Result<Vec<String>, String> {
    runner.refresh_schema(open, &CancelHandle::new(), &|_| ()).map_err(|it| it.message)
}

#[test]
fn every_service_tells_its_tables_and_the_next_start_knows_them() {
    let own = [("MyOwn_CL.ndjson", "{\"TimeGenerated\":\"2024-01-01T00:00:00Z\",\"Odd name\":1}\n")];
    let served = Served::over(&own, tallyho::server::ServerOptions::default());
    let base_url = format!("http://{}", served.address);
    let local = served.connection.schema();
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::under(home.path().to_owned());
    for api in apis() {
        let kind = api.kind();
        let connection = connection(api, &base_url);
        let runner = Runner::new(&paths);
        let open = runner.open(&connection, &|_| ()).unwrap();
        assert_eq!(open.schema_origin(), SchemaOrigin::Bundled, "{kind}");
        let before = open.schema();
        refresh(&runner, &open).unwrap_or_else(|it| panic!("{kind}: {it}"));
        assert_eq!(shape(&before), shape(advanced_hunting()), "{kind}: who holds the old one keeps it");
        let told = shape(&open.schema());
        // Where only known tables can be asked about, one of our own stays unknown.
        let can_ask_all = !matches!(kind, "defender" | "mde");
        let expected: Vec<String> =
            shape(&local).into_iter().filter(|it| can_ask_all || !it.starts_with("MyOwn_CL")).collect();
        assert_eq!(told, expected, "{kind}");
        assert_eq!(
            told.iter().any(|it| it == "MyOwn_CL(TimeGenerated:datetime, Odd name:long)"),
            can_ask_all,
            "{kind}"
        );
        let about = open.schema().table("DeviceProcessEvents").unwrap().description.clone();
        assert!(!about.is_empty(), "{kind}: described by what comes with the program");

        let SchemaOrigin::Service { taken } = open.schema_origin() else { panic!("{kind}") };
        assert!(SystemTime::now().duration_since(taken).unwrap().as_secs() < 600, "{kind}");
        let again = Runner::new(&paths).open(&connection, &|_| ()).unwrap();
        assert_eq!(again.schema_origin(), SchemaOrigin::Service { taken }, "{kind}");
        assert_eq!(again.schema(), open.schema(), "{kind}");
    }
}

/// An address at which nobody answers.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn what_was_known_stays_when_the_service_cannot_be_asked() {
    let home = tempfile::tempdir().unwrap();
    let runner = Runner::new(&Paths::under(home.path().to_owned()));
    let connection = connection(Api::Kusto { database: "d".into(), v1: false, progressive: false }, &nobody());
    let open = runner.open(&connection, &|_| ()).unwrap();
    assert!(refresh(&runner, &open).is_err());
    assert_eq!(open.schema_origin(), SchemaOrigin::Bundled);
    assert!(!home.path().join("cache/schema").exists(), "nothing is kept of a failure");
}

#[test]
fn a_stopped_refresh_changes_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = tempfile::tempdir().unwrap();
    let runner = Runner::new(&Paths::under(home.path().to_owned()));
    let open = runner.open(&connection(Api::Defender, &format!("http://{}", listener.local_addr().unwrap())), &|_| ());
    let open = open.unwrap();
    let cancel = CancelHandle::new();
    cancel.cancel();
    assert!(runner.refresh_schema(&open, &cancel, &|_| ()).is_err());
    assert_eq!(open.schema_origin(), SchemaOrigin::Bundled);
}

#[test]
fn local_data_are_their_own_schema() {
    let served = Served::new();
    assert_eq!(served.connection.schema_origin(), SchemaOrigin::Data);
    let before = served.connection.schema();
    assert_eq!(refresh(&served.runner, &served.connection), Ok(Vec::new()));
    assert!(Arc::ptr_eq(&before, &served.connection.schema()));
}

/// A database that was never asked may have any table, Defender's tables are known.
#[test]
fn unknown_tables_are_mistakes_only_where_the_tables_are_known() {
    let home = tempfile::tempdir().unwrap();
    let runner = Runner::new(&Paths::under(home.path().to_owned()));
    for api in apis() {
        let is_other = matches!(api, Api::Kusto { .. } | Api::LogAnalytics { .. });
        let open = runner.open(&connection(api, &nobody()), &|_| ()).unwrap();
        let schema = open.schema();
        let found = kql::analyze("StormEvents | count", &open.context(&schema)).diagnostics;
        let severities: Vec<_> = found.iter().map(|it| it.severity).collect();
        assert_eq!(severities, [if is_other { Severity::Refusal } else { Severity::Error }], "{found:?}");
    }
}
