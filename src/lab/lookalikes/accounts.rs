//! Benign use of accounts that looks like misuse.

use super::{FAILURES, PSEXEC};
use crate::lab::clock::{MILLISECOND, MINUTE, SECOND, march, midnight};
use crate::lab::noise::event::event;
use crate::lab::noise::logon::{Identity, Visit, identity, visit};
use crate::lab::noise::process::conhost;
use crate::lab::process::{Integrity, Launch};
use crate::lab::rng::Rng;
use crate::lab::world::{T, World};

pub(super) fn add(world: &mut World) {
    stale_password(world);
    back_from_leave(world);
    for day in [4, 11] {
        remote_tool(world, march(day, 10, 12, 0));
    }
}

/// A service on the print server keeps an old password: one account, one source, four hundred failures at the
/// controllers; the print server itself reports every third.
fn stale_password(world: &mut World) {
    let device = world.org.device("HF-PRN01");
    let user = world.org.user("svc-print");
    let account = world.accounts[user];
    let mut rng = Rng::stream("HF-PRN01", "stale password");
    let mut time = march(4, 6, 0, 0);
    for number in 0..400 {
        time += 20 * MINUTE + rng.range(0, 90 * SECOND);
        identity(
            world,
            &mut rng,
            &Identity { user, device, time, protocol: "Kerberos", target: "hf-prn01", failure: "WrongPassword" },
        );
        if number == 0 {
            world.mark(
                T::IdentityLogonEvents,
                FAILURES,
                "the first of 400 failures of a service with a stale password",
            );
        }
        let Some(boot) = world.boot(device, time).filter(|_| number % 3 == 0) else { continue };
        world
            .process_row(T::DeviceLogonEvents, boot.services, time + 30 * MILLISECOND)
            .set("ActionType", "LogonFailed")
            .set("LogonType", "Service")
            .set("Protocol", "Negotiate")
            .set("AccountDomain", account.domain)
            .set("AccountName", account.name)
            .set("FailureReason", "InvalidUserNameOrPassword");
        if number == 0 {
            world.mark(T::DeviceLogonEvents, FAILURES, "the first of 134 reports of the stale password");
        }
    }
}

/// Somebody back from leave needs a few tries.
fn back_from_leave(world: &mut World) {
    let device = world.org.device("HF-WS-029");
    let Some(user) = world.org.devices[device].owner else { return };
    let account = world.accounts[user];
    let mut rng = Rng::stream("HF-WS-029", "back from leave");
    let Some((from, to)) = world.org.devices[device].awake_windows(7).first().copied() else { return };
    let mut time = (midnight(7) + 535 * MINUTE).clamp(from + MINUTE, to);
    for number in 0..9 {
        time += rng.range(6 * SECOND, 20 * SECOND);
        let Some(boot) = world.boot(device, time) else { return };
        world
            .process_row(T::DeviceLogonEvents, boot.lsass, time)
            .set("ActionType", "LogonFailed")
            .set("LogonType", "Unlock")
            .set("Protocol", "Negotiate")
            .set("AccountDomain", account.domain)
            .set("AccountName", account.name)
            .set("FailureReason", "InvalidUserNameOrPassword");
        if number == 0 {
            world.mark(T::DeviceLogonEvents, FAILURES, "the first of nine tries of a user back from leave");
        }
    }
}

/// Tom Brandt restarts a service on HF-APP01 with the genuine tool, every Tuesday.
fn remote_tool(world: &mut World, time: i64) {
    let (source, target) = (world.org.device("HF-JMP01"), world.org.device("HF-APP01"));
    let user = world.org.user("adm.brandt");
    let mut rng = Rng::stream("HF-JMP01", &format!("remote tool {time}"));
    let at = time + rng.range(0, 5 * MINUTE);
    let (Some(from), Some(to)) = (world.boot(source, at), world.boot(target, at)) else { return };
    let account = world.accounts[user];
    let command = r"C:\Tools\Sysinternals\PsExec.exe  \\hf-app01 net stop fdedi";
    let launch =
        Launch::new("PsExec.exe", command, 30 * SECOND).account(account, 0x5_77aa, 2).integrity(Integrity::High);
    let tool = world.spawn(from.svchost[1], at, &launch);
    world.mark(T::DeviceProcessEvents, PSEXEC, "an administrator's Tuesday routine");
    conhost(world, &mut rng, tool, at);
    let it = Visit {
        user,
        source,
        target,
        time: at + 400 * MILLISECOND,
        process: from.system,
        port: 445,
        logon_type: "Network",
        protocol: "Kerberos",
    };
    visit(world, &mut rng, &it);
    let at = at + 3 * SECOND;
    event(world, to.services, at, "ServiceInstalled")
        .set("FileName", "PSEXESVC.exe")
        .set("FolderPath", r"C:\Windows\PSEXESVC.exe")
        .set("AccountName", account.name)
        .set("AdditionalFields", r#"{"ServiceName":"PSEXESVC","ServiceStartType":3,"ServiceType":16}"#);
    world.mark(T::DeviceEvents, PSEXEC, "the tool's service on the target");
    let service = world.spawn(
        to.services,
        at + 200 * MILLISECOND,
        &Launch::new("PSEXESVC.exe", r"C:\Windows\PSEXESVC.exe", 25 * SECOND),
    );
    world.mark(T::DeviceProcessEvents, PSEXEC, "the tool's service runs");
    event(world, service, at + 400 * MILLISECOND, "NamedPipeEvent").set(
        "AdditionalFields",
        r#"{"PipeName":"\\Device\\NamedPipe\\PSEXESVC","FileOperation":"File opened","NamedPipeEnd":"Server"}"#,
    );
    world.mark(T::DeviceEvents, PSEXEC, "the tool's pipe");
    world.spawn(service, at + SECOND, &Launch::new("net.exe", "\"net\" stop fdedi", 3 * SECOND));
    world.mark(T::DeviceProcessEvents, PSEXEC, "what it was for");
}
