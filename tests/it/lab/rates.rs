//! How many rows there are, how they are laid out, and their shape.

use std::collections::BTreeSet;

use tallyho::schema;

use super::{TABLES, table};

const RATES: [(&str, usize); 18] = [
    ("DeviceNetworkEvents", 30_000),
    ("DeviceProcessEvents", 22_000),
    ("DeviceFileEvents", 14_000),
    ("DeviceImageLoadEvents", 12_000),
    ("DeviceRegistryEvents", 9_000),
    ("DeviceEvents", 9_000),
    ("DeviceLogonEvents", 6_000),
    ("IdentityLogonEvents", 6_000),
    ("EmailEvents", 5_000),
    ("EmailUrlInfo", 4_500),
    ("EmailAttachmentInfo", 1_000),
    ("EmailPostDeliveryEvents", 60),
    ("UrlClickEvents", 900),
    ("AlertInfo", 18),
    ("AlertEvidence", 130),
    ("DeviceInfo", 2_000),
    ("DeviceNetworkInfo", 2_000),
    ("IdentityInfo", 250),
];

#[test]
fn tables_have_the_rows_of_the_design() {
    for (name, wanted) in RATES {
        let rows = table(name).len();
        assert!(rows.abs_diff(wanted) * 100 <= wanted, "{name}: {rows} rows, not {wanted}");
    }
}

#[test]
fn columns_are_the_official_ones_in_order_with_their_types() {
    for name in TABLES {
        let found = table(name).batch.schema();
        let found: Vec<(&str, &str)> = found
            .fields()
            .iter()
            .map(|field| (field.name().as_str(), field.metadata()["tallyho.type"].as_str()))
            .collect();
        let official = schema::advanced_hunting().table(name).unwrap();
        let official: Vec<(&str, &str)> =
            official.columns.iter().map(|column| (column.name.as_str(), column.ty.name())).collect();
        assert_eq!(found, official, "{name}");
    }
}

#[test]
fn rows_are_in_the_order_of_time_in_small_groups_within_the_fourteen_days() {
    for name in TABLES {
        let table = table(name);
        let times: Vec<i64> = (0..table.len()).map(|row| table.time(row)).collect();
        assert!(times.is_sorted(), "{name}");
        assert!(times[0] >= START - DAY / 100 && *times.last().unwrap() < START + 14 * DAY, "{name}");
        assert!(table.groups.iter().all(|rows| *rows <= 8_192), "{name}: {:?}", table.groups);
    }
}

const DAY: i64 = 864_000_000_000;
const START: i64 = 638_765_568_000_000_000;

/// Shares of a thousand rows that are not what the design wants.
#[derive(Default)]
struct Shapes(Vec<String>);

impl Shapes {
    /// Notes a share that is too far from what is wanted.
    fn near(&mut self, what: &str, found: usize, wanted: usize, slack: usize) {
        if found.abs_diff(wanted) > slack {
            self.0.push(format!("{what}: {found} of 1000, not about {wanted}"));
        }
    }

