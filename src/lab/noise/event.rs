//! Ordinary rows of DeviceEvents: twenty-five kinds of them.

use super::until_full;
use crate::lab::clock::{self, MINUTE};
use crate::lab::org::DeviceKind;
use crate::lab::process::ProcessId;
use crate::lab::rng::Rng;
use crate::lab::rows::Row;
use crate::lab::world::{Boot, Session, T, World};

pub(super) fn fill(world: &mut World, rows: usize) {
    until_full(world, T::DeviceEvents, rows, weight, |world, rng, device, _| behave(world, rng, device));
}

fn weight(world: &World, device: usize) -> u32 {
    match world.org.devices[device].kind {
        DeviceKind::Workstation => 8,
        DeviceKind::Server => 9,
        DeviceKind::Mac | DeviceKind::Linux => 0,
    }
}

/// Writes a row of DeviceEvents.
pub(in crate::lab) fn event<'w>(world: &'w mut World, process: ProcessId, time: i64, action: &str) -> Row<'w> {
    let mut row = world.process_row(T::DeviceEvents, process, time);
    row.set("ActionType", action);
    row
}

/// One process opens another with some access.
pub(in crate::lab) fn open_process(world: &mut World, actor: ProcessId, target: ProcessId, time: i64, access: i64) {
    let it = *world.process(target);
    let mut row = event(world, actor, time, "OpenProcessApiCall");
    row.set("FileName", it.image.file)
        .set("FolderPath", it.path)
        .set("SHA1", it.image.sha1)
        .set("SHA256", it.image.sha256)
        .set("MD5", it.image.md5)
        .set("ProcessId", it.pid)
        .set("ProcessCommandLine", it.command)
        .set("ProcessCreationTime", it.created)
        .set("AdditionalFields", format!(r#"{{"DesiredAccess":{access}}}"#));
}

/// An answer of the resolver: the addresses that later connections use.
pub(in crate::lab) fn dns_answer(world: &mut World, process: ProcessId, time: i64, name: &str, ip: &str) {
    event(world, process, time, "DnsQueryResponse").set(
        "AdditionalFields",
        format!(r#"{{"DnsQueryString":"{name}","DnsQueryResult":"[{{\"Result\":\"{ip}\",\"DnsQueryType\":\"A\"}}]"}}"#),
    );
}

fn behave(world: &mut World, rng: &mut Rng, device: usize) {
    let day = clock::work_day(rng);
    let it = &world.org.devices[device];
    let time = if rng.chance(700) { it.busy_time(rng, day) } else { it.any_time(rng, day) };
    let Some(time) = time else { return };
    let Some(boot) = world.boot(device, time) else { return };
    match world.session(device, time) {
        Some(session) if rng.chance(450) => by_person(world, rng, &boot, &session, time),
        _ => by_system(world, rng, &boot, time),
    }
}

fn by_system(world: &mut World, rng: &mut Rng, boot: &Boot, time: i64) {
    match rng.weighted(&[30, 22, 14, 9, 4, 3, 3, 3, 3, 3, 2, 2, 2]) {
        0 => resolve(world, rng, boot.svchost[2], time),
        1 => {
            let actor = [boot.svchost[0], boot.monitor, boot.defender, boot.sense][rng.index(4)];
            // The antivirus looks at everything, LSASS too, but asks for little.
            let target = if actor == boot.defender && rng.chance(150) { boot.lsass } else { boot.svchost[1] };
            open_process(world, actor, target, time, 0x1000);
        }
        2 => powershell(world, rng, boot.sccm, time),
        3 => pipe(world, rng, boot.services, time),
        4 => scheduled_task(world, rng, boot.svchost[1], time),
        5 => plain(world, boot.defender, time, "AntivirusDefinitionsUpdated", r#"{"Version":"1.423.118.0"}"#),
        6 => plain(
            world,
            boot.defender,
            time,
            "AntivirusScanCompleted",
            r#"{"ScanTypeIndex":"Quick","User":"NT AUTHORITY\\SYSTEM"}"#,
        ),
        7 => {
            plain(
                world,
                boot.lsass,
                time,
                "ProcessPrimaryTokenModified",
                r#"{"OriginalTokenIntegrityLevel":"System"}"#,
            );
        }
        8 => plain(world, boot.svchost[3], time, "FirewallInboundConnectionBlocked", r#"{"Profile":"Domain"}"#),
        9 => driver(world, rng, boot.system, time),
        10 => plain(world, boot.lsass, time, "PasswordChangeAttempt", r#"{"Result":"Success"}"#),
        11 => plain(
            world,
            boot.svchost[0],
            time,
            "RemoteWmiOperation",
            r#"{"Namespace":"root\\cimv2","Operation":"ExecQuery"}"#,
        ),
        _ => plain(
            world,
            boot.svchost[1],
            time,
            "ScheduledTaskUpdated",
            r#"{"TaskName":"\\Microsoft\\Windows\\UpdateOrchestrator\\Schedule Scan"}"#,
        ),
    }
}

fn by_person(world: &mut World, rng: &mut Rng, boot: &Boot, session: &Session, time: i64) {
    match rng.weighted(&[44, 14, 8, 7, 6, 5, 4, 3, 3, 2, 2, 2]) {
        0 => resolve(world, rng, session.browser, time),
        1 => plain(world, session.browser, time, "BrowserLaunchedToOpenUrl", ""),
        2 => plain(world, session.explorer, time, "GetClipboardData", ""),
        3 => plain(world, session.explorer, time, "ScreenshotTaken", ""),
        4 => plain(world, session.teams, time, "GetAsyncKeyStateApiCall", ""),
        5 => plain(world, session.onedrive, time, "DpapiAccessed", r#"{"OperationType":"CryptUnprotect"}"#),
        6 => removable(world, rng, session, time),
        7 => plain(
            world,
            session.explorer,
            time,
            "PnpDeviceConnected",
            r#"{"ClassName":"Monitor","DeviceDescription":"Generic PnP Monitor"}"#,
        ),
        8 => plain(
            world,
            boot.svchost[2],
            time,
            "LdapSearch",
            r#"{"SearchFilter":"(&(objectCategory=printQueue)(printerName=*))","DistinguishedName":"DC=halcyonfreight,DC=example"}"#,
        ),
        9 => smart_screen(world, rng, session, time),
        10 => plain(
            world,
            session.outlook,
            time,
            "AsrOfficeChildProcessAudited",
            r#"{"RuleId":"d4f940ab-401b-4efc-aadc-ad5f3c50688a","IsAudit":true}"#,
        ),
        _ => plain(world, session.browser, time, "ExploitGuardNonMicrosoftSignedAudited", r#"{"IsAudit":true}"#),
    }
}

fn plain(world: &mut World, process: ProcessId, time: i64, action: &str, fields: &str) {
    event(world, process, time, action).set("AdditionalFields", fields);
}

fn resolve(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    let site = world.sites.pick(rng).clone();
    dns_answer(world, process, time, &site.name, &site.ip);
}

fn powershell(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    const COMMANDS: [&str; 12] = [
        "Get-CimInstance",
        "Select-Object",
        "Export-Clixml",
        "Set-StrictMode",
        "Get-Service",
        "Get-ItemProperty",
        "Test-Path",
        "Out-Default",
        "Import-Module",
        "Get-EventLog",
        "ForEach-Object",
        "New-Object",
    ];
    let command = rng.pick(&COMMANDS);
    event(world, process, time, "PowerShellCommand").set("AdditionalFields", format!(r#"{{"Command":"{command}"}}"#));
}

fn pipe(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    let name = rng.pick(&["lsass", "srvsvc", "wkssvc", "spoolss", "ntsvcs", "eventlog"]);
    event(world, process, time, "NamedPipeEvent").set(
        "AdditionalFields",
        format!(
            r#"{{"PipeName":"\\Device\\NamedPipe\\{name}","FileOperation":"File opened","NamedPipeEnd":"Client"}}"#
        ),
    );
}

/// Names like a guid are ordinary: the synchroniser and the browser's updater make such tasks.
fn scheduled_task(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    let name = match rng.below(3) {
        0 => format!(r"\\OneDrive Reporting Task-S-1-5-21-1750319842-3396210754-2288017563-{}", rng.range(1104, 1240)),
        1 => format!(r"\\MicrosoftEdgeUpdateTaskMachineUA{{{}}}", rng.guid().to_uppercase()),
        _ => r"\\Harbourline\\Daily Check".to_owned(),
    };
    event(world, process, time, "ScheduledTaskCreated").set("AdditionalFields", format!(r#"{{"TaskName":"{name}"}}"#));
}

fn driver(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    let file = rng.pick(&["lsdisp.sys", "bwusb.sys", "klcbt.sys", "mvpnva.sys"]);
    event(world, process, time, "DriverLoad")
        .set("FileName", file)
        .set("FolderPath", format!(r"C:\Windows\System32\drivers\{file}"));
}

fn removable(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    let serial = rng.hex(12).to_uppercase();
    let fields = format!(r#"{{"DriveLetter":"E:","ProductName":"USB Flash Drive","SerialNumber":"{serial}"}}"#);
    plain(world, session.explorer, time, "UsbDriveMounted", &fields);
    let later = time + rng.range(MINUTE / 2, MINUTE);
    if world.org.devices[world.process(session.explorer).device].is_awake(later) && later < session.to {
        plain(world, session.explorer, later, "UsbDriveUnmounted", &fields);
    }
}

fn smart_screen(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    let site = world.sites.pick(rng).name.clone();
    event(world, session.browser, time, "SmartScreenUrlWarning")
        .set("RemoteUrl", format!("https://{site}/promo"))
        .set("AdditionalFields", r#"{"ActivityId":"","Experience":"Untrusted"}"#);
}
