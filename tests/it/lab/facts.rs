//! Facts that must agree between rows and between tables.

use std::collections::{BTreeMap, BTreeSet};

use super::{TABLES, Table, folder, table};

const SECOND: i64 = 10_000_000;

/// (device, process number, creation time) names a process.
type Key = (String, i64, i64);

fn created(it: &Table) -> BTreeMap<Key, usize> {
    (0..it.len())
        .filter_map(|row| {
            let key = (
                it.text("DeviceId", row).to_owned(),
                it.number("ProcessId", row)?,
                it.number("ProcessCreationTime", row)?,
            );
            Some((key, row))
        })
        .collect()
}

#[test]
fn initiating_processes_are_the_ones_that_were_created() {
    let processes = table("DeviceProcessEvents");
    let created = created(&processes);
    for name in TABLES.iter().filter(|name| name.starts_with("Device") && !name.ends_with("Info")) {
        let it = table(name);
        let mut known = 0;
        for row in 0..it.len() {
            let (Some(pid), Some(time)) =
                (it.number("InitiatingProcessId", row), it.number("InitiatingProcessCreationTime", row))
            else {
                panic!("{name}: a row without a process");
            };
            assert!(time <= it.time(row), "{name}: a process acts before it exists");
            let Some(parent) = created.get(&(it.text("DeviceId", row).to_owned(), pid, time)) else {
                // It was there before the data begin, or it is the kernel, which nobody starts.
                assert!(time < processes.time(0) || pid == 4, "{name}: process {pid} of {time} was never created");
                continue;
            };
            known += 1;
            for (column, original) in [
                ("InitiatingProcessFileName", "FileName"),
                ("InitiatingProcessSHA256", "SHA256"),
                ("InitiatingProcessCommandLine", "ProcessCommandLine"),
                ("InitiatingProcessAccountName", "AccountName"),
            ] {
                assert_eq!(it.text(column, row), processes.text(original, *parent), "{name}.{column}");
            }
        }
        assert!(known * 10 > it.len(), "{name}: only {known} rows name a process that was created");
    }
}

/// Joined by number alone, a tree is wrong somewhere: numbers are used again.
#[test]
fn a_process_number_alone_names_several_processes() {
    let it = table("DeviceProcessEvents");
    let mut seen: BTreeMap<(&str, Option<i64>), BTreeSet<&str>> = BTreeMap::new();
    for row in 0..it.len() {
        seen.entry((it.text("DeviceId", row), it.number("ProcessId", row)))
            .or_default()
            .insert(it.text("FileName", row));
    }
    assert!(seen.values().filter(|names| names.len() > 1).count() > 500);
}

#[test]
fn every_device_is_in_device_info() {
    let info = table("DeviceInfo");
    let known: BTreeSet<(&str, &str)> =
        (0..info.len()).map(|row| (info.text("DeviceName", row), info.text("DeviceId", row))).collect();
    let names: BTreeSet<&str> = known.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), 142);
    for name in TABLES.iter().filter(|name| name.starts_with("Device")) {
        let it = table(name);
        for row in 0..it.len() {
            assert!(known.contains(&(it.text("DeviceName", row), it.text("DeviceId", row))), "{name}");
        }
    }
    for name in ["IdentityLogonEvents", "AlertEvidence"] {
        let it = table(name);
        for row in 0..it.len() {
            let device = it.text("DeviceName", row);
            assert!(device.is_empty() || names.contains(device), "{name}: {device}");
        }
    }
}

#[test]
fn report_ids_are_unique_within_a_device() {
    let mut seen = BTreeSet::new();
    for name in TABLES.iter().filter(|name| name.starts_with("Device")) {
        let it = table(name);
        for row in 0..it.len() {
            let key = (it.text("DeviceId", row).to_owned(), it.number("ReportId", row).unwrap());
            assert!(seen.insert(key), "{name}: a report number twice");
        }
    }
}