    #[track_caller]
    fn check(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

#[test]
fn processes_look_like_real_telemetry() {
    let mut shapes = Shapes::default();
    let it = table("DeviceProcessEvents");
    let file = |name: &'static str| it.per_mille(|row| it.text("FileName", row) == name);
    shapes.near("conhost.exe", file("conhost.exe"), 200, 30);
    shapes.near("cmd.exe", file("cmd.exe"), 150, 40);
    shapes.near("svchost.exe", file("svchost.exe"), 130, 40);
    let level = |name: &'static str| it.per_mille(|row| it.text("ProcessIntegrityLevel", row) == name);
    shapes.near("System", level("System"), 750, 50);
    shapes.near("Medium", level("Medium"), 140, 40);
    shapes.near("High", level("High"), 70, 30);
    let low = level("Low") + level("AppContainer");
    shapes.near("Low and AppContainer", low, 40, 20);
    shapes.near("without a number", it.per_mille(|row| it.number("ProcessId", row).is_none()), 5, 3);
    let mut lengths: Vec<usize> = (0..it.len()).map(|row| it.text("ProcessCommandLine", row).len()).collect();
    lengths.sort_unstable();
    assert!((40..=95).contains(&lengths[it.len() / 2]), "median {}", lengths[it.len() / 2]);
    assert!(*lengths.last().unwrap() > 5_000);
    let pairs: BTreeSet<_> = (0..it.len()).map(|row| (it.text("DeviceId", row), it.number("ProcessId", row))).collect();
    assert!(
        pairs.len() * 100 < it.len() * 93,
        "process numbers are hardly used again: {} of {}",
        pairs.len(),
        it.len()
    );
    shapes.check();
}

#[test]
fn connections_have_the_shape_of_the_design() {
    let mut shapes = Shapes::default();
    let it = table("DeviceNetworkEvents");
    let port = |port: i64| it.per_mille(|row| it.number("RemotePort", row) == Some(port));
    shapes.near("443", port(443), 700, 30);
    shapes.near("53", port(53), 120, 20);
    shapes.near("servers", port(445) + port(389) + port(88) + port(135), 60, 20);
    shapes.near("listening", it.per_mille(|row| it.text("ActionType", row) == "ListeningConnectionCreated"), 40, 10);
    shapes.near("failed", it.per_mille(|row| it.text("ActionType", row) == "ConnectionFailed"), 50, 15);
    shapes.near("no name", it.per_mille(|row| it.text("RemoteUrl", row).is_empty()), 350, 40);
    shapes.check();
}

#[test]
fn other_tables_have_the_shape_of_the_design() {
    let mut shapes = Shapes::default();
    let it = table("DeviceFileEvents");
    for (action, wanted) in [("FileCreated", 700), ("FileModified", 150), ("FileRenamed", 80), ("FileDeleted", 70)] {
        shapes.near(action, it.per_mille(|row| it.text("ActionType", row) == action), wanted, 25);
    }
    shapes.near("origin", it.per_mille(|row| !it.text("FileOriginUrl", row).is_empty()), 120, 25);

    let it = table("DeviceRegistryEvents");
    let sets = it.rows(|row| it.text("ActionType", row) == "RegistryValueSet");
    for (ty, wanted) in [("Dword", 390), ("String", 260), ("Binary", 220), ("Qword", 130)] {
        let found = sets.iter().filter(|row| it.text("RegistryValueType", **row) == ty).count() * 1000 / sets.len();
        shapes.near(ty, found, wanted, 25);
    }

    let it = table("DeviceLogonEvents");
    let logon = |ty: &'static str| it.per_mille(|row| it.text("LogonType", row) == ty);
    shapes.near("Network", logon("Network"), 800, 25);
    shapes.near("Service", logon("Service"), 140, 30);
    shapes.near("Interactive", logon("Interactive") + logon("Unlock"), 40, 20);
    shapes.near("RemoteInteractive", logon("RemoteInteractive"), 10, 7);
    shapes.near("LogonFailed", it.per_mille(|row| it.text("ActionType", row) == "LogonFailed"), 30, 10);

    let it = table("IdentityLogonEvents");
    shapes.near("Kerberos", it.per_mille(|row| it.text("Protocol", row) == "Kerberos"), 850, 30);
    shapes.near("Ntlm", it.per_mille(|row| it.text("Protocol", row) == "Ntlm"), 120, 30);

    let it = table("EmailEvents");
    for (direction, wanted) in [("Inbound", 550), ("Intra-org", 350), ("Outbound", 100)] {
        shapes.near(direction, it.per_mille(|row| it.text("EmailDirection", row) == direction), wanted, 25);
    }
    shapes.near("threats", it.per_mille(|row| !it.text("ThreatTypes", row).is_empty()), 70, 15);

    let it = table("DeviceEvents");
    let kinds: BTreeSet<&str> = (0..it.len()).map(|row| it.text("ActionType", row)).collect();
    assert!(kinds.len() >= 25, "{} kinds of events", kinds.len());
    shapes.check();
}
