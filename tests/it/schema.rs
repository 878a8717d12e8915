//! The bundled Advanced Hunting schema, and the schemas that services tell.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use tallyho::kql::{self, Capabilities, ColumnSymbol, Context, ScalarType, Schema, Severity, TableSymbol};
use tallyho::schema::{
    CachedSchema, Found, SchemaRow, advanced_hunting, csl_schema, described, discovery_query, read_cached_schema,
    read_getschema_rows, read_hunting_schema, read_kusto_schema, read_log_analytics_metadata, time_column,
    write_cached_schema, write_hunting_schema, write_kusto_schema, write_log_analytics_metadata,
};

#[test]
fn tables_have_official_columns_in_official_order() {
    let schema = advanced_hunting();
    assert!(schema.len() >= 60, "{} tables", schema.len());
    let processes = schema.table("DeviceProcessEvents").expect("a table everybody hunts in");
    let first: Vec<_> = processes.columns.iter().take(4).map(|c| (c.name.as_str(), c.ty)).collect();
    assert_eq!(
        first,
        [
            ("Timestamp", ScalarType::Datetime),
            ("DeviceId", ScalarType::String),
            ("DeviceName", ScalarType::String),
            ("ActionType", ScalarType::String),
        ]
    );
    let ty = |table: &str, column: &str| {
        schema.table(table).and_then(|t| t.columns.iter().find(|c| c.name == column)).map(|c| c.ty)
    };
    assert_eq!(ty("DeviceProcessEvents", "ProcessId"), Some(ScalarType::Long));
    assert_eq!(ty("DeviceProcessEvents", "AdditionalFields"), Some(ScalarType::String), "JSON text in device tables");
    assert_eq!(ty("IdentityLogonEvents", "AdditionalFields"), Some(ScalarType::Dynamic));
    assert_eq!(ty("IdentityLogonEvents", "ReportId"), Some(ScalarType::String));
}

#[test]
fn no_table_has_a_column_twice_and_all_are_described() {
    for table in advanced_hunting().tables() {
        let mut names: Vec<_> = table.columns.iter().map(|c| &c.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{} repeats a column", table.name);
        assert!(!table.columns.is_empty() && !table.description.is_empty(), "{}", table.name);
    }
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(name)).unwrap()
}

/// `Table(column:type, …)` for each table, then the functions.
fn picture(schema: &Schema) -> Vec<String> {
    let table = |table: &TableSymbol| {
        let columns: Vec<String> = table.columns.iter().map(|it| format!("{}:{}", it.name, it.ty)).collect();
        format!("{}({})", table.name, columns.join(", "))
    };
    schema.tables().map(table).chain(schema.functions().map(|it| format!("{}{}", it.name, it.parameters))).collect()
}

#[test]
fn what_graph_tells_of_its_tables_is_read() {
    let found = read_hunting_schema(&fixture("hunting.json")).unwrap();
    assert_eq!(
        picture(&found.schema),
        [
            "DeviceEvents(Timestamp:datetime, DeviceId:string, IsOn:bool, Count:long, Extra:dynamic, Shape:dynamic)",
            "NoColumns()",
            "Odd name'] | take 1 \u{1b}[31m\u{202e}(x\ny:decimal)",
            "FileProfile(x:string, y:long)",
            "mine()",
        ]
    );
    assert_eq!(
        found.notes,
        [
            "DeviceEvents: Shape has the unknown type 'geography' and is read as dynamic",
            "DeviceEvents: a second column DeviceId is left out",
            "DeviceEvents: a column without a name is left out",
            "a table without a name is left out",
            "a table without a name is left out",
            "a function without a name is left out",
        ]
    );
    assert_eq!(found.schema.function("FileProfile").unwrap().description, "About a file");
}

#[test]
fn what_kusto_tells_of_a_database_is_read() {
    let found = read_kusto_schema(&fixture("kusto.json"), Some("samples")).unwrap();
    assert_eq!(
        picture(&found.schema),
        [
            "Daily(n:bool)",
            "KeyOnly(x:dynamic)",
            "StormEvents(StartTime:datetime, Damage:int, Share:real, Took:timespan, Id:guid)",
            "Top(n:long)",
        ]
    );
    assert_eq!(found.notes, ["external_table() reaches 1 more; their columns are not known here"]);
    let storms = found.schema.table("StormEvents").unwrap();
    assert_eq!((storms.description.as_str(), storms.columns[0].description.as_str()), ("Storms", "When"));
    assert!(read_kusto_schema(&fixture("kusto.json"), Some("third")).is_err(), "another database is no answer");
}

