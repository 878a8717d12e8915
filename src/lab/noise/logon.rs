//! Ordinary logons: to servers through a controller, to the own machine, of services, and wrong passwords.

use super::until_full;
use crate::lab::clock::{self, MILLISECOND, SECOND};
use crate::lab::net::{Connection, connect};
use crate::lab::org::{DOMAIN, DeviceKind, NETBIOS, NOT_ONBOARDED};
use crate::lab::process::ProcessId;
use crate::lab::rng::Rng;
use crate::lab::rows::Row;
use crate::lab::world::{T, World};

pub(super) fn fill_device(world: &mut World, rows: usize) {
    until_full(world, T::DeviceLogonEvents, rows, weight, |world, rng, device, _| behave(world, rng, device));
}

pub(super) fn fill_identity(world: &mut World, rows: usize) {
    let weight = |world: &World, device: usize| u32::from(world.org.devices[device].is_windows());
    until_full(world, T::IdentityLogonEvents, rows, weight, |world, rng, device, _| {
        let day = clock::work_day(rng);
        let Some(time) = world.org.devices[device].busy_time(rng, day) else { return };
        let user = someone(world, rng, device);
        let protocol = ["Kerberos", "Ntlm", "Ldap"][rng.weighted(&[83, 13, 4])];
        let target = rng.pick(&["hf-fs01", "hf-fs02", "hf-sql01", "hf-app01", "hf-prn01", "hf-dc01"]);
        identity(world, rng, &Identity { user, device, time, protocol, target, failure: "" });
    });
}

fn weight(world: &World, device: usize) -> u32 {
    match world.org.devices[device].kind {
        DeviceKind::Workstation => 8,
        DeviceKind::Server => 10,
        DeviceKind::Mac | DeviceKind::Linux => 0,
    }
}

fn behave(world: &mut World, rng: &mut Rng, device: usize) {
    let day = clock::work_day(rng);
    let Some(time) = world.org.devices[device].busy_time(rng, day) else { return };
    let workstation = world.org.devices[device].kind == DeviceKind::Workstation;
    let weights = if workstation { [350, 500, 116, 4, 0, 6] } else { [0, 700, 116, 0, 160, 6] };
    match rng.weighted(&weights) {
        0 => visit_server(world, rng, device, time),
        2 => service(world, rng, device, time),
        3 => unlock(world, rng, device, time),
        4 => remote_desktop(world, rng, device, time),
        5 => wrong_password(world, rng, device, time),
        _ => own_machine(world, rng, device, time),
    }
}

/// The owner of a workstation; on a server, one of the service accounts.
pub(in crate::lab) fn someone(world: &World, rng: &mut Rng, device: usize) -> usize {
    match world.org.devices[device].owner {
        Some(user) if !world.org.users[user].leaver => user,
        _ => world.org.user(rng.pick(&["svc-backup", "svc-sccm", "svc-sql", "svc-print"])),
    }
}

/// A logon from one device at another.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Visit {
    pub(in crate::lab) user: usize,
    pub(in crate::lab) source: usize,
    pub(in crate::lab) target: usize,
    pub(in crate::lab) time: i64,
    /// The process on the source that connects.
    pub(in crate::lab) process: ProcessId,
    pub(in crate::lab) port: i64,
    pub(in crate::lab) logon_type: &'static str,
    pub(in crate::lab) protocol: &'static str,
}

