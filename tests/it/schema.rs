//! The bundled Advanced Hunting schema.

use tallyho::kql::ScalarType;
use tallyho::schema::advanced_hunting;

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