#[test]
fn what_log_analytics_tells_of_a_workspace_is_read() {
    let found = read_log_analytics_metadata(&fixture("log_analytics.json")).unwrap();
    assert_eq!(
        picture(&found.schema),
        [
            "Empty_CL()",
            "Heartbeat(TimeGenerated:datetime, Computer:string, Tags:dynamic, Load:real)",
            "plain()",
            "recent(n:long, by:string='x')",
        ]
    );
    assert!(found.notes.is_empty(), "{:?}", found.notes);
    assert_eq!(time_column(found.schema.table("Heartbeat").unwrap()), Some("TimeGenerated"));
}

#[test]
fn what_is_no_schema_is_an_error_that_says_why() {
    for text in ["", "<html>", "{", "[]", "null", "{\"tables\":{}}", "{\"Databases\":[]}", "{\"Databases\":{}}"] {
        for error in [
            read_hunting_schema(text).unwrap_err(),
            read_kusto_schema(text, None).unwrap_err(),
            read_log_analytics_metadata(text).unwrap_err(),
            read_cached_schema(text).unwrap_err(),
        ] {
            assert!(!error.to_string().is_empty(), "{text}");
        }
    }
    let deep = format!("{{\"tables\":{}", "[".repeat(100_000));
    assert!(read_hunting_schema(&deep).is_err());
}

#[test]
fn a_schema_that_is_wrong_throughout_gives_a_bounded_list_of_notes() {
    let columns: Vec<String> = (0..10_000).map(|n| format!("{{\"name\":\"c{n}\",\"dataType\":\"?\"}}")).collect();
    let text = format!("{{\"tables\":[{{\"name\":\"{}\",\"columns\":[{}]}}]}}", "T".repeat(9_999), columns.join(","));
    let found = read_hunting_schema(&text).unwrap();
    assert_eq!(found.schema.tables().next().unwrap().columns.len(), 10_000);
    assert!(found.notes.len() <= 51 && found.notes.iter().all(|note| note.len() < 500), "{}", found.notes.len());
}

#[test]
fn what_we_write_is_what_we_read() {
    // Services tell of their functions in other ways than we know them.
    let mut schema = Schema::default();
    advanced_hunting().tables().for_each(|table| schema.insert(table.clone()));
    let columns = ScalarType::ALL.map(|ty| ColumnSymbol::new(format!("a {ty}'\"\\\n"), ty)).to_vec();
    schema.insert(TableSymbol {
        name: "Odd '] table\u{202e}".into(),
        columns: columns.into(),
        description: "\u{1b}[31m".into(),
    });
    let same = |found: Found| {
        assert!(found.notes.is_empty(), "{:?}", found.notes);
        assert_eq!(found.schema, schema);
    };
    same(read_hunting_schema(&write_hunting_schema(&schema).to_string()).unwrap());
    same(read_kusto_schema(&write_kusto_schema(&schema, "db").to_string(), Some("db")).unwrap());
    same(read_kusto_schema(&write_kusto_schema(&schema, "db").to_string(), None).unwrap());
    same(read_log_analytics_metadata(&write_log_analytics_metadata(&schema).to_string()).unwrap());
    let table = schema.table("Odd '] table\u{202e}").unwrap();
    assert_eq!(csl_schema(&table.columns[..1]), "['a bool\\'\"\\\\\\n']:bool");
}

#[test]
fn a_cached_schema_comes_back_with_its_age_and_is_only_for_whom_it_is() {
    let mut schema = read_kusto_schema(&fixture("kusto.json"), Some("Samples")).unwrap().schema;
    schema.insert(TableSymbol { name: "\u{1b}[31m'\"".into(), columns: [].into(), description: String::new() });
    let taken = UNIX_EPOCH + Duration::from_secs(1_772_000_000);
    let cached = CachedSchema { schema, taken, of: "kusto https://a.example/ Samples".into() };
    let text = write_cached_schema(&cached);
    assert_eq!(read_cached_schema(&text).unwrap(), cached);
    for damaged in [
        text[..text.len() / 2].to_owned(),
        text.replace("\"version\":2", "\"version\":3"),
        text.replace("\"datetime\"", "\"dates\""),
        text.replace("1772000000", "-5"),
        text.replace("1772000000", "18446744073709551615"),
    ] {
        assert!(read_cached_schema(&damaged).is_err(), "{damaged}");
    }
}