#[test]
fn mails_links_clicks_and_recipients_agree() {
    let mails = table("EmailEvents");
    let ids: BTreeSet<&str> = (0..mails.len()).map(|row| mails.text("NetworkMessageId", row)).collect();
    let identities = table("IdentityInfo");
    let addresses: BTreeSet<&str> = (0..identities.len()).map(|row| identities.text("EmailAddress", row)).collect();
    for row in mails.rows(|row| mails.text("EmailDirection", row) != "Outbound") {
        assert!(
            addresses.contains(mails.text("RecipientEmailAddress", row)),
            "{}",
            mails.text("RecipientEmailAddress", row)
        );
    }
    let urls = table("EmailUrlInfo");
    let links: BTreeSet<(&str, &str)> =
        (0..urls.len()).map(|row| (urls.text("NetworkMessageId", row), urls.text("Url", row))).collect();
    assert!(links.iter().all(|(id, _)| ids.contains(id)));
    let clicks = table("UrlClickEvents");
    for row in 0..clicks.len() {
        assert!(links.contains(&(clicks.text("NetworkMessageId", row), clicks.text("Url", row))));
    }
    for name in ["EmailAttachmentInfo", "EmailPostDeliveryEvents"] {
        let it = table(name);
        assert!((0..it.len()).all(|row| ids.contains(it.text("NetworkMessageId", row))), "{name}");
    }
    for (column, other) in [("UrlCount", &urls), ("AttachmentCount", &table("EmailAttachmentInfo"))] {
        let said: i64 = (0..mails.len()).filter_map(|row| mails.number(column, row)).sum();
        assert_eq!(said as usize, other.len(), "{column}");
    }
}

#[test]
fn what_runs_after_being_written_keeps_its_hash() {
    let files = table("DeviceFileEvents");
    let written: BTreeMap<(&str, &str), &str> = files
        .rows(|row| files.text("ActionType", row) == "FileCreated" && !files.text("SHA256", row).is_empty())
        .into_iter()
        .map(|row| ((files.text("DeviceId", row), files.text("FolderPath", row)), files.text("SHA256", row)))
        .collect();
    let mut checked = BTreeSet::new();
    for name in ["DeviceProcessEvents", "DeviceImageLoadEvents"] {
        let it = table(name);
        for row in 0..it.len() {
            if let Some(hash) = written.get(&(it.text("DeviceId", row), it.text("FolderPath", row))) {
                assert_eq!(it.text("SHA256", row), *hash, "{name}: {}", it.text("FolderPath", row));
                checked.insert(it.text("FileName", row).to_owned());
            }
        }
    }
    for file in ["msupd.dll", "hlperf64.exe", "CapstanSetup.exe"] {
        assert!(checked.contains(file), "{file} was never compared");
    }
}

#[test]
fn a_remote_logon_has_its_connection_and_its_check() {
    let (logons, network, identity) =
        (table("DeviceLogonEvents"), table("DeviceNetworkEvents"), table("IdentityLogonEvents"));
    let info = table("DeviceInfo");
    let onboarded: BTreeSet<&str> = (0..info.len()).map(|row| short(info.text("DeviceName", row))).collect();
    let mut connections: BTreeMap<(&str, &str, Option<i64>), Vec<i64>> = BTreeMap::new();
    for row in 0..network.len() {
        let key =
            (short(network.text("DeviceName", row)), network.text("LocalIP", row), network.number("LocalPort", row));
        connections.entry(key).or_default().push(network.time(row));
    }
    let mut checks: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for row in 0..identity.len() {
        let key = (short(identity.text("DeviceName", row)), identity.text("AccountName", row));
        checks.entry(key).or_default().push(identity.time(row));
    }
    let near = |times: Option<&Vec<i64>>, time: i64| {
        times.is_some_and(|times| times.iter().any(|it| it.abs_diff(time) <= 2 * SECOND as u64))
    };
    let remote = logons.rows(|row| !logons.text("RemoteIP", row).is_empty());
    let mut checked = 0;
    for row in remote {
        let source = logons.text("RemoteDeviceName", row);
        if !onboarded.contains(source) {
            continue;
        }
        let key = (source, logons.text("RemoteIP", row), logons.number("RemotePort", row));
        assert!(near(connections.get(&key), logons.time(row)), "no connection for the logon at {}", logons.time(row));
        let key = (source, logons.text("AccountName", row));
        assert!(near(checks.get(&key), logons.time(row)), "no check for the logon at {}", logons.time(row));
        checked += 1;
    }
    assert!(checked > 1_000, "{checked} remote logons");
}