/// A remote logon leaves three rows: the connection on the source, the check at a controller, the logon on the target.
/// Gives the logon id on the target, or `None` when one of them is not up.
pub(in crate::lab) fn visit(world: &mut World, rng: &mut Rng, it: &Visit) -> Option<i64> {
    let boot = world.boot(it.target, it.time + 2 * SECOND)?;
    let arrival = it.time + rng.range(80 * MILLISECOND, 1100 * MILLISECOND);
    if !world.org.devices[it.target].is_awake(arrival) || arrival < boot.from {
        return None;
    }
    let target_ip = world.org.devices[it.target].ip.clone();
    let target = world.org.devices[it.target].short.to_lowercase();
    let (source_ip, source) =
        (world.org.devices[it.source].ip.clone(), world.org.devices[it.source].short.to_lowercase());
    let port = connect(world, rng, it.process, it.time, &Connection::tcp(&target_ip, it.port, "")).number("LocalPort");
    let checked = it.time + rng.range(10 * MILLISECOND, 60 * MILLISECOND);
    identity(
        world,
        rng,
        &Identity {
            user: it.user,
            device: it.source,
            time: checked,
            protocol: it.protocol,
            target: &target,
            failure: "",
        },
    );
    let account = world.accounts[it.user];
    let logon_id = rng.range(0x40_0000, 0x1_2fff_ffff);
    let admin = world.org.users[it.user].name.starts_with("adm.");
    let mut row = world.process_row(T::DeviceLogonEvents, boot.lsass, arrival);
    logon(&mut row, "LogonSuccess", it.logon_type, it.protocol);
    row.set("AccountDomain", account.domain)
        .set("AccountName", account.name)
        .set("AccountSid", account.sid)
        .set("IsLocalAdmin", admin)
        .set("LogonId", logon_id)
        .set("RemoteDeviceName", source)
        .set("RemoteIP", source_ip)
        .set("RemoteIPType", "Private")
        .set("RemotePort", port)
        .set("AdditionalFields", r#"{"IsLocalLogon":false}"#);
    Some(logon_id)
}

fn logon(row: &mut Row<'_>, action: &str, logon_type: &str, protocol: &str) {
    row.set("ActionType", action).set("LogonType", logon_type).set("Protocol", protocol);
}

fn visit_server(world: &mut World, rng: &mut Rng, source: usize, time: i64) {
    const TARGETS: [&str; 8] =
        ["HF-FS01", "HF-FS02", "HF-DC01", "HF-DC02", "HF-PRN01", "HF-SQL01", "HF-APP01", "HF-WEB01"];
    let target = world.org.device(TARGETS[rng.weighted(&[34, 22, 14, 10, 8, 4, 5, 3])]);
    let (Some(boot), Some(session)) = (world.boot(source, time), world.session(source, time)) else { return };
    let (port, process) = match rng.weighted(&[60, 20, 12, 8]) {
        0 => (445, boot.system),
        1 => (389, boot.lsass),
        2 => (88, boot.lsass),
        _ => (135, boot.svchost[0]),
    };
    let protocol = if rng.chance(90) { "Ntlm" } else { "Kerberos" };
    let it = Visit { user: session.user, source, target, time, process, port, logon_type: "Network", protocol };
    visit(world, rng, &it);
}

/// Administrators work on servers by remote desktop, in office hours.
fn remote_desktop(world: &mut World, rng: &mut Rng, target: usize, time: i64) {
    let admin = world.org.user(rng.pick(&["adm.lindqvist", "adm.brandt", "adm.raman"]));
    let source = world.org.device("HF-JMP01");
    let hour = (time - clock::midnight(clock::day_of(time))) / clock::HOUR;
    if source == target || !(8..18).contains(&hour) || clock::is_weekend(clock::day_of(time)) {
        return;
    }
    let Some(boot) = world.boot(source, time) else { return };
    let it = Visit {
        user: admin,
        source,
        target,
        time,
        process: boot.svchost[2],
        port: 3389,
        logon_type: "RemoteInteractive",
        protocol: "Kerberos",
    };
    visit(world, rng, &it);
}

/// The machine's own account logs on at the machine, many times a day.
fn own_machine(world: &mut World, rng: &mut Rng, device: usize, time: i64) {
    let Some(boot) = world.boot(device, time) else { return };
    let short = world.org.devices[device].short.to_lowercase();
    let sid = Rng::stream(&short, "machine sid").range(2200, 9800);
    let mut row = world.process_row(T::DeviceLogonEvents, boot.svchost[1], time);
    logon(&mut row, "LogonSuccess", "Network", if rng.chance(850) { "Kerberos" } else { "Negotiate" });
    row.set("AccountDomain", NETBIOS)
        .set("AccountName", format!("{short}$"))
        .set("AccountSid", format!("S-1-5-21-1750319842-3396210754-2288017563-{sid}"))
        .set("IsLocalAdmin", false)
        .set("LogonId", rng.range(0x10_0000, 0x0fff_ffff))
        .set("AdditionalFields", r#"{"IsLocalLogon":true,"LogonProcessName":"Authz"}"#);
    // Two things on the wall are not onboarded, and show only here.
    if rng.chance(6) && short.starts_with("hf-prn") {
        let (name, ip) = NOT_ONBOARDED[rng.index(2)];
        row.set("RemoteDeviceName", name.to_lowercase()).set("RemoteIP", ip).set("RemoteIPType", "Private");
    }
}

fn service(world: &mut World, rng: &mut Rng, device: usize, time: i64) {
    let Some(boot) = world.boot(device, time) else { return };
    let account = [world.system, world.network_service, world.local_service][rng.weighted(&[70, 15, 15])];
    let mut row = world.process_row(T::DeviceLogonEvents, boot.services, time);
    logon(&mut row, "LogonSuccess", "Service", "Negotiate");
    row.set("AccountDomain", account.domain)
        .set("AccountName", account.name)
        .set("AccountSid", account.sid)
        .set("IsLocalAdmin", true)
        .set("LogonId", 999_i64)
        .set("AdditionalFields", r#"{"IsLocalLogon":true,"LogonProcessName":"Advapi"}"#);
}

fn unlock(world: &mut World, rng: &mut Rng, device: usize, time: i64) {
    let (Some(boot), Some(session)) = (world.boot(device, time), world.session(device, time)) else { return };
    let account = world.accounts[session.user];
    let mut row = world.process_row(T::DeviceLogonEvents, boot.lsass, time);
    logon(&mut row, "LogonSuccess", if rng.chance(900) { "Unlock" } else { "CachedInteractive" }, "Negotiate");
    row.set("AccountDomain", account.domain)
        .set("AccountName", account.name)
        .set("AccountSid", account.sid)
        .set("IsLocalAdmin", false)
        .set("LogonId", session.logon_id);
}

fn wrong_password(world: &mut World, rng: &mut Rng, device: usize, time: i64) {
    let Some(boot) = world.boot(device, time) else { return };
    let user = someone(world, rng, device);
    let account = world.accounts[user];
    let mut row = world.process_row(T::DeviceLogonEvents, boot.lsass, time);
    logon(&mut row, "LogonFailed", "Unlock", "Negotiate");
    row.set("AccountDomain", account.domain)
        .set("AccountName", account.name)
        .set("FailureReason", "InvalidUserNameOrPassword");
}

/// A check of credentials at a domain controller.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Identity<'a> {
    pub(in crate::lab) user: usize,
    /// Where it comes from.
    pub(in crate::lab) device: usize,
    pub(in crate::lab) time: i64,
    pub(in crate::lab) protocol: &'a str,
    /// Short name of the server that is to be used.
    pub(in crate::lab) target: &'a str,
    /// Empty when the credentials are right.
    pub(in crate::lab) failure: &'a str,
}

pub(in crate::lab) fn identity(world: &mut World, rng: &mut Rng, it: &Identity<'_>) {
    let user = world.org.users[it.user].clone();
    let device = world.org.devices[it.device].clone();
    let controller = if rng.chance(650) { ("hf-dc01", "10.20.10.11") } else { ("hf-dc02", "10.20.10.12") };
    let port = match it.protocol {
        "Kerberos" => 88_i64,
        "Ldap" => 389,
        _ => 445,
    };
    let mut row = world.row(T::IdentityLogonEvents, it.time);
    row.set("ActionType", if it.failure.is_empty() { "LogonSuccess" } else { "LogonFailed" })
        .set("Application", "Active Directory")
        .set("LogonType", if it.protocol == "Kerberos" { "Resource access" } else { "Credentials validation" })
        .set("Protocol", it.protocol)
        .set("FailureReason", it.failure)
        .set("AccountName", &user.name)
        .set("AccountDomain", DOMAIN)
        .set("AccountUpn", &user.upn)
        .set("AccountSid", &user.sid)
        .set("AccountObjectId", &user.object_id)
        .set("AccountDisplayName", &user.display)
        .set("DeviceName", &device.name)
        .set("DeviceType", if device.kind == DeviceKind::Server { "Server" } else { "Workstation" })
        .set("OSPlatform", if device.kind == DeviceKind::Server { "Windows Server 2022" } else { "Windows 11" })
        .set("IPAddress", &device.ip)
        .set("Port", rng.range(49_152, 51_200))
        .set("DestinationDeviceName", format!("{}.{DOMAIN}", controller.0))
        .set("DestinationIPAddress", controller.1)
        .set("DestinationPort", port)
        .set("TargetDeviceName", format!("{}.{DOMAIN}", it.target))
        .set("ReportId", rng.short_guid("4be1-9a70-5d0f61c28e33"))
        .set("AdditionalFields", additional(it));
}

fn additional(it: &Identity<'_>) -> String {
    let encryption = if it.target == "hf-prn01" { "Rc4Hmac" } else { "Aes256CtsHmacSha196" };
    match it.protocol {
        "Kerberos" => format!(r#"{{"Count":1,"Spns":["cifs/{}"],"EncryptionType":"{encryption}"}}"#, it.target),
        _ => r#"{"Count":1}"#.to_owned(),
    }
}