#[test]
fn own_tables_count_and_are_described_by_the_bundled_ones() {
    let own = read_hunting_schema(&fixture("hunting.json")).unwrap().schema;
    let merged = described(own.clone(), advanced_hunting());
    let tables = |schema: &Schema| schema.tables().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert_eq!(tables(&merged), tables(&own), "what there is, is the service's word");
    let functions = |schema: &Schema| schema.functions().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert!(functions(&own).iter().all(|it| functions(&merged).contains(it)), "{:?}", functions(&merged));
    assert!(merged.function("FileProfile").is_some(), "no discovery tells of the functions of Advanced Hunting");
    let official = advanced_hunting().table("DeviceEvents").unwrap();
    let table = merged.table("DeviceEvents").unwrap();
    assert_eq!(table.description, official.description);
    assert_eq!(table.columns[0].description, official.columns[0].description);
    assert_eq!(table.columns[1].description, "The tenant's own words");
}

#[test]
fn getschema_rows_become_tables_in_the_order_of_their_ordinals() {
    let row = |table: &str, ordinal, column: &str, ty: &str| SchemaRow {
        table: table.into(),
        ordinal,
        column: column.into(),
        ty: ty.into(),
    };
    let found = read_getschema_rows([
        row("B", 1, "y", "System.DateTime"),
        row("A", 0, "a", "long"),
        row("B", 0, "x", "string"),
        row("B", 2, "z", "?"),
        row("", 0, "lost", "string"),
    ]);
    assert_eq!(picture(&found.schema), ["A(a:long)", "B(x:string, y:datetime, z:dynamic)"]);
    assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
}

/// The names are data: whatever they hold, the query is the one that was meant.
#[test]
fn the_discovery_query_asks_for_any_name() {
    let names =
        ["DeviceEvents", "two words", "it's", "back\\slash", "line\nbreak", "where", "last", "x') | union (y", ""];
    let query = discovery_query(names).unwrap();
    let mut schema = Schema::default();
    for name in names {
        let columns = vec![ColumnSymbol::new("Only", ScalarType::Long)];
        schema.insert(TableSymbol { name: name.into(), columns: columns.into(), description: String::new() });
    }
    let analysis = kql::analyze(&query, &Context::new(&schema, 0, Some(&Capabilities::catalogue())));
    assert_eq!(analysis.diagnostics, [], "{query}");
    let picture = kql::dump_bound(&analysis.query.unwrap());
    for name in names {
        assert!(picture.contains(&format!("SourceTable={name:?}")), "{name:?} in {picture}");
    }
    assert_eq!(discovery_query([]), None);
}

#[test]
fn a_function_of_the_service_is_refused_by_name_instead_of_called_unknown() {
    let schema = read_kusto_schema(&fixture("kusto.json"), Some("Samples")).unwrap().schema;
    for query in ["Top(3) | count", "StormEvents | extend x = Top(3)"] {
        let found = kql::analyze(query, &Context::new(&schema, 0, None)).diagnostics;
        let codes: Vec<_> = found.iter().map(|it| (it.code, it.severity)).collect();
        assert_eq!(codes, [("TLY0001", Severity::Refusal)], "{query}: {found:?}");
        assert!(found[0].message.contains("Top()"), "{found:?}");
    }
}

/// A database that was never asked may have any table.
#[test]
fn an_open_schema_calls_no_table_and_no_function_wrong() {
    let schema = advanced_hunting();
    let open = Context { is_open: true, ..Context::new(schema, 0, None) };
    for query in ["StormEvents | where x > 1 | count", "union A, B | extend y = mine(x)", "let f = 1; mine(f) | take 1"]
    {
        let found = kql::analyze(query, &open);
        assert!(found.diagnostics.iter().all(|it| it.severity == Severity::Refusal), "{query}: {found:?}");
        assert!(found.query.is_none(), "{query}");
    }
    let found = kql::analyze("DeviceEvents | where Nope == 1", &open).diagnostics;
    assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), ["KS142"], "known tables have known columns");
}