fn short(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[test]
fn names_resolve_to_what_is_connected_to() {
    let events = table("DeviceEvents");
    let mut answers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in events.rows(|row| events.text("ActionType", row) == "DnsQueryResponse") {
        let fields: serde_json::Value = serde_json::from_str(events.text("AdditionalFields", row)).unwrap();
        let results: serde_json::Value = serde_json::from_str(fields["DnsQueryResult"].as_str().unwrap()).unwrap();
        let name = fields["DnsQueryString"].as_str().unwrap().to_owned();
        answers.entry(name).or_default().insert(results[0]["Result"].as_str().unwrap().to_owned());
    }
    let network = table("DeviceNetworkEvents");
    let mut checked = 0;
    for row in 0..network.len() {
        let url = network.text("RemoteUrl", row);
        let host = url.split("://").last().unwrap().split('/').next().unwrap();
        if let Some(ips) = answers.get(host) {
            assert!(ips.contains(network.text("RemoteIP", row)), "{host} is not at {}", network.text("RemoteIP", row));
            checked += 1;
        }
    }
    assert!(checked > 5_000, "{checked} connections");
}

#[test]
fn additional_fields_are_json() {
    for name in TABLES {
        let it = table(name);
        for column in it.batch.schema().fields().iter().filter(|field| field.name() == "AdditionalFields") {
            for row in 0..it.len() {
                let text = it.text(column.name(), row);
                assert!(text.is_empty() || serde_json::from_str::<serde_json::Value>(text).is_ok(), "{name}: {text}");
            }
        }
    }
}

#[test]
fn evidence_points_at_rows_that_exist() {
    let alerts = table("AlertInfo");
    let ids: BTreeSet<&str> = (0..alerts.len()).map(|row| alerts.text("AlertId", row)).collect();
    assert_eq!(ids.len(), alerts.len());
    let (processes, mails, network, registry) = (
        table("DeviceProcessEvents"),
        table("EmailEvents"),
        table("DeviceNetworkEvents"),
        table("DeviceRegistryEvents"),
    );
    let urls = table("EmailUrlInfo");
    let column = |it: &Table, name: &str| -> BTreeSet<String> {
        (0..it.len()).map(|row| it.text(name, row).to_owned()).collect()
    };
    let commands = column(&processes, "ProcessCommandLine");
    let messages = column(&mails, "NetworkMessageId");
    let mut addresses = column(&network, "RemoteIP");
    addresses.extend(column(&mails, "SenderIPv4"));
    let mut names = column(&network, "RemoteUrl");
    names.extend(column(&urls, "UrlDomain"));
    let values = column(&registry, "RegistryValueName");
    let evidence = table("AlertEvidence");
    for row in 0..evidence.len() {
        assert!(ids.contains(evidence.text("AlertId", row)));
        let exists = match evidence.text("EntityType", row) {
            "Process" => commands.contains(evidence.text("ProcessCommandLine", row)),
            "MailMessage" => messages.contains(evidence.text("NetworkMessageId", row)),
            "Ip" => addresses.contains(evidence.text("RemoteIP", row)),
            "Url" => names.contains(evidence.text("RemoteUrl", row)),
            "RegistryValue" => values.contains(evidence.text("RegistryValueName", row)),
            "Machine" | "User" => true,
            other => panic!("evidence of kind {other}"),
        };
        assert!(exists, "evidence {row} points at nothing");
    }
}

#[test]
fn the_truth_log_names_rows_that_exist() {
    let text = std::fs::read_to_string(folder().join("_truth.jsonl")).unwrap();
    let mut rows: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for name in TABLES {
        let it = table(name);
        let numbered = name.starts_with("Device");
        let key = if name.starts_with("Alert") { "AlertId" } else { "ReportId" };
        let ids = (0..it.len()).map(|row| {
            let id = if numbered { it.number(key, row).unwrap().to_string() } else { it.text(key, row).to_owned() };
            (id, if numbered { it.text("DeviceName", row).to_owned() } else { String::new() })
        });
        rows.insert(name.to_owned(), ids.collect());
    }
    let mut steps = BTreeSet::new();
    for line in text.lines() {
        let it: serde_json::Value = serde_json::from_str(line).unwrap();
        let table = it["table"].as_str().unwrap();
        let id = it["ReportId"].as_str().map_or_else(|| it["ReportId"].to_string(), str::to_owned);
        let device =
            if table.starts_with("Device") { it["DeviceName"].as_str().unwrap().to_owned() } else { String::new() };
        assert!(rows[table].contains(&(id, device)), "{line}");
        assert!(it["Timestamp"].as_str().unwrap().starts_with("2025-03-"), "{line}");
        steps.insert(it["step"].as_str().unwrap().to_owned());
    }
    for act in ["act1", "act2", "act3", "act4", "act5", "act6"] {
        assert!(steps.contains(act), "{act} is not in the truth log");
    }
    assert!(steps.iter().filter(|step| step.starts_with("bait-")).count() >= 9);
}

#[test]
fn the_intrusion_can_be_followed() {
    let mails = table("EmailEvents");
    let phish = mails.rows(|row| mails.text("SenderFromDomain", row) == "ha1cyonfreight.example");
    assert_eq!(phish.len(), 23);
    assert_eq!(phish.iter().filter(|row| mails.text("DeliveryAction", **row) == "Blocked").count(), 4);
    let removed = table("EmailPostDeliveryEvents");
    let ids: BTreeSet<&str> = phish.iter().map(|row| mails.text("NetworkMessageId", *row)).collect();
    assert_eq!(removed.rows(|row| ids.contains(removed.text("NetworkMessageId", row))).len(), 12);
    let clicks = table("UrlClickEvents");
    let clicked = clicks.rows(|row| ids.contains(clicks.text("NetworkMessageId", row)));
    assert_eq!(clicked.len(), 4);
    assert_eq!(clicked.iter().filter(|row| clicks.number("IsClickedThrough", **row) == Some(1)).count(), 1);

    let it = table("DeviceProcessEvents");
    let word = it.rows(|row| {
        it.text("InitiatingProcessFileName", row) == "WINWORD.EXE" && it.text("FileName", row) == "cmd.exe"
    });
    assert_eq!(word.len(), 1);
    assert_eq!(it.text("InitiatingProcessParentFileName", word[0]), "OUTLOOK.EXE");
    assert_eq!(it.text("DeviceName", word[0]), "hf-ws-041.halcyonfreight.example");

    let network = table("DeviceNetworkEvents");
    let beacons = network.rows(|row| {
        network.text("InitiatingProcessFileName", row) == "rundll32.exe"
            && network.text("RemoteUrl", row) == "cdn-sync.telemetry.example"
    });
    assert!((1_200..=1_900).contains(&beacons.len()), "{} beacons", beacons.len());
    assert!(beacons.iter().all(|row| network.text("DeviceName", *row).starts_with("hf-ws-041")));

    let events = table("DeviceEvents");
    let full = events.rows(|row| events.text("AdditionalFields", row) == r#"{"DesiredAccess":2097151}"#);
    assert_eq!(full.len(), 2);
    let readers: BTreeSet<&str> = events
        .rows(|row| events.text("FileName", row) == "lsass.exe")
        .into_iter()
        .map(|row| events.text("InitiatingProcessFileName", row))
        .collect();
    assert!(readers.len() >= 4, "only {readers:?} open LSASS");
}

#[test]
fn the_newest_children_of_powershell_are_two_console_windows_without_a_tie() {
    let it = table("DeviceProcessEvents");
    let mut rows = it.rows(|row| it.text("InitiatingProcessFileName", row).eq_ignore_ascii_case("powershell.exe"));
    rows.sort_by_key(|row| std::cmp::Reverse(it.time(*row)));
    assert_eq!(it.text("FileName", rows[0]), "conhost.exe");
    assert_eq!(it.text("FileName", rows[1]), "conhost.exe");
    assert!(it.time(rows[0]) > it.time(rows[1]) && it.time(rows[1]) > it.time(rows[2]));
    assert!(it.time(rows[0]) % 10_000 != 0 || it.time(rows[1]) % 10_000 != 0, "times below the millisecond");
}

#[test]
fn hard_values_are_there() {
    let it = table("DeviceRegistryEvents");
    let data: Vec<&str> = (0..it.len()).map(|row| it.text("RegistryValueData", row)).collect();
    assert!(data.iter().any(|text| text.contains("\r\n\t")));
    assert!(data.iter().any(|text| text.contains('\u{9b}')));
    let it = table("DeviceFileEvents");
    assert!((0..it.len()).any(|row| it.text("FileName", row).contains('\u{202e}')));
    assert!((0..it.len()).any(|row| it.text("FileName", row).chars().count() >= 190));
    let it = table("EmailEvents");
    assert!((0..it.len()).any(|row| it.text("Subject", row).contains('🚢')));
    let it = table("DeviceLogonEvents");
    let edge = it
        .rows(|row| it.number("LogonId", row).is_some_and(|id| id > 0xffff_ffff) && it.time(row) % (60 * SECOND) == 0);
    assert_eq!(edge.len(), 2, "two rows at one instant, on the edge of a bin");
    let it = table("DeviceNetworkEvents");
    assert!((0..it.len()).any(|row| it.text("RemoteIP", row).contains('%')));
    assert!((0..it.len()).any(|row| it.number("RemotePort", row) == Some(0)));
}

/// Laptops (which the network table knows by their adapters) sleep at night: nothing may happen on them.
#[test]
fn a_sleeping_laptop_says_nothing() {
    const HOUR: i64 = 3600 * SECOND;
    let info = table("DeviceNetworkInfo");
    let laptops: BTreeSet<&str> = info
        .rows(|row| {
            info.text("NetworkAdapterType", row) == "Wireless80211" && info.text("DeviceName", row).contains("-ws-")
        })
        .into_iter()
        .map(|row| info.text("DeviceName", row))
        .collect();
    assert!(laptops.len() > 40, "{} laptops", laptops.len());
    for name in TABLES.iter().filter(|name| name.starts_with("Device") && !name.ends_with("Info")) {
        let it = table(name);
        for row in it.rows(|row| laptops.contains(it.text("DeviceName", row))) {
            let hour = it.time(row).rem_euclid(24 * HOUR) / HOUR;
            assert!((6..20).contains(&hour), "{name}: {} at {hour} o'clock", it.text("DeviceName", row));
        }
    }
}

#[test]
fn alerts_come_after_what_they_saw() {
    let (alerts, evidence, processes) = (table("AlertInfo"), table("AlertEvidence"), table("DeviceProcessEvents"));
    let raised: BTreeMap<&str, i64> =
        (0..alerts.len()).map(|row| (alerts.text("AlertId", row), alerts.time(row))).collect();
    let mut first: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for row in 0..processes.len() {
        let key = (processes.text("DeviceId", row), processes.text("ProcessCommandLine", row));
        first.entry(key).or_insert(processes.time(row));
    }
    for row in evidence.rows(|row| evidence.text("EntityType", row) == "Process") {
        let key = (evidence.text("DeviceId", row), evidence.text("ProcessCommandLine", row));
        let late = raised[evidence.text("AlertId", row)] - first[&key];
        assert!(late > 0, "{}: before its evidence", evidence.text("Title", row));
    }
}
